import type { Rule } from "./fields.pipe.ts";
import { MAX_BALANCE } from "./ledger.service.ts";
import type { Order } from "./ledger.service.ts";
import { Problem } from "./problem.ts";

const DEFAULT_LIMIT = "20";
const MAX_LIMIT = 100;

/** The body of a request for a new account. */
export interface NewAccount {
  currency: string;
  opening_balance: number;
}

/** Which page of a list is asked for. */
export interface PageRequest {
  limit: number;
  /** undefined: the first page; else only entries at lower positions */
  before: number | undefined;
}

const currency: Rule = {
  accepts: (value) => typeof value === "string" && /^[A-Z]{3}$/.test(value),
  expected: "must be three capital letters",
};

const accountId: Rule = {
  accepts: (value) => typeof value === "string" && value !== "" && [...value].length <= 64,
  expected: "must be the id of an account",
};

export const ACCOUNT_RULES: Record<keyof NewAccount, Rule> = { currency, opening_balance: integerFrom(0) };
export const ORDER_RULES: Record<keyof Order, Rule> = { from: accountId, to: accountId, amount: integerFrom(1) };

function integerFrom(min: number): Rule {
  return {
    accepts: (value) => Number.isInteger(value) && Number(value) >= min && Number(value) <= MAX_BALANCE,
    expected: `must be an integer from ${min} to ${MAX_BALANCE}`,
  };
}

/**
 * Reads `limit` and `cursor` of a query.
 *
 * @param findPosition undefined for what is no cursor
 * @throws Problem that names all faulty parameters
 */
export function readPage(query: URLSearchParams, findPosition: (cursor: string) => number | undefined): PageRequest {
  const errors = new Map<string, string>();
  const limits = query.has("limit") ? query.getAll("limit") : [DEFAULT_LIMIT];
  if (limits.length > 1 || !limits.every(isLimit)) {
    errors.set("limit", `must be one integer from 1 to ${MAX_LIMIT}`);
  }
  const positions = query.getAll("cursor").map(findPosition);
  if (positions.length > 1 || positions.includes(undefined)) {
    errors.set("cursor", "must be one next_cursor of an earlier page");
  }
  if (errors.size > 0) throw new Problem("validation_failed", errors);
  return { limit: Number(limits[0]), before: positions[0] };
}

function isLimit(text: string): boolean {
  return /^[0-9]+$/.test(text) && Number(text) >= 1 && Number(text) <= MAX_LIMIT;
}
