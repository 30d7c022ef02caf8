import { randomUUID } from "node:crypto";

import express from "express";

import { body, nameFault, textFault } from "./bodies.js";
import { transaction } from "./database.js";
import { Problem } from "./problems.js";
import { requireRole, roleFinder } from "./roles.js";

/** Routes of a workspace's projects, below a path with the parameter `workspace`. */
export function projectRoutes(database, caller) {
  const roleOf = roleFinder(database);
  const list = database.prepare(
    "SELECT id, workspace_id, name FROM projects WHERE workspace_id = ? ORDER BY position",
  );
  // By both ids: the right that was checked is one to this workspace, wherever the project may be.
  const find = database.prepare("SELECT id, workspace_id, name FROM projects WHERE workspace_id = ? AND id = ?");
  const insert = database.prepare(
    "INSERT INTO projects (id, workspace_id, name) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
  );
  const update = database.prepare("UPDATE OR IGNORE projects SET workspace_id = ?, name = ? WHERE id = ?");
  const remove = database.prepare("DELETE FROM projects WHERE id = ?");
  const router = express.Router({ mergeParams: true });

  const projectOf = ({ workspace, project }) => {
    const found = find.get(workspace, project);
    if (!found) throw new Problem("not_found");
    return found;
  };

  const save = (project) => {
    const { changes } = update.run(project.workspace_id, project.name, project.id);
    if (changes === 0) throw new Problem("name_taken");
    return project;
  };

  router
    .route("/")
    .all(caller)
    .get((request, response) => {
      const { workspace } = request.params;
      roleOf(workspace, response.locals.caller.id);
      response.json({ items: list.all(workspace) });
    })
    .post(body({ name: nameFault }), (request, response) => {
      const { workspace } = request.params;
      const project = { id: randomUUID(), workspace_id: workspace, name: request.body.name };
      transaction(database, () => {
        requireRole(roleOf(workspace, response.locals.caller.id), "editor");
        const { changes } = insert.run(project.id, workspace, project.name);
        if (changes === 0) throw new Problem("name_taken");
      });
      response.status(201).location(`/workspaces/${workspace}/projects/${project.id}`).json(project);
    });

  router
    .route("/:project")
    .all(caller)
    .get((request, response) => {
      roleOf(request.params.workspace, response.locals.caller.id);
      response.json(projectOf(request.params));
    })
    .patch(body({ name: nameFault }), (request, response) => {
      const renamed = transaction(database, () => {
        const own = roleOf(request.params.workspace, response.locals.caller.id);
        const project = projectOf(request.params);
        requireRole(own, "editor");
        return save({ ...project, name: request.body.name });
      });
      response.json(renamed);
    })
    .delete((request, response) => {
      transaction(database, () => {
        const own = roleOf(request.params.workspace, response.locals.caller.id);
        const project = projectOf(request.params);
        requireRole(own, "admin");
        remove.run(project.id);
      });
      response.status(204).end();
    });

  router.post("/:project/move", caller, body({ workspace_id: textFault }), (request, response) => {
    const moved = transaction(database, () => {
      const here = roleOf(request.params.workspace, response.locals.caller.id);
      const project = projectOf(request.params);
      const there = roleOf(request.body.workspace_id, response.locals.caller.id);
      // Only after all that may be 404: a 403 must not tell whether the other workspace exists.
      requireRole(here, "admin");
      requireRole(there, "editor");
      return save({ ...project, workspace_id: request.body.workspace_id });
    });
    response.json(moved);
  });

  return router;
}
