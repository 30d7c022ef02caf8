import { DatabaseSync } from "node:sqlite";

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

/**
 * Runs `work` in a transaction: all its changes are kept, or none when it throws.
 *
 * @template T
 * @param {DatabaseSync} database
 * @param {() => T} work  synchronous, so no other request can come in between
 * @returns {T}
 */
export function transact(database, work) {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}
