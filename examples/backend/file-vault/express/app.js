import { pipeline } from "node:stream";

import express from "express";

import { disposition, selectPart } from "./downloads.js";
import { identifyOwner } from "./owners.js";
import { answerError, Problem } from "./problems.js";
import { readSettings } from "./settings.js";
import { Vault } from "./vault.js";

/**
 * Makes the app as an environment configures it.
 *
 * @param {Record<string, string | undefined>} environment
 * @returns {import("express").Express} not listening yet; `app.locals.close()` closes the database
 * @throws {RangeError} when a variable has a value of wrong form
 */
export function createApp(environment) {
  const settings = readSettings(environment);
  const vault = new Vault(settings);
  const app = express();
  app.locals.close = () => vault.close();
  app.enable("case sensitive routing");
  addRoutes(app, vault, identifyOwner(settings.keys));
  app.use(() => {
    throw new Problem("not_found");
  });
  app.use(answerError);
  return app;
}

function addRoutes(app, vault, identify) {
  app.get("/health", (req, res) => {
    res.json({ status: "ok" });
  });

  app.post("/files", identify, async (req, res) => {
    const name = readName(req.query.name);
    const file = await vault.store(req, res.locals.owner, name, req.get("Content-Digest"));
    res.status(201).location(`/files/${file.id}`).json(file);
  });

  app.get("/files", identify, (req, res) => {
    res.json({ items: vault.list(res.locals.owner) });
  });

  app.get("/files/:id", identify, (req, res) => {
    const file = vault.find(res.locals.owner, req.params.id);
    const part = selectPart(req.get("Range"), file.size);
    const { start, end } = part ?? { start: 0, end: file.size };
    const content = vault.read(file, { start, end });
    res.writeHead(part ? 206 : 200, {
      "Content-Type": file.type,
      "Content-Length": end - start,
      ETag: `"${file.sha256}"`,
      "Accept-Ranges": "bytes",
      "Content-Disposition": disposition(file.name),
      "X-Content-Type-Options": "nosniff",
      ...(part && { "Content-Range": `bytes ${start}-${end - 1}/${file.size}` }),
    });
    // When one side breaks off, the other is closed; there is nobody left to tell.
    pipeline(content, res, () => {});
  });

  app.delete("/files/:id", identify, (req, res) => {
    vault.delete(res.locals.owner, req.params.id);
    res.status(204).end();
  });
}

/** The name is only a label, yet some programs make a path of it. */
function readName(name) {
  const isName = typeof name === "string" && /^[^\p{Cc}/\\]{1,100}$/u.test(name);
  if (!isName || name === "." || name === "..") throw new Problem("invalid_name");
  return name;
}
