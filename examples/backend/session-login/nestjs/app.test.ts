import "reflect-metadata";
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test, type TestContext } from "node:test";
import { setImmediate } from "node:timers/promises";

import { Test } from "@nestjs/testing";

import { AppModule } from "./app.module.ts";
import { type Settings, settingsFromEnvironment } from "./settings.ts";

const ALICE = { username: "alice", password: "correct horse battery" };
const WRONG = { username: "alice", password: "incorrect horse battery" };
const UNAUTHENTICATED = "401 unauthenticated";
const REFUSED = "401 invalid_credentials";
const LOCKED = "429 too_many_attempts";

type Headers = Record<string, string>;

interface Answer {
  status: number;
  headers: globalThis.Headers;
  json: any;
  /** status and code of a problem */
  outcome: string;
}

/** Sends requests to an app of its own. */
class Api {
  readonly close: () => Promise<void>;
  private readonly base: string;

  constructor(base: string, close: () => Promise<void>) {
    this.base = base;
    this.close = close;
  }

  /** Sends a text as it is, anything else as JSON. */
  async send(method: string, path: string, headers: Headers = {}, body?: unknown): Promise<Answer> {
    const response = await fetch(this.base + path, {
      method,
      headers: { "Content-Type": "application/json", ...headers },
      body: body === undefined || typeof body === "string" ? body : JSON.stringify(body),
    });
    const text = await response.text();
    const json = text ? JSON.parse(text) : undefined;
    return { status: response.status, headers: response.headers, json, outcome: `${response.status} ${json?.code}` };
  }

  post(path: string, body: unknown): Promise<Answer> {
    return this.send("POST", path, {}, body);
  }

  /** The headers of a new session. */
  async logIn(credentials = ALICE): Promise<Headers> {
    const { status, headers, json } = await this.post("/session", credentials);
    assert.equal(status, 201);
    const [cookie = ""] = headers.get("Set-Cookie")?.split(";") ?? [];
    return { Cookie: cookie, "X-CSRF-Token": json.csrf_token };
  }

  async failToLogIn(times: number): Promise<void> {
    for (let n = 0; n < times; n++) assert.equal((await this.post("/session", WRONG)).outcome, REFUSED);
  }
}

/** A new app with cheap hashes, closed at the end of the test. */
async function start(t: TestContext, settings: Partial<Settings> = {}): Promise<Api> {
  const all = { passwordCost: 16, ...settings };
  const module = await Test.createTestingModule({ imports: [AppModule.forRoot(all)] }).compile();
  const app = module.createNestApplication({ bodyParser: false, forceCloseConnections: true, logger: false });
  await app.listen(0, "127.0.0.1");
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= app.close());
  t.after(close);
  return new Api(await app.getUrl(), close);
}

async function startWithAlice(t: TestContext, settings?: Partial<Settings>): Promise<Api> {
  const api = await start(t, settings);
  const { status, json } = await api.post("/accounts", ALICE);
  assert.deepEqual([status, json], [201, { username: "alice", role: "user" }]);
  return api;
}

function temporaryFile(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "session-login-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, "accounts.db");
}

function openFiles(): string[] {
  return readdirSync("/proc/self/fd").map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return ""; // the descriptor of the listing itself
    }
  });
}

test("R1 R2: a registered account logs in and out", async (t) => {
  const api = await startWithAlice(t);
  assert.equal((await api.post("/accounts", WRONG)).outcome, "409 username_taken");
  await api.failToLogIn(1);
  const session = await api.logIn();
  assert.equal((await api.send("GET", "/session", session)).json.username, "alice");
  const logout = await api.send("DELETE", "/session", session);
  assert.equal(logout.status, 204);
  assert.match(logout.headers.get("Set-Cookie") ?? "", /^session=;.*Path=\/;.*Expires=Thu, 01 Jan 1970/);
  assert.equal((await api.send("GET", "/session", session)).outcome, UNAUTHENTICATED);
});

for (const cookieSecure of [undefined, true, false]) {
  test(`R2: the cookie is secure by default, with ${cookieSecure} as told`, async (t) => {
    const api = await startWithAlice(t, cookieSecure === undefined ? {} : { cookieSecure });
    const cookie = (await api.post("/session", ALICE)).headers.get("Set-Cookie") ?? "";
    assert.match(cookie, /; HttpOnly/);
    assert.equal(cookie.includes("; Secure"), cookieSecure ?? true);
  });
}

test("R5 R7: settings come from the environment", () => {
  const defaults = { databasePath: "", passwordCost: 16384, lockSeconds: 60, cookieSecure: true };
  assert.deepEqual(settingsFromEnvironment({}), defaults);
  const empty = { DATABASE_PATH: "", PASSWORD_COST: "", LOGIN_LOCK_SECONDS: "", COOKIE_SECURE: "" };
  assert.deepEqual(settingsFromEnvironment(empty), defaults);
  const chosen = { DATABASE_PATH: "x.db", PASSWORD_COST: "1024", LOGIN_LOCK_SECONDS: "5", COOKIE_SECURE: "0" };
  const expected = { databasePath: "x.db", passwordCost: 1024, lockSeconds: 5, cookieSecure: false };
  assert.deepEqual(settingsFromEnvironment(chosen), expected);
});

