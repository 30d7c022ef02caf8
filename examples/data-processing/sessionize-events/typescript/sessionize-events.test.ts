import assert from "node:assert/strict";
import { test } from "node:test";

import { type ClickEvent, FinishedError, type Session, Sessionizer } from "./sessionize-events.ts";

const MAX = 10 ** 15;
const DISTINCT_USERS = [
  "1", "01", "1.0", "1e0", "Bob", "bob", "bob ", " bob", "0", "__proto__", "constructor", "toString", "hasOwnProperty",
  "\u00e9", "e\u0301", "\u{1f600}",
];

/** Makes an event from "user timestamp page". */
function click(text: string): ClickEvent {
  const [user = "", timestampMs, page = ""] = text.split(" ");
  return { user, timestampMs: Number(timestampMs), page };
}

/** Makes sessions, each one from "user start-end page page ...". */
function sessions(...texts: string[]): Session[] {
  return texts.map((text) => {
    const [user = "", times = "", ...pages] = text.split(" ");
    const [startMs = NaN, endMs = NaN] = times.split("-").map(Number);
    return { user, startMs, endMs, pages };
  });
}

/** Adds events that close nothing. */
function addAll(sessionizer: Sessionizer, ...clicks: string[]): void {
  for (const text of clicks) {
    assert.deepEqual(sessionizer.add(click(text)), [], text);
  }
}

/** Finishes after events that close nothing. */
function finished(gapMs: number, latenessMs: number, ...clicks: string[]): Session[] {
  const sessionizer = new Sessionizer({ gapMs, latenessMs });
  addAll(sessionizer, ...clicks);
  return sessionizer.finish();
}

function permutations(items: readonly string[]): string[][] {
  if (items.length === 0) {
    return [[]];
  }
  return items.flatMap((first) =>
    permutations(items.filter((item) => item !== first)).map((rest) => [first, ...rest]),
  );
}

function assertRefused(invalid: ClickEvent): void {
  const sessionizer = new Sessionizer({ gapMs: 10, latenessMs: 0 });
  assert.throws(() => sessionizer.add(invalid), RangeError);
  addAll(sessionizer, "alice 5 a");
  assert.throws(() => sessionizer.add(invalid), RangeError);
  addAll(sessionizer, "alice 5 b");
  assert.equal(sessionizer.lateEvents, 0);
  assert.deepEqual(sessionizer.finish(), sessions("alice 5-5 a b"));
}

test("R1: events exactly the gap apart are in one session", () => {
  assert.deepEqual(finished(10, 100, "alice 5 a", "alice 15 b"), sessions("alice 5-15 a b"));
  assert.deepEqual(finished(10, 100, "alice 15 a", "alice 5 b"), sessions("alice 5-15 b a"));
});

test("R1: one millisecond more makes two sessions", () => {
  assert.deepEqual(finished(10, 100, "alice 5 a", "alice 16 b"), sessions("alice 5-5 a", "alice 16-16 b"));
  assert.deepEqual(finished(10, 100, "alice 16 a", "alice 5 b"), sessions("alice 5-5 b", "alice 16-16 a"));
});

test("R1: a chain of events is one session", () => {
  assert.deepEqual(
    finished(10, 100, "alice 0 a", "alice 10 b", "alice 20 c", "alice 30 d"),
    sessions("alice 0-30 a b c d"),
  );
});

test("R1: users have sessions of their own", () => {
  assert.deepEqual(
    finished(10, 100, "alice 0 a", "bob 5 b", "alice 10 c"),
    sessions("bob 5-5 b", "alice 0-10 a c"),
  );
});

test("R1: pages are by timestamp, then by arrival, and equal events are kept", () => {
  assert.deepEqual(
    finished(95, 100, "alice 100 x", "alice 10 z", "alice 10 a", "alice 9 m", "alice 10 a", "alice 11 k"),
    sessions("alice 9-100 m z a a k x"),
  );
});

test("R1: a page can be empty", () => {
  const sessionizer = new Sessionizer({ gapMs: 10, latenessMs: 0 });
  sessionizer.add({ user: "alice", timestampMs: 1, page: "" });
  assert.deepEqual(sessionizer.finish(), [{ user: "alice", startMs: 1, endMs: 1, pages: [""] }]);
});

