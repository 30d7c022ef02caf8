import assert from "node:assert/strict";
import { test } from "node:test";

import { format, matches, parse, QueryError } from "./search-query.ts";

const FIELDS = new Set(["title", "author", "OR"]);

const canonical = (source: string): string => format(parse(source, FIELDS));

function assertMatches(source: string, documents: Record<string, string>[], others: Record<string, string>[]): void {
  const query = parse(source, FIELDS);
  for (const [expected, group] of [
    [true, documents],
    [false, others],
  ] as const) {
    for (const document of group) {
      assert.equal(matches(query, new Map(Object.entries(document))), expected, `${source}: ${JSON.stringify(document)}`);
    }
  }
}

function assertFails(source: string, code: string, position: number): void {
  assert.throws(
    () => parse(source, FIELDS),
    (error: unknown) => {
      assert.ok(error instanceof QueryError);
      assert.deepEqual([error.code, error.position], [code, position], source);
      assert.match(error.message, new RegExp(`${code}.*${position}`));
      return true;
    },
  );
}

const titles = (...texts: string[]): Record<string, string>[] => texts.map((title) => ({ title }));

test("R1: tokens stand one right behind the other", () => {
  for (const source of ["Foo-bar", '"foo, BAR"', "foo_bar"]) {
    assert.equal(canonical(source), '"foo bar"');
    assertMatches(
      source,
      titles("the foo bar", "FOO... bar!", "foo foo bar"),
      titles("foo the bar", "bar foo", "foo", "foo bars", "", "foobar"),
    );
  }
});

test("R1: whole tokens of letters and digits", () => {
  assertMatches("foo", titles("foo", "a foo b", "(Foo)"), titles("food", "afoo", "fo o", "foo1", "föö"));
  assertMatches("h2o", titles("H2O!"), titles("H 2 O", "h2", "h2o2"));
  assertMatches("größe", titles("GRÖSSE, Größe!", "die GRÖßE"), titles("grosse", "gr", "e"));
  assertMatches("почта", titles("ПОЧТА России"), titles("почтамт"));
  assertMatches("a٣", titles("A٣", "(a٣)"), titles("a", "a3", "a ٣"));
});

test("R1: a run that begins again within itself", () => {
  assertMatches('"a a b"', titles("a a a b", "x a a b"), titles("a b a", "a a", "b a a"));
});

test("R2: a field alone, or every field", () => {
  const both = { title: "red fox", author: "lee" };
  assertMatches("title:fox", [both, { title: "fox" }], [{ author: "fox" }, { body: "fox" }, { title: "lee" }, {}]);
  assertMatches("fox", [both, { author: "fox" }, { body: "fox" }], [{ title: "lee", fox: "none" }, {}]);
  assertMatches('title:"RED fox" author:lee', [both], [{ title: "red fox" }, { title: "fox red", author: "lee" }]);
  assert.equal(canonical('title:"Red  Fox" author:a.b'), '(and title:"red fox" author:"a b")');
  assert.deepEqual(parse("title:x", FIELDS), { kind: "text", field: "title", tokens: ["x"] });
});

test("R2: tokens do not go from one field to the next", () => {
  assertMatches('"red fox"', [{ title: "a", author: "red fox" }], [{ title: "red", author: "fox" }]);
});

test("R2: the negation of a field that is not there", () => {
  assertMatches("-title:fox", [{}, { author: "fox" }, { title: "ox" }], [{ title: "fox" }]);
});

test("R3: rows, alternatives, negation and groups", () => {
  const cases: [string, string][] = [
    ["a b OR -c (d OR e)", '(or (and "a" "b") (and (not "c") (or "d" "e")))'],
    ["a OR b OR c d", '(or "a" "b" (and "c" "d"))'],
    ["-(a b) c", '(and (not (and "a" "b")) "c")'],
    ["-a b", '(and (not "a") "b")'],
    ["(a b) c", '(and (and "a" "b") "c")'],
    ["(a OR b) OR c", '(or (or "a" "b") "c")'],
    ["((a))", '"a"'],
    ["-(-a)", '(not (not "a"))'],
    ["--a", '(not "a")'],
    ['-"a b" c', '(and (not "a b") "c")'],
    ["a-b", '"a b"'],
    ["a\vb\fc\u00a0d", '"a b c d"'],
    [" \t\r\na\t(\nb )\r", '(and "a" "b")'],
  ];
  for (const [source, expected] of cases) {
    assert.equal(canonical(source), expected, source);
  }
});

test("R3: what they match", () => {
  assertMatches("a b", titles("b a"), titles("a", "b", ""));
  assertMatches("a OR b c", titles("a", "b c", "a b"), titles("b", "c", ""));
  assertMatches("a (b OR c)", titles("a b", "a c"), titles("a", "b c", "b"));
  assertMatches("-a", titles("b", ""), titles("a", "b a"));
  assertMatches("-(a b)", titles("a", "b", ""), titles("a b"));
});

