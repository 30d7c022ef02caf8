import { act, cleanup, configure, fireEvent, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, expect, test, vi } from "vitest";

import { MonthCalendar } from "./MonthCalendar.jsx";

// Effects run twice, as in development.
configure({ reactStrictMode: true });

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** A parent that keeps what it is told. */
function Stateful({ initial, onChange, ...props }) {
  const [value, setValue] = useState(initial);
  function change(next) {
    onChange(next);
    setValue(next);
  }
  return <MonthCalendar label="Arrival" today="2027-03-10" locale="en-US" value={value} onChange={change} {...props} />;
}

function show({ initial = null, ...props } = {}) {
  const onChange = vi.fn();
  const view = render(<Stateful initial={initial} onChange={onChange} {...props} />);
  return { ...view, user: userEvent.setup({ delay: null, pointerEventsCheck: 0 }), onChange };
}

/** The calendar with the focus on this date. */
function showAt(today, props) {
  const view = show({ today, ...props });
  act(() => reachable().focus());
  return view;
}

const cells = () => [...document.querySelectorAll("[role=gridcell]")];
const cell = (day) => cells().find((each) => each.textContent === String(day));
const heading = () => document.querySelector("h2").textContent;
const rows = () => [...document.querySelectorAll("tbody tr")].map((row) => [...row.children].map((each) => each.textContent));
const headers = () => [...document.querySelectorAll("thead th")];
const reachable = () => cells().find((each) => each.tabIndex === 0);
const focused = () => document.activeElement.getAttribute("aria-label");
const daysWith = (attribute, value) =>
  cells().filter((each) => each.getAttribute(attribute) === value).map((each) => Number(each.textContent));
const selected = () => daysWith("aria-selected", "true");
const disabled = () => daysWith("aria-disabled", "true");
const button = (name) => screen.getByText(name, { selector: "button" });
const chosen = ({ onChange }) => onChange.mock.calls.map(([value]) => value);

/** Presses keys such as `End` and `Shift+PageUp` on what has the focus. */
function press(...combinations) {
  for (const combination of combinations) {
    const keys = combination.split("+");
    const modifiers = ["shift", "ctrl", "alt", "meta"].map((name) => [`${name}Key`, keys.includes(name)]);
    fireEvent.keyDown(document.activeElement, { key: keys.at(-1), ...Object.fromEntries(modifiers) });
  }
}

const from = (start, end) => Array.from({ length: end - start + 1 }, (_, index) => start + index);

test("R1: group, grid, headers and cells have their names and places", () => {
  show();
  const group = screen.getByRole("group", { name: "Arrival" });
  const grid = within(group).getByRole("grid", { name: "March 2027" });
  expect(grid.getAttribute("aria-multiselectable")).toBe(null);
  expect(within(grid).getAllByRole("columnheader", { name: /day$/ })).toHaveLength(7);
  expect(screen.getByRole("gridcell", { name: "Friday, March 5, 2027" })).toBe(cell(5));
  expect(cells()).toHaveLength(31);
  expect(rows()).toEqual([
    ["", "1", "2", "3", "4", "5", "6"],
    ["7", "8", "9", "10", "11", "12", "13"],
    ["14", "15", "16", "17", "18", "19", "20"],
    ["21", "22", "23", "24", "25", "26", "27"],
    ["28", "29", "30", "31", "", "", ""],
  ]);
});

test("R1: today is marked in its month only", () => {
  show();
  expect(daysWith("aria-current", "date")).toEqual([10]);
  cleanup();
  show({ initial: "2027-04-10" });
  expect(heading()).toBe("April 2027");
  expect(daysWith("aria-current", "date")).toEqual([]);
});

test.each([
  ["single", null, []],
  ["single", "2027-03-31", [31]],
  ["range", null, []],
  ["range", { start: "2027-03-30", end: null }, [30]],
  ["range", { start: "2027-03-08", end: "2027-03-11" }, [8, 9, 10, 11]],
  ["range", { start: "2027-03-29", end: "2027-05-02" }, [29, 30, 31]],
])("R1: in mode %s the value %j is selected", (mode, initial, days) => {
  show({ mode, initial });
  expect(selected()).toEqual(days);
  expect(daysWith("aria-selected", "false")).toHaveLength(31 - days.length);
  expect(screen.getByRole("grid").getAttribute("aria-multiselectable")).toBe(mode === "range" ? "true" : null);
});

