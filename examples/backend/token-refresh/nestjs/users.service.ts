import { randomUUID } from "node:crypto";
import type { StatementSync } from "node:sqlite";

import { Injectable } from "@nestjs/common";

import { Database } from "./database.ts";
import { hashPassword, verifyPassword } from "./passwords.ts";
import { Problem } from "./problem.ts";

/** A user as others see it. */
export interface User {
  id: string;
  username: string;
}

/** A user whose password was right, and the hash that it was compared with. */
export interface Authenticated {
  id: string;
  password_hash: string;
}

/** Users and their passwords. */
@Injectable()
export class Users {
  private readonly insert: StatementSync;
  private readonly findByName: StatementSync;
  private readonly findById: StatementSync;
  private readonly replacePassword: StatementSync;
  private readonly endOtherSessions: StatementSync;

  constructor(private readonly database: Database) {
    this.insert = database.prepare("INSERT INTO users VALUES (?, ?, ?) ON CONFLICT (username) DO NOTHING");
    this.findByName = database.prepare("SELECT id, password_hash FROM users WHERE username = ?");
    this.findById = database.prepare("SELECT id, password_hash FROM users WHERE id = ?");
    this.replacePassword = database.prepare("UPDATE users SET password_hash = ? WHERE id = ? AND password_hash = ?");
    this.endOtherSessions = database.prepare("DELETE FROM sessions WHERE user_id = ? AND id <> ?");
  }

  /** @throws Problem when the username is taken */
  async add(username: string, password: string): Promise<User> {
    const user = { id: randomUUID(), username };
    const { changes } = this.insert.run(user.id, username, await hashPassword(password));
    if (changes === 0) throw new Problem("username_taken");
    return user;
  }

  /** @throws Problem when there is no such user, or the password is another one */
  async authenticate(username: string, password: string): Promise<Authenticated> {
    const user = this.findByName.get(username) as Authenticated | undefined;
    if (user === undefined) {
      // For the time that it takes: nobody is to see by it that there is no such user.
      await hashPassword(password);
      throw new Problem("invalid_credentials");
    }
    if (!(await verifyPassword(password, user.password_hash))) throw new Problem("invalid_credentials");
    return user;
  }

  /**
   * Sets a user's password and ends all sessions but one.
   *
   * @throws Problem when the current password is another one
   */
  async changePassword(userId: string, keptSessionId: string, current: string, next: string): Promise<void> {
    const { password_hash: oldHash } = this.findById.get(userId) as unknown as Authenticated;
    if (!(await verifyPassword(current, oldHash))) throw new Problem("wrong_password");
    const newHash = await hashPassword(next);
    this.database.transaction(() => {
      // Of several changes from one password only the first still finds its hash.
      if (this.replacePassword.run(newHash, userId, oldHash).changes === 0) throw new Problem("wrong_password");
      this.endOtherSessions.run(userId, keptSessionId);
    });
  }
}
