import { cleanup, configure, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";

import { VirtualList } from "./VirtualList.jsx";

configure({ reactStrictMode: true });

afterEach(cleanup);

const ROWS = range(1, 1000);

/** Items `Row 1` and so on, by their numbers. */
function itemsOf(numbers) {
  return numbers.map((number) => ({ id: `id ${number}`, text: `Row ${number}` }));
}

function range(first, last) {
  return Array.from({ length: last - first + 1 }, (_, offset) => first + offset);
}

/** A list with five rows of 20 pixels in view and two more on each side; `change` gives it other items. */
function show({ numbers = ROWS, ...props } = {}) {
  const onChoose = vi.fn();
  const list = (items) => (
    <VirtualList label="Rows" items={items} rowHeight={20} height={100} overscan={2} onChoose={onChoose} {...props} />
  );
  const view = render(list(itemsOf(numbers)));
  return { ...view, onChoose, change: (changed) => view.rerender(list(itemsOf(changed))) };
}

const list = () => screen.getByLabelText("Rows");
const rows = () => [...list().querySelectorAll("[role=option]")];
const numbersOf = (elements) => elements.map((element) => Number(element.textContent.replace("Row ", "")));
const shown = () => numbersOf(rows());
const row = (number) => screen.getByText(`Row ${number}`);

/** The number of the active row, to which the list and the row's own attribute must both point; null without one. */
function active() {
  const selected = numbersOf(rows().filter((element) => element.getAttribute("aria-selected") === "true"));
  const id = list().getAttribute("aria-activedescendant");
  const named = rows().filter((element) => element.id === id);
  expect(numbersOf(named)).toEqual(selected);
  expect(selected.length).toBe(id === null ? 0 : 1);
  return selected[0] ?? null;
}

/** Scrolls as a wheel does. */
function scrollTo(top) {
  list().scrollTop = top;
  fireEvent.scroll(list());
}

/** Presses keys and tells of each whether its default action was prevented. */
const press = (...keys) => keys.map((key) => !fireEvent.keyDown(list(), { key }));

// --- R1

test.each([
  [0, range(1, 7)],
  [1, range(1, 8)],
  [59, range(1, 10)],
  [60, range(2, 10)],
  [200, range(9, 17)],
  [210, range(9, 18)],
  [19_839, range(990, 999)],
  [19_840, range(991, 999)],
  [19_841, range(991, 1000)],
  [19_860, range(992, 1000)],
  [19_900, range(994, 1000)],
])("R1: scrolled by %d pixels the rows in view are there, and two on each side", (top, expected) => {
  show();
  scrollTo(top);
  expect(shown()).toEqual(expected);
});

test("R1: three more rows are there on each side if nothing else is said", () => {
  show({ overscan: undefined });
  expect(shown()).toEqual(range(1, 8));
  scrollTo(200);
  expect(shown()).toEqual(range(8, 18));
});

test.each([
  ["after the end", 50_000, range(994, 1000)],
  ["before the start", -30, range(1, 7)],
])("R1: a scroll position %s is taken for the nearest possible", (_, top, expected) => {
  show();
  scrollTo(top);
  expect(shown()).toEqual(expected);
});

test("R1: rows are where they would be if all were there", () => {
  show();
  scrollTo(210);
  expect(list().style.height).toBe("100px");
  expect(list().firstElementChild.style.height).toBe("20000px");
  expect(rows().map((element) => element.parentElement)).toEqual(rows().map(() => list().firstElementChild));
  expect(rows().map(({ style }) => [style.top, style.height])).toEqual(
    range(8, 17).map((index) => [`${index * 20}px`, "20px"]),
  );
});

test("R1: a short list is there at once", () => {
  show({ numbers: [1, 2, 3] });
  expect(shown()).toEqual([1, 2, 3]);
  expect(list().firstElementChild.style.height).toBe("60px");
});

// --- R2

test("R2: it is a listbox that tells how many rows there are and which these are", () => {
  show();
  scrollTo(200);
  expect(screen.getByRole("listbox", { name: "Rows" }).tabIndex).toBe(0);
  expect(screen.getAllByRole("option", { selected: false })).toEqual(rows());
  expect(rows().map((element) => element.getAttribute("aria-posinset"))).toEqual(range(9, 17).map(String));
  expect(new Set(rows().map((element) => element.getAttribute("aria-setsize")))).toEqual(new Set(["1000"]));
  expect(active()).toBe(null);
});

test("R2: two lists of the same items share no ids", () => {
  show();
  show({ label: "Others" });
  const ids = screen.getAllByRole("option").map(({ id }) => id);
  expect(ids).toHaveLength(14);
  expect(new Set(ids).size).toBe(14);
});

// --- R3

test("R3: keys move the active row and scroll as little as it needs", () => {
  show();
  for (const [key, number, top] of [
    ["ArrowDown", 1, 0],
    ["ArrowDown", 2, 0],
    ["ArrowUp", 1, 0],
    ["PageDown", 6, 20],
    ["ArrowDown", 7, 40],
    ["ArrowUp", 6, 40],
    ["PageDown", 11, 120],
    ["PageUp", 6, 100],
    ["ArrowUp", 5, 80],
    ["ArrowDown", 6, 80],
    ["End", 1000, 19_900],
    ["ArrowUp", 999, 19_900],
    ["PageUp", 994, 19_860],
    ["Home", 1, 0],
  ]) {
    expect([key, ...press(key)]).toEqual([key, true]);
    expect([key, active(), list().scrollTop]).toEqual([key, number, top]);
  }
});

test("R3: the rows that come into view by keys are there", () => {
  show();
  press("End");
  expect(shown()).toEqual(range(994, 1000));
  press("PageUp");
  expect(shown()).toEqual(range(993, 1000));
});

test.each([
  ["ArrowDown", 1],
  ["ArrowUp", 1],
  ["PageDown", 5],
  ["PageUp", 1],
  ["Home", 1],
  ["End", 1000],
])("R3: without an active row, %s goes to row %d", (key, number) => {
  show();
  expect(press(key)).toEqual([true]);
  expect(active()).toBe(number);
});

test("R3: at the ends the active row stays, and the keys are still taken", () => {
  show();
  press("Home");
  expect(press("ArrowUp", "PageUp")).toEqual([true, true]);
  expect(active()).toBe(1);
  press("End");
  expect(press("ArrowDown", "PageDown")).toEqual([true, true]);
  expect(active()).toBe(1000);
  press("ArrowUp", "ArrowUp", "PageDown");
  expect(active()).toBe(1000);
});

test("R3: a page has as many rows as are fully in view", () => {
  show({ height: 119 });
  press("Home", "PageDown");
  expect(active()).toBe(6);
  expect(list().scrollTop).toBe(1);
});

test("R3: other keys, and keys with modifiers, are left alone", () => {
  show();
  press("ArrowDown");
  expect(press("a", "ArrowRight", "Tab", " ", "toString")).toEqual([false, false, false, false, false]);
  for (const modifier of ["ctrlKey", "altKey", "metaKey"]) {
    expect(fireEvent.keyDown(list(), { key: "End", [modifier]: true })).toBe(true);
  }
  expect(active()).toBe(1);
});

test("R3: a key goes by where the list is scrolled to, also before the event of it", () => {
  show();
  scrollTo(200);
  fireEvent.click(row(13));
  list().scrollTop = 220;
  press("ArrowDown");
  expect([active(), list().scrollTop]).toEqual([14, 220]);
  expect(shown()).toEqual(range(10, 18));
});

// --- R4

test.each([
  ["far above", 1, 10_000, [1, ...range(499, 507)]],
  ["just above", 8, 200, range(8, 17)],
  ["the first there", 9, 200, range(9, 17)],
  ["the last there", 17, 200, range(9, 17)],
  ["just below", 18, 200, range(9, 18)],
  ["far below", 500, 0, [...range(1, 7), 500]],
])("R4: scrolled away, the active row stays there: %s", (_, number, top, expected) => {
  show();
  scrollTo((number - 1) * 20);
  fireEvent.click(row(number));
  scrollTo(top);
  expect(shown()).toEqual(expected);
  expect(active()).toBe(number);
  expect(row(number).style.top).toBe(`${(number - 1) * 20}px`);
  expect(list().scrollTop).toBe(top);
});

test("R4: the next key brings it back into view", () => {
  show();
  press("ArrowDown");
  scrollTo(10_000);
  press("ArrowDown");
  expect([active(), list().scrollTop]).toEqual([2, 20]);
  expect(shown()).toEqual(range(1, 8));
});

// --- R5

test("R5: a click makes a row active and chooses it", () => {
  const { onChoose } = show();
  fireEvent.click(row(3));
  expect(active()).toBe(3);
  expect(onChoose.mock.calls).toEqual([[{ id: "id 3", text: "Row 3" }]]);
});

test("R5: a click on a row that is partly in view scrolls to it", () => {
  show();
  scrollTo(50);
  fireEvent.click(row(3));
  expect(list().scrollTop).toBe(40);
  fireEvent.click(row(8));
  expect(list().scrollTop).toBe(60);
});

test("R5: Enter chooses the active row, and nothing without one", () => {
  const { onChoose } = show();
  expect(press("Enter")).toEqual([false]);
  expect(onChoose).not.toHaveBeenCalled();
  press("PageDown");
  scrollTo(10_000);
  expect(press("Enter")).toEqual([true]);
  expect(onChoose.mock.calls).toEqual([[{ id: "id 5", text: "Row 5" }]]);
  expect([active(), list().scrollTop]).toEqual([5, 80]);
});

// --- R6

test.each([
  ["at the end", 19_900, range(1, 10), 100, range(4, 10)],
  ["to the last position", 100, range(1, 10), 100, range(4, 10)],
  ["to less than is in view", 19_900, range(1, 3), 0, range(1, 3)],
  ["to nothing", 19_900, [], 0, []],
])("R6: a list that shrinks is scrolled no further than it can be: %s", (_, top, numbers, newTop, expected) => {
  const { change } = show();
  scrollTo(top);
  change(numbers);
  expect(list().scrollTop).toBe(newTop);
  expect(shown()).toEqual(expected);
  expect(rows().every((element) => element.getAttribute("aria-setsize") === String(numbers.length))).toBe(true);
});

test.each([
  ["the row now at its place", range(1, 20), 3, [1, 2, ...range(4, 20)], 4],
  ["the last row", range(1, 20), 20, range(1, 19), 19],
  ["the last row of many fewer", range(1, 20), 20, range(1, 4), 4],
  ["none in an empty list", range(1, 20), 3, [], null],
])("R6: when the active row goes, active is %s", (_, before, number, after, expected) => {
  const { change } = show({ numbers: before });
  scrollTo(number * 20 - 20);
  fireEvent.click(row(number));
  change(after);
  expect(active()).toBe(expected);
});

test("R6: in an empty list keys do nothing", () => {
  const { change, onChoose } = show();
  press("ArrowDown");
  change([]);
  expect(press("ArrowDown", "End", "PageUp", "Enter")).toEqual([false, false, false, false]);
  expect(onChoose).not.toHaveBeenCalled();
  change([7, 8]);
  expect(active()).toBe(null);
  press("ArrowDown");
  expect(active()).toBe(7);
});

// --- R7

test.each([
  ["inserted above", [2001, 2002, 2003, ...ROWS], 270, range(9, 18)],
  ["removed above", ROWS.slice(4), 130, range(9, 18)],
  ["inserted below", [...range(1, 18), 2001, ...range(19, 1000)], 210, range(9, 18)],
  ["inserted right before the first in view", [...range(1, 10), 2001, ...range(11, 1000)], 230, [10, 2001, ...range(11, 18)]],
  ["inserted right after the first in view", [...range(1, 11), 2001, ...range(12, 1000)], 210, [...range(9, 11), 2001, ...range(12, 17)]],
  ["removed at the place of the first in view", [2001, 2002, ...range(1, 10), ...range(12, 1000)], 230, [8, 9, 10, ...range(12, 18)]],
  ["all replaced", range(3001, 4000), 210, range(3009, 3018)],
])("R7: what is in view stays where it is when rows are %s", (_, numbers, top, expected) => {
  const { change } = show();
  scrollTo(210);
  change(numbers);
  expect(list().scrollTop).toBe(top);
  expect(shown()).toEqual(expected);
});

test("R7: at the very top the list stays there and shows what is new", () => {
  const { change } = show();
  change([2001, 2002, ...ROWS]);
  expect(list().scrollTop).toBe(0);
  expect(shown()).toEqual([2001, 2002, ...range(1, 5)]);
  scrollTo(1);
  change([2003, 2001, 2002, ...ROWS]);
  expect(list().scrollTop).toBe(21);
});

test("R7: the active row is the same item, wherever it is now", () => {
  const { change } = show();
  fireEvent.click(row(2));
  change([2001, 2002, ...ROWS]);
  expect(active()).toBe(2);
  press("ArrowDown");
  expect(active()).toBe(3);
  change(ROWS.toReversed());
  expect(active()).toBe(3);
  expect(row(3).getAttribute("aria-posinset")).toBe("998");
});

test("R7: a change below keeps where the list was scrolled to since the one before", () => {
  const { change } = show();
  scrollTo(210);
  change([2001, ...ROWS]);
  scrollTo(400);
  expect(shown()).toEqual(range(18, 26));
  list().scrollTop = 430; // its event is still to come
  change([2001, ...range(1, 900)]);
  expect(list().scrollTop).toBe(430);
});
