import type { PipeTransform } from "@nestjs/common";

import type { DocumentFields } from "./document.ts";
import { Problem } from "./problem.ts";

type JsonObject = Record<string, unknown>;

const LENGTHS = new Map([
  ["title", { min: 1, max: 100 }],
  ["content", { min: 0, max: 2000 }],
]);

/** Passes a JSON object on that has only valid fields; throws a problem that names all faulty ones. */
export class FieldsPipe<Fields extends Partial<DocumentFields>> implements PipeTransform<JsonObject, Fields> {
  static allRequired(): FieldsPipe<DocumentFields> {
    return new FieldsPipe([...LENGTHS.keys()]);
  }

  static allOptional(): FieldsPipe<Partial<DocumentFields>> {
    return new FieldsPipe([]);
  }

  private constructor(private readonly required: readonly string[]) {}

  transform(body: JsonObject): Fields {
    const errors = new Map<string, string>();
    for (const name of this.required) {
      if (!Object.hasOwn(body, name)) errors.set(name, "is required");
    }
    for (const [name, value] of Object.entries(body)) {
      const fault = faultOf(name, value);
      if (fault) errors.set(name, fault);
    }
    // fromEntries also keeps a field named __proto__, which an assignment would lose.
    if (errors.size > 0) throw Problem.validationFailed(Object.fromEntries(errors));
    return body as Fields;
  }
}

function faultOf(name: string, value: unknown): string | undefined {
  const lengths = LENGTHS.get(name);
  if (!lengths) return "is not a known field";
  if (typeof value !== "string") return "must be a string";
  if (value.includes("\0")) return "must not contain U+0000";
  const length = [...value].length;
  if (length < lengths.min || length > lengths.max) {
    return `must have ${lengths.min} to ${lengths.max} characters`;
  }
  return undefined;
}
