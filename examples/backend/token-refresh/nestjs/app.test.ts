import "reflect-metadata";
import assert from "node:assert/strict";
import crypto from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";

import { Test } from "@nestjs/testing";

import { AppModule } from "./app.module.ts";
import { hashPassword, verifyPassword } from "./passwords.ts";

const SECRET = "not-a-secret-0001".repeat(2);
const NEXT_SECRET = "not-a-secret-0002".repeat(2);
const PASSWORD = "correct horse";

type Environment = Record<string, string | undefined>;

interface Request {
  body?: unknown;
  token?: string;
  type?: string;
}

interface Answer {
  status: number;
  type: string | null;
  caching: string | null;
  challenge: string | null;
  text: string;
  body: any;
}

interface Tokens {
  access: string;
  refresh: string;
}

/** A client of a new app that is closed at the end of the test. */
async function startApi(t: TestContext, environment?: Environment): Promise<Api> {
  const imports = [AppModule.forRoot({ APP_JWT_SECRET: SECRET, ...environment })];
  const module = await Test.createTestingModule({ imports }).compile();
  const app = module.createNestApplication({ bodyParser: false, forceCloseConnections: true, logger: ["error"] });
  await app.listen(0, "127.0.0.1");
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= app.close());
  t.after(close);
  return new Api(await app.getUrl(), close);
}

class Api {
  readonly close: () => Promise<void>;
  readonly #base: string;

  constructor(base: string, close: () => Promise<void>) {
    this.#base = base;
    this.close = close;
  }

  /** Sends text as it is, anything else as JSON. */
  async send(method: string, path: string, { body, token, type = "application/json" }: Request = {}): Promise<Answer> {
    const headers: Record<string, string> = { "Content-Type": type };
    if (token !== undefined) headers["Authorization"] = `Bearer ${token}`;
    const content = typeof body === "string" ? body : JSON.stringify(body);
    const response = await fetch(this.#base + path, { method, headers, body: content });
    const text = await response.text();
    return {
      status: response.status,
      type: response.headers.get("Content-Type"),
      caching: response.headers.get("Cache-Control"),
      challenge: response.headers.get("WWW-Authenticate"),
      text,
      body: text && JSON.parse(text),
    };
  }

  async signUp(username = "alice"): Promise<object> {
    const { status, body } = await this.send("POST", "/users", { body: { username, password: PASSWORD } });
    assert.equal(status, 201);
    return body;
  }

  tryLogin({ username = "alice", password = PASSWORD, device = "laptop" } = {}): Promise<Answer> {
    return this.send("POST", "/login", { body: { username, password, device } });
  }

  async login(fields?: { username?: string; password?: string; device?: string }): Promise<Tokens> {
    return tokens(await this.tryLogin(fields));
  }

  refresh(refresh_token: string): Promise<Answer> {
    return this.send("POST", "/refresh", { body: { refresh_token } });
  }

  me(token?: string): Promise<Answer> {
    return this.send("GET", "/me", { token });
  }

  async sessions(token: string): Promise<any[]> {
    const { status, body } = await this.send("GET", "/sessions", { token });
    assert.equal(status, 200);
    return body.items;
  }

  changePassword(token: string, current_password: string, new_password: string): Promise<Answer> {
    return this.send("PUT", "/password", { token, body: { current_password, new_password } });
  }
}

/** The tokens that an answer holds. */
function tokens({ status, caching, body }: Answer): Tokens {
  assert.deepEqual([status, caching], [200, "no-store"]);
  assert.match(body.refresh_token, /^[A-Za-z0-9_-]{43}$/);
  const { access_token: access, refresh_token: refresh, ...rest } = body;
  assert.deepEqual(Object.keys(rest).sort(), ["expires_in", "token_type"]);
  return { access, refresh };
}

function assertProblem(answer: Answer, status: number, code: string): void {
  assert.equal(answer.body?.code, code, answer.text);
  assert.equal(answer.status, status);
  assert.match(answer.type ?? "", /^application\/problem\+json/);
  assert.equal(answer.challenge, status === 401 ? "Bearer" : null);
  assert.deepEqual([answer.body.type, answer.body.status], [`/problems/${code}`, status]);
}

const assertUnauthorized = (answer: Answer) => assertProblem(answer, 401, "unauthorized");
const assertBadToken = (answer: Answer) => assertProblem(answer, 401, "invalid_refresh_token");

const readJwt = (token: string): any[] =>
  token.split(".", 2).map((part) => JSON.parse(Buffer.from(part, "base64url").toString()));

const hmac = (secret: string, text: string) => crypto.createHmac("sha256", secret).update(text);

const keyId = (secret: string) => hmac(secret, "kid").digest("hex").slice(0, 16);

function sign(header: object | null, claims: object, secret = SECRET): string {
  const text = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  return `${text}.${hmac(secret, text).digest("base64url")}`;
}

function databaseFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "users-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

function openFile(fd: string): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return undefined; // closed by now
  }
}

