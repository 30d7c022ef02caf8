import { validationFailed } from "./problems.js";

const LENGTHS = new Map([
  ["title", { min: 1, max: 100 }],
  ["content", { min: 0, max: 2000 }],
]);

/** The body of a PUT, which has every field, or a problem that names all faulty fields. */
export function completeFields(body) {
  return validate(body, [...LENGTHS.keys()]);
}

/** The body of a PATCH, which has any of the fields, or a problem that names all faulty fields. */
export function changedFields(body) {
  return validate(body, []);
}

function validate(body, required) {
  const errors = new Map();
  for (const name of required) {
    if (!Object.hasOwn(body, name)) errors.set(name, "is required");
  }
  for (const [name, value] of Object.entries(body)) {
    const fault = faultOf(name, value);
    if (fault) errors.set(name, fault);
  }
  // fromEntries also keeps a field named __proto__, which an assignment would lose.
  if (errors.size > 0) throw validationFailed(Object.fromEntries(errors));
  return body;
}

function faultOf(name, value) {
  const lengths = LENGTHS.get(name);
  if (!lengths) return "is not a known field";
  if (typeof value !== "string") return "must be a string";
  if (value.includes("\0")) return "must not contain U+0000";
  const length = [...value].length;
  if (length < lengths.min || length > lengths.max) {
    return `must have ${lengths.min} to ${lengths.max} characters`;
  }
  return undefined;
}
