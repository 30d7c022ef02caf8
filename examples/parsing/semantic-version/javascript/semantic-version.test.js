import assert from "node:assert/strict";
import { test } from "node:test";

import { InvalidVersionError, compare, parse, sort } from "./semantic-version.js";

const WHITE_SPACE = [
  " ", "\t", "\n", "\r", "\r\n", "\v", "\f", "\x1c", "\x85", "\u00a0", "\u2003", "\u2028", "\ufeff",
];

// The characters next to the allowed ones in ASCII, and some that other formats of versions have.
const OTHER_CHARACTERS = [..."/:@[`{_,*~!^=\0"];

// They are like digits or letters to many functions.
const NOT_ASCII = ["é", "\u0663", "\uff11", "\u00b2", "\uff41", "\u017f", "\u212a", "\u{1d7d9}", "\u{1f600}"];

/** Each is less than all that follow it, greater than all before it, and equal to itself. */
function assertAscending(...versions) {
  for (const [i, first] of versions.entries()) {
    for (const [j, second] of versions.entries()) {
      assert.equal(compare(first, second), Math.sign(i - j), `${first} and ${second}`);
    }
  }
}

function assertEqual(...versions) {
  for (const first of versions) {
    for (const second of versions) assert.equal(compare(first, second), 0, `${first} and ${second}`);
  }
}

function assertError(use, text) {
  assert.throws(use, (error) => {
    assert.ok(error instanceof InvalidVersionError, `${error} for ${JSON.stringify(text)}`);
    assert.equal(error.text, text);
    return true;
  }, JSON.stringify(text));
}

/** All three functions report the text, wherever it is given. */
function assertInvalid(text) {
  assertError(() => parse(text), text);
  assertError(() => compare(text, "1.0.0"), text);
  assertError(() => compare("1.0.0", text), text);
  assertError(() => sort([text]), text);
  assertError(() => sort(["2.0.0", text, "1.0.0"]), text);
}

function assertParts(text, [major, minor, patch, prerelease, build]) {
  assert.deepEqual({ ...parse(text) }, { major, minor, patch, prerelease, build });
}

test("R1: parts", () => {
  assertParts("1.4.0-rc.2+build.007", [1, 4, 0, "rc.2", "build.007"]);
  assertParts("0.0.10", [0, 0, 10, "", ""]);
  assertParts("0.0.0", [0, 0, 0, "", ""]);
  assertParts("1.0.0+a-b", [1, 0, 0, "", "a-b"]);
  assertParts("1.0.0--.x-y", [1, 0, 0, "-.x-y", ""]);
  assertParts("1.0.0-a-b+c-d", [1, 0, 0, "a-b", "c-d"]);
  assertParts("1.0.0-a+b.-", [1, 0, 0, "a", "b.-"]);
  assertParts("10.20.30-0.9.10.AZaz-09", [10, 20, 30, "0.9.10.AZaz-09", ""]);
  assertParts("9.99.109+0AZaz9-.00.1", [9, 99, 109, "", "0AZaz9-.00.1"]);
});

test("R1: largest numbers", () => {
  assertParts("2147483647.2147483646.2147483647-2147483647", [2147483647, 2147483646, 2147483647, "2147483647", ""]);
});

test("R1: long texts", () => {
  for (const identifiers of ["a".repeat(250), "-".repeat(250), `${"a.".repeat(124)}ab`, `${"1.".repeat(124)}10`]) {
    assertParts(`1.2.3-${identifiers}`, [1, 2, 3, identifiers, ""]);
    assertParts(`1.2.3+${identifiers}`, [1, 2, 3, "", identifiers]);
  }
});

test("R2: numbers by value", () => {
  assertAscending("1.9.9", "1.10.0", "2.0.0", "10.0.0");
  assertAscending("0.0.0", "0.0.1", "0.0.9", "0.0.10", "0.0.100", "0.1.0", "0.9.0", "0.10.0", "1.0.0");
});

test("R2: major before minor before patch", () => {
  assertAscending("1.2.3", "1.2.4", "1.3.0", "1.3.2", "2.0.0", "2.0.1", "2.1.0");
});

test("R2: largest numbers differ", () => {
  assertAscending("0.0.2147483646", "0.0.2147483647", "0.2147483646.0", "0.2147483647.0");
  assertAscending("0.2147483647.2147483647", "1.0.0", "2147483646.0.0", "2147483647.0.0");
});

test("R3: order of the standard", () => {
  assertAscending(
    "1.0.0-alpha",
    "1.0.0-alpha.1",
    "1.0.0-alpha.beta",
    "1.0.0-beta",
    "1.0.0-beta.2",
    "1.0.0-beta.11",
    "1.0.0-rc.1",
    "1.0.0",
    "1.0.1-alpha",
    "1.0.1",
    "1.1.0-alpha",
  );
});

