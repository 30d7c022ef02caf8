import type { IncomingMessage, ServerResponse } from "node:http";

import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from "@nestjs/common";
import { map, type Observable } from "rxjs";

import type { Document } from "./document.ts";
import { entityTag, matchesWeakly } from "./entity-tags.ts";

/** Sends a document with its `ETag`, or 304 when a GET says that the client has it already. */
@Injectable()
export class EntityTagInterceptor implements NestInterceptor<Document, Document | undefined> {
  intercept(context: ExecutionContext, next: CallHandler<Document>): Observable<Document | undefined> {
    const http = context.switchToHttp();
    const request = http.getRequest<IncomingMessage>();
    const response = http.getResponse<ServerResponse>();
    return next.handle().pipe(
      map((document) => {
        const tag = entityTag(document.version);
        response.setHeader("ETag", tag);
        if (!isKnownToClient(request, tag)) return document;
        response.statusCode = 304;
        return undefined;
      }),
    );
  }
}

function isKnownToClient(request: IncomingMessage, tag: string): boolean {
  return request.method === "GET" && matchesWeakly(request.headers["if-none-match"] ?? "", tag);
}
