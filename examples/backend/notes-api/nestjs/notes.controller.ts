import type { ServerResponse } from "node:http";

import { Controller, Delete, Get, HttpCode, HttpStatus, Param, Post, Put, Res, UseGuards } from "@nestjs/common";

import type { Session } from "./accounts.service.ts";
import { AuthGuard, CurrentSession } from "./auth.guard.ts";
import { FieldsPipe, IfMatch, JsonObject, QueryValues, once } from "./inputs.ts";
import { NotesService } from "./notes.service.ts";
import type { ListQuery, Note, NoteInput } from "./notes.service.ts";
import { entityTag } from "./preconditions.ts";
import { Fault, line, optional, text } from "./validation.ts";
import type { Parsers } from "./validation.ts";

const LIMIT = /^0*[1-9][0-9]{0,2}$/;
const MAX_LIMIT = 100;
const DEFAULT_LIMIT = 20;
const MAX_TAGS = 10;

// 13 hexadecimal digits: every such serial number is exact as a number.
const CURSOR_DIGITS = 13;
const CURSOR = new RegExp(`^[0-9a-f]{${CURSOR_DIGITS}}$`);

const parseTitle = line(1, 200);
const parseTag = line(1, 30);

function title(value: unknown): string {
  const parsed = parseTitle(value);
  if (!/[^ ]/.test(parsed)) throw new Fault("must have a character other than a space");
  return parsed;
}

function tag(value: unknown): string {
  const parsed = parseTag(value);
  if (parsed.includes(" ")) throw new Fault("must not contain spaces");
  return parsed;
}

function tags(value: unknown): string[] {
  if (!Array.isArray(value) || value.length > MAX_TAGS) {
    throw new Fault(`must be an array of at most ${MAX_TAGS} entries`);
  }
  return [...new Set(value.map(tag))];
}

function limit(value: string): number {
  if (!LIMIT.test(value) || Number(value) > MAX_LIMIT) throw new Fault(`must be an integer from 1 to ${MAX_LIMIT}`);
  return Number(value);
}

function serial(cursor: string): number {
  if (!CURSOR.test(cursor)) throw new Fault("is not a cursor");
  return Number.parseInt(cursor, 16);
}

function toCursor(lastSerial: number): string {
  return lastSerial.toString(16).padStart(CURSOR_DIGITS, "0");
}

const NOTE: Parsers<NoteInput> = { title, content: optional(text(0, 10_000), ""), tags: optional(tags, []) };

/** The query of a list, its parameters named as in the URL. */
interface ListParameters extends Omit<ListQuery, "before"> {
  cursor: number;
}

const LIST: Parsers<ListParameters> = {
  limit: optional(once(limit), DEFAULT_LIMIT),
  tag: optional<string | null>(once(tag), null),
  cursor: optional(once(serial), Number.MAX_SAFE_INTEGER),
};

/** The answer to a list. */
interface ListAnswer {
  items: Note[];
  next_cursor: string | null;
}

@Controller("notes")
@UseGuards(AuthGuard)
export class NotesController {
  constructor(private readonly notes: NotesService) {}

  @Post()
  create(
    @CurrentSession() { userId }: Session,
    @JsonObject(new FieldsPipe(NOTE)) input: NoteInput,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Note {
    const note = this.notes.create(userId, input);
    response.setHeader("Location", `/notes/${note.id}`);
    return withEntityTag(response, note);
  }

  @Get()
  list(
    @CurrentSession() { userId }: Session,
    @QueryValues(new FieldsPipe(LIST)) { cursor, ...query }: ListParameters,
  ): ListAnswer {
    const { notes, lastSerial } = this.notes.list(userId, { ...query, before: cursor });
    return { items: notes, next_cursor: lastSerial === undefined ? null : toCursor(lastSerial) };
  }

  @Get(":id")
  read(
    @CurrentSession() { userId }: Session,
    @Param("id") id: string,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Note {
    return withEntityTag(response, this.notes.read(userId, id));
  }

  @Put(":id")
  replace(
    @CurrentSession() { userId }: Session,
    @Param("id") id: string,
    @JsonObject(new FieldsPipe(NOTE)) input: NoteInput,
    @IfMatch() ifMatch: string | undefined,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Note {
    return withEntityTag(response, this.notes.replace(userId, id, input, ifMatch));
  }

  @Delete(":id")
  @HttpCode(HttpStatus.NO_CONTENT)
  remove(
    @CurrentSession() { userId }: Session,
    @Param("id") id: string,
    @IfMatch() ifMatch: string | undefined,
  ): void {
    this.notes.remove(userId, id, ifMatch);
  }
}

function withEntityTag(response: ServerResponse, note: Note): Note {
  response.setHeader("ETag", entityTag(note.version));
  return note;
}
