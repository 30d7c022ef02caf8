import { act, cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";

import { ComboboxSearch } from "./ComboboxSearch.jsx";

afterEach(cleanup);

const FRUITS = [
  { id: "f7", label: "Mango" },
  { id: "f2", label: "Apple" },
  { id: "f5", label: "Lemon" },
];

/** Runs a step and everything that follows from it in the same turn of the event loop. */
async function settle(step) {
  await act(async () => {
    step();
    await new Promise((resolve) => setTimeout(resolve));
  });
}

function fakeWait() {
  const waits = [];
  const wait = (ms) =>
    new Promise((resolve) => {
      waits.push({ ms, end: () => settle(resolve) });
    });
  return { waits, wait };
}

function fakeSearch() {
  const searches = [];
  const search = (query, { signal }) =>
    new Promise((resolve, reject) => {
      searches.push({
        query,
        signal,
        answer: (options) => settle(() => resolve(options)),
        fail: () => settle(() => reject(new Error("offline"))),
      });
    });
  return { searches, search };
}

function show({ around = (element) => element, ...props } = {}) {
  const { waits, wait } = fakeWait();
  const { searches, search } = fakeSearch();
  const onSelect = vi.fn();
  const view = render(
    around(<ComboboxSearch label="Fruit" search={search} wait={wait} onSelect={onSelect} {...props} />),
  );
  return { ...view, user: userEvent.setup({ delay: null }), waits, searches, onSelect };
}

const box = () => screen.getByRole("combobox");
const status = () => screen.getByRole("status").textContent;
const list = () => screen.queryByRole("listbox");
const options = () => screen.queryAllByRole("option");
const retry = () => screen.queryByRole("button", { name: "Retry" });

function activeLabel() {
  const id = box().getAttribute("aria-activedescendant");
  return id === null ? null : document.getElementById(id).textContent;
}

async function searchFor(view, text) {
  await view.user.click(box());
  await view.user.paste(text);
  await view.waits.at(-1).end();
}

async function showAnswer(answer = FRUITS, props = {}) {
  const view = show(props);
  await searchFor(view, "fruit");
  await view.searches[0].answer(answer);
  return view;
}

async function showFailure(props = {}) {
  const view = show(props);
  await searchFor(view, " kiwi ");
  await view.searches[0].fail();
  return view;
}

function besideButton(element) {
  return (
    <>
      {element}
      <button type="button">Elsewhere</button>
    </>
  );
}

function inForm(onSubmit) {
  return (element) => (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      {element}
    </form>
  );
}

// --- R1

test("R1: every change waits, and only the last wait leads to a search", async () => {
  const { user, waits, searches } = show({ delayMs: 120 });
  await user.type(box(), "abc");
  expect(waits.map(({ ms }) => ms)).toEqual([120, 120, 120]);
  await waits[0].end();
  await waits[1].end();
  expect(searches).toEqual([]);
  await waits[2].end();
  expect(searches.map(({ query }) => query)).toEqual(["abc"]);
  expect(searches[0].signal).toBeInstanceOf(AbortSignal);
  expect(searches[0].signal.aborted).toBe(false);
});

test("R1: without a configured delay the wait takes 300 ms", async () => {
  const { user, waits } = show();
  await user.type(box(), "a");
  expect(waits.map(({ ms }) => ms)).toEqual([300]);
});

test("R1: a wait that ends after a later one does not search again", async () => {
  const { user, waits, searches } = show();
  await user.type(box(), "ab");
  await waits[1].end();
  await waits[0].end();
  expect(searches.map(({ query }) => query)).toEqual(["ab"]);
});

test("R1: a text that was changed and changed back searches after its own wait only", async () => {
  const { user, waits, searches } = show();
  await user.type(box(), "ab{Backspace}");
  await waits[0].end();
  expect(searches).toEqual([]);
  await waits[2].end();
  expect(searches.map(({ query }) => query)).toEqual(["a"]);
});

test("R1: the query has no white space at its ends, but a change of that is a change", async () => {
  const { user, waits, searches } = show();
  await user.click(box());
  await user.paste("  red apple");
  await user.type(box(), " ");
  expect(waits).toHaveLength(2);
  await waits[0].end();
  expect(searches).toEqual([]);
  await waits[1].end();
  expect(searches.map(({ query }) => query)).toEqual(["red apple"]);
  expect(box().value).toBe("  red apple ");
});

test("R1: an empty query neither waits nor searches", async () => {
  const { user, waits, searches } = show();
  await user.type(box(), "   ");
  expect(waits).toEqual([]);
  await user.clear(box());
  await user.type(box(), "a{Backspace}");
  expect(waits).toHaveLength(1);
  await waits[0].end();
  expect(searches).toEqual([]);
  expect(status()).toBe("");
});

// --- R2

test("R2: a change aborts the search under way and empties the status", async () => {
  const view = show();
  await searchFor(view, "a");
  expect(view.searches[0].signal.aborted).toBe(false);
  await view.user.type(box(), "b");
  expect(view.searches[0].signal.aborted).toBe(true);
  expect(status()).toBe("");
});

test("R2: emptying the text aborts the search under way", async () => {
  const view = show();
  await searchFor(view, "a");
  await view.user.clear(box());
  expect(view.searches[0].signal.aborted).toBe(true);
  expect(status()).toBe("");
  await view.searches[0].answer(FRUITS);
  expect(list()).toBe(null);
  expect(status()).toBe("");
});

test("R2: a change closes the list and discards the results", async () => {
  const { user } = await showAnswer();
  await user.keyboard("{ArrowDown}");
  await user.type(box(), "x");
  expect(list()).toBe(null);
  expect(box().getAttribute("aria-expanded")).toBe("false");
  expect(box().getAttribute("aria-activedescendant")).toBe(null);
  expect(status()).toBe("");
  await user.keyboard("{ArrowDown}");
  expect(list()).toBe(null);
});

test("R2: a change discards the error", async () => {
  const { user } = await showFailure();
  await user.type(box(), "x");
  expect(retry()).toBe(null);
  expect(status()).toBe("");
});

test.each(["answer", "fail"])("R2: an abandoned search changes nothing by its %s, before and after the next", async (end) => {
  const view = show();
  await searchFor(view, "a");
  await view.user.type(box(), "b");
  await view.waits.at(-1).end();
  await view.user.type(box(), "c");
  await view.waits.at(-1).end();
  const [first, second, last] = view.searches;

  await first[end](FRUITS);
  expect(status()).toBe("Loading");
  expect(list()).toBe(null);
  expect(retry()).toBe(null);

  await last.answer([{ id: "f9", label: "Abc" }]);
  await second[end](FRUITS);
  expect(options().map((option) => option.textContent)).toEqual(["Abc"]);
  expect(status()).toBe("1 result");
  expect(retry()).toBe(null);
});

test("R2: removing the component aborts the search under way", async () => {
  const view = show();
  await searchFor(view, "a");
  view.unmount();
  expect(view.searches[0].signal.aborted).toBe(true);
});

test("R2: a wait that ends after the component was removed starts no search", async () => {
  const { user, waits, searches, unmount } = show();
  await user.type(box(), "a");
  unmount();
  await waits[0].end();
  expect(searches).toEqual([]);
});

// --- R3

test("R3: the status is there and empty until the search starts, then Loading", async () => {
  const { user, waits } = show();
  expect(status()).toBe("");
  await user.type(box(), "a");
  expect(status()).toBe("");
  await waits[0].end();
  expect(status()).toBe("Loading");
  expect(list()).toBe(null);
});

test("R3: results open the list in the order of the answer, none active", async () => {
  await showAnswer();
  expect(options().map((option) => option.textContent)).toEqual(["Mango", "Apple", "Lemon"]);
  expect(screen.queryAllByRole("option", { selected: true })).toEqual([]);
  expect(activeLabel()).toBe(null);
  expect(status()).toBe("3 results");
});

test("R3: a single result is counted in the singular", async () => {
  await showAnswer(FRUITS.slice(1, 2));
  expect(options().map((option) => option.textContent)).toEqual(["Apple"]);
  expect(status()).toBe("1 result");
});

test("R3: an active option of an earlier answer is not active in the next", async () => {
  const view = await showAnswer();
  await view.user.keyboard("{ArrowDown}{ArrowDown}");
  await searchFor(view, "s");
  await view.searches[1].answer(FRUITS);
  expect(activeLabel()).toBe(null);
  expect(screen.queryAllByRole("option", { selected: true })).toEqual([]);
});

test("R3: without results no list opens", async () => {
  const { user } = await showAnswer([]);
  expect(status()).toBe("No results");
  expect(list()).toBe(null);
  expect(box().getAttribute("aria-expanded")).toBe("false");
  await user.keyboard("{ArrowDown}");
  expect(list()).toBe(null);
  expect(status()).toBe("No results");
});

// --- R4

test("R4: the combobox has the label as its name and is collapsed without results", () => {
  show({ label: "Favourite fruit" });
  expect(screen.getByRole("combobox", { name: "Favourite fruit" }).getAttribute("aria-expanded")).toBe("false");
  expect(list()).toBe(null);
  expect(box().hasAttribute("aria-activedescendant")).toBe(false);
});

test("R4: the expanded combobox controls a listbox of the same name", async () => {
  await showAnswer();
  expect(box().getAttribute("aria-expanded")).toBe("true");
  const listbox = screen.getByRole("listbox", { name: "Fruit" });
  expect(listbox.id).not.toBe("");
  expect(box().getAttribute("aria-controls")).toBe(listbox.id);
  expect(within(listbox).getAllByRole("option")).toHaveLength(3);
});

test("R4: the active option alone is selected and named by aria-activedescendant", async () => {
  const { user } = await showAnswer();
  expect(box().hasAttribute("aria-activedescendant")).toBe(false);
  await user.keyboard("{ArrowDown}{ArrowDown}");
  expect(options().map((option) => option.getAttribute("aria-selected") === "true")).toEqual([false, true, false]);
  expect(box().getAttribute("aria-activedescendant")).toBe(options()[1].id);
  await user.keyboard("{Escape}");
  expect(box().hasAttribute("aria-activedescendant")).toBe(false);
});

test("R4: two components with equal options share no ids", async () => {
  const props = { wait: () => Promise.resolve(), search: () => Promise.resolve(FRUITS), onSelect() {} };
  const { container } = render(
    <>
      <ComboboxSearch label="First" {...props} />
      <ComboboxSearch label="Second" {...props} />
    </>,
  );
  // Changed without a focus that could be lost, so both lists stay open.
  for (const input of screen.getAllByRole("combobox")) {
    await settle(() => fireEvent.change(input, { target: { value: "fruit" } }));
    fireEvent.keyDown(input, { key: "ArrowDown" });
  }
  const ids = [...container.querySelectorAll("[id]")].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const name of ["First", "Second"]) {
    const listbox = screen.getByRole("listbox", { name });
    const active = within(listbox).getByRole("option", { selected: true });
    const input = screen.getByRole("combobox", { name });
    expect(input.getAttribute("aria-controls")).toBe(listbox.id);
    expect(input.getAttribute("aria-activedescendant")).toBe(active.id);
  }
});

