import { useId, useRef, useState } from "react";

import { messageFor, partsOf, sortParts } from "./tags.js";

/** A text box whose text becomes tags; the tags are the parent's, `onChange` gets each new list. */
export function TagInput({ label, tags, onChange, maxTags = Infinity }) {
  const inputId = useId();
  const inputRef = useRef(null);
  const listRef = useRef(null);
  const [text, setText] = useState("");
  const [message, setMessage] = useState("");

  function addFrom(source) {
    const sorted = sortParts(partsOf(source), tags, maxTags);
    setText(sorted.excess.join(", "));
    setMessage(messageFor(sorted, maxTags));
    if (sorted.added.length > 0) onChange([...tags, ...sorted.added]);
  }

  function editLast() {
    const last = tags.at(-1);
    setText(last);
    setMessage(`editing ${last}`);
    onChange(tags.slice(0, -1));
  }

  function remove(index) {
    // Moved before the button goes, the focus is never lost.
    focusTag(index + 1 < tags.length ? index + 1 : index - 1);
    setMessage(`${tags[index]} removed`);
    onChange(tags.filter((_, each) => each !== index));
  }

  /** The text box comes after the last tag, and is all there is without tags. */
  function focusTag(index) {
    const buttons = listRef.current.querySelectorAll("button");
    (buttons[index] ?? inputRef.current).focus();
  }

  function handleChange({ target, nativeEvent }) {
    if (target.value.includes(",") && !nativeEvent.isComposing) addFrom(target.value);
    else setText(target.value);
  }

  function handlePaste(event) {
    const pasted = event.clipboardData.getData("text");
    // The box would drop the line breaks.
    if (!/[,\r\n]/.test(pasted)) return;
    event.preventDefault();
    const { selectionStart, selectionEnd } = event.target;
    addFrom(text.slice(0, selectionStart) + pasted + text.slice(selectionEnd));
  }

  function handleInputKey(event) {
    if (isComposing(event) || hasModifier(event)) return;
    const { selectionStart, selectionEnd } = event.target;
    if (event.key === "Enter" && text.trim() !== "") {
      event.preventDefault();
      addFrom(text);
    } else if (event.key === "Backspace" && text === "" && tags.length > 0) {
      event.preventDefault();
      if (!event.repeat) editLast();
    } else if (event.key === "ArrowLeft" && selectionStart === 0 && selectionEnd === 0) {
      focusTag(tags.length - 1);
    }
  }

  function handleTagKey(event, index) {
    if (hasModifier(event)) return;
    switch (event.key) {
      case "ArrowLeft":
        focusTag(Math.max(0, index - 1));
        break;
      case "ArrowRight":
        focusTag(index + 1);
        break;
      case "Home":
        focusTag(0);
        break;
      case "End":
        focusTag(tags.length);
        break;
      case "Delete":
      case "Backspace":
        if (!event.repeat) remove(index);
        break;
      default:
        return;
    }
    event.preventDefault();
  }

  return (
    <div>
      <label htmlFor={inputId}>{label}</label>
      <ul ref={listRef} aria-label={`Tags: ${label}`}>
        {tags.map((tag, index) => (
          <li key={tag}>
            <span>{tag}</span>
            <button
              type="button"
              tabIndex={-1}
              aria-label={`Remove ${tag}`}
              onClick={() => remove(index)}
              onKeyDown={(event) => handleTagKey(event, index)}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
      <input
        ref={inputRef}
        id={inputId}
        type="text"
        value={text}
        onChange={handleChange}
        onPaste={handlePaste}
        onKeyDown={handleInputKey}
      />
      <p role="status">{message}</p>
    </div>
  );
}

// With these the keys are the browser's, such as Alt and ArrowLeft to go back.
function hasModifier(event) {
  return event.ctrlKey || event.altKey || event.metaKey;
}

// Safari ends the composition before the key press that confirms it; only its key code tells.
function isComposing(event) {
  return event.nativeEvent.isComposing || event.keyCode === 229;
}
