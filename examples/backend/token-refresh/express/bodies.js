import express from "express";

import { parseObject } from "./json-objects.js";
import { Problem } from "./problems.js";

const MAX_BYTES = 8192;

// No rule takes U+0000, because hashes of "secret" and "secret\0" would be the same.
const text = { pattern: /^[^\0]*$/, expected: "must be a text without U+0000" };
const newPassword = { pattern: /^[^\0]{8,128}$/u, expected: "must be a text of 8 to 128 characters" };

/** The fields of each kind of body. */
export const BODIES = {
  user: {
    username: { pattern: /^[a-z0-9_-]{3,32}$/, expected: "must be 3 to 32 characters from a-z 0-9 _ -" },
    password: newPassword,
  },
  login: {
    username: text,
    password: text,
    device: { pattern: /^[^\0]{1,64}$/u, expected: "must be a text of 1 to 64 characters" },
  },
  refresh: { refresh_token: text },
  password: { current_password: text, new_password: newPassword },
};

/**
 * Middleware: leaves the checked fields of a JSON body in `req.body`.
 *
 * @param {Record<string, {pattern: RegExp, expected: string}>} rules
 */
export function readBody(rules) {
  return [
    requireJson,
    express.raw({ type: () => true, limit: MAX_BYTES, inflate: false }),
    (req, res, next) => {
      req.body = check(parse(req.body), rules);
      next();
    },
  ];
}

function requireJson(req, res, next) {
  const mediaType = (req.get("Content-Type") ?? "").split(";", 1)[0].trim();
  if (mediaType.toLowerCase() !== "application/json") throw new Problem("unsupported_media_type");
  next();
}

function parse(bytes) {
  const value = parseObject(bytes);
  if (value === undefined) throw new Problem("malformed_json");
  return value;
}

function check(body, rules) {
  const values = new Map(Object.entries(body));
  const faults = new Map();
  for (const [name, { pattern, expected }] of Object.entries(rules)) {
    const value = values.get(name);
    if (typeof value !== "string" || !pattern.test(value)) faults.set(name, expected);
    values.delete(name);
  }
  for (const name of values.keys()) faults.set(name, "is not known");
  // Object.fromEntries makes an ordinary member even of "__proto__".
  if (faults.size > 0) throw new Problem("validation_failed", Object.fromEntries(faults));
  return body;
}
