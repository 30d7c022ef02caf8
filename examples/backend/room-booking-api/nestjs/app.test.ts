import "reflect-metadata";
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import type { ClientRequest, IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { test } from "node:test";
import type { TestContext } from "node:test";

import { Test } from "@nestjs/testing";

import { AppModule } from "./app.module.ts";
import type { AppOptions } from "./app.module.ts";

type Fault = [status: number, code: string];

interface Reply {
  status: number;
  location: string | null;
  body: any;
}

interface Booking {
  id: string;
  room_id: string;
  title: string;
  start: string;
  end: string;
  status: string;
}

interface Extras {
  title?: unknown;
  key?: string;
}

const NOT_FOUND: Fault = [404, "not_found"];
const CONFLICT: Fault = [409, "booking_conflict"];
const KEY_REUSED: Fault = [422, "idempotency_key_reused"];
const MALFORMED: Fault = [400, "malformed_json"];
const WHOLE_DAY = "from=2025-03-03T00:00:00Z&to=2025-03-04T00:00:00Z";
const WINDOW = "from=2025-03-03T09:00:00Z&to=2025-03-03T10:00:00Z";
const EMOJI = "\u{1f600}";

/** A client of a new app, which is closed at the end of the test. */
async function startApi(t: TestContext, options?: AppOptions): Promise<Api> {
  const module = await Test.createTestingModule({ imports: [AppModule.forRoot(options)] }).compile();
  const app = module.createNestApplication({ bodyParser: false, forceCloseConnections: true, logger: ["error"] });
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

  get(path: string, headers: Record<string, string> = {}): Promise<Reply> {
    return this.#request(path, { headers });
  }

  /** Sends text and blobs as they are, anything else as JSON. */
  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    return this.#request(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body: typeof body === "string" || body instanceof Blob ? body : JSON.stringify(body),
    });
  }

  book(room: string, start: unknown, end: unknown, { title = "Planning", key }: Extras = {}): Promise<Reply> {
    const body = { title, start: instant(start), end: instant(end) };
    return this.post(`/rooms/${room}/bookings`, body, key === undefined ? {} : { "Idempotency-Key": key });
  }

  /** Books from each of the starts until 10:00, with requests whose bodies reach the app together. */
  async bookTogether(room: string, starts: string[], headers: Record<string, string> = {}): Promise<Reply[]> {
    const requests = starts.map(() =>
      request(`${this.#base}/rooms/${room}/bookings`, {
        method: "POST",
        headers: { "Content-Type": "application/json", Expect: "100-continue", ...headers },
        agent: false,
      }),
    );
    await Promise.all(requests.map((sent) => once(sent, "continue")));
    const replies = requests.map(readReply);
    for (const [index, start] of starts.entries()) {
      requests[index]?.end(JSON.stringify({ title: "Planning", start: instant(start), end: instant("10:00") }));
    }
    return Promise.all(replies);
  }

  async room(capacity = 4, name = "Room"): Promise<string> {
    return success(await this.post("/rooms", { name, capacity }), 201).id;
  }

  async booked(room: string, start: unknown, end: unknown, extras?: Extras): Promise<Booking> {
    return success(await this.book(room, start, end, extras), 201);
  }

  async booking({ id }: Booking): Promise<Booking> {
    return success(await this.get(`/bookings/${id}`));
  }

  async cancel({ id }: Booking, body = ""): Promise<Booking> {
    return success(await this.post(`/bookings/${id}/cancel`, body));
  }

  async list(room: string, query = WHOLE_DAY): Promise<Booking[]> {
    return items(await this.get(`/rooms/${room}/bookings?${query}`));
  }

  async slots(start: string, end: string, minutes = 15, more = ""): Promise<{ room_id: string }[]> {
    const query = `from=${instant(start)}&to=${instant(end)}&duration_minutes=${minutes}${more}`;
    return items(await this.get(`/free-slots?${query}`));
  }

  async #request(path: string, init: RequestInit): Promise<Reply> {
    const response = await fetch(this.#base + path, init);
    assert.match(response.headers.get("Content-Type") ?? "", /^application\/json *(;|$)/);
    return { status: response.status, location: response.headers.get("Location"), body: await response.json() };
  }
}

