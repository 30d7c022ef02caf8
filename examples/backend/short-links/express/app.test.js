import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { createApp } from "./app.js";

const TARGET = "https://example.com/page";
const PAST = "2001-02-03T04:05:06Z";
const FUTURE = "2099-12-31T23:59:59Z";

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

  constructor(base, close) {
    this.#base = base;
    this.close = close;
  }

  /** Sends text, bytes and undefined as they are, anything else as JSON. */
  async send(method, path, body, headers = {}) {
    const raw = body === undefined || typeof body === "string" || body instanceof Uint8Array;
    const response = await fetch(this.#base + path, {
      method,
      redirect: "manual",
      headers: { "Content-Type": "application/json", ...headers },
      body: raw ? body : JSON.stringify(body),
    });
    return readAnswer(response);
  }

  get(path, headers) {
    return this.send("GET", path, undefined, headers);
  }

  /** The target that a code leads to. */
  async follow(code, headers) {
    const { status, location, cacheControl } = await this.get(`/r/${code}`, headers);
    assert.deepEqual([status, cacheControl], [302, "no-store"]);
    return location;
  }

  async signUp(name = "alice") {
    const { status, body } = await this.send("POST", "/tenants", { name });
    assert.equal(status, 201);
    return this.tenant(body.api_key);
  }

  tenant(key) {
    return new Tenant(this, key);
  }
}

/** Sends requests with the key of a tenant. */
class Tenant {
  #api;

  constructor(api, key) {
    this.#api = api;
    this.key = key;
  }

  send(method, path, body, headers = {}) {
    return this.#api.send(method, path, body, { "X-Api-Key": this.key, ...headers });
  }

  get(path) {
    return this.send("GET", path);
  }

  post(body) {
    return this.send("POST", "/links", body);
  }

  patch(code, body) {
    return this.send("PATCH", `/links/${code}`, body);
  }

  delete(code) {
    return this.send("DELETE", `/links/${code}`);
  }

  async create(fields) {
    const { status, body } = await this.post({ url: TARGET, ...fields });
    assert.equal(status, 201);
    return body;
  }

  async read(code) {
    const { status, body } = await this.get(`/links/${code}`);
    assert.equal(status, 200);
    return body;
  }

  async links() {
    const { status, body } = await this.get("/links");
    assert.equal(status, 200);
    assert.deepEqual(Object.keys(body), ["items"]);
    return body.items;
  }
}

async function readAnswer(response) {
  const text = await response.text();
  const type = response.headers.get("Content-Type")?.split(";")[0];
  return {
    status: response.status,
    type,
    location: response.headers.get("Location"),
    cacheControl: response.headers.get("Cache-Control"),
    text,
    body: type?.endsWith("json") ? JSON.parse(text) : undefined,
  };
}

function assertProblem(answer, status, code, faulty, message) {
  assert.equal(answer.body?.type, `/problems/${code}`, message);
  assert.equal(answer.status, status);
  assert.equal(answer.type, "application/problem+json");
  const { title, errors, ...rest } = answer.body;
  assert.deepEqual(rest, { type: `/problems/${code}`, status });
  assert.ok(typeof title === "string" && title !== "");
  assert.deepEqual(errors && Object.keys(errors).sort(), faulty?.toSorted(), message);
  for (const text of Object.values(errors ?? {})) assert.ok(typeof text === "string" && text !== "");
}

const assertFaulty = (answer, names, message) => assertProblem(answer, 422, "validation_failed", names, message);
const assertNotFound = (answer) => assertProblem(answer, 404, "not_found");
const assertTaken = (answer) => assertProblem(answer, 409, "code_taken");
const assertExpired = (answer) => assertProblem(answer, 410, "expired");

