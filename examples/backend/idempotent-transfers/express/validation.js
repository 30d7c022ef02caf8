import { MAX_BALANCE } from "./ledger.js";
import { Problem } from "./problems.js";

const DEFAULT_LIMIT = "20";
const MAX_LIMIT = 100;

const integerFrom = (min) => ({
  accepts: (value) => Number.isInteger(value) && value >= min && value <= MAX_BALANCE,
  expected: `must be an integer from ${min} to ${MAX_BALANCE}`,
});

const ACCOUNT_ID = {
  accepts: (value) => typeof value === "string" && value !== "" && [...value].length <= 64,
  expected: "must be the id of an account",
};

const CURRENCY = {
  accepts: (value) => typeof value === "string" && /^[A-Z]{3}$/.test(value),
  expected: "must be three capital letters",
};

const ACCOUNT = { currency: CURRENCY, opening_balance: integerFrom(0) };
const TRANSFER = { from: ACCOUNT_ID, to: ACCOUNT_ID, amount: integerFrom(1) };

/** The idempotency key that a request carries. */
export function readIdempotencyKey(req) {
  const key = req.get("Idempotency-Key") ?? "";
  if (!/^[!-~]{1,64}$/.test(key)) throw new Problem("invalid_idempotency_key");
  return key;
}

/** @returns {{currency: string, opening_balance: number}} */
export function readAccount(body) {
  return check(body, ACCOUNT);
}

/** @returns {{from: string, to: string, amount: number}} */
export function readTransfer(body) {
  return check(body, TRANSFER);
}

/**
 * Which page of a list the query asks for.
 *
 * @param {URLSearchParams} query
 * @param {(cursor: string) => number | undefined} findPosition  undefined for what is no cursor
 * @returns {{limit: number, before: number | undefined}}
 */
export function readPage(query, findPosition) {
  const errors = new Map();
  const limits = query.has("limit") ? query.getAll("limit") : [DEFAULT_LIMIT];
  if (limits.length > 1 || !isLimit(limits[0])) {
    errors.set("limit", `must be one integer from 1 to ${MAX_LIMIT}`);
  }
  const cursors = query.getAll("cursor");
  const positions = cursors.map(findPosition);
  if (cursors.length > 1 || positions.includes(undefined)) {
    errors.set("cursor", "must be one next_cursor of an earlier page");
  }
  refuse(errors);
  return { limit: Number(limits[0]), before: positions[0] };
}

function isLimit(text) {
  return /^[0-9]+$/.test(text) && Number(text) >= 1 && Number(text) <= MAX_LIMIT;
}

function check(body, fields) {
  const errors = new Map();
  for (const [name, { accepts, expected }] of Object.entries(fields)) {
    if (!accepts(body[name])) errors.set(name, expected);
  }
  for (const name of Object.keys(body)) {
    if (!Object.hasOwn(fields, name)) errors.set(name, "is not a known field");
  }
  refuse(errors);
  return body;
}

function refuse(errors) {
  // Object.fromEntries makes even "__proto__" an ordinary property.
  if (errors.size > 0) throw new Problem("validation_failed", Object.fromEntries(errors));
}
