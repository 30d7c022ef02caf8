// The log files that these tests expect are built by the helpers here, not by the store.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { rename } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { crc32 } from "node:zlib";

import {
  AppendOnlyStore,
  InvalidArgumentError,
  StoreClosedError,
  StoreCorruptError,
  StoreFormatError,
  StoreFullError,
  StoreLockedError,
} from "./append-only-store.js";

const MAX_KEY = 1024;
const MAX_VALUE = 1_048_576;
const MAX_PAYLOAD = 1_049_603;
const PUT = 1;
const DELETE = 2;

const MAGIC = Buffer.from("AOSTORE1");
const KEPT = log(putRecord("kept", "1"));

let directory;
let path;
let openStores;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "append-only-store-"));
  path = join(directory, "store.log");
  openStores = [];
});

afterEach(async () => {
  await Promise.all(openStores.map((store) => store.close()));
  rmSync(directory, { recursive: true });
});

function uint32(...numbers) {
  const bytes = Buffer.alloc(4 * numbers.length);
  numbers.forEach((number, index) => bytes.writeUInt32BE(number, 4 * index));
  return bytes;
}

function header(length, payloadChecksum) {
  return uint32(length, crc32(uint32(length)), payloadChecksum);
}

function framed(payload) {
  return Buffer.concat([header(payload.length, crc32(payload)), payload]);
}

function payload(type, keySize, rest) {
  return Buffer.concat([Buffer.from([type, keySize >> 8, keySize & 255]), Buffer.from(rest)]);
}

function putRecord(key, value) {
  const encoded = Buffer.from(key);
  return framed(payload(PUT, encoded.length, Buffer.concat([encoded, Buffer.from(value)])));
}

function deleteRecord(key) {
  const encoded = Buffer.from(key);
  return framed(payload(DELETE, encoded.length, encoded));
}

function log(...records) {
  return Buffer.concat([MAGIC, ...records]);
}

function joined(...parts) {
  return Buffer.concat(parts.map((part) => Buffer.from(part)));
}

function flipBit(bytes, index) {
  const changed = Buffer.from(bytes);
  changed[index < 0 ? changed.length + index : index] ^= 1;
  return changed;
}

function bytesOf(text) {
  return new Uint8Array(Buffer.from(text));
}

async function noSync() {}

async function openStore(options = {}) {
  const store = await AppendOnlyStore.open(path, { sync: noSync, ...options });
  openStores.push(store);
  return store;
}

/** Keys and values in the order of the key list, the values as text. */
async function contents(store) {
  const entries = [];
  for (const key of await store.keys()) {
    entries.push([key, Buffer.from(await store.get(key)).toString()]);
  }
  return entries;
}

async function storedContents() {
  const store = await openStore();
  const entries = await contents(store);
  await store.close();
  return entries;
}

function assertFile(expected, file = path) {
  const actual = readFileSync(file);
  // Comparing text keeps the message short when large files differ.
  assert.equal(actual.length, expected.length);
  assert.ok(actual.equals(expected), `${actual.subarray(0, 200).toString("hex")}`);
}

function filesIn(folder) {
  return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "latin1")]));
}

/** A flush or rename operation that works until its `error` is set. */
function switchable(operation) {
  const call = async (...args) => {
    if (call.error) {
      throw call.error;
    }
    await operation(...args);
  };
  return call;
}

/** A flush operation whose `last` is what the log contained when it was last flushed. */
function flushedLogs() {
  const call = async (file) => {
    if (existsSync(path) && (await file.stat()).ino === statSync(path).ino) {
      call.last = readFileSync(path);
    }
  };
  return call;
}

// R1: operations and what they append

test("R1: a new file is the magic", async () => {
  const store = await openStore();
  assertFile(Buffer.from("AOSTORE1"));
  assert.deepEqual(await store.keys(), []);
  assert.equal(store.discardedBytes, 0);
});

test("R1 R7: the default flush and rename operations work", async () => {
  const store = await AppendOnlyStore.open(path);
  await store.put("a", bytesOf("1"));
  await store.put("a", bytesOf("2"));
  await store.compact();
  await store.put("b", bytesOf("3"));
  await store.close();
  assertFile(log(putRecord("a", "2"), putRecord("b", "3")));
});

test("R1: put and delete append the bytes of the example", async () => {
  const put = Buffer.from("00000007BF204ABF6AC098FE010002C3A96869", "hex");
  const del = Buffer.from("00000005512E2B93F0BBEFD2020002C3A9", "hex");
  const store = await openStore();
  assert.equal(await store.put("\u00e9", bytesOf("hi")), undefined);
  assertFile(log(put));
  assert.equal(await store.delete("\u00e9"), true);
  assertFile(log(put, del));
});

test("R1: every put appends one record", async () => {
  const store = await openStore();
  await store.put("a", bytesOf("same"));
  await store.put("a", bytesOf("same"));
  await store.put("a", Buffer.from("other"));
  assert.deepEqual(await contents(store), [["a", "other"]]);
  assertFile(log(putRecord("a", "same"), putRecord("a", "same"), putRecord("a", "other")));
});

test("R1: a view of a larger buffer is stored without its surroundings", async () => {
  const store = await openStore();
  await store.put("a", bytesOf("abcdef").subarray(2, 4));
  assert.deepEqual(await contents(store), [["a", "cd"]]);
  assertFile(log(putRecord("a", "cd")));
});

