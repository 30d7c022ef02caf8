import assert from "node:assert/strict";
import { test } from "node:test";

import { naturalSort } from "./natural-sort.js";

function* permutations(items) {
  if (items.length < 2) yield items;
  for (let i = 0; i < items.length && items.length > 1; i += 1) {
    for (const rest of permutations(items.toSpliced(i, 1))) yield [items[i], ...rest];
  }
}

/** The names come out in this order, whatever order they go in. */
function assertOrder(...expected) {
  for (const names of permutations(expected).take(200)) {
    assert.deepEqual(naturalSort(names), expected);
  }
}

for (const expected of [
  ["file1", "file2", "file10"],
  ["v1.9.3", "v1.10.0", "v1.10.2", "v2.0.0"],
  ["a0b2", "a0b10", "a1b1"],
  ["1", "9", "10", "100"],
  ["img 7.png", "img 12.png", "img 12a.png"],
]) {
  test(`R1: numbers by value: ${expected[0]}`, () => assertOrder(...expected));
}

test("R1: text between numbers as text", () => assertOrder("a1", "a1-", "a1b", "ab1", "b1"));

test("R1: text by code points", () => {
  assertOrder("a", "z", "é", "\ufffd", "\u{1f600}");
  assertOrder("\u{1f600}a", "\u{1f600}b", "\u{1f600}\u{1f600}");
});

test("R2: case is ignored", () => {
  assertOrder("a1", "B2", "c3");
  assertOrder("a9", "A10");
  assertOrder("a", "AB");
  assertOrder("é1", "É2", "é10");
  assertOrder("οδος.a1", "ΟΔΟΣ.A2", "οδος.a10");
});

test("R3: equals come by code points", () => {
  assertOrder("file01", "file1");
  assertOrder("A", "a");
  assertOrder("a0", "a00");
  assertOrder("B1", "b01", "b1");
});

test("R3: the result does not depend on the order of the input", () => assertOrder("X01y", "X1Y", "x01Y", "x1y"));

test("R3: ties yield to later differences", () => assertOrder("a1b1", "a01b2", "a1b3"));

for (const digits of [20, 5_000, 10_000]) {
  test(`R4: numbers of ${digits} digits`, () => {
    const low = "n" + "1".repeat(digits);
    assertOrder("n2", low, low.slice(0, -1) + "2", low + "0");
  });
}

test("R4: leading zeros do not lengthen a number", () => assertOrder("n" + "0".repeat(6_000) + "1", "n2", "n10"));

test("R5: digits and text mix", () => {
  assertOrder("", "1", "1a", "2", "10", "a", "a1", "b");
  assertOrder("a", "a1", "a1b", "ab");
  assertOrder("9-", "10", "-1");
});

test("R6: other digits are text", () => {
  assertOrder("x9", "x²", "x٣");
  assertOrder("x10", "x²");
  assertOrder("٢1", "٢2", "٢10");
  assertOrder("a٣", "a٣٠", "a٤");
});

test("R7: the input is left as it was", () => {
  const names = Object.freeze(["b", "a10", "a2", "b"]);
  assert.deepEqual(naturalSort(names), ["a2", "a10", "b", "b"]);
});

test("R7: an empty list gives a new empty list", () => {
  const names = [];
  const result = naturalSort(names);
  assert.deepEqual(result, []);
  assert.notEqual(result, names);
});

for (const [names, index] of [
  [[3], 0],
  [["a", null], 1],
  [["a", "b", Symbol("c"), 4], 2],
  [["a", undefined], 1],
  [["a", , "b"], 1],
]) {
  test(`R8: item ${index} of ${names.length} is refused`, () => {
    assert.throws(() => naturalSort(names), (error) => error instanceof TypeError && new RegExp(`\\b${index}\\b`).test(error.message));
  });
}
