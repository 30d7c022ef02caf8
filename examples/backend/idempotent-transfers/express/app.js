import express from "express";

import { readJsonObject } from "./body.js";
import { openDatabase } from "./database.js";
import { Ledger } from "./ledger.js";
import { answerError, Problem } from "./problems.js";
import { StoredAnswers } from "./stored-answers.js";
import { readAccount, readIdempotencyKey, readPage, readTransfer } from "./validation.js";

/**
 * Makes the app and opens its database.
 *
 * @param {object} [options]
 * @param {string} [options.databasePath]  undefined or "": a database in memory, of this app alone
 * @returns {import("express").Express}    not listening yet; `app.locals.close()` closes the database
 */
export function createApp({ databasePath } = {}) {
  const database = openDatabase(databasePath);
  const app = express();
  app.locals.close = () => database.close();
  configure(app);
  addRoutes(app, new Ledger(database), new StoredAnswers(database));
  app.use(() => {
    throw new Problem("not_found");
  });
  app.use(answerError);
  return app;
}

function configure(app) {
  app.disable("x-powered-by");
  app.disable("etag");
  app.enable("case sensitive routing");
  app.set("query parser", (text) => new URLSearchParams(text ?? ""));
  app.use(acceptAnyPath);
}

/** Middleware: Express would answer 400 to an id that is no valid percent-encoding, here it is just an unknown one. */
function acceptAnyPath(req, res, next) {
  try {
    decodeURIComponent(req.path);
  } catch {
    req.url = req.path.replaceAll("%", "%25") + req.url.slice(req.path.length);
  }
  next();
}

function addRoutes(app, ledger, storedAnswers) {
  app.get("/health", (req, res) => {
    res.json({ status: "ok" });
  });

  app.post("/accounts", readJsonObject, (req, res) => {
    const account = ledger.openAccount(readAccount(req.body));
    res.status(201).location(`/accounts/${account.id}`).json(account);
  });

  app.get("/accounts/:id", (req, res) => {
    res.json(ledger.account(req.params.id));
  });

  app.get("/accounts/:id/entries", (req, res) => {
    const { id } = req.params;
    const { limit, before } = readPage(req.query, (cursor) => ledger.positionOf(id, cursor));
    res.json(ledger.entries(id, limit, before));
  });

  app.post("/transfers", readJsonObject, (req, res) => {
    const key = readIdempotencyKey(req);
    const order = readTransfer(req.body);
    const answer = storedAnswers.answerOnce(key, order, () => decide(ledger, order));
    sendAnswer(res, answer);
  });

  app.get("/transfers/:id", (req, res) => {
    res.json(ledger.transfer(req.params.id));
  });
}

/** Carries the transfer out or refuses it: either way there is an answer to store. */
function decide(ledger, order) {
  try {
    const transfer = ledger.move(order);
    return { status: 201, location: `/transfers/${transfer.id}`, body: JSON.stringify(transfer) };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { status: error.status, location: null, body: JSON.stringify(error) };
  }
}

function sendAnswer(res, { status, location, body, replayed }) {
  if (location !== null) res.location(location);
  if (replayed) res.set("Idempotent-Replayed", "true");
  res.status(status).type(status < 400 ? "application/json" : "application/problem+json").send(body);
}