test("R1: deleting an absent key writes nothing", async () => {
  const store = await openStore();
  await store.put("a", bytesOf("1"));
  assert.equal(await store.delete("b"), false);
  assertFile(log(putRecord("a", "1")));
  assert.equal(await store.delete("a"), true);
  assert.equal(await store.delete("a"), false);
  assertFile(log(putRecord("a", "1"), deleteRecord("a")));
});

test("R1: get tells an absent key from an empty value", async () => {
  const store = await openStore();
  await store.put("empty", new Uint8Array(0));
  await store.put("gone", bytesOf("1"));
  await store.delete("gone");
  const empty = await store.get("empty");
  assert.ok(empty instanceof Uint8Array);
  assert.equal(empty.length, 0);
  assert.equal(await store.get("gone"), undefined);
  assert.equal(await store.get("never"), undefined);
  assert.equal(await store.get("constructor"), undefined);
});

test("R1: keys are those present in ascending order", async () => {
  const store = await openStore();
  for (const key of ["b", "ab", "c", "a", "B", "10", "9"]) {
    await store.put(key, bytesOf("1"));
  }
  await store.delete("c");
  await store.put("b", bytesOf("2"));
  assert.deepEqual(await store.keys(), ["10", "9", "B", "a", "ab", "b"]);
});

test("R1: the key list belongs to the caller", async () => {
  const store = await openStore();
  await store.put("a", bytesOf("1"));
  (await store.keys()).length = 0;
  assert.deepEqual(await store.keys(), ["a"]);
});

test("R1: a record is complete when flushed, and flushed before the operation ends", async () => {
  const sync = flushedLogs();
  const store = await openStore({ sync });
  await store.put("a", bytesOf("1"));
  assert.deepEqual(sync.last, log(putRecord("a", "1")));
  await store.delete("a");
  assert.deepEqual(sync.last, log(putRecord("a", "1"), deleteRecord("a")));
});

test("R1: an operation does not end before its flush", async () => {
  let release;
  let blocked;
  const store = await openStore({ sync: async () => blocked });
  blocked = new Promise((resolve) => (release = resolve));
  let ended = false;
  const put = store.put("a", bytesOf("1")).then(() => (ended = true));
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(ended, false);
  release();
  await put;
  assert.deepEqual(await contents(store), [["a", "1"]]);
});

// R2: replay, order, ownership

test("R2: the contents survive reopening", async () => {
  const everyByte = Uint8Array.from({ length: 768 }, (_, index) => index & 255);
  let store = await openStore();
  await store.put("changed", bytesOf("old"));
  await store.put("deleted", bytesOf("1"));
  await store.put("back", bytesOf("1"));
  await store.put("empty", bytesOf(""));
  await store.put("bytes", everyByte);
  await store.put("changed", bytesOf("new"));
  await store.delete("deleted");
  await store.delete("back");
  await store.put("back", bytesOf("2"));
  await store.close();
  const before = readFileSync(path);
  store = await openStore();
  assert.deepEqual(await store.keys(), ["back", "bytes", "changed", "empty"]);
  assert.deepEqual([...(await store.get("bytes"))], [...everyByte]);
  assert.deepEqual([...(await store.get("back"))], [...bytesOf("2")]);
  assert.deepEqual([...(await store.get("changed"))], [...bytesOf("new")]);
  assert.equal((await store.get("empty")).length, 0);
  assert.equal(await store.get("deleted"), undefined);
  assert.equal(store.discardedBytes, 0);
  assertFile(before);
});

test("R2: records are replayed in order", async () => {
  const records = [
    deleteRecord("never"),
    putRecord("a", "1"),
    putRecord("b", joined(MAGIC, new Uint8Array(20))),
    deleteRecord("a"),
    putRecord("c", "1"),
    putRecord("a", "2"),
    putRecord("c", ""),
    deleteRecord("b"),
  ];
  writeFileSync(path, log(...records));
  assert.deepEqual(await storedContents(), [["a", "2"], ["c", ""]]);
});

test("R2: a log of many records and larger values is replayed", async () => {
  const numbers = Array.from({ length: 300 }, (_, index) => String(1000 + index));
  writeFileSync(path, log(...numbers.map((number) => putRecord(number, number.repeat(250)))));
  assert.deepEqual(await storedContents(), numbers.map((number) => [number, number.repeat(250)]));
});

test("R2: records put after reopening follow the old ones", async () => {
  let store = await openStore();
  await store.put("a", bytesOf("1"));
  await store.close();
  store = await openStore();
  await store.put("b", bytesOf("2"));
  assert.equal(await store.delete("a"), true);
  await store.close();
  assertFile(log(putRecord("a", "1"), putRecord("b", "2"), deleteRecord("a")));
  assert.deepEqual(await storedContents(), [["b", "2"]]);
});

test("R2: keys are ordered by their UTF-8 bytes", async () => {
  const ordered = ["\0", "Z", "a", "a\0", "aa", "z", "\u00e9", "\ue000", "\uff5e", "\u{1f600}"];
  const store = await openStore();
  for (const key of ordered.toReversed()) {
    await store.put(key, bytesOf(key));
  }
  assert.deepEqual(await store.keys(), ordered);
  await store.close();
  assert.deepEqual(await storedContents(), ordered.map((key) => [key, key]));
});

