import { DatabaseSync, type StatementSync } from "node:sqlite";

import { Inject, Injectable, type OnApplicationShutdown } from "@nestjs/common";

import { SETTINGS, type Settings } from "./settings.ts";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS accounts (
    username TEXT PRIMARY KEY,
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL DEFAULT 'user'
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS sessions (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    token_digest BLOB NOT NULL UNIQUE,
    username TEXT NOT NULL REFERENCES accounts,
    user_agent TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS sessions_of_account ON sessions (username, number);
  CREATE TABLE IF NOT EXISTS attempts (
    username TEXT PRIMARY KEY,
    failures INTEGER NOT NULL,
    expires REAL NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

/** The SQLite database, used synchronously; closed when the application is. */
@Injectable()
export class DatabaseService implements OnApplicationShutdown {
  private readonly connection: DatabaseSync;

  constructor(@Inject(SETTINGS) { databasePath }: Settings) {
    this.connection = new DatabaseSync(databasePath || ":memory:");
    this.connection.exec(SCHEMA);
  }

  prepare(sql: string): StatementSync {
    return this.connection.prepare(sql);
  }

  /** Keeps what `work` writes unless it throws. */
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

  onApplicationShutdown(): void {
    this.connection.close();
  }
}
