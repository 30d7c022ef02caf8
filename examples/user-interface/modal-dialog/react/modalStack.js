import { firstTabbable, tabTarget } from "./tabbable.js";

/** The open dialogs, the one opened first at the bottom. */
const stack = [];
const madeInert = new Set();
let overflowBefore = "";
let lastOrder = 0;

/** The place in the stack of a dialog that begins now: above all that began before. */
export function nextOrder() {
  lastOrder += 1;
  return lastOrder;
}

/**
 * Adds a dialog, moves the focus into it if it is the top one, and returns a function that closes it, which moves the
 * focus back.
 *
 * `modal` has the elements `opener`, which had the focus before, `backdrop`, a child of the body, `dialog` and perhaps
 * `initialFocus`, its `order`, and the functions `dismiss`, called on Escape, and `fallback`, which gives the element to
 * focus when the opener cannot be.
 */
export function openModal(modal) {
  const entry = { ...modal };
  if (stack.length === 0) lockPage();
  stack.push(entry);
  // A dialog that is rendered together with one in its content comes here after that one.
  stack.sort((one, other) => one.order - other.order);
  updateInert();
  if (stack.at(-1) === entry) enter(entry);
  return () => close(entry);
}

function enter({ dialog, initialFocus }) {
  (initialFocus ?? firstTabbable(dialog) ?? dialog).focus();
}

function close(entry) {
  const index = stack.indexOf(entry);
  const above = stack[index + 1];
  stack.splice(index, 1);
  updateInert();
  if (stack.length === 0) unlockPage();
  // What opened the dialog above went with this one.
  if (above !== undefined) inheritFocus(above, entry);
  else returnFocus(entry);
}

function inheritFocus(above, { opener, fallback }) {
  const ownFallback = above.fallback;
  Object.assign(above, { opener, fallback: () => fallback() ?? ownFallback() });
}

function returnFocus({ opener, fallback }) {
  opener.focus();
  if (document.activeElement !== opener) fallback()?.focus();
  const top = stack.at(-1);
  if (top !== undefined && !top.dialog.contains(document.activeElement)) enter(top);
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
  if (event.defaultPrevented || isComposing(event)) return;
  if (event.key === "Escape") dismiss();
  if (event.key !== "Tab") return;
  const target = tabTarget(dialog, event.shiftKey);
  if (target === null) return;
  event.preventDefault();
  target.focus();
}

// Safari ends a composition before the key press that ended it, which only its key code tells.
function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}