for (const [one, other] of [["\u00e9", "e\u0301"], ["\u212b", "\u00c5"], ["\ufeffkey", "key"], ["key ", "key"]]) {
  test(`R2: the keys ${JSON.stringify(one)} and ${JSON.stringify(other)} are different`, async () => {
    const store = await openStore();
    await store.put(one, bytesOf("1"));
    assert.equal(await store.get(other), undefined);
    await store.put(other, bytesOf("2"));
    await store.close();
    assert.deepEqual(new Map(await storedContents()), new Map([[one, "1"], [other, "2"]]));
  });
}

for (const [kind, create] of [["Uint8Array", bytesOf], ["Buffer", (text) => Buffer.from(text)]]) {
  test(`R2: the caller may change the ${kind} it put, even before the promise resolves`, async () => {
    const store = await openStore();
    const value = create("abc");
    const first = store.put("a", value);
    value[0] = 0;
    const second = store.put("b", value);
    value[1] = 0;
    await first;
    await second;
    value[2] = 0;
    assert.deepEqual(await contents(store), [["a", "abc"], ["b", "\0bc"]]);
    await store.compact();
    assertFile(log(putRecord("a", "abc"), putRecord("b", "\0bc")));
  });
}

test("R2: the caller may change the bytes it got", async () => {
  writeFileSync(path, log(putRecord("old", "abc")));
  const store = await openStore();
  await store.put("new", bytesOf("def"));
  for (const key of ["old", "new"]) {
    const value = await store.get(key);
    value.fill(0);
  }
  assert.deepEqual(await contents(store), [["new", "def"], ["old", "abc"]]);
  await store.compact();
  assertFile(log(putRecord("new", "def"), putRecord("old", "abc")));
});

// R3: torn tails

async function assertTailIsCut(tail, kept = KEPT) {
  writeFileSync(path, joined(kept, tail));
  const expected = kept === KEPT ? [["kept", "1"]] : [];
  let store = await openStore();
  assert.equal(store.discardedBytes, tail.length);
  assertFile(kept);
  assert.deepEqual(await contents(store), expected);
  await store.put("n", bytesOf(""));
  await store.close();
  assert.equal(store.discardedBytes, tail.length);
  assertFile(joined(kept, putRecord("n", "")));
  store = await openStore();
  assert.equal(store.discardedBytes, 0);
  assert.deepEqual(await contents(store), [...expected, ["n", ""]]);
  await store.close();
}

for (const [kind, record] of [["put", putRecord("last", "value")], ["delete", deleteRecord("kept")]]) {
  test(`R3: an incomplete ${kind} record is cut wherever it ends`, async () => {
    for (let size = 1; size < record.length; size += 1) {
      await assertTailIsCut(record.subarray(0, size));
    }
  });
}

test("R3: an incomplete first record is cut", async () => {
  await assertTailIsCut(putRecord("a", "1").subarray(0, -1), MAGIC);
});

test("R3: fewer than twelve bytes are cut whatever they are", async () => {
  await assertTailIsCut(Buffer.alloc(11, 0xff));
  await assertTailIsCut(Buffer.from("\n"));
});

for (const size of [1, 11, 12, 13, 4096, 200_001]) {
  test(`R3: ${size} zero bytes are cut`, async () => {
    await assertTailIsCut(Buffer.alloc(size));
  });
}

for (const index of [8, 11, 12, 13, -1]) {
  test(`R3: a last record with a wrong payload checksum is cut, bit changed in byte ${index}`, async () => {
    await assertTailIsCut(flipBit(putRecord("last", "value"), index));
  });
}

test("R3: a last record with a wrong payload checksum is cut though it is malformed", async () => {
  await assertTailIsCut(flipBit(framed(payload(9, 1, "ab")), 8));
});

test("R3: an incomplete payload of the greatest length is cut", async () => {
  await assertTailIsCut(header(MAX_PAYLOAD, 0));
  await assertTailIsCut(joined(header(MAX_PAYLOAD, 0), "x".repeat(100)));
});

for (let size = 0; size < 8; size += 1) {
  test(`R3: a file of the first ${size} bytes of the magic becomes an empty store`, async () => {
    writeFileSync(path, MAGIC.subarray(0, size));
    const store = await openStore();
    assertFile(MAGIC);
    assert.equal(store.discardedBytes, size);
    assert.deepEqual(await store.keys(), []);
    await store.put("a", bytesOf("1"));
    assertFile(log(putRecord("a", "1")));
  });
}

// R4: damage that no torn write explains

async function assertCorrupt(before, rest) {
  writeFileSync(path, joined(before, rest));
  await assert.rejects(openStore(), (error) => {
    assert.ok(error instanceof StoreCorruptError, String(error));
    assert.equal(error.name, "StoreCorruptError");
    assert.equal(error.offset, before.length);
    return true;
  });
  assertFile(joined(before, rest));
  assert.deepEqual(readdirSync(directory), ["store.log"]);
}

for (const [kind, following] of [["zero byte", "\0"], ["byte", "x"], ["record", putRecord("b", "2")]]) {
  test(`R4: a wrong payload checksum before another ${kind} is corruption`, async () => {
    for (const index of [8, 12, -1]) {
      await assertCorrupt(KEPT, joined(flipBit(putRecord("bad", "1"), index), following));
    }
  });
}

