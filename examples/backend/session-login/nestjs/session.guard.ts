import { timingSafeEqual } from "node:crypto";

import { type CanActivate, createParamDecorator, type ExecutionContext, Injectable } from "@nestjs/common";

import { type HttpRequest, tokenOf } from "./http.ts";
import { Problem } from "./problem.ts";
import { SessionsService } from "./sessions.service.ts";

/** Lets a request pass that has a session and, unless it is a GET, the CSRF token of that session. */
@Injectable()
export class SessionGuard implements CanActivate {
  constructor(private readonly sessions: SessionsService) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<HttpRequest>();
    const session = this.sessions.find(tokenOf(request));
    if (!session) throw Problem.unauthenticated();
    if (request.method !== "GET" && !isSame(request.headers["x-csrf-token"], session.csrf_token)) {
      throw Problem.csrfFailed();
    }
    request.session = session;
    return true;
  }
}

/** A parameter that gets the session of the request; for routes behind a `SessionGuard`. */
export const Session = createParamDecorator(
  (_data: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<HttpRequest>().session,
);

function isSame(sent: string | string[] | undefined, expected: string): boolean {
  if (typeof sent !== "string") return false;
  const [left, right] = [Buffer.from(sent), Buffer.from(expected)];
  // timingSafeEqual throws for different lengths; the length is no secret.
  return left.length === right.length && timingSafeEqual(left, right);
}
