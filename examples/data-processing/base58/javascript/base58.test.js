import assert from "node:assert/strict";
import { test } from "node:test";

import { InvalidCharacterError, decode, encode } from "./base58.js";

const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

// Hexadecimal bytes and their text.
const NUMBERS = [
  ["01", "2"],
  ["09", "A"],
  ["21", "a"],
  ["39", "z"],
  ["3a", "21"],
  ["61", "2g"],
  ["ff", "5Q"],
  ["ffffffff", "7YXq9G"],
  ["0100000000", "7YXq9H"],
  ["ffffffffffffffff", "jpXCZedGfVQ"],
  ["010000000000000000", "jpXCZedGfVR"],
  [Buffer.from("hello world").toString("hex"), "StV1DL6CwTryKyV"],
  [Buffer.from("Hello World!").toString("hex"), "2NEpo7TZRRrLZSi2U"],
];
const LEADING_ZEROS = [
  ["00", "1"],
  ["0000", "11"],
  ["000001", "112"],
  ["0039", "1z"],
  ["00ff00", "1LQX"],
  ["0d24", "211"],
  ["00000d24", "11211"],
  ["0000000000000000010000000000000000", "11111111jpXCZedGfVR"],
];

const bytes = (hex) => Uint8Array.from(Buffer.from(hex, "hex"));
const range = (count) => Array.from({ length: count }, (_, i) => i);

function numberBytes(number) {
  const hex = number.toString(16);
  return bytes(hex.length % 2 === 0 ? hex : `0${hex}`);
}

