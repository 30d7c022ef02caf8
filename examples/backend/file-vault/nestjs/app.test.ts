import "reflect-metadata";
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ReadableStream } from "node:stream/web";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";

import { Logger } from "@nestjs/common";
import { Test } from "@nestjs/testing";

import { AppModule } from "./app.module.ts";

const KEY = "not-a-secret-of-alice";
const OTHER_KEY = "not-a-secret-of-bob";
const ENVIRONMENT = {
  APP_KEYS: `alice:${KEY},bob-2:${OTHER_KEY}`,
  APP_MAX_FILE_BYTES: "20",
  APP_QUOTA_BYTES: "50",
};
const LIMITS = ["APP_MAX_FILE_BYTES", "APP_QUOTA_BYTES"];
const DIGEST = "sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:";

/** A folder of this test with the path of its database. */
function newPaths(t: TestContext) {
  const directory = mkdtempSync(join(tmpdir(), "test-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const path = join(directory, "data.sqlite3");
  return { directory, path, folder: `${path}.files` };
}

interface Reply {
  status: number;
  headers: Headers;
  text: string;
  body: any;
}

interface SendOptions {
  body?: BodyInit | ReadableStream;
  name?: string;
  key?: string;
  headers?: Record<string, string>;
}

/** A client of a new app that is closed at the end of the test. */
async function startApi(t: TestContext, environment: Record<string, string | undefined> = {}): Promise<Api> {
  const imports = [AppModule.forRoot({ ...ENVIRONMENT, ...environment })];
  const module = await Test.createTestingModule({ imports }).compile();
  const app = module.createNestApplication({ bodyParser: false, forceCloseConnections: true, logger: false });
  await app.listen(0, "127.0.0.1");
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= app.close());
  t.after(close);
  return new Api(await app.getUrl(), close);
}

class Api {
  readonly close: () => Promise<void>;
  readonly #base: string;

  constructor(base: string, close: () => Promise<void>) {
    this.#base = base;
    this.close = close;
  }

  async send(method: string, path: string, { body, key = KEY, headers = {} }: SendOptions = {}): Promise<Reply> {
    const response = await fetch(this.#base + path, {
      method,
      body,
      duplex: "half",
      headers: { Authorization: `Bearer ${key}`, ...headers },
    } as RequestInit);
    const text = await response.text();
    const isJson = response.headers.get("Content-Type")?.includes("json");
    return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined };
  }

  get port(): number {
    return Number(new URL(this.#base).port);
  }

  get(path: string, options?: SendOptions): Promise<Reply> {
    return this.send("GET", path, options);
  }

  post(body: SendOptions["body"], options: SendOptions = {}): Promise<Reply> {
    return this.send("POST", `/files?name=${encodeURIComponent(options.name ?? "x.txt")}`, { body, ...options });
  }

  async store(body: SendOptions["body"], options?: SendOptions): Promise<any> {
    const response = await this.post(body, options);
    assert.equal(response.status, 201, response.text);
    return response.body;
  }

  async list(options?: SendOptions): Promise<any> {
    return (await this.get("/files", options)).body.items;
  }
}

function assertProblem({ status, headers, body }: Reply, expectedStatus: number, code: string): void {
  assert.match(headers.get("Content-Type") ?? "", /^application\/problem\+json(;|$)/);
  assert.deepEqual([status, body.type, body.status], [expectedStatus, `/problems/${code}`, expectedStatus]);
  assert.deepEqual(Object.keys(body).sort(), ["status", "title", "type"]);
}

test("R1: files are still there after a restart", async (t) => {
  const { path, folder } = newPaths(t);
  const first = await startApi(t, { DATABASE_PATH: path });
  const file = await first.store("Hello");
  await first.close();
  const second = await startApi(t, { DATABASE_PATH: path });
  assert.deepEqual(await second.list(), [file]);
  const { status, text, headers } = await second.get(`/files/${file.id}`);
  assert.deepEqual([status, text, headers.get("ETag")], [200, "Hello", `"${file.sha256}"`]);
  assert.equal(readFileSync(join(folder, file.id), "utf8"), "Hello");
});

test("R1: without a path the data is in a temporary folder", async (t) => {
  const { directory } = newPaths(t);
  const before = process.env.TMPDIR;
  process.env.TMPDIR = directory;
  t.after(() => (before === undefined ? delete process.env.TMPDIR : (process.env.TMPDIR = before)));
  const apis = [await startApi(t), await startApi(t, { DATABASE_PATH: "" })];
  const file = await apis[0].store("Hello");
  assert.deepEqual(await apis[0].list(), [file]);
  assert.deepEqual(await apis[1].list(), []);
  assert.equal(readdirSync(directory).length, 2);
  for (const api of apis) await api.close();
  assert.deepEqual(readdirSync(directory), []);
});

test("R1: a path that cannot be decoded is unknown", async (t) => {
  const api = await startApi(t);
  assertProblem(await api.get("/files/%"), 404, "not_found");
  assertProblem(await api.get("/nothing"), 404, "not_found");
});

test("R1: an error of the server is not explained", async (t) => {
  const { path, folder } = newPaths(t);
  const api = await startApi(t, { DATABASE_PATH: path });
  const log = t.mock.method(Logger.prototype, "error", () => {});
  rmSync(folder, { recursive: true });
  const response = await api.post("Hello");
  assertProblem(response, 500, "internal_error");
  assert.ok(!response.text.includes("ENOENT"));
  assert.equal(log.mock.callCount(), 1);
});

test("R1: nothing is known of a file that cannot be moved into place", async (t) => {
  const { path, folder } = newPaths(t);
  const api = await startApi(t, { DATABASE_PATH: path });
  t.mock.method(Logger.prototype, "error", () => {});
  const body = ReadableStream.from(
    (async function* () {
      yield Buffer.from("Hel");
      await until(() => readdirSync(folder).length === 1);
      rmSync(folder, { recursive: true });
      yield Buffer.from("lo");
    })(),
  );
  assertProblem(await api.post(body), 500, "internal_error");
  assert.deepEqual(await api.list(), []);
});

test("R1: content that is missing is an error of the server", async (t) => {
  const { path, folder } = newPaths(t);
  const api = await startApi(t, { DATABASE_PATH: path });
  t.mock.method(Logger.prototype, "error", () => {});
  const { id, sha256 } = await api.store("Hello");
  rmSync(join(folder, id));
  const response = await api.get(`/files/${id}`, { headers: { Range: "bytes=0-1" } });
  assertProblem(response, 500, "internal_error");
  assert.notEqual(response.headers.get("ETag"), `"${sha256}"`);
  assert.equal(response.headers.get("Content-Range"), null);
});

test("R3: nothing stays when the database fails in the end", async (t) => {
  const { path, folder } = newPaths(t);
  const api = await startApi(t, { DATABASE_PATH: path });
  t.mock.method(Logger.prototype, "error", () => {});
  const reader = new DatabaseSync(path);
  // While somebody reads, nothing can be committed.
  reader.exec("BEGIN");
  reader.prepare("SELECT count(*) FROM sqlite_master").get();
  assertProblem(await api.post("Hello"), 500, "internal_error");
  assert.deepEqual(readdirSync(folder), []);
  reader.close();
  assert.deepEqual(await api.list(), []);
  const { id } = await api.store("Hello");
  assert.deepEqual(readdirSync(folder), [id]);
});

test("R2 R8: default limits", async (t) => {
  const api = await startApi(t, { APP_MAX_FILE_BYTES: "", APP_QUOTA_BYTES: undefined });
  assertProblem(await api.post("x".repeat(1_048_577)), 413, "too_large");
  for (let count = 0; count < 10; count++) await api.store("x".repeat(1_048_576));
  assertProblem(await api.post("x"), 409, "quota_exceeded");
});

test("R2: limits of one and of many bytes", async (t) => {
  const api = await startApi(t, { APP_MAX_FILE_BYTES: "1", APP_QUOTA_BYTES: "9".repeat(12) });
  assertProblem(await api.post("xy"), 413, "too_large");
  await api.store("x");
});

test("R2: the answer comes before the end of a body that is too large", { timeout: 10_000 }, async (t) => {
  const api = await startApi(t);
  for (const [length, connection] of [
    [100, "close"],
    [21, "keep-alive"],
  ]) {
    const lines = ["POST /files?name=x HTTP/1.1", "Host: x", `Authorization: Bearer ${KEY}`, `Content-Length: ${length}`];
    const socket = connect(api.port, "127.0.0.1");
    t.after(() => socket.destroy());
    socket.write(`${lines.join("\r\n")}\r\n\r\n${"x".repeat(21)}`);
    let received = "";
    for await (const chunk of socket) {
      received += chunk;
      if (received.includes("/problems/too_large")) break;
    }
    assert.match(received, /^HTTP\/1\.1 413 /);
    assert.match(received, new RegExp(`^connection: ${connection}\r$`, "im"));
  }
});

test("R2: a limit of wrong form", (t) => {
  const { path, folder } = newPaths(t);
  for (const name of LIMITS) {
    for (const value of ["0", "01", "-1", "1.5", "x", " 1", "1\n", "1".repeat(13)]) {
      const environment = { ...ENVIRONMENT, DATABASE_PATH: path, [name]: value };
      assert.throws(() => AppModule.forRoot(environment), { name: "RangeError", message: new RegExp(name) });
    }
  }
  assert.ok(!existsSync(folder));
});

test("R3: only unfinished uploads are removed at the start", async (t) => {
  const { path, folder } = newPaths(t);
  const first = await startApi(t, { DATABASE_PATH: path });
  const file = await first.store("Hello");
  await first.close();
  writeFileSync(join(folder, "0123.part"), "half");
  writeFileSync(join(folder, "part"), "of somebody else");
  const second = await startApi(t, { DATABASE_PATH: path });
  assert.deepEqual(readdirSync(folder).sort(), [file.id, "part"].sort());
  assert.equal((await second.get(`/files/${file.id}`)).text, "Hello");
});

test("R3: an upload lies in the folder as a part while it arrives", async (t) => {
  const { path, folder } = newPaths(t);
  const api = await startApi(t, { DATABASE_PATH: path });
  let names: string[] = [];
  const body = ReadableStream.from(
    (async function* () {
      yield Buffer.from("Hel");
      await until(() => readdirSync(folder).length === 1);
      names = readdirSync(folder);
      yield Buffer.from("lo");
    })(),
  );
  const file = await api.store(body);
  assert.match(names[0] ?? "", /\.part$/);
  assert.ok(!names[0]?.includes(file.id));
  assert.deepEqual(readdirSync(folder), [file.id]);
});

test("R4: names", async (t) => {
  const api = await startApi(t);
  for (const name of ["../x", "..", "", "x\n", "x".repeat(101)]) {
    assertProblem(await api.post("x", { name }), 422, "invalid_name");
  }
  assertProblem(await api.send("POST", "/files?name=a&name=b", { body: "x" }), 422, "invalid_name");
  const { id } = await api.store("x", { name: "it's" });
  const { headers } = await api.get(`/files/${id}`);
  assert.equal(headers.get("Content-Disposition"), `attachment; filename="it_s"; filename*=UTF-8''it%27s`);
});

test("R5: types", async (t) => {
  const api = await startApi(t);
  assertProblem(await api.post(Buffer.from([0xff, 0xff])), 415, "unsupported_type");
  const { id, type } = await api.store("<html>", { headers: { "Content-Type": "image/png" } });
  assert.equal(type, "text/plain; charset=utf-8");
  assert.equal((await api.get(`/files/${id}`)).headers.get("X-Content-Type-Options"), "nosniff");
});

test("R6: digests", async (t) => {
  const { path, folder } = newPaths(t);
  const api = await startApi(t, { DATABASE_PATH: path });
  const headers = { "Content-Digest": DIGEST };
  assertProblem(await api.post("hallo", { headers }), 400, "digest_mismatch");
  assert.deepEqual(readdirSync(folder), []);
  await api.store("hello", { headers });
});

test("R7: keys of wrong form", () => {
  for (const keys of [
    "alice",
    "alice:",
    "alice:short-by-one-ch",
    `:${KEY}`,
    `Alice:${KEY}`,
    `alice:${KEY},`,
    `alice:${KEY}, bob:${OTHER_KEY}`,
    `alice:${KEY}\n`,
    `alice:${KEY}:x`,
    `alice:${KEY}!`,
  ]) {
    assert.throws(() => AppModule.forRoot({ ...ENVIRONMENT, APP_KEYS: keys }), (error: unknown) => {
      assert.ok(error instanceof RangeError);
      assert.match(error.message, /APP_KEYS/);
      assert.ok(!error.message.includes(KEY));
      return true;
    });
  }
});

test("R7: owners and their keys", async (t) => {
  const shortKey = "k".repeat(16);
  const api = await startApi(t, { APP_KEYS: `a:${shortKey},bob-2:${OTHER_KEY}` });
  const file = await api.store("Hello", { key: shortKey });
  assertProblem(await api.get(`/files/${file.id}`, { key: OTHER_KEY }), 404, "not_found");
  assertProblem(await api.send("DELETE", `/files/${file.id}`, { key: OTHER_KEY }), 404, "not_found");
  assert.deepEqual(await api.list({ key: OTHER_KEY }), []);
  assert.deepEqual(await api.list({ key: shortKey }), [file]);
  assertProblem(await api.get("/files", { key: KEY }), 401, "unauthorized");
});

test("R7: without keys nobody is an owner", async (t) => {
  for (const APP_KEYS of ["", undefined]) {
    const api = await startApi(t, { APP_KEYS });
    for (const Authorization of ["Bearer", "", `Bearer ${KEY}`]) {
      const response = await api.get("/files", { headers: { Authorization } });
      assertProblem(response, 401, "unauthorized");
      assert.equal(response.headers.get("WWW-Authenticate"), "Bearer");
    }
  }
});

test("R8: quota", async (t) => {
  const api = await startApi(t);
  for (const size of [20, 20, 10]) await api.store("x".repeat(size));
  assertProblem(await api.post("x"), 409, "quota_exceeded");
  await api.store("", { key: KEY });
  assertProblem(await api.post("x"), 409, "quota_exceeded");
});

test("R9: ranges", async (t) => {
  const api = await startApi(t);
  const { id } = await api.store("0123456789");
  const { status, text, headers } = await api.get(`/files/${id}`, { headers: { Range: "bytes=-4" } });
  assert.deepEqual([status, text, headers.get("Content-Range")], [206, "6789", "bytes 6-9/10"]);
  const beyond = await api.get(`/files/${id}`, { headers: { Range: "bytes=10-" } });
  assertProblem(beyond, 416, "range_not_satisfiable");
  assert.equal(beyond.headers.get("Content-Range"), "bytes */10");
});

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!condition()) {
    assert.ok(Date.now() < deadline, "still not so");
    await setTimeout(5);
  }
}
