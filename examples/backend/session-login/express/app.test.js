import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";

import { createApp, optionsFromEnvironment } from "./app.js";

const ALICE = { username: "alice", password: "correct horse battery" };
const WRONG = { username: "alice", password: "incorrect horse battery" };
const UNAUTHENTICATED = [401, "unauthenticated"];
const REFUSED = [401, "invalid_credentials"];
const LOCKED = [429, "too_many_attempts"];

/** Sends requests to a new app with cheap hashes; `close` may be called before the test ends. */
async function start(t, options = {}) {
  const app = createApp({ passwordCost: 16, ...options });
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

  const send = async (method, path, { body, headers } = {}) => {
    const response = await fetch(`http://127.0.0.1:${server.address().port}${path}`, {
      method,
      headers: { "Content-Type": "application/json", ...headers },
      body: body === undefined || typeof body === "string" ? body : JSON.stringify(body),
    });
    const text = await response.text();
    const json = text ? JSON.parse(text) : undefined;
    return { status: response.status, headers: response.headers, json, outcome: [response.status, json?.code] };
  };
  const post = (path, body, headers) => send("POST", path, { body, headers });

  /** The headers of a new session. */
  const logIn = async (credentials = ALICE) => {
    const { status, headers, json } = await post("/session", credentials);
    assert.equal(status, 201);
    const [cookie] = headers.get("Set-Cookie").split(";");
    return { Cookie: cookie, "X-CSRF-Token": json.csrf_token };
  };
  return { send, post, logIn, close };
}

async function startWithAlice(t, options) {
  const api = await start(t, options);
  const { status, json } = await api.post("/accounts", ALICE);
  assert.deepEqual([status, json], [201, { username: "alice", role: "user" }]);
  return api;
}

function temporaryFile(t) {
  const folder = mkdtempSync(join(tmpdir(), "session-login-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, "accounts.db");
}

test("R1 R2: a registered account logs in and out", async (t) => {
  const api = await startWithAlice(t);
  assert.deepEqual((await api.post("/accounts", WRONG)).outcome, [409, "username_taken"]);
  assert.deepEqual((await api.post("/session", WRONG)).outcome, REFUSED);
  const headers = await api.logIn();
  assert.equal((await api.send("GET", "/session", { headers })).json.username, "alice");
  const logout = await api.send("DELETE", "/session", { headers });
  assert.equal(logout.status, 204);
  assert.match(logout.headers.get("Set-Cookie"), /^session=;.*Path=\/;.*Expires=Thu, 01 Jan 1970/);
  assert.deepEqual((await api.send("GET", "/session", { headers })).outcome, UNAUTHENTICATED);
});

test("R2: the cookie is secure unless that is switched off", async (t) => {
  for (const [options, secure] of [[{}, true], [{ cookieSecure: false }, false]]) {
    const api = await startWithAlice(t, options);
    const cookie = (await api.post("/session", ALICE)).headers.get("Set-Cookie");
    assert.match(cookie, /; HttpOnly/);
    assert.equal(/; Secure/.test(cookie), secure);
  }
});

test("R5 R7: options come from the environment", () => {
  const defaults = { databasePath: "", passwordCost: 16384, lockSeconds: 60, cookieSecure: true };
  assert.deepEqual(optionsFromEnvironment({}), defaults);
  const empty = { DATABASE_PATH: "", PASSWORD_COST: "", LOGIN_LOCK_SECONDS: "", COOKIE_SECURE: "" };
  assert.deepEqual(optionsFromEnvironment(empty), defaults);
  const chosen = { DATABASE_PATH: "x.db", PASSWORD_COST: "1024", LOGIN_LOCK_SECONDS: "5", COOKIE_SECURE: "0" };
  const expected = { databasePath: "x.db", passwordCost: 1024, lockSeconds: 5, cookieSecure: false };
  assert.deepEqual(optionsFromEnvironment(chosen), expected);
});

test("R3 R4: other sessions end with a new password", async (t) => {
  const api = await startWithAlice(t);
  const [first, second] = [await api.logIn(), await api.logIn()];
  const { items } = (await api.send("GET", "/sessions", { headers: second })).json;
  assert.deepEqual(items.map((item) => item.current), [false, true]);
  const change = { headers: second, body: { current_password: ALICE.password, new_password: WRONG.password } };
  assert.equal((await api.send("PUT", "/password", change)).status, 204);
  assert.deepEqual((await api.send("GET", "/session", { headers: first })).outcome, UNAUTHENTICATED);
  assert.deepEqual((await api.send("PUT", "/password", change)).outcome, [403, "wrong_password"]);
  await api.logIn(WRONG);
});

test("R4 R5: a login whose password is changed meanwhile fails and ends nothing", async (t) => {
  const databasePath = temporaryFile(t);
  const api = await startWithAlice(t, { databasePath, passwordCost: 16384 });
  const headers = await api.logIn();
  const database = new DatabaseSync(databasePath);
  t.after(() => database.close());
  const login = api.post("/session", ALICE, headers);
  const attempts = database.prepare("SELECT count(*) AS number FROM attempts");
  while (attempts.get().number === 0) await setImmediate();
  database.exec("UPDATE accounts SET password_hash = 'of another password'");
  assert.deepEqual((await login).outcome, REFUSED);
  assert.equal((await api.send("GET", "/session", { headers })).status, 200);
});

test("R6: changes need the CSRF token of their session", async (t) => {
  const api = await startWithAlice(t);
  const [session, other] = [await api.logIn(), await api.logIn()];
  for (const token of ["", "x", other["X-CSRF-Token"], "\u00e9".repeat(43)]) {
    const headers = { ...session, "X-CSRF-Token": token };
    assert.deepEqual((await api.send("DELETE", "/session", { headers })).outcome, [403, "csrf_failed"]);
  }
  assert.equal((await api.send("DELETE", "/session", { headers: session })).status, 204);
});

test("R1 R5 R7: everything survives a restart and no token is stored", async (t) => {
  const databasePath = temporaryFile(t);
  const api = await startWithAlice(t, { databasePath });
  const headers = await api.logIn();
  for (let n = 0; n < 5; n++) assert.deepEqual((await api.post("/session", WRONG)).outcome, REFUSED);
  await api.close();
  const open = readdirSync("/proc/self/fd").map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return ""; // the descriptor of the listing itself
    }
  });
  assert.ok(!open.includes(databasePath));
  const stored = readFileSync(databasePath);
  assert.ok(!stored.includes(headers.Cookie.replace("session=", "")));
  assert.ok(!stored.includes(headers["X-CSRF-Token"]));

  const again = await start(t, { databasePath });
  assert.equal((await again.send("GET", "/session", { headers })).json.username, "alice");
  assert.deepEqual((await again.post("/session", ALICE)).outcome, LOCKED);
});