function databaseFolder(t) {
  const folder = mkdtempSync(join(tmpdir(), "links-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** A point in time, relative to the current second, as the API writes it. */
const utc = (seconds) => new Date(Date.now() + seconds * 1000).toISOString().replace(/\.\d+Z/, "Z");

/** What `count` requests that are started at once are answered. */
const together = (count, start) => Promise.all(Array.from({ length: count }, (_, index) => start(index)));

test("R1: the service is up", async (t) => {
  const { status, type, body } = await (await startApi(t)).get("/health");
  assert.deepEqual([status, type, body], [200, "application/json", { status: "ok" }]);
});

test("R1: a link is created and read", async (t) => {
  const alice = await (await startApi(t)).signUp();
  const link = { code: "a-Z_9", url: TARGET, expires_at: FUTURE, hits: 0 };
  const created = await alice.post({ url: TARGET, code: "a-Z_9", expires_at: FUTURE });
  assert.deepEqual(created.body, link);
  assert.deepEqual([created.status, created.type, created.location], [201, "application/json", "/links/a-Z_9"]);
  assert.deepEqual(await alice.read("a-Z_9"), link);
});

test("R1: the server makes codes of its own", async (t) => {
  const alice = await (await startApi(t)).signUp();
  const links = await together(10, () => alice.create());
  for (const { code } of links) assert.match(code, /^[A-Za-z0-9]{8}$/);
  assert.equal(new Set(links.map(({ code }) => code)).size, 10);
  assert.deepEqual(links[0], { code: links[0].code, url: TARGET, expires_at: null, hits: 0 });
});

test("R1: the list has the oldest link first", async (t) => {
  const alice = await (await startApi(t)).signUp();
  const links = [];
  for (const code of ["mmm", "zzz", "AAA", "aaa", "---"]) links.push(await alice.create({ code }));
  assert.deepEqual(await alice.links(), links);
});

test("R1: everything is there after a restart", async (t) => {
  const databasePath = join(databaseFolder(t), "database.sqlite3");
  const before = await startApi(t, { databasePath });
  const alice = await before.signUp();
  const first = await alice.create({ code: "first" });
  const expired = await alice.create({ expires_at: PAST });
  await alice.create({ code: "deleted" });
  await alice.delete("deleted");
  await before.follow("first");
  await before.close();

  const after = await startApi(t, { databasePath });
  const sameAlice = after.tenant(alice.key);
  assert.deepEqual(await sameAlice.links(), [{ ...first, hits: 1 }, expired]);
  assert.equal(await after.follow("first"), TARGET);
  assertTaken(await sameAlice.post({ url: TARGET, code: "deleted" }));
});

test("R1: databases in memory are apart", async (t) => {
  const alice = await (await startApi(t)).signUp();
  for (const options of [undefined, {}, { databasePath: "" }]) {
    const other = await startApi(t, options);
    assertProblem(await other.tenant(alice.key).get("/links"), 401, "unauthorized");
  }
});

test("R2: a tenant signs up", async (t) => {
  const api = await startApi(t);
  const name = "😀".repeat(100);
  const [first, second] = await together(2, () => api.send("POST", "/tenants", { name }));
  assert.deepEqual([first.status, first.type], [201, "application/json"]);
  assert.deepEqual(Object.keys(first.body).sort(), ["api_key", "id", "name"]);
  assert.equal(first.body.name, name);
  assert.match(first.body.api_key, /^[A-Za-z0-9_-]{32,}$/);
  assert.notEqual(first.body.id, second.body.id);
  assert.notEqual(first.body.api_key, second.body.api_key);
});

for (const method of ["GET", "POST", "PATCH", "DELETE"]) {
  test(`R2: ${method} needs the key of a tenant`, async (t) => {
    const api = await startApi(t);
    const alice = await api.signUp();
    const link = await alice.create({ code: "link" });
    const path = method === "POST" ? "/links" : "/links/link";
    const body = method === "GET" ? undefined : "{";
    for (const headers of [{}, { "X-Api-Key": "" }, { "X-Api-Key": alice.key.slice(1) }]) {
      assertProblem(await api.send(method, path, body, headers), 401, "unauthorized");
    }
    assert.deepEqual(await alice.read("link"), link);
  });
}

test("R2: the database does not hold keys", async (t) => {
  const folder = databaseFolder(t);
  const api = await startApi(t, { databasePath: join(folder, "database.sqlite3") });
  const { key } = await api.signUp("bob of example.com");
  const stored = Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));
  assert.ok(stored.includes("bob of example.com"));
  assert.ok(!stored.includes(key));
});

for (const method of ["GET", "PATCH", "DELETE"]) {
  test(`R3: ${method} of another tenant's link is not found`, async (t) => {
    const api = await startApi(t);
    const [alice, bob] = await together(2, () => api.signUp());
    const link = await alice.create({ code: "link" });
    const body = method === "PATCH" ? { expires_at: PAST } : undefined;
    const foreign = await bob.send(method, "/links/link", body);
    const unknown = await bob.send(method, "/links/unknown", body);
    assertNotFound(foreign);
    assert.deepEqual(foreign, unknown);
    assert.deepEqual(await bob.links(), []);
    assert.deepEqual(await alice.read("link"), link);
    assert.equal(await api.follow("link", { "X-Api-Key": bob.key }), TARGET);
  });
}

test("R4: codes stay taken", async (t) => {
  const api = await startApi(t);
  const [alice, bob] = await together(2, () => api.signUp());
  await alice.create({ code: "used" });
  await alice.create({ code: "deleted" });
  assert.equal((await alice.delete("deleted")).status, 204);
  for (const tenant of [alice, bob]) {
    assertTaken(await tenant.post({ url: TARGET, code: "used" }));
    assertTaken(await tenant.post({ url: TARGET, code: "deleted" }));
  }
  assert.equal((await bob.create({ code: "USED" })).code, "USED");
  assert.deepEqual((await alice.links()).map(({ code }) => code), ["used"]);
});

test("R4: of concurrent creations with one code one succeeds", async (t) => {
  const api = await startApi(t);
  const tenants = await together(2, () => api.signUp());
  const answers = await together(8, (index) => tenants[index % 2].post({ url: TARGET, code: "same" }));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [201, ...Array(7).fill(409)]);
  assert.equal((await together(2, (index) => tenants[index].links())).flat().length, 1);
});

