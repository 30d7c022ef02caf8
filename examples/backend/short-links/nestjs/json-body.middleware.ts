import type { IncomingMessage } from "node:http";

import { Injectable } from "@nestjs/common";
import type { NestMiddleware } from "@nestjs/common";

import type { HttpRequest, HttpResponse } from "./express.ts";
import { Problem } from "./problem.ts";

const MAX_BODY_BYTES = 65_536;

// Nest's body parser would replace bytes that are no UTF-8, and skip a byte order mark.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Leaves the JSON object that the request carries in its `body`. */
@Injectable()
export class JsonBodyMiddleware implements NestMiddleware<HttpRequest, HttpResponse> {
  async use(request: HttpRequest, response: HttpResponse, next: () => void): Promise<void> {
    requireJsonType(request);
    request.body = parseObject(await readBytes(request));
    next();
  }
}

function requireJsonType(request: IncomingMessage): void {
  const [mediaType = ""] = (request.headers["content-type"] ?? "").split(";");
  if (mediaType.trim().toLowerCase() !== "application/json") throw new Problem("unsupported_media_type");
}

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    // What is too much is still read: leaving the loop would cut the connection before the answer.
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  if (size > MAX_BODY_BYTES) throw new Problem("payload_too_large");
  return Buffer.concat(chunks);
}

function parseObject(bytes: Buffer): object {
  const value = parse(bytes);
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Problem("malformed_json");
  return value;
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    throw new Problem("malformed_json");
  }
}
