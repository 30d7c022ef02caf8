import { DatabaseSync } from "node:sqlite";

import { notFound } from "./problems.js";

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

/**
 * Channels and their newest messages. A channel that is not open is thrown as a Problem.
 *
 * @typedef {{id: number, event: string, data: string}} Message
 */
export class Store {
  #database;
  #statements;
  #history;

  /**
   * @param {string} path      of the SQLite file, or ":memory:"
   * @param {number} history   how many messages of each channel are kept
   */
  constructor(path, history) {
    this.#history = history;
    this.#database = new DatabaseSync(path);
    this.#database.exec(SCHEMA);
    this.#statements = prepare(this.#database);
  }

  close() {
    this.#database.close();
  }

  /** @returns {boolean} false when the channel was open before */
  open(name) {
    return this.#statements.open.run(name).changes === 1;
  }

  /** Closes a channel and forgets its messages. */
  delete(name) {
    this.#transaction(() => {
      if (this.#statements.close.run(name).changes === 0) throw notFound();
      this.#statements.deleteAll.run(name);
    });
  }

  /** The id of the latest message, 0 before the first. */
  lastId(name) {
    const row = this.#statements.lastId.get(name);
    if (!row) throw notFound();
    return row.last_id;
  }

  /**
   * Stores a message under the next id, and drops the one that is too many.
   *
   * @returns {Message}
   */
  append(name, { event, data }) {
    return this.#transaction(() => {
      const row = this.#statements.nextId.get(name);
      if (!row) throw notFound();
      const id = row.last_id;
      this.#statements.insert.run(name, id, event, data);
      this.#statements.deleteOld.run(name, id - this.#history);
      return { id, event, data };
    });
  }

  /**
   * What a client has missed that has everything up to the id `after`. When that is no longer kept as a whole,
   * or is of the future, `resetTo` is the id before the oldest message, and all messages are there.
   *
   * @returns {{resetTo?: number, messages: Message[]}}
   */
  missed(name, after) {
    const lastId = this.lastId(name);
    const resetTo = this.#statements.firstId.get(lastId + 1, name).id - 1;
    if (after >= resetTo && after <= lastId) return { messages: this.#statements.newer.all(name, after) };
    return { resetTo, messages: this.#statements.newer.all(name, resetTo) };
  }

  #transaction(work) {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.#database.exec("COMMIT");
      return result;
    } catch (error) {
      this.#database.exec("ROLLBACK");
      throw error;
    }
  }
}

function prepare(database) {
  const statements = {
    open: `
      INSERT INTO channels (name) VALUES (?)
      ON CONFLICT (name) DO UPDATE SET is_open = TRUE WHERE NOT is_open
    `,
    close: "UPDATE channels SET is_open = FALSE WHERE name = ? AND is_open",
    lastId: "SELECT last_id FROM channels WHERE name = ? AND is_open",
    nextId: "UPDATE channels SET last_id = last_id + 1 WHERE name = ? AND is_open RETURNING last_id",
    insert: "INSERT INTO messages (channel, id, event, data) VALUES (?, ?, ?, ?)",
    deleteOld: "DELETE FROM messages WHERE channel = ? AND id <= ?",
    deleteAll: "DELETE FROM messages WHERE channel = ?",
    firstId: "SELECT coalesce(min(id), ?) AS id FROM messages WHERE channel = ?",
    newer: "SELECT id, event, data FROM messages WHERE channel = ? AND id > ? ORDER BY id",
  };
  return Object.fromEntries(Object.entries(statements).map(([name, sql]) => [name, database.prepare(sql)]));
}
