import { useId, useRef, useState } from "react";

import { useSuggestions } from "./useSuggestions.js";

const NONE = -1;
const UNTOUCHED_LIST = { active: NONE, isDismissed: false };
const OPENING_KEYS = ["ArrowDown", "ArrowUp"];

/** A text box that suggests what an asynchronous search finds for its text; an ARIA combobox. */
export function ComboboxSearch({ label, search, wait, delayMs = 300, onSelect }) {
  const id = useId();
  const inputRef = useRef(null);
  const [text, setText] = useState("");
  const [{ active, isDismissed }, setList] = useState(UNTOUCHED_LIST);
  const { phase, options, request, requestNow, abandon } = useSuggestions({ search, wait, delayMs });

  const isOpen = options.length > 0 && !isDismissed;
  const listId = `${id}-list`;
  const optionId = (index) => `${id}-option-${index}`;

  function reset() {
    abandon();
    setList(UNTOUCHED_LIST);
  }

  function changeText(next) {
    setText(next);
    reset();
    const query = next.trim();
    if (query !== "") request(query);
  }

  function choose(option) {
    setText(option.label);
    reset();
    inputRef.current.focus();
    onSelect(option);
  }

  function retry() {
    inputRef.current.focus();
    requestNow(text.trim());
  }

  function actionFor(key) {
    if (key === "Enter" && active !== NONE) return () => choose(options[active]);
    if (key === "Escape" && isOpen) return () => setList({ active: NONE, isDismissed: true });
    if (key === "Escape" && text !== "") return () => changeText("");
    if (!isOpen && (options.length === 0 || !OPENING_KEYS.includes(key))) return null;
    const target = indexAfter(key, active, options.length);
    return target === null ? null : () => setList({ active: target, isDismissed: false });
  }

  function handleKeyDown(event) {
    const action = isComposing(event) ? null : actionFor(event.key);
    if (action === null) return;
    event.preventDefault();
    action();
  }

  function handleBlur(event) {
    if (!event.currentTarget.contains(event.relatedTarget)) reset();
  }

  return (
    <div onBlur={handleBlur}>
      <label htmlFor={id}>{label}</label>
      <input
        ref={inputRef}
        id={id}
        type="text"
        role="combobox"
        autoComplete="off"
        aria-autocomplete="list"
        aria-expanded={isOpen}
        aria-controls={isOpen ? listId : undefined}
        aria-activedescendant={active === NONE ? undefined : optionId(active)}
        value={text}
        onChange={(event) => changeText(event.target.value)}
        onKeyDown={handleKeyDown}
      />
      {isOpen && (
        <ul id={listId} role="listbox" aria-label={label} onMouseDown={keepFocus}>
          {options.map((option, index) => (
            <li
              key={option.id}
              id={optionId(index)}
              role="option"
              aria-selected={index === active}
              onClick={() => choose(option)}
            >
              {option.label}
            </li>
          ))}
        </ul>
      )}
      <p role="status">{statusText(phase, options.length, isOpen)}</p>
      {phase === "failed" && (
        <button type="button" onMouseDown={keepFocus} onClick={retry}>
          Retry
        </button>
      )}
    </div>
  );
}

function indexAfter(key, index, count) {
  switch (key) {
    case "ArrowDown":
      return (index + 1) % count;
    case "ArrowUp":
      return index <= 0 ? count - 1 : index - 1;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return null;
  }
}

function statusText(phase, count, isOpen) {
  if (phase === "loading") return "Loading";
  if (phase === "failed") return "Search failed";
  if (phase === "ready" && count === 0) return "No results";
  if (!isOpen) return "";
  return count === 1 ? "1 result" : `${count} results`;
}

// Safari ends the composition before the key press that confirms it; only its key code tells.
function isComposing(event) {
  return event.nativeEvent.isComposing || event.keyCode === 229;
}

// Without this a press of the mouse takes the focus from the text box, and what is pressed is gone before the click.
function keepFocus(event) {
  event.preventDefault();
}
