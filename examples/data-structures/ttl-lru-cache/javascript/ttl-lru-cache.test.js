import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";

import { InvalidArgumentError, TtlLruCache } from "./ttl-lru-cache.js";

const START = 1000;
const INVALID_CAPACITIES = [0, -1, 1.5, NaN, Infinity, "3", true, null, undefined, 3n, [3]];
const INVALID_TTLS = [0, -0, -1, -0.5, NaN, Infinity, -Infinity, "5", true, false, null, 5n, [5], {}];

class FakeClock {
  constructor(now = START) {
    this.now = now;
    this.read = () => this.now;
  }

  advance(milliseconds) {
    this.now += milliseconds;
  }
}

/** A clock and a cache that holds the letters of `keys`, each with its upper-case form as value. */
function setUp(capacity, { keys = "", defaultTtl, now } = {}) {
  const clock = new FakeClock(now);
  const cache = new TtlLruCache(capacity, { defaultTtl, clock: clock.read });
  for (const key of keys) cache.put(key, key.toUpperCase());
  return { cache, clock };
}

const upper = (key) => key.toUpperCase();

function mustNotCompute(key) {
  assert.fail(`compute was called with ${inspect(key)}`);
}

function assertStats(cache, hits, misses, evictions) {
  assert.deepEqual({ ...cache.stats() }, { hits, misses, evictions });
}

function describe(value) {
  return `${typeof value} ${inspect(value)}`;
}

// Eviction and order of use

test("R1: evicts only the oldest when nothing was read", () => {
  const { cache } = setUp(3, { keys: "abcd" });
  assert.deepEqual(cache.keys(), ["b", "c", "d"]);
  assert.deepEqual([..."abcd"].map((key) => cache.get(key)), [undefined, "B", "C", "D"]);
  assert.equal(cache.stats().evictions, 1);
});

test("R1: evicts nothing up to the capacity", () => {
  const { cache } = setUp(3, { keys: "abc" });
  assert.deepEqual(cache.keys(), ["a", "b", "c"]);
  assertStats(cache, 0, 0, 0);
});

test("R1: works with a capacity of one", () => {
  const { cache } = setUp(1, { keys: "abc" });
  assert.deepEqual(cache.keys(), ["c"]);
  assert.equal(cache.get("c"), "C");
  assertStats(cache, 1, 0, 2);
});

test("R1: a get that hits makes the entry the most recently used", () => {
  const { cache } = setUp(3, { keys: "abc" });
  assert.equal(cache.get("a"), "A");
  assert.deepEqual(cache.keys(), ["b", "c", "a"]);
  cache.put("d", "D");
  assert.deepEqual(cache.keys(), ["c", "a", "d"]);
});

test("R1: reading a middle entry keeps the rest in order", () => {
  const { cache } = setUp(4, { keys: "abcd" });
  cache.get("b");
  assert.deepEqual(cache.keys(), ["a", "c", "d", "b"]);
});

test("R1: a get that misses leaves the order", () => {
  const { cache } = setUp(2, { keys: "ab" });
  assert.equal(cache.get("x"), undefined);
  assert.deepEqual(cache.keys(), ["a", "b"]);
});

test("R1: getOrCompute that hits makes the entry the most recently used", () => {
  const { cache } = setUp(2, { keys: "ab" });
  cache.getOrCompute("a", mustNotCompute);
  cache.put("c", "C");
  assert.deepEqual(cache.keys(), ["a", "c"]);
});

test("R1 R7: getOrCompute that stores evicts and makes the entry the most recently used", () => {
  const { cache } = setUp(2, { keys: "ab" });
  assert.equal(cache.getOrCompute("c", upper), "C");
  assert.deepEqual(cache.keys(), ["b", "c"]);
  assertStats(cache, 0, 1, 1);
});

test("R1: each further key evicts one more entry", () => {
  const { cache } = setUp(2);
  for (let number = 0; number < 10; number += 1) {
    cache.put(number, number);
    assert.equal(cache.size, Math.min(number + 1, 2));
  }
  assert.deepEqual(cache.keys(), [8, 9]);
  assert.equal(cache.stats().evictions, 8);
});

