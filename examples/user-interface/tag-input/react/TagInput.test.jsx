import { act, cleanup, configure, createEvent, fireEvent, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, expect, test, vi } from "vitest";

import { TagInput } from "./TagInput.jsx";

// Effects run twice, as in development.
configure({ reactStrictMode: true });

afterEach(cleanup);

/** A parent that keeps what it is told. */
function Stateful({ initial, onChange, ...props }) {
  const [tags, setTags] = useState(initial);
  function change(next) {
    onChange(next);
    setTags(next);
  }
  return <TagInput label="Fruits" tags={tags} onChange={change} {...props} />;
}

/** The component in a form, with the focus in the box. */
function show({ initial = [], ...props } = {}) {
  const onChange = vi.fn();
  const onSubmit = vi.fn((event) => event.preventDefault());
  const view = render(
    <form onSubmit={onSubmit}>
      <Stateful initial={initial} onChange={onChange} {...props} />
      <button>Save</button>
    </form>,
  );
  act(() => box().focus());
  return { ...view, user: userEvent.setup({ delay: null }), onChange, onSubmit };
}

const box = () => screen.getByLabelText("Fruits");
const list = () => screen.getByLabelText("Tags: Fruits");
const tags = () => [...list().querySelectorAll("span")].map((each) => each.textContent);
const remover = (tag) => within(list()).getByLabelText(`Remove ${tag}`);
const status = () => screen.getByRole("status").textContent;
const changes = ({ onChange }) => onChange.mock.calls.map(([next]) => next);
const focusedName = () => (document.activeElement === box() ? "box" : document.activeElement.getAttribute("aria-label"));

async function type({ user }, text) {
  await user.type(box(), text);
}

async function paste({ user }, text) {
  await user.paste(text);
}

test("R1: box, list and buttons are named", () => {
  show({ initial: ["plum", "Apple"] });
  expect(screen.getByRole("textbox", { name: "Fruits" }).value).toBe("");
  const items = within(screen.getByRole("list", { name: "Tags: Fruits" })).getAllByRole("listitem");
  expect(items).toHaveLength(2);
  expect(within(items[1]).getByRole("button", { name: "Remove Apple" })).toBe(remover("Apple"));
  expect(tags()).toEqual(["plum", "Apple"]);
  expect(status()).toBe("");
});

test("R1: Tab passes over the tags", async () => {
  const { user } = show({ initial: ["plum", "apple"] });
  await user.tab();
  expect(document.activeElement).toBe(screen.getByText("Save"));
  await user.tab({ shift: true });
  expect(focusedName()).toBe("box");
});

test("R1: what is shown is the list given", async () => {
  const onChange = vi.fn();
  const user = userEvent.setup({ delay: null });
  render(<TagInput label="Fruits" tags={["plum"]} onChange={onChange} />);
  await user.type(box(), "apple{Enter}");
  await user.click(remover("plum"));
  expect(changes({ onChange })).toEqual([["plum", "apple"], []]);
  expect(tags()).toEqual(["plum"]);
});

test("R2: Enter adds the text at the end", async () => {
  const view = show({ initial: ["plum"] });
  await type(view, "  red apple {Enter}");
  expect(changes(view)).toEqual([["plum", "red apple"]]);
  expect(tags()).toEqual(["plum", "red apple"]);
  expect([box().value, status()]).toEqual(["", "red apple added"]);
  expect(view.onSubmit).not.toHaveBeenCalled();
});

test("R2: Enter without a text is left to the form", async () => {
  const view = show();
  await type(view, "{Enter}");
  await type(view, "  {Enter}");
  expect(view.onSubmit).toHaveBeenCalledTimes(2);
  expect(changes(view)).toEqual([]);
  expect(box().value).toBe("  ");
});

test("R3: a comma makes tags while typing", async () => {
  const view = show();
  await type(view, "apple,fi");
  expect(changes(view)).toEqual([["apple"]]);
  expect([box().value, status()]).toEqual(["fi", "apple added"]);
  await type(view, "g,");
  expect(tags()).toEqual(["apple", "fig"]);
  expect(box().value).toBe("");
});

test("R3: a comma in the middle makes two tags", async () => {
  const view = show();
  await view.user.type(box(), "applefig");
  await view.user.type(box(), ",", { initialSelectionStart: 5, initialSelectionEnd: 5 });
  expect(changes(view)).toEqual([["apple", "fig"]]);
  expect(status()).toBe("2 tags added");
});

