import assert from "node:assert/strict";
import { test } from "node:test";

import { cheapestRoute, InvalidCostError, type Leg, type Route, UnknownPlaceError } from "./limited-stops-route.ts";

/** Legs written as "A>B:3 B>C:4". */
function legsOf(text: string): Leg[] {
  return text.split(" ").map((leg) => {
    const [from, to, cost] = leg.split(/[>:]/);
    return { from, to, cost: Number(cost) };
  });
}

function show(route: Route | undefined): string {
  return route ? [route.cost, ...route.places].join(" ") : "none";
}

function find(legs: string, from: string, to: string, maxStops: number): string {
  return show(cheapestRoute(legsOf(legs), from, to, maxStops));
}

function within<T>(find: () => T): T {
  const started = performance.now();
  const found = find();
  assert.ok(performance.now() - started < 2000, "it takes 2 seconds or more");
  return found;
}

test("R1: the cheapest route, in the direction of the legs", () => {
  for (const [from, to, expected] of [
    ["A", "D", "7 A C B D"],
    ["A", "B", "2 A C B"],
    ["D", "B", "3 D A C B"],
    ["B", "A", "6 B D A"],
    ["C", "A", "7 C B D A"],
  ]) {
    assert.equal(find("A>B:4 A>C:1 C>B:1 B>D:5 C>D:9 D>A:1", from, to, 5), expected);
  }
});

test("R1: parallel legs, free legs, loops and large sums", () => {
  for (const [legs, expected] of [
    ["A>B:5 A>B:2 A>B:9", "2 A B"],
    ["A>B:2 A>B:5", "2 A B"],
    ["A>C:0 C>B:0", "0 A C B"],
    ["A>A:0 A>B:1 B>B:0", "1 A B"],
    ["A>C:1000000000 C>D:1000000000 D>E:1000000000 E>F:1000000000 F>B:999999999", "4999999999 A C D E F B"],
  ]) {
    assert.equal(find(legs, "A", "B", 5), expected);
  }
});

test("R1: names like those of built-in properties", () => {
  const legs = "__proto__>constructor:1 constructor>toString:2";
  assert.equal(find(legs, "__proto__", "toString", 1), "3 __proto__ constructor toString");
});

test("R2: stops are limited, whatever the order of the list", () => {
  for (const [legs, direct, oneStop, more] of [
    ["A>B:10 A>C:1 C>B:1 B>D:1", "none", "11 A B D", "3 A C B D"],
    ["A>B:1 B>C:1 C>D:1 A>D:50 B>D:10", "50 A D", "11 A B D", "3 A B C D"],
    ["A>B:1 B>D:10 B>C:1 C>D:1", "none", "11 A B D", "3 A B C D"],
    ["A>B:1 B>C:1 C>D:1", "none", "none", "3 A B C D"],
  ]) {
    for (const given of [legsOf(legs), legsOf(legs).toReversed()]) {
      const found = [0, 1, 2, 3, 4].map((stops) => show(cheapestRoute(given, "A", "D", stops)));
      assert.deepEqual(found, [direct, oneStop, more, more, more]);
    }
  }
});

test("R2: a limit that is no whole number from 0 on is refused", () => {
  for (const limit of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(
      () => find("A>B:-7", "X", "B", limit),
      (error) => error instanceof RangeError && !(error instanceof InvalidCostError),
    );
  }
  assert.equal(find("A>B:1", "A", "B", 0), "1 A B");
});

test("R3: the fewest legs", () => {
  for (const [legs, expected] of [
    ["A>B:1 B>D:1 A>D:2", "2 A D"],
    ["A>D:2 A>B:1 B>D:1", "2 A D"],
    ["A>B:0 B>C:0 C>D:0 A>D:0", "0 A D"],
    ["A>B:1 B>C:1 C>D:1 A>E:1 E>D:2", "3 A E D"],
  ]) {
    assert.equal(find(legs, "A", "D", 5), expected);
  }
});

