import assert from "node:assert/strict";
import { test } from "node:test";

import { type Applicant, assignPlaces, InvalidRankingsError, type Placement, type School } from "./school-places.ts";

/** Lists written as "a: X Y; b: X". */
function listsOf(text: string): [head: string, list: string[]][] {
  if (text === "") return [];
  return text.split("; ").map((one) => {
    const [head, list] = one.split(":");
    return [head, list.split(" ").filter((name) => name !== "")];
  });
}

function applicantsOf(text: string): Applicant[] {
  return listsOf(text).map(([name, wishes]) => ({ name, wishes }));
}

/** Schools written as "X 2: b a; Y 1: a". */
function schoolsOf(text: string): School[] {
  return listsOf(text).map(([head, ranking]) => {
    const [name, places] = head.split(" ");
    return { name, places: Number(places), ranking };
  });
}

function show(placements: readonly Placement[]): string[] {
  return placements.map(({ applicant, school }) => `${applicant}-${school ?? "none"}`);
}

function assign(applicants: string, schools: string): string {
  return show(assignPlaces(applicantsOf(applicants), schoolsOf(schools))).join(" ");
}

function errorOf(applicants: string, schools: string): InvalidRankingsError {
  try {
    assign(applicants, schools);
  } catch (error) {
    assert.ok(error instanceof InvalidRankingsError);
    return error;
  }
  assert.fail("there was no error");
}

function problemsOf(applicants: string, schools: string): string[] {
  return errorOf(applicants, schools).problems.map(({ reason, name, entry }) => [reason, name, entry].join(" ").trim());
}

test("R1: the best stable assignment for applicants", () => {
  assert.equal(assign("a: X Y; b: X Y", "X 1: b a; Y 1: a b"), "a-Y b-X");
  assert.equal(assign("a: X Y; b: Y X", "X 1: b a; Y 1: a b"), "a-X b-Y");
  const cycle = "X 1: b c a; Y 1: c a b; Z 1: a b c";
  assert.equal(assign("a: X Y Z; b: Y Z X; c: Z X Y", cycle), "a-X b-Y c-Z");
});

test("R1: rejections lead to others", () => {
  assert.equal(assign("a: X Y; b: Y X; c: X", "X 1: b c a; Y 1: a b"), "a-Y b-X c-none");
  assert.equal(
    assign("a: X Y Z; b: X Z Y; c: Y X Z", "X 1: c a b; Y 1: b a c; Z 1: a b c"),
    "a-X b-Z c-Y",
  );
  assert.equal(
    assign(
      "a: X Y Z; b: Z X Y; c: X Z; d: Y X Z; e: X Y; f: Z Y X; g: Y",
      "X 2: d f b a c e; Y 1: e g b a f d; Z 2: c a e d b f",
    ),
    "a-Z b-none c-Z d-X e-Y f-X g-none",
  );
});

test("R2: as many as there are places, the highest ranked", () => {
  for (const [places, expected] of [
    [1, "a-none b-none c-X d-Y"],
    [2, "a-none b-X c-X d-Y"],
    [3, "a-X b-X c-X d-Y"],
    [4, "a-X b-X c-X d-X"],
    [Number.MAX_VALUE, "a-X b-X c-X d-X"],
  ]) {
    assert.equal(assign("a: X Y; b: X Y; c: X Y; d: X Y", `X ${places}: c b a d; Y 1: d a`), expected);
  }
});

test("R2: a school without places", () => {
  assert.equal(assign("a: X Y; b: X; c: Y X", "X 0: a b c; Y 1: a c"), "a-Y b-none c-none");
});

test("R3: only wished schools that rank the applicant", () => {
  assert.equal(assign("a: X Y; b: X; c: ; d: Y", "X 2: b c; Y 1: a b"), "a-Y b-X c-none d-none");
  assert.equal(assign("a: X; b: X Y", "X 5: ; Y 5: a b"), "a-none b-Y");
});

test("R3: empty lists", () => {
  assert.deepEqual(assignPlaces([], []), []);
  assert.deepEqual(assignPlaces([], schoolsOf("X 1: ")), []);
  assert.deepEqual(assignPlaces(applicantsOf("a: "), []), [{ applicant: "a", school: undefined }]);
});

