import "reflect-metadata";
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";

import { Logger } from "@nestjs/common";
import { Test } from "@nestjs/testing";

import { AppModule } from "./app.module.ts";
import { Database } from "./database.ts";
import { Problem } from "./problem.ts";
import { requireRole, ROLES } from "./role.ts";

interface Reply {
  status: number;
  headers: Headers;
  json: any;
}

/** An app under test, and requests to it. */
class Api {
  static async start(t: TestContext, databasePath?: string): Promise<Api> {
    const testing = await Test.createTestingModule({ imports: [AppModule.forRoot({ databasePath })] }).compile();
    const app = testing.createNestApplication({ bodyParser: false, logger: false });
    await app.listen(0, "127.0.0.1");
    let stopping: Promise<void> | undefined;
    const stop = () => (stopping ??= app.close());
    t.after(stop);
    return new Api(await app.getUrl(), stop, app.get(Database));
  }

  constructor(
    private readonly url: string,
    readonly stop: () => Promise<void>,
    readonly database: Database,
  ) {}

  async send(method: string, path: string, token?: string, json?: object): Promise<Reply> {
    const headers = new Headers();
    if (token) headers.set("Authorization", `Bearer ${token}`);
    if (json) headers.set("Content-Type", "application/json");
    const response = await fetch(this.url + path, { method, headers, body: json && JSON.stringify(json) });
    const text = await response.text();
    return { status: response.status, headers: response.headers, json: text && JSON.parse(text) };
  }

  /** The token of a new user. */
  async signUp(name: string): Promise<string> {
    const { status, json } = await this.send("POST", "/users", undefined, { name });
    assert.equal(status, 201);
    return json.token;
  }

  /** The path of a new workspace. */
  async makeWorkspace(owner: string): Promise<string> {
    const { status, json } = await this.send("POST", "/workspaces", owner, { name: "Team" });
    assert.equal(status, 201);
    return `/workspaces/${json.id}`;
  }

  /** The token of a new user who is a member. */
  async invite(path: string, owner: string, user: string, role: string): Promise<string> {
    const token = await this.signUp(user);
    const { status } = await this.send("POST", `${path}/members`, owner, { user, role });
    assert.equal(status, 201);
    return token;
  }

  async members(path: string, token: string): Promise<string[]> {
    const { json } = await this.send("GET", `${path}/members`, token);
    return json.items.map((member: { user: string; role: string }) => `${member.user}: ${member.role}`);
  }
}

async function temporaryFile(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "teams-"));
  t.after(() => rm(directory, { recursive: true }));
  return join(directory, "teams.db");
}

function assertProblem({ status, headers, json }: Reply, expectedStatus: number, code: string): void {
  assert.equal(status, expectedStatus);
  assert.equal(headers.get("content-type")?.split(";")[0], "application/problem+json");
  const { title, ...rest } = json;
  assert.deepEqual(rest, { type: `/problems/${code}`, code, status });
  assert.ok(title);
}

test("R1: the data survives a restart", async (t) => {
  const file = await temporaryFile(t);
  const first = await Api.start(t, file);
  const alice = await first.signUp("alice");
  const path = await first.makeWorkspace(alice);
  const bob = await first.invite(path, alice, "bob", "editor");
  const { json: project } = await first.send("POST", `${path}/projects`, bob, { name: "Site" });
  await first.stop();
  assert.throws(() => first.database.prepare("SELECT 1"));

  const second = await Api.start(t, file);
  assert.deepEqual(await second.members(path, bob), ["alice: owner", "bob: editor"]);
  assert.deepEqual((await second.send("GET", `${path}/projects`, alice)).json, { items: [project] });
  assertProblem(await second.send("POST", "/users", undefined, { name: "bob" }), 409, "name_taken");
});

