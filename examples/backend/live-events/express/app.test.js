import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Writable } from "node:stream";
import { test } from "node:test";

import { createApp } from "./app.js";
import { Listener } from "./listener.js";
import { readSettings } from "./settings.js";

const KEY = "not-a-secret-0002-publisher";
const MILLISECONDS = 8000;

/** A client of a new app with a channel "a"; the end of the test closes it. */
async function start(t, settings) {
  const app = createApp({ publishKey: KEY, heartbeatMs: 10, ...settings });
  const server = app.listen(0, "127.0.0.1");
  await once(server, "listening");
  const api = new Api(`http://127.0.0.1:${server.address().port}`);
  api.close = app.locals.close;
  api.stop = async () => {
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, "close");
    app.locals.close();
  };
  t.after(api.stop);
  await api.send("PUT", "/channels/a");
  return api;
}

class Api {
  constructor(base) {
    this.base = base;
  }

  async send(method, path, { headers = { Authorization: `Bearer ${KEY}` }, body } = {}) {
    const type = { "Content-Type": "application/json" };
    const response = await fetch(this.base + path, { method, headers: { ...type, ...headers }, body });
    const text = await response.text();
    return { status: response.status, headers: response.headers, json: text && JSON.parse(text) };
  }

  async publish(data = "x", fields = {}) {
    const body = JSON.stringify({ data, ...fields });
    const { status, json } = await this.send("POST", "/channels/a/messages", { body });
    assert.equal(status, 201);
    return { id: String(json.id), event: json.event, data };
  }

  async listeners() {
    return (await this.send("GET", "/channels/a")).json.listeners;
  }

  async waitForListeners(count) {
    const deadline = Date.now() + MILLISECONDS;
    while ((await this.listeners()) !== count) assert.ok(Date.now() < deadline, `never ${count} listeners`);
  }

  async listen(lastId) {
    const headers = lastId === undefined ? {} : { "Last-Event-ID": String(lastId) };
    const signal = AbortSignal.timeout(MILLISECONDS);
    const response = await fetch(`${this.base}/channels/a/stream`, { headers, signal });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("content-type").split(";")[0], "text/event-stream");
    return new Stream(response.body.getReader());
  }
}

class Stream {
  #reader;
  #texts;

  constructor(reader) {
    this.#reader = reader;
    this.#texts = textsOf(reader);
  }

  /** Breaks the connection; an abort would be lost if fetch's request was collected as garbage before. */
  leave() {
    this.#reader.cancel();
  }

  /** What comes up to the next empty line; undefined at the end. */
  async text() {
    return (await this.#texts.next()).value;
  }

  /** The next event; undefined at the end. */
  async next() {
    let text;
    do {
      text = await this.text();
      if (text === undefined) return undefined;
    } while (!/^data:/m.test(text));
    const fields = { id: undefined, event: "message" };
    for (const [, name, value] of text.matchAll(/^(\w+): ?(.*)$/gmu)) {
      fields[name] = name === "data" && "data" in fields ? `${fields.data}\n${value}` : value;
    }
    return fields;
  }

  async take(count) {
    const events = [];
    while (events.length < count) events.push(await this.next());
    return events;
  }
}

async function* textsOf(reader) {
  const decoder = new TextDecoder();
  let rest = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const texts = (rest + decoder.decode(part.value, { stream: true })).split("\n\n");
    rest = texts.pop();
    yield* texts;
  }
}

const reset = (id) => ({ id: String(id), event: "reset", data: "" });

const pause = () => new Promise((resolve) => setTimeout(resolve, 20));

async function until(condition) {
  const deadline = Date.now() + MILLISECONDS;
  while (!condition()) {
    assert.ok(Date.now() < deadline, "it never comes");
    await new Promise(setImmediate);
  }
}

/** A response that takes one text at a time, when it is told to. */
function slowResponse(t, highWaterMark = 1) {
  const written = [];
  let goOn;
  const response = new Writable({
    highWaterMark,
    decodeStrings: false,
    write(text, encoding, callback) {
      written.push(text);
      goOn = callback;
    },
  });
  t.after(() => response.destroy());
  const read = async () => {
    goOn();
    await new Promise(setImmediate);
  };
  return { response, written, read };
}