test("R4: the order of the lists", () => {
  const applicants = applicantsOf("a: X Y Z; b: Z X Y; c: X Z; d: Y X Z; e: X Y; f: Z Y X; g: Y");
  const schools = schoolsOf("X 2: d f b a c e; Y 1: e g b a f d; Z 2: c a e d b f");
  const expected = ["a-Z", "b-none", "c-Z", "d-X", "e-Y", "f-X", "g-none"];
  const turned = <T>(items: readonly T[], by: number) => [...items.slice(by), ...items.slice(0, by)];
  for (const by of applicants.keys()) {
    for (const given of [schools, schools.toReversed()]) {
      assert.deepEqual(show(assignPlaces(turned(applicants, by), given)), turned(expected, by));
      assert.deepEqual(
        show(assignPlaces(turned(applicants, by).toReversed(), given)),
        turned(expected, by).toReversed(),
      );
    }
  }
});

test("R4: names are compared exactly", () => {
  assert.equal(
    assign("1: a A; 01: a; a: 1; A: 1", "a 1: 01 1; A 1: 1; 1 1: a A"),
    "1-A 01-a a-1 A-none",
  );
  assert.equal(assign("__proto__: constructor", "constructor 1: __proto__"), "__proto__-constructor");
});

test("R4: arguments stay unchanged", () => {
  const applicants = applicantsOf("a: X Y; b: X Y");
  const schools = schoolsOf("X 1: b a; Y 1: a b");
  const before = structuredClone([applicants, schools]);
  assert.deepEqual(show(assignPlaces(applicants, schools)), ["a-Y", "b-X"]);
  assert.deepEqual([applicants, schools], before);
});

test("R5: each problem", () => {
  for (const [applicants, schools, ...expected] of [
    ["a: ; b: ; a: ", "X 1: ", "duplicate-applicant a"],
    ["a: X", "X 1: ; Y 1: ; X 1: ", "duplicate-school X"],
    ["a: X", "X -1: a", "invalid-places X"],
    ["a: X", "X 1.5: a", "invalid-places X"],
    ["a: X", "X ?: a", "invalid-places X"],
    ["a: X", "X Infinity: a", "invalid-places X"],
    ["a: X x Y", "X 1: a; Y 1: ", "unknown-wish a x"],
    ["a: X Y X", "X 1: a; Y 1: a", "repeated-wish a X"],
    ["a: X", "X 1: a X; Y 1: A", "unknown-candidate X X", "unknown-candidate Y A"],
    ["a: X; b: X", "X 1: b a b b; Y 1: b", "repeated-candidate X b", "repeated-candidate X b"],
  ]) {
    assert.deepEqual(problemsOf(applicants, schools), expected);
  }
});

test("R5: all problems at once", () => {
  assert.deepEqual(problemsOf("a: X Q X Q; a: Y Q; b: Y Y", "X 1: a c a c; X -2: b c; Y 0: b b"), [
    "unknown-wish a Q",
    "repeated-wish a X",
    "unknown-wish a Q",
    "duplicate-applicant a",
    "unknown-wish a Q",
    "repeated-wish b Y",
    "unknown-candidate X c",
    "repeated-candidate X a",
    "unknown-candidate X c",
    "duplicate-school X",
    "invalid-places X",
    "unknown-candidate X c",
    "repeated-candidate Y b",
  ]);
});

test("R5: reason, name and entry", () => {
  const error = errorOf("a: Q; a: ", "");
  assert.deepEqual(error.problems, [
    { reason: "unknown-wish", name: "a", entry: "Q" },
    { reason: "duplicate-applicant", name: "a" },
  ]);
  assert.equal(error.message, "unknown-wish: a, Q\nduplicate-applicant: a");
  assert.equal(error.name, "InvalidRankingsError");
});

test("R6: many rejections", () => {
  const names = Array.from({ length: 400 }, (_, i) => `${i}`);
  const applicants = names.map((name) => ({ name, wishes: names }));
  const schools = names.map((name) => ({ name, places: 1, ranking: names.toReversed() }));
  const started = performance.now();
  const placements = assignPlaces(applicants, schools);
  assert.ok(performance.now() - started < 2000, "it takes 2 seconds or more");
  assert.deepEqual(
    placements,
    names.map((name, i) => ({ applicant: name, school: names[399 - i] })),
  );
});
