import { act, cleanup, configure, fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";

import { TabPanels } from "./TabPanels.jsx";

configure({ reactStrictMode: true });

afterEach(cleanup);

const tabOf = (label, disabled) => ({
  id: `the ${label}`,
  label,
  content: <input aria-label={`Note on ${label}`} />,
  ...(disabled && { disabled }),
});
const tabsOf = (...labels) => labels.map((label) => (label.endsWith("-") ? tabOf(label.slice(0, -1), true) : tabOf(label)));

function show(labels, props) {
  const onSelect = vi.fn();
  const page = (labels) => (
    <>
      <TabPanels label="Fruit" tabs={tabsOf(...labels)} onSelect={onSelect} {...props} />
      <button type="button">After</button>
    </>
  );
  const view = render(page(labels));
  return {
    user: userEvent.setup({ delay: null }),
    change: (...labels) => view.rerender(page(labels)),
    selections: () => onSelect.mock.calls,
  };
}

const tabs = () => [...document.querySelectorAll("[role=tab]")];
const tab = (label) => tabs().find((each) => each.textContent === label);
const selected = () => tabs().filter((each) => each.getAttribute("aria-selected") === "true").map((each) => each.textContent);
const panels = () => [...document.querySelectorAll("[role=tabpanel]")];
const noteOf = (panel) => panel.querySelector("input").getAttribute("aria-label");
const notes = () => panels().filter((panel) => !panel.hidden).map(noteOf);
const focused = () => document.activeElement;
const reachable = () => tabs().filter((each) => each.tabIndex === 0).map((each) => each.textContent);
const press = (key, options) => fireEvent.keyDown(focused(), { key, ...options });

function focus(label) {
  fireEvent.click(tab(label));
  act(() => tab(label).focus());
}

// --- R1

test("R1: tabs in a named list, and the panel of the first", () => {
  show(["Apple", "Berry", "Cherry"]);
  expect([...screen.getByRole("tablist", { name: "Fruit" }).children]).toEqual(tabs());
  expect(tabs().map((each) => each.textContent)).toEqual(["Apple", "Berry", "Cherry"]);
  expect(tabs().map((each) => each.getAttribute("aria-selected"))).toEqual(["true", "false", "false"]);
  const panel = screen.getByRole("tabpanel", { name: "Apple" });
  expect(notes()).toEqual(["Note on Apple"]);
  expect(document.getElementById(tab("Apple").getAttribute("aria-controls"))).toBe(panel);
  expect(panel.tabIndex).toBe(0);
});

test("R1: the panel of another tab has its name", () => {
  show(["Apple", "Berry"], { keepPanels: true });
  fireEvent.click(tab("Berry"));
  expect(noteOf(screen.getByRole("tabpanel", { name: "Berry" }))).toBe("Note on Berry");
  expect(document.getElementById(tab("Berry").getAttribute("aria-controls"))).toBe(panels()[1]);
  expect(panels().map((panel) => document.getElementById(panel.getAttribute("aria-labelledby")))).toEqual(tabs());
});

// --- R2

test("R2: a click selects, and tells it once", () => {
  const view = show(["Apple", "Berry", "Cherry"]);
  fireEvent.click(tab("Cherry"));
  expect(selected()).toEqual(["Cherry"]);
  expect(notes()).toEqual(["Note on Cherry"]);
  fireEvent.click(tab("Cherry"));
  expect(view.selections()).toEqual([["the Cherry"]]);
  fireEvent.click(tab("Apple"));
  expect(view.selections()).toEqual([["the Cherry"], ["the Apple"]]);
});

test("R2: Tab reaches the selected tab, then the panel", async () => {
  const { user } = show(["Apple", "Berry", "Cherry"]);
  fireEvent.click(tab("Berry"));
  await user.tab();
  expect(focused()).toBe(tab("Berry"));
  await user.tab();
  expect(focused()).toBe(panels()[0]);
  await user.tab({ shift: true });
  expect(focused()).toBe(tab("Berry"));
});

test("R2: Tab leaves the row from a tab that is not selected", async () => {
  const { user } = show(["Apple", "Berry", "Cherry"], { activation: "manual" });
  focus("Cherry");
  press("Home");
  expect([focused(), selected()]).toEqual([tab("Apple"), ["Cherry"]]);
  expect(reachable()).toEqual(["Apple"]);
  await user.tab();
  expect(focused()).toBe(panels()[0]);
  expect(reachable()).toEqual(["Cherry"]);
});

// --- R3

test.each([
  ["ArrowRight", "Apple", "Berry"],
  ["ArrowRight", "Cherry", "Apple"],
  ["ArrowLeft", "Cherry", "Berry"],
  ["ArrowLeft", "Apple", "Cherry"],
  ["Home", "Cherry", "Apple"],
  ["End", "Apple", "Cherry"],
])("R3: %s moves from %s to %s", (key, from, to) => {
  show(["Apple", "Berry", "Cherry"]);
  focus(from);
  expect(press(key)).toBe(false);
  expect(focused()).toBe(tab(to));
});

test("R3: keys with modifiers and other keys are left alone", () => {
  show(["Apple", "Berry", "Cherry"]);
  focus("Berry");
  for (const modifier of ["shiftKey", "ctrlKey", "altKey", "metaKey"]) {
    expect(press("ArrowRight", { [modifier]: true })).toBe(true);
  }
  expect(press("ArrowDown")).toBe(true);
  expect([focused(), selected()]).toEqual([tab("Berry"), ["Berry"]]);
});

// --- R4

test("R4: automatic activation selects with the focus", () => {
  const view = show(["Apple", "Berry", "Cherry"]);
  focus("Apple");
  press("ArrowRight");
  press("End");
  expect(selected()).toEqual(["Cherry"]);
  expect(notes()).toEqual(["Note on Cherry"]);
  expect(view.selections()).toEqual([["the Berry"], ["the Cherry"]]);
});

test.each(["{Enter}", " "])("R4: manual activation selects by %j", async (key) => {
  const { user, selections } = show(["Apple", "Berry", "Cherry"], { activation: "manual" });
  focus("Apple");
  press("ArrowRight");
  expect([focused(), selected(), selections()]).toEqual([tab("Berry"), ["Apple"], []]);
  await user.keyboard(key);
  expect([focused(), selected(), selections()]).toEqual([tab("Berry"), ["Berry"], [["the Berry"]]]);
});

// --- R5

test("R5: disabled tabs are passed over", () => {
  const view = show(["Apple-", "Berry", "Cherry-", "Date", "Elder-"]);
  expect(selected()).toEqual(["Berry"]);
  expect(tabs().map((each) => each.disabled)).toEqual([true, false, true, false, true]);
  focus("Berry");
  for (const key of ["ArrowRight", "ArrowRight", "ArrowLeft", "Home", "End"]) press(key);
  expect(view.selections().flat()).toEqual(["the Date", "the Berry", "the Date", "the Berry", "the Date"]);
  fireEvent.click(tab("Cherry"));
  expect(selected()).toEqual(["Date"]);
});

test("R5: if it is the only one, keys stay at a tab", () => {
  const view = show(["Apple", "Berry-"]);
  focus("Apple");
  expect(press("ArrowLeft")).toBe(false);
  expect(focused()).toBe(tab("Apple"));
  expect(view.selections()).toEqual([]);
});

test("R5: if no tab can be selected, none is", () => {
  const view = show(["Apple-", "Berry-"]);
  expect([tabs().length, selected(), panels()]).toEqual([2, [], []]);
  view.change("Apple-", "Berry", "Cherry");
  expect(selected()).toEqual(["Berry"]);
  view.change();
  expect([tabs().length, panels()]).toEqual([0, []]);
  view.change("Apple", "Berry");
  expect(selected()).toEqual(["Apple"]);
});

// --- R6

test("R6: only the panel shown exists, and its content begins anew", () => {
  show(["Apple", "Berry"]);
  fireEvent.change(panels()[0].querySelector("input"), { target: { value: "red" } });
  fireEvent.click(tab("Berry"));
  expect(panels().map(noteOf)).toEqual(["Note on Berry"]);
  fireEvent.click(tab("Apple"));
  expect(panels().map(noteOf)).toEqual(["Note on Apple"]);
  expect(panels()[0].querySelector("input").value).toBe("");
});

test("R6: panels that were shown are kept, hidden", () => {
  show(["Apple", "Berry", "Cherry"], { keepPanels: true });
  expect(panels().map(noteOf)).toEqual(["Note on Apple"]);
  fireEvent.change(panels()[0].querySelector("input"), { target: { value: "red" } });
  fireEvent.click(tab("Cherry"));
  expect(panels().map((panel) => [noteOf(panel), panel.hidden])).toEqual([
    ["Note on Apple", true],
    ["Note on Cherry", false],
  ]);
  fireEvent.click(tab("Apple"));
  expect(panels().map((panel) => panel.hidden)).toEqual([false, true]);
  expect(panels()[0].querySelector("input").value).toBe("red");
});

// --- R7

test.each([
  [["Apple", "Berry", "Date"], "Date"],
  [["Apple", "Berry", "Cherry-", "Date"], "Date"],
  [["Apple", "Berry", "Elder"], "Elder"],
  [["Apple", "Berry", "Date-", "Elder-"], "Berry"],
  [["New", "Apple", "Berry"], "Berry"],
  [["Berry-", "Apple"], "Apple"],
  [["New-", "Newer", "Newest"], "Newer"],
  [["Elder", "Cherry", "Apple"], "Cherry"],
])("R7: with the tabs %j the one selected is %s", (labels, expected) => {
  const view = show(["Apple", "Berry", "Cherry", "Date", "Elder"]);
  fireEvent.click(tab("Cherry"));
  view.change(...labels);
  expect(selected()).toEqual([expected]);
  expect(notes()).toEqual([`Note on ${expected}`]);
  expect(view.selections()).toEqual([["the Cherry"]]);
});

test("R7: what is selected then follows the list as it is now", () => {
  const view = show(["Apple", "Berry", "Cherry"]);
  view.change("Cherry", "Apple", "Berry");
  view.change("Cherry", "Berry");
  expect(selected()).toEqual(["Berry"]);
  fireEvent.click(tab("Cherry"));
  view.change("Apple", "Berry");
  expect(selected()).toEqual(["Berry"]);
});

test("R7: the focus of a tab that is gone goes to the selected one", () => {
  const view = show(["Apple", "Berry", "Cherry"], { activation: "manual" });
  focus("Berry");
  view.change("Apple", "Cherry");
  expect(focused()).toBe(tab("Cherry"));
  press("Home");
  view.change("Apple-", "Cherry", "Date");
  expect(focused()).toBe(tab("Cherry"));
  expect(reachable()).toEqual(["Cherry"]);
});

test("R7: a focus elsewhere stays", () => {
  const view = show(["Apple", "Berry", "Cherry"]);
  focus("Berry");
  view.change("Berry", "Cherry");
  expect(focused()).toBe(tab("Berry"));
  act(() => screen.getByText("After").focus());
  view.change("Cherry");
  expect([focused(), selected()]).toEqual([screen.getByText("After"), ["Cherry"]]);
});

test("R7: when the last tab goes, the focus is forgotten", () => {
  const view = show(["Apple", "Berry"]);
  focus("Apple");
  view.change();
  view.change("Cherry", "Date");
  expect(focused()).toBe(document.body);
  expect(reachable()).toEqual(["Cherry"]);
});
