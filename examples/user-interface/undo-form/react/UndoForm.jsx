import { useId, useLayoutEffect, useRef, useState } from "react";

import { useFormState } from "./useFormState.js";

const STATUS_TEXTS = { editing: "", submitting: "Submitting", submitted: "Submitted" };

/** A form in several steps whose changes can be undone and redone, over all steps, until it is submitted. */
export function UndoForm({ steps, submit }) {
  const form = useFormState(steps);
  const [phase, setPhase] = useState("editing");
  const [alerts, setAlerts] = useState([]);
  // The phase is of the last rendering: a second submit event can come before the next one.
  const isSendingRef = useRef(false);

  const allFields = steps.flatMap((step) => step.fields);
  const shownFields = steps[form.stepIndex].fields;

  /** Reports what is invalid among these fields, and tells whether nothing is. */
  function validate(fields) {
    const messages = messagesFor(fields, form.values);
    form.report(fields, messages);
    return messages.size === 0;
  }

  function proceed() {
    if (isSendingRef.current) return;
    if (form.stepIndex === steps.length - 1) {
      if (validate(allFields)) send();
    } else if (validate(shownFields)) {
      form.show(form.stepIndex + 1);
    }
  }

  async function send() {
    isSendingRef.current = true;
    setPhase("submitting");
    setAlerts([]);
    try {
      // A copy, since these values stay if it fails, whatever was done to those given away.
      await submit({ ...form.values });
      setPhase("submitted");
    } catch (error) {
      isSendingRef.current = false;
      setPhase("editing");
      reportFailure(error);
    }
  }

  function reportFailure(error) {
    const messages = Object.entries(error.fieldErrors ?? {});
    const isOfField = ([name]) => allFields.some((field) => field.name === name);
    const others = messages.filter((entry) => !isOfField(entry));
    form.report(allFields, new Map(messages.filter(isOfField)));
    if (others.length === messages.length) form.focusSubmit();
    setAlerts(
      messages.length === 0
        ? [`Submission failed: ${error.message}`]
        : others.map(([name, message]) => `${name}: ${message}`),
    );
  }

  return (
    <div>
      {phase !== "submitted" && (
        <StepForm steps={steps} form={form} isLocked={phase === "submitting"} onProceed={proceed} />
      )}
      {alerts.map((text) => (
        <p key={text} role="alert">
          {text}
        </p>
      ))}
      <p role="status">{STATUS_TEXTS[phase]}</p>
    </div>
  );
}

function StepForm({ steps, form, isLocked, onProceed }) {
  const { stepIndex } = form;
  const { title, fields } = steps[stepIndex];
  const isLast = stepIndex === steps.length - 1;
  const submitRef = useFocus(form.focus, null);

  function handleSubmit(event) {
    event.preventDefault();
    onProceed();
  }

  function handleKeyDown(event) {
    if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey)) return;
    // Never the browser's own undo: it knows nothing of the values set by this form.
    event.preventDefault();
    if (isLocked) return;
    if (event.shiftKey) form.redo();
    else form.undo();
  }

  return (
    <form onSubmit={handleSubmit} onKeyDown={handleKeyDown}>
      <h2>{title}</h2>
      <p>{`Step ${stepIndex + 1} of ${steps.length}`}</p>
      {fields.map(({ name, label }) => (
        <Field
          key={name}
          name={name}
          label={label}
          value={form.values[name]}
          focus={form.focus}
          message={form.messages.get(name)}
          isLocked={isLocked}
          onChange={(value) => form.change(name, value)}
          onBlur={form.endEntry}
        />
      ))}
      {stepIndex > 0 && (
        <button type="button" disabled={isLocked} onClick={() => form.show(stepIndex - 1)}>
          Back
        </button>
      )}
      <button key={isLast ? "submit" : "next"} ref={submitRef} type="submit" disabled={isLocked}>
        {isLast ? "Submit" : "Next"}
      </button>
      <button type="button" disabled={isLocked || form.past.length === 0} onClick={form.undo}>
        Undo
      </button>
      <button type="button" disabled={isLocked || form.future.length === 0} onClick={form.redo}>
        Redo
      </button>
    </form>
  );
}

function Field({ name, label, value, focus, message, isLocked, onChange, onBlur }) {
  const id = useId();
  const ref = useFocus(focus, name);
  const messageId = `${id}-message`;
  const isInvalid = message !== undefined;

  return (
    <div>
      <label htmlFor={id}>{label}</label>
      <input
        ref={ref}
        id={id}
        type="text"
        value={value}
        readOnly={isLocked}
        aria-invalid={isInvalid}
        aria-describedby={isInvalid ? messageId : undefined}
        onChange={(event) => onChange(event.target.value)}
        onBlur={onBlur}
      />
      {isInvalid && <p id={messageId}>{message}</p>}
    </div>
  );
}

/** A ref for an element that takes the focus whenever `focus` becomes another request with this name. */
function useFocus(focus, name) {
  const ref = useRef(null);
  const request = focus?.name === name ? focus : null;
  useLayoutEffect(() => {
    if (request !== null) ref.current.focus();
  }, [request]);
  return ref;
}

function messagesFor(fields, values) {
  const messages = new Map();
  for (const { name, validate } of fields) {
    const message = validate?.(values[name], values) ?? null;
    if (message !== null) messages.set(name, message);
  }
  return messages;
}
