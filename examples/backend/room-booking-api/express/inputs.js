import { InvalidInputError, MalformedJsonError } from "./errors.js";
import { parseInstant } from "./instants.js";

/**
 * A kind of input: `parse` gives the value, or undefined if it is faulty or missing; `rule` says what is asked for.
 *
 * @template T
 * @typedef {{ parse: (value: unknown) => T | undefined, rule: string }} Kind
 */

const MAX_CAPACITY = 1000;
const MIN_MINUTES = 15;
const MAX_MINUTES = 8 * 60;
const MAX_WINDOW_DAYS = 31;
const KEY_HEADER = "Idempotency-Key";

const ROOM_NAME = text(100);
const ROOM_CAPACITY = {
  parse: (value) => (Number.isInteger(value) && isWithin(value, 1, MAX_CAPACITY) ? value : undefined),
  rule: `must be a whole number from 1 to ${MAX_CAPACITY}`,
};
const BOOKING_TITLE = text(200);
const TIME = {
  parse: parseInstant,
  rule: "must be one time from 2000 to 2099, like 2025-03-01T09:30:00Z or 2025-03-01T09:30:00+02:00",
};
const IDEMPOTENCY_KEY = {
  parse: (value) => (/^[!-~]{1,64}$/.test(value) ? value : undefined),
  rule: "must be 1 to 64 characters from ! to ~",
};
const SLOT_MINUTES = queryInteger(MIN_MINUTES, MAX_MINUTES);
const MIN_CAPACITY = queryInteger(1, MAX_CAPACITY);

/**
 * The JSON object in a request body.
 *
 * @param {Buffer | undefined} body undefined if the request has none
 * @returns {object}
 * @throws {MalformedJsonError}
 */
export function parseJsonObject(body) {
  let value;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body));
  } catch {
    throw new MalformedJsonError("The body must be JSON in UTF-8.");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new MalformedJsonError("The body must be a JSON object.");
  }
  return value;
}

/**
 * The inputs of `POST /rooms`.
 *
 * @param {object} body
 * @returns {{ name: string, capacity: number }}
 * @throws {InvalidInputError}
 */
export function readNewRoom(body) {
  const reader = new InputReader();
  const name = reader.read("name", body.name, ROOM_NAME);
  const capacity = reader.read("capacity", body.capacity, ROOM_CAPACITY);
  reader.finish();
  return { name, capacity };
}

/**
 * The inputs of `POST /rooms/<id>/bookings`.
 *
 * @param {object} body
 * @param {string | undefined} keyHeader undefined if there is no such header
 * @returns {{ title: string, start: number, end: number, key: string | undefined }}
 * @throws {InvalidInputError}
 */
export function readNewBooking(body, keyHeader) {
  const reader = new InputReader();
  const title = reader.read("title", body.title, BOOKING_TITLE);
  const start = reader.read("start", body.start, TIME);
  const end = reader.read("end", body.end, bookingEnd(start));
  const key = keyHeader === undefined ? undefined : reader.read(KEY_HEADER, keyHeader, IDEMPOTENCY_KEY);
  reader.finish();
  return { title, start, end, key };
}

/**
 * The inputs of `GET /rooms/<id>/bookings`.
 *
 * @param {URLSearchParams} query
 * @returns {import("./slots.js").Interval}
 * @throws {InvalidInputError}
 */
export function readWindow(query) {
  const reader = new InputReader();
  const window = readWindowWith(reader, query);
  reader.finish();
  return window;
}

/**
 * The inputs of `GET /free-slots`.
 *
 * @param {URLSearchParams} query
 * @returns {{ window: import("./slots.js").Interval, minutes: number, minCapacity: number }}
 * @throws {InvalidInputError}
 */
export function readFreeSlotSearch(query) {
  const reader = new InputReader();
  const window = readWindowWith(reader, query);
  const minutes = reader.read("duration_minutes", onlyValue(query, "duration_minutes"), SLOT_MINUTES);
  const minCapacity = query.has("min_capacity")
    ? reader.read("min_capacity", onlyValue(query, "min_capacity"), MIN_CAPACITY)
    : 1;
  reader.finish();
  return { window, minutes, minCapacity };
}

/** Reads the inputs of one request and gathers everything that is wrong with them. */
class InputReader {
  #faults = {};

  /**
   * @template T
   * @param {string} name as the client knows the input
   * @param {unknown} value
   * @param {Kind<T>} kind
   * @returns {T | undefined} undefined if it is faulty; then `finish` throws
   */
  read(name, value, kind) {
    const parsed = kind.parse(value);
    if (parsed === undefined) {
      this.#faults[name] = kind.rule;
    }
    return parsed;
  }

  /** @throws {InvalidInputError} some input is faulty */
  finish() {
    if (Object.keys(this.#faults).length > 0) {
      throw new InvalidInputError(this.#faults);
    }
  }
}

function readWindowWith(reader, query) {
  const start = reader.read("from", onlyValue(query, "from"), TIME);
  const end = reader.read("to", onlyValue(query, "to"), windowEnd(start));
  return { start, end };
}

/** The value of a parameter; undefined, which is always faulty, if it is missing or repeated. */
function onlyValue(query, name) {
  const values = query.getAll(name);
  return values.length === 1 ? values[0] : undefined;
}

function text(maxLength) {
  // \p{Cs} are the unpaired surrogates; with the u flag a pair is one character. A text of spaces
  // other than U+0020 is allowed, so trim() would be wrong.
  const pattern = new RegExp(`^(?! *$)[^\\p{Cs}\\u0000-\\u001f\\u007f]{1,${maxLength}}$`, "u");
  return {
    parse: (value) => (typeof value === "string" && pattern.test(value) ? value : undefined),
    rule: `must be 1 to ${maxLength} characters, without control characters and not only spaces`,
  };
}

function queryInteger(min, max) {
  return {
    parse: (value) => (/^\d+$/.test(value) && isWithin(Number(value), min, max) ? Number(value) : undefined),
    rule: `must be one integer from ${min} to ${max}, in digits only`,
  };
}

function bookingEnd(start) {
  const rule = `must be a time ${MIN_MINUTES} to ${MAX_MINUTES} minutes after start`;
  return timeAfter(start, MIN_MINUTES * 60, MAX_MINUTES * 60, rule);
}

function windowEnd(start) {
  const rule = `must be a time after from, by ${MAX_WINDOW_DAYS} days at most`;
  return timeAfter(start, 1, MAX_WINDOW_DAYS * 24 * 60 * 60, rule);
}

/** A time that must lie in a range of seconds after `start`; any time will do if `start` is faulty itself. */
function timeAfter(start, minSeconds, maxSeconds, rule) {
  const fits = (end) => start === undefined || isWithin(end - start, minSeconds, maxSeconds);
  return {
    parse: (value) => {
      const end = parseInstant(value);
      return end !== undefined && fits(end) ? end : undefined;
    },
    rule,
  };
}

function isWithin(number, min, max) {
  return number >= min && number <= max;
}
