import { cleanup, configure, fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, expect, test, vi } from "vitest";

import { MoneyInput } from "./MoneyInput.jsx";

configure({ reactStrictMode: true });

afterEach(cleanup);

const DOLLARS = { locale: "en-US", currency: "USD" };
const EUROS = { locale: "de-DE", currency: "EUR" };
const YEN = { locale: "ja-JP", currency: "JPY" };
const DINARS = { locale: "en-US", currency: "KWD" };
const KRONOR = { locale: "sv-SE", currency: "SEK" };

/** A parent that keeps what it is told, as most do. */
function Stateful({ initial = null, onChange, ...props }) {
  const [value, setValue] = useState(initial);
  function change(...told) {
    onChange(...told);
    setValue(told[0]);
  }
  return <MoneyInput label="Price" {...DOLLARS} value={value} onChange={change} {...props} />;
}

function show(props) {
  const onChange = vi.fn();
  const view = render(<Stateful onChange={onChange} {...props} />);
  return { ...view, reports: () => onChange.mock.calls };
}

const input = () => screen.getByLabelText("Price");
const text = () => input().value;
/** One sort of spaces and minus, so that tests say the same for any version of the locale data. */
const plain = (text) => text.replace(/\s/g, " ").replace("−", "-");
const withCaret = () => `${text().slice(0, input().selectionStart)}|${text().slice(input().selectionEnd)}`;
const message = () => {
  const ids = input().getAttribute("aria-describedby").split(" ");
  return ids.slice(1).map((id) => document.getElementById(id)?.textContent ?? "").join("");
};

/** Changes the text as the browser does; `|` is where the caret stands then, without it the end. */
function edit(marked, inputType = "insertText") {
  const value = marked.replace("|", "");
  const caret = marked.includes("|") ? marked.indexOf("|") : value.length;
  fireEvent.input(input(), { target: { value, selectionStart: caret, selectionEnd: caret }, inputType });
}

function expectReport(view, ...told) {
  expect(view.reports()).toEqual([told]);
}

// --- R1

test("R1: a named field, described by its currency", () => {
  show({ initial: 123456 });
  expect(screen.getByRole("textbox", { name: "Price", description: "USD" })).toBe(input());
  expect([input().inputMode, input().getAttribute("aria-invalid")]).toEqual(["decimal", "false"]);
});

test.each([
  [DOLLARS, 123456, "1,234.56"],
  [DOLLARS, 5, "0.05"],
  [DOLLARS, 0, "0.00"],
  [DOLLARS, -120000000, "-1,200,000.00"],
  [EUROS, 123456, "1.234,56"],
  [YEN, 123456, "123,456"],
  [DINARS, 1234567, "1,234.567"],
  [KRONOR, -123450, "-1 234,50"],
  [DOLLARS, null, ""],
])("R1: %j writes %s as %j", (props, initial, expected) => {
  show({ initial, ...props });
  expect(plain(text())).toBe(expected);
});

// --- R2

test.each([
  [DOLLARS, "12", 1200],
  [DOLLARS, "12.", 1200],
  [DOLLARS, "12.3", 1230],
  [DOLLARS, ".5", 50],
  [DOLLARS, "-0.05", -5],
  [DOLLARS, "−7", -700],
  [DOLLARS, "-0", 0],
  [DOLLARS, "1,2,34", 123400],
  [DOLLARS, " 1 234 ", 123400],
  [DOLLARS, "007", 700],
  [DOLLARS, "$ 1,234.50", 123450],
  [DOLLARS, "-$5", -500],
  [DOLLARS, "USD 8", 800],
  [EUROS, "1.234,5 €", 123450],
  [EUROS, "12 EUR", 1200],
  [YEN, "1,234", 1234],
  [DINARS, "1.234", 1234],
  [KRONOR, "1 234,5", 123450],
])("R2: %j reads %j as %s", (props, typed, expected) => {
  const view = show(props);
  edit(typed);
  expectReport(view, expected, null);
});

test("R2: empty text is null, and so are spaces", () => {
  const view = show({ initial: 100 });
  edit("");
  edit("  ");
  expect(view.reports()).toEqual([
    [null, null],
    [null, null],
  ]);
  fireEvent.blur(input());
  expect([text(), message(), input().getAttribute("aria-invalid")]).toEqual(["", "", "false"]);
  edit("3");
  expect(view.reports()[2]).toEqual([300, null]);
});

// --- R3