test("R1: keys are equal as in a Map", () => {
  const { cache } = setUp(9);
  const object = {};
  const entries = [[1, "number"], ["1", "text"], [object, "object"], [{}, "other object"],
    [NaN, "not a number"], [undefined, "undefined"], [null, "null"], ["__proto__", "proto"]];
  for (const [key, value] of entries) cache.put(key, value);
  assert.equal(cache.size, 8);
  for (const [key, value] of entries) assert.equal(cache.get(key), value);
  assert.equal(cache.get({}), undefined);
  assert.equal(cache.has("constructor"), false);
});

// Observers

const OBSERVERS = {
  "has": (cache) => cache.has("a"),
  "has for an absent key": (cache) => cache.has("x"),
  "keys": (cache) => cache.keys(),
  "size": (cache) => cache.size,
  "stats": (cache) => cache.stats(),
};

for (const [name, observe] of Object.entries(OBSERVERS)) {
  test(`R2: ${name} changes no order, counter or deadline`, () => {
    const { cache, clock } = setUp(2);
    cache.put("a", "A", { ttl: 10 });
    cache.put("b", "B");
    cache.get("x");
    clock.advance(9);
    observe(cache);
    assertStats(cache, 0, 1, 0);
    assert.deepEqual(cache.keys(), ["a", "b"]);
    clock.advance(1);
    assert.deepEqual(cache.keys(), ["b"]);
  });
}

test("R2: an observed entry is still the one evicted", () => {
  const { cache } = setUp(2, { keys: "ab" });
  assert.equal(cache.has("a"), true);
  cache.put("c", "C");
  assert.deepEqual(cache.keys(), ["b", "c"]);
});

test("R2: an earlier snapshot stays as it was", () => {
  const { cache } = setUp(1, { keys: "ab" });
  cache.get("b");
  const before = cache.stats();
  cache.get("b");
  cache.get("x");
  cache.put("c", "C");
  assert.deepEqual({ ...before }, { hits: 1, misses: 0, evictions: 1 });
  assertStats(cache, 2, 1, 2);
});

test("R2: each snapshot is an object of its own", () => {
  const { cache } = setUp(1, { keys: "a" });
  assert.notEqual(cache.stats(), cache.stats());
});

test("R2: the list of keys is independent of the cache", () => {
  const { cache } = setUp(3, { keys: "ab" });
  cache.keys().pop();
  const earlier = cache.keys();
  cache.put("c", "C");
  assert.deepEqual(earlier, ["a", "b"]);
  assert.deepEqual(cache.keys(), ["a", "b", "c"]);
});

// Deadlines

const OPERATIONS = {
  get: { call: (cache) => cache.get("a"), live: "A", expired: undefined },
  getOrCompute: { call: (cache) => cache.getOrCompute("a", () => "new"), live: "A", expired: "new" },
  has: { call: (cache) => cache.has("a"), live: true, expired: false },
  keys: { call: (cache) => cache.keys(), live: ["a", "b"], expired: ["b"] },
  size: { call: (cache) => cache.size, live: 2, expired: 1 },
  delete: { call: (cache) => cache.delete("a"), live: true, expired: false },
};

for (const [name, { call, live, expired }] of Object.entries(OPERATIONS)) {
  test(`R3: for ${name} an entry expires exactly at its deadline`, () => {
    for (const elapsed of [0, 9, 9.75, 10, 10.25, 5000]) {
      const { cache, clock } = setUp(3);
      cache.put("a", "A", { ttl: 10 });
      cache.put("b", "B");
      clock.advance(elapsed);
      assert.deepEqual(call(cache), elapsed < 10 ? live : expired, `after ${elapsed} ms`);
    }
  });
}

test("R3: hits do not extend the deadline", () => {
  const { cache, clock } = setUp(2, { keys: "ab", defaultTtl: 10 });
  clock.advance(9);
  assert.equal(cache.get("a"), "A");
  assert.equal(cache.getOrCompute("b", mustNotCompute), "B");
  clock.advance(1);
  assert.equal(cache.has("a"), false);
  assert.equal(cache.has("b"), false);
});

test("R3: the default TTL applies without an own one", () => {
  const { cache, clock } = setUp(2, { keys: "a", defaultTtl: 10 });
  cache.put("b", "B", { ttl: undefined });
  clock.advance(9);
  assert.deepEqual(cache.keys(), ["a", "b"]);
  clock.advance(1);
  assert.deepEqual(cache.keys(), []);
});

