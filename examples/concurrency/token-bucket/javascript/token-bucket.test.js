import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";

import { CapacityExceededError, TokenBucketLimiter, TooManyKeysError } from "./token-bucket.js";

const DAY_NS = 86_400_000_000_000n;

/** Creates a limiter of 10 tokens, one per nanosecond, 100 keys, on a clock that stands where the test puts it. */
function setUp(settings = {}) {
  const time = { now: 0n, readings: 0 };
  const clock = () => {
    time.readings += 1;
    return time.now;
  };
  const options = { capacity: 10, refillTokens: 1, refillPeriodNs: 1n, maxKeys: 100, clock, ...settings };
  return { limiter: new TokenBucketLimiter(options), time };
}

/** Calls `ask` at each of the given times. */
function atEach(time, moments, ask) {
  return moments.map((now) => {
    time.now = now;
    return ask();
  });
}

describe("taking tokens", () => {
  test("R1: a bucket starts full", () => {
    const { limiter } = setUp({ capacity: 10 });
    assert.equal(limiter.available("alice"), 10);
    assert.equal(limiter.tryAcquire("alice", 10), true);
    assert.equal(limiter.available("alice"), 0);
  });

  test("R1: takes exactly n", () => {
    const { limiter } = setUp({ capacity: 10 });
    assert.equal(limiter.tryAcquire("alice", 3), true);
    assert.equal(limiter.available("alice"), 7);
    assert.equal(limiter.tryAcquire("alice", 1), true);
    assert.equal(limiter.available("alice"), 6);
  });

  test("R1: the last tokens can be taken, but not one more", () => {
    const { limiter } = setUp({ capacity: 10 });
    limiter.tryAcquire("alice", 4);
    assert.equal(limiter.tryAcquire("alice", 7), false);
    assert.equal(limiter.tryAcquire("alice", 6), true);
    assert.equal(limiter.tryAcquire("alice", 1), false);
  });

  test("R1: a failing tryAcquire takes none", () => {
    const { limiter } = setUp({ capacity: 10 });
    limiter.tryAcquire("alice", 5);
    const outcomes = [1, 2, 3].map(() => limiter.tryAcquire("alice", 6));
    assert.deepEqual(outcomes, [false, false, false]);
    assert.equal(limiter.available("alice"), 5);
  });

  test("R1: works with the default clock", () => {
    const limiter = new TokenBucketLimiter({ capacity: 2, refillTokens: 1, refillPeriodNs: DAY_NS, maxKeys: 1 });
    const outcomes = [1, 2, 3].map(() => limiter.tryAcquire("alice", 1));
    assert.deepEqual(outcomes, [true, true, false]);
    const wait = limiter.timeUntil("alice", 1);
    assert.ok(wait > 0n && wait <= DAY_NS, `${wait}`);
  });
});

