import { DatabaseSync } from "node:sqlite";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS users (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    token_digest TEXT NOT NULL UNIQUE
  ) STRICT;

  CREATE TABLE IF NOT EXISTS workspaces (
    position INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL
  ) STRICT;

  CREATE TABLE IF NOT EXISTS members (
    position INTEGER PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    user_id INTEGER NOT NULL REFERENCES users (id),
    role TEXT NOT NULL,
    UNIQUE (workspace_id, user_id)
  ) STRICT;

  CREATE TABLE IF NOT EXISTS projects (
    position INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    UNIQUE (workspace_id, name)
  ) STRICT;
`;

/**
 * Opens the database and creates what is missing in it.
 *
 * @param {string} path   of the SQLite file, or ":memory:"
 */
export function openDatabase(path) {
  const database = new DatabaseSync(path);
  database.exec(SCHEMA);
  return database;
}

/**
 * Runs work that takes effect as a whole; when it throws, everything that it wrote is undone.
 *
 * Work has to be synchronous: nothing else then runs before it is done, so that what it reads stays true while it writes.
 *
 * @template Result
 * @param {DatabaseSync} database
 * @param {() => Result} work
 * @returns {Result}
 */
export function transaction(database, work) {
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
