import { Router } from "express";

import { forbidden, notFound } from "./errors.js";
import { clean, digits, jsonBody, list, text } from "./forms.js";
import { profileOf } from "./users.js";

const REQUIRED = { title: text(1, 100), description: text(1, 300), body: text(1, 20_000) };
const OPTIONAL = { tagList: list(text(1, 30), 10) };
const FILTER_TEXTS = { tag: text(0, Infinity), author: text(0, Infinity), favorited: text(0, Infinity) };
const PART = { limit: digits(1, 100), offset: digits(0, 1_000_000_000) };

const ARTICLES = `
  SELECT articles.*, username, bio, image,
    EXISTS (SELECT 1 FROM follows WHERE follower_id = :caller AND followed_id = author_id) AS following,
    EXISTS (SELECT 1 FROM favorites WHERE article_id = articles.id AND user_id = :caller) AS favorited,
    (SELECT count(*) FROM favorites WHERE article_id = articles.id) AS favorites_count,
    (SELECT json_group_array(tag) FROM
      (SELECT tag FROM tags WHERE article_id = articles.id ORDER BY position)) AS tags
  FROM articles JOIN users ON users.id = author_id
`;

// What each parameter of a list asks for.
const FILTERS = {
  tag: "EXISTS (SELECT 1 FROM tags WHERE article_id = articles.id AND tag = :tag)",
  author: "username = :author",
  favorited: `EXISTS (SELECT 1 FROM favorites JOIN users AS fans ON fans.id = user_id
    WHERE article_id = articles.id AND fans.username = :favorited)`,
};
const FOLLOWED = "EXISTS (SELECT 1 FROM follows WHERE follower_id = :caller AND followed_id = author_id)";

/** The routes of articles, favourites and tags. */
export function articleRoutes(database, callers) {
  const router = Router({ caseSensitive: true });

  router.get("/articles", callers.allow, (req, res) => {
    const { limit, offset, ...filters } = clean(req.query, {}, { ...FILTER_TEXTS, ...PART });
    const conditions = Object.keys(filters).map((name) => FILTERS[name]);
    res.json(listed(["TRUE", ...conditions], filters, { limit, offset }, res));
  });

  router.get("/articles/feed", callers.need, (req, res) => {
    res.json(listed([FOLLOWED], {}, clean(req.query, {}, PART), res));
  });

  router.post("/articles", callers.need, jsonBody("article", REQUIRED, OPTIONAL), (req, res) => {
    const { tagList = [], ...fields } = req.body;
    const article = database.transaction(() => {
      const slug = freeSlug(fields.title, null);
      const time = new Date().toISOString();
      const { id } = database.get(
        `INSERT INTO articles (slug, title, description, body, created_at, updated_at, author_id)
         VALUES (:slug, :title, :description, :body, :time, :time, :author) RETURNING id`,
        { ...fields, slug, time, author: res.locals.caller.id },
      );
      setTags(id, tagList);
      return findArticle(database, slug, res.locals.caller);
    });
    res.status(201).json({ article: view(article) });
  });

  router.get("/articles/:slug", callers.allow, (req, res) => {
    res.json({ article: view(findArticle(database, req.params.slug, res.locals.caller)) });
  });

  router.put("/articles/:slug", callers.need, jsonBody("article", {}, { ...REQUIRED, ...OPTIONAL }), (req, res) => {
    const { tagList, ...fields } = req.body;
    const article = database.transaction(() => {
      const old = ownArticle(req, res);
      const { id, title, description, body } = { ...old, ...fields };
      const slug = title === old.title ? old.slug : freeSlug(title, id);
      database.get(
        `UPDATE articles SET slug = :slug, title = :title, description = :description, body = :body,
         updated_at = :time WHERE id = :id`,
        { id, slug, title, description, body, time: new Date().toISOString() },
      );
      if (tagList) setTags(id, tagList);
      return findArticle(database, slug, res.locals.caller);
    });
    res.json({ article: view(article) });
  });

  router.delete("/articles/:slug", callers.need, (req, res) => {
    database.get("DELETE FROM articles WHERE id = :id", { id: ownArticle(req, res).id });
    res.status(204).end();
  });

  router.post("/articles/:slug/favorite", callers.need, (req, res) => {
    res.json(favor("INSERT OR IGNORE INTO favorites VALUES (:article, :user)", req, res));
  });

  router.delete("/articles/:slug/favorite", callers.need, (req, res) => {
    res.json(favor("DELETE FROM favorites WHERE article_id = :article AND user_id = :user", req, res));
  });

  router.get("/tags", callers.allow, (req, res) => {
    const rows = database.all("SELECT DISTINCT tag FROM tags ORDER BY tag");
    res.json({ tags: rows.map(({ tag }) => tag) });
  });

  return router;

  function listed(conditions, filters, { limit = 20, offset = 0 }, res) {
    const values = { ...filters, caller: res.locals.caller?.id ?? null };
    const matching = `${ARTICLES} WHERE ${conditions.join(" AND ")}`;
    const { count } = database.get(`SELECT count(*) AS count FROM (${matching})`, values);
    const part = `${matching} ORDER BY articles.id DESC LIMIT :limit OFFSET :offset`;
    const articles = database.all(part, { ...values, limit, offset }).map((row) => {
      const { body, ...others } = view(row);
      return others;
    });
    return { articles, articlesCount: count };
  }

  function ownArticle(req, res) {
    const article = findArticle(database, req.params.slug, res.locals.caller);
    if (article.author_id !== res.locals.caller.id) throw forbidden("article");
    return article;
  }

  function favor(statement, req, res) {
    const { caller } = res.locals;
    database.get(statement, { article: findArticle(database, req.params.slug, caller).id, user: caller.id });
    return { article: view(findArticle(database, req.params.slug, caller)) };
  }

  function freeSlug(title, id) {
    const base = title.replace(/[^A-Za-z0-9]+/g, "-").replace(/^-|-$/g, "").toLowerCase() || "article";
    const isTaken = (slug) => database.get("SELECT 1 FROM articles WHERE slug = :slug AND id IS NOT :id", { slug, id });
    let slug = base;
    // An article at "feed" would be hidden by the feed.
    for (let number = 2; slug === "feed" || isTaken(slug); number++) slug = `${base}-${number}`;
    return slug;
  }

  function setTags(article, tags) {
    database.get("DELETE FROM tags WHERE article_id = :article", { article });
    tags.forEach((tag, position) => {
      database.get("INSERT INTO tags VALUES (:article, :position, :tag)", { article, position, tag });
    });
  }
}

/**
 * The article with that slug, as the caller sees it.
 *
 * @throws {ApiError} 404, there is none
 */
export function findArticle(database, slug, caller) {
  const row = database.get(`${ARTICLES} WHERE slug = :slug`, { slug, caller: caller?.id ?? null });
  if (!row) throw notFound("article");
  return row;
}

function view(row) {
  return {
    slug: row.slug,
    title: row.title,
    description: row.description,
    body: row.body,
    tagList: JSON.parse(row.tags),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    favorited: Boolean(row.favorited),
    favoritesCount: row.favorites_count,
    author: profileOf(row),
  };
}
