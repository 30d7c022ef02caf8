import { randomUUID } from "node:crypto";
import type { StatementSync } from "node:sqlite";

import { Injectable } from "@nestjs/common";

import { Database } from "./database.ts";
import { Problem } from "./problem.ts";
import { requireRole } from "./role.ts";
import type { User } from "./users.service.ts";
import { WorkspacesService } from "./workspaces.service.ts";

export interface Project {
  id: string;
  workspace_id: string;
  name: string;
}

/** The projects of workspaces; each method acts for a caller, who has to be a member. */
@Injectable()
export class ProjectsService {
  private readonly selectAll: StatementSync;
  private readonly select: StatementSync;
  private readonly insert: StatementSync;
  private readonly update: StatementSync;
  private readonly remove: StatementSync;

  constructor(
    private readonly database: Database,
    private readonly workspaces: WorkspacesService,
  ) {
    const below = "SELECT id, workspace_id, name FROM projects WHERE workspace_id = ?";
    this.selectAll = database.prepare(`${below} ORDER BY position`);
    this.select = database.prepare(`${below} AND id = ?`);
    this.insert = database.prepare(
      "INSERT INTO projects (id, workspace_id, name) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
    );
    this.update = database.prepare("UPDATE OR IGNORE projects SET workspace_id = ?, name = ? WHERE id = ?");
    this.remove = database.prepare("DELETE FROM projects WHERE id = ?");
  }

  list(caller: User, workspaceId: string): Project[] {
    this.workspaces.get(caller, workspaceId);
    return this.selectAll.all(workspaceId) as unknown as Project[];
  }

  /** A project of the workspace; one of another workspace does not exist here, whoever asks. */
  get(caller: User, workspaceId: string, id: string): Project {
    this.workspaces.get(caller, workspaceId);
    const project = this.select.get(workspaceId, id) as Project | undefined;
    if (!project) throw Problem.notFound();
    return project;
  }

  create(caller: User, workspaceId: string, name: string): Project {
    return this.database.transaction(() => {
      requireRole(this.workspaces.get(caller, workspaceId).role, "editor");
      const id = randomUUID();
      if (this.insert.run(id, workspaceId, name).changes === 0) throw Problem.nameTaken();
      return { id, workspace_id: workspaceId, name };
    });
  }

  rename(caller: User, workspaceId: string, id: string, name: string): Project {
    return this.database.transaction(() => {
      const project = this.get(caller, workspaceId, id);
      requireRole(this.workspaces.get(caller, workspaceId).role, "editor");
      return this.save({ ...project, name });
    });
  }

  delete(caller: User, workspaceId: string, id: string): void {
    this.database.transaction(() => {
      const project = this.get(caller, workspaceId, id);
      requireRole(this.workspaces.get(caller, workspaceId).role, "admin");
      this.remove.run(project.id);
    });
  }

  move(caller: User, workspaceId: string, id: string, targetId: string): Project {
    return this.database.transaction(() => {
      const project = this.get(caller, workspaceId, id);
      const here = this.workspaces.get(caller, workspaceId);
      const there = this.workspaces.get(caller, targetId);
      // Only after all that may be 404: a 403 must not tell whether the target exists.
      requireRole(here.role, "admin");
      requireRole(there.role, "editor");
      return this.save({ ...project, workspace_id: targetId });
    });
  }

  private save(project: Project): Project {
    const { changes } = this.update.run(project.workspace_id, project.name, project.id);
    if (changes === 0) throw Problem.nameTaken();
    return project;
  }
}
