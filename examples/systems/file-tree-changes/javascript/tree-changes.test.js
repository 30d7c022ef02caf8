import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { describe, test } from "node:test";

import { InvalidPatternError, SnapshotFormatError, compare, fromJson, scan, toJson } from "./tree-changes.js";

const DIGEST = "0123456789abcdef".repeat(4);
const OTHER_DIGEST = "fedcba9876543210".repeat(4);
const COMPOSED = "\u00e9";
const DECOMPOSED = "e\u0301";
const FULLWIDTH_TILDE = "\uff5e";
const EMOJI = "\u{1f600}";

/** A new empty directory, removed when the test ends. */
function temporaryDirectory(t) {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "tree-"));
  t.after(() => fs.rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** A new empty directory in a parent of its own. */
function newRoot(t) {
  const root = `${temporaryDirectory(t)}/root`;
  fs.mkdirSync(root);
  return root;
}

function write(location, content) {
  fs.mkdirSync(path.dirname(location), { recursive: true });
  fs.writeFileSync(location, content);
}

/** Create files that contain their own path. */
function fill(root, ...paths) {
  for (const relative of paths) write(`${root}/${relative}`, relative);
}

function replaceWithLink(location, target) {
  fs.rmSync(location);
  fs.symlinkSync(target, location);
}

function makePipe(location) {
  execFileSync("mkfifo", [location]);
}

/** Make a named pipe that holds the content; the returned function takes out what is left of it. */
function makeFullPipe(t, location, content) {
  makePipe(location);
  const descriptor = fs.openSync(location, fs.constants.O_RDWR | fs.constants.O_NONBLOCK);
  t.after(() => fs.closeSync(descriptor));
  fs.writeSync(descriptor, content);
  return () => {
    const buffer = Buffer.alloc(1000);
    return buffer.toString("utf8", 0, fs.readSync(descriptor, buffer));
  };
}

/** The location of an item whose name is given as bytes. */
function rawLocation(directory, name) {
  return Buffer.concat([Buffer.from(`${directory}/`), name]);
}

function makeRawDirectory(directory, name) {
  fs.mkdirSync(rawLocation(directory, name));
}

/** Let no more than a few seconds pass if a pipe that nobody writes to is opened, and let the process end then. */
async function withoutWaiting(pipe, promise) {
  const timer = setTimeout(() => {
    fs.closeSync(fs.openSync(pipe, fs.constants.O_RDWR | fs.constants.O_NONBLOCK));
  }, 3000);
  const start = performance.now();
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    assert.ok(performance.now() - start < 2900, "waited at a pipe");
  }
}

function itemOf(kind, relative, content) {
  const bytes = Buffer.from(content);
  return { path: relative, kind, size: bytes.length, digest: createHash("sha256").update(bytes).digest("hex") };
}

function file(relative, content = "content") {
  return itemOf("file", relative, content);
}

function link(relative, target) {
  return itemOf("symlink", relative, target);
}

function entry(relative, kind, size, digest) {
  return { path: relative, kind, size, digest };
}

function problem(relative, kind) {
  return { path: relative, kind };
}

/** The entries that a scan finds after `fill`. */
function filled(...paths) {
  return paths.map((relative) => file(relative, relative));
}

function snapshotOf(entries, ...problems) {
  return { entries, problems };
}

function changes(parts) {
  return { created: [], modified: [], deleted: [], moved: [], unknown: [], ...parts };
}

/** A hook that acts when it is called with the path. */
function at(relative, action) {
  return (called) => {
    if (called === relative) action();
  };
}

function recorder() {
  const calls = [];
  return { calls, beforeRead: (called) => void calls.push(called) };
}

function reversed({ entries, problems }) {
  return { entries: entries.toReversed(), problems: problems.toReversed() };
}

function frozen(snapshot) {
  for (const list of Object.values(snapshot)) {
    list.forEach(Object.freeze);
    Object.freeze(list);
  }
  return Object.freeze(snapshot);
}

describe("entries of a scan", () => {
  test("R1: records files at any depth", async (t) => {
    const root = newRoot(t);
    const bytes = Buffer.from([0, 255, 13, 10]);
    write(`${root}/top.txt`, "one");
    write(`${root}/a/b/c/deep.bin`, bytes);
    write(`${root}/a/empty`, "");
    const expected = snapshotOf([file("a/b/c/deep.bin", bytes), file("a/empty", ""), file("top.txt", "one")]);
    assert.deepEqual(await scan(root), expected);
  });

  test("R1: the digest is SHA-256 in lower case", async (t) => {
    const root = newRoot(t);
    write(`${root}/abc`, "abc");
    const digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert.deepEqual(await scan(root), snapshotOf([entry("abc", "file", 3, digest)]));
  });

  test("R1: reads files to their end", async (t) => {
    const root = newRoot(t);
    const content = Buffer.from(Uint8Array.from({ length: 1_500_001 }, (_, index) => (index * index) >> 3));
    write(`${root}/big`, content);
    assert.deepEqual(await scan(root), snapshotOf([file("big", content)]));
  });

  test("R1: records links by their target text, counted in bytes", async (t) => {
    const root = newRoot(t);
    write(`${root}/file`, "content of the file");
    fs.symlinkSync("file", `${root}/link`);
    fs.symlinkSync(`gone/${COMPOSED}`, `${root}/accent`);
    fs.symlinkSync(Buffer.from([0xff]), `${root}/raw`);
    const { entries } = await scan(root);
    assert.deepEqual(entries, [
      link("accent", `gone/${COMPOSED}`),
      file("file", "content of the file"),
      link("link", "file"),
      link("raw", Buffer.from([0xff])),
    ]);
    assert.equal(entries[0].size, 7);
  });

  test("R1: sorts whole paths over the tree", async (t) => {
    const root = newRoot(t);
    fill(root, "ab", "a/c", "a-b", "B", "a/b/z", "a/b.c", "a0", "_");
    const expected = filled("B", "_", "a-b", "a/b.c", "a/b/z", "a/c", "a0", "ab");
    assert.deepEqual(await scan(root), snapshotOf(expected));
  });

  test("R1: directories leave no entry", async (t) => {
    const root = newRoot(t);
    fs.mkdirSync(`${root}/empty/nested`, { recursive: true });
    fill(root, "full/file");
    assert.deepEqual(await scan(root), snapshotOf(filled("full/file")));
  });

  test("R1: an empty root", async (t) => {
    assert.deepEqual(await scan(newRoot(t)), { entries: [], problems: [] });
  });

  test("R1: hard links are separate entries", async (t) => {
    const root = newRoot(t);
    write(`${root}/a`, "same");
    fs.linkSync(`${root}/a`, `${root}/b`);
    assert.deepEqual(await scan(root), snapshotOf([file("a", "same"), file("b", "same")]));
  });

  test("R1: the result does not depend on how the root is written", async (t) => {
    const parent = temporaryDirectory(t);
    fill(`${parent}/root`, "sub/file", "top");
    fs.symlinkSync("root", `${parent}/link`);
    const previous = process.cwd();
    t.after(() => process.chdir(previous));
    process.chdir(parent);
    const expected = snapshotOf(filled("sub/file", "top"));
    const relative = ["root", "./root", "root/", "link", "link/", "root/sub/.."];
    for (const root of [...relative, `${parent}/root`, `${parent}/link/`]) {
      assert.deepEqual(await scan(root), expected, root);
    }
    process.chdir("root");
    assert.deepEqual(await scan("."), expected);
  });

  test("R1: a very deep tree", async (t) => {
    const depth = 500;
    let folder = newRoot(t);
    const root = folder;
    for (let level = 0; level < depth; level += 1) {
      folder += "/d";
      fs.mkdirSync(folder);
    }
    fs.writeFileSync(`${folder}/f`, "");
    try {
      assert.deepEqual(await scan(root), snapshotOf([file(`${"d/".repeat(depth)}f`, "")]));
    } finally {
      fs.rmSync(`${folder}/f`);
      for (; folder !== root; folder = folder.slice(0, -2)) fs.rmdirSync(folder);
    }
  });
});

