import { Buffer } from "node:buffer";
import { EventEmitter } from "node:events";

const CR = 0x0d;
const LF = 0x0a;
const REQUEST_LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+) ([\x21-\x7e]+) HTTP\/([0-9]\.[0-9])$/;
const FIELD_LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):([\t\x20-\x7e\x80-\xff]*)$/;

/**
 * Why a stream was refused: `kind` is "line-end", "limit", "request-line", "version", "header", "framing", "chunk"
 * or "incomplete".
 */
export class HttpParseError extends Error {
  constructor(kind) {
    super(`the stream was refused: ${kind}`);
    this.name = "HttpParseError";
    this.kind = kind;
  }
}

/**
 * Parses a stream of HTTP/1.1 requests as it comes. Texts in its events have one character for each byte.
 *
 * Events: `request` ({ method, target }), `field` ({ name, value }), `headEnd`, `body` (a Uint8Array, a view of what was
 * fed), `end`. Listeners must neither call the parser nor throw.
 */
export class HttpParser extends EventEmitter {
  #maxLine;
  #maxFields;
  #takeLine = this.#takeRequestLine;
  #line = "";
  #hasCarriageReturn = false;
  #fieldCount = 0;
  /** What the fields so far say about the body: nothing, its length, "chunked" or "contradictory". */
  #framing = null;
  #remaining = 0;
  #error = null;

  /** @param {{ maxLine: number, maxFields: number }} limits bytes of a line without its end, fields of a message */
  constructor({ maxLine, maxFields }) {
    super();
    this.#maxLine = maxLine;
    this.#maxFields = maxFields;
  }

  /**
   * Parses the next bytes of the stream.
   *
   * @param {Uint8Array} bytes
   * @throws {HttpParseError} and after that the same for every call
   */
  feed(bytes) {
    if (this.#error) throw this.#error;
    for (let rest = bytes; rest.length > 0; ) {
      rest = rest.subarray(this.#remaining > 0 ? this.#passOnBody(rest) : this.#takePart(rest));
    }
  }

  /**
   * Tells that no more bytes come.
   *
   * @throws {HttpParseError} unless the parser is between messages
   */
  finish() {
    if (this.#error) throw this.#error;
    const isBetween = this.#takeLine === this.#takeRequestLine && this.#line === "" && !this.#hasCarriageReturn;
    this.#require(isBetween, "incomplete");
  }

  #require(condition, kind) {
    if (condition) return;
    this.#error = new HttpParseError(kind);
    throw this.#error;
  }

  /** Returns how many of the bytes belong to the body. */
  #passOnBody(bytes) {
    const piece = bytes.subarray(0, this.#remaining);
    this.#remaining -= piece.length;
    this.emit("body", piece);
    if (this.#remaining === 0 && this.#framing !== "chunked") this.#endMessage();
    return piece.length;
  }

  /** Returns how many of the bytes were taken, which belong to one line. */
  #takePart(bytes) {
    if (this.#hasCarriageReturn) {
      this.#require(bytes[0] === LF, "line-end");
      this.#hasCarriageReturn = false;
      const line = this.#line;
      this.#line = "";
      this.#takeLine(line);
      return 1;
    }
    const room = this.#maxLine - this.#line.length;
    const found = bytes.subarray(0, room + 1).findIndex((byte) => byte === CR || byte === LF);
    const length = found < 0 ? bytes.length : found;
    this.#require(length <= room, "limit");
    this.#require(bytes[length] !== LF, "line-end");
    this.#line += Buffer.from(bytes.buffer, bytes.byteOffset, length).toString("latin1");
    this.#hasCarriageReturn = length < bytes.length;
    return length + 1;
  }

  #takeRequestLine(line) {
    const match = REQUEST_LINE.exec(line);
    this.#require(match, "request-line");
    const [, method, target, version] = match;
    this.#require(version === "1.1", "version");
    this.#fieldCount = 0;
    this.#framing = null;
    this.#takeLine = this.#takeFieldLine;
    this.emit("request", { method, target });
  }

  #takeFieldLine(line) {
    if (line === "") {
      this.#endHead();
      return;
    }
    this.#require(this.#fieldCount < this.#maxFields, "limit");
    this.#fieldCount += 1;
    const match = FIELD_LINE.exec(line);
    this.#require(match, "header");
    const name = match[1];
    const value = trim(match[2]);
    if (/^content-length$/i.test(name)) {
      this.#noteFraming(/^[0-9]{1,15}$/.test(value) ? Number(value) : "contradictory");
    } else if (/^transfer-encoding$/i.test(name)) {
      this.#noteFraming(/^chunked$/i.test(value) ? "chunked" : "contradictory");
    }
    this.emit("field", { name, value });
  }

  #noteFraming(said) {
    this.#framing = this.#framing === null ? said : "contradictory";
  }

  #endHead() {
    this.#require(this.#framing !== "contradictory", "framing");
    this.emit("headEnd");
    if (this.#framing === "chunked") {
      this.#takeLine = this.#takeChunkSize;
      return;
    }
    this.#remaining = this.#framing ?? 0;
    if (this.#remaining === 0) this.#endMessage();
  }

  #takeChunkSize(line) {
    this.#require(/^[0-9A-Fa-f]{1,12}$/.test(line), "chunk");
    this.#remaining = Number.parseInt(line, 16);
    this.#takeLine = this.#remaining > 0 ? this.#takeChunkEnd : this.#takeLastLine;
  }

  #takeChunkEnd(line) {
    this.#require(line === "", "chunk");
    this.#takeLine = this.#takeChunkSize;
  }

  #takeLastLine(line) {
    this.#require(line === "", "chunk");
    this.#endMessage();
  }

  #endMessage() {
    this.#takeLine = this.#takeRequestLine;
    this.emit("end");
  }
}

/** Removes spaces and tabs around a text; `trim` would remove the byte 0xA0 too. */
function trim(text) {
  const isWhiteSpace = (character) => character === " " || character === "\t";
  let start = 0;
  let end = text.length;
  while (start < end && isWhiteSpace(text[start])) start += 1;
  while (start < end && isWhiteSpace(text[end - 1])) end -= 1;
  return text.slice(start, end);
}