// --- R5

test.each([
  ["{ArrowDown}", "Mango"],
  ["{ArrowDown}{ArrowDown}", "Apple"],
  ["{ArrowDown}{ArrowDown}{ArrowDown}", "Lemon"],
  ["{ArrowDown}{ArrowDown}{ArrowDown}{ArrowDown}", "Mango"],
  ["{ArrowUp}", "Lemon"],
  ["{ArrowUp}{ArrowUp}", "Apple"],
  ["{ArrowUp}{ArrowUp}{ArrowUp}", "Mango"],
  ["{ArrowUp}{ArrowUp}{ArrowUp}{ArrowUp}", "Lemon"],
  ["{Home}", "Mango"],
  ["{End}", "Lemon"],
  ["{End}{Home}", "Mango"],
  ["{ArrowDown}{End}{ArrowUp}", "Apple"],
])("R5: with the list open, %s makes %s active", async (keys, label) => {
  const { user } = await showAnswer();
  await user.keyboard(keys);
  expect(activeLabel()).toBe(label);
  expect(document.activeElement).toBe(box());
  expect(status()).toBe("3 results");
  expect(box().value).toBe("fruit");
});

test("R5: Escape closes the list and keeps the text", async () => {
  const { user, waits } = await showAnswer();
  await user.keyboard("{ArrowDown}{Escape}");
  expect(list()).toBe(null);
  expect(box().getAttribute("aria-expanded")).toBe("false");
  expect(box().value).toBe("fruit");
  expect(status()).toBe("");
  expect(waits).toHaveLength(1);
});

