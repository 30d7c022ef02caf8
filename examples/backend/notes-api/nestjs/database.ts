import { DatabaseSync } from "node:sqlite";

import type { OnModuleDestroy } from "@nestjs/common";

// AUTOINCREMENT never gives a serial number out twice. Cursors are such numbers: if that of a deleted note came back,
// a note created later could turn up behind a cursor from before.
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
    serial INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    user_id TEXT NOT NULL REFERENCES users (id),
    title TEXT NOT NULL,
    content TEXT NOT NULL,
    tags TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS notes_by_user ON notes (user_id, serial);
`;

/** The SQLite database of an app; it is closed with the app. */
export class Database extends DatabaseSync implements OnModuleDestroy {
  /** @param path  the file; undefined or "": a database in memory */
  constructor(path?: string) {
    super(path || ":memory:");
    this.exec(SCHEMA);
  }

  onModuleDestroy(): void {
    this.close();
  }
}
