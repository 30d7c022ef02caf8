import { act, cleanup, configure, fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, expect, test, vi } from "vitest";

import { SortableList } from "./SortableList.jsx";

configure({ reactStrictMode: true });

afterEach(cleanup);

const idOf = (name) => `id of ${name}`;
const itemsNamed = (names) => names.map((name) => ({ id: idOf(name), name }));
const FRUITS = ["Plum", "Apple", "Lemon", "Fig"];

/** A parent that keeps the order that it is told; `change` gives it other items from outside. */
function show(names = FRUITS) {
  const orders = [];
  let change;
  function Parent() {
    const [items, setItems] = useState(itemsNamed(names));
    change = setItems;
    function reorder(ids) {
      orders.push(ids);
      setItems(ids.map((id) => items.find((item) => item.id === id)));
    }
    return <SortableList label="Fruits" items={items} onReorder={reorder} />;
  }
  const view = render(<Parent />);
  return {
    ...view,
    user: userEvent.setup({ delay: null }),
    orders,
    change: (items) => act(() => change(items)),
  };
}

const rows = () => [...screen.getByLabelText("Fruits").querySelectorAll("li")];
const handle = (name) => screen.getByText(name, { selector: "button" });
const names = () => rows().map((row) => row.querySelector("button").textContent);
const pressed = () => rows().map((row) => row.querySelector("button").getAttribute("aria-pressed"));
const status = () => screen.getByRole("status").textContent;
const focused = () => document.activeElement;
const order = (...fruits) => fruits.map(idOf);

/** Focuses a handle and presses keys on it. */
async function pressOn({ user }, name, keys) {
  act(() => handle(name).focus());
  await user.keyboard(keys);
}

/** Presses keys on what has the focus, and tells of each whether its default action was prevented. */
const prevented = (...keys) => keys.map((key) => !fireEvent.keyDown(focused(), { key }));

// --- R1

test("R1: each item has a handle and two buttons, in the order of the items", () => {
  show(["Plum", "Apple"]);
  expect(screen.getByRole("list", { name: "Fruits" })).toBeTruthy();
  expect(screen.getAllByRole("listitem")).toEqual(rows());
  const buttons = screen.getAllByRole("button").map((button) => button.textContent);
  expect(buttons).toEqual(["Plum", "Move Plum up", "Move Plum down", "Apple", "Move Apple up", "Move Apple down"]);
  expect(screen.getByRole("button", { name: "Plum", pressed: false, description: /Escape/ })).toBe(handle("Plum"));
  expect(status()).toBe("");
});

test("R1: the list shows the items that it is given now", () => {
  const { change } = show(["Plum", "Apple"]);
  change(itemsNamed(["Fig", "Apple", "Plum"]));
  expect(names()).toEqual(["Fig", "Apple", "Plum"]);
  expect(status()).toBe("");
});

// --- R2

test.each([
  ["Space", " "],
  ["Enter", "{Enter}"],
])("R2: %s picks an item up and drops it", async (_, key) => {
  const view = show();
  await pressOn(view, "Apple", key);
  expect(status()).toBe("Picked up Apple, position 2 of 4");
  expect(pressed()).toEqual(["false", "true", "false", "false"]);
  await view.user.keyboard(`{ArrowDown}${key}`);
  expect(status()).toBe("Dropped Apple, position 3 of 4");
  expect(pressed()).toEqual(["false", "false", "false", "false"]);
  expect(names()).toEqual(["Plum", "Lemon", "Apple", "Fig"]);
  expect(view.orders).toEqual([order("Plum", "Lemon", "Apple", "Fig")]);
});

test("R2: a click on the handle does the same", () => {
  const { orders } = show();
  act(() => handle("Fig").focus());
  fireEvent.click(handle("Fig"));
  expect(status()).toBe("Picked up Fig, position 4 of 4");
  prevented("ArrowUp");
  fireEvent.click(handle("Fig"));
  expect(orders).toEqual([order("Plum", "Apple", "Fig", "Lemon")]);
});

test("R2: the order is reported at the drop, and not before", async () => {
  const view = show();
  await pressOn(view, "Plum", " {ArrowDown}{ArrowDown}{ArrowDown}{ArrowUp}");
  expect(names()).toEqual(["Apple", "Lemon", "Plum", "Fig"]);
  expect(view.orders).toEqual([]);
  await view.user.keyboard(" ");
  expect(view.orders).toEqual([order("Apple", "Lemon", "Plum", "Fig")]);
});

test("R2: a drop at the old place reports nothing", async () => {
  const view = show();
  await pressOn(view, "Apple", " {ArrowDown}{ArrowUp} ");
  expect(status()).toBe("Dropped Apple, position 2 of 4");
  expect(view.orders).toEqual([]);
  expect(names()).toEqual(FRUITS);
});

