import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";

import { createApp } from "./app.js";

const JSON_TYPE = { "Content-Type": "application/json" };
const NEW = { "If-None-Match": "*" };

/** Starts an app and returns a client of it; the end of the test stops it, or stop() before that. */
async function start(t, options) {
  const app = createApp(options);
  const server = app.listen(0, "127.0.0.1");
  await once(server, "listening");
  const base = `http://127.0.0.1:${server.address().port}`;
  let stopping;
  const stop = () => (stopping ??= shutDown(app, server));
  t.after(stop);

  const send = async (method, path, { headers, body } = {}) => {
    const response = await fetch(base + path, { method, headers, body });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: text ? JSON.parse(text) : undefined };
  };
  const write = (method, path, value, headers) =>
    send(method, path, { headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(value) });
  return {
    base,
    stop,
    send,
    get: (path, headers) => send("GET", path, { headers }),
    put: (path, value, headers) => write("PUT", path, value, headers),
    patch: (path, value, headers) => write("PATCH", path, value, headers),
    delete: (path, headers) => send("DELETE", path, { headers }),
    restore: (path) => send("POST", `${path}/restore`),
  };
}

async function shutDown(app, server) {
  server.close();
  server.closeAllConnections();
  await once(server, "close");
  app.locals.close();
}

/** Starts an app that holds the document "note" in version 1. */
async function startWithNote(t) {
  const api = await start(t);
  const created = await api.put("/documents/note", { title: "One", content: "first" }, NEW);
  assert.equal(created.status, 201);
  return api;
}

function assertMediaType(response, mediaType) {
  assert.equal(response.headers.get("content-type")?.split(";")[0], mediaType);
}

function assertDocument(response, status, document) {
  assert.equal(response.status, status);
  assert.deepEqual(response.json, document);
  assertMediaType(response, "application/json");
  assert.equal(response.headers.get("etag"), `"${document.version}"`);
}

function assertProblem(response, status, code, faultyFields) {
  const { title, errors, ...rest } = response.json;
  assert.deepEqual(rest, { type: `/problems/${code}`, status });
  assert.equal(response.status, status);
  assertMediaType(response, "application/problem+json");
  assert.ok(typeof title === "string" && title !== "");
  assert.deepEqual(errors && Object.keys(errors).sort(), faultyFields?.toSorted());
  assert.ok(Object.values(errors ?? {}).every((text) => typeof text === "string" && text !== ""));
}

async function assertNoteIsUnchanged(api) {
  assertDocument(await api.get("/documents/note"), 200, { id: "note", title: "One", content: "first", version: 1 });
  assert.equal((await api.get("/documents/note/versions")).json.items.length, 1);
}

const statuses = (responses) => responses.map((response) => response.status).sort();

test("R1: a PUT with If-None-Match * creates version 1", async (t) => {
  const api = await start(t);
  const response = await api.put("/documents/a-1", { title: "One", content: "" }, NEW);
  assertDocument(response, 201, { id: "a-1", title: "One", content: "", version: 1 });
  assert.equal(response.headers.get("location"), "/documents/a-1");
  assertDocument(await api.get("/documents/a-1"), 200, { id: "a-1", title: "One", content: "", version: 1 });
});

test("R1: creating an existing document is answered 412 and changes nothing", async (t) => {
  const api = await startWithNote(t);
  assertProblem(await api.put("/documents/note", { title: "X", content: "x" }, NEW), 412, "precondition_failed");
  await assertNoteIsUnchanged(api);
});

test("R1: one of several concurrent creations succeeds", async (t) => {
  const api = await start(t);
  const titles = ["A", "B", "C", "D", "E", "F", "G", "H"];
  const responses = await Promise.all(titles.map((title) => api.put("/documents/n", { title, content: "" }, NEW)));
  assert.deepEqual(statuses(responses), [201, ...Array(7).fill(412)]);
  const winner = responses.find((response) => response.status === 201).json;
  assert.deepEqual((await api.get("/documents/n")).json, winner);
});

