import assert from "node:assert/strict";
import { test } from "node:test";

import { type LedgerEntry, reconcile, type Report, type StatementLine } from "./ledger-reconcile.ts";

/** Splits at commas; without any text there is nothing. */
function list(text: string): string[] {
  return text === "" ? [] : text.split(", ");
}

/** Makes entries from "id date amount reference", with " +" if in parts; "-" is no reference, "~" a space. */
function entries(text: string): LedgerEntry[] {
  return list(text).map((entry) => {
    const [id = "", date = "", amount, reference = "", parts] = entry.split(" ");
    const text = reference === "-" ? "" : reference.replaceAll("~", " ");
    return { id, date, amount: Number(amount), reference: text, inParts: parts === "+" };
  });
}

function lines(text: string): StatementLine[] {
  return entries(text).map(({ id, date, amount, reference }) => ({ id, date, amount, reference }));
}

/** Makes a report from matches "entry=line+line step", ambiguous lines "line:entry+entry" and ids. */
function report(matches: string, ambiguous: string, unmatchedLines: string, unmatchedEntries: string): Report {
  return {
    matches: list(matches).map((match) => {
      const [, entry = "", paying = "", by] = /^(.+)=(.+) (.+)$/.exec(match) ?? [];
      return { entry, lines: paying.split("+"), by: by as "reference" | "parts" | "date" };
    }),
    ambiguous: list(ambiguous).map((text) => {
      const [line = "", possible = ""] = text.split(":");
      return { line, entries: possible.split("+") };
    }),
    unmatchedLines: unmatchedLines.split(" ").filter((id) => id !== ""),
    unmatchedEntries: unmatchedEntries.split(" ").filter((id) => id !== ""),
  };
}

// Name, tolerance, lines, entries, matches, ambiguous lines, unmatched lines, unmatched entries.
type Case = [string, number, string, string, string, string, string, string];

function check(cases: readonly Case[]): void {
  for (const [name, toleranceDays, lineTexts, entryTexts, ...expected] of cases) {
    const [given, booked] = [lines(lineTexts), entries(entryTexts)];
    assert.deepEqual(reconcile(given, booked, { toleranceDays }), report(...expected), name);
    assert.deepEqual([given, booked], [lines(lineTexts), entries(entryTexts)], name);
  }
}

test("R1: pairs of the same reference", () => {
  check([
    [
      "the tolerance is inclusive", 3, "a 2026-03-10 500 INV1, b 2026-03-10 600 INV2, c 2026-03-10 -7 X",
      "A 2026-03-13 500 INV1, B 2026-03-14 600 INV2, C 2026-03-07 -7 X", "A=a reference, C=c reference", "", "b",
      "B",
    ],
    [
      "equal amounts only", 0, "a 2026-03-10 500 X, b 2026-03-10 -600 Y, c 2026-03-10 1000000000000 Z",
      "A 2026-03-10 501 X, B 2026-03-10 600 Y, C 2026-03-10 1000000000000 Z", "C=c reference", "", "a b", "A B",
    ],
    [
      "days of the calendar", 1,
      "a 2024-02-28 1 A, b 2024-02-29 1 B, c 2023-02-28 1 C, d 2025-12-31 1 D, e 2026-03-29 1 E",
      "A 2024-03-01 1 A, B 2024-03-01 1 B, C 2023-03-01 1 C, D 2026-01-01 1 D, E 2026-03-30 1 E",
      "B=b reference, C=c reference, D=d reference, E=e reference", "", "a", "A",
    ],
    [
      "the least distance first", 9, "a 2026-03-10 5 X, b 2026-03-14 5 X", "A 2026-03-15 5 X, B 2026-03-09 5 X",
      "A=b reference, B=a reference", "", "", "",
    ],
    [
      "then the earlier line", 9, "z 2026-03-10 5 X, a 2026-03-10 5 X", "A 2026-03-11 5 X", "A=z reference", "", "a",
      "",
    ],
    [
      "a line before a later one at equal distances", 9, "a 2026-03-12 5 X, b 2026-03-08 5 X",
      "A 2026-03-10 5 X, B 2026-03-06 5 X", "A=a reference, B=b reference", "", "", "",
    ],
    [
      "then the earlier entry", 9, "a 2026-03-10 5 X", "Z 2026-03-12 5 X, A 2026-03-08 5 X", "Z=a reference", "", "",
      "A",
    ],
    [
      "a short distance of a late pair goes before the order of lines", 9, "a 2026-03-10 5 X, b 2026-03-12 5 X",
      "A 2026-03-12 5 X", "A=b reference", "", "a", "",
    ],
    [
      "ids may be the same in lines and entries", 0, "1 2026-03-10 5 X, 01 2026-03-10 6 Y",
      "01 2026-03-10 5 X, 1 2026-03-10 6 Y", "01=1 reference, 1=01 reference", "", "", "",
    ],
  ]);
});

