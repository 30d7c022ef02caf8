import { Problem } from "./problems.js";
import { isAllowedTarget } from "./targets.js";

const NAME = {
  accepts: (value) => typeof value === "string" && /^[^\0]{1,100}$/u.test(value),
  expected: "must be a text of 1 to 100 characters without U+0000",
};

const URL_FIELD = {
  accepts: (value) => typeof value === "string" && isAllowedTarget(value),
  expected: "must be an http or https URL without user whose host is not internal",
};

const CODE = {
  accepts: (value) => typeof value === "string" && /^[A-Za-z0-9_-]{3,32}$/.test(value),
  expected: "must be 3 to 32 characters from A-Z a-z 0-9 - _",
};

const EXPIRY = {
  accepts: (value) => value === null || (typeof value === "string" && isTime(value)),
  expected: "must be null or an existing time like 2030-01-31T23:59:59Z, 2000 to 2099",
};

/** @returns {{name: string}} */
export function readTenant(body) {
  return check(body, { name: NAME });
}

/** @returns {{url: string, code?: string, expires_at?: string | null}} */
export function readLink(body) {
  return check(body, { url: URL_FIELD }, { code: CODE, expires_at: EXPIRY });
}

/** @returns {{expires_at: string | null}} */
export function readExpiry(body) {
  return check(body, { expires_at: EXPIRY });
}

/** Date accepts more forms, and moves dates that do not exist; what it writes is the one form that is allowed. */
function isTime(text) {
  const time = new Date(text);
  return /^20\d\d-/.test(text) && !Number.isNaN(time.getTime()) && time.toISOString() === text.replace("Z", ".000Z");
}

function check(body, required, optional = {}) {
  const fields = { ...required, ...optional };
  const errors = new Map();
  for (const name of Object.keys(required)) {
    if (!Object.hasOwn(body, name)) errors.set(name, "is required");
  }
  for (const [name, value] of Object.entries(body)) {
    if (!Object.hasOwn(fields, name)) errors.set(name, "is not a known field");
    else if (!fields[name].accepts(value)) errors.set(name, fields[name].expected);
  }
  // Object.fromEntries makes even "__proto__" an ordinary property.
  if (errors.size > 0) throw new Problem("validation_failed", Object.fromEntries(errors));
  return body;
}