describe("created, modified, deleted", () => {
  test("R2: created, modified and deleted files", async (t) => {
    const root = newRoot(t);
    fill(root, "stays", "d/gone", "d/changes");
    const before = await scan(root);
    fs.rmSync(`${root}/d/gone`);
    write(`${root}/d/changes`, "33");
    fill(root, "new/b", "new-a");
    const expected = changes({ created: ["new-a", "new/b"], modified: ["d/changes"], deleted: ["d/gone"] });
    assert.deepEqual(compare(before, await scan(root)), expected);
  });

  test("R2: finds content changed with size and time kept", async (t) => {
    const root = newRoot(t);
    write(`${root}/file`, "before");
    const before = await scan(root);
    const { atime, mtime } = fs.statSync(`${root}/file`);
    write(`${root}/file`, "after!");
    fs.utimesSync(`${root}/file`, atime, mtime);
    assert.deepEqual(compare(before, await scan(root)), changes({ modified: ["file"] }));
  });

  test("R2: times and permissions are no change", async (t) => {
    const root = newRoot(t);
    fill(root, "file");
    const before = await scan(root);
    fs.utimesSync(`${root}/file`, 1, 1);
    fs.utimesSync(root, 2, 2);
    fs.chmodSync(`${root}/file`, 0o700);
    const after = await scan(root);
    assert.deepEqual(after, before);
    assert.deepEqual(compare(before, after), changes({}));
  });

  test("R2: a file replaced with a link of the same bytes is modified", async (t) => {
    const root = newRoot(t);
    write(`${root}/item`, "target");
    const before = await scan(root);
    replaceWithLink(`${root}/item`, "target");
    assert.deepEqual(compare(before, await scan(root)), changes({ modified: ["item"] }));
  });

  test("R2: a link with another target is modified", async (t) => {
    const root = newRoot(t);
    fs.symlinkSync("one", `${root}/link`);
    const before = await scan(root);
    replaceWithLink(`${root}/link`, "two");
    assert.deepEqual(compare(before, await scan(root)), changes({ modified: ["link"] }));
  });

  test("R2: a directory replaced with a file", async (t) => {
    const root = newRoot(t);
    fill(root, "a/b");
    const before = await scan(root);
    fs.rmSync(`${root}/a`, { recursive: true });
    fill(root, "a");
    assert.deepEqual(compare(before, await scan(root)), changes({ created: ["a"], deleted: ["a/b"] }));
  });

  test("R2: each difference alone is a modification", () => {
    const original = snapshotOf([entry("a", "file", 3, DIGEST)]);
    for (const changed of [
      entry("a", "symlink", 3, DIGEST),
      entry("a", "file", 4, DIGEST),
      entry("a", "file", 3, OTHER_DIGEST),
    ]) {
      assert.deepEqual(compare(original, snapshotOf([changed])), changes({ modified: ["a"] }));
    }
  });

  test("R2: a snapshot compared with itself", () => {
    const snapshot = snapshotOf(
      [file("a"), file("b"), link("d/l", "a")],
      problem("a", "unreadable"),
      problem("d", "unreadable"),
      problem("p", "special"),
    );
    const expected = { created: [], modified: [], deleted: [], moved: [], unknown: [] };
    assert.deepEqual(compare(snapshot, snapshot), expected);
    assert.deepEqual(compare(snapshot, reversed(snapshot)), expected);
  });

  test("R2: lists are sorted whatever the order in the snapshots, which stay as they are", () => {
    const common = ["m", "M", "m/1"];
    const before = frozen(
      snapshotOf([
        ...filled("d/x", "d-x", EMOJI, FULLWIDTH_TILDE),
        ...common.map((relative) => file(relative, "old")),
      ]),
    );
    const after = frozen(
      snapshotOf([...filled("n", "N", "n/1", "n-1"), ...common.map((relative) => file(relative, "new"))]),
    );
    const expected = changes({
      created: ["N", "n", "n-1", "n/1"],
      modified: ["M", "m", "m/1"],
      deleted: ["d-x", "d/x", FULLWIDTH_TILDE, EMOJI],
    });
    assert.deepEqual(compare(before, after), expected);
    assert.deepEqual(compare(reversed(before), reversed(after)), expected);
  });

  test("R2: paths named like members of objects", () => {
    const odd = ["__proto__", "constructor", "toString"];
    assert.deepEqual(compare(snapshotOf([]), snapshotOf(filled(...odd))), changes({ created: odd }));
  });
});

