import { createHash, createHmac, randomBytes, randomUUID } from "node:crypto";
import type { StatementSync } from "node:sqlite";

import { Injectable } from "@nestjs/common";

import { DatabaseService } from "./database.service.ts";
import { Problem } from "./problem.ts";

const TOKEN_BYTES = 32;

/** The session of a request, as its client sees it. */
export interface CurrentSession {
  id: string;
  username: string;
  role: string;
  csrf_token: string;
}

/** A session that has just begun, with the token that only its client gets. */
export interface NewSession {
  token: string;
  session: CurrentSession;
}

export interface ListedSession {
  id: string;
  user_agent: string;
  current: boolean;
}

/** Sessions, found by the digests of their tokens: the tokens are not stored. */
@Injectable()
export class SessionsService {
  private readonly add: StatementSync;
  private readonly findByDigest: StatementSync;
  private readonly listOfAccount: StatementSync;
  private readonly endOne: StatementSync;
  private readonly endByDigest: StatementSync;
  private readonly endAllBut: StatementSync;

  constructor(private readonly database: DatabaseService) {
    // The hash was verified a while ago: there is nothing to insert if the password has been changed since.
    this.add = database.prepare(`
      INSERT INTO sessions (id, token_digest, username, user_agent)
      SELECT ?, ?, username, ? FROM accounts WHERE username = ? AND password_hash = ?
    `);
    this.findByDigest = database.prepare(
      "SELECT id, username, role FROM sessions JOIN accounts USING (username) WHERE token_digest = ?",
    );
    this.listOfAccount = database.prepare(
      "SELECT id, user_agent FROM sessions WHERE username = ? ORDER BY number",
    );
    this.endOne = database.prepare("DELETE FROM sessions WHERE username = ? AND id = ?");
    this.endByDigest = database.prepare("DELETE FROM sessions WHERE token_digest = ?");
    this.endAllBut = database.prepare("DELETE FROM sessions WHERE username = ? AND id <> ?");
  }

  /** Begins a session in place of another one; undefined if the account no longer has the verified hash. */
  begin(username: string, verifiedHash: string, userAgent: string, replacedToken: string): NewSession | undefined {
    const token = randomBytes(TOKEN_BYTES).toString("base64url");
    this.database.transaction(() => {
      const { changes } = this.add.run(randomUUID(), digestOf(token), userAgent, username, verifiedHash);
      if (changes > 0) this.endByDigest.run(digestOf(replacedToken));
    });
    const session = this.find(token);
    return session && { token, session };
  }

  find(token: string): CurrentSession | undefined {
    const row = this.findByDigest.get(digestOf(token));
    if (!row) return undefined;
    const [id, username, role] = [row["id"], row["username"], row["role"]].map(String) as [string, string, string];
    return { id, username, role, csrf_token: csrfTokenOf(token) };
  }

  /** All sessions of the account that a session belongs to, the oldest first. */
  list(current: CurrentSession): ListedSession[] {
    return this.listOfAccount.all(current.username).map((row) => ({
      id: String(row["id"]),
      user_agent: String(row["user_agent"]),
      current: row["id"] === current.id,
    }));
  }

  end(username: string, id: string): void {
    if (this.endOne.run(username, id).changes === 0) throw Problem.notFound();
  }

  endOthers(username: string, id: string): void {
    this.endAllBut.run(username, id);
  }
}

/** A random token needs neither salt nor a slow hash. */
function digestOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

/** Bound to the session without being stored: only who has the token can compute it. */
function csrfTokenOf(token: string): string {
  return createHmac("sha256", token).update("csrf").digest("hex");
}
