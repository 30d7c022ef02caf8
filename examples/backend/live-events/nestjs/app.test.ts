import "reflect-metadata";
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test, type TestContext } from "node:test";

import { Logger } from "@nestjs/common";
import { Test } from "@nestjs/testing";

import { AppModule } from "./app.module.ts";
import { EventStream } from "./event-stream.ts";
import { readSettings, Settings } from "./settings.ts";

const KEY = "not-a-secret-0002-publisher";
const MILLISECONDS = 8000;
const HEADERS = { Authorization: `Bearer ${KEY}`, "Content-Type": "application/json" };

interface Event {
  id?: string;
  event: string;
  data: string;
}

/** A client of a new app with a channel "a"; the end of the test closes it. */
async function start(t: TestContext, settings: Partial<Settings> = {}) {
  const imports = [AppModule.forRoot({ publishKey: KEY, heartbeatMs: 10, ...settings })];
  const testing = await Test.createTestingModule({ imports }).compile();
  const app = testing.createNestApplication({ bodyParser: false, logger: false, forceCloseConnections: true });
  await app.listen(0, "127.0.0.1");
  const base = await app.getUrl();
  let stopping: Promise<void> | undefined;
  const stop = () => (stopping ??= app.close());
  t.after(stop);

  const send = async (method: string, path: string, headers: Record<string, string> = {}, body?: string) => {
    const response = await fetch(base + path, { method, headers: { ...HEADERS, ...headers }, body: body ?? null });
    const text = await response.text();
    return { status: response.status, headers: response.headers, json: text ? JSON.parse(text) : undefined };
  };
  const publish = async (data = "x", fields = {}): Promise<Event> => {
    const { status, json } = await send("POST", "/channels/a/messages", {}, JSON.stringify({ data, ...fields }));
    assert.equal(status, 201);
    return { id: String(json.id), event: json.event, data };
  };
  const listeners = async (): Promise<number> => (await send("GET", "/channels/a")).json.listeners;
  const waitForListeners = async (count: number) => {
    const deadline = Date.now() + MILLISECONDS;
    while ((await listeners()) !== count) assert.ok(Date.now() < deadline, `never ${count} listeners`);
  };
  const listen = async (lastId?: number) => {
    const headers: Record<string, string> = lastId === undefined ? {} : { "Last-Event-ID": String(lastId) };
    const signal = AbortSignal.timeout(MILLISECONDS);
    const response = await fetch(`${base}/channels/a/stream`, { headers, signal });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("content-type")?.split(";")[0], "text/event-stream");
    assert.ok(response.body);
    return new Client(response.body.getReader());
  };
  await send("PUT", "/channels/a");
  return { base, stop, send, publish, listeners, waitForListeners, listen };
}

/** Who reads a stream. */
type Reader = ReadableStreamDefaultReader<Uint8Array>;

class Client {
  private readonly reader: Reader;
  private readonly texts: AsyncIterator<string>;

  constructor(reader: Reader) {
    this.reader = reader;
    this.texts = textsOf(reader);
  }

  /** Breaks the connection; an abort would be lost if fetch's request was collected as garbage before. */
  leave(): void {
    void this.reader.cancel();
  }

  /** What comes up to the next empty line; undefined at the end. */
  async text(): Promise<string | undefined> {
    return (await this.texts.next()).value;
  }

  /** The next event; undefined at the end. */
  async next(): Promise<Event | undefined> {
    let text: string | undefined;
    do {
      text = await this.text();
      if (text === undefined) return undefined;
    } while (!/^data:/m.test(text));
    return eventOf(text);
  }

  async take(count: number): Promise<(Event | undefined)[]> {
    const events = [];
    while (events.length < count) events.push(await this.next());
    return events;
  }
}

function eventOf(text: string): Event {
  const fields = new Map<string, string>();
  for (const [, name = "", value = ""] of text.matchAll(/^(\w+): ?(.*)$/gmu)) {
    const before = name === "data" ? fields.get(name) : undefined;
    fields.set(name, before === undefined ? value : `${before}\n${value}`);
  }
  return Object.fromEntries(fields) as unknown as Event;
}

async function* textsOf(reader: Reader): AsyncGenerator<string, undefined> {
  const decoder = new TextDecoder();
  let rest = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const texts = (rest + decoder.decode(part.value, { stream: true })).split("\n\n");
    rest = texts.pop() ?? "";
    yield* texts;
  }
  return undefined;
}

