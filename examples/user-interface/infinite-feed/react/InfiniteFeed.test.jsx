import { act, cleanup, configure, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { InfiniteFeed } from "./InfiniteFeed.jsx";

configure({ reactStrictMode: true });

/** Observers that watch an element now. */
let watching;

class FakeObserver {
  constructor(callback) {
    this.callback = callback;
  }
  observe(target) {
    this.target = target;
    watching.push(this);
  }
  unobserve() {
    this.disconnect();
  }
  disconnect() {
    watching = watching.filter((each) => each !== this);
  }
}

beforeEach(() => {
  watching = [];
  vi.stubGlobal("IntersectionObserver", FakeObserver);
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

/** Runs a step and everything that follows from it in the same turn of the event loop. */
async function settle(step) {
  await act(async () => {
    await step();
    await new Promise((resolve) => setTimeout(resolve));
  });
}

function fakeLoad() {
  const loads = [];
  const loadPage = ({ signal, ...asked }) =>
    new Promise((resolve, reject) => {
      loads.push({
        asked,
        signal,
        answer: (nextCursor, ...ids) => settle(() => resolve({ posts: ids.map(postOf), nextCursor })),
        fail: (message) => settle(() => reject(new Error(message))),
      });
    });
  return [loadPage, loads];
}

const postOf = (id) => ({ id, title: `Title ${id}`, text: `Text of ${id}` });

function show(props) {
  const [loadPage, loads] = fakeLoad();
  const feed = (changes) => <InfiniteFeed label="News" query="cats" loadPage={loadPage} {...props} {...changes} />;
  const view = render(feed());
  return { ...view, loads, change: (changes) => view.rerender(feed(changes)) };
}

/** What the browser tells the observers: whether the sentinel intersects. */
function tell(...states) {
  act(() => {
    for (const observer of watching) {
      observer.callback(states.map((isIntersecting) => ({ target: observer.target, isIntersecting })), observer);
    }
  });
}

async function showPage(nextCursor, ...ids) {
  const view = show();
  tell(true);
  await view.loads[0].answer(nextCursor, ...ids);
  return view;
}

const feed = () => document.querySelector("[role=feed]");
const articles = () => [...feed().querySelectorAll("article")];
const ids = () => articles().map((each) => each.querySelector("h3").textContent.replace("Title ", ""));
const numbers = () => articles().map((each) => ["posinset", "setsize"].map((key) => each.getAttribute(`aria-${key}`)));
const isBusy = () => feed().getAttribute("aria-busy");
const status = () => document.querySelector("[role=status]").textContent;
const alert = () => document.querySelector("[role=alert]")?.textContent;
const retry = () => screen.queryByText("Retry");
const asked = ({ loads }) => loads.map((load) => load.asked);
const isObserved = () => watching.map(({ target }) => target.previousElementSibling === feed() && target.textContent === "");

// --- R1

test("R1: a named feed of named articles", async () => {
  await showPage("c1", "a", "b");
  expect(screen.getByRole("feed", { name: "News" })).toBe(feed());
  expect(screen.getByRole("article", { name: "Title b" })).toBe(articles()[1]);
  expect(screen.getByRole("heading", { name: "Title a", level: 3 })).toBe(articles()[0].querySelector("h3"));
  expect(articles().map((each) => each.textContent)).toEqual(["Title aText of a", "Title bText of b"]);
  expect(articles().map((each) => each.tabIndex)).toEqual([0, 0]);
});

test("R1: the size of the set is known at the end", async () => {
  const view = await showPage("c1", "a", "b");
  expect(numbers()).toEqual([
    ["1", "-1"],
    ["2", "-1"],
  ]);
  tell(true);
  await view.loads[1].answer(null, "c");
  expect(numbers()).toEqual([
    ["1", "3"],
    ["2", "3"],
    ["3", "3"],
  ]);
});

test("R1: it is busy while a page is loaded", async () => {
  const view = show();
  expect(isBusy()).toBe("false");
  tell(true);
  expect(isBusy()).toBe("true");
  await view.loads[0].answer("c1", "a");
  expect(isBusy()).toBe("false");
  tell(true);
  expect(isBusy()).toBe("true");
  await view.loads[1].fail("offline");
  expect(isBusy()).toBe("false");
});

// --- R2

test("R2: nothing is loaded before the sentinel intersects", async () => {
  const view = show();
  expect(isObserved()).toEqual([true]);
  tell(false);
  expect([asked(view), status()]).toEqual([[], ""]);
  tell(false, true);
  expect(asked(view)).toEqual([{ query: "cats", cursor: null }]);
  expect(view.loads[0].signal.aborted).toBe(false);
  expect(status()).toBe("Loading");
});

test("R2: pages follow each other with their cursors", async () => {
  const view = await showPage("", "a", "b");
  expect([ids(), status(), isObserved()]).toEqual([["a", "b"], "", [true]]);
  tell(false);
  expect(view.loads).toHaveLength(1);
  tell(true);
  await view.loads[1].answer("c 2", "c");
  tell(true);
  expect(asked(view).map(({ cursor }) => cursor)).toEqual([null, "", "c 2"]);
  expect(ids()).toEqual(["a", "b", "c"]);
});

test("R2: after each page the sentinel is observed afresh, by pages that come at once too", async () => {
  const pages = [["a"], [], ["b"]];
  const loadPage = vi.fn(async ({ cursor }) => {
    const index = Number(cursor);
    return { posts: pages[index].map(postOf), nextCursor: index < 2 ? String(index + 1) : null };
  });
  show({ loadPage });
  const seen = new Set();
  for (let page = 0; page < 3; page += 1) {
    const [observer] = watching;
    expect(seen.has(observer)).toBe(false);
    seen.add(observer);
    // Start and end of the load come before the next rendering.
    await settle(() => observer.callback([{ target: observer.target, isIntersecting: true }], observer));
  }
  expect([ids(), loadPage.mock.calls.length, status()]).toEqual([["a", "b"], 3, "No more posts"]);
});

// --- R3

test("R3: nothing is observed while a page is loaded, after a failure and at the end", async () => {
  const view = show();
  tell(true);
  expect(isObserved()).toEqual([]);
  await view.loads[0].fail("offline");
  expect(isObserved()).toEqual([]);
  fireEvent.click(retry());
  expect(isObserved()).toEqual([]);
  await view.loads[1].answer("c1", "a");
  expect(isObserved()).toEqual([true]);
  tell(true);
  await view.loads[2].answer(null, "b");
  expect([isObserved(), ids()]).toEqual([[], ["a", "b"]]);
});

test("R3: what is told twice starts one load", async () => {
  const view = show();
  const [observer] = watching;
  act(() => {
    observer.callback([{ target: observer.target, isIntersecting: true }], observer);
    observer.callback([{ target: observer.target, isIntersecting: true }], observer);
  });
  expect(view.loads).toHaveLength(1);
  await view.loads[0].answer("c1", "a");
  tell(true, true);
  expect(view.loads).toHaveLength(2);
});

test("R3: nothing is observed any more when a load starts, even before the next rendering", async () => {
  const loadPage = vi.fn(async () => ({ posts: [postOf("a")], nextCursor: "c1" }));
  show({ loadPage });
  await settle(async () => {
    tell(true);
    const observed = watching.length;
    await Promise.resolve();
    tell(true);
    expect(observed).toBe(0);
  });
  expect([ids(), loadPage.mock.calls.length, isObserved()]).toEqual([["a"], 1, [true]]);
});

// --- R4

test("R4: posts that are shown already are dropped", async () => {
  const [loadPage, loads] = fakeLoad();
  show({
    async loadPage(request) {
      const page = await loadPage(request);
      return { ...page, posts: page.posts.map((post) => ({ ...post, text: `page ${loads.length}` })) };
    },
  });
  tell(true);
  await loads[0].answer("c1", "a", "b", "a");
  expect(ids()).toEqual(["a", "b"]);
  tell(true);
  await loads[1].answer("c2", "c", "b", "d", "c");
  expect(articles().map((each) => each.textContent)).toEqual([
    "Title apage 1",
    "Title bpage 1",
    "Title cpage 2",
    "Title dpage 2",
  ]);
  expect(numbers().map(([position]) => position)).toEqual(["1", "2", "3", "4"]);
});

test.each([[["a"]], [[]]])("R4: a page with only %j is a page as any other", async (again) => {
  const view = await showPage("c1", "a");
  tell(true);
  await view.loads[1].answer("c2", ...again);
  expect([ids(), status(), isObserved()]).toEqual([["a"], "", [true]]);
  tell(true);
  expect(view.loads[2].asked.cursor).toBe("c2");
});

// --- R5

test("R5: a failure is told, and Retry loads the same page", async () => {
  const view = await showPage("c1", "a");
  expect([alert(), retry()]).toEqual([undefined, null]);
  tell(true);
  await view.loads[1].fail("offline");
  expect([ids(), alert(), status()]).toEqual([["a"], "Could not load: offline", ""]);
  expect(screen.getByRole("button", { name: "Retry" })).toBe(retry());
  retry().focus();
  fireEvent.click(retry());
  expect([alert(), retry(), status(), isBusy()]).toEqual([undefined, null, "Loading", "true"]);
  expect(document.activeElement).toBe(feed());
  expect(view.loads.slice(1).map(({ asked }) => asked)).toEqual(Array(2).fill({ query: "cats", cursor: "c1" }));
  await view.loads[2].answer("c2", "b");
  expect([ids(), alert(), retry()]).toEqual([["a", "b"], undefined, null]);
});

test("R5: two presses at once load once, and another failure is told again", async () => {
  const view = show();
  tell(true);
  await view.loads[0].fail("offline");
  const button = retry();
  act(() => {
    button.click();
    button.click();
  });
  expect(view.loads).toHaveLength(2);
  await view.loads[1].fail("still offline");
  expect(alert()).toBe("Could not load: still offline");
});

test("R5: loading that throws at once fails alike", async () => {
  show({
    loadPage() {
      throw new Error("no network");
    },
  });
  await settle(() => tell(true));
  expect([alert(), isBusy()]).toEqual(["Could not load: no network", "false"]);
});

// --- R6

test.each([
  [["a"], "No more posts"],
  [[], "No posts"],
])("R6: at the end of %j the status is %s", async (found, text) => {
  await showPage(null, ...found);
  expect([status(), ids()]).toEqual([text, found]);
});

test("R6: an empty page is not the end", async () => {
  const view = await showPage("c1");
  expect(status()).toBe("");
  tell(true);
  await view.loads[1].answer(null);
  expect(status()).toBe("No posts");
});

// --- R7

test.each([
  ["answers", (load) => load.answer("c9", "old")],
  ["ends", (load) => load.answer(null, "old")],
  ["fails", (load) => load.fail("offline")],
])("R7: another query starts anew, whatever the load before %s", async (_, finish) => {
  const view = await showPage("c1", "a");
  tell(true);
  view.change({ query: "dogs" });
  expect(view.loads[1].signal.aborted).toBe(true);
  expect([ids(), status(), isBusy(), isObserved()]).toEqual([[], "", "false", [true]]);
  tell(true);
  expect(view.loads[2].asked).toEqual({ query: "dogs", cursor: null });
  await finish(view.loads[1]);
  expect([ids(), status(), alert(), isBusy()]).toEqual([[], "Loading", undefined, "true"]);
  expect(view.loads[2].signal.aborted).toBe(false);
  await view.loads[2].answer("c1", "d");
  expect(ids()).toEqual(["d"]);
});

test("R7: another query takes a failure and the end away", async () => {
  const view = show();
  tell(true);
  await view.loads[0].fail("offline");
  view.change({ query: "dogs" });
  expect([alert(), retry(), isObserved()]).toEqual([undefined, null, [true]]);
  tell(true);
  await view.loads[1].answer(null, "d");
  view.change({ query: "cats" });
  expect([ids(), status(), isObserved()]).toEqual([[], "", [true]]);
});

test("R7: another function is used by the next load", async () => {
  const view = await showPage("c1", "a");
  const [loadPage, loads] = fakeLoad();
  view.change({ loadPage });
  expect([loads, ids()]).toEqual([[], ["a"]]);
  tell(true);
  expect(loads.map(({ asked }) => asked)).toEqual([{ query: "cats", cursor: "c1" }]);
  expect(view.loads).toHaveLength(1);
});

test("R7: removing the component ends everything", async () => {
  const view = show();
  expect(isObserved()).toEqual([true]);
  tell(true);
  await view.loads[0].answer("c1", "a");
  expect(view.loads[0].signal.aborted).toBe(false);
  expect(watching).toHaveLength(1);
  view.unmount();
  expect(watching).toEqual([]);

  const other = show();
  tell(true);
  other.unmount();
  expect(other.loads[0].signal.aborted).toBe(true);
});

// --- R8

test("R8: PageDown and PageUp move from article to article", async () => {
  await showPage("c1", "a", "b", "c");
  const press = (key, element = document.activeElement, rest = {}) => fireEvent.keyDown(element, { key, ...rest });
  const focusedId = () => ids()[articles().indexOf(document.activeElement)];
  act(() => articles()[0].focus());
  const path = ["PageUp", "PageDown", "PageDown", "PageDown", "PageUp"].map((key) => [press(key), focusedId()]);
  expect(path).toEqual([
    [false, "a"],
    [false, "b"],
    [false, "c"],
    [false, "c"],
    [false, "b"],
  ]);
  expect(press("PageDown", articles()[0].querySelector("p"))).toBe(false);
  expect(focusedId()).toBe("b");
  for (const modifier of ["shiftKey", "ctrlKey", "altKey", "metaKey"]) {
    expect(press("PageDown", articles()[1], { [modifier]: true })).toBe(true);
  }
  expect(press("ArrowDown")).toBe(true);
  expect(focusedId()).toBe("b");
  expect(press("PageDown", feed())).toBe(true);
  expect(focusedId()).toBe("b");
});
