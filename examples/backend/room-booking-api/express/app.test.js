import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { test } from "node:test";

import { createApp } from "./app.js";

const NOT_FOUND = [404, "not_found"];
const CONFLICT = [409, "booking_conflict"];
const KEY_REUSED = [422, "idempotency_key_reused"];
const MALFORMED = [400, "malformed_json"];
const UNKNOWN_ID = "no-such-id";
const MARCH = "from=2025-03-01T00:00:00Z&to=2025-04-01T00:00:00Z";
const FROM = "from=2025-03-03T09:00:00Z";
const TO = "to=2025-03-03T10:00:00Z";

/** Runs a test against an app, by default with an empty database in memory. */
async function withApp(run, options) {
  const app = createApp(options);
  const server = app.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    await run(new Api(`http://127.0.0.1:${server.address().port}`));
  } finally {
    await new Promise((resolve) => server.close(resolve));
    app.locals.close();
  }
}

class Api {
  constructor(address) {
    this.address = address;
  }

  async request(method, path, body, headers) {
    const response = await fetch(this.address + path, { method, body, headers });
    assert.match(response.headers.get("Content-Type"), /^application\/json *(;|$)/);
    return { status: response.status, location: response.headers.get("Location"), body: await response.json() };
  }

  get(path) {
    return this.request("GET", path);
  }

  /** POSTs text or bytes as they are; they need not be JSON. */
  send(path, body, headers) {
    return this.request("POST", path, body, { "Content-Type": "application/json", ...headers });
  }

  post(path, value, headers) {
    return this.send(path, JSON.stringify(value), headers);
  }

  book(room, start, end, { title = "Planning", key } = {}) {
    const headers = key === undefined ? {} : { "Idempotency-Key": key };
    return this.post(`/rooms/${room}/bookings`, { title, start, end }, headers);
  }

  /** Responses to requests for one room at several times; the server gets all bodies together. */
  async bookAtOnce(room, times, headers) {
    const requests = times.map(() =>
      http.request(`${this.address}/rooms/${room}/bookings`, {
        method: "POST",
        headers: { "Content-Type": "application/json", Expect: "100-continue", ...headers },
        agent: false,
      }),
    );
    await Promise.all(requests.map((request) => once(request, "continue")));
    const responses = requests.map((request) => once(request, "response"));
    for (const [index, [start, end]] of times.entries()) {
      requests[index].end(JSON.stringify({ title: "Planning", start, end }));
    }
    return Promise.all(
      responses.map(async (response) => {
        const [message] = await response;
        return { status: message.statusCode, location: message.headers.location, body: await json(message) };
      }),
    );
  }

  async makeRoom({ capacity = 4, name = "Room" } = {}) {
    return result(await this.post("/rooms", { name, capacity }), 201).id;
  }

  async booked(room, start, end, more) {
    return result(await this.book(room, start, end, more), 201);
  }

  async cancel(booking) {
    return result(await this.request("POST", `/bookings/${booking.id}/cancel`), 200);
  }

  async read(booking) {
    return result(await this.get(`/bookings/${booking.id}`), 200);
  }

  async list(room, query = MARCH) {
    const body = result(await this.get(`/rooms/${room}/bookings?${query}`), 200);
    assert.deepEqual(Object.keys(body), ["items"]);
    return body.items;
  }

  async free(start, end, minutes = 15, more = "") {
    const query = `from=${at(start)}&to=${at(end)}&duration_minutes=${minutes}${more}`;
    const body = result(await this.get(`/free-slots?${query}`), 200);
    assert.deepEqual(Object.keys(body), ["items"]);
    return body.items;
  }
}

/** The time of day, HH:MM or HH:MM:SS, on 2025-03-03 in UTC. */
function at(clock) {
  return `2025-03-03T${clock.length > 5 ? clock : `${clock}:00`}Z`;
}

function slots(room, ...times) {
  return times.map(([start, end]) => ({ room_id: room, start: at(start), end: at(end) }));
}

function result({ status, body }, expectedStatus) {
  assert.equal(status, expectedStatus, JSON.stringify(body));
  return body;
}

/** Status and code of an error response without fields. */
function error({ status, body }) {
  assert.deepEqual(Object.keys(body), ["error"]);
  assert.deepEqual(Object.keys(body.error).sort(), ["code", "message"]);
  assert.match(body.error.message, /./);
  return [status, body.error.code];
}

/** Sorted names of the inputs that an answer 422 validation_failed calls faulty. */
function faulty({ status, body }) {
  assert.equal(status, 422, JSON.stringify(body));
  assert.deepEqual(Object.keys(body.error).sort(), ["code", "fields", "message"]);
  assert.equal(body.error.code, "validation_failed");
  assert.match(body.error.message, /./);
  for (const text of Object.values(body.error.fields)) {
    assert.match(text, /./);
  }
  return Object.keys(body.error.fields).sort();
}

test("health", () =>
  withApp(async (api) => {
    assert.deepEqual(result(await api.get("/health"), 200), { status: "ok" });
  }));