test("R3: numbers of pre-releases by value", () => {
  assertAscending("1.0.0-0", "1.0.0-1", "1.0.0-9", "1.0.0-10", "1.0.0-11", "1.0.0-20", "1.0.0-100");
  assertAscending("1.0.0-a.999999999", "1.0.0-a.2147483646", "1.0.0-a.2147483647");
  assertAscending("1.0.0-a.2.z", "1.0.0-a.10.b", "1.0.0-a.10.c");
});

test("R3: first difference decides", () => {
  assertAscending("1.0.0-a", "1.0.0-a.b.c", "1.0.0-a.c", "1.0.0-ab", "1.0.0-b", "1.0.0-b.0");
  assertAscending("1.0.0-1.2.3", "1.0.0-1.3", "1.0.0-1.3.0", "1.0.0-1.20", "1.0.0-2", "1.0.0-12.0");
  assertAscending("1.0.0-x.y.z", "1.0.0-x.y.z.0", "1.0.0-x.y.z.0.0", "1.0.0-x.y.z.a");
  assertAscending("1.0.0-rc.1.1", "1.0.0-rc.1.1.1", "1.0.0-rc.1.2", "1.0.0-rc.11", "1.0.0-rc.11.1");
});

test("R3: equal pre-releases", () => {
  assertEqual("1.0.0-alpha.1", "1.0.0-alpha.1");
});

test("R4: digits in other identifiers are text", () => {
  assertAscending("1.0.0-rc1", "1.0.0-rc10", "1.0.0-rc2");
  assertAscending("1.0.0-10a", "1.0.0-9a");
  assertAscending("1.0.0-a.1-10", "1.0.0-a.1-9");
  assertAscending("1.0.0--10", "1.0.0--9");
  assertAscending("1.0.0-00a", "1.0.0-0a", "1.0.0-1a");
});

test("R4: numbers before other identifiers", () => {
  assertAscending("1.0.0-9", "1.0.0--", "1.0.0-0a");
  assertAscending("1.0.0-0", "1.0.0--1");
  assertAscending("1.0.0-2147483647", "1.0.0--");
  assertAscending("1.0.0-12", "1.0.0-1-", "1.0.0-1a");
  assertAscending("1.0.0-a.12", "1.0.0-a.1-", "1.0.0-a.1-2", "1.0.0-a.1a", "1.0.0-a.1b");
  assertAscending("1.0.0-1.9", "1.0.0-10.0", "1.0.0-1-.0");
});

test("R4: texts by ASCII", () => {
  assertAscending("1.0.0--", "1.0.0--a", "1.0.0-0-", "1.0.0-9Z", "1.0.0-A", "1.0.0-Z", "1.0.0-a", "1.0.0-z");
  assertAscending("1.0.0-Z.a", "1.0.0-Za", "1.0.0-a.Z", "1.0.0-aZ", "1.0.0-aa");
});

test("R4: a hyphen is lower than a dot but longer", () => {
  assertAscending("1.0.0-a.b", "1.0.0-a-", "1.0.0-a-.b", "1.0.0-a-b");
});

test("R5: build metadata has no precedence", () => {
  assertEqual("1.0.0+1", "1.0.0+2", "1.0.0", "1.0.0+a.b-c", "1.0.0+-");
  assertEqual("1.0.0-a+x", "1.0.0-a", "1.0.0-a+y.1");
  assertAscending("1.0.0-a+z", "1.0.0-b+a", "1.0.0+b", "1.0.1+a");
});

test("R5: digits of build metadata", () => {
  for (const build of ["00", "007", "0.00.000", "99999999999999999999", "9".repeat(250), "-", "01-"]) {
    assertParts(`1.0.0+${build}`, [1, 0, 0, "", build]);
    assertEqual(`1.0.0+${build}`, "1.0.0");
  }
});

test("R6: sorts by precedence", () => {
  const expected = [
    "0.9.0", "1.0.0-1", "1.0.0-10", "1.0.0-a", "1.0.0", "1.9.0", "1.10.0-b", "1.10.0", "10.0.0",
  ];
  for (const step of [1, 2, 4, 5, 7, 8]) {
    assert.deepEqual(sort(expected.map((_, i) => expected[(i * step) % 9])), expected);
  }
});

test("R6: equal versions keep their order", () => {
  assert.deepEqual(sort(["1.0.0+b", "0.9.0", "1.0.0", "1.0.0+a"]), ["0.9.0", "1.0.0+b", "1.0.0", "1.0.0+a"]);
  const builds = Array.from({ length: 50 }, (_, i) => `1.0.0-a+${(i * 7) % 50}`);
  assert.deepEqual(sort(["1.0.0", ...builds, "0.1.0"]), ["0.1.0", ...builds, "1.0.0"]);
});

test("R6: repeated texts are kept", () => {
  assert.deepEqual(
    sort(["1.0.0", "0.1.0", "1.0.0", "0.1.0", "1.0.0"]),
    ["0.1.0", "0.1.0", "1.0.0", "1.0.0", "1.0.0"],
  );
});

