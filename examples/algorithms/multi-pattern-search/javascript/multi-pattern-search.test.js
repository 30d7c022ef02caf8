import assert from "node:assert/strict";
import { test } from "node:test";

import { EmptyWordError, Searcher } from "./multi-pattern-search.js";

const triples = (matches) => matches.map(({ index, start, end }) => [index, start, end]);

/** Compares the matches as triples; that each is where it says is checked by the way. */
function assertFound(words, text, expected) {
  const matches = new Searcher(words).search(text);
  for (const { index, start, end } of matches) assert.equal(text.slice(start, end), words[index]);
  assert.deepEqual(triples(matches), expected, JSON.stringify([words.slice(0, 9), text.slice(0, 50)]));
}

/** The same by trying each word at each place. */
function tryEverywhere(words, text) {
  const found = [];
  for (const [index, word] of words.entries()) {
    for (let start = 0; start < text.length; start += 1) {
      if (text.startsWith(word, start)) found.push([index, start, start + word.length]);
    }
  }
  return found.sort((a, b) => a[2] - b[2] || a[1] - b[1] || a[0] - b[0]);
}

/** Numbers from 0 up to a bound, always the same. */
function seeded(state) {
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 16) % below;
  };
}

test("R1: words that overlap", () => {
  assertFound(["he", "she", "his", "hers"], "ushers", [[1, 1, 4], [0, 2, 4], [3, 2, 6]]);
});

test("R1: inside longer words", () => {
  assertFound(["cat"], "concatenate cats", [[0, 3, 6], [0, 12, 15]]);
});

test("R1: the search goes on when a word is given up", () => {
  assertFound(["abd", "bc"], "abc", [[1, 1, 3]]);
  assertFound(["aab"], "aaab", [[0, 1, 4]]);
  assertFound(["ababc"], "abababc", [[0, 2, 7]]);
  assertFound(["abcabd"], "abcabcabd", [[0, 3, 9]]);
  assertFound(["abcx", "bcy", "cz"], "abcz", [[2, 2, 4]]);
  assertFound(["abcx", "bcy", "cz"], "abcy", [[1, 1, 4]]);
  assertFound(["abcx", "bcy", "cz"], "abxbcy", [[1, 3, 6]]);
  assertFound(["ab"], "axb", []);
  assertFound(["ab", "cd"], "ab!cdacbd", [[0, 0, 2], [1, 3, 5]]);
});

test("R1, R2: the same as trying everywhere", () => {
  const random = seeded(1);
  const draw = (letters, length) => Array.from({ length }, () => letters[random(letters.length)]).join("");
  for (const alphabet of ["ab", "abc", "aé😀"]) {
    const letters = [...alphabet];
    for (let i = 0; i < 100; i += 1) {
      const words = Array.from({ length: 1 + random(8) }, () => draw(letters, 1 + random(5)));
      const text = draw([...letters, "x"], 30);
      assertFound(words, text, tryEverywhere(words, text));
    }
  }
});

test("R2: by end, start and index", () => {
  assertFound(["bc", "abcd", "c", "abc"], "abcd", [[3, 0, 3], [0, 1, 3], [2, 2, 3], [1, 0, 4]]);
  assertFound(["c", "abc", "bc", "abcd"], "abcd", [[1, 0, 3], [2, 1, 3], [0, 2, 3], [3, 0, 4]]);
});

test("R2: the order of the words has no influence", () => {
  const all = ["bc", "abcd", "c", "abc"];
  const permutations = (items) =>
    items.length === 0 ? [[]] : items.flatMap((item) => permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));
  for (const words of permutations(all)) {
    const found = new Searcher(words).search("abcd").map(({ index }) => words[index]);
    assert.deepEqual(found, ["abc", "bc", "c", "abcd"]);
  }
});

test("R2: by end before start", () => {
  assertFound(["abcde", "c"], "abcde", [[1, 2, 3], [0, 0, 5]]);
});

test("R3: a word overlaps itself", () => {
  assertFound(["aa"], "aaaa", [[0, 0, 2], [0, 1, 3], [0, 2, 4]]);
  assertFound(["abab"], "ababab", [[0, 0, 4], [0, 2, 6]]);
});

test("R3: words within words", () => {
  assertFound(["a", "aa", "aaa"], "aaa", [[0, 0, 1], [1, 0, 2], [0, 1, 2], [2, 0, 3], [1, 1, 3], [0, 2, 3]]);
  const words = ["abcde", "ab", "cd", "de", "bcd"];
  assertFound(words, "abcde", [[1, 0, 2], [4, 1, 4], [2, 2, 4], [0, 0, 5], [3, 3, 5]]);
});

test("R3: a suffix that is only the beginning of a word", () => {
  assertFound(["abcd", "cde", "d"], "abcd", [[0, 0, 4], [2, 3, 4]]);
  assertFound(["abcx", "bcy", "c"], "abc", [[2, 2, 3]]);
});

test("R4: equal words", () => {
  assertFound(["b", "ab", "b"], "ab", [[1, 0, 2], [0, 1, 2], [2, 1, 2]]);
  assertFound(["a", "a", "a"], "aa", [[0, 0, 1], [1, 0, 1], [2, 0, 1], [0, 1, 2], [1, 1, 2], [2, 1, 2]]);
  assertFound(["a", "ba", "a", "ba"], "ba", [[1, 0, 2], [3, 0, 2], [0, 1, 2], [2, 1, 2]]);
});

test("R5: nothing found", () => {
  assertFound([], "text", []);
  assertFound([], "", []);
  assertFound(["a"], "", []);
  assertFound(["abc", "x"], "aabbcc", []);
  assertFound(["abc"], "ab", []);
  assertFound(["abc", "bcd"], "abab", []);
  assertFound(["é"], "e", []);
});

