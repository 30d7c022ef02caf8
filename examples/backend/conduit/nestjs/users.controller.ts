import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put } from "@nestjs/common";

import { Caller, NeedsCaller } from "./caller.guard.ts";
import { FormPipe, orNull, text } from "./forms.ts";
import {
  type Account,
  type Credentials,
  type Profile,
  type Registration,
  type User,
  type UserChange,
  UsersService,
} from "./users.service.ts";

const ACCOUNT = {
  username: text(1, 32, /^[A-Za-z0-9_-]*$/),
  email: text(1, 254, /^[!-?A-~]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/),
  password: text(8, 128),
};
const REGISTRATION = new FormPipe<Registration>("user", ACCOUNT, []);
const CREDENTIALS = new FormPipe<Credentials>("user", { email: text(0, Infinity), password: text(0, Infinity) }, []);
const CHANGE = new FormPipe<Required<UserChange>>("user", {
  ...ACCOUNT,
  bio: orNull(text(1, 500)),
  image: orNull(text(1, 500, /^https?:\/\//)),
});

/** Users, and what they are told about themselves. */
@Controller("api")
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Post("users")
  @NeedsCaller("never")
  async register(@Body(REGISTRATION) registration: Registration): Promise<{ user: Account }> {
    return { user: await this.users.register(registration) };
  }

  @Post("users/login")
  @NeedsCaller("never")
  @HttpCode(200)
  async login(@Body(CREDENTIALS) credentials: Credentials): Promise<{ user: Account }> {
    return { user: await this.users.login(credentials) };
  }

  @Get("user")
  @NeedsCaller("always")
  read(@Caller() caller: User): { user: Account } {
    return { user: this.users.toAccount(caller) };
  }

  @Put("user")
  @NeedsCaller("always")
  async change(@Caller() caller: User, @Body(CHANGE) change: UserChange): Promise<{ user: Account }> {
    return { user: await this.users.change(caller, change) };
  }
}

/** Users as others see them. */
@Controller("api/profiles/:username")
export class ProfilesController {
  constructor(private readonly users: UsersService) {}

  @Get()
  read(@Param("username") username: string, @Caller() caller: User | null): { profile: Profile } {
    return { profile: this.users.profile(username, caller) };
  }

  @Post("follow")
  @NeedsCaller("always")
  @HttpCode(200)
  follow(@Param("username") username: string, @Caller() caller: User): { profile: Profile } {
    return { profile: this.users.follow(username, caller) };
  }

  @Delete("follow")
  @NeedsCaller("always")
  unfollow(@Param("username") username: string, @Caller() caller: User): { profile: Profile } {
    return { profile: this.users.unfollow(username, caller) };
  }
}