test("R1: an in-memory database belongs to one app", async (t) => {
  const [one, two] = [await startWithNote(t), await start(t, { databasePath: "" })];
  assert.equal((await one.get("/documents/note")).status, 200);
  assertProblem(await two.get("/documents/note"), 404, "not_found");
});

test("R2: PUT replaces both fields", async (t) => {
  const api = await startWithNote(t);
  const response = await api.put("/documents/note", { title: "Two", content: "" }, { "If-Match": '"1"' });
  assertDocument(response, 200, { id: "note", title: "Two", content: "", version: 2 });
  assertDocument(await api.get("/documents/note"), 200, { id: "note", title: "Two", content: "", version: 2 });
});

test("R2: PATCH changes only the fields given", async (t) => {
  const api = await startWithNote(t);
  const titled = await api.patch("/documents/note", { title: "Two" }, { "If-Match": '"1"' });
  assertDocument(titled, 200, { id: "note", title: "Two", content: "first", version: 2 });
  const emptied = await api.patch("/documents/note", { content: "" }, { "If-Match": '"2"' });
  assertDocument(emptied, 200, { id: "note", title: "Two", content: "", version: 3 });
});

test("R2: a write without a difference raises the version", async (t) => {
  const api = await startWithNote(t);
  const same = { title: "One", content: "first" };
  assertDocument(await api.patch("/documents/note", {}, { "If-Match": '"1"' }), 200, { id: "note", ...same, version: 2 });
  assertDocument(await api.put("/documents/note", same, { "If-Match": '"2"' }), 200, { id: "note", ...same, version: 3 });
  assertProblem(await api.patch("/documents/note", {}, { "If-Match": '"2"' }), 412, "precondition_failed");
});

test("R2: strings are kept exactly as sent", async (t) => {
  const api = await start(t);
  const fields = { title: " \u00e9 e\u0301 <&> ' ", content: "\t\r\n\u2028\ufeff\ud83d\ude00\u0001\\\"" };
  await api.put("/documents/n", fields, NEW);
  assert.deepEqual((await api.get("/documents/n")).json, { id: "n", ...fields, version: 1 });
});

test("R2 R7 R8: everything is still there after a restart on the same file", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "etag-documents-"));
  t.after(() => rm(folder, { recursive: true }));
  const databasePath = join(folder, "documents.db");

  const before = await start(t, { databasePath });
  await before.put("/documents/kept", { title: "One", content: "first" }, NEW);
  await before.patch("/documents/kept", { title: "Two" }, { "If-Match": '"1"' });
  await before.put("/documents/gone", { title: "Gone", content: "" }, NEW);
  await before.delete("/documents/gone", { "If-Match": "*" });
  await before.stop();

  const after = await start(t, { databasePath });
  assertDocument(await after.get("/documents/kept"), 200, { id: "kept", title: "Two", content: "first", version: 2 });
  assert.equal((await after.get("/documents/kept/versions/1")).json.title, "One");
  assertProblem(await after.get("/documents/gone"), 410, "deleted");
});

test("R3: a write without a precondition is answered 428", async (t) => {
  const api = await startWithNote(t);
  const fields = { title: "X", content: "x" };
  assertProblem(await api.put("/documents/note", fields), 428, "precondition_required");
  assertProblem(await api.put("/documents/never", fields), 428, "precondition_required");
  assertProblem(await api.patch("/documents/note", fields), 428, "precondition_required");
  assertProblem(await api.delete("/documents/note"), 428, "precondition_required");
  await assertNoteIsUnchanged(api);
  assertProblem(await api.get("/documents/never"), 404, "not_found");
});

test("R3: a write whose If-Match does not match is answered 412", async (t) => {
  const api = await startWithNote(t);
  const other = { "If-Match": '"2"' };
  const fields = { title: "X", content: "x" };
  assertProblem(await api.put("/documents/note", fields, other), 412, "precondition_failed");
  assertProblem(await api.patch("/documents/note", fields, other), 412, "precondition_failed");
  assertProblem(await api.delete("/documents/note", other), 412, "precondition_failed");
  await assertNoteIsUnchanged(api);
});

