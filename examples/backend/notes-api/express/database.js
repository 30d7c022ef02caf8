import { DatabaseSync } from "node:sqlite";

// AUTOINCREMENT never gives a position out twice. A cursor is a position, so without it a note that is created after
// the newest ones were deleted could turn up behind a cursor that is older than the note.
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS users (
    id TEXT PRIMARY KEY,
    username TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL
  );
  CREATE TABLE IF NOT EXISTS tokens (
    digest TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    expires_at INTEGER NOT NULL
  );
  CREATE INDEX IF NOT EXISTS tokens_by_expiry ON tokens (expires_at);
  CREATE TABLE IF NOT EXISTS notes (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    user_id TEXT NOT NULL REFERENCES users (id),
    title TEXT NOT NULL,
    content TEXT NOT NULL,
    tags TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS notes_by_user ON notes (user_id, position);
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
