const MOST_GROUPS = 50;
const WORD = /[^ \t\n\r"()]+/y;
const OPERATOR = /OR(?![^ \t\n\r"()])/y;
const SPACE = /[ \t\n\r]*/y;
const NOTHING_TO_NEGATE = /^[ \t\n\r)]?$/;
const TOKEN = /[\p{L}\p{Nd}]+/gu;

export type Query =
  | { readonly kind: "and" | "or"; readonly parts: readonly Query[] }
  | { readonly kind: "not"; readonly part: Query }
  | { readonly kind: "text"; readonly field?: string; readonly tokens: readonly string[] };

export type ErrorCode =
  | "unclosed_phrase"
  | "unclosed_group"
  | "unexpected"
  | "unknown_field"
  | "empty_term"
  | "too_deep";

/** A query can not be parsed; `position` counts UTF-16 code units from 0. */
export class QueryError extends Error {
  override readonly name = "QueryError";
  readonly code: ErrorCode;
  readonly position: number;

  constructor(code: ErrorCode, position: number) {
    super(`${code} at ${position}`);
    this.code = code;
    this.position = position;
  }
}

/**
 * Parses a query.
 *
 * @param fields the names of all fields
 * @throws {QueryError}
 */
export function parse(source: string, fields: ReadonlySet<string>): Query {
  return new Parser(source, fields).parse();
}

/** Whether a document, a map from names of fields to texts, matches a query. */
export function matches(query: Query, document: ReadonlyMap<string, string>): boolean {
  switch (query.kind) {
    case "and":
      return query.parts.every((part) => matches(part, document));
    case "or":
      return query.parts.some((part) => matches(part, document));
    case "not":
      return !matches(query.part, document);
    case "text": {
      const { field, tokens } = query;
      const texts = field === undefined ? [...document.values()] : [document.get(field) ?? ""];
      return texts.some((text) => hasRun(tokensOf(text), tokens));
    }
  }
}

/** The canonical text of a query. */
export function format(query: Query): string {
  switch (query.kind) {
    case "and":
    case "or":
      return `(${[query.kind, ...query.parts.map(format)].join(" ")})`;
    case "not":
      return `(not ${format(query.part)})`;
    case "text":
      return `${query.field === undefined ? "" : `${query.field}:`}"${query.tokens.join(" ")}"`;
  }
}

function tokensOf(text: string): string[] {
  return text.toLowerCase().match(TOKEN) ?? [];
}

function hasRun(tokens: readonly string[], wanted: readonly string[]): boolean {
  return tokens.some((_, start) => wanted.every((token, offset) => tokens[start + offset] === token));
}

function joined(kind: "and" | "or", parts: readonly Query[]): Query {
  return parts.length === 1 ? parts[0] : { kind, parts };
}

class Parser {
  readonly #source: string;
  readonly #fields: ReadonlySet<string>;
  #position = 0;
  #groups = 0;

  constructor(source: string, fields: ReadonlySet<string>) {
    this.#source = source;
    this.#fields = fields;
  }

  parse(): Query {
    const query = this.#alternatives();
    if (this.#position < this.#source.length) {
      throw new QueryError("unexpected", this.#position); // a `)`: nothing else ends a row
    }
    return query;
  }

  #alternatives(): Query {
    let row = this.#row();
    const rows = [joined("and", row)];
    for (let at = this.#position; this.#skip(OPERATOR) !== ""; at = this.#position) {
      if (row.length === 0) {
        throw new QueryError("unexpected", at);
      }
      row = this.#row();
      if (row.length === 0) {
        throw new QueryError("unexpected", at);
      }
      rows.push(joined("and", row));
    }
    return joined("or", rows);
  }

  /** The terms up to an `OR`, a `)` or the end. */
  #row(): Query[] {
    const terms: Query[] = [];
    for (;;) {
      this.#skip(SPACE);
      if (["", ")"].includes(this.#next()) || this.#sees(OPERATOR)) {
        return terms;
      }
      terms.push(this.#term());
    }
  }

  #term(): Query {
    if (this.#next() !== "-") {
      return this.#positive();
    }
    const at = this.#position++;
    if (NOTHING_TO_NEGATE.test(this.#next())) {
      throw new QueryError("unexpected", at);
    }
    return { kind: "not", part: this.#positive() };
  }

  #positive(): Query {
    switch (this.#next()) {
      case "(":
        return this.#group();
      case '"':
        return this.#phrase();
      default:
        return this.#word();
    }
  }

  #group(): Query {
    const at = this.#position;
    if (this.#groups === MOST_GROUPS) {
      throw new QueryError("too_deep", at);
    }
    this.#position++;
    this.#groups++;
    const query = this.#alternatives();
    this.#groups--;
    if (this.#next() === "") {
      throw new QueryError("unclosed_group", at);
    }
    if (query.kind === "and" && query.parts.length === 0) {
      throw new QueryError("unexpected", this.#position);
    }
    this.#position++;
    return query;
  }

  #phrase(field?: string): Query {
    const at = this.#position;
    let text = "";
    for (this.#position++; this.#next() !== '"'; this.#position++) {
      if (this.#next() === "\\") {
        this.#position++;
      }
      if (this.#next() === "") {
        throw new QueryError("unclosed_phrase", at);
      }
      text += this.#next();
    }
    this.#position++;
    return this.#text(field, text, at);
  }

  #word(): Query {
    const at = this.#position;
    const word = this.#skip(WORD);
    const colon = word.indexOf(":");
    if (colon < 0) {
      return this.#text(undefined, word, at);
    }
    const field = word.slice(0, colon);
    if (!this.#fields.has(field)) {
      throw new QueryError("unknown_field", at);
    }
    if (colon + 1 < word.length) {
      return this.#text(field, word.slice(colon + 1), at + colon + 1);
    }
    if (this.#next() !== '"') {
      throw new QueryError("unexpected", at + colon);
    }
    return this.#phrase(field);
  }

  #text(field: string | undefined, text: string, at: number): Query {
    const tokens = tokensOf(text);
    if (tokens.length === 0) {
      throw new QueryError("empty_term", at);
    }
    return field === undefined ? { kind: "text", tokens } : { kind: "text", field, tokens };
  }

  /** The next character, empty at the end. */
  #next(): string {
    return this.#source.charAt(this.#position);
  }

  #sees(pattern: RegExp): boolean {
    pattern.lastIndex = this.#position;
    return pattern.test(this.#source);
  }

  /** Goes past what a sticky pattern matches here, and returns it. */
  #skip(pattern: RegExp): string {
    pattern.lastIndex = this.#position;
    const found = pattern.exec(this.#source)?.[0] ?? "";
    this.#position += found.length;
    return found;
  }
}
