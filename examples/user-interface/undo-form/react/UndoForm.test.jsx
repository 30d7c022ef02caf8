import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";

import { UndoForm } from "./UndoForm.jsx";

afterEach(cleanup);

const needed = (message) => (value) => (value === "" ? message : null);

const STEPS = [
  {
    title: "Account",
    fields: [
      { name: "user", label: "User name", validate: needed("A name is needed") },
      { name: "mail", label: "Mail", validate: needed("An address is needed") },
    ],
  },
  {
    title: "Place",
    fields: [
      { name: "city", label: "City", initial: "Oslo", validate: needed("A city is needed") },
      { name: "street", label: "Street" },
    ],
  },
  {
    title: "Check",
    fields: [
      { name: "note", label: "Note" },
      {
        name: "repeat",
        label: "Repeat",
        validate: (value, values) => (value === values.user ? null : `Not ${values.user}`),
      },
    ],
  },
];

/** The same steps with a valid value in each field. */
const VALID_VALUES = {
  user: "alice",
  mail: "alice@example.com",
  city: "Oslo",
  street: "",
  note: "",
  repeat: "alice",
};
const VALID_STEPS = STEPS.map((step) => ({
  ...step,
  fields: step.fields.map((field) => ({ ...field, initial: VALID_VALUES[field.name] })),
}));

/** Runs a step and everything that follows from it in the same turn of the event loop. */
async function settle(step) {
  await act(async () => {
    step();
    await new Promise((resolve) => setTimeout(resolve));
  });
}

function fakeSubmit() {
  const submissions = [];
  const submit = vi.fn(
    () =>
      new Promise((resolve, reject) => {
        submissions.push({
          succeed: () => settle(resolve),
          fail: (message, fieldErrors) =>
            settle(() => reject(Object.assign(new Error(message), fieldErrors && { fieldErrors }))),
        });
      }),
  );
  return { submissions, submit };
}

function show({ steps = STEPS, ...props } = {}) {
  const { submissions, submit } = fakeSubmit();
  const view = render(<UndoForm steps={steps} submit={submit} {...props} />);
  return { ...view, user: userEvent.setup({ delay: null }), submissions, submit };
}

const field = (label) => screen.getByLabelText(label);
const button = (name) => screen.queryByText(name, { selector: "button" });
const status = () => screen.getByRole("status").textContent;
const alerts = () => screen.queryAllByRole("alert").map((alert) => alert.textContent);
const position = () => screen.getByText(/^Step \d+ of \d+$/).textContent;
const focused = () => document.activeElement;

async function press({ user }, ...names) {
  for (const name of names) await user.click(button(name));
}

/** Gives a field a text as one entry of the history, and leaves it. */
async function enter({ user }, label, text) {
  await user.clear(field(label));
  await user.paste(text);
  act(() => field(label).blur());
}

async function showLastStep(props) {
  const view = show({ steps: VALID_STEPS, ...props });
  await press(view, "Next", "Next");
  return view;
}

async function showPending(props) {
  const view = await showLastStep(props);
  await press(view, "Submit");
  return view;
}

/** Checks that these fields of the step shown are invalid, with these messages, and no others. */
function expectMessages(messages) {
  expect([...document.querySelectorAll("[aria-invalid=true]")]).toEqual(Object.keys(messages).map(field));
  for (const [name, description] of Object.entries(messages)) {
    expect(screen.getByRole("textbox", { name, description })).toBe(field(name));
  }
}

/** Presses a key on the focused element and tells whether its default action was prevented. */
function pressKey(key, modifiers) {
  return !fireEvent.keyDown(focused(), { key, ...modifiers });
}

// --- R1

test("R1: the first step is shown with its title, position, fields and buttons", () => {
  show();
  expect(screen.getByRole("heading").textContent).toBe("Account");
  expect(position()).toBe("Step 1 of 3");
  expect(screen.getAllByRole("textbox")).toEqual([field("User name"), field("Mail")]);
  expect(screen.getAllByRole("button").map((element) => element.textContent).sort()).toEqual(["Next", "Redo", "Undo"]);
  expect(status()).toBe("");
});

