import { randomUUID } from "node:crypto";
import type { StatementSync } from "node:sqlite";

import { Injectable } from "@nestjs/common";

import { Database } from "./database.ts";
import { Problem } from "./problem.ts";
import { requireRole, type Role } from "./role.ts";
import type { User } from "./users.service.ts";

/** A workspace as one of its members sees it. */
export interface Workspace {
  id: string;
  name: string;
  role: Role;
}

@Injectable()
export class WorkspacesService {
  private readonly select: StatementSync;
  private readonly selectAll: StatementSync;
  private readonly insert: StatementSync;
  private readonly insertOwner: StatementSync;
  private readonly remove: StatementSync;

  constructor(private readonly database: Database) {
    const visible = "SELECT id, name, role FROM workspaces JOIN members ON workspace_id = id WHERE user_id = ?";
    this.select = database.prepare(`${visible} AND id = ?`);
    this.selectAll = database.prepare(`${visible} ORDER BY workspaces.position`);
    this.insert = database.prepare("INSERT INTO workspaces (id, name) VALUES (?, ?)");
    this.insertOwner = database.prepare("INSERT INTO members (workspace_id, user_id, role) VALUES (?, ?, 'owner')");
    this.remove = database.prepare("DELETE FROM workspaces WHERE id = ?");
  }

  /** A workspace of which the caller is a member; to everybody else it does not exist. */
  get(caller: User, id: string): Workspace {
    const workspace = this.select.get(caller.id, id) as Workspace | undefined;
    if (!workspace) throw Problem.notFound();
    return workspace;
  }

  /** All workspaces of which the caller is a member, the oldest first. */
  list(caller: User): Workspace[] {
    return this.selectAll.all(caller.id) as unknown as Workspace[];
  }

  create(caller: User, name: string): Workspace {
    const workspace: Workspace = { id: randomUUID(), name, role: "owner" };
    this.database.transaction(() => {
      this.insert.run(workspace.id, name);
      this.insertOwner.run(workspace.id, caller.id);
    });
    return workspace;
  }

  delete(caller: User, id: string): void {
    this.database.transaction(() => {
      requireRole(this.get(caller, id).role, "owner");
      this.remove.run(id);
    });
  }
}
