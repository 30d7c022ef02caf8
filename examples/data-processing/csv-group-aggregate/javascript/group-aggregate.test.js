import assert from "node:assert/strict";
import { test } from "node:test";

import { groupAggregate, HeaderError, InvalidQueryError, TooManyBadRowsError } from "./group-aggregate.js";

const COUNT = { function: "count" };
const SUM_V = { function: "sum", column: "v" };
const ALL_OF_V = ["sum", "min", "max", "mean", "count"].map((name) => ({ function: name, column: "v" }));

function run(source, query = {}) {
  return groupAggregate(typeof source === "string" ? [source] : source, {
    groupBy: ["k"],
    aggregates: [COUNT],
    meanScale: 2,
    maxBadRows: 100,
    ...query,
  });
}

/** The groups as pairs; the input must have no bad rows. */
async function groups(source, query = {}) {
  const result = await run(source, { maxBadRows: 0, ...query });
  return result.groups.map(({ key, values }) => [key, values]);
}

async function keys(source, groupBy = ["k"]) {
  return (await groups(source, { groupBy })).map(([key]) => key);
}

/** The value of one function over the fields of one column. */
async function aggregate(name, fields, meanScale = 2) {
  const text = "k,v\n" + fields.map((field) => `x,${field}\n`).join("");
  const all = await groups(text, { aggregates: [{ function: name, column: "v" }], meanScale });
  assert.equal(all.length, 1);
  assert.deepEqual(all[0][0], ["x"]);
  return all[0][1][0];
}

function group(key, values) {
  return { key, values };
}

function bad(line, reason, column = "") {
  return { line, reason, column };
}

function quote(value) {
  return `"${value.replaceAll('"', '""')}"`;
}

function tooManyAt(line) {
  return (error) => {
    assert.ok(error instanceof TooManyBadRowsError, String(error));
    assert.equal(error.line, line);
    return true;
  };
}

/** Chunks that a run must not want all of. */
async function* endless(head, filler) {
  yield* head;
  for (let count = 0; count < 20_000; count += 1) yield filler;
  throw new Error("the endless input was read on and on");
}

// --- R1: groups, keys and their order ---

test("R1: groups come in the order of their first row", async () => {
  assert.deepEqual(await run("k,v\nb,1\na,2\nb,3\nc,4\na,5\n", { aggregates: [SUM_V, COUNT] }), {
    groups: [group(["b"], ["4", "2"]), group(["a"], ["7", "2"]), group(["c"], ["4", "1"])],
    badRows: [],
  });
});

test("R1 R8: a bad row does not place its group", async () => {
  const result = await run("k,v\nb,oops\na,1\nb,2\n", { aggregates: [SUM_V] });
  assert.deepEqual(result.groups, [group(["a"], ["1"]), group(["b"], ["2"])]);
});

test("R1: keys that look like numbers keep their order", async () => {
  assert.deepEqual(await keys("k\n10\n2\n1\n01\n1.0\n2\n"), [["10"], ["2"], ["1"], ["01"], ["1.0"]]);
});

test("R1: key and values follow the query, not the file", async () => {
  const aggregates = [{ function: "max", column: "w" }, COUNT, SUM_V, { function: "min", column: "w" }];
  assert.deepEqual(await groups("v,b,w,a\n1,x,10,y\n2,x,20,y\n", { groupBy: ["a", "b"], aggregates }), [
    [["y", "x"], ["20", "2", "3", "10"]],
  ]);
});

test("R1: keys with the same text in other parts are two groups", async () => {
  const pairs = [
    [["a", "b,c"], ["a,b", "c"]],
    [["a", ""], ["", "a"]],
    [["ab", "c"], ["a", "bc"]],
    [['a","b', ""], ["a", 'b","']],
    [["a\\", "b"], ["a", "\\b"]],
    [["a|b", "c"], ["a", "b|c"]],
    [["a\0b", "c"], ["a", "b\0c"]],
    [["a\x1fb", "c"], ["a", "b\x1fc"]],
    [["a\nb", "c"], ["a", "b\nc"]],
    [["1:a", "b"], ["1", "a:b"]],
  ];
  for (const [first, second] of pairs) {
    const text = "k,l\n" + [first, second, first].map((key) => key.map(quote).join(",") + "\n").join("");
    assert.deepEqual(await groups(text, { groupBy: ["k", "l"] }), [
      [first, ["2"]],
      [second, ["1"]],
    ]);
  }
});

test("R1: keys are compared character for character", async () => {
  const values = ["a", "A", " a", "a ", "\u00e9", "e\u0301", "\u{1f600}", "\u{1f601}", ""];
  const text = "k,l\n" + values.map((value) => `${value},\n`).join("").repeat(2);
  assert.deepEqual(await groups(text), values.map((value) => [[value], ["2"]]));
});

