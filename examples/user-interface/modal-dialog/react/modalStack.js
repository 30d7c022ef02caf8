import { firstTabbable, tabTarget } from "./tabbable.js";

/** The open dialogs, the one opened first at the bottom. */
const stack = [];
const madeInert = new Set();
let overflowBefore = "";

/**
 * Makes a dialog the top one, moves the focus into it and returns a function that closes it, which moves the focus back.
 *
 * `modal` has the elements `backdrop`, a child of the body, `dialog` and perhaps `initialFocus`, and the functions
 * `dismiss`, called on Escape, and `fallback`, which gives the element to focus when the one before cannot be.
 */
export function openModal(modal) {
  const entry = { ...modal, opener: document.activeElement };
  if (stack.length === 0) lockPage();
  stack.push(entry);
  updateInert();
  (modal.initialFocus ?? firstTabbable(modal.dialog) ?? modal.dialog).focus();
  return () => close(entry);
}

function close(entry) {
  const index = stack.indexOf(entry);
  const above = stack[index + 1];
  stack.splice(index, 1);
  updateInert();
  if (stack.length === 0) unlockPage();
  // What opened the dialog above went with this one.
  if (above !== undefined) Object.assign(above, { opener: entry.opener, fallback: entry.fallback });
  else returnFocus(entry);
}

function returnFocus({ opener, fallback }) {
  opener.focus();
  if (document.activeElement !== opener) fallback()?.focus();
}

function lockPage() {
  overflowBefore = document.body.style.overflow;
  document.body.style.overflow = "hidden";
  document.addEventListener("keydown", handleKeyDown);
}

function unlockPage() {
  document.body.style.overflow = overflowBefore;
  document.removeEventListener("keydown", handleKeyDown);
}

function updateInert() {
  madeInert.forEach((element) => element.removeAttribute("inert"));
  madeInert.clear();
  const top = stack.at(-1)?.backdrop;
  if (top === undefined) return;
  for (const element of document.body.children) {
    if (element === top || element.hasAttribute("inert")) continue;
    element.setAttribute("inert", "");
    madeInert.add(element);
  }
}

function handleKeyDown(event) {
  const { dialog, dismiss } = stack.at(-1);
  if (event.defaultPrevented || event.isComposing) return;
  if (event.key === "Escape") dismiss();
  if (event.key !== "Tab") return;
  const target = tabTarget(dialog, event.shiftKey);
  if (target === null) return;
  event.preventDefault();
  target.focus();
}