test("R4: a wrong payload checksum of the first record is corruption", async () => {
  await assertCorrupt(MAGIC, joined(flipBit(putRecord("bad", "1"), -1), deleteRecord("bad")));
});

for (const index of [0, 3, 4, 7]) {
  test(`R4: a wrong length checksum is corruption, bit changed in byte ${index}`, async () => {
    const bad = flipBit(putRecord("bad", "1"), index);
    await assertCorrupt(KEPT, bad);
    await assertCorrupt(KEPT, joined(bad, putRecord("b", "2")));
  });
}

test("R4: a wrong length checksum needs only the twelve bytes", async () => {
  await assertCorrupt(KEPT, flipBit(putRecord("bad", "1"), 7).subarray(0, 12));
});

for (const zeros of [11, 12, 70_000, 131_072]) {
  test(`R4: ${zeros} zero bytes before another byte are corruption`, async () => {
    await assertCorrupt(KEPT, joined(Buffer.alloc(zeros), [1]));
  });
}

test("R4: zero bytes before a record are corruption", async () => {
  await assertCorrupt(KEPT, joined(Buffer.alloc(12), putRecord("a", "1")));
});

test("R4: the first bad record is reported", async () => {
  const bad = flipBit(putRecord("bad", "1"), -1);
  await assertCorrupt(KEPT, joined(bad, putRecord("good", "1"), bad, "torn"));
});

const OTHER_FILES = {
  "one byte": "X",
  "another version": "AOSTORE2",
  "lower case": "aostore1",
  "a prefix and a zero byte": "AOSTOR\0",
  "a byte before the magic": "\0AOSTORE1",
  "eight zero bytes": "\0".repeat(8),
  "another version and a record": joined("AOSTORE2", putRecord("a", "1")),
  "a record without the magic": putRecord("a", "1"),
};
for (const [kind, content] of Object.entries(OTHER_FILES)) {
  test(`R4: ${kind} gives a format error`, async () => {
    writeFileSync(path, content);
    await assert.rejects(openStore(), (error) => error instanceof StoreFormatError && error.name === "StoreFormatError");
    assertFile(Buffer.from(content));
    assert.deepEqual(readdirSync(directory), ["store.log"]);
  });
}

// R5: right checksums, impossible content

const MALFORMED = {
  "type 0": payload(0, 1, "k"),
  "type 3": payload(3, 1, "kv"),
  "type 255": payload(255, 1, "k"),
  "a put without a key": payload(PUT, 0, "v"),
  "a delete without a key": payload(DELETE, 0, "v"),
  "a key of 1025 bytes": payload(PUT, 1025, "k".repeat(1025)),
  "a key of 65535 bytes": payload(DELETE, 65535, "k".repeat(65535)),
  "a key one byte beyond the payload": payload(PUT, 3, "ke"),
  "a key far beyond the payload": payload(DELETE, 1024, "k"),
  "bytes after a deleted key": payload(DELETE, 1, "kv"),
  "a value one byte too long": payload(PUT, 1, joined("k", Buffer.alloc(MAX_VALUE + 1))),
  "a lone byte in the key": payload(PUT, 2, [0x61, 0xff]),
  "an overlong form in the key": payload(PUT, 2, [0xc0, 0x80]),
  "a surrogate in the key": payload(DELETE, 3, [0xed, 0xa0, 0x80]),
  "a cut character in the key": payload(PUT, 2, [0xe2, 0x82, 0xac]),
  "a code point beyond Unicode in the key": payload(PUT, 4, [0xf4, 0x90, 0x80, 0x80]),
};
for (const [kind, content] of Object.entries(MALFORMED)) {
  test(`R5: ${kind} is corruption, at the end and before another record`, async () => {
    await assertCorrupt(KEPT, framed(content));
    await assertCorrupt(KEPT, joined(framed(content), putRecord("b", "2")));
  });
}

for (const length of [0, 1, 3, MAX_PAYLOAD + 1, 0x7fffffff, 0xffffffff]) {
  test(`R5: the length ${length} is corruption even if the file ends before it`, async () => {
    await assertCorrupt(KEPT, header(length, 0));
    await assertCorrupt(KEPT, joined(header(length, 0), "xyz"));
  });
}

test("R5: lengths just out of range are corruption in whole records", async () => {
  await assertCorrupt(KEPT, framed(payload(PUT, 0, "")));
  await assertCorrupt(KEPT, framed(payload(PUT, 1024, joined("k".repeat(1024), Buffer.alloc(MAX_VALUE + 1)))));
});

test("R5: the smallest and the greatest records are valid", async () => {
  const key = "k".repeat(MAX_KEY);
  const value = "v".repeat(MAX_VALUE);
  const greatest = putRecord(key, value);
  assert.equal(greatest.length, 12 + MAX_PAYLOAD);
  writeFileSync(path, log(putRecord("k", ""), putRecord("gone", ""), deleteRecord("gone"), greatest));
  const entries = await storedContents();
  assert.deepEqual(entries.map(([stored]) => stored), ["k", key]);
  assert.ok(entries[1][1] === value);
});

// R6: limits

