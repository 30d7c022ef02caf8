import { HttpStatus, Injectable } from "@nestjs/common";
import type { NestMiddleware } from "@nestjs/common";

import { ApiError, MalformedJsonError } from "./api-error.ts";
import type { HttpRequest, HttpResponse } from "./express.ts";

const MAX_BODY_BYTES = 65_536;

// Fails on bytes that are not UTF-8 instead of replacing them.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Replaces the body of a request by the JSON object in it. */
@Injectable()
export class JsonObjectMiddleware implements NestMiddleware<HttpRequest, HttpResponse> {
  async use(request: HttpRequest, _response: HttpResponse, next: () => void): Promise<void> {
    request.body = parseJsonObject(await readBytes(request));
    next();
  }
}

async function readBytes(request: HttpRequest): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Read to its end even if it is too large: leaving the loop would cut the connection without an answer.
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  if (size > MAX_BODY_BYTES) {
    throw new ApiError(HttpStatus.PAYLOAD_TOO_LARGE, "payload_too_large", "The body is too large.");
  }
  return Buffer.concat(chunks);
}

function parseJsonObject(bytes: Buffer): object {
  const value = parseJson(bytes);
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new MalformedJsonError();
  return value;
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    throw new MalformedJsonError();
  }
}