test.each([
  ["{ArrowDown}", "Mango"],
  ["{ArrowUp}", "Lemon"],
])("R5: with the list closed, %s opens it with %s active", async (key, label) => {
  const { user, waits, searches } = await showAnswer();
  await user.keyboard("{ArrowDown}{ArrowDown}{Escape}" + key);
  expect(options().map((option) => option.textContent)).toEqual(["Mango", "Apple", "Lemon"]);
  expect(activeLabel()).toBe(label);
  expect(screen.getAllByRole("option", { selected: true })).toHaveLength(1);
  expect(status()).toBe("3 results");
  expect([waits.length, searches.length]).toEqual([1, 1]);
});

test("R5: with the list closed, Home and End do not open it", async () => {
  const { user } = await showAnswer();
  await user.keyboard("{Escape}{Home}{End}");
  expect(list()).toBe(null);
});

// --- R6

async function chooseByEnter({ user }) {
  await user.keyboard("{ArrowDown}{ArrowDown}{Enter}");
}

async function chooseByClick({ user }) {
  await user.click(screen.getByRole("option", { name: "Apple" }));
}

test.each([
  ["Enter", chooseByEnter],
  ["a click", chooseByClick],
])("R6: %s chooses an option", async (_, choose) => {
  const view = await showAnswer();
  await choose(view);
  expect(view.onSelect).toHaveBeenCalledTimes(1);
  expect(view.onSelect.mock.calls[0][0]).toBe(FRUITS[1]);
  expect(box().value).toBe("Apple");
  expect(list()).toBe(null);
  expect(box().hasAttribute("aria-activedescendant")).toBe(false);
  expect(status()).toBe("");
  expect(document.activeElement).toBe(box());
});

