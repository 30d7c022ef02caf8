import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";

import { createApp } from "./app.js";

const MAX = 1_000_000_000_000_000;
const ID = /^[A-Za-z0-9_-]+$/;

/** A client of a new app that is closed at the end of the test. */
async function startApi(t, options) {
  const app = createApp(options);
  const server = app.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = async () => {
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, "close");
    app.locals.close();
  };
  t.after(close);
  return new Api(`http://127.0.0.1:${server.address().port}`, close);
}

class Api {
  #base;
  #lastKey = 0;

  constructor(base, close) {
    this.#base = base;
    this.close = close;
  }

  async get(path) {
    return readAnswer(await fetch(this.#base + path));
  }

  /** Sends text or bytes as they are, anything else as JSON. */
  async post(path, body, headers = {}) {
    const raw = typeof body === "string" || body instanceof Uint8Array;
    const options = {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body: raw ? body : JSON.stringify(body),
    };
    return readAnswer(await fetch(this.#base + path, options));
  }

  /** Sends bytes without a Content-Type. */
  async postUntyped(path, bytes) {
    return readAnswer(await fetch(this.#base + path, { method: "POST", body: bytes }));
  }

  async open(opening_balance, currency = "EUR") {
    const { status, body } = await this.post("/accounts", { currency, opening_balance });
    assert.equal(status, 201);
    return body.id;
  }

  move(from, to, amount, key = `key-${++this.#lastKey}`) {
    return this.post("/transfers", { from, to, amount }, { "Idempotency-Key": key });
  }

  async balance(id) {
    return (await this.get(`/accounts/${id}`)).body.balance;
  }

  async entries(id, query = "") {
    const { status, body } = await this.get(`/accounts/${id}/entries${query}`);
    assert.equal(status, 200);
    assert.deepEqual(Object.keys(body).sort(), ["items", "next_cursor"]);
    return body;
  }
}

async function readAnswer(response) {
  const text = await response.text();
  return {
    status: response.status,
    type: response.headers.get("Content-Type")?.split(";")[0],
    location: response.headers.get("Location"),
    replayed: response.headers.get("Idempotent-Replayed"),
    text,
    body: JSON.parse(text),
  };
}

function assertProblem(answer, status, code, faulty) {
  assert.equal(answer.body.type, `/problems/${code}`);
  assert.equal(answer.status, status);
  assert.equal(answer.type, "application/problem+json");
  const { title, errors, ...rest } = answer.body;
  assert.deepEqual(rest, { type: `/problems/${code}`, status });
  assert.ok(typeof title === "string" && title !== "");
  assert.deepEqual(errors && Object.keys(errors).sort(), faulty?.toSorted());
  for (const text of Object.values(errors ?? {})) assert.ok(typeof text === "string" && text !== "");
}

const assertFaulty = (answer, ...names) => assertProblem(answer, 422, "validation_failed", names);

/** The cursor of a page that is not the last, ready for a query. */
function cursorOf({ next_cursor }) {
  assert.equal(typeof next_cursor, "string");
  return encodeURIComponent(next_cursor);
}

function databaseFile(t) {
  const folder = mkdtempSync(join(tmpdir(), "transfers-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, "database.sqlite3");
}

/** What `count` requests that are started at once are answered. */
const together = (count, start) => Promise.all(Array.from({ length: count }, (_, index) => start(index)));

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

test("R1: an account is created and read", async (t) => {
  const api = await startApi(t);
  const created = await api.post("/accounts", { currency: "EUR", opening_balance: 2500 });
  const { id } = created.body;
  assert.match(id, ID);
  assert.equal(created.status, 201);
  assert.equal(created.type, "application/json");
  assert.equal(created.location, `/accounts/${id}`);
  assert.deepEqual(created.body, { id, currency: "EUR", opening_balance: 2500, balance: 2500 });

  const read = await api.get(created.location);
  assert.equal(read.status, 200);
  assert.equal(read.type, "application/json");
  assert.deepEqual(read.body, created.body);
});

test("R1: opening balances reach from 0 to the limit, and ids differ", async (t) => {
  const api = await startApi(t);
  const ids = [await api.open(0), await api.open(MAX), await api.open(0)];
  assert.equal(new Set(ids).size, 3);
  assert.deepEqual(await Promise.all(ids.map((id) => api.balance(id))), [0, MAX, 0]);
  assert.equal((await api.post("/accounts", '{"currency": "EUR", "opening_balance": -0}')).body.balance, 0);
});

test("R1: the server tells its health", async (t) => {
  const { status, type, body } = await (await startApi(t)).get("/health");
  assert.deepEqual({ status, type, body }, { status: 200, type: "application/json", body: { status: "ok" } });
});

test("R1: accounts, transfers and stored answers survive a restart", async (t) => {
  const databasePath = databaseFile(t);
  const before = await startApi(t, { databasePath });
  const [alice, bob] = [await before.open(100), await before.open(0)];
  const moved = await before.move(alice, bob, 60, "moved");
  const refused = await before.move(alice, bob, 60, "refused");
  const entries = await before.entries(alice);
  await before.close();

  const after = await startApi(t, { databasePath });
  assert.deepEqual((await after.get(`/accounts/${alice}`)).body, {
    id: alice,
    currency: "EUR",
    opening_balance: 100,
    balance: 40,
  });
  assert.deepEqual((await after.get(moved.location)).body, moved.body);
  assert.deepEqual(await after.entries(alice), entries);
  assert.deepEqual(await after.move(alice, bob, 60, "moved"), { ...moved, replayed: "true" });
  assert.deepEqual(await after.move(alice, bob, 60, "refused"), { ...refused, replayed: "true" });
  assertProblem(await after.move(alice, bob, 1, "moved"), 422, "idempotency_key_reused");
  assert.equal(await after.balance(bob), 60);
});

test("R1: databases in memory are of one app alone", async (t) => {
  const apis = [await startApi(t), await startApi(t, { databasePath: "" })];
  const id = await apis[0].open(1);
  assertProblem(await apis[1].get(`/accounts/${id}`), 404, "not_found");
});

test("R2: a transfer moves the amount and is readable", async (t) => {
  const api = await startApi(t);
  const [alice, bob, carol] = [await api.open(1000), await api.open(50), await api.open(7)];
  const made = await api.move(alice, bob, 250);
  const { id } = made.body;
  assert.match(id, ID);
  assert.equal(made.status, 201);
  assert.equal(made.type, "application/json");
  assert.equal(made.location, `/transfers/${id}`);
  assert.deepEqual(made.body, { id, from: alice, to: bob, amount: 250, currency: "EUR" });

  const read = await api.get(made.location);
  assert.equal(read.status, 200);
  assert.deepEqual(read.body, made.body);
  assert.deepEqual([await api.balance(alice), await api.balance(bob), await api.balance(carol)], [750, 300, 7]);
  assert.equal((await api.get(`/accounts/${alice}`)).body.opening_balance, 1000);
});

test("R2: the whole balance can be moved, to the unit", async (t) => {
  const api = await startApi(t);
  const [alice, bob] = [await api.open(MAX), await api.open(0)];
  assert.equal((await api.move(alice, bob, MAX - 1)).status, 201);
  assert.deepEqual([await api.balance(alice), await api.balance(bob)], [1, MAX - 1]);
  assert.equal((await api.move(alice, bob, 1)).status, 201);
  assert.equal((await api.move(bob, alice, MAX)).body.amount, MAX);
  assert.deepEqual([await api.balance(alice), await api.balance(bob)], [MAX, 0]);
});

test("R3: a repeated request gets the stored answer and moves nothing", async (t) => {
  const api = await startApi(t);
  const [alice, bob] = [await api.open(100), await api.open(0)];
  const first = await api.move(alice, bob, 30, "k");
  assert.equal(first.replayed, null);

  const reordered = `\n{ "amount":30,\t"to": "${bob}", "from" :"${alice}" }`;
  const again = await api.post("/transfers", reordered, { "Idempotency-Key": "k" });
  assert.deepEqual(again, { ...first, replayed: "true" });
  assert.deepEqual(await api.move(alice, bob, 30, "k"), again);
  assert.deepEqual([await api.balance(alice), await api.balance(bob)], [70, 30]);
  assert.equal((await api.entries(bob)).items.length, 1);
});

test("R3: another from, to or amount is refused, and the stored answer stays", async (t) => {
  const api = await startApi(t);
  const [alice, bob, carol] = [await api.open(100), await api.open(100), await api.open(100)];
  const first = await api.move(alice, bob, 30, "k");
  for (const [from, to, amount] of [
    [carol, bob, 30],
    [alice, carol, 30],
    [alice, bob, 31],
    [bob, alice, 30],
    [alice, alice, 30],
    ["unknown", bob, 30],
  ]) {
    const answer = await api.move(from, to, amount, "k");
    assertProblem(answer, 422, "idempotency_key_reused");
    assert.equal(answer.replayed, null);
    assert.equal(answer.location, null);
  }
  assert.deepEqual(await api.move(alice, bob, 30, "k"), { ...first, replayed: "true" });
  assert.deepEqual([await api.balance(alice), await api.balance(bob), await api.balance(carol)], [70, 130, 100]);
});

test("R3: keys are compared exactly and shared by all accounts", async (t) => {
  const api = await startApi(t);
  const [alice, bob, carol] = [await api.open(100), await api.open(0), await api.open(100)];
  const long = "~".repeat(63);
  for (const key of ["key", "KEY", "key1", `${long}!`, `${long}"`, "!", "%41", "A"]) {
    const { status, replayed } = await api.move(alice, bob, 1, key);
    assert.deepEqual({ key, status, replayed }, { key, status: 201, replayed: null });
  }
  assert.equal(await api.balance(bob), 8);
  assertProblem(await api.move(carol, bob, 1, "key"), 422, "idempotency_key_reused");
});

test("R3: values that look alike are not the same", async (t) => {
  const api = await startApi(t);
  const first = await api.move("a\u0000b", "c", 1, "k");
  assertProblem(first, 422, "unknown_account");
  assertProblem(await api.move("a\u0000x", "c", 1, "k"), 422, "idempotency_key_reused");
  assertProblem(await api.move("A\u0000b", "c", 1, "k"), 422, "idempotency_key_reused");
  assert.deepEqual(await api.move("a\u0000b", "c", 1, "k"), { ...first, replayed: "true" });
});

test("R4: a refusal is stored even when the transfer would now succeed", async (t) => {
  const api = await startApi(t);
  const [alice, bob] = [await api.open(10), await api.open(100)];
  const refused = await api.move(alice, bob, 50, "early");
  assertProblem(refused, 409, "insufficient_funds");
  assert.equal(refused.replayed, null);
  assert.equal(refused.location, null);

  await api.move(bob, alice, 40);
  assert.deepEqual(await api.move(alice, bob, 50, "early"), { ...refused, replayed: "true" });
  assertProblem(await api.move(alice, bob, 49, "early"), 422, "idempotency_key_reused");
  assert.equal(await api.balance(alice), 50);
  assert.equal((await api.move(alice, bob, 50, "late")).status, 201);
  assert.equal(await api.balance(alice), 0);
});

test("R4: every kind of refusal is stored", async (t) => {
  const api = await startApi(t);
  const [alice, full, dollars] = [await api.open(10), await api.open(MAX), await api.open(10, "USD")];
  for (const [from, to, amount, code] of [
    [alice, alice, 1, "same_account"],
    [alice, "unknown", 1, "unknown_account"],
    [alice, dollars, 1, "currency_mismatch"],
    [alice, full, 1, "balance_limit"],
  ]) {
    const refused = await api.move(from, to, amount, code);
    assert.equal(refused.body.type, `/problems/${code}`);
    assert.deepEqual(await api.move(from, to, amount, code), { ...refused, replayed: "true" });
  }
});

test("R4: answers before the decision leave the key new", async (t) => {
  const api = await startApi(t);
  const [alice, bob] = [await api.open(10), await api.open(0)];
  const headers = { "Idempotency-Key": "k" };
  const typed = { ...headers, "Content-Type": "text/plain" };
  assertProblem(await api.post("/transfers", {}, typed), 415, "unsupported_media_type");
  assertProblem(await api.post("/transfers", "{", headers), 400, "malformed_json");
  assertFaulty(await api.move(alice, bob, 0, "k"), "amount");
  const first = await api.move(alice, bob, 4, "k");
  assert.deepEqual([first.status, first.replayed], [201, null]);

  assertFaulty(await api.move(alice, bob, 0, "k"), "amount");
  assert.deepEqual(await api.move(alice, bob, 4, "k"), { ...first, replayed: "true" });
});

test("R5: of concurrent requests with one key exactly one is decided", async (t) => {
  const api = await startApi(t, { databasePath: databaseFile(t) });
  const [alice, bob] = [await api.open(100), await api.open(0)];
  const answers = await together(12, () => api.move(alice, bob, 10, "same"));
  assert.equal(answers.filter(({ replayed }) => replayed === null).length, 1);
  assert.equal(answers.filter(({ replayed }) => replayed === "true").length, 11);
  const [{ text, location }] = answers;
  for (const answer of answers) {
    assert.deepEqual([answer.status, answer.text, answer.location], [201, text, location]);
  }
  assert.deepEqual([await api.balance(alice), await api.balance(bob)], [90, 10]);
});

test("R5: a concurrent refusal is decided once, too", async (t) => {
  const api = await startApi(t);
  const [alice, bob] = [await api.open(1), await api.open(0)];
  const answers = await together(8, () => api.move(alice, bob, 2, "same"));
  assert.equal(answers.filter(({ replayed }) => replayed === null).length, 1);
  for (const answer of answers) assertProblem(answer, 409, "insufficient_funds");
});

test("R6: an account pays for exactly as many transfers as it can", async (t) => {
  const api = await startApi(t, { databasePath: databaseFile(t) });
  const [alice, bob] = [await api.open(59), await api.open(0)];
  const answers = await together(16, () => api.move(alice, bob, 10));
  const [made, refused] = [201, 409].map((code) => answers.filter(({ status }) => status === code));
  assert.equal(made.length, 5);
  assert.equal(refused.length, 11);
  for (const answer of refused) assertProblem(answer, 409, "insufficient_funds");
  assert.equal(new Set(made.map(({ body }) => body.id)).size, 5);
  assert.deepEqual([await api.balance(alice), await api.balance(bob)], [9, 50]);
});

test("R6: concurrent transfers in both directions keep the total", async (t) => {
  const api = await startApi(t);
  const ids = [await api.open(20), await api.open(20), await api.open(20)];
  const answers = await together(30, (n) => api.move(ids[n % 3], ids[(n + 1 + (n % 2)) % 3], 1 + (n % 7)));
  assert.ok(answers.every(({ status }) => status === 201 || status === 409));
  const balances = await Promise.all(ids.map((id) => api.balance(id)));
  assert.equal(sum(balances), 60);
  for (const [index, id] of ids.entries()) {
    const { items } = await api.entries(id, "?limit=100");
    assert.equal(20 + sum(items.map(({ amount }) => amount)), balances[index]);
    assert.equal(items[0].balance_after, balances[index]);
  }
});

test("R7: the first refusal that applies is answered", async (t) => {
  const api = await startApi(t);
  const [euros, full] = [await api.open(10), await api.open(MAX)];
  const dollars = await api.open(MAX, "USD");
  for (const [from, to, amount, status, code] of [
    ["unknown", "unknown", 1, 422, "same_account"],
    [euros, euros, 11, 422, "same_account"],
    ["unknown", euros, 11, 422, "unknown_account"],
    [euros, "unknown", 11, 422, "unknown_account"],
    [euros, dollars, 11, 422, "currency_mismatch"],
    [dollars, full, 1, 422, "currency_mismatch"],
    [euros, full, 11, 409, "insufficient_funds"],
    [euros, full, 1, 409, "balance_limit"],
  ]) {
    assertProblem(await api.move(from, to, amount), status, code);
  }
  assert.deepEqual([await api.balance(euros), await api.balance(full), await api.balance(dollars)], [10, MAX, MAX]);
  for (const id of [euros, full, dollars]) {
    assert.deepEqual(await api.entries(id), { items: [], next_cursor: null });
  }
});

test("R7: a balance may reach the limit, not exceed it", async (t) => {
  const api = await startApi(t);
  const [alice, bob] = [await api.open(10), await api.open(MAX - 3)];
  assertProblem(await api.move(alice, bob, 4), 409, "balance_limit");
  assert.equal((await api.move(alice, bob, 3)).status, 201);
  assert.deepEqual([await api.balance(alice), await api.balance(bob)], [7, MAX]);
});

test("R8: entries are listed latest first", async (t) => {
  const api = await startApi(t);
  const [alice, bob, carol] = [await api.open(100), await api.open(5), await api.open(0)];
  assert.deepEqual(await api.entries(alice), { items: [], next_cursor: null });
  const first = (await api.move(alice, bob, 30)).body.id;
  const second = (await api.move(carol, alice, 1)).status;
  const third = (await api.move(bob, alice, 12)).body.id;
  const fourth = (await api.move(alice, carol, 2)).body.id;
  assert.equal(second, 409);
  assert.deepEqual(await api.entries(alice), {
    items: [
      { transfer_id: fourth, counterparty: carol, amount: -2, balance_after: 80 },
      { transfer_id: third, counterparty: bob, amount: 12, balance_after: 82 },
      { transfer_id: first, counterparty: bob, amount: -30, balance_after: 70 },
    ],
    next_cursor: null,
  });
  assert.deepEqual((await api.entries(bob)).items, [
    { transfer_id: third, counterparty: alice, amount: -12, balance_after: 23 },
    { transfer_id: first, counterparty: alice, amount: 30, balance_after: 35 },
  ]);
});

test("R8: a page has 20 entries, or as many as asked for", async (t) => {
  const api = await startApi(t);
  const [alice, bob] = [await api.open(100), await api.open(0)];
  for (let amount = 1; amount <= 20; amount++) await api.move(alice, bob, 1);
  const full = await api.entries(bob);
  assert.deepEqual([full.items.length, full.next_cursor], [20, null]);
  await api.move(alice, bob, 1);

  const standard = await api.entries(bob);
  assert.equal(standard.items.length, 20);
  const rest = await api.entries(bob, `?cursor=${cursorOf(standard)}`);
  const all = await api.entries(bob, "?limit=100");
  assert.equal(all.next_cursor, null);
  assert.deepEqual([...standard.items, ...rest.items], all.items);
  assert.deepEqual((await api.entries(bob, "?limit=001&other=1&other=")).items, all.items.slice(0, 1));
});

test("R8: pages follow each other, of any size, also to a full last one", async (t) => {
  const api = await startApi(t);
  const [alice, bob, carol] = [await api.open(100), await api.open(0), await api.open(100)];
  for (let amount = 1; amount <= 6; amount++) {
    await api.move(alice, bob, amount);
    await api.move(carol, alice, 1);
  }
  let page = await api.entries(bob, "?limit=1");
  const pages = [page];
  for (const limit of [2, 3]) {
    await api.move(alice, bob, 10);
    page = await api.entries(bob, `?limit=${limit}&cursor=${cursorOf(page)}`);
    pages.push(page);
  }
  const amounts = pages.map(({ items }) => items.map(({ amount }) => amount));
  assert.deepEqual(amounts, [[6], [5, 4], [3, 2, 1]]);
  assert.equal(page.next_cursor, null);
});

test("R9: faulty fields of an account are named, all of them", async (t) => {
  const api = await startApi(t);
  for (const currency of ["eur", "EU", "EURO", "ÄÖÜ", "EUR\n", "", 978, null, true, ["EUR"]]) {
    assertFaulty(await api.post("/accounts", { currency, opening_balance: 1 }), "currency");
  }
  for (const balance of ["-1", "10.5", '"10"', "true", "null", "[1]", "{}", `${MAX + 1}`, "9007199254740993", "1e400"]) {
    const body = `{"currency": "EUR", "opening_balance": ${balance}}`;
    assertFaulty(await api.post("/accounts", body), "opening_balance");
  }
  assertFaulty(await api.post("/accounts", {}), "currency", "opening_balance");
  const odd = '{"currency": "EUR", "opening_balance": -1, "balance": 1, "__proto__": {}, "toString": null, "": 1}';
  assertFaulty(await api.post("/accounts", odd), "opening_balance", "balance", "__proto__", "toString", "");
});

test("R9: faulty fields of a transfer are named, all of them", async (t) => {
  const api = await startApi(t);
  const [alice, bob] = [await api.open(100), await api.open(0)];
  for (const amount of ["0", "-1", "10.5", '"10"', "true", "null", "[]", `${MAX + 1}`, "0.99999999999999999999"]) {
    const body = `{"from": "${alice}", "to": "${bob}", "amount": ${amount}}`;
    assertFaulty(await api.post("/transfers", body, { "Idempotency-Key": "k" }), "amount");
  }
  for (const id of ["", "x".repeat(65), "😀".repeat(65), 1, null, false, [alice]]) {
    assertFaulty(await api.move(id, bob, 1), "from");
    assertFaulty(await api.move(alice, id, 1), "to");
  }
  assertFaulty(await api.post("/transfers", { key: 1 }, { "Idempotency-Key": "k" }), "from", "to", "amount", "key");
  assert.equal(await api.balance(alice), 100);
});

test("R9: ids of 64 characters are no faulty fields", async (t) => {
  const api = await startApi(t);
  assertProblem(await api.move("x".repeat(64), "😀".repeat(64), 1), 422, "unknown_account");
  assertProblem(await api.move("a", "b", MAX), 422, "unknown_account");
});

test("R9: faulty query parameters are named, all of them", async (t) => {
  const api = await startApi(t);
  const [alice, bob] = [await api.open(100), await api.open(0)];
  await api.move(alice, bob, 1);
  await api.move(alice, bob, 1);
  const path = `/accounts/${alice}/entries`;
  for (const limit of ["0", "101", "-1", "%2B5", "+5", "1.0", "1e1", "%205", "٣", "x", "", "9".repeat(30), "%zz"]) {
    assertFaulty(await api.get(`${path}?limit=${limit}`), "limit");
  }
  assertFaulty(await api.get(`${path}?limit=5&limit=5`), "limit");

  const cursor = cursorOf(await api.entries(alice, "?limit=1"));
  for (const value of ["", "no-cursor", "0", "-1", "null", "%00", `${cursor}x`, `${cursor}&cursor=${cursor}`]) {
    assertFaulty(await api.get(`${path}?cursor=${value}`), "cursor");
  }
  assertFaulty(await api.get(`${path}?limit=0&cursor=`), "limit", "cursor");
  assert.equal((await api.entries(alice, `?cursor=${cursor}&limit=100`)).items.length, 1);
});

test("R9: a missing or faulty key is refused", async (t) => {
  const api = await startApi(t);
  const [alice, bob] = [await api.open(100), await api.open(0)];
  assertProblem(await api.post("/transfers", { from: alice, to: bob, amount: 1 }), 400, "invalid_idempotency_key");
  for (const key of ["", "two words", "a\tb", "k".repeat(65)]) {
    assertProblem(await api.move(alice, bob, 1, key), 400, "invalid_idempotency_key");
  }
  assert.equal(await api.balance(bob), 0);
  assert.equal((await api.move(alice, bob, 1, "k".repeat(64))).status, 201);
});

test("R9: a body must be a JSON object", async (t) => {
  const api = await startApi(t);
  const latin1 = Buffer.from('{"currency": "EUR", "opening_balance": 1, "é": 1}', "latin1");
  for (const body of ["", " ", "{", "[]", "null", "1", '"{}"', "{'a': 1}", '{"a": NaN}', '{"a": 01}', "{} {}", latin1]) {
    assertProblem(await api.post("/accounts", body), 400, "malformed_json");
    assertProblem(await api.post("/transfers", body, { "Idempotency-Key": "k" }), 400, "malformed_json");
  }
});

test("R9: a body that cannot be decompressed is malformed", async (t) => {
  const api = await startApi(t);
  const headers = { "Content-Encoding": "gzip", "Idempotency-Key": "k" };
  assertProblem(await api.post("/accounts", "{", headers), 400, "malformed_json");
  assertProblem(await api.post("/transfers", "{", headers), 400, "malformed_json");
});

test("R9: a body must have the type application/json", async (t) => {
  const api = await startApi(t);
  const body = { currency: "EUR", opening_balance: 1 };
  for (const type of ["text/plain", "application/jsonp", "application/problem+json", "text/json", "json"]) {
    assertProblem(await api.post("/accounts", body, { "Content-Type": type }), 415, "unsupported_media_type");
  }
  assertProblem(await api.postUntyped("/accounts", Buffer.from("{}")), 415, "unsupported_media_type");
  for (const type of ["Application/JSON", "application/json; charset=utf-8", "application/json ;x=1"]) {
    assert.equal((await api.post("/accounts", body, { "Content-Type": type })).status, 201);
  }
});

test("R9: unknown paths and ids are not found", async (t) => {
  const api = await startApi(t);
  const id = await api.open(1);
  const paths = ["/", "/nothing", "/Health", `/Accounts/${id}`, `/accounts/${id}/nothing`, `/transfers/${id}`];
  for (const odd of ["unknown", "1", "%00", "%zz", "%ff", "a%2Fb", "%F0%9F%98%80", "x".repeat(2000), `${id}%20`]) {
    paths.push(`/accounts/${odd}`, `/accounts/${odd}/entries`, `/transfers/${odd}`);
  }
  for (const path of paths) assertProblem(await api.get(path), 404, "not_found");
});

test("R9: the first fault in the stated order is answered", async (t) => {
  const api = await startApi(t);
  const plain = { "Content-Type": "text/plain" };
  assertProblem(await api.post("/transfers", "{", plain), 415, "unsupported_media_type");
  assertProblem(await api.post("/transfers", "{"), 400, "malformed_json");
  assertProblem(await api.post("/transfers", { amount: 0 }), 400, "invalid_idempotency_key");
  assertFaulty(await api.move("a", "a", 0), "amount");
  assertFaulty(await api.get("/accounts/unknown/entries?limit=0"), "limit");
  assertFaulty(await api.get("/accounts/%zz/entries?limit=0&cursor=%zz"), "limit", "cursor");
});

test("R9: a faulty request under a used key is refused as such", async (t) => {
  const api = await startApi(t);
  const [alice, bob] = [await api.open(100), await api.open(0)];
  await api.move(alice, bob, 1, "k");
  const answer = await api.post("/transfers", { from: alice, to: bob, amount: 1, note: "" }, { "Idempotency-Key": "k" });
  assertFaulty(answer, "note");
  assert.equal(answer.replayed, null);
});

test("R9: a failure of the database is answered as a problem, too", async (t) => {
  const databasePath = databaseFile(t);
  const api = await startApi(t, { databasePath });
  const other = new DatabaseSync(databasePath);
  t.after(() => other.close());
  other.exec("BEGIN EXCLUSIVE");
  assertProblem(await api.get("/accounts/unknown"), 500, "internal_error");
  other.exec("ROLLBACK");
  assertProblem(await api.get("/accounts/unknown"), 404, "not_found");
});