describe("moves", () => {
  /** Compare two trees of files, given as contents by path. */
  function compareContents(before, after) {
    const [old, current] = [before, after].map((tree) =>
      snapshotOf(Object.entries(tree).map(([relative, content]) => file(relative, content))),
    );
    return compare(old, current);
  }

  test("R3: a renamed file is moved", async (t) => {
    const root = newRoot(t);
    fill(root, "old/name");
    const before = await scan(root);
    fs.renameSync(`${root}/old`, `${root}/new`);
    const expected = changes({ moved: [{ from: "old/name", to: "new/name" }] });
    assert.deepEqual(compare(before, await scan(root)), expected);
  });

  test("R3: moves are sorted by old path", () => {
    const result = compareContents({ c: "1", a: "2", b: "3" }, { x: "1", z: "2", y: "3" });
    const moved = [
      { from: "a", to: "z" },
      { from: "b", to: "y" },
      { from: "c", to: "x" },
    ];
    assert.deepEqual(result, changes({ moved }));
  });

  test("R3: equal files are paired in sorted order", () => {
    const result = compareContents(
      { "a/b": "1", "a-b": "1", B: "1" },
      { z: "1", [EMOJI]: "1", [FULLWIDTH_TILDE]: "1" },
    );
    const moved = [
      { from: "B", to: "z" },
      { from: "a-b", to: FULLWIDTH_TILDE },
      { from: "a/b", to: EMOJI },
    ];
    assert.deepEqual(result, changes({ moved }));
  });

  test("R3: what is left over stays deleted or created", () => {
    const lost = compareContents({ c: "1", a: "1", b: "1" }, { x: "1" });
    assert.deepEqual(lost, changes({ moved: [{ from: "a", to: "x" }], deleted: ["b", "c"] }));
    const gained = compareContents({ k: "1" }, { z: "1", x: "1", y: "1" });
    assert.deepEqual(gained, changes({ moved: [{ from: "k", to: "x" }], created: ["y", "z"] }));
  });

  test("R3: files of size zero are never moved", () => {
    assert.deepEqual(compareContents({ a: "" }, { b: "" }), changes({ created: ["b"], deleted: ["a"] }));
    assert.deepEqual(compareContents({ a: "\0" }, { b: "\0" }), changes({ moved: [{ from: "a", to: "b" }] }));
  });

  for (const [name, before, after] of [
    ["links", link("a", "target"), link("b", "target")],
    ["a file and a link", file("a", "target"), link("b", "target")],
    ["a link and a file", link("a", "target"), file("b", "target")],
    ["files of other sizes", entry("a", "file", 3, DIGEST), entry("b", "file", 4, DIGEST)],
    ["files of other digests", entry("a", "file", 3, DIGEST), entry("b", "file", 3, OTHER_DIGEST)],
  ]) {
    test(`R3: no move between ${name}`, () => {
      const result = compare(snapshotOf([before]), snapshotOf([after]));
      assert.deepEqual(result, changes({ created: ["b"], deleted: ["a"] }));
    });
  }

  test("R3: a copy is created", () => {
    assert.deepEqual(compareContents({ a: "1" }, { a: "1", b: "1" }), changes({ created: ["b"] }));
  });

  test("R3: exchanged contents are modified", () => {
    const result = compareContents({ a: "1", b: "2" }, { a: "2", b: "1" });
    assert.deepEqual(result, changes({ modified: ["a", "b"] }));
  });

  test("R3: a modified file is no end of a move", () => {
    const onto = compareContents({ a: "1", b: "2" }, { a: "2" });
    assert.deepEqual(onto, changes({ modified: ["a"], deleted: ["b"] }));
    const away = compareContents({ a: "1" }, { a: "2", b: "1" });
    assert.deepEqual(away, changes({ modified: ["a"], created: ["b"] }));
    const chain = compareContents({ a: "1", b: "2" }, { b: "1", c: "2" });
    assert.deepEqual(chain, changes({ created: ["c"], modified: ["b"], deleted: ["a"] }));
  });

  test("R3: pairs do not depend on the order of entries", () => {
    const before = frozen(snapshotOf([file("c"), file("a"), file("b")]));
    const after = frozen(snapshotOf([file("y"), file("x")]));
    const moved = [
      { from: "a", to: "x" },
      { from: "b", to: "y" },
    ];
    const expected = changes({ moved, deleted: ["c"] });
    assert.deepEqual(compare(before, after), expected);
    assert.deepEqual(compare(reversed(before), reversed(after)), expected);
  });
});

describe("links", () => {
  test("R4: links are not followed", async (t) => {
    const root = newRoot(t);
    const outside = `${path.dirname(root)}/outside`;
    write(`${outside}/secret`, "secret");
    fs.mkdirSync(`${root}/d`);
    const targets = Object.entries({
      "d/parent": "..",
      gone: "nowhere",
      loop: "loop",
      outside,
      relative: "../outside",
      secret: `${outside}/secret`,
    });
    for (const [relative, target] of targets) fs.symlinkSync(target, `${root}/${relative}`);
    const { calls, beforeRead } = recorder();
    const expected = snapshotOf(targets.map(([relative, target]) => link(relative, target)));
    assert.deepEqual(await scan(root, { beforeRead }), expected);
    assert.deepEqual(calls, ["d"]);
  });

  test("R4: a link to its own directory is not followed", async (t) => {
    const root = newRoot(t);
    fs.symlinkSync(".", `${root}/self`);
    assert.deepEqual(await scan(root), snapshotOf([link("self", ".")]));
  });

  for (const [name, replace] of [
    ["a link", (location) => fs.symlinkSync("../outside", location)],
    ["a link to a file in the tree", (location) => fs.symlinkSync("a", location)],
    ["a broken link", (location) => fs.symlinkSync("nowhere", location)],
    ["a directory", (location) => fs.mkdirSync(location)],
  ]) {
    test(`R4: a file replaced with ${name} before it is opened is unreadable`, async (t) => {
      const root = newRoot(t);
      write(`${path.dirname(root)}/outside`, "outside");
      fill(root, "a", "item", "z");
      const beforeRead = at("item", () => {
        fs.rmSync(`${root}/item`);
        replace(`${root}/item`);
      });
      const expected = snapshotOf(filled("a", "z"), problem("item", "unreadable"));
      assert.deepEqual(await scan(root, { beforeRead }), expected);
    });
  }

  test("R4: a file replaced with a named pipe is unreadable, and the scan does not wait", async (t) => {
    const root = newRoot(t);
    fill(root, "a", "item", "z");
    const beforeRead = at("item", () => {
      fs.rmSync(`${root}/item`);
      makePipe(`${root}/item`);
    });
    const snapshot = await withoutWaiting(`${root}/item`, scan(root, { beforeRead }));
    assert.deepEqual(snapshot, snapshotOf(filled("a", "z"), problem("item", "unreadable")));
  });

  test("R4: a file replaced with a named pipe that holds data is unreadable", async (t) => {
    const root = newRoot(t);
    const pipe = `${path.dirname(root)}/pipe`;
    makeFullPipe(t, pipe, "data");
    fill(root, "item");
    const beforeRead = at("item", () => fs.renameSync(pipe, `${root}/item`));
    const snapshot = await withoutWaiting(`${root}/item`, scan(root, { beforeRead }));
    assert.deepEqual(snapshot, snapshotOf([], problem("item", "unreadable")));
  });

  test("R4: nothing is read through a link put in place of a file", async (t) => {
    const root = newRoot(t);
    const pipe = `${path.dirname(root)}/pipe`;
    const rest = makeFullPipe(t, pipe, "secret");
    fill(root, "item");
    const beforeRead = at("item", () => replaceWithLink(`${root}/item`, pipe));
    assert.deepEqual(await scan(root, { beforeRead }), snapshotOf([], problem("item", "unreadable")));
    assert.equal(rest(), "secret");
  });
});