test.each([
  ["Enter", chooseByEnter],
  ["a click", chooseByClick],
])("R6: %s on an option starts nothing and discards the results", async (_, choose) => {
  const view = await showAnswer();
  await choose(view);
  expect([view.waits.length, view.searches.length]).toEqual([1, 1]);
  await view.user.keyboard("{ArrowDown}");
  expect(list()).toBe(null);
});

test("R6: a click chooses the clicked option, not the active one", async () => {
  const { user, onSelect } = await showAnswer();
  await user.keyboard("{ArrowDown}");
  await user.click(screen.getByRole("option", { name: "Lemon" }));
  expect(onSelect.mock.calls.map(([option]) => option.id)).toEqual(["f5"]);
  expect(box().value).toBe("Lemon");
});

test("R6: the focus stays in the text box while the mouse button is down on an option", async () => {
  const { user } = await showAnswer();
  await user.pointer({ keys: "[MouseLeft>]", target: screen.getByRole("option", { name: "Lemon" }) });
  expect(document.activeElement).toBe(box());
  expect(options()).toHaveLength(3);
});

test("R6: after a choice the text can be changed and searched for again", async () => {
  const view = await showAnswer();
  await chooseByEnter(view);
  await view.user.type(box(), "s");
  await view.waits[1].end();
  expect(view.searches.map(({ query }) => query)).toEqual(["fruit", "Apples"]);
});

