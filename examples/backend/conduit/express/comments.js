import { Router } from "express";

import { findArticle } from "./articles.js";
import { forbidden, notFound } from "./errors.js";
import { jsonBody, text } from "./forms.js";
import { profileOf } from "./users.js";

const COMMENTS = `
  SELECT comments.*, username, bio, image,
    EXISTS (SELECT 1 FROM follows WHERE follower_id = :caller AND followed_id = author_id) AS following
  FROM comments JOIN users ON users.id = author_id WHERE article_id = :article
`;

/** The routes of the comments on articles. */
export function commentRoutes(database, callers) {
  const router = Router({ caseSensitive: true });
  const path = "/articles/:slug/comments";

  router.post(path, callers.need, jsonBody("comment", { body: text(1, 2_000) }), (req, res) => {
    const { caller } = res.locals;
    const article = findArticle(database, req.params.slug, caller);
    const { id } = database.get(
      `INSERT INTO comments (article_id, author_id, body, created_at) VALUES (:article, :author, :body, :time)
       RETURNING id`,
      { article: article.id, author: caller.id, body: req.body.body, time: new Date().toISOString() },
    );
    res.status(201).json({ comment: view(find(article, id, caller)) });
  });

  router.get(path, callers.allow, (req, res) => {
    const { caller } = res.locals;
    const values = { article: findArticle(database, req.params.slug, caller).id, caller: caller?.id ?? null };
    res.json({ comments: database.all(`${COMMENTS} ORDER BY comments.id DESC`, values).map(view) });
  });

  router.delete(`${path}/:id`, callers.need, (req, res) => {
    const { caller } = res.locals;
    const article = findArticle(database, req.params.slug, caller);
    // Number() would also find the comment 7 by "07" or " 7".
    if (!/^[1-9][0-9]{0,14}$/.test(req.params.id)) throw notFound("comment");
    const { id, author_id } = find(article, Number(req.params.id), caller);
    if (author_id !== caller.id) throw forbidden("comment");
    database.get("DELETE FROM comments WHERE id = :id", { id });
    res.status(204).end();
  });

  return router;

  function find(article, id, caller) {
    const row = database.get(`${COMMENTS} AND comments.id = :id`, { article: article.id, id, caller: caller.id });
    if (!row) throw notFound("comment");
    return row;
  }
}

function view(row) {
  const { id, body, created_at: time } = row;
  return { id, createdAt: time, updatedAt: time, body, author: profileOf(row) };
}
