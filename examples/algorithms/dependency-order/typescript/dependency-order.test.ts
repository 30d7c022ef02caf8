import assert from "node:assert/strict";
import { test } from "node:test";

import {
  buildOrder,
  CycleError,
  DuplicateTargetError,
  OrderError,
  type Target,
  UnknownTargetError,
} from "./dependency-order.ts";

const LONG = 10_000;

function target(name: string, ...dependencies: string[]): Target {
  return { name, dependencies };
}

function errorOf(targets: readonly Target[]): OrderError {
  try {
    buildOrder(targets);
  } catch (error) {
    assert.ok(error instanceof OrderError);
    return error;
  }
  assert.fail("there was no error");
}

function duplicate(...targets: Target[]): string {
  const error = errorOf(targets);
  assert.ok(error instanceof DuplicateTargetError);
  return error.targetName;
}

function unknown(...targets: Target[]): [target: string, dependency: string] {
  const error = errorOf(targets);
  assert.ok(error instanceof UnknownTargetError);
  return [error.target, error.dependency];
}

function cyclePath(...targets: Target[]): readonly string[] {
  const error = errorOf(targets);
  assert.ok(error instanceof CycleError);
  return error.path;
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, i) => permutations(items.toSpliced(i, 1)).map((rest) => [item, ...rest]));
}

test("R1: dependencies come first, wherever they are declared", () => {
  const targets = [
    target("app", "http", "log"),
    target("core"),
    target("http", "net", "core"),
    target("net", "core"),
    target("log", "core"),
  ];
  assert.deepEqual(buildOrder(targets), ["core", "net", "http", "log", "app"]);
});

test("R1: every declaration order of a diamond", () => {
  const diamond = [target("top", "left", "right"), target("left", "base"), target("right", "base"), target("base")];
  for (const targets of permutations(diamond)) {
    const order = buildOrder(targets);
    assert.deepEqual(order.toSorted(), ["base", "left", "right", "top"]);
    assert.equal(order[0], "base");
    assert.equal(order[3], "top");
  }
});

test("R1: indirect dependencies come first", () => {
  const targets = [target("d", "c"), target("b", "a"), target("c", "b"), target("a")];
  assert.deepEqual(buildOrder(targets), ["a", "b", "c", "d"]);
});

test("R1: the input is not changed", () => {
  const targets = [target("a", "c", "b", "c"), target("b"), target("c", "b")];
  const before = structuredClone(targets);
  assert.deepEqual(buildOrder(targets), ["b", "c", "a"]);
  assert.deepEqual(targets, before);
});

test("R1, R7: the input is not changed on an error", () => {
  const targets = [target("a", "b", "c"), target("b", "c", "a"), target("c")];
  const before = structuredClone(targets);
  assert.deepEqual(cyclePath(...targets), ["a", "b", "a"]);
  assert.deepEqual(targets, before);
});

test("R2: the ready target declared first comes next", () => {
  const targets = [target("x", "z"), target("y"), target("z"), target("w")];
  assert.deepEqual(buildOrder(targets), ["y", "z", "x", "w"]);
});

test("R2: independent targets keep their order", () => {
  assert.deepEqual(buildOrder(["c", "a", "d", "b"].map((name) => target(name))), ["c", "a", "d", "b"]);
});

test("R2: targets made ready together keep their order", () => {
  const targets = [target("z", "base"), target("a", "base"), target("m", "base"), target("base")];
  assert.deepEqual(buildOrder(targets), ["base", "z", "a", "m"]);
});

test("R2: decided anew after every placement", () => {
  const targets = [target("first", "third"), target("second", "first"), target("third"), target("fourth")];
  assert.deepEqual(buildOrder(targets), ["third", "first", "second", "fourth"]);
});

test("R2: the declaration counts, not the moment of becoming ready", () => {
  const steps = Array.from({ length: 100 }, (_, i) => target(`step${i}`));
  const later = Array.from({ length: 100 }, (_, i) => target(`later${i}`, `step${(37 * i) % 100}`));
  const targets = [...steps, ...later];
  assert.deepEqual(
    buildOrder(targets),
    targets.map(({ name }) => name),
  );
});