for (const ttl of [4, 25]) {
  test(`R3: an own TTL of ${ttl} is used in place of a default of 10`, () => {
    const { cache, clock } = setUp(2, { defaultTtl: 10 });
    cache.put("a", "A", { ttl });
    clock.advance(ttl - 1);
    assert.equal(cache.get("a"), "A");
    clock.advance(1);
    assert.equal(cache.get("a"), undefined);
  });
}

test("R3: the own TTL of one entry leaves the default of others", () => {
  const { cache, clock } = setUp(2, { defaultTtl: 10 });
  cache.put("a", "A", { ttl: 50 });
  cache.put("b", "B");
  clock.advance(10);
  assert.deepEqual(cache.keys(), ["a"]);
});

test("R3: an entry without any TTL never expires", () => {
  const { cache, clock } = setUp(2, { keys: "a" });
  cache.getOrCompute("b", upper);
  clock.advance(1e15);
  assert.deepEqual(cache.keys(), ["a", "b"]);
});

test("R3: entries expire each at its own deadline", () => {
  const { cache, clock } = setUp(4);
  for (const [key, ttl] of [["a", 30], ["b", 10], ["c", 20]]) cache.put(key, key, { ttl });
  const seen = [];
  for (let step = 0; step < 3; step += 1) {
    clock.advance(10);
    seen.push(cache.keys());
  }
  assert.deepEqual(seen, [["a", "c"], ["a"], []]);
});

test("R3: a deadline may be zero", () => {
  const { cache, clock } = setUp(1, { keys: "a", defaultTtl: 5, now: -5 });
  clock.advance(4);
  assert.equal(cache.has("a"), true);
  clock.advance(1);
  assert.equal(cache.has("a"), false);
});

test("R3: a TTL may be a fraction", () => {
  const { cache, clock } = setUp(1, { keys: "a", defaultTtl: 0.5 });
  clock.advance(0.25);
  assert.equal(cache.has("a"), true);
  clock.advance(0.25);
  assert.equal(cache.has("a"), false);
});

test("R3: there is a default clock", () => {
  const cache = new TtlLruCache(2);
  cache.put("a", "A", { ttl: 3_600_000 });
  cache.put("b", "B");
  assert.deepEqual(cache.keys(), ["a", "b"]);
});

test("R3 R6: an expired key can be stored again", () => {
  const { cache, clock } = setUp(2);
  cache.put("a", "A", { ttl: 5 });
  cache.put("b", "B");
  clock.advance(5);
  cache.put("a", "A2");
  assert.deepEqual(cache.keys(), ["b", "a"]);
  assert.equal(cache.get("a"), "A2");
  assertStats(cache, 1, 0, 0);
});

// Room made by expired entries

for (const mortal of "abc") {
  test(`R4: expired entry ${mortal} of a, b, c gives way`, () => {
    const { cache, clock } = setUp(3);
    for (const key of "abc") cache.put(key, key, { ttl: key === mortal ? 5 : undefined });
    clock.advance(5);
    cache.put("d", "D");
    assert.deepEqual(cache.keys(), [..."abcd"].filter((key) => key !== mortal));
    assertStats(cache, 0, 0, 0);
  });
}

test("R4: an entry read just before it expired gives way", () => {
  const { cache, clock } = setUp(2);
  cache.put("a", "A", { ttl: 5 });
  cache.put("b", "B");
  clock.advance(4);
  cache.get("a");
  clock.advance(1);
  cache.getOrCompute("c", upper);
  assert.deepEqual(cache.keys(), ["b", "c"]);
  assertStats(cache, 1, 1, 0);
});

test("R4 R1: a live entry is evicted one tick before another's deadline", () => {
  const { cache, clock } = setUp(2, { keys: "a" });
  cache.put("b", "B", { ttl: 5 });
  clock.advance(4);
  cache.put("c", "C");
  assert.deepEqual(cache.keys(), ["b", "c"]);
  assertStats(cache, 0, 0, 1);
});

