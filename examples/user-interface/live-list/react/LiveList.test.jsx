import { act, cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";

import { LiveList } from "./LiveList.jsx";

afterEach(cleanup);

const idOf = (name) => `id of ${name}`;
const itemsNamed = (names) => names.map((name) => ({ id: idOf(name), name }));

const FRUITS = ["Plum", "Apple", "Lemon", "Fig", "Cherry"];

/** Runs a step and everything that follows from it in the same turn of the event loop. */
async function settle(step) {
  await act(async () => {
    step();
    await new Promise((resolve) => setTimeout(resolve));
  });
}

function fakeLoadPage() {
  const loads = [];
  const loadPage = ({ cursor, filter, signal }) =>
    new Promise((resolve, reject) => {
      loads.push({
        cursor,
        filter,
        signal,
        answer: (names, nextCursor = null) => settle(() => resolve({ items: itemsNamed(names), nextCursor })),
        answerItems: (items, nextCursor = null) => settle(() => resolve({ items, nextCursor })),
        fail: () => settle(() => reject(new Error("offline"))),
      });
    });
  return { loads, loadPage };
}

function fakeRemoveItems() {
  const removals = [];
  const removeItems = vi.fn(
    () =>
      new Promise((resolve, reject) => {
        removals.push({
          succeed: () => settle(resolve),
          fail: (message) => settle(() => reject(new Error(message))),
        });
      }),
  );
  return { removals, removeItems };
}

function show(props) {
  const { loads, loadPage } = fakeLoadPage();
  const { removals, removeItems } = fakeRemoveItems();
  const view = render(<LiveList label="Fruits" loadPage={loadPage} removeItems={removeItems} {...props} />);
  return { ...view, user: userEvent.setup({ delay: null }), loads, removals, removeItems };
}

const filter = () => screen.getByLabelText("Filter");
const list = () => screen.getByLabelText("Fruits");
const item = (name) => within(list()).getByLabelText(name);
const names = () => [...list().children].map((element) => element.textContent.trim());
const selected = () => names().filter((name) => item(name).checked);
const selectAll = () => screen.getByLabelText("Select all");
const selectAllState = () => [selectAll().checked, selectAll().indeterminate, selectAll().disabled];
const button = (name) => screen.queryByText(name, { selector: "button" });
const status = () => screen.getByRole("status", { hidden: true }).textContent;
const loadAlert = () => screen.queryByText("Could not load", { selector: "[role=alert]" });
const noItems = () => screen.queryByText("No items");
const dialog = () => screen.queryByRole("dialog");
const focused = () => document.activeElement;
const requests = ({ loads }) => loads.map(({ cursor, filter: text }) => [cursor, text]);

async function showPage(pageNames = FRUITS, nextCursor = null, props = {}) {
  const view = show(props);
  await view.loads[0].answer(pageNames, nextCursor);
  return view;
}

async function press({ user }, name) {
  await user.click(button(name));
}

async function select({ user }, ...itemNames) {
  for (const name of itemNames) await user.click(item(name));
}

async function selectWithShift({ user }, name) {
  await user.keyboard("{Shift>}");
  await user.click(item(name));
  await user.keyboard("{/Shift}");
}

/** Selects items in this order and opens the dialog. */
async function ask(view, ...itemNames) {
  await select(view, ...itemNames);
  await press(view, "Remove selected");
}

async function showDialog({ selection = ["Fig", "Apple"], nextCursor = null, ...props } = {}) {
  const view = await showPage(FRUITS, nextCursor, props);
  await ask(view, ...selection);
  return view;
}

const choice = (name) => within(dialog()).getByText(name, { selector: "button" });
const choose = ({ user }, name) => user.click(choice(name));
const failures = () => within(dialog()).queryAllByRole("alert").map((alert) => alert.textContent);
const isBusy = () => dialog().getAttribute("aria-busy") === "true";

/** Clicks an element several times before anything can be rendered. */
function clickAtOnce(element, times) {
  act(() => {
    for (let click = 0; click < times; click += 1) element.click();
  });
}

// --- R1

test("R1: at the start the first page is loaded with an empty filter", () => {
  const view = show();
  expect(requests(view)).toEqual([[null, ""]]);
  expect(view.loads[0].signal.aborted).toBe(false);
  expect(status()).toBe("Loading");
  expect(names()).toEqual([]);
  expect(noItems()).toBe(null);
});

test("R1: the items are list items with a checkbox, in the order of the answer", async () => {
  await showPage(["Plum", "Apple"]);
  const elements = within(screen.getByRole("list", { name: "Fruits" })).getAllByRole("listitem");
  expect(elements).toHaveLength(2);
  expect(within(elements[0]).getByRole("checkbox", { name: "Plum" }).checked).toBe(false);
  expect(within(elements[1]).getByRole("checkbox", { name: "Apple" }).checked).toBe(false);
  expect(screen.getByRole("searchbox", { name: "Filter" }).value).toBe("");
  expect(status()).toBe("0 of 2 selected");
});

test("R1: Load more appends the page of the last cursor, which is given unchanged", async () => {
  const view = await showPage(["Plum"], " p/2 ");
  await press(view, "Load more");
  expect(status()).toBe("Loading");
  expect(names()).toEqual(["Plum"]);
  await view.loads[1].answer(["Apple", "Fig"], "p3");
  expect(names()).toEqual(["Plum", "Apple", "Fig"]);
  expect(status()).toBe("0 of 3 selected");
  await press(view, "Load more");
  expect(requests(view)).toEqual([
    [null, ""],
    [" p/2 ", ""],
    ["p3", ""],
  ]);
});

test("R1: the status counts the selected items and all that are shown", async () => {
  const view = await showPage(["Plum", "Apple"], "p2");
  await select(view, "Plum", "Apple");
  expect(status()).toBe("2 of 2 selected");
  await press(view, "Load more");
  await view.loads[1].answer(["Fig"]);
  expect(status()).toBe("2 of 3 selected");
  await select(view, "Plum");
  expect(status()).toBe("1 of 3 selected");
});

test("R1: an empty last page shows that there are no items", async () => {
  await showPage([]);
  expect(noItems()).not.toBe(null);
  expect(status()).toBe("0 of 0 selected");
});

test("R1: there are no items either when the last one was removed", async () => {
  const view = await showPage(["Plum"]);
  expect(noItems()).toBe(null);
  await ask(view, "Plum");
  await choose(view, "Remove");
  await view.removals[0].succeed();
  expect(noItems()).not.toBe(null);
});

// --- R2

test("R2: Load more is there only when a page has come and has a cursor", async () => {
  const view = show();
  expect(button("Load more")).toBe(null);
  await view.loads[0].answer(["Plum"], "p2");
  expect(button("Load more").getAttribute("aria-disabled")).not.toBe("true");
  await press(view, "Load more");
  await view.loads[1].answer(["Apple"]);
  expect(button("Load more")).toBe(null);
});

test("R2: an empty text is a cursor", async () => {
  const view = await showPage(["Plum"], "");
  await press(view, "Load more");
  expect(requests(view)[1]).toEqual(["", ""]);
});

test("R2: a page without items may have a cursor", async () => {
  const view = await showPage([], "p2");
  expect(noItems()).toBe(null);
  await press(view, "Load more");
  await view.loads[1].answer(["Plum"]);
  expect(names()).toEqual(["Plum"]);
});

test("R2: while a further page loads, presses start no second load", async () => {
  const view = await showPage(["Plum"], "p2");
  clickAtOnce(button("Load more"), 2);
  expect(view.loads).toHaveLength(2);
  expect(button("Load more").getAttribute("aria-disabled")).toBe("true");
  await press(view, "Load more");
  expect(view.loads).toHaveLength(2);
  await view.loads[1].answer(["Apple"], "p3");
  expect(button("Load more").getAttribute("aria-disabled")).not.toBe("true");
});

test("R2: an id that is listed already keeps its place and its selection, and gets the newer name", async () => {
  const view = await showPage(["Plum", "Apple", "Fig"], "p2");
  await select(view, "Apple");
  await press(view, "Load more");
  await view.loads[1].answerItems([
    { id: idOf("Lemon"), name: "Lemon" },
    { id: idOf("Apple"), name: "Red apple" },
  ]);
  expect(names()).toEqual(["Plum", "Red apple", "Fig", "Lemon"]);
  expect(selected()).toEqual(["Red apple"]);
  expect(status()).toBe("1 of 4 selected");
});

test("R2: an id that comes twice in a page is shown once", async () => {
  const view = show();
  await view.loads[0].answerItems([
    { id: "a", name: "Old" },
    { id: "b", name: "Other" },
    { id: "a", name: "New" },
  ]);
  expect(names()).toEqual(["New", "Other"]);
});

// --- R3

test("R3: a change of the filter removes items and selection and loads the first page for it as typed", async () => {
  const view = await showPage(["Plum", "Apple"], "p2");
  await select(view, "Plum");
  await view.user.click(filter());
  await view.user.paste("  Pl ");
  expect(requests(view).slice(1)).toEqual([[null, "  Pl "]]);
  expect(filter().value).toBe("  Pl ");
  expect(names()).toEqual([]);
  expect(status()).toBe("Loading");
  expect(button("Load more")).toBe(null);
  expect(button("Remove selected").disabled).toBe(true);
  await view.loads[1].answer(["Plum"]);
  expect(selected()).toEqual([]);
  expect(status()).toBe("0 of 1 selected");
});

test("R3: every change aborts the load under way", async () => {
  const view = show();
  await view.user.type(filter(), "ab");
  expect(requests(view)).toEqual([
    [null, ""],
    [null, "a"],
    [null, "ab"],
  ]);
  expect(view.loads.map(({ signal }) => signal.aborted)).toEqual([true, true, false]);
  await view.user.type(filter(), "{Backspace}");
  expect(requests(view)[3]).toEqual([null, "a"]);
});

test("R3: answers and failures of earlier loads change nothing", async () => {
  const view = show();
  await view.user.type(filter(), "ab");
  await view.loads[0].answer(["Plum"], "p2");
  await view.loads[1].fail();
  expect(names()).toEqual([]);
  expect(status()).toBe("Loading");
  expect([button("Load more"), loadAlert()]).toEqual([null, null]);
  await view.loads[2].answer(["Apple"]);
  expect(names()).toEqual(["Apple"]);
});

test("R3: an earlier load that settles after the present one changes nothing", async () => {
  const view = await showPage(["Plum"], "p2");
  await press(view, "Load more");
  await view.user.type(filter(), "a");
  await view.loads[2].answer(["Apple"], "a2");
  expect(view.loads[1].signal.aborted).toBe(true);
  await view.loads[1].answer(["Fig"], "p3");
  expect(names()).toEqual(["Apple"]);
  await press(view, "Load more");
  expect(requests(view).at(-1)).toEqual(["a2", "a"]);
});

test("R3: a change of the filter removes the load error", async () => {
  const view = show();
  await view.loads[0].fail();
  await view.user.type(filter(), "a");
  expect([loadAlert(), button("Retry")]).toEqual([null, null]);
  await view.loads[1].answer(["Apple"], "p2");
  expect(button("Load more")).not.toBe(null);
});

test("R3: the removal of the component aborts the load under way", async () => {
  const view = await showPage(["Plum"], "p2");
  await press(view, "Load more");
  view.unmount();
  expect(view.loads[1].signal.aborted).toBe(true);
});

// --- R4

test("R4: a failure of the first load is shown, and Retry repeats it", async () => {
  const view = show();
  await view.user.type(filter(), "a");
  await view.loads[1].fail();
  expect(loadAlert()).not.toBe(null);
  expect(status()).toBe("0 of 0 selected");
  expect([button("Load more"), noItems()]).toEqual([null, null]);
  await press(view, "Retry");
  expect(requests(view)[2]).toEqual([null, "a"]);
  expect([loadAlert(), button("Retry")]).toEqual([null, null]);
  expect(status()).toBe("Loading");
  await view.loads[2].answer(["Apple"]);
  expect(names()).toEqual(["Apple"]);
});

test("R2 R4: a failure of a further page keeps items and selection and takes Load more away", async () => {
  const view = await showPage(["Plum", "Apple"], "p2");
  await select(view, "Apple");
  await press(view, "Load more");
  await view.loads[1].fail();
  expect(names()).toEqual(["Plum", "Apple"]);
  expect(selected()).toEqual(["Apple"]);
  expect(status()).toBe("1 of 2 selected");
  expect(button("Load more")).toBe(null);
  await press(view, "Retry");
  expect(requests(view)[2]).toEqual(["p2", ""]);
  await view.loads[2].answer(["Fig"], "p3");
  expect(names()).toEqual(["Plum", "Apple", "Fig"]);
  expect(loadAlert()).toBe(null);
  expect(button("Load more")).not.toBe(null);
});

test("R4: a repeated load can fail again", async () => {
  const view = show();
  await view.loads[0].fail();
  await press(view, "Retry");
  await view.loads[1].fail();
  expect(loadAlert()).not.toBe(null);
  expect(button("Retry")).not.toBe(null);
});

test("R4: a function that throws at once fails in the same way", async () => {
  const loadPage = vi.fn(() => {
    throw new Error("no network");
  });
  await act(async () => show({ loadPage }));
  expect(loadAlert()).not.toBe(null);
  expect(status()).toBe("0 of 0 selected");
  loadPage.mockImplementation(async () => ({ items: itemsNamed(["Plum"]), nextCursor: null }));
  await settle(() => fireEvent.click(button("Retry")));
  expect(names()).toEqual(["Plum"]);
});

// --- R5

test("R5: a click toggles its item only", async () => {
  const view = await showPage();
  await select(view, "Apple", "Cherry");
  expect(selected()).toEqual(["Apple", "Cherry"]);
  await select(view, "Apple");
  expect(selected()).toEqual(["Cherry"]);
});

test.each([
  ["down", "Apple", "Fig"],
  ["up", "Fig", "Apple"],
])("R5: a click with Shift selects from the anchor %s to it, both included", async (_, anchor, end) => {
  const view = await showPage();
  await select(view, anchor);
  await selectWithShift(view, end);
  expect(selected()).toEqual(["Apple", "Lemon", "Fig"]);
});

test("R5: the range gets the state of the item clicked with Shift, not that of the anchor", async () => {
  const view = await showPage();
  await select(view, "Lemon", "Fig", "Apple");
  await selectWithShift(view, "Fig");
  expect(selected()).toEqual([]);
});

test("R5: an anchor that was unselected starts a range to an item that becomes selected", async () => {
  const view = await showPage();
  await select(view, "Apple", "Apple");
  await selectWithShift(view, "Lemon");
  expect(selected()).toEqual(["Apple", "Lemon"]);
});

test("R5: a click with Shift leaves the anchor where it is", async () => {
  const view = await showPage();
  await select(view, "Lemon");
  await selectWithShift(view, "Cherry");
  await selectWithShift(view, "Plum");
  expect(selected()).toEqual(FRUITS);
  await selectWithShift(view, "Fig");
  expect(selected()).toEqual(["Plum", "Apple", "Cherry"]);
});

test("R5: the anchor is the item of the last click, also across pages", async () => {
  const view = await showPage(["Plum", "Apple"], "p2");
  await select(view, "Plum", "Apple");
  await press(view, "Load more");
  await view.loads[1].answer(["Lemon", "Fig"]);
  await selectWithShift(view, "Lemon");
  expect(selected()).toEqual(["Plum", "Apple", "Lemon"]);
  await select(view, "Plum");
  await selectWithShift(view, "Apple");
  expect(selected()).toEqual(["Lemon"]);
});

test("R5: without an anchor a click with Shift is a click, which sets the anchor", async () => {
  const view = await showPage();
  await selectWithShift(view, "Lemon");
  expect(selected()).toEqual(["Lemon"]);
  await selectWithShift(view, "Apple");
  expect(selected()).toEqual(["Apple", "Lemon"]);
});

test("R5: an item that stays when others are removed is still the anchor", async () => {
  const view = await showPage();
  await select(view, "Plum", "Lemon", "Lemon");
  await press(view, "Remove selected");
  await choose(view, "Remove");
  await view.removals[0].succeed();
  await selectWithShift(view, "Cherry");
  expect(selected()).toEqual(["Lemon", "Fig", "Cherry"]);
});

test("R3 R5: an anchor does not outlive a change of the filter", async () => {
  const view = await showPage();
  await select(view, "Apple");
  await view.user.type(filter(), "x");
  await view.loads[1].answer(FRUITS);
  await selectWithShift(view, "Fig");
  expect(selected()).toEqual(["Fig"]);
});

test("R5: a removed item is no anchor", async () => {
  const view = await showPage();
  await ask(view, "Plum");
  await choose(view, "Remove");
  await view.removals[0].succeed();
  await selectWithShift(view, "Fig");
  expect(selected()).toEqual(["Fig"]);
});

// --- R6

test("R6: Select all is unchecked, partially checked or checked", async () => {
  const view = await showPage(["Plum", "Apple"]);
  expect(selectAllState()).toEqual([false, false, false]);
  await select(view, "Apple");
  expect(selectAllState()).toEqual([false, true, false]);
  await select(view, "Plum");
  expect(selectAllState()).toEqual([true, false, false]);
  await select(view, "Apple");
  expect(selectAllState()).toEqual([false, true, false]);
});

test("R6: it selects all items, from none and from some, and unselects all", async () => {
  const view = await showPage(["Plum", "Apple", "Fig"]);
  await view.user.click(selectAll());
  expect(selected()).toEqual(["Plum", "Apple", "Fig"]);
  await view.user.click(selectAll());
  expect(selected()).toEqual([]);
  await select(view, "Apple");
  await view.user.click(selectAll());
  expect(selected()).toEqual(["Plum", "Apple", "Fig"]);
  expect(selectAllState()).toEqual([true, false, false]);
});

test("R6: it is disabled without items", async () => {
  const view = show();
  expect(selectAllState()).toEqual([false, false, true]);
  await view.loads[0].answer([]);
  expect(selectAllState()).toEqual([false, false, true]);
});

test("R6: items that are loaded later are not selected", async () => {
  const view = await showPage(["Plum"], "p2");
  await view.user.click(selectAll());
  await press(view, "Load more");
  await view.loads[1].answer(["Apple"]);
  expect(selected()).toEqual(["Plum"]);
  expect(selectAllState()).toEqual([false, true, false]);
});

// --- R7

test("R7: Remove selected is disabled when nothing is selected", async () => {
  const view = await showPage();
  expect(button("Remove selected").disabled).toBe(true);
  await select(view, "Fig");
  expect(button("Remove selected").disabled).toBe(false);
  await select(view, "Fig");
  expect(button("Remove selected").disabled).toBe(true);
});

test.each([
  ["Remove 1 item?", ["Fig"]],
  ["Remove 3 items?", ["Fig", "Plum", "Apple"]],
])("R7: a dialog %s opens with the focus on Cancel", async (name, selection) => {
  const view = await showDialog({ selection });
  expect(screen.getByRole("dialog", { name })).toBe(dialog());
  const buttons = within(dialog()).getAllByRole("button");
  expect(buttons.map((element) => element.textContent)).toEqual(["Cancel", "Remove"]);
  expect(focused()).toBe(choice("Cancel"));
  expect(isBusy()).toBe(false);
  expect(view.removeItems).not.toHaveBeenCalled();
});

test.each([
  ["Tab", false],
  ["Shift+Tab", true],
])("R7: %s moves between the two buttons only", async (_, shift) => {
  const { user } = await showDialog();
  await user.tab({ shift });
  expect(focused()).toBe(choice("Remove"));
  await user.tab({ shift });
  expect(focused()).toBe(choice("Cancel"));
});

test.each([
  ["Cancel", (view) => choose(view, "Cancel")],
  ["Escape", (view) => view.user.keyboard("{Escape}")],
  ["Escape on Remove", (view) => view.user.keyboard("{Tab}{Escape}")],
])("R7: %s closes the dialog, keeps the selection and focuses Remove selected", async (_, close) => {
  const view = await showDialog();
  await close(view);
  expect(dialog()).toBe(null);
  expect(selected()).toEqual(["Apple", "Fig"]);
  expect(focused()).toBe(button("Remove selected"));
  expect(view.removeItems).not.toHaveBeenCalled();
});

test("R7: a page that arrives while the dialog is open changes neither it nor what is removed", async () => {
  const view = await showPage(["Plum", "Apple"], "p2");
  await press(view, "Load more");
  await view.user.click(selectAll());
  await press(view, "Remove selected");
  await view.user.tab();
  const element = dialog();
  await view.loads[1].answer(["Lemon"]);
  expect(names()).toEqual(["Plum", "Apple", "Lemon"]);
  expect(screen.getByRole("dialog", { name: "Remove 2 items?" })).toBe(element);
  expect(focused()).toBe(choice("Remove"));
  await choose(view, "Remove");
  expect(view.removeItems.mock.calls).toEqual([[[idOf("Plum"), idOf("Apple")]]]);
});

// --- R8

test("R8: Remove calls the function once, with the ids in the order of the list", async () => {
  const view = await showDialog({ selection: ["Cherry", "Plum", "Fig"] });
  clickAtOnce(choice("Remove"), 2);
  expect(view.removeItems.mock.calls).toEqual([[[idOf("Plum"), idOf("Fig"), idOf("Cherry")]]]);
});

test("R8: until the removal is settled the dialog stays busy and its buttons and Escape do nothing", async () => {
  const view = await showDialog();
  await choose(view, "Remove");
  expect(isBusy()).toBe(true);
  await choose(view, "Cancel");
  await choose(view, "Remove");
  await view.user.keyboard("{Escape}");
  expect(isBusy()).toBe(true);
  expect(view.removeItems).toHaveBeenCalledTimes(1);
  expect(names()).toEqual(FRUITS);
  expect(selected()).toEqual(["Apple", "Fig"]);
});

test("R8: after a success the items are gone, nothing is selected and the filter has the focus", async () => {
  const view = await showDialog();
  await choose(view, "Remove");
  await view.removals[0].succeed();
  expect(dialog()).toBe(null);
  expect(names()).toEqual(["Plum", "Lemon", "Cherry"]);
  expect(selected()).toEqual([]);
  expect(status()).toBe("0 of 3 selected");
  expect(focused()).toBe(filter());
  expect(view.loads).toHaveLength(1);
});

test("R8: a page that arrives during the removal is kept", async () => {
  const view = await showPage(["Plum", "Apple"], "p2");
  await press(view, "Load more");
  await ask(view, "Plum");
  await choose(view, "Remove");
  await view.loads[1].answer(["Lemon"]);
  expect(isBusy()).toBe(true);
  await view.removals[0].succeed();
  expect(names()).toEqual(["Apple", "Lemon"]);
});

test("R8: later pages do not show a removed id again until the filter changes", async () => {
  const view = await showPage(["Plum", "Apple"], "p2");
  await ask(view, "Plum");
  await choose(view, "Remove");
  await view.removals[0].succeed();
  await press(view, "Load more");
  await view.loads[1].answer(["Plum", "Fig"], "p3");
  expect(names()).toEqual(["Apple", "Fig"]);
  await press(view, "Load more");
  await view.loads[2].answer(["Plum"]);
  expect(names()).toEqual(["Apple", "Fig"]);
  expect(status()).toBe("0 of 2 selected");
  await view.user.type(filter(), "P");
  await view.loads[3].answer(["Plum"]);
  expect(names()).toEqual(["Plum"]);
});

test("R8: a removed id does not come back with a page that was under way", async () => {
  const view = await showPage(["Plum", "Apple"], "p2");
  await press(view, "Load more");
  await ask(view, "Plum");
  await choose(view, "Remove");
  await view.removals[0].succeed();
  await view.loads[1].answer(["Plum", "Fig"]);
  expect(names()).toEqual(["Apple", "Fig"]);
});

// --- R9

test("R9: a failure is an alert in the dialog, and everything stays", async () => {
  const view = await showDialog();
  await choose(view, "Remove");
  await view.removals[0].fail("offline");
  expect(failures()).toEqual(["Could not remove: offline"]);
  expect(isBusy()).toBe(false);
  expect(names()).toEqual(FRUITS);
  expect(selected()).toEqual(["Apple", "Fig"]);
});

test("R9: Remove tries again, which removes the alert", async () => {
  const view = await showDialog();
  await choose(view, "Remove");
  await view.removals[0].fail("offline");
  await choose(view, "Remove");
  expect(failures()).toEqual([]);
  expect(isBusy()).toBe(true);
  expect(view.removeItems.mock.calls[1]).toEqual([[idOf("Apple"), idOf("Fig")]]);
  await view.removals[1].fail("still offline");
  expect(failures()).toEqual(["Could not remove: still offline"]);
  await choose(view, "Remove");
  await view.removals[2].succeed();
  expect(dialog()).toBe(null);
  expect(names()).toEqual(["Plum", "Lemon", "Cherry"]);
});

test.each([
  ["Cancel", (view) => choose(view, "Cancel")],
  ["Escape", (view) => view.user.keyboard("{Escape}")],
])("R9: after a failure %s closes the dialog, which later opens without the alert", async (_, close) => {
  const view = await showDialog();
  await choose(view, "Remove");
  await view.removals[0].fail("offline");
  await close(view);
  expect(dialog()).toBe(null);
  expect(selected()).toEqual(["Apple", "Fig"]);
  expect(focused()).toBe(button("Remove selected"));
  await press(view, "Remove selected");
  expect(failures()).toEqual([]);
});

test("R9: a function that throws at once fails in the same way", async () => {
  const removeItems = vi.fn(() => {
    throw new Error("no network");
  });
  const view = await showDialog({ removeItems });
  await choose(view, "Remove");
  expect(failures()).toEqual(["Could not remove: no network"]);
  expect(isBusy()).toBe(false);
  expect(names()).toEqual(FRUITS);
});
