import assert from "node:assert/strict";
import { test } from "node:test";

import { applyPatch, type Json, PatchError, type PatchErrorReason } from "./json-patch.ts";

/** Applies a patch, both given as JSON, and checks that neither is changed. */
function patched(document: string, ...operations: string[]): Json {
  const before = JSON.parse(document) as Json;
  const patch = operations.map((operation) => JSON.parse(operation) as Json);
  try {
    return applyPatch(before, patch);
  } finally {
    assert.equal(JSON.stringify(before), JSON.stringify(JSON.parse(document)));
    assert.deepEqual(patch, operations.map((operation) => JSON.parse(operation)));
  }
}

function assertFails(reason: PatchErrorReason, index: number, document: string, ...operations: string[]): void {
  assert.throws(
    () => patched(document, ...operations),
    (error) => {
      assert.ok(error instanceof PatchError, String(error));
      assert.deepEqual([error.reason, error.index], [reason, index], `${document} ${operations.join()}`);
      return true;
    },
  );
}

function operation(op: string, path: string, more: object = {}): string {
  return JSON.stringify({ op, path, ...more });
}

const add = (path: string, value: Json) => operation("add", path, { value });
const remove = (path: string) => operation("remove", path);
const replace = (path: string, value: Json) => operation("replace", path, { value });
const copy = (from: string, path: string) => operation("copy", path, { from });
const move = (from: string, path: string) => operation("move", path, { from });
const check = (path: string, value: Json) => operation("test", path, { value });