test("R5: start, end and the whole text", () => {
  assertFound(["ab"], "abxab", [[0, 0, 2], [0, 3, 5]]);
  assertFound(["abc"], "abc", [[0, 0, 3]]);
  assertFound(["a"], "a", [[0, 0, 1]]);
});

test("R6: words are compared exactly", () => {
  assertFound(["He"], "he HE hE", []);
  assertFound(["he"], "He the", [[0, 4, 6]]);
  assertFound(["\u00e9"], "e\u0301", []);
  assertFound(["e", "e\u0301"], "e\u0301", [[0, 0, 1], [1, 0, 2]]);
  assertFound(["e"], "\u00e9", []);
  assertFound(["😀"], "😁", []);
  assertFound(["😀"], "😁😀", [[0, 2, 4]]);
  assertFound(["a"], "\u0161\u6161\u{10061}", []);
  assertFound(["\u00e9"], "\u0129\u00a9\u00c3", []);
  assertFound(["a", "¤", "¥"], "¥a", [[2, 0, 1], [0, 1, 2]]);
  assertFound(["__proto__", "length"], "x__proto__length", [[0, 1, 10], [1, 10, 16]]);
});

test("R6: all characters stand for themselves", () => {
  for (const character of [" ", "\t", "\n", "\r", "\0", ...".*+?[](){}^$|\\"]) {
    const words = [`a${character}b`, character];
    assertFound(words, `axb-ab${character}a${character}b`, [[1, 6, 7], [1, 8, 9], [0, 7, 10]]);
  }
});

test("R6: places after any character", () => {
  const characters = ["z", "\x7f", "\x80", "é", "\u07ff", "\u0800", "中", "\ud7ff", "\ue000", "\uffff", "😀", "\u{10ffff}"];
  for (const before of characters) {
    const size = before.length;
    assertFound(["ab", before], `${before}ab${before}${before}ab`, [
      [1, 0, size],
      [0, size, size + 2],
      [1, size + 2, 2 * size + 2],
      [1, 2 * size + 2, 3 * size + 2],
      [0, 3 * size + 2, 3 * size + 4],
    ]);
  }
});

test("R6: all bytes of UTF-8", () => {
  const codes = Array.from({ length: 0x800 }, (_, code) => code);
  for (let code = 0x800; code < 0xd800; code += 0x800) codes.push(code);
  codes.push(0xe000, 0xf000, 0x10000, 0x40000, 0x80000, 0xc0000, 0x100000);
  const words = codes.map((code) => String.fromCodePoint(code));
  let end = 0;
  const expected = words.map((word, index) => [index, end, (end += word.length)]);
  assertFound(words, words.join(""), expected);
});

test("R7: an empty word", () => {
  for (const [words, index] of [[[""], 0], [["", "a"], 0], [["a", ""], 1], [["a", "b", "", "c", ""], 2], [["a", "a", ""], 2]]) {
    assert.throws(
      () => new Searcher(words),
      (error) => {
        assert.ok(error instanceof EmptyWordError);
        assert.ok(error instanceof RangeError);
        assert.equal(error.index, index);
        assert.match(error.message, new RegExp(`\\b${index}\\b`));
        assert.equal(error.name, "EmptyWordError");
        return true;
      },
    );
  }
});

test("R8: each search begins afresh", () => {
  const searcher = new Searcher(["ab"]);
  assert.deepEqual(searcher.search("a"), []);
  assert.deepEqual(searcher.search("b"), []);
  assert.deepEqual(searcher.search("ab"), [{ index: 0, start: 0, end: 2 }]);
  assert.deepEqual(searcher.search("b"), []);
});

test("R8: results are independent", () => {
  const searcher = new Searcher(["a", "ba", "a"]);
  const expected = [[1, 0, 2], [0, 1, 2], [2, 1, 2]];
  const first = searcher.search("ba");
  assert.deepEqual(triples(first), expected);
  first[0].start = 7;
  first.length = 1;
  const second = searcher.search("ba");
  assert.deepEqual(triples(second), expected);
  second.push(second[0]);
  assert.deepEqual(triples(searcher.search("ba")), expected);
});

test("R8: the list of words is independent", () => {
  const words = ["b", "ab", "b"];
  const searcher = new Searcher(words);
  assert.deepEqual(words, ["b", "ab", "b"]);
  words.splice(0, 3, "x");
  assert.deepEqual(triples(searcher.search("abx")), [[1, 0, 2], [0, 1, 2], [2, 1, 2]]);
});

test("R8: searchers are independent", () => {
  const one = new Searcher(["ab", "b"]);
  const other = new Searcher(["bc", "abc"]);
  assert.deepEqual(triples(one.search("abc")), [[0, 0, 2], [1, 1, 2]]);
  assert.deepEqual(triples(other.search("abc")), [[1, 0, 3], [0, 1, 3]]);
  assert.deepEqual(triples(one.search("abc")), [[0, 0, 2], [1, 1, 2]]);
});

test("R9: a long word", () => {
  const expected = Array.from({ length: 11 }, (_, start) => [0, start, start + 10_000]);
  assertFound(["a".repeat(10_000)], "a".repeat(10_010), expected);
});

test("R9: many words", () => {
  const words = Array.from({ length: 2_000 }, (_, index) => String(index * 4_321_987).padStart(10, "0"));
  const found = new Set(new Searcher(words).search(words.join("")).map(({ index, start, end }) => `${index} ${start} ${end}`));
  for (const index of words.keys()) assert.ok(found.has(`${index} ${10 * index} ${10 * index + 10}`));
});
