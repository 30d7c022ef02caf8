import assert from "node:assert/strict";
import { test } from "node:test";

import { FinishedError, Sessionizer } from "./sessionize-events.js";

const MAX_MS = 10 ** 15;
const NOT_TIMESTAMPS = [-1, MAX_MS + 1, 5.5, NaN, Infinity, -Infinity, "5", 5n, null, undefined];

function click(user, timestampMs, page = `${user}${timestampMs}`) {
  return { user, timestampMs, page };
}

function session(user, startMs, endMs, ...pages) {
  return { user, startMs, endMs, pages };
}

/** A sessionizer after events none of which closes a session. */
function sessionizerAfter([gapMs, latenessMs], ...events) {
  const sessionizer = new Sessionizer({ gapMs, latenessMs });
  for (const event of events) {
    assert.deepEqual(sessionizer.add(click(...event)), []);
  }
  return sessionizer;
}

function sessionsOf(options, ...events) {
  return sessionizerAfter(options, ...events).finish();
}

function ordersOf(items) {
  return items.length < 2
    ? [items]
    : items.flatMap((item, index) => ordersOf(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}

function assertRefused(event) {
  const sessionizer = sessionizerAfter([10, 0], ["alice", 5, "a"]);
  assert.throws(() => sessionizer.add(event), RangeError);
  assert.equal(sessionizer.lateEvents, 0);
  assert.deepEqual(sessionizer.add(click("alice", 5, "b")), []);
  assert.equal(sessionizer.lateEvents, 0);
  assert.deepEqual(sessionizer.finish(), [session("alice", 5, 5, "a", "b")]);
}

test("R1: events exactly the gap apart share a session", () => {
  assert.deepEqual(sessionsOf([7, 50], ["alice", 3, "a"], ["alice", 10, "b"]), [session("alice", 3, 10, "a", "b")]);
  assert.deepEqual(sessionsOf([7, 50], ["alice", 10, "a"], ["alice", 3, "b"]), [session("alice", 3, 10, "b", "a")]);
});

test("R1: one millisecond more than the gap makes two sessions", () => {
  const early = session("alice", 3, 3, "a");
  const late = session("alice", 11, 11, "b");
  assert.deepEqual(sessionsOf([7, 50], ["alice", 3, "a"], ["alice", 11, "b"]), [early, late]);
  assert.deepEqual(sessionsOf([7, 50], ["alice", 11, "b"], ["alice", 3, "a"]), [early, late]);
});

test("R1: a session can be longer than the gap", () => {
  const events = [0, 7, 14, 21, 28].map((timestampMs) => ["alice", timestampMs, `p${timestampMs}`]);
  assert.deepEqual(sessionsOf([7, 50], ...events), [session("alice", 0, 28, "p0", "p7", "p14", "p21", "p28")]);
});

test("R1: events of different users are never in one session", () => {
  assert.deepEqual(sessionsOf([7, 50], ["alice", 1, "a"], ["bob", 2, "b"], ["alice", 3, "c"]), [
    session("bob", 2, 2, "b"),
    session("alice", 1, 3, "a", "c"),
  ]);
});

test("R1: pages are by timestamp, at equal ones by arrival, and equal events are kept", () => {
  const events = [
    ["alice", 12, "z"],
    ["alice", 9, "y"],
    ["alice", 10, "b"],
    ["alice", 9, "a"],
    ["alice", 9, "y"],
    ["alice", 100, "x"],
];
  assert.deepEqual(sessionsOf([90, 200], ...events), [session("alice", 9, 100, "y", "a", "y", "b", "z", "x")]);
});

test("R1: the empty page is kept", () => {
  assert.deepEqual(sessionsOf([7, 0], ["alice", 4, ""], ["alice", 4, ""]), [session("alice", 4, 4, "", "")]);
});

test("R1 R3: every order of arrival gives the same sessions", () => {
  const events = [
    ["alice", 0, "a"],
    ["alice", 7, "b"],
    ["alice", 14, "c"],
    ["alice", 22, "d"],
    ["alice", 29, "e"],
];
  for (const order of ordersOf(events)) {
    assert.deepEqual(sessionsOf([7, 50], ...order), [
      session("alice", 0, 14, "a", "b", "c"),
      session("alice", 22, 29, "d", "e"),
    ]);
  }
});

test("R2: a session is closed once the watermark is above its end plus gap, not at it", () => {
  const sessionizer = sessionizerAfter([7, 4], ["alice", 2, "a"], ["bob", 13, "b"]);
  assert.deepEqual(sessionizer.add(click("bob", 14, "c")), [session("alice", 2, 2, "a")]);
  assert.deepEqual(sessionizer.add(click("bob", 15, "d")), []);
  assert.deepEqual(sessionizer.finish(), [session("bob", 13, 15, "b", "c", "d")]);
});

test("R2: the user of a closed session gets a new one", () => {
  const sessionizer = sessionizerAfter([7, 0], ["alice", 0, "a"]);
  assert.deepEqual(sessionizer.add(click("alice", 8, "b")), [session("alice", 0, 0, "a")]);
  assert.deepEqual(sessionizer.add(click("bob", 16, "c")), [session("alice", 8, 8, "b")]);
  assert.deepEqual(sessionizer.add(click("alice", 16, "d")), []);
  assert.deepEqual(sessionizer.finish(), [session("bob", 16, 16, "c"), session("alice", 16, 16, "d")]);
});

test("R2: an event that extends a session puts off its closing", () => {
  const sessionizer = sessionizerAfter([7, 0], ["alice", 0, "a"], ["alice", 5, "b"], ["bob", 8, "c"], ["bob", 12, "d"]);
  assert.deepEqual(sessionizer.add(click("bob", 13, "e")), [session("alice", 0, 5, "a", "b")]);
});

test("R2: an older event does not lower the end of a session or the watermark", () => {
  const sessionizer = sessionizerAfter(
    [7, 20],
    ["alice", 50, "a"],
    ["alice", 45, "b"],
    ["bob", 77, "c"],
    ["bob", 71, "d"],
);
  assert.deepEqual(sessionizer.add(click("bob", 78, "e")), [session("alice", 45, 50, "b", "a")]);
  assert.deepEqual(sessionizer.finish(), [session("bob", 71, 78, "d", "c", "e")]);
});

test("R2: each of several sessions is closed when its own time has come", () => {
  const sessionizer = sessionizerAfter([10, 0], ["alice", 0, "a"], ["bob", 3, "b"], ["carol", 6, "c"]);
  assert.deepEqual(sessionizer.add(click("dave", 11, "d")), [session("alice", 0, 0, "a")]);
  assert.deepEqual(sessionizer.add(click("dave", 13, "e")), []);
  assert.deepEqual(sessionizer.add(click("dave", 14, "f")), [session("bob", 3, 3, "b")]);
  assert.deepEqual(sessionizer.add(click("dave", 17, "g")), [session("carol", 6, 6, "c")]);
});

test("R2: a session begun out of order is closed before newer ones", () => {
  const sessionizer = sessionizerAfter([7, 50], ["bob", 60, "a"], ["alice", 20, "b"], ["carol", 77, "c"]);
  assert.deepEqual(sessionizer.add(click("carol", 78, "d")), [session("alice", 20, 20, "b")]);
  assert.deepEqual(sessionizer.finish(), [session("bob", 60, 60, "a"), session("carol", 77, 78, "c", "d")]);
});

test("R3: an event between two sessions merges them", () => {
  assert.deepEqual(sessionsOf([10, 10], ["alice", 0, "a"], ["alice", 20, "b"], ["alice", 10, "c"]), [
    session("alice", 0, 20, "a", "c", "b"),
  ]);
});

test("R3: sessions of several events are merged with their pages in order", () => {
  const left = [["alice", 2, "b"], ["alice", 0, "a"]];
  const right = [["alice", 18, "d"], ["alice", 20, "e"], ["alice", 18, "f"]];
  const merged = [session("alice", 0, 20, "a", "b", "c", "d", "f", "e")];
  assert.deepEqual(sessionsOf([8, 50], ...left, ...right, ["alice", 10, "c"]), merged);
  assert.deepEqual(sessionsOf([8, 50], ...right, ...left, ["alice", 10, "c"]), merged);
});

test("R3: an event too far from one session joins only the other", () => {
  assert.deepEqual(sessionsOf([10, 50], ["alice", 0, "a"], ["alice", 21, "b"], ["alice", 10, "c"]), [
    session("alice", 0, 10, "a", "c"),
    session("alice", 21, 21, "b"),
  ]);
  assert.deepEqual(sessionsOf([10, 50], ["alice", 0, "a"], ["alice", 21, "b"], ["alice", 11, "c"]), [
    session("alice", 0, 0, "a"),
    session("alice", 11, 21, "c", "b"),
  ]);
});

test("R3: sessions farther away and those of others are not merged", () => {
  const events = [["alice", 0, "a"], ["alice", 20, "b"], ["alice", 40, "c"], ["bob", 30, "d"], ["alice", 10, "e"]];
  assert.deepEqual(
    sessionsOf([10, 90], ...events),
    [session("alice", 0, 20, "a", "e", "b"), session("bob", 30, 30, "d"), session("alice", 40, 40, "c")],
  );
});

test("R2 R3: a merged session is returned once, by its common end", () => {
  const sessionizer = sessionizerAfter(
    [10, 10],
    ["alice", 0, "a"],
    ["alice", 20, "b"],
    ["alice", 10, "c"],
    ["bob", 40, "d"],
);
  assert.deepEqual(sessionizer.add(click("bob", 41, "e")), [session("alice", 0, 20, "a", "c", "b")]);
  assert.deepEqual(sessionizer.finish(), [session("bob", 40, 41, "d", "e")]);
});

test("R4: events below the watermark are counted and dropped, one at the watermark is accepted", () => {
  const sessionizer = sessionizerAfter([7, 5], ["alice", 30, "a"], ["alice", 25, "b"]);
  assert.equal(sessionizer.lateEvents, 0);
  assert.deepEqual(sessionizer.add(click("alice", 24, "c")), []);
  assert.equal(sessionizer.lateEvents, 1);
  assert.deepEqual(sessionizer.add(click("bob", 0, "d")), []);
  assert.equal(sessionizer.lateEvents, 2);
  assert.deepEqual(sessionizer.finish(), [session("alice", 25, 30, "b", "a")]);
});

test("R4: a late event does not link sessions", () => {
  assert.deepEqual(sessionsOf([10, 9], ["alice", 0, "a"], ["alice", 19, "b"], ["alice", 9, "c"]), [
    session("alice", 0, 0, "a"),
    session("alice", 19, 19, "b"),
  ]);
});

test("R4: with lateness 0 all that is older than the newest event is late", () => {
  const sessionizer = sessionizerAfter(
    [7, 0],
    ["alice", 5, "a"],
    ["bob", 4, "b"],
    ["alice", 5, "c"],
    ["alice", 6, "d"],
    ["alice", 5, "e"],
);
  assert.equal(sessionizer.lateEvents, 2);
  assert.deepEqual(sessionizer.finish(), [session("alice", 5, 6, "a", "c", "d")]);
});

test("R4: the first event is not late, not even at 0", () => {
  for (const latenessMs of [0, 3, MAX_MS]) {
    const sessionizer = sessionizerAfter([7, latenessMs], ["alice", 0, "a"]);
    assert.equal(sessionizer.lateEvents, 0);
    assert.deepEqual(sessionizer.finish(), [session("alice", 0, 0, "a")]);
  }
});

test("R5: sessions closed together are by end, not by start, user or arrival", () => {
  const events = [["alice", 12, "a"], ["carol", 9, "b"], ["bob", 10, "c"], ["alice", 6, "d"], ["dave", 100, "e"]];
  const expected = [
    session("carol", 9, 9, "b"),
    session("bob", 10, 10, "c"),
    session("alice", 6, 12, "d", "a"),
    session("dave", 100, 100, "e"),
  ];
  assert.deepEqual(sessionsOf([7, 500], ...events), expected);
  assert.deepEqual(sessionizerAfter([7, 500], ...events).add(click("erin", 900)), expected);
});

test("R5: at equal ends the earliest arrived event decides, wherever it is in the session", () => {
  assert.deepEqual(
    sessionsOf([7, 50], ["zoe", 9, "a"], ["alice", 9, "b"]),
    [session("zoe", 9, 9, "a"), session("alice", 9, 9, "b")],
);
  assert.deepEqual(sessionsOf([7, 50], ["zoe", 4, "a"], ["alice", 9, "b"], ["alice", 3, "c"], ["zoe", 9, "d"]), [
    session("zoe", 4, 9, "a", "d"),
    session("alice", 3, 9, "c", "b"),
  ]);
});

test("R5: at equal ends earlier sessions of a user do not count", () => {
  assert.deepEqual(sessionsOf([7, 50], ["zoe", 0, "a"], ["alice", 30, "b"], ["zoe", 30, "c"]), [
    session("zoe", 0, 0, "a"),
    session("alice", 30, 30, "b"),
    session("zoe", 30, 30, "c"),
  ]);
});

test("R3 R5: for a merged session the earliest of all its events decides", () => {
  const merged = session("zoe", 0, 20, "a", "d", "c");
  const bob = session("bob", 20, 20, "b");
  const [first, between, last] = [["zoe", 0, "a"], ["zoe", 10, "d"], ["zoe", 20, "c"]];
  assert.deepEqual(sessionsOf([10, 50], first, ["bob", 20, "b"], last, between), [merged, bob]);
  assert.deepEqual(sessionsOf([10, 50], last, ["bob", 20, "b"], first, between), [merged, bob]);
  assert.deepEqual(sessionsOf([10, 50], ["bob", 20, "b"], first, last, between), [bob, merged]);
});

test("R6: users that differ in any character are different and keep their names", () => {
  const users = ["1", "01", "1.0", "Bob", "bob", "bob ", "__proto__", "constructor", "toString", "\u00e9", "e\u0301"];
  const events = [3, 6].flatMap((timestampMs) => users.map((user) => [user, timestampMs, `${timestampMs}`]));
  assert.deepEqual(sessionsOf([7, 50], ...events), users.map((user) => session(user, 3, 6, "3", "6")));
});

test("R7: an invalid gap is refused", () => {
  for (const gapMs of [0, ...NOT_TIMESTAMPS]) {
    assert.throws(() => new Sessionizer({ gapMs, latenessMs: 0 }), RangeError);
  }
});

test("R7: an invalid lateness is refused", () => {
  for (const latenessMs of NOT_TIMESTAMPS) {
    assert.throws(() => new Sessionizer({ gapMs: 1, latenessMs }), RangeError);
  }
});

test("R7: an event with an invalid timestamp is refused and changes nothing", () => {
  for (const timestampMs of NOT_TIMESTAMPS) {
    assertRefused({ user: "alice", timestampMs, page: "x" });
  }
});

test("R7: an event with an empty user is refused and changes nothing, also an old one", () => {
  for (const timestampMs of [1, 5, 500]) {
    assertRefused({ user: "", timestampMs, page: "x" });
  }
});

test("R1 R7: the limits of the ranges are valid", () => {
  assert.deepEqual(
    sessionsOf([MAX_MS, MAX_MS], ["alice", MAX_MS, "a"], ["alice", 0, "b"]),
    [session("alice", 0, MAX_MS, "b", "a")],
);
  assert.deepEqual(sessionsOf([1, MAX_MS], ["alice", MAX_MS, "a"], ["alice", MAX_MS - 2, "b"]), [
    session("alice", MAX_MS - 2, MAX_MS - 2, "b"),
    session("alice", MAX_MS, MAX_MS, "a"),
  ]);
});

test("R8: finishing without open sessions returns an empty array", () => {
  assert.deepEqual(new Sessionizer({ gapMs: 1, latenessMs: 0 }).finish(), []);
});

test("R8: after finishing only the count of late events can be had", () => {
  const sessionizer = sessionizerAfter([7, 0], ["alice", 5, "a"], ["alice", 4, "b"]);
  assert.deepEqual(sessionizer.finish(), [session("alice", 5, 5, "a")]);
  for (const event of [click("alice", 6), click("alice", 1), click("", 6), click("alice", -1)]) {
    assert.throws(() => sessionizer.add(event), FinishedError);
  }
  assert.throws(() => sessionizer.finish(), FinishedError);
  assert.equal(sessionizer.lateEvents, 1);
});
