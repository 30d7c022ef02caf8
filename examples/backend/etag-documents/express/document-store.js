import { DatabaseSync } from "node:sqlite";

import { entityTag, matchesStrongly } from "./entity-tags.js";
import { deleted, notDeleted, notFound, preconditionFailed, preconditionRequired } from "./problems.js";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS documents (
    id TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  CREATE TABLE IF NOT EXISTS versions (
    document_id TEXT NOT NULL REFERENCES documents (id),
    version INTEGER NOT NULL,
    title TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (document_id, version)
  ) STRICT, WITHOUT ROWID;
`;

/**
 * Documents and all their versions; the text of a document is the one of its current version.
 *
 * `ifMatch` is the value of the header, undefined without one. What cannot be done is thrown as a Problem.
 */
export class DocumentStore {
  #database;
  #statements;

  /** @param {string} path   of the SQLite file, created when it does not exist, or ":memory:" */
  constructor(path) {
    this.#database = new DatabaseSync(path);
    this.#database.exec(SCHEMA);
    this.#statements = prepare(this.#database);
  }

  close() {
    this.#database.close();
  }

  get(id) {
    return withoutMark(this.#getLive(id));
  }

  create(id, fields) {
    return this.#transaction(() => {
      if (this.#findLive(id)) throw preconditionFailed();
      const document = { id, title: fields.title, content: fields.content, version: 1 };
      this.#statements.insertDocument.run(id, document.version);
      this.#addVersion(document);
      return document;
    });
  }

  replace(id, fields, ifMatch) {
    return this.#transaction(() => {
      const current = this.#findLive(id);
      requireMatch(ifMatch, current);
      return this.#revise(current, fields);
    });
  }

  change(id, changes, ifMatch) {
    return this.#transaction(() => {
      const current = this.#getLive(id);
      requireMatch(ifMatch, current);
      return this.#revise(current, changes);
    });
  }

  delete(id, ifMatch) {
    this.#transaction(() => {
      requireMatch(ifMatch, this.#getLive(id));
      this.#statements.markDeleted.run(id);
    });
  }

  restore(id) {
    return this.#transaction(() => {
      const current = this.#get(id);
      if (!current.deleted) throw notDeleted();
      return this.#revise(current, {});
    });
  }

  versions(id) {
    const versions = this.#statements.listVersions.all(id);
    if (versions.length === 0) throw notFound();
    return versions;
  }

  /** @param {string} number   as in the path */
  version(id, number) {
    const version = /^[1-9][0-9]*$/.test(number) && this.#statements.findVersion.get(id, Number(number));
    if (!version) throw notFound();
    return version;
  }

  #get(id) {
    const document = this.#statements.findDocument.get(id);
    if (!document) throw notFound();
    return document;
  }

  #findLive(id) {
    const document = this.#statements.findDocument.get(id);
    if (document?.deleted) throw deleted();
    return document;
  }

  #getLive(id) {
    const document = this.#findLive(id);
    if (!document) throw notFound();
    return document;
  }

  #revise(current, changes) {
    const document = { ...withoutMark(current), ...changes, version: current.version + 1 };
    this.#addVersion(document);
    this.#statements.makeCurrent.run(document.version, document.id);
    return document;
  }

  #addVersion({ id, version, title, content }) {
    this.#statements.insertVersion.run(id, version, title, content);
  }

  #transaction(work) {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.#database.exec("COMMIT");
      return result;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }
}

function prepare(database) {
  return {
    findDocument: database.prepare(`
      SELECT id, title, content, version, deleted
      FROM documents JOIN versions USING (version) WHERE id = ? AND document_id = id
    `),
    insertDocument: database.prepare("INSERT INTO documents (id, version) VALUES (?, ?)"),
    makeCurrent: database.prepare("UPDATE documents SET version = ?, deleted = 0 WHERE id = ?"),
    markDeleted: database.prepare("UPDATE documents SET deleted = 1 WHERE id = ?"),
    listVersions: database.prepare(
      "SELECT version, title, content FROM versions WHERE document_id = ? ORDER BY version",
    ),
    findVersion: database.prepare("SELECT version, title, content FROM versions WHERE document_id = ? AND version = ?"),
    insertVersion: database.prepare("INSERT INTO versions (document_id, version, title, content) VALUES (?, ?, ?, ?)"),
  };
}

function requireMatch(ifMatch, current) {
  if (ifMatch === undefined) throw preconditionRequired();
  if (!current || !matchesStrongly(ifMatch, entityTag(current.version))) throw preconditionFailed();
}

function withoutMark({ id, title, content, version }) {
  return { id, title, content, version };
}