test("R4: characters within a phrase", () => {
  assert.equal(canonical('"a OR (b) -c title:d"'), '"a or b c title d"');
  assert.equal(canonical('"a\\"b" c'), '(and "a b" "c")');
  assert.equal(canonical('"a\\\\" b'), '(and "a" "b")');
  assert.equal(canonical('"a\\b"'), '"ab"');
  assert.equal(canonical('"a\n\tb"'), '"a b"');
});

test("R4: terms without white space between", () => {
  assert.equal(canonical('a"b c"-d(e)'), '(and "a" "b c" (not "d") "e")');
  assert.equal(canonical('(a)(b)"c""d"OR(e)'), '(or (and "a" "b" "c" "d") "e")');
  assert.equal(canonical('title:"a"b'), '(and title:"a" "b")');
  assert.equal(canonical("title:a:b"), 'title:"a b"');
  assert.equal(canonical("a-(b)"), '(and "a" "b")');
});

test("R5: queries without terms", () => {
  for (const source of ["", " ", "\t\r\n "]) {
    assert.equal(canonical(source), "(and)");
    assertMatches(source, [{}, { title: "" }, { title: "a" }], []);
  }
});

test("R5: or as a word", () => {
  assert.equal(canonical("or"), '"or"');
  assert.equal(canonical("a Or b"), '(and "a" "or" "b")');
  assert.equal(canonical("-OR b"), '(and (not "or") "b")');
  assert.equal(canonical("ORB XOR"), '(and "orb" "xor")');
  assert.equal(canonical("OR:a"), 'OR:"a"');
  assert.equal(canonical('"OR"'), '"or"');
});

test("R6: phrases and groups that are not closed", () => {
  assertFails('(a "b', "unclosed_phrase", 3);
  assertFails('"', "unclosed_phrase", 0);
  assertFails('a "b\\"', "unclosed_phrase", 2);
  assertFails('"b\\', "unclosed_phrase", 0);
  assertFails('title:"b', "unclosed_phrase", 6);
  assertFails("((a)", "unclosed_group", 0);
  assertFails("a (b (c", "unclosed_group", 5);
  assertFails("(", "unclosed_group", 0);
});

test("R6: what may not stand where it stands", () => {
  const cases: [string, number][] = [
    [")", 0],
    ["a)", 1],
    ["(a))", 3],
    ["()", 1],
    ["(())", 2],
    ["a ( )", 4],
    ["OR", 0],
    ["a OR", 2],
    ["OR a", 0],
    ["a OR OR b", 2],
    ["(a OR ) b", 3],
    ["(OR a)", 1],
    ["a OR (b) OR", 9],
    ["a - b", 2],
    ["a -", 2],
    ["a OR -", 5],
    ["(-)", 1],
    ["-\ta", 0],
    ["title:", 5],
    ["title: a", 5],
    ["-title:(a)", 6],
    ["(title:)", 6],
  ];
  for (const [source, position] of cases) {
    assertFails(source, "unexpected", position);
  }
});

test("R6: the first error counts", () => {
  assertFails(') "a', "unexpected", 0);
  assertFails('+ "a', "empty_term", 0);
  assertFails("(a OR", "unexpected", 3);
  assertFails('OR "b', "unexpected", 0);
  assertFails('a OR "b', "unclosed_phrase", 5);
  assertFails("é )", "unexpected", 2);
});

test("R7: unknown fields", () => {
  for (const [source, position] of [
    ["12:30", 0],
    ["a Title:b", 2],
    ["-body:b", 1],
    [":a", 0],
    ["a :", 2],
    ['body:"b"', 0],
  ] as const) {
    assertFails(source, "unknown_field", position);
  }
});

test("R7: nothing to look for", () => {
  for (const [source, position] of [
    ["-title:+", 7],
    ["+", 0],
    ["a --", 3],
    ['a ""', 2],
    ['title:"-"', 6],
    ["(€)", 1],
    ["title::", 6],
  ] as const) {
    assertFails(source, "empty_term", position);
  }
});

test("R8: groups within each other", () => {
  const nested = (depth: number) => `${"(".repeat(depth)}a${")".repeat(depth)}`;
  assert.equal(canonical(nested(50)), '"a"');
  assert.equal(canonical(`${nested(50)} ${nested(50)}`), '(and "a" "a")');
  assertFails(nested(51), "too_deep", 50);
  assertFails("(".repeat(200_000), "too_deep", 50);
  assertFails("-(".repeat(51), "too_deep", 101);
});
