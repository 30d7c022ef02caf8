import { Injectable, type PipeTransform } from "@nestjs/common";

import { type Faults, Problem } from "./problem.ts";

export interface ArticleFields {
  title: string;
  body: string;
  /** sorted, each once */
  tags: string[];
}

export interface Article extends ArticleFields {
  slug: string;
}

export const TAG = /^[a-z0-9-]{1,32}$/;

const SLUG = /^[a-z0-9-]{1,64}$/;
const TITLE = /^[^\x00-\x1f\x7f]{1,200}$/u;
const BODY = /^[^\x00-\x08\x0b-\x1f\x7f]{0,10000}$/u;
const MAX_TAGS = 10;

// `ignoreBOM` leaves a byte order mark in the text, where JSON.parse refuses it.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Passes slugs of the right form on. */
@Injectable()
export class SlugPipe implements PipeTransform<string, string> {
  transform(slug: string): string {
    if (!SLUG.test(slug)) throw Problem.notFound();
    return slug;
  }
}

/** Makes the fields of an article of the bytes of a body. */
@Injectable()
export class ArticleFieldsPipe implements PipeTransform<Buffer, ArticleFields> {
  transform(bytes: Buffer): ArticleFields {
    const { title, body, tags, ...others } = parseObject(bytes);
    const faults: Faults = new Map(Object.keys(others).map((name) => [name, "is not a field"]));
    if (!isText(title, TITLE)) faults.set("title", "must be a string of 1 to 200 characters, no control characters");
    if (!isText(body, BODY)) faults.set("body", "must be a string of at most 10000 characters, no control characters");
    if (!isTags(tags)) faults.set("tags", `must be at most ${MAX_TAGS} strings of a-z, 0-9 and -`);
    if (faults.size > 0) throw Problem.validationFailed(faults);
    return { title, body, tags: [...new Set(tags as string[])].sort() } as ArticleFields;
  }
}

function parseObject(bytes: Buffer): Record<string, unknown> {
  const value = parse(bytes);
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Problem(400, "malformed_json");
  return value as Record<string, unknown>;
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    return undefined;
  }
}

function isText(value: unknown, form: RegExp): boolean {
  return typeof value === "string" && form.test(value);
}

function isTags(value: unknown): boolean {
  return Array.isArray(value) && value.length <= MAX_TAGS && value.every((tag) => isText(tag, TAG));
}