const INVALID_KEYS = {
  empty: "",
  "1025 bytes": "k".repeat(1025),
  "1025 bytes in 513 characters": "\u00e9".repeat(512) + "k",
  "1028 bytes in 257 characters": "\u{1f600}".repeat(257),
  "a lone surrogate": "\ud800",
  "a lone surrogate inside": "a\udfffb",
};
for (const [kind, key] of Object.entries(INVALID_KEYS)) {
  test(`R6: the key is invalid: ${kind}`, async () => {
    const store = await openStore();
    await store.put("a", bytesOf("1"));
    await assert.rejects(store.put(key, bytesOf("2")), InvalidArgumentError);
    await assert.rejects(store.get(key), InvalidArgumentError);
    await assert.rejects(store.delete(key), { name: "InvalidArgumentError" });
    assert.deepEqual(await contents(store), [["a", "1"]]);
    assertFile(log(putRecord("a", "1")));
  });
}

for (const key of ["k", "k".repeat(1024), "\u00e9".repeat(512), "\u{1f600}".repeat(256)]) {
  test(`R6: a key of ${Buffer.byteLength(key)} bytes, ${key.length} code units, is accepted`, async () => {
    const store = await openStore();
    await store.put(key, bytesOf("1"));
    assert.deepEqual(await contents(store), [[key, "1"]]);
    await store.close();
    assert.deepEqual(await storedContents(), [[key, "1"]]);
  });
}

test("R6: a value may have a mebibyte but no more", async () => {
  const greatest = "v".repeat(MAX_VALUE);
  const store = await openStore();
  await store.put("a", bytesOf(greatest));
  await assert.rejects(store.put("a", bytesOf(`${greatest}v`)), InvalidArgumentError);
  await assert.rejects(store.put("b", new Uint8Array(MAX_VALUE + 1)), InvalidArgumentError);
  assert.deepEqual(await store.keys(), ["a"]);
  assert.ok(Buffer.from(await store.get("a")).equals(Buffer.from(greatest)));
  assertFile(log(putRecord("a", greatest)));
});

test("R6: a put may reach the log limit but not exceed it", async () => {
  const first = log(putRecord("a", "12"));
  const whole = joined(first, putRecord("b", "123"));
  const store = await openStore({ maxLogBytes: whole.length });
  await store.put("a", bytesOf("12"));
  await assert.rejects(store.put("b", bytesOf("1234")), StoreFullError);
  await assert.rejects(store.put("a", bytesOf("1234")), { name: "StoreFullError" });
  assert.deepEqual(await contents(store), [["a", "12"]]);
  assertFile(first);
  await store.put("b", bytesOf("123"));
  await assert.rejects(store.put("a", bytesOf("")), StoreFullError);
  assertFile(whole);
  await store.close();
  assert.deepEqual(await storedContents(), [["a", "12"], ["b", "123"]]);
});

test("R6: an invalid put is invalid even if the store is full", async () => {
  const store = await openStore({ maxLogBytes: 8 });
  await assert.rejects(store.put("", bytesOf("1")), InvalidArgumentError);
  await assert.rejects(store.put("a", new Uint8Array(MAX_VALUE + 1)), InvalidArgumentError);
  await assert.rejects(store.put("a", bytesOf("")), StoreFullError);
  assertFile(MAGIC);
});

test("R6: the limit does not bind open, delete and compaction", async () => {
  const before = log(putRecord("a", "1"), putRecord("b", "2"), putRecord("c", "3"));
  writeFileSync(path, before);
  const store = await openStore({ maxLogBytes: 20 });
  assert.deepEqual(await contents(store), [["a", "1"], ["b", "2"], ["c", "3"]]);
  assert.equal(await store.delete("b"), true);
  assertFile(joined(before, deleteRecord("b")));
  await assert.rejects(store.put("a", bytesOf("")), StoreFullError);
  await store.compact();
  assertFile(log(putRecord("a", "1"), putRecord("c", "3")));
  await assert.rejects(store.put("a", bytesOf("")), StoreFullError);
});

test("R6 R7: compaction makes room below the limit", async () => {
  const maxLogBytes = log(putRecord("a", "1"), putRecord("a", "2")).length;
  const store = await openStore({ maxLogBytes });
  await store.put("a", bytesOf("1"));
  await store.put("a", bytesOf("2"));
  await assert.rejects(store.put("b", bytesOf("3")), StoreFullError);
  await store.compact();
  await store.put("b", bytesOf("3"));
  await assert.rejects(store.put("b", bytesOf("4")), StoreFullError);
  assertFile(log(putRecord("a", "2"), putRecord("b", "3")));
});

for (const maxLogBytes of [0, -1, 1.5, NaN]) {
  test(`R6: the limit ${maxLogBytes} is invalid and nothing is created`, async () => {
    await assert.rejects(openStore({ maxLogBytes }), InvalidArgumentError);
    assert.deepEqual(readdirSync(directory), []);
  });
}

// R7: compaction