async function readReply(sent: ClientRequest): Promise<Reply> {
  const [response]: IncomingMessage[] = await once(sent, "response");
  assert.ok(response !== undefined);
  return { status: response.statusCode ?? 0, location: response.headers.location ?? null, body: await json(response) };
}

/** Takes HH:MM and HH:MM:SS for times of 2025-03-03 in UTC. */
function instant(value: unknown): unknown {
  const match = typeof value === "string" ? /^(\d\d:\d\d)(:\d\d)?$/.exec(value) : null;
  return match === null ? value : `2025-03-03T${match[1]}${match[2] ?? ":00"}Z`;
}

function slot(room: string, start: string, end: string): object {
  return { room_id: room, start: instant(start), end: instant(end) };
}

function success({ status, body }: Reply, expected = 200): any {
  assert.equal(status, expected, JSON.stringify(body));
  return body;
}

function items(reply: Reply): any[] {
  const body = success(reply);
  assert.deepEqual(Object.keys(body), ["items"]);
  return body.items;
}

/** Status and code of an error without fields. */
function fault({ status, body }: Reply): Fault {
  const { code, message, ...rest } = body.error;
  assert.deepEqual(Object.keys(body), ["error"]);
  assert.match(message, /./);
  assert.deepEqual(rest, {});
  return [status, code];
}

/** Names of the faulty inputs, in alphabetical order. */
function faulty({ status, body }: Reply): string[] {
  const { code, message, fields, ...rest } = body.error ?? {};
  assert.deepEqual([status, code, rest], [422, "validation_failed", {}], JSON.stringify(body));
  assert.match(message, /./);
  for (const text of Object.values<string>(fields)) assert.match(text, /./);
  return Object.keys(fields).sort();
}

function together<T>(count: number, start: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => start(index)));
}

test("health", async (t) => {
  const api = await startApi(t);
  assert.deepEqual(success(await api.get("/health")), { status: "ok" });
});

test("R1: a room is created and read", async (t) => {
  const api = await startApi(t);
  const created = await api.post("/rooms", { name: "Alice's room", capacity: 12, id: "own" });
  const room = success(created, 201);
  assert.deepEqual(room, { id: room.id, name: "Alice's room", capacity: 12 });
  assert.match(room.id, /^[A-Za-z0-9_-]+$/);
  assert.notEqual(room.id, "own");
  assert.equal(created.location, `/rooms/${room.id}`);
  // Without the second header fetch would add one that makes the first ineffective.
  const conditions = { "If-None-Match": "*", "Cache-Control": "max-age=0" };
  assert.deepEqual(success(await api.get(`/rooms/${room.id}`, conditions)), room);
});

test("R1: rooms may share a name, which is any allowed text", async (t) => {
  const api = await startApi(t);
  for (const name of ["Twin", "Twin", "  x ", "\u3000", "\u0085", "\ufeff", EMOJI.repeat(100), "'); --"]) {
    const id = await api.room(3, name);
    assert.deepEqual(success(await api.get(`/rooms/${id}`)), { id, name, capacity: 3 });
  }
});

test("R1: a capacity is a number with a whole value", async (t) => {
  const api = await startApi(t);
  for (const [written, capacity] of [["1", 1], ["1000", 1000], ["10.0", 10], ["1e1", 10]] as const) {
    const room = success(await api.post("/rooms", `{"name": "Room", "capacity": ${written}}`), 201);
    assert.equal(success(await api.get(`/rooms/${room.id}`)).capacity, capacity);
  }
});

