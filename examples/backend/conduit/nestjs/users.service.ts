import { Injectable } from "@nestjs/common";

import { DatabaseService } from "./database.service.ts";
import { ApiError } from "./errors.ts";
import { hashPassword, isPassword, UNKNOWN } from "./passwords.ts";
import { TokensService } from "./tokens.service.ts";

/** A row of a user. */
export interface User {
  id: number;
  username: string;
  email: string;
  password_hash: string;
  bio: string | null;
  image: string | null;
}

export interface Credentials {
  email: string;
  password: string;
}

export interface Registration extends Credentials {
  username: string;
}

export type UserChange = Partial<Registration & Pick<User, "bio" | "image">>;

/** What users are told about themselves. */
export type Account = Pick<User, "email" | "username" | "bio" | "image"> & { token: string };

/** A user as others see it. */
export type Profile = Pick<User, "username" | "bio" | "image"> & { following: boolean };

/** The columns of which a profile is made. */
export type ProfileRow = Pick<User, "username" | "bio" | "image"> & { following: number };

export function toProfile({ username, bio, image, following }: ProfileRow): Profile {
  return { username, bio, image, following: following === 1 };
}

@Injectable()
export class UsersService {
  constructor(
    private readonly database: DatabaseService,
    private readonly tokens: TokensService,
  ) {}

  /** The user whom the subject of a token stands for. */
  find(subject: string): User | undefined {
    return this.database.get("SELECT * FROM users WHERE id = :subject", { subject });
  }

  /** @throws ApiError 409 */
  async register({ username, email, password }: Registration): Promise<Account> {
    const hash = await hashPassword(password);
    const user = this.database.transaction(() => {
      this.refuseTaken({ username, email }, null);
      return this.database.get<User>(
        "INSERT INTO users (username, email, password_hash) VALUES (:username, :email, :hash) RETURNING *",
        { username, email, hash },
      );
    });
    return this.toAccount(user!);
  }

  /** @throws ApiError 401 */
  async login({ email, password }: Credentials): Promise<Account> {
    const user = this.database.get<User>("SELECT * FROM users WHERE email = :email", { email });
    const isRight = await isPassword(password, user?.password_hash ?? UNKNOWN);
    if (!user || !isRight) throw new ApiError(401, { credentials: "are not valid" });
    return this.toAccount(user);
  }

  /** @throws ApiError 409 */
  async change(caller: User, { password, ...changes }: UserChange): Promise<Account> {
    const hash = password === undefined ? {} : { password_hash: await hashPassword(password) };
    const user = this.database.transaction(() => {
      this.refuseTaken(changes, caller.id);
      return this.database.get<User>(
        `UPDATE users SET username = :username, email = :email, password_hash = :password_hash, bio = :bio,
         image = :image WHERE id = :id RETURNING *`,
        { ...this.find(String(caller.id))!, ...changes, ...hash },
      );
    });
    return this.toAccount(user!);
  }

  toAccount({ id, email, username, bio, image }: User): Account {
    return { email, username, bio, image, token: this.tokens.issue(id) };
  }

  /** @throws ApiError 404 */
  profile(username: string, caller: User | null): Profile {
    return toProfile(this.findRow(username, caller));
  }

  /** @throws ApiError 404, 422 */
  follow(username: string, caller: User): Profile {
    const followed = this.findRow(username, caller).id;
    if (followed === caller.id) throw new ApiError(422, { username: "is your own" });
    const ids = { follower: caller.id, followed };
    this.database.get("INSERT OR IGNORE INTO follows VALUES (:follower, :followed)", ids);
    return this.profile(username, caller);
  }

  /** @throws ApiError 404 */
  unfollow(username: string, caller: User): Profile {
    const ids = { follower: caller.id, followed: this.findRow(username, caller).id };
    this.database.get("DELETE FROM follows WHERE follower_id = :follower AND followed_id = :followed", ids);
    return this.profile(username, caller);
  }

  private findRow(username: string, caller: User | null): ProfileRow & { id: number } {
    const row = this.database.get<ProfileRow & { id: number }>(
      `SELECT *, EXISTS (SELECT 1 FROM follows WHERE follower_id = :caller AND followed_id = users.id) AS following
       FROM users WHERE username = :username`,
      { username, caller: caller?.id ?? null },
    );
    if (!row) throw ApiError.notFound("profile");
    return row;
  }

  private refuseTaken(wanted: { username?: string; email?: string }, id: number | null): void {
    const taken = (["username", "email"] as const).filter((name) => {
      const value = wanted[name] ?? null;
      return this.database.get(`SELECT 1 FROM users WHERE ${name} = :value AND id IS NOT :id`, { value, id });
    });
    const errors = Object.fromEntries(taken.map((name) => [name, "has already been taken"]));
    if (taken.length > 0) throw new ApiError(409, errors);
  }
}