test("R1: channels and ids outlive a restart", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "events-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const databasePath = join(folder, "events.db");
  const before = await start(t, { databasePath });
  const posted = [await before.publish("a"), await before.publish("b", { event: "e" })];
  await before.stop();
  assert.throws(before.close, /not open/);
  const api = await start(t, { databasePath });
  assert.deepEqual((await api.send("PUT", "/channels/a")).json, { name: "a", last_id: 2, listeners: 0 });
  const stream = await api.listen(0);
  assert.deepEqual(await stream.take(2), posted);
  assert.deepEqual(await api.publish(), { id: "3", event: "message", data: "x" });
  assert.equal((await stream.next()).id, "3");
  stream.leave();
});

test("R2 R9: a stream tells when to come again, comments in silence and splits lines", async (t) => {
  const api = await start(t, { retryMs: 7 });
  const stream = await api.listen();
  assert.equal(await stream.text(), "retry: 7");
  assert.match(await stream.text(), /^:/);
  await api.publish("a\r\rid: 9\u0085\r\n\nb");
  assert.deepEqual(await stream.next(), { id: "1", event: "message", data: "a\n\nid: 9\u0085\n\nb" });
  assert.match(await stream.text(), /^:/);
  stream.leave();
});

test("R3: streams that begin while messages are posted", async (t) => {
  const api = await start(t);
  const work = Array.from({ length: 30 }, (_, i) => (i % 3 ? api.listen(0) : api.publish()));
  const streams = (await Promise.all(work)).filter((result) => result instanceof Stream);
  for (const stream of streams) {
    const ids = (await stream.take(10)).map(({ id }) => id);
    assert.deepEqual(ids, ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]);
    stream.leave();
  }
  assert.equal(streams.length, 20);
});

test("R4: a client that was away too long is reset", async (t) => {
  const api = await start(t, { history: 2 });
  const posted = [await api.publish("1"), await api.publish("2"), await api.publish("3")];
  const cases = [
    [0, [reset(1), ...posted.slice(1)]],
    [1, posted.slice(1)],
    [2, posted.slice(2)],
    [4, [reset(1), ...posted.slice(1)]],
  ];
  for (const [lastId, expected] of cases) {
    const stream = await api.listen(lastId);
    assert.deepEqual(await stream.take(expected.length), expected);
    stream.leave();
  }
});

test("R5: places are free again", async (t) => {
  const api = await start(t, { maxListeners: 2 });
  const streams = [await api.listen(), await api.listen()];
  const refused = await api.send("GET", "/channels/a/stream");
  assert.deepEqual([refused.status, refused.json.type], [503, "/problems/too_many_listeners"]);
  assert.match(refused.headers.get("retry-after"), /^[1-9][0-9]?$/);
  assert.equal(await api.listeners(), 2);
  streams[0].leave();
  await api.waitForListeners(1);
  const stream = await api.listen();
  const posted = await api.publish();
  assert.deepEqual([await streams[1].next(), await stream.next()], [posted, posted]);
  stream.leave();
  streams[1].leave();
  await api.waitForListeners(0);
});

test("R6: as many events wait as there is room for", async (t) => {
  for (const queue of [1, 3]) {
    const { response, written, read } = slowResponse(t);
    const listener = new Listener(response, { queue, heartbeatMs: 60_000 });
    const texts = Array.from({ length: queue + 1 }, (_, i) => `event ${i}`);
    for (const text of texts) listener.send(text);
    assert.deepEqual(written, ["event 0"]);
    for (const _ of texts) await read();
    assert.deepEqual(written, texts);
    for (const text of texts) listener.send(text);
    assert.equal(response.destroyed, false);
    listener.send("too many");
    assert.equal(response.destroyed, true);
    assert.deepEqual(written, [...texts, "event 0"]);
  }
});

test("R7: a last event comes after those that wait", async (t) => {
  const { response, written, read } = slowResponse(t);
  const listener = new Listener(response, { queue: 1, heartbeatMs: 60_000 });
  listener.send("a");
  listener.send("b");
  listener.close("last");
  await read();
  assert.deepEqual(written, ["a", "b"]);
  assert.equal(response.writableEnded, false);
  await read();
  await read();
  assert.deepEqual(written, ["a", "b", "last"]);
  assert.equal(response.writableFinished, true);
});

