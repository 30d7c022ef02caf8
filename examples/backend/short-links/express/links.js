import { randomInt } from "node:crypto";

import { Problem } from "./problems.js";

const MADE_CODE_LENGTH = 8;
const MADE_CODE_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

const FIELDS = "code, url, expires_at, hits";
const OWN_LINK = "tenant_id = ? AND code = ? AND NOT deleted";

/** The short links of all tenants. */
export class Links {
  #insert;
  #isCodeUsed;
  #list;
  #find;
  #setExpiry;
  #delete;
  #countVisit;
  #exists;

  /** @param {import("node:sqlite").DatabaseSync} database */
  constructor(database) {
    this.#insert = database.prepare(
      `INSERT INTO links (tenant_id, code, url, expires_at) VALUES (?, ?, ?, ?)
       ON CONFLICT (code) DO NOTHING RETURNING ${FIELDS}`,
    );
    this.#isCodeUsed = database.prepare("SELECT 1 FROM links WHERE code = ?");
    this.#list = database.prepare(`SELECT ${FIELDS} FROM links WHERE tenant_id = ? AND NOT deleted ORDER BY position`);
    this.#find = database.prepare(`SELECT ${FIELDS} FROM links WHERE ${OWN_LINK}`);
    this.#setExpiry = database.prepare(`UPDATE links SET expires_at = ? WHERE ${OWN_LINK} RETURNING ${FIELDS}`);
    this.#delete = database.prepare(`UPDATE links SET deleted = TRUE WHERE ${OWN_LINK} RETURNING code`);
    this.#countVisit = database.prepare(
      `UPDATE links SET hits = hits + 1
       WHERE code = ? AND NOT deleted
         AND (expires_at IS NULL OR expires_at > strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
       RETURNING url`,
    );
    this.#exists = database.prepare("SELECT 1 FROM links WHERE code = ? AND NOT deleted");
  }

  /**
   * @param {string} tenantId
   * @param {{url: string, code?: string, expires_at?: string | null}} link  without a code it gets one that is free
   * @throws {Problem} when a link has or had the code
   */
  create(tenantId, { url, code = this.#freeCode(), expires_at = null }) {
    const link = this.#insert.get(tenantId, code, url, expires_at);
    if (link === undefined) throw new Problem("code_taken");
    return link;
  }

  /** All links of a tenant, the oldest first. */
  list(tenantId) {
    return this.#list.all(tenantId);
  }

  /** @throws {Problem} when the tenant has no such link */
  read(tenantId, code) {
    return found(this.#find.get(tenantId, code));
  }

  /**
   * @param {string} tenantId
   * @param {string} code
   * @param {string | null} expiresAt  null: never
   * @throws {Problem} when the tenant has no such link
   */
  setExpiry(tenantId, code, expiresAt) {
    return found(this.#setExpiry.get(expiresAt, tenantId, code));
  }

  /** @throws {Problem} when the tenant has no such link */
  delete(tenantId, code) {
    found(this.#delete.get(tenantId, code));
  }

  /**
   * Counts a visit to a link.
   *
   * @returns {string} the link's target
   * @throws {Problem} when the link has expired or does not exist
   */
  follow(code) {
    const link = this.#countVisit.get(code);
    if (link !== undefined) return link.url;
    throw new Problem(this.#exists.get(code) === undefined ? "not_found" : "expired");
  }

  #freeCode() {
    let code;
    do code = makeCode();
    while (this.#isCodeUsed.get(code) !== undefined);
    return code;
  }
}

function makeCode() {
  const pick = () => MADE_CODE_CHARACTERS[randomInt(MADE_CODE_CHARACTERS.length)];
  return Array.from({ length: MADE_CODE_LENGTH }, pick).join("");
}

function found(row) {
  if (row === undefined) throw new Problem("not_found");
  return row;
}
