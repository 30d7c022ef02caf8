import express from "express";

import { malformedJson } from "./errors.js";

const MAX_BODY_BYTES = 262_144;

// Bytes that are no UTF-8 must be refused: `express.json` would replace them.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Middleware: puts the JSON object that the request carries into `req.body`. */
export const readJsonObject = [
  express.raw({ type: () => true, limit: MAX_BODY_BYTES, inflate: false }),
  (req, res, next) => {
    req.body = parseObject(req.body ?? Buffer.alloc(0));
    next();
  },
];

function parseObject(bytes) {
  const value = parse(bytes);
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw malformedJson();
  return value;
}

function parse(bytes) {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    throw malformedJson();
  }
}
