import "reflect-metadata";
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";

import { Test } from "@nestjs/testing";

import { AppModule } from "./app.module.ts";

interface Reply {
  status: number;
  headers: Headers;
  json: any;
}

const SECRET = "staff-secret-of-the-tests";
const LAMP = { name: "Lamp", price: 1999, currency: "EUR", stock: 5 };

/** A path for a database, removed after the test. */
async function newPath(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "shop-"));
  t.after(() => rm(folder, { recursive: true }));
  return join(folder, "shop.db");
}

/** Starts an app and returns a client of it. */
async function start(t: TestContext, databasePath: string, staffToken = SECRET) {
  const imports = [AppModule.forRoot({ databasePath, staffToken })];
  const testing = await Test.createTestingModule({ imports }).compile();
  const app = testing.createNestApplication({ bodyParser: false, logger: false });
  await app.listen(0, "127.0.0.1");
  const base = await app.getUrl();
  let stopping: Promise<void> | undefined;
  const stop = () => (stopping ??= app.close());
  t.after(stop);

  const send = async (method: string, path: string, token?: string, value?: unknown): Promise<Reply> => {
    const headers = new Headers({ "Content-Type": "application/json" });
    if (token !== undefined) headers.set("Authorization", `Bearer ${token}`);
    const body = value === undefined ? null : JSON.stringify(value);
    const response = await fetch(base + path, { method, headers, body });
    return { status: response.status, headers: response.headers, json: await response.json() };
  };
  const act = (order: string, action: string, token: string) => send("POST", `${order}/transitions`, token, { action });
  const customer = async (): Promise<string> => (await send("POST", "/customers", undefined, { name: "Alice" })).json.token;
  const order = async (token: string, quantity = 2): Promise<string> =>
    (await send("POST", "/orders", token, { lines: [{ sku: "LAMP", quantity }] })).headers.get("Location") ?? "";
  const stock = async (): Promise<number> => (await send("GET", "/products/LAMP")).json.stock;
  return { send, act, customer, order, stock, stop };
}

/** Starts an app that sells lamps. */
async function startWithLamps(t: TestContext, path?: string) {
  const shop = await start(t, path ?? (await newPath(t)));
  assert.equal((await shop.send("PUT", "/products/LAMP", SECRET, LAMP)).status, 201);
  return shop;
}

test("R1: a configured staff token is the only one", async (t) => {
  const path = await newPath(t);
  const open = await start(t, path, "");
  const claimed = (await open.send("POST", "/staff/claim")).json.token;
  assert.equal((await open.send("GET", "/orders", claimed)).status, 200);

  const shop = await start(t, path);
  assert.equal((await shop.send("POST", "/staff/claim")).json.code, "already_claimed");
  for (const token of ["x", "undefined", `${SECRET}2`, SECRET.slice(1), claimed]) {
    const response = await shop.send("GET", "/orders", token);
    assert.equal(response.status, 401);
    assert.equal(response.headers.get("WWW-Authenticate"), "Bearer");
  }
  assert.deepEqual((await shop.send("GET", "/orders", SECRET)).json, { items: [] });
});

test("R1: nothing is claimed while a token is configured", async (t) => {
  const path = await newPath(t);
  const shop = await start(t, path);
  assert.equal((await shop.send("POST", "/staff/claim")).status, 409);
  assert.equal((await (await start(t, path, "")).send("POST", "/staff/claim")).status, 201);
});

test("R1: tokens are stored as digests", async (t) => {
  const path = await newPath(t);
  const shop = await start(t, path, "");
  const tokens = [(await shop.send("POST", "/staff/claim")).json.token, await shop.customer()];
  await shop.stop();
  const content = await readFile(path);
  assert.ok(content.includes("Alice"));
  for (const token of tokens) {
    assert.ok(token.length >= 32);
    assert.ok(!content.includes(token));
  }
});

test("R2: a search has no wildcards", async (t) => {
  const shop = await startWithLamps(t);
  await shop.send("PUT", "/products/SHADE", SECRET, { ...LAMP, name: "50% Shade" });
  const cases = { "%25": ["SHADE"], _: [], "'--": [], LA: ["LAMP"], a: ["LAMP", "SHADE"] };
  for (const [text, skus] of Object.entries(cases)) {
    const { items } = (await shop.send("GET", `/products?q=${text}`)).json;
    assert.deepEqual(items.map(({ sku }: { sku: string }) => sku), skus);
  }
});

test("R3: a price is fixed when the order is made", async (t) => {
  const shop = await startWithLamps(t);
  const customer = await shop.customer();
  const path = await shop.order(customer);
  await shop.send("PUT", "/products/LAMP", SECRET, { ...LAMP, price: 1 });
  const { lines, total } = (await shop.send("GET", path, customer)).json;
  assert.deepEqual(lines, [{ sku: "LAMP", quantity: 2, price: 1999, amount: 3998 }]);
  assert.equal(total, 3998);
});

test("R4: a price or total that a client sends is refused", async (t) => {
  const shop = await startWithLamps(t);
  const body = { lines: [{ sku: "LAMP", quantity: 1, price: 1 }], total: 1 };
  const response = await shop.send("POST", "/orders", await shop.customer(), body);
  assert.equal(response.status, 422);
  assert.deepEqual(Object.keys(response.json.errors).sort(), ["lines", "total"]);
});

test("R5: everything is there after a restart", async (t) => {
  const path = await newPath(t);
  const shop = await startWithLamps(t, path);
  const customer = await shop.customer();
  const order = await shop.order(customer);
  assert.equal((await shop.act(order, "place", customer)).status, 200);
  await shop.stop();

  const restarted = await start(t, path, "another-secret");
  assert.equal((await restarted.send("GET", order, customer)).json.status, "placed");
  const { items } = (await restarted.send("GET", `${order}/history`, customer)).json;
  assert.deepEqual(items.map(({ from, to }: { from: string; to: string }) => [from, to]), [[null, "draft"], ["draft", "placed"]]);
  assert.equal(await restarted.stock(), 3);
  assert.equal((await restarted.send("GET", "/orders", SECRET)).status, 401);
});

test("R6: an illegal transition tells the allowed ones", async (t) => {
  const shop = await startWithLamps(t);
  const response = await shop.act(await shop.order(await shop.customer()), "ship", SECRET);
  assert.equal(response.status, 409);
  assert.deepEqual(response.json.allowed, ["cancel"]);
});

test("R7, R8: stock is taken and given back", async (t) => {
  const shop = await startWithLamps(t);
  const customer = await shop.customer();
  const order = await shop.order(customer, 4);
  assert.equal((await shop.act(order, "place", customer)).status, 200);
  const lacking = await shop.act(await shop.order(customer), "place", customer);
  assert.equal(lacking.status, 409);
  assert.deepEqual(lacking.json.skus, ["LAMP"]);
  assert.equal(await shop.stock(), 1);
  assert.equal((await shop.act(order, "cancel", customer)).status, 200);
  assert.equal((await shop.act(order, "cancel", customer)).status, 409);
  assert.equal(await shop.stock(), 5);
});

test("R9: orders of others don't exist", async (t) => {
  const shop = await startWithLamps(t);
  const order = await shop.order(await shop.customer());
  const other = await shop.customer();
  assert.equal((await shop.send("GET", order, other)).json.code, "not_found");
  assert.equal((await shop.act(order, "cancel", other)).status, 404);
  assert.equal((await shop.act(order, "cancel", SECRET)).status, 200);
});
