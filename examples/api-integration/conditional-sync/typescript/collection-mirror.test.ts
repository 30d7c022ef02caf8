import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";

import { CollectionMirror, type MirrorSettings, SyncError, type SyncErrorKind } from "./collection-mirror.ts";

interface Reply {
  status?: number;
  /** Names and values in turn. */
  headers?: string[];
  body?: string | Buffer;
  /** What is done instead of replying. */
  act?: (outgoing: http.ServerResponse) => void;
}

/** Replies of each path; the last one is repeated. Changing it changes the server. */
type Routes = Record<string, Reply[]>;

async function serve(t: TestContext, routes: Routes) {
  const requests: string[] = [];
  const accepted = new Set<string | undefined>();
  const server = http.createServer((incoming, outgoing) => {
    const path = incoming.url ?? "";
    requests.push([path, incoming.headers["if-none-match"] ?? []].flat().join(" "));
    accepted.add(`${incoming.method} ${incoming.headers.accept}`);
    const replies = routes[path] ?? [{ status: 404 }];
    const reply = (replies.length > 1 ? replies.shift() : replies[0])!;
    if (reply.act) return reply.act(outgoing);
    outgoing.writeHead(reply.status ?? 200, reply.headers ?? []).end(reply.body ?? "");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const sleeps: number[] = [];
  const mirror = (settings: MirrorSettings = {}, path = "/1") =>
    new CollectionMirror(`http://127.0.0.1:${port}${path}`, { sleep: async (s) => void sleeps.push(s), ...settings });
  return { port, url: (path: string) => `http://127.0.0.1:${port}${path}`, mirror, sleeps, accepted, taken: () => requests.splice(0) };
}

function items(...ids: string[]): string {
  return JSON.stringify(ids.map((id) => ({ id, name: id.toUpperCase() })));
}

function page(ids: string, { link, etag }: { link?: string; etag?: string } = {}): Reply {
  return { headers: [...(link ? ["Link", link] : []), ...(etag ? ["ETag", etag] : [])], body: items(...ids) };
}

async function idsOf(mirror: CollectionMirror): Promise<string> {
  return (await mirror.sync()).map(({ id }) => id).join("");
}

async function fails(mirror: CollectionMirror, kind: SyncErrorKind, url: string, status?: number): Promise<SyncError> {
  const outcome = await mirror.sync().catch((error: unknown) => error);
  assert.ok(outcome instanceof SyncError, `${outcome}`);
  assert.deepEqual([outcome.kind, outcome.url, outcome.status], [kind, url, status]);
  assert.equal(outcome.message, `${kind} at ${url}${status ? ` (status ${status})` : ""}`);
  return outcome;
}

test("R1: all items of all pages in order, repeated ids left out", async (t) => {
  const server = await serve(t, {
    "/1": [{ ...page("", { link: '</2>; rel="next"' }), body: '[{"id":"b","name":"\\u00fc"},{"id":"a","x":[1],"name":""}]' }],
    "/2": [page("bc", { link: '</3>; rel="next"' })],
    "/3": [page("cad")],
  });
  const result = await server.mirror().sync();
  assert.deepEqual(
    result.map(({ id, name }) => [id, name]),
    [["b", "ü"], ["a", ""], ["c", "C"], ["d", "D"]],
  );
  assert.deepEqual(server.taken(), ["/1", "/2", "/3"]);
  assert.deepEqual([...server.accepted], ["GET application/json"]);
});

test("R1: an empty collection", async (t) => {
  const server = await serve(t, { "/1": [page("")] });
  assert.deepEqual(await server.mirror().sync(), []);
  assert.deepEqual(server.taken(), ["/1"]);
});

for (const [link, path] of [
  ["</2>; rel=next", "/2"],
  ["</2>;rel=next", "/2"],
  ['</2> ; REL = "prefetch NEXT"', "/2"],
  ['</0>; rel="prev", </2>; title="x"; rel="next", </3>; rel="next"', "/2"],
  ['</a,b;c>; rel=prev,</2?a=1,2;b>; title=x; rel=Next', "/2?a=1,2;b"],
  ['</0>; title="\\", </3>; rel=next, <x>; rel=\\"next"; rel=first, , </2>; rel="next"; crossorigin', "/2"],
  ["</0>; rel=prev; rel=next, </2>;; rel=next;", "/2"],
  ["<?page=2>; rel=next", "/1?page=2"],
  ["</2#top>; rel=next", "/2"],
  ["<//HOST/2>; rel=next", "/2"],
  ["<http://HOST/2>; rel=next", "/2"],
]) {
  test(`R2: the next page of ${link}`, async (t) => {
    const routes: Routes = { [path]: [page("b")], "/1?page=1": [] };
    const server = await serve(t, routes);
    routes["/1?page=1"].push(page("a", { link: link.replace("HOST", `127.0.0.1:${server.port}`) }));
    assert.equal(await idsOf(server.mirror({}, "/1?page=1")), "ab");
    assert.deepEqual(server.taken(), ["/1?page=1", path]);
  });
}

test("R2: several Link fields, and links of other relations only", async (t) => {
  const server = await serve(t, {
    "/1": [{ headers: ["Link", "</0>; rel=prev", "Link", "</2>; rel=next"], body: items("a") }],
    "/2": [page("b", { link: '</0>; rel="prev nextish", </9>; title=next, </9>; rel, </9>' })],
  });
  assert.equal(await idsOf(server.mirror()), "ab");
});

for (const reference of [
  "http://HOST:OTHER/2",
  "//HOST:OTHER/2",
  "http://localhost:PORT/2",
  "https://HOST:PORT/2",
  "http://alice@HOST:PORT/2",
  "http://:secret@HOST:PORT/2",
  "ftp://HOST:PORT/2",
  "javascript:alert(1)",
]) {
  test(`R3: refuses the origin of ${reference}`, async (t) => {
    const other = await serve(t, { "/2": [page("b")] });
    const routes: Routes = { "/1": [], "/2": [page("b")] };
    const server = await serve(t, routes);
    const full = reference.replace("HOST", "127.0.0.1").replace("PORT", `${server.port}`).replace("OTHER", `${other.port}`);
    routes["/1"].push(page("a", { link: `<${full}>; rel=next` }));
    await fails(server.mirror(), "origin", server.url("/1"));
    assert.deepEqual([server.taken(), other.taken()], [["/1"], []]);
  });
}

for (const link of [
  "</2; rel=next",
  "/2; rel=next",
  "</2> rel=next",
  "</2>; rel=next x",
  '</2>; rel="next',
  "</2>; rel=next </3>",
  `</2>${";    ".repeat(500)}"`,
  `</2>${"; x =   ".repeat(500)}"`,
  `</2>${'; x=""  '.repeat(500)}"`,
]) {
  test(`R3: refuses the list ${link.slice(0, 40)}`, async (t) => {
    const server = await serve(t, { "/1": [page("a", { link })], "/2": [page("b")] });
    await fails(server.mirror(), "link", server.url("/1"));
    assert.deepEqual(server.taken(), ["/1"]);
  });
}

for (const reference of ["", "2", "./2", "#x", "/2 3", "/2\\3", '/2"', "/2^", "/2`", "/2{", "/2|", "1x:/2"]) {
  test(`R3: refuses the reference <${reference}>`, async (t) => {
    const server = await serve(t, { "/1": [page("a", { link: `<${reference}>; rel=next` })] });
    await fails(server.mirror(), "link", server.url("/1"));
    assert.deepEqual(server.taken(), ["/1"]);
  });
}

test("R3: a redirect is not followed", async (t) => {
  const server = await serve(t, { "/1": [{ status: 302, headers: ["Location", "/2"] }], "/2": [page("b")] });
  await fails(server.mirror(), "status", server.url("/1"), 302);
  assert.deepEqual(server.taken(), ["/1"]);
});

test("R4: remembered pages are asked for with their ETags and taken from memory", async (t) => {
  const routes: Routes = {
    "/1": [page("ab", { link: "</2>; rel=next", etag: 'W/"one"' })],
    "/2": [page("cd", { link: "</3>; rel=next", etag: '"two"' })],
    "/3": [page("e")],
  };
  const server = await serve(t, routes);
  const mirror = server.mirror();
  assert.equal(await idsOf(mirror), "abcde");
  server.taken();
  routes["/1"] = [{ status: 304, headers: ["ETag", '"other"'] }];
  routes["/2"] = [page("x", { link: "</3>; rel=next", etag: '"new"' })];
  assert.equal(await idsOf(mirror), "abxe");
  assert.deepEqual(server.taken(), ['/1 W/"one"', '/2 "two"', "/3"]);
  routes["/2"] = [{ status: 304 }];
  assert.equal(await idsOf(mirror), "abxe");
  assert.deepEqual(server.taken(), ['/1 W/"one"', '/2 "new"', "/3"]);
  routes["/2"] = [page("y")];
  assert.equal(await idsOf(mirror), "aby");
  assert.equal(await idsOf(mirror), "aby");
  assert.deepEqual(server.taken().slice(2), ['/1 W/"one"', "/2"]);
});

test("R4: nobody who has the items can change what is remembered", async (t) => {
  const server = await serve(t, { "/1": [page("ab", { etag: '"1"' }), { status: 304 }] });
  const mirror = server.mirror();
  const first = await mirror.sync();
  assert.throws(() => Object.assign(first[0], { id: "x" }), TypeError);
  first.pop();
  assert.equal(await idsOf(mirror), "ab");
});

test("R5: a failed run changes nothing of what is remembered", async (t) => {
  const routes: Routes = { "/1": [page("a", { link: "</2>; rel=next", etag: '"1"' })], "/2": [page("b", { etag: '"2"' })] };
  const server = await serve(t, routes);
  const mirror = server.mirror();
  await mirror.sync();
  Object.assign(routes, { "/1": [page("c", { link: "</2>; rel=next", etag: '"3"' })], "/2": [{ status: 500 }] });
  await fails(mirror, "status", server.url("/2"), 500);
  Object.assign(routes, { "/1": [{ status: 304 }], "/2": [{ status: 304 }] });
  server.taken();
  assert.equal(await idsOf(mirror), "ab");
  assert.deepEqual(server.taken(), ['/1 "1"', '/2 "2"']);
});

test("R5: pages that are no part of the last run are forgotten", async (t) => {
  const first = page("a", { link: "</2>; rel=next" });
  const server = await serve(t, { "/1": [first, page("a"), first], "/2": [page("b", { etag: '"2"' })] });
  const mirror = server.mirror();
  assert.deepEqual([await idsOf(mirror), await idsOf(mirror), await idsOf(mirror)], ["ab", "a", "ab"]);
  assert.deepEqual(server.taken(), ["/1", "/2", "/1", "/1", "/2"]);
});

test("R5: a 304 that was not asked for", async (t) => {
  const server = await serve(t, { "/1": [{ status: 304 }, page("a"), { status: 304 }] });
  const mirror = server.mirror();
  await fails(mirror, "status", server.url("/1"), 304);
  assert.equal(await idsOf(mirror), "a");
  await fails(mirror, "status", server.url("/1"), 304);
});

test("R6: a page is requested again after the wait that it asks for", async (t) => {
  const waits = ["0", "7", "60", "007", "", "-1", "1.5", "+2", "2 s", "Wed, 21 Oct 2026 07:28:00 GMT"];
  const busy = waits.map((wait, index) => ({ status: index % 2 ? 503 : 429, headers: ["Retry-After", wait] }));
  const server = await serve(t, { "/1": [page("a", { etag: '"1"' }), ...busy, { status: 503 }, { status: 304 }] });
  const mirror = server.mirror({ maxRetries: 11 });
  await mirror.sync();
  server.taken();
  assert.equal(await idsOf(mirror), "a");
  assert.deepEqual(server.sleeps, [0, 7, 60, 7, 1, 1, 1, 1, 1, 1, 1]);
  assert.deepEqual(new Set(server.taken()), new Set(['/1 "1"']));
});

test("R6: retries are counted for each page and bounded", async (t) => {
  const busy = { status: 503 };
  const server = await serve(t, {
    "/1": [busy, busy, busy, page("a", { link: "</2>; rel=next" })],
    "/2": [busy, busy, busy, { status: 429 }, page("b")],
  });
  await fails(server.mirror(), "unavailable", server.url("/2"), 429);
  assert.equal(server.sleeps.length, 6);
  assert.equal(server.taken().length, 8);
});

test("R6: a wait that is too long ends the run at once", async (t) => {
  const replies = ["61", "9".repeat(400), "5", "6"].map((wait) => ({ status: 429, headers: ["Retry-After", wait] }));
  const server = await serve(t, { "/1": replies });
  for (const settings of [{}, {}, { maxWaitSeconds: 5, maxRetries: 2 }]) {
    await fails(server.mirror(settings), "unavailable", server.url("/1"), 429);
  }
  assert.deepEqual(server.sleeps, [5]);
  assert.equal(server.taken().length, 4);
});

test("R7: a loop of pages ends", async (t) => {
  const server = await serve(t, {
    "/1": [page("a", { link: "</2>; rel=next" })],
    "/2": [page("b", { link: "</1#again>; rel=next" })],
  });
  await fails(server.mirror(), "loop", server.url("/1"));
  await fails(server.mirror({ maxPages: 2 }), "loop", server.url("/1"));
  assert.deepEqual(server.taken(), ["/1", "/2", "/1", "/2"]);
});

test("R7: no more pages than the limit", async (t) => {
  const server = await serve(t, {
    "/1": [page("a", { link: "</2>; rel=next" })],
    "/2": [page("b", { link: "</3>; rel=next" })],
    "/3": [page("c")],
  });
  assert.equal(await idsOf(server.mirror({ maxPages: 3 })), "abc");
  server.taken();
  await fails(server.mirror({ maxPages: 2 }), "pages", server.url("/3"));
  assert.deepEqual(server.taken(), ["/1", "/2"]);
});

test("R7: no longer body than the limit", async (t) => {
  const body = items("a");
  const server = await serve(t, {
    "/1": [{ body }],
    "/2": [{ body: Buffer.from(body.padEnd(2 ** 20)) }],
    "/3": [{ body: Buffer.from(body.padEnd(2 ** 20 + 1)) }],
    "/4": [{ act: (outgoing) => void outgoing.write(body) }], // goes on without end
  });
  const maxBodyBytes = body.length;
  assert.equal(await idsOf(server.mirror({ maxBodyBytes })), "a");
  await fails(server.mirror({ maxBodyBytes: maxBodyBytes - 1 }), "size", server.url("/1"), 200);
  assert.equal(await idsOf(server.mirror({}, "/2")), "a");
  await fails(server.mirror({}, "/3"), "size", server.url("/3"), 200);
  await fails(server.mirror({ maxBodyBytes: maxBodyBytes - 1 }, "/4"), "size", server.url("/4"), 200);
});

for (const status of [201, 204, 400, 401, 404, 500, 502]) {
  test(`R8: status ${status}`, async (t) => {
    const server = await serve(t, { "/1": [page("a", { link: "</2>; rel=next" })], "/2": [{ status }] });
    await fails(server.mirror(), "status", server.url("/2"), status);
  });
}

for (const body of [
  "",
  "[",
  '[{"id":"a","name":"b"}',
  '[{"id":"a","name":"b"}]]',
  '{"id":"a","name":"b"}',
  "null",
  "[null]",
  '["a"]',
  "[[]]",
  "[{}]",
  '[{"id":"a"}]',
  '[{"name":"b"}]',
  '[{"id":1,"name":"b"}]',
  '[{"id":"a","name":null}]',
  '[{"id":"a","name":"b"},{"id":"c","name":true}]',
  Buffer.from('[{"id":"\xff","name":"b"}]', "latin1"),
]) {
  test(`R8: the body ${typeof body === "string" ? body : "in another encoding"}`, async (t) => {
    const server = await serve(t, { "/1": [{ body }] });
    await fails(server.mirror(), "json", server.url("/1"), 200);
  });
}

test("R8: no response", async (t) => {
  const server = await serve(t, {
    "/1": [{ act: (outgoing) => outgoing.destroy() }],
    "/2": [{ act: () => {} }],
    "/3": [{ act: (outgoing) => void outgoing.writeHead(200, { "Content-Length": 9 }).write("[]", () => outgoing.destroy()) }],
    "/4": [{ act: (outgoing) => void outgoing.writeHead(200, { "Content-Length": 9 }).write("[]") }],
  });
  const error = await fails(server.mirror(), "connection", server.url("/1"));
  assert.ok(error.cause instanceof Error);
  await fails(server.mirror({ timeoutMs: 50 }, "/2"), "connection", server.url("/2"));
  await fails(server.mirror({}, "/3"), "connection", server.url("/3"));
  await fails(server.mirror({ timeoutMs: 50 }, "/4"), "connection", server.url("/4"));
});

test("R8: nobody listens", async () => {
  const server = http.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/1`;
  server.close();
  await once(server, "close");
  await fails(new CollectionMirror(url), "connection", url);
});
