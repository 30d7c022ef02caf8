import { act, cleanup, configure, fireEvent, render, screen, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";

import { OptimisticList } from "./OptimisticList.jsx";

configure({ reactStrictMode: true });

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

/** Runs a step and everything that follows from it in the same turn of the event loop. */
async function settle(step) {
  await act(async () => {
    step();
    await new Promise((resolve) => setTimeout(resolve));
  });
}

const itemOf = (title, isDone = false) => ({ id: `id of ${title}`, title, isDone });
const ITEMS = [itemOf("Milk"), itemOf("Bread", true), itemOf("Salt")];

/** Shows a list; `calls` are those of both functions, to be answered by the test. */
function show({ items = ITEMS, ...props } = {}) {
  const calls = [];
  const fake = (verb) => (id, ...rest) =>
    new Promise((resolve, reject) => {
      calls.push({
        text: [verb, id.replace("id of ", ""), ...rest].join(" "),
        succeed: () => settle(resolve),
        fail: (message = "offline") => settle(() => reject(new Error(message))),
      });
    });
  const view = render(
    <OptimisticList label="Shopping" items={items} saveDone={fake("done")} deleteItem={fake("delete")} {...props} />,
  );
  return { ...view, calls, called: () => calls.map(({ text }) => text) };
}

const list = () => document.querySelector("ul");
const rows = () => [...list().querySelectorAll("li")];
const boxOf = (row) => row.querySelector("input");
const box = (title) => screen.getByLabelText(title, { selector: "input" });
const nameOf = (element) => element.getAttribute("aria-label") ?? element.textContent;
const button = (name) => [...document.querySelectorAll("button")].find((each) => nameOf(each) === name);
const shown = () => rows().map((row) => (boxOf(row).checked ? "x " : "- ") + row.querySelector("label").textContent);
const busy = () => rows().map((row) => row.getAttribute("aria-busy"));
const status = () => document.querySelector("[role=status]").textContent;
const alerts = () => [...document.querySelectorAll("[role=alert]")].map((alert) => alert.textContent);
const press = (name) => fireEvent.click(button(name));
const toggle = (...titles) => titles.forEach((title) => fireEvent.click(box(title)));

// --- R1

test("R1: items in a named list, with their controls", () => {
  show();
  expect(screen.getByRole("list", { name: "Shopping" })).toBe(list());
  expect(shown()).toEqual(["- Milk", "x Bread", "- Salt"]);
  const [row] = within(list()).getAllByRole("listitem");
  expect(within(row).getByRole("checkbox", { name: "Milk" })).toBe(boxOf(rows()[0]));
  expect(within(row).getByRole("button", { name: "Delete Milk" })).toBe(button("Delete Milk"));
});

test("R1: a change is seen at once, and stays when it is saved", async () => {
  const view = show();
  toggle("Milk", "Bread");
  expect(shown()).toEqual(["x Milk", "- Bread", "- Salt"]);
  expect(view.called()).toEqual(["done Milk true", "done Bread false"]);
  await view.calls[1].succeed();
  await view.calls[0].succeed();
  expect(shown()).toEqual(["x Milk", "- Bread", "- Salt"]);
  expect(view.calls).toHaveLength(2);
  toggle("Milk");
  expect(view.called()[2]).toBe("done Milk false");
  expect(ITEMS.map(({ isDone }) => isDone)).toEqual([false, true, false]);
});

test("R1: two presses at once are two changes", async () => {
  const view = show();
  act(() => {
    box("Milk").click();
    box("Milk").click();
  });
  expect(shown()[0]).toBe("- Milk");
  await view.calls[0].succeed();
  expect(view.called()).toEqual(["done Milk true", "done Milk false"]);
  await view.calls[1].succeed();
  expect([shown()[0], status()]).toEqual(["- Milk", ""]);
});

// --- R2

test("R2: a deletion is seen at once, and stays when it is saved", async () => {
  const view = show();
  press("Delete Bread");
  expect(shown()).toEqual(["- Milk", "- Salt"]);
  expect(view.called()).toEqual(["delete Bread"]);
  await view.calls[0].succeed();
  expect([shown(), alerts()]).toEqual([["- Milk", "- Salt"], []]);
});

test("R2: the focus goes to what takes its place, at last to the list", () => {
  show();
  press("Delete Milk");
  expect(document.activeElement).toBe(box("Bread"));
  press("Delete Salt");
  expect(document.activeElement).toBe(box("Bread"));
  press("Delete Bread");
  expect(rows()).toEqual([]);
  expect(document.activeElement).toBe(list());
});

test("R2: in the middle it goes to the next one", () => {
  show();
  press("Delete Bread");
  expect(document.activeElement).toBe(box("Salt"));
});

// --- R3

test("R3: pending changes are counted, and their items busy", async () => {
  const view = show();
  expect([status(), busy()]).toEqual(["", ["false", "false", "false"]]);
  toggle("Milk");
  expect([status(), busy()]).toEqual(["Saving 1 change", ["true", "false", "false"]]);
  toggle("Milk", "Bread");
  press("Delete Salt");
  expect([status(), busy()]).toEqual(["Saving 4 changes", ["true", "true"]]);
  await view.calls[0].succeed();
  expect([status(), busy()]).toEqual(["Saving 3 changes", ["true", "true"]]);
  await view.calls[3].fail();
  expect([status(), busy()]).toEqual(["Saving 2 changes", ["false", "true"]]);
  await view.calls[2].fail();
  expect([status(), busy()]).toEqual(["Saving 1 change", ["false", "true", "false"]]);
  await view.calls[1].succeed();
  expect([status(), busy()]).toEqual(["", ["false", "false", "false"]]);
});

test("R3: the status is a live region from the start", () => {
  show({ items: [] });
  expect(screen.getByRole("status").textContent).toBe("");
  expect(rows()).toEqual([]);
});

// --- R4

test("R4: changes of an item are saved one after the other", async () => {
  const view = show();
  toggle("Milk", "Milk", "Milk");
  press("Delete Milk");
  expect(view.called()).toEqual(["done Milk true"]);
  await view.calls[0].succeed();
  expect(view.called()).toEqual(["done Milk true", "done Milk false"]);
  await view.calls[1].fail();
  expect(view.called().slice(2)).toEqual(["done Milk true"]);
  await view.calls[2].succeed();
  expect(view.called().slice(3)).toEqual(["delete Milk"]);
  await view.calls[3].succeed();
  expect([view.calls.length, shown(), status()]).toEqual([4, ["x Bread", "- Salt"], ""]);
});

test("R4: different items don't wait", async () => {
  const view = show();
  toggle("Milk", "Milk", "Salt", "Bread");
  expect(view.called()).toEqual(["done Milk true", "done Salt true", "done Bread false"]);
  await view.calls[2].succeed();
  toggle("Bread");
  expect(view.called()[3]).toBe("done Bread true");
  await view.calls[0].succeed();
  expect(view.called()[4]).toBe("done Milk false");
});

// --- R5

test("R5: a failed change alone is taken back", async () => {
  const view = show();
  toggle("Milk", "Bread");
  press("Delete Salt");
  await view.calls[0].fail("disk full");
  expect(shown()).toEqual(["- Milk", "- Bread"]);
  expect(alerts()).toEqual(["Could not change Milk: disk full"]);
  await view.calls[1].succeed();
  await view.calls[2].succeed();
  expect(shown()).toEqual(["- Milk", "- Bread"]);
});

test("R5: a failed deletion brings the item back where it was, as it was", async () => {
  const view = show();
  toggle("Bread");
  press("Delete Bread");
  press("Delete Salt");
  await view.calls[0].succeed();
  await view.calls[2].fail("locked");
  expect(shown()).toEqual(["- Milk", "- Bread"]);
  expect(alerts()).toEqual(["Could not delete Bread: locked"]);
  await view.calls[1].fail("locked too");
  expect(shown()).toEqual(["- Milk", "- Bread", "- Salt"]);
  expect(alerts()).toEqual(["Could not delete Bread: locked", "Could not delete Salt: locked too"]);
});

test("R5: other changes of the item stay, and the failure before them is not told", async () => {
  const view = show();
  toggle("Bread", "Bread");
  await view.calls[0].fail();
  expect([shown()[1], alerts(), status()]).toEqual(["x Bread", [], "Saving 1 change"]);
  await view.calls[1].fail("offline again");
  expect([shown()[1], alerts()]).toEqual(["x Bread", ["Could not change Bread: offline again"]]);
});

test("R5: what was saved before the failure stays", async () => {
  const view = show();
  toggle("Milk");
  await view.calls[0].succeed();
  toggle("Milk");
  expect(shown()[0]).toBe("- Milk");
  await view.calls[1].fail();
  expect(shown()[0]).toBe("x Milk");
});

test("R5: a function that throws at once fails alike", async () => {
  const deleteItem = () => {
    throw new Error("no network");
  };
  show({ deleteItem });
  await settle(() => press("Delete Milk"));
  expect(shown()).toEqual(["- Milk", "x Bread", "- Salt"]);
  expect([alerts(), status()]).toEqual([["Could not delete Milk: no network"], ""]);
});

// --- R6

test("R6: alerts have their buttons, in the order of the failures", async () => {
  const view = show();
  toggle("Milk");
  press("Delete Salt");
  await view.calls[1].fail();
  await view.calls[0].fail();
  expect(alerts()).toEqual(["Could not delete Salt: offline", "Could not change Milk: offline"]);
  const names = screen.getAllByRole("button", { name: /^(Retry|Dismiss)/ }).map((each) => each.textContent);
  expect(names).toEqual(["Retry Salt", "Dismiss Salt", "Retry Milk", "Dismiss Milk"]);
});

test("R6: Retry makes the same change again", async () => {
  const view = show();
  toggle("Bread");
  press("Delete Milk");
  await view.calls[0].fail();
  await view.calls[1].fail();
  press("Retry Bread");
  expect(document.activeElement).toBe(list());
  expect(shown()).toEqual(["- Milk", "- Bread", "- Salt"]);
  expect([alerts(), status(), busy()[1]]).toEqual([["Could not delete Milk: offline"], "Saving 1 change", "true"]);
  press("Retry Milk");
  expect([alerts(), shown()]).toEqual([[], ["- Bread", "- Salt"]]);
  expect(view.called()).toEqual(["done Bread false", "delete Milk", "done Bread false", "delete Milk"]);
  await view.calls[2].fail("still offline");
  expect([shown()[0], alerts()]).toEqual(["x Bread", ["Could not change Bread: still offline"]]);
});

test("R6: two presses of Retry at once are one change", async () => {
  const view = show();
  press("Delete Milk");
  await view.calls[0].fail();
  const [retry, milk] = [button("Retry Milk"), box("Milk")];
  act(() => {
    retry.click();
    retry.click();
    milk.click();
  });
  expect([status(), shown()]).toEqual(["Saving 1 change", ["x Bread", "- Salt"]]);
  await view.calls[1].succeed();
  expect([view.called(), status()]).toEqual([["delete Milk", "delete Milk"], ""]);
});

test("R6: Dismiss only takes the alert away", async () => {
  const view = show();
  toggle("Milk", "Salt");
  await view.calls[0].fail();
  await view.calls[1].fail();
  press("Dismiss Milk");
  expect(alerts()).toEqual(["Could not change Salt: offline"]);
  expect(document.activeElement).toBe(list());
  expect([view.calls.length, status(), shown()]).toEqual([2, "", ["- Milk", "x Bread", "- Salt"]]);
});

// --- R7

test("R7: a new change of the item takes its alert away, and no other", async () => {
  const view = show();
  toggle("Milk");
  press("Delete Salt");
  await view.calls[0].fail();
  await view.calls[1].fail();
  toggle("Bread");
  expect(alerts()).toHaveLength(2);
  toggle("Milk");
  expect(alerts()).toEqual(["Could not delete Salt: offline"]);
  toggle("Salt");
  expect(alerts()).toEqual([]);
  expect(shown()).toEqual(["x Milk", "- Bread", "x Salt"]);
  await view.calls[3].fail("again");
  expect(alerts()).toEqual(["Could not change Milk: again"]);
  press("Delete Milk");
  expect(alerts()).toEqual([]);
});

// --- R8

test("R8: nothing follows when the component has been removed", async () => {
  const complaints = vi.spyOn(console, "error");
  const view = show();
  toggle("Milk", "Milk", "Salt", "Salt");
  view.unmount();
  await view.calls[0].succeed();
  await view.calls[1].fail();
  expect(view.called()).toEqual(["done Milk true", "done Salt true"]);
  expect(complaints).not.toHaveBeenCalled();
});
