import { randomUUID } from "node:crypto";

import { notFound, preconditionFailed, preconditionRequired } from "./errors.js";
import { entityTag, matches } from "./preconditions.js";
import { lineFault, textFault, validate } from "./validation.js";

/** The path of one note. It captures nothing: Express would answer 400 to a captured id that is no URL encoding. */
export const NOTE_PATH = /^\/notes\/[^/]+$/;

const LIMIT = /^0*[1-9][0-9]{0,2}$/;
const MAX_LIMIT = 100;
const DEFAULT_LIMIT = 20;

// 13 hexadecimal digits: every such position is exact as a number.
const CURSOR_DIGITS = 13;
const CURSOR = new RegExp(`^[0-9a-f]{${CURSOR_DIGITS}}$`);

function titleFault(value) {
  const fault = lineFault(value, 1, 200);
  if (fault !== undefined) return fault;
  return /[^ ]/.test(value) ? undefined : "must have a character other than a space";
}

function tagFault(value) {
  const fault = lineFault(value, 1, 30);
  if (fault !== undefined) return fault;
  return value.includes(" ") ? "must not contain spaces" : undefined;
}

function tagsFault(value) {
  if (!Array.isArray(value)) return "must be an array";
  if (value.length > 10) return "must have at most 10 entries";
  const fault = value.map(tagFault).find((found) => found !== undefined);
  return fault && `has an entry that ${fault}`;
}

const optional = (faultOf) => (value) => (value === undefined ? undefined : faultOf(value));

const NOTE = {
  title: titleFault,
  content: optional((value) => textFault(value, 0, 10_000)),
  tags: optional(tagsFault),
};

/** A rule for a query parameter, which comes as an array of its values. */
const parameter = (faultOf) => (values) => {
  if (values.length === 0) return undefined;
  if (values.length > 1) return "must be given once";
  return faultOf(values[0]);
};

const LIST_QUERY = {
  limit: parameter((value) =>
    LIMIT.test(value) && Number(value) <= MAX_LIMIT ? undefined : `must be an integer from 1 to ${MAX_LIMIT}`,
  ),
  tag: parameter(tagFault),
  cursor: parameter((value) => (CURSOR.test(value) ? undefined : "is not a cursor")),
};

/** Handlers for the notes of the user that `Accounts.authenticate` found. */
export class Notes {
  #now;
  #insert;
  #select;
  #selectPage;
  #update;
  #delete;

  /**
   * @param {import("node:sqlite").DatabaseSync} database
   * @param {() => number} now  milliseconds since the epoch
   */
  constructor(database, now) {
    this.#now = now;
    this.#insert = database.prepare(
      `INSERT INTO notes (id, user_id, title, content, tags, version, created_at, updated_at)
       VALUES (:id, :userId, :title, :content, :tags, 1, :time, :time) RETURNING *`,
    );
    this.#select = database.prepare("SELECT * FROM notes WHERE id = ? AND user_id = ?");
    this.#selectPage = database.prepare(
      `SELECT * FROM notes WHERE user_id = :userId AND position < :before
       AND (:tag IS NULL OR EXISTS (SELECT 1 FROM json_each(notes.tags) WHERE value = :tag))
       ORDER BY position DESC LIMIT :limit`,
    );
    this.#update = database.prepare(
      `UPDATE notes SET title = :title, content = :content, tags = :tags, version = version + 1, updated_at = :time
       WHERE position = :position RETURNING *`,
    );
    this.#delete = database.prepare("DELETE FROM notes WHERE position = ?");
  }

  /** Adds a note. */
  create = (req, res) => {
    const row = this.#insert.get({
      id: randomUUID(),
      userId: res.locals.userId,
      time: this.#timestamp(),
      ...columnsOf(req.body),
    });
    res.status(201).location(`/notes/${row.id}`);
    answer(res, row);
  };

  /** Lists the notes, the newest first. */
  list = (req, res) => {
    const { limit, tag, before } = parseListQuery(req.query);
    // One more than the page holds tells whether another page follows.
    const rows = this.#selectPage.all({ userId: res.locals.userId, before, tag, limit: limit + 1 });
    const page = rows.slice(0, limit);
    const nextCursor = rows.length > page.length ? toCursor(page.at(-1).position) : null;
    res.json({ items: page.map(toNote), next_cursor: nextCursor });
  };

  /** Answers one note. */
  read = (req, res) => {
    answer(res, this.#find(req, res));
  };

  /** Replaces the title, content and tags of a note that still has the version the caller knows. */
  replace = (req, res) => {
    const columns = columnsOf(req.body);
    // From here to the update nothing is awaited, so no other request can come between.
    const current = this.#find(req, res);
    if (req.get("If-Match") === undefined) throw preconditionRequired();
    requireMatch(req, current);
    answer(res, this.#update.get({ ...columns, time: this.#timestamp(), position: current.position }));
  };

  /** Deletes a note, if the caller says so only while it has the version the caller knows. */
  remove = (req, res) => {
    const current = this.#find(req, res);
    if (req.get("If-Match") !== undefined) requireMatch(req, current);
    this.#delete.run(current.position);
    res.status(204).end();
  };

  #find(req, res) {
    const row = this.#select.get(noteId(req), res.locals.userId);
    if (row === undefined) throw notFound();
    return row;
  }

  #timestamp() {
    return new Date(this.#now()).toISOString();
  }
}

function columnsOf(body) {
  validate(body, NOTE);
  const { title, content = "", tags = [] } = body;
  return { title, content, tags: JSON.stringify([...new Set(tags)]) };
}

function parseListQuery(query) {
  validate({ limit: query.getAll("limit"), tag: query.getAll("tag"), cursor: query.getAll("cursor") }, LIST_QUERY);
  const cursor = query.get("cursor");
  return {
    limit: Number(query.get("limit") ?? DEFAULT_LIMIT),
    tag: query.get("tag"),
    before: cursor === null ? Number.MAX_SAFE_INTEGER : Number.parseInt(cursor, 16),
  };
}

function noteId(req) {
  try {
    return decodeURIComponent(req.path.slice("/notes/".length));
  } catch {
    throw notFound();
  }
}

function requireMatch(req, current) {
  if (!matches(req.get("If-Match"), current.version)) throw preconditionFailed();
}

function toCursor(position) {
  return position.toString(16).padStart(CURSOR_DIGITS, "0");
}

function answer(res, row) {
  res.set("ETag", entityTag(row.version)).json(toNote(row));
}

function toNote({ id, title, content, tags, version, created_at, updated_at }) {
  return { id, title, content, tags: JSON.parse(tags), version, created_at, updated_at };
}
