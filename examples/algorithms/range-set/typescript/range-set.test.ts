import assert from "node:assert/strict";
import { test } from "node:test";

import { contains, difference, intersection, InvalidRangeError, rangeSet, size, union } from "./range-set.ts";
import type { Range, RangeSet } from "./range-set.ts";

const BOUND = 2 ** 52;

type Pair = [start: number, end: number];

const toRange = ([start, end]: Pair): Range => ({ start, end });
const set = (...pairs: Pair[]): RangeSet => rangeSet(pairs.map(toRange));

function assertRanges(actual: RangeSet, ...expected: Pair[]): void {
  assert.deepEqual(actual, expected.map(toRange));
  assert.equal(size(actual), expected.reduce((sum, [start, end]) => sum + end - start, 0));
}

/** All sets of the integers 0 to 4, as bits. */
const BITS = Array.from({ length: 32 }, (_, bits) => bits);
const ofBits = (bits: number): RangeSet =>
  set(...[0, 1, 2, 3, 4].filter((n) => bits & (1 << n)).map((n): Pair => [n, n + 1]));
const toBits = (ranges: RangeSet): number =>
  [0, 1, 2, 3, 4, 5].reduce((bits, n) => bits | (contains(ranges, n) ? 1 << n : 0), 0);

test("R1: the fewest ranges in ascending order", () => {
  assertRanges(set([5, 9], [1, 3], [3, 4], [2, 3], [8, 12]), [1, 4], [5, 12]);
  assertRanges(set([10, 11], [9, 10], [2, 3]), [2, 3], [9, 11]);
  assertRanges(set([1, 9], [2, 3], [4, 5]), [1, 9]);
  assertRanges(set([1, 2], [1, 2], [1, 2]), [1, 2]);
  assertRanges(set([1, 3], [1, 5], [4, 5]), [1, 5]);
  assertRanges(set([-5, -3], [-100, -20], [3, 20]), [-100, -20], [-5, -3], [3, 20]);
  assertRanges(set([1, 2], [3, 4]), [1, 2], [3, 4]);
  assertRanges(set([-0, 1], [-3, -0]), [-3, 1]);
  assertRanges(set([-0, 1]), [0, 1]);
  assertRanges(set([-3, -0]), [-3, 0]);
});

test("R2: union, intersection and difference", () => {
  const a = set([1, 4], [6, 9]);
  const b = set([3, 7]);
  assertRanges(union(a, b), [1, 9]);
  assertRanges(union(b, a), [1, 9]);
  assertRanges(intersection(a, b), [3, 4], [6, 7]);
  assertRanges(difference(a, b), [1, 3], [7, 9]);
  assertRanges(difference(b, a), [4, 6]);
  assertRanges(difference(set([0, 10]), set([2, 3], [5, 6], [9, 12])), [0, 2], [3, 5], [6, 9]);
});

test("R2: all pairs of small sets", () => {
  for (const left of BITS) {
    for (const right of BITS) {
      const [a, b] = [ofBits(left), ofBits(right)];
      assert.equal(toBits(union(a, b)), left | right);
      assert.equal(toBits(intersection(a, b)), left & right);
      assert.equal(toBits(difference(a, b)), left & ~right);
      assert.deepEqual(union(a, b), ofBits(left | right));
      assert.deepEqual(intersection(a, b), ofBits(left & right));
      assert.deepEqual(difference(a, b), ofBits(left & ~right));
    }
  }
});

test("R3: nothing", () => {
  assertRanges(set());
  assertRanges(set([3, 3], [7, 7]));
  assertRanges(set([1, 5], [3, 3], [9, 9], [5, 5], [0, 0]), [1, 5]);
  const some = set([1, 2]);
  assertRanges(union(some, set()), [1, 2]);
  assertRanges(union(set(), some), [1, 2]);
  assertRanges(intersection(some, set()));
  assertRanges(intersection(set(), some));
  assertRanges(difference(set(), some));
  assertRanges(difference(some, set()), [1, 2]);
  assertRanges(difference(some, some));
  assertRanges(union(some, some), [1, 2]);
});