test("R3: a PUT with If-Match never creates", async (t) => {
  const api = await start(t);
  for (const ifMatch of ["*", '"1"', '"0"']) {
    const response = await api.put("/documents/never", { title: "X", content: "" }, { "If-Match": ifMatch });
    assertProblem(response, 412, "precondition_failed");
  }
  assertProblem(await api.get("/documents/never"), 404, "not_found");
});

for (const ifMatch of ["*", '"1"', '"7", "1"', '"1","7"', '"7"  ,  "1"', '"a,b", "1"', '"", "1"', 'W/"7", "1"']) {
  test(`R4: If-Match ${ifMatch} matches version 1`, async (t) => {
    const api = await startWithNote(t);
    assert.equal((await api.patch("/documents/note", {}, { "If-Match": ifMatch })).json.version, 2);
  });
}

const NOT_MATCHING = [
  "", "1", "'1'", 'W/"1"', 'w/"1"', '"01"', '"1 "', '""', '"7"', '"7,"1""', '",1,"', '",", "2"', // no tag is "1"
  '"1", 7', '"1",', ',"1"', '"1",,"7"', '"1" "7"', '"1";"7"', '"1", *', '*, "1"', '"1", "7', '"1", W/7', '"1", "a b"',
  '"1", "\u00e9"', '**', '"*"',
];

for (const ifMatch of NOT_MATCHING) {
  test(`R4: If-Match [${ifMatch}] does not match version 1`, async (t) => {
    const api = await startWithNote(t);
    assertProblem(await api.delete("/documents/note", { "If-Match": ifMatch }), 412, "precondition_failed");
    assertProblem(await api.patch("/documents/note", {}, { "If-Match": ifMatch }), 412, "precondition_failed");
    await assertNoteIsUnchanged(api);
  });
}

// Not with fetch, which adds Cache-Control: no-cache to a request with If-None-Match.
async function conditionalGet(api, path, ifNoneMatch) {
  const request = httpRequest(api.base + path, { headers: { "If-None-Match": ifNoneMatch } });
  request.end();
  const [response] = await once(request, "response");
  const chunks = await response.toArray();
  return { status: response.statusCode, headers: response.headers, text: Buffer.concat(chunks).toString() };
}

for (const ifNoneMatch of ["*", '"2"', 'W/"2"', '"1", "2"', '"1" , W/"2"', '"a,b","2"']) {
  test(`R5: If-None-Match ${ifNoneMatch} is answered 304 for version 2`, async (t) => {
    const api = await startWithNote(t);
    await api.patch("/documents/note", {}, { "If-Match": '"1"' });
    const response = await conditionalGet(api, "/documents/note", ifNoneMatch);
    assert.equal(response.status, 304);
    assert.equal(response.headers.etag, '"2"');
    assert.equal(response.text, "");
  });
}

for (const ifNoneMatch of ['"1"', 'W/"1"', "", "2", 'w/"2"', 'x, "2"', '"2", x', '"2",', '"2", *', '*, "2"', '",2,"']) {
  test(`R5: If-None-Match [${ifNoneMatch}] is answered 200 for version 2`, async (t) => {
    const api = await startWithNote(t);
    await api.patch("/documents/note", {}, { "If-Match": '"1"' });
    const response = await conditionalGet(api, "/documents/note", ifNoneMatch);
    assert.equal(response.status, 200);
    assert.equal(response.headers.etag, '"2"');
    assert.deepEqual(JSON.parse(response.text), { id: "note", title: "One", content: "first", version: 2 });
  });
}

test("R5 R8: If-None-Match does not hide that a document is missing or deleted", async (t) => {
  const api = await startWithNote(t);
  await api.delete("/documents/note", { "If-Match": "*" });
  assert.equal((await conditionalGet(api, "/documents/note", '"1"')).status, 410);
  assert.equal((await conditionalGet(api, "/documents/never", "*")).status, 404);
});

