import type { PipeTransform } from "@nestjs/common";

import { Problem } from "./problem.ts";
import { ROLES } from "./role.ts";

/** How the value of a field is to be. */
interface Form {
  readonly fits: (value: string) => boolean;
  readonly fault: string;
}

/** Any string. */
export const TEXT: Form = { fits: () => true, fault: "must be a string" };

/** The name of a user. */
export const USER_NAME: Form = {
  fits: (value) => /^[a-z0-9-]{3,32}$/.test(value),
  fault: "must be a string of 3 to 32 characters from a-z, 0-9 and -",
};

/** The name of a workspace or project. */
export const NAME: Form = {
  fits: (value) => /^[^\x00-\x1f\x7f]{1,60}$/u.test(value),
  fault: "must be a string of 1 to 60 characters without control characters",
};

/** A role. */
export const ROLE: Form = {
  fits: (value) => ROLES.some((role) => role === value),
  fault: `must be one of ${ROLES.join(", ")}`,
};

/** Passes a JSON object on if it has exactly the given fields; throws a problem that names all faulty ones. */
export class FieldsPipe implements PipeTransform<object, object> {
  private readonly forms: Map<string, Form>;

  /** @param forms by field */
  constructor(forms: Record<string, Form>) {
    this.forms = new Map(Object.entries(forms));
  }

  transform(body: object): object {
    const errors = new Map<string, string>();
    for (const field of this.forms.keys()) {
      if (!Object.hasOwn(body, field)) errors.set(field, "is required");
    }
    for (const [field, value] of Object.entries(body)) {
      const form = this.forms.get(field);
      if (!form) errors.set(field, "is not a known field");
      else if (typeof value !== "string" || !form.fits(value)) errors.set(field, form.fault);
    }
    if (errors.size > 0) throw Problem.validationFailed(Object.fromEntries(errors));
    return body;
  }
}
