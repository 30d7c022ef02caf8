import { Buffer } from "node:buffer";

/** Why a stream was refused. */
export type ErrorKind =
  | "line-end"
  | "limit"
  | "request-line"
  | "version"
  | "header"
  | "framing"
  | "chunk"
  | "incomplete";

export class HttpParseError extends Error {
  override readonly name = "HttpParseError";
  readonly kind: ErrorKind;

  constructor(kind: ErrorKind) {
    super(`the stream was refused: ${kind}`);
    this.kind = kind;
  }
}

/** What is found in the stream. Texts have one character for each byte; a piece is a view of the bytes that were fed. */
export type HttpEvent =
  | { readonly type: "request"; readonly method: string; readonly target: string }
  | { readonly type: "field"; readonly name: string; readonly value: string }
  | { readonly type: "head-end" }
  | { readonly type: "body"; readonly piece: Uint8Array }
  | { readonly type: "end" };

export interface Limits {
  /** Bytes of a line without its end. */
  readonly line: number;
  /** Header fields of a message. */
  readonly fields: number;
}

/** The fields so far say this about the body: nothing, a number of bytes, that it is chunked, or nonsense. */
type Framing = undefined | number | "chunked" | "contradictory";

type State =
  | { readonly at: "request-line" | "chunk-size" | "chunk-end" | "last-line" }
  | { readonly at: "field-line"; readonly count: number; readonly framing: Framing }
  | { readonly at: "fixed-body" | "chunk-body"; readonly remaining: number }
  | { readonly at: "failed"; readonly kind: ErrorKind };

const CR = 0x0d;
const LF = 0x0a;
const REQUEST_LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+) ([\x21-\x7e]+) HTTP\/([0-9]\.[0-9])$/;
const FIELD_LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):([\t\x20-\x7e\x80-\xff]*)$/;

/** Parses a stream of HTTP/1.1 requests as it comes. */
export class HttpParser {
  readonly #emit: (event: HttpEvent) => void;
  readonly #limits: Limits;
  #state: State = { at: "request-line" };
  #line = "";
  #hasCarriageReturn = false;

  /** `emit` must neither call the parser nor throw. */
  constructor(limits: Limits, emit: (event: HttpEvent) => void) {
    this.#limits = limits;
    this.#emit = emit;
  }

  /**
   * Parses the next bytes of the stream.
   *
   * @throws {HttpParseError} and after that the same for every call
   */
  feed(bytes: Uint8Array): void {
    if (this.#state.at === "failed") throw new HttpParseError(this.#state.kind);
    let i = 0;
    while (i < bytes.length) {
      const state = this.#state;
      if (state.at === "fixed-body" || state.at === "chunk-body") {
        const piece = bytes.subarray(i, i + state.remaining);
        this.#emit({ type: "body", piece });
        this.#state = this.#afterBody(state.at, state.remaining - piece.length);
        i += piece.length;
      } else {
        i = this.#takeLinePart(bytes, i);
      }
    }
  }

  /**
   * Tells that no more bytes come.
   *
   * @throws {HttpParseError} unless the parser is between messages
   */
  finish(): void {
    const isBetween = this.#state.at === "request-line" && this.#line === "" && !this.#hasCarriageReturn;
    if (!isBetween) this.#fail(this.#state.at === "failed" ? this.#state.kind : "incomplete");
  }

  #fail(kind: ErrorKind): never {
    this.#state = { at: "failed", kind };
    throw new HttpParseError(kind);
  }

  #afterBody(at: "fixed-body" | "chunk-body", remaining: number): State {
    if (remaining > 0) return { at, remaining };
    return at === "chunk-body" ? { at: "chunk-end" } : this.#endMessage();
  }

  /** Takes the bytes from an index on as far as they belong to one line, and returns where they end. */
  #takeLinePart(bytes: Uint8Array, start: number): number {
    if (this.#hasCarriageReturn) {
      if (bytes[start] !== LF) this.#fail("line-end");
      this.#hasCarriageReturn = false;
      const line = this.#line;
      this.#line = "";
      this.#state = this.#takeLine(line);
      return start + 1;
    }

    let end = start;
    const longest = start + this.#limits.line - this.#line.length;
    while (end < bytes.length && end <= longest && bytes[end] !== CR && bytes[end] !== LF) end += 1;
    if (end > longest) this.#fail("limit");
    this.#line += Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("latin1");
    if (bytes[end] === LF) this.#fail("line-end");
    this.#hasCarriageReturn = bytes[end] === CR;
    return end + 1;
  }

  /** Returns the state after the line. */
  #takeLine(line: string): State {
    const state = this.#state;
    switch (state.at) {
      case "request-line":
        return this.#takeRequestLine(line);
      case "field-line":
        return line === "" ? this.#endHead(state.framing) : this.#takeFieldLine(line, state.count, state.framing);
      case "chunk-size":
        return this.#takeChunkSize(line);
      default:
        if (line !== "") this.#fail("chunk");
        return state.at === "chunk-end" ? { at: "chunk-size" } : this.#endMessage();
    }
  }

  #takeRequestLine(line: string): State {
    const match = REQUEST_LINE.exec(line) ?? this.#fail("request-line");
    const [, method, target, version] = match;
    if (version !== "1.1") this.#fail("version");
    this.#emit({ type: "request", method, target });
    return { at: "field-line", count: 0, framing: undefined };
  }

  #takeFieldLine(line: string, count: number, framing: Framing): State {
    if (count === this.#limits.fields) this.#fail("limit");
    const match = FIELD_LINE.exec(line) ?? this.#fail("header");
    const name = match[1];
    const value = trim(match[2]);
    this.#emit({ type: "field", name, value });
    const said = framingOf(name.toLowerCase(), value);
    const isFirst = framing === undefined || said === undefined;
    return { at: "field-line", count: count + 1, framing: isFirst ? (framing ?? said) : "contradictory" };
  }

  #endHead(framing: Framing): State {
    if (framing === "contradictory") this.#fail("framing");
    this.#emit({ type: "head-end" });
    if (framing === "chunked") return { at: "chunk-size" };
    return this.#afterBody("fixed-body", framing ?? 0);
  }

  #takeChunkSize(line: string): State {
    if (!/^[0-9A-Fa-f]{1,12}$/.test(line)) this.#fail("chunk");
    const remaining = Number.parseInt(line, 16);
    return remaining > 0 ? { at: "chunk-body", remaining } : { at: "last-line" };
  }

  #endMessage(): State {
    this.#emit({ type: "end" });
    return { at: "request-line" };
  }
}

function framingOf(lowerCaseName: string, value: string): Framing {
  switch (lowerCaseName) {
    case "content-length":
      return /^[0-9]{1,15}$/.test(value) ? Number(value) : "contradictory";
    case "transfer-encoding":
      return value.toLowerCase() === "chunked" ? "chunked" : "contradictory";
    default:
      return undefined;
  }
}

/** Removes spaces and tabs around a text; `trim` would remove the byte 0xA0 too. */
function trim(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isWhiteSpace(text[start])) start += 1;
  while (start < end && isWhiteSpace(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

function isWhiteSpace(character: string): boolean {
  return character === " " || character === "\t";
}