describe("ignore patterns", () => {
  for (const [name, pattern, files, kept] of [
    ["star", "*.log", "a.log a.log.txt d/b.log d/.log log", "a.log.txt log"],
    ["star within", "a*c", "ac abc abbc abcd xac", "abcd xac"],
    ["star takes more on a retry", "*ab*b", "aab abab abaab bab", "aab bab"],
    ["two stars between letters", "a**b", "ab axxb axxc", "axxc"],
    ["question mark", "?", `a ab dd/x ${EMOJI} ${COMPOSED} ${DECOMPOSED}`, `ab ${DECOMPOSED}`],
    ["two question marks", "??", `a ab ${EMOJI} ${DECOMPOSED}`, `a ${EMOJI}`],
    ["question mark is not none", "a?", "a ab abc", "a abc"],
    ["star and question marks", "*??", "a ab abc", "a"],
    ["whole name", "ab", "ab abc xab d/ab", "abc xab"],
    ["letter case", "a.TXT", "a.txt A.TXT a.TXT", "A.TXT a.txt"],
    ["composed", COMPOSED, `${COMPOSED} ${DECOMPOSED}`, DECOMPOSED],
    ["no slash matches a directory", "d", "d/x/y e/d/x e/dd", "e/dd"],
    ["slash at the beginning", "/a", "a d/a", "d/a"],
    ["slash at the beginning, directory", "/d", "d/x e/d/x", "e/d/x"],
    ["whole path", "a/b", "a/b a/bb x/a/b", "a/bb x/a/b"],
    ["slash at the beginning of a path", "/a/b", "a/b x/a/b", "x/a/b"],
    ["star as last segment", "a/*", "a/b a/c/d b/a/x", "b/a/x"],
    ["star as first segment", "*/x", "x a/x a/b/x", "a/b/x x"],
    ["star does not stand for a slash", "/a*c", "ac abc a/c a/b/c", "a/b/c a/c"],
    ["question mark does not stand for a slash", "/a?c", "abc a/c", "a/c"],
    ["two stars first", "**/x", "x a/x a/b/x a/xx", "a/xx"],
    ["two stars last", "a/**", "a/b a/c/d b/a/x", "b/a/x"],
    ["two stars last need a segment", "a/**", "a b", "a b"],
    ["two stars in the middle", "a/**/b", "a/b a/x/b a/x/y/b a/x/c b x/a/b", "a/x/c b x/a/b"],
    ["two stars twice", "**/a/**", "a/x x/a/y/z b/c", "b/c"],
    ["two stars twice need a segment", "**/a/**", "a b/a", "a b/a"],
    ["two stars, segments retried", "**/a/b/c", "a/b/a/b/c x/a/b/d", "x/a/b/d"],
    ["two stars twice, retried", "a/**/b/**/c", "a/b/c a/x/b/x/c a/c/b a/b/d", "a/b/d a/c/b"],
    ["only two stars", "**", "a b/c", ""],
    ["slash and two stars", "/**", "a b/c", ""],
    ["two stars and two stars", "**/**", "a b/c", ""],
    ["three stars are one", "***/b", "b x/b x/y/b", "b x/y/b"],
    ["two stars in a segment are one", "/a**/x", "a/x ab/x ab/c/x", "ab/c/x"],
    ["directories only", "d/", "d/x e/d e/f/d/x f/dd", "e/d f/dd"],
    ["directories only, at the root", "/d/", "d/x e/d/x", "e/d/x"],
    ["directories only, whole path", "a/b/", "a/b/x b/x c/a/b/x", "b/x c/a/b/x"],
    ["all directories", "**/", "a b/c", "a"],
    ["leading dot", "?a", ".a ba a", "a"],
    ["dot is no wildcard", "a.c", "a.c abc", "abc"],
    ["brackets", "[ab]", "[ab] a b", "a b"],
    ["braces", "{a,b}", "{a,b} a b", "a b"],
    ["parentheses and bar", "(a|b)", "(a|b) a b", "a b"],
    ["plus", "a+", "a+ a aa", "a aa"],
    ["caret and dollar", "^a$", "^a$ a", "a"],
    ["exclamation mark", "!a", "!a a b", "a b"],
    ["backslash", "\\*", "\\x * x", "* x"],
    ["backslash and letter", "\\d", "\\d 1 d", "1 d"],
    ["number sign", "#a", "#a a", "a"],
    ["dot segments", "./a", "a", "a"],
  ]) {
    test(`R5: ${name}`, async (t) => {
      const root = newRoot(t);
      fill(root, ...files.split(" "));
      const expected = filled(...kept.split(" ").filter(Boolean));
      assert.deepEqual(await scan(root, { ignore: [pattern] }), snapshotOf(expected));
    });
  }

  test("R5: patterns and line breaks", async (t) => {
    const root = newRoot(t);
    fill(root, "a", "a\n", "a\nb");
    for (const [pattern, kept] of [
      ["a*b", ["a", "a\n"]],
      ["a?b", ["a", "a\n"]],
      ["a", ["a\n", "a\nb"]],
      ["a\n", ["a", "a\nb"]],
      ["a?", ["a", "a\nb"]],
      ["*", []],
      ["/**", []],
    ]) {
      assert.deepEqual(await scan(root, { ignore: [pattern] }), snapshotOf(filled(...kept)), JSON.stringify(pattern));
    }
  });

  test("R5: spaces of a pattern count", async (t) => {
    const root = newRoot(t);
    fill(root, " a", "a", "a ");
    assert.deepEqual(await scan(root, { ignore: [" a"] }), snapshotOf(filled("a", "a ")));
  });

  test("R5: any of several patterns", async (t) => {
    const root = newRoot(t);
    fill(root, "a", "b", "d/x", "e/x");
    assert.deepEqual(await scan(root, { ignore: ["a", "d/", "nothing"] }), snapshotOf(filled("b", "e/x")));
  });

  test("R5: no pattern ignores nothing", async (t) => {
    const root = newRoot(t);
    fill(root, ".hidden", "#x");
    assert.deepEqual(await scan(root, { ignore: [] }), snapshotOf(filled("#x", ".hidden")));
  });

  test("R5: a link is not a directory for a pattern", async (t) => {
    const root = newRoot(t);
    fill(root, "real/x");
    fs.symlinkSync("real", `${root}/link`);
    assert.deepEqual(await scan(root, { ignore: ["link/", "real/"] }), snapshotOf([link("link", "real")]));
    assert.deepEqual(await scan(root, { ignore: ["link"] }), snapshotOf(filled("real/x")));
  });

  test("R5: ignored items have no problem and no hook", async (t) => {
    const root = newRoot(t);
    fill(root, "a", "b.tmp", "d/x", "e/x");
    makePipe(`${root}/pipe.tmp`);
    makePipe(`${root}/d/pipe`);
    makeRawDirectory(`${root}/d`, Buffer.from([0xff]));
    const { calls, beforeRead } = recorder();
    assert.deepEqual(await scan(root, { ignore: ["*.tmp", "d/"], beforeRead }), snapshotOf(filled("a", "e/x")));
    assert.deepEqual(calls.sort(), ["a", "e", "e/x"]);
  });

  test("R5: a directory is listed if only what is below is ignored", async (t) => {
    const root = newRoot(t);
    fill(root, "a/b", "a/c/d");
    const { calls, beforeRead } = recorder();
    assert.deepEqual(await scan(root, { ignore: ["a/**"], beforeRead }), snapshotOf([]));
    assert.deepEqual(calls, ["a"]);
  });

  for (const prefix of ["", "/", "**/"]) {
    test(`R5: many stars after "${prefix}" are decided quickly`, async (t) => {
      const root = newRoot(t);
      const name = "a".repeat(200);
      fill(root, name);
      const stars = prefix + "*a".repeat(30);
      const start = performance.now();
      assert.deepEqual(await scan(root, { ignore: [`${stars}b`] }), snapshotOf(filled(name)));
      assert.ok(performance.now() - start < 1000);
      assert.deepEqual(await scan(root, { ignore: [stars] }), snapshotOf([]));
    });
  }
});