test("R1: a room is created and read", () =>
  withApp(async (api) => {
    const response = await api.post("/rooms", { name: "Alice's room", capacity: 12, id: "mine" });
    const room = result(response, 201);
    assert.deepEqual(room, { id: room.id, name: "Alice's room", capacity: 12 });
    assert.match(room.id, /^[A-Za-z0-9_-]+$/);
    assert.notEqual(room.id, "mine");
    assert.equal(response.location, `/rooms/${room.id}`);
    assert.deepEqual(result(await api.get(`/rooms/${room.id}`), 200), room);
    const conditional = await api.request("GET", `/rooms/${room.id}`, undefined, { "If-None-Match": "*" });
    assert.deepEqual(result(conditional, 200), room);
  }));

test("R1: rooms may share a name", () =>
  withApp(async (api) => {
    const first = await api.makeRoom({ capacity: 2, name: "Twin" });
    const second = await api.makeRoom({ capacity: 3, name: "Twin" });
    assert.deepEqual(result(await api.get(`/rooms/${first}`), 200), { id: first, name: "Twin", capacity: 2 });
    assert.deepEqual(result(await api.get(`/rooms/${second}`), 200), { id: second, name: "Twin", capacity: 3 });
  }));

test("R1: a name is kept as sent", () =>
  withApp(async (api) => {
    const longNames = ["n".repeat(100), "\u{1f600}".repeat(100)];
    for (const name of [" two spaces  ", "\u00a0", "\u0085", "\ufeffe\u0301", "';--", ...longNames]) {
      const room = await api.makeRoom({ name });
      assert.equal(result(await api.get(`/rooms/${room}`), 200).name, name);
    }
  }));

test("R1: a capacity may be any whole number in range", () =>
  withApp(async (api) => {
    for (const [written, capacity] of [["1", 1], ["1000", 1000], ["10.0", 10], ["1e1", 10]]) {
      const room = result(await api.send("/rooms", `{"name": "Room", "capacity": ${written}}`), 201);
      assert.equal(result(await api.get(`/rooms/${room.id}`), 200).capacity, capacity);
    }
  }));

for (const unknown of [UNKNOWN_ID, "1", "__proto__", "%20", "%00", "%FF", "a%2Fb", "x".repeat(300)]) {
  test(`R1: an unknown id is not found: ${unknown}`, () =>
    withApp(async (api) => {
      assert.deepEqual(error(await api.get(`/rooms/${unknown}`)), NOT_FOUND);
      assert.deepEqual(error(await api.book(unknown, at("09:00"), at("10:00"))), NOT_FOUND);
      assert.deepEqual(error(await api.get(`/rooms/${unknown}/bookings?${MARCH}`)), NOT_FOUND);
      assert.deepEqual(error(await api.get(`/bookings/${unknown}`)), NOT_FOUND);
      assert.deepEqual(error(await api.request("POST", `/bookings/${unknown}/cancel`)), NOT_FOUND);
    }));
}

test("R1: ids are compared exactly", () =>
  withApp(async (api) => {
    const room = await api.makeRoom();
    const booking = await api.booked(room, at("09:00"), at("10:00"));
    for (const [before, after] of [["", "%20"], ["%20", ""], ["0", ""], ["", ".0"], ["", "%00"]]) {
      assert.deepEqual(error(await api.get(`/rooms/${before}${room}${after}`)), NOT_FOUND);
      const cancelPath = `/bookings/${before}${booking.id}${after}/cancel`;
      assert.deepEqual(error(await api.request("POST", cancelPath)), NOT_FOUND);
    }
    assert.deepEqual(await api.read(booking), booking);
  }));

test("R1: an unknown path is not found", () =>
  withApp(async (api) => {
    for (const path of ["/", "/nothing", "/rooms/a/b/c", "/constructor"]) {
      assert.deepEqual(error(await api.get(path)), NOT_FOUND, path);
    }
  }));

test("R1: apps in memory share nothing", () =>
  withApp(async (api) => {
    const room = await api.makeRoom();
    await withApp(async (other) => {
      assert.deepEqual(error(await other.get(`/rooms/${room}`)), NOT_FOUND);
    }, { databasePath: "" });
    assert.equal(result(await api.get(`/rooms/${room}`), 200).id, room);
  }));

test("R2: a booking is created and read", () =>
  withApp(async (api) => {
    const room = await api.makeRoom();
    const response = await api.book(room, at("09:00"), at("10:30"), { title: " Planning with Bob \u{1f600}" });
    const booking = result(response, 201);
    assert.deepEqual(booking, {
      id: booking.id,
      room_id: room,
      title: " Planning with Bob \u{1f600}",
      start: "2025-03-03T09:00:00Z",
      end: "2025-03-03T10:30:00Z",
      status: "confirmed",
    });
    assert.match(booking.id, /^[A-Za-z0-9_-]+$/);
    assert.equal(response.location, `/bookings/${booking.id}`);
    assert.deepEqual(await api.read(booking), booking);
    assert.deepEqual(await api.list(room), [booking]);
  }));