describe("refill", () => {
  test("R2: two tokens per five nanoseconds", () => {
    const { limiter, time } = setUp({ capacity: 10, refillTokens: 2, refillPeriodNs: 5n });
    limiter.tryAcquire("alice", 10);
    const levels = atEach(time, [0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n, 10n], () => limiter.available("alice"));
    assert.deepEqual(levels, [0, 0, 0, 1, 1, 2, 2, 2, 3, 3, 4]);
  });

  test("R2: a bucket never holds more than the capacity", () => {
    const { limiter, time } = setUp({ capacity: 3, refillTokens: 2, refillPeriodNs: 5n });
    limiter.tryAcquire("alice", 3);
    time.now = 1_000n;
    assert.equal(limiter.available("alice"), 3);
    assert.equal(limiter.tryAcquire("alice", 3), true);
    assert.equal(limiter.tryAcquire("alice", 1), false);
  });

  test("R2: a fraction beyond the capacity is lost", () => {
    const { limiter, time } = setUp({ capacity: 2, refillTokens: 1, refillPeriodNs: 3n });
    limiter.tryAcquire("alice", 2);
    time.now = 8n;
    assert.equal(limiter.tryAcquire("alice", 2), true);
    time.now = 10n;
    assert.equal(limiter.available("alice"), 0);
    time.now = 11n;
    assert.equal(limiter.available("alice"), 1);
  });

  test("R2: a fraction stays when tokens are taken", () => {
    const { limiter, time } = setUp({ capacity: 2, refillTokens: 1, refillPeriodNs: 3n });
    limiter.tryAcquire("alice", 2);
    time.now = 5n; // 1 2/3 tokens
    assert.equal(limiter.tryAcquire("alice", 1), true);
    assert.equal(limiter.available("alice"), 0);
    time.now = 6n;
    assert.equal(limiter.available("alice"), 1);
  });

  test("R2: taking each token at once loses none", () => {
    const { limiter, time } = setUp({ capacity: 10, refillTokens: 7, refillPeriodNs: 10n });
    limiter.tryAcquire("alice", 10);
    let taken = 0;
    for (time.now = 1n; time.now < 10_000n; time.now++) {
      if (limiter.tryAcquire("alice", 1)) taken += 1;
    }
    assert.equal(taken, 6_999);
    assert.equal(limiter.tryAcquire("alice", 1), true);
    assert.equal(limiter.tryAcquire("alice", 1), false);
  });

  test("R2: the slowest refill of the largest bucket", () => {
    const { limiter, time } = setUp({ capacity: 100_000, refillTokens: 1, refillPeriodNs: DAY_NS });
    limiter.tryAcquire("alice", 100_000);
    const moments = [DAY_NS - 1n, DAY_NS, 99_999n * DAY_NS - 1n, 100_000n * DAY_NS - 1n];
    const levels = atEach(time, moments, () => limiter.available("alice"));
    assert.deepEqual(levels, [0, 1, 99_998, 99_999]);
    assert.equal(limiter.tryAcquire("alice", 100_000), false);
    time.now = 100_000n * DAY_NS;
    assert.equal(limiter.tryAcquire("alice", 100_000), true);
  });

  test("R2: the fastest refill of the largest bucket", () => {
    const { limiter, time } = setUp({ capacity: 100_000, refillTokens: 100_000, refillPeriodNs: 1n });
    limiter.tryAcquire("alice", 100_000);
    assert.equal(limiter.available("alice"), 0);
    time.now = 1n;
    assert.equal(limiter.available("alice"), 100_000);
  });

  test("R2: large settings without common divisor", () => {
    const { limiter, time } = setUp({ capacity: 100_000, refillTokens: 99_991, refillPeriodNs: DAY_NS - 1n });
    limiter.tryAcquire("alice", 100_000);
    time.now = 86_399_135_922_232n; // 98/99,991 of a nanosecond short of 99,990 tokens
    assert.equal(limiter.available("alice"), 99_989);
    time.now += 1n;
    assert.equal(limiter.available("alice"), 99_990);
  });

  test("R2: a far origin of the clock costs no precision", () => {
    const { limiter, time } = setUp({ capacity: 10, refillTokens: 2, refillPeriodNs: 5n });
    time.now = 2n ** 62n;
    limiter.tryAcquire("alice", 10);
    time.now += 2n;
    assert.equal(limiter.available("alice"), 0);
    time.now += 1n;
    assert.equal(limiter.available("alice"), 1);
  });

  for (const elapsed of [2n ** 53n, 2n ** 63n, 10n ** 30n]) {
    test(`R2: a bucket is full after a very long time: ${elapsed}`, () => {
      const { limiter, time } = setUp({ capacity: 100_000, refillTokens: 100_000, refillPeriodNs: DAY_NS });
      limiter.tryAcquire("alice", 100_000);
      time.now = elapsed;
      assert.equal(limiter.available("alice"), 100_000);
      assert.equal(limiter.tryAcquire("alice", 100_000), true);
      assert.equal(limiter.tryAcquire("alice", 1), false);
    });
  }

  const questions = {
    available: (limiter) => limiter.available("alice"),
    timeUntil: (limiter) => limiter.timeUntil("alice", 100_000),
    tryAcquire: (limiter) => limiter.tryAcquire("alice", 100_000),
  };
  for (const [name, ask] of Object.entries(questions)) {
    test(`R3: asking every nanosecond does not change the gain: ${name}`, () => {
      const { limiter, time } = setUp({ capacity: 100_000, refillTokens: 1, refillPeriodNs: 3n });
      limiter.tryAcquire("alice", 100_000);
      for (time.now = 1n; time.now < 29_999n; time.now++) ask(limiter);
      assert.equal(limiter.available("alice"), 9_999);
      time.now += 1n;
      assert.equal(limiter.available("alice"), 10_000);
    });
  }
});

