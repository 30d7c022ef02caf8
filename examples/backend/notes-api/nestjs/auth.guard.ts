import type { IncomingMessage } from "node:http";

import { Injectable, createParamDecorator } from "@nestjs/common";
import type { CanActivate, ExecutionContext } from "@nestjs/common";

import { AccountsService } from "./accounts.service.ts";
import type { Session } from "./accounts.service.ts";
import { unauthorized } from "./errors.ts";

const BEARER = /^bearer +([^ ]+)$/i;

type AuthenticatedRequest = IncomingMessage & { session?: Session };

const requestOf = (context: ExecutionContext): AuthenticatedRequest => context.switchToHttp().getRequest();

/** Lets only requests with a valid token pass. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(private readonly accounts: AccountsService) {}

  canActivate(context: ExecutionContext): boolean {
    const request = requestOf(context);
    const token = BEARER.exec(request.headers.authorization ?? "")?.[1];
    const session = token === undefined ? undefined : this.accounts.findSession(token);
    if (session === undefined) throw unauthorized();
    request.session = session;
    return true;
  }
}

/** The session that `AuthGuard` found. */
export const CurrentSession = createParamDecorator((data: unknown, context: ExecutionContext) =>
  requestOf(context).session,
);
