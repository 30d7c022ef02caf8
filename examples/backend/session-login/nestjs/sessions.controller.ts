import { Controller, Delete, Get, HttpCode, Param, UseGuards } from "@nestjs/common";

import { Session, SessionGuard } from "./session.guard.ts";
import { type CurrentSession, type ListedSession, SessionsService } from "./sessions.service.ts";

/** All sessions of the account that asks. */
@Controller("sessions")
@UseGuards(SessionGuard)
export class SessionsController {
  constructor(private readonly sessions: SessionsService) {}

  @Get()
  list(@Session() session: CurrentSession): { items: ListedSession[] } {
    return { items: this.sessions.list(session) };
  }

  @Delete(":id")
  @HttpCode(204)
  revoke(@Session() session: CurrentSession, @Param("id") id: string): void {
    this.sessions.end(session.username, id);
  }
}