const EFFECTS: [requirement: string, document: string, operation: string, expected: string][] = [
  ["R1", '{"a":1}', add("/b", { c: [] }), '{"a":1,"b":{"c":[]}}'],
  ["R1", '{"a":1}', add("/a", null), '{"a":null}'],
  ["R1", "{}", add("/", 1), '{"":1}'],
  ["R1", '{"a":{"b":{"c":1},"d":2},"e":3}', add("/a/b/x", false), '{"a":{"b":{"c":1,"x":false},"d":2},"e":3}'],
  ["R1", "[1,2]", add("/0", 0), "[0,1,2]"],
  ["R1", "[1,2]", add("/1", [0]), "[1,[0],2]"],
  ["R1", "[1,2]", add("/2", 0), "[1,2,0]"],
  ["R1", "[1,2]", add("/-", 0), "[1,2,0]"],
  ["R1", "[]", add("/0", "x"), '["x"]'],
  ["R1", "[[1],[2,3]]", add("/1/1", 0), "[[1],[2,0,3]]"],
  ["R1", '{"a":1}', add("", [2]), "[2]"],
  ["R1", '{"a":1,"b":2}', remove("/a"), '{"b":2}'],
  ["R1", '{"a":null}', remove("/a"), "{}"],
  ["R1", "[1,2,3]", remove("/0"), "[2,3]"],
  ["R1", "[1,2,3]", remove("/1"), "[1,3]"],
  ["R1", "[1,2,3]", remove("/2"), "[1,2]"],
  ["R1", '[{"a":[1]}]', remove("/0/a/0"), '[{"a":[]}]'],
  ["R1", '{"a":1}', remove(""), "null"],
  ["R1", '{"a":1,"b":2}', replace("/a", { c: 3 }), '{"a":{"c":3},"b":2}'],
  ["R1", '{"a":null}', replace("/a", 1), '{"a":1}'],
  ["R1", "[1,2,3]", replace("/2", [4]), "[1,2,[4]]"],
  ["R1", "[1,2,3]", replace("/0", null), "[null,2,3]"],
  ["R1", '[0,0,0,0,0,0,0,0,0,0,0,{"a":1}]', replace("/11/a", 2), '[0,0,0,0,0,0,0,0,0,0,0,{"a":2}]'],
  ["R1", "[1]", replace("", "x"), '"x"'],
  ["R2", '{"a":[1],"b":{}}', copy("/a", "/b/c"), '{"a":[1],"b":{"c":[1]}}'],
  ["R2", "[1,2]", copy("/1", "/0"), "[2,1,2]"],
  ["R2", '{"a":1}', copy("", "/b"), '{"a":1,"b":{"a":1}}'],
  ["R2", '{"a":{"b":1}}', copy("/a", ""), '{"b":1}'],
  ["R2", '{"a":1}', copy("/a", "/a"), '{"a":1}'],
  ["R2", '{"a":{"b":1}}', copy("/a", "/a/c"), '{"a":{"b":1,"c":{"b":1}}}'],
  ["R2", '{"a":{"b":1},"c":2}', move("/a/b", "/c"), '{"a":{},"c":1}'],
  ["R2", '{"a":null}', move("/a", "/b"), '{"b":null}'],
  ["R2", "[1,2,3]", move("/0", "/2"), "[2,3,1]"],
  ["R2", "[1,2,3]", move("/0", "/-"), "[2,3,1]"],
  ["R2", "[1,2,3]", move("/2", "/0"), "[3,1,2]"],
  ["R2", "[1,[2],3]", move("/2", "/1/0"), "[1,[3,2]]"],
  ["R2", "[1,[2],[3]]", move("/0", "/1/0"), "[[2],[1,3]]"],
  ["R2", '{"a":{"b":[1]}}', move("/a/b", "/a"), '{"a":[1]}'],
  ["R2", '{"a":{"b":[1]}}', move("/a/b", ""), "[1]"],
  ["R3", '{"a":1}', move("/a", "/ab"), '{"ab":1}'],
  ["R3", '{"a":1}', move("/a", "/a~1b"), '{"a/b":1}'],
  ["R3", '{"ab":1}', move("/ab", "/a"), '{"a":1}'],
  ["R3", '{"a":{"b":1}}', move("/a/b", "/a/b"), '{"a":{"b":1}}'],
  ["R3", "[1,2]", move("/1", "/1"), "[1,2]"],
  ["R3", '{"a":1}', move("", ""), '{"a":1}'],
  ["R5", '{"a/b":1,"m~n":2}', remove("/a~1b"), '{"m~n":2}'],
  ["R5", '{"a/b":1,"m~n":2}', remove("/m~0n"), '{"a/b":1}'],
  ["R5", '{"~1":1,"/":2}', remove("/~01"), '{"/":2}'],
  ["R5", '{"/~":1}', replace("/~1~0", 2), '{"/~":2}'],
  ["R5", '{"":{"":1}}', replace("//", 2), '{"":{"":2}}'],
  ["R5", '{"-":1,"0":2,"01":3}', remove("/-"), '{"0":2,"01":3}'],
  ["R5", '{"-":1,"0":2,"01":3}', replace("/0", 4), '{"-":1,"0":4,"01":3}'],
  ["R5", '{"-":1,"0":2,"01":3}', add("/01", 4), '{"-":1,"0":2,"01":4}'],
  ["R5", '{" \\"\\u0001%41\\n\\ud83d\\ude00":1}', replace('/ "\u0001%41\n\u{1f600}', 2), '{" \\"\\u0001%41\\n\\ud83d\\ude00":2}'],
  ["R5", "{}", add("/__proto__", { a: 1 }), '{"__proto__":{"a":1}}'],
  ["R5", '{"__proto__":{"a":1}}', add("/__proto__/b", 2), '{"__proto__":{"a":1,"b":2}}'],
  ["R5", '{"__proto__":1,"constructor":2}', remove("/constructor"), '{"__proto__":1}'],
  ["R5", '{"__proto__":1,"constructor":2}', copy("/__proto__", "/length"), '{"__proto__":1,"constructor":2,"length":1}'],
  ["R7", '{"a":1}', '{"op":"remove","path":"/a","from":5,"value":1,"x":[]}', "{}"],
  ["R7", "[]", '{"op":"add","path":"","value":null}', "null"],
];

for (const [requirement, document, patch, expected] of EFFECTS) {
  test(`${requirement}: ${patch.replaceAll('"', "'")} in ${document.replaceAll('"', "'")}`, () => {
    assert.equal(canonical(patched(document, patch)), canonical(JSON.parse(expected) as Json));
  });
}

/** JSON with the members in the order of their names; unlike deepEqual, it sees a member `__proto__`. */
function canonical(value: Json): string {
  if (Array.isArray(value)) {
    return `[${value.map(canonical).join()}]`;
  }
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
    return `{${members.map(([name, item]) => `${JSON.stringify(name)}:${canonical(item as Json)}`).join()}}`;
  }
  return JSON.stringify(value);
}

test("R1: operations apply to the result of those before", () => {
  assert.deepEqual(patched('{"a":1}'), { a: 1 });
  assert.deepEqual(
    patched("{}", add("/a", []), add("/a/-", 1), add("/a/0", { b: 0 }), replace("/a/0/b", 2), remove("/a/1")),
    { a: [{ b: 2 }] },
  );
});