for (const [start, end, startUtc, endUtc] of [
  ["2025-06-01T11:30:00+02:00", "2025-06-01T10:00:59Z", "2025-06-01T09:30:00Z", "2025-06-01T10:00:59Z"],
  ["2025-06-01T16:30:00Z", "2025-06-01T11:30:00-05:45", "2025-06-01T16:30:00Z", "2025-06-01T17:15:00Z"],
  ["2025-06-01T09:30:00-00:30", "2025-06-01T11:00:00-00:00", "2025-06-01T10:00:00Z", "2025-06-01T11:00:00Z"],
  ["2025-03-01T00:30:00+01:00", "2025-03-01T01:00:00Z", "2025-02-28T23:30:00Z", "2025-03-01T01:00:00Z"],
  ["2024-03-01T00:30:00+01:00", "2024-03-01T01:00:00Z", "2024-02-29T23:30:00Z", "2024-03-01T01:00:00Z"],
  ["2024-12-31T22:00:00-03:00", "2025-01-01T02:00:00Z", "2025-01-01T01:00:00Z", "2025-01-01T02:00:00Z"],
  ["2025-06-02T23:59:00+23:59", "2025-06-02T01:00:00Z", "2025-06-02T00:00:00Z", "2025-06-02T01:00:00Z"],
  ["2025-06-01T23:00:00Z", "2025-06-01T00:00:00-23:59", "2025-06-01T23:00:00Z", "2025-06-01T23:59:00Z"],
  ["2000-01-01T00:00:00Z", "2000-01-01T00:15:00Z", "2000-01-01T00:00:00Z", "2000-01-01T00:15:00Z"],
  ["1999-12-31T23:00:00-01:00", "2000-01-01T00:15:00Z", "2000-01-01T00:00:00Z", "2000-01-01T00:15:00Z"],
  ["2099-12-31T15:59:59Z", "2099-12-31T23:59:59Z", "2099-12-31T15:59:59Z", "2099-12-31T23:59:59Z"],
  ["2099-12-31T23:00:00Z", "2100-01-01T00:59:59+01:00", "2099-12-31T23:00:00Z", "2099-12-31T23:59:59Z"],
]) {
  test(`R2: times come back in UTC: ${start} to ${end}`, () =>
    withApp(async (api) => {
      const booking = await api.booked(await api.makeRoom(), start, end);
      assert.deepEqual([booking.start, booking.end], [startUtc, endUtc]);
      assert.deepEqual(await api.read(booking), booking);
    }));
}

test("R2: times are compared as instants", () =>
  withApp(async (api) => {
    const room = await api.makeRoom();
    await api.booked(room, "2025-03-03T09:00:00Z", "2025-03-03T10:00:00Z");
    assert.deepEqual(error(await api.book(room, "2025-03-02T23:30:00-10:00", "2025-03-03T00:30:00-10:00")), CONFLICT);
    await api.booked(room, "2025-03-03T09:00:00+05:00", "2025-03-03T10:00:00+05:00");
    await api.booked(room, "2025-03-03T12:00:00+02:00", "2025-03-03T13:00:00+02:00");
  }));

for (const [start, end] of [
  ["10:00", "12:00"],
  ["09:00", "11:00"],
  ["11:00", "13:00"],
  ["10:30", "11:30"],
  ["09:00", "13:00"],
  ["10:00", "11:00"],
  ["11:00", "12:00"],
  ["09:00", "10:00:01"],
  ["11:59:59", "13:00"],
]) {
  test(`R3: an overlap with 10:00 to 12:00 is refused and nothing stored: ${start} to ${end}`, () =>
    withApp(async (api) => {
      const room = await api.makeRoom();
      const booking = await api.booked(room, at("10:00"), at("12:00"));
      const evening = await api.booked(room, at("18:00"), at("19:00"));
      assert.deepEqual(error(await api.book(room, at(start), at(end))), CONFLICT);
      assert.deepEqual(await api.list(room), [booking, evening]);
    }));
}

test("R3: touching bookings and bookings of other rooms do not conflict", () =>
  withApp(async (api) => {
    const [room, other] = [await api.makeRoom(), await api.makeRoom()];
    const middle = await api.booked(room, at("10:00"), at("12:00"));
    const before = await api.booked(room, at("09:00"), at("10:00"));
    const after = await api.booked(room, at("12:00"), at("13:00"));
    const elsewhere = await api.booked(other, at("10:00"), at("12:00"));
    assert.deepEqual(await api.list(room), [before, middle, after]);
    assert.deepEqual(await api.list(other), [elsewhere]);
  }));

test("R4: one of several concurrent bookings wins", () =>
  withApp(async (api) => {
    const room = await api.makeRoom();
    const minutes = ["00", "00", "00", "00", "01", "02", "03", "04"];
    const responses = await api.bookAtOnce(room, minutes.map((minute) => [at(`09:${minute}`), at(`10:${minute}`)]));
    const created = responses.filter(({ status }) => status === 201).map(({ body }) => body);
    const refused = responses.filter(({ status }) => status !== 201).map(error);
    assert.deepEqual(refused, Array(7).fill(CONFLICT));
    assert.deepEqual(await api.list(room), created);
  }));

test("R4: concurrent bookings that do not overlap all succeed", () =>
  withApp(async (api) => {
    const room = await api.makeRoom();
    const hours = [10, 11, 12, 13, 14, 15, 16, 17];
    const responses = await api.bookAtOnce(room, hours.map((hour) => [at(`${hour}:00`), at(`${hour + 1}:00`)]));
    assert.deepEqual(await api.list(room), responses.map((response) => result(response, 201)));
  }));

test("R5: a repeated request gets the first answer", () =>
  withApp(async (api) => {
    const room = await api.makeRoom();
    const first = await api.book(room, at("09:00"), at("10:00"), { key: "k" });
    const again = await api.book(room, at("09:00"), at("10:00"), { key: "k" });
    assert.deepEqual(result(again, 201), result(first, 201));
    assert.equal(again.location, `/bookings/${first.body.id}`);
    assert.deepEqual(await api.list(room), [first.body]);
  }));

