import assert from "node:assert/strict";
import { test } from "node:test";

import { CascadeLimitError, createEventBus, DeliveryError, type EventBus, type Failure } from "./event-bus.ts";

/** Subscribes listeners that log their names. */
function logging(bus: EventBus, log: string[]): (pattern: string, name: string, priority?: number) => () => boolean {
  return (pattern, name, priority = 0) =>
    bus.subscribe(pattern, ({ topic }) => void log.push(`${name} ${topic}`), { priority });
}

/** The failures of a publishing; it has to fail. */
function failuresOf(publish: () => void): readonly Failure[] {
  try {
    publish();
  } catch (error) {
    assert.ok(error instanceof DeliveryError);
    assert.deepEqual(error.errors, error.failures.map((failure) => failure.error));
    return error.failures;
  }
  assert.fail("no delivery error");
}

const MATCHES: [pattern: string, yes: string[], no: string[]][] = [
  ["a", ["a"], ["A", "b", "aa", "a.a", "a.b"]],
  ["a.b", ["a.b"], ["a", "b", "a.c", "b.b", "a.B", "a.b.c", "ab", "a-b"]],
  ["*", ["a", "Z_9-z"], ["a.b"]],
  ["a.*", ["a.b", "a.a"], ["a", "b.b", "a.b.c", "ab"]],
  ["*.b", ["a.b", "b.b"], ["b", "a.c", "a.b.b"]],
  ["a.*.c", ["a.b.c"], ["a.c", "a.b.d", "a.b.b.c"]],
  ["**", ["a", "a.b", "a.b.c"], []],
  ["a.**", ["a", "a.b", "a.b.c"], ["b", "ab", "b.a"]],
  ["a.*.**", ["a.b", "a.b.c", "a.b.c.d"], ["a", "b.a"]],
  ["*.**", ["a", "a.b.c"], []],
];

for (const [pattern, yes, no] of MATCHES) {
  test(`R1: what ${pattern} matches`, () => {
    const bus = createEventBus();
    const topics: string[] = [];
    bus.subscribe(pattern, ({ topic }) => void topics.push(topic));
    for (const topic of [...no, ...yes, ...no]) {
      bus.publish(topic, null);
    }
    assert.deepEqual(topics, yes);
  });
}

test("R1: a topic of very many segments", () => {
  const bus = createEventBus();
  const topic = `a${".a".repeat(99_999)}`;
  const matching: string[] = [];
  for (const pattern of [topic, "a.*", "a.**", "**", `${topic}.*`, `${topic}.**`]) {
    bus.subscribe(pattern, () => void matching.push(pattern));
  }
  bus.publish(topic, null);
  assert.deepEqual(matching.map((pattern) => pattern.length), [199_999, 4, 2, 200_002]);
});

test("R1: the payload is passed as it is", () => {
  const bus = createEventBus();
  const payloads: unknown[] = [];
  bus.subscribe("a", (event) => void payloads.push(event.payload));
  const payload = { items: [1] };
  bus.publish("a", payload);
  bus.publish("a", undefined);
  assert.equal(payloads.length, 2);
  assert.equal(payloads[0], payload);
  assert.equal(payloads[1], undefined);
});

test("R2: by priority, then in the order of subscribing", () => {
  const bus = createEventBus();
  const log: string[] = [];
  const on = logging(bus, log);
  on("a", "zero");
  on("**", "low", -1);
  on("a", "lowest", -1000);
  on("*", "high", 1);
  on("a", "zero-2");
  on("a.**", "highest", 1000);
  on("a", "high-2", 1);
  on("**", "zero-3");
  bus.publish("a", null);
  const order = ["highest", "high", "high-2", "zero", "zero-2", "zero-3", "low", "lowest"];
  assert.deepEqual(log, order.map((name) => `${name} a`));
});

test("R2: a listener that is subscribed twice is called twice", () => {
  const bus = createEventBus();
  let calls = 0;
  const listener = () => void calls++;
  const cancel = bus.subscribe("a", listener);
  bus.subscribe("a", listener);
  bus.publish("a", null);
  assert.equal(calls, 2);
  assert.equal(bus.subscriptionCount(), 2);
  assert.equal(cancel(), true);
  assert.equal(bus.subscriptionCount(), 1);
  bus.publish("a", null);
  assert.equal(calls, 3);
});

