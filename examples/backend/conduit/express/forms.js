import express from "express";

import { ApiError } from "./errors.js";

const MAX_BODY_BYTES = 102_400;
const parseJson = express.json({ limit: MAX_BODY_BYTES, type: () => true });

/** What is wrong with a value. */
class Fault extends Error {}

/** A field: takes a value as sent, returns it as it is to be stored, throws a Fault. */
export function text(least, most, pattern = /^/) {
  return (value) => {
    if (typeof value !== "string" || value.includes("\0")) throw new Fault("must be a string without U+0000");
    const length = [...value].length;
    if (length < least || length > most) throw new Fault(`must have ${least} to ${most} characters`);
    if (!pattern.test(value)) throw new Fault(`must match ${pattern.source}`);
    return value;
  };
}

/** A field that may also be null, for which an empty string can be sent. */
export function orNull(field) {
  return (value) => (value === null || value === "" ? null : field(value));
}

/** A field: an array, of which repeated items are left out. */
export function list(item, most) {
  return (value) => {
    if (!Array.isArray(value) || value.length > most) throw new Fault(`must be a list of at most ${most}`);
    return [...new Set(value.map(item))];
  };
}

/** A field: a whole number in decimal digits. */
export function digits(least, most) {
  return (value) => {
    const number = /^[0-9]{1,10}$/.test(value) ? Number(value) : NaN;
    if (!(number >= least && number <= most)) throw new Fault(`must be a number from ${least} to ${most}`);
    return number;
  };
}

/**
 * Middleware: leaves the known fields of the object that the body has under a name in `req.body`, so that nobody sets
 * an author or a count.
 *
 * @param {string} name
 * @param {Record<string, Function>} required
 * @param {Record<string, Function>} [optional]
 */
export function jsonBody(name, required, optional = {}) {
  return [
    parseJson,
    (req, res, next) => {
      if (!isObject(req.body)) throw new ApiError(400, { body: "is not a JSON object" });
      const given = req.body[name];
      if (!isObject(given)) throw new ApiError(422, { [name]: "must be an object" });
      req.body = clean(given, required, optional);
      next();
    },
  ];
}

/**
 * The known fields of an object.
 *
 * @throws {ApiError} 422, some are faulty
 */
export function clean(given, required, optional) {
  const cleaned = {};
  const faults = {};
  for (const [name, field] of Object.entries({ ...required, ...optional })) {
    if (!Object.hasOwn(given, name)) {
      if (name in required) faults[name] = "is required";
      continue;
    }
    try {
      cleaned[name] = field(given[name]);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      faults[name] = error.message;
    }
  }
  if (Object.keys(faults).length > 0) throw new ApiError(422, faults);
  return cleaned;
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