test("R2: a parent that ignores the order keeps its own", async () => {
  const onReorder = vi.fn();
  render(<SortableList label="Fruits" items={itemsNamed(FRUITS)} onReorder={onReorder} />);
  const user = userEvent.setup({ delay: null });
  await pressOn({ user }, "Apple", " {ArrowUp} ");
  expect(onReorder.mock.calls).toEqual([[order("Apple", "Plum", "Lemon", "Fig")]]);
  expect(names()).toEqual(FRUITS);
});

// --- R3

test("R3: the keys move the picked item, announced each time, and the focus stays on it", async () => {
  const view = show();
  await pressOn(view, "Apple", " ");
  for (const [key, place, expected] of [
    ["ArrowDown", 3, ["Plum", "Lemon", "Apple", "Fig"]],
    ["ArrowDown", 4, ["Plum", "Lemon", "Fig", "Apple"]],
    ["ArrowUp", 3, ["Plum", "Lemon", "Apple", "Fig"]],
    ["Home", 1, ["Apple", "Plum", "Lemon", "Fig"]],
    ["End", 4, ["Plum", "Lemon", "Fig", "Apple"]],
    ["ArrowUp", 3, ["Plum", "Lemon", "Apple", "Fig"]],
  ]) {
    expect(prevented(key)).toEqual([true]);
    expect(names()).toEqual(expected);
    expect(status()).toBe(`Apple, position ${place} of 4`);
    expect(focused()).toBe(handle("Apple"));
  }
  await view.user.keyboard(" ");
  expect(focused()).toBe(handle("Apple"));
});

test.each([
  ["Plum", 1, ["ArrowUp", "Home"]],
  ["Fig", 4, ["ArrowDown", "End"]],
])("R3: %s stays at the end of the list, without another announcement", async (name, place, keys) => {
  await pressOn(show(), name, " ");
  expect(prevented(...keys)).toEqual([true, true]);
  expect(names()).toEqual(FRUITS);
  expect(status()).toBe(`Picked up ${name}, position ${place} of 4`);
});

test("R3: other keys, and all keys before an item is picked up, are left alone", async () => {
  const view = show();
  act(() => handle("Apple").focus());
  expect(prevented("ArrowDown", "ArrowUp", "Home", "End", "Escape")).toEqual([false, false, false, false, false]);
  expect(names()).toEqual(FRUITS);
  expect(status()).toBe("");
  await view.user.keyboard(" ");
  expect(prevented("ArrowLeft", "a", "PageDown", "Tab")).toEqual([false, false, false, false]);
  expect(pressed()).toEqual(["false", "true", "false", "false"]);
  expect(status()).toBe("Picked up Apple, position 2 of 4");
});

// --- R4

test("R4: Escape puts the item back", async () => {
  const view = show();
  await pressOn(view, "Apple", " {End}");
  expect(prevented("Escape")).toEqual([true]);
  expect(names()).toEqual(FRUITS);
  expect(pressed()).toEqual(["false", "false", "false", "false"]);
  expect(status()).toBe("Move cancelled, Apple is back at position 2 of 4");
  expect(focused()).toBe(handle("Apple"));
  expect(view.orders).toEqual([]);
});

test("R4: so does a focus that leaves the handle", async () => {
  const view = show();
  await pressOn(view, "Lemon", " {Home}");
  await view.user.tab();
  expect(focused().textContent).toBe("Move Lemon up");
  expect(names()).toEqual(FRUITS);
  expect(status()).toBe("Move cancelled, Lemon is back at position 3 of 4");
  expect(view.orders).toEqual([]);
});

test("R4: a focus that leaves a handle without a move changes nothing", async () => {
  const view = show();
  await pressOn(view, "Lemon", " {ArrowUp} ");
  await view.user.tab();
  expect(status()).toBe("Dropped Lemon, position 2 of 4");
});

test("R4: after a cancelled move another one begins at the old place", async () => {
  const view = show();
  await pressOn(view, "Apple", " {End}{Escape} {ArrowUp} ");
  expect(view.orders).toEqual([order("Apple", "Plum", "Lemon", "Fig")]);
});

// --- R5