test("R5: the location is the target as it was sent", async (t) => {
  const api = await startApi(t);
  const alice = await api.signUp();
  for (const url of ["http://example.com", "HTTPS://Example.COM:443/../a%7e?b=\"<>^`{|}'&c#d@e:f"]) {
    const { code } = await alice.create({ url });
    const headers = { "X-Forwarded-Host": "other.example", Referer: "http://other.example/" };
    assert.equal(await api.follow(`${code}?url=https://example.com/other&next=x&%zz`, headers), url);
    assert.equal((await alice.read(code)).hits, 1);
  }
});

test("R5: concurrent redirects are all counted", async (t) => {
  const api = await startApi(t);
  const alice = await api.signUp();
  await alice.create({ code: "link" });
  assert.deepEqual(await together(20, () => api.follow("link")), Array(20).fill(TARGET));
  assert.equal((await alice.read("link")).hits, 20);
});

test("R6: a link expires at its time", async (t) => {
  const api = await startApi(t);
  const alice = await api.signUp();
  for (const [seconds, status] of [[-86_400, 410], [-1, 410], [0, 410], [60, 302], [86_400, 302]]) {
    const link = await alice.create({ expires_at: utc(seconds) });
    assert.equal((await api.get(`/r/${link.code}`)).status, status, `${seconds}`);
    assert.deepEqual(await alice.read(link.code), { ...link, hits: Number(status === 302) });
  }
});

test("R6: the expiry is changed both ways", async (t) => {
  const api = await startApi(t);
  const alice = await api.signUp();
  const link = await alice.create({ code: "link" });
  const changed = await alice.patch("link", { expires_at: PAST });
  assert.equal(changed.status, 200);
  assert.deepEqual(changed.body, { ...link, expires_at: PAST });
  assertExpired(await api.get("/r/link"));
  assert.equal((await alice.patch("link", { expires_at: FUTURE })).body.expires_at, FUTURE);
  assert.equal(await api.follow("link"), TARGET);
  assert.deepEqual((await alice.patch("link", { expires_at: null })).body, { ...link, hits: 1 });
  assert.equal(await api.follow("link"), TARGET);
});

