import express from "express";

import { Problem } from "./problems.js";

const MAX_BODY_BYTES = 65_536;

// `express.json` would replace bytes that are no UTF-8, and skip a byte order mark.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Middleware: leaves the JSON object that the request carries in `req.body`. */
export const readJsonObject = [
  requireJsonType,
  express.raw({ type: () => true, limit: MAX_BODY_BYTES }),
  (req, res, next) => {
    req.body = parseObject(req.body ?? Buffer.alloc(0));
    next();
  },
];

function requireJsonType(req, res, next) {
  const [mediaType] = (req.get("Content-Type") ?? "").split(";");
  if (mediaType.trim().toLowerCase() !== "application/json") throw new Problem("unsupported_media_type");
  next();
}

function parseObject(bytes) {
  const value = parse(bytes);
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Problem("malformed_json");
  return value;
}

function parse(bytes) {
  try {
    return JSON.parse(utf8.decode(bytes), refuseFractions);
  } catch {
    throw new Problem("malformed_json");
  }
}

/** A reviver: as a double, 999999999999999.99 would be a whole number, so only digits count as one. */
function refuseFractions(name, value, { source }) {
  return typeof value === "number" && !/^-?\d+$/.test(source) ? NaN : value;
}
