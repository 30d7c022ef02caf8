import type { StatementSync } from "node:sqlite";

import { Inject, Injectable } from "@nestjs/common";

import { DatabaseService } from "./database.service.ts";
import { Problem } from "./problem.ts";
import { SETTINGS, type Settings } from "./settings.ts";

const MAX_FAILURES = 5;

/** Failed attempts by username. */
@Injectable()
export class AttemptsService {
  private readonly forgetOld: StatementSync;
  private readonly forgetOne: StatementSync;
  private readonly get: StatementSync;
  private readonly put: StatementSync;

  constructor(
    private readonly database: DatabaseService,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    this.forgetOld = database.prepare("DELETE FROM attempts WHERE expires <= ?");
    this.forgetOne = database.prepare("DELETE FROM attempts WHERE username = ?");
    this.get = database.prepare("SELECT failures, expires FROM attempts WHERE username = ?");
    this.put = database.prepare("REPLACE INTO attempts (username, failures, expires) VALUES (?, ?, ?)");
  }

  /**
   * Counts an attempt as failed until `succeeded` is called. To be called before a password is tried: attempts at the
   * same time would otherwise all find a low count.
   */
  begin(username: string): void {
    const now = Date.now() / 1000;
    this.database.transaction(() => {
      this.forgetOld.run(now);
      const row = this.get.get(username);
      const failures = Number(row?.["failures"] ?? 0);
      if (failures >= MAX_FAILURES) throw Problem.tooManyAttempts(Math.ceil(Number(row?.["expires"]) - now));
      this.put.run(username, failures + 1, now + this.settings.lockSeconds);
    });
  }

  succeeded(username: string): void {
    this.forgetOne.run(username);
  }
}
