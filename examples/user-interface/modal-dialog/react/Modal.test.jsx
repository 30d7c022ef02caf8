import { cleanup, configure, fireEvent, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useRef, useState } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { Modal } from "./Modal.jsx";

// Effects run twice, as in development.
configure({ reactStrictMode: true });

beforeEach(() => {
  document.body.innerHTML = '<aside inert=""></aside><footer></footer>';
  document.body.style.overflow = "scroll";
});

afterEach(cleanup);

/** A page with a button that opens a dialog, in which a button opens the next one, up to three. */
function Page({ level = 1, ...props }) {
  const [isOpen, setIsOpen] = useState(false);
  const title = `Dialog ${level}`;
  return (
    <>
      <button type="button" onClick={() => setIsOpen(true)}>
        Open {level}
      </button>
      {isOpen && (
        <Modal title={title} onClose={() => setIsOpen(false)} {...props}>
          <button type="button" onClick={() => setIsOpen(false)}>
            Close {level}
          </button>
          {level < 3 && <Page level={level + 1} />}
        </Modal>
      )}
    </>
  );
}

/** A dialog that is there from the start, with any content. */
function show(children, props = {}) {
  const onClose = vi.fn();
  const view = render(
    <Modal title="Settings" onClose={onClose} {...props}>
      {children}
    </Modal>,
  );
  return { ...view, onClose, user: userEvent.setup({ delay: null }) };
}

function showPage(props) {
  return { ...render(<Page {...props} />), user: userEvent.setup({ delay: null }) };
}

async function open({ user }, ...levels) {
  for (const level of levels) await user.click(button(`Open ${level}`));
}

const button = (name) => screen.getByText(name, { selector: "button" });
const dialog = (title = "Settings") => screen.getByRole("dialog", { name: title });
const titles = () => screen.queryAllByRole("heading").map((heading) => heading.textContent);
const backdrop = (title) => dialog(title).parentElement;
const focused = () => document.activeElement;
const inertOnes = () => [...document.body.children].map((element) => element.hasAttribute("inert"));

test("R1: the content is in a named modal dialog outside of the root", () => {
  const { container } = show(<p>Sound</p>);
  expect(dialog().getAttribute("aria-modal")).toBe("true");
  expect(within(dialog()).getByText("Sound")).toBeTruthy();
  expect(within(dialog()).getByRole("heading", { name: "Settings" })).toBeTruthy();
  expect(backdrop().parentElement).toBe(document.body);
  expect(container.contains(dialog())).toBe(false);
});

function WithNamedFocus() {
  const ref = useRef(null);
  return (
    <Modal title="Settings" onClose={() => {}} initialFocusRef={ref}>
      <input aria-label="Name" />
      <button type="button" ref={ref}>
        Keep
      </button>
    </Modal>
  );
}

test("R2: the focus starts at the element named for it", () => {
  render(<WithNamedFocus />);
  expect(focused()).toBe(button("Keep"));
});

test.each([
  ["a link", <a href="#x">target</a>],
  ["a select", <select aria-label="target" />],
  ["a text area", <textarea aria-label="target" />],
  ["an element with tabindex", <p tabIndex={0}>target</p>],
  ["what comes after those that Tab does not reach", (
    <>
      <a>no address</a>
      <button disabled>disabled</button>
      <fieldset disabled>
        <input aria-label="in a disabled group" />
      </fieldset>
      <input type="hidden" />
      <button tabIndex={-1}>negative</button>
      <div hidden>
        <button>hidden</button>
      </div>
      <div inert>
        <button>inert</button>
      </div>
      <input aria-label="target" />
    </>
  )],
])("R2: otherwise at the first that Tab reaches: %s", (_, content) => {
  show(
    <>
      {content}
      <button type="button">Last</button>
    </>,
  );
  expect(focused().getAttribute("aria-label") ?? focused().textContent).toBe("target");
});

test("R2: without any of these the dialog itself has the focus", () => {
  show(<p>Nothing to do</p>);
  expect(focused()).toBe(dialog());
  expect(dialog().tabIndex).toBe(-1);
});

const THREE = (
  <>
    <button type="button">First</button>
    <button type="button">Middle</button>
    <button type="button">Last</button>
  </>
);

