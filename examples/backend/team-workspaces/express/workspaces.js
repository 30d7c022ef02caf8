import { randomUUID } from "node:crypto";

import express from "express";

import { body, nameFault } from "./bodies.js";
import { transaction } from "./database.js";
import { requireRole, roleFinder } from "./roles.js";

/** Routes of workspaces; every one of them needs the middleware `caller` first. */
export function workspaceRoutes(database, caller) {
  const roleOf = roleFinder(database);
  const find = database.prepare("SELECT name FROM workspaces WHERE id = ?");
  const list = database.prepare(`
    SELECT workspaces.id, name, role FROM workspaces JOIN members ON workspace_id = workspaces.id
    WHERE user_id = ? ORDER BY workspaces.position
  `);
  const insert = database.prepare("INSERT INTO workspaces (id, name) VALUES (?, ?)");
  const insertOwner = database.prepare("INSERT INTO members (workspace_id, user_id, role) VALUES (?, ?, 'owner')");
  const remove = database.prepare("DELETE FROM workspaces WHERE id = ?");
  const router = express.Router();

  router
    .route("/")
    .all(caller)
    .get((request, response) => {
      response.json({ items: list.all(response.locals.caller.id) });
    })
    .post(body({ name: nameFault }), (request, response) => {
      const workspace = { id: randomUUID(), name: request.body.name, role: "owner" };
      transaction(database, () => {
        insert.run(workspace.id, workspace.name);
        insertOwner.run(workspace.id, response.locals.caller.id);
      });
      response.status(201).location(`/workspaces/${workspace.id}`).json(workspace);
    });

  router
    .route("/:workspace")
    .all(caller)
    .get((request, response) => {
      const id = request.params.workspace;
      const role = roleOf(id, response.locals.caller.id);
      response.json({ id, ...find.get(id), role });
    })
    .delete((request, response) => {
      const id = request.params.workspace;
      transaction(database, () => {
        requireRole(roleOf(id, response.locals.caller.id), "owner");
        remove.run(id);
      });
      response.status(204).end();
    });

  return router;
}
