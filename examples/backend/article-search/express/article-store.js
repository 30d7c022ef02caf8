import { randomBytes } from "node:crypto";
import { DatabaseSync } from "node:sqlite";

import { END, START } from "./highlight.js";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS articles (
    id INTEGER PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    tags TEXT NOT NULL
  ) STRICT;

  CREATE TABLE IF NOT EXISTS tags (
    tag TEXT NOT NULL,
    article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    PRIMARY KEY (tag, article_id)
  ) STRICT, WITHOUT ROWID;

  CREATE INDEX IF NOT EXISTS tags_by_article ON tags (article_id);

  CREATE VIRTUAL TABLE IF NOT EXISTS texts USING fts5 (title, body, tokenize = "unicode61 remove_diacritics 0");

  CREATE TABLE IF NOT EXISTS keys (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
`;

const WITH_WORDS = "id IN (SELECT rowid FROM texts WHERE texts MATCH ?)";
const WITH_TAG = "id IN (SELECT article_id FROM tags WHERE tag = ?)";

/** Articles, whose texts are kept in the index itself. */
export class ArticleStore {
  #database;

  /** @param {string} path   of the SQLite file, or ":memory:" */
  constructor(path) {
    this.#database = new DatabaseSync(path);
    this.#database.exec(SCHEMA);
    this.#run("INSERT OR IGNORE INTO keys (name, value) VALUES ('cursors', ?)", randomBytes(32));
    /** The key that signs cursors; it belongs to the database, not to the process. */
    this.cursorKey = this.#get("SELECT value FROM keys WHERE name = 'cursors'").value;
  }

  close() {
    this.#database.close();
  }

  /** Creates or replaces an article; returns whether it is new. */
  put({ slug, title, body, tags }) {
    return this.#transaction(() => {
      const isNew = !this.#remove(slug);
      const { lastInsertRowid: id } = this.#run("INSERT INTO articles (slug, tags) VALUES (?, ?)", slug, JSON.stringify(tags));
      this.#run("INSERT INTO texts (rowid, title, body) VALUES (?, ?, ?)", id, title, body);
      for (const tag of tags) this.#run("INSERT INTO tags (tag, article_id) VALUES (?, ?)", tag, id);
      return isNew;
    });
  }

  /** The article, or undefined. */
  get(slug) {
    const row = this.#get("SELECT slug, title, body, tags FROM articles JOIN texts ON texts.rowid = id WHERE slug = ?", slug);
    return row && { ...row, tags: JSON.parse(row.tags) };
  }

  /** Removes an article; returns whether there was one. */
  delete(slug) {
    return this.#transaction(() => this.#remove(slug));
  }

  /**
   * The first articles of a parsed query's answer, or the first after a position in it; START and END stand around
   * the occurrences in their texts.
   */
  search(query, after, limit) {
    const { sql, parameters } = rank(query);
    const [condition, ...position] = after ? ["WHERE (-score, slug) > (?, ?)", -after.score, after.slug] : [""];
    const rows = this.#all(
      `SELECT * FROM (${sql}) ${condition} ORDER BY score DESC, slug LIMIT ?`,
      ...parameters,
      ...position,
      limit,
    );
    return rows.map(({ id, slug, score, tags }) => ({
      slug,
      score,
      tags: JSON.parse(tags),
      ...this.#textsOf(id, query.phrases),
    }));
  }

  #textsOf(id, phrases) {
    if (phrases.length === 0) return this.#get("SELECT title, body FROM texts WHERE rowid = ?", id);
    return this.#get(
      "SELECT highlight(texts, 0, ?, ?) AS title, highlight(texts, 1, ?, ?) AS body FROM texts WHERE texts MATCH ? AND rowid = ?",
      ...[START, END, START, END],
      phrases.join(" AND "),
      BigInt(id), // a number is bound as REAL, for which FTS5 ignores the condition beside MATCH
    );
  }

  #remove(slug) {
    const row = this.#get("DELETE FROM articles WHERE slug = ? RETURNING id", slug);
    if (row) this.#run("DELETE FROM texts WHERE rowid = ?", row.id);
    return row !== undefined;
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

  #run(sql, ...parameters) {
    return this.#database.prepare(sql).run(...parameters);
  }

  #get(sql, ...parameters) {
    return this.#database.prepare(sql).get(...parameters);
  }

  #all(sql, ...parameters) {
    return this.#database.prepare(sql).all(...parameters);
  }
}

/** SQL for all articles that are found, with their scores: its shape depends on the query, its text on nothing in it. */
function rank({ phrases, tags, noPhrases, noTags }) {
  const score = ["0", ...phrases.map(() => `(${WITH_WORDS})`)].join(" + ");
  const conditions = [
    ...(phrases.length > 0 ? [WITH_WORDS] : []),
    ...(noPhrases.length > 0 ? [`NOT ${WITH_WORDS}`] : []),
    ...tags.map(() => WITH_TAG),
    ...noTags.map(() => `NOT ${WITH_TAG}`),
  ];
  const parameters = [
    ...phrases.map((phrase) => `title : ${phrase}`),
    ...(phrases.length > 0 ? [phrases.join(" AND ")] : []),
    ...(noPhrases.length > 0 ? [noPhrases.join(" OR ")] : []),
    ...tags,
    ...noTags,
  ];
  return { sql: `SELECT *, ${score} AS score FROM articles WHERE ${conditions.join(" AND ")}`, parameters };
}
