import { useState } from "react";

/**
 * The values of a form in steps with their history, the messages about them, the step shown and the focus.
 *
 * `focus` is replaced whenever the focus is to be moved: `{ name }` of a field, `{ name: null }` for the
 * submit button. `report` replaces the messages of the fields given and leads to the first of them that has one.
 */
export function useFormState(steps) {
  const [state, setState] = useState(() => initialState(steps));

  return {
    ...state,
    change: (name, value) => setState((now) => withChange(now, name, value)),
    endEntry: () => setState((now) => ({ ...now, isEntryOpen: false })),
    undo: () => setState((now) => withUndo(now, steps)),
    redo: () => setState((now) => withRedo(now, steps)),
    show: (stepIndex) => setState((now) => withFocus(now, stepIndex, steps[stepIndex].fields[0].name)),
    report: (fields, messages) => setState((now) => withMessages(now, steps, fields, messages)),
    focusSubmit: () => setState((now) => ({ ...now, focus: { name: null } })),
  };
}

function initialState(steps) {
  const fields = steps.flatMap((step) => step.fields);
  return {
    stepIndex: 0,
    focus: null,
    values: Object.fromEntries(fields.map(({ name, initial = "" }) => [name, initial])),
    messages: new Map(),
    past: [],
    future: [],
    isEntryOpen: false,
  };
}

function withChange(state, name, value) {
  const newest = state.past.at(-1);
  const isContinued = state.isEntryOpen && newest.name === name;
  const entry = { name, before: isContinued ? newest.before : state.values[name], after: value };
  const finished = isContinued ? state.past.slice(0, -1) : state.past;
  return { ...withValue(state, name, value), past: [...finished, entry], future: [], isEntryOpen: true };
}

function withUndo(state, steps) {
  if (state.past.length === 0) return state;
  const past = state.past.slice(0, -1);
  const entry = state.past.at(-1);
  const restored = withValue(state, entry.name, entry.before);
  return withFieldShown({ ...restored, past, future: [...state.future, entry], isEntryOpen: false }, steps, entry.name);
}

function withRedo(state, steps) {
  if (state.future.length === 0) return state;
  const future = state.future.slice(0, -1);
  const entry = state.future.at(-1);
  const restored = withValue(state, entry.name, entry.after);
  return withFieldShown({ ...restored, past: [...state.past, entry], future, isEntryOpen: false }, steps, entry.name);
}

function withValue(state, name, value) {
  if (value === state.values[name]) return state;
  const messages = new Map(state.messages);
  messages.delete(name);
  return { ...state, values: { ...state.values, [name]: value }, messages };
}

function withMessages(state, steps, fields, found) {
  const messages = new Map(state.messages);
  fields.forEach(({ name }) => messages.delete(name));
  found.forEach((message, name) => messages.set(name, message));
  const first = fields.find(({ name }) => found.has(name));
  const reported = { ...state, messages };
  return first === undefined ? reported : withFieldShown(reported, steps, first.name);
}

function withFieldShown(state, steps, name) {
  const stepIndex = steps.findIndex((step) => step.fields.some((field) => field.name === name));
  return withFocus(state, stepIndex, name);
}

// A field that goes with its step is not blurred, so the step ends its entry.
function withFocus(state, stepIndex, name) {
  const isEntryOpen = state.isEntryOpen && stepIndex === state.stepIndex;
  return { ...state, stepIndex, focus: { name }, isEntryOpen };
}
