import type { IncomingMessage } from "node:http";

import type { Caller } from "./sessions.service.ts";

/** What this app uses of Express's requests, which come without types. */
export interface HttpRequest extends IncomingMessage {
  body: unknown;
  /** who sent the request; there behind the `SessionGuard` */
  caller?: Caller;
}

/** What this app uses of Express's responses. */
export interface HttpResponse {
  status(code: number): this;
  type(mediaType: string): this;
  set(header: string, value: string): this;
  send(body: string): this;
}