test("R6: one of several concurrent PUTs with the same entity tag succeeds", async (t) => {
  const api = await startWithNote(t);
  const titles = ["A", "B", "C", "D", "E", "F", "G", "H"];
  const responses = await Promise.all(
    titles.map((title) => api.put("/documents/note", { title, content: title }, { "If-Match": '"1"' })),
  );
  assert.deepEqual(statuses(responses), [200, ...Array(7).fill(412)]);
  const { id, ...winner } = responses.find((response) => response.status === 200).json;
  assert.equal(winner.version, 2);
  const { items } = (await api.get("/documents/note/versions")).json;
  assert.deepEqual(items, [{ version: 1, title: "One", content: "first" }, winner]);
});

test("R6: one of several concurrent PATCHes with the same entity tag succeeds", async (t) => {
  const api = await startWithNote(t);
  const changes = [{ title: "A" }, { content: "B" }, {}, { title: "D" }, { content: "E" }, { title: "F", content: "F" }];
  const responses = await Promise.all(
    changes.map((change) => api.patch("/documents/note", change, { "If-Match": '"1"' })),
  );
  assert.deepEqual(statuses(responses), [200, ...Array(5).fill(412)]);
  assert.equal((await api.get("/documents/note/versions")).json.items.length, 2);
});

test("R7: the history lists every version, the oldest first", async (t) => {
  const api = await startWithNote(t);
  const expected = [{ version: 1, title: "One", content: "first" }];
  for (let version = 1; version < 11; version += 1) {
    const fields = { title: `Title ${version}`, content: `${version}` };
    await api.put("/documents/note", fields, { "If-Match": `"${version}"` });
    expected.push({ version: version + 1, ...fields });
  }

  const response = await api.get("/documents/note/versions");
  assert.equal(response.status, 200);
  assert.deepEqual(response.json, { items: expected });
  assertMediaType(response, "application/json");
  assert.equal(response.headers.get("etag"), null);
  for (const version of [1, 9, 11]) {
    const one = await api.get(`/documents/note/versions/${version}`);
    assert.equal(one.status, 200);
    assert.deepEqual(one.json, expected[version - 1]);
    assert.equal(one.headers.get("etag"), null);
  }
});

test("R7: the history of one document holds nothing of another", async (t) => {
  const api = await startWithNote(t);
  await api.put("/documents/other", { title: "Other", content: "" }, NEW);
  await api.patch("/documents/other", {}, { "If-Match": '"1"' });
  assert.equal((await api.get("/documents/note/versions")).json.items.length, 1);
  assertProblem(await api.get("/documents/note/versions/2"), 404, "not_found");
});

test("R7 R8: the history is readable while the document is deleted and holds the restored version", async (t) => {
  const api = await startWithNote(t);
  await api.patch("/documents/note", { title: "Two" }, { "If-Match": '"1"' });
  await api.delete("/documents/note", { "If-Match": '"2"' });
  const [one, two] = [
    { version: 1, title: "One", content: "first" },
    { version: 2, title: "Two", content: "first" },
  ];
  assert.deepEqual((await api.get("/documents/note/versions")).json, { items: [one, two] });
  assert.deepEqual((await api.get("/documents/note/versions/1")).json, one);
  await api.restore("/documents/note");
  assert.deepEqual((await api.get("/documents/note/versions")).json, { items: [one, two, { ...two, version: 3 }] });
});

const NO_VERSIONS = ["0", "01", "2", "x", "-1", "+1", "1.0", "1e0", "0x1", "1%20", "%201", "1x", "\u0661", "\uff11"];

for (const number of [...NO_VERSIONS, "9".repeat(19), "9".repeat(400)]) {
  test(`R7: version ${number} is answered 404`, async (t) => {
    const api = await startWithNote(t);
    assertProblem(await api.get(`/documents/note/versions/${encodeURI(number)}`), 404, "not_found");
  });
}

test("R7: a document never created has no history", async (t) => {
  const api = await start(t);
  assertProblem(await api.get("/documents/never/versions"), 404, "not_found");
  assertProblem(await api.get("/documents/never/versions/1"), 404, "not_found");
});