test.each([
  ["apple,fig", ["apple", "fig"]],
  ["apple\nfig\n", ["apple", "fig"]],
  ["apple\r\n\r\nfig", ["apple", "fig"]],
  ["apple\rfig", ["apple", "fig"]],
  [" apple , ,\n fig tree,", ["apple", "fig tree"]],
  ["apple\n", ["apple"]],
])("R3: pasted %j becomes tags", async (text, expected) => {
  const view = show();
  await paste(view, text);
  expect(changes(view)).toEqual([expected]);
  expect(box().value).toBe("");
});

test("R3: what is pasted takes the place of the selection", async () => {
  const view = show();
  await type(view, "red XXX tree");
  box().setSelectionRange(4, 7);
  await paste(view, "apple, fig");
  expect(tags()).toEqual(["red apple", "fig tree"]);
  expect(box().value).toBe("");
});

test("R3: other pasted text is text", async () => {
  const view = show();
  await type(view, "red ");
  await paste(view, "apple");
  expect(box().value).toBe("red apple");
  expect(changes(view)).toEqual([]);
});

test.each([
  ["APPLE", "APPLE already there"],
  ["apple,Fig", "2 tags already there"],
  ["äpfel, ÄPFEL", "äpfel added, ÄPFEL already there"],
  ["kiwi, lime, Apple, lime, kiwi", "2 tags added, 3 tags already there"],
])("R4: %j is entered once, ignoring case", async (text, message) => {
  const initial = ["Apple", "fig"];
  const view = show({ initial });
  box().focus();
  await paste(view, `${text}\n`);
  const added = text.split(/, ?/).filter((each) => /^(äpfel|kiwi|lime)$/.test(each));
  expect(tags()).toEqual([...initial, ...new Set(added)]);
  expect(changes(view)).toHaveLength(added.length === 0 ? 0 : 1);
  expect([box().value, status()]).toEqual(["", message]);
});

test("R4: a text without parts tells nothing and removes the message before", async () => {
  const view = show();
  await type(view, "fig{Enter}");
  expect(status()).toBe("fig added");
  await type(view, " ,");
  expect([box().value, status()]).toEqual(["", ""]);
  expect(changes(view)).toEqual([["fig"]]);
});

test("R5: what is over the limit stays in the box", async () => {
  const view = show({ initial: ["plum"], maxTags: 2 });
  await paste(view, "apple, fig, Plum, kiwi");
  expect(changes(view)).toEqual([["plum", "apple"]]);
  expect([box().value, status()]).toEqual(["fig, kiwi", "apple added, Plum already there, limit of 2 reached"]);
});

test("R5: a tag typed at the limit stays and can be entered later", async () => {
  const view = show({ initial: ["plum", "apple"], maxTags: 2 });
  await type(view, " fig{Enter}");
  expect(changes(view)).toEqual([]);
  expect([box().value, status()]).toEqual(["fig", "limit of 2 reached"]);
  await view.user.click(remover("plum"));
  await type(view, "{Enter}");
  expect(tags()).toEqual(["apple", "fig"]);
  expect([box().value, status()]).toEqual(["", "fig added"]);
});

test("R5: tags given twice count twice", async () => {
  const onChange = vi.fn();
  const user = userEvent.setup({ delay: null });
  render(<TagInput label="Fruits" tags={["plum", "Plum"]} onChange={onChange} maxTags={3} />);
  act(() => box().focus());
  await user.paste("fig, kiwi");
  expect(changes({ onChange })).toEqual([["plum", "Plum", "fig"]]);
  expect(box().value).toBe("kiwi");
});

test("R6: Backspace in the empty box takes the last tag back", async () => {
  const view = show({ initial: ["plum", "apple"] });
  await type(view, "{Backspace}");
  expect(changes(view)).toEqual([["plum"]]);
  expect([box().value, status()]).toEqual(["apple", "editing apple"]);
  await type(view, "{Backspace}");
  expect(box().value).toBe("appl");
  expect(tags()).toEqual(["plum"]);
});

test("R6: a repeated Backspace takes nothing, and one without tags does nothing", async () => {
  const view = show({ initial: ["plum"] });
  await type(view, "a{Backspace}");
  expect(fireEvent.keyDown(box(), { key: "Backspace", repeat: true })).toBe(false);
  expect(tags()).toEqual(["plum"]);
  await type(view, "{Backspace}");
  expect(changes(view)).toEqual([[]]);
  await view.user.clear(box());
  await type(view, "{Backspace}");
  expect(changes(view)).toEqual([[]]);
  expect(status()).toBe("editing plum");
});