test("R7: compaction leaves one put record per key in order, and later records follow", async () => {
  const store = await openStore();
  const puts = [["\u{1f600}", "1"], ["b", "old"], ["gone", "3"], ["\uff5e", "4"], ["a", ""], ["b", "new"]];
  for (const [key, value] of puts) {
    await store.put(key, bytesOf(value));
  }
  await store.delete("gone");
  const before = await contents(store);
  await store.compact();
  const compacted = log(putRecord("a", ""), putRecord("b", "new"), putRecord("\uff5e", "4"), putRecord("\u{1f600}", "1"));
  assertFile(compacted);
  assert.deepEqual(await contents(store), before);
  await store.put("c", bytesOf("5"));
  await store.delete("b");
  assertFile(joined(compacted, putRecord("c", "5"), deleteRecord("b")));
  assert.deepEqual(readdirSync(directory).sort(), ["store.log", "store.log.lock"]);
  await store.close();
  assert.deepEqual(await storedContents(), [["a", ""], ["c", "5"], ["\uff5e", "4"], ["\u{1f600}", "1"]]);
});

test("R7: compaction of an empty store leaves the magic", async () => {
  const store = await openStore();
  await store.compact();
  assertFile(MAGIC);
  await store.put("a", bytesOf("1"));
  await store.delete("a");
  await store.compact();
  assertFile(MAGIC);
});

test("R7: the log is replaced by one rename after the new log was flushed", async () => {
  const compactPath = `${path}.compact`;
  const events = [];
  const store = await openStore({
    sync: async (file) => {
      if (existsSync(compactPath) && (await file.stat()).ino === statSync(compactPath).ino) {
        events.push(["flush", readFileSync(compactPath), readFileSync(path)]);
      }
    },
    rename: async (source, target) => {
      events.push([source, target, readFileSync(compactPath), readFileSync(path)]);
      await rename(source, target);
    },
  });
  await store.put("a", bytesOf("1"));
  await store.put("a", bytesOf("2"));
  await store.put("b", bytesOf("3"));
  const before = readFileSync(path);
  const after = log(putRecord("a", "2"), putRecord("b", "3"));
  await store.compact();
  assert.deepEqual(events.slice(-2), [
    ["flush", after, before],
    [compactPath, path, after, before],
  ]);
  assertFile(after);
});

test("R7: records after compaction are flushed to the new log", async () => {
  const sync = flushedLogs();
  const store = await openStore({ sync });
  await store.put("a", bytesOf("1"));
  await store.put("a", bytesOf("2"));
  await store.compact();
  await store.put("b", bytesOf("3"));
  assert.deepEqual(sync.last, log(putRecord("a", "2"), putRecord("b", "3")));
});

for (const failing of ["sync", "rename"]) {
  test(`R7: compaction with a failing ${failing} changes nothing`, async () => {
    const operations = { sync: switchable(noSync), rename: switchable(rename) };
    const error = new Error("no space");
    const store = await openStore(operations);
    await store.put("a", bytesOf("1"));
    await store.put("a", bytesOf("2"));
    await store.put("b", bytesOf("3"));
    await store.delete("b");
    const before = filesIn(directory);
    const logBefore = readFileSync(path);

    operations[failing].error = error;
    await assert.rejects(store.compact(), (caught) => caught === error);
    assert.deepEqual(filesIn(directory), before);
    assert.deepEqual(await contents(store), [["a", "2"]]);

    operations[failing].error = undefined;
    await store.put("c", bytesOf("4"));
    assertFile(joined(logBefore, putRecord("c", "4")));
    await store.compact();
    assertFile(log(putRecord("a", "2"), putRecord("c", "4")));
    await store.close();
    assert.deepEqual(await storedContents(), [["a", "2"], ["c", "4"]]);
  });
}

for (const leftOver of ["", "garbage", log(putRecord("wrong", "1"))]) {
  test(`R7: a left-over compact file of ${leftOver.length} bytes is ignored and removed`, async () => {
    writeFileSync(path, KEPT);
    writeFileSync(`${path}.compact`, leftOver);
    const store = await openStore();
    assert.deepEqual(await contents(store), [["kept", "1"]]);
    assert.equal(store.discardedBytes, 0);
    assert.deepEqual(readdirSync(directory).sort(), ["store.log", "store.log.lock"]);
    assertFile(KEPT);
  });
}

test("R7: open fails if a left-over compact file cannot be removed", async () => {
  mkdirSync(join(`${path}.compact`, "inner"), { recursive: true });
  await assert.rejects(openStore());
  assert.ok(!existsSync(`${path}.lock`));
});

test("R7: a left-over compact file does not become the log", async () => {
  writeFileSync(`${path}.compact`, log(putRecord("wrong", "1")));
  assert.deepEqual(await storedContents(), []);
  assert.deepEqual(filesIn(directory), { "store.log": "AOSTORE1" });
});

// R8: the lock and closing

test("R8: the lock file has the process id until close", async () => {
  const store = await openStore();
  assertFile(Buffer.from(`${process.pid}\n`), `${path}.lock`);
  await store.close();
  assert.deepEqual(filesIn(directory), { "store.log": "AOSTORE1" });
});

for (const content of ["", "1\n", "not a process id"]) {
  test(`R8: a lock file with ${JSON.stringify(content)} locks, and nothing is touched`, async () => {
    writeFileSync(path, joined(KEPT, "torn"));
    writeFileSync(`${path}.compact`, "left over");
    writeFileSync(`${path}.lock`, content);
    const before = filesIn(directory);
    await assert.rejects(openStore(), StoreLockedError);
    assert.deepEqual(filesIn(directory), before);
  });
}

test("R8: a locked open creates no log", async () => {
  writeFileSync(`${path}.lock`, "1\n");
  await assert.rejects(openStore(), { name: "StoreLockedError" });
  assert.deepEqual(filesIn(directory), { "store.log.lock": "1\n" });
});