/** Starts `meanwhile` once, before the next password is hashed, and waits for it before the hash is given. */
function duringNextHash(t: TestContext, meanwhile: () => Promise<unknown>): void {
  const scrypt: any = crypto.scrypt;
  const delayed = (...args: any[]) => {
    const callback = args.pop();
    scrypt(...args, (...result: unknown[]) => meanwhile().then(() => callback(...result), callback));
  };
  t.mock.method(crypto, "scrypt", delayed as any, { times: 1 });
}

test("R1: everything is there after a restart", async (t) => {
  const environment = { DATABASE_PATH: join(databaseFolder(t), "users.sqlite3") };
  const before = await startApi(t, environment);
  const user = await before.signUp();
  const first = await before.login({ device: "phone" });
  const sessions = await before.sessions(first.access);
  assert.deepEqual(sessions.map(({ device, current }) => [device, current]), [["phone", true]]);
  await before.close();
  const after = await startApi(t, environment);
  assert.deepEqual((await after.me(first.access)).body, user);
  assert.deepEqual(await after.sessions(first.access), sessions);
  const second = tokens(await after.refresh(first.refresh));
  assert.deepEqual((await after.me(second.access)).body, user);
  assertBadToken(await after.refresh(first.refresh));
});

test("R1: closing releases the database", async (t) => {
  const DATABASE_PATH = join(databaseFolder(t), "users.sqlite3");
  const isOpen = () => readdirSync("/proc/self/fd").some((fd) => openFile(fd) === DATABASE_PATH);
  const api = await startApi(t, { DATABASE_PATH });
  assert.equal(isOpen(), true);
  await api.close();
  assert.equal(isOpen(), false);
});

test("R2: an access token is checked", async (t) => {
  const api = await startApi(t);
  await api.signUp();
  const { access } = await api.login();
  const [header, claims] = readJwt(access);
  assert.equal((await api.me(sign(header, claims))).status, 200);
  const forged = [
    sign(header, { ...claims, exp: Math.floor(Date.now() / 1000) }),
    sign(header, { ...claims, iss: "x" }),
    sign(header, { ...claims, sid: null }),
    sign({ ...header, alg: "none" }, claims),
    sign({ ...header, crit: [] }, claims),
    sign(null, claims),
    `${access}A`,
    `${access}.x`,
    "x",
  ];
  for (const token of forged) assertUnauthorized(await api.me(token));
  assertUnauthorized(await api.me());
});

test("R3: keys are replaced", async (t) => {
  const DATABASE_PATH = join(databaseFolder(t), "users.sqlite3");
  const before = await startApi(t, { DATABASE_PATH });
  await before.signUp();
  const old = await before.login();
  assert.deepEqual(readJwt(old.access)[0], { alg: "HS256", typ: "JWT", kid: keyId(SECRET) });
  await before.close();

  const between = await startApi(t, { DATABASE_PATH, APP_JWT_SECRET: NEXT_SECRET, APP_JWT_OLD_SECRET: SECRET });
  assert.equal((await between.me(old.access)).status, 200);
  const renewed = tokens(await between.refresh(old.refresh));
  const [header, claims] = readJwt(renewed.access);
  assert.equal(header.kid, keyId(NEXT_SECRET));
  assertUnauthorized(await between.me(sign(header, claims, SECRET)));
  await between.close();

  const after = await startApi(t, { DATABASE_PATH, APP_JWT_SECRET: NEXT_SECRET, APP_JWT_OLD_SECRET: "" });
  assertUnauthorized(await after.me(old.access));
  assertUnauthorized(await after.me(sign({ ...header, kid: keyId("") }, claims, "")));
  assert.equal((await after.me(renewed.access)).status, 200);
  await after.close();

  const random = await startApi(t, { DATABASE_PATH, APP_JWT_SECRET: "" });
  assertUnauthorized(await random.me(renewed.access));
  const last = tokens(await random.refresh(renewed.refresh));
  assert.equal((await random.me(last.access)).status, 200);
  await random.close();
  assertUnauthorized(await (await startApi(t, { DATABASE_PATH, APP_JWT_SECRET: undefined })).me(last.access));
});

test("R3: the life of access tokens is configured", async (t) => {
  for (const [text, seconds] of [["", 300], ["1", 1], ["60", 60], ["3600", 3600]] as const) {
    const api = await startApi(t, { APP_ACCESS_TTL_SECONDS: text, APP_JWT_OLD_SECRET: "\u00e9".repeat(16) });
    await api.signUp();
    const { body } = await api.tryLogin();
    const { iat, exp } = readJwt(body.access_token)[1];
    assert.deepEqual([body.expires_in, exp - iat], [seconds, seconds]);
  }
});

test("R3: a faulty configuration stops the start", async (t) => {
  const right = { APP_JWT_SECRET: "x".repeat(32), APP_JWT_OLD_SECRET: "y".repeat(32), APP_ACCESS_TTL_SECONDS: "5" };
  assert.equal((await (await startApi(t, right)).send("GET", "/health")).status, 200);
  const faults = [
    ["APP_JWT_SECRET", "x".repeat(31)],
    ["APP_JWT_OLD_SECRET", "y".repeat(31)],
    ...["0", "3601", "-1", "1.5", " 5", "x", "5x", "1e2"].map((life) => ["APP_ACCESS_TTL_SECONDS", life] as const),
  ] as const;
  for (const [name, value] of faults) {
    const wrong = { ...right, [name]: value };
    assert.throws(() => AppModule.forRoot(wrong), { name: "RangeError", message: new RegExp(name) });
  }
});

