import { Body, Controller, Post } from "@nestjs/common";

import { FieldsPipe } from "./fields.pipe.ts";
import { TENANT_RULES } from "./inputs.ts";
import type { NewTenant } from "./inputs.ts";
import { Tenants } from "./tenants.service.ts";
import type { Tenant } from "./tenants.service.ts";

@Controller("tenants")
export class TenantsController {
  constructor(private readonly tenants: Tenants) {}

  @Post()
  signUp(@Body(new FieldsPipe<NewTenant>(TENANT_RULES)) input: NewTenant): Tenant {
    return this.tenants.add(input.name);
  }
}
