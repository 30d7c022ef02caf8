import type { Rule } from "./fields.pipe.ts";
import type { NewLink } from "./links.service.ts";
import { isAllowedTarget } from "./targets.ts";

/** The body of a request for a new tenant. */
export interface NewTenant {
  name: string;
}

/** The body of a request to change a link. */
export interface LinkChange {
  expires_at: string | null;
}

const name: Rule = {
  accepts: (value) => typeof value === "string" && /^[^\0]{1,100}$/u.test(value),
  expected: "must be a text of 1 to 100 characters without U+0000",
};

const url: Rule = {
  accepts: (value) => typeof value === "string" && isAllowedTarget(value),
  expected: "must be an http or https URL without user whose host is not internal",
};

const code: Rule = {
  accepts: (value) => typeof value === "string" && /^[A-Za-z0-9_-]{3,32}$/.test(value),
  expected: "must be 3 to 32 characters from A-Z a-z 0-9 - _",
};

const expiry: Rule = {
  accepts: (value) => value === null || (typeof value === "string" && isTime(value)),
  expected: "must be null or an existing time like 2030-01-31T23:59:59Z, 2000 to 2099",
};

export const TENANT_RULES: Record<keyof NewTenant, Rule> = { name };
export const LINK_RULES: Record<keyof NewLink, Rule> = {
  url,
  code: { ...code, optional: true },
  expires_at: { ...expiry, optional: true },
};
export const CHANGE_RULES: Record<keyof LinkChange, Rule> = { expires_at: expiry };

/** Date accepts more forms, and moves dates that do not exist; what it writes is the one form that is allowed. */
function isTime(text: string): boolean {
  const time = new Date(text);
  return /^20\d\d-/.test(text) && !Number.isNaN(time.getTime()) && time.toISOString() === text.replace("Z", ".000Z");
}