describe("problems and the hook", () => {
  test("R6: the hook is called once for each file and directory", async (t) => {
    const root = newRoot(t);
    fill(root, "a", "d/e/f");
    fs.mkdirSync(`${root}/empty`);
    makePipe(`${root}/pipe`);
    fs.symlinkSync("a", `${root}/link`);
    const { calls, beforeRead } = recorder();
    await scan(root, { beforeRead });
    assert.deepEqual(calls.sort(), ["a", "d", "d/e", "d/e/f", "empty"]);
  });

  test("R6: the hook is called, and awaited, before a file is opened", async (t) => {
    const root = newRoot(t);
    write(`${root}/a`, "before");
    const beforeRead = async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      write(`${root}/a`, "after the hook");
    };
    assert.deepEqual(await scan(root, { beforeRead }), snapshotOf([file("a", "after the hook")]));
  });

  test("R6: the hook is called, and awaited, before a directory is listed", async (t) => {
    const root = newRoot(t);
    fs.mkdirSync(`${root}/d`);
    const beforeRead = async (called) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (called === "d") fill(root, "d/new");
    };
    assert.deepEqual(await scan(root, { beforeRead }), snapshotOf(filled("d/new")));
  });

  test("R6: a vanished file", async (t) => {
    const root = newRoot(t);
    fill(root, "a", "d/item", "z");
    const beforeRead = at("d/item", () => fs.rmSync(`${root}/d/item`));
    assert.deepEqual(await scan(root, { beforeRead }), snapshotOf(filled("a", "z"), problem("d/item", "vanished")));
  });

  test("R6: a vanished directory", async (t) => {
    const root = newRoot(t);
    fill(root, "a", "d/x", "d/y", "z");
    const beforeRead = at("d", () => fs.rmSync(`${root}/d`, { recursive: true }));
    assert.deepEqual(await scan(root, { beforeRead }), snapshotOf(filled("a", "z"), problem("d", "vanished")));
  });

  /** Scan with the permissions of an item changed; a user whom they do not bind scans as somebody else. */
  async function scanWithMode(location, mode, root, options) {
    const user = process.geteuid();
    const parent = path.dirname(root);
    fs.chmodSync(parent, 0);
    const isPrivileged = fs.existsSync(root);
    fs.chmodSync(parent, 0o755);
    fs.chmodSync(location, mode);
    try {
      if (isPrivileged) process.seteuid(65534);
      return await scan(root, options);
    } finally {
      process.seteuid(user);
      fs.chmodSync(location, 0o700);
    }
  }

  for (const relative of ["closed", "item"]) {
    test(`R6: "${relative}" is unreadable`, async (t) => {
      const root = newRoot(t);
      fill(root, "a", "closed/x", "item", "z");
      const entries = filled("a", "closed/x", "item", "z").filter((found) => !found.path.startsWith(relative));
      const snapshot = await scanWithMode(`${root}/${relative}`, 0, root);
      assert.deepEqual(snapshot, snapshotOf(entries, problem(relative, "unreadable")));
    });
  }

  test("R6: items of a directory that may only be listed are unreadable unless ignored", async (t) => {
    const root = newRoot(t);
    fill(root, "a", "d/x", "d/y/z", "d/ignored");
    fs.symlinkSync("a", `${root}/d/link`);
    const snapshot = await scanWithMode(`${root}/d`, 0o444, root, { ignore: ["ignored"] });
    const unreadable = ["d/link", "d/x", "d/y"].map((relative) => problem(relative, "unreadable"));
    assert.deepEqual(snapshot, snapshotOf(filled("a"), ...unreadable));
  });

  test("R6: special items", async (t) => {
    const root = newRoot(t);
    fill(root, "a", "d/x", "z");
    makePipe(`${root}/d/pipe`);
    const server = net.createServer();
    t.after(() => server.close());
    await new Promise((resolve) => server.listen(`${root}/socket`, resolve));
    const expected = snapshotOf(filled("a", "d/x", "z"), problem("d/pipe", "special"), problem("socket", "special"));
    assert.deepEqual(await withoutWaiting(`${root}/d/pipe`, scan(root)), expected);
  });

  test("R6: a named pipe is not read", async (t) => {
    const root = newRoot(t);
    const rest = makeFullPipe(t, `${root}/pipe`, "data");
    assert.deepEqual(await scan(root), snapshotOf([], problem("pipe", "special")));
    assert.equal(rest(), "data");
  });

  test("R6: problems are sorted by whole path", async (t) => {
    const root = newRoot(t);
    const sorted = ["a-b", "a/c", "ab", FULLWIDTH_TILDE, EMOJI];
    fs.mkdirSync(`${root}/a`);
    for (const relative of sorted.toReversed()) makePipe(`${root}/${relative}`);
    assert.deepEqual(await scan(root), snapshotOf([], ...sorted.map((relative) => problem(relative, "special"))));
  });
});