test("R1: empty key parts are ordinary", async () => {
  assert.deepEqual(await groups("k,l\n,\n,x\nx,\n,\n", { groupBy: ["k", "l"] }), [
    [["", ""], ["2"]],
    [["", "x"], ["1"]],
    [["x", ""], ["1"]],
  ]);
});

test("R1: special names are ordinary", async () => {
  const text = "__proto__,constructor\n__proto__,1\nconstructor,2\n__proto__,3\ntoString,4\n";
  const aggregates = [{ function: "sum", column: "constructor" }];
  assert.deepEqual(await groups(text, { groupBy: ["__proto__"], aggregates }), [
    [["__proto__"], ["4"]],
    [["constructor"], ["2"]],
    [["toString"], ["4"]],
  ]);
});

test("R1: the same aggregate twice, and a grouped column aggregated", async () => {
  assert.deepEqual(await groups("v\n2\n2.0\n2\n", { groupBy: ["v"], aggregates: [SUM_V, SUM_V, COUNT, COUNT] }), [
    [["2"], ["4", "4", "2", "2"]],
    [["2.0"], ["2", "2", "1", "1"]],
  ]);
});

test("R1: a header alone gives no groups", async () => {
  for (const text of ["k,v", "k,v\n", "k,v\r\n", "\nk,v\n\n\n"]) {
    assert.deepEqual(await run(text, { aggregates: [SUM_V] }), { groups: [], badRows: [] });
  }
});

test("R1: columns that are not named may be repeated or empty", async () => {
  assert.deepEqual(await groups("x,,k,x,\n1,2,a,4,5\n"), [[["a"], ["1"]]]);
});

test("R1: column names are compared exactly", async () => {
  const text = "K, k,k ,k\n1,2,3,4\n";
  assert.deepEqual(await keys(text), [["4"]]);
  assert.deepEqual(await keys(text, [" k", "K"]), [["2", "1"]]);
});

test("R1: the query is left as it was", async () => {
  const query = { groupBy: ["k", "l"], aggregates: [SUM_V, COUNT], meanScale: 2, maxBadRows: 0 };
  const before = structuredClone(query);
  await groupAggregate(["k,l,v\na,b,1\n"], query);
  assert.deepEqual(query, before);
});

// --- R2: sum, min and max ---

test("R2: sum is exact", async () => {
  const nines = "9".repeat(1000);
  const cases = [
    [["0.10", "0.20"], "0.3"],
    [Array(10).fill("0.1"), "1"],
    [["1.5", "-1.50"], "0"],
    [["-0.05", "0.0"], "-0.05"],
    [["0.25", "0.5", "1"], "1.75"],
    [["1", "0.5", "0.25"], "1.75"],
    [["9007199254740993", "9007199254740993"], "18014398509481986"],
    [[`1${"0".repeat(30)}`, `0.${"0".repeat(29)}1`], `1${"0".repeat(30)}.${"0".repeat(29)}1`],
    [[nines, "1"], `1${"0".repeat(1000)}`],
    [[nines, `0.${"0".repeat(998)}1`], `${nines}.${"0".repeat(998)}1`],
    [[`-${nines}`, `-${nines}`], `-1${"9".repeat(999)}8`],
    [[nines, `0.${"9".repeat(999)}`, `-${nines}`], `0.${"9".repeat(999)}`],
  ];
  for (const [fields, total] of cases) assert.equal(await aggregate("sum", fields), total);
});

test("R2: numbers are written in one form", async () => {
  const cases = [
    ["-0.00", "0"],
    ["-0", "0"],
    ["+0", "0"],
    ["000", "0"],
    ["+007", "7"],
    ["-007.50", "-7.5"],
    ["00.50", "0.5"],
    ["-0.5", "-0.5"],
    ["-00.050", "-0.05"],
    ["100", "100"],
    ["1200.00", "1200"],
    ["100.010", "100.01"],
    [`1${"0".repeat(40)}`, `1${"0".repeat(40)}`],
    [`0.${"0".repeat(40)}1`, `0.${"0".repeat(40)}1`],
    [`${"0".repeat(999)}5`, "5"],
    [`5.${"0".repeat(999)}`, "5"],
    [`-${"1".repeat(500)}.${"2".repeat(500)}`, `-${"1".repeat(500)}.${"2".repeat(500)}`],
  ];
  for (const [field, written] of cases) {
    for (const name of ["sum", "min", "max"]) assert.equal(await aggregate(name, [field]), written, name);
  }
});

