import "reflect-metadata";
import assert from "node:assert/strict";
import { scryptSync } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test, type TestContext } from "node:test";

import type { NestExpressApplication } from "@nestjs/platform-express";
import { Test } from "@nestjs/testing";

import { AppModule, configure } from "./app.module.ts";

interface Reply {
  status: number;
  headers: Headers;
  json: any;
}

const SECRET = "not-a-secret-0002-only-for-native-tests";
const PASSWORD = "correct horse";
const HELLO = { title: "Hello", description: "About", body: "Text", tagList: ["b", "a"] };

/** A path for a database, removed after the test. */
async function newPath(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "conduit-"));
  t.after(() => rm(folder, { recursive: true }));
  return join(folder, "conduit.db");
}

function compile(databasePath: string, jwtSecret: string | undefined) {
  return Test.createTestingModule({ imports: [AppModule.forRoot({ databasePath, jwtSecret })] }).compile();
}

/** Starts an app and returns a client of it. */
async function start(t: TestContext, databasePath: string, jwtSecret: string | undefined = SECRET) {
  const testing = await compile(databasePath, jwtSecret);
  const options = { bodyParser: false, forceCloseConnections: true, logger: false } as const;
  const app = testing.createNestApplication<NestExpressApplication>(options);
  await configure(app).listen(0, "127.0.0.1");
  const base = await app.getUrl();
  let stopping: Promise<void> | undefined;
  const stop = () => (stopping ??= app.close());
  t.after(stop);

  const send = async (method: string, path: string, token?: string, value?: unknown): Promise<Reply> => {
    const headers = new Headers({ "Content-Type": "application/json" });
    if (token !== undefined) headers.set("Authorization", `Token ${token}`);
    const body = value === undefined ? null : JSON.stringify(value);
    const response = await fetch(base + path, { method, headers, body });
    return { status: response.status, headers: response.headers, json: await response.json() };
  };
  const register = async (username: string): Promise<string> => {
    const user = { username, email: `${username}@example.com`, password: PASSWORD };
    const { status, json } = await send("POST", "/api/users", undefined, { user });
    assert.equal(status, 201);
    return json.user.token;
  };
  return { send, register, stop };
}

test("R3: a short secret is refused", async (t) => {
  const path = await newPath(t);
  for (const secret of ["x", "x".repeat(31), "\u00e9".repeat(15)]) {
    await assert.rejects(compile(path, secret), { name: "RangeError", message: /32 bytes/ });
  }
  for (const secret of ["x".repeat(32), "\u00e9".repeat(16)]) {
    const { send } = await start(t, path, secret);
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
  const hashes = () => query.all().map((row) => String(row["password_hash"]));
  const stored = hashes();
  for (const text of stored) {
    const [salt, key] = text.split(":").map((part) => Buffer.from(part, "hex")) as [Buffer, Buffer];
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
  const read = async (app: typeof first) => [
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

test("R9: names of inherited properties are no filters, and repeated ones are faulty", async (t) => {
  const { send } = await start(t, await newPath(t));
  const plain = await send("GET", "/api/articles?__proto__=x&constructor=y&toString=z&limit=1");
  assert.deepEqual([plain.status, plain.json], [200, { articles: [], articlesCount: 0 }]);
  for (const name of ["tag", "author", "favorited", "limit", "offset"]) {
    const { status, json } = await send("GET", `/api/articles?${name}=1&${name}=2`);
    assert.deepEqual([status, Object.keys(json.errors)], [422, [name]]);
  }
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