test.each([
  ["Last", {}, "First", true],
  ["First", { shiftKey: true }, "Last", true],
  ["First", {}, "First", false],
  ["Last", { shiftKey: true }, "Last", false],
  ["Middle", {}, "Middle", false],
  ["Middle", { shiftKey: true }, "Middle", false],
])("R3: Tab on %s with %j leads to %s, handled: %s", (from, keys, to, isHandled) => {
  show(THREE);
  button(from).focus();
  // What is left to the browser moves no focus here, since only the event is sent.
  const isLeft = fireEvent.keyDown(focused(), { key: "Tab", ...keys });
  expect(focused()).toBe(button(to));
  expect(isLeft).toBe(!isHandled);
});

test.each([
  ["dialog", {}, "First"],
  ["dialog", { shiftKey: true }, "Last"],
  ["outside", {}, "First"],
  ["outside", { shiftKey: true }, "Last"],
])("R3: from the %s Tab with %j leads to %s", (place, keys, to) => {
  show(THREE);
  if (place === "dialog") dialog().focus();
  else focused().blur();
  fireEvent.keyDown(focused(), { key: "Tab", ...keys });
  expect(focused()).toBe(button(to));
});

test("R3: without anything that Tab reaches the focus goes to the dialog", () => {
  show(<button disabled>Save</button>);
  focused().blur();
  expect(fireEvent.keyDown(document.body, { key: "Tab" })).toBe(false);
  expect(focused()).toBe(dialog());
});

test("R4: Escape asks to close, in the dialog and outside of it", async () => {
  const { user, onClose } = show(THREE);
  await user.keyboard("{Escape}");
  expect(onClose).toHaveBeenCalledTimes(1);
  focused().blur();
  await user.keyboard("x{Escape}");
  expect(onClose).toHaveBeenCalledTimes(2);
  expect(titles()).toEqual(["Settings"]);
});

test("R4: a press on the backdrop asks to close, and takes no focus", async () => {
  const { user, onClose } = show(THREE);
  await user.click(backdrop());
  expect(onClose).toHaveBeenCalledTimes(1);
  expect(focused()).toBe(button("First"));
});

test("R4: the callback is that of the last rendering", async () => {
  const { user, onClose, rerender } = show(THREE);
  const later = vi.fn();
  rerender(<Modal title="Settings" onClose={later} />);
  await user.keyboard("{Escape}");
  expect(later).toHaveBeenCalledTimes(1);
  expect(onClose).not.toHaveBeenCalled();
});

test("R4: a dialog that is not dismissible does not ask", async () => {
  const { user, onClose } = show(THREE, { dismissible: false });
  await user.keyboard("{Escape}");
  await user.click(backdrop());
  expect(onClose).not.toHaveBeenCalled();
  expect(focused()).toBe(button("First"));
});

test.each(["begins", "ends"])("R5: a press of which only one end is on the backdrop does not ask: it %s there", (part) => {
  const { onClose } = show(THREE);
  fireEvent.mouseDown(part === "begins" ? backdrop() : button("Last"));
  fireEvent.mouseUp(part === "begins" ? button("Last") : backdrop());
  // The browser tells a click to the nearest element that holds both ends.
  fireEvent.click(backdrop());
  expect(onClose).not.toHaveBeenCalled();
  fireEvent.mouseDown(backdrop());
  fireEvent.click(backdrop());
  expect(onClose).toHaveBeenCalledTimes(1);
});

test("R5: a click of which no press was seen does not ask", () => {
  const { onClose } = show(THREE);
  fireEvent.click(backdrop());
  expect(onClose).not.toHaveBeenCalled();
  fireEvent.mouseDown(backdrop());
  fireEvent.click(backdrop());
  expect(onClose).toHaveBeenCalledTimes(1);
});

test("R5: an Escape that is used in the dialog does not ask", async () => {
  const { user, onClose } = show(<input aria-label="City" onKeyDown={(event) => event.preventDefault()} />);
  await user.keyboard("{Escape}");
  expect(onClose).not.toHaveBeenCalled();
  focused().blur();
  await user.keyboard("{Escape}");
  expect(onClose).toHaveBeenCalledTimes(1);
});

