import { cleanup, configure, fireEvent, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, expect, test, vi } from "vitest";

import { StarRating } from "./StarRating.jsx";

// Effects run twice, as in development.
configure({ reactStrictMode: true });

afterEach(cleanup);

/** A parent that keeps what it is told, as most do. */
function Stateful({ initial = null, onChange, ...props }) {
  const [value, setValue] = useState(initial);
  function change(next) {
    onChange(next);
    setValue(next);
  }
  return <StarRating label="Service" name="service" value={value} onChange={change} {...props} />;
}

function show(props) {
  const onChange = vi.fn();
  const view = render(
    <form aria-label="Review">
      <Stateful onChange={onChange} {...props} />
    </form>,
  );
  return { ...view, user: userEvent.setup({ delay: null }), onChange };
}

/** A parent that ignores what it is told. */
function showFixed(props) {
  const onChange = vi.fn();
  const view = render(
    <form aria-label="Review">
      <StarRating label="Service" name="service" onChange={onChange} {...props} />
    </form>,
  );
  return { ...view, user: userEvent.setup({ delay: null }), onChange };
}

const form = () => screen.getByRole("form", { name: "Review" });
const radio = (name) => screen.getByRole("radio", { name });
const radios = () => screen.getAllByRole("radio");
const checked = () => radios().filter((each) => each.checked).map((each) => each.value);
const glyphs = () => form().textContent.replace(/[^★☆]/g, "");
const caption = () => form().textContent.replace(/[★☆]/g, "").trim();
const shown = () => [glyphs(), caption()];
const starOf = (name) => radio(name).closest("label");
const calls = ({ onChange }) => onChange.mock.calls;
const sent = () => [...new FormData(form())];

test("R1: a named group has a named radio button for each star", () => {
  show({ initial: 3 });
  expect(screen.getByRole("radiogroup", { name: "Service" })).toBeTruthy();
  expect(["1 star", "2 stars", "3 stars", "4 stars", "5 stars"].map(radio)).toEqual(radios());
  expect(radio("1 star").checked).toBe(false);
  expect(screen.getByRole("radio", { name: "3 stars", checked: true })).toBe(radios()[2]);
});

test.each([
  [null, 5, [], ["☆☆☆☆☆", "No rating"]],
  [1, 5, ["1"], ["★☆☆☆☆", "1 of 5"]],
  [5, 5, ["5"], ["★★★★★", "5 of 5"]],
  [3, 4, ["3"], ["★★★☆", "3 of 4"]],
])("R1: the value %s of %s is checked and its stars are filled", (initial, max, radiosChecked, texts) => {
  show({ initial, max });
  expect(radios()).toHaveLength(max);
  expect(checked()).toEqual(radiosChecked);
  expect(shown()).toEqual(texts);
});

test("R1: glyphs and caption are hidden from assistive technology", () => {
  show({ initial: 2 });
  expect(shown()).toEqual(["★★☆☆☆", "2 of 5"]);
  form().querySelectorAll("[aria-hidden=true]").forEach((each) => each.remove());
  expect(screen.getByRole("radiogroup").textContent).toBe("");
  expect(radios()).toHaveLength(5);
});

test("R2: a click on a star chooses it", async () => {
  const view = show();
  await view.user.click(starOf("4 stars"));
  await view.user.click(radio("2 stars"));
  expect(calls(view)).toEqual([[4], [2]]);
  expect(checked()).toEqual(["2"]);
});

test("R2: arrow keys choose the star beside", async () => {
  const view = show({ initial: 3 });
  await view.user.tab();
  expect(document.activeElement).toBe(radio("3 stars"));
  await view.user.keyboard("{ArrowRight}{ArrowLeft}{ArrowLeft}");
  expect(calls(view)).toEqual([[4], [3], [2]]);
  expect(document.activeElement).toBe(radio("2 stars"));
});

test("R2: an arrow key that comes to the value moves the focus only", async () => {
  const view = showFixed({ value: 2 });
  await view.user.tab();
  await view.user.keyboard("{ArrowRight}{ArrowLeft}");
  expect(calls(view)).toEqual([[3]]);
  expect(document.activeElement).toBe(radio("2 stars"));
  await view.user.keyboard(" ");
  expect(calls(view)).toEqual([[3], [null]]);
});

test("R2: what is shown is the value given, whatever was chosen", async () => {
  const view = showFixed({ value: 2 });
  await view.user.click(starOf("4 stars"));
  await view.user.unhover(starOf("4 stars"));
  expect(calls(view)).toEqual([[4]]);
  expect(checked()).toEqual(["2"]);
  expect(glyphs()).toBe("★★☆☆☆");
});

test("R3: the star under the pointer is previewed until the pointer leaves the group", async () => {
  const view = show({ initial: 2 });
  await view.user.hover(starOf("4 stars"));
  expect(shown()).toEqual(["★★★★☆", "4 of 5"]);
  expect(checked()).toEqual(["2"]);
  await view.user.hover(starOf("1 star"));
  expect(shown()).toEqual(["★☆☆☆☆", "1 of 5"]);
  await view.user.unhover(starOf("1 star"));
  expect(shown()).toEqual(["★★☆☆☆", "2 of 5"]);
  expect(calls(view)).toEqual([]);
});

test("R3: clearing ends the preview until the pointer enters a star again", async () => {
  const view = show({ initial: 3 });
  await view.user.click(starOf("3 stars"));
  expect(shown()).toEqual(["☆☆☆☆☆", "No rating"]);
  await view.user.hover(starOf("2 stars"));
  expect(glyphs()).toBe("★★☆☆☆");
  await view.user.keyboard("4");
  expect(glyphs()).toBe("★★★★☆");
});