describe("unknown", () => {
  test("R7: a missing path is unknown if it or a directory above is unreadable on the other side", () => {
    for (const [relative, above] of [
      ["a", "a"],
      ["a/b/c", "a"],
      ["a/b/c", "a/b"],
      ["a/b/c", "a/b/c"],
    ]) {
      const full = snapshotOf([link(relative, "x")]);
      const partial = snapshotOf([], problem(above, "unreadable"));
      assert.deepEqual(compare(full, partial), changes({ unknown: [relative] }), above);
      assert.deepEqual(compare(partial, full), changes({ unknown: [relative] }), above);
    }
  });

  test("R7: a path not below the unreadable one is known", () => {
    for (const [relative, other] of [
      ["ab", "a"],
      ["ab/c", "a"],
      ["a/bc", "a/b"],
      ["a/b", "b"],
      ["a/b", "a/b/c"],
      ["a/b", "A"],
    ]) {
      const full = snapshotOf([file(relative)]);
      const partial = snapshotOf([], problem(other, "unreadable"));
      assert.deepEqual(compare(full, partial), changes({ deleted: [relative] }), other);
      assert.deepEqual(compare(partial, full), changes({ created: [relative] }), other);
    }
  });

  for (const kind of ["vanished", "special", "bad-name"]) {
    test(`R7: a problem of kind ${kind} has no influence`, () => {
      const full = snapshotOf([file("a/b")]);
      for (const relative of ["a", "a/b"]) {
        const other = snapshotOf([], problem(relative, kind));
        assert.deepEqual(compare(full, other), changes({ deleted: ["a/b"] }));
        assert.deepEqual(compare(other, full), changes({ created: ["a/b"] }));
      }
    });
  }

  test("R7: a problem on the same side has no influence", () => {
    const full = snapshotOf([file("a/b")], problem("a", "unreadable"));
    assert.deepEqual(compare(full, snapshotOf([])), changes({ deleted: ["a/b"] }));
    assert.deepEqual(compare(snapshotOf([]), full), changes({ created: ["a/b"] }));
  });

  test("R7: a path on both sides is compared in spite of problems", () => {
    const before = snapshotOf([file("d/a", "1"), file("d/b", "2")], problem("d", "unreadable"));
    const after = snapshotOf([file("d/a", "9"), file("d/b", "2")], problem("d", "unreadable"));
    assert.deepEqual(compare(before, after), changes({ modified: ["d/a"] }));
  });

  test("R7: unknown paths take no part in moves", () => {
    const one = snapshotOf([file("d/a"), file("e")]);
    const other = snapshotOf([file("x"), file("y")], problem("d", "unreadable"));
    const there = changes({ created: ["y"], moved: [{ from: "e", to: "x" }], unknown: ["d/a"] });
    assert.deepEqual(compare(one, other), there);
    const back = changes({ deleted: ["y"], moved: [{ from: "x", to: "e" }], unknown: ["d/a"] });
    assert.deepEqual(compare(other, one), back);
  });

  test("R7: unknown paths of both sides are sorted", () => {
    const before = snapshotOf(filled("o/2", "o-1"), problem("n", "unreadable"));
    const after = snapshotOf(filled("n/1", "n"), problem("o", "unreadable"), problem("o-1", "unreadable"));
    assert.deepEqual(compare(before, after), changes({ unknown: ["n", "n/1", "o-1", "o/2"] }));
  });

  test("R7: a file that could not be read is not deleted", async (t) => {
    const root = newRoot(t);
    fill(root, "item", "keep");
    const before = await scan(root);
    const beforeRead = at("item", () => {
      fs.rmSync(`${root}/item`);
      fs.mkdirSync(`${root}/item`);
    });
    assert.deepEqual(compare(before, await scan(root, { beforeRead })), changes({ unknown: ["item"] }));
  });
});

// Sorted by code points.
const NAMES = [
  "\u0001",
  " lead",
  '"quoted"',
  "*",
  "-dash",
  "...",
  "<&>",
  "\\xff",
  "a\nb",
  "back\\slash",
  DECOMPOSED,
  "line\u2028separator",
  "tab\t",
  "trail ",
  "~",
  COMPOSED,
  "中文",
  "\ufeffmark",
  FULLWIDTH_TILDE,
  "\ufffd",
  EMOJI,
  "\u{10ffff}",
];

// Name in hexadecimal digits, and how it is shown.
const BAD_NAMES = [
  ["ff", "\\xff"],
  ["61fe62", "a\\xfeb"],
  ["80", "\\x80"],
  ["c3", "\\xc3"],
  ["c328", "\\xc3("],
  ["e282", "\\xe2\\x82"],
  ["e282acff", "€\\xff"],
  ["f09f98", "\\xf0\\x9f\\x98"],
  ["f09f9880f09f", `${EMOJI}\\xf0\\x9f`],
  ["eda080", "\\xed\\xa0\\x80"],
  ["c0af", "\\xc0\\xaf"],
  ["e080af", "\\xe0\\x80\\xaf"],
  ["f4908080", "\\xf4\\x90\\x80\\x80"],
  ["e974c3a9", `\\xe9t${COMPOSED}`],
  ["efbfbdff", "\ufffd\\xff"],
  ["efbbbfff", "\ufeff\\xff"],
  ["ff0aff", "\\xff\n\\xff"],
  ["0aff05", "\n\\xff\u0005"],
].map(([hex, shown]) => ({ hex, name: Buffer.from(hex, "hex"), shown }));