test("R5: a hash keeps its cost", async (t) => {
  const databasePath = temporaryFile(t);
  await (await startWithAlice(t, { databasePath })).close();
  const api = await start(t, { databasePath, passwordCost: 32768 });
  assert.deepEqual((await api.post("/session", WRONG)).outcome, REFUSED);
  const headers = await api.logIn();
  const body = { current_password: ALICE.password, new_password: WRONG.password };
  assert.equal((await api.send("PUT", "/password", { headers, body })).status, 204);
});

test("R7: a lock ends, and the count begins anew", async (t) => {
  const api = await startWithAlice(t, { lockSeconds: 1 });
  for (let n = 0; n < 5; n++) assert.deepEqual((await api.post("/session", WRONG)).outcome, REFUSED);
  const locked = await api.post("/session", ALICE);
  assert.deepEqual([...locked.outcome, locked.headers.get("Retry-After")], [...LOCKED, "1"]);
  const deadline = Date.now() + 10_000;
  let answer = locked;
  while (answer.status === 429) {
    assert.ok(Date.now() < deadline);
    answer = await api.post("/session", WRONG);
  }
  assert.deepEqual(answer.outcome, REFUSED);
  for (let n = 0; n < 3; n++) assert.deepEqual((await api.post("/session", WRONG)).outcome, REFUSED);
  await api.logIn();
});

test("R8 R9: faults are problems", async (t) => {
  const api = await startWithAlice(t);
  const extra = await api.post("/accounts", '{"username":"bob","password":1,"__proto__":{"role":"admin"}}');
  assert.equal(extra.headers.get("Content-Type").split(";")[0], "application/problem+json");
  assert.deepEqual(extra.outcome, [422, "validation_failed"]);
  assert.deepEqual(Object.keys(extra.json.errors).sort(), ["__proto__", "password"]);
  assert.deepEqual((await api.post("/session", "x".repeat(8193))).outcome, [413, "body_too_large"]);
  const packed = { "Content-Encoding": "gzip" };
  assert.deepEqual((await api.post("/session", "{}", packed)).outcome, [415, "unsupported_media_type"]);
  assert.deepEqual((await api.send("GET", "/SESSION")).outcome, [404, "not_found"]);
  assert.deepEqual((await api.send("DELETE", "/sessions/%zz")).outcome, [404, "not_found"]);
});
