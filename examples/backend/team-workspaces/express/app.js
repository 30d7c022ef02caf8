import express from "express";

import { authenticate } from "./callers.js";
import { openDatabase } from "./database.js";
import { memberRoutes } from "./members.js";
import { Problem, sendProblem } from "./problems.js";
import { projectRoutes } from "./projects.js";
import { userRoutes } from "./users.js";
import { workspaceRoutes } from "./workspaces.js";

/**
 * Makes the app. It reads no environment; apps made one after the other on the same path see the same data.
 *
 * @param {object} [options]
 * @param {string} [options.databasePath]   undefined or "": a database in memory, of this app alone
 * @returns {import("express").Express}     not listening yet; app.locals.close() closes the database
 */
export function createApp({ databasePath } = {}) {
  const database = openDatabase(databasePath || ":memory:");
  const caller = authenticate(database);
  const app = express();
  app.disable("x-powered-by");
  app.locals.close = () => database.close();

  app.get("/health", (request, response) => response.json({ status: "ok" }));
  app.use(userRoutes(database));
  app.use("/workspaces", workspaceRoutes(database, caller));
  app.use("/workspaces/:workspace/members", memberRoutes(database, caller));
  app.use("/workspaces/:workspace/projects", projectRoutes(database, caller));
  app.use(() => {
    throw new Problem("not_found");
  });
  app.use(sendProblem);
  return app;
}