function joined(...parts) {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** The same numbers each time, evenly spread. */
function numbers(count, below) {
  const found = [];
  for (let state = 1; found.length < count; found.push(state % below)) state = (state * 48271) % 2147483647;
  return found;
}

function assertBoth(data, text) {
  assert.equal(encode(data), text);
  assert.deepEqual(decode(text), data);
}

function assertError(text, character, position) {
  assert.throws(
    () => decode(text),
    (error) => {
      assert.ok(error instanceof InvalidCharacterError, `${error}`);
      assert.deepEqual([error.character, error.position], [character, position], JSON.stringify(text.slice(0, 20)));
      return true;
    },
  );
}

test("R1: encodes numbers", () => {
  for (const [data, text] of NUMBERS) assert.equal(encode(bytes(data)), text);
});

test("R1: encodes single bytes", () => {
  for (let value = 1; value < 256; value++) {
    const high = Math.floor(value / 58);
    assert.equal(encode(Uint8Array.of(value)), (high > 0 ? ALPHABET[high] : "") + ALPHABET[value % 58]);
  }
});

test("R1: leaves the bytes as they were", () => {
  const data = Uint8Array.of(0, 0, 255, 1, 0, 17);
  encode(data);
  assert.deepEqual(data, Uint8Array.of(0, 0, 255, 1, 0, 17));
});

test("R1: encodes a part of a buffer", () => {
  assert.equal(encode(bytes("aa00ff00bb").subarray(1, 4)), "1LQX");
});

test("R2: decodes numbers", () => {
  for (const [data, text] of NUMBERS) assert.deepEqual(decode(text), bytes(data));
});

test("R2: decodes single digits", () => {
  for (const value of range(58)) assert.deepEqual(decode(ALPHABET[value]), Uint8Array.of(value));
});

test("R2: upper and lower case are different", () => {
  assert.deepEqual(decode("a"), Uint8Array.of(0x21));
  assert.deepEqual(decode("A"), Uint8Array.of(0x09));
  assert.notDeepEqual(decode("stv1dL6cWtRYkYv"), decode("StV1DL6CwTryKyV"));
});

test("R3: leading zeros", () => {
  for (const [data, text] of LEADING_ZEROS) assertBoth(bytes(data), text);
});

test("R3: zeros alone", () => {
  for (let count = 1; count < 70; count++) assertBoth(new Uint8Array(count), "1".repeat(count));
});

test("R3: zeros before and behind", () => {
  for (const before of range(20)) {
    for (const behind of range(20)) {
      const data = joined(new Uint8Array(before), [5], new Uint8Array(behind));
      const text = encode(data);
      assert.equal(/^1*/.exec(text)[0].length, before);
      assert.deepEqual(decode(text), data);
      assertBoth(
        joined(new Uint8Array(before), numberBytes(5n * 58n ** BigInt(behind))),
        `${"1".repeat(before)}6${"1".repeat(behind)}`,
      );
    }
  }
});

test("R4: nothing", () => {
  assertBoth(new Uint8Array(), "");
});

test("R4: nothing else is empty", () => {
  for (const value of range(256)) assert.notEqual(encode(Uint8Array.of(value)), "");
  for (const digit of ALPHABET) assert.notEqual(decode(digit).length, 0);
});

test("R5: all pairs of bytes", () => {
  for (const first of range(256)) {
    for (let second = first % 7; second < 256; second += 7) {
      const data = Uint8Array.of(first, second);
      const back = decode(encode(data));
      assert.ok(back.length === 2 && back[0] === first && back[1] === second, `${data}`);
    }
  }
});

test("R5: all pairs of characters", () => {
  for (const first of ALPHABET) {
    for (const second of ALPHABET) assert.equal(encode(decode(first + second)), first + second);
  }
});

test("R5: bytes of every length", () => {
  for (const length of range(100)) {
    const data = Uint8Array.from(numbers(length, 256));
    const ones = new Uint8Array(length).fill(255);
    for (const some of [data, data.toReversed(), ones, joined([1], new Uint8Array(length))]) {
      assert.deepEqual(decode(encode(some)), some);
    }
  }
});

test("R5: texts of every length", () => {
  for (const length of range(100)) {
    const digits = numbers(length, 58).map((digit) => ALPHABET[digit]);
    const text = digits.join("");
    for (const some of [text, digits.toReversed().join(""), "z".repeat(length), `2${"1".repeat(length)}`]) {
      assert.equal(encode(decode(some)), some);
    }
  }
});

test("R6: powers of 58", () => {
  for (const exponent of [...range(70).slice(1), 4999, 5000]) {
    const power = 58n ** BigInt(exponent);
    assertBoth(numberBytes(power), `2${"1".repeat(exponent)}`);
    assertBoth(numberBytes(power - 1n), "z".repeat(exponent));
  }
});

test("R6: 4096 bytes", () => {
  const data = new Uint8Array(4096).fill(255);
  const text = encode(data);
  assert.equal(text.length, 5594);
  assert.ok(text.startsWith("LsHDw8PAKAqf1k6o"));
  assert.ok(text.endsWith("rDXdrS7X9Ds4Db9Q"));
  assert.deepEqual(decode(text), data);
});

test("R6: zeros before a long number", () => {
  const number = Uint8Array.of(7, ...numbers(1999, 256));
  const data = joined(new Uint8Array(1000), number);
  const text = encode(data);
  assert.equal(text, "1".repeat(1000) + encode(number));
  assert.notEqual(text[1000], "1");
  assert.deepEqual(decode(text), data);
});

test("R7: the first bad character", () => {
  assertError("2Ol0", "O", 1);
  assertError("0", "0", 0);
  assertError("O", "O", 0);
  assertError("I", "I", 0);
  assertError("l", "l", 0);
  assertError("0OIl", "0", 0);
  assertError("lI", "l", 0);
  assertError("21I", "I", 2);
  assertError("1110", "0", 3);
  assertError("StV1DL6CwTryKyVl", "l", 15);
  assertError("z-z+z", "-", 1);
});

test("R7: every other ASCII character", () => {
  for (const code of range(128)) {
    const character = String.fromCharCode(code);
    if (!ALPHABET.includes(character)) assertError(`2z1A${character}0`, character, 4);
  }
});

test("R7: far positions", () => {
  assertError(`${"z".repeat(5000)}O${"z".repeat(20)}`, "O", 5000);
  assertError(`${"1".repeat(3000)}0`, "0", 3000);
});

test("R7: message with character and position", () => {
  for (const [text, character, position] of [
    ["2Ol0", "O", 1],
    ["~", "~", 0],
    ["zzzzzzzzzzzz~", "~", 12],
    ["2é", "é", 1],
    ["222\u216b", "\u216b", 3],
    ["21😀1", "😀", 2],
  ]) {
    assert.throws(
      () => decode(text),
      (error) => {
        const codePoints = error.message.match(/[0-9A-Fa-f]+/g).map((digits) => parseInt(digits, 16));
        assert.ok(error.message.includes(character) || codePoints.includes(character.codePointAt(0)), error.message);
        assert.match(error.message, new RegExp(`\\b${position}\\b`));
        return true;
      },
    );
  }
});

test("R7: is an Error", () => {
  assert.ok(InvalidCharacterError.prototype instanceof Error);
});

test("R8: white space and control characters", () => {
  assertError("2 1", " ", 1);
  assertError("21\n", "\n", 2);
  assertError(" ", " ", 0);
  assertError("21\0", "\0", 2);
  assertError(" 21", " ", 0);
  assertError("21 ", " ", 2);
  assertError("\t21", "\t", 0);
  assertError("\n21", "\n", 0);
  assertError("21\r\n", "\r", 2);
  assertError("\0", "\0", 0);
  assertError("1 ", " ", 1);
  assertError("2\v", "\v", 1);
  assertError("2\f", "\f", 1);
  assertError("2\x1f", "\x1f", 1);
  assertError("2\x7f", "\x7f", 1);
  assertError("2\x80", "\x80", 1);
  assertError("21\x85", "\x85", 2);
  assertError("21\u00a0", "\u00a0", 2);
  assertError("\u200321", "\u2003", 0);
  assertError("\ufeff21", "\ufeff", 0);
});

test("R9: characters outside ASCII", () => {
  assertError("2é", "é", 1);
  assertError("21😀1", "😀", 2);
  assertError("😀", "😀", 0);
  assertError("é21", "é", 0);
  assertError("2éé0", "é", 1);
  assertError("2e\u0301\u0301", "\u0301", 2);
  assertError("\uff11", "\uff11", 0); // full-width 1
  assertError("2\u0410", "\u0410", 1); // Cyrillic A
  assertError("\u0141", "\u0141", 0); // its last 8 bits are those of A
  assertError("\u0661", "\u0661", 0); // Arabic-Indic 1
  assertError("2\u00b9", "\u00b9", 1); // superscript 1
  assertError("2\u00b1", "\u00b1", 1); // its last 7 bits are those of 1
  assertError("2\u{10041}", "\u{10041}", 1); // its last 16 bits are those of A
  assertError("2\u{10ffff}", "\u{10ffff}", 1);
});

test("R9: characters with the low bits of digits", () => {
  for (const character of ALPHABET) {
    for (const offset of [0x80, 0x100, 0x1000, 0xff00 - 0x20, 0x10000, 0x100000]) {
      const other = String.fromCodePoint(character.charCodeAt(0) + offset);
      assertError(`11${other}`, other, 2);
    }
  }
});
