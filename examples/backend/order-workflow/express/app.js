import express from "express";

import { createCallers } from "./callers.js";
import { openDatabase } from "./database.js";
import { jsonBody, text } from "./forms.js";
import { createOrders } from "./orders.js";
import { answerProblem, notFound } from "./problems.js";
import { createProducts } from "./products.js";

/**
 * Makes the app of a shop. It reads no environment; several apps may be on one file and see the same data.
 *
 * @param {object} options
 * @param {string} options.databasePath   the SQLite file, created if need be
 * @param {string} [options.staffToken]   the only staff token; undefined or "": the first claim makes one
 * @returns {import("express").Express}   not listening yet; app.locals.close() closes the database
 */
export function createApp({ databasePath, staffToken }) {
  const database = openDatabase(databasePath);
  const callers = createCallers(database, staffToken);
  const app = express();
  app.disable("x-powered-by");
  app.enable("case sensitive routing");
  app.locals.close = () => database.close();

  app.get("/health", (request, response) => response.json({ status: "ok" }));
  app.post("/customers", jsonBody({ name: text(1, 100) }), (request, response) => {
    response.status(201).json(callers.register(request.body.name));
  });
  app.post("/staff/claim", (request, response) => response.status(201).json({ token: callers.claim() }));
  app.use("/products", createProducts(database, callers));
  app.use("/orders", createOrders(database, callers));
  app.use(() => {
    throw notFound();
  });
  app.use(answerProblem);
  return app;
}
