import type { IncomingMessage } from "node:http";

import type { CallHandler, ExecutionContext, NestInterceptor } from "@nestjs/common";
import type { Observable } from "rxjs";

import { Problem } from "./problem.ts";

const MAX_BYTES = 16384;

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Leaves the JSON object of a request in its `body`; runs after the guards and before the pipes. */
export class JsonBodyInterceptor implements NestInterceptor {
  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<IncomingMessage & { body: unknown }>();
    const [mediaType = ""] = (request.headers["content-type"] ?? "").split(";");
    if (mediaType.trim().toLowerCase() !== "application/json") throw Problem.unsupportedMediaType();
    request.body = parseObject(await readBytes(request));
    return next.handle();
  }
}

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  // To the end in any case: a connection that is closed before would keep the answer from the client.
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= MAX_BYTES) chunks.push(chunk);
  }
  if (size > MAX_BYTES) throw Problem.bodyTooLarge();
  return Buffer.concat(chunks);
}

function parseObject(bytes: Buffer): object {
  try {
    const value: unknown = JSON.parse(utf8.decode(bytes));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch {}
  // Neither UTF-8 nor JSON, or not an object.
  throw Problem.malformedJson();
}
