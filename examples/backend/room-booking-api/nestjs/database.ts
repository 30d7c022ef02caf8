import { DatabaseSync } from "node:sqlite";
import type { StatementSync } from "node:sqlite";

import type { OnApplicationShutdown } from "@nestjs/common";

// The number of a room is its place in the order of creation, which random ids do not have.
// The key stands in the row of the booking that it created, so one insert stores both or neither.
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS rooms (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    capacity INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS bookings (
    id TEXT PRIMARY KEY,
    room_id TEXT NOT NULL REFERENCES rooms (id),
    title TEXT NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    status TEXT NOT NULL DEFAULT 'confirmed',
    key TEXT UNIQUE
  ) STRICT;
  CREATE INDEX IF NOT EXISTS confirmed_by_room ON bookings (room_id, start) WHERE status = 'confirmed';
`;

/** The SQLite database; closed when the application is. */
export class Database implements OnApplicationShutdown {
  private readonly connection: DatabaseSync;

  constructor(path: string) {
    this.connection = new DatabaseSync(path);
    this.connection.exec(SCHEMA);
  }

  prepare(sql: string): StatementSync {
    return this.connection.prepare(sql);
  }

  onApplicationShutdown(): void {
    this.connection.close();
  }
}
