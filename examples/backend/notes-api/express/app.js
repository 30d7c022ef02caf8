import express from "express";

import { Accounts } from "./accounts.js";
import { readJsonObject } from "./body.js";
import { openDatabase } from "./database.js";
import { answerError, notFound } from "./errors.js";
import { NOTE_PATH, Notes } from "./notes.js";

/**
 * Makes the app and opens its database.
 *
 * @param {object} [options]
 * @param {string} [options.databasePath]  undefined or "": a database in memory, of this app alone
 * @param {() => number} [options.now]     milliseconds since the epoch; default: the system clock
 * @returns {import("express").Express}    not listening yet; `app.locals.close()` closes the database
 */
export function createApp({ databasePath, now = Date.now } = {}) {
  const database = openDatabase(databasePath);
  const accounts = new Accounts(database, now);
  const notes = new Notes(database, now);

  const app = express();
  configure(app);
  app.locals.close = () => database.close();

  app.get("/health", (req, res) => {
    res.json({ status: "ok" });
  });
  app.post("/register", readJsonObject, accounts.register);
  app.post("/login", readJsonObject, accounts.login);
  app.post("/logout", accounts.authenticate, accounts.logout);

  app.get("/notes", accounts.authenticate, notes.list);
  app.post("/notes", accounts.authenticate, readJsonObject, notes.create);
  app.get(NOTE_PATH, accounts.authenticate, notes.read);
  app.put(NOTE_PATH, accounts.authenticate, readJsonObject, notes.replace);
  app.delete(NOTE_PATH, accounts.authenticate, notes.remove);

  app.use(() => {
    throw notFound();
  });
  app.use(answerError);
  return app;
}

function configure(app) {
  app.disable("x-powered-by");
  // Express would make an ETag of every body; ours are versions of notes.
  app.disable("etag");
  app.enable("case sensitive routing");
  app.enable("strict routing");
  app.set("query parser", (text) => new URLSearchParams(text ?? ""));
}
