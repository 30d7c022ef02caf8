import { Body, Controller, Get, HttpCode, HttpStatus, Post, Put, UseGuards, UseInterceptors } from "@nestjs/common";

import { FieldsPipe, NEW_USER, PASSWORD_CHANGE } from "./fields.pipe.ts";
import type { Fields } from "./fields.pipe.ts";
import { JsonBodyInterceptor } from "./json-body.interceptor.ts";
import { FromCaller, SessionGuard } from "./session.guard.ts";
import type { Caller } from "./sessions.service.ts";
import { Users } from "./users.service.ts";
import type { User } from "./users.service.ts";

@Controller()
export class UsersController {
  constructor(private readonly users: Users) {}

  @Get("health")
  health(): { status: string } {
    return { status: "ok" };
  }

  @Post("users")
  @UseInterceptors(JsonBodyInterceptor)
  signUp(@Body(new FieldsPipe(NEW_USER)) body: Fields<typeof NEW_USER>): Promise<User> {
    return this.users.add(body.username, body.password);
  }

  @Get("me")
  @UseGuards(SessionGuard)
  me(@FromCaller() caller: Caller): User {
    return { id: caller.userId, username: caller.username };
  }

  @Put("password")
  @HttpCode(HttpStatus.NO_CONTENT)
  @UseGuards(SessionGuard)
  @UseInterceptors(JsonBodyInterceptor)
  changePassword(
    @FromCaller() caller: Caller,
    @Body(new FieldsPipe(PASSWORD_CHANGE)) body: Fields<typeof PASSWORD_CHANGE>,
  ): Promise<void> {
    return this.users.changePassword(caller.userId, caller.sessionId, body.current_password, body.new_password);
  }
}