const later = () => new Promise((resolve) => setImmediate(resolve));

function openFiles(): string[] {
  return readdirSync("/proc/self/fd").flatMap((name) => {
    try {
      return [readlinkSync(`/proc/self/fd/${name}`)];
    } catch {
      return []; // that of the list itself
    }
  });
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 20));

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + MILLISECONDS;
  while (!condition()) {
    assert.ok(Date.now() < deadline, "it never comes");
    await later();
  }
}

function textRead(stream: EventStream): string | undefined {
  return stream.read()?.toString();
}

/** All that a stream has without further events. */
async function allRead(stream: EventStream): Promise<string> {
  let text = "";
  for (let round = 0; round < 4; round++) {
    text += textRead(stream) ?? "";
    await later();
  }
  return text;
}

test("R1: channels and ids outlive a restart", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "events-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const databasePath = join(folder, "events.db");
  const before = await start(t, { databasePath });
  const posted = [await before.publish("a"), await before.publish("b", { event: "e" })];
  await before.stop();
  assert.deepEqual(openFiles().filter((file) => file.startsWith(folder)), []);
  const api = await start(t, { databasePath });
  assert.deepEqual((await api.send("PUT", "/channels/a")).json, { name: "a", last_id: 2, listeners: 0 });
  const client = await api.listen(0);
  assert.deepEqual(await client.take(2), posted);
  assert.deepEqual(await api.publish(), { id: "3", event: "message", data: "x" });
  assert.equal((await client.next())?.id, "3");
  client.leave();
});

test("R1: a failure of the server is a problem too, and changes nothing", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "events-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const databasePath = join(folder, "events.db");
  const api = await start(t, { databasePath });
  const database = new DatabaseSync(databasePath);
  database.exec("ALTER TABLE messages RENAME TO lost");
  const logged = t.mock.method(Logger.prototype, "error", () => {});
  const { status, json } = await api.send("POST", "/channels/a/messages", {}, '{"data": "x"}');
  assert.equal(logged.mock.callCount(), 1);
  assert.deepEqual([status, json.type, json.status], [500, "/problems/internal_error", 500]);
  database.exec("ALTER TABLE lost RENAME TO messages");
  database.close();
  assert.equal((await api.publish()).id, "1");
  assert.equal((await api.send("GET", "/channels/%")).json.type, "/problems/bad_request");
});

test("R2 R9: a stream tells when to come again, comments in silence and splits lines", async (t) => {
  const api = await start(t, { retryMs: 7 });
  const client = await api.listen();
  assert.equal(await client.text(), "retry: 7");
  assert.match((await client.text()) ?? "", /^:/);
  await api.publish("a\r\rid: 9\u0085\r\n\nb");
  assert.deepEqual(await client.next(), { id: "1", event: "message", data: "a\n\nid: 9\u0085\n\nb" });
  assert.match((await client.text()) ?? "", /^:/);
  client.leave();
});

test("R3: streams that begin while messages are posted", async (t) => {
  const api = await start(t);
  const work = Array.from({ length: 30 }, (_, i) => (i % 3 ? api.listen(0) : api.publish()));
  const clients = (await Promise.all<Client | Event>(work)).filter((result) => result instanceof Client);
  for (const client of clients) {
    const ids = (await client.take(10)).map((event) => event?.id);
    assert.deepEqual(ids, ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]);
    client.leave();
  }
  assert.equal(clients.length, 20);
});

test("R4: a client that was away too long is reset", async (t) => {
  const api = await start(t, { history: 2 });
  const posted = [await api.publish("1"), await api.publish("2"), await api.publish("3")];
  const reset = { id: "1", event: "reset", data: "" };
  const cases: [number, Event[]][] = [
    [0, [reset, ...posted.slice(1)]],
    [1, posted.slice(1)],
    [2, posted.slice(2)],
    [4, [reset, ...posted.slice(1)]],
  ];
  for (const [lastId, expected] of cases) {
    const client = await api.listen(lastId);
    assert.deepEqual(await client.take(expected.length), expected);
    client.leave();
  }
});

