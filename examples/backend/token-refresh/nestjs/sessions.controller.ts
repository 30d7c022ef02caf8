import {
  Body,
  Controller,
  Delete,
  Get,
  Header,
  HttpCode,
  HttpStatus,
  Param,
  Post,
  UseGuards,
  UseInterceptors,
} from "@nestjs/common";

import { AccessTokens } from "./access-tokens.service.ts";
import { now } from "./clock.ts";
import { FieldsPipe, LOGIN, REFRESH } from "./fields.pipe.ts";
import type { Fields } from "./fields.pipe.ts";
import { JsonBodyInterceptor } from "./json-body.interceptor.ts";
import { FromCaller, SessionGuard } from "./session.guard.ts";
import { Sessions } from "./sessions.service.ts";
import type { Caller, Grant, ListedSession } from "./sessions.service.ts";
import { Users } from "./users.service.ts";

/** The tokens of a session, as its user gets them. */
interface Tokens {
  access_token: string;
  token_type: "Bearer";
  expires_in: number;
  refresh_token: string;
}

@Controller()
export class SessionsController {
  constructor(
    private readonly users: Users,
    private readonly sessions: Sessions,
    private readonly accessTokens: AccessTokens,
  ) {}

  @Post("login")
  @HttpCode(HttpStatus.OK)
  @Header("Cache-Control", "no-store")
  @UseInterceptors(JsonBodyInterceptor)
  async logIn(@Body(new FieldsPipe(LOGIN)) body: Fields<typeof LOGIN>): Promise<Tokens> {
    const user = await this.users.authenticate(body.username, body.password);
    const time = now();
    return this.tokens(this.sessions.start(user, body.device, time), time);
  }

  @Post("refresh")
  @HttpCode(HttpStatus.OK)
  @Header("Cache-Control", "no-store")
  @UseInterceptors(JsonBodyInterceptor)
  refresh(@Body(new FieldsPipe(REFRESH)) body: Fields<typeof REFRESH>): Tokens {
    return this.tokens(this.sessions.refresh(body.refresh_token), now());
  }

  @Get("sessions")
  @UseGuards(SessionGuard)
  list(@FromCaller() caller: Caller): { items: ListedSession[] } {
    return { items: this.sessions.list(caller) };
  }

  @Delete("sessions/:id")
  @HttpCode(HttpStatus.NO_CONTENT)
  @UseGuards(SessionGuard)
  end(@FromCaller() caller: Caller, @Param("id") id: string): void {
    this.sessions.end(caller, id);
  }

  @Post("logout")
  @HttpCode(HttpStatus.NO_CONTENT)
  @UseGuards(SessionGuard)
  logOut(@FromCaller() caller: Caller): void {
    this.sessions.end(caller, caller.sessionId);
  }

  private tokens({ subject, refreshToken }: Grant, time: number): Tokens {
    return {
      access_token: this.accessTokens.issue(subject, time),
      token_type: "Bearer",
      expires_in: this.accessTokens.lifeSeconds,
      refresh_token: refreshToken,
    };
  }
}