describe("waiting time", () => {
  test("R4: timeUntil is zero if the tokens are there", () => {
    const { limiter } = setUp({ capacity: 10 });
    limiter.tryAcquire("alice", 6);
    assert.equal(limiter.timeUntil("alice", 1), 0n);
    assert.equal(limiter.timeUntil("alice", 4), 0n);
    assert.equal(limiter.timeUntil("alice", 5), 1n);
  });

  test("R4: timeUntil rounds up to whole nanoseconds", () => {
    const { limiter } = setUp({ capacity: 10, refillTokens: 3, refillPeriodNs: 7n });
    limiter.tryAcquire("alice", 10);
    const waits = [1, 2, 3, 4, 5, 6].map((n) => limiter.timeUntil("alice", n));
    assert.deepEqual(waits, [3n, 5n, 7n, 10n, 12n, 14n]);
  });

  test("R4: timeUntil counts the fraction already there", () => {
    const { limiter, time } = setUp({ capacity: 10, refillTokens: 2, refillPeriodNs: 5n });
    limiter.tryAcquire("alice", 10);
    const waits = atEach(time, [0n, 1n, 2n, 3n, 4n, 5n], () => limiter.timeUntil("alice", 2));
    assert.deepEqual(waits, [5n, 4n, 3n, 2n, 1n, 0n]);
  });

  test("R4: tryAcquire succeeds after timeUntil and not before", () => {
    for (const refillTokens of [1, 2, 3, 7]) {
      for (const refillPeriodNs of [1n, 2n, 3n, 5n, 10n]) {
        for (const pause of [0n, 1n, 2n]) {
          checkWaits({ capacity: 9, refillTokens, refillPeriodNs }, pause);
        }
      }
    }
  });

  /** Takes 1, 2, ... tokens, each after exactly the time it has to wait, pausing before it asks. */
  function checkWaits(settings, pause) {
    const { limiter, time } = setUp(settings);
    limiter.tryAcquire("alice", settings.capacity);
    for (let n = 1; n <= settings.capacity; n++) {
      const askedAt = time.now + pause;
      time.now = askedAt;
      const wait = limiter.timeUntil("alice", n);
      if (wait > 0n) {
        time.now = askedAt + wait - 1n;
        assert.equal(limiter.tryAcquire("alice", n), false);
      }
      time.now = askedAt + wait;
      assert.equal(limiter.tryAcquire("alice", n), true);
    }
  }

  test("R4: timeUntil is exact for large settings", () => {
    const { limiter } = setUp({ capacity: 100_000, refillTokens: 99_991, refillPeriodNs: DAY_NS - 1n });
    limiter.tryAcquire("alice", 100_000);
    assert.equal(limiter.timeUntil("alice", 1), 864_077_767n);
    assert.equal(limiter.timeUntil("alice", 99_990), 86_399_135_922_233n);
    assert.equal(limiter.timeUntil("alice", 100_000), 86_407_776_699_902n);
  });

  test("R4: timeUntil of the slowest refill", () => {
    const { limiter, time } = setUp({ capacity: 100_000, refillTokens: 1, refillPeriodNs: DAY_NS });
    limiter.tryAcquire("alice", 100_000);
    time.now = 1n;
    assert.equal(limiter.timeUntil("alice", 100_000), 8_639_999_999_999_999_999n);
  });

  test("R4: timeUntil changes no bucket", () => {
    const { limiter } = setUp({ capacity: 10, refillTokens: 2, refillPeriodNs: 5n });
    limiter.tryAcquire("alice", 8);
    const waits = [5, 5, 5, 2, 2].map((n) => limiter.timeUntil("alice", n));
    assert.deepEqual(waits, [8n, 8n, 8n, 0n, 0n]);
    assert.equal(limiter.available("alice"), 2);
    assert.equal(limiter.size, 1);
  });
});