test("R2: min and max compare by value", async () => {
  const cases = [
    [["9", "10", "8"], "8", "10"],
    [["10", "9"], "9", "10"],
    [["-9", "-10"], "-10", "-9"],
    [["1.5", "1.25", "1.75"], "1.25", "1.75"],
    [["-1.5", "-1.25"], "-1.5", "-1.25"],
    [["0.9", "1", "0.10"], "0.1", "1"],
    [["5"], "5", "5"],
    [["2", "3", "1"], "1", "3"],
    [["-3", "-2"], "-3", "-2"],
    [["3", "4"], "3", "4"],
    [["1.0", "1.00", "+1"], "1", "1"],
    [["-1", "0", "1"], "-1", "1"],
    [["9007199254740993", "9007199254740992"], "9007199254740992", "9007199254740993"],
    [["0.10000000000000000001", "0.1"], "0.1", "0.10000000000000000001"],
    [["9".repeat(1000), `${"9".repeat(999)}8`], `${"9".repeat(999)}8`, "9".repeat(1000)],
  ];
  for (const [fields, least, greatest] of cases) {
    assert.equal(await aggregate("min", fields), least);
    assert.equal(await aggregate("max", fields), greatest);
  }
});

test("R2: groups do not share values", async () => {
  assert.deepEqual(await groups("k,v\na,1\nb,20\na,3\nb,10\n", { aggregates: ALL_OF_V }), [
    [["a"], ["4", "1", "3", "2", "2"]],
    [["b"], ["30", "10", "20", "15", "2"]],
  ]);
});

// --- R3: mean ---

test("R3: mean is rounded half to even", async () => {
  const cases = [
    [["0", "1"], 0, "0"],
    [["1", "2"], 0, "2"],
    [["2", "3"], 0, "2"],
    [["3", "4"], 0, "4"],
    [["0", "-1"], 0, "0"],
    [["-1", "-2"], 0, "-2"],
    [["-2", "-3"], 0, "-2"],
    [["1", "0", "0"], 2, "0.33"],
    [["-1", "0", "0"], 2, "-0.33"],
    [["1", "1", "0"], 2, "0.67"],
    [["-1", "-1", "0"], 2, "-0.67"],
    [["1", "1", "0"], 0, "1"],
    [["-1", "0", "0"], 0, "0"],
    [["0.25"], 1, "0.2"],
    [["0.35"], 1, "0.4"],
    [["-0.25"], 1, "-0.2"],
    [["0.125"], 2, "0.12"],
    [["0.375"], 2, "0.38"],
    [["1.005"], 2, "1"],
    [["1.015"], 2, "1.02"],
    [["0.1", "0.1", "0.1"], 2, "0.1"],
    [["1.50"], 2, "1.5"],
    [["100", "300"], 2, "200"],
    [["0.004"], 2, "0"],
    [["-0.005"], 2, "0"],
    [["1.234"], 5, "1.234"],
  ];
  for (const [fields, scale, mean] of cases) {
    assert.equal(await aggregate("mean", fields, scale), mean, `mean of ${fields} to scale ${scale}`);
  }
});

test("R3: mean is rounded only once", async () => {
  const cases = [
    ["1.45", "1"],
    ["1.4999999999999999999999999999999999999999", "1"],
    [`0.5${"0".repeat(900)}1`, "1"],
    [`-0.5${"0".repeat(900)}1`, "-1"],
    [`0.4${"9".repeat(990)}`, "0"],
    [`2.5${"0".repeat(990)}`, "2"],
  ];
  for (const [field, mean] of cases) assert.equal(await aggregate("mean", [field], 0), mean);
});

test("R3: mean of many digits", async () => {
  const almost = `${"9".repeat(999)}8`;
  assert.equal(await aggregate("mean", ["1", "0", "0"], 100), `0.${"3".repeat(100)}`);
  assert.equal(await aggregate("mean", ["2", "0", "0"], 100), `0.${"6".repeat(99)}7`);
  assert.equal(await aggregate("mean", ["9".repeat(1000), almost], 1), `${almost}.5`);
  assert.equal(await aggregate("mean", ["9".repeat(1000), almost], 0), almost);
  assert.equal(
    await aggregate("mean", [`1${"0".repeat(999)}`, "0", "0"], 100),
    `${"3".repeat(999)}.${"3".repeat(100)}`,
  );
});

test("R3: mean rounds the exact sum and not the numbers", async () => {
  assert.equal(await aggregate("mean", ["0.4", "0.4", "0.4", "0.4"], 0), "0");
  assert.equal(await aggregate("mean", ["0.3", "0.3", "1"], 0), "1");
  assert.equal(await aggregate("mean", ["0.5", "0.5", "0.5"], 0), "0");
});

test("R3 R2: the mean scale is for mean alone", async () => {
  assert.deepEqual(await groups("k,v\nx,1.25\nx,1.26\n", { aggregates: ALL_OF_V, meanScale: 0 }), [
    [["x"], ["2.51", "1.25", "1.26", "1", "2"]],
  ]);
});

test("R3 R6: mean divides by the number of values present", async () => {
  assert.equal(await aggregate("mean", ["1", "", "2", ""], 1), "1.5");
});

// --- R4: quoted fields ---

