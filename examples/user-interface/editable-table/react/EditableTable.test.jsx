import { act, cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";

import { EditableTable } from "./EditableTable.jsx";

afterEach(cleanup);

const COLUMNS = [
  { key: "name", header: "Name", validate: (text) => (text.trim() === "" ? "A name is needed" : null) },
  { key: "age", header: "Age", compare: (a, b) => Number(a) - Number(b) },
  { key: "note", header: "Note" },
];

const RECORDS = [
  { id: "p4", name: "Bob", age: "9", note: "x" },
  { id: "p1", name: "Ann", age: "30", note: "" },
  { id: "p9", name: "Cyd", age: "100", note: "x" },
];

/** Runs a step and everything that follows from it in the same turn of the event loop. */
async function settle(step) {
  await act(async () => {
    step();
    await new Promise((resolve) => setTimeout(resolve));
  });
}

function fakeSave() {
  const saves = [];
  const save = vi.fn(
    () =>
      new Promise((resolve, reject) => {
        saves.push({
          succeed: () => settle(resolve),
          fail: (message = "offline") => settle(() => reject(new Error(message))),
        });
      }),
  );
  return { saves, save };
}

function show({ beside = null, ...props } = {}) {
  const { saves, save } = fakeSave();
  const view = render(
    <>
      <EditableTable caption="People" columns={COLUMNS} initialRecords={RECORDS} save={save} {...props} />
      {beside}
    </>,
  );
  return { ...view, user: userEvent.setup({ delay: null }), saves, save };
}

function showColumn(values, column = {}) {
  const initialRecords = values.map((value, index) => ({ id: `r${index}`, word: value, mark: String(index) }));
  const columns = [
    { key: "word", header: "Word", ...column },
    { key: "mark", header: "Mark" },
  ];
  return show({ columns, initialRecords });
}

const sorter = (header) => screen.getByRole("button", { name: header });
const value = (header, text) => screen.getByRole("button", { name: `${header}: ${text}` });
const cellOf = (element) => element.closest("td, [role=cell]");
const isBusy = (cell) => cell.getAttribute("aria-busy") === "true";
const alertsIn = (cell) => within(cell).queryAllByRole("alert").map((alert) => alert.textContent);
const textBox = (header) => screen.getByRole("textbox", { name: header });

function shown(header) {
  return screen.getAllByRole("button", { name: new RegExp(`^${header}: `) }).map((button) => button.textContent);
}

function sortStates() {
  return screen.getAllByRole("columnheader").map((header) => header.getAttribute("aria-sort"));
}

async function edit({ user }, header, from, to) {
  await user.click(value(header, from));
  await user.clear(textBox(header));
  if (to !== "") await user.paste(to);
}

/** Edits a cell, ends with Enter and gives the cell. */
async function enter(view, header, from, to) {
  const cell = cellOf(value(header, from));
  await edit(view, header, from, to);
  await view.user.keyboard("{Enter}");
  return cell;
}

// --- R1

test("R1: the table is named by its caption and shows the records in their order", () => {
  show();
  const table = screen.getByRole("table", { name: "People" });
  const rows = within(table).getAllByRole("row");
  expect(within(rows[0]).getAllByRole("columnheader").map((header) => header.textContent)).toEqual(["Name", "Age", "Note"]);
  expect(rows.slice(1).map((row) => within(row).getAllByRole("cell").map((cell) => cell.textContent))).toEqual([
    ["Bob", "9", "x"],
    ["Ann", "30", "(empty)"],
    ["Cyd", "100", "x"],
  ]);
  expect(sortStates()).toEqual(["none", "none", "none"]);
});

test("R1: the presses of a header sort ascending, descending, not at all, and so on", async () => {
  const { user } = show();
  const seen = [];
  for (let press = 0; press < 4; press += 1) {
    await user.click(sorter("Name"));
    seen.push([shown("Name").join(" "), sortStates()[0]]);
  }
  expect(seen).toEqual([
    ["Ann Bob Cyd", "ascending"],
    ["Cyd Bob Ann", "descending"],
    ["Bob Ann Cyd", "none"],
    ["Ann Bob Cyd", "ascending"],
  ]);
});

test("R1: whole rows are sorted", async () => {
  const { user } = show();
  await user.click(sorter("Name"));
  expect(shown("Age")).toEqual(["30", "9", "100"]);
  expect(shown("Note")).toEqual(["(empty)", "x", "x"]);
});

test("R1: another column begins with ascending, and so does the first one after it", async () => {
  const { user } = show();
  await user.click(sorter("Name"));
  await user.click(sorter("Age"));
  expect(shown("Age")).toEqual(["9", "30", "100"]);
  expect(sortStates()).toEqual(["none", "ascending", "none"]);
  await user.click(sorter("Age"));
  expect(shown("Age")).toEqual(["100", "30", "9"]);
  expect(sortStates()).toEqual(["none", "descending", "none"]);
  await user.click(sorter("Name"));
  expect(shown("Name")).toEqual(["Ann", "Bob", "Cyd"]);
  expect(sortStates()).toEqual(["ascending", "none", "none"]);
});

// --- R2

test("R2: without a comparison function UTF-16 code units decide", async () => {
  const { user } = showColumn(["b", "\u{1F34E}", "10", "é", "\uFF61", "", "B", "9", "ab", "a"]);
  await user.click(sorter("Word"));
  expect(shown("Word")).toEqual(["(empty)", "10", "9", "B", "a", "ab", "b", "é", "\u{1F34E}", "\uFF61"]);
});

test("R2: the column's comparison function decides", async () => {
  const { user } = showColumn(["100", "9", "30"], { compare: (a, b) => Number(a) - Number(b) });
  await user.click(sorter("Word"));
  expect(shown("Word")).toEqual(["9", "30", "100"]);
  await user.click(sorter("Word"));
  expect(shown("Word")).toEqual(["100", "30", "9"]);
});

test.each([
  ["the comparison function", { compare: (a, b) => a.length - b.length }, ["aa", "b", "cc", "d"], "1 3 0 2", "0 2 1 3"],
  ["code units", {}, ["y", "x", "y", "x"], "1 3 0 2", "0 2 1 3"],
])("R2: rows equal by %s keep their original order in both directions", async (_, column, words, up, down) => {
  const { user } = showColumn(words, column);
  await user.click(sorter("Word"));
  expect(shown("Mark").join(" ")).toBe(up);
  await user.click(sorter("Word"));
  expect(shown("Mark").join(" ")).toBe(down);
});

test("R2: the order of an earlier sorting does not matter to equal rows", async () => {
  const { user } = showColumn(["x", "x", "x"]);
  await user.click(sorter("Mark"));
  await user.click(sorter("Mark"));
  expect(shown("Mark")).toEqual(["2", "1", "0"]);
  await user.click(sorter("Word"));
  expect(shown("Mark")).toEqual(["0", "1", "2"]);
});

test("R2: a change of a value moves no row until a header is pressed again", async () => {
  const view = show();
  await view.user.click(sorter("Name"));
  await enter(view, "Name", "Ann", "Zoe");
  expect(shown("Name")).toEqual(["Zoe", "Bob", "Cyd"]);
  await view.saves[0].succeed();
  expect(shown("Name")).toEqual(["Zoe", "Bob", "Cyd"]);
  await view.user.click(sorter("Name"));
  expect(shown("Name")).toEqual(["Zoe", "Cyd", "Bob"]);
  await view.user.click(sorter("Name"));
  expect(shown("Name")).toEqual(["Bob", "Zoe", "Cyd"]);
});

test("R2: sorting uses a value that is shown but not saved, and its loss moves no row", async () => {
  const view = show();
  await enter(view, "Name", "Ann", "Zoe");
  await view.user.click(sorter("Name"));
  expect(shown("Name")).toEqual(["Bob", "Cyd", "Zoe"]);
  await view.saves[0].fail();
  expect(shown("Name")).toEqual(["Bob", "Cyd", "Ann"]);
});

test("R2: the records given are not changed, nor read again", async () => {
  const records = RECORDS.map((record) => Object.freeze({ ...record }));
  const view = show({ initialRecords: Object.freeze([...records]) });
  await view.user.click(sorter("Name"));
  await enter(view, "Name", "Ann", "Zoe");
  await view.saves[0].succeed();
  expect(records).toEqual(RECORDS);
  view.rerender(<EditableTable caption="People" columns={COLUMNS} initialRecords={[]} save={view.save} />);
  expect(shown("Name")).toEqual(["Zoe", "Bob", "Cyd"]);
});

// --- R3

test("R3: a cell's button gives way to a text box with the value, focused and selected", async () => {
  const { user, save } = show();
  await user.click(value("Age", "100"));
  expect(screen.queryByRole("button", { name: "Age: 100" })).toBe(null);
  const box = textBox("Age");
  expect(document.activeElement).toBe(box);
  expect([box.value, box.selectionStart, box.selectionEnd]).toEqual(["100", 0, 3]);
  expect(save).not.toHaveBeenCalled();
});

test("R3: Enter saves the text as it is and focuses the cell's button", async () => {
  const view = show();
  await view.user.click(value("Name", "Bob"));
  await view.user.keyboard(" Bo {Enter}");
  expect(view.save.mock.calls).toEqual([["p4", "name", " Bo "]]);
  expect(screen.queryByRole("textbox")).toBe(null);
  expect(shown("Name")).toEqual([" Bo ", "Ann", "Cyd"]);
  expect(document.activeElement).toBe(screen.getByRole("button", { name: /^Name:\s+Bo/ }));
});

test("R3: Escape discards the text and focuses the cell's button", async () => {
  const view = show();
  await edit(view, "Name", "Bob", "Bo");
  await view.user.keyboard("{Escape}");
  expect(screen.queryByRole("textbox")).toBe(null);
  expect(shown("Name")).toEqual(["Bob", "Ann", "Cyd"]);
  expect(document.activeElement).toBe(value("Name", "Bob"));
  await view.user.tab();
  expect(view.save).not.toHaveBeenCalled();
});

test("R3: a discarded text is not there at the next edit", async () => {
  const view = show();
  await edit(view, "Name", "Bob", "Bo");
  await view.user.keyboard("{Escape}");
  await view.user.click(value("Name", "Bob"));
  expect(textBox("Name").value).toBe("Bob");
});

test("R3: losing the focus saves and leaves the focus where it went", async () => {
  const view = show({ beside: <button type="button">Elsewhere</button> });
  await edit(view, "Name", "Bob", "Bo");
  await view.user.click(screen.getByRole("button", { name: "Elsewhere" }));
  expect(view.save.mock.calls).toEqual([["p4", "name", "Bo"]]);
  expect(document.activeElement).toBe(screen.getByRole("button", { name: "Elsewhere" }));
  expect(value("Name", "Bo")).not.toBe(null);
});

test("R3: pressing another cell saves the first and edits the second", async () => {
  const view = show();
  await edit(view, "Name", "Bob", "Bo");
  await view.user.click(value("Age", "9"));
  expect(view.save.mock.calls).toEqual([["p4", "name", "Bo"]]);
  expect(document.activeElement).toBe(textBox("Age"));
  expect(screen.getAllByRole("textbox")).toHaveLength(1);
});

test("R3: one edit saves once, though the focus goes after Enter", async () => {
  const view = show();
  await enter(view, "Name", "Bob", "Bo");
  await view.user.tab();
  await view.saves[0].succeed();
  expect(view.save).toHaveBeenCalledTimes(1);
});

test("R3: editing goes by the keyboard alone", async () => {
  const { user, save } = show();
  await user.tab();
  await user.tab();
  await user.tab();
  await user.tab();
  expect(document.activeElement).toBe(value("Name", "Bob"));
  await user.keyboard("{Enter}Bo{Enter}");
  expect(save.mock.calls).toEqual([["p4", "name", "Bo"]]);
  expect(document.activeElement).toBe(value("Name", "Bo"));
});

test.each([
  ["Enter", (user) => user.keyboard("{Enter}")],
  ["losing the focus", (user) => user.click(document.body)],
])("R3: an unchanged text ends by %s without validation or save", async (_, end) => {
  const validate = vi.fn(() => "never valid");
  const view = show({ columns: [{ key: "name", header: "Name", validate }] });
  await view.user.click(value("Name", "Bob"));
  await view.user.keyboard("{End}y{Backspace}");
  await end(view.user);
  expect(screen.queryByRole("textbox")).toBe(null);
  expect(value("Name", "Bob")).not.toBe(null);
  expect(validate).not.toHaveBeenCalled();
  expect(view.save).not.toHaveBeenCalled();
});

test("R3: the present value is the one shown, saved or not", async () => {
  const view = show();
  await enter(view, "Name", "Bob", "Bo");
  await view.user.click(value("Name", "Bo"));
  expect(textBox("Name").value).toBe("Bo");
  await view.user.keyboard("{Enter}");
  await view.saves[0].succeed();
  expect(view.save).toHaveBeenCalledTimes(1);
});

test("R3: an empty value is edited as an empty text, and shown as (empty)", async () => {
  const view = show();
  await view.user.click(value("Note", "(empty)"));
  expect(textBox("Note").value).toBe("");
  await view.user.keyboard("{Escape}");
  await enter(view, "Age", "9", "");
  expect(view.save.mock.calls).toEqual([["p4", "age", ""]]);
  expect(value("Age", "(empty)").textContent).toBe("(empty)");
});

// --- R4

test("R4: an invalid text is not saved by Enter; the message is described and alerted", async () => {
  const view = show();
  const cell = await enter(view, "Name", "Bob", "  ");
  const box = screen.getByRole("textbox", { name: "Name", description: "A name is needed" });
  expect(box.value).toBe("  ");
  expect(box.getAttribute("aria-invalid")).toBe("true");
  expect(alertsIn(cell)).toEqual(["A name is needed"]);
  expect(document.activeElement).toBe(box);
  expect(view.save).not.toHaveBeenCalled();
});

test("R4: a text box without a complaint is neither invalid nor alerted", async () => {
  const view = show();
  const cell = cellOf(value("Name", "Bob"));
  await edit(view, "Name", "Bob", "");
  expect(textBox("Name").getAttribute("aria-invalid")).not.toBe("true");
  expect(alertsIn(cell)).toEqual([]);
});

test("R4: the message vanishes at the next change, which may then be saved", async () => {
  const view = show();
  const cell = await enter(view, "Name", "Bob", "");
  await view.user.keyboard("x");
  expect(alertsIn(cell)).toEqual([]);
  expect(textBox("Name").getAttribute("aria-invalid")).not.toBe("true");
  expect(screen.queryByRole("textbox", { description: "A name is needed" })).toBe(null);
  await view.user.keyboard("{Enter}");
  expect(view.save.mock.calls).toEqual([["p4", "name", "x"]]);
});

test("R4: losing the focus with an invalid text keeps the text box, but not the focus", async () => {
  const view = show({ beside: <button type="button">Elsewhere</button> });
  const cell = cellOf(value("Name", "Bob"));
  await edit(view, "Name", "Bob", "");
  await view.user.click(screen.getByRole("button", { name: "Elsewhere" }));
  expect(document.activeElement).toBe(screen.getByRole("button", { name: "Elsewhere" }));
  expect(textBox("Name").value).toBe("");
  expect(textBox("Name").getAttribute("aria-invalid")).toBe("true");
  expect(alertsIn(cell)).toEqual(["A name is needed"]);
  expect(view.save).not.toHaveBeenCalled();
});

test("R4: other cells can be edited while one is invalid", async () => {
  const view = show();
  const invalid = cellOf(value("Name", "Bob"));
  await edit(view, "Name", "Bob", "");
  await view.user.click(value("Age", "30"));
  expect(document.activeElement).toBe(textBox("Age"));
  await view.user.keyboard("31{Enter}");
  expect(view.save.mock.calls).toEqual([["p1", "age", "31"]]);
  expect(within(invalid).getByRole("textbox").value).toBe("");
  expect(alertsIn(invalid)).toEqual(["A name is needed"]);
});

test("R1 R4: an invalid text stays with its record when the rows are sorted", async () => {
  const view = show();
  await edit(view, "Name", "Cyd", "");
  await view.user.click(sorter("Age"));
  await view.user.click(sorter("Age"));
  const row = textBox("Name").closest("tr, [role=row]");
  expect(within(row).getByRole("button", { name: "Age: 100" })).not.toBe(null);
  expect(shown("Age")).toEqual(["100", "30", "9"]);
  expect(shown("Name")).toEqual(["Ann", "Bob"]);
});

test("R4: Escape discards an invalid text", async () => {
  const view = show();
  const cell = await enter(view, "Name", "Bob", "");
  await view.user.keyboard("{Escape}");
  expect(alertsIn(cell)).toEqual([]);
  expect(document.activeElement).toBe(value("Name", "Bob"));
  expect(view.save).not.toHaveBeenCalled();
});

// --- R5

test("R5: a new value is shown and the cell busy until the save succeeds", async () => {
  const view = show();
  const before = cellOf(value("Name", "Bob"));
  expect(isBusy(before)).toBe(false);
  const cell = await enter(view, "Name", "Bob", "Bo");
  expect(shown("Name")).toEqual(["Bo", "Ann", "Cyd"]);
  expect(isBusy(cell)).toBe(true);
  await view.saves[0].succeed();
  expect(shown("Name")).toEqual(["Bo", "Ann", "Cyd"]);
  expect(isBusy(cell)).toBe(false);
  expect(alertsIn(cell)).toEqual([]);
});

test("R5: a cell is busy while it is edited again, and not after a failure", async () => {
  const view = show();
  const cell = await enter(view, "Name", "Bob", "Bo");
  await view.user.click(value("Name", "Bo"));
  expect(isBusy(cell)).toBe(true);
  await view.saves[0].fail();
  expect(isBusy(cell)).toBe(false);
});

test("R5: an edit without a save does not make the cell busy", async () => {
  const view = show();
  const cell = await enter(view, "Name", "Bob", "Bob");
  expect(isBusy(cell)).toBe(false);
});

// --- R6

test("R6: after a rejection the confirmed value is back, with an alert", async () => {
  const view = show();
  const cell = await enter(view, "Name", "Bob", "Bo");
  await view.saves[0].fail("disk full");
  expect(shown("Name")).toEqual(["Bob", "Ann", "Cyd"]);
  expect(alertsIn(cell)).toEqual(["Not saved: disk full"]);
  expect(screen.getAllByRole("alert")).toHaveLength(1);
});

test("R6: throwing at once counts as a failure", async () => {
  const save = vi.fn(() => {
    throw new Error("no session");
  });
  const view = show({ save });
  const cell = await enter(view, "Name", "Bob", "Bo");
  await settle(() => {});
  expect(save).toHaveBeenCalledTimes(1);
  expect(shown("Name")).toEqual(["Bob", "Ann", "Cyd"]);
  expect(alertsIn(cell)).toEqual(["Not saved: no session"]);
  expect(isBusy(cell)).toBe(false);
});

test("R6: the confirmed value is the one of the last save that succeeded", async () => {
  const view = show();
  await enter(view, "Name", "Bob", "Bo");
  await view.saves[0].succeed();
  await enter(view, "Name", "Bo", "Bert");
  await view.saves[1].fail();
  expect(shown("Name")).toEqual(["Bo", "Ann", "Cyd"]);
});

test("R6: a text box that is open stays with its text, which can still be saved", async () => {
  const view = show();
  const cell = await enter(view, "Name", "Bob", "Bo");
  await edit(view, "Name", "Bo", "Bert");
  await view.saves[0].fail();
  expect(textBox("Name").value).toBe("Bert");
  expect(document.activeElement).toBe(textBox("Name"));
  expect(alertsIn(cell)).toEqual(["Not saved: offline"]);
  await view.user.keyboard("{Enter}");
  expect(view.save.mock.calls.at(-1)).toEqual(["p4", "name", "Bert"]);
  expect(alertsIn(cell)).toEqual([]);
  await view.saves[1].fail();
  expect(value("Name", "Bob")).not.toBe(null);
});

test("R3 R6: the text that failed is new again, the confirmed one is not", async () => {
  const view = show();
  await enter(view, "Name", "Bob", "Bo");
  await view.user.click(value("Name", "Bo"));
  await view.saves[0].fail();
  await view.user.keyboard("{Enter}");
  expect(view.save).toHaveBeenCalledTimes(2);
  await view.user.click(value("Name", "Bo"));
  await view.saves[1].fail();
  await view.user.clear(textBox("Name"));
  await view.user.keyboard("Bob{Enter}");
  expect(view.save).toHaveBeenCalledTimes(2);
  expect(value("Name", "Bob")).not.toBe(null);
});

test("R6: the alert goes when editing starts", async () => {
  const view = show();
  const cell = await enter(view, "Name", "Bob", "Bo");
  await view.saves[0].fail();
  await view.user.click(value("Name", "Bob"));
  expect(alertsIn(cell)).toEqual([]);
  await view.user.keyboard("{Escape}");
  expect(alertsIn(cell)).toEqual([]);
});

test("R6: the alert stays while other cells are edited and saved", async () => {
  const view = show();
  const cell = await enter(view, "Name", "Bob", "Bo");
  await view.saves[0].fail();
  await enter(view, "Name", "Ann", "Anna");
  await view.saves[1].succeed();
  expect(alertsIn(cell)).toEqual(["Not saved: offline"]);
});

// --- R7

test("R7: of the values entered during a save only the last one waits", async () => {
  const view = show();
  const cell = await enter(view, "Name", "Bob", "B1");
  await enter(view, "Name", "B1", "B2");
  await enter(view, "Name", "B2", "B3");
  expect(view.save.mock.calls).toEqual([["p4", "name", "B1"]]);
  expect(shown("Name")).toEqual(["B3", "Ann", "Cyd"]);
  await view.saves[0].succeed();
  expect(view.save.mock.calls.slice(1)).toEqual([["p4", "name", "B3"]]);
  expect(shown("Name")).toEqual(["B3", "Ann", "Cyd"]);
  expect(isBusy(cell)).toBe(true);
  await view.saves[1].succeed();
  expect(view.save).toHaveBeenCalledTimes(2);
  expect(isBusy(cell)).toBe(false);
  expect(shown("Name")).toEqual(["B3", "Ann", "Cyd"]);
});

test("R7: a failure with a value waiting shows no alert and leaves the value", async () => {
  const view = show();
  const cell = await enter(view, "Name", "Bob", "B1");
  await enter(view, "Name", "B1", "B2");
  await view.saves[0].fail();
  expect(view.save.mock.calls.slice(1)).toEqual([["p4", "name", "B2"]]);
  expect(shown("Name")).toEqual(["B2", "Ann", "Cyd"]);
  expect(alertsIn(cell)).toEqual([]);
  expect(isBusy(cell)).toBe(true);
  await view.saves[1].succeed();
  expect(shown("Name")).toEqual(["B2", "Ann", "Cyd"]);
  expect(alertsIn(cell)).toEqual([]);
  expect(isBusy(cell)).toBe(false);
});

test.each([
  ["succeed", "B1"],
  ["fail", "Bob"],
])("R7: when the earlier save does %s, the failure of the later one returns to %s", async (end, confirmed) => {
  const view = show();
  const cell = await enter(view, "Name", "Bob", "B1");
  await enter(view, "Name", "B1", "B2");
  await view.saves[0][end]();
  await view.saves[1].fail("conflict");
  expect(shown("Name")).toEqual([confirmed, "Ann", "Cyd"]);
  expect(alertsIn(cell)).toEqual(["Not saved: conflict"]);
  expect(isBusy(cell)).toBe(false);
});

test.each(["succeed", "fail"])("R7: the confirmed value, entered again, is sent when the save under way does %s", async (end) => {
  const view = show();
  const cell = await enter(view, "Name", "Bob", "Bo");
  await enter(view, "Name", "Bo", "Bob");
  expect(view.save).toHaveBeenCalledTimes(1);
  await view.saves[0][end]();
  expect(view.save.mock.calls.slice(1)).toEqual([["p4", "name", "Bob"]]);
  await view.saves[1].succeed();
  expect(shown("Name")).toEqual(["Bob", "Ann", "Cyd"]);
  expect(isBusy(cell)).toBe(false);
});

test("R7: the value that is being saved is sent again when another was entered between", async () => {
  const view = show();
  await enter(view, "Name", "Bob", "B1");
  await enter(view, "Name", "B1", "B2");
  await enter(view, "Name", "B2", "B1");
  await view.saves[0].succeed();
  expect(view.save.mock.calls.slice(1)).toEqual([["p4", "name", "B1"]]);
});

test("R7: a value entered during the second save waits for that", async () => {
  const view = show();
  await enter(view, "Name", "Bob", "B1");
  await enter(view, "Name", "B1", "B2");
  await view.saves[0].succeed();
  await enter(view, "Name", "B2", "B3");
  expect(view.save).toHaveBeenCalledTimes(2);
  await view.saves[1].succeed();
  expect(view.save.mock.calls.at(-1)).toEqual(["p4", "name", "B3"]);
});

// --- R8

test("R8: cells of one record and of others are saved at the same time", async () => {
  const view = show();
  await enter(view, "Name", "Bob", "Bo");
  await enter(view, "Age", "9", "10");
  await enter(view, "Name", "Ann", "Anna");
  expect(view.save.mock.calls).toEqual([
    ["p4", "name", "Bo"],
    ["p4", "age", "10"],
    ["p1", "name", "Anna"],
  ]);
});

test("R8: a failure leaves the other cells as they are", async () => {
  const view = show();
  const name = await enter(view, "Name", "Bob", "Bo");
  const age = await enter(view, "Age", "9", "10");
  const other = await enter(view, "Name", "Ann", "Anna");
  await view.saves[2].succeed();
  await view.saves[0].fail();
  expect(shown("Name")).toEqual(["Bob", "Anna", "Cyd"]);
  expect(shown("Age")).toEqual(["10", "30", "100"]);
  expect([name, age, other].map(isBusy)).toEqual([false, true, false]);
  expect([name, age, other].map(alertsIn)).toEqual([["Not saved: offline"], [], []]);
  await view.saves[1].succeed();
  expect(shown("Name")).toEqual(["Bob", "Anna", "Cyd"]);
  expect(shown("Age")).toEqual(["10", "30", "100"]);
});

test("R2 R8: an answer reaches its own cell after the rows were sorted", async () => {
  const view = show();
  await enter(view, "Name", "Bob", "Bo");
  await enter(view, "Name", "Ann", "Anna");
  await view.user.click(sorter("Name"));
  expect(shown("Name")).toEqual(["Anna", "Bo", "Cyd"]);
  await view.saves[0].fail();
  expect(shown("Name")).toEqual(["Anna", "Bob", "Cyd"]);
  expect(alertsIn(cellOf(value("Name", "Bob")))).toEqual(["Not saved: offline"]);
});

// --- R9

test.each(["Enter", "Escape"])("R9: %s during a composition leaves the text box as it is", async (key) => {
  const view = show();
  await edit(view, "Name", "Bob", "Bo");
  fireEvent.compositionStart(textBox("Name"));
  fireEvent.keyDown(textBox("Name"), { key, isComposing: true, keyCode: 229 });
  fireEvent.compositionEnd(textBox("Name"));
  expect(textBox("Name").value).toBe("Bo");
  expect(document.activeElement).toBe(textBox("Name"));
  expect(view.save).not.toHaveBeenCalled();
  await view.user.keyboard("{Enter}");
  expect(view.save.mock.calls).toEqual([["p4", "name", "Bo"]]);
});

test.each(["Enter", "Escape"])("R9: %s that ends a composition, as Safari reports it, does nothing else", async (key) => {
  const view = show();
  await edit(view, "Name", "Bob", "Bo");
  fireEvent.compositionStart(textBox("Name"));
  fireEvent.compositionEnd(textBox("Name"));
  fireEvent.keyDown(textBox("Name"), { key, isComposing: false, keyCode: 229 });
  expect(textBox("Name").value).toBe("Bo");
  expect(document.activeElement).toBe(textBox("Name"));
  expect(view.save).not.toHaveBeenCalled();
});
