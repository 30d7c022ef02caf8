/** Group the rows of a CSV stream and aggregate its columns in exact decimal arithmetic. */

const BYTE_ORDER_MARK = "\ufeff";
const MAX_DIGITS = 1000;
const MAX_MEAN_SCALE = 100;

const TOKEN = /[",\r\n]|[^",\r\n]+/g;
const NUMBER = /^[+-]?([0-9]+)(?:\.([0-9]+))?$/;

/** The query breaks one of its rules; nothing was read from the source. */
export class InvalidQueryError extends Error {
  name = "InvalidQueryError";
}

/** The header row is absent, malformed or does not have the columns of the query exactly once. */
export class HeaderError extends Error {
  name = "HeaderError";
}

/** The input has more bad rows than the query allows. */
export class TooManyBadRowsError extends Error {
  name = "TooManyBadRowsError";

  /** @param {number} line line on which the first bad row over the limit starts */
  constructor(line) {
    super(`line ${line}: one bad row more than allowed`);
    this.line = line;
  }
}

/**
 * @typedef {{ function: string, column?: string }} Aggregate
 *   function: "sum", "min", "max", "count" or "mean"; column "" or left out: no column (only with "count")
 * @typedef {{ groupBy: string[], aggregates: Aggregate[], meanScale: number, maxBadRows: number }} Query
 * @typedef {{ key: string[], values: (string | null)[] }} Group
 * @typedef {{ line: number, reason: string, column: string }} BadRow
 *   reason: "bad_quoting", "field_count" or "not_a_number"; column: "" unless reason is "not_a_number"
 * @typedef {{ groups: Group[], badRows: BadRow[] }} Result
 */

/**
 * Read CSV text and compute the aggregates for each distinct value of the group-by columns.
 *
 * Rejects with InvalidQueryError, HeaderError, TooManyBadRowsError or the error of the source.
 * @param {AsyncIterable<string> | Iterable<string>} source text chunks
 * @param {Query} query
 * @returns {Promise<Result>}
 */
export async function groupAggregate(source, query) {
  const aggregation = new Aggregation(checked(query));
  const reader = new CsvReader((line, fields) => aggregation.take(line, fields));
  for await (const chunk of source) reader.read(chunk);
  reader.end();
  return aggregation.result();
}

/**
 * The query in a form of our own, so that the caller may change theirs while the source is read.
 * @param {Query} query
 * @returns {Query}
 */
function checked({ groupBy, aggregates, meanScale, maxBadRows }) {
  demand(groupBy.length > 0, "no group-by column");
  demand(!groupBy.includes(""), "a group-by column has an empty name");
  demand(new Set(groupBy).size === groupBy.length, "a group-by column is given twice");
  demand(aggregates.length > 0, "no aggregate");
  const named = aggregates.map(({ function: name, column = "" }) => ({ function: name, column }));
  for (const { function: name, column } of named) {
    demand(ACCUMULATORS.has(name), `unknown function ${name}`);
    demand(column !== "" || name === "count", `${name} needs a column`);
  }
  demand(
    Number.isInteger(meanScale) && meanScale >= 0 && meanScale <= MAX_MEAN_SCALE,
    `the mean scale is not an integer from 0 to ${MAX_MEAN_SCALE}`,
  );
  demand(Number.isInteger(maxBadRows) && maxBadRows >= 0, "the bad-row limit is not an integer of 0 or more");
  return { groupBy: [...groupBy], aggregates: named, meanScale, maxBadRows };
}

function demand(condition, otherwise) {
  if (!condition) throw new InvalidQueryError(otherwise);
}

// --- CSV ---

const State = Object.freeze({
  FIELD_START: "field start",
  PLAIN: "in a plain field",
  QUOTED: "in a quoted field",
  AFTER_QUOTE: "after a quote in a quoted field",
  AFTER_QUOTE_CR: "after a closing quote and CR",
  FAULTY_LINE: "behind a quoting fault",
});

/**
 * A state machine fed with chunks. They are cut into single special characters and runs of others, and runs are only
 * ever appended, so it does not matter where chunks end.
 */
class CsvReader {
  #onRow;
  #state = State.FIELD_START;
  #fields = [];
  #text = "";
  #line = 1;
  #rowLine = 1;
  #atStart = true;

  /**
   * @param {(line: number, fields: string[] | null) => void} onRow called for each row with the line on which it
   *   starts and its fields, null after a quoting fault
   */
  constructor(onRow) {
    this.#onRow = onRow;
  }

  /** @param {string} chunk */
  read(chunk) {
    for (const [token] of this.#withoutMark(chunk).matchAll(TOKEN)) {
      if (token === "\n") this.#line += 1;
      this.#accept(token);
    }
  }

  /** Tell that the input is at its end. */
  end() {
    switch (this.#state) {
      case State.FIELD_START:
      case State.PLAIN:
        return this.#endPlainRow();
      case State.AFTER_QUOTE:
        return this.#endRow();
      case State.QUOTED:
      case State.AFTER_QUOTE_CR:
        return this.#fault();
    }
  }