test("R6: list given is left", () => {
  const versions = Object.freeze(["2.0.0", "1.0.0+007", "10.0.0-rc.1"]);
  assert.deepEqual(sort(versions), ["1.0.0+007", "2.0.0", "10.0.0-rc.1"]);
  const ordered = ["1.0.0", "2.0.0"];
  assert.notEqual(sort(ordered), ordered);
});

test("R6: short lists", () => {
  assert.deepEqual(sort([]), []);
  assert.deepEqual(sort(["1.0.0-a+b"]), ["1.0.0-a+b"]);
});

test("R7: wrong numbers", () => {
  for (const text of [
    ...["", ".", "..", "1", "1.", "1.2", "1.2.", ".1.2", "1.2.3.", "1.2.3.4", "1..3", "..3", "1.2..3"],
    ...["01.2.3", "1.02.3", "1.2.03", "00.2.3", "1.00.3", "1.2.00", "000000000000.0.0"],
    ...["-1.2.3", "1.-2.3", "+1.2.3", "1.+2.3", "1.2.+3", "1.2-3", "1.2+3", "1-2.3.4", "1+2.3.4", "-", "+", "1.2-a"],
    ...["x.2.3", "1.x.3", "1.2.x", "1.2.3a", "1.2.a3", "1a.2.3", "1.2a.3", "1e1.0.0", "0x1.0.0", "1_0.0.0", "1,2,3"],
    ...["v1.2.3", "V1.2.3", "=1.2.3", "version 1.2.3", "1.2.3;", "a.b.c"],
  ]) {
    assertInvalid(text);
  }
});

test("R7: white space", () => {
  for (const space of WHITE_SPACE) {
    for (const text of ["_1.2.3", "1.2.3_", "_1.2.3_", "1_.2.3", "1._2.3", "1.2.3_-a", "1.2.3-a_", "1.2.3+a_", "_"]) {
      assertInvalid(text.replaceAll("_", space));
    }
  }
});

test("R7: other characters in numbers", () => {
  for (const character of [...NOT_ASCII, ...OTHER_CHARACTERS]) {
    for (const text of ["C.2.3", "1.C.3", "1.2.C", "1C.2.3", "1.2C.3", "1.2.3C"]) {
      assertInvalid(text.replace("C", () => character));
    }
  }
});

test("R8: empty identifiers", () => {
  for (const text of [
    ...["1.2.3-", "1.2.3-+b", "1.2.3-a..b", "1.2.3-.a", "1.2.3-a.", "1.2.3-.", "1.2.3-a.+b", "1.2.3-1..2"],
    ...["1.2.3+", "1.2.3+a.", "1.2.3+.a", "1.2.3+a..b", "1.2.3+.", "1.2.3-a+", "1.2.3-+", "1.2.3-a+b..c"],
  ]) {
    assertInvalid(text);
  }
});

test("R8: other characters in identifiers", () => {
  for (const character of [...NOT_ASCII, ...OTHER_CHARACTERS, " "]) {
    for (const text of ["1.2.3-C", "1.2.3-aCb+c", "1.2.3-1C", "1.2.3-a.C+b", "1.2.3+C", "1.2.3+aCb", "1.2.3+0.C"]) {
      assertInvalid(text.replace("C", () => character));
    }
  }
  for (const text of ["1.2.3-a+b+c", "1.2.3++", "1.2.3+a+b"]) assertInvalid(text);
});

test("R8: leading zeros", () => {
  for (const identifiers of ["01", "00", "a.00", "0.01.a", "010+a", "a.0000000000", "09"]) {
    assertInvalid(`1.2.3-${identifiers}`);
  }
});

test("R8: zeros and hyphens that are allowed", () => {
  for (const identifiers of [
    ...["0", "0a", "00-", "-01", "0.0", "a.0", "0-0", "00a.0", "01a", "-", "--", "-.-", "10", "100"],
  ]) {
    assertParts(`1.2.3-${identifiers}`, [1, 2, 3, identifiers, ""]);
  }
});

test("R9: errors hold the text", () => {
  for (const text of ["", " 1.2.3\n", "\t", "1.2.3-a\u00a0", "v1.2.3 ", '"1\\', "1.2.3-\u{1f600}"]) assertInvalid(text);
});

test("R9: errors are Errors that tell the text", () => {
  assert.throws(() => parse("v1.2.3"), (error) => error instanceof Error && error.message.includes("v1.2.3"));
});

test("R9: first of two wrong arguments", () => {
  for (const [first, second] of [["1.2", "v1.2.3"], ["v1.2.3", "1.2"], ["", " "]]) {
    assertError(() => compare(first, second), first);
  }
});

test("R9: first wrong text of a list", () => {
  for (const [versions, wrong] of [
    [["3.0.0", "2.0.0", "b", "1.0.0", "a"], "b"],
    [["3.0.0", "2.0.0", "a", "1.0.0", "b"], "a"],
    [["1.0.0 ", "1.0.0", ""], "1.0.0 "],
    [["2.0.0", "1.0.0", "1"], "1"],
  ]) {
    const given = [...versions];
    assertError(() => sort(versions), wrong);
    assert.deepEqual(versions, given);
  }
});
