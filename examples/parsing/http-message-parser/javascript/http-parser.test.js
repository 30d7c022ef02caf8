import assert from "node:assert/strict";
import { test } from "node:test";

import { HttpParseError, HttpParser } from "./http-parser.js";

const MANY = { maxLine: 1000, maxFields: 1000 };
const START = "POST / HTTP/1.1\r\n";
const STARTED = ["request POST /"];
const CHUNKED = `${START}Transfer-Encoding: chunked\r\n\r\n`;
const IN_CHUNKS = [...STARTED, "field Transfer-Encoding=chunked", "head"];

/** A parser, and its events as texts; pieces of a body are joined. */
function observed(limits = MANY) {
  const parser = new HttpParser(limits);
  const events = [];
  parser.on("request", ({ method, target }) => events.push(`request ${method} ${target}`));
  parser.on("field", ({ name, value }) => events.push(`field ${name}=${value}`));
  parser.on("headEnd", () => events.push("head"));
  parser.on("body", (piece) => {
    assert.ok(piece.length > 0);
    const text = Buffer.from(piece).toString("latin1");
    if (events.at(-1).startsWith("body ")) events.push(events.pop() + text);
    else events.push(`body ${text}`);
  });
  parser.on("end", () => events.push("end"));
  return { parser, events };
}

const bytesOf = (text) => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** What a call throws, "ok" if nothing. */
function kindOf(action) {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof HttpParseError, String(error));
    assert.equal(error.name, "HttpParseError");
    return error.kind;
  }
  return "ok";
}

/** Feeds the input in pieces of several sizes and expects the events and the kind of error. */
function expect(input, kind, expected, limits = MANY) {
  const bytes = bytesOf(input);
  for (const size of [1, 2, 3, 7, 16, bytes.length]) {
    const { parser, events } = observed(limits);
    const found = kindOf(() => {
      for (let at = 0; at < bytes.length; at += size) parser.feed(bytes.slice(at, at + size));
      parser.finish();
    });
    assert.deepEqual([found, events], [kind, expected], JSON.stringify(input));
  }
}

test("R1: requests without a body", () => {
  expect("OPTIONS * HTTP/1.1\r\n\r\n", "ok", ["request OPTIONS *", "head", "end"]);
  expect("GET /a?b=c HTTP/1.1\r\nHost: example.com\r\nACCEPT:*/*\r\n\r\n", "ok", [
    "request GET /a?b=c",
    "field Host=example.com",
    "field ACCEPT=*/*",
    "head",
    "end",
  ]);
  expect(`${START}Content-Length: 0\r\n\r\n`, "ok", [...STARTED, "field Content-Length=0", "head", "end"]);
});

test("R1: a body with a length", () => {
  const body = "a\r\n\0\n\r\xffb";
  expect(`${START}content-LENGTH: 8\r\n\r\n${body}`, "ok", [
    ...STARTED,
    "field content-LENGTH=8",
    "head",
    `body ${body}`,
    "end",
  ]);
  expect(`${START}Content-Length: 1\r\n\r\n\n`, "ok", [...STARTED, "field Content-Length=1", "head", "body \n", "end"]);
  expect(`${START}Content-Length: 000000000000012\r\n\r\nhello, world`, "ok", [
    ...STARTED,
    "field Content-Length=000000000000012",
    "head",
    "body hello, world",
    "end",
  ]);
});

test("R1: a part of a long body is passed on", () => {
  for (const length of ["4294967296", "999999999999999"]) {
    const { parser, events } = observed();
    parser.feed(bytesOf(`${START}Content-Length: ${length}\r\n\r\nabc`));
    assert.deepEqual(events, [...STARTED, `field Content-Length=${length}`, "head", "body abc"]);
  }
});

test("R1: values", () => {
  expect(`${START}A:\r\nB: \t\r\nC:\t x\t y \t \r\nD::\r\nE: \xa0\r\n\r\n`, "ok", [
    ...STARTED,
    "field A=",
    "field B=",
    "field C=x\t y",
    "field D=:",
    "field E=\xa0",
    "head",
    "end",
  ]);
});

test("R1: all allowed characters", () => {
  const range = (first, last) => String.fromCharCode(...Array.from({ length: last - first + 1 }, (_, i) => first + i));
  const token = `!#$%&'*+-.^_\`|~${range(0x30, 0x39)}${range(0x41, 0x5a)}${range(0x61, 0x7a)}`;
  const target = range(0x21, 0x7e);
  const value = range(0x21, 0x7e) + range(0x80, 0xff);
  expect(`${token} ${target} HTTP/1.1\r\n${token}: ${value}\r\n\r\n`, "ok", [
    `request ${token} ${target}`,
    `field ${token}=${value}`,
    "head",
    "end",
  ]);
});