test("R8: an open store is locked and stays usable", async () => {
  const store = await openStore();
  await store.put("a", bytesOf("1"));
  await assert.rejects(openStore(), StoreLockedError);
  await store.put("b", bytesOf("2"));
  assert.ok(existsSync(`${path}.lock`));
  await store.close();
  assert.deepEqual(await storedContents(), [["a", "1"], ["b", "2"]]);
});

test("R8: the break-lock option replaces the lock", async () => {
  writeFileSync(path, KEPT);
  writeFileSync(`${path}.lock`, "1234567890 a longer lock\n");
  const store = await openStore({ breakLock: true });
  assertFile(Buffer.from(`${process.pid}\n`), `${path}.lock`);
  assert.deepEqual(await contents(store), [["kept", "1"]]);
  await assert.rejects(openStore(), StoreLockedError);
  await store.close();
  assert.deepEqual(readdirSync(directory), ["store.log"]);
});

test("R8: the break-lock option needs no lock", async () => {
  await openStore({ breakLock: true });
  assertFile(Buffer.from(`${process.pid}\n`), `${path}.lock`);
});

for (const breakLock of [false, true]) {
  test(`R8: a failed open leaves no lock, breakLock ${breakLock}`, async () => {
    const cases = [
      [Buffer.from("something else"), StoreFormatError],
      [joined(KEPT, framed(payload(3, 1, "k"))), StoreCorruptError],
    ];
    for (const [content, errorClass] of cases) {
      writeFileSync(path, content);
      if (breakLock) {
        writeFileSync(`${path}.lock`, "1\n");
      }
      await assert.rejects(openStore({ breakLock }), errorClass);
      assert.deepEqual(readdirSync(directory), ["store.log"]);
      assertFile(content);
      await assert.rejects(openStore(), errorClass);
    }
  });
}

test("R8: other errors of open are passed on", async () => {
  const missing = join(directory, "missing", "store.log");
  await assert.rejects(AppendOnlyStore.open(missing), { code: "ENOENT" });
  mkdirSync(path);
  await assert.rejects(openStore());
  assert.deepEqual(readdirSync(dirname(path)), [basename(path)]);
});

test("R8: one of several opens at the same time succeeds", async () => {
  for (let turn = 0; turn < 5; turn += 1) {
    path = join(directory, `${turn}.log`);
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => openStore()));
    const failures = results.filter(({ status }) => status === "rejected");
    assert.equal(failures.length, 7);
    assert.ok(failures.every(({ reason }) => reason instanceof StoreLockedError));
  }
});

test("R8: a closed store refuses every operation whatever its arguments", async () => {
  const store = await openStore({ maxLogBytes: 100 });
  await store.put("a", bytesOf("1"));
  await store.close();
  const after = filesIn(directory);
  const operations = [
    () => store.get("a"),
    () => store.get(""),
    () => store.put("b", bytesOf("2")),
    () => store.put("", bytesOf("")),
    () => store.put("b", new Uint8Array(MAX_VALUE + 1)),
    () => store.put("b", new Uint8Array(1000)),
    () => store.delete("a"),
    () => store.delete("absent"),
    () => store.delete("\ud800"),
    () => store.keys(),
    () => store.compact(),
  ];
  for (const operation of operations) {
    await assert.rejects(operation(), (error) => error instanceof StoreClosedError && error.name === "StoreClosedError");
  }
  assert.deepEqual(filesIn(directory), after);
  assert.deepEqual(Object.keys(after), ["store.log"]);
});

test("R8: a second close leaves the lock of another store", async () => {
  const first = await openStore();
  await Promise.all([first.close(), first.close()]);
  const second = await openStore();
  await first.close();
  assert.ok(existsSync(`${path}.lock`));
  await second.put("a", bytesOf("1"));
});

test("R8: a closed store keeps no descriptor open", { skip: !existsSync("/proc/self/fd") }, async () => {
  const before = readdirSync("/proc/self/fd").length;
  const store = await openStore();
  await store.put("a", bytesOf("1"));
  await store.compact();
  await store.close();
  writeFileSync(path, "another file");
  await assert.rejects(openStore(), StoreFormatError);
  assert.equal(readdirSync("/proc/self/fd").length, before);
});

// R9: failed writes

const FAILING_OPERATIONS = {
  put: (store) => store.put("new", bytesOf("a long value ".repeat(10))),
  overwrite: (store) => store.put("a", bytesOf("other")),
  delete: (store) => store.delete("a"),
};
for (const [kind, operation] of Object.entries(FAILING_OPERATIONS)) {
  test(`R9: a failed flush changes nothing: ${kind}`, async () => {
    const sync = switchable(noSync);
    const error = new Error("disk error");
    let store = await openStore({ sync });
    await store.put("a", bytesOf("1"));
    sync.error = error;
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await assert.rejects(operation(store), (caught) => caught === error);
      assertFile(log(putRecord("a", "1")));
      assert.deepEqual(await contents(store), [["a", "1"]]);
      assert.equal(await store.get("new"), undefined);
    }
    sync.error = undefined;
    await store.put("b", bytesOf("2"));
    assertFile(log(putRecord("a", "1"), putRecord("b", "2")));
    await store.close();
    store = await openStore();
    assert.equal(store.discardedBytes, 0);
    assert.deepEqual(await contents(store), [["a", "1"], ["b", "2"]]);
  });
}

