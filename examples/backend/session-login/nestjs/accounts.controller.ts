import { Controller, HttpCode, Post, Put, UseGuards } from "@nestjs/common";

import { type Account, AccountsService } from "./accounts.service.ts";
import { Fields } from "./fields.decorator.ts";
import { type Credentials, PASSWORD_CHANGE, type PasswordChange, REGISTRATION } from "./inputs.ts";
import { Session, SessionGuard } from "./session.guard.ts";
import type { CurrentSession } from "./sessions.service.ts";

@Controller()
export class AccountsController {
  constructor(private readonly accounts: AccountsService) {}

  @Post("accounts")
  register(@Fields(REGISTRATION) { username, password }: Credentials): Promise<Account> {
    return this.accounts.register(username, password);
  }

  @Put("password")
  @HttpCode(204)
  @UseGuards(SessionGuard)
  changePassword(@Session() session: CurrentSession, @Fields(PASSWORD_CHANGE) change: PasswordChange): Promise<void> {
    return this.accounts.changePassword(session, change.current_password, change.new_password);
  }
}
