import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

import { createApp } from "./app.js";
import { Problem } from "./problems.js";
import { requireRole } from "./roles.js";

const ROLES = ["viewer", "editor", "admin", "owner"];

/** Starts an app, which stops with the test, or when stop() is called before. */
async function start(t, databasePath) {
  const app = createApp({ databasePath });
  const server = app.listen(0, "127.0.0.1");
  await once(server, "listening");
  let stopping;
  const stop = () => (stopping ??= shutDown(app, server));
  t.after(stop);
  const send = async (method, path, { token, json, ...init } = {}) => {
    const headers = { ...init.headers };
    if (token) headers.Authorization = `Bearer ${token}`;
    if (json) headers["Content-Type"] = "application/json";
    const body = json ? JSON.stringify(json) : init.body;
    const response = await fetch(`http://127.0.0.1:${server.address().port}${path}`, { method, headers, body });
    const text = await response.text();
    return { status: response.status, headers: response.headers, json: text && JSON.parse(text) };
  };
  return { app, stop, send };
}

async function shutDown(app, server) {
  server.close();
  server.closeAllConnections();
  await once(server, "close");
  app.locals.close();
}

async function temporaryFile(t) {
  const directory = await mkdtemp(join(tmpdir(), "teams-"));
  t.after(() => rm(directory, { recursive: true }));
  return join(directory, "teams.db");
}

async function signUp({ send }, name) {
  const { status, json } = await send("POST", "/users", { json: { name } });
  assert.equal(status, 201);
  return json.token;
}

/** The path of a new workspace. */
async function makeWorkspace({ send }, token) {
  const { status, headers } = await send("POST", "/workspaces", { token, json: { name: "Team" } });
  assert.equal(status, 201);
  return headers.get("location");
}

/** The token of a new user who is a member. */
async function invite(api, path, token, name, role) {
  const invited = await signUp(api, name);
  const { status } = await api.send("POST", `${path}/members`, { token, json: { user: name, role } });
  assert.equal(status, 201);
  return invited;
}

async function rolesIn({ send }, path, token) {
  const { json } = await send("GET", `${path}/members`, { token });
  return json.items.map(({ user, role }) => `${user} ${role}`);
}

function assertProblem({ status, headers, json }, expectedStatus, code) {
  assert.equal(status, expectedStatus);
  assert.match(headers.get("content-type"), /^application\/problem\+json/);
  const { title, ...rest } = json;
  assert.deepEqual(rest, { type: `/problems/${code}`, code, status });
  assert.ok(title);
}

test("R1: everything is there after a restart with the same file", async (t) => {
  const file = await temporaryFile(t);
  const first = await start(t, file);
  const alice = await signUp(first, "alice");
  const path = await makeWorkspace(first, alice);
  const bob = await invite(first, path, alice, "bob", "editor");
  const { json: project } = await first.send("POST", `${path}/projects`, { token: bob, json: { name: "Site" } });
  await first.stop();

  const second = await start(t, file);
  assert.deepEqual(await rolesIn(second, path, bob), ["alice owner", "bob editor"]);
  assert.deepEqual((await second.send("GET", `${path}/projects`, { token: alice })).json.items, [project]);
  assertProblem(await second.send("POST", "/users", { json: { name: "bob" } }), 409, "name_taken");
});

test("R1: apps in memory are independent", async (t) => {
  const [first, second] = [await start(t), await start(t, "")];
  const token = await signUp(first, "alice");
  assertProblem(await second.send("GET", "/workspaces", { token }), 401, "unauthorized");
  assert.notEqual(await signUp(second, "alice"), token);
});

test("R2: the database holds digests of tokens alone", async (t) => {
  const file = await temporaryFile(t);
  const api = await start(t, file);
  const token = await signUp(api, "alice");
  await api.stop();
  const directory = join(file, "..");
  const names = await readdir(directory);
  const contents = await Promise.all(names.map((name) => readFile(join(directory, name), "latin1")));
  assert.ok(!contents.join("").includes(token));
  assert.ok(contents.join("").includes(createHash("sha256").update(token).digest("hex")));
});

test("R4: roles rise", () => {
  ROLES.forEach((own, rank) => {
    requireRole(own, ...ROLES.slice(0, rank + 1));
    for (const higher of ROLES.slice(rank + 1)) {
      for (const needed of [[higher], ["viewer", higher], [higher, "viewer"]]) {
        assert.throws(() => requireRole(own, ...needed), new Problem("forbidden"));
      }
    }
  });
});

test("R5: an admin promotes nobody to owner", async (t) => {
  const api = await start(t);
  const alice = await signUp(api, "alice");
  const path = await makeWorkspace(api, alice);
  const bob = await invite(api, path, alice, "bob", "admin");
  const json = { role: "owner" };
  assertProblem(await api.send("PATCH", `${path}/members/bob`, { token: bob, json }), 403, "forbidden");
  assert.deepEqual(await rolesIn(api, path, bob), ["alice owner", "bob admin"]);
  assert.equal((await api.send("PATCH", `${path}/members/bob`, { token: alice, json })).status, 200);
  assert.deepEqual(await rolesIn(api, path, bob), ["alice owner", "bob owner"]);
});

test("R6: of two owners who leave at the same time one stays", async (t) => {
  const api = await start(t);
  const alice = await signUp(api, "alice");
  const path = await makeWorkspace(api, alice);
  const bob = await invite(api, path, alice, "bob", "owner");
  const carol = await invite(api, path, alice, "carol", "viewer");
  const leave = (token, name) => api.send("DELETE", `${path}/members/${name}`, { token });
  const responses = await Promise.all([leave(alice, "alice"), leave(bob, "bob")]);
  assert.deepEqual(responses.map(({ status }) => status).sort(), [204, 409]);
  assert.deepEqual((await rolesIn(api, path, carol)).map((member) => member.split(" ")[1]), ["owner", "viewer"]);
});

test("R9: a compressed body is refused", async (t) => {
  const { send } = await start(t);
  const headers = { "Content-Type": "application/json", "Content-Encoding": "gzip" };
  const body = gzipSync(JSON.stringify({ name: "alice" }));
  assertProblem(await send("POST", "/users", { headers, body }), 415, "unsupported_media_type");
});

test("R3: a path that cannot be decoded leads nowhere", async (t) => {
  t.mock.method(console, "error", () => {});
  const api = await start(t);
  const token = await signUp(api, "alice");
  for (const path of ["/workspaces/%FF", "/workspaces/%zz/members"]) {
    assertProblem(await api.send("GET", path, { token }), 404, "not_found");
  }
  assert.equal(console.error.mock.callCount(), 0);
});

test("a failure that nobody expected is a problem without details", async (t) => {
  t.mock.method(console, "error", () => {});
  const { app, send } = await start(t);
  app.locals.close();
  app.locals.close = () => {};
  const response = await send("POST", "/users", { json: { name: "alice" } });
  assertProblem(response, 500, "internal_error");
  assert.equal(console.error.mock.callCount(), 1);
  assert.equal(response.headers.get("x-powered-by"), null);
});