test("R6: Enter submits the form around only when no option is active", async () => {
  const onSubmit = vi.fn();
  const { user, onSelect } = await showAnswer(FRUITS, { around: inForm(onSubmit) });
  await user.keyboard("{Enter}");
  expect(onSubmit).toHaveBeenCalledTimes(1);
  expect(onSelect).not.toHaveBeenCalled();
  await user.keyboard("{ArrowDown}{Enter}");
  expect(onSubmit).toHaveBeenCalledTimes(1);
  expect(onSelect).toHaveBeenCalledTimes(1);
  await user.keyboard("{Enter}");
  expect(onSubmit).toHaveBeenCalledTimes(2);
  expect(onSelect).toHaveBeenCalledTimes(1);
});

test("R6: Enter after Escape chooses nothing, though an option had been active", async () => {
  const { user, onSelect } = await showAnswer();
  await user.keyboard("{ArrowDown}{Escape}{Enter}");
  expect(onSelect).not.toHaveBeenCalled();
  expect(box().value).toBe("fruit");
});

// --- R7

test("R7: Escape with the list closed empties the text and discards the results", async () => {
  const { user, waits } = await showAnswer();
  await user.keyboard("{Escape}{Escape}");
  expect(box().value).toBe("");
  await user.keyboard("{ArrowDown}");
  expect(list()).toBe(null);
  expect(waits).toHaveLength(1);
});

test("R7: Escape during a search empties the text and aborts it", async () => {
  const view = show();
  await searchFor(view, "a");
  await view.user.keyboard("{Escape}");
  expect(box().value).toBe("");
  expect(view.searches[0].signal.aborted).toBe(true);
  expect(status()).toBe("");
  await view.searches[0].answer(FRUITS);
  expect(list()).toBe(null);
});

test("R7: Escape during a wait keeps it from starting a search", async () => {
  const { user, waits, searches } = show();
  await user.type(box(), "a{Escape}");
  await waits[0].end();
  expect(searches).toEqual([]);
});

test("R7: Escape discards the error", async () => {
  const { user } = await showFailure();
  await user.keyboard("{Escape}");
  expect(box().value).toBe("");
  expect(status()).toBe("");
  expect(retry()).toBe(null);
});

test("R7: leaving closes the list, discards the results and keeps the text", async () => {
  const { user } = await showAnswer(FRUITS, { around: besideButton });
  await user.keyboard("{ArrowDown}");
  await user.click(screen.getByRole("button", { name: "Elsewhere" }));
  expect(list()).toBe(null);
  expect(box().getAttribute("aria-expanded")).toBe("false");
  expect(box().hasAttribute("aria-activedescendant")).toBe(false);
  expect(status()).toBe("");
  expect(box().value).toBe("fruit");
  await user.click(box());
  await user.keyboard("{ArrowDown}");
  expect(list()).toBe(null);
});

test("R7: leaving for no other element counts too", async () => {
  const { user } = await showAnswer();
  await user.click(document.body);
  expect(document.activeElement).toBe(document.body);
  expect(list()).toBe(null);
  expect(status()).toBe("");
});

test("R7: leaving abandons the search under way", async () => {
  const view = show();
  await searchFor(view, "a");
  await view.user.tab();
  expect(view.searches[0].signal.aborted).toBe(true);
  expect(status()).toBe("");
  await view.searches[0].answer(FRUITS);
  expect(list()).toBe(null);
  expect(status()).toBe("");
  expect(box().value).toBe("a");
});

test("R7: leaving abandons the wait under way", async () => {
  const { user, waits, searches } = show();
  await user.type(box(), "a");
  await user.tab();
  await waits[0].end();
  expect(searches).toEqual([]);
  expect(status()).toBe("");
});