test("R1: Next shows the next step and focuses its first field", async () => {
  const view = show({ steps: VALID_STEPS });
  await press(view, "Next");
  expect(position()).toBe("Step 2 of 3");
  expect(screen.getByRole("heading", { name: "Place" })).toBeTruthy();
  expect(focused()).toBe(field("City"));
  expect(field("City").value).toBe("Oslo");
  expect(field("Street").value).toBe("");
  expect(["Back", "Next", "Submit"].map((name) => button(name) !== null)).toEqual([true, true, false]);
});

test("R1: the last step has Submit and no Next", async () => {
  await showLastStep();
  expect(position()).toBe("Step 3 of 3");
  expect(["Back", "Next", "Submit"].map((name) => button(name) !== null)).toEqual([true, false, true]);
});

test("R1: Back does not validate, focuses the first field and keeps all values", async () => {
  const view = show({ steps: VALID_STEPS });
  await enter(view, "Mail", "bob@example.com");
  await press(view, "Next");
  await enter(view, "City", "");
  await enter(view, "Street", "Main Street");
  await press(view, "Back");
  expect(position()).toBe("Step 1 of 3");
  expect(focused()).toBe(field("User name"));
  expect(field("Mail").value).toBe("bob@example.com");
  await press(view, "Next");
  expect(field("City").value).toBe("");
  expect(field("Street").value).toBe("Main Street");
  expectMessages({});
});

test("R1: Enter in a field does what Next does", async () => {
  const { user, submit } = show({ steps: VALID_STEPS });
  await user.type(field("Mail"), "{Enter}");
  expect(focused()).toBe(field("City"));
  expect(submit).not.toHaveBeenCalled();
});

test("R1: the only step has neither Back nor Next", () => {
  show({ steps: [STEPS[0]] });
  expect(position()).toBe("Step 1 of 1");
  expect(["Back", "Next", "Submit"].map((name) => button(name) !== null)).toEqual([false, false, true]);
});

// --- R2

test("R2: invalid fields keep the step and have their messages, and the first one the focus", async () => {
  const view = show();
  await press(view, "Next");
  expect(position()).toBe("Step 1 of 3");
  expectMessages({ "User name": "A name is needed", Mail: "An address is needed" });
  expect(focused()).toBe(field("User name"));
});

test("R2: the first invalid field is focused, which need not be the first field", async () => {
  const view = show();
  await enter(view, "User name", "alice");
  await press(view, "Next");
  expectMessages({ Mail: "An address is needed" });
  expect(focused()).toBe(field("Mail"));
});

test("R2: nothing is validated before the first Next", async () => {
  const validate = vi.fn(() => "never valid");
  const steps = [STEPS[0], { title: "Other", fields: [{ name: "other", label: "Other", validate }] }];
  const view = show({ steps });
  await enter(view, "User name", "alice");
  await enter(view, "User name", "");
  expectMessages({});
  await press(view, "Next");
  expect(validate).not.toHaveBeenCalled();
});

test("R2: a change removes the message of its field only, without validating it", async () => {
  const view = show();
  await press(view, "Next");
  await view.user.keyboard("x{Backspace}");
  expectMessages({ Mail: "An address is needed" });
});

test("R2: the next validation removes the messages of fields that have become valid", async () => {
  let taken = ["alice"];
  const validate = (value) => (taken.includes(value) ? "Taken" : null);
  const fields = [{ name: "a", label: "A", initial: "alice", validate }, STEPS[0].fields[1]];
  const view = show({ steps: [{ title: "One", fields }, STEPS[1]] });
  await press(view, "Next");
  expectMessages({ A: "Taken", Mail: "An address is needed" });
  taken = [];
  await press(view, "Next");
  expectMessages({ Mail: "An address is needed" });
  expect(focused()).toBe(field("Mail"));
});

test("R2: a message stays through Back and through Next of another step", async () => {
  const view = show({ steps: VALID_STEPS });
  await press(view, "Next");
  await enter(view, "City", "");
  await press(view, "Next");
  expectMessages({ City: "A city is needed" });
  await press(view, "Back");
  expectMessages({});
  await press(view, "Next");
  expect(position()).toBe("Step 2 of 3");
  expectMessages({ City: "A city is needed" });
  await enter(view, "City", "Rome");
  expectMessages({});
});