test("R5: another way to write the same booking gets the first answer", () =>
  withApp(async (api) => {
    const room = await api.makeRoom();
    const first = await api.booked(room, "2025-03-03T00:30:00Z", "2025-03-03T01:30:00Z", { key: "k" });
    const body = `{ "note": [1], "end": "2025-03-03T03:15:00+01:45",
      "title": "Pl\\u0061nning", "start": "2025-03-02T22:30:00-02:00" }`;
    const again = await api.send(`/rooms/${room}/bookings`, body, { "Idempotency-Key": "k" });
    assert.deepEqual(result(again, 201), first);
    assert.deepEqual(await api.list(room), [first]);
  }));

test("R5: the first answer is repeated after cancelling", () =>
  withApp(async (api) => {
    const room = await api.makeRoom();
    const first = await api.book(room, at("09:00"), at("10:00"), { key: "k" });
    const cancelled = await api.cancel(first.body);
    const other = await api.booked(room, at("09:30"), at("10:30"));
    const again = await api.book(room, at("09:00"), at("10:00"), { key: "k" });
    assert.deepEqual(result(again, 201), first.body);
    assert.equal(again.location, first.location);
    assert.deepEqual(await api.list(room), [other]);
    assert.deepEqual(await api.read(cancelled), cancelled);
  }));

for (const change of [
  { title: "planning" },
  { title: "Planning " },
  { start: at("09:00:01") },
  { end: at("10:00:01") },
  { start: "2025-03-03T09:00:00+00:01" },
  { start: at("11:00"), end: at("12:00") },
]) {
  test(`R5: a used key with another booking is refused: ${JSON.stringify(change)}`, () =>
    withApp(async (api) => {
      const room = await api.makeRoom();
      const first = await api.booked(room, at("09:00"), at("10:00"), { title: "Planning", key: "k" });
      const { start, end, title } = { start: at("09:00"), end: at("10:00"), title: "Planning", ...change };
      assert.deepEqual(error(await api.book(room, start, end, { title, key: "k" })), KEY_REUSED);
      assert.deepEqual(await api.list(room), [first]);
      await api.cancel(first);
      assert.deepEqual(error(await api.book(room, start, end, { title, key: "k" })), KEY_REUSED);
      assert.deepEqual(await api.list(room), []);
    }));
}

test("R5: keys are shared by all rooms", () =>
  withApp(async (api) => {
    const [room, other] = [await api.makeRoom(), await api.makeRoom()];
    await api.booked(room, at("09:00"), at("10:00"), { key: "k" });
    assert.deepEqual(error(await api.book(other, at("09:00"), at("10:00"), { key: "k" })), KEY_REUSED);
    assert.deepEqual(await api.list(other), []);
  }));

test("R5: keys are compared exactly", () =>
  withApp(async (api) => {
    const bookings = new Map();
    for (const key of ["k", "K", "kk", '"k"', "!", "~", "k".repeat(64), "k".repeat(63)]) {
      const room = await api.makeRoom();
      const booking = await api.booked(room, at("09:00"), at("10:00"), { key });
      assert.equal(booking.room_id, room);
      bookings.set(key, booking);
    }
    for (const [key, booking] of bookings) {
      assert.deepEqual(await api.booked(booking.room_id, at("09:00"), at("10:00"), { key }), booking);
    }
  }));

test("R5: without the key a repeated request is a conflict", () =>
  withApp(async (api) => {
    const room = await api.makeRoom();
    await api.booked(room, at("09:00"), at("10:00"));
    await api.booked(room, at("10:00"), at("11:00"), { key: "k" });
    assert.deepEqual(error(await api.book(room, at("09:00"), at("10:00"))), CONFLICT);
    assert.deepEqual(error(await api.book(room, at("10:00"), at("11:00"))), CONFLICT);
    assert.deepEqual(error(await api.book(room, at("10:00"), at("11:00"), { key: "other" })), CONFLICT);
  }));

test("R6: a key is free after a conflict", () =>
  withApp(async (api) => {
    const room = await api.makeRoom();
    const blocker = await api.booked(room, at("09:30"), at("10:30"));
    assert.deepEqual(error(await api.book(room, at("09:00"), at("10:00"), { key: "k" })), CONFLICT);
    await api.cancel(blocker);
    const booking = await api.booked(room, at("09:00"), at("10:00"), { key: "k" });
    assert.deepEqual(await api.list(room), [booking]);
  }));

test("R6: a key is free for another booking after errors", () =>
  withApp(async (api) => {
    const room = await api.makeRoom();
    await api.booked(room, at("09:00"), at("10:00"));
    assert.deepEqual(error(await api.book(room, at("09:00"), at("10:00"), { key: "k" })), CONFLICT);
    assert.deepEqual(error(await api.book(UNKNOWN_ID, at("09:00"), at("10:00"), { key: "k" })), NOT_FOUND);
    assert.deepEqual(faulty(await api.book(room, at("12:00"), at("11:00"), { key: "k" })), ["end"]);
    await api.booked(room, at("13:00"), at("14:00"), { title: "Other", key: "k" });
  }));