test.each([
  ["en-US", "March 2027", "Sunday", "Sun", "Friday, March 5, 2027", "5"],
  ["de-DE", "März 2027", "Montag", "Mo", "Freitag, 5. März 2027", "5"],
  ["zh-CN", "2027年3月", "星期一", "周一", "2027年3月5日星期五", "5"],
  ["ar-EG", "مارس ٢٠٢٧", "السبت", "السبت", "الجمعة، ٥ مارس ٢٠٢٧", "٥"],
])("R2: the names are those of %s", (locale, month, long, short, name, number) => {
  show({ locale });
  expect(heading()).toBe(month);
  expect([headers()[0].getAttribute("aria-label"), headers()[0].textContent]).toEqual([long, short]);
  expect(screen.getByLabelText(name).textContent).toBe(number);
  const column = headers().findIndex((each) => name.includes(each.getAttribute("aria-label")));
  expect([...screen.getByLabelText(name).parentElement.children].indexOf(screen.getByLabelText(name))).toBe(column);
});

test("R2: the calendar is Gregorian whatever the locale prefers", () => {
  show({ locale: "en-US-u-ca-buddhist" });
  expect(heading()).toBe("March 2027");
  expect(screen.getByLabelText("Friday, March 5, 2027")).toBe(cell(5));
});

test("R2: a new locale renames what is shown", () => {
  const props = { label: "Arrival", value: null, onChange() {}, today: "2027-03-10" };
  const { rerender } = render(<MonthCalendar {...props} locale="en-US" />);
  expect(headers()[0].textContent).toBe("Sun");
  rerender(<MonthCalendar {...props} locale="de-DE" />);
  expect([heading(), headers()[0].textContent]).toEqual(["März 2027", "Mo"]);
});

/** Makes the engine know of weeks by these properties of a locale alone. */
function stubWeekInfo(properties, check) {
  const proto = Intl.Locale.prototype;
  const names = ["weekInfo", "getWeekInfo"];
  const before = names.map((name) => Object.getOwnPropertyDescriptor(proto, name));
  try {
    names.forEach((name) => Object.defineProperty(proto, name, { value: properties[name], configurable: true }));
    check();
  } finally {
    names.forEach((name, index) => {
      delete proto[name];
      if (before[index] !== undefined) Object.defineProperty(proto, name, before[index]);
    });
  }
}

test.each([
  ["a method", { getWeekInfo: () => ({ firstDay: 3 }), weekInfo: { firstDay: 4 } }, "Wednesday"],
  ["a property", { weekInfo: { firstDay: 4 } }, "Thursday"],
  ["nothing", {}, "Monday"],
])("R2: the engine tells the first day of the week by %s", (_, properties, name) => {
  stubWeekInfo(properties, () => {
    show();
    expect(headers()[0].getAttribute("aria-label")).toBe(name);
  });
});

test.each([
  [{}, "Wednesday, March 10, 2027"],
  [{ initial: "2026-12-24" }, "Thursday, December 24, 2026"],
  [{ mode: "range", initial: { start: "2027-02-03", end: "2027-04-01" } }, "Wednesday, February 3, 2027"],
])("R3: with %j Tab reaches one date", async (props, name) => {
  const { user } = show(props);
  await user.tab();
  await user.tab();
  await user.tab();
  expect(focused()).toBe(name);
  expect(cells().filter((each) => each.tabIndex === 0)).toHaveLength(1);
  await user.tab();
  expect(document.activeElement).toBe(document.body);
});

