import { DatabaseSync } from "node:sqlite";

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

/**
 * Opens the database and creates what is missing in it.
 *
 * @param {string} [path]  undefined or "": a database in memory
 */
export function openDatabase(path) {
  const database = new DatabaseSync(path || ":memory:");
  database.exec(SCHEMA);
  return database;
}