test("R4: the value of a quoted field", async () => {
  const cases = [
    ['"a"', "a"],
    ['"a,b"', "a,b"],
    ['"a\nb"', "a\nb"],
    ['"a\r\nb"', "a\r\nb"],
    ['"a\rb"', "a\rb"],
    ['"\r\n"', "\r\n"],
    ['"\n\n"', "\n\n"],
    ['"a""b"', 'a"b'],
    ['""""', '"'],
    ['""""""', '""'],
    ['""","""', '","'],
    ['"a"""', 'a"'],
    ['" a "', " a "],
    ['""', ""],
    ['","', ","],
  ];
  const surroundings = [
    ["k,l\n", ",x\n"],
    ["l,k\nx,", "\n"],
    ["l,k\r\nx,", "\r\n"],
    ["l,k\nx,", ""],
    ["k\n", "\n"],
    ["k\n", ""],
  ];
  for (const [field, value] of cases) {
    for (const [before, after] of surroundings) assert.deepEqual(await keys(before + field + after), [[value]]);
  }
});

test("R4: quoted header", async () => {
  for (const name of ["a,b", "a\nb", "a\r\nb", 'a"b', '"', " ", "\ufeff"]) {
    assert.deepEqual(await keys(`x,${quote(name)}\r\n1,a\r\n2,b\r\n`, [name]), [["a"], ["b"]]);
  }
});

test("R4 R2: quoted numbers are numbers", async () => {
  assert.equal(await aggregate("sum", ['"1.5"', '"-0.5"', "2", '""']), "3");
});

test("R4 R1: quoted and plain keys are the same", async () => {
  assert.deepEqual(await groups('k\na\n"a"\na\n'), [[["a"], ["3"]]]);
});

test("R4: a row goes on after a quoted line break", async () => {
  const text = 'k,l,m\n"1\n2","3\r\n4",5\n6,7,8\n';
  assert.deepEqual(await keys(text, ["k", "l", "m"]), [
    ["1\n2", "3\r\n4", "5"],
    ["6", "7", "8"],
  ]);
});

// --- R5: byte order mark, row ends, empty lines, spaces ---

test("R5: a mark at the start is dropped", async () => {
  for (const head of ["\ufeffk,v\n", '\ufeff"k",v\n', "\ufeff\nk,v\n", '\ufeff\r\n\n"k",v\n']) {
    assert.deepEqual(await groups(`${head}a,1\n`, { aggregates: [SUM_V] }), [[["a"], ["1"]]]);
  }
});

test("R5: only one mark is dropped", async () => {
  assert.deepEqual(await keys("\ufeff\ufeffk\na\n", ["\ufeffk"]), [["a"]]);
  assert.deepEqual(await keys(["\ufeff", "\ufeffk\na\n"], ["\ufeffk"]), [["a"]]);
  await assert.rejects(run('\ufeff\ufeff"k"\na\n', { groupBy: ["\ufeffk"] }), HeaderError);
});

test("R5: a mark elsewhere is ordinary", async () => {
  assert.deepEqual(await keys("k,l\n\ufeffa,\na\ufeff,\n\ufeff,\n"), [["\ufeffa"], ["a\ufeff"], ["\ufeff"]]);
  assert.deepEqual(await keys("\n\ufeffk\na\n", ["\ufeffk"]), [["a"]]);
  assert.deepEqual(await keys(["k\n", "\ufeffa\n"]), [["\ufeffa"]]);
  assert.deepEqual(await keys("k,\ufeffl\na,b\n", ["\ufeffl"]), [["b"]]);
});

test("R5: row ends", async () => {
  const texts = [
    "k,v\na,1\nb,2\n",
    "k,v\na,1\nb,2",
    "k,v\r\na,1\r\nb,2\r\n",
    "k,v\r\na,1\r\nb,2",
    "k,v\na,1\r\nb,2\n",
    "k,v\r\na,1\nb,2",
  ];
  for (const text of texts) {
    assert.deepEqual(await groups(text, { aggregates: [SUM_V] }), [
      [["a"], ["1"]],
      [["b"], ["2"]],
    ]);
  }
});

test("R5: row ends after quoted and empty fields", async () => {
  assert.deepEqual(await keys('l,k\r\n1,"a"\r\n2,"b"\n3,\r\n4,\n5,"c"'), [["a"], ["b"], [""], ["c"]]);
  assert.deepEqual(await keys("l,k\n1,"), [[""]]);
});

test("R5: empty lines are skipped anywhere", async () => {
  assert.deepEqual(await run("\n\r\n\nk\n\na\r\n\r\n\n\r\nb\n\n\r\n"), {
    groups: [group(["a"], ["1"]), group(["b"], ["1"])],
    badRows: [],
  });
});

test("R5: only a line without characters is empty", async () => {
  assert.deepEqual(await groups('k\n""\n \n""\r\n'), [
    [[""], ["2"]],
    [[" "], ["1"]],
  ]);
  assert.deepEqual(await groups('k\n""'), [[[""], ["1"]]]);
  assert.deepEqual(await groups("k,l\n,\n"), [[[""], ["1"]]]);
  assert.deepEqual((await run("k,l\n \n\n")).badRows, [bad(2, "field_count")]);
});

