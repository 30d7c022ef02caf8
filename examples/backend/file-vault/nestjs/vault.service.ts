import { randomBytes } from "node:crypto";
import { createReadStream, mkdirSync, mkdtempSync, openSync, readdirSync, renameSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Readable } from "node:stream";

import { Injectable } from "@nestjs/common";
import type { OnApplicationShutdown } from "@nestjs/common";

import { receive } from "./content.ts";
import type { Part } from "./downloads.ts";
import { Problem } from "./problem.ts";
import { Settings } from "./settings.ts";

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

/** What is told about a file. */
export interface StoredFile {
  id: string;
  name: string;
  type: string;
  /** in bytes */
  size: number;
  /** in hexadecimal digits */
  sha256: string;
}

/** The files of all owners: what is known of them in SQLite, their content in a folder beside it. */
@Injectable()
export class Vault implements OnApplicationShutdown {
  private readonly temporary: string | undefined;
  private readonly folder: string;
  private readonly database: DatabaseSync;

  constructor(private readonly settings: Settings) {
    let path = settings.databasePath;
    if (path === undefined) {
      this.temporary = mkdtempSync(join(tmpdir(), "vault-"));
      path = join(this.temporary, "database");
    }
    this.folder = `${path}.files`;
    mkdirSync(this.folder, { recursive: true });
    for (const name of readdirSync(this.folder)) {
      if (name.endsWith(PART)) rmSync(join(this.folder, name));
    }
    this.database = new DatabaseSync(path);
    this.database.exec(SCHEMA);
  }

  onApplicationShutdown(): void {
    this.database.close();
    if (this.temporary !== undefined) rmSync(this.temporary, { recursive: true });
  }

  /**
   * Stores a body while it arrives.
   *
   * @param contentDigest what the client says of the content, if it does
   * @throws Problem when it is not accepted; nothing of it stays then
   */
  async store(body: Readable, owner: string, name: string, contentDigest: string | undefined): Promise<StoredFile> {
    const path = join(this.folder, randomId() + PART);
    try {
      const { type, size, sha256 } = await receive(body, path, this.settings.maxFileBytes);
      if (type === undefined) throw new Problem("unsupported_type");
      if (contentDigest !== undefined && contentDigest !== `sha-256=:${sha256.toString("base64")}:`) {
        throw new Problem("digest_mismatch");
      }
      const file = { id: randomId(), name, type, size, sha256: sha256.toString("hex") };
      this.keep(path, owner, file);
      return file;
    } finally {
      await rm(path, { force: true });
    }
  }

  /** All files of an owner, the oldest first. */
  list(owner: string): StoredFile[] {
    const statement = this.database.prepare(`SELECT ${FIELDS} FROM files WHERE owner = ? ORDER BY position`);
    return statement.all(owner) as unknown as StoredFile[];
  }

  /** @throws Problem when the owner has no such file */
  find(owner: string, id: string): StoredFile {
    const statement = this.database.prepare(`SELECT ${FIELDS} FROM files WHERE owner = ? AND id = ?`);
    const file = statement.get(owner, id) as StoredFile | undefined;
    if (file === undefined) throw new Problem("not_found");
    return file;
  }

  /** A part of a file that has just been found. */
  read(file: StoredFile, { start, end }: Part): Readable {
    // Opened at once, before anybody can delete it. An empty file has no last position, but nothing at 0 either.
    const fd = openSync(join(this.folder, file.id), "r");
    return createReadStream("", { fd, start, end: Math.max(end - 1, 0) });
  }

  /** @throws Problem when the owner has no such file */
  delete(owner: string, id: string): void {
    const { changes } = this.database.prepare("DELETE FROM files WHERE owner = ? AND id = ?").run(owner, id);
    if (changes === 0) throw new Problem("not_found");
    // An id of the database, so never a path that leads elsewhere.
    rmSync(join(this.folder, id));
  }

  private keep(path: string, owner: string, file: StoredFile): void {
    const insert = this.database.prepare(
      `INSERT INTO files (${FIELDS}, owner)
       SELECT :id, :name, :type, :size, :sha256, :owner
       WHERE (SELECT coalesce(sum(size), 0) FROM files WHERE owner = :owner) + :size <= :quota`,
    );
    const target = join(this.folder, file.id);
    this.database.exec("BEGIN IMMEDIATE");
    try {
      const { changes } = insert.run({ ...file, owner, quota: this.settings.quotaBytes });
      if (changes === 0) throw new Problem("quota_exceeded");
      renameSync(path, target);
      this.database.exec("COMMIT");
    } catch (error) {
      // The commit may fail after the renaming; SQLite itself has ended some transactions that fail.
      rmSync(target, { force: true });
      if (this.database.isTransaction) this.database.exec("ROLLBACK");
      throw error;
    }
  }
}

function randomId(): string {
  return randomBytes(16).toString("hex");
}
