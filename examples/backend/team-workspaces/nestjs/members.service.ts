import type { StatementSync } from "node:sqlite";

import { Injectable } from "@nestjs/common";

import { Database } from "./database.ts";
import { Problem } from "./problem.ts";
import { requireRole, type Role } from "./role.ts";
import type { User } from "./users.service.ts";
import { WorkspacesService } from "./workspaces.service.ts";

export interface Member {
  user: string;
  role: Role;
}

interface MemberRow {
  position: number;
  role: Role;
}

/** The members of workspaces; each method acts for a caller, who has to be a member too. */
@Injectable()
export class MembersService {
  private readonly selectAll: StatementSync;
  private readonly select: StatementSync;
  private readonly selectUser: StatementSync;
  private readonly selectOwner: StatementSync;
  private readonly insert: StatementSync;
  private readonly update: StatementSync;
  private readonly delete: StatementSync;

  constructor(
    private readonly database: Database,
    private readonly workspaces: WorkspacesService,
  ) {
    const named = "FROM members JOIN users ON users.id = user_id WHERE workspace_id = ?";
    this.selectAll = database.prepare(`SELECT name AS user, role ${named} ORDER BY position`);
    this.select = database.prepare(`SELECT position, role ${named} AND name = ?`);
    this.selectUser = database.prepare("SELECT id FROM users WHERE name = ?");
    this.selectOwner = database.prepare("SELECT 1 FROM members WHERE workspace_id = ? AND role = 'owner'");
    this.insert = database.prepare(
      "INSERT INTO members (workspace_id, user_id, role) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
    );
    this.update = database.prepare("UPDATE members SET role = ? WHERE position = ?");
    this.delete = database.prepare("DELETE FROM members WHERE position = ?");
  }

  list(caller: User, workspaceId: string): Member[] {
    this.workspaces.get(caller, workspaceId);
    return this.selectAll.all(workspaceId) as unknown as Member[];
  }

  invite(caller: User, workspaceId: string, { user, role }: Member): Member {
    return this.database.transaction(() => {
      requireRole(this.workspaces.get(caller, workspaceId).role, "admin", role);
      const invited = this.selectUser.get(user) as { id: number } | undefined;
      if (!invited) throw Problem.unknownUser();
      if (this.insert.run(workspaceId, invited.id, role).changes === 0) throw Problem.alreadyMember();
      return { user, role };
    });
  }

  changeRole(caller: User, workspaceId: string, user: string, role: Role): Member {
    return this.database.transaction(() => {
      const own = this.workspaces.get(caller, workspaceId).role;
      const member = this.find(workspaceId, user);
      requireRole(own, "admin", member.role, role);
      this.update.run(role, member.position);
      this.requireOwner(workspaceId);
      return { user, role };
    });
  }

  /** Removes another member, or lets the caller leave. */
  remove(caller: User, workspaceId: string, user: string): void {
    this.database.transaction(() => {
      const own = this.workspaces.get(caller, workspaceId).role;
      const member = this.find(workspaceId, user);
      if (user !== caller.name) requireRole(own, "admin", member.role);
      this.delete.run(member.position);
      this.requireOwner(workspaceId);
    });
  }

  private find(workspaceId: string, user: string): MemberRow {
    const member = this.select.get(workspaceId, user) as MemberRow | undefined;
    if (!member) throw Problem.notFound();
    return member;
  }

  /** To be called after a change, which throwing undoes. */
  private requireOwner(workspaceId: string): void {
    if (!this.selectOwner.get(workspaceId)) throw Problem.lastOwner();
  }
}
