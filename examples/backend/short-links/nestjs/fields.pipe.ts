import type { PipeTransform } from "@nestjs/common";

import { Problem } from "./problem.ts";

/** Which values a field accepts, and how to say so. */
export interface Rule {
  accepts(value: unknown): boolean;
  expected: string;
  /** whether the field may be left out */
  optional?: boolean;
}

/** Checks that a body has no other fields than T, all of them valid. */
export class FieldsPipe<T extends object> implements PipeTransform<object, T> {
  constructor(private readonly rules: Record<keyof T, Rule>) {}

  transform(body: object): T {
    const values = new Map<string, unknown>(Object.entries(body));
    const errors = new Map<string, string>();
    for (const [name, { accepts, expected, optional = false }] of Object.entries<Rule>(this.rules)) {
      const valid = values.has(name) ? accepts(values.get(name)) : optional;
      if (!valid) errors.set(name, expected);
    }
    for (const name of values.keys()) {
      if (!Object.hasOwn(this.rules, name)) errors.set(name, "is not a known field");
    }
    if (errors.size > 0) throw new Problem("validation_failed", errors);
    return body as T;
  }
}