test("R5: any other CR is ordinary", async () => {
  const cases = [
    ["k,l\na\rb,1\n", "a\rb"],
    ["k,l\na\r,1\n", "a\r"],
    ["k,l\n\ra,1\n", "\ra"],
    ["k,l\n\r,1\n", "\r"],
    ["l,k\n1,a\r\r\n", "a\r"],
    ["l,k\n1,a\r\r\r\n", "a\r\r"],
    ["l,k\n1,a\r", "a\r"],
    ["l,k\n1,\r\r\n", "\r"],
    ["k\n\r\r\n", "\r"],
    ["k\n\r", "\r"],
  ];
  for (const [text, key] of cases) assert.deepEqual(await groups(text), [[[key], ["1"]]]);
  assert.deepEqual(await keys("a\rb,k\r\r\n1,2\n", ["a\rb", "k\r"]), [["1", "2"]]);
});

test("R5: spaces are kept", async () => {
  assert.deepEqual(await keys("k,l\n a ,x\n\ta,x\n\u00a0,x\n"), [[" a "], ["\ta"], ["\u00a0"]]);
});

// --- R6: missing values ---

test("R6: empty fields are ignored", async () => {
  assert.deepEqual(await groups('k,v\nx,\nx,5\nx,""\nx,-7\n', { aggregates: [...ALL_OF_V, COUNT] }), [
    [["x"], ["-2", "-7", "5", "-1", "2", "4"]],
  ]);
});

test("R6: a group without a value", async () => {
  assert.deepEqual(await groups('k,v\nx,\ny,1\nx,""\n', { aggregates: [...ALL_OF_V, COUNT] }), [
    [["x"], ["0", null, null, null, "0", "2"]],
    [["y"], ["1", "1", "1", "1", "1", "1"]],
  ]);
});

test("R6: count takes any field that is not empty", async () => {
  const aggregates = ["v", "w", "", "k"].map((column) => ({ function: "count", column }));
  assert.deepEqual(await groups("k,v,w\nx,abc,\nx,,1\nx, ,\nx,0,\n", { aggregates }), [
    [["x"], ["3", "1", "4", "4"]],
  ]);
});

test("R6: zero is a value", async () => {
  assert.equal(await aggregate("min", ["", "0", "3"]), "0");
  assert.equal(await aggregate("max", ["-3", "", "0"]), "0");
  assert.equal(await aggregate("count", ["0", ""]), "1");
  assert.equal(await aggregate("mean", ["0", ""]), "0");
});

// --- R7: chunks and errors of the source ---

const TRICKY = [
  '\ufeff"k",v,"a ""b"""\r\n',
  '"x,""1""",0.5,\r\n',
  "\r\n",
  '"x,""1""",12.25,\u{1f600}\n',
  '"line\r\nbreak",-3,"\u00e9"\r\n',
  "cr\rcr\r,7,\r\r\n",
  'fault"y,1,"\r\n',
  '"fault"\r,1,\r\n',
  "many,1,2,3\n",
  "bad,1e3,\r\n",
  '"\u{1f600}",1,z\r\n',
  '"x,""1""",1000,z\r\n',
  '"open\r\n,1',
].join("");

async function assertTricky(source, message) {
  const aggregates = [SUM_V, { function: "count", column: 'a "b"' }, COUNT];
  const expected = {
    groups: [
      group(['x,"1"'], ["1012.75", "2", "3"]),
      group(["line\r\nbreak"], ["-3", "1", "1"]),
      group(["cr\rcr\r"], ["7", "1", "1"]),
      group(["\u{1f600}"], ["1", "1", "1"]),
    ],
    badRows: [
      bad(8, "bad_quoting"),
      bad(9, "bad_quoting"),
      bad(10, "field_count"),
      bad(11, "not_a_number", "v"),
      bad(14, "bad_quoting"),
    ],
  };
  assert.deepEqual(await run(source, { aggregates }), expected, message);
}

test("R7: one chunk", async () => {
  await assertTricky([TRICKY]);
});

test("R7: every cut in two", async () => {
  for (let cut = 0; cut <= TRICKY.length; cut += 1) {
    await assertTricky([TRICKY.slice(0, cut), TRICKY.slice(cut)], `cut at ${cut}`);
  }
});

test("R7: single code units, from an asynchronous source too", async () => {
  const units = TRICKY.split("");
  await assertTricky(units);
  await assertTricky(
    (async function* () {
      yield* units;
    })(),
  );
});

test("R7: empty chunks anywhere", async () => {
  await assertTricky(TRICKY.split("").flatMap((unit) => ["", unit, ""]));
  assert.deepEqual(await keys(["", "", "k\n", ...Array(1000).fill(""), "a", "", "\n"]), [["a"]]);
});

