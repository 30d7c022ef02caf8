import assert from "node:assert/strict";
import { test } from "node:test";

import { InvalidRangeError, RangeSet } from "./range-set.js";

const BOUND = 2 ** 52;

const set = (...ranges) => new RangeSet(ranges);

function assertRanges(actual, ...expected) {
  assert.deepEqual(actual.ranges, expected);
  assert.equal(actual.size, expected.reduce((sum, [start, end]) => sum + end - start, 0));
}

/** All sets of the integers 0 to 4, as bits. */
const BITS = Array.from({ length: 32 }, (_, bits) => bits);
const ofBits = (bits) => set(...[0, 1, 2, 3, 4].filter((n) => bits & (1 << n)).map((n) => [n, n + 1]));
const toBits = (ranges) => [0, 1, 2, 3, 4, 5].reduce((bits, n) => bits | (ranges.contains(n) ? 1 << n : 0), 0);

test("R1: the fewest ranges in ascending order", () => {
  assertRanges(set([5, 9], [1, 3], [3, 4], [2, 3], [8, 12]), [1, 4], [5, 12]);
  assertRanges(set([10, 11], [9, 10], [2, 3]), [2, 3], [9, 11]);
  assertRanges(set([1, 9], [2, 3], [4, 5]), [1, 9]);
  assertRanges(set([1, 2], [1, 2], [1, 2]), [1, 2]);
  assertRanges(set([1, 5], [1, 3], [4, 5]), [1, 5]);
  assertRanges(set([-5, -3], [-100, -20], [3, 20]), [-100, -20], [-5, -3], [3, 20]);
  assertRanges(set([1, 2], [3, 4]), [1, 2], [3, 4]);
  assertRanges(set([-0, 1], [-3, -0]), [-3, 1]);
  assertRanges(set([-0, 1]), [0, 1]);
  assertRanges(set([-3, -0]), [-3, 0]);
});

test("R1: any iterable will do", () => {
  assertRanges(new RangeSet(new Set([[3, 4], [1, 2]])), [1, 2], [3, 4]);
});

test("R2: union, intersection and difference", () => {
  const a = set([1, 4], [6, 9]);
  const b = set([3, 7]);
  assertRanges(a.union(b), [1, 9]);
  assertRanges(a.intersection(b), [3, 4], [6, 7]);
  assertRanges(a.difference(b), [1, 3], [7, 9]);
  assertRanges(b.difference(a), [4, 6]);
  assertRanges(set([0, 10]).difference(set([2, 3], [5, 6], [9, 12])), [0, 2], [3, 5], [6, 9]);
});

test("R2: all pairs of small sets", () => {
  for (const left of BITS) {
    for (const right of BITS) {
      const [a, b] = [ofBits(left), ofBits(right)];
      assert.equal(toBits(a.union(b)), left | right);
      assert.equal(toBits(a.intersection(b)), left & right);
      assert.equal(toBits(a.difference(b)), left & ~right);
      assert.deepEqual(a.union(b).ranges, ofBits(left | right).ranges);
      assert.deepEqual(a.difference(b).ranges, ofBits(left & ~right).ranges);
    }
  }
});

test("R3: nothing", () => {
  assertRanges(set());
  assertRanges(new RangeSet());
  assertRanges(set([3, 3], [7, 7]));
  assertRanges(set([1, 5], [3, 3], [9, 9]), [1, 5]);
  const some = set([1, 2]);
  assertRanges(some.union(set()), [1, 2]);
  assertRanges(set().union(some), [1, 2]);
  assertRanges(some.intersection(set()));
  assertRanges(set().difference(some));
  assertRanges(some.difference(set()), [1, 2]);
  assertRanges(some.difference(some));
  assertRanges(some.union(some), [1, 2]);
});

test("R3: ranges that touch", () => {
  assertRanges(set([0, 5]).union(set([5, 9])), [0, 9]);
  assertRanges(set([0, 5]).intersection(set([5, 9])));
  assertRanges(set([0, 9]).difference(set([0, 5])), [5, 9]);
  assertRanges(set([0, 9]).difference(set([5, 9])), [0, 5]);
  assertRanges(set([0, 2], [4, 6]).union(set([2, 4])), [0, 6]);
});

test("R4: members", () => {
  const ranges = set([-2, 1], [5, 6]);
  assert.equal(ranges.size, 4);
  for (const value of [-2, -1, 0, 5]) {
    assert.equal(ranges.contains(value), true);
  }
  for (const value of [-3, 1, 2, 4, 6, 7, -1.5, NaN, "0", Infinity]) {
    assert.equal(ranges.contains(value), false);
  }
  assert.equal(set().contains(0), false);
});

test("R5: sets never change", () => {
  const list = [[1, 3], [7, 9]];
  const a = new RangeSet(list);
  const b = set([2, 8]);
  list[0][1] = 99;
  list.pop();
  a.union(b);
  a.intersection(b);
  a.difference(b);
  a.ranges[0][0] = -99;
  a.ranges.pop();
  assertRanges(a, [1, 3], [7, 9]);
  assertRanges(b, [2, 8]);
  const same = a.union(set());
  assertRanges(same.difference(a));
  assertRanges(a, [1, 3], [7, 9]);
});

test("R6: ranges that can not be", () => {
  const far = BOUND + 1;
  const outside = [[0, far], [-far, 0], [far, far], [-far, -far], [0, Infinity]];
  const wrong = [[3, 2], [0.5, 2], [0, 1.5], [NaN, 1], ["0", "1"], ...outside];
  for (const range of wrong) {
    for (const [index, list] of [
      [0, [range]],
      [2, [[5, 6], [1, 1], range, [9, 8]]],
    ]) {
      assert.throws(
        () => new RangeSet(list),
        (error) => {
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
  assert.equal(all.size, 2 ** 53);
  assert.deepEqual([all.contains(-BOUND), all.contains(BOUND - 1), all.contains(BOUND)], [true, true, false]);
  const rest = all.difference(set([0, 1]));
  assertRanges(rest, [-BOUND, 0], [1, BOUND]);
  assert.equal(rest.size, 2 ** 53 - 1);
  assertRanges(set([BOUND, BOUND], [-BOUND, -BOUND]));
});

test("R8: many ranges", () => {
  const count = 200_000;
  const list = Array.from({ length: count }, (_, i) => [4 * i, 4 * i + 2]).reverse();
  const start = performance.now();
  const a = new RangeSet(list);
  const b = new RangeSet(list.map(([from, to]) => [from + 1, to + 1]));
  assert.equal(a.union(b).size, 3 * count);
  assert.equal(a.intersection(b).size, count);
  assert.equal(a.difference(b).ranges.length, count);
  let found = 0;
  for (let i = 0; i < count; i++) {
    found += a.contains(4 * i + (i % 4)) ? 1 : 0;
  }
  assert.equal(found, count / 2);
  assert.ok(performance.now() - start < 5000);
});