test("R1: an unknown id of any form is not found on every endpoint", async (t) => {
  const api = await startApi(t);
  const room = await api.room();
  const booking = await api.booked(room, "09:00", "10:00");
  for (const form of ["none", "1", "__proto__", "%20", "%00", "%FF", "a%2Fb", "x".repeat(300), "ID%20", "0ID"]) {
    const roomPath = `/rooms/${form.replace("ID", room)}`;
    const bookingPath = `/bookings/${form.replace("ID", booking.id)}`;
    assert.deepEqual(fault(await api.get(roomPath)), NOT_FOUND, form);
    assert.deepEqual(fault(await api.get(`${roomPath}/bookings?${WHOLE_DAY}`)), NOT_FOUND, form);
    assert.deepEqual(fault(await api.book(form.replace("ID", room), "11:00", "12:00")), NOT_FOUND, form);
    assert.deepEqual(fault(await api.get(bookingPath)), NOT_FOUND, form);
    assert.deepEqual(fault(await api.post(`${bookingPath}/cancel`, "")), NOT_FOUND, form);
  }
  assert.deepEqual(await api.booking(booking), booking);
});

test("R1: an unknown path is not found", async (t) => {
  const api = await startApi(t);
  for (const path of ["/", "/nothing", "/rooms/a/b", "/constructor", "/Health", "/%FF"]) {
    assert.deepEqual(fault(await api.get(path)), NOT_FOUND, path);
  }
});

test("R2: a booking is created and read", async (t) => {
  const api = await startApi(t);
  const room = await api.room();
  const title = ` With Bob ${EMOJI}`;
  const created = await api.book(room, "09:00", "10:30", { title });
  const booking = success(created, 201);
  const { id } = booking;
  const [start, end] = ["2025-03-03T09:00:00Z", "2025-03-03T10:30:00Z"];
  assert.deepEqual(booking, { id, room_id: room, title, start, end, status: "confirmed" });
  assert.match(id, /^[A-Za-z0-9_-]+$/);
  assert.equal(created.location, `/bookings/${id}`);
  assert.deepEqual(await api.booking(booking), booking);
  assert.deepEqual(await api.list(room), [booking]);
});

test("R2: times come back in UTC", async (t) => {
  const api = await startApi(t);
  for (const [start, startUtc, end, endUtc] of [
    ["2025-06-01T11:30:00+02:00", "2025-06-01T09:30:00Z", "2025-06-01T10:00:59Z", "2025-06-01T10:00:59Z"],
    ["2025-06-01T11:30:00-05:45", "2025-06-01T17:15:00Z", "2025-06-01T18:00:00-00:00", "2025-06-01T18:00:00Z"],
    ["2025-06-01T09:30:00-00:30", "2025-06-01T10:00:00Z", "2025-06-01T11:00:00Z", "2025-06-01T11:00:00Z"],
    ["2024-03-01T00:30:00+01:00", "2024-02-29T23:30:00Z", "2024-03-01T00:00:00Z", "2024-03-01T00:00:00Z"],
    ["2024-12-31T22:00:00-03:00", "2025-01-01T01:00:00Z", "2025-01-01T02:00:00Z", "2025-01-01T02:00:00Z"],
    ["2025-06-02T23:59:00+23:59", "2025-06-02T00:00:00Z", "2025-06-02T08:00:00Z", "2025-06-02T08:00:00Z"],
    ["1999-12-31T23:00:00-01:00", "2000-01-01T00:00:00Z", "2000-01-01T00:15:00Z", "2000-01-01T00:15:00Z"],
    ["2099-12-31T23:44:59Z", "2099-12-31T23:44:59Z", "2100-01-01T00:59:59+01:00", "2099-12-31T23:59:59Z"],
  ] as const) {
    const booking = await api.booked(await api.room(), start, end);
    assert.deepEqual([booking.start, booking.end], [startUtc, endUtc]);
    assert.deepEqual(await api.booking(booking), booking);
  }
});

test("R2 R3: times are compared as instants", async (t) => {
  const api = await startApi(t);
  const room = await api.room();
  await api.booked(room, "09:00", "10:00");
  const same = await api.book(room, "2025-03-02T23:30:00-10:00", "2025-03-03T00:30:00-10:00");
  assert.deepEqual(fault(same), CONFLICT);
  await api.booked(room, "2025-03-03T09:00:00+05:00", "2025-03-03T10:00:00+05:00");
});