describe("clock", () => {
  test("R5: a clock going back neither adds nor removes tokens", () => {
    const { limiter, time } = setUp({ capacity: 10 });
    time.now = 100n;
    limiter.tryAcquire("alice", 8);
    const levels = atEach(time, [40n, 0n, 70n, 99n, 100n, 103n], () => limiter.available("alice"));
    assert.deepEqual(levels, [2, 2, 2, 2, 2, 5]);
  });

  test("R5: tokens taken while the clock is back refill from the greatest reading", () => {
    const { limiter, time } = setUp({ capacity: 10 });
    time.now = 100n;
    limiter.tryAcquire("alice", 4);
    time.now = 50n;
    assert.equal(limiter.tryAcquire("alice", 6), true);
    assert.equal(limiter.tryAcquire("alice", 1), false);
    time.now = 100n;
    assert.equal(limiter.tryAcquire("alice", 1), false);
    time.now = 102n;
    assert.equal(limiter.available("alice"), 2);
  });

  test("R5: timeUntil counts from the greatest reading", () => {
    const { limiter, time } = setUp({ capacity: 10 });
    time.now = 100n;
    limiter.tryAcquire("alice", 10);
    const waits = atEach(time, [40n, 102n], () => limiter.timeUntil("alice", 5));
    assert.deepEqual(waits, [5n, 3n]);
  });

  const readers = {
    "tryAcquire": (limiter) => limiter.tryAcquire("carol", 1),
    "failing tryAcquire": (limiter) => limiter.tryAcquire("carol", 1_000),
    "timeUntil": (limiter) => limiter.timeUntil("carol", 1),
    "timeUntil of a key not held": (limiter) => limiter.timeUntil("dave", 1),
    "available": (limiter) => limiter.available("carol"),
    "available of a key not held": (limiter) => limiter.available("dave"),
    "prune": (limiter) => limiter.prune(),
    "too many keys": (limiter) => assert.throws(() => limiter.tryAcquire("dave", 1), TooManyKeysError),
  };
  for (const [name, readClock] of Object.entries(readers)) {
    test(`R5: a reading of any call and key counts for all: ${name}`, () => {
      const { limiter, time } = setUp({ capacity: 1_000, maxKeys: 2 });
      limiter.tryAcquire("carol", 1_000);
      limiter.tryAcquire("bob", 1_000);
      time.now = 500n;
      readClock(limiter);
      time.now = 0n;
      assert.equal(limiter.available("bob"), 500);
      assert.equal(limiter.timeUntil("bob", 501), 1n);
      time.now = 500n;
      assert.equal(limiter.available("bob"), 500);
      time.now = 501n;
      assert.equal(limiter.available("bob"), 501);
    });
  }

  test("R5: a key first used while the clock is back gains nothing until it has caught up", () => {
    const { limiter, time } = setUp({ capacity: 10 });
    time.now = 1_000n;
    limiter.available("alice");
    time.now = 0n;
    assert.equal(limiter.tryAcquire("bob", 10), true);
    const levels = atEach(time, [5n, 999n, 1_000n, 1_001n, 1_004n], () => limiter.available("bob"));
    assert.deepEqual(levels, [0, 0, 0, 1, 4]);
  });

  test("R5: creation does not read the clock", () => {
    const { limiter, time } = setUp({ capacity: 10 });
    assert.equal(time.readings, 0);
    time.now = -1_000n;
    limiter.tryAcquire("alice", 10);
    time.now = -996n;
    assert.equal(limiter.available("alice"), 4);
  });

  test("R5: the clock may be negative", () => {
    const { limiter, time } = setUp({ capacity: 10 });
    time.now = -1_000n;
    limiter.tryAcquire("alice", 10);
    time.now = -997n;
    assert.equal(limiter.available("alice"), 3);
    time.now = -999n;
    assert.equal(limiter.timeUntil("alice", 5), 2n);
  });

  test("R5: a greatest reading of zero counts like any other", () => {
    const { limiter, time } = setUp({ capacity: 10 });
    time.now = 0n;
    limiter.tryAcquire("alice", 8);
    const levels = atEach(time, [-5n, -1n, 0n, 1n], () => limiter.available("alice"));
    assert.deepEqual(levels, [2, 2, 2, 3]);
  });

  test("R5: each call reads the clock once, size never", () => {
    const { limiter, time } = setUp({ capacity: 10, maxKeys: 1 });
    const calls = [
      () => limiter.tryAcquire("alice", 8),
      () => limiter.tryAcquire("alice", 8),
      () => limiter.timeUntil("alice", 8),
      () => limiter.timeUntil("bob", 8),
      () => limiter.available("alice"),
      () => limiter.available("bob"),
      () => assert.throws(() => limiter.tryAcquire("bob", 1), TooManyKeysError),
      () => limiter.prune(),
    ];
    const readings = calls.map((call) => {
      call();
      return time.readings;
    });
    assert.deepEqual(readings, [1, 2, 3, 4, 5, 6, 7, 8]);
    assert.equal(limiter.size, 1);
    assert.equal(time.readings, 8);
  });
});

