import { act, cleanup, configure, fireEvent, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";

import { TreeView } from "./TreeView.jsx";

// Effects run twice, as in development.
configure({ reactStrictMode: true });

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const branch = (name) => ({ id: `id of ${name}`, name, isBranch: true });
const leaf = (name) => ({ id: `id of ${name}`, name, isBranch: false });

const ROOTS = [branch("Fruits"), leaf("Water"), branch("Bread")];
const FRUITS = [leaf("Apple"), branch("Berries"), leaf("Cherry")];
const BERRIES = [leaf("Raspberry"), leaf("Strawberry")];

/** Runs a step and everything that follows from it in the same turn of the event loop. */
async function settle(step) {
  await act(async () => {
    step();
    await new Promise((resolve) => setTimeout(resolve));
  });
}

function show({ roots = ROOTS, ...props } = {}) {
  const loads = [];
  const loadChildren = (id, { signal }) =>
    new Promise((resolve, reject) => {
      loads.push({
        id,
        signal,
        answer: (children) => settle(() => resolve(children)),
        fail: () => settle(() => reject(new Error("offline"))),
      });
    });
  const onCheckedChange = vi.fn();
  const view = render(
    <TreeView label="Groceries" roots={roots} loadChildren={loadChildren} onCheckedChange={onCheckedChange} {...props} />,
  );
  return { ...view, user: userEvent.setup({ delay: null }), loads, onCheckedChange };
}

const items = () => within(screen.getByLabelText("Groceries")).queryAllByRole("treeitem");
const nameOf = (element) => element.textContent.replace(/[▸▾]/, "");
const names = () => items().map(nameOf);
const item = (name) => items().find((each) => nameOf(each) === name);
const status = () => screen.getByRole("status").textContent;
const focusedName = () => nameOf(document.activeElement);
const attributes = (name, ...keys) => keys.map((key) => item(name).getAttribute(`aria-${key}`));
const marks = () => Object.fromEntries(items().map((each) => [nameOf(each), each.getAttribute("aria-checked")]));
const reported = ({ onCheckedChange }) =>
  onCheckedChange.mock.calls.map(([ids]) => ids.map((id) => id.replace("id of ", "")));

const clickMarker = ({ user }, name) => user.click(within(item(name)).getByText(/[▸▾]/));
const click = ({ user }, name) => user.click(item(name));

async function open(view, name, children) {
  await clickMarker(view, name);
  await view.loads.at(-1).answer(children);
}

/** Everything is open but Bread, and the focus is on the first item. */
async function showOpen(props) {
  const view = show(props);
  await open(view, "Fruits", FRUITS);
  await open(view, "Berries", BERRIES);
  focus("Fruits");
  return view;
}

function focus(name) {
  act(() => item(name).focus());
}

const ALL = ["Fruits", "Apple", "Berries", "Raspberry", "Strawberry", "Cherry", "Water", "Bread"];

test("R1: a named tree has the roots as items", () => {
  show();
  const tree = screen.getByRole("tree", { name: "Groceries" });
  expect(within(tree).getByRole("treeitem", { name: "Fruits" })).toBe(items()[0]);
  expect(names()).toEqual(["Fruits", "Water", "Bread"]);
  expect(attributes("Fruits", "level", "posinset", "setsize", "expanded", "checked")).toEqual(["1", "1", "3", "false", "false"]);
  expect(attributes("Water", "level", "posinset", "setsize", "expanded", "checked")).toEqual(["1", "2", "3", null, "false"]);
  expect(status()).toBe("");
  expect(tree.contains(screen.getByRole("status"))).toBe(false);
});

test("R1: items below have their level and place", async () => {
  await showOpen();
  expect(names()).toEqual(ALL);
  expect(attributes("Berries", "level", "posinset", "setsize", "expanded")).toEqual(["2", "2", "3", "true"]);
  expect(attributes("Strawberry", "level", "posinset", "setsize", "expanded")).toEqual(["3", "2", "2", null]);
});

test("R1: markers show what is open and are no part of the name", async () => {
  const view = show();
  await clickMarker(view, "Fruits");
  expect(items().map((each) => each.textContent)).toEqual(["▾Fruits", "Water", "▸Bread"]);
  expect(screen.getByRole("treeitem", { name: "Bread" })).toBe(item("Bread"));
});

test("R1: Tab reaches one item, the one that had the focus last", async () => {
  const view = show();
  const reachable = () => items().filter((each) => each.tabIndex === 0).map(nameOf);
  expect(reachable()).toEqual(["Fruits"]);
  await view.user.tab();
  expect(focusedName()).toBe("Fruits");
  await view.user.keyboard("{ArrowDown}");
  expect(reachable()).toEqual(["Water"]);
  await view.user.tab();
  expect(document.activeElement).toBe(document.body);
  await view.user.tab({ shift: true });
  expect(focusedName()).toBe("Water");
});

test("R1: if the item that had the focus is no longer shown, Tab reaches the first", async () => {
  const view = await showOpen({ roots: [leaf("Water"), branch("Fruits")] });
  focus("Berries");
  fireEvent.click(within(item("Fruits")).getByText("▾"));
  expect(names()).toEqual(["Water", "Fruits"]);
  await view.user.tab();
  expect(focusedName()).toBe("Water");
});

test("R2: opening loads the children of that branch", async () => {
  const view = show();
  expect(view.loads).toEqual([]);
  await clickMarker(view, "Fruits");
  expect(view.loads.map(({ id, signal }) => [id, signal.aborted])).toEqual([["id of Fruits", false]]);
  expect(attributes("Fruits", "expanded", "busy")).toEqual(["true", "true"]);
  expect(status()).toBe("Loading Fruits");
  expect(names()).toEqual(["Fruits", "Water", "Bread"]);
  await view.loads[0].answer(FRUITS);
  expect(names()).toEqual(["Fruits", "Apple", "Berries", "Cherry", "Water", "Bread"]);
  expect(item("Fruits").getAttribute("aria-busy")).not.toBe("true");
  expect(status()).toBe("Fruits: 3 items");
});

test.each([
  [[leaf("Rye")], "Bread: 1 item"],
  [[], "Bread: 0 items"],
])("R2: %# what was loaded is counted", async (children, text) => {
  const view = show();
  await open(view, "Bread", children);
  expect(status()).toBe(text);
  expect(items()).toHaveLength(3 + children.length);
  expect(attributes("Bread", "expanded")).toEqual(["true"]);
});

test("R2: what was loaded stays, and so does what is open in it", async () => {
  const view = await showOpen();
  await clickMarker(view, "Fruits");
  expect(names()).toEqual(["Fruits", "Water", "Bread"]);
  await clickMarker(view, "Fruits");
  expect(names()).toEqual(ALL);
  expect(view.loads).toHaveLength(2);
});

test("R3: closing while loading abandons the load, and opening loads again", async () => {
  const view = show();
  await clickMarker(view, "Fruits");
  await clickMarker(view, "Fruits");
  expect(view.loads[0].signal.aborted).toBe(true);
  expect(status()).toBe("");
  expect(attributes("Fruits", "expanded")).toEqual(["false"]);
  expect(item("Fruits").getAttribute("aria-busy")).not.toBe("true");
  await clickMarker(view, "Fruits");
  expect(view.loads).toHaveLength(2);
  await view.loads[0].answer([leaf("Stale")]);
  expect(names()).toEqual(["Fruits", "Water", "Bread"]);
  expect(status()).toBe("Loading Fruits");
  await view.loads[1].answer(FRUITS);
  expect(names()).toContain("Apple");
});

test("R3: an abandoned load that fails changes nothing", async () => {
  const view = show();
  await clickMarker(view, "Fruits");
  await clickMarker(view, "Fruits");
  await clickMarker(view, "Bread");
  await view.loads[0].fail();
  expect(status()).toBe("Loading Bread");
  expect(names()).toEqual(["Fruits", "Water", "Bread"]);
});

test("R3: closing a branch that is not loading leaves the status", async () => {
  const view = show();
  await open(view, "Fruits", FRUITS);
  await clickMarker(view, "Fruits");
  expect(status()).toBe("Fruits: 3 items");
});

test("R3: two requests at once load once", () => {
  const view = show();
  const marker = within(item("Fruits")).getByText("▸");
  act(() => {
    marker.click();
    marker.click();
  });
  expect(view.loads).toHaveLength(1);
});

test("R3: removing the component aborts all loads", async () => {
  const view = show();
  await clickMarker(view, "Fruits");
  await clickMarker(view, "Bread");
  view.unmount();
  expect(view.loads.map(({ signal }) => signal.aborted)).toEqual([true, true]);
});

async function showFailure() {
  const view = show();
  await clickMarker(view, "Fruits");
  await view.loads[0].fail();
  return view;
}

test("R4: a failed load can be retried below its branch", async () => {
  await showFailure();
  expect(status()).toBe("Could not load Fruits");
  expect(names()).toEqual(["Fruits", "Retry", "Water", "Bread"]);
  expect(attributes("Retry", "level", "posinset", "setsize", "checked", "expanded")).toEqual(["2", "1", "1", null, null]);
  expect(attributes("Fruits", "expanded")).toEqual(["true"]);
  expect(item("Fruits").getAttribute("aria-busy")).not.toBe("true");
});

test("R4: loading that throws at once fails too", async () => {
  const view = show({
    loadChildren() {
      throw new Error("offline");
    },
  });
  await clickMarker(view, "Bread");
  expect(status()).toBe("Could not load Bread");
  expect(names()).toEqual(["Fruits", "Water", "Bread", "Retry"]);
});

test.each(["click", "{Enter}", " "])("R4: Retry loads again by %j", async (way) => {
  const view = await showFailure();
  focus("Fruits");
  if (way === "click") await click(view, "Retry");
  else await view.user.keyboard(`{ArrowRight}${way}`);
  expect(view.loads.map(({ id }) => id)).toEqual(["id of Fruits", "id of Fruits"]);
  expect(names()).toEqual(["Fruits", "Water", "Bread"]);
  expect(focusedName()).toBe("Fruits");
  expect(status()).toBe("Loading Fruits");
  await view.loads[1].answer(FRUITS);
  expect(names()).toContain("Cherry");
  expect(view.onCheckedChange).not.toHaveBeenCalled();
});

test("R4: closing and opening a failed branch loads again", async () => {
  const view = await showFailure();
  await clickMarker(view, "Fruits");
  expect(names()).toEqual(["Fruits", "Water", "Bread"]);
  await clickMarker(view, "Fruits");
  expect(view.loads).toHaveLength(2);
  expect(names()).toEqual(["Fruits", "Water", "Bread"]);
});

test.each([
  ["Fruits", "{ArrowDown}", "Apple"],
  ["Strawberry", "{ArrowDown}", "Cherry"],
  ["Bread", "{ArrowDown}", "Bread"],
  ["Cherry", "{ArrowUp}", "Strawberry"],
  ["Fruits", "{ArrowUp}", "Fruits"],
  ["Cherry", "{Home}", "Fruits"],
  ["Cherry", "{End}", "Bread"],
  ["Berries", "{ArrowRight}", "Raspberry"],
  ["Apple", "{ArrowRight}", "Apple"],
  ["Strawberry", "{ArrowLeft}", "Berries"],
  ["Apple", "{ArrowLeft}", "Fruits"],
  ["Water", "{ArrowLeft}", "Water"],
  ["Bread", "{ArrowLeft}", "Bread"],
  ["Fruits", "{Control>}{ArrowDown}{/Control}", "Fruits"],
  ["Fruits", "{Alt>}{ArrowDown}{/Alt}", "Fruits"],
  ["Fruits", "{Meta>}b{/Meta}", "Fruits"],
])("R5: from %s the keys %s lead to %s", async (from, keys, to) => {
  const view = await showOpen();
  focus(from);
  await view.user.keyboard(keys);
  expect(focusedName()).toBe(to);
  expect(names()).toEqual(ALL);
});

test("R5: ArrowRight opens, ArrowLeft closes, and the focus stays", async () => {
  const view = await showOpen();
  focus("Berries");
  await view.user.keyboard("{ArrowLeft}");
  expect(names()).toEqual(ALL.filter((name) => !name.endsWith("berry")));
  expect(focusedName()).toBe("Berries");
  await view.user.keyboard("{ArrowRight}");
  expect(names()).toEqual(ALL);
  expect(focusedName()).toBe("Berries");
});

test("R5: ArrowRight stays on an open branch without children", async () => {
  const view = show();
  await open(view, "Fruits", []);
  focus("Fruits");
  await view.user.keyboard("{ArrowRight}");
  expect(focusedName()).toBe("Fruits");
  await view.user.keyboard("{End}{ArrowRight}{ArrowRight}");
  expect(focusedName()).toBe("Bread");
});

test("R5: Enter opens and closes a branch and checks a leaf", async () => {
  const view = await showOpen();
  await view.user.keyboard("{Enter}");
  expect(names()).toEqual(["Fruits", "Water", "Bread"]);
  await view.user.keyboard("{Enter}");
  expect(names()).toEqual(ALL);
  expect(reported(view)).toEqual([]);
  await view.user.keyboard("{ArrowDown}{Enter}");
  expect(reported(view)).toEqual([["Apple"]]);
});

test("R5: the default action of the keys used is prevented, others are left alone", () => {
  show();
  focus("Water");
  const isPrevented = (init) => !fireEvent.keyDown(item("Water"), init);
  for (const key of ["ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight", "Home", "End", "Enter", " ", "x"]) {
    expect([key, isPrevented({ key })]).toEqual([key, true]);
  }
  expect(isPrevented({ key: "Tab" })).toBe(false);
  expect(isPrevented({ key: "Home", ctrlKey: true })).toBe(false);
});

test.each([
  ["Fruits", "c", "Cherry"],
  ["Fruits", "C", "Cherry"],
  ["Fruits", "b", "Berries"],
  ["Berries", "b", "Bread"],
  ["Fruits", "bb", "Bread"],
  ["Fruits", "bbb", "Berries"],
  ["Fruits", "br", "Bread"],
  ["Berries", "be", "Berries"],
  ["Bread", "ras", "Raspberry"],
  ["Water", "fr", "Fruits"],
  ["Water", "w", "Water"],
  ["Apple", "zc", "Apple"],
  ["Apple", "erries", "Apple"],
])("R6: typed on %s, %j leads to %s", async (from, text, to) => {
  const view = await showOpen();
  vi.useFakeTimers({ toFake: ["Date"] });
  focus(from);
  await view.user.keyboard(text);
  expect(focusedName()).toBe(to);
});

test.each([
  [499, "Bread"],
  [500, "Raspberry"],
])("R6: after %s ms the next character leads to %s", async (pause, to) => {
  const view = await showOpen();
  vi.useFakeTimers({ toFake: ["Date"], now: 1_000_000 });
  await view.user.keyboard("b");
  vi.setSystemTime(1_000_000 + pause);
  await view.user.keyboard("r");
  expect(focusedName()).toBe(to);
});

test("R6: Retry is not looked for, and is passed over", async () => {
  const view = await showFailure();
  focus("Fruits");
  await view.user.keyboard("re");
  expect(focusedName()).toBe("Fruits");
});

test.each(["click", " "])("R7: %j checks and unchecks", async (way) => {
  const view = show();
  const act = () => (way === "click" ? click(view, "Water") : view.user.keyboard(way));
  focus("Water");
  await act();
  expect(marks()).toEqual({ Fruits: "false", Water: "true", Bread: "false" });
  await act();
  expect(marks()).toEqual({ Fruits: "false", Water: "false", Bread: "false" });
  expect(reported(view)).toEqual([["Water"], []]);
});

test("R7: opening by the marker checks nothing", async () => {
  const view = await showOpen();
  expect(names()).toEqual(ALL);
  expect(view.onCheckedChange).not.toHaveBeenCalled();
});

test("R7: what is below follows", async () => {
  const view = await showOpen();
  await click(view, "Fruits");
  const below = { Apple: "true", Berries: "true", Raspberry: "true", Strawberry: "true", Cherry: "true" };
  expect(marks()).toEqual({ Fruits: "true", ...below, Water: "false", Bread: "false" });
  await click(view, "Fruits");
  expect(new Set(Object.values(marks()))).toEqual(new Set(["false"]));
  expect(reported(view)).toEqual([["Fruits"], []]);
});

test("R7: parents follow their children", async () => {
  const view = await showOpen();
  await click(view, "Strawberry");
  expect(marks()).toMatchObject({ Fruits: "mixed", Apple: "false", Berries: "mixed", Raspberry: "false", Strawberry: "true" });
  await click(view, "Raspberry");
  expect(marks()).toMatchObject({ Fruits: "mixed", Berries: "true" });
  await click(view, "Water");
  await click(view, "Cherry");
  await click(view, "Apple");
  expect(marks()).toMatchObject({ Fruits: "true", Water: "true", Bread: "false" });
  await click(view, "Raspberry");
  expect(marks()).toMatchObject({ Fruits: "mixed", Berries: "mixed" });
  expect(reported(view)).toEqual([
    ["Strawberry"],
    ["Berries"],
    ["Berries", "Water"],
    ["Berries", "Cherry", "Water"],
    ["Fruits", "Water"],
    ["Apple", "Strawberry", "Cherry", "Water"],
  ]);
});

test("R7: a partly checked branch is checked", async () => {
  const view = await showOpen();
  await click(view, "Apple");
  await click(view, "Fruits");
  expect(marks()).toMatchObject({ Fruits: "true", Strawberry: "true", Cherry: "true" });
  expect(reported(view).at(-1)).toEqual(["Fruits"]);
});

test("R8: children take over the mark that their branch has when they are there", async () => {
  const view = show();
  await clickMarker(view, "Fruits");
  await click(view, "Fruits");
  expect(marks()).toMatchObject({ Fruits: "true" });
  await view.loads[0].answer(FRUITS);
  expect(marks()).toMatchObject({ Fruits: "true", Apple: "true", Berries: "true", Cherry: "true" });
  await click(view, "Berries");
  await open(view, "Berries", BERRIES);
  expect(marks()).toMatchObject({ Fruits: "mixed", Berries: "false", Raspberry: "false", Strawberry: "false" });
  expect(reported(view)).toEqual([["Fruits"], ["Apple", "Cherry"]]);
});

test("R8: a branch without children keeps its own mark", async () => {
  const view = show();
  await click(view, "Bread");
  await open(view, "Bread", []);
  expect(marks()).toMatchObject({ Bread: "true" });
  await click(view, "Bread");
  expect(marks()).toMatchObject({ Bread: "false" });
  expect(reported(view)).toEqual([["Bread"], []]);
});