test("R2: references", () => {
  check([
    [
      "references are normalized", 0,
      "a 2026-03-10 1 inv-0012, b 2026-03-10 2 a.b/c_d#e, c 2026-03-10 3 INV~12, d 2026-03-10 4 \u00e9, e 2026-03-10 5 x-z",
      "A 2026-03-10 1 INV~00/12, B 2026-03-10 2 ABCDE, C 2026-03-10 3 INV~0012, D 2026-03-10 4 \u00c9, E 2026-03-10 5 X~~Z",
      "A=a reference, B=b reference, E=e reference", "", "c d", "C D",
    ],
    [
      "other characters stay", 0,
      "a 2026-03-10 1 A:1, b 2026-03-10 2 A+1, c 2026-03-10 3 \u00e9-1, d 2026-03-10 4 A\u00a0B",
      "A 2026-03-10 1 A1, B 2026-03-10 2 A+1, C 2026-03-10 3 \u00e9.1, D 2026-03-10 4 AB",
      "B=b reference, C=c reference", "", "a d", "A D",
    ],
    [
      "what is left out entirely is no reference", 2, "a 2026-03-10 1 --, b 2026-03-10 2 ~",
      "A 2026-03-11 1 ~_~, B 2026-03-10 2 #", "A=a date, B=b date", "", "", "",
    ],
  ]);
});

test("R3: parts", () => {
  check([
    [
      "parts add up", 3, "a 2026-03-10 300 X, b 2026-03-11 450 x, c 2026-03-09 -50 X-, d 2026-03-10 1 Y",
      "A 2026-03-10 700 X +", "A=a+b+c parts", "", "d", "",
    ],
    ["one minor unit less", 3, "a 2026-03-10 300 X, b 2026-03-11 399 X", "A 2026-03-10 700 X +", "", "", "a b", "A"],
    [
      "a line too many", 3, "a 2026-03-10 300 X, b 2026-03-11 400 X, c 2026-03-11 1 X", "A 2026-03-10 700 X +", "",
      "", "a b c", "A",
    ],
    [
      "only close lines are parts", 3, "a 2026-03-07 300 X, b 2026-03-13 400 X, c 2026-03-06 1 X, d 2026-03-14 1 X",
      "A 2026-03-10 700 X +", "A=a+b parts", "", "c d", "",
    ],
    [
      "other entries are not paid in parts", 3, "a 2026-03-10 300 X, b 2026-03-11 400 X", "A 2026-03-10 700 X", "",
      "", "a b", "A",
    ],
    [
      "lines and entries without reference are not parts", 3, "a 2026-03-10 300 -, b 2026-03-11 400 -",
      "A 2026-03-10 700 - +", "", "", "a b", "A",
    ],
    [
      "the earlier entry takes the lines", 3, "a 2026-03-10 300 X, b 2026-03-11 400 X",
      "Z 2026-03-12 700 X +, A 2026-03-10 700 X +", "Z=a+b parts", "", "", "A",
    ],
    [
      "lines that are not taken are there for the next entry", 3,
      "a 2026-03-08 300 X, b 2026-03-08 400 X, c 2026-03-12 10 X, d 2026-03-13 20 X",
      "A 2026-03-05 700 X +, B 2026-03-15 30 X +", "A=a+b parts, B=c+d parts", "", "", "",
    ],
    [
      "an entry has its turn once", 3,
      "a 2026-03-08 100 X, b 2026-03-08 200 X, c 2026-03-13 400 X, d 2026-03-13 310 X",
      "Z 2026-03-10 300 X +, A 2026-03-16 710 X +", "A=c+d parts", "", "a b", "Z",
    ],
    [
      "what is matched by reference is no part", 3, "a 2026-03-10 700 X, b 2026-03-10 300 X, c 2026-03-10 400 X",
      "A 2026-03-10 700 X, B 2026-03-12 700 X +", "A=a reference, B=b+c parts", "", "", "",
    ],
  ]);
});

