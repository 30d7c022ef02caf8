import { useId, useLayoutEffect, useRef, useState, useSyncExternalStore } from "react";
import { flushSync } from "react-dom";

/** A table cell that shows an OptimisticCell's value in a button, and a text box while it is edited. */
export function EditableCell({ column, cell, save }) {
  const { value, isBusy, failure } = useSyncExternalStore(cell.subscribe, cell.getSnapshot);
  const [isEditing, setIsEditing] = useState(false);
  const buttonRef = useRef(null);
  const shown = value === "" ? "(empty)" : value;

  function startEditing() {
    cell.dismissFailure();
    setIsEditing(true);
  }

  function returnToButton() {
    flushSync(() => setIsEditing(false));
    buttonRef.current.focus();
  }

  return (
    <td aria-busy={isBusy}>
      {isEditing ? (
        <CellEditor
          column={column}
          value={value}
          onChange={(text) => cell.enter(text, save)}
          onKeyEnd={returnToButton}
          onBlurEnd={() => setIsEditing(false)}
        />
      ) : (
        <button ref={buttonRef} type="button" aria-label={`${column.header}: ${shown}`} onClick={startEditing}>
          {shown}
        </button>
      )}
      {failure !== null && <p role="alert">Not saved: {failure.message}</p>}
    </td>
  );
}

function CellEditor({ column, value, onChange, onKeyEnd, onBlurEnd }) {
  const [text, setText] = useState(value);
  const [problem, setProblem] = useState(null);
  const inputRef = useRef(null);
  const problemId = useId();

  useLayoutEffect(() => {
    inputRef.current.focus();
    inputRef.current.select();
  }, []);

  function changeText(event) {
    setText(event.target.value);
    setProblem(null);
  }

  function commit(onEnd) {
    if (text !== value) {
      const message = column.validate?.(text) ?? null;
      setProblem(message);
      if (message !== null) return;
      onChange(text);
    }
    onEnd();
  }

  function handleKeyDown(event) {
    if (isComposing(event) || (event.key !== "Enter" && event.key !== "Escape")) return;
    // The focus moves to the button now; the default action would press it with this very key.
    event.preventDefault();
    if (event.key === "Enter") commit(onKeyEnd);
    else onKeyEnd();
  }

  return (
    <>
      <input
        ref={inputRef}
        type="text"
        aria-label={column.header}
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? undefined : problemId}
        value={text}
        onChange={changeText}
        onKeyDown={handleKeyDown}
        onBlur={() => commit(onBlurEnd)}
      />
      {problem !== null && (
        <p id={problemId} role="alert">
          {problem}
        </p>
      )}
    </>
  );
}

// Safari ends the composition before the key press that confirms it; only its key code tells.
function isComposing(event) {
  return event.nativeEvent.isComposing || event.keyCode === 229;
}