test("R3: a choice that the value does not follow ends the preview", async () => {
  const view = showFixed({ value: 1 });
  await view.user.click(starOf("5 stars"));
  expect(glyphs()).toBe("★☆☆☆☆");
});

test("R4: a click on the star that is the value clears", async () => {
  const view = show({ initial: 3 });
  await view.user.click(starOf("3 stars"));
  expect(calls(view)).toEqual([[null]]);
  expect(checked()).toEqual([]);
  await view.user.click(starOf("3 stars"));
  expect(calls(view)).toEqual([[null], [3]]);
});

test("R4: after an arrow key a click clears as ever", async () => {
  const view = show({ initial: 3 });
  await view.user.tab();
  await view.user.keyboard("{ArrowRight}");
  await view.user.click(starOf("4 stars"));
  expect(calls(view)).toEqual([[4], [null]]);
});

test.each([" ", "0", "{Backspace}", "{Delete}"])("R4: the key %j clears, once", async (key) => {
  const view = show({ initial: 3 });
  await view.user.tab();
  await view.user.keyboard(key);
  expect(calls(view)).toEqual([[null]]);
  expect(document.activeElement).toBe(radio("3 stars"));
});

test("R4: the keys clear from another radio button too, and nothing if there is no rating", async () => {
  const view = show({ initial: 3 });
  radio("1 star").focus();
  await view.user.keyboard("0");
  expect(calls(view)).toEqual([[null]]);
  await view.user.keyboard("0{Backspace}{Delete}");
  expect(calls(view)).toEqual([[null]]);
});

test.each([
  ["1", 5, "1 star"],
  ["5", 5, "5 stars"],
  ["9", 10, "9 stars"],
])("R5: the digit %s of %s chooses and focuses its star", async (key, max, name) => {
  const view = show({ initial: 2, max });
  await view.user.tab();
  await view.user.keyboard(key);
  expect(calls(view)).toEqual([[Number(key)]]);
  expect(document.activeElement).toBe(radio(name));
});

test("R5: the digit of the value moves the focus only", async () => {
  const view = show({ initial: 3 });
  radio("1 star").focus();
  await view.user.keyboard("3");
  expect(document.activeElement).toBe(radio("3 stars"));
  expect(calls(view)).toEqual([]);
  expect(checked()).toEqual(["3"]);
});

test.each(["6", "{Control>}4{/Control}", "{Alt>}4{/Alt}", "{Meta>}4{/Meta}", "{Control>}0{/Control}", "x", "{F4}"])(
  "R5: the keys %s do nothing",
  async (keys) => {
    const view = show({ initial: 2 });
    await view.user.tab();
    await view.user.keyboard(keys);
    expect(calls(view)).toEqual([]);
    expect(document.activeElement).toBe(radio("2 stars"));
  },
);

test("R6: the form has the value under the name, and nothing without a rating", async () => {
  const view = show({ initial: 4 });
  expect(sent()).toEqual([["service", "4"]]);
  await view.user.click(starOf("2 stars"));
  expect(sent()).toEqual([["service", "2"]]);
  await view.user.click(starOf("2 stars"));
  expect(sent()).toEqual([]);
});

test("R6: a read-only rating is sent too", () => {
  const view = show({ initial: 3.5, readOnly: true });
  expect(sent()).toEqual([["service", "3.5"]]);
  view.unmount();
  show({ initial: null, readOnly: true });
  expect(screen.getByRole("img")).toBeTruthy();
  expect(sent()).toEqual([]);
});

test.each([
  [3, "★★★☆☆", "3 of 5"],
  [3.4, "★★★☆☆", "3.4 of 5"],
  [3.5, "★★★★☆", "3.5 of 5"],
  [1, "★☆☆☆☆", "1 of 5"],
  [5, "★★★★★", "5 of 5"],
  [null, "☆☆☆☆☆", "No rating"],
])("R7: the read-only rating %s is an image", (initial, stars, text) => {
  show({ initial, readOnly: true });
  expect(screen.getByRole("img", { name: `Service: ${text}` })).toBeTruthy();
  expect(shown()).toEqual([stars, text]);
  expect(screen.queryAllByRole("radio")).toEqual([]);
});

test("R7: the pointer previews nothing in a read-only rating, and a click chooses nothing", async () => {
  const view = show({ initial: 2, readOnly: true });
  const last = within(screen.getByRole("img")).getAllByText(/☆/).at(-1);
  await view.user.click(last);
  fireEvent.keyDown(last, { key: "5" });
  expect(shown()).toEqual(["★★☆☆☆", "2 of 5"]);
  expect(calls(view)).toEqual([]);
});

test.each([0, -1, 6, 2.5, NaN, undefined])("R8: %s is shown as no rating, and a star can be chosen", async (value) => {
  const view = showFixed({ value });
  expect(shown()).toEqual(["☆☆☆☆☆", "No rating"]);
  expect(checked()).toEqual([]);
  await view.user.click(starOf("1 star"));
  expect(calls(view)).toEqual([[1]]);
});

test.each([0, 0.5, -1, 5.5, NaN, undefined, "3", true])("R8: read-only %s is shown as no rating", (value) => {
  showFixed({ value, readOnly: true });
  expect(screen.getByRole("img", { name: "Service: No rating" })).toBeTruthy();
  expect(glyphs()).toBe("☆☆☆☆☆");
});