test("R3: a subscription made during a delivery gets events whose delivery begins later", () => {
  const bus = createEventBus();
  const log: string[] = [];
  const on = logging(bus, log);
  bus.subscribe("start", () => {
    bus.publish("queued", null);
    on("**", "new", -5);
    on("**", "new first", 5);
  }, { once: true });
  on("start", "old", -1);
  bus.publish("start", null);
  assert.deepEqual(log, ["old start", "new first queued", "new queued"]);
  bus.publish("start", null);
  assert.deepEqual(log.slice(3), ["new first start", "old start", "new start"]);
});

test("R3: a subscription cancelled before its turn is not called", () => {
  const bus = createEventBus();
  const log: string[] = [];
  const on = logging(bus, log);
  on("a", "first", 2);
  const results: boolean[] = [];
  bus.subscribe("a", () => {
    bus.publish("a.queued", null);
    results.push(cancel(), cancelFirst(), cancel());
  }, { priority: 1 });
  const cancel = on("a.**", "cancelled");
  on("a.**", "last", -1);
  const cancelFirst = on("a.**", "before", 3);
  bus.publish("a", null);
  assert.deepEqual(log, ["before a", "first a", "last a", "last a.queued"]);
  assert.deepEqual(results, [true, true, false]);
  assert.equal(bus.subscriptionCount(), 3);
});

test("R3: a listener cancels its own subscription", () => {
  const bus = createEventBus();
  const log: string[] = [];
  const cancel = bus.subscribe("a", () => void log.push(`own ${cancel()}`));
  logging(bus, log)("a", "other");
  bus.publish("a", null);
  bus.publish("a", null);
  assert.deepEqual(log, ["own true", "other a", "other a"]);
  assert.equal(cancel(), false);
});

test("R4: a once-subscription is called for the first matching event only", () => {
  const bus = createEventBus();
  const log: string[] = [];
  const cancel = bus.subscribe("a.*", ({ topic }) => {
    log.push(topic, String(cancel()), String(bus.subscriptionCount()));
    bus.publish("a.again", null);
  }, { once: true });
  logging(bus, log)("a.*", "other");
  bus.publish("b", null);
  assert.equal(bus.subscriptionCount(), 2);
  bus.publish("a.x", null);
  bus.publish("a.y", null);
  assert.deepEqual(log, ["a.x", "false", "1", "other a.x", "other a.again", "other a.y"]);
  assert.equal(cancel(), false);
});

test("R4: a once-subscription ends although its listener fails", () => {
  const bus = createEventBus();
  bus.subscribe("a", () => assert.fail("down"), { once: true });
  assert.equal(failuresOf(() => bus.publish("a", null)).length, 1);
  assert.equal(bus.subscriptionCount(), 0);
  bus.publish("a", null);
});

test("R4: a once-subscription that is cancelled is never called", () => {
  const bus = createEventBus();
  const log: string[] = [];
  bus.subscribe("a", () => void log.push(String(cancel())));
  const cancel = bus.subscribe("a", () => void log.push("once"), { once: true });
  bus.publish("a", null);
  assert.deepEqual(log, ["true"]);
  assert.equal(cancel(), false);
});

test("R5: events published within listeners are queued", () => {
  const bus = createEventBus();
  const log: string[] = [];
  const on = logging(bus, log);
  bus.subscribe("a", () => {
    bus.publish("b", null);
    bus.publish("c", null);
    log.push("published");
  });
  bus.subscribe("b", () => bus.publish("d", null), { priority: 9 });
  on("**", "all", -9);
  bus.publish("a", null);
  assert.deepEqual(log, ["published", "all a", "all b", "all c", "all d"]);
});

test("R6: all failures are reported after everything is delivered", () => {
  const bus = createEventBus();
  const log: string[] = [];
  const down = new Error("down");
  bus.subscribe("a.**", ({ topic }) => {
    if (topic === "a") {
      bus.publish("a.b", null);
    }
    throw down;
  }, { priority: 1 });
  const fail: () => void = () => {
    throw "a string";
  };
  const cancel = bus.subscribe("a", fail);
  logging(bus, log)("**", "last", -1);
  assert.deepEqual(failuresOf(() => bus.publish("a", null)), [
    { topic: "a", pattern: "a.**", error: down },
    { topic: "a", pattern: "a", error: "a string" },
    { topic: "a.b", pattern: "a.**", error: down },
  ]);
  assert.deepEqual(log, ["last a", "last a.b"]);
  cancel();
  assert.deepEqual(failuresOf(() => bus.publish("a.c", null)), [{ topic: "a.c", pattern: "a.**", error: down }]);
  bus.publish("b", null);
  assert.deepEqual(log.slice(2), ["last a.c", "last b"]);
});