test("R4: every expired entry makes room", () => {
  const { cache, clock } = setUp(3, { keys: "a" });
  cache.put("b", "B", { ttl: 5 });
  cache.put("c", "C", { ttl: 3 });
  clock.advance(5);
  cache.put("d", "D");
  cache.put("e", "E");
  assert.deepEqual(cache.keys(), ["a", "d", "e"]);
  assertStats(cache, 0, 0, 0);
  cache.put("f", "F");
  assert.deepEqual(cache.keys(), ["d", "e", "f"]);
  assertStats(cache, 0, 0, 1);
});

// Replacing

test("R5: replacing in a full cache evicts nothing", () => {
  const { cache } = setUp(2, { keys: "ab" });
  cache.put("a", "A2");
  assert.deepEqual(cache.keys(), ["b", "a"]);
  assertStats(cache, 0, 0, 0);
  assert.equal(cache.get("a"), "A2");
  assert.equal(cache.get("b"), "B");
});

test("R5 R1: replacing makes the entry the most recently used", () => {
  const { cache } = setUp(3, { keys: "abc" });
  cache.put("b", "B2");
  assert.deepEqual(cache.keys(), ["a", "c", "b"]);
});

test("R5: replacing reckons the deadline anew", () => {
  const { cache, clock } = setUp(1, { keys: "a", defaultTtl: 10 });
  clock.advance(6);
  cache.put("a", "A2");
  clock.advance(9);
  assert.equal(cache.get("a"), "A2");
  clock.advance(1);
  assert.equal(cache.get("a"), undefined);
});

test("R5: replacing without an own TTL returns to the default", () => {
  const { cache, clock } = setUp(2, { defaultTtl: 10 });
  cache.put("long", 1, { ttl: 99 });
  cache.put("short", 1, { ttl: 2 });
  cache.put("long", 2);
  cache.put("short", 2);
  clock.advance(9);
  assert.deepEqual(cache.keys(), ["long", "short"]);
  clock.advance(1);
  assert.deepEqual(cache.keys(), []);
});

test("R5: an entry replaced without any TTL never expires", () => {
  const { cache, clock } = setUp(1);
  cache.put("a", "A", { ttl: 5 });
  cache.put("a", "A2");
  clock.advance(1e15);
  assert.equal(cache.get("a"), "A2");
});

test("R5: replacing may bring the deadline forward", () => {
  const { cache, clock } = setUp(1);
  cache.put("a", "A", { ttl: 50 });
  cache.put("a", "A2", { ttl: 5 });
  clock.advance(4);
  assert.equal(cache.has("a"), true);
  clock.advance(1);
  assert.equal(cache.has("a"), false);
});

test("R5 R4: the deadline of a replaced entry frees no room", () => {
  const { cache, clock } = setUp(2, { keys: "a" });
  cache.put("b", "B", { ttl: 5 });
  cache.put("b", "B2", { ttl: 50 });
  clock.advance(5);
  cache.put("c", "C");
  assert.deepEqual(cache.keys(), ["b", "c"]);
  assertStats(cache, 0, 0, 1);
});

const REMOVALS = { delete: (cache) => cache.delete("a"), clear: (cache) => cache.clear() };

for (const [name, remove] of Object.entries(REMOVALS)) {
  test(`R3: after ${name} the old deadline is forgotten`, () => {
    const { cache, clock } = setUp(1);
    cache.put("a", "A", { ttl: 5 });
    remove(cache);
    cache.put("a", "A2", { ttl: 8 });
    clock.advance(7);
    assert.equal(cache.get("a"), "A2");
    clock.advance(1);
    assert.equal(cache.get("a"), undefined);
  });
}

// Counters, delete, clear

test("R6: each get and getOrCompute counts one hit or miss", () => {
  const { cache } = setUp(2, { keys: "a" });
  cache.get("a");
  cache.get("x");
  cache.get("x");
  cache.getOrCompute("a", mustNotCompute);
  cache.getOrCompute("b", upper);
  assertStats(cache, 2, 3, 0);
});

test("R6: an expired entry is a miss and no eviction", () => {
  const { cache, clock } = setUp(1, { keys: "a", defaultTtl: 5 });
  clock.advance(5);
  assert.equal(cache.get("a"), undefined);
  assert.equal(cache.getOrCompute("a", () => "A2"), "A2");
  assertStats(cache, 0, 2, 0);
});

