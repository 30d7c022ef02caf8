import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Param, Patch, Post, Res } from "@nestjs/common";

import type { HttpResponse } from "./express.ts";
import { FieldsPipe } from "./fields.pipe.ts";
import { CHANGE_RULES, LINK_RULES } from "./inputs.ts";
import type { LinkChange } from "./inputs.ts";
import { Links } from "./links.service.ts";
import type { Link, NewLink } from "./links.service.ts";
import { TenantId } from "./tenant-id.decorator.ts";

@Controller("links")
export class LinksController {
  constructor(private readonly links: Links) {}

  @Post()
  create(
    @TenantId() tenantId: string,
    @Body(new FieldsPipe<NewLink>(LINK_RULES)) input: NewLink,
    @Res({ passthrough: true }) response: HttpResponse,
  ): Link {
    const link = this.links.create(tenantId, input);
    response.set("Location", `/links/${link.code}`);
    return link;
  }

  @Get()
  list(@TenantId() tenantId: string): { items: Link[] } {
    return { items: this.links.list(tenantId) };
  }

  @Get(":code")
  read(@TenantId() tenantId: string, @Param("code") code: string): Link {
    return this.links.read(tenantId, code);
  }

  @Patch(":code")
  change(
    @TenantId() tenantId: string,
    @Param("code") code: string,
    @Body(new FieldsPipe<LinkChange>(CHANGE_RULES)) change: LinkChange,
  ): Link {
    return this.links.setExpiry(tenantId, code, change.expires_at);
  }

  @Delete(":code")
  @HttpCode(HttpStatus.NO_CONTENT)
  delete(@TenantId() tenantId: string, @Param("code") code: string): void {
    this.links.delete(tenantId, code);
  }
}