describe("keys", () => {
  test("R6: keys are independent", () => {
    const { limiter, time } = setUp({ capacity: 10 });
    limiter.tryAcquire("alice", 10);
    time.now = 2n;
    assert.equal(limiter.tryAcquire("bob", 9), true);
    assert.equal(limiter.available("alice"), 2);
    assert.equal(limiter.available("bob"), 1);
    time.now = 3n;
    assert.equal(limiter.available("alice"), 3);
    assert.equal(limiter.available("bob"), 2);
  });

  test("R6: any string is a key of its own", () => {
    const names = ["__proto__", "constructor", "toString", "hasOwnProperty", "size"];
    const spellings = ["", " ", "\0", "a", "A", "a ", "é", "e\u0301", "键", "\ud800", "\ud801"];
    const keys = [...names, ...spellings];
    const { limiter } = setUp({ capacity: 20 });
    keys.forEach((key, i) => assert.equal(limiter.tryAcquire(key, i + 1), true));
    const levels = keys.map((key) => limiter.available(key));
    assert.deepEqual(levels, [19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4]);
    assert.equal(limiter.size, 16);
  });

  test("R6: asking for a key that is not held adds none", () => {
    const { limiter } = setUp({ capacity: 10 });
    for (const key of ["alice", "", "__proto__"]) {
      assert.equal(limiter.available(key), 10);
      assert.equal(limiter.timeUntil(key, 10), 0n);
    }
    assert.equal(limiter.size, 0);
  });

  test("R6: asking for a key that is not held works at the maximum", () => {
    const { limiter } = setUp({ capacity: 10, maxKeys: 1 });
    limiter.tryAcquire("alice", 1);
    assert.equal(limiter.available("bob"), 10);
    assert.equal(limiter.timeUntil("bob", 10), 0n);
    assert.equal(limiter.size, 1);
    assert.equal(limiter.available("alice"), 9);
  });

  test("R6: asking at the maximum drops no full bucket", () => {
    const { limiter, time } = setUp({ capacity: 10, maxKeys: 1 });
    limiter.tryAcquire("alice", 1);
    time.now = 1n;
    assert.equal(limiter.available("bob"), 10);
    assert.equal(limiter.timeUntil("bob", 10), 0n);
    assert.equal(limiter.size, 1);
  });

  test("R6: a key is held from its first successful tryAcquire", () => {
    const { limiter } = setUp({ capacity: 10 });
    assert.equal(limiter.size, 0);
    limiter.tryAcquire("alice", 10);
    assert.equal(limiter.size, 1);
    limiter.tryAcquire("alice", 1);
    assert.equal(limiter.size, 1);
    limiter.tryAcquire("bob", 1);
    assert.equal(limiter.size, 2);
  });

  test("R7: prune drops exactly the full buckets", () => {
    const { limiter, time } = setUp({ capacity: 10 });
    limiter.tryAcquire("alice", 3);
    limiter.tryAcquire("bob", 4);
    limiter.tryAcquire("carol", 2);
    time.now = 3n;
    assert.equal(limiter.prune(), 2);
    assert.equal(limiter.size, 1);
    assert.equal(limiter.available("bob"), 9);
    assert.equal(limiter.prune(), 0);
    time.now = 4n;
    assert.equal(limiter.prune(), 1);
    assert.equal(limiter.size, 0);
  });

  test("R7: prune of an empty limiter", () => {
    const { limiter } = setUp();
    assert.equal(limiter.prune(), 0);
  });

  test("R7: prune keeps a bucket short of a tiny fraction", () => {
    const { limiter, time } = setUp({ capacity: 100_000, refillTokens: 1, refillPeriodNs: DAY_NS });
    limiter.tryAcquire("alice", 100_000);
    time.now = 100_000n * DAY_NS - 1n;
    assert.equal(limiter.prune(), 0);
    assert.equal(limiter.size, 1);
    assert.equal(limiter.timeUntil("alice", 100_000), 1n);
    time.now += 1n;
    assert.equal(limiter.prune(), 1);
    assert.equal(limiter.size, 0);
  });

  test("R7: prune keeps the fraction of a bucket that stays", () => {
    const { limiter, time } = setUp({ capacity: 2, refillTokens: 3, refillPeriodNs: 7n });
    limiter.tryAcquire("alice", 2);
    time.now = 4n; // 1 5/7 tokens
    assert.equal(limiter.prune(), 0);
    assert.equal(limiter.available("alice"), 1);
    time.now = 5n; // 2 1/7 tokens would be
    assert.equal(limiter.prune(), 1);
  });

  test("R7: size counts full buckets until they are dropped", () => {
    const { limiter, time } = setUp({ capacity: 10 });
    limiter.tryAcquire("alice", 1);
    limiter.tryAcquire("bob", 1);
    time.now = 1_000n;
    assert.equal(limiter.available("alice"), 10);
    assert.equal(limiter.timeUntil("bob", 10), 0n);
    limiter.tryAcquire("carol", 1);
    assert.equal(limiter.size, 3);
  });

  test("R7: a pruned key has a full bucket again", () => {
    const { limiter, time } = setUp({ capacity: 10 });
    limiter.tryAcquire("alice", 1);
    time.now = 1n;
    limiter.prune();
    assert.equal(limiter.available("alice"), 10);
    assert.equal(limiter.tryAcquire("alice", 10), true);
    assert.equal(limiter.tryAcquire("alice", 1), false);
  });

  test("R5 R7: prune goes by the greatest reading", () => {
    const { limiter, time } = setUp({ capacity: 10 });
    limiter.tryAcquire("alice", 5);
    time.now = 5n;
    limiter.available("bob");
    time.now = 0n;
    assert.equal(limiter.prune(), 1);
  });
});

