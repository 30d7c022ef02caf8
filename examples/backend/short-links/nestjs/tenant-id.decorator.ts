import { createParamDecorator } from "@nestjs/common";
import type { ExecutionContext } from "@nestjs/common";

import type { HttpRequest } from "./express.ts";

/** A parameter that gets the id of the tenant who sent the request; for routes behind the `TenantMiddleware`. */
export const TenantId = createParamDecorator(
  (data: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<HttpRequest>().tenantId,
);
