/**
 * The steps that apply to these values, and the answers of their fields.
 *
 * Each condition sees the answers of the steps that apply before it: what was
 * entered into a step that is left out now decides nothing.
 */
export function planSteps(allSteps, values) {
  const answers = {};
  const steps = [];
  for (const step of allSteps) {
    if (step.when !== undefined && !step.when({ ...answers })) continue;
    steps.push(step);
    for (const { name } of step.fields) answers[name] = values[name];
  }
  return { steps, answers };
}

/** Messages by field name of what is invalid in a step. */
export function validateStep(step, answers) {
  const messages = {};
  for (const { name, validate } of step.fields) {
    const message = validate?.(answers[name], { ...answers }) ?? null;
    if (message !== null) messages[name] = message;
  }
  return messages;
}

/** The state of a form at its first step. */
export function initialState(steps) {
  const fields = steps.flatMap((step) => step.fields);
  return {
    values: Object.fromEntries(fields.map(({ name, initial = "" }) => [name, initial])),
    stepId: steps[0].id,
    phase: "editing",
    messages: {},
    failure: null,
  };
}

const TRANSITIONS = {
  change: (state, { name, value }) => ({ ...state, phase: "editing", values: { ...state.values, [name]: value } }),
  show: (state, { stepId }) => ({ ...state, phase: "editing", stepId, messages: {}, failure: null }),
  report: (state, { messages }) => ({ ...state, phase: "editing", messages, failure: null }),
  wait: (state, { phase }) => ({ ...state, phase, messages: {}, failure: null }),
  fail: (state, { text }) => ({ ...state, phase: "editing", failure: text }),
  finish: (state) => ({ ...state, phase: "submitted" }),
};

/** The state after an action, whose `type` is a transition's name. */
export function reduce(state, action) {
  return TRANSITIONS[action.type](state, action);
}
