import { randomBytes } from "node:crypto";
import { DatabaseSync } from "node:sqlite";

/** The token of the database. */
export const DATABASE = Symbol("DATABASE");

// The index reads texts from the table of articles. To take an article out, it has to be told what it had put in.
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS articles (
    id INTEGER PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    tags TEXT NOT NULL CHECK (json_valid(tags))
  ) STRICT;

  CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;

  CREATE VIRTUAL TABLE IF NOT EXISTS article_words USING fts5 (
    title, body, content = 'articles', content_rowid = 'id', tokenize = "unicode61 remove_diacritics 0"
  );

  CREATE TRIGGER IF NOT EXISTS words_of_new_article AFTER INSERT ON articles BEGIN
    INSERT INTO article_words (rowid, title, body) VALUES (new.id, new.title, new.body);
  END;

  CREATE TRIGGER IF NOT EXISTS words_of_old_article AFTER DELETE ON articles BEGIN
    INSERT INTO article_words (article_words, rowid, title, body) VALUES ('delete', old.id, old.title, old.body);
  END;

  CREATE TRIGGER IF NOT EXISTS words_of_changed_article AFTER UPDATE ON articles BEGIN
    INSERT INTO article_words (article_words, rowid, title, body) VALUES ('delete', old.id, old.title, old.body);
    INSERT INTO article_words (rowid, title, body) VALUES (new.id, new.title, new.body);
  END;
`;

/** Opens the file at a path, or ":memory:", and creates what is missing in it. */
export function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  database.exec(SCHEMA);
  database.prepare("INSERT OR IGNORE INTO settings VALUES ('cursor key', ?)").run(randomBytes(32));
  return database;
}
