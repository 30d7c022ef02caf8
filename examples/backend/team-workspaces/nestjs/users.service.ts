import { hash, randomBytes } from "node:crypto";
import type { StatementSync } from "node:sqlite";

import { Injectable } from "@nestjs/common";

import { Database } from "./database.ts";
import { Problem } from "./problem.ts";

const TOKEN_BYTES = 32;

export interface User {
  id: number;
  name: string;
}

@Injectable()
export class UsersService {
  private readonly insert: StatementSync;
  private readonly selectByDigest: StatementSync;

  constructor(database: Database) {
    this.insert = database.prepare("INSERT INTO users (name, token_digest) VALUES (?, ?) ON CONFLICT DO NOTHING");
    this.selectByDigest = database.prepare("SELECT id, name FROM users WHERE token_digest = ?");
  }

  /** Adds a user and returns the token, which is not seen again. */
  add(name: string): string {
    const token = randomBytes(TOKEN_BYTES).toString("base64url");
    if (this.insert.run(name, digest(token)).changes === 0) throw Problem.nameTaken();
    return token;
  }

  findByToken(token: string): User | undefined {
    return this.selectByDigest.get(digest(token)) as User | undefined;
  }
}

/** What is stored of a token; it is too random to be guessed, so that it needs no salt and no slow hash. */
function digest(token: string): string {
  return hash("sha256", token);
}
