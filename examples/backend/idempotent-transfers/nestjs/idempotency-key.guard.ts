import { Injectable } from "@nestjs/common";
import type { CanActivate, ExecutionContext } from "@nestjs/common";

import type { HttpRequest } from "./express.ts";
import { Problem } from "./problem.ts";

/** The header that names the request, in the form in which Node gives it. */
export const IDEMPOTENCY_KEY = "idempotency-key";

/** Lets only requests with a valid idempotency key pass. A guard runs after the middleware and before the pipes. */
@Injectable()
export class IdempotencyKeyGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const key = context.switchToHttp().getRequest<HttpRequest>().headers[IDEMPOTENCY_KEY];
    if (typeof key !== "string" || !/^[!-~]{1,64}$/.test(key)) throw new Problem("invalid_idempotency_key");
    return true;
  }
}
