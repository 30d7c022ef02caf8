import express from "express";

import { body, roleFault, userNameFault } from "./bodies.js";
import { transaction } from "./database.js";
import { Problem } from "./problems.js";
import { requireRole, roleFinder } from "./roles.js";

/** Routes of a workspace's members, below a path with the parameter `workspace`. */
export function memberRoutes(database, caller) {
  const roleOf = roleFinder(database);
  const list = database.prepare(`
    SELECT name AS user, role FROM members JOIN users ON users.id = user_id WHERE workspace_id = ? ORDER BY position
  `);
  const find = database.prepare(`
    SELECT position, role FROM members JOIN users ON users.id = user_id WHERE workspace_id = ? AND name = ?
  `);
  const findUser = database.prepare("SELECT id FROM users WHERE name = ?");
  const findOwner = database.prepare("SELECT 1 FROM members WHERE workspace_id = ? AND role = 'owner'");
  const insert = database.prepare(
    "INSERT INTO members (workspace_id, user_id, role) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
  );
  const update = database.prepare("UPDATE members SET role = ? WHERE position = ?");
  const remove = database.prepare("DELETE FROM members WHERE position = ?");
  const router = express.Router({ mergeParams: true });

  const memberOf = (workspace, user) => {
    const member = find.get(workspace, user);
    if (!member) throw new Problem("not_found");
    return member;
  };

  /** To be called after a change: throwing undoes the transaction. */
  const requireOwner = (workspace) => {
    if (!findOwner.get(workspace)) throw new Problem("last_owner");
  };

  router
    .route("/")
    .all(caller)
    .get((request, response) => {
      const { workspace } = request.params;
      roleOf(workspace, response.locals.caller.id);
      response.json({ items: list.all(workspace) });
    })
    .post(body({ user: userNameFault, role: roleFault }), (request, response) => {
      const { workspace } = request.params;
      const { user, role } = request.body;
      transaction(database, () => {
        requireRole(roleOf(workspace, response.locals.caller.id), "admin", role);
        const invited = findUser.get(user);
        if (!invited) throw new Problem("unknown_user");
        if (insert.run(workspace, invited.id, role).changes === 0) throw new Problem("already_member");
      });
      response.status(201).json({ user, role });
    });

  router
    .route("/:user")
    .all(caller)
    .patch(body({ role: roleFault }), (request, response) => {
      const { workspace, user } = request.params;
      const { role } = request.body;
      transaction(database, () => {
        const own = roleOf(workspace, response.locals.caller.id);
        const member = memberOf(workspace, user);
        requireRole(own, "admin", member.role, role);
        update.run(role, member.position);
        requireOwner(workspace);
      });
      response.json({ user, role });
    })
    .delete((request, response) => {
      const { workspace, user } = request.params;
      const { caller } = response.locals;
      transaction(database, () => {
        const own = roleOf(workspace, caller.id);
        const member = memberOf(workspace, user);
        if (user !== caller.name) requireRole(own, "admin", member.role);
        remove.run(member.position);
        requireOwner(workspace);
      });
      response.status(204).end();
    });

  return router;
}
