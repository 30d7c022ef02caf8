import { randomUUID } from "node:crypto";

import { Inject, Injectable } from "@nestjs/common";

import { CLOCK } from "./clock.ts";
import type { Clock } from "./clock.ts";
import { Database } from "./database.ts";
import { notFound, preconditionFailed, preconditionRequired } from "./errors.ts";
import { matches } from "./preconditions.ts";

/** What a client says about a note. */
export interface NoteInput {
  title: string;
  content: string;
  tags: string[];
}

/** A note as clients see it. */
export interface Note extends NoteInput {
  id: string;
  version: number;
  created_at: string;
  updated_at: string;
}

/** Which notes to list: at most `limit`, with `tag` if there is one, older than the one whose serial is `before`. */
export interface ListQuery {
  limit: number;
  tag: string | null;
  before: number;
}

/** A page of a list; `lastSerial` is that of its last note if other notes follow. */
export interface NotePage {
  notes: Note[];
  lastSerial: number | undefined;
}

interface NoteRow extends Omit<Note, "tags"> {
  serial: number;
  tags: string;
}

/**
 * The private notes of users.
 *
 * All methods are synchronous on purpose: no other request can run between their statements.
 */
@Injectable()
export class NotesService {
  constructor(
    private readonly database: Database,
    @Inject(CLOCK) private readonly now: Clock,
  ) {}

  /** Adds a note. */
  create(userId: string, { title, content, tags }: NoteInput): Note {
    const insert = this.database.prepare(
      `INSERT INTO notes (id, user_id, title, content, tags, version, created_at, updated_at)
       VALUES (:id, :userId, :title, :content, :tags, 1, :time, :time) RETURNING *`,
    );
    const time = this.timestamp();
    const row = insert.get({ id: randomUUID(), userId, title, content, tags: JSON.stringify(tags), time });
    return toNote(row as unknown as NoteRow);
  }

  /** Lists notes, the newest first. */
  list(userId: string, { limit, tag, before }: ListQuery): NotePage {
    // One more than the page holds tells whether another page follows.
    const select = this.database.prepare(
      `SELECT * FROM notes WHERE user_id = :userId AND serial < :before
       AND (:tag IS NULL OR EXISTS (SELECT 1 FROM json_each(notes.tags) WHERE value = :tag))
       ORDER BY serial DESC LIMIT :limit + 1`,
    );
    const rows = select.all({ userId, before, tag, limit }) as unknown as NoteRow[];
    const page = rows.slice(0, limit);
    return { notes: page.map(toNote), lastSerial: rows.length > limit ? page.at(-1)?.serial : undefined };
  }

  /**
   * Finds a note.
   *
   * @throws {ApiError} the user has no such note
   */
  read(userId: string, id: string): Note {
    return toNote(this.find(userId, id));
  }

  /**
   * Replaces what a client says about a note.
   *
   * @param ifMatch  the header of this name
   * @throws {ApiError} the user has no such note, or `ifMatch` does not allow the change
   */
  replace(userId: string, id: string, { title, content, tags }: NoteInput, ifMatch: string | undefined): Note {
    const current = this.find(userId, id);
    if (ifMatch === undefined) throw preconditionRequired();
    requireMatch(ifMatch, current);
    const update = this.database.prepare(
      `UPDATE notes SET title = :title, content = :content, tags = :tags, version = version + 1, updated_at = :time
       WHERE serial = :serial RETURNING *`,
    );
    const time = this.timestamp();
    const row = update.get({ title, content, tags: JSON.stringify(tags), time, serial: current.serial });
    return toNote(row as unknown as NoteRow);
  }

  /**
   * Deletes a note.
   *
   * @param ifMatch  the header of this name
   * @throws {ApiError} the user has no such note, or `ifMatch` does not allow the change
   */
  remove(userId: string, id: string, ifMatch: string | undefined): void {
    const current = this.find(userId, id);
    if (ifMatch !== undefined) requireMatch(ifMatch, current);
    this.database.prepare("DELETE FROM notes WHERE serial = ?").run(current.serial);
  }

  private find(userId: string, id: string): NoteRow {
    const row = this.database.prepare("SELECT * FROM notes WHERE id = ? AND user_id = ?").get(id, userId);
    if (row === undefined) throw notFound();
    return row as unknown as NoteRow;
  }

  private timestamp(): string {
    return new Date(this.now()).toISOString();
  }
}

function requireMatch(ifMatch: string, current: NoteRow): void {
  if (!matches(ifMatch, current.version)) throw preconditionFailed();
}

function toNote({ id, title, content, tags, version, created_at, updated_at }: NoteRow): Note {
  return { id, title, content, tags: JSON.parse(tags), version, created_at, updated_at };
}
