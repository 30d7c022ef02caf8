import { DatabaseSync } from "node:sqlite";
import type { StatementSync } from "node:sqlite";

import { Injectable } from "@nestjs/common";
import type { OnModuleDestroy } from "@nestjs/common";

import { Config } from "./config.ts";

// A token that is used up stays until its session is ended: that is how it is recognised when it comes back.
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

/** The SQLite database; closed with the application. */
@Injectable()
export class Database implements OnModuleDestroy {
  private readonly connection: DatabaseSync;

  constructor(config: Config) {
    this.connection = new DatabaseSync(config.databasePath);
    this.connection.exec(SCHEMA);
  }

  prepare(sql: string): StatementSync {
    return this.connection.prepare(sql);
  }

  /** Does synchronous work as a whole, or not at all if it throws. */
  transaction<T>(work: () => T): T {
    this.connection.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.connection.exec("COMMIT");
      return result;
    } catch (error) {
      this.connection.exec("ROLLBACK");
      throw error;
    }
  }

  onModuleDestroy(): void {
    this.connection.close();
  }
}
