import type { PipeTransform } from "@nestjs/common";

import { Problem } from "./problem.ts";

/** Which texts a field takes, and how to say so. */
export interface Rule {
  pattern: RegExp;
  expected: string;
}

// No rule takes U+0000, because hashes of "secret" and "secret\0" would be the same.
const text = { pattern: /^[^\0]*$/, expected: "must be a text without U+0000" };
const newPassword = { pattern: /^[^\0]{8,128}$/u, expected: "must be a text of 8 to 128 characters" };

export const NEW_USER = {
  username: { pattern: /^[a-z0-9_-]{3,32}$/, expected: "must be 3 to 32 characters from a-z 0-9 _ -" },
  password: newPassword,
};
export const LOGIN = {
  username: text,
  password: text,
  device: { pattern: /^[^\0]{1,64}$/u, expected: "must be a text of 1 to 64 characters" },
};
export const REFRESH = { refresh_token: text };
export const PASSWORD_CHANGE = { current_password: text, new_password: newPassword };

/** The fields of a body that has passed the rules. */
export type Fields<Rules> = Record<keyof Rules, string>;

/** Takes bodies that have exactly the fields that there are rules for. */
export class FieldsPipe<Rules extends Record<string, Rule>> implements PipeTransform<object, Fields<Rules>> {
  constructor(private readonly rules: Rules) {}

  transform(body: object): Fields<Rules> {
    const values = new Map<string, unknown>(Object.entries(body));
    const errors = new Map<string, string>();
    for (const [name, { pattern, expected }] of Object.entries(this.rules)) {
      const value = values.get(name);
      if (typeof value !== "string" || !pattern.test(value)) errors.set(name, expected);
      values.delete(name);
    }
    for (const name of values.keys()) errors.set(name, "is not known");
    if (errors.size > 0) throw new Problem("validation_failed", errors);
    return body as Fields<Rules>;
  }
}
