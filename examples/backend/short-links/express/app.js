import express from "express";

import { readJsonObject } from "./body.js";
import { openDatabase } from "./database.js";
import { Links } from "./links.js";
import { answerError, Problem } from "./problems.js";
import { Tenants } from "./tenants.js";
import { readExpiry, readLink, readTenant } from "./validation.js";

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
  addRoutes(app, new Tenants(database), new Links(database));
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
  app.use(acceptAnyPath);
}

/** Middleware: Express would answer 400 to a code that is no valid percent-encoding, here it is just an unknown one. */
function acceptAnyPath(req, res, next) {
  try {
    decodeURIComponent(req.path);
  } catch {
    req.url = req.path.replaceAll("%", "%25") + req.url.slice(req.path.length);
  }
  next();
}

function addRoutes(app, tenants, links) {
  const identify = identifyTenant(tenants);

  app.get("/health", (req, res) => {
    res.json({ status: "ok" });
  });

  app.post("/tenants", readJsonObject, (req, res) => {
    res.status(201).json(tenants.add(readTenant(req.body).name));
  });

  app.post("/links", identify, readJsonObject, (req, res) => {
    const link = links.create(res.locals.tenantId, readLink(req.body));
    res.status(201).location(`/links/${link.code}`).json(link);
  });

  app.get("/links", identify, (req, res) => {
    res.json({ items: links.list(res.locals.tenantId) });
  });

  app.get("/links/:code", identify, (req, res) => {
    res.json(links.read(res.locals.tenantId, req.params.code));
  });

  app.patch("/links/:code", identify, readJsonObject, (req, res) => {
    const { expires_at } = readExpiry(req.body);
    res.json(links.setExpiry(res.locals.tenantId, req.params.code, expires_at));
  });

  app.delete("/links/:code", identify, (req, res) => {
    links.delete(res.locals.tenantId, req.params.code);
    res.status(204).end();
  });

  app.get("/r/:code", (req, res) => {
    // Not `res.redirect`, which escapes some characters of the target.
    res.set({ Location: links.follow(req.params.code), "Cache-Control": "no-store" });
    res.status(302).end();
  });
}

/** Middleware: leaves the id of the tenant whose key the request carries in `res.locals.tenantId`. */
function identifyTenant(tenants) {
  return (req, res, next) => {
    const tenantId = tenants.idOf(req.get("X-Api-Key") ?? "");
    if (tenantId === undefined) throw new Problem("unauthorized");
    res.locals.tenantId = tenantId;
    next();
  };
}