test("R6: concurrent requests with one key create one booking", () =>
  withApp(async (api) => {
    const room = await api.makeRoom();
    const responses = await api.bookAtOnce(room, Array(8).fill([at("09:00"), at("10:00")]), { "Idempotency-Key": "k" });
    const first = result(responses[0], 201);
    for (const response of responses) {
      assert.deepEqual(result(response, 201), first);
      assert.equal(response.location, `/bookings/${first.id}`);
    }
    assert.deepEqual(await api.list(room), [first]);
  }));

test("R6: everything is still there after a restart", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "rooms-"));
  t.after(() => rm(folder, { recursive: true }));
  const options = { databasePath: join(folder, "rooms.db") };
  let room, next, first, cancelled;
  await withApp(async (api) => {
    room = await api.makeRoom({ capacity: 7, name: "Kept" });
    first = await api.booked(room, at("09:00"), at("10:00"), { key: "k" });
    cancelled = await api.cancel(await api.booked(room, at("11:00"), at("12:00"), { key: "cancelled" }));
    next = await api.makeRoom({ capacity: 7 });
  }, options);
  await withApp(async (api) => {
    assert.deepEqual(result(await api.get(`/rooms/${room}`), 200), { id: room, name: "Kept", capacity: 7 });
    assert.deepEqual(await api.read(first), first);
    assert.deepEqual(await api.read(cancelled), cancelled);
    assert.deepEqual(await api.list(room), [first]);
    assert.deepEqual(error(await api.book(room, at("09:30"), at("10:30"))), CONFLICT);
    assert.deepEqual(await api.booked(room, at("09:00"), at("10:00"), { key: "k" }), first);
    assert.deepEqual(error(await api.book(room, at("13:00"), at("14:00"), { key: "cancelled" })), KEY_REUSED);
    const last = await api.makeRoom({ capacity: 7 });
    const rooms = (await api.free("12:00", "13:00")).map((slot) => slot.room_id);
    assert.deepEqual(rooms, [room, next, last]);
  }, options);
});

test("R7: a cancelled booking can be read and cancelled again", () =>
  withApp(async (api) => {
    const room = await api.makeRoom();
    const booking = await api.booked(room, at("09:00"), at("10:00"));
    const other = await api.booked(room, at("10:00"), at("11:00"));
    const cancelled = { ...booking, status: "cancelled" };
    assert.deepEqual(await api.cancel(booking), cancelled);
    assert.deepEqual(await api.cancel(booking), cancelled);
    assert.deepEqual(await api.read(booking), cancelled);
    assert.deepEqual(await api.read(other), other);
    assert.deepEqual(await api.list(room), [other]);
  }));

test("R7: the slot of a cancelled booking can be booked again", () =>
  withApp(async (api) => {
    const room = await api.makeRoom();
    const old = await api.booked(room, at("09:00"), at("10:00"));
    await api.cancel(old);
    const renewed = await api.booked(room, at("09:00"), at("10:00"));
    assert.notEqual(renewed.id, old.id);
    assert.deepEqual(error(await api.book(room, at("09:30"), at("10:30"))), CONFLICT);
    assert.deepEqual(await api.cancel(old), { ...old, status: "cancelled" });
    assert.deepEqual(await api.list(room), [renewed]);
  }));

test("R7: the body of cancel is ignored", () =>
  withApp(async (api) => {
    const booking = await api.booked(await api.makeRoom(), at("09:00"), at("10:00"));
    for (const body of ["", "{", Buffer.from([0xff]), '{"status": "confirmed"}']) {
      const response = await api.send(`/bookings/${booking.id}/cancel`, body);
      assert.deepEqual(result(response, 200), { ...booking, status: "cancelled" });
    }
  }));

test("R8: the list is ordered by start and of one room", () =>
  withApp(async (api) => {
    const room = await api.makeRoom();
    assert.deepEqual(await api.list(room), []);
    await api.booked(await api.makeRoom(), at("09:00"), at("10:00"));
    const late = await api.booked(room, at("15:00"), at("16:00"));
    const early = await api.booked(room, at("09:00"), at("10:00"));
    const noon = await api.booked(room, at("12:00"), at("12:30"));
    const morning = await api.booked(room, at("10:00"), at("11:00"));
    assert.deepEqual(await api.list(room), [early, morning, noon, late]);
  }));

test("R8: the list holds bookings that overlap the window, whole", () =>
  withApp(async (api) => {
    const room = await api.makeRoom();
    const booking = await api.booked(room, at("10:00"), at("11:00"));
    for (const [start, end, isListed] of [
      ["10:00", "11:00", true],
      ["11:00", "12:00", false],
      ["09:00", "10:00", false],
      ["10:59:59", "12:00", true],
      ["09:00", "10:00:01", true],
      ["09:00", "12:00", true],
      ["10:15", "10:45", true],
    ]) {
      const listed = await api.list(room, `from=${at(start)}&to=${at(end)}`);
      assert.deepEqual(listed, isListed ? [booking] : [], `${start} to ${end}`);
    }
  }));

test("R8: a window may be written with offsets, among unknown parameters", () =>
  withApp(async (api) => {
    const room = await api.makeRoom();
    const booking = await api.booked(room, at("10:00"), at("11:00"));
    const query = "from=2025-03-03T12:59:59%2B02:00&to=2025-03-03T03:00:00-08:00&page=1&page=";
    assert.deepEqual(await api.list(room, query), [booking]);
  }));