for (const value of [null, undefined, 0, -0, NaN, 0n, false, "", []]) {
  test(`R6 R7: ${describe(value)} as a value is a hit`, () => {
    const { cache } = setUp(2);
    cache.put("a", value);
    assert.equal(cache.has("a"), true);
    assert.equal(cache.get("a"), value);
    assert.equal(cache.getOrCompute("a", mustNotCompute), value);
    assertStats(cache, 2, 0, 0);
    assert.equal(cache.getOrCompute("b", () => value), value);
    assert.equal(cache.getOrCompute("b", mustNotCompute), value);
    assertStats(cache, 3, 1, 0);
    assert.equal(cache.delete("a"), true);
  });
}

test("R6: delete removes only the entry of the key", () => {
  const { cache } = setUp(3, { keys: "abc" });
  assert.equal(cache.delete("b"), true);
  assert.deepEqual(cache.keys(), ["a", "c"]);
  assert.equal(cache.delete("b"), false);
  assert.equal(cache.delete("x"), false);
  assert.deepEqual(cache.keys(), ["a", "c"]);
});

test("R6: delete makes room", () => {
  const { cache } = setUp(2, { keys: "ab" });
  cache.delete("b");
  cache.put("c", "C");
  assert.deepEqual(cache.keys(), ["a", "c"]);
  assertStats(cache, 0, 0, 0);
});

test("R6: delete and clear leave the counters", () => {
  const { cache } = setUp(2, { keys: "abc" });
  cache.get("b");
  cache.get("x");
  cache.delete("b");
  cache.delete("x");
  assertStats(cache, 1, 1, 1);
  cache.clear();
  assertStats(cache, 1, 1, 1);
});

test("R6 R1: the cache works after clear", () => {
  const { cache } = setUp(2, { keys: "ab" });
  cache.clear();
  assert.equal(cache.size, 0);
  assert.deepEqual(cache.keys(), []);
  assert.equal(cache.has("a"), false);
  for (const key of "cde") cache.put(key, key);
  assert.deepEqual(cache.keys(), ["d", "e"]);
  assertStats(cache, 0, 0, 1);
});

// getOrCompute

test("R7: a hit ignores compute and TTL", () => {
  const { cache, clock } = setUp(1);
  cache.put("a", "A", { ttl: 10 });
  clock.advance(5);
  assert.equal(cache.getOrCompute("a", mustNotCompute, { ttl: 100 }), "A");
  clock.advance(4);
  assert.equal(cache.getOrCompute("a", mustNotCompute, { ttl: 1 }), "A");
  assert.equal(cache.has("a"), true);
  clock.advance(1);
  assert.equal(cache.has("a"), false);
});

test("R7: a miss computes once with the key and stores the result", () => {
  const { cache } = setUp(2);
  const calls = [];
  const compute = (key) => {
    calls.push(key);
    return ["value"];
  };
  const first = cache.getOrCompute("a", compute);
  assert.deepEqual(first, ["value"]);
  assert.equal(cache.getOrCompute("a", compute), first);
  assert.equal(cache.get("a"), first);
  assert.deepEqual(calls, ["a"]);
});

test("R7: an expired key is computed again", () => {
  const { cache, clock } = setUp(1);
  let count = 0;
  const next = () => cache.getOrCompute("a", () => (count += 1), { ttl: 5 });
  assert.equal(next(), 1);
  clock.advance(4);
  assert.equal(next(), 1);
  clock.advance(1);
  assert.equal(next(), 2);
  assertStats(cache, 1, 2, 0);
});

for (const [ttl, lifetime] of [[undefined, 10], [4, 4], [25, 25]]) {
  test(`R7: with own TTL ${ttl} and default 10 a computed value lives for ${lifetime}`, () => {
    const { cache, clock } = setUp(1, { defaultTtl: 10 });
    cache.getOrCompute("a", upper, { ttl });
    clock.advance(lifetime - 1);
    assert.equal(cache.has("a"), true);
    clock.advance(1);
    assert.equal(cache.has("a"), false);
  });
}

