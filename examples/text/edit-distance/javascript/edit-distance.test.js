import assert from "node:assert/strict";
import { test } from "node:test";

import { editDistance } from "./edit-distance.js";

/** The distance, which has to be the same in both directions. */
function bothWays(first, second) {
  const distance = editDistance(first, second);
  assert.equal(editDistance(second, first), distance);
  return distance;
}

function assertDistances(cases) {
  for (const [first, second, distance] of cases) {
    assert.equal(bothWays(first, second), distance, JSON.stringify([first.slice(0, 40), second.slice(0, 40)]));
  }
}

/** The same text each time, in every language that these tests are written in. */
function someText(seed, length, alphabet) {
  const characters = [...alphabet];
  let text = "";
  for (let i = 0; i < length; i += 1) {
    seed = (seed * 16807) % 2147483647;
    text += characters[seed % characters.length];
  }
  return text;
}

function byWholeTable(first, second) {
  const [a, b] = [[...first], [...second]];
  const table = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i += 1) {
    table.push([i]);
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = table[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      table[i].push(Math.min(replaced, table[i - 1][j] + 1, table[i][j - 1] + 1));
    }
  }
  return table[a.length][b.length];
}

test("R1: fewest edits", () => {
  assertDistances([
    ["kitten", "sitting", 3],
    ["intention", "execution", 5],
    ["flaw", "lawn", 2],
    ["abcdef", "bcdefg", 2],
    ["saturday", "sunday", 3],
    ["abc", "xyz", 3],
    ["abcdefgh", "axcxexgx", 4],
    ["abcde", "xaxbxcxdxex", 6],
  ]);
});

test("R1: as by the whole table", () => {
  for (const alphabet of ["ab", "abcd", "aáé中😀🨀"]) {
    for (let seed = 1; seed <= 12; seed += 1) {
      const first = someText(seed, (seed * 37) % 150, alphabet);
      const second = someText(seed + 100, (seed * 61) % 150, alphabet);
      assert.equal(editDistance(first, second), byWholeTable(first, second), `${first} ${second}`);
    }
  }
});

test("R1: lengths around words of the machine", () => {
  for (const length of [31, 32, 33, 63, 64, 65, 127, 128, 129]) {
    const [first, second] = [someText(3, length, "abc"), someText(4, length, "abc")];
    assert.equal(editDistance(first, second), byWholeTable(first, second), `${length}`);
    assertDistances([
      ["a".repeat(length), "b".repeat(length), length],
      [`x${"ab".repeat(length)}`, `${"ab".repeat(length)}y`, 2],
      [`${"a".repeat(length)}b`, "b", length],
    ]);
  }
});

test("R2: each edit costs one", () => {
  assertDistances([
    ["ab", "ba", 2],
    ["ca", "abc", 3],
    ["abc", "axc", 1],
    ["abc", "abxc", 1],
    ["abc", "ac", 1],
    ["abcd", "badc", 3],
    ["a", "b", 1],
    ["abc", "bca", 2],
  ]);
});

test("R3: only identical texts give zero", () => {
  for (const text of ["a", "kitten", "日本語", "a😀b", "ab".repeat(100), " \n\0\ufeff"]) {
    assertDistances([
      [text, `${text}`, 0],
      [text, `${text}x`, 1],
      [text, `x${text}`, 1],
      [text, `${[...text].slice(0, -1).join("")}x`, 1],
    ]);
  }
});

test("R3: common ends", () => {
  assertDistances([
    ["ab", "aab", 1],
    ["xay", "xaay", 1],
    ["aXbXa", "aXa", 2],
    ["aaaa", "aa", 2],
    ["prefix-one", "prefix-two", 3],
    ["one-suffix", "two-suffix", 3],
    ["abXYcd", "abZcd", 2],
    ["ababab", "abab", 2],
    ["abcabc", "abc", 3],
  ]);
});

test("R3: calls are independent", () => {
  const pairs = [
    ["kitten", "sitting", 3],
    ["a".repeat(200), "b".repeat(150), 200],
    ["", "abc", 3],
    ["flaw", "lawn", 2],
    ["b".repeat(150), "ab".repeat(75), 75],
    ["same", "same", 0],
  ];
  for (const [first, second, distance] of [...pairs, ...pairs, ...pairs.toReversed()]) {
    assert.equal(editDistance(first, second), distance);
  }
});

