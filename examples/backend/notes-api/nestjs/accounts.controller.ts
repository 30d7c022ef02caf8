import { Controller, HttpCode, HttpStatus, Post, UseGuards } from "@nestjs/common";

import { AccountsService, TOKEN_SECONDS } from "./accounts.service.ts";
import type { Credentials, Session, User } from "./accounts.service.ts";
import { AuthGuard, CurrentSession } from "./auth.guard.ts";
import { FieldsPipe, JsonObject } from "./inputs.ts";
import { Fault, string, text } from "./validation.ts";

const USERNAME = /^[A-Za-z0-9_.-]{3,32}$/;

/** The answer to a login. */
interface IssuedToken {
  token: string;
  token_type: string;
  expires_in: number;
}

function newUsername(value: unknown): string {
  const username = string(value);
  if (!USERNAME.test(username)) {
    throw new Fault("must have 3 to 32 characters, each a letter, a digit, '_', '-' or '.'");
  }
  return username.toLowerCase();
}

@Controller()
export class AccountsController {
  constructor(private readonly accounts: AccountsService) {}

  @Post("register")
  register(
    @JsonObject(new FieldsPipe<Credentials>({ username: newUsername, password: text(8, 128) }))
    credentials: Credentials,
  ): Promise<User> {
    return this.accounts.register(credentials);
  }

  @Post("login")
  @HttpCode(HttpStatus.OK)
  async login(
    @JsonObject(new FieldsPipe<Credentials>({ username: string, password: string }))
    credentials: Credentials,
  ): Promise<IssuedToken> {
    return { token: await this.accounts.login(credentials), token_type: "Bearer", expires_in: TOKEN_SECONDS };
  }

  @Post("logout")
  @HttpCode(HttpStatus.NO_CONTENT)
  @UseGuards(AuthGuard)
  logout(@CurrentSession() session: Session): void {
    this.accounts.logout(session);
  }
}