test("R7: the error goes when the focus leaves the component, not when it goes to Retry", async () => {
  const { user } = await showFailure({ around: besideButton });
  await user.tab();
  expect(document.activeElement).toBe(retry());
  expect(status()).toBe("Search failed");
  await user.tab();
  expect(document.activeElement).toBe(screen.getByRole("button", { name: "Elsewhere" }));
  expect(status()).toBe("");
  expect(retry()).toBe(null);
  expect(box().value).toBe(" kiwi ");
});

function pressWhileComposing(...keys) {
  fireEvent.compositionStart(box());
  keys.forEach((key) => fireEvent.keyDown(box(), { key, isComposing: true, keyCode: 229 }));
  fireEvent.compositionEnd(box());
}

test("R7: keys of a composition neither move, choose nor close", async () => {
  const { user, onSelect } = await showAnswer();
  await user.keyboard("{ArrowDown}");
  pressWhileComposing("ArrowDown", "Home", "End", "ArrowUp", "ArrowUp", "Enter", "Escape");
  expect(activeLabel()).toBe("Mango");
  expect(onSelect).not.toHaveBeenCalled();
  expect(box().value).toBe("fruit");
  expect(status()).toBe("3 results");
});

test("R7: keys of a composition neither open the list nor empty the text", async () => {
  const { user } = await showAnswer();
  await user.keyboard("{Escape}");
  pressWhileComposing("ArrowDown", "ArrowUp");
  expect(list()).toBe(null);
  pressWhileComposing("Escape");
  expect(box().value).toBe("fruit");
  await user.keyboard("{ArrowDown}");
  expect(activeLabel()).toBe("Mango");
});

// --- R8

test("R8: a rejection is reported with a button to retry", async () => {
  await showFailure();
  expect(status()).toBe("Search failed");
  expect(retry()).not.toBe(null);
  expect(list()).toBe(null);
  expect(box().value).toBe(" kiwi ");
});

test("R8: throwing at once is reported alike, and there is no button before", async () => {
  const search = vi.fn(() => {
    throw new Error("offline");
  });
  const { user, waits } = show({ search });
  await user.type(box(), "a");
  expect(retry()).toBe(null);
  await waits[0].end();
  expect(status()).toBe("Search failed");
  expect(retry()).not.toBe(null);
  expect(search).toHaveBeenCalledTimes(1);
});

test.each([
  ["a click", (user) => user.click(retry())],
  ["the keyboard", (user) => user.tab().then(() => user.keyboard("{Enter}"))],
])("R8: Retry, pressed by %s, searches for the same query without a wait", async (_, press) => {
  const { user, waits, searches } = await showFailure();
  await press(user);
  expect(searches.map(({ query }) => query)).toEqual(["kiwi", "kiwi"]);
  expect(searches[1].signal.aborted).toBe(false);
  expect(waits).toHaveLength(1);
  expect(status()).toBe("Loading");
  expect(retry()).toBe(null);
  expect(document.activeElement).toBe(box());
  await searches[1].answer(FRUITS);
  expect(options()).toHaveLength(3);
  expect(status()).toBe("3 results");
});

test("R8: a failed retry can be retried", async () => {
  const { user, searches } = await showFailure();
  await user.click(retry());
  await searches[1].fail();
  expect(status()).toBe("Search failed");
  await user.click(retry());
  await searches[2].answer([]);
  expect(status()).toBe("No results");
});

test("R2 R8: a change aborts a retry as well", async () => {
  const { user, searches } = await showFailure();
  await user.click(retry());
  await user.type(box(), "x");
  expect(searches[1].signal.aborted).toBe(true);
  await searches[1].fail();
  expect(status()).toBe("");
  expect(retry()).toBe(null);
});

// --- R9

test("R9: a label with markup is shown with these very characters", async () => {
  const markup = "<b>x</b> &amp; <img src=y>";
  const { user, container } = await showAnswer([{ id: "m", label: markup }]);
  expect(options()[0].textContent).toBe(markup);
  expect(options()[0].querySelector("b, img")).toBe(null);
  await user.click(options()[0]);
  expect(box().value).toBe(markup);
  expect(container.querySelector("b, img")).toBe(null);
});