test("R1 R3: the order of arrival has no influence", () => {
  for (const order of permutations(["alice 0 a", "alice 10 b", "alice 20 c", "alice 31 d", "alice 41 e"])) {
    assert.deepEqual(
      finished(10, 100, ...order),
      sessions("alice 0-20 a b c", "alice 31-41 d e"),
      order.join(", "),
    );
  }
});

test("R2: a session is closed when the watermark is above its end plus gap, not when it is equal", () => {
  const sessionizer = new Sessionizer({ gapMs: 10, latenessMs: 5 });
  addAll(sessionizer, "alice 0 a", "bob 15 b");
  assert.deepEqual(sessionizer.add(click("bob 16 c")), sessions("alice 0-0 a"));
  addAll(sessionizer, "bob 17 d");
  assert.deepEqual(sessionizer.finish(), sessions("bob 15-17 b c d"));
});

test("R2: an event can close the session of its own user and begin a new one", () => {
  const sessionizer = new Sessionizer({ gapMs: 10, latenessMs: 0 });
  addAll(sessionizer, "alice 0 a");
  assert.deepEqual(sessionizer.add(click("alice 11 b")), sessions("alice 0-0 a"));
  addAll(sessionizer, "alice 21 c");
  assert.deepEqual(sessionizer.add(click("bob 32 d")), sessions("alice 11-21 b c"));
  addAll(sessionizer, "alice 32 e");
  assert.deepEqual(sessionizer.finish(), sessions("bob 32-32 d", "alice 32-32 e"));
});

test("R2: later events of a session postpone its closing", () => {
  const sessionizer = new Sessionizer({ gapMs: 10, latenessMs: 0 });
  addAll(sessionizer, "alice 0 a", "alice 8 b", "bob 13 c", "bob 18 d");
  assert.deepEqual(sessionizer.add(click("bob 19 e")), sessions("alice 0-8 a b"));
});

test("R2: an older event changes neither the end of a session nor the watermark", () => {
  const sessionizer = new Sessionizer({ gapMs: 10, latenessMs: 20 });
  addAll(sessionizer, "alice 100 a", "alice 95 b", "bob 130 c", "bob 125 d");
  assert.deepEqual(sessionizer.add(click("carol 131 e")), sessions("alice 95-100 b a"));
  assert.deepEqual(sessionizer.finish(), sessions("bob 125-130 d c", "carol 131-131 e"));
});

test("R2: a session begun by an older event is closed by its own end", () => {
  const sessionizer = new Sessionizer({ gapMs: 10, latenessMs: 60 });
  addAll(sessionizer, "bob 100 a", "alice 50 b", "carol 120 c");
  assert.deepEqual(sessionizer.add(click("carol 121 d")), sessions("alice 50-50 b"));
  assert.deepEqual(sessionizer.finish(), sessions("bob 100-100 a", "carol 120-121 c d"));
});

test("R2: sessions are closed one after the other", () => {
  const sessionizer = new Sessionizer({ gapMs: 10, latenessMs: 0 });
  addAll(sessionizer, "alice 0 a", "bob 4 b", "carol 8 c");
  assert.deepEqual(sessionizer.add(click("dave 14 d")), sessions("alice 0-0 a"));
  assert.deepEqual(sessionizer.add(click("dave 15 e")), sessions("bob 4-4 b"));
  addAll(sessionizer, "dave 18 f");
  assert.deepEqual(sessionizer.add(click("dave 19 g")), sessions("carol 8-8 c"));
  assert.deepEqual(sessionizer.finish(), sessions("dave 14-19 d e f g"));
});

test("R3: an event between two sessions merges them", () => {
  assert.deepEqual(finished(10, 10, "alice 0 a", "alice 20 b", "alice 10 c"), sessions("alice 0-20 a c b"));
  assert.deepEqual(
    finished(10, 50, "alice 20 c", "alice 25 e", "alice 21 d", "alice 0 a", "alice 1 b", "alice 11 f"),
    sessions("alice 0-25 a b f c d e"),
  );
});

