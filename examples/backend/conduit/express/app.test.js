import assert from "node:assert/strict";
import { scryptSync } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";

import { createApp } from "./app.js";

const SECRET = "not-a-secret-0002-only-for-native-tests";
const PASSWORD = "correct horse";
const HELLO = { title: "Hello", description: "About", body: "Text", tagList: ["b", "a"] };

/** A path for a database, removed after the test. */
async function newPath(t) {
  const folder = await mkdtemp(join(tmpdir(), "conduit-"));
  t.after(() => rm(folder, { recursive: true }));
  return join(folder, "conduit.db");
}

/** Starts an app and returns a client of it. */
async function start(t, databasePath, jwtSecret = SECRET) {
  const app = createApp({ databasePath, jwtSecret });
  const server = app.listen(0, "127.0.0.1");
  await once(server, "listening");
  let stopping;
  const stop = () => (stopping ??= shutDown(app, server));
  t.after(stop);

  const send = async (method, path, token, value) => {
    const headers = { "Content-Type": "application/json", ...(token && { Authorization: `Token ${token}` }) };
    const url = `http://127.0.0.1:${server.address().port}${path}`;
    const response = await fetch(url, { method, headers, body: value && JSON.stringify(value) });
    return { status: response.status, headers: response.headers, json: await response.json() };
  };
  const register = async (username) => {
    const user = { username, email: `${username}@example.com`, password: PASSWORD };
    const { status, json } = await send("POST", "/api/users", undefined, { user });
    assert.equal(status, 201);
    return json.user.token;
  };
  return { send, register, stop };
}

async function shutDown(app, server) {
  server.close();
  server.closeAllConnections();
  await once(server, "close");
  app.locals.close();
}

test("R3: a short secret is refused", async (t) => {
  const databasePath = await newPath(t);
  for (const jwtSecret of ["x", "x".repeat(31), "\u00e9".repeat(15)]) {
    assert.throws(() => createApp({ databasePath, jwtSecret }), { name: "RangeError", message: /32 bytes/ });
  }
  for (const jwtSecret of ["x".repeat(32), "\u00e9".repeat(16)]) {
    const { send } = await start(t, databasePath, jwtSecret);
    assert.deepEqual((await send("GET", "/health")).json, { status: "ok" });
  }
});

test("R3: without a secret each app has its own", async (t) => {
  const path = await newPath(t);
  const apps = [await start(t, path, ""), await start(t, path, "")];
  const token = await apps[0].register("alice");
  assert.equal((await apps[0].send("GET", "/api/user", token)).status, 200);
  const response = await apps[1].send("GET", "/api/user", token);
  assert.deepEqual([response.status, response.headers.get("WWW-Authenticate")], [401, "Token"]);
});

test("R2: passwords are stored as salted hashes", async (t) => {
  const path = await newPath(t);
  const app = await start(t, path);
  const token = await app.register("alice");
  await app.register("bob");
  const database = new DatabaseSync(path);
  t.after(() => database.close());
  const query = database.prepare("SELECT password_hash FROM users ORDER BY id");
  const hashes = () => query.all().map((row) => row.password_hash);
  const stored = hashes();
  for (const text of stored) {
    const [salt, key] = text.split(":").map((part) => Buffer.from(part, "hex"));
    assert.equal(salt.length, 16);
    assert.deepEqual(key, scryptSync(PASSWORD, salt, 64, { N: 16384, r: 8, p: 1 }));
  }
  assert.notEqual(stored[0], stored[1]);
  const { status } = await app.send("PUT", "/api/user", token, { user: { password: "battery staple" } });
  assert.equal(status, 200);
  const changed = hashes();
  assert.match(changed[0], /^[0-9a-f]{32}:[0-9a-f]{128}$/);
  assert.notEqual(changed[0], stored[0]);
  assert.equal(changed[1], stored[1]);
});

test("R8: everything is there after a restart", async (t) => {
  const path = await newPath(t);
  const first = await start(t, path);
  const [alice, bob] = [await first.register("alice"), await first.register("bob")];
  assert.equal((await first.send("POST", "/api/articles", alice, { article: HELLO })).status, 201);
  await first.send("POST", "/api/articles/hello/comments", bob, { comment: { body: "Nice" } });
  await first.send("POST", "/api/articles/hello/favorite", bob);
  await first.send("POST", "/api/profiles/alice/follow", bob);
  const read = async (app) => [
    (await app.send("GET", "/api/articles/hello", bob)).json,
    (await app.send("GET", "/api/articles/hello/comments", bob)).json,
  ];
  const before = await read(first);
  await first.stop();

  const second = await start(t, path);
  const [{ article }, { comments }] = await read(second);
  assert.deepEqual([{ article }, { comments }], before);
  assert.deepEqual([article.tagList, article.favoritesCount, article.author.following], [["b", "a"], 1, true]);
  const user = { email: "bob@example.com", password: PASSWORD };
  assert.equal((await second.send("POST", "/api/users/login", undefined, { user })).status, 200);
});

test("R4: a refused change leaves nothing behind", async (t) => {
  const { send, register } = await start(t, await newPath(t));
  const [alice, bob] = [await register("alice"), await register("bob")];
  await send("POST", "/api/articles", alice, { article: HELLO });
  const changes = { article: { title: "Bye", tagList: [] } };
  assert.equal((await send("PUT", "/api/articles/hello", bob, changes)).status, 403);
  assert.deepEqual((await send("GET", "/api/articles/hello")).json.article.tagList, ["b", "a"]);
  assert.equal((await send("PUT", "/api/articles/hello", alice, changes)).json.article.slug, "bye");
});

test("R12: a path in another letter case is unknown", async (t) => {
  const { send } = await start(t, await newPath(t));
  for (const path of ["/api/Tags", "/API/tags", "/api/USER", "/api/articles/x/Comments"]) {
    const { status, json } = await send("GET", path);
    assert.deepEqual([status, json], [404, { errors: { path: ["not found"] } }]);
  }
});

test("R9: names of inherited properties are no filters", async (t) => {
  const { send } = await start(t, await newPath(t));
  const { status, json } = await send("GET", "/api/articles?__proto__=x&constructor=y&toString=z&limit=1");
  assert.deepEqual([status, json], [200, { articles: [], articlesCount: 0 }]);
});

test("R12: a failure of the server leaves nothing behind", async (t) => {
  const path = await newPath(t);
  const { send, register } = await start(t, path);
  const token = await register("alice");
  const database = new DatabaseSync(path);
  database.exec("CREATE TRIGGER failing BEFORE INSERT ON tags BEGIN SELECT RAISE(ABORT, 'no'); END");
  database.close();
  const failed = await send("POST", "/api/articles", token, { article: HELLO });
  assert.deepEqual([failed.status, failed.json], [500, { errors: { server: ["failed"] } }]);
  assert.equal(failed.headers.get("X-Powered-By"), null);
  assert.deepEqual((await send("GET", "/api/articles")).json, { articles: [], articlesCount: 0 });
});