test("R7: an error of the source is passed on", async () => {
  const heads = ["", "k,v", "k,v\n", "k,v\na", "k,v\na,1\n", 'k,v\n"a', "k,v\na,1\nb,x\n", 'k,v\na"', "\n"];
  for (const head of heads) {
    const error = new Error("broken");
    async function* asynchronous() {
      yield head;
      throw error;
    }
    function* synchronous() {
      yield head;
      throw error;
    }
    for (const source of [asynchronous(), synchronous()]) {
      await assert.rejects(run(source, { aggregates: [SUM_V] }), (caught) => caught === error);
    }
  }
});

// --- R8: bad rows ---

test("R8: what is not a number", async () => {
  const fields = [
    ..."1e3 1E3 .5 5. -.5 -5. . + - --1 +-1 1- 1.2.3 0x10 1_000 1n NaN nan Infinity inf abc 1a a1 1/2".split(" "),
    ...['"1,000"', "- 1", " 1", "1 ", " ", "\t1", "1\u00a0", '"1\n"', '"\n1"', '"1\r\n"', "1\r", '"1\u2028"'],
    ...["\u0663", "\uff11", "1\u0663", "\u22121", "\ufeff1", "\u00b2"],
    ...["1".repeat(1001), "0".repeat(1001), `-${"1".repeat(1001)}`, `0.${"0".repeat(1000)}`],
    `${"1".repeat(501)}.${"1".repeat(500)}`,
  ];
  for (const field of fields) {
    const result = await run(`k,v,w\na,1,\na,${field},\na,2,\n`, { aggregates: [SUM_V, COUNT] });
    const expected = { groups: [group(["a"], ["3", "2"])], badRows: [bad(3, "not_a_number", "v")] };
    assert.deepEqual(result, expected, JSON.stringify(field));
  }
});

test("R8: which functions want numbers", async () => {
  for (const [name, value] of Object.entries({ sum: "3", min: "1", max: "2", mean: "1.5" })) {
    const aggregates = [{ function: name, column: "v" }, COUNT];
    assert.deepEqual(await run("k,v\na,1\na,1e3\na,2\n", { aggregates }), {
      groups: [group(["a"], [value, "2"])],
      badRows: [bad(3, "not_a_number", "v")],
    });
  }
});

test("R8: a number is not bad", async () => {
  const ones = "1".repeat(1000);
  const halves = `-${"1".repeat(500)}.${"1".repeat(500)}`;
  for (const field of ["0", "+1", "-1", "007", "1.50", "-0.0", ones, `+${ones}`, halves]) {
    const result = await run(`k,v\na,${field}\n`, { aggregates: [{ function: "mean", column: "v" }] });
    assert.deepEqual(result.badRows, [], field);
  }
});

test("R8: a quoting fault ends with its line", async () => {
  const rows = [
    ...['a"b,1', 'a",1', ' "a",1', 'a""b,1', 'a,1"', '"a"b,1', '"a" ,1', '"a"\r,1', '"a"\rb,1', 'a,"1"\r\r', '""a,1'],
    ...['"a""b"c,1', 'a"b,"1', '"a"b",1', '"a"b,"1', '"a"b,"1""', '"a"b,1,2,x', 'a"b', '\ufeff"a",1'],
    ...['a"b,1\rd,2', '"a"b,1\rd,2'],
  ];
  for (const row of rows) {
    for (const end of ["\n", "\r\n"]) {
      const result = await run(["k,v", "c,1", row, "b,2", ""].join(end), { aggregates: [SUM_V] });
      const expected = { groups: [group(["c"], ["1"]), group(["b"], ["2"])], badRows: [bad(3, "bad_quoting")] };
      assert.deepEqual(result, expected, JSON.stringify(row + end));
    }
  }
});

test("R8: a quoting fault at the end of the input", async () => {
  for (const row of ['"a', '"a,1\nb,2\n', 'a,"', 'a,"1""', 'a,1"', '"a"\r', 'a,"1"\r', 'a"', '"a"b']) {
    const result = await run(`k,v\nc,1\n${row}`, { aggregates: [SUM_V] });
    const expected = { groups: [group(["c"], ["1"])], badRows: [bad(3, "bad_quoting")] };
    assert.deepEqual(result, expected, JSON.stringify(row));
  }
});

test("R8: a quoting fault after a quoted line break", async () => {
  const text = 'k,v\n"a\nb"c,1\nd,2\n"e\n\nf",g",\n"h",3\n';
  assert.deepEqual(await run(text, { aggregates: [SUM_V] }), {
    groups: [group(["d"], ["2"]), group(["h"], ["3"])],
    badRows: [bad(2, "bad_quoting"), bad(5, "bad_quoting")],
  });
});

test("R8: a wrong number of fields", async () => {
  assert.deepEqual(await run("k,v\na\na,1\na,1,\n,\n,,\na,1,2,3\n", { aggregates: [SUM_V] }), {
    groups: [group(["a"], ["1"]), group([""], ["0"])],
    badRows: [2, 4, 6, 7].map((line) => bad(line, "field_count")),
  });
});

