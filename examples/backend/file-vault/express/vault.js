import { randomBytes } from "node:crypto";
import { createReadStream, mkdirSync, mkdtempSync, openSync, readdirSync, renameSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { receive } from "./content.js";
import { Problem } from "./problems.js";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS files (
    position INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS files_of_owner ON files (owner, position);
`;
const FIELDS = "id, name, type, size, sha256";
const PART = ".part";

/**
 * @typedef {object} StoredFile
 * @property {string} id
 * @property {string} name
 * @property {string} type
 * @property {number} size    in bytes
 * @property {string} sha256  in hexadecimal digits
 */

/** The files of all owners: what is known of them in SQLite, their content in a folder beside it. */
export class Vault {
  #temporary;
  #folder;
  #database;
  #maxFileBytes;
  #quotaBytes;
  #insert;
  #list;
  #find;
  #delete;

  /**
   * @param {object} settings
   * @param {string} [settings.databasePath]  undefined: in a temporary folder
   * @param {number} settings.maxFileBytes
   * @param {number} settings.quotaBytes
   */
  constructor({ databasePath, maxFileBytes, quotaBytes }) {
    if (databasePath === undefined) this.#temporary = mkdtempSync(join(tmpdir(), "vault-"));
    const path = databasePath ?? join(this.#temporary, "database");
    this.#maxFileBytes = maxFileBytes;
    this.#quotaBytes = quotaBytes;
    this.#folder = `${path}.files`;
    this.#prepareFolder();
    this.#database = new DatabaseSync(path);
    this.#database.exec(SCHEMA);
    this.#insert = this.#database.prepare(
      `INSERT INTO files (${FIELDS}, owner)
       SELECT :id, :name, :type, :size, :sha256, :owner
       WHERE (SELECT coalesce(sum(size), 0) FROM files WHERE owner = :owner) + :size <= :quota`,
    );
    this.#list = this.#database.prepare(`SELECT ${FIELDS} FROM files WHERE owner = ? ORDER BY position`);
    this.#find = this.#database.prepare(`SELECT ${FIELDS} FROM files WHERE owner = ? AND id = ?`);
    this.#delete = this.#database.prepare("DELETE FROM files WHERE owner = ? AND id = ?");
  }

  /** Closes the database, and removes what is temporary. */
  close() {
    this.#database.close();
    if (this.#temporary !== undefined) rmSync(this.#temporary, { recursive: true });
  }

  /**
   * Stores a body while it arrives.
   *
   * @param {import("node:stream").Readable} body
   * @param {string} owner
   * @param {string} name
   * @param {string} [contentDigest]  what the client says of the content
   * @returns {Promise<StoredFile>}
   * @throws {Problem} when it is not accepted; nothing of it stays then
   */
  async store(body, owner, name, contentDigest) {
    const path = join(this.#folder, randomId() + PART);
    try {
      const inspection = await receive(body, path, this.#maxFileBytes);
      const { type, sha256, contentDigest: actual } = inspection.finish();
      if (type === undefined) throw new Problem("unsupported_type");
      if ((contentDigest ?? actual) !== actual) throw new Problem("digest_mismatch");
      return this.#keep(path, owner, { id: randomId(), name, type, size: inspection.size, sha256 });
    } finally {
      await rm(path, { force: true });
    }
  }

  /** @returns {StoredFile[]} all files of an owner, the oldest first */
  list(owner) {
    return this.#list.all(owner);
  }

  /**
   * @returns {StoredFile}
   * @throws {Problem} when the owner has no such file
   */
  find(owner, id) {
    const file = this.#find.get(owner, id);
    if (file === undefined) throw new Problem("not_found");
    return file;
  }

  /**
   * The content of a file that has just been found, from `start` up to, but without, `end`.
   *
   * @param {StoredFile} file
   */
  read({ id }, { start, end }) {
    // Opened at once, before anybody can delete it. An empty file has no last position, but nothing at 0 either.
    const fd = openSync(join(this.#folder, id), "r");
    return createReadStream("", { fd, start, end: Math.max(end - 1, 0) });
  }

  /** @throws {Problem} when the owner has no such file */
  delete(owner, id) {
    if (this.#delete.run(owner, id).changes === 0) throw new Problem("not_found");
    // An id of the database, so never a path that leads elsewhere.
    rmSync(join(this.#folder, id));
  }

  #prepareFolder() {
    mkdirSync(this.#folder, { recursive: true });
    for (const name of readdirSync(this.#folder)) {
      if (name.endsWith(PART)) rmSync(join(this.#folder, name));
    }
  }

  #keep(path, owner, file) {
    const target = join(this.#folder, file.id);
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      const { changes } = this.#insert.run({ ...file, owner, quota: this.#quotaBytes });
      if (changes === 0) throw new Problem("quota_exceeded");
      renameSync(path, target);
      this.#database.exec("COMMIT");
    } catch (error) {
      // The commit may fail after the renaming; SQLite itself has ended some transactions that fail.
      rmSync(target, { force: true });
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
    return file;
  }
}

function randomId() {
  return randomBytes(16).toString("hex");
}