test("R8: a window of 31 days is the longest", () =>
  withApp(async (api) => {
    const room = await api.makeRoom();
    const booking = await api.booked(room, "2025-01-31T23:00:00Z", "2025-02-01T01:00:00Z");
    assert.deepEqual(await api.list(room, "from=2025-01-01T00:00:00Z&to=2025-02-01T00:00:00Z"), [booking]);
    const tooLong = "from=2025-01-01T00:00:00Z&to=2025-02-01T00:00:01Z";
    assert.deepEqual(faulty(await api.get(`/rooms/${room}/bookings?${tooLong}`)), ["to"]);
  }));

test("R8: an empty or reversed window is faulty", () =>
  withApp(async (api) => {
    const room = await api.makeRoom();
    for (const to of [at("09:00:00"), at("08:59:59")]) {
      assert.deepEqual(faulty(await api.get(`/rooms/${room}/bookings?${FROM}&to=${to}`)), ["to"]);
    }
  }));

test("R9: slots lie between bookings and the edges of the window", () =>
  withApp(async (api) => {
    const room = await api.makeRoom();
    assert.deepEqual(await api.free("09:00", "17:00", 480), slots(room, ["09:00", "17:00"]));
    for (const [start, end] of [["14:00", "15:00"], ["10:00", "11:00"], ["15:00", "16:00"]]) {
      await api.booked(room, at(start), at(end));
    }
    const expected = slots(room, ["09:00", "10:00"], ["11:00", "14:00"], ["16:00", "17:00"]);
    assert.deepEqual(await api.free("09:00", "17:00"), expected);
  }));

test("R9: slots are cut at the edges of the window", () =>
  withApp(async (api) => {
    const room = await api.makeRoom();
    await api.booked(room, at("10:00"), at("11:00"));
    for (const [start, end, ...times] of [
      ["10:30", "13:00", ["11:00", "13:00"]],
      ["08:00", "10:30", ["08:00", "10:00"]],
      ["08:00", "11:00", ["08:00", "10:00"]],
      ["10:15", "10:45"],
      ["10:00", "11:00"],
      ["11:00", "12:00", ["11:00", "12:00"]],
      ["09:00", "10:00", ["09:00", "10:00"]],
    ]) {
      assert.deepEqual(await api.free(start, end), slots(room, ...times), `${start} to ${end}`);
    }
  }));

test("R9: a stretch of exactly the duration counts", () =>
  withApp(async (api) => {
    const room = await api.makeRoom();
    await api.booked(room, at("09:45"), at("10:00"));
    await api.booked(room, at("10:45"), at("11:00"));
    const all = slots(room, ["09:00", "09:45"], ["10:00", "10:45"], ["11:00", "11:45"]);
    assert.deepEqual(await api.free("09:00", "11:45", 44), all);
    assert.deepEqual(await api.free("09:00", "11:45", 45), all);
    assert.deepEqual(await api.free("09:00", "11:45", 46), []);
  }));

test("R9: a stretch one second too short does not count", () =>
  withApp(async (api) => {
    const room = await api.makeRoom();
    await api.booked(room, at("09:29:59"), at("10:00:01"));
    assert.deepEqual(await api.free("09:00", "10:30", 30), []);
    const expected = slots(room, ["08:59:59", "09:29:59"], ["10:00:01", "10:30:01"]);
    assert.deepEqual(await api.free("08:59:59", "10:30:01", 30), expected);
  }));

test("R9: cancelled bookings leave time free", () =>
  withApp(async (api) => {
    const room = await api.makeRoom();
    await api.cancel(await api.booked(room, at("10:00"), at("11:00")));
    assert.deepEqual(await api.free("09:00", "12:00"), slots(room, ["09:00", "12:00"]));
  }));

test("R9: rooms come by capacity, then by creation", () =>
  withApp(async (api) => {
    assert.deepEqual(await api.free("09:00", "12:00"), []);
    const rooms = [];
    for (const [index, capacity] of [10, 2, 9, 10, 2, 1000, 9, 2, 10, 1, 9, 2].entries()) {
      rooms.push(await api.makeRoom({ capacity, name: `Room ${99 - index}` }));
    }
    await api.booked(rooms[9], at("10:00"), at("11:00"));
    const inOrder = [1, 4, 7, 11, 2, 6, 10, 0, 3, 8, 5].map((index) => rooms[index]);
    assert.deepEqual(await api.free("09:00", "12:00"), [
      ...slots(rooms[9], ["09:00", "10:00"], ["11:00", "12:00"]),
      ...inOrder.flatMap((room) => slots(room, ["09:00", "12:00"])),
    ]);
  }));

test("R9: rooms below the minimum capacity are left out", () =>
  withApp(async (api) => {
    const rooms = new Map();
    for (const capacity of [1, 6, 7, 8, 1000]) {
      rooms.set(await api.makeRoom({ capacity }), capacity);
    }
    for (const [more, capacities] of [
      ["", [1, 6, 7, 8, 1000]],
      ["&min_capacity=1", [1, 6, 7, 8, 1000]],
      ["&min_capacity=7", [7, 8, 1000]],
      ["&min_capacity=1000", [1000]],
    ]) {
      const found = await api.free("09:00", "10:00", 15, more);
      assert.deepEqual(found.map((slot) => rooms.get(slot.room_id)), capacities);
    }
  }));

