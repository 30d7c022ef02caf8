import { createHash, randomBytes, randomUUID } from "node:crypto";

import { invalidCredentials, unauthorized, usernameTaken } from "./errors.js";
import { UNMATCHABLE_HASH, hashPassword, verifyPassword } from "./passwords.js";
import { textFault, validate } from "./validation.js";

const USERNAME = /^[A-Za-z0-9_.-]{3,32}$/;
const BEARER = /^bearer +([^ ]+)$/i;
const TOKEN_SECONDS = 3600;

const REGISTRATION = {
  username: (value) =>
    typeof value === "string" && USERNAME.test(value)
      ? undefined
      : "must have 3 to 32 characters, each a letter, a digit, '_', '-' or '.'",
  password: (value) => textFault(value, 8, 128),
};

const stringFault = (value) => (typeof value === "string" ? undefined : "must be a string");
const LOGIN = { username: stringFault, password: stringFault };

/** Handlers for users and their tokens. */
export class Accounts {
  #now;
  #insertUser;
  #selectUser;
  #insertToken;
  #selectToken;
  #deleteToken;
  #deleteExpiredTokens;

  /**
   * @param {import("node:sqlite").DatabaseSync} database
   * @param {() => number} now  milliseconds since the epoch
   */
  constructor(database, now) {
    this.#now = now;
    this.#insertUser = database.prepare(
      "INSERT INTO users (id, username, password_hash) VALUES (?, ?, ?) ON CONFLICT (username) DO NOTHING",
    );
    this.#selectUser = database.prepare("SELECT id, password_hash FROM users WHERE username = ?");
    this.#insertToken = database.prepare("INSERT INTO tokens (digest, user_id, expires_at) VALUES (?, ?, ?)");
    this.#selectToken = database.prepare("SELECT user_id FROM tokens WHERE digest = ? AND expires_at > ?");
    this.#deleteToken = database.prepare("DELETE FROM tokens WHERE digest = ?");
    this.#deleteExpiredTokens = database.prepare("DELETE FROM tokens WHERE expires_at <= ?");
  }

  /** Middleware: lets only requests with a valid token pass, and keeps whose it is in `res.locals`. */
  authenticate = (req, res, next) => {
    const [, token] = BEARER.exec(req.get("Authorization") ?? "") ?? [];
    if (token === undefined) throw unauthorized();
    const tokenDigest = digest(token);
    const row = this.#selectToken.get(tokenDigest, this.#now());
    if (row === undefined) throw unauthorized();
    Object.assign(res.locals, { userId: row.user_id, tokenDigest });
    next();
  };

  /** Creates a user. */
  register = async (req, res) => {
    validate(req.body, REGISTRATION);
    const id = randomUUID();
    const username = req.body.username.toLowerCase();
    const { changes } = this.#insertUser.run(id, username, await hashPassword(req.body.password));
    if (changes === 0) throw usernameTaken();
    res.status(201).json({ id, username });
  };

  /** Issues a new token. */
  login = async (req, res) => {
    validate(req.body, LOGIN);
    const user = this.#findUser(req.body.username);
    // Unknown users cost a hash as well: the time of the answer must not tell which usernames exist.
    const isPassword = await verifyPassword(req.body.password, user?.password_hash ?? UNMATCHABLE_HASH);
    if (user === undefined || !isPassword) throw invalidCredentials();
    res.json({ token: this.#issueToken(user.id), token_type: "Bearer", expires_in: TOKEN_SECONDS });
  };

  /** Revokes the token of this request. */
  logout = (req, res) => {
    this.#deleteToken.run(res.locals.tokenDigest);
    res.status(204).end();
  };

  #findUser(username) {
    // The pattern lets only ASCII through: `toLowerCase` would also make "k" of the Kelvin sign.
    return USERNAME.test(username) ? this.#selectUser.get(username.toLowerCase()) : undefined;
  }

  #issueToken(userId) {
    const token = randomBytes(32).toString("base64url");
    const time = this.#now();
    this.#deleteExpiredTokens.run(time);
    this.#insertToken.run(digest(token), userId, time + TOKEN_SECONDS * 1000);
    return token;
  }
}

/** A token is random and long, so a fast hash without salt protects it. */
function digest(token) {
  return createHash("sha256").update(token).digest("hex");
}
