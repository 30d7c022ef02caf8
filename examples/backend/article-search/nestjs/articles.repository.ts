import type { DatabaseSync, SQLInputValue } from "node:sqlite";

import { Inject, Injectable, type OnApplicationShutdown } from "@nestjs/common";

import type { Article } from "./article.ts";
import { CLOSE, OPEN } from "./marked-text.ts";
import { DATABASE } from "./database.ts";
import type { Query } from "./query.ts";

/** A place in the order of an answer: scores descend, slugs ascend within a score. */
export interface Place {
  score: number;
  slug: string;
}

/** An article that was found; OPEN and CLOSE stand around the occurrences in its texts. */
export type Hit = Article & Place;

type Row = Record<string, SQLInputValue>;

const OCCURRING = "SELECT rowid FROM article_words WHERE article_words MATCH";

@Injectable()
export class ArticlesRepository implements OnApplicationShutdown {
  constructor(@Inject(DATABASE) private readonly database: DatabaseSync) {}

  onApplicationShutdown(): void {
    this.database.close();
  }

  /** Creates or replaces an article; returns whether it is new. */
  save({ slug, title, body, tags }: Article): boolean {
    // Without await in between, nothing else gets a turn: the two statements need no transaction of their own.
    const isNew = this.find(slug) === undefined;
    this.database
      .prepare(
        `INSERT INTO articles (slug, title, body, tags) VALUES (:slug, :title, :body, :tags)
        ON CONFLICT (slug) DO UPDATE SET title = :title, body = :body, tags = :tags`,
      )
      .run({ slug, title, body, tags: JSON.stringify(tags) });
    return isNew;
  }

  find(slug: string): Article | undefined {
    const row = this.database.prepare("SELECT slug, title, body, tags FROM articles WHERE slug = ?").get(slug);
    return row && (withTags(row) as unknown as Article);
  }

  /** Removes an article; returns whether there was one. */
  remove(slug: string): boolean {
    return this.database.prepare("DELETE FROM articles WHERE slug = ?").run(slug).changes > 0;
  }

  /** The first hits of a query, or the first after a place. */
  search(query: Query, after: Place | undefined, limit: number): Hit[] {
    const page = this.database
      .prepare(
        `SELECT id, score FROM (${this.foundBy(query)})
        WHERE :afterScore IS NULL OR score < :afterScore OR (score = :afterScore AND slug > :afterSlug)
        ORDER BY score DESC, slug LIMIT :limit`,
      )
      .all({
        ...parametersOf(query),
        afterScore: after?.score ?? null,
        afterSlug: after?.slug ?? null,
        limit,
      });
    return page.map(({ id, score }) => ({ ...this.hit(BigInt(id as number), query), score }) as unknown as Hit);
  }

  /** The SQL for all articles found; what the query is made of comes in by parameters. */
  private foundBy({ phrases, excludedPhrases, tags, excludedTags }: Query): string {
    const scores = phrases.map((_, index) => `(id IN (${OCCURRING} :title${index}))`);
    const conditions = [
      ...(phrases.length > 0 ? [`id IN (${OCCURRING} :phrases)`] : []),
      ...(excludedPhrases.length > 0 ? [`id NOT IN (${OCCURRING} :excludedPhrases)`] : []),
      ...tags.map((_, index) => `:tag${index} IN (SELECT value FROM json_each(tags))`),
      ...excludedTags.map((_, index) => `:excludedTag${index} NOT IN (SELECT value FROM json_each(tags))`),
    ];
    return `SELECT id, slug, ${scores.join(" + ") || "0"} AS score FROM articles WHERE ${conditions.join(" AND ")}`;
  }

  private hit(id: bigint, { phrases }: Query): Row {
    // The id is a BigInt because numbers are bound as REAL, and beside MATCH only integers restrict the rowid.
    const row =
      phrases.length === 0
        ? this.database.prepare("SELECT slug, title, body, tags FROM articles WHERE id = ?").get(id)
        : this.database
            .prepare(
              `SELECT slug, tags, highlight(article_words, 0, :open, :close) AS title,
                highlight(article_words, 1, :open, :close) AS body
              FROM article_words CROSS JOIN articles ON id = article_words.rowid
              WHERE article_words MATCH :phrases AND article_words.rowid = :id`,
            )
            .get({ open: OPEN, close: CLOSE, phrases: phrases.join(" AND "), id });
    return withTags(row as Row);
  }
}

function parametersOf({ phrases, excludedPhrases, tags, excludedTags }: Query): Row {
  return {
    ...numbered("title", phrases.map((phrase) => `title : ${phrase}`)),
    ...(phrases.length > 0 && { phrases: phrases.join(" AND ") }),
    ...(excludedPhrases.length > 0 && { excludedPhrases: excludedPhrases.join(" OR ") }),
    ...numbered("tag", tags),
    ...numbered("excludedTag", excludedTags),
  };
}

function numbered(name: string, values: string[]): Row {
  return Object.fromEntries(values.map((value, index) => [`${name}${index}`, value]));
}

function withTags(row: Row): Row {
  return { ...row, tags: JSON.parse(row["tags"] as string) };
}
