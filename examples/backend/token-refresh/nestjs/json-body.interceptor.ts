import { Injectable } from "@nestjs/common";
import type { CallHandler, ExecutionContext, NestInterceptor } from "@nestjs/common";
import type { Observable } from "rxjs";

import type { HttpRequest } from "./http.ts";
import { Problem } from "./problem.ts";

const MAX_BYTES = 8192;

/** Leaves the JSON object that a request carries in its `body`. */
@Injectable()
export class JsonBodyInterceptor implements NestInterceptor {
  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<HttpRequest>();
    const [mediaType = ""] = (request.headers["content-type"] ?? "").split(";");
    if (mediaType.trim().toLowerCase() !== "application/json") throw new Problem("unsupported_media_type");
    request.body = parse(await read(request));
    return next.handle();
  }
}

async function read(request: HttpRequest): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    // A body that is too large is still read to its end, so that the client gets its answer, but not kept.
    if (size <= MAX_BYTES) chunks.push(chunk);
  }
  if (size > MAX_BYTES) throw new Problem("payload_too_large");
  return Buffer.concat(chunks);
}

function parse(bytes: Uint8Array): object {
  const value = parseJson(bytes);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new Problem("malformed_json");
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
