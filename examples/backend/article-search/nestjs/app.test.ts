import "reflect-metadata";
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";

import { Test } from "@nestjs/testing";

import { AppModule, type AppOptions } from "./app.module.ts";

interface Reply {
  status: number;
  type: string | null;
  json: any;
}

/** Starts an app and returns a client of it; the end of the test stops it, or stop() before that. */
async function start(t: TestContext, options?: AppOptions) {
  const module = await Test.createTestingModule({ imports: [AppModule.forRoot(options)] }).compile();
  const app = module.createNestApplication({ bodyParser: false, logger: false });
  await app.listen(0, "127.0.0.1");
  const base = await app.getUrl();
  let stopping: Promise<void> | undefined;
  const stop = () => (stopping ??= app.close());
  t.after(stop);

  async function send(method: string, path: string, body?: string, type = "application/json"): Promise<Reply> {
    const content = body === undefined ? {} : { body, headers: { "Content-Type": type } };
    const response = await fetch(base + path, { method, ...content });
    const text = await response.text();
    return { status: response.status, type: response.headers.get("content-type"), json: text && JSON.parse(text) };
  }
  const search = (q: string, more: Record<string, string> = {}) =>
    send("GET", `/search?${new URLSearchParams({ q, ...more })}`);
  const found = async (q: string, more?: Record<string, string>): Promise<string> => {
    const { items } = (await search(q, more)).json;
    return items.map(({ slug }: { slug: string }) => slug).join(" ");
  };
  const put = (slug: string, title: string, body = "", ...tags: string[]) =>
    send("PUT", `/articles/${slug}`, JSON.stringify({ title, body, tags }));
  return { stop, send, search, found, put };
}

test("R1: every write reaches the index", async (t) => {
  const api = await start(t);
  const created = await api.put("moss", "Moss", "Damp stone", "b", "a", "b");
  assert.deepEqual(created.json, { slug: "moss", title: "Moss", body: "Damp stone", tags: ["a", "b"] });
  assert.equal(created.status, 201);
  assert.equal((await api.put("moss", "Moss", "Old tree", "c")).status, 200);
  assert.deepEqual((await api.send("GET", "/articles/moss")).json.body, "Old tree");
  assert.equal(await api.found("stone"), "");
  assert.equal(await api.found("tree tag:c -tag:a"), "moss");
  assert.equal((await api.send("DELETE", "/articles/moss")).status, 204);
  assert.equal(await api.found("tree"), "");
  assert.equal((await api.send("DELETE", "/articles/moss")).json.code, "not_found");
});

test("R1 R5 R9: a cursor outlives a restart and is worth nothing elsewhere", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "articles-"));
  t.after(() => rm(folder, { recursive: true }));
  const databasePath = join(folder, "articles.db");
  const first = await start(t, { databasePath });
  await first.put("a", "Moss");
  await first.put("b", "Moss");
  const { next_cursor: cursor } = (await first.search("moss", { limit: "1" })).json;
  await first.stop();
  const second = await start(t, { databasePath });
  assert.equal(await second.found("moss", { cursor }), "b");
  const other = await start(t);
  const refused = await other.search("moss", { cursor });
  assert.deepEqual([refused.status, refused.json.code], [400, "invalid_cursor"]);
});

test("R2 R7: what queries find", async (t) => {
  const api = await start(t);
  await api.put("one", "Green moss", "ΟΔΟΣ", "plant");
  await api.put("two", "Moss: green", "x", "plant", "old");
  const answers = {
    '"green MOSS"': "one",
    "moss -οδος": "two",
    "tag:plant -tag:old": "one",
    "tag:plant tag:old": "two",
    'green"moss"': "one two",
    "mos*": "",
    "green OR moss": "",
    "title:moss": "",
    "moss' OR '1'='1": "",
  };
  for (const [q, slugs] of Object.entries(answers)) assert.equal(await api.found(q), slugs, q);
});

test("R3 R5: order and pages", async (t) => {
  const api = await start(t);
  await api.put("a", "x", "moss fern");
  await api.put("c", "Moss", "fern");
  await api.put("b", "Fern", "moss");
  await api.put("d", "Fern and moss");
  const first = (await api.search("moss fern", { limit: "2" })).json;
  assert.deepEqual(first.items.map(({ slug, score }: any) => [slug, score]), [["d", 2], ["b", 1]]);
  await api.put("aa", "Moss and fern");
  const cursor = first.next_cursor;
  assert.equal(await api.found("moss fern", { cursor }), "c a");
  assert.equal((await api.search("moss fern", { cursor, limit: "2" })).json.next_cursor, null);
});

test("R4 R8: marked and escaped texts", async (t) => {
  const api = await start(t);
  await api.put("a", "'Moss' & <b>", `${"𝒳<".repeat(21)} moss fern ${'"'.repeat(200)}`);
  const { items } = (await api.search('"moss fern" moss')).json;
  assert.equal(items[0].title_html, "&#39;<mark>Moss</mark>&#39; &amp; &lt;b&gt;");
  assert.equal(
    items[0].snippet_html,
    `…&lt;${"𝒳&lt;".repeat(19)} <mark>moss fern</mark> ${"&quot;".repeat(110)}…`,
  );
});

test("R6 R7: faulty parameters", async (t) => {
  const api = await start(t);
  for (const q of ["", " ", '"moss', "-moss", "tag:A", "!", "a\0", "x".repeat(201), "x ".repeat(11)]) {
    const { status, type, json } = await api.search(q, { limit: "00" });
    assert.deepEqual([status, type, json.code], [422, "application/problem+json", "validation_failed"]);
    assert.deepEqual(Object.keys(json.errors).sort(), ["limit", "q"]);
  }
});

test("R6: faulty bodies", async (t) => {
  const api = await start(t);
  const faulty = await api.send("PUT", "/articles/a", '{"title": "", "tags": ["A"], "__proto__": 1}');
  assert.deepEqual(Object.keys(faulty.json.errors).sort(), ["__proto__", "body", "tags", "title"]);
  assert.equal((await api.send("PUT", "/articles/a", "null")).json.code, "malformed_json");
  assert.equal((await api.send("PUT", "/articles/a", "{}", "text/json")).json.code, "unsupported_media_type");
  assert.equal((await api.send("PUT", "/articles/a", " ".repeat(65537))).json.code, "content_too_large");
});