test("R2: what was copied is independent", () => {
  assert.deepEqual(patched('{"a":{"b":[1]}}', copy("/a", "/c"), add("/c/b/-", 2), add("/a/x", 3)), {
    a: { b: [1], x: 3 },
    c: { b: [1, 2] },
  });
});

test("R2: the path of a move is that after the removal", () => {
  assertFails("not-found", 0, "[1,2,3]", move("/0", "/3"));
  assertFails("not-found", 0, '{"a":{"b":1}}', move("/a", "/b/a"));
});

test("R3: a location cannot be moved into itself", () => {
  for (const [from, path] of [["/a", "/a/b"], ["/a", "/a/b/x/y"], ["", "/a"], ["", "/"], ["/x", "/x/y"], ["/a", "/a/-"]] as const) {
    assertFails("into-itself", 0, '{"a":{"b":{}}}', move(from, path));
  }
  assertFails("not-found", 0, '{"a":1}', move("/x", "/x"));
  assertFails("not-found", 0, "[1]", move("/-", "/-"));
});

const EQUAL = [
  ["1", "1.0"], ["-0.5", "-5e-1"], ["0", "-0"], ["9007199254740992", "9007199254740992.0"], ["null", "null"], ["true", "true"], ['"\u00e9"', '"\u00e9"'],
  ["[]", "[]"], ["{}", "{}"], ['[1,{"a":[2.0]}]', '[1.0,{"a":[2]}]'], ['{"a":1,"b":null}', '{"b":null,"a":1}'],
] as const;

const UNEQUAL = [
  ["1", '"1"'], ["1", "true"], ["0", "false"], ["0", '""'], ["0", "null"], ["false", "null"], ['""', "null"], ["1", "2"],
  ["1", "1.5"], ['"a"', '"A"'], ['"\u00e9"', '"e\u0301"'], ['"1"', '"1.0"'], ['"1e1"', '"10"'], ["true", "false"],
  ["[]", "{}"], ["[]", "null"], ["[5,6]", '{"0":5,"1":6}'], ["[1,2]", "[2,1]"], ["[1]", "[1,1]"], ["[1]", "1"],
  ["[null]", "[]"], ["{}", '{"a":null}'], ['{"a":null}', '{"b":null}'], ['{"a":1}', '{"a":2}'], ["[[1]]", "[[2]]"],
  ['{"a":1}', '{"A":1}'], ['{"a":1,"b":2}', '{"a":1,"b":3}'], ['{"a":1}', "1"], ['{"a":1}', '{"__proto__":1}'],
  ["{}", "null"], ["9007199254740992", "9007199254740991"], ["[0]", "[false]"], ['[""]', "[null]"],
  ['{"a":[1]}', '{"a":["1"]}'],
] as const;

test("R4: equal values", () => {
  for (const [one, other] of EQUAL) {
    for (const [value, expected] of [[one, other], [other, one]] as const) {
      const document = `{"a":${value}}`;
      assert.deepEqual(patched(document, check("/a", JSON.parse(expected) as Json)), JSON.parse(document));
    }
  }
  assert.deepEqual(patched("[1]", check("", [1])), [1]);
});

test("R4: unequal values", () => {
  for (const [one, other] of UNEQUAL) {
    for (const [value, expected] of [[one, other], [other, one]] as const) {
      assertFails("test-failed", 0, `[${value}]`, check("/0", JSON.parse(expected) as Json));
    }
  }
});

test("R5: invalid pointers", () => {
  for (const pointer of ["a", "a/b", " ", "#/a", "/~", "/~2", "/a~/b", "/a~", "/~~0", "x\n/a", "/a/~\n"]) {
    for (const patch of [
      remove(pointer), copy(pointer, "/x"), copy("/x", pointer), move("/a", pointer), check(pointer, 1), move("", pointer),
    ]) {
      assertFails("invalid-pointer", 0, '{"a":1}', patch);
    }
  }
});

test("R5: names that the document does not have are not found", () => {
  for (const name of ["__proto__", "constructor", "toString", "length", "A", "a ", ""]) {
    assertFails("not-found", 0, '{"a":1}', remove(`/${name}`));
    assertFails("not-found", 0, '{"a":1}', add(`/${name}/x`, 1));
  }
});

