import { Injectable } from "@nestjs/common";
import type { CallHandler, ExecutionContext, NestInterceptor } from "@nestjs/common";
import type { Observable } from "rxjs";

import type { HttpRequest } from "./http.ts";
import { readJsonObject } from "./json-object.ts";
import { Problem } from "./problem.ts";

const MAX_BYTES = 8192;

/** Leaves the JSON object that a request carries in its `body`. */
@Injectable()
export class JsonBodyInterceptor implements NestInterceptor {
  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<HttpRequest>();
    const [mediaType = ""] = (request.headers["content-type"] ?? "").split(";");
    if (mediaType.trim().toLowerCase() !== "application/json") throw new Problem("unsupported_media_type");
    const body = readJsonObject(await read(request));
    if (body === undefined) throw new Problem("malformed_json");
    request.body = body;
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