test("R6: more failures in one delivery than a call can have arguments", () => {
  const bus = createEventBus();
  const fail: () => void = () => {
    throw "a string";
  };
  for (let i = 0; i < 200_000; i++) {
    bus.subscribe("a", fail);
  }
  assert.equal(failuresOf(() => bus.publish("a", null)).length, 200_000);
  bus.publish("b", null);
});

const NO_NAMES = ["", ".", "a.", ".a", "a..b", "a b", "a\n", "\na", "é", "a/b", "a:b", "a*", "*a", "a.*b", "***", "a.***"];

test("R7: invalid patterns", () => {
  const bus = createEventBus();
  for (const pattern of [...NO_NAMES, "**.a", "a.**.b", "**.**", "**."]) {
    assert.throws(() => bus.subscribe(pattern, () => undefined), RangeError, pattern);
  }
  assert.equal(bus.subscriptionCount(), 0);
});

test("R7: invalid topics", () => {
  const bus = createEventBus();
  const log: string[] = [];
  logging(bus, log)("**", "all");
  for (const topic of [...NO_NAMES, "*", "**", "a.*", "a.**"]) {
    assert.throws(() => bus.publish(topic, null), RangeError, topic);
  }
  assert.deepEqual(log, []);
  bus.publish("a", null);
  assert.deepEqual(log, ["all a"]);
});

test("R7: an invalid topic within a listener is a failure of it", () => {
  const bus = createEventBus();
  const log: string[] = [];
  bus.subscribe("a", () => bus.publish("a.*", null));
  logging(bus, log)("**", "all");
  const [failure] = failuresOf(() => bus.publish("a", null));
  assert.ok(failure?.error instanceof RangeError);
  assert.deepEqual(log, ["all a"]);
});

test("R7: priorities and limits have bounds", () => {
  const bus = createEventBus();
  for (const priority of [-1001, 1001, 0.5, NaN]) {
    assert.throws(() => bus.subscribe("a", () => undefined, { priority }), RangeError);
  }
  assert.equal(bus.subscriptionCount(), 0);
  for (const cascadeLimit of [0, -1, 1_000_001, 1.5, NaN]) {
    assert.throws(() => createEventBus({ cascadeLimit }), RangeError);
  }
  assert.equal(createEventBus({ cascadeLimit: 1_000_000 }).subscriptionCount(), 0);
});

/** Publishes with a listener that publishes further events for as long as it can; returns the number delivered. */
function cascade(bus: EventBus, atOnce: number): number {
  let delivered = 0;
  const cancel = bus.subscribe("**", () => {
    delivered++;
    for (let i = 0; i < atOnce; i++) {
      bus.publish("again", null);
    }
  });
  const failures = failuresOf(() => bus.publish("first", null));
  assert.ok(failures.every(({ error }) => error instanceof CascadeLimitError));
  cancel();
  return delivered;
}

test("R8: a cascade has at most as many events as the limit", () => {
  for (const cascadeLimit of [1, 2, 7]) {
    const bus = createEventBus({ cascadeLimit });
    for (const atOnce of [1, 3, 1]) {
      assert.equal(cascade(bus, atOnce), cascadeLimit);
    }
  }
  assert.equal(cascade(createEventBus(), 1), 1000);
});

test("R8: a listener can handle the error", () => {
  const bus = createEventBus({ cascadeLimit: 2 });
  const log: string[] = [];
  bus.subscribe("a", () => {
    bus.publish("b", null);
    assert.throws(() => bus.publish("c", null), CascadeLimitError);
    log.push("handled");
  });
  logging(bus, log)("**", "all");
  bus.publish("a", null);
  bus.publish("a", null);
  assert.deepEqual(log, ["handled", "all a", "all b", "handled", "all a", "all b"]);
});
