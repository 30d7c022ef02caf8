import express from "express";

import { Problem } from "./problems.js";

const MAX_BYTES = 8192;

// Keeps a byte order mark, which is then no valid JSON.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Middleware that leaves in `request.body` an object with exactly the fields that have a rule, all of them valid.
 *
 * @param {Record<string, import("./rules.js").Rule>} rules
 */
export function fields(rules) {
  const known = new Map(Object.entries(rules));
  return [
    requireJson,
    express.raw({ type: () => true, limit: MAX_BYTES, inflate: false }),
    (request, response, next) => {
      request.body = checked(parseObject(request.body), known);
      next();
    },
  ];
}

function requireJson(request, response, next) {
  const [mediaType] = (request.get("Content-Type") ?? "").split(";");
  if (mediaType.trim().toLowerCase() !== "application/json") throw new Problem("unsupported_media_type");
  next();
}

function parseObject(bytes) {
  let value;
  try {
    value = JSON.parse(utf8.decode(bytes));
  } catch {
    throw new Problem("malformed_json");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Problem("malformed_json");
  return value;
}

function checked(body, rules) {
  const given = new Map(Object.entries(body));
  const errors = new Map();
  for (const [name, rule] of rules) {
    const value = given.get(name);
    const fault = typeof value === "string" ? rule(value) : "must be a string";
    if (fault) errors.set(name, fault);
  }
  for (const name of given.keys()) {
    if (!rules.has(name)) errors.set(name, "is not a known field");
  }
  if (errors.size > 0) throw new Problem("validation_failed", { errors });
  return body;
}