test("R3: an overlap is refused and not stored", async (t) => {
  const api = await startApi(t);
  const room = await api.room();
  const bookings = [await api.booked(room, "10:00", "12:00"), await api.booked(room, "18:00", "19:00")];
  for (const [start, end] of [
    ["10:00", "12:00"],
    ["09:00", "10:00:01"],
    ["11:59:59", "13:00"],
    ["10:30", "11:30"],
    ["09:00", "13:00"],
    ["10:00", "11:00"],
    ["11:00", "12:00"],
  ]) {
    assert.deepEqual(fault(await api.book(room, start, end)), CONFLICT, `${start} to ${end}`);
  }
  assert.deepEqual(await api.list(room), bookings);
});

test("R3: touching bookings and bookings of other rooms do not conflict", async (t) => {
  const api = await startApi(t);
  const room = await api.room();
  const middle = await api.booked(room, "10:00", "12:00");
  const before = await api.booked(room, "09:00", "10:00");
  const after = await api.booked(room, "12:00", "13:00");
  await api.booked(await api.room(), "10:00", "12:00");
  assert.deepEqual(await api.list(room), [before, middle, after]);
});

test("R4: one of several concurrent bookings wins", async (t) => {
  const api = await startApi(t);
  const room = await api.room();
  const starts = ["09:00", "09:00", "09:00", "09:00", "09:01", "09:02", "09:03", "09:04"];
  const replies = await api.bookTogether(room, starts);
  const created = replies.filter(({ status }) => status === 201).map(({ body }) => body);
  const refused = replies.filter(({ status }) => status !== 201).map(fault);
  assert.deepEqual(refused, Array(7).fill(CONFLICT));
  assert.deepEqual(await api.list(room), created);
});

test("R5: a used key repeats the first answer, however the booking is written", async (t) => {
  const api = await startApi(t);
  const room = await api.room();
  const first = await api.book(room, "00:30", "01:30", { key: "k" });
  const body = {
    note: [1],
    title: "Planning",
    end: "2025-03-03T03:15:00+01:45",
    start: "2025-03-02T22:30:00-02:00",
  };
  const again = await api.post(`/rooms/${room}/bookings`, body, { "Idempotency-Key": "k" });
  assert.equal(first.status, 201);
  assert.deepEqual(again, first);
  assert.deepEqual(await api.list(room), [first.body]);
});

test("R5: a used key repeats the first answer after cancelling", async (t) => {
  const api = await startApi(t);
  const room = await api.room();
  const first = await api.booked(room, "09:00", "10:00", { key: "k" });
  const cancelled = await api.cancel(first);
  const other = await api.booked(room, "09:30", "10:30");
  assert.deepEqual(await api.booked(room, "09:00", "10:00", { key: "k" }), first);
  assert.deepEqual(await api.booking(first), cancelled);
  assert.deepEqual(await api.list(room), [other]);
});

test("R5: a used key with another booking is refused", async (t) => {
  const api = await startApi(t);
  const room = await api.room();
  const first = await api.booked(room, "09:00", "10:00", { key: "k" });
  const others = [
    [await api.room(), "09:00", "10:00", "Planning"],
    [room, "09:00", "10:00", "planning"],
    [room, "09:00:01", "10:00", "Planning"],
    [room, "09:00", "10:00:01", "Planning"],
    [room, "11:00", "12:00", "Planning"],
  ] as const;
  const refuse = async () => {
    for (const [room, start, end, title] of others) {
      assert.deepEqual(fault(await api.book(room, start, end, { title, key: "k" })), KEY_REUSED);
    }
  };
  await refuse();
  assert.deepEqual(await api.list(room), [first]);
  await api.cancel(first);
  await refuse();
  assert.deepEqual(await api.list(room), []);
});

