import express from "express";

import { Problem } from "./problems.js";
import { ROLES } from "./roles.js";

const MAX_BYTES = 16384;
const USER_NAME = /^[a-z0-9-]{3,32}$/;
const NAME = /^[^\x00-\x1f\x7f]{1,60}$/u;

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** What is wrong with a value from JSON as a string; undefined if nothing is. */
export const textFault = (value) => (typeof value === "string" ? undefined : "must be a string");

/** Likewise as the name of a user. */
export const userNameFault = (value) =>
  textFault(value) ?? (USER_NAME.test(value) ? undefined : "must have 3 to 32 characters from a-z, 0-9 and -");

/** Likewise as the name of a workspace or project. */
export const nameFault = (value) =>
  textFault(value) ?? (NAME.test(value) ? undefined : "must have 1 to 60 characters and no control characters");

/** Likewise as a role. */
export const roleFault = (value) => (ROLES.includes(value) ? undefined : `must be one of ${ROLES.join(", ")}`);

/**
 * Middleware that leaves a JSON object in `request.body`, which has exactly the fields that are checked here.
 *
 * @param {Record<string, (value: unknown) => string | undefined>} checks   by field, what finds its faults
 */
export function body(checks) {
  const check = (request, response, next) => {
    request.body = checkFields(parse(request.body), checks);
    next();
  };
  return [requireJson, express.raw({ type: () => true, limit: MAX_BYTES, inflate: false }), check];
}

function requireJson(request, response, next) {
  const [mediaType] = (request.get("Content-Type") ?? "").split(";");
  if (mediaType.trim().toLowerCase() !== "application/json") throw new Problem("unsupported_media_type");
  next();
}

function parse(bytes) {
  try {
    const value = JSON.parse(utf8.decode(bytes));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch {}
  // Neither UTF-8 nor JSON, or not an object.
  throw new Problem("malformed_json");
}

function checkFields(object, checks) {
  // Lists of pairs, since a client may call a field `__proto__`, which a plain object would take for something else.
  const missing = Object.keys(checks).filter((field) => !Object.hasOwn(object, field));
  const faults = Object.entries(object).map(([field, value]) => [
    field,
    Object.hasOwn(checks, field) ? checks[field](value) : "is not a known field",
  ]);
  const errors = [...missing.map((field) => [field, "is required"]), ...faults.filter(([, fault]) => fault)];
  if (errors.length > 0) throw new Problem("validation_failed", Object.fromEntries(errors));
  return object;
}