test("R8: a deleted document is answered 410", async (t) => {
  const api = await startWithNote(t);
  const deletion = await api.delete("/documents/note", { "If-Match": '"1"' });
  assert.equal(deletion.status, 204);
  assert.equal(deletion.text, "");

  const fields = { title: "X", content: "x" };
  assertProblem(await api.get("/documents/note"), 410, "deleted");
  for (const headers of [{}, NEW, { "If-Match": "*" }, { "If-Match": '"1"' }, { "If-Match": '"7"' }]) {
    assertProblem(await api.put("/documents/note", fields, headers), 410, "deleted");
  }
  for (const headers of [{}, { "If-Match": '"1"' }, { "If-Match": '"7"' }]) {
    assertProblem(await api.patch("/documents/note", fields, headers), 410, "deleted");
    assertProblem(await api.delete("/documents/note", headers), 410, "deleted");
  }
});

test("R8: a restore raises the version and keeps title and content", async (t) => {
  const api = await startWithNote(t);
  await api.delete("/documents/note", { "If-Match": '"1"' });
  const restored = { id: "note", title: "One", content: "first", version: 2 };
  assertDocument(await api.restore("/documents/note"), 200, restored);
  assertDocument(await api.get("/documents/note"), 200, restored);
  assertProblem(await api.patch("/documents/note", {}, { "If-Match": '"1"' }), 412, "precondition_failed");
  assertProblem(await api.put("/documents/note", { title: "X", content: "" }, NEW), 412, "precondition_failed");
  assert.equal((await api.patch("/documents/note", {}, { "If-Match": '"2"' })).json.version, 3);
});

test("R8: a document can be deleted and restored again", async (t) => {
  const api = await startWithNote(t);
  await api.delete("/documents/note", { "If-Match": "*" });
  await api.restore("/documents/note");
  assert.equal((await api.delete("/documents/note", { "If-Match": '"2"' })).status, 204);
  assert.equal((await api.restore("/documents/note")).json.version, 3);
});

test("R8: only a deleted document can be restored", async (t) => {
  const api = await startWithNote(t);
  assertProblem(await api.restore("/documents/note"), 409, "not_deleted");
  await assertNoteIsUnchanged(api);
  assertProblem(await api.restore("/documents/never"), 404, "not_found");
});

test("R8: DELETE and restore ignore a body", async (t) => {
  const api = await startWithNote(t);
  const body = "not json";
  const deletion = await api.send("DELETE", "/documents/note", { headers: { "If-Match": "*" }, body });
  assert.equal(deletion.status, 204);
  assert.equal((await api.send("POST", "/documents/note/restore", { headers: JSON_TYPE, body })).status, 200);
});

const ok = { title: "T", content: "c" };
const FAULTY_PUTS = [
  [{}, ["content", "title"]],
  [{ content: "" }, ["title"]],
  [{ title: "T" }, ["content"]],
  [{ title: null, content: null }, ["content", "title"]],
  [{ title: "", content: 7 }, ["content", "title"]],
  [{ ...ok, title: "a".repeat(101) }, ["title"]],
  [{ ...ok, title: "\u{1F600}".repeat(101) }, ["title"]],
  [{ ...ok, content: "a".repeat(2001) }, ["content"]],
  [{ title: "a\0", content: "\0" }, ["content", "title"]],
  [{ title: ["T"], content: { c: true } }, ["content", "title"]],
  [{ ...ok, title: false }, ["title"]],
  [{ ...ok, id: "note", version: null }, ["id", "version"]],
  [{ ...ok, Title: "T", constructor: "", "": 1 }, ["", "Title", "constructor"]],
  [{ title: 1, extra: 1 }, ["content", "extra", "title"]],
];

for (const [value, fields] of FAULTY_PUTS) {
  test(`R9: PUT of ${JSON.stringify(value).slice(0, 60)} names ${fields.join(", ")}`, async (t) => {
    const api = await startWithNote(t);
    const faults = await api.put("/documents/note", value, { "If-Match": '"1"' });
    assertProblem(faults, 422, "validation_failed", fields);
    await assertNoteIsUnchanged(api);
  });
}