test.each([
  ["{ArrowLeft}", "Remove fig"],
  ["{ArrowLeft}{ArrowLeft}", "Remove apple"],
  ["{ArrowLeft}{ArrowLeft}{ArrowLeft}", "Remove plum"],
  ["{ArrowLeft}{ArrowLeft}{ArrowLeft}{ArrowLeft}", "Remove plum"],
  ["{ArrowLeft}{ArrowLeft}{ArrowRight}", "Remove fig"],
  ["{ArrowLeft}{ArrowRight}", "box"],
  ["{ArrowLeft}{Home}", "Remove plum"],
  ["{ArrowLeft}{Home}{End}", "box"],
  ["{ArrowLeft}x", "Remove fig"],
  ["{ArrowRight}", "box"],
])("R7: from the box the keys %s lead to %s", async (keys, name) => {
  const { user } = show({ initial: ["plum", "apple", "fig"] });
  await user.keyboard(keys);
  expect(focusedName()).toBe(name);
});

test("R7: ArrowLeft leaves the box at its start only", async () => {
  const view = show({ initial: ["plum"] });
  await type(view, "ab{ArrowLeft}");
  expect(focusedName()).toBe("box");
  box().setSelectionRange(0, 1);
  await view.user.keyboard("{ArrowLeft}");
  expect(focusedName()).toBe("box");
  box().setSelectionRange(0, 0);
  await view.user.keyboard("{ArrowLeft}");
  expect(focusedName()).toBe("Remove plum");
});

test("R7: ArrowLeft stays in the box without tags", async () => {
  const { user } = show();
  await user.keyboard("{ArrowLeft}");
  expect(focusedName()).toBe("box");
});

test.each([
  ["plum", "Remove apple"],
  ["apple", "Remove fig"],
  ["fig", "Remove apple"],
])("R7: after the removal of %s the focus is on %s", async (tag, name) => {
  for (const way of ["click", "{Delete}", "{Backspace}"]) {
    const view = show({ initial: ["plum", "apple", "fig"] });
    if (way === "click") {
      await view.user.click(remover(tag));
    } else {
      act(() => remover(tag).focus());
      await view.user.keyboard(way);
    }
    expect(changes(view)).toEqual([["plum", "apple", "fig"].filter((each) => each !== tag)]);
    expect([focusedName(), status()]).toEqual([name, `${tag} removed`]);
    view.unmount();
  }
});

test("R7: after the removal of the only tag the focus is in the box", async () => {
  const view = show({ initial: ["plum"] });
  await view.user.keyboard("{ArrowLeft}{Delete}");
  expect(tags()).toEqual([]);
  expect(focusedName()).toBe("box");
});

test.each(["ctrlKey", "altKey", "metaKey"])("R6 R7: keys with %s are left alone", async (modifier) => {
  const view = show({ initial: ["plum", "apple"] });
  const pressWith = (element, key) => fireEvent.keyDown(element, { key, [modifier]: true });
  expect(["Backspace", "ArrowLeft"].map((key) => pressWith(box(), key))).toEqual([true, true]);
  expect(focusedName()).toBe("box");
  await view.user.keyboard("{ArrowLeft}");
  const keys = ["ArrowLeft", "ArrowRight", "Home", "End", "Delete", "Backspace"];
  expect(keys.filter((key) => !pressWith(remover("apple"), key))).toEqual([]);
  expect(focusedName()).toBe("Remove apple");
  expect(changes(view)).toEqual([]);
});

test.each(["Delete", "Backspace"])("R7: a repeated %s removes nothing", (key) => {
  const view = show({ initial: ["plum", "apple"] });
  act(() => remover("plum").focus());
  fireEvent.keyDown(remover("plum"), { key, repeat: true });
  expect(changes(view)).toEqual([]);
  expect(focusedName()).toBe("Remove plum");
});

test.each(["ArrowLeft", "ArrowRight", "Home", "End", "Delete", "Backspace"])("R7: %s on a tag does not also scroll", (key) => {
  show({ initial: ["plum", "apple"] });
  expect(fireEvent.keyDown(remover("plum"), { key })).toBe(false);
  expect(fireEvent.keyDown(remover("apple"), { key: "Enter" })).toBe(true);
});

test.each([{ isComposing: true }, { keyCode: 229 }])("R8: keys of a composition do nothing: %j", async (init) => {
  const view = show({ initial: ["plum"] });
  const keys = ["Backspace", "ArrowLeft", "Enter"];
  for (const key of keys) {
    if (key === "Enter") await type(view, "ping");
    expect(fireEvent.keyDown(box(), { key, ...init })).toBe(true);
    expect(focusedName()).toBe("box");
  }
  expect(changes(view)).toEqual([]);
  expect(box().value).toBe("ping");
});

test("R8: a comma of a composition stays until there is none", async () => {
  const view = show();
  const composed = createEvent.input(box(), { target: { value: "ni,hao" }, isComposing: true });
  fireEvent(box(), composed);
  expect([box().value, tags()]).toEqual(["ni,hao", []]);
  await type(view, "{Enter}");
  expect(tags()).toEqual(["ni", "hao"]);
});