test("R2: a validation gets the value and the values of all steps", async () => {
  const validate = vi.fn(() => null);
  const [user, mail] = VALID_STEPS[0].fields;
  const steps = VALID_STEPS.with(0, { title: "Account", fields: [{ ...user, validate }, mail] });
  const view = show({ steps });
  await enter(view, "Mail", "bob@example.com");
  await press(view, "Next");
  expect(validate.mock.calls[0]).toEqual(["alice", { ...VALID_VALUES, mail: "bob@example.com" }]);
});

// --- R3

test("R3: nothing is sent while a field is invalid", async () => {
  const view = await showLastStep();
  await enter(view, "Repeat", "bob");
  await press(view, "Submit");
  expect(view.submit).not.toHaveBeenCalled();
  expect(status()).toBe("");
  expect(position()).toBe("Step 3 of 3");
  expectMessages({ Repeat: "Not alice" });
  expect(focused()).toBe(field("Repeat"));
});

test("R3: Submit finds the invalid fields of all steps and shows the first step that has one", async () => {
  const differs = (value, values) => (value === values.last ? "Same as the last" : null);
  const steps = [
    {
      title: "One",
      fields: [
        { name: "free", label: "Free" },
        { name: "first", label: "First", initial: "x", validate: differs },
      ],
    },
    { title: "Two", fields: [{ name: "middle", label: "Middle", initial: "x", validate: differs }] },
    { title: "Three", fields: [{ name: "last", label: "Last", validate: (value) => (value === "x" ? "No x" : null) }] },
  ];
  const view = show({ steps });
  await press(view, "Next", "Next");
  await enter(view, "Last", "x");
  await press(view, "Submit");
  expect(view.submit).not.toHaveBeenCalled();
  expect(position()).toBe("Step 1 of 3");
  expectMessages({ First: "Same as the last" });
  expect(focused()).toBe(field("First"));
  await enter(view, "First", "y");
  await press(view, "Next");
  expectMessages({ Middle: "Same as the last" });
  await enter(view, "Middle", "y");
  await press(view, "Next");
  expectMessages({ Last: "No x" });
});

test("R3: Enter on the last step sends the values of all steps by name", async () => {
  const { user, submit } = await showLastStep();
  await user.type(field("Note"), "hello{Enter}");
  expect(submit.mock.calls).toEqual([[{ ...VALID_VALUES, note: "hello" }]]);
});

// --- R4

test("R4: successive changes are undone and redone together", async () => {
  const view = show({ steps: VALID_STEPS });
  await view.user.type(field("User name"), "xyz");
  await press(view, "Undo");
  expect(field("User name").value).toBe("alice");
  expect(focused()).toBe(field("User name"));
  expect(button("Undo").disabled).toBe(true);
  await press(view, "Redo");
  expect(field("User name").value).toBe("alicexyz");
  expect(focused()).toBe(field("User name"));
  expect(button("Redo").disabled).toBe(true);
});

test("R4: a field that loses the focus ends its entry", async () => {
  const view = show();
  await view.user.type(field("User name"), "ab");
  await view.user.click(field("Mail"));
  await view.user.type(field("User name"), "cd");
  await press(view, "Undo");
  expect(field("User name").value).toBe("ab");
  await press(view, "Undo");
  expect(field("User name").value).toBe("");
});

test("R4: entries of several fields are undone from the newest and redone from the oldest", async () => {
  const view = show();
  await enter(view, "User name", "a");
  await enter(view, "Mail", "b");
  await enter(view, "User name", "c");
  const seen = [];
  for (const name of ["Undo", "Undo", "Undo", "Redo", "Redo", "Redo"]) {
    await press(view, name);
    seen.push(`${field("User name").value}/${field("Mail").value}`);
  }
  // Clearing the field is part of an entry: nothing in between is ever shown.
  expect(seen).toEqual(["a/b", "a/", "/", "a/", "a/b", "c/b"]);
});

