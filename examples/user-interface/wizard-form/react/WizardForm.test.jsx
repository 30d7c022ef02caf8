import { act, cleanup, configure, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";

import { WizardForm } from "./WizardForm.jsx";

configure({ reactStrictMode: true });

afterEach(cleanup);

const needed = (message) => (value) => (value === "" ? message : null);

/** Runs a step and everything that follows from it in the same turn of the event loop. */
async function settle(step) {
  await act(async () => {
    step();
    await new Promise((resolve) => setTimeout(resolve));
  });
}

/** An asynchronous function whose calls are answered by the test. */
function fakeCalls() {
  const calls = [];
  const fake = (...args) =>
    new Promise((resolve, reject) => {
      calls.push({
        args,
        signal: args[1]?.signal,
        answer: (value) => settle(() => resolve(value)),
        fail: (message) => settle(() => reject(new Error(message))),
      });
    });
  return [fake, calls];
}

const ACCOUNT = {
  id: "account",
  title: "Account",
  fields: [
    { name: "user", label: "User", initial: "alice", validate: needed("Enter a user") },
    { name: "kind", label: "Kind", initial: "home" },
  ],
};
const COMPANY = {
  id: "company",
  title: "Company",
  when: (answers) => answers.kind === "work",
  fields: [
    { name: "company", label: "Company name", validate: needed("Enter a company") },
    { name: "country", label: "Country" },
  ],
};
const TAX = {
  id: "tax",
  title: "Tax",
  when: (answers) => answers.country === "NO",
  fields: [{ name: "tax", label: "Tax number", validate: needed("Enter a number") }],
};
const NOTE = { id: "note", title: "Remarks", fields: [{ name: "note", label: "Note" }] };
const STEPS = [ACCOUNT, COMPANY, TAX, NOTE];

function show(steps = STEPS, props = {}) {
  const [submit, submissions] = fakeCalls();
  const view = render(<WizardForm steps={steps} submit={submit} {...props} />);
  return { ...view, submissions };
}

/** A form whose first step has a check, with the calls of it. */
function showChecked(rest = [NOTE]) {
  const [check, checks] = fakeCalls();
  return { ...show([{ ...ACCOUNT, check }, ...rest]), checks };
}

const field = (label) => screen.getByLabelText(label);
const button = (name) => screen.queryByText(name, { selector: "button" });
const title = () => document.querySelector("h2").textContent;
const position = () => screen.getByText(/^Step /).textContent;
const place = () => [title(), position()];
const status = () => document.querySelector("[role=status]").textContent;
const alerts = () => [...document.querySelectorAll("[role=alert]")].map((alert) => alert.textContent);
const summary = () => document.querySelector("[role=group]");
const links = () => [...(summary()?.querySelectorAll("a[href]") ?? [])].map((link) => link.textContent);
const descriptionOf = (element) => document.getElementById(element.getAttribute("aria-describedby")).textContent;
const focused = () => document.activeElement;
const isOff = (name) => button(name).getAttribute("aria-disabled");
const enter = (label, value) => fireEvent.change(field(label), { target: { value } });

function press(...names) {
  for (const name of names) fireEvent.click(button(name));
}

/** Checks that these fields are invalid, with these messages, and no others. */
function expectMessages(messages) {
  expect([...document.querySelectorAll("[aria-invalid=true]")]).toEqual(Object.keys(messages).map(field));
  for (const [name, description] of Object.entries(messages)) {
    expect(descriptionOf(field(name))).toBe(description);
  }
  expect(links()).toEqual(Object.values(messages));
}

// --- R1

test("R1: it begins at the first step, without taking the focus", () => {
  show();
  expect(place()).toEqual(["Account", "Step 1 of 2"]);
  expect(screen.getAllByRole("textbox")).toEqual([field("User"), field("Kind")]);
  expect(screen.getAllByRole("textbox").map((box) => box.value)).toEqual(["alice", "home"]);
  expect(screen.getAllByRole("button").map((each) => each.textContent)).toEqual(["Next"]);
  expect(focused()).toBe(document.body);
  expect([status(), alerts()]).toEqual(["", []]);
  expectMessages({});
});

test("R1: Next and Back move the focus to the heading and keep the values", () => {
  show();
  press("Next");
  expect(place()).toEqual(["Remarks", "Step 2 of 2"]);
  expect(focused()).toBe(screen.getByRole("heading", { name: "Remarks" }));
  expect(focused().tabIndex).toBe(-1);
  expect(screen.getAllByRole("button").map((each) => each.textContent)).toEqual(["Back", "Submit"]);
  enter("Note", "hello");
  press("Back");
  expect(place()).toEqual(["Account", "Step 1 of 2"]);
  expect(focused()).toBe(screen.getByRole("heading", { name: "Account" }));
  enter("User", "bob");
  press("Next");
  expect(field("Note").value).toBe("hello");
  press("Back");
  expect(field("User").value).toBe("bob");
});

test("R1: Enter in a field does what the last button does", () => {
  const { submissions } = show();
  expect(fireEvent.submit(field("User").form)).toBe(false);
  expect(title()).toBe("Remarks");
  fireEvent.submit(field("Note").form);
  expect(submissions).toHaveLength(1);
});

// --- R2

test("R2: what is invalid is in a summary that has the focus, and at the fields", () => {
  const both = { ...ACCOUNT, fields: ACCOUNT.fields.map((each) => ({ ...each, validate: needed(`No ${each.name}`) })) };
  show([both, NOTE]);
  enter("User", "");
  enter("Kind", "");
  expectMessages({});
  press("Next");
  expect(place()).toEqual(["Account", "Step 1 of 2"]);
  expectMessages({ User: "No user", Kind: "No kind" });
  expect(focused()).toBe(screen.getByRole("group", { name: "There is a problem" }));
  expect(screen.getByRole("textbox", { name: "Kind", description: "No kind" })).toBe(field("Kind"));
  expect(focused().tabIndex).toBe(-1);
  expect(fireEvent.click(screen.getByRole("link", { name: "No kind" }))).toBe(false);
  expect(focused()).toBe(field("Kind"));
  fireEvent.click(screen.getByRole("link", { name: "No user" }));
  expect(focused()).toBe(field("User"));
});

test("R2: messages stay until the next press, which finds what is left", () => {
  show();
  enter("User", "");
  press("Next");
  enter("User", "x");
  expectMessages({ User: "Enter a user" });
  enter("User", "");
  act(() => field("User").focus());
  press("Next");
  expectMessages({ User: "Enter a user" });
  expect(focused()).toBe(summary());
  enter("User", "bob");
  press("Next");
  expect(title()).toBe("Remarks");
  press("Back");
  expectMessages({});
});

test("R2: Back validates nothing, and takes the messages away", () => {
  show();
  enter("Kind", "work");
  press("Next", "Next");
  expectMessages({ "Company name": "Enter a company" });
  press("Back");
  expect(title()).toBe("Account");
  expectMessages({});
  press("Next");
  expect(title()).toBe("Company");
  expectMessages({});
});

test("R2: a validation gets the value and the answers", () => {
  const validate = vi.fn(() => "never");
  show([ACCOUNT, COMPANY, { ...NOTE, fields: [{ name: "note", label: "Note", initial: "x", validate }] }]);
  press("Next");
  expect(validate).not.toHaveBeenCalled();
  press("Submit");
  expect(validate.mock.calls).toEqual([["x", { user: "alice", kind: "home", note: "x" }]]);
  expectMessages({ Note: "never" });
});

// --- R3

test("R3: a step that does not apply is passed over and not counted", () => {
  show();
  enter("Kind", "work");
  expect(position()).toBe("Step 1 of 3");
  press("Next");
  expect(place()).toEqual(["Company", "Step 2 of 3"]);
  enter("Company name", "Acme");
  enter("Country", "NO");
  expect(position()).toBe("Step 2 of 4");
  press("Next");
  expect(place()).toEqual(["Tax", "Step 3 of 4"]);
  press("Back", "Back");
  enter("Kind", "home");
  expect(position()).toBe("Step 1 of 2");
  press("Next");
  expect(place()).toEqual(["Remarks", "Step 2 of 2"]);
  press("Back");
  expect(title()).toBe("Account");
});

test("R3: its values are neither sent nor lost, and decide nothing", async () => {
  const { submissions } = show();
  enter("Kind", "work");
  press("Next");
  enter("Company name", "Acme");
  enter("Country", "NO");
  press("Next");
  enter("Tax number", "7");
  press("Back", "Back");
  enter("Kind", "home");
  press("Next", "Submit");
  expect(submissions[0].args).toEqual([{ user: "alice", kind: "home", note: "" }]);
  await submissions[0].fail("offline");
  press("Back");
  enter("Kind", "work");
  press("Next");
  expect(field("Company name").value).toBe("Acme");
  press("Next");
  expect(field("Tax number").value).toBe("7");
  press("Next", "Submit");
  const all = { user: "alice", kind: "work", company: "Acme", country: "NO", tax: "7", note: "" };
  expect(submissions[1].args).toEqual([all]);
});

test("R3: a last step that does not apply leaves the one before as the last", () => {
  show([ACCOUNT, COMPANY]);
  expect(position()).toBe("Step 1 of 1");
  expect([button("Next") === null, button("Submit") === null]).toEqual([true, false]);
  enter("Kind", "work");
  expect([button("Next") === null, button("Submit") === null]).toEqual([false, true]);
});

test("R3: what a function does to its answers changes nothing", async () => {
  const spoil = (answers) => {
    for (const name of Object.keys(answers)) answers[name] = "spoilt";
  };
  const fields = [{ name: "note", label: "Note", initial: "x", validate: (_, answers) => spoil(answers) }];
  const check = async (answers) => spoil(answers) ?? {};
  const when = (answers) => spoil(answers) === undefined;
  const [submit, submissions] = fakeCalls();
  show([ACCOUNT, { ...NOTE, fields, check, when }], { submit: (answers) => [submit({ ...answers }), spoil(answers)][0] });
  press("Next");
  await settle(() => press("Submit"));
  await submissions[0].fail("offline");
  await settle(() => press("Submit"));
  expect(submissions.map(({ args }) => args[0])).toEqual(Array(2).fill({ user: "alice", kind: "home", note: "x" }));
});

// --- R4

test("R4: a valid step is checked before the next one is shown", async () => {
  const { checks } = showChecked();
  enter("User", "bob");
  press("Next");
  expect(checks[0].args).toEqual([{ user: "bob", kind: "home", note: "" }, { signal: expect.any(AbortSignal) }]);
  expect([title(), status(), isOff("Next")]).toEqual(["Account", "Checking", "true"]);
  press("Next");
  expect(checks).toHaveLength(1);
  await checks[0].answer({});
  expect([title(), status()]).toEqual(["Remarks", ""]);
  expect(checks[0].signal.aborted).toBe(false);
});

test("R4: an invalid step is not checked", () => {
  const { checks } = showChecked();
  enter("User", "");
  press("Next");
  expect(checks).toEqual([]);
  expect(status()).toBe("");
  expectMessages({ User: "Enter a user" });
});

test("R4: what the check finds is shown as what the validation finds", async () => {
  const { checks } = showChecked();
  press("Next");
  await checks[0].answer({ kind: "Unknown kind", user: "Taken" });
  expect([title(), status(), isOff("Next")]).toEqual(["Account", "", "false"]);
  expectMessages({ User: "Taken", Kind: "Unknown kind" });
  expect(focused()).toBe(summary());
  press("Next");
  expect(status()).toBe("Checking");
  expectMessages({});
  await checks[1].answer({});
  expect(title()).toBe("Remarks");
});

test("R4: two presses at once check once", async () => {
  const { checks } = showChecked();
  act(() => {
    button("Next").click();
    button("Next").click();
  });
  expect(checks).toHaveLength(1);
  await checks[0].answer({});
  expect(title()).toBe("Remarks");
});

// --- R5

test.each([
  ["that finds something", (call) => call.answer({ user: "Taken" })],
  ["that finds nothing", (call) => call.answer({})],
  ["that fails", (call) => call.fail("offline")],
])("R5: a change stops the check; an answer %s is ignored", async (_, end) => {
  const { checks } = showChecked();
  press("Next");
  enter("User", "bob");
  expect(checks[0].signal.aborted).toBe(true);
  expect([status(), isOff("Next"), field("User").value]).toEqual(["", "false", "bob"]);
  press("Next");
  expect(checks[1].args[0]).toEqual({ user: "bob", kind: "home", note: "" });
  await end(checks[0]);
  expect([title(), status(), alerts()]).toEqual(["Account", "Checking", []]);
  expectMessages({});
  press("Next");
  expect(checks).toHaveLength(2);
  expect(checks[1].signal.aborted).toBe(false);
  await checks[1].answer({});
  expect(title()).toBe("Remarks");
});

test("R5: so does Back", async () => {
  const [check, checks] = fakeCalls();
  show([ACCOUNT, { ...NOTE, check }]);
  press("Next", "Submit");
  expect([status(), isOff("Back")]).toEqual(["Checking", "false"]);
  press("Back");
  expect(checks[0].signal.aborted).toBe(true);
  expect([title(), status()]).toEqual(["Account", ""]);
  await checks[0].answer({ note: "Too short" });
  expect(title()).toBe("Account");
  press("Next");
  expectMessages({});
  expect(title()).toBe("Remarks");
});

test("R5: so does the removal of the component", () => {
  const { checks, unmount } = showChecked();
  press("Next");
  expect(checks[0].signal.aborted).toBe(false);
  unmount();
  expect(checks[0].signal.aborted).toBe(true);
});

// --- R6

test("R6: a failed check is told, and Next tries again", async () => {
  const { checks } = showChecked();
  press("Next");
  await checks[0].fail("offline");
  expect([title(), status(), isOff("Next")]).toEqual(["Account", "", "false"]);
  expect(alerts()).toEqual(["Could not check: offline"]);
  enter("User", "bob");
  expect(alerts()).toEqual(["Could not check: offline"]);
  press("Next");
  expect([status(), alerts()]).toEqual(["Checking", []]);
  await checks[1].answer({});
  expect(title()).toBe("Remarks");
});

test("R6: a check that throws at once fails alike, and messages take the alert away", async () => {
  const check = () => {
    throw new Error("no network");
  };
  show([{ ...ACCOUNT, check }, NOTE]);
  await settle(() => press("Next"));
  expect(alerts()).toEqual(["Could not check: no network"]);
  enter("User", "");
  press("Next");
  expect(alerts()).toEqual([]);
  expectMessages({ User: "Enter a user" });
});

test("R6: Back takes the alert away", async () => {
  const [check, checks] = fakeCalls();
  show([ACCOUNT, { ...NOTE, check }]);
  press("Next", "Submit");
  await checks[0].fail("offline");
  expect(alerts()).toEqual(["Could not check: offline"]);
  press("Back");
  expect([title(), alerts()]).toEqual(["Account", []]);
});

// --- R7

test("R7: while it is sent, nothing can be changed or pressed", async () => {
  const { submissions } = show();
  press("Next");
  expect([field("Note").readOnly, isOff("Back"), isOff("Submit")]).toEqual([false, "false", "false"]);
  enter("Note", "hello");
  press("Submit");
  expect(status()).toBe("Submitting");
  expect([field("Note").readOnly, isOff("Back"), isOff("Submit")]).toEqual([true, "true", "true"]);
  press("Submit", "Back");
  expect(title()).toBe("Remarks");
  expect(submissions.map(({ args }) => args)).toEqual([[{ user: "alice", kind: "home", note: "hello" }]]);
});

test("R7: two presses at once send once, and success ends the form", async () => {
  const { submissions } = show([NOTE]);
  act(() => {
    button("Submit").click();
    button("Submit").click();
  });
  expect(submissions).toHaveLength(1);
  await submissions[0].answer();
  expect(status()).toBe("Submitted");
  expect(focused()).toBe(screen.getByRole("status"));
  expect(focused().tabIndex).toBe(-1);
  expect([screen.queryByRole("textbox"), screen.queryByRole("button"), screen.queryByRole("heading")]).toEqual([null, null, null]);
});

test("R7: the last step is validated and checked before it is sent", async () => {
  const [check, checks] = fakeCalls();
  const { submissions } = show([{ ...ACCOUNT, check }]);
  enter("User", "");
  press("Submit");
  expectMessages({ User: "Enter a user" });
  enter("User", "bob");
  press("Submit");
  expect([checks.length, submissions.length, status()]).toEqual([1, 0, "Checking"]);
  await checks[0].answer({ user: "Taken" });
  expectMessages({ User: "Taken" });
  press("Submit");
  await checks[1].answer({});
  expect([status(), submissions.length]).toEqual(["Submitting", 1]);
});

test("R7: a change or a press between the check and the next rendering stops no sending", async () => {
  const [check, checks] = fakeCalls();
  const { submissions } = show([ACCOUNT, { ...NOTE, check }]);
  press("Next", "Submit");
  await act(async () => {
    await checks[0].answer({});
    enter("Note", "late");
    press("Back", "Submit");
  });
  expect([title(), status(), field("Note").value]).toEqual(["Remarks", "Submitting", ""]);
  expect(submissions).toHaveLength(1);
  await submissions[0].answer();
  expect(status()).toBe("Submitted");
});

test.each(["Back", "Submit"])("R7: a press of %s between success and the next rendering does nothing", async (name) => {
  const { submissions } = show();
  press("Next", "Submit");
  await act(async () => {
    await submissions[0].answer();
    press(name);
  });
  expect([status(), submissions.length]).toEqual(["Submitted", 1]);
});

// --- R8

test("R8: a failed submission is told and can be sent again, with changes", async () => {
  const { submissions } = show();
  press("Next");
  enter("Note", "one");
  press("Submit");
  await submissions[0].fail("full");
  expect([title(), status(), isOff("Submit")]).toEqual(["Remarks", "", "false"]);
  expect(alerts()).toEqual(["Could not submit: full"]);
  expect([field("Note").value, field("Note").readOnly]).toEqual(["one", false]);
  enter("Note", "two");
  press("Submit");
  expect([status(), alerts()]).toEqual(["Submitting", []]);
  expect(submissions[1].args[0].note).toBe("two");
  await submissions[1].answer();
  expect([status(), alerts()]).toEqual(["Submitted", []]);
});

test("R8: sending that throws at once fails alike", async () => {
  const submit = () => {
    throw new Error("no network");
  };
  show([NOTE], { submit });
  await settle(() => press("Submit"));
  expect(alerts()).toEqual(["Could not submit: no network"]);
  expect([status(), isOff("Submit")]).toEqual(["", "false"]);
});
