import { useEffect, useId, useReducer, useRef } from "react";

import { initialState, planSteps, reduce, validateStep } from "./flow.js";

const STATUS_TEXTS = { editing: "", checking: "Checking", submitting: "Submitting", submitted: "Submitted" };

/** A form in steps, of which some depend on earlier answers; a step may be checked asynchronously. */
export function WizardForm({ steps: allSteps, submit }) {
  const [state, dispatch] = useReducer(reduce, allSteps, initialState);
  const runRef = useRef(null);
  const statusRef = useRef(null);
  const { steps, answers } = planSteps(allSteps, state.values);
  const index = steps.findIndex(({ id }) => id === state.stepId);
  const step = steps[index];
  const isLast = index === steps.length - 1;

  useEffect(() => stop, []);

  useEffect(() => {
    if (state.phase === "submitted") statusRef.current.focus();
  }, [state.phase]);

  // The phase is that of the last rendering; another event may come before the next one.
  function isSending() {
    return state.phase === "submitting" || runRef.current?.phase === "submitting";
  }

  function stop() {
    runRef.current?.controller.abort();
    runRef.current = null;
  }

  function change(name, value) {
    if (isSending()) return;
    stop();
    dispatch({ type: "change", name, value });
  }

  function goBack() {
    if (isSending()) return;
    stop();
    dispatch({ type: "show", stepId: steps[index - 1].id });
  }

  function proceed() {
    if (state.phase !== "editing" || runRef.current !== null) return;
    const messages = validateStep(step, answers);
    if (hasMessages(messages)) dispatch({ type: "report", messages });
    else if (step.check === undefined) goOn();
    else check();
  }

  async function check() {
    const messages = await attempt("checking", "Could not check", (signal) => step.check({ ...answers }, { signal }));
    if (messages === null) return;
    if (hasMessages(messages)) dispatch({ type: "report", messages });
    else goOn();
  }

  function goOn() {
    if (isLast) send();
    else dispatch({ type: "show", stepId: steps[index + 1].id });
  }

  async function send() {
    const isDone = await attempt("submitting", "Could not submit", async () => {
      await submit({ ...answers });
      return true;
    });
    if (isDone) dispatch({ type: "finish" });
  }

  /** The answer of a call; null if it failed, which is shown, or if it was stopped meanwhile. */
  async function attempt(phase, failure, call) {
    const controller = new AbortController();
    const { signal } = controller;
    runRef.current = { phase, controller };
    dispatch({ type: "wait", phase });
    let answer = null;
    try {
      answer = await call(signal);
    } catch (error) {
      if (!signal.aborted) dispatch({ type: "fail", text: `${failure}: ${error.message}` });
    }
    if (signal.aborted) return null;
    runRef.current = null;
    return answer;
  }

  return (
    <div>
      {state.phase !== "submitted" && (
        <StepForm
          step={step}
          position={`Step ${index + 1} of ${steps.length}`}
          isFirst={index === 0}
          isLast={isLast}
          state={state}
          onChange={change}
          onBack={goBack}
          onProceed={proceed}
        />
      )}
      {state.failure !== null && <p role="alert">{state.failure}</p>}
      <p ref={statusRef} role="status" tabIndex={-1}>
        {STATUS_TEXTS[state.phase]}
      </p>
    </div>
  );
}

function StepForm({ step, position, isFirst, isLast, state, onChange, onBack, onProceed }) {
  const { values, phase, messages } = state;
  const headingRef = useRef(null);
  const summaryRef = useRef(null);
  const shownIdRef = useRef(step.id);

  useEffect(() => {
    // At the start the focus is the page's business.
    if (shownIdRef.current !== step.id) headingRef.current.focus();
    shownIdRef.current = step.id;
  }, [step.id]);

  useEffect(() => {
    summaryRef.current?.focus();
  }, [messages]);

  function handleSubmit(event) {
    event.preventDefault();
    onProceed();
  }

  return (
    <form noValidate onSubmit={handleSubmit}>
      <h2 ref={headingRef} tabIndex={-1}>
        {step.title}
      </h2>
      <p>{position}</p>
      {hasMessages(messages) && <ErrorSummary ref={summaryRef} step={step} messages={messages} />}
      {step.fields.map(({ name, label }) => (
        <Field
          key={name}
          name={name}
          label={label}
          value={values[name]}
          message={messages[name]}
          isReadOnly={phase === "submitting"}
          onChange={onChange}
        />
      ))}
      {!isFirst && (
        <button type="button" aria-disabled={phase === "submitting"} onClick={onBack}>
          Back
        </button>
      )}
      <button type="submit" aria-disabled={phase !== "editing"}>
        {isLast ? "Submit" : "Next"}
      </button>
    </form>
  );
}

/** Links from each message to its field, in the order of the fields. */
function ErrorSummary({ ref, step, messages }) {
  const headingId = useId();

  function followLink(event, name) {
    event.preventDefault();
    event.currentTarget.closest("form").elements.namedItem(name).focus();
  }

  return (
    <div ref={ref} role="group" aria-labelledby={headingId} tabIndex={-1}>
      <h3 id={headingId}>There is a problem</h3>
      <ul>
        {step.fields
          .filter(({ name }) => name in messages)
          .map(({ name }) => (
            <li key={name}>
              <a href={`#${name}`} onClick={(event) => followLink(event, name)}>
                {messages[name]}
              </a>
            </li>
          ))}
      </ul>
    </div>
  );
}

function Field({ name, label, value, message, isReadOnly, onChange }) {
  const id = useId();
  const messageId = `${id}-message`;
  const isInvalid = message !== undefined;

  return (
    <div>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        name={name}
        type="text"
        value={value}
        readOnly={isReadOnly}
        aria-invalid={isInvalid}
        aria-describedby={isInvalid ? messageId : undefined}
        onChange={(event) => onChange(name, event.target.value)}
      />
      {isInvalid && <p id={messageId}>{message}</p>}
    </div>
  );
}

function hasMessages(messages) {
  return Object.keys(messages).length > 0;
}