test.each([{ isComposing: true }, { keyCode: 229 }])("R5: an Escape that ends a composition does not ask: %j", (init) => {
  const { onClose } = show(<input aria-label="City" />);
  fireEvent.keyDown(focused(), { key: "Escape", ...init });
  expect(onClose).not.toHaveBeenCalled();
  fireEvent.keyDown(focused(), { key: "Escape" });
  expect(onClose).toHaveBeenCalledTimes(1);
});

test("R6: the focus goes back to what opened the dialog", async () => {
  const view = showPage();
  await open(view, 1);
  expect(focused()).toBe(button("Close 1"));
  await view.user.click(button("Close 1"));
  expect(titles()).toEqual([]);
  expect(focused()).toBe(button("Open 1"));
});

test("R6: content that takes the focus by itself changes nothing", async () => {
  const user = userEvent.setup({ delay: null });
  function Search() {
    const [isOpen, setIsOpen] = useState(false);
    return (
      <>
        <button onClick={() => setIsOpen(true)}>Search</button>
        {isOpen && (
          <Modal title="Search" onClose={() => setIsOpen(false)}>
            <button>Help</button>
            <input autoFocus aria-label="Words" />
          </Modal>
        )}
      </>
    );
  }
  render(<Search />);
  await user.click(button("Search"));
  expect(focused()).toBe(button("Help"));
  await user.keyboard("{Escape}");
  expect(focused()).toBe(button("Search"));
});

/** A list whose only item can be removed after a question; `fate` is what then becomes of the button that asks. */
function Removable({ fate }) {
  const fallbackRef = useRef(null);
  const [phase, setPhase] = useState("idle");
  const isDone = phase === "done";
  return (
    <>
      <h1 ref={fallbackRef} tabIndex={-1}>
        Files
      </h1>
      {!(isDone && fate === "gone") && (
        <button type="button" disabled={isDone && fate === "disabled"} onClick={() => setPhase("asking")}>
          Remove
        </button>
      )}
      {phase === "asking" && (
        <Modal title="Remove?" onClose={() => {}} fallbackFocusRef={fallbackRef}>
          <button type="button" onClick={() => setPhase("done")}>
            Yes
          </button>
        </Modal>
      )}
    </>
  );
}

test.each([
  ["gone", "Files"],
  ["disabled", "Files"],
  ["kept", "Remove"],
])("R6: when the opener is %s the focus goes to %s", async (fate, name) => {
  const user = userEvent.setup({ delay: null });
  render(<Removable fate={fate} />);
  await user.click(button("Remove"));
  await user.click(button("Yes"));
  expect(screen.queryByRole("dialog")).toBe(null);
  expect(focused()).toBe(screen.getByText(name));
});

test("R7: the other children of the body are inert while the dialog is open", async () => {
  const view = showPage();
  expect(inertOnes()).toEqual([true, false, false]);
  await open(view, 1);
  expect(inertOnes()).toEqual([true, true, true, false]);
  await open(view, 2);
  expect(inertOnes()).toEqual([true, true, true, true, false]);
  await view.user.click(button("Close 2"));
  expect(inertOnes()).toEqual([true, true, true, false]);
  await view.user.click(button("Close 1"));
  expect(inertOnes()).toEqual([true, false, false]);
});

test("R7: the page does not scroll until the last dialog is closed", async () => {
  const overflow = () => document.body.style.overflow;
  const view = showPage();
  await open(view, 1);
  expect(overflow()).toBe("hidden");
  await open(view, 2);
  await view.user.keyboard("{Escape}");
  expect(overflow()).toBe("hidden");
  await view.user.keyboard("{Escape}");
  expect(overflow()).toBe("scroll");
  document.body.style.overflow = "";
  await open(view, 1);
  expect(overflow()).toBe("hidden");
  view.unmount();
  expect(overflow()).toBe("");
});

test("R7: once all are closed, Tab and Escape are left alone", async () => {
  const view = showPage();
  await open(view, 1);
  expect(titles()).toEqual(["Dialog 1"]);
  await view.user.keyboard("{Escape}");
  expect(titles()).toEqual([]);
  expect(fireEvent.keyDown(document.body, { key: "Tab" })).toBe(true);
});