test("R4: changes of two fields are two entries, also when neither has the focus", async () => {
  const view = show();
  fireEvent.change(field("User name"), { target: { value: "alice" } });
  fireEvent.change(field("Mail"), { target: { value: "alice@example.com" } });
  await press(view, "Undo");
  expect([field("User name").value, field("Mail").value]).toEqual(["alice", ""]);
  await press(view, "Undo");
  expect([field("User name").value, field("Mail").value]).toEqual(["", ""]);
});

test("R4: a new step ends the entry, also when no field reports that it lost the focus", async () => {
  const view = show({ steps: VALID_STEPS });
  await view.user.type(field("User name"), "ab{Enter}");
  // A bare click, as assistive technology may send it: the focused field goes with its step.
  fireEvent.click(button("Back"));
  expect(focused()).toBe(field("User name"));
  await view.user.keyboard("cd");
  await press(view, "Undo");
  expect(field("User name").value).toBe("aliceab");
});

test("R4: a validation that keeps step and focus does not end the entry", async () => {
  const short = (value) => (value.length < 3 ? "Too short" : null);
  const view = show({ steps: [{ title: "One", fields: [{ name: "a", label: "A", validate: short }] }, STEPS[1]] });
  await view.user.type(field("A"), "ab{Enter}");
  expectMessages({ A: "Too short" });
  await view.user.keyboard("cd");
  await press(view, "Undo");
  expect(field("A").value).toBe("");
});

test("R4: what is typed after an undo or a redo is an entry of its own", async () => {
  const view = show();
  await view.user.type(field("User name"), "ab");
  pressKey("z", { ctrlKey: true });
  pressKey("z", { ctrlKey: true, shiftKey: true });
  await view.user.keyboard("cd");
  expect(field("User name").value).toBe("abcd");
  pressKey("z", { ctrlKey: true });
  expect(field("User name").value).toBe("ab");
  pressKey("z", { ctrlKey: true });
  expect(field("User name").value).toBe("");
});

test("R4: Undo and Redo show the step of the field and focus it", async () => {
  const view = show({ steps: VALID_STEPS });
  await enter(view, "Mail", "bob@example.com");
  await press(view, "Next");
  await enter(view, "Street", "Main Street");
  await press(view, "Next", "Undo");
  expect(position()).toBe("Step 2 of 3");
  expect(field("Street").value).toBe("");
  expect(focused()).toBe(field("Street"));
  await press(view, "Undo");
  expect(position()).toBe("Step 1 of 3");
  expect(field("Mail").value).toBe("alice@example.com");
  expect(focused()).toBe(field("Mail"));
  await press(view, "Redo", "Redo");
  expect(position()).toBe("Step 2 of 3");
  expect(field("Street").value).toBe("Main Street");
  expect(focused()).toBe(field("Street"));
});

// --- R5

test("R5: a change after an undo discards what could be redone", async () => {
  const view = show();
  await enter(view, "User name", "a");
  await enter(view, "Mail", "b");
  await press(view, "Undo", "Undo");
  await enter(view, "Mail", "c");
  expect(button("Redo").disabled).toBe(true);
  await press(view, "Undo");
  expect([field("User name").value, field("Mail").value]).toEqual(["", ""]);
  expect(button("Undo").disabled).toBe(true);
  await press(view, "Redo");
  expect([field("User name").value, field("Mail").value]).toEqual(["", "c"]);
  expect(button("Redo").disabled).toBe(true);
});

test("R5: moving between steps is no entry and discards nothing", async () => {
  const view = show({ steps: VALID_STEPS });
  expect([button("Undo").disabled, button("Redo").disabled]).toEqual([true, true]);
  await press(view, "Next", "Back");
  expect([button("Undo").disabled, button("Redo").disabled]).toEqual([true, true]);
  await enter(view, "Mail", "bob@example.com");
  await press(view, "Undo", "Next");
  expect([button("Undo").disabled, button("Redo").disabled]).toEqual([true, false]);
});

test("R5: undo and redo remove the message of their field only", async () => {
  const view = show();
  await enter(view, "User name", "alice");
  await enter(view, "User name", "");
  await press(view, "Next");
  expectMessages({ "User name": "A name is needed", Mail: "An address is needed" });
  await press(view, "Undo");
  expectMessages({ Mail: "An address is needed" });
  await press(view, "Undo", "Next");
  expectMessages({ "User name": "A name is needed", Mail: "An address is needed" });
  await press(view, "Redo");
  expectMessages({ Mail: "An address is needed" });
});