test("R5: keys are compared exactly", async (t) => {
  const api = await startApi(t);
  const keys = ["k", "K", "kk", '"k"', "!", "~", "k".repeat(63), "k".repeat(64)];
  const rooms = await together(keys.length, () => api.room());
  const book = (index: number) => api.booked(rooms[index]!, "09:00", "10:00", { key: keys[index]! });
  const bookAll = () => together(keys.length, book);
  const first = await bookAll();
  assert.deepEqual(first.map((booking) => booking.room_id), rooms);
  assert.deepEqual(await bookAll(), first);
});

test("R5: without the key a repeated request conflicts", async (t) => {
  const api = await startApi(t);
  const room = await api.room();
  await api.booked(room, "09:00", "10:00", { key: "k" });
  await api.booked(room, "10:00", "11:00");
  assert.deepEqual(fault(await api.book(room, "09:00", "10:00")), CONFLICT);
  assert.deepEqual(fault(await api.book(room, "09:00", "10:00", { key: "other" })), CONFLICT);
  assert.deepEqual(fault(await api.book(room, "10:00", "11:00")), CONFLICT);
});

test("R6: errors leave the key free", async (t) => {
  const api = await startApi(t);
  const room = await api.room();
  const blocker = await api.booked(room, "09:30", "10:30");
  assert.deepEqual(fault(await api.book(room, "09:00", "10:00", { key: "k" })), CONFLICT);
  assert.deepEqual(fault(await api.book("none", "09:00", "10:00", { key: "k" })), NOT_FOUND);
  assert.deepEqual(faulty(await api.book(room, "12:00", "11:00", { key: "k" })), ["end"]);
  await api.cancel(blocker);
  const booking = await api.booked(room, "09:00", "10:00", { key: "k" });
  assert.deepEqual(await api.booked(room, "09:00", "10:00", { key: "k" }), booking);
  assert.deepEqual(await api.list(room), [booking]);
});

test("R6: concurrent requests with one key create one booking", async (t) => {
  const api = await startApi(t);
  const room = await api.room();
  const starts = Array<string>(8).fill("09:00");
  const [first, ...others] = await api.bookTogether(room, starts, { "Idempotency-Key": "k" });
  assert.ok(first !== undefined);
  assert.equal(first.status, 201);
  assert.deepEqual(others, Array(7).fill(first));
  assert.deepEqual(await api.list(room), [first.body]);
});

test("R6: everything is there after a restart", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "rooms-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const databasePath = join(folder, "rooms.sqlite3");
  const before = await startApi(t, { databasePath });
  const room = await before.room(7, "Kept");
  const second = await before.room(7);
  const kept = await before.booked(room, "09:00", "10:00", { key: "kept" });
  const cancelled = await before.cancel(await before.booked(room, "11:00", "12:00", { key: "cancelled" }));
  await before.close();

  const api = await startApi(t, { databasePath });
  assert.deepEqual(success(await api.get(`/rooms/${room}`)), { id: room, name: "Kept", capacity: 7 });
  assert.deepEqual(await api.booking(cancelled), cancelled);
  assert.deepEqual(await api.list(room), [kept]);
  assert.deepEqual(await api.booked(room, "09:00", "10:00", { key: "kept" }), kept);
  assert.deepEqual(fault(await api.book(room, "13:00", "14:00", { key: "cancelled" })), KEY_REUSED);
  const third = await api.room(7);
  assert.deepEqual((await api.slots("12:00", "13:00")).map(({ room_id }) => room_id), [room, second, third]);
});

test("R6: apps in memory share nothing", async (t) => {
  const room = await (await startApi(t)).room();
  assert.deepEqual(fault(await (await startApi(t, { databasePath: "" })).get(`/rooms/${room}`)), NOT_FOUND);
});

test("R7: a cancelled booking is read and cancelled again", async (t) => {
  const api = await startApi(t);
  const room = await api.room();
  const booking = await api.booked(room, "09:00", "10:00");
  const other = await api.booked(room, "10:00", "11:00");
  const cancelled = { ...booking, status: "cancelled" };
  for (const body of ["", "{", '{"status": "confirmed"}']) assert.deepEqual(await api.cancel(booking, body), cancelled);
  assert.deepEqual(await api.booking(booking), cancelled);
  assert.deepEqual(await api.list(room), [other]);
});