test("R6: deleted and unknown links are not found", async (t) => {
  const api = await startApi(t);
  const alice = await api.signUp();
  await alice.create({ code: "deleted", expires_at: PAST });
  const { status, text } = await alice.delete("deleted");
  assert.deepEqual([status, text], [204, ""]);
  for (const code of ["deleted", "unknown", "%00", "%zz", "a".repeat(40)]) {
    assertNotFound(await api.get(`/r/${code}`));
    assertNotFound(await alice.get(`/links/${code}`));
    assertNotFound(await alice.patch(code, { expires_at: null }));
    assertNotFound(await alice.delete(code));
  }
});

test("R7: internal hosts are refused", async (t) => {
  const alice = await (await startApi(t)).signUp();
  const hosts = `
    localhost LOCALHOST. a.localhost 127.0.0.1 127.1. 2130706433 0177.0.0.1 0x7f.0x.1 0 0x 10.255.255.255 100.64.0.0
    100.127.255.255 169.254.169.254 172.16.0.0 172.31.255.255 192.168.0.1 224.0.0.0 4294967295 [::1] [::]
    [::ffff:127.0.0.1] [::ffff:7f00:1] [::10.0.0.1] [64:ff9b::a00:1] [fc00::] [fdff::1] [fe80::1] [febf::1] [ff02::1]
  `;
  for (const host of hosts.trim().split(/\s+/)) {
    assertFaulty(await alice.post({ url: `http://${host}/` }), ["url"], host);
  }
  assert.deepEqual(await alice.links(), []);
});

test("R7: other hosts are accepted", async (t) => {
  const alice = await (await startApi(t)).signUp();
  const hosts = `
    localhost.example alocalhost 127.0.0.1.example 192.0.2.1 192.0.513 3221225985 0300.0.2.1 0xc0.0x.2.1. 1.0.0.0
    9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 128.0.0.0 172.15.255.255 172.32.0.0 223.255.255.255
    [2001:db8::1] [::ffff:192.0.2.1] [::1:7f00:1:1] [64:ff9b:1::7f00:1] [fbff::] [fe00::] [fec0::] [feff::]
  `;
  for (const host of hosts.trim().split(/\s+/)) {
    const url = `http://${host}/`;
    const { status, body } = await alice.post({ url });
    assert.deepEqual([status, body.url], [201, url]);
  }
});

test("R8: targets of wrong form are refused", async (t) => {
  const alice = await (await startApi(t)).signUp();
  const targets = String.raw`
    ftp://example.com //example.com example.com http:example.com http:///a http:// http://?a http://alice@example.com
    http://example.com@192.0.2.1 http://example.com\ http://:80 http://example.com:0 http://example.com:65536
    http://example.com:000080 http://a: http://1.2.3.4.5 http://256.1.1.1 http://1.2.65536 http://4294967296 http://08
    http://a.1 http://0x100.1 http://a..b http://.a http://a.. http://a%2eb http://[2001:db8::1%lo] http://[]
    http://[1::2::3] http://[1:2:3:4:5:6:7:8::] http://2001:db8::1 http://[2001:db8::1]. http://exämple.com
    httpſ://example.com
  `;
  const spaced = ["", " http://example.com", "http://example.com/\n", "http://a b", "http://a/\0"];
  const long = [`http://a/${"x".repeat(1992)}`, `http://${"a".repeat(64)}/`, `http://${"a.".repeat(126)}aa`];
  for (const url of [...targets.trim().split(/\s+/), ...spaced, ...long, null, 7, [TARGET]]) {
    assertFaulty(await alice.post({ url }), ["url"], `${url}`);
  }
});

test("R8: extreme targets are accepted", async (t) => {
  const alice = await (await startApi(t)).signUp();
  const rests = ["/@", "?a@b", '#@[]"<>', ":1", ":65535", ":00080/a:b@c"];
  const long = [`http://a/${"x".repeat(1991)}`, `http://${"a".repeat(63)}/`, `http://${"a.".repeat(127)}`];
  for (const url of [...rests.map((rest) => `HTTP://Example.com${rest}`), ...long]) {
    const { status, body } = await alice.post({ url });
    assert.deepEqual([status, body.url], [201, url]);
  }
});