test("R9: PATCH names the faulty fields given and misses none", async (t) => {
  const api = await startWithNote(t);
  const cases = [
    [{ title: "" }, ["title"]],
    [{ title: "Two", content: null }, ["content"]],
    [{ title: 1, content: 2, version: 2 }, ["content", "title", "version"]],
  ];
  for (const [value, fields] of cases) {
    const response = await api.patch("/documents/note", value, { "If-Match": '"1"' });
    assertProblem(response, 422, "validation_failed", fields);
  }
  await assertNoteIsUnchanged(api);
});

test("R9: a field named __proto__ is faulty under its name", async (t) => {
  const api = await startWithNote(t);
  const body = '{"title":"T","content":"","__proto__":"x"}';
  const response = await api.send("PUT", "/documents/note", { headers: { ...JSON_TYPE, "If-Match": '"1"' }, body });
  assertProblem(response, 422, "validation_failed", ["__proto__"]);
});

test("R9: the lengths count code points and include their limits", async (t) => {
  const api = await start(t);
  for (const [id, sign] of [["a", "a"], ["b", "\u{1F600}"]]) {
    const fields = { title: sign.repeat(100), content: sign.repeat(2000) };
    assertDocument(await api.put(`/documents/${id}`, fields, NEW), 201, { id, ...fields, version: 1 });
  }
});

const MALFORMED = ["", " ", "{", "[]", "null", '"x"', "7", '{"title":"T","content":"c",}', "{'title':'T'}", "{} {}",
  '{"title":NaN}', '{"title":"\t"}'].map((text) => Buffer.from(text));

for (const body of [...MALFORMED, Buffer.from('{"title":"\xff","content":"c"}', "latin1")]) {
  test(`R9: the body ${JSON.stringify(body.toString("latin1"))} is malformed`, async (t) => {
    const api = await startWithNote(t);
    for (const method of ["PUT", "PATCH"]) {
      const response = await api.send(method, "/documents/note", { headers: { ...JSON_TYPE, "If-Match": "*" }, body });
      assertProblem(response, 400, "malformed_json");
    }
    await assertNoteIsUnchanged(api);
  });
}

test("R9: a body that cannot be decompressed is malformed", async (t) => {
  const api = await startWithNote(t);
  const headers = { ...JSON_TYPE, "If-Match": "*", "Content-Encoding": "gzip" };
  for (const method of ["PUT", "PATCH"]) {
    assertProblem(await api.send(method, "/documents/note", { headers, body: "{" }), 400, "malformed_json");
  }
  await assertNoteIsUnchanged(api);
});

test("R9: an unknown content coding is answered 415", async (t) => {
  const api = await startWithNote(t);
  const headers = { ...JSON_TYPE, "If-Match": "*", "Content-Encoding": "unknown" };
  for (const method of ["PUT", "PATCH"]) {
    assertProblem(await api.send(method, "/documents/note", { headers, body: "{" }), 415, "unsupported_media_type");
  }
  await assertNoteIsUnchanged(api);
});

test("R9: another media type or none is answered 415", async (t) => {
  const api = await startWithNote(t);
  const body = new TextEncoder().encode(JSON.stringify(ok)); // a string would be sent as text/plain
  for (const type of ["text/plain", "application/jsonx", "application/problem+json", "text/json; a=application/json"]) {
    const headers = { "If-Match": "*", "Content-Type": type };
    assertProblem(await api.send("PUT", "/documents/note", { headers, body }), 415, "unsupported_media_type");
  }
  for (const method of ["PUT", "PATCH"]) {
    const bare = await api.send(method, "/documents/note", { headers: { "If-Match": "*" }, body });
    assertProblem(bare, 415, "unsupported_media_type");
    assertProblem(await api.send(method, "/documents/note"), 415, "unsupported_media_type");
  }
  await assertNoteIsUnchanged(api);
});

test("R9: a media type may have parameters and any case", async (t) => {
  const api = await startWithNote(t);
  for (const type of ["Application/JSON", "application/json;charset=utf-8", "application/json ; x=1"]) {
    const headers = { "If-Match": "*", "Content-Type": type };
    assert.equal((await api.send("PATCH", "/documents/note", { headers, body: "{}" })).status, 200);
  }
});

