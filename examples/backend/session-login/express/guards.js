import { timingSafeEqual } from "node:crypto";

import { Problem } from "./problems.js";

export const SESSION_COOKIE = "session";

/** The token that a request brings in its cookie; undefined without one. */
export function tokenOf(request) {
  const cookies = (request.get("Cookie") ?? "").split(";").map((pair) => pair.trim());
  const prefix = `${SESSION_COOKIE}=`;
  return cookies.find((pair) => pair.startsWith(prefix))?.slice(prefix.length);
}

/** Middleware that leaves the session of a request in `response.locals`. */
export const currentSession = (accounts) => (request, response, next) => {
  const session = accounts.session(tokenOf(request) ?? "");
  if (!session) throw new Problem("unauthenticated");
  response.locals.session = session;
  next();
};

/** Middleware after `currentSession` for requests that change something. */
export function protectedSession(request, response, next) {
  const sent = Buffer.from(request.get("X-CSRF-Token") ?? "");
  const expected = Buffer.from(response.locals.session.csrf_token);
  // timingSafeEqual throws for different lengths; the length is no secret.
  if (sent.length !== expected.length || !timingSafeEqual(sent, expected)) throw new Problem("csrf_failed");
  next();
}