test("R7: a promise is stored and returned as it is", () => {
  const { cache } = setUp(1);
  const promise = Promise.resolve("later");
  assert.equal(cache.getOrCompute("a", () => promise), promise);
  assert.equal(cache.get("a"), promise);
});

// compute takes time and may use the cache

for (const ttl of [undefined, 10]) {
  test(`R8: with own TTL ${ttl} the deadline counts from the end of compute`, () => {
    const { cache, clock } = setUp(1, { defaultTtl: ttl === undefined ? 10 : 99 });
    const slowUpper = (key) => {
      clock.advance(30);
      return upper(key);
    };
    assert.equal(cache.getOrCompute("a", slowUpper, { ttl }), "A");
    clock.advance(9);
    assert.equal(cache.get("a"), "A");
    clock.advance(1);
    assert.equal(cache.get("a"), undefined);
  });
}

test("R8 R4: an entry that expires during compute makes room", () => {
  const { cache, clock } = setUp(2, { keys: "a" });
  cache.put("b", "B", { ttl: 5 });
  cache.getOrCompute("c", () => clock.advance(5));
  assert.deepEqual(cache.keys(), ["a", "c"]);
  assertStats(cache, 0, 1, 0);
});

test("R8: calls made by compute count as usual", () => {
  const { cache } = setUp(4, { keys: "a" });
  const result = cache.getOrCompute("c", (key) => {
    cache.get("a");
    cache.get("x");
    cache.get(key);
    cache.put("p", "P");
    return cache.getOrCompute("q", upper) + key;
  });
  assert.equal(result, "Qc");
  assert.deepEqual(cache.keys(), ["a", "p", "q", "c"]);
  assertStats(cache, 1, 4, 0);
});

test("R8: a recursive compute stays within the capacity", () => {
  const { cache } = setUp(3);
  const sizes = [];
  const fibonacci = (n) => {
    sizes.push(cache.size);
    if (n < 2) return n;
    const smaller = cache.getOrCompute(n - 2, fibonacci);
    return smaller + cache.getOrCompute(n - 1, fibonacci);
  };
  assert.equal(cache.getOrCompute(20, fibonacci), 6765);
  assert.equal(Math.max(...sizes), 3);
  assert.deepEqual(cache.keys(), [18, 19, 20]);
});

test("R8: the returned value replaces the one compute stored", () => {
  const { cache, clock } = setUp(2, { keys: "ab" });
  const result = cache.getOrCompute("c", (key) => {
    cache.put(key, "inner", { ttl: 1 });
    return "outer";
  });
  assert.equal(result, "outer");
  assert.deepEqual(cache.keys(), ["b", "c"]);
  assertStats(cache, 0, 1, 1);
  clock.advance(1);
  assert.equal(cache.get("c"), "outer");
});

test("R8 R1: the computed key is the most recently used even if compute stored it", () => {
  const { cache } = setUp(3);
  cache.getOrCompute("c", (key) => {
    cache.put(key, "inner");
    cache.put("z", "Z");
    return "outer";
  });
  assert.deepEqual(cache.keys(), ["z", "c"]);
});

test("R8: a cache filled by compute leads to an eviction", () => {
  const { cache } = setUp(2, { keys: "a" });
  cache.getOrCompute("c", () => cache.put("b", "B"));
  assert.deepEqual(cache.keys(), ["b", "c"]);
  assertStats(cache, 0, 1, 1);
});

test("R8: the order of use is that after compute", () => {
  const { cache } = setUp(2, { keys: "ab" });
  cache.getOrCompute("c", () => cache.get("a"));
  assert.deepEqual(cache.keys(), ["a", "c"]);
  assert.equal(cache.get("c"), "A");
});

test("R8: compute may clear the cache", () => {
  const { cache } = setUp(2, { keys: "ab" });
  cache.getOrCompute("c", () => cache.clear());
  assert.deepEqual(cache.keys(), ["c"]);
  assertStats(cache, 0, 1, 0);
});

// compute fails

/** Calls `action` and returns what it throws, wrapped so that undefined can be told from nothing. */
function thrownBy(action) {
  try {
    action();
  } catch (error) {
    return { error };
  }
  return assert.fail("nothing was thrown");
}