test("R9: all faulty fields are named", async (t) => {
  const api = await startApi(t);
  const alice = await api.signUp();
  const body = '{"hits": 1, "__proto__": 2, "toString": 3, "code": null}';
  assertFaulty(await alice.post(body), ["url", "hits", "__proto__", "toString", "code"]);
  assertFaulty(await alice.patch("link", { url: TARGET }), ["url", "expires_at"]);
  for (const name of ["", "a".repeat(101), "a\0", null, 7]) {
    assertFaulty(await api.send("POST", "/tenants", { name }), ["name"]);
  }
  for (const code of ["", "ab", "a".repeat(33), "a.b", "abc\n", "abé", 123]) {
    assertFaulty(await alice.post({ url: TARGET, code }), ["code"], `${code}`);
  }
});

test("R9: faulty times are refused", async (t) => {
  const alice = await (await startApi(t)).signUp();
  const times = `
    2030-02-29T00:00:00Z 2030-13-01T00:00:00Z 2030-01-31T24:00:00Z 2030-01-31T23:59:60Z 1999-12-31T23:59:59Z
    2100-01-01T00:00:00Z 2030-01-31T10:00:00 2030-01-31T10:00:00.0Z 2030-01-31T10:00:00.000Z 2030-01-31T10:00:00+00:00
    2030-01-31t10:00:00z 2030-1-31T10:00:00Z 2030-01-31 20300131T100000Z
  `;
  await alice.create({ code: "link" });
  for (const text of [...times.trim().split(/\s+/), "2030-01-31T10:00:00Z\n", "2030-01-31 10:00:00Z", "", 0, false]) {
    assertFaulty(await alice.post({ url: TARGET, expires_at: text }), ["expires_at"], `${text}`);
    assertFaulty(await alice.patch("link", { expires_at: text }), ["expires_at"], `${text}`);
  }
  for (const text of ["2000-01-01T00:00:00Z", "2028-02-29T23:59:59Z", FUTURE]) {
    assert.equal((await alice.create({ expires_at: text })).expires_at, text);
  }
});

test("R9: malformed bodies are refused", async (t) => {
  const api = await startApi(t);
  const alice = await api.signUp();
  const bytes = [Buffer.from('{"url": "\xff"}', "latin1"), Buffer.from("{}", "utf16le")];
  for (const body of ["", "{", "[]", "null", '{"a": NaN}', ...bytes]) {
    assertProblem(await api.send("POST", "/tenants", body), 400, "malformed_json");
    assertProblem(await alice.post(body), 400, "malformed_json");
    assertProblem(await alice.patch("unknown", body), 400, "malformed_json");
  }
});

test("R9: faults are answered in order", async (t) => {
  const api = await startApi(t);
  const alice = await api.signUp();
  const plain = { "Content-Type": "text/plain" };
  await alice.create({ code: "taken" });
  assertProblem(await api.send("POST", "/links", "{", plain), 401, "unauthorized");
  assertProblem(await alice.send("POST", "/links", "{", plain), 415, "unsupported_media_type");
  assertProblem(await alice.patch("unknown", "{"), 400, "malformed_json");
  assertFaulty(await alice.patch("unknown", {}), ["expires_at"]);
  assertFaulty(await alice.post({ url: "http://127.1", code: "taken" }), ["url"]);
  const json = { "Content-Type": "Application/JSON; charset=utf-8" };
  assert.equal((await alice.send("POST", "/links", { url: TARGET }, json)).status, 201);
});

test("R9: unknown paths are not found", async (t) => {
  const api = await startApi(t);
  const alice = await api.signUp();
  for (const path of ["/", "/r", "/nothing", "/Links", "/links/a/b", "/tenants/x"]) {
    assertNotFound(await api.get(path));
    assertNotFound(await alice.get(path));
  }
});
