import type { IncomingMessage } from "node:http";

import { type CanActivate, createParamDecorator, type ExecutionContext, Injectable } from "@nestjs/common";

import { Problem } from "./problem.ts";
import { type User, UsersService } from "./users.service.ts";

type RequestOfCaller = IncomingMessage & { caller: User };

/** Lets only requests with a known token pass, and leaves the user whose it is in the request. */
@Injectable()
export class TokenGuard implements CanActivate {
  constructor(private readonly users: UsersService) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<RequestOfCaller>();
    const [scheme = "", token = ""] = (request.headers.authorization ?? "").split(/ (.*)/s);
    const caller = this.users.findByToken(token);
    if (!caller || scheme.toLowerCase() !== "bearer") throw Problem.unauthorized();
    request.caller = caller;
    return true;
  }
}

/** The user who sent the request; needs the guard. */
export const Caller = createParamDecorator(
  (_data: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<RequestOfCaller>().caller,
);