test("R8: the first reason applies", async () => {
  const result = await run('k,v\nx,y,z"\nx,y,z\nx,y\nx"\n"x"y\n', { aggregates: [SUM_V] });
  assert.deepEqual(result, {
    groups: [],
    badRows: [
      bad(2, "bad_quoting"),
      bad(3, "field_count"),
      bad(4, "not_a_number", "v"),
      bad(5, "bad_quoting"),
      bad(6, "bad_quoting"),
    ],
  });
});

test("R8: the leftmost column at fault", async () => {
  const aggregates = [
    { function: "sum", column: "a" },
    { function: "max", column: "b" },
    { function: "mean", column: "c" },
    { function: "min", column: "a" },
  ];
  assert.deepEqual(await run("c,b,k,a\n1,x,k,y\n1,1,k,y\nx,x,k,x\n,x,k,\n1,1,k,1\n", { aggregates }), {
    groups: [group(["k"], ["1", "1", "1", "1"])],
    badRows: [
      bad(2, "not_a_number", "b"),
      bad(3, "not_a_number", "a"),
      bad(4, "not_a_number", "c"),
      bad(5, "not_a_number", "b"),
    ],
  });
});

test("R8: columns are looked at from left to right also beyond the tenth", async () => {
  const names = ["v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11"];
  const aggregates = ["v10", "v2"].map((column) => ({ function: "sum", column }));
  const result = await run(`k,${names}\na,${names.map(() => "x")}\n`, { aggregates });
  assert.deepEqual(result.badRows, [bad(2, "not_a_number", "v2")]);
});

test("R8: only columns used as numbers are checked", async () => {
  const badRows = [bad(3, "not_a_number", "v")];
  const countsW = { aggregates: [SUM_V, { function: "count", column: "w" }] };
  assert.deepEqual(await run("k,v,w,u\na,1,x,y\nb,x,x,y\n", countsW), {
    groups: [group(["a"], ["1", "1"])],
    badRows,
  });
  const countsV = { aggregates: [{ function: "count", column: "v" }, SUM_V] };
  assert.deepEqual(await run("k,v\na,3\na,x\na,2\n", countsV), { groups: [group(["a"], ["2", "5"])], badRows });
  const groupsByV = { groupBy: ["v"], aggregates: [SUM_V] };
  assert.deepEqual(await run("v\n1\nx\n", groupsByV), { groups: [group(["1"], ["1"])], badRows });
});

test("R8: a bad row changes nothing", async () => {
  const text = "k,v,w\na,1,1\na,100,x\na,x,100\na,2,2,2\nb,5,x\na,3,3\n";
  const aggregates = [...ALL_OF_V, { function: "mean", column: "w" }, COUNT];
  const result = await run(text, { aggregates });
  assert.deepEqual(result.groups, [group(["a"], ["4", "1", "3", "2", "2", "2", "2"])]);
  assert.deepEqual(result.badRows.map(({ line }) => line), [3, 4, 5, 6]);
});

test("R8: lines count every LF", async () => {
  const text = [
    '\n\r\n"k\n1","v\r\n2"\n', // lines 3 to 5
    "\n\n",
    '"a\n\n\nb",1\n', // lines 8 to 11
    "x\r\r,1,1\r\n", // line 12: CR alone ends no line
    "\r\n",
    '"c\n\r\nd",x\n', // lines 14 to 16
    'e"\r\n', // line 17
    "\n",
    'f,"', // line 19
  ].join("");
  const result = await run(text, { groupBy: ["k\n1"], aggregates: [{ function: "sum", column: "v\r\n2" }] });
  assert.deepEqual(result.badRows, [
    bad(12, "field_count"),
    bad(14, "not_a_number", "v\r\n2"),
    bad(17, "bad_quoting"),
    bad(19, "bad_quoting"),
  ]);
});

test("R8: a mark does not shift lines", async () => {
  assert.deepEqual((await run("\ufeffk\na,b\n")).badRows, [bad(2, "field_count")]);
});

// --- R9: invalid queries and headers ---

test("R9: an invalid query fails before the source is read", async () => {
  const queries = [
    { groupBy: [] },
    { groupBy: [""] },
    { groupBy: ["k", ""] },
    { groupBy: ["k", "k"] },
    { groupBy: ["k", "l", "k"] },
    { aggregates: [] },
    { aggregates: [{ function: "median", column: "v" }] },
    { aggregates: [COUNT, { function: "SUM", column: "v" }] },
    { aggregates: [{ function: "", column: "v" }] },
    { aggregates: [{ function: "constructor", column: "v" }] },
    { aggregates: [{ function: "__proto__", column: "v" }] },
    { aggregates: [{ function: "sum" }] },
    { aggregates: [{ function: "min" }] },
    { aggregates: [{ function: "max", column: "" }] },
    { aggregates: [COUNT, { function: "mean", column: "" }] },
    { meanScale: -1 },
    { meanScale: 101 },
    { meanScale: 1.5 },
    { meanScale: Number.NaN },
    { maxBadRows: -1 },
    { maxBadRows: 0.5 },
    { maxBadRows: Number.NaN },
    { maxBadRows: Number.POSITIVE_INFINITY },
  ];
  for (const query of queries) {
    let reads = 0;
    const source = {
      [Symbol.asyncIterator]() {
        return this;
      },
      next() {
        reads += 1;
        return Promise.resolve({ done: true, value: undefined });
      },
    };
    await assert.rejects(run(source, query), InvalidQueryError);
    assert.equal(reads, 0);
  }
});

