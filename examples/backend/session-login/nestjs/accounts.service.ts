import type { StatementSync } from "node:sqlite";

import { Injectable } from "@nestjs/common";

import { AttemptsService } from "./attempts.service.ts";
import { DatabaseService } from "./database.service.ts";
import { PasswordsService } from "./passwords.service.ts";
import { Problem } from "./problem.ts";
import { type CurrentSession, type NewSession, SessionsService } from "./sessions.service.ts";

export interface Account {
  username: string;
  role: string;
}

/** Accounts and all that needs a password. */
@Injectable()
export class AccountsService {
  private readonly add: StatementSync;
  private readonly findHash: StatementSync;
  private readonly replaceHash: StatementSync;

  constructor(
    private readonly database: DatabaseService,
    private readonly passwords: PasswordsService,
    private readonly attempts: AttemptsService,
    private readonly sessions: SessionsService,
  ) {
    this.add = database.prepare(
      "INSERT INTO accounts (username, password_hash) VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING role",
    );
    this.findHash = database.prepare("SELECT password_hash FROM accounts WHERE username = ?");
    this.replaceHash = database.prepare(
      "UPDATE accounts SET password_hash = ? WHERE username = ? AND password_hash = ?",
    );
  }

  async register(username: string, password: string): Promise<Account> {
    const added = this.add.get(username, await this.passwords.hash(password));
    if (!added) throw Problem.usernameTaken();
    return { username, role: String(added["role"]) };
  }

  /** Begins a session in place of the one that belongs to `replacedToken`. */
  async logIn(username: string, password: string, userAgent: string, replacedToken: string): Promise<NewSession> {
    const verified = await this.verify(username, password);
    const begun = verified && this.sessions.begin(username, verified, userAgent, replacedToken);
    if (!begun) throw Problem.invalidCredentials();
    return begun;
  }

  /** Sets a new password and ends all sessions of the account but the given one. */
  async changePassword(session: CurrentSession, current: string, next: string): Promise<void> {
    const { username, id } = session;
    const verified = await this.verify(username, current);
    if (!verified) throw Problem.wrongPassword();
    const hash = await this.passwords.hash(next);
    this.database.transaction(() => {
      // Of several changes that were verified with one password the first one wins.
      if (this.replaceHash.run(hash, username, verified).changes === 0) throw Problem.wrongPassword();
      this.sessions.endOthers(username, id);
      if (this.sessions.list(session).length === 0) throw Problem.unauthenticated();
    });
  }

  /** The stored hash if the password is right, else undefined; without an account after as much work. */
  private async verify(username: string, password: string): Promise<string | undefined> {
    this.attempts.begin(username);
    const account = this.findHash.get(username);
    if (!account) {
      await this.passwords.hash(password);
      return undefined;
    }
    const hash = String(account["password_hash"]);
    if (!(await this.passwords.verify(password, hash))) return undefined;
    this.attempts.succeeded(username);
    return hash;
  }
}
