import { Body, Controller, Post, UseInterceptors } from "@nestjs/common";

import { FieldsPipe, USER_NAME } from "./fields.pipe.ts";
import { JsonBodyInterceptor } from "./json-body.interceptor.ts";
import { UsersService } from "./users.service.ts";

@Controller("users")
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Post()
  @UseInterceptors(JsonBodyInterceptor)
  create(@Body(new FieldsPipe({ name: USER_NAME })) { name }: { name: string }): { name: string; token: string } {
    return { name, token: this.users.add(name) };
  }
}