test("R5: places are free again", async (t) => {
  const api = await start(t, { maxListeners: 2 });
  const clients = [await api.listen(), await api.listen()] as const;
  const refused = await api.send("GET", "/channels/a/stream");
  assert.deepEqual([refused.status, refused.json.type], [503, "/problems/too_many_listeners"]);
  assert.match(refused.headers.get("retry-after") ?? "", /^[1-9][0-9]?$/);
  assert.equal(await api.listeners(), 2);
  clients[0].leave();
  await api.waitForListeners(1);
  const client = await api.listen();
  const posted = await api.publish();
  assert.deepEqual([await clients[1].next(), await client.next()], [posted, posted]);
  client.leave();
  clients[1].leave();
  await api.waitForListeners(0);
});

test("R6: as many events wait as there is room for", async () => {
  for (const room of [1, 3]) {
    const long = "x".repeat(1_000_000);
    const stream = new EventStream(long, room, 60_000);
    const texts = Array.from({ length: room }, (_, i) => `event ${i},`);
    for (const text of texts) stream.offer(text);
    assert.equal(await allRead(stream), long + texts.join(""));
    assert.equal(stream.readableEnded, false);
    stream.offer(long);
    for (const text of [...texts, "too many", "later"]) stream.offer(text);
    stream.close("last");
    assert.equal(await allRead(stream), long);
    assert.deepEqual([stream.readableEnded, stream.destroyed], [true, true]);
  }
});

test("R7: a last event comes after those that wait", async () => {
  for (const first of ["first,", "x".repeat(1_000_000)]) {
    const stream = new EventStream(first, 1, 60_000);
    stream.offer("a,");
    stream.close("last,");
    stream.offer("later,");
    stream.close("again");
    let text = "";
    for await (const part of stream) text += part;
    assert.equal(text, `${first}a,last,`);
  }
});

test("R2 R6: there are no comments for a client that does not read", async (t) => {
  const long = "x".repeat(1_000_000);
  const stream = new EventStream(long, 1, 2);
  t.after(() => stream.destroy());
  await pause();
  assert.equal(textRead(stream), long);
  for (const _ of [1, 2]) {
    await until(() => stream.readableLength > 0);
    assert.match(textRead(stream) ?? "", /^(:.*\n\n)+$/);
  }
  stream.offer(long);
  await pause();
  assert.equal((await allRead(stream)).replaceAll(/:.*\n\n/g, ""), long);
  stream.close("last");
  await pause();
  assert.match(await allRead(stream), /^(:.*\n\n)*last$/);
});

test("R5: a stream that is destroyed has no timer", () => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const before = timers();
  const stream = new EventStream("first", 1, 60_000);
  assert.equal(timers(), before + 1);
  stream.destroy();
  assert.equal(timers(), before);
});

test("R8: without a key nobody publishes", async (t) => {
  const api = await start(t, { publishKey: "" });
  for (const Authorization of ["", "Bearer", `Bearer ${KEY}`]) {
    const { status, json } = await api.send("PUT", "/channels/a", { Authorization });
    assert.deepEqual([status, json.type], [401, "/problems/unauthorized"]);
  }
  assert.equal((await api.send("GET", "/channels/a")).status, 404);
});

test("R10: a body of unknown length has a limit too", async (t) => {
  const api = await start(t);
  const post = (size: number) => {
    const text = JSON.stringify({ data: "" });
    const body = new Blob([text.replace('""', `"${"x".repeat(size - text.length)}"`)]).stream();
    return fetch(`${api.base}/channels/a/messages`, { method: "POST", headers: HEADERS, body, duplex: "half" } as RequestInit);
  };
  assert.equal((await post(65_536)).status, 201);
  await post(65_537).catch(() => "the connection is closed");
  assert.equal((await api.send("GET", "/channels/a")).json.last_id, 1);
});

test("settings of the environment", () => {
  const defaults = { ...new Settings() };
  const numbers = { heartbeatMs: 15_000, retryMs: 2_000, history: 100, maxListeners: 100, queue: 100 };
  assert.deepEqual(defaults, { databasePath: ":memory:", publishKey: "", ...numbers });
  assert.deepEqual({ ...readSettings({ DATABASE_PATH: "", APP_PUBLISH_KEY: "", APP_QUEUE: "" }) }, defaults);
  const given = readSettings({ DATABASE_PATH: "a.db", APP_PUBLISH_KEY: KEY, APP_QUEUE: "7" });
  assert.deepEqual({ ...given }, { ...defaults, databasePath: "a.db", publishKey: KEY, queue: 7 });
});

test("settings outside of their range", () => {
  const ranges: [string, keyof Settings, number, number][] = [
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