test.each([
  ["Move Apple up", ["Apple", "Plum", "Lemon", "Fig"], "Moved Apple, position 1 of 4"],
  ["Move Apple down", ["Plum", "Lemon", "Apple", "Fig"], "Moved Apple, position 3 of 4"],
  ["Move Lemon down", ["Plum", "Apple", "Fig", "Lemon"], "Moved Lemon, position 4 of 4"],
])("R5: %s moves by one and reports at once", async (name, expected, text) => {
  const { user, orders } = show();
  await user.click(handle(name));
  expect(orders).toEqual([order(...expected)]);
  expect(names()).toEqual(expected);
  expect(status()).toBe(text);
  expect(focused()).toBe(handle(name));
});

test("R5: a button keeps the focus to the end of the list, where it is off and does nothing", async () => {
  const { user, orders } = show();
  await user.click(handle("Move Lemon up"));
  expect(handle("Move Lemon up").getAttribute("aria-disabled")).toBe("false");
  await user.keyboard("{Enter}{Enter}");
  expect(names()).toEqual(["Lemon", "Plum", "Apple", "Fig"]);
  expect(orders).toHaveLength(2);
  expect(status()).toBe("Moved Lemon, position 1 of 4");
  expect(focused()).toBe(handle("Move Lemon up"));
  expect(focused().disabled).toBe(false);
});

test("R5: only the outer buttons of the first and the last item are off", () => {
  const { orders } = show();
  const off = screen.getAllByRole("button").filter((button) => button.getAttribute("aria-disabled") === "true");
  expect(off).toEqual([handle("Move Plum up"), handle("Move Fig down")]);
  for (const button of off) fireEvent.click(button);
  expect(orders).toEqual([]);
  expect(status()).toBe("");
});

// --- R6

test("R6: other items given during a move cancel it", async () => {
  const view = show();
  for (const changed of [
    ["Plum", "Apple", "Lemon"],
    ["Apple", "Plum", "Lemon"],
    ["Kiwi", "Apple", "Plum", "Lemon"],
    ["Kiwi", "Apple", "Plum", "Lemon", "Fig"],
  ]) {
    await pressOn(view, "Plum", " {End}");
    expect(status()).toMatch(/^Plum, position \d of \d$/);
    view.change(itemsNamed(changed));
    expect(names()).toEqual(changed);
    expect(pressed()).not.toContain("true");
    expect(status()).toBe("Move cancelled, the list has changed");
  }
  expect(view.orders).toEqual([]);
});

test("R6: so does the loss of the picked item itself", async () => {
  const view = show();
  await pressOn(view, "Apple", " {ArrowDown}");
  view.change(itemsNamed(["Plum", "Lemon", "Kiwi", "Fig"]));
  expect(names()).toEqual(["Plum", "Lemon", "Kiwi", "Fig"]);
  expect(status()).toBe("Move cancelled, the list has changed");
});

test("R6: new names of the same items in the same order do not", async () => {
  const view = show();
  await pressOn(view, "Plum", " {ArrowDown}");
  view.change(itemsNamed(FRUITS).map((item) => ({ ...item, name: `${item.name}s` })));
  expect(names()).toEqual(["Apples", "Plums", "Lemons", "Figs"]);
  await view.user.keyboard("{ArrowDown} ");
  expect(view.orders).toEqual([order("Apple", "Lemon", "Plum", "Fig")]);
});

test("R6: another handle or button, pressed without the focus, begins from the old order", () => {
  const { orders } = show();
  act(() => handle("Plum").focus());
  fireEvent.click(handle("Plum"));
  prevented("End");
  fireEvent.click(handle("Fig"));
  expect(status()).toBe("Picked up Fig, position 4 of 4");
  expect(names()).toEqual(FRUITS);
  expect(pressed()).toEqual(["false", "false", "false", "true"]);
  fireEvent.click(handle("Move Apple down"));
  expect(status()).toBe("Moved Apple, position 3 of 4");
  expect(pressed()).not.toContain("true");
  expect(orders).toEqual([order("Plum", "Lemon", "Apple", "Fig")]);
});

test("R6: a button that has nowhere to go in the old order ends the move all the same", () => {
  const { orders } = show();
  act(() => handle("Plum").focus());
  fireEvent.click(handle("Plum"));
  prevented("End");
  fireEvent.click(handle("Move Fig down"));
  expect(status()).toBe("Move cancelled, Plum is back at position 1 of 4");
  expect(names()).toEqual(FRUITS);
  expect(pressed()).not.toContain("true");
  expect(orders).toEqual([]);
});

test("R6: an only item can be picked up and goes nowhere", async () => {
  const view = show(["Plum"]);
  await pressOn(view, "Plum", " {ArrowDown}{ArrowUp}{End}{Home}");
  expect(status()).toBe("Picked up Plum, position 1 of 1");
  await view.user.keyboard(" ");
  expect(status()).toBe("Dropped Plum, position 1 of 1");
  expect(view.orders).toEqual([]);
});
