import { hash, timingSafeEqual } from "node:crypto";

import express from "express";

import { invalidLastEventId, malformedJson, unauthorized, unsupportedMediaType, validationFailed } from "./problems.js";

const MAX_BODY_BYTES = 65_536;
const LAST_ID = /^(?:0|[1-9][0-9]{0,14})$/;
const EVENT = /^[A-Za-z0-9_.-]{1,64}$/;
const RESERVED = ["reset", "closed"];

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Middleware that lets pass only who has the key; with "" as key, nobody. */
export function requireKey(key) {
  const expected = digest(key);
  return (request, response, next) => {
    const [scheme, ...rest] = (request.get("Authorization") ?? "").split(" ");
    const isEqual = timingSafeEqual(digest(rest.join(" ")), expected);
    if (!isEqual || key === "" || scheme.toLowerCase() !== "bearer") throw unauthorized();
    next();
  };
}

// Digests have one length, without which texts could not be compared in constant time.
function digest(text) {
  return hash("sha256", text, "buffer");
}

/** Middleware that leaves a new message in `request.body`. */
export const newMessage = [requireJson, express.raw({ type: () => true, limit: MAX_BODY_BYTES }), readMessage];

function requireJson(request, response, next) {
  const [mediaType] = (request.get("Content-Type") ?? "").split(";");
  if (mediaType.trim().toLowerCase() !== "application/json") throw unsupportedMediaType();
  next();
}

function readMessage(request, response, next) {
  const fields = parseObject(request.body);
  const { data, event = "message", ...others } = fields;
  const errors = new Map(Object.keys(others).map((name) => [name, "is no known field"]));
  if (typeof data !== "string" || data.includes("\0")) errors.set("data", "must be a text without U+0000");
  if (typeof event !== "string" || !EVENT.test(event) || RESERVED.includes(event)) {
    errors.set("event", "must be 1 to 64 of A-Z a-z 0-9 _ . -, but not reset or closed");
  }
  if (errors.size > 0) throw validationFailed(Object.fromEntries(errors));
  request.body = { data, event };
  next();
}

function parseObject(bytes) {
  let value;
  try {
    value = JSON.parse(utf8.decode(bytes));
  } catch {
    throw malformedJson();
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw malformedJson();
  return value;
}

/**
 * The id up to which a client has all messages.
 *
 * @returns {number | undefined} undefined when it tells none
 */
export function lastEventId(request) {
  const text = request.get("Last-Event-ID") ?? request.query.last_event_id;
  if (text === undefined) return undefined;
  if (!LAST_ID.test(text)) throw invalidLastEventId();
  return Number(text);
}
