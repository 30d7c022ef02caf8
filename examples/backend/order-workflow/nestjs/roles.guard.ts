import type { IncomingMessage } from "node:http";

import { type CanActivate, type ExecutionContext, Injectable } from "@nestjs/common";
import { Reflector } from "@nestjs/core";

import { AccountsService } from "./accounts.service.ts";
import type { Caller, Role } from "./caller.ts";
import { Problem } from "./problem.ts";

const BEARER = /^bearer (.+)$/i;

/** Says who may call a handler, or all handlers of a controller; without it no token is needed. */
export const Roles = Reflector.createDecorator<Role[]>();

/** Lets in who has one of a handler's roles. */
@Injectable()
export class RolesGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly accounts: AccountsService,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const roles = this.reflector.getAllAndOverride(Roles, [context.getHandler(), context.getClass()]);
    if (!roles) return true;
    const request = context.switchToHttp().getRequest<IncomingMessage & { caller?: Caller }>();
    const [, token] = BEARER.exec(request.headers.authorization ?? "") ?? [];
    const caller = token === undefined ? undefined : this.accounts.ownerOf(token);
    if (!caller) throw Problem.unauthorized();
    if (!roles.includes(caller.role)) throw Problem.forbidden();
    request.caller = caller;
    return true;
  }
}
