import { validationFailed } from "./errors.ts";
import type { Faults } from "./errors.ts";

const UNSTORABLE = /[\0\p{Surrogate}]/u;
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f]/;

/** Says what is wrong with a value. */
export class Fault extends Error {}

/**
 * Makes what the app works with of a value that a client sent, which is undefined when it is missing.
 *
 * @throws {Fault} if the value is faulty
 */
export type Parser<T> = (value: unknown) => T;

/** One parser for each field of `T`. */
export type Parsers<T> = { readonly [Name in keyof T]: Parser<T[Name]> };

/**
 * Parses those of the values that have a parser.
 *
 * @throws {ApiError} naming every faulty field
 */
export function parseFields<T extends object>(values: Record<string, unknown>, parsers: Parsers<T>): T {
  const faults: Faults = {};
  const parsed: Partial<T> = {};
  for (const name of Object.keys(parsers) as (keyof T & string)[]) {
    try {
      parsed[name] = parsers[name](values[name]);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      faults[name] = error.message;
    }
  }
  if (Object.keys(faults).length > 0) throw validationFailed(faults);
  return parsed as T;
}

/** A parser that lets the value be missing. */
export function optional<T>(parse: Parser<T>, fallback: T): Parser<T> {
  return (value) => (value === undefined ? fallback : parse(value));
}

/** Any string. */
export function string(value: unknown): string {
  if (typeof value !== "string") throw new Fault("must be a string");
  return value;
}

/** A string of so many code points, all of which the database can hold. */
export function text(min: number, max: number): Parser<string> {
  return (value) => {
    const checked = string(value);
    if (UNSTORABLE.test(checked)) throw new Fault("must not contain U+0000 or unpaired surrogates");
    const { length } = [...checked];
    if (length < min || length > max) throw new Fault(`must have ${min} to ${max} characters`);
    return checked;
  };
}

/** A text without control characters. */
export function line(min: number, max: number): Parser<string> {
  const parseText = text(min, max);
  return (value) => {
    const checked = parseText(value);
    if (CONTROL_CHARACTER.test(checked)) throw new Fault("must not contain control characters");
    return checked;
  };
}