  #withoutMark(chunk) {
    const isMarked = this.#atStart && chunk.startsWith(BYTE_ORDER_MARK);
    if (chunk !== "") this.#atStart = false;
    return isMarked ? chunk.slice(BYTE_ORDER_MARK.length) : chunk;
  }

  #accept(token) {
    switch (this.#state) {
      case State.FIELD_START:
        return this.#acceptFirst(token);
      case State.PLAIN:
        return this.#acceptPlain(token);
      case State.QUOTED:
        return this.#acceptQuoted(token);
      case State.AFTER_QUOTE:
        return this.#acceptAfterQuote(token);
      case State.AFTER_QUOTE_CR:
        return token === "\n" ? this.#endRow() : this.#fault();
      case State.FAULTY_LINE:
        if (token === "\n") this.#startRow();
    }
  }

  #acceptFirst(token) {
    if (token === '"') {
      this.#state = State.QUOTED;
    } else {
      this.#state = State.PLAIN;
      this.#acceptPlain(token);
    }
  }

  #acceptPlain(token) {
    switch (token) {
      case '"':
        return this.#fault();
      case ",":
        return this.#endField();
      case "\n":
        if (this.#text.endsWith("\r")) this.#text = this.#text.slice(0, -1);
        return this.#endPlainRow();
      default:
        this.#text += token;
    }
  }

  #acceptQuoted(token) {
    if (token === '"') this.#state = State.AFTER_QUOTE;
    else this.#text += token;
  }

  #acceptAfterQuote(token) {
    switch (token) {
      case '"':
        this.#text += '"';
        this.#state = State.QUOTED;
        break;
      case ",":
        return this.#endField();
      case "\n":
        return this.#endRow();
      case "\r":
        this.#state = State.AFTER_QUOTE_CR;
        break;
      default:
        return this.#fault();
    }
  }

  #endField() {
    this.#fields.push(this.#text);
    this.#text = "";
    this.#state = State.FIELD_START;
  }

  // A line without any character is no row; one with just a pair of quotes is.
  #endPlainRow() {
    if (this.#fields.length === 0 && this.#text === "") this.#startRow();
    else this.#endRow();
  }

  #endRow() {
    this.#endField();
    this.#onRow(this.#rowLine, this.#fields);
    this.#startRow();
  }

  // Reported at once, so that the rest of the line, which may never end, is not needed.
  #fault() {
    this.#onRow(this.#rowLine, null);
    this.#state = State.FAULTY_LINE;
  }

  #startRow() {
    this.#fields = [];
    this.#text = "";
    this.#rowLine = this.#line;
    this.#state = State.FIELD_START;
  }
}

// --- Rows ---

/** Where in a row the columns of the query stand. */
class Layout {
  #header;
  #key;
  #arguments;
  #numeric;

  /**
   * @param {string[] | null} header null after a quoting fault
   * @param {Query} query
   */
  constructor(header, { groupBy, aggregates }) {
    if (header === null) throw new HeaderError("the header row has a quoting fault");
    this.#header = header;
    this.#key = groupBy.map((column) => this.#position(column));
    this.#arguments = aggregates.map(({ column }) => (column === "" ? null : this.#position(column)));
    const numeric = this.#arguments.filter((_, index) => aggregates[index].function !== "count");
    this.#numeric = numeric.sort((left, right) => left - right);
  }

  #position(column) {
    const index = this.#header.indexOf(column);
    if (index === -1) throw new HeaderError(`column ${JSON.stringify(column)} is not in the header`);
    if (this.#header.includes(column, index + 1)) {
      throw new HeaderError(`column ${JSON.stringify(column)} is in the header more than once`);
    }
    return index;
  }

  /** What makes a row bad, undefined for a good row. */
  faultOf(fields) {
    if (fields === null) return { reason: "bad_quoting", column: "" };
    if (fields.length !== this.#header.length) return { reason: "field_count", column: "" };
    const index = this.#numeric.find((position) => fields[position] !== "" && !isNumber(fields[position]));
    return index === undefined ? undefined : { reason: "not_a_number", column: this.#header[index] };
  }

  keyOf(fields) {
    return this.#key.map((index) => fields[index]);
  }

  /** Give each accumulator the field that its aggregate is about, unless that is missing. */
  accumulate(fields, accumulators) {
    accumulators.forEach((accumulator, position) => {
      const index = this.#arguments[position];
      if (index === null || fields[index] !== "") accumulator.add(fields[index]);
    });
  }
}

/** Takes the rows of the input one after the other, the header first. */
class Aggregation {
  #query;
  #layout;
  #groups = new Map();
  #badRows = [];

  constructor(query) {
    this.#query = query;
  }

  take(line, fields) {
    if (this.#layout === undefined) {
      this.#layout = new Layout(fields, this.#query);
      return;
    }
    const fault = this.#layout.faultOf(fields);
    if (fault === undefined) this.#takeGood(fields);
    else this.#takeBad({ line, ...fault });
  }

  #takeGood(fields) {
    const { accumulators } = this.#groupOf(this.#layout.keyOf(fields));
    this.#layout.accumulate(fields, accumulators);
  }

  #takeBad(badRow) {
    if (this.#badRows.length === this.#query.maxBadRows) throw new TooManyBadRowsError(badRow.line);
    this.#badRows.push(badRow);
  }

  #groupOf(key) {
    const id = JSON.stringify(key); // unlike joined parts, never the same for two keys
    let group = this.#groups.get(id);
    if (group === undefined) {
      const { aggregates, meanScale } = this.#query;
      group = { key, accumulators: aggregates.map(({ function: name }) => ACCUMULATORS.get(name)(meanScale)) };
      this.#groups.set(id, group);
    }
    return group;
  }

  /** @returns {Result} */
  result() {
    if (this.#layout === undefined) throw new HeaderError("there is no header row");
    const groups = Array.from(this.#groups.values(), ({ key, accumulators }) => ({
      key,
      values: accumulators.map((accumulator) => accumulator.result()),
    }));
    return { groups, badRows: this.#badRows };
  }
}