test("R10: a body that is no JSON object is malformed", () =>
  withApp(async (api) => {
    const room = await api.makeRoom();
    for (const body of [
      "",
      "{",
      '{"name": "Room", "capacity": 4,}',
      '{"name": "Room", "capacity": 4} {}',
      '{"name": "Room", "capacity": NaN}',
      '{"name": "Room", "capacity": 4, "area": -Infinity}',
      '{"name": "line\nbreak", "capacity": 4}',
      Buffer.from('{"name": "Room", "capacity": 4, "note": "\xff"}', "latin1"),
      Buffer.from('{"name": "Room", "capacity": 4}', "utf16le"),
      '[{"name": "Room", "capacity": 4}]',
      "null",
      '"Room"',
      "[".repeat(20000) + "]".repeat(20000),
    ]) {
      assert.deepEqual(error(await api.send("/rooms", body)), MALFORMED, String(body));
      assert.deepEqual(error(await api.send(`/rooms/${room}/bookings`, body)), MALFORMED, String(body));
    }
  }));

test("R10: faulty name and title", () =>
  withApp(async (api) => {
    const room = await api.makeRoom();
    for (const text of [null, "", "  ", "tab\t", "\x00", "\x1f", "\x7f", "\ud800", "\ude00\ud83d", 5, ["Room"]]) {
      const message = JSON.stringify(text);
      assert.deepEqual(faulty(await api.post("/rooms", { name: text, capacity: 4 })), ["name"], message);
      assert.deepEqual(faulty(await api.book(room, at("09:00"), at("10:00"), { title: text })), ["title"], message);
    }
    for (const character of ["n", "\u{1f600}"]) {
      assert.deepEqual(faulty(await api.post("/rooms", { name: character.repeat(101), capacity: 4 })), ["name"]);
      const title = character.repeat(201);
      assert.deepEqual(faulty(await api.book(room, at("09:00"), at("10:00"), { title })), ["title"]);
      await api.booked(await api.makeRoom(), at("09:00"), at("10:00"), { title: character.repeat(200) });
    }
  }));

test("R10: faulty capacity", () =>
  withApp(async (api) => {
    for (const capacity of ["0", "1001", "1000.5", "0.5", "-4", "1e400", '"10"', "true", "null", "[4]"]) {
      const response = await api.send("/rooms", `{"name": "Room", "capacity": ${capacity}}`);
      assert.deepEqual(faulty(response), ["capacity"], capacity);
    }
  }));

test("R10: faulty times", () =>
  withApp(async (api) => {
    const room = await api.makeRoom();
    for (const time of [
      null,
      1740992400,
      "",
      "2025-02-29T09:00:00Z",
      "2025-04-31T09:00:00Z",
      "2025-13-10T09:00:00Z",
      "2025-03-00T09:00:00Z",
      "2025-03-03T24:00:00Z",
      "2025-03-03T09:60:00Z",
      "2025-03-03T09:00:60Z",
      "2025-03-03T09:00:00",
      "2025-03-03T09:00:00.000Z",
      "2025-03-03T09:00Z",
      "2025-03-03 09:00:00Z",
      "2025-03-03T09:00:00z",
      "2025-03-03t09:00:00Z",
      "2025-03-03T09:00:00+24:00",
      "2025-03-03T09:00:00+01:60",
      "2025-03-03T09:00:00+0100",
      "2025-03-03T09:00:00+01:00:00",
      "2025-03-03T09:00:00 01:00",
      " 2025-03-03T09:00:00Z",
      "2025-03-03T09:00:00Z\n",
      "20250303T090000Z",
      "+002025-03-03T09:00:00Z",
      "2025-03-03T0\u0669:00:00Z",
      "1999-12-31T23:59:59Z",
      "2000-01-01T00:59:59+01:00",
      "2100-01-01T00:00:00Z",
      "2099-12-31T23:00:00-01:00",
      "0000-01-01T00:00:00Z",
      "9999-12-31T23:59:59-23:59",
    ]) {
      assert.deepEqual(faulty(await api.book(room, time, time)), ["end", "start"], JSON.stringify(time));
    }
  }));

test("R10: a booking too short or too long is faulty at its end", () =>
  withApp(async (api) => {
    const room = await api.makeRoom();
    for (const end of ["09:14:59", "17:00:01", "09:00", "08:45"]) {
      assert.deepEqual(faulty(await api.book(room, at("09:00"), at(end))), ["end"], end);
    }
    assert.deepEqual(await api.list(room), []);
  }));

test("R10: faulty idempotency key", () =>
  withApp(async (api) => {
    const room = await api.makeRoom();
    for (const key of ["", "k".repeat(65), "two words", "two\twords", "sch\u00f6n"]) {
      assert.deepEqual(faulty(await api.book(room, at("09:00"), at("10:00"), { key })), ["Idempotency-Key"], key);
    }
  }));

