import { DatabaseSync, type StatementSync } from "node:sqlite";

import { Injectable, type OnApplicationShutdown } from "@nestjs/common";

import type { Message, Missed, NewMessage } from "./message.ts";
import { Problem } from "./problem.ts";
import { Settings } from "./settings.ts";

// The row of a deleted channel stays, so that no id is ever given twice.
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS channels (
    name TEXT PRIMARY KEY,
    last_id INTEGER NOT NULL DEFAULT 0,
    is_open INTEGER NOT NULL DEFAULT TRUE
  ) STRICT;

  CREATE TABLE IF NOT EXISTS messages (
    channel TEXT NOT NULL REFERENCES channels (name),
    id INTEGER NOT NULL,
    event TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (channel, id)
  ) STRICT;
`;

/** Channels and their newest messages; a channel that is not open is thrown as a Problem. */
@Injectable()
export class ChannelsRepository implements OnApplicationShutdown {
  private readonly database: DatabaseSync;
  private readonly history: number;
  private readonly openChannel: StatementSync;
  private readonly closeChannel: StatementSync;
  private readonly selectLastId: StatementSync;
  private readonly raiseLastId: StatementSync;
  private readonly insertMessage: StatementSync;
  private readonly deleteMessages: StatementSync;
  private readonly selectFirstId: StatementSync;
  private readonly selectMessages: StatementSync;

  constructor({ databasePath, history }: Settings) {
    const database = new DatabaseSync(databasePath);
    database.exec(SCHEMA);
    this.database = database;
    this.history = history;
    this.openChannel = database.prepare(`
      INSERT INTO channels (name) VALUES (?)
      ON CONFLICT (name) DO UPDATE SET is_open = TRUE WHERE NOT is_open
    `);
    this.closeChannel = database.prepare("UPDATE channels SET is_open = FALSE WHERE name = ? AND is_open");
    this.selectLastId = database.prepare("SELECT last_id AS id FROM channels WHERE name = ? AND is_open");
    this.raiseLastId = database.prepare(
      "UPDATE channels SET last_id = last_id + 1 WHERE name = ? AND is_open RETURNING last_id AS id",
    );
    this.insertMessage = database.prepare("INSERT INTO messages (channel, id, event, data) VALUES (?, ?, ?, ?)");
    this.deleteMessages = database.prepare("DELETE FROM messages WHERE channel = ? AND id <= ?");
    this.selectFirstId = database.prepare("SELECT coalesce(min(id), ?) AS id FROM messages WHERE channel = ?");
    this.selectMessages = database.prepare(
      "SELECT id, event, data FROM messages WHERE channel = ? AND id > ? ORDER BY id",
    );
  }

  onApplicationShutdown(): void {
    this.database.close();
  }

  /** Opens a channel; false when it was open before. */
  open(name: string): boolean {
    return this.openChannel.run(name).changes === 1;
  }

  /** Closes a channel and forgets its messages. */
  delete(name: string): void {
    this.transaction(() => {
      const lastId = this.lastId(name);
      this.closeChannel.run(name);
      this.deleteMessages.run(name, lastId);
    });
  }

  /** The id of the latest message, 0 before the first. */
  lastId(name: string): number {
    return idOf(this.selectLastId.get(name));
  }

  /** Stores a message under the next id, and drops the one that is too many. */
  append(name: string, { event, data }: NewMessage): Message {
    return this.transaction(() => {
      const id = idOf(this.raiseLastId.get(name));
      this.insertMessage.run(name, id, event, data);
      this.deleteMessages.run(name, id - this.history);
      return { id, event, data };
    });
  }

  /** What a client has missed that has everything up to the id `after`. */
  missed(name: string, after: number): Missed {
    const lastId = this.lastId(name);
    const beforeFirst = idOf(this.selectFirstId.get(lastId + 1, name)) - 1;
    if (after >= beforeFirst && after <= lastId) return { messages: this.messages(name, after) };
    return { resetTo: beforeFirst, messages: this.messages(name, beforeFirst) };
  }

  private messages(name: string, after: number): Message[] {
    return this.selectMessages.all(name, after) as unknown as Message[];
  }

  private transaction<Result>(work: () => Result): Result {
    this.database.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.database.exec("COMMIT");
      return result;
    } catch (error) {
      this.database.exec("ROLLBACK");
      throw error;
    }
  }
}

function idOf(row: Record<string, unknown> | undefined): number {
  if (!row) throw Problem.notFound();
  return Number(row["id"]);
}