test("R8: one Escape closes one dialog and the focus goes back step by step", async () => {
  const view = showPage();
  await open(view, 1, 2, 3);
  expect(titles()).toEqual(["Dialog 1", "Dialog 2", "Dialog 3"]);
  for (const [level, left] of [[3, 2], [2, 1], [1, 0]]) {
    await view.user.keyboard("{Escape}");
    expect(titles()).toHaveLength(left);
    expect(focused()).toBe(button(`Open ${level}`));
  }
});

test("R8: a press on the top backdrop asks that dialog only", async () => {
  const view = showPage();
  await open(view, 1, 2);
  await view.user.click(backdrop("Dialog 2"));
  expect(titles()).toEqual(["Dialog 1"]);
});

test("R8: Tab stays in the top dialog", async () => {
  const view = showPage();
  await open(view, 1, 2, 3);
  await view.user.tab();
  expect(focused()).toBe(button("Close 3"));
  await view.user.keyboard("{Escape}");
  await view.user.tab();
  expect(focused()).toBe(button("Close 2"));
});

test.each([1, 2])("R8: dialog %s closed together with those above it gives the focus back", async (level) => {
  const view = showPage();
  await open(view, 1, 2, 3);
  await view.user.click(button(`Close ${level}`));
  expect(titles()).toHaveLength(level - 1);
  expect(focused()).toBe(button(`Open ${level}`));
  expect(inertOnes().filter((isInert) => !isInert)).toHaveLength(level === 1 ? 2 : 1);
});

/** A dialog that is there from the start together with one in its content. */
function Nested() {
  const [isInnerOpen, setIsInnerOpen] = useState(true);
  return (
    <Modal title="Outer" onClose={() => {}}>
      <button>Continue</button>
      {isInnerOpen && (
        <Modal title="Inner" onClose={() => setIsInnerOpen(false)}>
          <button>Agree</button>
        </Modal>
      )}
    </Modal>
  );
}

test("R8: of dialogs rendered together the inner one is on top, and leaves the focus to the outer one", async () => {
  const user = userEvent.setup({ delay: null });
  render(<Nested />);
  expect(focused()).toBe(button("Agree"));
  expect(backdrop("Outer").hasAttribute("inert")).toBe(true);
  await user.keyboard("{Escape}");
  expect(titles()).toEqual(["Outer"]);
  expect(focused()).toBe(button("Continue"));
});

/** Two dialogs beside each other, the second opened on top of the first. */
function Beside({ withFallback }) {
  const fallbackRef = useRef(null);
  const [openOnes, setOpenOnes] = useState([]);
  const close = (name) => setOpenOnes((now) => now.filter((each) => each !== name));
  return (
    <>
      <p ref={fallbackRef} tabIndex={-1}>
        Start
      </p>
      {!openOnes.includes("gone") && <button onClick={() => setOpenOnes(["A"])}>Open A</button>}
      {openOnes.includes("A") && (
        <Modal title="A" onClose={() => close("A")} fallbackFocusRef={withFallback === "A" ? fallbackRef : undefined}>
          <button onClick={() => setOpenOnes(["A", "B"])}>Open B</button>
        </Modal>
      )}
      {openOnes.includes("B") && (
        <Modal title="B" onClose={() => close("B")} fallbackFocusRef={withFallback === "B" ? fallbackRef : undefined}>
          <button onClick={() => close("A")}>Close A</button>
          <button onClick={() => setOpenOnes(["B", "gone"])}>Close A and its opener</button>
        </Modal>
      )}
    </>
  );
}

test.each([
  ["Close A", "Open A", "A"],
  ["Close A and its opener", "Start", "A"],
  ["Close A and its opener", "Start", "B"],
])("R8: after %s below, the top dialog keeps the focus and later gives it to %s, named for %s", async (closing, end, withFallback) => {
  const user = userEvent.setup({ delay: null });
  render(<Beside withFallback={withFallback} />);
  await user.click(button("Open A"));
  await user.click(button("Open B"));
  await user.click(button(closing));
  expect(titles()).toEqual(["B"]);
  expect(focused()).toBe(button(closing));
  expect(document.body.style.overflow).toBe("hidden");
  await user.keyboard("{Escape}");
  expect(titles()).toEqual([]);
  expect(focused()).toBe(screen.getByText(end));
});
