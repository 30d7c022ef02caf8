import assert from "node:assert/strict";
import { test } from "node:test";

import { ClosedError, EventStreamParser, TooLargeError } from "./event-stream-parser.ts";

const MARK = "\ufeff";

/** A parser that notes what it tells: events as "[type|id]data;", reconnection times as "(500);". */
class Recorder {
  #told = "";
  readonly #parser: EventStreamParser;

  constructor(limit = 1000) {
    this.#parser = new EventStreamParser(limit, {
      event: ({ type, data, lastId }) => {
        this.#told += `[${type}|${lastId}]${data};`;
      },
      retry: (milliseconds) => {
        this.#told += `(${milliseconds});`;
      },
    });
  }

  /** What these bytes have told. */
  feed(chunk: string | Uint8Array): string {
    this.#parser.feed(typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk);
    return this.told();
  }

  told(): string {
    const told = this.#told;
    this.#told = "";
    return told;
  }
}

/** Feeds in chunks of several sizes, all in one buffer of which nothing may be kept. */
function expect(stream: string, expected: string): void {
  const bytes = new TextEncoder().encode(stream);
  for (const size of [1, 2, 3, 5, bytes.length + 1]) {
    const recorder = new Recorder();
    const buffer = new Uint8Array(size);
    let told = "";
    for (let start = 0; start < bytes.length; start += size) {
      const chunk = bytes.subarray(start, start + size);
      buffer.set(chunk);
      told += recorder.feed(buffer.subarray(0, chunk.length));
    }
    assert.equal(told, expected, `${JSON.stringify(stream)} by ${size}`);
  }
}

test("R1: events", () => {
  expect("event: a\ndata: 1\ndata: 2\n\n", "[a|]1\n2;");
  expect("data: 1\n\ndata: 2\n\n", "[message|]1;[message|]2;");
  expect("data: 1\nid: 7\nevent: b\n\n", "[b|7]1;");
  expect("event: a\nevent: b\ndata: 1\n\n", "[b|]1;");
  expect("event: é\nid: 好\ndata: 你好\n\n", "[é|好]你好;");
  expect("data: a\0b\u2028c\n\n", "[message|]a\0b\u2028c;");
});

test("R2: told with the byte that completes it", () => {
  const recorder = new Recorder(100);
  assert.equal(recorder.feed("da"), "");
  assert.equal(recorder.feed(Buffer.from("ta: 1\xe4", "latin1")), "");
  assert.equal(recorder.feed(Buffer.from("\xbd\xa0\r", "latin1")), "");
  assert.equal(recorder.feed("\n"), "");
  assert.equal(recorder.feed(""), "");
  assert.equal(recorder.feed("\r"), "[message|]1你;");
  assert.equal(recorder.feed("\nretry: 5"), "");
  assert.equal(recorder.feed("\n"), "(5);");
  assert.equal(recorder.feed("data\n\ndata: 2\n\nda"), "[message|];[message|]2;");
});

test("R3: line ends", () => {
  expect("data:1\r\rdata:2\n\ndata:3\r\n\r\n", "[message|]1;[message|]2;[message|]3;");
  expect("data:1\r\ndata:2\r\n\r\n", "[message|]1\n2;");
  expect("data:1\rdata:2\ndata:3\r\n\n", "[message|]1\n2\n3;");
  expect("data:1\n\rdata:2\n\n", "[message|]1;[message|]2;");
  expect("data:1\r\r\ndata:2\n\n", "[message|]1;[message|]2;");
  expect("data:1\r\n\ndata:2\n\n", "[message|]1;[message|]2;");
  expect("data:1\v2\f3\u0085\u2028\u2029 4\n\n", "[message|]1\v2\f3\u0085\u2028\u2029 4;");
});

test("R4: names and values", () => {
  expect("data:1\ndata: 2\ndata:  3\ndata:\t4\ndata:5 \n\n", "[message|]1\n2\n 3\n\t4\n5 ;");
  expect("data: a:b: c\n\n", "[message|]a:b: c;");
  expect(": data: 1\n:\n:data\ndata: 2\n\n", "[message|]2;");
  expect("Data: 1\n data: 2\ndata : 3\ndatas: 4\ndat: 5\nfoo\nEvent: x\ndata: 6\n\n", "[message|]6;");
});

test("R4: byte order mark", () => {
  expect(`${MARK}data: 1\n\n`, "[message|]1;");
  expect(`${MARK}: c\ndata: 1\n\n`, "[message|]1;");
  expect(`${MARK}${MARK}data: 1\n\ndata: 2\n\n`, "[message|]2;");
  expect(`data: 1\n\n${MARK}data: 2\n\n`, "[message|]1;");
  expect(`\n${MARK}data: 2\n\ndata: 3\n\n`, "[message|]3;");
});