describe("maximum number of keys", () => {
  test("R8: one key too many fails and changes nothing", () => {
    const { limiter, time } = setUp({ capacity: 10, maxKeys: 2 });
    limiter.tryAcquire("alice", 3);
    limiter.tryAcquire("bob", 10);
    time.now = 2n;
    assert.throws(() => limiter.tryAcquire("carol", 1), TooManyKeysError);
    assert.equal(limiter.size, 2);
    assert.equal(limiter.available("alice"), 9);
    assert.equal(limiter.available("bob"), 2);
  });

  test("R8: held keys go on working at the maximum", () => {
    const { limiter, time } = setUp({ capacity: 10, maxKeys: 1 });
    limiter.tryAcquire("alice", 3);
    assert.throws(() => limiter.tryAcquire("bob", 1), TooManyKeysError);
    assert.equal(limiter.tryAcquire("alice", 7), true);
    assert.equal(limiter.tryAcquire("alice", 1), false);
    time.now = 4n;
    assert.equal(limiter.tryAcquire("alice", 4), true);
    assert.equal(limiter.size, 1);
  });

  test("R8: all full buckets make room for a new key", () => {
    const { limiter, time } = setUp({ capacity: 10, maxKeys: 4 });
    limiter.tryAcquire("alice", 2);
    limiter.tryAcquire("bob", 9);
    limiter.tryAcquire("carol", 1);
    limiter.tryAcquire("dave", 2);
    time.now = 2n;
    assert.equal(limiter.tryAcquire("erin", 4), true);
    assert.equal(limiter.size, 2);
    assert.equal(limiter.available("bob"), 3);
    assert.equal(limiter.available("erin"), 6);
  });

  test("R8: a new key gets in exactly when a bucket is full", () => {
    const { limiter, time } = setUp({ capacity: 2, refillTokens: 2, refillPeriodNs: 5n, maxKeys: 1 });
    limiter.tryAcquire("alice", 1);
    time.now = 2n;
    assert.throws(() => limiter.tryAcquire("bob", 2), TooManyKeysError);
    time.now = 3n;
    assert.equal(limiter.tryAcquire("bob", 2), true);
    assert.equal(limiter.available("bob"), 0);
    assert.equal(limiter.size, 1);
  });

  test("R8: a held key drops no full bucket at the maximum", () => {
    const { limiter, time } = setUp({ capacity: 10, maxKeys: 2 });
    limiter.tryAcquire("alice", 1);
    limiter.tryAcquire("bob", 1);
    time.now = 1n;
    assert.equal(limiter.tryAcquire("alice", 1), true);
    assert.equal(limiter.size, 2);
  });

  test("R8: a failing key is not held afterwards", () => {
    const { limiter, time } = setUp({ capacity: 10, maxKeys: 1 });
    limiter.tryAcquire("alice", 1);
    assert.throws(() => limiter.tryAcquire("bob", 6), TooManyKeysError);
    time.now = 1n;
    assert.equal(limiter.tryAcquire("bob", 10), true);
    assert.equal(limiter.size, 1);
  });

  test("R8: a flood of keys never exceeds the maximum", () => {
    const { limiter, time } = setUp({ capacity: 2, refillTokens: 1, refillPeriodNs: 10n, maxKeys: 5 });
    let held = 0;
    let refused = 0;
    for (time.now = 0n; time.now < 100n; time.now++) {
      try {
        limiter.tryAcquire(`key ${time.now}`, 1);
        held += 1;
      } catch (error) {
        assert.ok(error instanceof TooManyKeysError);
        refused += 1;
      }
      assert.ok(limiter.size <= 5);
    }
    assert.deepEqual({ held, refused }, { held: 50, refused: 50 });
  });
});