for (const error of [new TypeError("no value"), "text", null, undefined]) {
  test(`R9: ${error instanceof Error ? error.name : describe(error)} thrown by compute reaches the caller and changes nothing else`, () => {
    const { cache } = setUp(2, { keys: "ab" });
    const fail = () => {
      throw error;
    };
    const thrown = thrownBy(() => cache.getOrCompute("c", fail, { ttl: 5 }));
    assert.equal(thrown.error, error);
    assert.deepEqual(cache.keys(), ["a", "b"]);
    assertStats(cache, 0, 1, 0);
    assert.equal(cache.get("a"), "A");
    assert.equal(cache.get("b"), "B");
  });
}

test("R9: a key whose compute failed is computed again", () => {
  const { cache } = setUp(1);
  const calls = [];
  const compute = (key) => {
    calls.push(key);
    if (calls.length < 3) throw new RangeError("not yet");
    return calls.length;
  };
  assert.throws(() => cache.getOrCompute("a", compute), RangeError);
  assert.throws(() => cache.getOrCompute("a", compute), RangeError);
  assert.equal(cache.getOrCompute("a", compute), 3);
  assert.deepEqual(calls, ["a", "a", "a"]);
  assertStats(cache, 0, 3, 0);
});

test("R9: a failure for an expired key stores nothing", () => {
  const { cache, clock } = setUp(2, { keys: "ab", defaultTtl: 5 });
  clock.advance(5);
  const fail = () => {
    throw new RangeError("no value");
  };
  assert.throws(() => cache.getOrCompute("a", fail), RangeError);
  assert.deepEqual(cache.keys(), []);
  assertStats(cache, 0, 1, 0);
});

test("R9 R8: calls made before the failure keep their effect", () => {
  const { cache } = setUp(3, { keys: "ab" });
  const fail = () => {
    cache.get("a");
    cache.put("x", "X");
    throw new RangeError("no value");
  };
  assert.throws(() => cache.getOrCompute("c", fail), RangeError);
  assert.deepEqual(cache.keys(), ["b", "a", "x"]);
  assertStats(cache, 1, 1, 0);
});

// Invalid arguments

for (const capacity of INVALID_CAPACITIES) {
  test(`R10: capacity ${describe(capacity)} is refused`, () => {
    assert.throws(() => new TtlLruCache(capacity), InvalidArgumentError);
  });
}

for (const ttl of INVALID_TTLS) {
  test(`R10: default TTL ${describe(ttl)} is refused`, () => {
    assert.throws(() => new TtlLruCache(1, { defaultTtl: ttl }), InvalidArgumentError);
  });

  test(`R10: own TTL ${describe(ttl)} is refused and changes nothing`, () => {
    const { cache, clock } = setUp(2, { keys: "ab", defaultTtl: 10 });
    clock.advance(4);
    for (const key of ["a", "new"]) {
      assert.throws(() => cache.put(key, "other", { ttl }), InvalidArgumentError);
      assert.throws(() => cache.getOrCompute(key, mustNotCompute, { ttl }), InvalidArgumentError);
    }
    assert.deepEqual(cache.keys(), ["a", "b"]);
    assertStats(cache, 0, 0, 0);
    clock.advance(5);
    assert.equal(cache.get("a"), "A");
    clock.advance(1);
    assert.equal(cache.size, 0);
  });
}

test("R10: an invalid TTL for an expired key counts no miss", () => {
  const { cache, clock } = setUp(1, { keys: "a", defaultTtl: 5 });
  clock.advance(5);
  assert.throws(() => cache.getOrCompute("a", mustNotCompute, { ttl: 0 }), InvalidArgumentError);
  assertStats(cache, 0, 0, 0);
});

test("R10: the error is an Error with its own name", () => {
  const { error } = thrownBy(() => new TtlLruCache(0));
  assert.ok(error instanceof InvalidArgumentError);
  assert.ok(error instanceof Error);
  assert.equal(error.name, "InvalidArgumentError");
});

test("R10: the smallest valid arguments are taken", () => {
  const { cache, clock } = setUp(1, { keys: "a", defaultTtl: Number.MIN_VALUE, now: 0 });
  assert.equal(cache.get("a"), "A");
  clock.advance(Number.MIN_VALUE);
  assert.equal(cache.get("a"), undefined);
});
