import express from "express";

import { answerError, NotFoundError } from "./errors.js";
import { createRouter } from "./routes.js";
import { Store } from "./store.js";

/**
 * Makes the application on an SQLite file, or in memory when no path is given.
 *
 * @param {object} [options]
 * @param {string} [options.databasePath] undefined or "": a database in memory, of this app alone
 * @returns {import("express").Express} not listening yet; `app.locals.close()` closes the database
 */
export function createApp({ databasePath } = {}) {
  const store = new Store(databasePath || ":memory:");
  const app = express();
  app.locals.close = () => store.close();

  app.disable("x-powered-by");
  // Express answers some conditional GET requests 304 without a body; every answer here has one.
  app.disable("etag");
  Object.defineProperty(app.request, "fresh", { value: false });
  // Unlike Express's own parsers, URLSearchParams keeps every parameter and every repetition.
  app.set("query parser", (query) => new URLSearchParams(query ?? ""));

  app.use((req, res, next) => {
    req.url = req.url.replace(/^[^?]*/, toDecodablePath);
    next();
  });
  app.use(createRouter(store));
  app.use(() => {
    throw new NotFoundError("There is nothing at this path.");
  });
  app.use(answerError);
  return app;
}

/**
 * The path, with every `%` escaped if it is no percent-encoding: Express would refuse an id such as `%FF` before the body
 * is read, but 404 comes after all faults of the input.
 */
function toDecodablePath(path) {
  try {
    decodeURIComponent(path);
    return path;
  } catch {
    return path.replaceAll("%", "%25");
  }
}