test.each([
  ["2027-03-10", "ArrowLeft", "Tuesday, March 9, 2027"],
  ["2027-03-10", "ArrowRight", "Thursday, March 11, 2027"],
  ["2027-03-10", "ArrowUp", "Wednesday, March 3, 2027"],
  ["2027-03-10", "ArrowDown", "Wednesday, March 17, 2027"],
  ["2027-03-10", "Home", "Sunday, March 7, 2027"],
  ["2027-03-10", "End", "Saturday, March 13, 2027"],
  ["2027-03-07", "Home", "Sunday, March 7, 2027"],
  ["2027-03-13", "End", "Saturday, March 13, 2027"],
  ["2027-03-10", "PageUp", "Wednesday, February 10, 2027"],
  ["2027-03-10", "PageDown", "Saturday, April 10, 2027"],
  ["2027-03-10", "shift+PageUp", "Tuesday, March 10, 2026"],
  ["2027-03-10", "shift+PageDown", "Friday, March 10, 2028"],
  ["2027-03-01", "ArrowLeft", "Sunday, February 28, 2027"],
  ["2027-03-01", "ArrowUp", "Monday, February 22, 2027"],
  ["2027-03-01", "Home", "Sunday, February 28, 2027"],
  ["2027-12-31", "ArrowRight", "Saturday, January 1, 2028"],
  ["2027-03-10", "ArrowLeft ArrowUp", "Tuesday, March 2, 2027"],
  ["2027-03-10", "ctrl+ArrowLeft", "Wednesday, March 10, 2027"],
  ["2027-03-10", "alt+ArrowLeft", "Wednesday, March 10, 2027"],
  ["2027-03-10", "meta+ArrowLeft", "Wednesday, March 10, 2027"],
])("R3: from %s the keys %s lead to %s", (today, keys, name) => {
  showAt(today);
  press(...keys.split(" "));
  expect(focused()).toBe(name);
  expect(name).toContain(heading().split(" ")[0]);
  expect(document.activeElement).toBe(reachable());
});

test("R3: Home and End go by the week of the locale", () => {
  showAt("2027-03-10", { locale: "de-DE" });
  press("Home");
  expect(focused()).toBe("Montag, 8. März 2027");
  press("End");
  expect(focused()).toBe("Sonntag, 14. März 2027");
});

test("R3: the default action of the keys used is prevented, that of others not", () => {
  showAt("2027-03-10");
  const used = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown", "Enter", " "];
  expect(used.filter((key) => fireEvent.keyDown(document.activeElement, { key }))).toEqual([]);
  expect(fireEvent.keyDown(document.activeElement, { key: "Tab" })).toBe(true);
  expect(fireEvent.keyDown(document.activeElement, { key: "Home", ctrlKey: true })).toBe(true);
});

test.each([
  ["2027-01-31", "PageDown", "Sunday, February 28, 2027"],
  ["2028-01-31", "PageDown", "Tuesday, February 29, 2028"],
  ["2027-03-31", "PageUp", "Sunday, February 28, 2027"],
  ["2027-05-31", "PageDown", "Wednesday, June 30, 2027"],
  ["2027-12-31", "PageDown", "Monday, January 31, 2028"],
  ["2027-01-15", "PageUp", "Tuesday, December 15, 2026"],
  ["2028-02-29", "shift+PageDown", "Wednesday, February 28, 2029"],
  ["2028-02-29", "shift+PageUp", "Sunday, February 28, 2027"],
  ["2100-02-28", "ArrowRight", "Monday, March 1, 2100"],
  ["0050-03-31", "PageUp", "Monday, February 28, 50"],
  ["0099-12-31", "PageDown ArrowRight", "Monday, February 1, 100"],
  ["9999-12-31", "ArrowRight", "Friday, December 31, 9999"],
  ["9998-12-31", "shift+PageDown PageDown", "Friday, December 31, 9999"],
])("R4: from %s the keys %s lead to %s", (today, keys, name) => {
  showAt(today, { min: "0000-01-01", max: "9999-12-31" });
  press(...keys.split(" "));
  expect(focused()).toBe(name);
});

/** Dates as on a machine whose clock is this many hours ahead of UTC. */
function dateAheadBy(hours) {
  const shift = hours * 3_600_000;
  class LocalDate extends Date {
    constructor(...parts) {
      if (parts.length > 1) super(Date.UTC(...parts) - shift);
      else super(...parts);
    }
  }
  for (const part of ["FullYear", "Month", "Date", "Day", "Hours"]) {
    LocalDate.prototype[`get${part}`] = function getLocal() {
      return new Date(this.getTime() + shift)[`getUTC${part}`]();
    };
  }
  return LocalDate;
}

test.each([-11, -3, 3, 14])("R4: no day is skipped or repeated %s hours ahead of UTC", (hours) => {
  vi.stubGlobal("Date", dateAheadBy(hours));
  const view = showAt("2027-12-29");
  const days = ["29, 2027", "30, 2027", "31, 2027", "1, 2028", "2, 2028"];
  for (const day of days) {
    expect(focused()).toContain(` ${day}`);
    expect(document.activeElement.textContent).toBe(day.split(",")[0]);
    press("ArrowRight");
  }
  press("PageDown", "ArrowUp", "Enter");
  expect(chosen(view)).toEqual(["2028-01-27"]);
  expect(rows()[0]).toEqual(["", "", "", "", "", "", "1"]);
});