// --- R6

test.each([
  ["Ctrl+z and Ctrl+Shift+Z", ["z", { ctrlKey: true }], ["Z", { ctrlKey: true, shiftKey: true }]],
  ["Ctrl+Z and Ctrl+Shift+z", ["Z", { ctrlKey: true }], ["z", { ctrlKey: true, shiftKey: true }]],
  ["Meta+z and Meta+Shift+Z", ["z", { metaKey: true }], ["Z", { metaKey: true, shiftKey: true }]],
  ["Meta+Z and Meta+Shift+z", ["Z", { metaKey: true }], ["z", { metaKey: true, shiftKey: true }]],
])("R6: %s undo and redo, on a field of another step too", async (_, undo, redo) => {
  const view = show({ steps: VALID_STEPS });
  await enter(view, "Mail", "bob@example.com");
  await press(view, "Next");
  expect(pressKey(...undo)).toBe(true);
  expect(focused()).toBe(field("Mail"));
  expect(field("Mail").value).toBe("alice@example.com");
  expect(pressKey(...redo)).toBe(true);
  expect(field("Mail").value).toBe("bob@example.com");
});

test("R6: the default action is prevented when there is nothing to undo or redo", async () => {
  const view = show();
  await view.user.click(field("Mail"));
  expect(pressKey("z", { ctrlKey: true })).toBe(true);
  expect(pressKey("Z", { metaKey: true, shiftKey: true })).toBe(true);
  expect([field("User name").value, field("Mail").value, position()]).toEqual(["", "", "Step 1 of 3"]);
});

test("R6: other keys, and Z alone, are left alone", async () => {
  const view = show();
  await view.user.type(field("User name"), "zZ");
  expect(field("User name").value).toBe("zZ");
  expect(pressKey("z", {})).toBe(false);
  expect(pressKey("Z", { shiftKey: true })).toBe(false);
  expect(pressKey("a", { ctrlKey: true })).toBe(false);
  expect(field("User name").value).toBe("zZ");
});

test("R6: the keys work with the focus on a button of the form", async () => {
  const view = show();
  await enter(view, "User name", "a");
  act(() => button("Next").focus());
  expect(pressKey("z", { ctrlKey: true })).toBe(true);
  expect(field("User name").value).toBe("");
});

// --- R7

test("R7: while a submission is pending fields are read-only, buttons disabled and keys without effect", async () => {
  const view = await showLastStep();
  await enter(view, "Note", "a");
  await enter(view, "Note", "b");
  await press(view, "Undo");
  await press(view, "Submit");
  expect(status()).toBe("Submitting");
  expect(screen.getAllByRole("textbox").map((box) => box.readOnly)).toEqual([true, true]);
  expect(["Back", "Submit", "Undo", "Redo"].map((name) => button(name).disabled)).toEqual([true, true, true, true]);
  act(() => field("Note").focus());
  expect(pressKey("z", { ctrlKey: true })).toBe(true);
  expect(field("Note").value).toBe("a");
  expect(pressKey("Z", { ctrlKey: true, shiftKey: true })).toBe(true);
  expect(field("Note").value).toBe("a");
});

test("R7: two submit events in immediate succession send once", async () => {
  const view = await showLastStep();
  const { form } = field("Note");
  act(() => {
    form.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
    form.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
  });
  expect(view.submit).toHaveBeenCalledTimes(1);
  expect(status()).toBe("Submitting");
});

test("R7: Enter in a field does not send a second time while a submission is pending", async () => {
  const view = await showPending();
  await view.user.type(field("Note"), "x{Enter}");
  expect(view.submit).toHaveBeenCalledTimes(1);
  expect(field("Note").value).toBe("");
});

// --- R8

test("R8: after a success there are no fields and buttons, and the same status says so", async () => {
  const view = await showPending();
  const element = screen.getByRole("status");
  await view.submissions[0].succeed();
  expect(screen.getByRole("status")).toBe(element);
  expect(status()).toBe("Submitted");
  expect(screen.queryAllByRole("textbox")).toEqual([]);
  expect(screen.queryAllByRole("button")).toEqual([]);
  expect(alerts()).toEqual([]);
});

