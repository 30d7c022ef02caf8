import { act, cleanup, configure, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { ToastProvider, useToasts } from "./ToastProvider.jsx";

configure({ reactStrictMode: true });

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** Renders a page with a provider; `add` and `remove` call what its hook gives. */
function show(props) {
  const seen = [];
  function Page() {
    seen.push(useToasts());
    return <button type="button">Outside</button>;
  }
  const view = render(
    <ToastProvider {...props}>
      <Page />
    </ToastProvider>,
  );
  function add(...toasts) {
    let ids;
    act(() => {
      ids = toasts.map((toast) => seen.at(-1).show(toast));
    });
    return ids;
  }
  return { ...view, seen, add, remove: (id) => act(() => seen.at(-1).dismiss(id)) };
}

const region = () => document.querySelector("[aria-label=Notifications]");
const live = (politeness) => region().querySelector(`[aria-live=${politeness}]`);
const button = (name) => screen.getByText(name, { selector: "button" });
const dismissButton = (message) => screen.getByLabelText(`Dismiss: ${message}`);
const focused = () => document.activeElement;

/** The messages in an element: what its list items say besides their buttons. */
function messages(element = region()) {
  return [...element.querySelectorAll("li")].map((item) => {
    const copy = item.cloneNode(true);
    for (const each of copy.querySelectorAll("button")) each.remove();
    return copy.textContent.trim();
  });
}

function pass(ms) {
  act(() => {
    vi.advanceTimersByTime(ms);
  });
}

function focus(element) {
  act(() => element.focus());
}

const lasting = (message, rest) => ({ message, durationMs: null, ...rest });

// --- R1

test("R1: a region without toasts is there from the start", () => {
  show();
  expect(screen.getByRole("region", { name: "Notifications" })).toBe(region());
  expect(messages()).toEqual([]);
  expect(region().querySelectorAll("button")).toHaveLength(0);
});

test("R1: three are shown at once, and the next one waits for a place", () => {
  const { add } = show();
  add(lasting("A"), lasting("B"), lasting("C"), lasting("D"), lasting("E"));
  expect(messages()).toEqual(["A", "B", "C"]);
  fireEvent.click(dismissButton("B"));
  expect(messages()).toEqual(["A", "C", "D"]);
  fireEvent.click(dismissButton("A"));
  expect(messages()).toEqual(["C", "D", "E"]);
  fireEvent.click(dismissButton("E"));
  expect(messages()).toEqual(["C", "D"]);
});

test("R1: the limit can be another one, and equal messages are toasts of their own", () => {
  const { add } = show({ limit: 2 });
  add(lasting("Saved"));
  add(lasting("Saved"));
  add(lasting("Sent"));
  expect(messages()).toEqual(["Saved", "Saved"]);
  fireEvent.click(screen.getAllByLabelText("Dismiss: Saved")[0]);
  expect(messages()).toEqual(["Saved", "Sent"]);
});

// --- R2

test("R2: both live regions are there before a toast is", () => {
  show();
  expect(messages(live("polite"))).toEqual([]);
  expect(messages(live("assertive"))).toEqual([]);
});

test("R2: errors are assertive and before the others, which are polite", () => {
  const { add } = show();
  const [polite, assertive] = [live("polite"), live("assertive")];
  add(lasting("Saved"), lasting("No space", { kind: "error" }), lasting("Sent", { kind: "info" }));
  expect(messages(polite)).toEqual(["Saved", "Sent"]);
  expect(messages(assertive)).toEqual(["No space"]);
  expect(messages()).toEqual(["No space", "Saved", "Sent"]);
});

// --- R3

test.each([
  ["nothing more is given", {}],
  ["all else is undefined", { kind: undefined, durationMs: undefined, action: undefined }],
])("R3: a toast goes after five seconds if %s", (_, rest) => {
  show().add({ message: "Saved", ...rest });
  expect(messages(live("polite"))).toEqual(["Saved"]);
  pass(4999);
  expect(messages()).toEqual(["Saved"]);
  pass(1);
  expect(messages()).toEqual([]);
});

test("R3: each toast has its own time, and one with null stays", () => {
  const { add } = show();
  add({ message: "Long", durationMs: 900 }, { message: "Short", durationMs: 300 }, lasting("Stays"));
  pass(299);
  expect(messages()).toEqual(["Long", "Short", "Stays"]);
  pass(1);
  expect(messages()).toEqual(["Long", "Stays"]);
  pass(599);
  expect(messages()).toEqual(["Long", "Stays"]);
  pass(1);
  expect(messages()).toEqual(["Stays"]);
  pass(1_000_000);
  expect(messages()).toEqual(["Stays"]);
});

test("R3: the time of a toast that waits begins when it is shown", () => {
  const { add } = show({ limit: 1 });
  add({ message: "A", durationMs: 1000 }, { message: "B", durationMs: 700 });
  pass(1000);
  expect(messages()).toEqual(["B"]);
  pass(699);
  expect(messages()).toEqual(["B"]);
  pass(1);
  expect(messages()).toEqual([]);
});

test("R3: another toast does not lengthen the time of those shown", () => {
  const { add } = show();
  add({ message: "A", durationMs: 1000 });
  pass(600);
  add({ message: "B", durationMs: 1000 });
  pass(400);
  expect(messages()).toEqual(["B"]);
  pass(600);
  expect(messages()).toEqual([]);
});

// --- R4

const PAUSES = [
  ["the pointer", () => fireEvent.pointerEnter(region()), () => fireEvent.pointerLeave(region())],
  ["the focus", () => focus(dismissButton("A")), () => focus(button("Outside"))],
];

test.each(PAUSES)("R4: %s in the region stops the time, which goes on with what was left", (_, enter, leave) => {
  show().add({ message: "A", durationMs: 1000 });
  for (const ms of [400, 350]) {
    pass(ms);
    enter();
    pass(5000);
    expect(messages()).toEqual(["A"]);
    leave();
  }
  pass(249);
  expect(messages()).toEqual(["A"]);
  pass(1);
  expect(messages()).toEqual([]);
});

test.each([
  ["the pointer", 0],
  ["the focus", 1],
])("R4: the time stands still until both are out, of which %s leaves first", (_, first) => {
  show().add({ message: "A", durationMs: 1000 });
  for (const [, enter] of PAUSES) enter();
  PAUSES[first][2]();
  pass(1000);
  expect(messages()).toEqual(["A"]);
  PAUSES[1 - first][2]();
  pass(1000);
  expect(messages()).toEqual([]);
});

test("R4: the focus may move inside of the region", () => {
  show().add({ message: "A", durationMs: 1000 }, { message: "B", durationMs: 1000 });
  focus(dismissButton("A"));
  focus(dismissButton("B"));
  pass(1000);
  expect(messages()).toEqual(["A", "B"]);
  focus(button("Outside"));
  pass(1000);
  expect(messages()).toEqual([]);
});

test("R4: a toast that comes during a pause has all its time after it", () => {
  const { add } = show();
  add(lasting("A"));
  fireEvent.pointerEnter(region());
  add({ message: "B", durationMs: 1000 });
  pass(3000);
  fireEvent.pointerLeave(region());
  pass(999);
  expect(messages()).toEqual(["A", "B"]);
  pass(1);
  expect(messages()).toEqual(["A"]);
});

// --- R5

test("R5: an action removes its toast and is called once, and only then", () => {
  const onAction = vi.fn();
  const { add } = show();
  add(lasting("Deleted", { action: { label: "Undo", onAction } }), lasting("Sent"));
  expect(onAction).not.toHaveBeenCalled();
  fireEvent.click(button("Undo"));
  expect(onAction).toHaveBeenCalledTimes(1);
  expect(messages()).toEqual(["Sent"]);
});

test("R5: an action may show a toast", () => {
  const view = show();
  const onAction = () => view.seen.at(-1).show(lasting("Restored"));
  view.add(lasting("Deleted", { action: { label: "Undo", onAction } }));
  fireEvent.click(button("Undo"));
  expect(messages()).toEqual(["Restored"]);
});

test("R5: neither dismissing nor the end of the time calls the action", () => {
  const onAction = vi.fn();
  const action = { label: "Undo", onAction };
  const { add } = show();
  add({ message: "A", durationMs: 1000, action }, { message: "B", durationMs: 1000, action });
  expect(screen.getAllByRole("button", { name: "Undo" })).toHaveLength(2);
  fireEvent.click(dismissButton("A"));
  expect(messages()).toEqual(["B"]);
  pass(1000);
  expect(messages()).toEqual([]);
  expect(onAction).not.toHaveBeenCalled();
});

test("R5: without an action the only button is the one that dismisses", () => {
  show().add({ message: "Saved" });
  expect([...region().querySelectorAll("button")]).toEqual([screen.getByRole("button", { name: "Dismiss: Saved" })]);
});

// --- R6

test("R6: the focus moves to the first button left, and back when none is", () => {
  const { add } = show();
  focus(button("Outside"));
  add({ message: "A", action: { label: "Undo", onAction() {} } }, { message: "B" });
  focus(dismissButton("B"));
  fireEvent.click(dismissButton("B"));
  expect(focused()).toBe(button("Undo"));
  pass(10_000);
  expect(messages()).toEqual(["A"]);
  fireEvent.click(button("Undo"));
  expect(focused()).toBe(button("Outside"));
});

test("R6: a toast with the focus may be removed by its id", () => {
  const { add, remove } = show();
  const [first] = add({ message: "A" }, { message: "B" });
  focus(dismissButton("A"));
  remove(first);
  expect(focused()).toBe(dismissButton("B"));
});

test("R6: the focus is left alone where it is, outside or in another toast", () => {
  const { add, remove } = show();
  const [, , third] = add(lasting("A"), lasting("B"), lasting("C"));
  focus(button("Outside"));
  fireEvent.click(dismissButton("A"));
  expect(messages()).toEqual(["B", "C"]);
  expect(focused()).toBe(button("Outside"));
  focus(dismissButton("C"));
  fireEvent.click(dismissButton("B"));
  expect(messages()).toEqual(["C"]);
  expect(focused()).toBe(dismissButton("C"));
  focus(button("Outside"));
  remove(third);
  expect(messages()).toEqual([]);
  expect(focused()).toBe(button("Outside"));
});

test.each(PAUSES)("R6: %s pauses no later toast when the last one was removed under it", (_, enter) => {
  const { add } = show();
  add({ message: "A" });
  enter();
  fireEvent.click(dismissButton("A"));
  expect(messages()).toEqual([]);
  add({ message: "B", durationMs: 1000 });
  pass(999);
  expect(messages()).toEqual(["B"]);
  pass(1);
  expect(messages()).toEqual([]);
});

test("R6: the focus goes back to where it came from the last time", () => {
  const { add } = show();
  add(lasting("A"));
  focus(dismissButton("A"));
  act(() => focused().blur());
  focus(button("Outside"));
  focus(dismissButton("A"));
  fireEvent.click(dismissButton("A"));
  expect(focused()).toBe(button("Outside"));
});

test("R6: a window that loses the focus and gets it again does not change where it goes back to", () => {
  const { add } = show();
  add(lasting("A"));
  focus(button("Outside"));
  focus(dismissButton("A"));
  act(() => focused().blur());
  focus(dismissButton("A"));
  fireEvent.click(dismissButton("A"));
  expect(focused()).toBe(button("Outside"));
});

// --- R7

test("R7: a toast is dismissed by its id, shown or waiting, an unknown id does nothing", () => {
  const { add, remove } = show({ limit: 1 });
  const ids = add(lasting("A"), lasting("B"), lasting("C"));
  expect(ids).toEqual([1, 2, 3]);
  remove(ids[1]);
  expect(messages()).toEqual(["A"]);
  remove(ids[1]);
  remove(0);
  remove(4);
  expect(messages()).toEqual(["A"]);
  remove(ids[0]);
  expect(messages()).toEqual(["C"]);
});

test("R7: no timer is left when the provider is removed", () => {
  const { add, unmount } = show();
  add({ message: "A" }, { message: "B" });
  expect(vi.getTimerCount()).toBeGreaterThan(0);
  unmount();
  expect(vi.getTimerCount()).toBe(0);
});

test("R7: no timer is left of a toast that was dismissed", () => {
  show().add({ message: "A" });
  expect(vi.getTimerCount()).toBeGreaterThan(0);
  fireEvent.click(dismissButton("A"));
  expect(vi.getTimerCount()).toBe(0);
});

// --- R8

test("R8: the hook fails without a provider", () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  function Lonely() {
    useToasts();
    return null;
  }
  expect(() => render(<Lonely />)).toThrow("useToasts needs a ToastProvider");
});

test("R8: what the hook gives is the same in every rendering", () => {
  const seen = [];
  function Page() {
    seen.push(useToasts());
    return null;
  }
  const { rerender } = render(<Page />, { wrapper: ToastProvider });
  rerender(<Page />);
  expect(seen.length).toBeGreaterThan(1);
  expect(new Set(seen).size).toBe(1);
  expect(seen[0].show).toBeTypeOf("function");
});