describe("errors", () => {
  const invalidSettings = {
    capacity: [0, -1, 100_001, 1.5, NaN, Infinity],
    refillTokens: [0, -1, 100_001, 1.5, NaN, Infinity],
    refillPeriodNs: [0n, -1n, DAY_NS + 1n],
    maxKeys: [0, -1, 1.5, NaN, Infinity],
  };
  for (const [name, values] of Object.entries(invalidSettings)) {
    for (const value of values) {
      test(`R9: a setting out of range: ${name} ${value}`, () => {
        const clock = () => assert.fail("the clock is read");
        assert.throws(() => setUp({ [name]: value, clock }), RangeError);
      });
    }
  }

  const validSettings = {
    capacity: [1, 100_000],
    refillTokens: [1, 100_000],
    refillPeriodNs: [1n, DAY_NS],
    maxKeys: [1, Number.MAX_SAFE_INTEGER],
  };
  for (const [name, values] of Object.entries(validSettings)) {
    for (const value of values) {
      test(`R9: a setting at the limit is valid: ${name} ${value}`, () => {
        const { limiter } = setUp({ [name]: value });
        assert.equal(limiter.tryAcquire("alice", 1), true);
      });
    }
  }

  const refusals = [
    [0, RangeError],
    [-1, RangeError],
    [1.5, RangeError],
    [1e9 + 0.5, RangeError],
    [NaN, RangeError],
    [Infinity, RangeError],
    [11, CapacityExceededError],
    [Number.MAX_SAFE_INTEGER, CapacityExceededError],
  ];
  for (const operation of ["tryAcquire", "timeUntil"]) {
    for (const [n, error] of refusals) {
      test(`R9: ${operation} of ${n} tokens fails for keys held or not`, () => {
        const { limiter } = setUp({ capacity: 10 });
        limiter.tryAcquire("alice", 1);
        assert.throws(() => limiter[operation]("alice", n), error);
        assert.throws(() => limiter[operation]("bob", n), error);
      });

      test(`R9: ${operation} of ${n} tokens changes neither tokens nor keys`, () => {
        const { limiter, time } = setUp({ capacity: 10, maxKeys: 2 });
        limiter.tryAcquire("alice", 1);
        limiter.tryAcquire("bob", 5);
        time.now = 1n;
        for (const key of ["alice", "bob", "carol"]) {
          assert.throws(() => limiter[operation](key, n), error);
        }
        assert.equal(limiter.size, 2);
        assert.equal(limiter.available("alice"), 10);
        assert.equal(limiter.available("bob"), 6);
      });

      test(`R9: ${operation} of ${n} tokens does not read the clock`, () => {
        const { limiter, time } = setUp({ capacity: 10 });
        limiter.tryAcquire("alice", 10);
        time.now = 1_000n;
        assert.throws(() => limiter[operation]("alice", n), error);
        assert.equal(time.readings, 1);
        time.now = 2n;
        assert.equal(limiter.available("alice"), 2);
      });
    }
  }

  test("R9: n equal to the capacity is valid", () => {
    const { limiter } = setUp({ capacity: 10 });
    assert.equal(limiter.timeUntil("alice", 10), 0n);
    assert.equal(limiter.tryAcquire("alice", 10), true);
    assert.equal(limiter.timeUntil("alice", 10), 10n);
  });
});

