import type { IncomingMessage, ServerResponse } from "node:http";

import { Injectable, type NestMiddleware } from "@nestjs/common";

import { Problem } from "./problem.ts";

const MAX_BYTES = 65536;

/** Leaves the bytes of a JSON body in `request.body`. */
@Injectable()
export class RawBodyMiddleware implements NestMiddleware {
  async use(request: IncomingMessage & { body?: Buffer }, _response: ServerResponse, next: () => void): Promise<void> {
    const mediaType = request.headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
    if (mediaType !== "application/json") throw new Problem(415, "unsupported_media_type");
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of request) {
      length += chunk.length;
      // What is too much is read to the end, so that the client gets to read the answer, but not kept.
      if (length <= MAX_BYTES) chunks.push(chunk);
    }
    if (length > MAX_BYTES) throw new Problem(413, "content_too_large");
    request.body = Buffer.concat(chunks);
    next();
  }
}
