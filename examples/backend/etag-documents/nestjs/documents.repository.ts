import { DatabaseSync, type StatementSync } from "node:sqlite";

import { Inject, Injectable, type OnApplicationShutdown } from "@nestjs/common";

import type { Document, StoredDocument, Version } from "./document.ts";

/** The token of the path of the SQLite file, or ":memory:". */
export const DATABASE_PATH = Symbol("DATABASE_PATH");

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

/** Documents and all their versions; the text of a document is the one of its current version. */
@Injectable()
export class DocumentsRepository implements OnApplicationShutdown {
  private readonly database: DatabaseSync;
  private readonly findDocument: StatementSync;
  private readonly insertDocument: StatementSync;
  private readonly updateDocument: StatementSync;
  private readonly setDeleted: StatementSync;
  private readonly selectVersions: StatementSync;
  private readonly selectVersion: StatementSync;
  private readonly insertVersion: StatementSync;

  constructor(@Inject(DATABASE_PATH) path: string) {
    const database = new DatabaseSync(path);
    database.exec(SCHEMA);
    this.database = database;
    this.findDocument = database.prepare(`
      SELECT id, title, content, version, deleted
      FROM documents JOIN versions USING (version) WHERE id = ? AND document_id = id
    `);
    this.insertDocument = database.prepare("INSERT INTO documents (id, version) VALUES (?, ?)");
    this.updateDocument = database.prepare("UPDATE documents SET version = ?, deleted = 0 WHERE id = ?");
    this.setDeleted = database.prepare("UPDATE documents SET deleted = 1 WHERE id = ?");
    this.selectVersions = database.prepare(
      "SELECT version, title, content FROM versions WHERE document_id = ? ORDER BY version",
    );
    this.selectVersion = database.prepare(
      "SELECT version, title, content FROM versions WHERE document_id = ? AND version = ?",
    );
    this.insertVersion = database.prepare(
      "INSERT INTO versions (document_id, version, title, content) VALUES (?, ?, ?, ?)",
    );
  }

  onApplicationShutdown(): void {
    this.database.close();
  }

  /** Runs work that must take effect as a whole or not at all. */
  transaction<Result>(work: () => Result): Result {
    this.database.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.database.exec("COMMIT");
      return result;
    } catch (error) {
      if (this.database.isTransaction) this.database.exec("ROLLBACK");
      throw error;
    }
  }

  find(id: string): StoredDocument | undefined {
    const row = this.findDocument.get(id) as unknown as (Document & { deleted: number }) | undefined;
    if (!row) return undefined;
    const { deleted, ...document } = row;
    return { document, deleted: deleted === 1 };
  }

  /** Adds a document with its first version. */
  add(document: Document): void {
    this.insertDocument.run(document.id, document.version);
    this.addVersion(document);
  }

  /** Adds a version and makes it the current one of a document that is not deleted, or no longer. */
  revise(document: Document): void {
    this.addVersion(document);
    this.updateDocument.run(document.version, document.id);
  }

  markDeleted(id: string): void {
    this.setDeleted.run(id);
  }

  /** All versions, the oldest first; none for an unknown document. */
  versions(id: string): Version[] {
    return this.selectVersions.all(id) as unknown as Version[];
  }

  version(id: string, version: number): Version | undefined {
    return this.selectVersion.get(id, version) as unknown as Version | undefined;
  }

  private addVersion({ id, version, title, content }: Document): void {
    this.insertVersion.run(id, version, title, content);
  }
}
