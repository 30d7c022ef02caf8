import { Controller, Delete, Get, Headers, HttpCode, Inject, Post, Req, Res, UseGuards } from "@nestjs/common";

import { AccountsService } from "./accounts.service.ts";
import { Fields } from "./fields.decorator.ts";
import { type CookieOptions, type HttpRequest, type HttpResponse, SESSION_COOKIE, tokenOf } from "./http.ts";
import { type Credentials, LOGIN } from "./inputs.ts";
import { Session, SessionGuard } from "./session.guard.ts";
import { type CurrentSession, SessionsService } from "./sessions.service.ts";
import { SETTINGS, type Settings } from "./settings.ts";

/** The session of whoever asks. */
@Controller("session")
export class SessionController {
  private readonly cookie: CookieOptions;

  constructor(
    private readonly accounts: AccountsService,
    private readonly sessions: SessionsService,
    @Inject(SETTINGS) settings: Settings,
  ) {
    this.cookie = { path: "/", httpOnly: true, sameSite: "lax", secure: settings.cookieSecure };
  }

  @Post()
  async logIn(
    @Fields(LOGIN) { username, password }: Credentials,
    @Headers("user-agent") userAgent: string | undefined,
    @Req() request: HttpRequest,
    @Res({ passthrough: true }) response: HttpResponse,
  ): Promise<CurrentSession> {
    const { token, session } = await this.accounts.logIn(username, password, userAgent ?? "", tokenOf(request));
    response.cookie(SESSION_COOKIE, token, this.cookie);
    return session;
  }

  @Get()
  @UseGuards(SessionGuard)
  read(@Session() session: CurrentSession): CurrentSession {
    return session;
  }

  @Delete()
  @HttpCode(204)
  @UseGuards(SessionGuard)
  logOut(@Session() session: CurrentSession, @Res({ passthrough: true }) response: HttpResponse): void {
    this.sessions.end(session.username, session.id);
    response.clearCookie(SESSION_COOKIE, this.cookie);
  }
}
