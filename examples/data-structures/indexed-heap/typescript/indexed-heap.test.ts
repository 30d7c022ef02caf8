import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { DuplicateKeyError, IndexedHeap, InvalidPriorityError, UnknownKeyError } from "./indexed-heap.ts";

function heapOf(keys: string, priority: number): IndexedHeap<string> {
  const heap = new IndexedHeap<string>();
  pushAll(heap, keys, priority);
  return heap;
}

function pushAll(heap: IndexedHeap<string>, keys: string, priority: number): void {
  for (const key of keys) heap.push(key, priority);
}

/** All keys in the order in which they are popped. */
function drain(heap: IndexedHeap<string>): string {
  let keys = "";
  for (let first = heap.pop(); first; first = heap.pop()) keys += first.key;
  assert.equal(heap.size, 0);
  return keys;
}

function assertCapacity(heap: IndexedHeap<unknown>): void {
  assert.ok(heap.capacity >= heap.size, `${heap.capacity} places for ${heap.size} keys`);
  assert.ok(heap.capacity <= Math.max(16, 4 * heap.size), `${heap.capacity} places for ${heap.size} keys`);
}

/** A small generator of whole numbers below a limit, the same for the same seed. */
function numbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

test("R1: keys come from the least priority to the greatest", () => {
  const heap = new IndexedHeap<string>();
  heap.push("c", 3);
  heap.push("a", -1.5);
  heap.push("d", 1e300);
  heap.push("b", 0.25);
  assert.deepEqual(heap.peek(), { key: "a", priority: -1.5 });
  assert.deepEqual(heap.pop(), { key: "a", priority: -1.5 });
  heap.push("e", 0);
  assert.equal(drain(heap), "ebcd");
});

test("R1: peek changes nothing, and size, contains and priority agree", () => {
  const heap = new IndexedHeap<string>();
  heap.push("b", 2);
  heap.push("a", 1);
  assert.deepEqual(heap.peek(), { key: "a", priority: 1 });
  assert.deepEqual(heap.peek(), { key: "a", priority: 1 });
  assert.equal(heap.size, 2);
  assert.equal(heap.contains("a"), true);
  assert.equal(heap.priority("b"), 2);
  heap.pop();
  assert.equal(heap.size, 1);
  assert.equal(heap.contains("a"), false);
  assert.equal(heap.priority("a"), undefined);
  assert.deepEqual(heap.peek(), { key: "b", priority: 2 });
});

test("R1: keys are equal as in a Map", () => {
  const heap = new IndexedHeap<unknown>();
  const object = {};
  for (const key of [undefined, null, NaN, 0, "0", object, {}]) heap.push(key, 1);
  assert.equal(heap.size, 7);
  assert.equal(heap.contains(NaN), true);
  assert.equal(heap.contains(-0), true);
  assert.equal(heap.contains({}), false);
  assert.deepEqual(heap.pop(), { key: undefined, priority: 1 });
  assert.equal(heap.contains(undefined), false);
  assert.equal(heap.remove(object), true);
  assert.equal(heap.size, 5);
});

for (const seed of [1, 2, 3]) {
  test(`R1 R2 R3 R7: agrees with a sorted list through 3,000 random operations, seed ${seed}`, () => {
    const below = numbers(seed);
    const heap = new IndexedHeap<number>();
    let expected: { key: number; priority: number; order: number }[] = [];
    for (let step = 0; step < 3000; step++) {
      const key = below(60);
      const priority = 1 + below(8);
      const known = expected.find((one) => one.key === key);
      const kind = below(5);
      if (kind === 0) {
        assert.equal(heap.remove(key), known !== undefined);
        expected = expected.filter((one) => one !== known);
      } else if (kind === 1) {
        const first = expected.shift();
        assert.deepEqual(heap.pop(), first && { key: first.key, priority: first.priority });
      } else if (known) {
        heap.change(key, priority);
        known.priority = priority;
      } else {
        heap.push(key, priority);
        expected.push({ key, priority, order: step });
      }
      expected.sort((one, other) => one.priority - other.priority || one.order - other.order);
      const first = expected[0];
      assert.deepEqual(heap.peek(), first && { key: first.key, priority: first.priority });
      assert.equal(heap.size, expected.length);
      assertCapacity(heap);
    }
  });
}

test("R2: equal priorities come in the order of their pushes", () => {
  const heap = heapOf("hgfedcba", 1);
  assert.deepEqual(heap.pop(), { key: "h", priority: 1 });
  assert.equal(heap.remove("e"), true);
  heap.push("z", 1);
  assert.equal(drain(heap), "gfdcbaz");
});

test("R2: a change keeps the place among equals, another push gives the last one", () => {
  const heap = heapOf("abcd", 1);
  heap.change("a", 5);
  heap.change("c", 0);
  heap.change("c", 1);
  heap.change("a", 1);
  heap.remove("b");
  heap.push("b", 1);
  assert.equal(drain(heap), "acdb");
});

test("R3: changes to lower, higher and equal priorities", () => {
  const heap = new IndexedHeap<string>();
  [..."abcdefghijklmnopqrstuvwxyz"].forEach((key, place) => heap.push(key, place));
  heap.change("z", -1);
  heap.change("a", 100);
  heap.change("m", 12);
  heap.change("d", 12);
  assert.equal(heap.priority("a"), 100);
  assert.deepEqual(heap.peek(), { key: "z", priority: -1 });
  assert.equal(drain(heap), "zbcefghijkldmnopqrstuvwxya");
});