test("R3: very many parts", () => {
  const large = Array.from({ length: 9008 }, () => 10 ** 12);
  const amounts = [...large, 3, -2, ...large.map((amount) => -amount)];
  const text = amounts.map((amount, i) => `${i} 2026-03-10 ${amount} X`).join(", ");
  const { matches } = reconcile(lines(text), entries("A 2026-03-10 1 X +"), { toleranceDays: 0 });
  assert.equal(matches[0]?.lines.length, amounts.length);
});

test("R4: matches by date", () => {
  check([
    [
      "no reference in the line, the entry or both", 1, "a 2026-03-10 1 -, b 2026-03-10 2 B, c 2026-03-10 3 -",
      "A 2026-03-11 1 A, B 2026-03-10 2 -, C 2026-03-09 3 -", "A=a date, B=b date, C=c date", "", "", "",
    ],
    [
      "not with two references", 3, "a 2026-03-10 1 X, b 2026-03-10 2 Y", "A 2026-03-10 1 Z, B 2026-03-14 2 Y", "",
      "", "a b", "A B",
    ],
    [
      "not beyond the tolerance, nor with another amount", 3, "a 2026-03-10 1 -, b 2026-03-10 2 -, c 2026-03-10 3 -",
      "A 2026-03-14 1 -, B 2026-03-10 -2 -, C 2026-03-13 3 -", "C=c date", "", "a b", "A B",
    ],
    [
      "the nearest ones, again and again", 3, "a 2026-03-10 5 -, b 2026-03-11 5 -",
      "A 2026-03-11 5 -, B 2026-03-08 5 -", "A=b date, B=a date", "", "", "",
    ],
    [
      "what drops out settles the rest", 5, "a 2026-03-11 5 -, b 2026-03-12 5 -",
      "A 2026-03-10 5 -, B 2026-03-12 5 -", "A=a date, B=b date", "", "", "",
    ],
    [
      "three rounds", 9, "a 2026-03-11 5 -, b 2026-03-04 5 -, c 2026-03-01 5 -",
      "A 2026-03-16 5 -, B 2026-03-07 5 -, C 2026-03-02 5 -", "A=a date, B=b date, C=c date", "", "", "",
    ],
    [
      "a reference match goes before a nearer one by date", 5, "a 2026-03-10 5 X, b 2026-03-14 5 -",
      "A 2026-03-10 5 -, B 2026-03-15 5 X", "A=b date, B=a reference", "", "", "",
    ],
    [
      "parts go before the date", 5, "a 2026-03-10 5 X, b 2026-03-10 6 X", "A 2026-03-10 11 X +, B 2026-03-10 5 -",
      "A=a+b parts", "", "", "B",
    ],
  ]);
});

test("R5: ambiguous lines", () => {
  check([
    [
      "two equal lines and one entry", 3, "a 2026-03-10 5 -, b 2026-03-10 5 -", "A 2026-03-11 5 -", "", "a:A, b:A",
      "", "",
    ],
    [
      "one line and two entries equally near", 3, "a 2026-03-10 5 -, b 2026-03-10 6 -",
      "Z 2026-03-12 5 -, A 2026-03-08 5 -, C 2026-03-10 7 -", "", "a:Z+A", "b", "C",
    ],
    [
      "also entries that are not the nearest", 3, "a 2026-03-10 5 -, b 2026-03-10 5 -, c 2026-03-20 5 -",
      "B 2026-03-13 5 -, A 2026-03-10 5 -, C 2026-03-24 5 -", "", "a:B+A, b:B+A", "c", "C",
    ],
    [
      "what is matched is no candidate", 3, "a 2026-03-10 5 -, b 2026-03-10 5 -, c 2026-03-12 5 -, d 2026-03-10 5 X",
      "A 2026-03-10 5 -, B 2026-03-12 5 -, C 2026-03-11 5 X", "B=c date, C=d reference", "a:A, b:A", "", "",
    ],
    [
      "a candidate with a reference", 3, "a 2026-03-10 5 X, b 2026-03-10 5 Y", "A 2026-03-10 5 -, B 2026-03-10 5 Z",
      "", "a:A, b:A", "", "B",
    ],
  ]);
});