// --- Numbers ---

function isNumber(text) {
  const match = NUMBER.exec(text);
  if (match === null) return false;
  const [, whole, fraction = ""] = match;
  return whole.length + fraction.length <= MAX_DIGITS;
}

/** An exact decimal number: `units` divided by ten to the power of `scale`. */
class Decimal {
  static ZERO = new Decimal(0n, 0);

  constructor(units, scale) {
    this.units = units;
    this.scale = scale;
  }

  /** @param {string} text a number as `isNumber` accepts it */
  static parse(text) {
    const [whole, fraction = ""] = text.split(".");
    return new Decimal(BigInt(whole + fraction), fraction.length);
  }

  plus(other) {
    const scale = Math.max(this.scale, other.scale);
    return new Decimal(this.#unitsAt(scale) + other.#unitsAt(scale), scale);
  }

  isLessThan(other) {
    const scale = Math.max(this.scale, other.scale);
    return this.#unitsAt(scale) < other.#unitsAt(scale);
  }

  /** This number divided by a positive integer and rounded once, half to even, to `scale` digits after the point. */
  dividedBy(divisor, scale) {
    return new Decimal(divideHalfEven(this.units * power(scale), BigInt(divisor) * power(this.scale)), scale);
  }

  #unitsAt(scale) {
    return scale === this.scale ? this.units : this.units * power(scale - this.scale);
  }

  /** The one decimal form of the result: no sign of zero, no needless zeros, no exponent. */
  toString() {
    const sign = this.units < 0n ? "-" : "";
    const digits = magnitude(this.units).toString().padStart(this.scale + 1, "0");
    const point = digits.length - this.scale;
    const fraction = digits.slice(point).replace(/0+$/, "");
    return sign + digits.slice(0, point) + (fraction === "" ? "" : `.${fraction}`);
  }
}

function power(exponent) {
  return 10n ** BigInt(exponent);
}

function magnitude(integer) {
  return integer < 0n ? -integer : integer;
}

function divideHalfEven(dividend, divisor) {
  const quotient = dividend / divisor; // truncated
  const twiceRest = 2n * magnitude(dividend % divisor);
  const isQuotientOdd = quotient % 2n !== 0n;
  if (twiceRest < divisor || (twiceRest === divisor && !isQuotientOdd)) return quotient;
  return quotient + (dividend < 0n ? -1n : 1n);
}

// --- Aggregates: `add` gets the fields that are not missing ---

class CountAccumulator {
  #count = 0;

  add() {
    this.#count += 1;
  }

  result() {
    return String(this.#count);
  }
}

class SumAccumulator {
  #total = Decimal.ZERO;

  add(field) {
    this.#total = this.#total.plus(Decimal.parse(field));
  }

  result() {
    return this.#total.toString();
  }
}

class ExtremeAccumulator {
  #isBetter;
  #best = null;

  /** @param {(candidate: Decimal, best: Decimal) => boolean} isBetter */
  constructor(isBetter) {
    this.#isBetter = isBetter;
  }

  add(field) {
    const number = Decimal.parse(field);
    if (this.#best === null || this.#isBetter(number, this.#best)) this.#best = number;
  }

  result() {
    return this.#best === null ? null : this.#best.toString();
  }
}

class MeanAccumulator {
  #scale;
  #total = Decimal.ZERO;
  #count = 0;

  constructor(scale) {
    this.#scale = scale;
  }

  add(field) {
    this.#total = this.#total.plus(Decimal.parse(field));
    this.#count += 1;
  }

  result() {
    return this.#count === 0 ? null : this.#total.dividedBy(this.#count, this.#scale).toString();
  }
}

const ACCUMULATORS = new Map([
  ["sum", () => new SumAccumulator()],
  ["min", () => new ExtremeAccumulator((candidate, best) => candidate.isLessThan(best))],
  ["max", () => new ExtremeAccumulator((candidate, best) => best.isLessThan(candidate))],
  ["count", () => new CountAccumulator()],
  ["mean", (meanScale) => new MeanAccumulator(meanScale)],
]);