describe("names", () => {
  test("R8: names are recorded unchanged", async (t) => {
    const root = newRoot(t);
    fill(root, ...NAMES);
    assert.deepEqual(await scan(root), snapshotOf(filled(...NAMES)));
  });

  for (const name of NAMES) {
    test(`R8: a directory named ${encodeURIComponent(name)} is listed`, async (t) => {
      const root = newRoot(t);
      fill(root, `${name}/file`);
      const { calls, beforeRead } = recorder();
      assert.deepEqual(await scan(root, { beforeRead }), snapshotOf(filled(`${name}/file`)));
      assert.deepEqual(calls, [name, `${name}/file`]);
    });
  }

  test("R8: U+FF5E sorts before U+1F600", async (t) => {
    const root = newRoot(t);
    const sorted = [`a${FULLWIDTH_TILDE}`, `a${EMOJI}`, `b/${FULLWIDTH_TILDE}`, `b/${EMOJI}`];
    fill(root, ...sorted.toReversed());
    assert.deepEqual(await scan(root), snapshotOf(filled(...sorted)));
  });

  for (const { hex, name, shown } of BAD_NAMES) {
    test(`R8: the bad name with the bytes ${hex} is shown with escapes`, async (t) => {
      const root = newRoot(t);
      fs.mkdirSync(`${root}/ ~`);
      makeRawDirectory(root, name);
      makeRawDirectory(`${root}/ ~`, name);
      const paths = shown.startsWith("\n") ? [shown, ` ~/${shown}`] : [` ~/${shown}`, shown];
      assert.deepEqual(await scan(root), snapshotOf([], ...paths.map((relative) => problem(relative, "bad-name"))));
    });
  }

  for (const [kind, create] of [
    ["file", (location) => fs.writeFileSync(location, "")],
    ["directory", (location) => fs.mkdirSync(location)],
    ["link", (location) => fs.symlinkSync(".", location)],
  ]) {
    test(`R8: a ${kind} with a bad name is a problem`, async (t) => {
      const root = newRoot(t);
      fill(root, "good");
      create(rawLocation(root, Buffer.from([0x62, 0xff])));
      const { calls, beforeRead } = recorder();
      const expected = snapshotOf(filled("good"), problem("b\\xff", "bad-name"));
      assert.deepEqual(await scan(root, { beforeRead }), expected);
      assert.deepEqual(calls, ["good"]);
    });
  }

  test("R8: a pipe with a bad name is a problem", async (t) => {
    const root = newRoot(t);
    makePipe(`${root}/pipe`);
    fs.renameSync(`${root}/pipe`, rawLocation(root, Buffer.from([0x62, 0xff])));
    assert.deepEqual(await scan(root), snapshotOf([], problem("b\\xff", "bad-name")));
  });

  test("R8: a directory with a bad name is not listed", async (t) => {
    const root = newRoot(t);
    makeRawDirectory(root, Buffer.from([0xff]));
    fs.writeFileSync(rawLocation(root, Buffer.from("ff2f66", "hex")), "");
    const { calls, beforeRead } = recorder();
    assert.deepEqual(await scan(root, { beforeRead }), snapshotOf([], problem("\\xff", "bad-name")));
    assert.deepEqual(calls, []);
  });

  for (const pattern of ["*", "**", "/**", "?", "\\xff", "????", "*/", "\ufffd"]) {
    test(`R8 R5: the pattern ${encodeURIComponent(pattern)} does not match a bad name`, async (t) => {
      const root = newRoot(t);
      makeRawDirectory(root, Buffer.from([0xff]));
      assert.deepEqual(await scan(root, { ignore: [pattern] }), snapshotOf([], problem("\\xff", "bad-name")));
    });
  }
});

const UNSORTED = frozen(
  snapshotOf(
    filled(EMOJI, "ab", "a/c", FULLWIDTH_TILDE, "B", "a-b"),
    problem(EMOJI, "special"),
    problem("p", "vanished"),
    problem("p", "bad-name"),
    problem(FULLWIDTH_TILDE, "special"),
    problem("p", "unreadable"),
    problem("P", "vanished"),
  ),
);
const SORTED = frozen(
  snapshotOf(
    filled("B", "a-b", "a/c", "ab", FULLWIDTH_TILDE, EMOJI),
    problem("P", "vanished"),
    problem("p", "bad-name"),
    problem("p", "unreadable"),
    problem("p", "vanished"),
    problem(FULLWIDTH_TILDE, "special"),
    problem(EMOJI, "special"),
  ),
);
const VALID = frozen(
  snapshotOf(
    [entry("a/b", "file", 3, DIGEST), entry("c", "symlink", 0, DIGEST)],
    problem("p", "special"),
    problem("q", "bad-name"),
  ),
);

function validDocument() {
  return structuredClone({ version: 1, ...VALID });
}

/** The document itself or the second item of a list in it. */
function recordIn(document, list) {
  return list === undefined ? document : document[list][1];
}

describe("JSON", () => {
  test("R9: a scanned snapshot comes back equal", async (t) => {
    const root = newRoot(t);
    fill(root, ...NAMES, "d/e/f");
    fs.symlinkSync("nowhere", `${root}/link`);
    makePipe(`${root}/pipe\n`);
    for (const { name } of BAD_NAMES) makeRawDirectory(root, name);
    const snapshot = await scan(root, { beforeRead: at("d/e/f", () => fs.rmSync(`${root}/d/e/f`)) });
    assert.equal(snapshot.entries.length, NAMES.length + 1);
    assert.equal(snapshot.problems.length, BAD_NAMES.length + 2);
    assert.deepEqual(fromJson(toJson(snapshot)), snapshot);
  });

  test("R9: an empty snapshot", () => {
    assert.deepEqual(JSON.parse(toJson(snapshotOf([]))), { version: 1, entries: [], problems: [] });
    assert.deepEqual(fromJson('{"version": 1, "entries": [], "problems": []}'), snapshotOf([]));
  });

  test("R9: structure of the text", () => {
    const snapshot = snapshotOf([entry("a/b.txt", "file", 3, DIGEST)], problem("c", "unreadable"));
    assert.deepEqual(JSON.parse(toJson(snapshot)), {
      version: 1,
      entries: [{ path: "a/b.txt", kind: "file", size: 3, digest: DIGEST }],
      problems: [{ path: "c", kind: "unreadable" }],
    });
  });

  test("R9: the text does not depend on the order of the lists, which stay as they are", () => {
    const text = toJson(UNSORTED);
    assert.equal(toJson(reversed(UNSORTED)), text);
    assert.equal(toJson(SORTED), text);
    assert.deepEqual(JSON.parse(text), { version: 1, ...SORTED });
  });

  test("R9: reading sorts the lists", () => {
    assert.deepEqual(fromJson(JSON.stringify({ version: 1, ...UNSORTED })), SORTED);
  });

  test("R9: unknown keys are ignored", () => {
    const document = validDocument();
    for (const list of [undefined, "entries", "problems"]) {
      Object.assign(recordIn(document, list), { extra: { path: 5 }, Path: "x", VERSION: 2, "size ": -1 });
    }
    assert.deepEqual(fromJson(JSON.stringify(document, null, 1)), VALID);
  });

  test("R9: several problems with the same path", async (t) => {
    const root = newRoot(t);
    makeRawDirectory(root, Buffer.from([0xff, 0xfe]));
    makeRawDirectory(root, Buffer.concat([Buffer.from("\\xff"), Buffer.from([0xfe])]));
    const snapshot = await scan(root);
    const twice = problem("\\xff\\xfe", "bad-name");
    assert.deepEqual(snapshot, snapshotOf([], twice, twice));
    assert.deepEqual(fromJson(toJson(snapshot)), snapshot);
  });

  test("R9: a problem may have the path of an entry", async (t) => {
    const root = newRoot(t);
    fill(root, "\\xff");
    makeRawDirectory(root, Buffer.from([0xff]));
    const snapshot = await scan(root);
    assert.deepEqual(snapshot, snapshotOf(filled("\\xff"), problem("\\xff", "bad-name")));
    assert.deepEqual(fromJson(toJson(snapshot)), snapshot);
  });
});

