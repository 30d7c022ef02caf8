import express from "express";

import { malformedJson, unsupportedMediaType } from "./problems.js";

const MAX_BYTES = 65536;

// Keeps a byte order mark, which is then no valid JSON.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Middleware that leaves the JSON object of a request in `request.body`. */
export const jsonObject = [requireJson, express.raw({ type: () => true, limit: MAX_BYTES }), parseObject];

function requireJson(request, response, next) {
  const [mediaType] = (request.get("Content-Type") ?? "").split(";");
  if (mediaType.trim().toLowerCase() !== "application/json") throw unsupportedMediaType();
  next();
}

function parseObject(request, response, next) {
  const value = parse(request.body);
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw malformedJson();
  request.body = value;
  next();
}

function parse(bytes) {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    throw malformedJson();
  }
}
