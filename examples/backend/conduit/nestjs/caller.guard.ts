import type { IncomingMessage } from "node:http";

import { type CanActivate, createParamDecorator, type ExecutionContext, Injectable } from "@nestjs/common";
import { Reflector } from "@nestjs/core";

import { ApiError } from "./errors.ts";
import { TokensService } from "./tokens.service.ts";
import { type User, UsersService } from "./users.service.ts";

type Request = IncomingMessage & { caller?: User | null };

/** Says of a handler that its caller must be a user, may be one, or that nobody looks; "maybe" without it. */
export const NeedsCaller = Reflector.createDecorator<"always" | "never">();

/** The user who calls, null if it is nobody. */
export const Caller = createParamDecorator(
  (_: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<Request>().caller,
);

/** Finds out who calls, by the token. */
@Injectable()
export class CallerGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly tokens: TokensService,
    private readonly users: UsersService,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const need = this.reflector.get(NeedsCaller, context.getHandler());
    if (need === "never") return true;
    const request = context.switchToHttp().getRequest<Request>();
    const { authorization } = request.headers;
    request.caller = authorization === undefined ? null : this.find(authorization);
    if (need === "always" && !request.caller) throw ApiError.unauthorized();
    return true;
  }

  private find(authorization: string): User {
    const [scheme = "", ...rest] = authorization.split(" ");
    const subject = this.tokens.subject(rest.join(" "));
    const user = subject === undefined ? undefined : this.users.find(subject);
    if (!user || scheme.toLowerCase() !== "token") throw ApiError.unauthorized();
    return user;
  }
}