test("R5: last event id", () => {
  expect("id: 1\ndata: a\n\ndata: b\n\nid: 2\ndata: c\n\n", "[message|1]a;[message|1]b;[message|2]c;");
  expect("id: 1\n\ndata: a\n\n", "[message|1]a;");
  expect("id: 1\ndata: a\n\nid\ndata: b\n\n", "[message|1]a;[message|]b;");
  expect("id: 1\nid:\ndata: a\n\n", "[message|]a;");
  expect("id: 1\nid: 2\0\nid: \0\ndata: a\n\n", "[message|1]a;");
});

test("R6: what is not told", () => {
  expect("event: a\n\ndata: 1\n\n", "[message|]1;");
  expect("event: a\nid: 3\n\n\n\ndata: 1\n\n", "[message|3]1;");
  expect("data\n\n", "[message|];");
  expect("data:\n\n", "[message|];");
  expect("data\ndata\n\n", "[message|]\n;");
  expect("data\ndata: 1\ndata\n\n", "[message|]\n1\n;");
  expect("event: a\nevent:\ndata: 1\n\n", "[message|]1;");
  expect("data: 1\n\ndata: 2\n", "[message|]1;");
  expect("data: 1\n\ndata: 2", "[message|]1;");
  expect("\n\n\r\r\ndata: 1\n\n\n", "[message|]1;");
});

test("R7: reconnection times", () => {
  expect("data: 1\nretry: 500\n\nretry:0\nretry:000000012\n", "(500);[message|]1;(0);(12);");
  expect("retry: 999999999\n", "(999999999);");
});

test("R7: other values of retry", () => {
  for (const value of ["1000000000", "", "-1", "+1", "1.5", "1 ", " 1", "0x1", "1e3", "1:2", "\uff11", "1_0", "12a"]) {
    expect(`retry: ${value}\nretry\nRetry: 1\nretry: 3\n`, "(3);");
  }
});

test("R8: lines of the limit", () => {
  const recorder = new Recorder(8);
  assert.equal(recorder.feed("data: 12\r\nid: 4567\n:234567\n\n"), "[message|4567]12;");
  assert.throws(() => recorder.feed("data: 1\n\ndata: 123"), TooLargeError);
  assert.equal(recorder.told(), "[message|4567]1;");
  assert.throws(() => recorder.feed("\n\n"), ClosedError);
  assert.throws(() => recorder.feed(""), ClosedError);
  assert.equal(recorder.told(), "");
});

test("R8: a line that has not ended", () => {
  const recorder = new Recorder(8);
  assert.equal(recorder.feed(":1234567"), "");
  assert.equal(recorder.feed(""), "");
  assert.throws(() => recorder.feed("8"), TooLargeError);
});

test("R8: the byte order mark counts", () => {
  assert.equal(new Recorder(8).feed(`${MARK}data:\n\n`), "[message|];");
  assert.throws(() => new Recorder(8).feed(`${MARK}data:1\n`), TooLargeError);
});

test("R8: data of the limit", () => {
  const recorder = new Recorder(7);
  assert.equal(recorder.feed("data:12\ndata:45\ndata\n\n"), "[message|]12\n45\n;");
  assert.equal(recorder.feed("data:12\ndata:45\ndata:7\n\n"), "[message|]12\n45\n7;");
  assert.equal(recorder.feed("data:12\ndata:45\ndata:78"), "");
  assert.throws(() => recorder.feed("\n"), TooLargeError);
  assert.throws(() => recorder.feed("\n"), ClosedError);
});

test("R8: line feeds count as data", () => {
  const recorder = new Recorder(5);
  assert.equal(recorder.feed("data\n".repeat(6)), "");
  assert.throws(() => recorder.feed("data\n"), TooLargeError);
});

test("R8: the limit is in bytes", () => {
  const recorder = new Recorder(8);
  assert.equal(recorder.feed("data:你\ndata:好\n\n"), "[message|]你\n好;");
  assert.throws(() => recorder.feed("data:你\ndata:好\ndata:1\n"), TooLargeError);
});

test("R8: least limit", () => {
  for (const limit of [0, -1, 1.5, NaN]) {
    assert.throws(() => new Recorder(limit), RangeError);
  }
  const recorder = new Recorder(1);
  assert.equal(recorder.feed(":\n"), "");
  assert.throws(() => recorder.feed("::"), TooLargeError);
});
