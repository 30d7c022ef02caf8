import type { IncomingMessage } from "node:http";

import type { CurrentSession } from "./sessions.service.ts";

/** What this app uses of Express's requests; Express itself has no types. */
export interface HttpRequest extends IncomingMessage {
  body: unknown;
  /** the session of a request that a `SessionGuard` let pass */
  session?: CurrentSession;
}

export interface CookieOptions {
  path: string;
  httpOnly: boolean;
  sameSite: "lax";
  secure: boolean;
}

/** What this app uses of Express's responses. */
export interface HttpResponse {
  status(code: number): this;
  type(mediaType: string): this;
  set(headers: Record<string, string>): this;
  cookie(name: string, value: string, options: CookieOptions): this;
  clearCookie(name: string, options: CookieOptions): this;
  send(body: string): this;
}

/** What this app uses of Express's applications. */
export interface ExpressApp {
  readonly router: { caseSensitive: boolean };
  disable(setting: string): void;
  use(handler: (request: HttpRequest, response: HttpResponse, next: () => void) => void): void;
}

export const SESSION_COOKIE = "session";

/** The token that a request brings in its cookie, "" without one. */
export function tokenOf(request: IncomingMessage): string {
  const prefix = `${SESSION_COOKIE}=`;
  const pairs = (request.headers.cookie ?? "").split(";").map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(prefix))?.slice(prefix.length) ?? "";
}
