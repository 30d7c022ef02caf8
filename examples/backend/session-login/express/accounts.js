import { randomUUID } from "node:crypto";
import { DatabaseSync } from "node:sqlite";

import { csrfTokenOf, digestOf, hashPassword, isPassword, newToken } from "./credentials.js";
import { Problem } from "./problems.js";

const MAX_FAILURES = 5;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS accounts (
    username TEXT PRIMARY KEY,
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL DEFAULT 'user'
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS sessions (
    position INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    token_digest TEXT NOT NULL UNIQUE,
    username TEXT NOT NULL REFERENCES accounts,
    user_agent TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS sessions_by_account ON sessions (username, position);
  CREATE TABLE IF NOT EXISTS attempts (
    username TEXT PRIMARY KEY,
    failures INTEGER NOT NULL,
    expires REAL NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

const STATEMENTS = {
  addAccount: "INSERT INTO accounts (username, password_hash) VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING role",
  findHash: "SELECT password_hash FROM accounts WHERE username = ?",
  // The hash is a condition of both, because it was verified before: the password may have been changed since.
  addSession: `
    INSERT INTO sessions (id, token_digest, username, user_agent)
    SELECT ?, ?, username, ? FROM accounts WHERE username = ? AND password_hash = ?
  `,
  replaceHash: "UPDATE accounts SET password_hash = ? WHERE username = ? AND password_hash = ?",
  findSession: "SELECT id, username, role FROM sessions JOIN accounts USING (username) WHERE token_digest = ?",
  listSessions: "SELECT id, user_agent FROM sessions WHERE username = ? ORDER BY position",
  endSession: "DELETE FROM sessions WHERE username = ? AND id = ?",
  endSessionOfToken: "DELETE FROM sessions WHERE token_digest = ?",
  endOtherSessions: "DELETE FROM sessions WHERE username = ? AND id <> ?",
  findAttempts: "SELECT failures, expires FROM attempts WHERE username = ?",
  putAttempts: "REPLACE INTO attempts (username, failures, expires) VALUES (?, ?, ?)",
  forgetAttempts: "DELETE FROM attempts WHERE username = ?",
  forgetOldAttempts: "DELETE FROM attempts WHERE expires <= ?",
};

/** A session; its token is known to its client only.
 * @typedef {{ id: string, username: string, role: string, csrf_token: string, token: string }} Session
 */

/**
 * Accounts and their sessions. What cannot be done is thrown as a Problem.
 *
 * The database is used synchronously: between two `await`s nothing else comes in between.
 */
export class Accounts {
  #database;
  #run;
  #passwordCost;
  #lockSeconds;

  constructor({ databasePath, passwordCost, lockSeconds }) {
    this.#database = new DatabaseSync(databasePath || ":memory:");
    this.#database.exec(SCHEMA);
    const prepared = Object.entries(STATEMENTS).map(([name, sql]) => [name, this.#database.prepare(sql)]);
    this.#run = Object.fromEntries(prepared);
    this.#passwordCost = passwordCost;
    this.#lockSeconds = lockSeconds;
  }

  close() {
    this.#database.close();
  }

  async register(username, password) {
    const hash = await hashPassword(password, this.#passwordCost);
    const added = this.#run.addAccount.get(username, hash);
    if (!added) throw new Problem("username_taken");
    return { username, role: added.role };
  }

  /**
   * Begins a session with a new token, in place of the one that belongs to `replacedToken`.
   *
   * @returns {Promise<Session>}
   */
  async logIn(username, password, userAgent, replacedToken = "") {
    const verified = await this.#verify(username, password);
    const token = newToken();
    const begun = verified && this.#transaction(() => {
      const added = this.#run.addSession.run(randomUUID(), digestOf(token), userAgent, username, verified);
      if (added.changes > 0) this.#run.endSessionOfToken.run(digestOf(replacedToken));
      return added.changes > 0;
    });
    if (!begun) throw new Problem("invalid_credentials");
    return this.session(token);
  }

  /** @returns {Session | undefined} */
  session(token) {
    const found = this.#run.findSession.get(digestOf(token));
    return found && { ...found, csrf_token: csrfTokenOf(token), token };
  }

  /** Ids and user agents of an account's sessions, the oldest first. */
  sessions(username) {
    return this.#run.listSessions.all(username);
  }

  endSession(username, id) {
    if (this.#run.endSession.run(username, id).changes === 0) throw new Problem("not_found");
  }

  /** Sets a new password and ends all sessions of the account but the given one. */
  async changePassword({ username, id, token }, current, next) {
    const verified = await this.#verify(username, current);
    if (!verified) throw new Problem("wrong_password");
    const hash = await hashPassword(next, this.#passwordCost);
    this.#transaction(() => {
      if (!this.session(token)) throw new Problem("unauthenticated"); // it was ended in the meantime
      if (this.#run.replaceHash.run(hash, username, verified).changes === 0) throw new Problem("wrong_password");
      this.#run.endOtherSessions.run(username, id);
    });
  }

  /** The stored hash if the password is right; undefined if it is wrong, or after as much work without an account. */
  async #verify(username, password) {
    this.#countAttempt(username);
    const account = this.#run.findHash.get(username);
    if (!account) {
      await hashPassword(password, this.#passwordCost);
      return undefined;
    }
    if (!(await isPassword(password, account.password_hash))) return undefined;
    this.#run.forgetAttempts.run(username);
    return account.password_hash;
  }

  /** Counts before anything is awaited: attempts at the same time would otherwise all find a low count. */
  #countAttempt(username) {
    const now = Date.now() / 1000;
    this.#transaction(() => {
      this.#run.forgetOldAttempts.run(now);
      const { failures, expires } = this.#run.findAttempts.get(username) ?? { failures: 0, expires: now };
      if (failures >= MAX_FAILURES) {
        throw new Problem("too_many_attempts", { headers: { "Retry-After": `${Math.ceil(expires - now)}` } });
      }
      this.#run.putAttempts.run(username, failures + 1, now + this.#lockSeconds);
    });
  }

  #transaction(work) {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.#database.exec("COMMIT");
      return result;
    } catch (error) {
      this.#database.exec("ROLLBACK");
      throw error;
    }
  }
}