test("R4: reuse of a refresh token ends its session", async (t) => {
  const api = await startApi(t);
  await api.signUp();
  const first = await api.login();
  const second = tokens(await api.refresh(first.refresh));
  const other = await api.login();
  assertBadToken(await api.refresh("x".repeat(43)));
  assert.equal((await api.me(first.access)).status, 200);
  assertBadToken(await api.refresh(first.refresh));
  assertBadToken(await api.refresh(second.refresh));
  assertUnauthorized(await api.me(first.access));
  assert.equal((await api.me(other.access)).status, 200);
});

test("R5: of several refreshes of a token one succeeds", async (t) => {
  const api = await startApi(t);
  await api.signUp();
  const { access, refresh } = await api.login();
  const answers = await Promise.all(Array.from({ length: 5 }, () => api.refresh(refresh)));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 401, 401, 401, 401]);
  assertUnauthorized(await api.me(access));
});

test("R5 R7: the password is changed while it is verified", async (t) => {
  const api = await startApi(t);
  await api.signUp();
  const { access } = await api.login();
  duringNextHash(t, () => api.changePassword(access, PASSWORD, "second password"));
  assertProblem(await api.tryLogin(), 401, "invalid_credentials");
  duringNextHash(t, () => api.changePassword(access, "second password", "third password"));
  assertProblem(await api.changePassword(access, "second password", "fourth password"), 403, "wrong_password");
  assert.equal((await api.sessions(access)).length, 1);
  await api.login({ password: "third password" });
});

test("R6: sessions are private", async (t) => {
  const api = await startApi(t);
  await api.signUp("alice");
  await api.signUp("bob");
  const alice = await api.login();
  const bob = await api.login({ username: "bob" });
  const [{ id }] = await api.sessions(alice.access);
  assertProblem(await api.send("DELETE", `/sessions/${id}`, { token: bob.access }), 404, "not_found");
  assert.equal((await api.me(alice.access)).status, 200);
  const { status, text } = await api.send("DELETE", `/sessions/${id}`, { token: alice.access });
  assert.deepEqual([status, text], [204, ""]);
  assertUnauthorized(await api.me(alice.access));
});

test("R8: passwords become slow salted hashes", async () => {
  const stored = await hashPassword(PASSWORD);
  const pattern = /^\$scrypt\$ln=14,r=8,p=1\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/;
  assert.match(stored, pattern);
  const [salt = "", key] = stored.split("$").slice(3).map((part) => Buffer.from(part, "base64"));
  assert.deepEqual(crypto.scryptSync(PASSWORD, salt, 32), key);
  assert.notEqual(await hashPassword(PASSWORD), stored);
  assert.equal(await verifyPassword(PASSWORD, stored), true);
  assert.equal(await verifyPassword(PASSWORD.toUpperCase(), stored), false);
  const cheap = crypto.scryptSync("x", Buffer.alloc(16), 32, { N: 4, r: 2, p: 3 }).toString("base64");
  assert.equal(await verifyPassword("x", `$scrypt$ln=2,r=2,p=3$${"A".repeat(22)}$${cheap.slice(0, -1)}`), true);
});

test("R8: the database holds no secrets", async (t) => {
  const folder = databaseFolder(t);
  const api = await startApi(t, { DATABASE_PATH: join(folder, "users.sqlite3") });
  await api.signUp();
  const first = await api.login();
  const second = tokens(await api.refresh(first.refresh));
  await api.close();
  const data = readdirSync(folder).map((name) => readFileSync(join(folder, name), "latin1")).join("");
  assert.ok(data.includes("alice"));
  const secrets = [PASSWORD, SECRET, first.refresh, second.refresh, second.access];
  assert.deepEqual(secrets.filter((secret) => data.includes(secret)), []);
});

test("R9: faults of bodies are told in their order", async (t) => {
  const api = await startApi(t);
  const cases = [
    ["{".repeat(8193), "text/plain", 415, "unsupported_media_type"],
    ["{".repeat(8193), "application/json", 413, "payload_too_large"],
    ["{".repeat(8192), "application/json", 400, "malformed_json"],
    ["[]", "application/json", 400, "malformed_json"],
    ["{}", "application/json", 422, "validation_failed"],
  ] as const;
  for (const [body, type, status, code] of cases) {
    assertProblem(await api.send("POST", "/login", { body, type }), status, code);
  }
  const faulty = '{"username": "Alice", "password": "short", "__proto__": 1}';
  const { body } = await api.send("POST", "/users", { body: faulty });
  assert.deepEqual(Object.keys(body.errors).sort(), ["__proto__", "password", "username"]);
  assertProblem(await api.send("GET", "/nothing"), 404, "not_found");
});
