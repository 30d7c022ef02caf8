import { createParamDecorator, Injectable } from "@nestjs/common";
import type { CanActivate, ExecutionContext } from "@nestjs/common";

import { AccessTokens } from "./access-tokens.service.ts";
import { now } from "./clock.ts";
import type { HttpRequest } from "./http.ts";
import { Problem } from "./problem.ts";
import { Sessions } from "./sessions.service.ts";

/** Lets requests pass that have an access token of a session that exists. */
@Injectable()
export class SessionGuard implements CanActivate {
  constructor(
    private readonly accessTokens: AccessTokens,
    private readonly sessions: Sessions,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<HttpRequest>();
    const [, token = ""] = /^Bearer +(.*)$/i.exec(request.headers.authorization ?? "") ?? [];
    const subject = this.accessTokens.verify(token, now());
    const caller = subject && this.sessions.caller(subject);
    if (caller === undefined) throw new Problem("unauthorized");
    request.caller = caller;
    return true;
  }
}

/** A parameter that is given the `Caller`; for handlers behind the `SessionGuard`. */
export const FromCaller = createParamDecorator(
  (data: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<HttpRequest>().caller,
);
