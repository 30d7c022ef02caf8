import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";

import { Injectable, type NestMiddleware } from "@nestjs/common";

import { Problem } from "./problem.ts";

const MAX_BYTES = 65536;

// Keeps a byte order mark, which is then no valid JSON.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Leaves the JSON object of a request in `request.body`. */
@Injectable()
export class JsonObjectMiddleware implements NestMiddleware {
  async use(request: IncomingMessage & { body?: object }, _response: ServerResponse, next: () => void): Promise<void> {
    requireJson(request);
    requireSmallBody(request);
    request.body = parseObject(await buffer(request));
    next();
  }
}

function requireJson(request: IncomingMessage): void {
  const [mediaType = ""] = (request.headers["content-type"] ?? "").split(";");
  if (mediaType.trim().toLowerCase() !== "application/json") throw Problem.unsupportedMediaType();
}

// The announced length can be trusted: Node reads no more than that.
function requireSmallBody(request: IncomingMessage): void {
  if (request.headers["transfer-encoding"] !== undefined) throw Problem.lengthRequired();
  if (Number(request.headers["content-length"] ?? 0) > MAX_BYTES) throw Problem.bodyTooLarge();
}

function parseObject(bytes: Buffer): object {
  const value = parse(bytes);
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw Problem.malformedJson();
  return value;
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    throw Problem.malformedJson();
  }
}