test.each([
  [DOLLARS, 9007199254740991, "90,071,992,547,409.91"],
  [DOLLARS, -9007199254740991, "-90,071,992,547,409.91"],
  [DOLLARS, 115, "1.15"],
  [DOLLARS, 9007199254740989, "90,071,992,547,409.89"],
  [YEN, 9007199254740991, "9,007,199,254,740,991"],
  [DINARS, 9007199254740991, "9,007,199,254,740.991"],
  [DINARS, 1005, "1.005"],
])("R3: %j %s is exactly %s", (props, amount, written) => {
  const view = show(props);
  edit(written);
  expectReport(view, amount, null);
  fireEvent.blur(input());
  expect(text()).toBe(written);
});

test.each([
  ["90,071,992,547,409.92", "Enter at most 90,071,992,547,409.91"],
  ["-90,071,992,547,409.92", "Enter at least -90,071,992,547,409.91"],
])("R3: %s is too much", (typed, expected) => {
  const view = show();
  edit(typed);
  expectReport(view, null, expected);
});

// --- R4

test.each([
  ["1234|", "insertText", "1,234|"],
  ["12|,345", "insertText", "12|,345"],
  ["1,2345|", "insertText", "12,345|"],
  ["1,923|4", "insertText", "19,23|4"],
  ["19|,234", "insertText", "19|,234"],
  ["1|234", "deleteContentBackward", "1|,234"],
  ["1|234", "deleteContentForward", "1,|234"],
  ["1|,234,567", "deleteContentForward", "1|,234,567"],
  ["12|34,567", "insertText", "1,2|34,567"],
  ["|234", "deleteContentBackward", "|234"],
  ["1,23|", "deleteContentBackward", "123|"],
  ["1,2|4", "deleteContentBackward", "12|4"],
  ["05|", "insertText", "5|"],
  ["0|,123", "insertText", "|123"],
  ["00|", "insertText", "0|"],
  ["1234.5|", "insertText", "1,234.5|"],
  ["1234|.50", "insertText", "1,234|.50"],
  ["1234.|", "insertText", "1,234.|"],
  ["-1234|", "insertText", "-1,234|"],
  ["-|1234", "insertText", "-|1,234"],
  [".5|", "insertText", ".5|"],
  ["1234.567|", "insertText", "1,234.567|"],
  ["1x|234", "insertText", "1x|234"],
  ["|$1234", "insertFromPaste", "|1,234"],
  ["-|", "insertText", "-|"],
])("R4: %s by %s becomes %s", (typed, inputType, expected) => {
  show({ initial: 700000 });
  edit(typed, inputType);
  expect(withCaret()).toBe(expected);
});

test("R4: a separator that was deleted comes back, and the caret is beside it", () => {
  show();
  edit("1234");
  edit("1|234", "deleteContentBackward");
  expect(withCaret()).toBe("1|,234");
  edit("1|234", "deleteContentForward");
  expect(withCaret()).toBe("1,|234");
});

test("R4: in the groups of the locale", () => {
  show(EUROS);
  edit("1234567,8|");
  expect(withCaret()).toBe("1.234.567,8|");
});

test("R4: typed key by key", async () => {
  const view = show();
  const user = userEvent.setup({ delay: null });
  await user.type(input(), "1234.5");
  expect(text()).toBe("1,234.5");
  expect(view.reports().map(([value]) => value)).toEqual([100, 1200, 12300, 123400, 123400, 123450]);
});

// --- R5

test.each([
  [EUROS, "1.5"],
  [EUROS, "1,234.56"],
  [DOLLARS, "1.234,56"],
  [DOLLARS, "1,5"],
  [DOLLARS, "12,34"],
  [DOLLARS, "1 234"],
  [DOLLARS, "1234,567"],
])("R5: %j does not take %s when it is pasted or dropped", (props, pasted) => {
  const example = props === EUROS ? "1.234,56" : "1,234.56";
  const view = show(props);
  edit(pasted, "insertFromPaste");
  edit("");
  edit(pasted, "insertFromDrop");
  expect(text()).toBe(pasted);
  const refusal = [null, `Enter an amount like ${example}`];
  expect(view.reports()).toEqual([refusal, [null, null], refusal]);
});

test.each([
  [EUROS, "1.234,56", 123456, "1.234,56"],
  [EUROS, " 1234,5 € ", 123450, "1.234,5"],
  [DOLLARS, "-$1,234", -123400, "-1,234"],
  [DOLLARS, "−1,234.5", -123450, "-1,234.5"],
  [KRONOR, "1 234 567", 123456700, "1 234 567"],
])("R5: %j takes %s when it is pasted", (props, pasted, amount, shown) => {
  const view = show(props);
  edit(pasted, "insertFromPaste");
  expectReport(view, amount, null);
  expect(plain(text())).toBe(shown);
});

