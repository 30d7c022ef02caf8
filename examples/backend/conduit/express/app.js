import express from "express";

import { articleRoutes } from "./articles.js";
import { Callers } from "./callers.js";
import { commentRoutes } from "./comments.js";
import { Database } from "./database.js";
import { answerError, notFound } from "./errors.js";
import { TokenSigner } from "./tokens.js";
import { userRoutes } from "./users.js";

/**
 * Makes the app. It reads no environment; several apps may be on one file and see the same data.
 *
 * @param {object} options
 * @param {string} options.databasePath  the SQLite file, created if need be
 * @param {string} [options.jwtSecret]   signs the tokens; undefined or "": a random one of this app alone
 * @returns {import("express").Express}  not listening yet; app.locals.close() closes the database
 * @throws {RangeError} the secret is shorter than 32 bytes
 */
export function createApp({ databasePath, jwtSecret }) {
  const signer = new TokenSigner(jwtSecret);
  const database = new Database(databasePath);
  const callers = new Callers(database, signer);
  const app = express();
  app.disable("x-powered-by");
  app.enable("case sensitive routing");
  app.set("query parser", (query) => Object.fromEntries(new URLSearchParams(query ?? "")));
  app.locals.close = () => database.close();

  app.get("/health", (req, res) => res.json({ status: "ok" }));
  app.use("/api", userRoutes(database, callers, signer));
  app.use("/api", articleRoutes(database, callers));
  app.use("/api", commentRoutes(database, callers));
  app.use(() => {
    throw notFound("path");
  });
  app.use(answerError);
  return app;
}