test("R5: the buttons change the month and keep the focus", async () => {
  const view = show({ initial: "2027-01-31" });
  await view.user.click(button("Next month"));
  expect([heading(), reachable().textContent]).toEqual(["February 2027", "28"]);
  expect(document.activeElement).toBe(button("Next month"));
  await view.user.click(button("Previous month"));
  await view.user.click(button("Previous month"));
  expect([heading(), reachable().textContent]).toEqual(["December 2026", "28"]);
  expect(chosen(view)).toEqual([]);
});

test("R5: a button that leads beyond the bounds is disabled", async () => {
  const view = show({ min: "2027-02-20", max: "2027-04-05" });
  const states = () => ["Previous month", "Next month"].map((name) => button(name).getAttribute("aria-disabled"));
  expect(states()).toEqual(["false", "false"]);
  await view.user.click(button("Next month"));
  expect([heading(), reachable().textContent, ...states()]).toEqual(["April 2027", "5", "false", "true"]);
  await view.user.click(button("Next month"));
  expect([heading(), document.activeElement]).toEqual(["April 2027", button("Next month")]);
  await view.user.click(button("Previous month"));
  await view.user.click(button("Previous month"));
  expect([heading(), reachable().textContent, ...states()]).toEqual(["February 2027", "20", "true", "false"]);
  await view.user.keyboard("{Shift>}{Tab}{/Shift}");
  await view.user.click(cell(24));
  await view.user.click(button("Previous month"));
  expect([heading(), reachable().textContent]).toEqual(["February 2027", "24"]);
});

const BOUNDS = { min: "2027-03-08", max: "2027-03-20" };

test.each([
  ["2027-03-10", "ArrowUp", "8"],
  ["2027-03-08", "ArrowLeft", "8"],
  ["2027-03-09", "ArrowLeft", "8"],
  ["2027-03-10", "Home", "8"],
  ["2027-03-10", "PageUp", "8"],
  ["2027-03-15", "ArrowDown", "20"],
  ["2027-03-20", "ArrowRight", "20"],
  ["2027-03-19", "ArrowRight", "20"],
  ["2027-03-15", "shift+PageDown", "20"],
  ["2027-01-01", "", "8"],
  ["2028-01-01", "", "20"],
])("R6: from %s the keys %j stop at %s", (today, keys, day) => {
  showAt(today, BOUNDS);
  if (keys !== "") press(keys);
  expect(document.activeElement.textContent).toBe(day);
  expect(heading()).toBe("March 2027");
});

test("R6: dates beyond the bounds take no focus and are not chosen", async () => {
  const view = show(BOUNDS);
  expect(disabled()).toEqual([...from(1, 7), ...from(21, 31)]);
  for (const day of [7, 21]) {
    await view.user.click(cell(day));
    act(() => cell(day).focus());
    expect(document.activeElement).not.toBe(cell(day));
  }
  expect(chosen(view)).toEqual([]);
  await view.user.click(cell(8));
  await view.user.click(cell(20));
  expect(chosen(view)).toEqual(["2027-03-08", "2027-03-20"]);
});

test("R6: when the bounds change, the current date is kept within them", () => {
  const props = { label: "Arrival", value: null, onChange() {}, today: "2027-03-10", locale: "en-US" };
  const { rerender } = render(<MonthCalendar {...props} />);
  rerender(<MonthCalendar {...props} min="2027-05-20" />);
  expect([heading(), reachable().textContent]).toEqual(["May 2027", "20"]);
  rerender(<MonthCalendar {...props} max="2026-12-24" />);
  expect([heading(), reachable().textContent]).toEqual(["December 2026", "24"]);
});

test("R6: excluded dates are reached but not chosen", async () => {
  const view = showAt("2027-03-10", { isExcluded: (date) => date.endsWith("-11") });
  expect(disabled()).toEqual([11]);
  await view.user.keyboard("{ArrowRight}{Enter} ");
  expect(focused()).toBe("Thursday, March 11, 2027");
  await view.user.click(cell(11));
  expect(chosen(view)).toEqual([]);
  await view.user.keyboard("{ArrowRight}{Enter}");
  expect(chosen(view)).toEqual(["2027-03-12"]);
});

