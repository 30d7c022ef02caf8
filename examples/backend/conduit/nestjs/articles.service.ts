import { Injectable } from "@nestjs/common";

import { DatabaseService } from "./database.service.ts";
import { ApiError } from "./errors.ts";
import { type Profile, type ProfileRow, toProfile, type User } from "./users.service.ts";

export interface NewArticle {
  title: string;
  description: string;
  body: string;
  tagList?: string[];
}

export interface Article extends Required<NewArticle> {
  slug: string;
  createdAt: string;
  updatedAt: string;
  favorited: boolean;
  favoritesCount: number;
  author: Profile;
}

export interface ArticleList {
  articles: Omit<Article, "body">[];
  articlesCount: number;
}

export interface Filters {
  tag?: string;
  author?: string;
  favorited?: string;
}

export interface Part {
  limit?: number;
  offset?: number;
}

/** A row of an article, as a caller sees it. */
interface ArticleRow extends ProfileRow {
  id: number;
  slug: string;
  title: string;
  description: string;
  body: string;
  created_at: string;
  updated_at: string;
  author_id: number;
  favorited: number;
  favorites_count: number;
  /** a JSON array */
  tags: string;
}

const ARTICLES = `
  SELECT articles.*, username, bio, image,
    EXISTS (SELECT 1 FROM follows WHERE follower_id = :caller AND followed_id = author_id) AS following,
    EXISTS (SELECT 1 FROM favorites WHERE article_id = articles.id AND user_id = :caller) AS favorited,
    (SELECT count(*) FROM favorites WHERE article_id = articles.id) AS favorites_count,
    (SELECT json_group_array(tag) FROM
      (SELECT tag FROM tags WHERE article_id = articles.id ORDER BY position)) AS tags
  FROM articles JOIN users ON users.id = author_id
`;
const MATCHING = `
  (:tag IS NULL OR articles.id IN (SELECT article_id FROM tags WHERE tag = :tag))
  AND (:author IS NULL OR username = :author)
  AND (:favorited IS NULL OR articles.id IN
    (SELECT article_id FROM favorites JOIN users ON users.id = user_id WHERE username = :favorited))
`;
const FOLLOWED = "author_id IN (SELECT followed_id FROM follows WHERE follower_id = :caller)";

@Injectable()
export class ArticlesService {
  constructor(private readonly database: DatabaseService) {}

  /** The articles that match all filters. */
  list({ tag, author, favorited, ...part }: Filters & Part, caller: User | null): ArticleList {
    const filters = { tag: tag ?? null, author: author ?? null, favorited: favorited ?? null };
    return this.listWhere(MATCHING, { ...filters, caller: caller?.id ?? null }, part);
  }

  /** The articles of the users whom the caller follows. */
  feed(part: Part, caller: User): ArticleList {
    return this.listWhere(FOLLOWED, { caller: caller.id }, part);
  }

  create({ tagList = [], ...fields }: NewArticle, author: User): Article {
    return this.database.transaction(() => {
      const slug = this.freeSlug(fields.title, null);
      const added = this.database.get<{ id: number }>(
        `INSERT INTO articles (slug, title, description, body, created_at, updated_at, author_id)
         VALUES (:slug, :title, :description, :body, :time, :time, :author) RETURNING id`,
        { ...fields, slug, time: new Date().toISOString(), author: author.id },
      );
      this.setTags(added!.id, tagList);
      return this.read(slug, author);
    });
  }

  /** @throws ApiError 404 */
  read(slug: string, caller: User | null): Article {
    return toArticle(this.find(slug, caller));
  }

