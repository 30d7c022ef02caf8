const CANDIDATES = "a[href], button, input, select, textarea, summary, [tabindex]";

/** The first element in it that Tab reaches, or undefined. */
export function firstTabbable(container) {
  return tabbablesIn(container)[0];
}

/** Where Tab, or Shift+Tab, has to go so as not to leave the container, or null where the browser goes right by itself. */
export function tabTarget(container, isBackwards) {
  const elements = tabbablesIn(container);
  if (elements.length === 0) return container;
  const [first, last] = [elements[0], elements.at(-1)];
  const focused = document.activeElement;
  const isWithin = focused !== container && container.contains(focused);
  if (isWithin && focused !== (isBackwards ? first : last)) return null;
  return isBackwards ? last : first;
}

function tabbablesIn(container) {
  return [...container.querySelectorAll(CANDIDATES)].filter(
    (element) =>
      element.tabIndex >= 0 && !element.matches(":disabled, [type=hidden]") && element.closest("[hidden], [inert]") === null,
  );
}
