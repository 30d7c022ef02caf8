import { Injectable } from "@nestjs/common";

import { ArticlesService } from "./articles.service.ts";
import { DatabaseService } from "./database.service.ts";
import { ApiError } from "./errors.ts";
import { type Profile, type ProfileRow, toProfile, type User } from "./users.service.ts";

export interface Comment {
  id: number;
  createdAt: string;
  updatedAt: string;
  body: string;
  author: Profile;
}

/** A row of a comment, as a caller sees it. */
interface CommentRow extends ProfileRow {
  id: number;
  author_id: number;
  body: string;
  created_at: string;
}

const COMMENTS = `
  SELECT comments.*, username, bio, image,
    EXISTS (SELECT 1 FROM follows WHERE follower_id = :caller AND followed_id = author_id) AS following
  FROM comments JOIN users ON users.id = author_id WHERE article_id = :article
`;

/** Comments on articles; all methods throw an ApiError 404 if there is no such article. */
@Injectable()
export class CommentsService {
  constructor(
    private readonly database: DatabaseService,
    private readonly articles: ArticlesService,
  ) {}

  add(slug: string, body: string, author: User): Comment {
    const article = this.articles.find(slug, author).id;
    const added = this.database.get<{ id: number }>(
      `INSERT INTO comments (article_id, author_id, body, created_at) VALUES (:article, :author, :body, :time)
       RETURNING id`,
      { article, author: author.id, body, time: new Date().toISOString() },
    );
    return toComment(this.find(article, added!.id, author));
  }

  /** The newest first. */
  list(slug: string, caller: User | null): Comment[] {
    const values = { article: this.articles.find(slug, caller).id, caller: caller?.id ?? null };
    return this.database.all<CommentRow>(`${COMMENTS} ORDER BY comments.id DESC`, values).map(toComment);
  }

  /** @throws ApiError 403, 404 */
  delete(slug: string, commentId: string, caller: User): void {
    const article = this.articles.find(slug, caller).id;
    // Number() would also find the comment 7 by "07" or " 7".
    if (!/^[1-9][0-9]{0,14}$/.test(commentId)) throw ApiError.notFound("comment");
    const { id, author_id } = this.find(article, Number(commentId), caller);
    if (author_id !== caller.id) throw ApiError.forbidden("comment");
    this.database.get("DELETE FROM comments WHERE id = :id", { id });
  }

  private find(article: number, id: number, caller: User): CommentRow {
    const row = this.database.get<CommentRow>(`${COMMENTS} AND comments.id = :id`, { article, id, caller: caller.id });
    if (!row) throw ApiError.notFound("comment");
    return row;
  }
}

function toComment(row: CommentRow): Comment {
  const { id, body, created_at: time } = row;
  return { id, createdAt: time, updatedAt: time, body, author: toProfile(row) };
}