  /** @throws ApiError 403, 404 */
  change(slug: string, { tagList, ...fields }: Partial<NewArticle>, caller: User): Article {
    return this.database.transaction(() => {
      const old = this.findOwn(slug, caller);
      const { id, title, description, body } = { ...old, ...fields };
      const newSlug = title === old.title ? slug : this.freeSlug(title, id);
      this.database.get(
        `UPDATE articles SET slug = :slug, title = :title, description = :description, body = :body,
         updated_at = :time WHERE id = :id`,
        { id, slug: newSlug, title, description, body, time: new Date().toISOString() },
      );
      if (tagList) this.setTags(id, tagList);
      return this.read(newSlug, caller);
    });
  }

  /** @throws ApiError 403, 404 */
  delete(slug: string, caller: User): void {
    this.database.get("DELETE FROM articles WHERE id = :id", { id: this.findOwn(slug, caller).id });
  }

  /** @throws ApiError 404 */
  favorite(slug: string, caller: User): Article {
    const ids = { article: this.find(slug, caller).id, user: caller.id };
    this.database.get("INSERT OR IGNORE INTO favorites VALUES (:article, :user)", ids);
    return this.read(slug, caller);
  }

  /** @throws ApiError 404 */
  unfavorite(slug: string, caller: User): Article {
    const ids = { article: this.find(slug, caller).id, user: caller.id };
    this.database.get("DELETE FROM favorites WHERE article_id = :article AND user_id = :user", ids);
    return this.read(slug, caller);
  }

  /** All tags in use. */
  tags(): string[] {
    const rows = this.database.all<{ tag: string }>("SELECT DISTINCT tag FROM tags ORDER BY tag", {});
    return rows.map(({ tag }) => tag);
  }

  /** The row with that slug; throws an ApiError 404. */
  find(slug: string, caller: User | null): ArticleRow {
    const values = { slug, caller: caller?.id ?? null };
    const row = this.database.get<ArticleRow>(`${ARTICLES} WHERE slug = :slug`, values);
    if (!row) throw ApiError.notFound("article");
    return row;
  }

  private findOwn(slug: string, caller: User): ArticleRow {
    const row = this.find(slug, caller);
    if (row.author_id !== caller.id) throw ApiError.forbidden("article");
    return row;
  }

  private listWhere(
    condition: string,
    values: Record<string, string | number | null>,
    { limit = 20, offset = 0 }: Part,
  ): ArticleList {
    const matching = `${ARTICLES} WHERE ${condition}`;
    const counted = this.database.get<{ count: number }>(`SELECT count(*) AS count FROM (${matching})`, values);
    const part = `${matching} ORDER BY articles.id DESC LIMIT :limit OFFSET :offset`;
    const articles = this.database.all<ArticleRow>(part, { ...values, limit, offset }).map((row) => {
      const { body, ...others } = toArticle(row);
      return others;
    });
    return { articles, articlesCount: counted!.count };
  }

  private freeSlug(title: string, id: number | null): string {
    const base = title.replace(/[^A-Za-z0-9]+/g, "-").replace(/^-|-$/g, "").toLowerCase() || "article";
    let slug = base;
    // An article at "feed" would be hidden by the feed.
    for (let number = 2; slug === "feed" || this.isTaken(slug, id); number++) slug = `${base}-${number}`;
    return slug;
  }

  private isTaken(slug: string, id: number | null): boolean {
    const query = "SELECT 1 FROM articles WHERE slug = :slug AND id IS NOT :id";
    return this.database.get(query, { slug, id }) !== undefined;
  }

  private setTags(article: number, tags: string[]): void {
    this.database.get("DELETE FROM tags WHERE article_id = :article", { article });
    for (const [position, tag] of tags.entries()) {
      this.database.get("INSERT INTO tags VALUES (:article, :position, :tag)", { article, position, tag });
    }
  }
}

function toArticle(row: ArticleRow): Article {
  return {
    slug: row.slug,
    title: row.title,
    description: row.description,
    body: row.body,
    tagList: JSON.parse(row.tags),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    favorited: row.favorited === 1,
    favoritesCount: row.favorites_count,
    author: toProfile(row),
  };
}
