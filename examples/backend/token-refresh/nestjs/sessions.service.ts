import { createHash, randomBytes, randomUUID } from "node:crypto";
import type { StatementSync } from "node:sqlite";

import { Injectable } from "@nestjs/common";

import type { Subject } from "./access-tokens.service.ts";
import { Database } from "./database.ts";
import { Problem } from "./problem.ts";
import type { Authenticated } from "./users.service.ts";

const REFRESH_TOKEN_BYTES = 32;

/** Who sent a request. */
export interface Caller extends Subject {
  username: string;
}

/** A session and its latest refresh token. */
export interface Grant {
  subject: Subject;
  refreshToken: string;
}

/** A session as its user sees it. */
export interface ListedSession {
  id: string;
  device: string;
  created_at: number;
  current: boolean;
}

/** Sessions and their refresh tokens, of which only digests are stored. */
@Injectable()
export class Sessions {
  private readonly insert: StatementSync;
  private readonly findCaller: StatementSync;
  private readonly selectAll: StatementSync;
  private readonly delete: StatementSync;
  private readonly insertToken: StatementSync;
  private readonly findToken: StatementSync;
  private readonly useToken: StatementSync;

  constructor(private readonly database: Database) {
    this.insert = database.prepare(
      `INSERT INTO sessions (id, user_id, device, created_at)
       SELECT ?, id, ?, ? FROM users WHERE id = ? AND password_hash = ?`,
    );
    this.findCaller = database.prepare(
      `SELECT users.id AS userId, username, sessions.id AS sessionId FROM sessions
       JOIN users ON users.id = user_id WHERE users.id = ? AND sessions.id = ?`,
    );
    this.selectAll = database.prepare(
      "SELECT id, device, created_at FROM sessions WHERE user_id = ? ORDER BY position",
    );
    this.delete = database.prepare("DELETE FROM sessions WHERE user_id = ? AND id = ?");
    this.insertToken = database.prepare("INSERT INTO refresh_tokens (digest, session_id) VALUES (?, ?)");
    this.findToken = database.prepare(
      `SELECT user_id AS userId, session_id AS sessionId, used_up AS usedUp FROM refresh_tokens
       JOIN sessions ON sessions.id = session_id WHERE digest = ?`,
    );
    this.useToken = database.prepare("UPDATE refresh_tokens SET used_up = TRUE WHERE digest = ?");
  }

  /**
   * @param now in seconds
   * @throws Problem when the password was changed since the user was authenticated
   */
  start(user: Authenticated, device: string, now: number): Grant {
    const subject = { userId: user.id, sessionId: randomUUID() };
    return this.database.transaction(() => {
      const { changes } = this.insert.run(subject.sessionId, device, now, user.id, user.password_hash);
      if (changes === 0) throw new Problem("invalid_credentials");
      return this.grant(subject);
    });
  }

  /**
   * Exchanges a refresh token. One that is used up ends its session.
   *
   * @throws Problem when the token is used up or unknown
   */
  refresh(token: string): Grant {
    const grant = this.database.transaction(() => {
      const found = this.findToken.get(digest(token)) as (Subject & { usedUp: number }) | undefined;
      if (found?.usedUp === 0) {
        this.useToken.run(digest(token));
        return this.grant({ userId: found.userId, sessionId: found.sessionId });
      }
      if (found !== undefined) this.delete.run(found.userId, found.sessionId);
      return undefined;
    });
    // Thrown in the transaction it would bring the session back.
    if (grant === undefined) throw new Problem("invalid_refresh_token");
    return grant;
  }

  /** @returns undefined when the session has ended or is another user's */
  caller({ userId, sessionId }: Subject): Caller | undefined {
    return this.findCaller.get(userId, sessionId) as Caller | undefined;
  }

  /** The sessions of the caller, oldest first. */
  list({ userId, sessionId }: Caller): ListedSession[] {
    const sessions = this.selectAll.all(userId) as unknown as Omit<ListedSession, "current">[];
    return sessions.map((session) => ({ ...session, current: session.id === sessionId }));
  }

  /** @throws Problem when the caller has no such session */
  end({ userId }: Caller, sessionId: string): void {
    if (this.delete.run(userId, sessionId).changes === 0) throw new Problem("not_found");
  }

  private grant(subject: Subject): Grant {
    const refreshToken = randomBytes(REFRESH_TOKEN_BYTES).toString("base64url");
    this.insertToken.run(digest(refreshToken), subject.sessionId);
    return { subject, refreshToken };
  }
}

/** A quick hash hides a token well, because unlike a password it is random and long. */
function digest(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