test("R7: a click, Enter or Space chooses and makes current", async () => {
  const view = show();
  await view.user.click(cell(5));
  expect([selected(), reachable().textContent]).toEqual([[5], "5"]);
  await view.user.keyboard("{ArrowRight}{Enter}{ArrowRight} ");
  expect(chosen(view)).toEqual(["2027-03-05", "2027-03-06", "2027-03-07"]);
  expect(selected()).toEqual([7]);
});

test("R7: a choice that gets no focus makes the date current too", () => {
  show();
  fireEvent.click(cell(5));
  expect(reachable()).toBe(cell(5));
});

test("R7: what is selected is the value given", async () => {
  const onChange = vi.fn();
  const user = userEvent.setup({ delay: null, pointerEventsCheck: 0 });
  render(<MonthCalendar label="A" today="2027-03-10" locale="en-US" value="2027-03-02" onChange={onChange} />);
  await user.click(cell(5));
  expect(chosen({ onChange })).toEqual(["2027-03-05"]);
  expect(selected()).toEqual([2]);
});

const range = (start, end) => ({
  start: `2027-03-${String(start).padStart(2, "0")}`,
  end: end === null ? null : `2027-03-${String(end).padStart(2, "0")}`,
});

test.each([
  ["none", null, 5, range(5, null)],
  ["a complete range", range(3, 9), 5, range(5, null)],
  ["a start and a later date", range(5, null), 9, range(5, 9)],
  ["a start and an earlier date", range(9, null), 5, range(5, 9)],
  ["a start and the same date", range(5, null), 5, range(5, 5)],
  ["dates around one that is excluded", range(10, null), 16, range(16, null)],
  ["the same the other way", range(16, null), 10, range(10, null)],
  ["dates beside one that is excluded", range(14, null), 11, range(11, 14)],
  ["a start that is excluded", range(15, null), 17, range(17, null)],
])("R7: the range after %s", async (_, initial, day, expected) => {
  const view = show({ mode: "range", initial, isExcluded: (date) => date === "2027-03-15" });
  await view.user.click(cell(day));
  expect(chosen(view)).toEqual([expected]);
  expect(selected()).toEqual(from(Number(expected.start.slice(8)), Number((expected.end ?? expected.start).slice(8))));
});

test("R7: a range ends on the last date of all", async () => {
  const initial = { start: "9999-12-30", end: null };
  const view = show({ mode: "range", initial, max: "9999-12-31" });
  await view.user.click(cell(31));
  expect(chosen(view)).toEqual([{ start: "9999-12-30", end: "9999-12-31" }]);
});

test("R7: a range over months is chosen by keys", async () => {
  const view = showAt("2027-02-27", { mode: "range" });
  await view.user.keyboard("{Enter}{ArrowDown}{Enter}");
  expect(chosen(view)).toEqual([
    { start: "2027-02-27", end: null },
    { start: "2027-02-27", end: "2027-03-06" },
  ]);
  expect(selected()).toEqual(from(1, 6));
});

test.each([
  [{ value: "2027-02-29" }, "2027-02-29"],
  [{ value: "2027-3-05" }, "2027-3-05"],
  [{ value: "" }, ""],
  [{ today: "2027-13-01" }, "2027-13-01"],
  [{ today: "2027-03-05T10:00" }, "2027-03-05T10:00"],
  [{ min: "x2027-03-05" }, "x2027-03-05"],
  [{ max: "2027-04-31" }, "2027-04-31"],
  [{ mode: "range", value: { start: "2027-00-01", end: null } }, "2027-00-01"],
  [{ mode: "range", value: { start: "2027-01-01", end: "tomorrow" } }, "tomorrow"],
])("R8: %j is refused", (props, text) => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const element = <MonthCalendar label="A" today="2027-03-10" locale="en-US" value={null} onChange={() => {}} {...props} />;
  let error;
  try {
    render(element);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(RangeError);
  expect(error.message).toBe(`not a date: ${text}`);
});

test("R8: a leap day is a date where there is one", () => {
  show({ initial: "2028-02-29" });
  expect([heading(), selected()]).toEqual(["February 2028", [29]]);
});