test("R3: the earlier leg where routes first differ", () => {
  for (const [legs, expected] of [
    ["Y>D:1 X>D:1 A>X:1 A>Y:1", "2 A X D"],
    ["X>D:1 Y>D:1 A>Y:1 A>X:1", "2 A Y D"],
    ["A>B:1 B>Y:1 B>X:1 X>D:1 Y>D:1", "3 A B Y D"],
    ["A>X:2 A>Y:1 Y>D:2 X>D:1", "3 A X D"],
    ["A>Y:1 A>X:2 X>D:1 Y>D:2", "3 A Y D"],
    ["A>P:1 A>Q:1 Q>R:1 P>S:1 R>D:1 S>D:1", "3 A P S D"],
    ["A>X:5 A>Y:1 A>X:1 X>D:1 Y>D:1", "2 A Y D"],
    ["A>X:1 A>Y:1 A>X:1 X>D:1 Y>D:1", "2 A X D"],
  ]) {
    assert.equal(find(legs, "A", "D", 5), expected);
  }
});

test("R4: a place is reached from itself", () => {
  for (const maxStops of [0, 1, 5]) {
    assert.equal(find("A>B:1 B>A:1 A>A:0", "A", "A", maxStops), "0 A");
    assert.equal(find("A>B:1", "B", "B", maxStops), "0 B");
  }
});

test("R4: no route is no error", () => {
  assert.equal(find("A>B:1 C>D:1", "A", "D", 9), "none");
  assert.equal(find("A>B:1 C>D:1", "B", "A", 9), "none");
  assert.equal(find("A>B:1 C>D:1", "C", "D", 9), "1 C D");
});

test("R5: a cost that is not allowed", () => {
  for (const cost of [-1, 1_000_000_001, 2 ** 32, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    const legs = legsOf("A>B:0 C>C:1000000000 C>D:1 E>F:-7").with(2, { from: "C", to: "D", cost });
    for (const start of ["A", "unknown"]) {
      assert.throws(
        () => cheapestRoute(legs, start, "A", 0),
        (error) => {
          assert.ok(error instanceof InvalidCostError);
          assert.deepEqual([error.name, error.index, error.cost], ["InvalidCostError", 2, cost]);
          assert.match(error.message, new RegExp(`2.*${cost}`));
          return true;
        },
      );
    }
  }
  assert.equal(find("A>B:0 A>C:1000000000", "A", "C", 0), "1000000000 A C");
});

test("R6: an unknown place", () => {
  for (const [from, to, place] of [
    ["X", "B", "X"],
    ["A", "Y", "Y"],
    ["X", "Y", "X"],
    ["X", "X", "X"],
    ["a", "A", "a"],
    ["A", "A ", "A "],
    ["A", "", ""],
  ]) {
    assert.throws(
      () => find("A>B:1 C>B:1", from, to, 3),
      (error) => {
        assert.ok(error instanceof UnknownPlaceError);
        assert.deepEqual([error.name, error.place], ["UnknownPlaceError", place]);
        assert.ok(error.message.includes(place));
        return true;
      },
    );
  }
});

test("R6: without legs no place is known, with one both its places are", () => {
  assert.throws(() => cheapestRoute([], "A", "A", 0), UnknownPlaceError);
  assert.equal(find("A>B:1", "A", "B", 0), "1 A B");
  assert.equal(find("A>B:1", "B", "A", 0), "none");
});

test("R7: layers with very many routes", () => {
  const legs = Array.from({ length: 2400 }, (_, i) => {
    const layer = Math.floor(i / 100);
    return { from: `${layer}.${Math.floor((i % 100) / 10)}`, to: `${layer + 1}.${i % 10}`, cost: 1 };
  });
  const route = within(() => cheapestRoute(legs, "0.3", "24.7", 23));
  const middle = Array.from({ length: 23 }, (_, i) => `${i + 1}.0`);
  assert.deepEqual(route, { cost: 24, places: ["0.3", ...middle, "24.7"] });
});

test("R7: a long chain listed in either direction", () => {
  const legs = Array.from({ length: 999 }, (_, i) => ({ from: `${i}`, to: `${i + 1}`, cost: 2 }));
  const places = Array.from({ length: 1000 }, (_, i) => `${i}`);
  for (const given of [legs, legs.toReversed()]) {
    assert.deepEqual(
      within(() => cheapestRoute(given, "0", "999", 998)),
      { cost: 1998, places },
    );
  }
});

test("R7: a large limit", () => {
  const legs = "A>B:1 B>C:1 C>A:0 C>D:1 B>A:0 A>D:4";
  assert.equal(
    within(() => find(legs, "A", "D", 2_000_000_000)),
    "3 A B C D",
  );
});