test("R2: events come with their last byte", () => {
  const { parser, events } = observed();
  const all = [...STARTED, "field Content-Length=5", "field X=12", "head"];
  const steps = [
    ["POST / HTTP/1.1\r", []],
    ["\n", all.slice(0, 1)],
    ["", all.slice(0, 1)],
    ["Content-Length: 5\r\nX: 1", all.slice(0, 2)],
    ["2\r\n", all.slice(0, 3)],
    ["\r", all.slice(0, 3)],
    ["\n", all],
    ["", all],
    ["he", [...all, "body he"]],
    ["llo", [...all, "body hello", "end"]],
  ];
  for (const [piece, expected] of steps) {
    parser.feed(bytesOf(piece));
    assert.deepEqual(events, expected);
  }
});

test("R2: messages follow one another", () => {
  const messages = [
    "GET /1 HTTP/1.1\r\n\r\n",
    `${START}Content-Length: 3\r\n\r\nabc`,
    `${CHUNKED}1\r\nx\r\n0\r\n\r\n`,
    "GET /2 HTTP/1.1\r\n\r\n",
  ];
  expect(messages.join(""), "ok", [
    ...["request GET /1", "head", "end"],
    ...[...STARTED, "field Content-Length=3", "head", "body abc", "end"],
    ...[...IN_CHUNKS, "body x", "end"],
    ...["request GET /2", "head", "end"],
  ]);
});

test("R2: a piece may be part of a greater buffer", () => {
  const { parser, events } = observed();
  const bytes = bytesOf(`....${START}Content-Length: 3\r\n\r\nabc....`);
  parser.feed(bytes.subarray(4, bytes.length - 4));
  assert.deepEqual(events, [...STARTED, "field Content-Length=3", "head", "body abc", "end"]);
});

test("R3: chunks", () => {
  const cases = [
    ["5\r\nhello\r\nA\r\n, \r\nworld!\r\n0\r\n\r\n", "hello, \r\nworld!"],
    ["00000000000c\r\nabcdefghijkl\r\n1a\r\nabcdefghijklmnopqrstuvwxyz\r\n000000000000\r\n\r\n", "abcdefghijklabcdefghijklmnopqrstuvwxyz"],
    ["F\r\n0123456789abcde\r\nf\r\n0123456789abcde\r\n0\r\n\r\n", "0123456789abcde0123456789abcde"],
  ];
  for (const [chunks, body] of cases) expect(CHUNKED + chunks, "ok", [...IN_CHUNKS, `body ${body}`, "end"]);
  expect(`${CHUNKED}0\r\n\r\n`, "ok", [...IN_CHUNKS, "end"]);
  expect(`${START}transfer-ENCODING: ChunKed \r\n\r\n9\r\n123456789\r\n0\r\n\r\n`, "ok", [
    ...STARTED,
    "field transfer-ENCODING=ChunKed",
    "head",
    "body 123456789",
    "end",
  ]);
});

test("R3: a part of a long chunk is passed on", () => {
  for (const size of ["FFFFFFFFFFFF", "100000000"]) {
    const { parser, events } = observed();
    parser.feed(bytesOf(`${CHUNKED}${size}\r\nabc`));
    assert.deepEqual(events, [...IN_CHUNKS, "body abc"]);
  }
});

test("R3: wrong chunks", () => {
  const sizes = ["", "g", "G", "@", "`", "/", ":", "-1", "+1", "0x1", " 1", "1 ", "\t1", "1;a=b", "1;", "1g", "0000000000001"];
  for (const size of sizes) expect(`${CHUNKED}${size}\r\na\r\n0\r\n\r\n`, "chunk", IN_CHUNKS);
  expect(`${CHUNKED}4\r\nhello\r\n0\r\n\r\n`, "chunk", [...IN_CHUNKS, "body hell"]);
  expect(`${CHUNKED}4\r\nhell0\r\n\r\n`, "chunk", [...IN_CHUNKS, "body hell"]);
  expect(`${CHUNKED}1\r\na\r\n0\r\nX: y\r\n\r\n`, "chunk", [...IN_CHUNKS, "body a"]);
});

