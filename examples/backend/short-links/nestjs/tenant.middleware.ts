import { Injectable } from "@nestjs/common";
import type { NestMiddleware } from "@nestjs/common";

import type { HttpRequest, HttpResponse } from "./express.ts";
import { Problem } from "./problem.ts";
import { Tenants } from "./tenants.service.ts";

/** Leaves the id of the tenant whose key the request carries in its `tenantId`. */
@Injectable()
export class TenantMiddleware implements NestMiddleware<HttpRequest, HttpResponse> {
  constructor(private readonly tenants: Tenants) {}

  use(request: HttpRequest, response: HttpResponse, next: () => void): void {
    const key = request.headers["x-api-key"];
    const tenantId = typeof key === "string" ? this.tenants.idOf(key) : undefined;
    if (tenantId === undefined) throw new Problem("unauthorized");
    request.tenantId = tenantId;
    next();
  }
}