test("R6: invalid indexes", () => {
  for (const token of ["01", "00", "-1", "+1", "1.0", "1e0", " 1", "1 ", "1\n", "0x1", "\u0661", "\uff11", "a", "", "--", "length"]) {
    const patches = [
      add(`/${token}`, 1), remove(`/${token}`), replace(`/${token}`, 1), check(`/${token}`, 1), add(`/${token}/a`, 1),
      copy(`/${token}`, "/0"), move("/0", `/${token}`), remove(`/${token}/0`),
    ];
    for (const patch of patches) {
      assertFails("invalid-index", 0, "[[1],[2]]", patch);
    }
  }
});

test("R6: what is not found", () => {
  const document = '{"a":[1,[2]],"b":"text","c":5,"d":null,"e":true}';
  for (const path of ["/x", "/a/2", "/a/-", "/a/99999999999999999999", "/a/1/1", "/a/1/-", "/a/0/0", "/b/0", "/b/length", "/c/0", "/d/x", "/e/x", "/x/y", "/a/4294967296", `/a/${"9".repeat(400)}`]) {
    for (const patch of [remove(path), replace(path, 1), check(path, 1), copy(path, ""), move(path, "/y"), add(`${path}/z`, 1)]) {
      assertFails("not-found", 0, document, patch);
    }
  }
  for (const path of ["/a/3", "/a/99999999999999999999", "/a/4294967296", "/a/1/2", "/b/0", "/c/x", "/d/-", "/e/x", "/x/y", "/a/-/0", `/a/${"9".repeat(400)}`]) {
    assertFails("not-found", 0, document, add(path, 1));
    assertFails("not-found", 0, document, copy("/c", path));
  }
});

test("R6: the first problem on the way counts, from before path", () => {
  assertFails("not-found", 0, '{"a":[1]}', remove("/a/5/01"));
  assertFails("invalid-index", 0, '{"a":[1]}', remove("/a/01/5/x"));
  assertFails("invalid-index", 0, "[1]", copy("/01", "/7"));
  assertFails("not-found", 0, "[1]", move("/7", "/01"));
});

const INVALID = [
  "5", "null", '"add"', "[]", "{}", '{"path":"/a","value":1}', '{"op":"add","value":1}', '{"op":"add","path":"/a"}',
  '{"op":"Add","path":"/a","value":1}', '{"op":"","path":"/a","value":1}', '{"op":null,"path":"/a","value":1}',
  '{"op":"add ","path":"/a","value":1}', '{"op":5,"path":"/a"}', '{"op":["add"],"path":"/a","value":1}',
  '{"op":"add","path":5,"value":1}', '{"op":"add","path":null,"value":1}', '{"op":"add","path":["a"],"value":1}',
  '{"op":"remove"}', '{"op":"remove","path":0}', '{"op":"replace","path":"/a"}', '{"op":"test","path":"/a"}',
  '{"op":"move","path":"/a"}', '{"op":"copy","path":"/a"}', '{"op":"copy","path":"/b","from":null}',
  '{"op":"move","path":"/b","from":5}', '{"op":"move","from":"/a"}', '{"op":"add","path":"x"}',
  '{"op":"copy","path":"x","from":5}', '{"op":"constructor","path":"/a","value":1}', '{"Op":"remove","path":"/a"}',
];

test("R7: invalid operations", () => {
  for (const patch of INVALID) {
    assertFails("invalid-operation", 0, '{"a":1}', patch);
  }
});

test("R7: a value of null is there", () => {
  assert.deepEqual(patched("[0]", add("/-", null), replace("/0", null), check("/1", null)), [null, null]);
});

test("R8: the first operation that fails is reported", () => {
  assertFails("test-failed", 1, '{"a":1}', add("/b", 2), check("/a", 2), "5");
  assertFails("invalid-operation", 2, '{"a":1}', remove("/a"), add("/a", 1), '{"op":"add"}', remove("/x"));
  assertFails("not-found", 0, "[]", remove("/0"), remove("a"));
  assertFails("invalid-pointer", 1, "[1]", remove("/0"), remove("0"));
});

test("R8: patch and document stay as they are", () => {
  const operations = [add("/b", { c: [1] }), add("/b/c/-", 2), replace("/a/0", { d: 1 }), add("/a/0/e", 2), add("/a/1/f", 1)];
  assert.deepEqual(patched('{"a":[0,{}]}', ...operations), { a: [{ d: 1, e: 2 }, { f: 1 }], b: { c: [1, 2] } });
  assertFails("test-failed", 5, '{"a":[0,{}]}', ...operations, check("/a", 0));
});