test("R6: input order and empty input", () => {
  check([
    [
      "everything is in input order", 1,
      "z 2026-03-20 1 Z, y 2026-03-01 2 -, b 2026-03-09 4 -, a 2026-03-09 4 -, d 2026-03-30 8 -, c 2026-03-10 9 P, e 2026-03-01 7 -",
      "P 2026-03-01 2 -, Z 2026-03-20 1 Z, N 2026-03-09 4 -, M 2026-03-10 4 -, Y 2026-03-25 3 -, X 2026-03-05 3 -",
      "P=y date, Z=z reference", "b:N+M, a:N+M", "d c e", "Y X",
    ],
    ["nothing", 0, "", "", "", "", "", ""],
    ["lines only", 0, "b 2026-03-10 5 X, a 2026-03-09 5 -", "", "", "", "b a", ""],
  ]);
});

/** Whether a line and an entry with these properties are refused, each beside a valid one. */
function assertRefused(change: Partial<StatementLine>): void {
  const valid = { id: "a", date: "2026-03-10", amount: 5, reference: "X" };
  const other = { ...valid, id: "b" };
  const invalid = { ...valid, ...change };
  const message = JSON.stringify(change);
  assert.throws(() => reconcile([other, invalid], [], { toleranceDays: 0 }), RangeError, message);
  const booked = [{ ...other, inParts: false }, { ...invalid, inParts: true }];
  assert.throws(() => reconcile([], booked, { toleranceDays: 0 }), RangeError, message);
}

test("R7: invalid ids", () => {
  assertRefused({ id: "" });
  assertRefused({ id: "b" });
});

test("R7: invalid dates", () => {
  const dates = [
    "", "2026-02-29", "2026-02-30", "2100-02-29", "2026-04-31", "2026-13-01", "2026-00-10", "2026-01-00", "2026-01-32", "2026-2-03",
    "2026-02-3", "26-02-03", "1899-12-31", "3000-01-01", "2026/02/03", "20260203", "2026-02-03T00:00", " 2026-02-03",
    "2026-02-03\n", "x2026-02-03", "+2026-02-03", "\u0662026-02-03", "12026-02-03",
  ];
  for (const date of dates) {
    assertRefused({ date });
  }
});

test("R7: the first and the last date, and leap days", () => {
  for (const date of ["1900-01-01", "2999-12-31", "2000-02-29", "2024-02-29"]) {
    const one = { id: "a", date, amount: 5, reference: "X" };
    assert.equal(reconcile([one], [{ ...one, inParts: false }], { toleranceDays: 0 }).matches.length, 1, date);
  }
});

test("R7: invalid amounts", () => {
  for (const amount of [0, 1_000_000_000_001, -1_000_000_000_001, 0.5, NaN, Infinity]) {
    assertRefused({ amount });
  }
});

test("R7: invalid tolerances", () => {
  for (const toleranceDays of [-1, 32, 0.5, NaN]) {
    assert.throws(() => reconcile([], [], { toleranceDays }), RangeError, String(toleranceDays));
  }
  const expected = report("A=a reference", "", "b", "B");
  const [given, booked] = [lines("a 2026-03-01 5 X, b 2026-03-01 6 Y"), entries("A 2026-04-01 5 X, B 2026-04-02 6 Y")];
  assert.deepEqual(reconcile(given, booked, { toleranceDays: 31 }), expected);
});
