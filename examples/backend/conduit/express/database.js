import { DatabaseSync } from "node:sqlite";

const SCHEMA = `
  PRAGMA busy_timeout = 30000;
  PRAGMA journal_mode = WAL;
  CREATE TABLE IF NOT EXISTS users (
    id INTEGER PRIMARY KEY,
    username TEXT NOT NULL UNIQUE COLLATE NOCASE,
    email TEXT NOT NULL UNIQUE COLLATE NOCASE,
    password_hash TEXT NOT NULL,
    bio TEXT,
    image TEXT
  ) STRICT;
  CREATE TABLE IF NOT EXISTS follows (
    follower_id INTEGER NOT NULL REFERENCES users (id),
    followed_id INTEGER NOT NULL REFERENCES users (id),
    PRIMARY KEY (follower_id, followed_id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS articles (
    id INTEGER PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    author_id INTEGER NOT NULL REFERENCES users (id)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS articles_of_author ON articles (author_id);
  CREATE TABLE IF NOT EXISTS tags (
    article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    tag TEXT NOT NULL,
    PRIMARY KEY (article_id, position)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS articles_of_tag ON tags (tag, article_id);
  CREATE TABLE IF NOT EXISTS favorites (
    article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    user_id INTEGER NOT NULL REFERENCES users (id),
    PRIMARY KEY (article_id, user_id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS comments (
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    author_id INTEGER NOT NULL REFERENCES users (id),
    body TEXT NOT NULL,
    created_at TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS comments_of_article ON comments (article_id);
`;

/**
 * The SQLite database, with statements that are prepared once. Their parameters are the values of an object by name.
 * It is synchronous: no other request of this process gets between the queries of one.
 */
export class Database {
  #database;
  #statements = new Map();

  constructor(path) {
    this.#database = new DatabaseSync(path);
    this.#database.exec(SCHEMA);
  }

  close() {
    this.#database.close();
  }

  /** The first row, undefined if there is none. */
  get(sql, values = {}) {
    return this.#prepare(sql).get(values);
  }

  /** All rows. */
  all(sql, values = {}) {
    return this.#prepare(sql).all(values);
  }

  /** Runs work that takes effect as a whole, or not at all if it throws. */
  transaction(work) {
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

  #prepare(sql) {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