test("R5: pasted by the keyboard", async () => {
  const view = show();
  const user = userEvent.setup({ delay: null });
  await user.click(input());
  await user.paste("1,5");
  expectReport(view, null, "Enter an amount like 1,234.56");
});

// --- R6

test.each([
  [{}, "x", "Enter an amount like 1,234.56"],
  [{}, "-", "Enter an amount like 1,234.56"],
  [{}, ".", "Enter an amount like 1,234.56"],
  [{}, "1.2.3", "Enter an amount like 1,234.56"],
  [{}, "5-", "Enter an amount like 1,234.56"],
  [{}, "1$5", "Enter an amount like 1,234.56"],
  [{}, "$", ""],
  [YEN, "x", "Enter an amount like 123,456"],
  [{}, "1.234", "Enter at most 2 decimal places"],
  [{}, "1.000", "Enter at most 2 decimal places"],
  [DINARS, "1.2345", "Enter at most 3 decimal places"],
  [YEN, "1.5", "Enter no decimal places"],
  [{ min: 100, max: 500000 }, "0.99", "Enter at least 1.00"],
  [{ min: 100, max: 500000 }, "5000.01", "Enter at most 5,000.00"],
  [{ min: 100, max: 500000 }, "9000.001", "Enter at most 2 decimal places"],
])("R6: with %j, %s is told: %s", (props, typed, expected) => {
  const view = show(props);
  edit(typed);
  expectReport(view, null, expected === "" ? null : expected);
  expect([message(), input().getAttribute("aria-invalid")]).toEqual(["", "false"]);
  fireEvent.blur(input());
  expect([message(), input().getAttribute("aria-invalid")]).toEqual([expected, String(expected !== "")]);
});

test("R6: the limits themselves are valid", () => {
  const view = show({ min: 100, max: 500000 });
  edit("1");
  edit("5000");
  expect(view.reports()).toEqual([
    [100, null],
    [500000, null],
  ]);
});

test("R6: message and text stay until the next change", () => {
  const view = show({ max: 500 });
  edit("1234");
  fireEvent.blur(input());
  expect(screen.getByRole("textbox", { description: "USD Enter at most 5.00" })).toBe(input());
  fireEvent.focus(input());
  expect([text(), message()]).toEqual(["1,234", "Enter at most 5.00"]);
  edit("6");
  expect([message(), input().getAttribute("aria-invalid")]).toEqual(["", "false"]);
  fireEvent.blur(input());
  expect([text(), message()]).toEqual(["6", "Enter at most 5.00"]);
  edit("5");
  fireEvent.blur(input());
  expect([text(), message()]).toEqual(["5.00", ""]);
  expect(view.reports()).toHaveLength(3);
});

// --- R7

test.each([
  ["1234.5", "1,234.50"],
  [".5", "0.50"],
  ["-0", "0.00"],
])("R7: %s is %s when the field is left", (typed, expected) => {
  const view = show();
  edit(typed);
  fireEvent.blur(input());
  expect(text()).toBe(expected);
  expect(view.reports()).toHaveLength(1);
});

test("R7: leaving the field without a change changes nothing", () => {
  const view = show({ initial: 700 });
  fireEvent.blur(input());
  expect([text(), view.reports()]).toEqual(["7.00", []]);
});

// --- R8

test("R8: a parent that does not take the value keeps its own", () => {
  const view = show({ value: 200 });
  edit("3.5");
  expectReport(view, 350, null);
  expect(text()).toBe("2.00");
  edit("x");
  fireEvent.blur(input());
  expect([text(), message()]).toEqual(["2.00", ""]);
});

test("R8: another value given replaces the text", () => {
  const field = (value) => <MoneyInput label="Price" {...DOLLARS} value={value} onChange={() => {}} />;
  const view = render(field(200));
  edit("2.0");
  expect(text()).toBe("2.0");
  view.rerender(field(200));
  expect(text()).toBe("2.0");
  view.rerender(field(450));
  expect(text()).toBe("4.50");
  view.rerender(field(200));
  expect(text()).toBe("2.00");
  view.rerender(field(null));
  expect(text()).toBe("");
  edit("x");
  fireEvent.blur(input());
  expect([text(), message()]).toEqual(["x", "Enter an amount like 1,234.56"]);
  view.rerender(field(450));
  view.rerender(field(null));
  expect([text(), message(), input().getAttribute("aria-invalid")]).toEqual(["", "", "false"]);
});

test("R8: a parent that takes the value later gets the text back", () => {
  const field = (value) => <MoneyInput label="Price" {...DOLLARS} value={value} onChange={() => {}} />;
  const view = render(field(200));
  edit("3.5");
  expect(text()).toBe("2.00");
  view.rerender(field(350));
  expect(text()).toBe("3.5");
});