test("R8: a submission can succeed after one that failed", async () => {
  const view = await showPending();
  await view.submissions[0].fail("offline");
  await press(view, "Submit");
  await view.submissions[1].succeed();
  expect(view.submit.mock.calls).toEqual([[VALID_VALUES], [VALID_VALUES]]);
  expect(status()).toBe("Submitted");
  expect(alerts()).toEqual([]);
});

// --- R9

test("R9: messages by field lead to the first field named, in the order of the form", async () => {
  const view = await showPending();
  await view.submissions[0].fail("refused", { repeat: "Unlike", street: "Unknown street", city: "Unknown city" });
  expect(position()).toBe("Step 2 of 3");
  expectMessages({ City: "Unknown city", Street: "Unknown street" });
  expect(focused()).toBe(field("City"));
  expect(alerts()).toEqual([]);
  expect(status()).toBe("");
  await enter(view, "City", "Rome");
  await press(view, "Next");
  expectMessages({ Repeat: "Unlike" });
});

test("R9: names that are no fields become alerts, beside the messages of fields", async () => {
  const view = await showPending();
  await view.submissions[0].fail("refused", { quota: "used up", mail: "Taken", toString: "odd" });
  expect(alerts().sort()).toEqual(["quota: used up", "toString: odd"]);
  expect(position()).toBe("Step 1 of 3");
  expectMessages({ Mail: "Taken" });
  expect(focused()).toBe(field("Mail"));
});

test("R9: when only names that are no fields are given, the last step stays and Submit has the focus", async () => {
  const view = await showPending();
  await view.submissions[0].fail("refused", { quota: "used up" });
  expect(alerts()).toEqual(["quota: used up"]);
  expect(position()).toBe("Step 3 of 3");
  expectMessages({});
  expect(focused()).toBe(button("Submit"));
  expect(button("Submit").disabled).toBe(false);
});

test.each([
  ["without messages by field", undefined],
  ["with no entries", {}],
])("R9: a failure %s is an alert, and Submit has the focus", async (_, fieldErrors) => {
  const view = await showPending();
  act(() => focused().blur());
  await view.submissions[0].fail("offline", fieldErrors);
  expect(alerts()).toEqual(["Submission failed: offline"]);
  expect(status()).toBe("");
  expect(position()).toBe("Step 3 of 3");
  expect(focused()).toBe(button("Submit"));
});

test("R9: a function that throws at once fails in the same way", async () => {
  const submit = vi.fn(() => {
    throw new Error("no network");
  });
  await showPending({ submit });
  expect(alerts()).toEqual(["Submission failed: no network"]);
  expect(status()).toBe("");
  expect(focused()).toBe(button("Submit"));
});

test("R9: the values and the history stay after a failure", async () => {
  const view = await showLastStep();
  await enter(view, "Note", "a");
  await enter(view, "Note", "b");
  await press(view, "Undo", "Submit");
  await view.submissions[0].fail("offline");
  expect([field("Note").value, field("Repeat").value]).toEqual(["a", "alice"]);
  expect(field("Note").readOnly).toBe(false);
  await press(view, "Redo");
  expect(field("Note").value).toBe("b");
  await press(view, "Undo", "Undo");
  expect(field("Note").value).toBe("");
});

test("R9: the alert stays until the next submission that is sent", async () => {
  const view = await showPending();
  await view.submissions[0].fail("offline");
  await enter(view, "Repeat", "bob");
  await press(view, "Submit");
  expect(view.submit).toHaveBeenCalledTimes(1);
  expect(alerts()).toEqual(["Submission failed: offline"]);
  await press(view, "Undo", "Submit");
  expect(view.submit).toHaveBeenCalledTimes(2);
  expect(alerts()).toEqual([]);
});

test("R2 R9: a message of the submission goes when its step is validated again", async () => {
  const view = await showPending();
  await view.submissions[0].fail("refused", { mail: "Taken", note: "Rude" });
  expectMessages({ Mail: "Taken" });
  await press(view, "Next", "Back");
  expectMessages({});
  await press(view, "Next", "Next");
  expectMessages({ Note: "Rude" });
});