test("R7: the slot of a cancelled booking is free", async (t) => {
  const api = await startApi(t);
  const room = await api.room();
  const old = await api.booked(room, "09:00", "10:00");
  await api.cancel(old);
  const booking = await api.booked(room, "09:00", "10:00");
  assert.notEqual(booking.id, old.id);
  await api.cancel(old);
  assert.deepEqual(fault(await api.book(room, "09:30", "10:30")), CONFLICT);
  assert.deepEqual(await api.list(room), [booking]);
});

test("R8: the list holds what overlaps the window, by start", async (t) => {
  const api = await startApi(t);
  const room = await api.room();
  const late = await api.booked(room, "11:00", "12:00");
  const early = await api.booked(room, "09:00", "10:00");
  await api.booked(await api.room(), "10:00", "11:00");
  for (const [start, end, expected] of [
    ["09:59:59", "11:00:01", [early, late]],
    ["10:00", "11:00", []],
    ["08:00", "09:00", []],
    ["12:00", "13:00", []],
    ["09:15", "09:30", [early]],
    ["11:59:59", "2025-03-03T15:00:00%2B02:00", [late]],
  ] as const) {
    const query = `from=${instant(start)}&to=${instant(end)}&page=1&page=`;
    assert.deepEqual(await api.list(room, query), expected, query);
  }
});

test("R8: a window lasts from one second to 31 days", async (t) => {
  const api = await startApi(t);
  for (const path of [`/rooms/${await api.room()}/bookings`, "/free-slots"]) {
    const ask = (end: string) => api.get(`${path}?from=2025-01-01T00:00:00Z&to=${end}&duration_minutes=15`);
    for (const end of ["2025-01-01T00:00:01Z", "2025-02-01T00:00:00Z"]) items(await ask(end));
    for (const end of ["2025-02-01T00:00:01Z", "2025-01-01T00:00:00Z", "2024-12-31T23:59:59Z"]) {
      assert.deepEqual(faulty(await ask(end)), ["to"], end);
    }
  }
});

test("R9: slots lie around bookings, inside the window", async (t) => {
  const api = await startApi(t);
  const room = await api.room();
  for (const [start, end] of [["14:00", "15:00"], ["10:00", "11:00"], ["15:00", "16:00"]]) {
    await api.booked(room, start, end);
  }
  for (const [start, end, gaps] of [
    ["09:00", "17:00", [["09:00", "10:00"], ["11:00", "14:00"], ["16:00", "17:00"]]],
    ["10:30", "14:30", [["11:00", "14:00"]]],
    ["11:00", "14:00", [["11:00", "14:00"]]],
    ["14:15", "15:45", []],
    ["10:00", "11:00", []],
  ] as const) {
    assert.deepEqual(await api.slots(start, end), gaps.map(([first, last]) => slot(room, first, last)));
  }
});

test("R9: a slot lasts at least the duration", async (t) => {
  const api = await startApi(t);
  const room = await api.room();
  await api.booked(room, "09:45", "10:00");
  const gaps = [slot(room, "09:00", "09:45"), slot(room, "10:00", "10:45")];
  assert.deepEqual(await api.slots("09:00", "10:45", 45), gaps);
  assert.deepEqual(await api.slots("09:00", "10:45", 46), []);
  assert.deepEqual(await api.slots("09:00:01", "10:44:59", 45), []);
});

test("R9: rooms come by capacity and creation", async (t) => {
  const api = await startApi(t);
  const rooms: string[] = [];
  for (const capacity of [10, 2, 9, 2, 1000, 10, 1, 2]) {
    rooms.push(await api.room(capacity, `Room ${9 - rooms.length}`));
  }
  await api.cancel(await api.booked(rooms[0]!, "10:00", "11:00"));
  const found = async (more = "") =>
    (await api.slots("09:00", "12:00", 15, more)).map(({ room_id }) => rooms.indexOf(room_id));
  assert.deepEqual(await found(), [6, 1, 3, 7, 2, 0, 5, 4]);
  assert.deepEqual(await found("&min_capacity=0009"), [2, 0, 5, 4]);
  assert.deepEqual(await found("&min_capacity=11"), [4]);
  assert.deepEqual(await found("&min_capacity=1000"), [4]);
});