test("R2: targets made ready take their places among those that are ready already", () => {
  const targets = [
    target("base"),
    target("a"),
    target("b", "base"),
    target("c"),
    target("d", "base"),
    target("e"),
    target("f", "base"),
    target("g"),
  ];
  assert.deepEqual(buildOrder(targets), ["base", "a", "b", "c", "d", "e", "f", "g"]);
});

test("R3: no targets", () => {
  assert.deepEqual(buildOrder([]), []);
});

test("R3: a repeated dependency counts once", () => {
  assert.deepEqual(buildOrder([target("a", "b", "b"), target("b"), target("c")]), ["b", "a", "c"]);
  assert.deepEqual(buildOrder([target("a", "b", "b", "c"), target("b"), target("c")]), ["b", "c", "a"]);
  assert.deepEqual(buildOrder([target("a", "b", "c", "b"), target("c"), target("b")]), ["c", "b", "a"]);
});

test("R3: the order of the dependencies has no influence", () => {
  for (const dependencies of permutations(["b", "c", "d"])) {
    const targets = [target("a", ...dependencies), target("c"), target("b"), target("d", "c")];
    assert.deepEqual(buildOrder(targets), ["c", "b", "d", "a"]);
  }
});

const DISTINCT = ["App", "app", "1", "01", "1.0", "a", "a ", " a", "", "__proto__", "constructor", "\u00e9", "e\u0301"];

test("R4: similar names are different targets", () => {
  assert.deepEqual(buildOrder(DISTINCT.map((name) => target(name))), DISTINCT);
});

test("R4: integers as names keep the order of their declaration", () => {
  assert.deepEqual(buildOrder([target("10"), target("b", "9"), target("9"), target("2")]), ["10", "9", "b", "2"]);
});

test("R4: a dependency names exactly one target", () => {
  for (const name of DISTINCT) {
    const others = DISTINCT.filter((other) => other !== name);
    const targets = [target("needs it", name), ...others.map((other) => target(other)), target(name)];
    assert.deepEqual(buildOrder(targets), [...others, name, "needs it"]);
  }
});

test("R4, R6: a similar name is unknown", () => {
  const pairs = [["App", "app"], ["01", "1"], ["1", "01"], ["a ", "a"], ["a", "a "], ["a", ""], ["e\u0301", "\u00e9"]];
  for (const [declared, dependency] of pairs) {
    assert.deepEqual(unknown(target(declared, dependency)), [declared, dependency]);
  }
});

test("R4, R6: names of built-in properties are unknown unless declared", () => {
  for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty", ""]) {
    assert.deepEqual(unknown(target("a", name)), ["a", name]);
  }
});

test("R4: errors hold names as they were given", () => {
  for (const name of ["", "1", "01", "__proto__", "constructor", "a "]) {
    assert.equal(duplicate(target(name), target(name)), name);
    assert.deepEqual(unknown(target(name, "missing")), [name, "missing"]);
    assert.deepEqual(cyclePath(target("b", name), target(name, "b")), ["b", name, "b"]);
  }
});

test("R5: a duplicate name", () => {
  assert.equal(duplicate(target("a"), target("b", "a"), target("a", "b")), "a");
  assert.equal(duplicate(target("a"), target("a"), target("a")), "a");
});

test("R5, R6, R7: the message shows the names", () => {
  assert.match(errorOf([target("app"), target("app")]).message, /app/);
  assert.match(errorOf([target("app", "log")]).message, /app.*log/);
  assert.match(errorOf([target("app", "log"), target("log", "app")]).message, /app.*log.*app/);
});

test("R5: the first declaration that repeats one counts", () => {
  assert.equal(duplicate(...["a", "b", "b", "a"].map((name) => target(name))), "b");
  assert.equal(duplicate(...["b", "a", "a", "b"].map((name) => target(name))), "a");
  assert.equal(duplicate(...["c", "a", "b", "c", "a", "b"].map((name) => target(name))), "c");
});

test("R5: a duplicate comes before other errors", () => {
  assert.equal(duplicate(target("x", "missing"), target("y", "y"), target("z"), target("z")), "z");
});

test("R6: an unknown dependency", () => {
  assert.deepEqual(unknown(target("a"), target("b", "a", "missing")), ["b", "missing"]);
});

test("R6: the first unknown dependency of the first target counts", () => {
  assert.deepEqual(unknown(target("ok"), target("m", "ok", "zeta", "alpha"), target("b", "beta")), ["m", "zeta"]);
});