describe("interleaved tasks", () => {
  /** Runs a task that calls `step` several times, giving way to other tasks before each call. */
  async function interleaved(times, step) {
    const results = [];
    for (let i = 0; i < times; i++) {
      await nextTurn();
      results.push(step(i));
    }
    return results;
  }

  const countTrue = (results) => results.flat().filter((result) => result === true).length;

  test("R10: as many succeed as there are tokens", async () => {
    const { limiter } = setUp({ capacity: 100 });
    const acquire = () => limiter.tryAcquire("alice", 1);
    const results = await Promise.all(Array.from({ length: 8 }, () => interleaved(25, acquire)));
    assert.equal(countTrue(results), 100);
    assert.equal(limiter.available("alice"), 0);
  });

  test("R10: no token is lost when all succeed", async () => {
    const { limiter } = setUp({ capacity: 1_000 });
    const acquire = () => limiter.tryAcquire("alice", 1);
    const results = await Promise.all(Array.from({ length: 8 }, () => interleaved(25, acquire)));
    assert.equal(countTrue(results), 200);
    assert.equal(limiter.available("alice"), 800);
  });

  test("R10: other keys and prune do not change that", async () => {
    const { limiter } = setUp({ capacity: 30 });
    const acquire = (key) => interleaved(25, () => limiter.tryAcquire(key, 1));
    const [pruned, ...results] = await Promise.all([
      interleaved(25, () => limiter.prune()),
      ...["alice", "bob", "alice", "bob"].map(acquire),
    ]);
    assert.deepEqual(pruned, Array(25).fill(0));
    assert.equal(countTrue([results[0], results[2]]), 30);
    assert.equal(countTrue([results[1], results[3]]), 30);
    assert.equal(limiter.available("alice"), 0);
    assert.equal(limiter.available("bob"), 0);
  });

  test("R8 R10: new keys do not exceed the maximum", async () => {
    const { limiter } = setUp({ maxKeys: 20 });
    const acquire = (name) =>
      interleaved(10, (i) => {
        try {
          return limiter.tryAcquire(`${name} ${i}`, 1);
        } catch (error) {
          return error;
        }
      });
    const results = await Promise.all(["a", "b", "c", "d"].map(acquire));
    assert.equal(countTrue(results), 20);
    assert.equal(results.flat().filter((result) => result instanceof TooManyKeysError).length, 20);
    assert.equal(limiter.size, 20);
  });
});