test("R10: a body that is no JSON object is malformed", async (t) => {
  const api = await startApi(t);
  for (const body of [
    "",
    "{",
    '{"name": "Room", "capacity": 4} {}',
    '{"name": "Room", "capacity": NaN}',
    new Blob(['{"name": "Room", "capacity": 4, "x": "', new Uint8Array([0xff]), '"}']),
    new Blob([Buffer.from('{"name": "Room", "capacity": 4}', "utf16le")]),
    "[]",
    "null",
    '"Room"',
    "[".repeat(20000) + "]".repeat(20000),
  ]) {
    assert.deepEqual(fault(await api.post("/rooms", body)), MALFORMED);
    assert.deepEqual(fault(await api.post("/rooms/none/bookings", body, { "Idempotency-Key": "a b" })), MALFORMED);
  }
});

test("R10: faulty texts", async (t) => {
  const api = await startApi(t);
  const room = await api.room();
  for (const value of [null, "", "  ", "tab\t", "\0", "\x1f", "\x7f", "\ud800", "\ude00\ud83d", 5, ["x"]]) {
    assert.deepEqual(faulty(await api.post("/rooms", { name: value, capacity: 4 })), ["name"], JSON.stringify(value));
    assert.deepEqual(faulty(await api.book(room, "09:00", "10:00", { title: value })), ["title"]);
  }
  for (const character of ["n", EMOJI]) {
    assert.deepEqual(faulty(await api.post("/rooms", { name: character.repeat(101), capacity: 4 })), ["name"]);
    assert.deepEqual(faulty(await api.book(room, "09:00", "10:00", { title: character.repeat(201) })), ["title"]);
    await api.cancel(await api.booked(room, "09:00", "10:00", { title: character.repeat(200) }));
  }
});

test("R10: faulty capacities", async (t) => {
  const api = await startApi(t);
  for (const capacity of ["0", "1001", "4.5", "-4", "1e400", '"10"', "true", "null", "[4]"]) {
    assert.deepEqual(faulty(await api.post("/rooms", `{"name": "Room", "capacity": ${capacity}}`)), ["capacity"]);
  }
});

test("R10: faulty times", async (t) => {
  const api = await startApi(t);
  const room = await api.room();
  for (const time of [
    null,
    1740992400,
    ["2025-03-03T09:00:00Z"],
    "2025-02-29T09:00:00Z",
    "2025-04-31T09:00:00Z",
    "2025-13-01T09:00:00Z",
    "2025-03-03T24:00:00Z",
    "2025-03-03T09:60:00Z",
    "2025-03-03T09:00:60Z",
    "2025-03-03T09:00:00",
    "2025-03-03T09:00:00.0Z",
    "2025-03-03t09:00:00Z",
    "2025-03-03T09:00:00z",
    "2025-03-03 09:00:00Z",
    "2025-03-03T09:00:00+24:00",
    "2025-03-03T09:00:00+01:60",
    "2025-03-03T09:00:00+0100",
    "2025-03-03T09:00:00Z\n",
    "1999-12-31T23:59:59Z",
    "2000-01-01T00:59:59+01:00",
    "2099-12-31T23:00:00-01:00",
    "2100-01-01T00:00:00Z",
    "0000-01-01T00:00:00Z",
    "9999-12-31T23:59:59-23:59",
  ]) {
    assert.deepEqual(faulty(await api.book(room, time, time)), ["end", "start"], String(time));
  }
});

test("R10: a booking lasts from 15 minutes to 8 hours", async (t) => {
  const api = await startApi(t);
  const room = await api.room();
  for (const end of ["09:14:59", "17:00:01", "09:00", "08:45"]) {
    assert.deepEqual(faulty(await api.book(room, "09:00", end)), ["end"], end);
  }
  for (const end of ["09:15", "17:00"]) await api.cancel(await api.booked(room, "09:00", end));
});

