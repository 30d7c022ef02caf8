import { DatabaseSync } from "node:sqlite";
import type { StatementSync } from "node:sqlite";

import type { OnApplicationShutdown } from "@nestjs/common";

// A deleted link stays, so that its code stays taken. Times are texts of one form, in which an earlier time is a
// smaller text.
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS tenants (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    key_hash TEXT NOT NULL UNIQUE
  ) STRICT;
  CREATE TABLE IF NOT EXISTS links (
    position INTEGER PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenants (id),
    code TEXT NOT NULL UNIQUE,
    url TEXT NOT NULL,
    expires_at TEXT,
    hits INTEGER NOT NULL DEFAULT 0,
    deleted INTEGER NOT NULL DEFAULT FALSE
  ) STRICT;
  CREATE INDEX IF NOT EXISTS links_by_tenant ON links (tenant_id, position);
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

  onApplicationShutdown(): void {
    this.connection.close();
  }
}
