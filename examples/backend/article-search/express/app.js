import express from "express";

import { ArticleStore } from "./article-store.js";
import { openCursor, sealCursor } from "./cursor.js";
import { articleFields } from "./fields.js";
import { toHtml, toSnippet } from "./highlight.js";
import { answerProblem, Problem } from "./problem.js";
import { parseQuery, QueryError } from "./query.js";

const SLUG_FORM = /^[a-z0-9-]{1,64}$/;
const LIMIT_FORM = /^([1-9]|[1-4][0-9]|50)$/;

/**
 * Makes the app. It reads no environment; apps made one after the other on the same path see the same data.
 *
 * @param {object} [options]
 * @param {string} [options.databasePath]   undefined or "": a database in memory, of this app alone
 * @returns {import("express").Express}     not listening yet; app.locals.close() closes the database
 */
export function createApp({ databasePath } = {}) {
  const store = new ArticleStore(databasePath || ":memory:");
  const app = express();
  app.disable("x-powered-by").disable("etag").enable("case sensitive routing");
  app.set("query parser", (text) => new URLSearchParams(text));
  app.locals.close = () => store.close();
  app.get("/health", (request, response) => {
    response.json({ status: "ok" });
  });
  app.use("/articles", articleRouter(store));
  app.get("/search", searchHandler(store));
  app.use(() => {
    throw new Problem(404);
  });
  app.use(answerProblem);
  return app;
}

function articleRouter(store) {
  const router = express.Router({ caseSensitive: true });
  router.param("slug", (request, response, next, slug) => next(SLUG_FORM.test(slug) ? undefined : new Problem(404)));

  router.put("/:slug", articleFields, (request, response) => {
    const article = { slug: request.params.slug, ...request.body };
    response.status(store.put(article) ? 201 : 200).json(article);
  });

  router.get("/:slug", (request, response) => {
    const article = store.get(request.params.slug);
    if (!article) throw new Problem(404);
    response.json(article);
  });

  router.delete("/:slug", (request, response) => {
    if (!store.delete(request.params.slug)) throw new Problem(404);
    response.status(204).end();
  });
  return router;
}

function searchHandler(store) {
  return (request, response) => {
    const { text, query, limit } = searchParameters(request.query);
    const after = positionOf(request.query.get("cursor"), store.cursorKey, text);
    // One more than is shown tells whether there is another page.
    const found = store.search(query, after, limit + 1);
    const shown = found.slice(0, limit);
    const next = found.length > limit ? sealCursor(store.cursorKey, text, shown.at(-1)) : null;
    response.json({ items: shown.map(toItem), next_cursor: next });
  };
}

/** @param {URLSearchParams} parameters */
function searchParameters(parameters) {
  const text = parameters.get("q") ?? "";
  const limit = parameters.get("limit") ?? "10";
  const errors = new Map();
  let query;
  try {
    query = parseQuery(text);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    errors.set("q", error.message);
  }
  if (!LIMIT_FORM.test(limit)) errors.set("limit", "must be a number from 1 to 50");
  if (errors.size > 0) throw new Problem(422, { errors });
  return { text, query, limit: Number(limit) };
}

function positionOf(cursor, key, text) {
  if (cursor === null) return undefined;
  const position = openCursor(key, text, cursor);
  if (!position) throw new Problem(400, { code: "invalid_cursor" });
  return position;
}

function toItem({ slug, score, title, body, tags }) {
  return { slug, score, title_html: toHtml(title), snippet_html: toSnippet(body), tags };
}
