import { DatabaseSync, type StatementSync } from "node:sqlite";

import { Inject, Injectable, type OnApplicationShutdown } from "@nestjs/common";

/** The token of the path of the SQLite file. */
export const DATABASE_PATH = Symbol("DATABASE_PATH");

const SCHEMA = `
  PRAGMA busy_timeout = 30000;
  CREATE TABLE IF NOT EXISTS customers (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    token_digest TEXT NOT NULL UNIQUE
  ) STRICT;
  CREATE TABLE IF NOT EXISTS staff_token (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    digest TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS products (
    sku TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    price INTEGER NOT NULL,
    currency TEXT NOT NULL,
    stock INTEGER NOT NULL CHECK (stock >= 0)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS orders (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers (id),
    status TEXT NOT NULL,
    currency TEXT NOT NULL,
    total INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS orders_of_customer ON orders (customer_id, id);
  CREATE TABLE IF NOT EXISTS order_lines (
    order_id INTEGER NOT NULL REFERENCES orders (id),
    position INTEGER NOT NULL,
    sku TEXT NOT NULL REFERENCES products (sku),
    quantity INTEGER NOT NULL,
    price INTEGER NOT NULL,
    amount INTEGER NOT NULL AS (price * quantity),
    PRIMARY KEY (order_id, position)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS order_history (
    id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL REFERENCES orders (id),
    from_status TEXT,
    to_status TEXT NOT NULL,
    actor TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS history_of_order ON order_history (order_id, id);
`;

/** The database of the shop. It is synchronous, so that no other request gets between the steps of some work. */
@Injectable()
export class DatabaseService implements OnApplicationShutdown {
  private readonly database: DatabaseSync;

  constructor(@Inject(DATABASE_PATH) path: string) {
    this.database = new DatabaseSync(path);
    this.database.exec(SCHEMA);
  }

  onApplicationShutdown(): void {
    this.database.close();
  }

  prepare(sql: string): StatementSync {
    return this.database.prepare(sql);
  }

  /** Runs work that takes effect as a whole, or not at all if it throws. */
  transaction<Result>(work: () => Result): Result {
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