test("R3: an event that misses one session by a millisecond joins the other", () => {
  assert.deepEqual(
    finished(10, 50, "alice 0 a", "alice 21 b", "alice 10 c"),
    sessions("alice 0-10 a c", "alice 21-21 b"),
  );
  assert.deepEqual(
    finished(10, 50, "alice 0 a", "alice 21 b", "alice 11 c"),
    sessions("alice 0-0 a", "alice 11-21 c b"),
  );
});

test("R3: only neighbours of the same user are merged", () => {
  assert.deepEqual(
    finished(10, 100, "alice 0 a", "alice 20 b", "alice 40 c", "alice 60 f", "alice 30 d", "bob 10 e"),
    sessions("alice 0-0 a", "bob 10-10 e", "alice 20-40 b d c", "alice 60-60 f"),
  );
});

test("R2 R3: a merged session is returned once, by its end", () => {
  const sessionizer = new Sessionizer({ gapMs: 10, latenessMs: 10 });
  addAll(sessionizer, "alice 0 a", "alice 20 b", "alice 10 c", "bob 31 d", "bob 40 e");
  assert.deepEqual(sessionizer.add(click("bob 41 f")), sessions("alice 0-20 a c b"));
  assert.deepEqual(sessionizer.finish(), sessions("bob 31-41 d e f"));
});

test("R4: an event below the watermark is counted and dropped, one at the watermark is accepted", () => {
  const sessionizer = new Sessionizer({ gapMs: 10, latenessMs: 5 });
  addAll(sessionizer, "alice 100 a");
  assert.equal(sessionizer.lateEvents, 0);
  addAll(sessionizer, "alice 94 b");
  assert.equal(sessionizer.lateEvents, 1);
  addAll(sessionizer, "alice 95 c", "bob 94 d", "bob 0 e");
  assert.equal(sessionizer.lateEvents, 3);
  assert.deepEqual(sessionizer.finish(), sessions("alice 95-100 c a"));
});

test("R4: a late event does not merge sessions", () => {
  assert.deepEqual(
    finished(10, 9, "alice 0 a", "alice 19 b", "alice 9 c"),
    sessions("alice 0-0 a", "alice 19-19 b"),
  );
});

test("R4: without lateness every event older than the newest is late", () => {
  const sessionizer = new Sessionizer({ gapMs: 10, latenessMs: 0 });
  addAll(sessionizer, "alice 5 a", "alice 4 b", "alice 5 c", "bob 4 d", "alice 6 e", "alice 5 f");
  assert.equal(sessionizer.lateEvents, 3);
  assert.deepEqual(sessionizer.finish(), sessions("alice 5-6 a c e"));
});

test("R4: the first event is never late", () => {
  const sessionizer = new Sessionizer({ gapMs: 10, latenessMs: 3 });
  addAll(sessionizer, "alice 0 a", "alice 3 b", "alice 0 c");
  assert.equal(sessionizer.lateEvents, 0);
  assert.deepEqual(sessionizer.finish(), sessions("alice 0-3 a c b"));
});

test("R4: an event is measured by the watermark before it", () => {
  const sessionizer = new Sessionizer({ gapMs: 1, latenessMs: 0 });
  addAll(sessionizer, "alice 10 a");
  assert.deepEqual(sessionizer.add(click("alice 1000 b")), sessions("alice 10-10 a"));
  addAll(sessionizer, "alice 11 c");
  assert.equal(sessionizer.lateEvents, 1);
  assert.deepEqual(sessionizer.finish(), sessions("alice 1000-1000 b"));
});

test("R5: sessions are in the order of their ends", () => {
  const expected = sessions("carol 9-9 c", "bob 10-10 b", "alice 5-12 d a", "dave 100-100 e");
  const clicks = ["alice 12 a", "bob 10 b", "carol 9 c", "alice 5 d", "dave 100 e"];
  assert.deepEqual(finished(10, 1000, ...clicks), expected);

  const sessionizer = new Sessionizer({ gapMs: 10, latenessMs: 1000 });
  addAll(sessionizer, ...clicks);
  assert.deepEqual(sessionizer.add(click("erin 2000 f")), expected);
});

