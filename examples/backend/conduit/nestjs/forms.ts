import type { PipeTransform } from "@nestjs/common";

import { ApiError } from "./errors.ts";

/** What is wrong with a value. */
class Fault extends Error {}

/** Takes a value as sent, returns it as it is to be stored, throws a Fault. */
type Field<Value> = (value: unknown) => Value;

type Fields<Form> = { [Name in keyof Form]-?: Field<Form[Name]> };

/** A string with so many code points. */
export function text(least: number, most: number, pattern = /^/): Field<string> {
  return (value) => {
    if (typeof value !== "string" || value.includes("\0")) throw new Fault("must be a string without U+0000");
    const { length } = [...value];
    if (length < least || length > most) throw new Fault(`must have ${least} to ${most} characters`);
    if (!pattern.test(value)) throw new Fault(`must match ${pattern.source}`);
    return value;
  };
}

/** May also be null, for which an empty string can be sent. */
export function orNull(field: Field<string>): Field<string | null> {
  return (value) => (value === null || value === "" ? null : field(value));
}

/** An array, of which repeated items are left out. */
export function list(item: Field<string>, most: number): Field<string[]> {
  return (value) => {
    if (!Array.isArray(value) || value.length > most) throw new Fault(`must be a list of at most ${most}`);
    return [...new Set(value.map(item))];
  };
}

/** A whole number in decimal digits. */
export function digits(least: number, most: number): Field<number> {
  return (value) => {
    const number = /^[0-9]{1,10}$/.test(String(value)) ? Number(value) : NaN;
    if (!(number >= least && number <= most)) throw new Fault(`must be a number from ${least} to ${most}`);
    return number;
  };
}

/** A pipe that takes the known fields out of an object, so that nobody sets an author or a count. */
export class FieldsPipe<Form extends object> implements PipeTransform<object, Form> {
  /** @param optional the names of fields that may be left out; by default all */
  constructor(
    private readonly fields: Fields<Form>,
    private readonly optional: string[] = Object.keys(fields),
  ) {}

  transform(given: object): Form {
    const values = new Map(Object.entries(given));
    const cleaned: Record<string, unknown> = {};
    const faults: Record<string, string> = {};
    for (const [name, field] of Object.entries<Field<unknown>>(this.fields)) {
      if (!values.has(name) && this.optional.includes(name)) continue;
      try {
        cleaned[name] = field(values.get(name));
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        faults[name] = error.message;
      }
    }
    if (Object.keys(faults).length > 0) throw new ApiError(422, faults);
    return cleaned as Form;
  }
}

/** A pipe that takes an object out of the body's, where it has this name, and its known fields out of that. */
export class FormPipe<Form extends object> extends FieldsPipe<Form> {
  constructor(
    private readonly name: string,
    fields: Fields<Form>,
    optional?: string[],
  ) {
    super(fields, optional);
  }

  override transform(body: unknown): Form {
    if (!isObject(body)) throw new ApiError(400, { body: "is not a JSON object" });
    const given = body[this.name];
    if (!isObject(given)) throw new ApiError(422, { [this.name]: "must be an object" });
    return super.transform(given);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
