import { ValidationFailedError } from "./api-error.ts";
import { parseTime } from "./times.ts";
import type { Interval } from "./times.ts";

/** Which values an input may have, and how to say so. */
export interface Rule<T> {
  /** The value that is meant; undefined if the input is faulty. */
  read(value: unknown): T | undefined;
  expected: string;
}

export const MAX_CAPACITY = 1000;
export const MIN_MINUTES = 15;
export const MAX_MINUTES = 480;
const MAX_WINDOW_SECONDS = 31 * 24 * 60 * 60;

export const capacity: Rule<number> = {
  read: (value) => (Number.isInteger(value) ? within(Number(value), 1, MAX_CAPACITY) : undefined),
  expected: `must be a whole number from 1 to ${MAX_CAPACITY}`,
};

export const time: Rule<number> = {
  read: parseTime,
  expected: "must be one time of the years 2000 to 2099, like 2025-03-01T09:30:00Z or 2025-03-01T09:30:00+02:00",
};

export const idempotencyKey: Rule<string> = {
  read: (value) => (typeof value === "string" && /^[!-~]{1,64}$/.test(value) ? value : undefined),
  expected: "must be 1 to 64 characters from ! to ~",
};

/** A text of at most so many characters. */
export function text(maxLength: number): Rule<string> {
  // Cs are the surrogates without a partner, for a pair is one character with the u flag. The only
  // white space that cannot stand alone is U+0020.
  const pattern = new RegExp(`^(?! *$)[^\\p{Cs}\\x00-\\x1f\\x7f]{1,${maxLength}}$`, "u");
  return {
    read: (value) => (typeof value === "string" && pattern.test(value) ? value : undefined),
    expected: `must be 1 to ${maxLength} characters, no control characters and not only spaces`,
  };
}

/** An integer in a query. */
export function digits(min: number, max: number): Rule<number> {
  return {
    read: (value) => {
      const isInteger = typeof value === "string" && /^[0-9]+$/.test(value);
      return isInteger ? within(Number(value), min, max) : undefined;
    },
    expected: `must be one integer from ${min} to ${max}, in digits only`,
  };
}

/** Takes the inputs of one request one after the other and notes everything that is wrong with them. */
export class InputReader {
  readonly #faults: Record<string, string> = {};

  /** A faulty input is read as undefined; then `finish` throws, so nobody gets to use that. */
  read<T>(name: string, value: unknown, rule: Rule<T>): T {
    const result = rule.read(value);
    if (result === undefined) this.#faults[name] = rule.expected;
    return result as T;
  }

  /** The times of a booking; a wrong length is a fault of its end. */
  readBookingTime(start: unknown, end: unknown): Interval {
    return this.#readInterval(["start", start], ["end", end], MIN_MINUTES * 60, MAX_MINUTES * 60);
  }

  /** The window of a query; a wrong length is a fault of `to`. */
  readWindow(query: URLSearchParams): Interval {
    return this.#readInterval(["from", single(query, "from")], ["to", single(query, "to")], 1, MAX_WINDOW_SECONDS);
  }

  /** @throws {ValidationFailedError} some input was faulty */
  finish(): void {
    if (Object.keys(this.#faults).length > 0) throw new ValidationFailedError(this.#faults);
  }

  #readInterval(first: [string, unknown], last: [string, unknown], min: number, max: number): Interval {
    const start = this.read<number | undefined>(...first, time);
    const end = this.read(...last, start === undefined ? time : timeAfter(start, min, max));
    return { start: start as number, end };
  }
}

/** The value of a parameter; undefined, which every rule refuses, if it is missing or repeated. */
export function single(query: URLSearchParams, name: string): string | undefined {
  const values = query.getAll(name);
  return values.length === 1 ? values[0] : undefined;
}

function timeAfter(start: number, min: number, max: number): Rule<number> {
  return {
    read: (value) => {
      const end = parseTime(value);
      return end === undefined || within(end - start, min, max) === undefined ? undefined : end;
    },
    expected: `must be a time ${min} to ${max} seconds after the start`,
  };
}

function within(number: number, min: number, max: number): number | undefined {
  return min <= number && number <= max ? number : undefined;
}