test("R4: wrong request lines", () => {
  const lines = [
    ...["", " ", "GET", "GET /", "GET HTTP/1.1", "GET  HTTP/1.1", "GET  / HTTP/1.1", " GET / HTTP/1.1", " / HTTP/1.1"],
    ...["GET / HTTP/1.1 ", "GET / a HTTP/1.1", "GET /  HTTP/1.1", "GET\t/ HTTP/1.1", "G(T / HTTP/1.1", "G\x80 / HTTP/1.1"],
    ...["G\0T / HTTP/1.1", "GET /\x7f HTTP/1.1", "GET /\x80 HTTP/1.1", "GET /\t HTTP/1.1", "GET / http/1.1"],
    ...["GET / HTTP/1.", "GET / HTTP/11", "GET / HTTP/1.10", "GET / HTTP/1.1\t", "GET / HTTP/a.1", "GET / HTTP/1.b"],
    ...["GET / HTTP/:.1", "GET / HTTP/1./", "GET / HTTP/1,1", "GET / XTTP/1.1", "GET / HTTP/1.0 "],
  ];
  for (const line of lines) expect(`${line}\r\nHost: a\r\n\r\n`, "request-line", []);
  expect("GET / HTTP/1.1\r\n\r\n\r\n", "request-line", ["request GET /", "head", "end"]);
});

test("R4: other versions", () => {
  for (const version of ["1.0", "1.2", "0.9", "2.0", "2.1", "9.9"]) {
    expect(`GET / HTTP/${version}\r\n\r\n`, "version", []);
    expect(`GET /\x7f HTTP/${version}\r\n\r\n`, "request-line", []);
  }
});

test("R5: wrong field lines", () => {
  const lines = [
    ...[" folded", "\tfolded: b", " ", "Host : a", "Host\t: a", ": a", ":", "Host", "Ho st: a", "Hos(t): a", "H\x80: a"],
    ...["X: \x7f", "X: a\x1fb", "X:\x01", "X: a\x0b", "X: a\x0c", "X: a\0b", "X\0: a"],
  ];
  for (const line of lines) expect(`${START}A: 1\r\n${line}\r\nB: 2\r\n\r\n`, "header", [...STARTED, "field A=1"]);
});

test("R5: wrong line ends", () => {
  const cases = [
    [`\n${START}`, []],
    [`\r${START}`, []],
    ["POST / HTTP/1.1\n", []],
    ["POST / HTTP/1.1\r\r\n", []],
    ["POST / HT\rTP/1.1\r\n", []],
    ["(\n", []],
    [`${START}(: a\n`, STARTED],
    [`${START}X: a\nY: b\r\n\r\n`, STARTED],
    [`${START}X: a\rY: b\r\n\r\n`, STARTED],
    [`${START}X: a\r\r\n\r\n`, STARTED],
    [`${START}X: a\r\n\n`, [...STARTED, "field X=a"]],
    [`${START}X: a\r\n\rX`, [...STARTED, "field X=a"]],
    [`${CHUNKED}g\n`, IN_CHUNKS],
    [`${CHUNKED}1\na\r\n`, IN_CHUNKS],
    [`${CHUNKED}1\ra\r\n`, IN_CHUNKS],
    [`${CHUNKED}1\r\na\n`, [...IN_CHUNKS, "body a"]],
    [`${CHUNKED}1\r\na\r0`, [...IN_CHUNKS, "body a"]],
    [`${CHUNKED}0\r\n\n`, IN_CHUNKS],
  ];
  for (const [input, expected] of cases) expect(input, "line-end", expected);
});

