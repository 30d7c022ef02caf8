import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, UseGuards, UseInterceptors } from "@nestjs/common";

import { Caller, TokenGuard } from "./caller.ts";
import { FieldsPipe, ROLE, USER_NAME } from "./fields.pipe.ts";
import { JsonBodyInterceptor } from "./json-body.interceptor.ts";
import { type Member, MembersService } from "./members.service.ts";
import type { User } from "./users.service.ts";

@Controller("workspaces/:workspace/members")
@UseGuards(TokenGuard)
export class MembersController {
  constructor(private readonly members: MembersService) {}

  @Get()
  list(@Caller() caller: User, @Param("workspace") workspaceId: string): { items: Member[] } {
    return { items: this.members.list(caller, workspaceId) };
  }

  @Post()
  @UseInterceptors(JsonBodyInterceptor)
  invite(
    @Caller() caller: User,
    @Param("workspace") workspaceId: string,
    @Body(new FieldsPipe({ user: USER_NAME, role: ROLE })) invitation: Member,
  ): Member {
    return this.members.invite(caller, workspaceId, invitation);
  }

  @Patch(":user")
  @UseInterceptors(JsonBodyInterceptor)
  changeRole(
    @Caller() caller: User,
    @Param("workspace") workspaceId: string,
    @Param("user") user: string,
    @Body(new FieldsPipe({ role: ROLE })) { role }: Pick<Member, "role">,
  ): Member {
    return this.members.changeRole(caller, workspaceId, user, role);
  }

  @Delete(":user")
  @HttpCode(204)
  remove(@Caller() caller: User, @Param("workspace") workspaceId: string, @Param("user") user: string): void {
    this.members.remove(caller, workspaceId, user);
  }
}
