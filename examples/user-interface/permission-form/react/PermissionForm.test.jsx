import { cleanup, configure, fireEvent, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";

import { PermissionForm } from "./PermissionForm.jsx";

configure({ reactStrictMode: true });

afterEach(cleanup);

const BOTH = { editors: ["admin"], viewers: ["guest"] };
const FIELDS = [
  { name: "name", label: "Name", kind: "text", required: true, ...BOTH },
  { name: "age", label: "Age", kind: "number", ...BOTH },
  { name: "active", label: "Active", kind: "checkbox", ...BOTH },
  {
    name: "color",
    label: "Color",
    kind: "choice",
    options: [
      { value: "r", label: "Red" },
      { value: "g", label: "Green" },
    ],
    ...BOTH,
  },
];
const VALUES = { name: "Ann", age: 30, active: true, color: "g" };

function show({ fields = FIELDS, role = "admin", values = VALUES } = {}) {
  const onSubmit = vi.fn();
  const form = (role, values) => (
    <PermissionForm label="Member" fields={fields} role={role} values={values} onSubmit={onSubmit} />
  );
  const view = render(form(role, values));
  return { change: (role, newValues = values) => view.rerender(form(role, newValues)), sent: () => onSubmit.mock.calls };
}

/** The form for an administrator of one field, with nothing in it. */
const showOne = (field) => show({ fields: [{ name: "one", label: "One", editors: ["admin"], ...field }], values: {} });

const control = (label) => screen.getByLabelText(label);
const controls = () => [...document.querySelectorAll("input, select")];
const enter = (label, value) => fireEvent.change(control(label), { target: { value } });
const save = () => fireEvent.click(screen.getByText("Save"));
const texts = (selector) => [...document.querySelectorAll(selector)].map((each) => each.textContent);
const shownAsText = () => texts("dt").map((label, index) => [label, texts("dd")[index]]);
const links = () => [...document.querySelectorAll("[role=alert] a[href]")];

/** Checks that these fields are invalid, with these messages, and no others. */
function expectMessages(messages) {
  const invalid = controls().filter((each) => each.getAttribute("aria-invalid") === "true");
  expect(invalid).toEqual(Object.keys(messages).map(control));
  const descriptions = controls().map((each) => document.getElementById(each.getAttribute("aria-describedby")));
  expect(descriptions.filter((each) => each).map((each) => each.textContent)).toEqual(Object.values(messages));
  expect(links().map((link) => link.textContent)).toEqual(Object.values(messages));
}

// --- R1

test("R1: controls by kind, named and filled", () => {
  show();
  expect(screen.getByRole("form", { name: "Member" }).contains(control("Name"))).toBe(true);
  expect(controls()).toEqual([
    screen.getByRole("textbox", { name: "Name" }),
    screen.getByRole("textbox", { name: "Age" }),
    screen.getByRole("checkbox", { name: "Active" }),
    screen.getByRole("combobox", { name: "Color" }),
  ]);
  expect([control("Name").value, control("Age").value, control("Active").checked, control("Color").value]).toEqual([
    "Ann",
    "30",
    true,
    "g",
  ]);
  expect([...control("Color").options].map(({ value, text }) => [value, text])).toEqual([
    ["", ""],
    ["r", "Red"],
    ["g", "Green"],
  ]);
});

test("R1: numbers and required fields are told apart", () => {
  show();
  expect(controls().map((each) => each.getAttribute("inputmode") ?? "")).toEqual(["", "decimal", "", ""]);
  expect(controls().map((each) => each.getAttribute("aria-required"))).toEqual(["true", "false", "false", "false"]);
});

test("R1: missing values are empty", () => {
  show({ values: { age: null } });
  expect([control("Name").value, control("Age").value, control("Active").checked, control("Color").value]).toEqual([
    "",
    "",
    false,
    "",
  ]);
});

test("R1: a value that is not among the options is empty", () => {
  const view = show({ fields: [FIELDS[3]], values: { color: "x" } });
  expect(control("Color").value).toBe("");
  save();
  expect(view.sent()).toEqual([[{ color: "" }]]);
});

test("R1: a field may have the name of what each object has", () => {
  const view = show({ fields: [{ ...FIELDS[0], name: "constructor" }], values: {} });
  expect(control("Name").value).toBe("");
  enter("Name", "Bob");
  save();
  expect(view.sent()).toEqual([[{ constructor: "Bob" }]]);
});

// --- R2

test("R2: what a role may not see is not there, and is not sent", () => {
  const fields = [
    { name: "salary", label: "Salary", kind: "number", required: true, editors: ["boss"], viewers: ["auditor"] },
    { name: "note", label: "Note", kind: "text" },
    FIELDS[0],
  ];
  const view = show({ fields, values: { salary: 987, note: "hush", name: "Ann" } });
  expect(controls()).toEqual([control("Name")]);
  expect(document.body.innerHTML).not.toMatch(/Salary|987|Note|hush/);
  save();
  expect(view.sent()).toEqual([[{ name: "Ann" }]]);
});

test("R2: what a role may only see is not sent", () => {
  const fields = [FIELDS[0], { ...FIELDS[1], editors: [], viewers: ["admin"], required: true }];
  const view = show({ fields, values: { name: "Ann" } });
  save();
  expect(view.sent()).toEqual([[{ name: "Ann" }]]);
});

// --- R3

test("R3: what a role may only see is text", () => {
  show({ role: "guest" });
  expect(shownAsText()).toEqual([
    ["Name", "Ann"],
    ["Age", "30"],
    ["Active", "Yes"],
    ["Color", "Green"],
  ]);
  expect(controls()).toEqual([]);
  expect(screen.getAllByRole("term").map((each) => each.textContent)).toEqual(texts("dt"));
  expect(screen.getAllByRole("definition").map((each) => each.textContent)).toEqual(texts("dd"));
});

test("R3: what is empty is a dash, and so is an option that there is not", () => {
  show({ role: "guest", values: { name: "  ", color: "x" } });
  expect(texts("dd")).toEqual(["—", "—", "No", "—"]);
});

test("R3: zero is not empty", () => {
  show({ role: "guest", values: { age: 0 } });
  expect(texts("dd")).toEqual(["—", "0", "No", "—"]);
});

test("R3: a role in both lists may edit, and fields keep their order", () => {
  show({ fields: [FIELDS[1], { ...FIELDS[0], viewers: ["admin"] }, { ...FIELDS[2], editors: [], viewers: ["admin"] }] });
  expect(controls()).toEqual([control("Age"), control("Name")]);
  expect(shownAsText()).toEqual([["Active", "Yes"]]);
  expect(control("Name").compareDocumentPosition(screen.getByText("Active"))).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
});

// --- R4

test("R4: saving sends the values by name", () => {
  const view = show();
  save();
  expect(view.sent()).toEqual([[VALUES]]);
  enter("Name", "  Bob B ");
  enter("Age", " -12.50 ");
  fireEvent.click(control("Active"));
  enter("Color", "r");
  save();
  expect(view.sent()[1]).toEqual([{ name: "Bob B", age: -12.5, active: false, color: "r" }]);
});

test("R4: empty values", () => {
  const view = show({ fields: FIELDS.map((field) => ({ ...field, required: false })) });
  enter("Name", " ");
  enter("Age", " ");
  fireEvent.click(control("Active"));
  enter("Color", "");
  save();
  expect(view.sent()).toEqual([[{ name: "", age: null, active: false, color: "" }]]);
});

test("R4: Enter in a field saves", async () => {
  const view = show();
  await userEvent.setup({ delay: null }).type(control("Age"), "5{Enter}");
  expect(view.sent()).toEqual([[{ ...VALUES, age: 305 }]]);
});

test("R4: without a field to edit there is no button", () => {
  const view = show({ role: "guest" });
  expect(screen.queryByRole("button")).toBe(null);
  view.change("admin");
  expect(screen.getByRole("button", { name: "Save" })).toBeTruthy();
});

// --- R5

const REQUIRED = { required: true };
const never = () => "never";

test.each([
  [{ kind: "text", ...REQUIRED, rule: never }, " ", "One is required"],
  [{ kind: "number", ...REQUIRED, rule: never }, " ", "One is required"],
  [{ kind: "checkbox", ...REQUIRED, rule: never }, null, "One is required"],
  [{ kind: "choice", ...REQUIRED, options: [], rule: never }, null, "One is required"],
  [{ kind: "number", rule: never }, "1,5", "One must be a number"],
  [{ kind: "number" }, "1.", "One must be a number"],
  [{ kind: "number" }, ".5", "One must be a number"],
  [{ kind: "number" }, "--1", "One must be a number"],
  [{ kind: "number" }, "1e3", "One must be a number"],
  [{ kind: "number" }, "x1", "One must be a number"],
  [{ kind: "text", rule: (value) => `not ${value}` }, " a ", "not a"],
  [{ kind: "number", rule: (value) => `not ${value + 1}` }, " 7 ", "not 8"],
])("R5: %j with %j", (field, text, message) => {
  const view = showOne(field);
  if (text !== null) enter("One", text);
  save();
  expectMessages({ One: message });
  expect(view.sent()).toEqual([]);
});

test.each([
  [{ kind: "text", rule: never }, " ", ""],
  [{ kind: "number", rule: never }, " ", null],
  [{ kind: "text", ...REQUIRED, rule: () => null }, "x", "x"],
  [{ kind: "number", ...REQUIRED }, "0", 0],
  [{ kind: "number" }, "-10.25", -10.25],
  [{ kind: "text" }, "1,5", "1,5"],
])("R5: %j with %j is valid", (field, text, value) => {
  const view = showOne(field);
  enter("One", text);
  save();
  expectMessages({});
  expect(view.sent()).toEqual([[{ one: value }]]);
});

test("R5: a rule of a checkbox and of a choice", () => {
  const rule = (value) => `not ${value}`;
  show({ fields: FIELDS.map((field) => ({ ...field, rule })) });
  save();
  expectMessages({ Name: "not Ann", Age: "not 30", Active: "not true", Color: "not g" });
});

// --- R6

test("R6: messages come with saving, the first field gets the focus", () => {
  const view = show();
  enter("Name", "");
  enter("Age", "x");
  expectMessages({});
  expect(screen.queryByRole("alert")).toBe(null);
  save();
  expectMessages({ Name: "Name is required", Age: "Age must be a number" });
  expect(view.sent()).toEqual([]);
  expect(document.activeElement).toBe(control("Name"));
  expect(screen.getByRole("textbox", { name: "Age", description: "Age must be a number" })).toBe(control("Age"));
  expect(within(screen.getByRole("alert")).getAllByRole("listitem").map((item) => item.firstChild)).toEqual(links());
  expect(within(screen.getByRole("alert")).getByRole("list").contains(links()[0])).toBe(true);
});

test("R6: links move the focus", () => {
  show();
  enter("Name", "");
  enter("Age", "x");
  save();
  expect(fireEvent.click(links()[1])).toBe(false);
  expect(document.activeElement).toBe(control("Age"));
  fireEvent.click(links()[0]);
  expect(document.activeElement).toBe(control("Name"));
});

test("R6: messages follow the changes until the values are sent", () => {
  const view = show();
  enter("Name", "");
  save();
  enter("Age", "x");
  expectMessages({ Name: "Name is required", Age: "Age must be a number" });
  enter("Name", "Bob");
  enter("Age", "");
  expectMessages({});
  expect(screen.queryByRole("alert")).toBe(null);
  enter("Name", "");
  expectMessages({ Name: "Name is required" });
  enter("Name", "Cid");
  save();
  expect(view.sent()).toEqual([[{ ...VALUES, name: "Cid", age: null }]]);
  enter("Name", "");
  expectMessages({});
  save();
  expectMessages({ Name: "Name is required" });
});

// --- R7

test("R7: a role that may no longer edit sees the value given", () => {
  const view = show();
  enter("Name", "Bob");
  fireEvent.click(control("Active"));
  view.change("guest", { name: "Eve" });
  expect(texts("dd")).toEqual(["Ann", "30", "Yes", "Green"]);
  view.change("nobody");
  expect([controls(), texts("dt")]).toEqual([[], []]);
  view.change("admin");
  expect([control("Name").value, control("Active").checked, control("Age").value]).toEqual(["Bob", false, "30"]);
});

test("R7: what the role may no longer edit is neither validated nor sent", () => {
  const fields = [FIELDS[0], { ...FIELDS[1], editors: ["admin", "clerk"] }];
  const view = show({ fields });
  enter("Name", "");
  enter("Age", "x");
  save();
  view.change("clerk");
  expectMessages({ Age: "Age must be a number" });
  enter("Age", "8");
  save();
  expect(view.sent()).toEqual([[{ age: 8 }]]);
  view.change("admin");
  expect(control("Name").value).toBe("");
});
