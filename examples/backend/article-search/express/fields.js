import express from "express";

import { TAG_FORM } from "./query.js";
import { Problem } from "./problem.js";

const MAX_BYTES = 65536;
const MAX_TAGS = 10;
const TITLE_FORM = /^[^\0-\x1f\x7f]{1,200}$/u;
const BODY_FORM = /^[^\0-\x08\x0b-\x1f\x7f]{0,10000}$/u;

const CHECKS = new Map([
  ["title", (value) => matches(value, TITLE_FORM)],
  ["body", (value) => matches(value, BODY_FORM)],
  ["tags", (value) => Array.isArray(value) && value.length <= MAX_TAGS && value.every((tag) => matches(tag, TAG_FORM))],
]);

// With `ignoreBOM` a byte order mark is kept, which is no JSON.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Middleware that leaves the checked fields of an article in `request.body`. */
export const articleFields = [requireJson, express.raw({ type: () => true, limit: MAX_BYTES, inflate: false }), readFields];

function requireJson(request, response, next) {
  const mediaType = (request.get("Content-Type") ?? "").split(";")[0].trim();
  next(mediaType.toLowerCase() === "application/json" ? undefined : new Problem(415));
}

function readFields(request, response, next) {
  const value = parse(request.body);
  const names = new Set([...CHECKS.keys(), ...Object.keys(value)]);
  const errors = new Map();
  for (const name of names) {
    if (!CHECKS.has(name)) errors.set(name, "is not a field");
    else if (!CHECKS.get(name)(value[name])) errors.set(name, "is missing or of wrong form");
  }
  if (errors.size > 0) throw new Problem(422, { errors });
  const { title, body, tags } = value;
  request.body = { title, body, tags: [...new Set(tags)].sort() };
  next();
}

function parse(bytes) {
  let value;
  try {
    value = JSON.parse(utf8.decode(bytes));
  } catch {
    // is no object either
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Problem(400, { code: "malformed_json" });
  }
  return value;
}

function matches(value, form) {
  return typeof value === "string" && form.test(value);
}