function expectFraming(...fields) {
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`);
  expect(`${START}${lines.join("")}\r\n0\r\n\r\n`, "framing", [
    ...STARTED,
    ...fields.map(([name, value]) => `field ${name}=${value}`),
  ]);
}

test("R6: contradictory lengths", () => {
  const pairs = [
    [["Content-Length", "5"], ["Transfer-Encoding", "chunked"]],
    [["transfer-encoding", "chunked"], ["content-length", "5"]],
    [["Content-Length", "5"], ["Content-Length", "6"]],
    [["Content-Length", "5"], ["CONTENT-LENGTH", "5"]],
    [["Content-Length", "0"], ["Content-Length", "0"]],
    [["Transfer-Encoding", "chunked"], ["transfer-encoding", "chunked"]],
    [["Transfer-Encoding", "chunked"], ["Transfer-Encoding", "identity"]],
    [["Transfer-Encoding", "gzip"], ["Transfer-Encoding", "chunked"]],
    [["Content-Length", "x"], ["Content-Length", "5"]],
  ];
  for (const [one, other] of pairs) expectFraming(one, ["X", "y"], other);
});

test("R6: malformed lengths and other codings", () => {
  const lengths = ["", "+5", "-5", "0x5", "5, 5", "5 5", "1e3", "5;", "a", "5a", "5.0", "0000000000000005", "/", ":", "\xa05", "\xb2"];
  for (const length of lengths) expectFraming(["Content-Length", length]);
  const codings = ["", "gzip", "gzip, chunked", "chunked, chunked", "xchunked", "chunkedx", "chunke", "chunked;", '"chunked"', "identity"];
  for (const coding of codings) expectFraming(["Transfer-Encoding", coding]);
});

test("R6: fields of other names say nothing about the body", () => {
  expect(`${START}X-Content-Length: 5\r\nContent-Length-X: 5\r\nTransfer-Encodings: x\r\nX-Transfer-Encoding: x\r\n\r\n`, "ok", [
    ...STARTED,
    "field X-Content-Length=5",
    "field Content-Length-X=5",
    "field Transfer-Encodings=x",
    "field X-Transfer-Encoding=x",
    "head",
    "end",
  ]);
});

test("R7: lengths of lines", () => {
  const cases = [
    [15, "ok", `${START}X: 34567890\t345\r\n\r\n`, [...STARTED, "field X=34567890\t345", "head", "end"]],
    [14, "limit", `${START}\r\n`, []],
    [15, "limit", `${START}X: 3456789012345`, STARTED],
    [15, "limit", `${START}X:              `, STARTED],
    [15, "limit", `${START} 234567890123456`, STARTED],
    [26, "limit", `${CHUNKED}000000000000000000000000001`, IN_CHUNKS],
    [26, "chunk", `${CHUNKED}00000000000000000000000001\r\n`, IN_CHUNKS],
    [26, "limit", `${CHUNKED}1\r\na123456789012345678901234567`, [...IN_CHUNKS, "body a"]],
    [15, "line-end", `${START}X: 345678901234\r5`, STARTED],
    [15, "line-end", `${START}X: 345678901234\n`, STARTED],
  ];
  for (const [maxLine, kind, input, expected] of cases) expect(input, kind, expected, { ...MANY, maxLine });
});

test("R7: the limit is told before the line ends", () => {
  const { parser } = observed({ ...MANY, maxLine: 5 });
  parser.feed(bytesOf("12345"));
  assert.equal(kindOf(() => parser.feed(bytesOf("6"))), "limit");
});

test("R7: number of fields", () => {
  const two = [...STARTED, "field A=1", "field B=2"];
  const message = `${START}A: 1\r\nB: 2\r\n\r\n`;
  expect(message + message, "ok", [...two, "head", "end", ...two, "head", "end"], { ...MANY, maxFields: 2 });
  expect(`${START}A: 1\r\nB: 2\r\nwrong\r\n`, "limit", two, { ...MANY, maxFields: 2 });
  expect(`${START}A: 1\r\n`, "limit", STARTED, { ...MANY, maxFields: 0 });
  expect(`${START}A: 1\n`, "line-end", STARTED, { ...MANY, maxFields: 0 });
  expect(`${START}\r\n`, "ok", [...STARTED, "head", "end"], { ...MANY, maxFields: 0 });
});

test("R8: stays in error", () => {
  const cases = [
    ["\n", "line-end"],
    ["0123456789012345678901234567890", "limit"],
    ["GET\r\n", "request-line"],
    ["GET / HTTP/1.0\r\n", "version"],
    [`${START}A\r\n`, "header"],
    [`${START}Content-Length: a\r\n\r\n`, "framing"],
    [`${CHUNKED}x\r\n`, "chunk"],
    [`${CHUNKED}1\r\nab\r\n`, "chunk"],
  ];
  for (const [input, kind] of cases) {
    const { parser, events } = observed({ ...MANY, maxLine: 30 });
    assert.equal(kindOf(() => parser.feed(bytesOf(input))), kind);
    const before = [...events];
    for (const more of ["1\r\na\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n", "", "\r\n"]) {
      assert.equal(kindOf(() => parser.feed(bytesOf(more))), kind);
      assert.equal(kindOf(() => parser.finish()), kind);
    }
    assert.deepEqual(events, before);
  }
});

test("R8: end of input between messages", () => {
  const { parser, events } = observed();
  for (const message of ["", "GET / HTTP/1.1\r\n\r\n", `${CHUNKED}0\r\n\r\n`]) {
    parser.feed(bytesOf(message));
    parser.finish();
  }
  assert.deepEqual(events, ["request GET /", "head", "end", ...IN_CHUNKS, "end"]);
});

test("R8: end of input within a message", () => {
  for (const message of ["\r\n", `${START}Content-Length: 3\r\n\r\nabc`, `${CHUNKED}1\r\na\r\n0\r\n\r\n`]) {
    for (let length = 1; length < message.length; length += 1) {
      const { parser } = observed();
      parser.feed(bytesOf(message.slice(0, length)));
      assert.equal(kindOf(() => parser.finish()), "incomplete");
      assert.equal(kindOf(() => parser.feed(bytesOf(message.slice(length)))), "incomplete");
      assert.equal(kindOf(() => parser.finish()), "incomplete");
    }
  }
});
