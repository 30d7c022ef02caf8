import type { ServerResponse } from "node:http";

import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Patch,
  Post,
  Res,
  UseGuards,
  UseInterceptors,
} from "@nestjs/common";

import { Caller, TokenGuard } from "./caller.ts";
import { FieldsPipe, NAME, TEXT } from "./fields.pipe.ts";
import { JsonBodyInterceptor } from "./json-body.interceptor.ts";
import { type Project, ProjectsService } from "./projects.service.ts";
import type { User } from "./users.service.ts";

@Controller("workspaces/:workspace/projects")
@UseGuards(TokenGuard)
export class ProjectsController {
  constructor(private readonly projects: ProjectsService) {}

  @Get()
  list(@Caller() caller: User, @Param("workspace") workspaceId: string): { items: Project[] } {
    return { items: this.projects.list(caller, workspaceId) };
  }

  @Post()
  @UseInterceptors(JsonBodyInterceptor)
  create(
    @Caller() caller: User,
    @Param("workspace") workspaceId: string,
    @Body(new FieldsPipe({ name: NAME })) body: { name: string },
    @Res({ passthrough: true }) response: ServerResponse,
  ): Project {
    const project = this.projects.create(caller, workspaceId, body.name);
    response.setHeader("Location", `/workspaces/${workspaceId}/projects/${project.id}`);
    return project;
  }

  @Get(":project")
  get(@Caller() caller: User, @Param("workspace") workspaceId: string, @Param("project") id: string): Project {
    return this.projects.get(caller, workspaceId, id);
  }

  @Patch(":project")
  @UseInterceptors(JsonBodyInterceptor)
  rename(
    @Caller() caller: User,
    @Param("workspace") workspaceId: string,
    @Param("project") id: string,
    @Body(new FieldsPipe({ name: NAME })) body: { name: string },
  ): Project {
    return this.projects.rename(caller, workspaceId, id, body.name);
  }

  @Delete(":project")
  @HttpCode(204)
  delete(@Caller() caller: User, @Param("workspace") workspaceId: string, @Param("project") id: string): void {
    this.projects.delete(caller, workspaceId, id);
  }

  @Post(":project/move")
  @HttpCode(200)
  @UseInterceptors(JsonBodyInterceptor)
  move(
    @Caller() caller: User,
    @Param("workspace") workspaceId: string,
    @Param("project") id: string,
    @Body(new FieldsPipe({ workspace_id: TEXT })) body: { workspace_id: string },
  ): Project {
    return this.projects.move(caller, workspaceId, id, body.workspace_id);
  }
}
