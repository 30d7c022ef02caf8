import { useId, useLayoutEffect, useMemo, useRef, useState } from "react";

import { moneyFormat } from "./money.js";

const PASTING = ["insertFromPaste", "insertFromDrop"];

/**
 * A text field for an amount in minor units of a currency, null if there is none.
 *
 * `onChange` gets the amount typed, null if it is empty or invalid, and what is wrong with it, or null.
 */
export function MoneyInput({
  label,
  locale,
  currency,
  value,
  onChange,
  min = Number.MIN_SAFE_INTEGER,
  max = Number.MAX_SAFE_INTEGER,
}) {
  const id = useId();
  const inputRef = useRef(null);
  const money = useMemo(() => moneyFormat(locale, currency), [locale, currency]);
  const [draft, setDraft] = useState(null);
  const [knownValue, setKnownValue] = useState(value);

  if (value !== knownValue) {
    setKnownValue(value);
    if (draft !== null && draft.amount !== value) setDraft(null);
  }

  const isDraftShown = draft !== null && draft.amount === value;
  const message = isDraftShown && draft.wasLeft ? draft.message : null;

  useLayoutEffect(() => {
    if (draft !== null && !draft.wasLeft) inputRef.current.setSelectionRange(draft.caret, draft.caret);
  }, [draft]);

  function handleChange({ target, nativeEvent: { inputType } }) {
    const typed = target.value;
    const { text, ...result } = money.read(typed, { min, max, isPasted: PASTING.includes(inputType) });
    const rest = typed.slice(target.selectionStart);
    const caret =
      text === typed ? target.selectionStart : money.caretBefore(rest, text, inputType === "deleteContentForward");
    setDraft({ ...result, text, caret, wasLeft: false });
    onChange(result.amount, result.message);
  }

  function handleBlur() {
    setDraft(draft === null || draft.message === null ? null : { ...draft, wasLeft: true });
  }

  return (
    <div>
      <label htmlFor={id}>{label}</label>
      <input
        ref={inputRef}
        id={id}
        type="text"
        inputMode="decimal"
        value={isDraftShown ? draft.text : money.format(value)}
        aria-invalid={message !== null}
        aria-describedby={message === null ? `${id}currency` : `${id}currency ${id}message`}
        onChange={handleChange}
        onBlur={handleBlur}
      />
      <span id={`${id}currency`}>{currency}</span>
      {message !== null && <p id={`${id}message`}>{message}</p>}
    </div>
  );
}