test("R10: faulty keys, reported together with the body", async (t) => {
  const api = await startApi(t);
  const room = await api.room();
  for (const key of ["", "k".repeat(65), "two words", "sch\xf6n", "tab\tbed"]) {
    assert.deepEqual(faulty(await api.book(room, "09:00", "10:00", { key })), ["Idempotency-Key"], key);
    const all = await api.book(room, "09:00", "09:00", { title: "", key });
    assert.deepEqual(faulty(all), ["Idempotency-Key", "end", "title"], key);
  }
  const body = { title: "x", start: instant("09:00"), end: instant("10:00"), "Idempotency-Key": "" };
  success(await api.post(`/rooms/${room}/bookings`, body), 201);
});

test("R10: faulty windows", async (t) => {
  const api = await startApi(t);
  const room = await api.room();
  for (const [query, names] of [
    ["", ["from", "to"]],
    ["from=&to", ["from", "to"]],
    [`${WINDOW}&to=2025-03-03T10:00:00Z`, ["to"]],
    ["from=2025-03-03T09:00:00+00:00&to=2025-03-03T08:00:00Z", ["from"]],
    ["from=2025-03-03T09:00:00Z&to=2025-02-30T10:00:00Z", ["to"]],
    ["from[]=2025-03-03T09:00:00Z&to=2025-03-03T10:00:00Z", ["from"]],
  ] as const) {
    assert.deepEqual(faulty(await api.get(`/rooms/${room}/bookings?${query}`)), names, query);
    assert.deepEqual(faulty(await api.get(`/free-slots?${query}&duration_minutes=15`)), names, query);
  }
});

test("R10: faulty numbers in a query", async (t) => {
  const api = await startApi(t);
  for (const [query, names] of [
    ["", ["duration_minutes"]],
    ["duration_minutes=14&min_capacity=1001", ["duration_minutes", "min_capacity"]],
    ["duration_minutes=481&min_capacity=1000", ["duration_minutes"]],
    [`duration_minutes=${"9".repeat(5000)}`, ["duration_minutes"]],
    ["duration_minutes=30&duration_minutes=30", ["duration_minutes"]],
    ["duration_minutes=480&min_capacity=4&min_capacity=4", ["min_capacity"]],
  ] as const) {
    assert.deepEqual(faulty(await api.get(`/free-slots?${WINDOW}&${query}`)), names, query);
    assert.deepEqual(faulty(await api.get(`/free-slots?${query}`)), [...names, "from", "to"].sort(), query);
  }
  for (const number of ["", "0", "%2B30", "-30", "30.0", "3e1", "0x20", "%2030", "30%0A", "%D9%A3"]) {
    const query = `${WINDOW}&duration_minutes=${number}&min_capacity=${number}`;
    assert.deepEqual(faulty(await api.get(`/free-slots?${query}`)), ["duration_minutes", "min_capacity"], number);
  }
});

test("R10: faults are answered in the stated order", async (t) => {
  const api = await startApi(t);
  const room = await api.room();
  await api.booked(room, "09:00", "10:00", { key: "used" });
  await api.booked(room, "11:00", "12:00");
  for (const id of ["none", "%FF"]) {
    assert.deepEqual(fault(await api.post(`/rooms/${id}/bookings`, "[]")), MALFORMED);
    assert.deepEqual(faulty(await api.book(id, "09:00", "09:00", { key: "used" })), ["end"]);
    assert.deepEqual(faulty(await api.get(`/rooms/${id}/bookings`)), ["from", "to"]);
    assert.deepEqual(fault(await api.book(id, "09:00", "10:00", { key: "used" })), NOT_FOUND);
  }
  assert.deepEqual(fault(await api.book(room, "11:00", "12:00", { key: "used" })), KEY_REUSED);
  assert.deepEqual(fault(await api.book(room, "11:00", "12:00", { key: "new" })), CONFLICT);
});