test("R9: limits of a valid query", async () => {
  const aggregates = [COUNT, COUNT, { function: "count", column: "k" }, { function: "mean", column: "v" }];
  for (const meanScale of [0, 100]) {
    const result = await run("k,v\na,3\n", { aggregates, meanScale, maxBadRows: 0 });
    assert.deepEqual(result.groups, [group(["a"], ["1", "1", "1", "3"])]);
  }
});

test("R9: no header row", async () => {
  for (const text of ["", "\ufeff", "\n", "\r\n\n", "\ufeff\r\n"]) await assert.rejects(run(text), HeaderError);
  await assert.rejects(run([]), HeaderError);
});

test("R9: a quoting fault in the header", async () => {
  for (const header of ['k"', 'k,a"b', '"k"a', '"k" ,a', '"k"\ra', 'k,"a"b"']) {
    for (const text of [header, `${header}\n`, `${header}\r\na,b\nk,a\n`, `${header}\nk,v\na,1\n`]) {
      await assert.rejects(run(text), HeaderError, JSON.stringify(text));
    }
  }
  for (const text of ['"k', 'k,"\n', '"k"\r', 'k,"a\nb,c\n']) await assert.rejects(run(text), HeaderError);
});

const BAD_HEADERS = [
  ["l", ["k"], [COUNT]],
  ["K", ["k"], [COUNT]],
  [" k", ["k"], [COUNT]],
  ["k", ["k", "l"], [COUNT]],
  ["k,w", ["k"], [SUM_V]],
  ["k,w", ["k"], [COUNT, { function: "count", column: "v" }]],
  ["k,k", ["k"], [COUNT]],
  ["k,l,m,l", ["k", "l"], [COUNT]],
  ["v,k,v", ["k"], [SUM_V]],
  ["k,v,v", ["k"], [{ function: "count", column: "v" }]],
  ['k,"k"', ["k"], [COUNT]],
  ["k", ["constructor"], [COUNT]],
];

test("R9: a column is missing or repeated", async () => {
  for (const [header, groupBy, aggregates] of BAD_HEADERS) {
    for (const text of [header, `${header}\n`, `${header}\r\n1,2\n`]) {
      await assert.rejects(run(text, { groupBy, aggregates }), HeaderError, JSON.stringify(text));
    }
  }
});

test("R9: a header error does not need the rest", async () => {
  for (const [header, groupBy, aggregates] of [...BAD_HEADERS, ['k"', ["k"], [COUNT]]]) {
    await assert.rejects(run(endless([`${header}\n`], "a,b\n"), { groupBy, aggregates }), HeaderError);
  }
});

// --- R10: the bad-row limit ---

const THREE_BAD = 'k,v\na,1\na,x\nb\na,2\n\n"c\nd"e\na,3\n';

test("R10: bad rows up to the limit", async () => {
  for (const maxBadRows of [3, 4, 1e9]) {
    assert.deepEqual(await run(THREE_BAD, { aggregates: [SUM_V], maxBadRows }), {
      groups: [group(["a"], ["6"])],
      badRows: [bad(3, "not_a_number", "v"), bad(4, "field_count"), bad(7, "bad_quoting")],
    });
  }
});

test("R10: the first bad row over the limit", async () => {
  for (const [maxBadRows, line] of [3, 4, 7].entries()) {
    await assert.rejects(run(THREE_BAD, { aggregates: [SUM_V], maxBadRows }), tooManyAt(line));
  }
});

test("R10: a limit of zero allows good rows", async () => {
  assert.deepEqual(await run("k\na\n", { maxBadRows: 0 }), { groups: [group(["a"], ["1"])], badRows: [] });
});

test("R10: the bad row over the limit stands at the end of the input", async () => {
  await assert.rejects(run('k\na,b\nc\n"d\n\n', { maxBadRows: 1 }), tooManyAt(4));
});

test("R10: the error does not need the rest", async () => {
  for (const filler of ["a,1\n", "a,x\n", "a\n", 'a",1\n']) {
    const source = endless(["k,v\na,x\na,1\n", "a,1,2\n"], filler);
    await assert.rejects(run(source, { aggregates: [SUM_V], maxBadRows: 1 }), tooManyAt(4));
  }
});

test("R10: stops in an endless stream of bad rows", async () => {
  await assert.rejects(run(endless(["k,v\n"], "a\n"), { maxBadRows: 5 }), tooManyAt(7));
});
