import { randomInt } from "node:crypto";
import type { StatementSync } from "node:sqlite";

import { Injectable } from "@nestjs/common";

import { Database } from "./database.service.ts";
import { Problem } from "./problem.ts";

const MADE_CODE_LENGTH = 8;
const MADE_CODE_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

const FIELDS = "code, url, expires_at, hits";
const OWN_LINK = "tenant_id = ? AND code = ? AND NOT deleted";

/** A link as its tenant sees it. */
export interface Link {
  code: string;
  url: string;
  expires_at: string | null;
  hits: number;
}

/** What a link is asked to be: without a code it gets one that is free. */
export interface NewLink {
  url: string;
  code?: string;
  expires_at?: string | null;
}

/** The short links of all tenants. */
@Injectable()
export class Links {
  private readonly insert: StatementSync;
  private readonly findUsedCode: StatementSync;
  private readonly selectAll: StatementSync;
  private readonly select: StatementSync;
  private readonly updateExpiry: StatementSync;
  private readonly markDeleted: StatementSync;
  private readonly countVisit: StatementSync;
  private readonly findLink: StatementSync;

  constructor(database: Database) {
    this.insert = database.prepare(
      `INSERT INTO links (tenant_id, code, url, expires_at) VALUES (?, ?, ?, ?)
       ON CONFLICT (code) DO NOTHING RETURNING ${FIELDS}`,
    );
    this.findUsedCode = database.prepare("SELECT 1 FROM links WHERE code = ?");
    this.selectAll = database.prepare(
      `SELECT ${FIELDS} FROM links WHERE tenant_id = ? AND NOT deleted ORDER BY position`,
    );
    this.select = database.prepare(`SELECT ${FIELDS} FROM links WHERE ${OWN_LINK}`);
    this.updateExpiry = database.prepare(`UPDATE links SET expires_at = ? WHERE ${OWN_LINK} RETURNING ${FIELDS}`);
    this.markDeleted = database.prepare(`UPDATE links SET deleted = TRUE WHERE ${OWN_LINK} RETURNING ${FIELDS}`);
    this.countVisit = database.prepare(
      `UPDATE links SET hits = hits + 1
       WHERE code = ? AND NOT deleted
         AND (expires_at IS NULL OR expires_at > strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
       RETURNING url`,
    );
    this.findLink = database.prepare("SELECT 1 FROM links WHERE code = ? AND NOT deleted");
  }

  /** @throws Problem when a link has or had the code */
  create(tenantId: string, { url, code = this.freeCode(), expires_at = null }: NewLink): Link {
    const link = this.insert.get(tenantId, code, url, expires_at) as Link | undefined;
    if (link === undefined) throw new Problem("code_taken");
    return link;
  }

  /** All links of a tenant, the oldest first. */
  list(tenantId: string): Link[] {
    return this.selectAll.all(tenantId) as unknown as Link[];
  }

  /** @throws Problem when the tenant has no such link */
  read(tenantId: string, code: string): Link {
    return found(this.select.get(tenantId, code));
  }

  /**
   * @param expiresAt null: never
   * @throws Problem when the tenant has no such link
   */
  setExpiry(tenantId: string, code: string, expiresAt: string | null): Link {
    return found(this.updateExpiry.get(expiresAt, tenantId, code));
  }

  /** @throws Problem when the tenant has no such link */
  delete(tenantId: string, code: string): void {
    found(this.markDeleted.get(tenantId, code));
  }

  /**
   * Counts a visit to a link.
   *
   * @returns the link's target
   * @throws Problem when the link has expired or does not exist
   */
  follow(code: string): string {
    const link = this.countVisit.get(code) as { url: string } | undefined;
    if (link !== undefined) return link.url;
    throw new Problem(this.findLink.get(code) === undefined ? "not_found" : "expired");
  }

  private freeCode(): string {
    let code;
    do code = makeCode();
    while (this.findUsedCode.get(code) !== undefined);
    return code;
  }
}

function makeCode(): string {
  const pick = () => MADE_CODE_CHARACTERS.charAt(randomInt(MADE_CODE_CHARACTERS.length));
  return Array.from({ length: MADE_CODE_LENGTH }, pick).join("");
}

function found(row: object | undefined): Link {
  if (row === undefined) throw new Problem("not_found");
  return row as Link;
}