test("R1: a database in memory belongs to one app", async (t) => {
  const [first, second] = [await Api.start(t), await Api.start(t, "")];
  const alice = await first.signUp("alice");
  assertProblem(await second.send("GET", "/workspaces", alice), 401, "unauthorized");
  assert.notEqual(await second.signUp("alice"), alice);
});

test("R2: tokens are stored as digests", async (t) => {
  const file = await temporaryFile(t);
  const api = await Api.start(t, file);
  const token = await api.signUp("alice");
  await api.stop();
  const names = await readdir(dirname(file));
  const contents = await Promise.all(names.map((name) => readFile(join(dirname(file), name), "latin1")));
  assert.ok(!contents.join("").includes(token));
  assert.ok(contents.join("").includes(createHash("sha256").update(token).digest("hex")));
});

test("R4: each role may do what those before it may", () => {
  for (const [rank, own] of ROLES.entries()) {
    assert.equal(own, ["viewer", "editor", "admin", "owner"][rank]);
    requireRole(own, ...ROLES.slice(0, rank + 1));
    for (const higher of ROLES.slice(rank + 1)) {
      assert.throws(() => requireRole(own, higher), Problem);
      assert.throws(() => requireRole(own, "viewer", higher), Problem);
      assert.throws(() => requireRole(own, higher, "viewer"), Problem);
    }
  }
});

test("R5: an admin can neither remove an owner nor become one", async (t) => {
  const api = await Api.start(t);
  const alice = await api.signUp("alice");
  const path = await api.makeWorkspace(alice);
  const bob = await api.invite(path, alice, "bob", "admin");
  assertProblem(await api.send("DELETE", `${path}/members/alice`, bob), 403, "forbidden");
  assertProblem(await api.send("PATCH", `${path}/members/bob`, bob, { role: "owner" }), 403, "forbidden");
  assert.deepEqual(await api.members(path, bob), ["alice: owner", "bob: admin"]);
});

test("R6: of two owners who demote each other at the same time one stays", async (t) => {
  const api = await Api.start(t);
  const alice = await api.signUp("alice");
  const path = await api.makeWorkspace(alice);
  const bob = await api.invite(path, alice, "bob", "owner");
  const responses = await Promise.all([
    api.send("PATCH", `${path}/members/bob`, alice, { role: "viewer" }),
    api.send("PATCH", `${path}/members/alice`, bob, { role: "viewer" }),
  ]);
  assert.deepEqual(responses.map(({ status }) => status).sort(), [200, 403]);
  const roles = (await api.members(path, alice)).map((member) => member.split(": ")[1]);
  assert.deepEqual(roles.sort(), ["owner", "viewer"]);
});

test("R6: a refused departure is undone", async (t) => {
  const api = await Api.start(t);
  const alice = await api.signUp("alice");
  const path = await api.makeWorkspace(alice);
  assertProblem(await api.send("DELETE", `${path}/members/alice`, alice), 409, "last_owner");
  assert.deepEqual(await api.members(path, alice), ["alice: owner"]);
});

test("R3: a path that cannot be decoded is not found", async (t) => {
  const log = t.mock.method(Logger.prototype, "error", () => {});
  const api = await Api.start(t);
  const alice = await api.signUp("alice");
  for (const path of ["/workspaces/%FF", "/workspaces/%zz/projects"]) {
    assertProblem(await api.send("GET", path, alice), 404, "not_found");
  }
  assert.equal(log.mock.callCount(), 0);
});

test("a failure that nobody expected is a problem without details", async (t) => {
  const log = t.mock.method(Logger.prototype, "error", () => {});
  const api = await Api.start(t);
  const alice = await api.signUp("alice");
  t.mock.method(api.database, "transaction", () => assert.fail("secret"));
  const reply = await api.send("POST", "/workspaces", alice, { name: "Team" });
  assertProblem(reply, 500, "internal_error");
  assert.ok(!JSON.stringify(reply.json).includes("secret"));
  assert.equal(log.mock.callCount(), 1);
});