test("R5: at equal ends the earliest arrived event counts", () => {
  assert.deepEqual(
    finished(10, 100, "zoe 20 a", "bob 20 b", "alice 20 c"),
    sessions("zoe 20-20 a", "bob 20-20 b", "alice 20-20 c"),
  );
  assert.deepEqual(
    finished(10, 100, "bob 10 a", "alice 20 b", "alice 12 c", "bob 20 d"),
    sessions("bob 10-20 a d", "alice 12-20 c b"),
  );
  assert.deepEqual(
    finished(10, 100, "zoe 20 a", "bob 20 b", "zoe 15 c", "bob 10 d"),
    sessions("zoe 15-20 c a", "bob 10-20 d b"),
  );
});

test("R3 R5: at equal ends the earliest of all events of a merged session counts", () => {
  assert.deepEqual(
    finished(10, 100, "zoe 0 a", "bob 20 b", "zoe 20 c", "zoe 10 d"),
    sessions("zoe 0-20 a d c", "bob 20-20 b"),
  );
  assert.deepEqual(
    finished(10, 100, "zoe 20 a", "bob 20 b", "zoe 0 c", "zoe 10 d"),
    sessions("zoe 0-20 c d a", "bob 20-20 b"),
  );
  assert.deepEqual(
    finished(10, 100, "bob 20 a", "alice 0 b", "alice 20 c", "alice 10 d"),
    sessions("bob 20-20 a", "alice 0-20 b d c"),
  );
});

test("R6: similar users are different users", () => {
  const sessionizer = new Sessionizer({ gapMs: 10, latenessMs: 100 });
  for (const timestampMs of [5, 8]) {
    for (const user of DISTINCT_USERS) {
      sessionizer.add({ user, timestampMs, page: `${timestampMs} ${user}` });
    }
  }
  assert.deepEqual(
    sessionizer.finish(),
    DISTINCT_USERS.map((user) => ({ user, startMs: 5, endMs: 8, pages: [`5 ${user}`, `8 ${user}`] })),
  );
});

test("R7: an invalid gap or lateness is refused", () => {
  for (const gapMs of [0, -1, MAX + 1, 1.5, NaN, Infinity]) {
    assert.throws(() => new Sessionizer({ gapMs, latenessMs: 0 }), RangeError, `gap ${gapMs}`);
  }
  for (const latenessMs of [-1, MAX + 1, 0.5, NaN, Infinity]) {
    assert.throws(() => new Sessionizer({ gapMs: 10, latenessMs }), RangeError, `lateness ${latenessMs}`);
  }
});

for (const timestampMs of [-1, MAX + 1, 4.5, 5.5, NaN, Infinity, -Infinity]) {
  test(`R7: an event with the timestamp ${timestampMs} is refused and changes nothing`, () => {
    assertRefused({ user: "alice", timestampMs, page: "x" });
  });
}

test("R7: an event with an empty user is refused and changes nothing", () => {
  for (const timestampMs of [1, 5, 900]) {
    assertRefused({ user: "", timestampMs, page: "x" });
  }
});

test("R1 R7: the limits of the ranges are accepted", () => {
  assert.deepEqual(finished(MAX, MAX, `alice ${MAX} a`, "alice 0 b"), sessions(`alice 0-${MAX} b a`));
  assert.deepEqual(
    finished(1, MAX, `alice ${MAX} a`, "alice 0 b", `alice ${MAX - 1} c`),
    sessions("alice 0-0 b", `alice ${MAX - 1}-${MAX} c a`),
  );
});

test("R8: finishing without open sessions returns an empty list", () => {
  assert.deepEqual(finished(10, 0), []);
});

test("R8: after finishing everything but reading the count is refused", () => {
  const sessionizer = new Sessionizer({ gapMs: 10, latenessMs: 0 });
  addAll(sessionizer, "alice 5 a", "alice 4 b");
  assert.deepEqual(sessionizer.finish(), sessions("alice 5-5 a"));
  for (const event of [click("alice 6 c"), click("alice 1 d"), { user: "", timestampMs: -1, page: "e" }]) {
    assert.throws(() => sessionizer.add(event), FinishedError);
  }
  assert.throws(() => sessionizer.finish(), FinishedError);
  assert.equal(sessionizer.lateEvents, 1);
});
