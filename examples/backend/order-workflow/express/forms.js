import express from "express";

import { malformedJson, unsupportedMediaType, validationFailed } from "./problems.js";

const MAX_BYTES = 16384;
// Keeps a byte order mark, which is then no valid JSON.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * A check says what is wrong with a value, undefined if nothing is.
 * @typedef {(value: unknown) => string | undefined} Check
 */

/** @returns {Check} of a string with so many code points */
export function text(min, max) {
  return (value) =>
    typeof value === "string" && isBetween([...value].length, min, max)
      ? undefined
      : `must be a string of ${min} to ${max} characters`;
}

/** @returns {Check} of a whole number in this range */
export function integer(min, max) {
  return (value) =>
    Number.isInteger(value) && isBetween(value, min, max) ? undefined : `must be an integer from ${min} to ${max}`;
}

/** @returns {Check} of a string that a pattern matches */
export function matching(pattern) {
  return (value) => (typeof value === "string" && pattern.test(value) ? undefined : `must match ${pattern.source}`);
}

/** @returns {Check} of an array with so many objects of a form */
export function listOf(form, min, max) {
  return (value) => {
    if (!Array.isArray(value) || !isBetween(value.length, min, max)) return `must be a list of ${min} to ${max}`;
    return value.every((item) => isObject(item) && faultsOf(form, item).length === 0)
      ? undefined
      : `must hold objects with ${Object.keys(form).join(" and ")}`;
  };
}

/**
 * Middleware that leaves in `request.body` an object with exactly the fields of a form.
 * @param {Record<string, Check>} form
 */
export function jsonBody(form) {
  // The size comes first: of a body that is too large nothing else is looked at.
  return [express.raw({ type: () => true, limit: MAX_BYTES, inflate: false }), parse, validate];

  function validate(request, response, next) {
    const faults = faultsOf(form, request.body);
    if (faults.length > 0) throw validationFailed(Object.fromEntries(faults));
    next();
  }
}

function parse(request, response, next) {
  const [mediaType] = (request.get("Content-Type") ?? "").split(";");
  if (mediaType.trim().toLowerCase() !== "application/json") throw unsupportedMediaType();
  try {
    request.body = JSON.parse(utf8.decode(request.body));
  } catch {
    throw malformedJson();
  }
  if (!isObject(request.body)) throw malformedJson();
  next();
}

/** Names of fields with what is wrong with them: those of the form, and all that it does not have. */
function faultsOf(form, object) {
  const unknown = Object.keys(object).filter((name) => !Object.hasOwn(form, name));
  const checked = Object.entries(form).map(([name, check]) => [name, check(object[name])]);
  return [...unknown.map((name) => [name, "is not a field"]), ...checked.filter(([, fault]) => fault)];
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isBetween(value, min, max) {
  return value >= min && value <= max;
}
