import { validationFailed } from "./errors.js";

const CONTROL_CHARACTER = /[\u0000-\u001f\u007f]/;

/**
 * @param {Record<string, unknown>} values
 * @param {Record<string, (value: unknown) => string | undefined>} rules  each says what is wrong with its value
 * @throws {ApiError} naming every value that has a fault
 */
export function validate(values, rules) {
  const faults = Object.entries(rules).map(([name, faultOf]) => [name, faultOf(values[name])]);
  const found = faults.filter(([, fault]) => fault !== undefined);
  if (found.length > 0) throw validationFailed(Object.fromEntries(found));
}

/** What is wrong with a string that must have so many code points, if anything. */
export function textFault(value, min, max) {
  if (typeof value !== "string") return "must be a string";
  if (!value.isWellFormed()) return "must not contain unpaired surrogates";
  if (value.includes("\0")) return "must not contain U+0000";
  const { length } = [...value];
  if (length < min || length > max) return `must have ${min} to ${max} characters`;
  return undefined;
}

/** As `textFault`, for strings that must not have control characters either. */
export function lineFault(value, min, max) {
  const fault = textFault(value, min, max);
  if (fault !== undefined) return fault;
  return CONTROL_CHARACTER.test(value) ? "must not contain control characters" : undefined;
}