test("R4: empty text", () => {
  assertDistances([
    ["", "", 0],
    ["a", "", 1],
    ["héllo😀", "", 6],
    ["kitten", "", 6],
    ["😀😁", "", 2],
    ["\0", "", 1],
    ["a".repeat(3000), "", 3000],
  ]);
});

test("R4: what is no text is refused", () => {
  const others = [undefined, null, 0, 7, 1.5, true, 7n, ["a", "b"], [], {}, new Set("ab"), new String("ab"), Symbol("ab")];
  for (const other of others) {
    for (const [first, second] of [[other, other], [other, "ab"], ["ab", other], [other, ""], ["", other]]) {
      assert.throws(() => editDistance(first, second), TypeError, typeof other);
    }
  }
});

test("R5: every code point is one character", () => {
  assertDistances([
    ["😀", "x", 1],
    ["a😀b", "a😁b", 1],
    ["😀😁", "😁", 1],
    ["\u{1f600}", "\u{1fa00}", 1],
    ["😀", "😁", 1],
    ["é", "è", 1],
    ["日本語", "日本", 1],
    ["\u{10ffff}", "\uffff", 1],
    ["\uffffa", "\uffffb", 1],
    ["😀😁😂", "😂😀😁", 2],
    ["aé中😀", "😀中éa", 4],
    ["áa", "aá", 2],
  ]);
});

test("R5: many different code points", () => {
  // Multiples of a power of two are alike for whoever looks at the low bits only.
  for (const gap of [1, 2, 64, 128, 256, 1024, 4096]) {
    const points = Array.from({ length: 160 }, (_, i) => String.fromCodePoint(0x10000 + gap * i));
    const [spaced, others] = [points.slice(0, 80), points.slice(80)];
    assertDistances([
      [spaced.join(""), others.join(""), 80],
      [spaced.join(""), ["x", ...spaced.slice(0, -1)].join(""), 2],
      [spaced.join(""), [...spaced.slice(3), ...others.slice(0, 2)].join(""), 5],
    ]);
  }
});

test("R6: nothing is changed before", () => {
  assertDistances([
    ["\u00e9", "e\u0301", 2],
    ["A", "a", 1],
    ["ß", "ss", 2],
    ["a", "a\ufe0f", 1],
    ["a\0b", "a\0c", 1],
    ["ab", "a\0b", 1],
    ["ab", "ab\0", 1],
    ["ab", " ab ", 2],
    ["ab", "ab\n", 1],
    ["ab", "\r\nab", 2],
    ["ab", "\ufeffab", 1],
    ["\ufeff", "\u2060", 1],
    ["\u{1f468}\u200d\u{1f469}\u200d\u{1f467}", "", 5],
    ["\u{1f468}\u200d\u{1f469}\u200d\u{1f467}", "\u{1f468}\u{1f469}\u{1f467}", 2],
    ["ﬁ", "fi", 2],
    ["Å", "\u212b", 1],
  ]);
});

test("R7: long texts", () => {
  assert.equal(bothWays(someText(1, 2000, "abcd"), someText(2, 2000, "abcd")), 1054);
});

test("R7: long and short text", () => {
  const spread = [..."abcdefghij"].map((letter) => letter + "-".repeat(9999)).join("");
  assert.equal(bothWays(spread, "abcdefghij"), 99_990);
  assert.equal(bothWays(spread, "jihgfedcba"), 99_999);
});

test("R7: distances above 16 bits", () => {
  assert.equal(bothWays("x".repeat(70_000), "y".repeat(5)), 70_000);
  assert.equal(bothWays("x".repeat(65_535), "y"), 65_535);
  assert.equal(bothWays("x".repeat(65_536), "y"), 65_536);
});

test("R8: memory is linear", () => {
  // A table of two bytes for each pair would be 275 MiB; the 24,000 code points may take 6. The rest is for the machine.
  const [first, second] = [someText(1, 12_000, "abcd"), someText(2, 12_000, "abcd")];
  assertLittleMemory(first, second, 6230);
});

test("R8: memory is linear with many different code points", () => {
  // A bit for each code point of the text in a set for each different one would be 107 MiB.
  const many = Array.from({ length: 30_000 }, (_, i) => String.fromCodePoint(0x10000 + i)).join("");
  assertLittleMemory(many, "abcdefghij", 30_000);
});

function assertLittleMemory(first, second, distance) {
  const before = process.resourceUsage().maxRSS;
  assert.equal(editDistance(first, second), distance);
  assert.ok(process.resourceUsage().maxRSS - before < 64 * 1024, "less than 64 MiB more");
}
