import type { ServerResponse } from "node:http";

import { Body, Controller, Delete, Get, HttpCode, Param, Post, Res, UseGuards, UseInterceptors } from "@nestjs/common";

import { Caller, TokenGuard } from "./caller.ts";
import { FieldsPipe, NAME } from "./fields.pipe.ts";
import { JsonBodyInterceptor } from "./json-body.interceptor.ts";
import type { User } from "./users.service.ts";
import { type Workspace, WorkspacesService } from "./workspaces.service.ts";

@Controller("workspaces")
@UseGuards(TokenGuard)
export class WorkspacesController {
  constructor(private readonly workspaces: WorkspacesService) {}

  @Get()
  list(@Caller() caller: User): { items: Workspace[] } {
    return { items: this.workspaces.list(caller) };
  }

  @Post()
  @UseInterceptors(JsonBodyInterceptor)
  create(
    @Caller() caller: User,
    @Body(new FieldsPipe({ name: NAME })) body: { name: string },
    @Res({ passthrough: true }) response: ServerResponse,
  ): Workspace {
    const workspace = this.workspaces.create(caller, body.name);
    response.setHeader("Location", `/workspaces/${workspace.id}`);
    return workspace;
  }

  @Get(":workspace")
  get(@Caller() caller: User, @Param("workspace") id: string): Workspace {
    return this.workspaces.get(caller, id);
  }

  @Delete(":workspace")
  @HttpCode(204)
  delete(@Caller() caller: User, @Param("workspace") id: string): void {
    this.workspaces.delete(caller, id);
  }
}