describe("errors", () => {
  test("R10: a root that does not exist", async (t) => {
    const parent = temporaryDirectory(t);
    fs.symlinkSync("gone", `${parent}/link`);
    for (const name of ["nowhere", "link"]) {
      await assert.rejects(scan(`${parent}/${name}`), { code: "ENOENT" }, name);
    }
  });

  test("R10: a root that is not a directory", async (t) => {
    const parent = temporaryDirectory(t);
    write(`${parent}/file`, "content");
    fs.symlinkSync("file", `${parent}/link`);
    makePipe(`${parent}/pipe`);
    for (const name of ["file", "link", "pipe"]) {
      const scanned = withoutWaiting(`${parent}/pipe`, scan(`${parent}/${name}`));
      await assert.rejects(scanned, { code: "ENOTDIR" }, name);
    }
  });

  for (const pattern of ["", "/", "//", "///", "a//", "//a", "a//b", "//a/", "a///b", "**//"]) {
    test(`R10: the pattern "${pattern}" is invalid`, async (t) => {
      const root = newRoot(t);
      await assert.rejects(scan(root, { ignore: ["fine", pattern] }), InvalidPatternError);
      await assert.rejects(scan(`${root}/nowhere`, { ignore: ["fine", pattern, "fine"] }), InvalidPatternError);
    });
  }

  for (const text of [
    "",
    "nonsense",
    '{"version": 1, "entries": [], "problems": []',
    '{"version": 1, "entries": [], "problems": []} x',
    '{"version": 1, "entries": [], "problems": [],}',
    "{'version': 1, 'entries': [], 'problems': []}",
    '{"version": 1, "entries": [], "problems": [], "x": NaN}',
    '{"version": 1, "entries": [], "problems": [], "x": "\n"}',
    "[".repeat(100_000),
    "null",
    "1",
    '"version"',
    "[]",
    '[{"version": 1, "entries": [], "problems": []}]',
  ]) {
    test(`R10: no JSON object: ${encodeURIComponent(text.slice(0, 60))}`, () => {
      assert.throws(() => fromJson(text), SnapshotFormatError);
    });
  }

  test("R10: a valid text is the base of the invalid ones", () => {
    assert.deepEqual(fromJson(JSON.stringify(validDocument())), VALID);
  });

  const noLists = [null, {}, "", 0, [null], [[]], ["a"], [{}]];
  const wrongValues = [
    [undefined, "version", [null, true, false, "1", 0, 2, -1, 1.5, [1]]],
    [undefined, "entries", noLists],
    [undefined, "problems", noLists],
    ["entries", "path", [null, 1, ["a"]]],
    ["entries", "kind", [null, 1, "", "File", "directory", "special", "toString", ["file"]]],
    ["entries", "size", [null, true, "3", -1, 1.5, -0.5, 2 ** 53, 1e30, [3]]],
    [
      "entries",
      "digest",
      [
        null,
        1,
        "",
        DIGEST.toUpperCase(),
        DIGEST.slice(1),
        `${DIGEST}0`,
        `${DIGEST}\n`,
        `g${DIGEST.slice(1)}`,
        ` ${DIGEST.slice(1)}`,
        [DIGEST],
      ],
    ],
    ["problems", "path", [null, 1, ["a"]]],
    ["problems", "kind", [null, 1, "", "Special", "file", "bad_name", "toString", ["special"]]],
  ];

  for (const [list, key, values] of wrongValues) {
    test(`R10: wrong values of ${key} in ${list ?? "the document"}`, () => {
      for (const value of values) {
        const document = validDocument();
        recordIn(document, list)[key] = value;
        assert.throws(() => fromJson(JSON.stringify(document)), SnapshotFormatError, JSON.stringify(value));
      }
    });

    test(`R10: ${key} is missing in ${list ?? "the document"}`, () => {
      const document = validDocument();
      const record = recordIn(document, list);
      record[key.toUpperCase()] = record[key];
      delete record[key];
      assert.throws(() => fromJson(JSON.stringify(document)), SnapshotFormatError);
    });
  }

  const invalidPaths = ["", "/", "/a", "a/", "a//b", ".", "..", "./a", "../a", "a/.", "a/..", "a/./b", "a/../b"];
  invalidPaths.push("\0", "a\0b");

  for (const list of ["entries", "problems"]) {
    test(`R10: paths in ${list} that are not valid`, () => {
      for (const relative of invalidPaths) {
        const document = validDocument();
        recordIn(document, list).path = relative;
        assert.throws(() => fromJson(JSON.stringify(document)), SnapshotFormatError, JSON.stringify(relative));
      }
    });
  }

  test("R10: unusual but valid paths", () => {
    for (const relative of ["...", ".a", "a.", "..a/b..", " ", "\\", "a\nb", "\u0001", EMOJI, "~/-", "__proto__"]) {
      const snapshot = snapshotOf([entry(relative, "file", 3, DIGEST)], problem(relative, "vanished"));
      assert.deepEqual(fromJson(JSON.stringify({ version: 1, ...snapshot })), snapshot);
    }
  });

  test("R10: the largest size", () => {
    const document = validDocument();
    document.entries[1].size = 2 ** 53 - 1;
    assert.equal(fromJson(JSON.stringify(document)).entries[1].size, 9007199254740991);
  });

  test("R10: two entries with the same path", () => {
    for (const difference of [{}, { kind: "file" }, { size: 4 }, { digest: OTHER_DIGEST }]) {
      const document = validDocument();
      document.entries.push({ ...document.entries[1], ...difference });
      assert.throws(() => fromJson(JSON.stringify(document)), SnapshotFormatError);
    }
  });
});
