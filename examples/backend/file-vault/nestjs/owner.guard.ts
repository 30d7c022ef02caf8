import type { IncomingMessage } from "node:http";

import { createParamDecorator, Injectable } from "@nestjs/common";
import type { CanActivate, ExecutionContext } from "@nestjs/common";

import { Owners } from "./owners.service.ts";
import { Problem } from "./problem.ts";

type OwnersRequest = IncomingMessage & { owner?: string };

/** Lets only owners pass. A guard comes before pipes, and so before all other faults. */
@Injectable()
export class OwnerGuard implements CanActivate {
  constructor(private readonly owners: Owners) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<OwnersRequest>();
    const owner = this.owners.identify(request.headers.authorization ?? "");
    if (owner === undefined) throw new Problem("unauthorized", { "WWW-Authenticate": "Bearer" });
    request.owner = owner;
    return true;
  }
}

/** A parameter that gets the owner who sent the request; for routes behind the `OwnerGuard`. */
export const Owner = createParamDecorator(
  (data: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<OwnersRequest>().owner,
);
