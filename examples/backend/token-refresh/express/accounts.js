import { createHash, randomBytes, randomUUID } from "node:crypto";
import { DatabaseSync } from "node:sqlite";

import { hashPassword, verifyPassword } from "./passwords.js";
import { Problem } from "./problems.js";

const REFRESH_TOKEN_BYTES = 32;

// Used-up tokens stay as long as their session, to be recognised when they come back.
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS users (
    id TEXT PRIMARY KEY,
    username TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS sessions (
    position INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    user_id TEXT NOT NULL REFERENCES users (id),
    device TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS refresh_tokens (
    digest TEXT PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    used_up INTEGER NOT NULL DEFAULT FALSE
  ) STRICT;
  CREATE INDEX IF NOT EXISTS sessions_by_user ON sessions (user_id, position);
  CREATE INDEX IF NOT EXISTS tokens_by_session ON refresh_tokens (session_id);
`;

const STATEMENTS = {
  insertUser: "INSERT INTO users VALUES (?, ?, ?) ON CONFLICT (username) DO NOTHING",
  userByName: "SELECT id, password_hash FROM users WHERE username = ?",
  userById: "SELECT id, password_hash FROM users WHERE id = ?",
  replacePassword: "UPDATE users SET password_hash = ? WHERE id = ? AND password_hash = ?",
  insertSession: `INSERT INTO sessions (id, user_id, device, created_at)
    SELECT ?, id, ?, ? FROM users WHERE id = ? AND password_hash = ?`,
  caller: `SELECT users.id AS userId, username, sessions.id AS sessionId FROM users
    JOIN sessions ON user_id = users.id WHERE users.id = ? AND sessions.id = ?`,
  listSessions: "SELECT id, device, created_at FROM sessions WHERE user_id = ? ORDER BY position",
  deleteSession: "DELETE FROM sessions WHERE user_id = ? AND id = ?",
  deleteOtherSessions: "DELETE FROM sessions WHERE user_id = ? AND id <> ?",
  insertToken: "INSERT INTO refresh_tokens (digest, session_id) VALUES (?, ?)",
  findToken: `SELECT used_up, session_id AS sessionId, user_id AS userId FROM refresh_tokens
    JOIN sessions ON sessions.id = session_id WHERE digest = ?`,
  useToken: "UPDATE refresh_tokens SET used_up = TRUE WHERE digest = ?",
};

/**
 * Users, their sessions and the refresh tokens of these. What a method does after its last `await` no other request
 * can interrupt.
 *
 * @typedef {import("./access-tokens.js").Subject} Subject
 * @typedef {Subject & {username: string}} Caller
 */
export class Accounts {
  #database;
  #sql;

  /** @param {string} path  the database file, or ":memory:" */
  constructor(path) {
    this.#database = new DatabaseSync(path);
    this.#database.exec(SCHEMA);
    const prepare = ([name, sql]) => [name, this.#database.prepare(sql)];
    this.#sql = Object.fromEntries(Object.entries(STATEMENTS).map(prepare));
  }

  close() {
    this.#database.close();
  }

  /** @throws {Problem} when the username is taken */
  async addUser({ username, password }) {
    const id = randomUUID();
    const { changes } = this.#sql.insertUser.run(id, username, await hashPassword(password));
    if (changes === 0) throw new Problem("username_taken");
    return { id, username };
  }

  /**
   * @param {{username: string, password: string, device: string}} login
   * @param {number} now  in seconds
   * @returns {Promise<{subject: Subject, refreshToken: string}>}
   * @throws {Problem} when there is no such user, or the password is another one
   */
  async startSession({ username, password, device }, now) {
    const user = this.#sql.userByName.get(username);
    if (user === undefined) {
      // Takes as long as verifying, so that the time of the answer does not tell who exists.
      await hashPassword(password);
      throw new Problem("invalid_credentials");
    }
    if (!(await verifyPassword(password, user.password_hash))) throw new Problem("invalid_credentials");
    const sessionId = randomUUID();
    return this.#transaction(() => {
      // The password may have been changed while it was verified.
      const { changes } = this.#sql.insertSession.run(sessionId, device, now, user.id, user.password_hash);
      if (changes === 0) throw new Problem("invalid_credentials");
      return { subject: { userId: user.id, sessionId }, refreshToken: this.#addToken(sessionId) };
    });
  }

  /**
   * Exchanges a refresh token. One that is used up ends its session.
   *
   * @returns {{subject: Subject, refreshToken: string}}
   * @throws {Problem} when the token is unknown or used up
   */
  refresh(token) {
    const answer = this.#transaction(() => {
      const found = this.#sql.findToken.get(digest(token));
      if (found === undefined) return undefined;
      const { used_up, ...subject } = found;
      if (used_up) {
        this.#sql.deleteSession.run(subject.userId, subject.sessionId);
        return undefined;
      }
      this.#sql.useToken.run(digest(token));
      return { subject, refreshToken: this.#addToken(subject.sessionId) };
    });
    // Only here, because an error in the transaction would bring the session back.
    if (answer === undefined) throw new Problem("invalid_refresh_token");
    return answer;
  }

  /**
   * @param {Subject} subject
   * @returns {Caller | undefined}  undefined when the session has ended or is another user's
   */
  findCaller({ userId, sessionId }) {
    return this.#sql.caller.get(userId, sessionId);
  }

  /**
   * The sessions of the caller, oldest first.
   *
   * @param {Caller} caller
   */
  listSessions({ userId, sessionId }) {
    return this.#sql.listSessions.all(userId).map((session) => ({ ...session, current: session.id === sessionId }));
  }

  /** @throws {Problem} when the caller has no such session */
  endSession({ userId }, sessionId) {
    if (this.#sql.deleteSession.run(userId, sessionId).changes === 0) throw new Problem("not_found");
  }

  /**
   * Sets the caller's password and ends all other sessions.
   *
   * @throws {Problem} when the current password is another one
   */
  async changePassword({ userId, sessionId }, { current_password, new_password }) {
    const { password_hash } = this.#sql.userById.get(userId);
    if (!(await verifyPassword(current_password, password_hash))) throw new Problem("wrong_password");
    const newHash = await hashPassword(new_password);
    this.#transaction(() => {
      // Of several changes from one password only the first still finds it.
      const { changes } = this.#sql.replacePassword.run(newHash, userId, password_hash);
      if (changes === 0) throw new Problem("wrong_password");
      this.#sql.deleteOtherSessions.run(userId, sessionId);
    });
  }

  #addToken(sessionId) {
    const token = randomBytes(REFRESH_TOKEN_BYTES).toString("base64url");
    this.#sql.insertToken.run(digest(token), sessionId);
    return token;
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

/** Tokens are random and long, so that a quick hash is enough. */
function digest(token) {
  return createHash("sha256").update(token).digest("hex");
}
