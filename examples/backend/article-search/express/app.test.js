import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { createApp } from "./app.js";

/** Starts an app and returns a client of it; the end of the test stops it, or stop() before that. */
async function start(t, options) {
  const app = createApp(options);
  const server = app.listen(0, "127.0.0.1");
  await once(server, "listening");
  const base = `http://127.0.0.1:${server.address().port}`;
  let stopped = false;
  const stop = async () => {
    if (stopped) return;
    stopped = true;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    app.locals.close();
  };
  t.after(stop);

  const send = async (method, path, body, type = "application/json", more = {}) => {
    const headers = body === undefined ? {} : { "Content-Type": type, ...more };
    const response = await fetch(base + path, { method, body, headers });
    const text = await response.text();
    return { status: response.status, type: response.headers.get("content-type"), json: text && JSON.parse(text) };
  };
  const search = (q, more = {}) => send("GET", `/search?${new URLSearchParams({ q, ...more })}`);
  return {
    stop,
    send,
    search,
    put: (slug, title, body = "", tags = []) => send("PUT", `/articles/${slug}`, JSON.stringify({ title, body, tags })),
    slugs: async (q, more) => (await search(q, more)).json.items.map(({ slug }) => slug),
  };
}

test("R1: the index follows every write", async (t) => {
  const api = await start(t);
  const created = await api.put("lens", "Lens", "Old glass", ["b", "a", "b"]);
  assert.deepEqual(created.json, { slug: "lens", title: "Lens", body: "Old glass", tags: ["a", "b"] });
  assert.equal(created.status, 201);
  assert.equal((await api.put("lens", "Lens", "New prism", ["c"])).status, 200);
  assert.deepEqual((await api.send("GET", "/articles/lens")).json.tags, ["c"]);
  assert.deepEqual(await api.slugs("glass"), []);
  assert.deepEqual(await api.slugs("prism tag:c -tag:a"), ["lens"]);
  assert.equal((await api.send("DELETE", "/articles/lens")).status, 204);
  assert.deepEqual(await api.slugs("prism"), []);
  assert.equal((await api.send("DELETE", "/articles/lens")).status, 404);
});

test("R1 R5 R9: a restart keeps articles and cursors, another database refuses them", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "articles-"));
  t.after(() => rm(folder, { recursive: true }));
  const databasePath = join(folder, "articles.db");
  const before = await start(t, { databasePath });
  for (const slug of ["a", "b"]) await before.put(slug, "Lens");
  const { next_cursor: cursor } = (await before.search("lens", { limit: 1 })).json;
  await before.stop();
  const after = await start(t, { databasePath });
  assert.deepEqual(await after.slugs("lens", { cursor }), ["b"]);
  const other = await start(t, {});
  const refused = await other.search("lens", { cursor });
  assert.deepEqual([refused.status, refused.json.code], [400, "invalid_cursor"]);
});

test("R2 R7: words, phrases, tags and exclusion", async (t) => {
  const api = await start(t);
  await api.put("one", "Red lens", "ΟΔΟΣ 𝒳", ["glass"]);
  await api.put("two", "Lens: red", "x", ["glass", "old"]);
  assert.deepEqual(await api.slugs('"red LENS"'), ["one"]);
  assert.deepEqual(await api.slugs("lens -οδος"), ["two"]);
  assert.deepEqual(await api.slugs("tag:glass -tag:old"), ["one"]);
  assert.deepEqual(await api.slugs("tag:glass tag:old"), ["two"]);
  for (const q of ["len*", "red OR lens", "title:lens", "NEAR(red lens)"]) assert.deepEqual(await api.slugs(q), [], q);
});

test("R3 R5: scores, slugs and pages", async (t) => {
  const api = await start(t);
  await api.put("a", "x", "lens prism");
  await api.put("c", "Lens", "prism");
  await api.put("b", "Prism", "lens");
  await api.put("d", "Prism lens");
  const { items, next_cursor: cursor } = (await api.search("lens prism", { limit: 2 })).json;
  assert.deepEqual(items.map(({ slug, score }) => [slug, score]), [["d", 2], ["b", 1]]);
  await api.put("aa", "Lens, prism");
  assert.deepEqual(await api.slugs("lens prism", { cursor }), ["c", "a"]);
  assert.equal((await api.search("lens prism", { cursor, limit: 2 })).json.next_cursor, null);
});

test("R4 R8: the snippet is cut by characters and then escaped", async (t) => {
  const api = await start(t);
  await api.put("a", "<Lens>", `${"𝒳<".repeat(21)} lens ${"'".repeat(115)}`);
  const [item] = (await api.search("lens")).json.items;
  assert.equal(item.title_html, "&lt;<mark>Lens</mark>&gt;");
  assert.equal(item.snippet_html, `…&lt;${"𝒳&lt;".repeat(19)} <mark>lens</mark> ${"&#39;".repeat(115)}`);
});

test("R6 R7: faulty queries and limits are named together", async (t) => {
  const api = await start(t);
  for (const q of ["", " ", '"lens', "-lens", "tag:A", "!", "a\0", "x".repeat(201), "x ".repeat(11)]) {
    const { status, type, json } = await api.search(q, { limit: "51" });
    assert.deepEqual([status, type.split(";")[0], json.code], [422, "application/problem+json", "validation_failed"]);
    assert.deepEqual(Object.keys(json.errors).sort(), ["limit", "q"]);
  }
});

test("R6: faulty bodies", async (t) => {
  const api = await start(t);
  const faulty = await api.send("PUT", "/articles/a", '{"title": "", "tags": ["A"], "__proto__": 1}');
  assert.deepEqual(Object.keys(faulty.json.errors).sort(), ["__proto__", "body", "tags", "title"]);
  assert.equal((await api.send("PUT", "/articles/a", "[]")).json.code, "malformed_json");
  assert.equal((await api.send("PUT", "/articles/a", "{}", "text/json")).json.code, "unsupported_media_type");
  assert.equal((await api.send("PUT", "/articles/a", " ".repeat(65537))).json.code, "content_too_large");
  const coded = await api.send("PUT", "/articles/a", "{}", "application/json", { "Content-Encoding": "gzip" });
  assert.deepEqual([coded.status, coded.json.code], [415, "unsupported_media_type"]);
});
