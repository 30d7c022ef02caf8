const CR = 0x0d;
const LF = 0x0a;
const BYTE_ORDER_MARK = "\ufeff";
const FIELD = /^([^:]*)(?:: ?(.*))?$/s;
const RETRY = /^[0-9]{1,9}$/;

export interface StreamEvent {
  type: string;
  data: string;
  lastId: string;
}

export interface Handlers {
  event(event: StreamEvent): void;
  /** A new reconnection time. */
  retry(milliseconds: number): void;
}

/** A line or the data of an event is longer than the limit. */
export class TooLargeError extends Error {
  override readonly name = "TooLargeError";
}

/** The parser was fed after an error. */
export class ClosedError extends Error {
  override readonly name = "ClosedError";
}

/** A push parser for text/event-stream. */
export class EventStreamParser {
  readonly #limit: number;
  readonly #handlers: Handlers;
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #closed = false;
  #firstLine = true;
  #afterCr = false;
  /** Pieces of the line that has not ended. */
  #pieces: Uint8Array[] = [];
  #lineSize = 0;
  #type = "";
  #data: string[] = [];
  /** Bytes of the data lines with a line feed behind each. */
  #dataSize = 0;
  #lastId = "";

  /**
   * @param limit of a line and of the data of an event, in bytes
   * @throws {RangeError} the limit is no integer of at least 1
   */
  constructor(limit: number, handlers: Handlers) {
    if (!Number.isInteger(limit) || limit < 1) {
      throw new RangeError(`limit is ${limit}, not an integer of at least 1`);
    }
    this.#limit = limit;
    this.#handlers = handlers;
  }

  /**
   * Takes the next bytes and calls the handlers for what they complete.
   *
   * @throws {TooLargeError | ClosedError}
   */
  feed(chunk: Uint8Array): void {
    if (this.#closed) {
      throw new ClosedError("parser is closed");
    }
    let start = 0;
    chunk.forEach((byte, index) => {
      const afterCr = this.#afterCr;
      this.#afterCr = byte === CR;
      if (byte === LF && afterCr) {
        start = index + 1;
      } else if (byte === LF || byte === CR) {
        this.#addPiece(chunk.subarray(start, index));
        start = index + 1;
        this.#endLine();
      }
    });
    if (start < chunk.length) {
      this.#addPiece(chunk.slice(start)); // a copy: the chunk is the caller's
    }
  }

  #addPiece(piece: Uint8Array): void {
    this.#lineSize += piece.length;
    this.#requireLimit("line", this.#lineSize);
    this.#pieces.push(piece);
  }

  #requireLimit(what: string, size: number): void {
    if (size > this.#limit) {
      this.#closed = true;
      throw new TooLargeError(`${what} is longer than ${this.#limit} bytes`);
    }
  }

  #endLine(): void {
    let line = this.#decoder.decode(Buffer.concat(this.#pieces));
    this.#pieces = [];
    this.#lineSize = 0;
    if (this.#firstLine && line.startsWith(BYTE_ORDER_MARK)) {
      line = line.slice(BYTE_ORDER_MARK.length);
    }
    this.#firstLine = false;
    if (line === "") {
      this.#endEvent();
      return;
    }
    const [, name, value = ""] = FIELD.exec(line)!;
    switch (name) {
      case "data":
        this.#data.push(value);
        this.#dataSize += this.#encoder.encode(value).length + 1;
        this.#requireLimit("data", this.#dataSize - 1);
        break;
      case "event":
        this.#type = value;
        break;
      case "id":
        this.#lastId = value.includes("\0") ? this.#lastId : value;
        break;
      case "retry":
        if (RETRY.test(value)) {
          this.#handlers.retry(Number(value));
        }
        break;
      default: // unknown, or a comment, whose name is empty
    }
  }

  #endEvent(): void {
    const event = { type: this.#type || "message", data: this.#data.join("\n"), lastId: this.#lastId };
    const hasData = this.#data.length > 0;
    this.#type = "";
    this.#data = [];
    this.#dataSize = 0;
    if (hasData) {
      this.#handlers.event(event);
    }
  }
}
