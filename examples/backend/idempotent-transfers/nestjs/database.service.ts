import { DatabaseSync } from "node:sqlite";
import type { StatementSync } from "node:sqlite";

import type { OnApplicationShutdown } from "@nestjs/common";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS accounts (
    id TEXT PRIMARY KEY,
    currency TEXT NOT NULL,
    opening_balance INTEGER NOT NULL,
    balance INTEGER NOT NULL CHECK (balance BETWEEN 0 AND 1000000000000000)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS transfers (
    id TEXT PRIMARY KEY,
    from_id TEXT NOT NULL REFERENCES accounts (id),
    to_id TEXT NOT NULL REFERENCES accounts (id),
    amount INTEGER NOT NULL,
    currency TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS entries (
    position INTEGER PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    transfer_id TEXT NOT NULL REFERENCES transfers (id),
    counterparty TEXT NOT NULL REFERENCES accounts (id),
    amount INTEGER NOT NULL,
    balance_after INTEGER NOT NULL,
    UNIQUE (account_id, transfer_id)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS entries_by_account ON entries (account_id, position);
  CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY,
    request TEXT NOT NULL,
    status INTEGER NOT NULL,
    location TEXT,
    body TEXT NOT NULL
  ) STRICT;
`;

/** The SQLite database; closed when the application is. */
export class Database implements OnApplicationShutdown {
  private readonly connection: DatabaseSync;

  /** @param path undefined or "": a database in memory */
  constructor(path?: string) {
    this.connection = new DatabaseSync(path || ":memory:");
    this.connection.exec(SCHEMA);
  }

  prepare(sql: string): StatementSync {
    return this.connection.prepare(sql);
  }

  /** Runs `work` in a transaction, synchronously: all its changes are kept, or none when it throws. */
  transact<T>(work: () => T): T {
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