test("R3: removal of the first, the last and any other key", () => {
  const heap = new IndexedHeap<string>();
  // Removing "h" moves the last key to another branch, where it has to rise.
  [1, 10, 2, 11, 12, 3, 4, 13, 14, 15, 16, 5].forEach((priority, place) => {
    heap.push(String.fromCharCode(97 + place), priority);
  });
  assert.equal(heap.remove("h"), true);
  assert.equal(heap.remove("a"), true);
  assert.equal(heap.remove("l"), true);
  assert.equal(heap.remove("k"), true);
  assert.equal(heap.remove("k"), false);
  assert.equal(heap.remove("unknown"), false);
  assert.equal(drain(heap), "cfgbdeij");
});

test("R4: an empty queue gives nothing and takes keys", () => {
  const heap = new IndexedHeap<string>();
  for (const end of ["pop", "clear", "pop"]) {
    assert.equal(heap.peek(), undefined);
    assert.equal(heap.pop(), undefined);
    assert.equal(heap.remove("a"), false);
    pushAll(heap, "ab", 1);
    assert.deepEqual(heap.pop(), { key: "a", priority: 1 });
    if (end === "clear") heap.clear();
    else assert.deepEqual(heap.pop(), { key: "b", priority: 1 });
    assert.equal(heap.contains("b"), false);
    assert.equal(heap.size, 0);
  }
});

test("R4: after clear the order of pushes begins anew", () => {
  const heap = heapOf("abc", 1);
  heap.clear();
  assert.equal(heap.priority("a"), undefined);
  pushAll(heap, "cba", 1);
  assert.equal(drain(heap), "cba");
});

test("R5: negative zero and zero tie, infinities are the ends", () => {
  const heap = new IndexedHeap<string>();
  const priorities = [0, -0, Infinity, -Infinity, Number.MAX_VALUE, -Number.MAX_VALUE, Infinity, -Infinity, 0];
  priorities.forEach((priority, place) => heap.push("abcdefghi".charAt(place), priority));
  assert.equal(drain(heap), "dhfabiecg");
});

test("R6: what is no priority comes before other errors and changes nothing", () => {
  const heap = heapOf("a", 1);
  for (const priority of [NaN, "1", null, undefined, 1n, new Number(1)] as number[]) {
    for (const key of ["a", "b"]) {
      assert.throws(() => heap.push(key, priority), InvalidPriorityError);
      assert.throws(() => heap.change(key, priority), InvalidPriorityError);
    }
  }
  assert.ok(new InvalidPriorityError() instanceof TypeError);
  assert.equal(heap.size, 1);
  assert.deepEqual(heap.pop(), { key: "a", priority: 1 });
});

test("R6: duplicate and unknown keys change nothing", () => {
  const heap = heapOf("abc", 2);
  assert.throws(() => heap.push("b", 1), DuplicateKeyError);
  assert.throws(() => heap.push("b", 2), DuplicateKeyError);
  assert.throws(() => heap.change("d", 1), UnknownKeyError);
  assert.equal(heap.priority("b"), 2);
  heap.push("d", 2);
  assert.equal(drain(heap), "abcd");
  assert.throws(() => heap.change("a", 1), UnknownKeyError);
});

test("R6: keys that can't be written as text are told all the same", () => {
  const heap = new IndexedHeap<unknown>();
  for (const key of [Symbol("a"), Object.create(null)]) {
    assert.throws(() => heap.change(key, 1), UnknownKeyError);
    heap.push(key, 1);
    assert.throws(() => heap.push(key, 1), DuplicateKeyError);
  }
});

test("R7: capacity follows the size up and down", () => {
  const heap = new IndexedHeap<number>();
  assertCapacity(heap);
  for (let key = 0; key < 5000; key++) {
    heap.push(key, -key);
    assertCapacity(heap);
  }
  for (let turn = 0; turn < 5000; turn++) {
    assert.ok(turn % 2 === 0 ? heap.pop() : heap.remove((turn - 1) / 2));
    assertCapacity(heap);
  }
  for (let key = 0; key < 100; key++) heap.push(key, key);
  heap.clear();
  assertCapacity(heap);
});

test("R7: keys that left the queue are not referred to any more", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const heap = new IndexedHeap<object>();
  const references = [0, 1, 2, 3].map((priority) => {
    const key = {};
    heap.push(key, priority);
    return new WeakRef(key);
  });
  heap.pop();
  for (const index of [3, 1]) heap.remove(references[index]?.deref() as object);
  for (let tries = 0; tries < 50 && references[3]?.deref(); tries++) {
    await new Promise((resolve) => setImmediate(resolve)); // a reference stays strong until its turn has ended
    collect();
  }
  assert.deepEqual(references.map((reference) => reference.deref() !== undefined), [false, false, true, false]);
  assert.equal(heap.size, 1);
});

// Comparisons can't be counted from outside, so time has to tell n log n from n squared.
const PRIORITIES: [string, (key: number) => number][] = [
  ["equal", () => 1],
  ["ascending", (key) => key],
  ["descending", (key) => -key],
];
for (const [name, priority] of PRIORITIES) {
  test(`R8: 40,000 keys with ${name} priorities`, () => {
    const count = 40_000;
    const began = performance.now();
    const heap = new IndexedHeap<number>();
    for (let key = 0; key < count; key++) heap.push(key, priority(key));
    for (let key = 0; key < count; key++) heap.change(key, -priority(key));
    for (let key = 0; key < count; key += 2) heap.remove(key);
    let popped = 0;
    while (heap.pop()) popped++;
    assert.equal(popped, count / 2);
    assert.ok(performance.now() - began < 2000);
  });
}