test("R2 R6: there are no comments for a client that does not read", async (t) => {
  const { response, written, read } = slowResponse(t);
  new Listener(response, { queue: 1, heartbeatMs: 2 });
  for (const count of [1, 2, 3]) {
    await until(() => written.length === count);
    assert.match(written.at(-1), /^:.*\n\n$/);
    await pause();
    assert.equal(written.length, count);
    await read();
  }
});

test("R2 R7: there are no comments after the last event", async (t) => {
  const { response, written, read } = slowResponse(t, 1000);
  const listener = new Listener(response, { queue: 1, heartbeatMs: 2 });
  listener.send("event");
  listener.close("last");
  await pause();
  await read();
  await read();
  assert.deepEqual(written, ["event", "last"]);
  assert.equal(response.writableFinished, true);
});

test("R5: a listener whose client has gone has no timer", async (t) => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const before = timers();
  const { response } = slowResponse(t);
  new Listener(response, { queue: 1, heartbeatMs: 60_000 });
  assert.equal(timers(), before + 1);
  response.destroy();
  await new Promise(setImmediate);
  assert.equal(timers(), before);
});

test("R8: without a key nobody publishes", async (t) => {
  const api = await start(t, { publishKey: "" });
  for (const Authorization of ["", "Bearer", `Bearer ${KEY}`]) {
    const { status, json } = await api.send("PUT", "/channels/a", { headers: { Authorization } });
    assert.deepEqual([status, json.type], [401, "/problems/unauthorized"]);
  }
  assert.equal((await api.send("GET", "/channels/a")).status, 404);
});

test("R1: a failure of the server is a problem too, and changes nothing", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "events-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const databasePath = join(folder, "events.db");
  const api = await start(t, { databasePath });
  const logged = t.mock.method(console, "error", () => {});
  const database = new DatabaseSync(databasePath);
  database.exec("ALTER TABLE messages RENAME TO lost");
  const post = (headers) => {
    const init = { headers: { Authorization: `Bearer ${KEY}`, ...headers }, body: '{"data": "x"}' };
    return api.send("POST", "/channels/a/messages", init);
  };
  const { status, json } = await post();
  assert.deepEqual([status, json.type], [500, "/problems/internal_error"]);
  assert.equal(logged.mock.callCount(), 1);
  assert.equal((await post({ "Content-Encoding": "gzip" })).json.type, "/problems/bad_request");
  assert.equal((await api.send("GET", "/channels/%")).json.type, "/problems/bad_request");
  database.exec("ALTER TABLE lost RENAME TO messages");
  database.close();
  assert.equal((await api.publish()).id, "1");
  assert.equal(logged.mock.callCount(), 1);
});

test("settings of the environment", () => {
  const numbers = { heartbeatMs: 15_000, retryMs: 2_000, history: 100, maxListeners: 100, queue: 100 };
  const defaults = { databasePath: ":memory:", publishKey: "", ...numbers };
  assert.deepEqual(readSettings({}), defaults);
  assert.deepEqual(readSettings({ DATABASE_PATH: "", APP_PUBLISH_KEY: "", APP_QUEUE: "" }), defaults);
  assert.deepEqual(readSettings({ DATABASE_PATH: "a.db", APP_PUBLISH_KEY: KEY, APP_QUEUE: "7" }), {
    ...defaults,
    databasePath: "a.db",
    publishKey: KEY,
    queue: 7,
  });
});

test("settings outside of their range", () => {
  const ranges = [
    ["APP_HEARTBEAT_MS", "heartbeatMs", 10, 60_000],
    ["APP_RETRY_MS", "retryMs", 1, 600_000],
    ["APP_HISTORY", "history", 1, 10_000],
    ["APP_MAX_LISTENERS", "maxListeners", 1, 1_000],
    ["APP_QUEUE", "queue", 1, 1_000],
  ];
  for (const [variable, name, least, most] of ranges) {
    for (const value of [least, most]) assert.equal(readSettings({ [variable]: String(value) })[name], value);
    for (const value of [least - 1, most + 1, "x", "-1", "1.5", "1_0", "10.0", "0x10", "+20"]) {
      assert.throws(() => readSettings({ [variable]: String(value) }), RangeError);
    }
  }
});
