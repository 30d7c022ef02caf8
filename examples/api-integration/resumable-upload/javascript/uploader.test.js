import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { appendFileSync, statSync, utimesSync } from "node:fs";
import { appendFile, mkdtemp, rm, stat, utimes, writeFile } from "node:fs/promises";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { UploadError, Uploader } from "./uploader.js";

const PATH = "/uploads/7";
const RIGHT = null;

/**
 * Keeps one upload. A step of the plan is what is done with one request, instead of the right thing: a number keeps so
 * many bytes of the body and drops the connection, an array answers with this status and headers.
 */
async function serve(t, { data = "", length = null, plan = [] } = {}) {
  const state = { data, length, plan, log: [], paths: [], types: new Set() };
  const right = (method, headers, body) => {
    if (method === "POST") {
      state.length = headers["upload-length"];
      return [201, { Location: PATH }];
    }
    if (method === "HEAD") return [200, { "Upload-Offset": state.data.length, "Upload-Length": state.length }];
    if (headers["upload-offset"] !== `${state.data.length}`) return [409];
    const digest = createHash("sha256").update(body).digest("hex");
    if (headers["upload-checksum"] !== `sha-256 ${digest}`) return [422];
    state.types.add(headers["content-type"]);
    state.data += body;
    return [204, { "Upload-Offset": state.data.length }];
  };
  const server = http.createServer(async (incoming, outgoing) => {
    const { method, headers, url } = incoming;
    const body = Buffer.concat(await incoming.toArray()).toString("latin1");
    const offset = headers["upload-offset"];
    state.log.push(offset === undefined ? method : `${method} ${offset}+${body.length}`);
    state.paths.push(url);
    const step = state.plan.shift() ?? right(method, headers, body);
    if (typeof step === "number") {
      state.data += body.slice(0, step);
      incoming.socket.destroy();
    } else {
      outgoing.writeHead(step[0], step[1] ?? {}).end();
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const origin = `http://127.0.0.1:${server.address().port}`;
  return Object.assign(state, { origin, url: origin + PATH });
}

async function makeFile(t, content = "0123456789") {
  const folder = await mkdtemp(join(tmpdir(), "upload-"));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, "file");
  await writeFile(path, content);
  return path;
}

/** An uploader of chunks of four bytes, with what it slept and told. */
function client(server, settings = {}) {
  const sleeps = [];
  const progress = [];
  const retries = [];
  const sleep = async (seconds) => void sleeps.push(seconds);
  const uploader = new Uploader(`${server.origin}/uploads?kind=file`, { chunkSize: 4, sleep, ...settings });
  uploader.on("progress", (offset, size) => progress.push([offset, size]));
  uploader.on("retry", (failures, wait) => retries.push([failures, wait]));
  return { uploader, sleeps, progress, retries, upload: (path, url) => uploader.upload(path, url) };
}

async function fails(call, kind, url, offset, status = null) {
  const error = await call.then(
    () => assert.fail("no error"),
    (reason) => reason,
  );
  assert.ok(error instanceof UploadError, `${error}`);
  assert.deepEqual([error.kind, error.url, error.offset, error.status], [kind, url, offset, status]);
  assert.equal(error.message, `${kind} at offset ${offset} of ${url}${status ? ` (status ${status})` : ""}`);
}

test("R1 R8: a new upload", async (t) => {
  const server = await serve(t);
  const { upload, progress, sleeps } = client(server);
  assert.equal(await upload(await makeFile(t)), server.url);
  assert.deepEqual(server.log, ["POST", "PATCH 0+4", "PATCH 4+4", "PATCH 8+2"]);
  assert.deepEqual(server.paths, ["/uploads?kind=file", PATH, PATH, PATH]);
  assert.deepEqual([server.data, server.length], ["0123456789", "10"]);
  assert.deepEqual([...server.types], ["application/offset+octet-stream"]);
  assert.deepEqual(progress, [[0, 10], [4, 10], [8, 10], [10, 10]]);
  assert.deepEqual(sleeps, []);
});

test("R1: the default size of chunks", async (t) => {
  const server = await serve(t);
  const path = await makeFile(t, "x".repeat(2 ** 20 + 1));
  assert.equal(await new Uploader(server.origin).upload(path), server.url);
  assert.deepEqual(server.log, ["POST", `PATCH 0+${2 ** 20}`, `PATCH ${2 ** 20}+1`]);
});

for (const [kept, log, offsets] of [
  [0, ["PATCH 4+4", "HEAD", "PATCH 4+4", "PATCH 8+2"], [0, 4, 8, 10]],
  [3, ["PATCH 4+4", "HEAD", "PATCH 7+3"], [0, 4, 7, 10]],
  [4, ["PATCH 4+4", "HEAD", "PATCH 8+2"], [0, 4, 8, 10]],
]) {
  test(`R2 R8: a connection dropped after ${kept} bytes of a chunk`, async (t) => {
    const server = await serve(t, { plan: [RIGHT, RIGHT, kept] });
    const { upload, progress, sleeps, retries } = client(server);
    assert.equal(await upload(await makeFile(t)), server.url);
    assert.deepEqual(server.log, ["POST", "PATCH 0+4", ...log]);
    assert.equal(server.data, "0123456789");
    assert.deepEqual(progress.map(([offset]) => offset), offsets);
    assert.deepEqual([sleeps, retries], [[1], [[1, 1]]]);
  });
}

test("R2: a connection dropped after the last chunk", async (t) => {
  const server = await serve(t, { plan: [RIGHT, 10] });
  assert.equal(await client(server, { chunkSize: 10 }).upload(await makeFile(t)), server.url);
  assert.deepEqual(server.log, ["POST", "PATCH 0+10", "HEAD"]);
});

for (const [have, log] of [
  ["", ["PATCH 0+4", "PATCH 4+4", "PATCH 8+2"]],
  ["0123456", ["PATCH 7+3"]],
  ["0123456789", []],
]) {
  test(`R3 R8: an earlier upload with ${have.length} bytes`, async (t) => {
    const server = await serve(t, { data: have, length: "10" });
    const { upload, progress } = client(server);
    assert.equal(await upload(await makeFile(t), server.url), server.url);
    assert.deepEqual(server.log, ["HEAD", ...log]);
    assert.equal(server.data, "0123456789");
    assert.deepEqual([progress[0], progress.at(-1), progress.length], [[have.length, 10], [10, 10], log.length + 1]);
  });
}

for (const [content, log] of [
  ["", []],
  ["a", ["PATCH 0+1"]],
  ["abcd", ["PATCH 0+4"]],
  ["abcdefgh", ["PATCH 0+4", "PATCH 4+4"]],
]) {
  test(`R4: a file of ${content.length} bytes`, async (t) => {
    const server = await serve(t);
    const { upload, progress } = client(server);
    assert.equal(await upload(await makeFile(t, content)), server.url);
    assert.deepEqual(server.log, ["POST", ...log]);
    assert.deepEqual([server.data, server.length], [content, `${content.length}`]);
    assert.deepEqual(progress[0], [0, content.length]);
  });
}

test("R4: a part of a chunk is kept", async (t) => {
  const server = await serve(t, { data: "012", plan: [RIGHT, [204, { "Upload-Offset": "3" }]] });
  const { upload, sleeps } = client(server);
  await upload(await makeFile(t));
  assert.deepEqual(server.log, ["POST", "PATCH 0+4", "PATCH 3+4", "PATCH 7+3"]);
  assert.deepEqual([server.data, sleeps], ["0123456789", []]);
});

const CHANGES = {
  append(path) {
    const { atime, mtime } = statSync(path);
    appendFileSync(path, "x");
    utimesSync(path, atime, mtime);
  },
  touch(path) {
    utimesSync(path, new Date(), new Date(Date.now() - 5000));
  },
};

for (const [name, change] of Object.entries(CHANGES)) {
  for (const [when, requests] of [
    [0, 1],
    [4, 2],
    [10, 4],
  ]) {
    test(`R5: ${name} at offset ${when}`, async (t) => {
      const server = await serve(t);
      const path = await makeFile(t);
      const { uploader, upload } = client(server);
      uploader.on("progress", (offset) => offset === when && change(path));
      await fails(upload(path), "changed", server.url, when);
      assert.equal(server.log.length, requests);
    });
  }
}

test("R5: another time of modification with the same size", async (t) => {
  const server = await serve(t, { plan: [RIGHT, 2] });
  const path = await makeFile(t);
  const { atime, mtime } = await stat(path);
  const sleep = () => utimes(path, atime, new Date(mtime.getTime() + 1000));
  await fails(client(server, { sleep }).upload(path), "changed", server.url, 2);
  assert.deepEqual(server.log, ["POST", "PATCH 0+4", "HEAD"]);
});

test("R5: another size with the same time of modification", async (t) => {
  const path = await makeFile(t);
  const time = new Date(1_700_000_000_000);
  await utimes(path, time, time);
  const server = await serve(t, { plan: [RIGHT, 2] });
  const sleep = async () => {
    await appendFile(path, "x");
    await utimes(path, time, time);
  };
  await fails(client(server, { sleep }).upload(path), "changed", server.url, 2);
});

for (const data of ["", "0123456789a"]) {
  test(`R5: another length on the server, which has ${data.length} bytes`, async (t) => {
    const server = await serve(t, { data, length: "11" });
    await fails(client(server).upload(await makeFile(t), server.url), "changed", server.url, 0, 200);
    assert.deepEqual(server.log, ["HEAD"]);
  });
}

test("R5: the offset goes backwards", async (t) => {
  const path = await makeFile(t);
  const asked = [200, { "Upload-Offset": "3", "Upload-Length": "10" }];
  let server = await serve(t, { plan: [RIGHT, RIGHT, 0, asked] });
  await fails(client(server).upload(path), "backwards", server.url, 4, 200);
  server = await serve(t, { plan: [RIGHT, RIGHT, [204, { "Upload-Offset": "3" }]] });
  await fails(client(server).upload(path), "backwards", server.url, 4, 204);
});

test("R6: failures of all requests", async (t) => {
  const plan = [[500], 0, [599], RIGHT, 0, [503], 0, RIGHT, [409], RIGHT, [422]];
  const server = await serve(t, { plan });
  const { upload, sleeps, retries } = client(server, { maxFailures: 8 });
  assert.equal(await upload(await makeFile(t)), server.url);
  assert.deepEqual(sleeps, [1, 2, 4, 8, 16, 30, 30, 30]);
  assert.deepEqual(retries, sleeps.map((wait, index) => [index + 1, wait]));
  const patches = ["PATCH 0+4", "PATCH 4+4", "PATCH 8+2"];
  const asked = ["PATCH 0+4", "HEAD", "HEAD", "HEAD", "PATCH 0+4", "HEAD", "PATCH 0+4", "HEAD"];
  assert.deepEqual(server.log, ["POST", "POST", "POST", "POST", ...asked, ...patches]);
});

test("R6: growth begins the count anew", async (t) => {
  const server = await serve(t, { plan: [RIGHT, 0, RIGHT, RIGHT, 1, RIGHT, 0] });
  const { upload, sleeps } = client(server, { maxFailures: 1 });
  assert.equal(await upload(await makeFile(t)), server.url);
  assert.deepEqual(sleeps, [1, 1, 1]);
});

test("R6: standing still does not", async (t) => {
  const server = await serve(t, { plan: [RIGHT, 0, RIGHT, 0] });
  const { upload, sleeps } = client(server, { maxFailures: 1 });
  await fails(upload(await makeFile(t)), "retries", server.url, 0);
  assert.deepEqual(sleeps, [1]);
});

test("R6: one failure too many", async (t) => {
  const path = await makeFile(t);
  let server = await serve(t, { plan: [0, 0, 0, 0, 0, [502]] });
  const { upload, sleeps } = client(server);
  await fails(upload(path), "retries", null, 0, 502);
  assert.deepEqual([sleeps, server.log.length], [[1, 2, 4, 8, 16], 6]);
  server = await serve(t, { plan: [RIGHT, RIGHT, [409], [500]] });
  await fails(client(server, { maxFailures: 1 }).upload(path), "retries", server.url, 4, 500);
});

test("R6: nobody answers", async (t) => {
  const path = await makeFile(t);
  const silent = http.createServer(() => {}).listen(0, "127.0.0.1");
  await once(silent, "listening");
  t.after(() => {
    silent.closeAllConnections();
    silent.close();
  });
  const uploader = new Uploader(`http://127.0.0.1:${silent.address().port}/`, { maxFailures: 0, timeoutMs: 50 });
  await fails(uploader.upload(path), "retries", null, 0);
  silent.closeAllConnections();
  silent.close();
  await once(silent, "close");
  await fails(uploader.upload(path), "retries", null, 0);
});

for (const [name, code] of [
  ["none", "ENOENT"],
  [".", "EISDIR"],
]) {
  test(`R7: the path ${name}`, async (t) => {
    const server = await serve(t);
    const path = join(await makeFile(t), "..", name);
    await assert.rejects(client(server).upload(path), { code });
    assert.ok(!server.log.some((request) => request.startsWith("PATCH")));
  });
}

for (const status of [200, 204, 301, 307, 400, 404, 409, 422, 413, 499]) {
  test(`R7: status ${status} after POST`, async (t) => {
    const server = await serve(t, { plan: [[status, { Location: PATH }]] });
    await fails(client(server).upload(await makeFile(t)), "rejected", null, 0, status);
    assert.deepEqual(server.log, ["POST"]);
  });
}

for (const status of [200, 201, 302, 308, 400, 403, 413, 499, 404, 410]) {
  test(`R7: status ${status} after PATCH`, async (t) => {
    const server = await serve(t, { plan: [RIGHT, RIGHT, [status, { Location: "/other", "Upload-Offset": "8" }]] });
    const kind = status === 404 || status === 410 ? "gone" : "rejected";
    await fails(client(server).upload(await makeFile(t)), kind, server.url, 4, status);
    assert.deepEqual(server.log, ["POST", "PATCH 0+4", "PATCH 4+4"]);
  });
}

for (const status of [204, 302, 409, 422, 404, 410]) {
  test(`R7: status ${status} after HEAD`, async (t) => {
    const server = await serve(t, { plan: [[status, { Location: "/other" }]] });
    const kind = status === 404 || status === 410 ? "gone" : "rejected";
    await fails(client(server).upload(await makeFile(t), server.url), kind, server.url, 0, status);
    assert.deepEqual(server.log, ["HEAD"]);
  });
}

for (const location of [null, "", "uploads/7", "?x", "//192.0.2.7/", "/\\192.0.2.7/", "http://192.0.2.7/7", "/a b"]) {
  test(`R7: the Location ${location}`, async (t) => {
    const server = await serve(t, { plan: [[201, location === null ? {} : { Location: location }]] });
    await fails(client(server).upload(await makeFile(t)), "protocol", null, 0, 201);
    assert.deepEqual(server.log, ["POST"]);
  });
}

for (const offset of [null, "", "4", "9", "-1", "+5", "5.0", "0x5", "x", "9".repeat(30)]) {
  test(`R7: the offset ${offset} after PATCH`, async (t) => {
    const server = await serve(t, { plan: [RIGHT, RIGHT, [204, offset === null ? {} : { "Upload-Offset": offset }]] });
    await fails(client(server).upload(await makeFile(t)), "protocol", server.url, 4, 204);
  });
}

for (const headers of [
  {},
  { "Upload-Offset": "1" },
  { "Upload-Length": "10" },
  { "Upload-Offset": "11", "Upload-Length": "10" },
  { "Upload-Offset": "x", "Upload-Length": "10" },
  { "Upload-Offset": "1", "Upload-Length": "1e1" },
]) {
  test(`R7: an answer to HEAD with ${JSON.stringify(headers)}`, async (t) => {
    const server = await serve(t, { plan: [[200, headers]] });
    await fails(client(server).upload(await makeFile(t), server.url), "protocol", server.url, 0, 200);
  });
}