test("R3: ranges that touch", () => {
  assertRanges(union(set([0, 5]), set([5, 9])), [0, 9]);
  assertRanges(intersection(set([0, 5]), set([5, 9])));
  assertRanges(difference(set([0, 9]), set([0, 5])), [5, 9]);
  assertRanges(difference(set([0, 9]), set([5, 9])), [0, 5]);
  assertRanges(union(set([0, 2], [4, 6]), set([2, 4])), [0, 6]);
});

test("R4: members", () => {
  const ranges = set([-2, 1], [5, 6]);
  assert.equal(size(ranges), 4);
  for (const value of [-2, -1, 0, 5]) {
    assert.equal(contains(ranges, value), true);
  }
  for (const value of [-3, 1, 2, 4, 6, 7, -1.5, NaN, Infinity]) {
    assert.equal(contains(ranges, value), false);
  }
  assert.equal(contains(set(), 0), false);
});

test("R5: sets never change", () => {
  const list = [
    { start: 1, end: 3 },
    { start: 7, end: 9 },
  ];
  const a = rangeSet(list);
  list[0].end = 99;
  list.pop();
  assertRanges(a, [1, 3], [7, 9]);
  const b = set([2, 8]);
  for (const result of [union(a, b), intersection(a, b), difference(a, b), a]) {
    assert.throws(() => {
      (result as Range[]).pop();
    }, TypeError);
    assert.throws(() => {
      (result[0] as { start: number }).start = -99;
    }, TypeError);
  }
  assertRanges(a, [1, 3], [7, 9]);
  assertRanges(b, [2, 8]);
});

test("R6: ranges that can not be", () => {
  const far = BOUND + 1;
  const outside: Pair[] = [[0, far], [-far, 0], [far, far], [-far, -far], [0, Infinity]];
  const wrong: Pair[] = [[3, 2], [0.5, 2], [0, 1.5], [NaN, 1], ...outside];
  for (const pair of wrong) {
    const lists: [number, Pair[]][] = [
      [0, [pair]],
      [2, [[5, 6], [1, 1], pair, [9, 8]]],
    ];
    for (const [index, pairs] of lists) {
      assert.throws(
        () => set(...pairs),
        (error: unknown) => {
          assert.ok(error instanceof InvalidRangeError);
          assert.equal(error.index, index);
          assert.match(error.message, new RegExp(`\\b${index}\\b`));
          return true;
        },
      );
    }
  }
});

test("R7: the bounds", () => {
  const all = set([-BOUND, BOUND]);
  assertRanges(all, [-BOUND, BOUND]);
  assert.equal(size(all), 2 ** 53);
  assert.deepEqual(
    [-BOUND, BOUND - 1, BOUND].map((value) => contains(all, value)),
    [true, true, false],
  );
  const rest = difference(all, set([0, 1]));
  assertRanges(rest, [-BOUND, 0], [1, BOUND]);
  assert.equal(size(rest), 2 ** 53 - 1);
  assertRanges(difference(all, all));
  assertRanges(set([BOUND, BOUND], [-BOUND, -BOUND]));
});

test("R8: many ranges", () => {
  const count = 200_000;
  const pairs = Array.from({ length: count }, (_, i): Pair => [4 * i, 4 * i + 2]).reverse();
  const start = performance.now();
  const a = rangeSet(pairs.map(toRange));
  const b = rangeSet(pairs.map(([from, to]) => ({ start: from + 1, end: to + 1 })));
  assert.equal(size(union(a, b)), 3 * count);
  assert.equal(size(intersection(a, b)), count);
  assert.equal(difference(a, b).length, count);
  let found = 0;
  for (let i = 0; i < count; i++) {
    found += contains(a, 4 * i + (i % 4)) ? 1 : 0;
  }
  assert.equal(found, count / 2);
  assert.ok(performance.now() - start < 5000);
});
