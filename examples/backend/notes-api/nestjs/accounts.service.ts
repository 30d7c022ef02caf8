import { createHash, randomBytes, randomUUID } from "node:crypto";

import { Inject, Injectable } from "@nestjs/common";

import { CLOCK } from "./clock.ts";
import type { Clock } from "./clock.ts";
import { Database } from "./database.ts";
import { invalidCredentials, usernameTaken } from "./errors.ts";
import { UNMATCHABLE_HASH, hashPassword, verifyPassword } from "./passwords.ts";

/** How long a token is valid after its login. */
export const TOKEN_SECONDS = 3600;

export interface Credentials {
  username: string;
  password: string;
}

/** A user as clients see it. */
export interface User {
  id: string;
  username: string;
}

/** Who sends a request, and with which token. */
export interface Session {
  userId: string;
  tokenDigest: string;
}

interface UserRow {
  id: string;
  password_hash: string;
}

/** Users and their tokens. */
@Injectable()
export class AccountsService {
  constructor(
    private readonly database: Database,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  /**
   * Creates a user.
   *
   * @throws {ApiError} the username, which must be in lower case, is taken
   */
  async register({ username, password }: Credentials): Promise<User> {
    const user = { id: randomUUID(), username };
    const passwordHash = await hashPassword(password);
    const { changes } = this.database
      .prepare("INSERT INTO users (id, username, password_hash) VALUES (?, ?, ?) ON CONFLICT (username) DO NOTHING")
      .run(user.id, username, passwordHash);
    if (changes === 0) throw usernameTaken();
    return user;
  }

  /**
   * Issues a new token.
   *
   * @throws {ApiError} there is no such user, or the password is another
   */
  async login({ username, password }: Credentials): Promise<string> {
    const user = this.findUser(username);
    // Unknown users cost a hash as well: the time of the answer must not tell which usernames exist.
    const isPassword = await verifyPassword(password, user?.password_hash ?? UNMATCHABLE_HASH);
    if (user === undefined || !isPassword) throw invalidCredentials();
    return this.issueToken(user.id);
  }

  /** Revokes the token of a session. */
  logout({ tokenDigest }: Session): void {
    this.database.prepare("DELETE FROM tokens WHERE digest = ?").run(tokenDigest);
  }

  /** The session of a token, undefined if the token is not valid now. */
  findSession(token: string): Session | undefined {
    const tokenDigest = digest(token);
    const row = this.database
      .prepare("SELECT user_id FROM tokens WHERE digest = ? AND expires_at > ?")
      .get(tokenDigest, this.now()) as { user_id: string } | undefined;
    return row && { userId: row.user_id, tokenDigest };
  }

  private findUser(username: string): UserRow | undefined {
    // `toLowerCase` also maps some other letters to ASCII ones, such as the Kelvin sign to "k".
    if (/[^\x01-\x7f]/.test(username)) return undefined;
    const query = this.database.prepare("SELECT id, password_hash FROM users WHERE username = ?");
    return query.get(username.toLowerCase()) as UserRow | undefined;
  }

  private issueToken(userId: string): string {
    const token = randomBytes(32).toString("base64url");
    const time = this.now();
    this.database.prepare("DELETE FROM tokens WHERE expires_at <= ?").run(time);
    this.database
      .prepare("INSERT INTO tokens (digest, user_id, expires_at) VALUES (?, ?, ?)")
      .run(digest(token), userId, time + TOKEN_SECONDS * 1000);
    return token;
  }
}

/** A token is random and long, so a fast hash without salt protects it. */
function digest(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