test("R10: all faulty fields are reported at once", () =>
  withApp(async (api) => {
    const path = `/rooms/${await api.makeRoom()}/bookings`;
    const badKey = { "Idempotency-Key": "two words" };
    assert.deepEqual(faulty(await api.post("/rooms", { size: 4 })), ["capacity", "name"]);
    assert.deepEqual(faulty(await api.post(path, {}, badKey)), ["Idempotency-Key", "end", "start", "title"]);
    const body = { title: "Planning", start: at("10:00"), end: at("09:00") };
    assert.deepEqual(faulty(await api.post(path, body, badKey)), ["Idempotency-Key", "end"]);
    assert.deepEqual(faulty(await api.post(path, { ...body, start: "10:00" })), ["start"]);
    assert.deepEqual(faulty(await api.post(path, { ...body, end: null })), ["end"]);
  }));

test("R10: an idempotency key in the body is an unknown field", () =>
  withApp(async (api) => {
    const path = `/rooms/${await api.makeRoom()}/bookings`;
    const body = { title: "Planning", start: at("09:00"), end: at("10:00"), "Idempotency-Key": "two words" };
    result(await api.post(path, body), 201);
  }));

test("R10: faulty window", () =>
  withApp(async (api) => {
    const room = await api.makeRoom();
    for (const [query, names] of [
      ["", ["from", "to"]],
      [`from=&${TO}`, ["from"]],
      [`${FROM}&to`, ["to"]],
      [`${FROM}&${FROM}&${TO}`, ["from"]],
      [`${FROM}&${TO}&to=`, ["to"]],
      [`from[]=2025-03-03T09:00:00Z&${TO}`, ["from"]],
      [`from=2025-03-03T09:00:00+00:00&${TO}`, ["from"]],
      [`${FROM}&to=2025-02-30T10:00:00Z`, ["to"]],
      ["from=2025-03-03T24:00:00Z&to=2025-03-03T09:00:00Z", ["from"]],
    ]) {
      assert.deepEqual(faulty(await api.get(`/rooms/${room}/bookings?${query}`)), names, query);
      assert.deepEqual(faulty(await api.get(`/free-slots?${query}&duration_minutes=15`)), names, query);
    }
  }));

test("R10: faulty number in a search", () =>
  withApp(async (api) => {
    for (const [query, names] of [
      ["", ["duration_minutes"]],
      ["duration_minutes=14", ["duration_minutes"]],
      ["duration_minutes=481", ["duration_minutes"]],
      ["duration_minutes=%2B30", ["duration_minutes"]],
      ["duration_minutes=30.0", ["duration_minutes"]],
      ["duration_minutes=0x20", ["duration_minutes"]],
      ["duration_minutes=%2030", ["duration_minutes"]],
      ["duration_minutes=30%0A", ["duration_minutes"]],
      ["duration_minutes=%D9%A3%D9%A0", ["duration_minutes"]],
      [`duration_minutes=${"9".repeat(5000)}`, ["duration_minutes"]],
      ["duration_minutes=30&duration_minutes=30", ["duration_minutes"]],
      ["duration_minutes=30&min_capacity=", ["min_capacity"]],
      ["duration_minutes=30&min_capacity=0", ["min_capacity"]],
      ["duration_minutes=30&min_capacity=1001", ["min_capacity"]],
      ["duration_minutes=30&min_capacity=4&min_capacity=4", ["min_capacity"]],
      ["duration_minutes=x&min_capacity=x&to=x", ["duration_minutes", "min_capacity", "to"]],
    ]) {
      assert.deepEqual(faulty(await api.get(`/free-slots?${FROM}&${TO}&${query}`)), names, query);
    }
  }));

test("R10: a parameter repeated after very many others is faulty", () =>
  withApp(async (api) => {
    const query = `${FROM}&${TO}&duration_minutes=30&${"x&".repeat(2000)}duration_minutes=30`;
    assert.deepEqual(faulty(await api.get(`/free-slots?${query}`)), ["duration_minutes"]);
  }));

test("R10: a failure of the database is answered as an error", async (t) => {
  t.mock.method(console, "error", () => {});
  const app = createApp();
  app.locals.close();
  const server = app.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const api = new Api(`http://127.0.0.1:${server.address().port}`);
  const [status] = error(await api.get(`/rooms/${UNKNOWN_ID}`));
  assert.equal(status, 500);
});

test("R10: faults are answered in the stated order", () =>
  withApp(async (api) => {
    const room = await api.makeRoom();
    await api.booked(room, at("09:00"), at("10:00"), { key: "used" });
    await api.booked(room, at("11:00"), at("12:00"));
    const path = `/rooms/${UNKNOWN_ID}/bookings`;
    assert.deepEqual(error(await api.send(path, "[]", { "Idempotency-Key": "two words" })), MALFORMED);
    assert.deepEqual(faulty(await api.book(UNKNOWN_ID, at("09:00"), at("09:00"), { key: "used" })), ["end"]);
    assert.deepEqual(faulty(await api.get(path)), ["from", "to"]);
    assert.deepEqual(faulty(await api.get("/rooms/%FF/bookings?from=2025-03-03T09:00:00%2B02:00")), ["to"]);
    assert.deepEqual(error(await api.book(UNKNOWN_ID, at("09:00"), at("10:00"), { key: "used" })), NOT_FOUND);
    assert.deepEqual(error(await api.book(room, at("11:00"), at("12:00"), { key: "used" })), KEY_REUSED);
    assert.deepEqual(error(await api.book(room, at("11:00"), at("12:00"), { key: "new" })), CONFLICT);
  }));