const BAD_IDS = ["A", "a_b", "a.b", "a%20b", "%C3%A9", "a%0A", "a%00", "%FF", "%zz", "note%2Fversions", "a".repeat(65)];

for (const id of BAD_IDS) {
  test(`R9: the id ${id} is answered 404`, async (t) => {
    const api = await startWithNote(t);
    const path = `/documents/${id}`;
    for (const headers of [NEW, { "If-Match": "*" }, {}]) {
      assertProblem(await api.put(path, ok, headers), 404, "not_found");
    }
    assertProblem(await api.get(path), 404, "not_found");
    assertProblem(await api.patch(path, {}), 404, "not_found");
    assertProblem(await api.delete(path), 404, "not_found");
    assertProblem(await api.restore(path), 404, "not_found");
    assertProblem(await api.get(`${path}/versions`), 404, "not_found");
    assertProblem(await api.get(`${path}/versions/1`), 404, "not_found");
  });
}

test("R9: an id has 1 to 64 letters, digits and hyphens", async (t) => {
  const api = await start(t);
  for (const id of ["a", "0", "-", "a".repeat(64), "versions", "restore", "health"]) {
    assertDocument(await api.put(`/documents/${id}`, ok, NEW), 201, { id, ...ok, version: 1 });
  }
});

test("R9: an unknown path is answered 404 whatever the request holds", async (t) => {
  const api = await startWithNote(t);
  const body = "not json";
  for (const path of ["/", "/documents", "/health/x", "/HEALTH", "/Documents/note", "/documents/note/VERSIONS",
    "/documents/note/versions/1/x", "/documents/note/other"]) {
    assertProblem(await api.get(path), 404, "not_found");
    assertProblem(await api.send("PUT", path, { body }), 404, "not_found");
    assertProblem(await api.send("PATCH", path, { headers: JSON_TYPE, body }), 404, "not_found");
  }
});

test("R9: the first of several faults is answered", async (t) => {
  const api = await startWithNote(t);
  await api.put("/documents/gone", ok, NEW);
  await api.delete("/documents/gone", { "If-Match": "*" });
  const stale = { "If-Match": '"7"' };
  const plain = { ...stale, "Content-Type": "text/plain" };

  for (const path of ["/documents/NOTE", "/documents/%FF", "/documents/never", "/documents/gone", "/documents/note"]) {
    for (const method of ["PUT", "PATCH"]) {
      const typed = await api.send(method, path, { headers: plain, body: "{" });
      assertProblem(typed, 415, "unsupported_media_type");
      const malformed = await api.send(method, path, { headers: { ...JSON_TYPE, ...stale }, body: "{" });
      assertProblem(malformed, 400, "malformed_json");
    }
    assertProblem(await api.put(path, { title: "" }, stale), 422, "validation_failed", ["content", "title"]);
    assertProblem(await api.put(path, {}), 422, "validation_failed", ["content", "title"]);
    assertProblem(await api.patch(path, { x: 1 }), 422, "validation_failed", ["x"]);
  }
  for (const headers of [{}, stale]) {
    assertProblem(await api.patch("/documents/never", {}, headers), 404, "not_found");
    assertProblem(await api.delete("/documents/never", headers), 404, "not_found");
    assertProblem(await api.patch("/documents/gone", {}, headers), 410, "deleted");
  }
});

test("R9: health is ok", async (t) => {
  const response = await (await start(t)).get("/health");
  assert.equal(response.status, 200);
  assert.deepEqual(response.json, { status: "ok" });
  assertMediaType(response, "application/json");
});

test("R9: a failure of the database is answered as a problem, too", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "etag-documents-"));
  t.after(() => rm(folder, { recursive: true }));
  const databasePath = join(folder, "documents.db");
  const api = await start(t, { databasePath });
  const other = new DatabaseSync(databasePath);
  t.after(() => other.close());
  other.exec("BEGIN EXCLUSIVE");
  assertProblem(await api.get("/documents/note"), 500, "internal_error");
  other.exec("ROLLBACK");
  assertProblem(await api.get("/documents/note"), 404, "not_found");
});