test("R6: the order of declaration decides, not that of building", () => {
  assert.deepEqual(unknown(target("a", "b", "zeta"), target("b", "alpha")), ["a", "zeta"]);
});

test("R6: an unknown dependency comes before a cycle", () => {
  const targets = [target("a", "b"), target("b", "a"), target("c", "c"), target("d", "missing")];
  assert.deepEqual(unknown(...targets), ["d", "missing"]);
  assert.deepEqual(unknown(target("a", "a", "missing")), ["a", "missing"]);
});

test("R7: a cycle of three", () => {
  assert.deepEqual(cyclePath(target("a", "c"), target("b", "a"), target("c", "b")), ["a", "c", "b", "a"]);
});

test("R7: a cycle of one", () => {
  assert.deepEqual(cyclePath(target("a", "a")), ["a", "a"]);
  assert.deepEqual(cyclePath(target("free"), target("b", "free", "b")), ["b", "b"]);
});

test("R7: targets that only depend on a cycle are left out", () => {
  const targets = [target("user", "proxy"), target("proxy", "b"), target("a", "b"), target("b", "a")];
  assert.deepEqual(cyclePath(...targets), ["a", "b", "a"]);
});

test("R7: targets that a cycle depends on are left out", () => {
  const targets = [target("a", "free", "b"), target("free"), target("b", "free", "a")];
  assert.deepEqual(cyclePath(...targets), ["a", "b", "a"]);
});

test("R7: the path begins with the target declared first, not where the cycle is entered", () => {
  const targets = [target("start", "y"), target("z", "x"), target("x", "y"), target("y", "z")];
  assert.deepEqual(cyclePath(...targets), ["z", "x", "y", "z"]);
});

test("R7: the first blocked dependency is followed", () => {
  const targets = [target("a", "free", "c", "b"), target("b", "a"), target("c", "a"), target("free")];
  assert.deepEqual(cyclePath(...targets), ["a", "c", "a"]);
});

test("R7: the first blocked target leads to the cycle", () => {
  const pairs = [["a", "b"], ["c", "d"], ["e", "f"]];
  const targets = [target("start", "d")];
  for (const [one, other] of pairs) targets.push(target(one, other), target(other, one));
  assert.deepEqual(cyclePath(...targets), ["c", "d", "c"]);
});

test("R7: a blocked dependency that is in no cycle is followed too", () => {
  const targets = [target("a", "bridge", "a"), target("bridge", "d"), target("c", "d"), target("d", "c")];
  assert.deepEqual(cyclePath(...targets), ["c", "d", "c"]);
});

test("R7: a self-dependency beside a longer cycle", () => {
  assert.deepEqual(cyclePath(target("a", "b"), target("b", "b", "a")), ["b", "b"]);
  assert.deepEqual(cyclePath(target("a", "b"), target("b", "a", "b")), ["a", "b", "a"]);
});

function withinTwoSeconds<T>(action: () => T): T {
  const start = performance.now();
  const result = action();
  assert.ok(performance.now() - start < 2000);
  return result;
}

const NUMBERS = Array.from({ length: LONG }, (_, i) => `${i}`);

test("R8: a long chain, each needing the next", () => {
  const targets = NUMBERS.map((name, i) => target(name, ...NUMBERS.slice(i + 1, i + 2)));
  const order = withinTwoSeconds(() => buildOrder(targets));
  assert.deepEqual(order, NUMBERS.toReversed());
});

test("R8: a long chain, each needing the one before", () => {
  const targets = NUMBERS.map((name, i) => (i === 0 ? target(name) : target(name, NUMBERS[i - 1])));
  const order = withinTwoSeconds(() => buildOrder(targets));
  assert.deepEqual(order, NUMBERS);
});

test("R8: a long cycle, each needing the next", () => {
  const targets = NUMBERS.map((name, i) => target(name, NUMBERS[(i + 1) % LONG]));
  const path = withinTwoSeconds(() => cyclePath(...targets));
  assert.deepEqual(path, [...NUMBERS, "0"]);
});

test("R8: a long cycle, each needing the one before", () => {
  const targets = NUMBERS.map((name, i) => target(name, NUMBERS[(i + LONG - 1) % LONG]));
  const path = withinTwoSeconds(() => cyclePath(...targets));
  assert.deepEqual(path, ["0", ...NUMBERS.toReversed()]);
});