test("R9 R6: a failed put does not count towards the limit", async () => {
  const sync = switchable(noSync);
  const whole = log(putRecord("a", "12345"));
  const store = await openStore({ sync, maxLogBytes: whole.length });
  sync.error = new Error("disk error");
  await assert.rejects(store.put("a", bytesOf("12345")), /disk error/);
  sync.error = undefined;
  await store.put("a", bytesOf("12345"));
  assertFile(whole);
});

test("R9 R7: a failed put is not compacted", async () => {
  const sync = switchable(noSync);
  const store = await openStore({ sync });
  await store.put("a", bytesOf("1"));
  await store.compact();
  sync.error = new Error("disk error");
  await assert.rejects(store.put("b", bytesOf("2")), /disk error/);
  assertFile(log(putRecord("a", "1")));
  sync.error = undefined;
  await store.compact();
  assertFile(log(putRecord("a", "1")));
});

test("R9: the next put cuts what could not be cut before", async () => {
  let failing = false;
  const store = await openStore({
    sync: async (file) => {
      if (failing) {
        file.truncate = async () => {
          delete file.truncate;
          throw new Error("cannot cut");
        };
        throw new Error("disk error");
      }
    },
  });
  await store.put("a", bytesOf("1"));
  failing = true;
  await assert.rejects(store.put("b", bytesOf("a long value ".repeat(10))), /disk error/);
  failing = false;
  await store.put("c", bytesOf("3"));
  assertFile(log(putRecord("a", "1"), putRecord("c", "3")));
});

test("R9 R10: operations queued behind a failed one take effect", async () => {
  const error = new Error("disk error");
  let flushes = 0;
  let failing = false;
  const store = await openStore({
    sync: async () => {
      flushes += 1;
      if (failing && flushes === 1) {
        throw error;
      }
    },
  });
  flushes = 0;
  failing = true;
  const results = await Promise.allSettled([
    store.put("a", bytesOf("a long value")),
    store.delete("a"),
    store.put("b", bytesOf("2")),
    store.get("b"),
  ]);
  assert.equal(results[0].reason, error);
  assert.equal(results[1].value, false);
  assert.equal(results[2].status, "fulfilled");
  assert.deepEqual([...results[3].value], [...bytesOf("2")]);
  assertFile(log(putRecord("b", "2")));
});

// R10: operations at the same time

test("R10: operations that are not awaited take effect in the order of the calls", async () => {
  const store = await openStore();
  const results = await Promise.all([
    store.put("a", bytesOf("1")),
    store.get("a"),
    store.keys(),
    store.put("a", bytesOf("2")),
    store.compact(),
    store.put("b", bytesOf("3")),
    store.delete("a"),
    store.delete("a"),
    store.get("a"),
    store.keys(),
  ]);
  assert.deepEqual([...results[1]], [...bytesOf("1")]);
  assert.deepEqual(results[2], ["a"]);
  assert.deepEqual(results.slice(6), [true, false, undefined, ["b"]]);
  assertFile(log(putRecord("a", "2"), putRecord("b", "3"), deleteRecord("a")));
});

test("R10 R8: close waits for the operations before it, and those after it find the store closed", async () => {
  const store = await openStore();
  const results = await Promise.allSettled([
    store.put("a", bytesOf("1")),
    store.close(),
    store.put("b", bytesOf("2")),
    store.get("a"),
    store.close(),
  ]);
  assert.deepEqual(results.map(({ status }) => status), ["fulfilled", "fulfilled", "rejected", "rejected", "fulfilled"]);
  assert.ok(results[2].reason instanceof StoreClosedError);
  assert.ok(results[3].reason instanceof StoreClosedError);
  assert.deepEqual(await storedContents(), [["a", "1"]]);
});

test("R10: nothing is lost among many puts, deletes and compactions", async () => {
  const sync = () => new Promise((resolve) => setImmediate(resolve));
  let store = await openStore({ sync });
  const operations = [];
  const expected = [];
  for (let number = 100; number < 200; number += 1) {
    operations.push(store.put(`key ${number}`, bytesOf(`value ${number}`)), store.put("temporary", bytesOf("1")));
    if (number % 10 === 0) {
      operations.push(store.compact());
    }
    operations.push(store.delete("temporary").then((existed) => assert.equal(existed, true)));
    expected.push([`key ${number}`, `value ${number}`]);
  }
  await Promise.all(operations);
  assert.deepEqual(await contents(store), expected);
  await store.close();
  store = await openStore();
  assert.equal(store.discardedBytes, 0);
  assert.deepEqual(await contents(store), expected);
});

test("R10 R6: puts at the same time do not exceed the limit", async () => {
  const records = ["0", "1", "2"].map((key) => putRecord(key, "1"));
  const store = await openStore({ maxLogBytes: log(...records).length });
  const puts = ["0", "1", "2", "3", "4"].map((key) => store.put(key, bytesOf("1")));
  const results = await Promise.allSettled(puts);
  const errors = results.map(({ reason }) => reason?.name);
  assert.deepEqual(errors, [undefined, undefined, undefined, "StoreFullError", "StoreFullError"]);
  assertFile(log(...records));
});