test("R3 R4: other sessions end with a new password", async (t) => {
  const api = await startWithAlice(t);
  const [first, second] = [await api.logIn(), await api.logIn()];
  const { items } = (await api.send("GET", "/sessions", second)).json;
  assert.deepEqual(items.map((item: { current: boolean }) => item.current), [false, true]);
  const body = { current_password: ALICE.password, new_password: WRONG.password };
  assert.equal((await api.send("PUT", "/password", second, body)).status, 204);
  assert.equal((await api.send("GET", "/session", first)).outcome, UNAUTHENTICATED);
  assert.equal((await api.send("PUT", "/password", second, body)).outcome, "403 wrong_password");
  await api.logIn(WRONG);
});

test("R4 R5: a login whose password is changed meanwhile fails and ends nothing", async (t) => {
  const databasePath = temporaryFile(t);
  const api = await startWithAlice(t, { databasePath, passwordCost: 16384 });
  const headers = await api.logIn();
  const database = new DatabaseSync(databasePath);
  t.after(() => database.close());
  const login = api.send("POST", "/session", headers, ALICE);
  const attempts = database.prepare("SELECT username FROM attempts");
  while (!attempts.get()) await setImmediate();
  database.exec("UPDATE accounts SET password_hash = 'of another password'");
  assert.equal((await login).outcome, REFUSED);
  assert.equal((await api.send("GET", "/session", headers)).status, 200);
});

test("R6: changes need the CSRF token of their session", async (t) => {
  const api = await startWithAlice(t);
  const [session, other] = [await api.logIn(), await api.logIn()];
  for (const token of ["", "x", other["X-CSRF-Token"] ?? "", "\u00e9".repeat(64)]) {
    const headers = { ...session, "X-CSRF-Token": token };
    assert.equal((await api.send("DELETE", "/session", headers)).outcome, "403 csrf_failed");
  }
  assert.equal((await api.send("DELETE", "/session", session)).status, 204);
});

test("R1 R5 R7: everything survives a restart and no token is stored", async (t) => {
  const databasePath = temporaryFile(t);
  const api = await startWithAlice(t, { databasePath });
  const session = await api.logIn();
  await api.failToLogIn(5);
  await api.close();
  assert.ok(!openFiles().includes(databasePath));
  const stored = readFileSync(databasePath);
  assert.ok(!stored.includes((session["Cookie"] ?? "").replace("session=", "")));
  assert.ok(!stored.includes(session["X-CSRF-Token"] ?? ""));

  const again = await start(t, { databasePath });
  assert.equal((await again.send("GET", "/session", session)).json.username, "alice");
  assert.equal((await again.post("/session", ALICE)).outcome, LOCKED);
});

test("R5: a hash keeps its cost", async (t) => {
  const databasePath = temporaryFile(t);
  await (await startWithAlice(t, { databasePath })).close();
  const api = await start(t, { databasePath, passwordCost: 32768 });
  await api.failToLogIn(1);
  const body = { current_password: ALICE.password, new_password: WRONG.password };
  assert.equal((await api.send("PUT", "/password", await api.logIn(), body)).status, 204);
});

test("R7: a lock ends, and the count begins anew", async (t) => {
  const api = await startWithAlice(t, { lockSeconds: 1 });
  await api.failToLogIn(5);
  let answer = await api.post("/session", ALICE);
  assert.deepEqual([answer.outcome, answer.headers.get("Retry-After")], [LOCKED, "1"]);
  const deadline = Date.now() + 10_000;
  while (answer.status === 429) {
    assert.ok(Date.now() < deadline);
    answer = await api.post("/session", WRONG);
  }
  assert.equal(answer.outcome, REFUSED);
  await api.failToLogIn(3);
  await api.logIn();
});

test("R8 R9: faults are problems", async (t) => {
  const api = await startWithAlice(t);
  const extra = await api.post("/accounts", '{"username":"bob","password":1,"__proto__":{"role":"admin"}}');
  assert.equal(extra.headers.get("Content-Type")?.split(";")[0], "application/problem+json");
  assert.equal(extra.outcome, "422 validation_failed");
  assert.deepEqual(Object.keys(extra.json.errors).sort(), ["__proto__", "password"]);
  assert.equal((await api.post("/session", "x".repeat(8193))).outcome, "413 body_too_large");
  assert.equal((await api.send("GET", "/SESSION")).outcome, "404 not_found");
  assert.equal((await api.send("DELETE", "/sessions/%zz")).outcome, "404 not_found");
});
