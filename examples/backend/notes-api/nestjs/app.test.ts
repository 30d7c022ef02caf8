import "reflect-metadata";
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";

import type { INestApplication } from "@nestjs/common";
import { Test } from "@nestjs/testing";

import { AppModule } from "./app.module.ts";
import type { AppOptions } from "./app.module.ts";

const START = Date.UTC(2025, 2, 1, 9, 30);
const PASSWORD = "correct horse battery";
const EMOJI = "\u{1F600}";
const KELVIN_SIGN = "\u212A";
const MAX_BODY_BYTES = 262_144;

interface Request {
  json?: unknown;
  body?: string | Uint8Array<ArrayBuffer> | ReadableStream | undefined;
  headers?: Record<string, string>;
  token?: string | undefined;
  ifMatch?: string | undefined;
}

interface Answer {
  status: number;
  headers: Headers;
  text: string;
  body: any;
}

/** An app that listens on a free port. */
class Api {
  private constructor(
    private readonly app: INestApplication,
    private readonly base: string,
  ) {}

  static async start(options?: AppOptions): Promise<Api> {
    const module = await Test.createTestingModule({ imports: [AppModule.forRoot(options)] }).compile();
    const app = module.createNestApplication({ bodyParser: false, logger: false, forceCloseConnections: true });
    await app.listen(0, "127.0.0.1");
    // A test that fails before it stops the app must not keep the process alive.
    app.getHttpServer().unref();
    return new Api(app, await app.getUrl());
  }

  stop(): Promise<void> {
    return this.app.close();
  }

  /** Sends a request; `json` is a value for the body, unless there is a `body`. */
  async send(method: string, path: string, request: Request = {}): Promise<Answer> {
    const { json, body = JSON.stringify(json), headers, token, ifMatch } = request;
    const response = await fetch(this.base + path, {
      method,
      body: body ?? null,
      headers: {
        "Content-Type": "application/json",
        ...headers,
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        ...(ifMatch !== undefined && { "If-Match": ifMatch }),
      },
      ...(body instanceof ReadableStream && { duplex: "half" }),
    });
    const text = await response.text();
    const isJson = response.headers.get("Content-Type")?.split(";")[0] === "application/json";
    return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined };
  }

  register(username: unknown, password: unknown = PASSWORD): Promise<Answer> {
    return this.send("POST", "/register", { json: { username, password } });
  }

  login(username: unknown, password: unknown = PASSWORD): Promise<Answer> {
    return this.send("POST", "/login", { json: { username, password } });
  }

  as(token: string): Caller {
    return new Caller(this, token);
  }
}

type Page = [titles: string[], cursor: string | null];

/** Sends requests with a token. */
class Caller {
  constructor(
    private readonly api: Api,
    readonly token: string,
  ) {}

  send(method: string, path: string, request: Request = {}): Promise<Answer> {
    return this.api.send(method, path, { token: this.token, ...request });
  }

  async add(title = "A note", fields: object = {}): Promise<any> {
    const { status, text, body } = await this.send("POST", "/notes", { json: { title, ...fields } });
    assert.equal(status, 201, text);
    return body;
  }

  async addAll(titles: Iterable<string>): Promise<Record<string, any>> {
    const notes: Record<string, any> = {};
    for (const title of titles) notes[title] = await this.add(title);
    return notes;
  }

  /** The titles of a page of notes, and the cursor of the next one. */
  async page(query: Record<string, string | null> = {}): Promise<Page> {
    const { status, text, body } = await this.send("GET", `/notes?${new URLSearchParams(query as Record<string, string>)}`);
    assert.equal(status, 200, text);
    return [body.items.map((note: { title: string }) => note.title), body.next_cursor];
  }
}

function assertError(response: Answer, status: number, code: string, ...fields: string[]): void {
  assert.equal(response.status, status, response.text);
  assert.deepEqual(Object.keys(response.body), ["error"]);
  const { error } = response.body;
  assert.deepEqual(Object.keys(error).sort(), fields.length > 0 ? ["code", "fields", "message"] : ["code", "message"]);
  assert.equal(error.code, code);
  assert.ok(error.message);
  if (fields.length > 0) assert.deepEqual(Object.keys(error.fields).sort(), fields.sort());
  if (status === 401) assert.equal(response.headers.get("WWW-Authenticate"), "Bearer");
}

const brief = (value: unknown): string => [...JSON.stringify(value)].slice(0, 40).join("");

/** A note whose JSON has so many bytes. */
function padded(size: number): string {
  const start = '{"title": "Padded", "padding": "';
  const end = '"}';
  return start + "x".repeat(size - start.length - end.length) + end;
}

// Hashing passwords is slow by design, so two users are made once and every app starts with a copy of their database.
let root: string;
let seed: string;
let tokens: { alice: string; bob: string };
let databasePath: string;
let now: number;
let api: Api;
let alice: Caller;
let bob: Caller;

before(async () => {
  root = mkdtempSync(join(tmpdir(), "notes-"));
  seed = mkdtempSync(join(root, "seed-"));
  const app = await Api.start({ databasePath: join(seed, "notes.db"), now: () => START });
  const signUp = async (username: string): Promise<string> => {
    await app.register(username);
    return (await app.login(username)).body.token;
  };
  tokens = { alice: await signUp("alice"), bob: await signUp("bob") };
  await app.stop();
});

after(() => {
  rmSync(root, { recursive: true });
});

/** A new app on a copy of the users. */
async function start(): Promise<void> {
  const folder = mkdtempSync(join(root, "test-"));
  cpSync(seed, folder, { recursive: true });
  databasePath = join(folder, "notes.db");
  now = START;
  await restart();
}

/** Gives each test of a suite an app of its own. */
function startForEachTest(): void {
  beforeEach(start);
  afterEach(() => api.stop());
}

async function restart(): Promise<void> {
  api = await Api.start({ databasePath, now: () => now });
  [alice, bob] = [api.as(tokens.alice), api.as(tokens.bob)];
}

describe("accounts", () => {
  startForEachTest();

  test("R1: registration answers id and lower-case username", async () => {
    const { status, body } = await api.register("Carol.B_9-x", "8 chars!");
    assert.equal(status, 201);
    assert.equal(typeof body.id, "string");
    assert.deepEqual(body, { id: body.id, username: "carol.b_9-x" });
  });

  test("R1: a username is taken in any case", async () => {
    assertError(await api.register("ALICE"), 409, "username_taken");
  });

  test("R1: one of concurrent registrations wins", async () => {
    const responses = await Promise.all(["carol", "Carol", "carol"].map((username) => api.register(username)));
    assert.deepEqual(responses.map(({ status }) => status).sort(), [201, 409, 409]);
  });

  test("R2: login issues a new token", async () => {
    const { status, body } = await api.login("Alice");
    assert.equal(status, 200);
    assert.deepEqual(body, { token: body.token, token_type: "Bearer", expires_in: 3600 });
    assert.match(body.token, /^[A-Za-z0-9_-]{32,}$/);
    assert.notEqual(body.token, alice.token);
    assert.equal((await alice.send("GET", "/notes")).status, 200);
    assert.equal((await api.as(body.token).send("GET", "/notes")).status, 200);
  });

  test("R2: login does not tell whether the user exists", async () => {
    const answers: Answer[] = [];
    const cpu: number[] = [];
    for (const username of ["alice", "nobody"]) {
      const start = process.cpuUsage();
      answers.push(await api.login(username, "wrong password"));
      cpu.push(process.cpuUsage(start).user);
    }
    const [known, unknown] = answers as [Answer, Answer];
    assertError(known, 401, "invalid_credentials");
    assert.deepEqual([unknown.status, unknown.text], [known.status, known.text]);
    const withoutDate = ({ headers }: Answer) => [...headers].filter(([name]) => name !== "date");
    assert.deepEqual(withoutDate(unknown), withoutDate(known));
    assert.ok(cpu[1]! > cpu[0]! / 3, "no password was hashed for the unknown user");
  });

  test("R2: login folds ASCII letters only", async () => {
    await api.register("kate");
    assertError(await api.login(`${KELVIN_SIGN}ate`), 401, "invalid_credentials");
  });

  test("R2 R9: login checks only that both fields are strings", async () => {
    assertError(await api.login(null, 12345678), 422, "validation_failed", "username", "password");
    assertError(await api.login("", ""), 401, "invalid_credentials");
  });

  test("R10: login answers 401 to odd characters", async () => {
    assertError(await api.login("alice", `${PASSWORD}\0`), 401, "invalid_credentials");
    assertError(await api.login("alice\0\ud83d"), 401, "invalid_credentials");
    assert.equal((await api.register("carol", "password\ufffd")).status, 201);
    assertError(await api.login("carol", "password\ud83d"), 401, "invalid_credentials");
  });

  test("R3: the scheme is case-insensitive", async () => {
    const headers = { Authorization: `bEARER ${alice.token}` };
    assert.equal((await api.send("GET", "/notes", { headers })).status, 200);
  });

  test("R3: a token ends 3600 seconds after its login despite use", async () => {
    now = START + 3_599_999;
    assert.equal((await alice.send("GET", "/notes")).status, 200);
    now = START + 3_600_000;
    assertError(await alice.send("GET", "/notes"), 401, "unauthorized");
  });

  test("R3: a token lives from its own login", async () => {
    now = START + 1_800_000;
    const later = api.as((await api.login("alice")).body.token);
    now = START + 3_600_000;
    assertError(await alice.send("GET", "/notes"), 401, "unauthorized");
    assert.equal((await later.send("GET", "/notes")).status, 200);
    now = START + 5_399_999;
    assert.equal((await later.send("GET", "/notes")).status, 200);
    now = START + 5_400_000;
    assertError(await later.send("GET", "/notes"), 401, "unauthorized");
  });

  test("R3: logout revokes only its own token", async () => {
    const other = api.as((await api.login("alice")).body.token);
    const { status, text } = await alice.send("POST", "/logout", { body: "{ ignored" });
    assert.deepEqual([status, text], [204, ""]);
    assertError(await alice.send("GET", "/notes"), 401, "unauthorized");
    assertError(await alice.send("POST", "/logout"), 401, "unauthorized");
    assert.equal((await other.send("GET", "/notes")).status, 200);
    assert.equal((await bob.send("GET", "/notes")).status, 200);
  });

  test("R4: the database has no secret as plain text", () => {
    const stored = readdirSync(seed)
      .map((name) => readFileSync(join(seed, name), "latin1"))
      .join("");
    assert.ok(stored.includes("alice"));
    for (const secret of [PASSWORD, tokens.alice, tokens.bob]) assert.ok(!stored.includes(secret));
    const hashes = stored.match(/scrypt\$\d+\$\d+\$\d+\$[\w+/=]+\$|pbkdf2-sha256\$\d+\$[\w+/=]+\$/g);
    assert.equal(new Set(hashes).size, 2, "two users with the same password must have two salts");
  });

  test("R5: everything is there after a restart", async () => {
    const note = await alice.add("Kept", { content: "text", tags: ["a", "b"] });
    assert.equal((await bob.send("POST", "/logout")).status, 204);
    await api.stop();
    now = START + 3_599_999;
    await restart();
    assert.deepEqual((await alice.send("GET", "/notes")).body, { items: [note], next_cursor: null });
    assertError(await bob.send("GET", "/notes"), 401, "unauthorized");
    assert.equal((await api.login("bob")).status, 200);
    now = START + 3_600_000;
    assertError(await alice.send("GET", "/notes"), 401, "unauthorized");
  });

  test("R5: databases in memory are separate", async () => {
    for (const options of [undefined, { databasePath: "" }]) {
      const app = await Api.start(options);
      assert.equal((await app.register("carol")).status, 201);
      await app.stop();
    }
  });
});

describe("notes", () => {
  startForEachTest();

  test("R5: create answers the note", async () => {
    const fields = { title: "  Two  spaces ", content: "line 1\r\n\tline 2\x7f", tags: ["b", "a", "b", "B"] };
    const { status, headers, body } = await alice.send("POST", "/notes", { json: fields });
    assert.equal(status, 201);
    assert.match(body.id, /^[A-Za-z0-9_-]+$/);
    assert.equal(headers.get("Location"), `/notes/${body.id}`);
    assert.equal(headers.get("ETag"), '"1"');
    assert.deepEqual(body, {
      id: body.id,
      title: "  Two  spaces ",
      content: "line 1\r\n\tline 2\x7f",
      tags: ["b", "a", "B"],
      version: 1,
      created_at: "2025-03-01T09:30:00.000Z",
      updated_at: "2025-03-01T09:30:00.000Z",
    });
  });

  test("R5: a created note can be read", async () => {
    const note = await alice.add("Only a title");
    assert.deepEqual([note.content, note.tags], ["", []]);
    const { status, headers, body } = await alice.send("GET", `/notes/${note.id}`);
    assert.deepEqual([status, headers.get("ETag"), body], [200, '"1"', note]);
  });

  test("R5: an update replaces the whole note", async () => {
    const note = await alice.add("Old", { content: "old", tags: ["old"] });
    now = START + 300_007;
    const json = { title: "New", id: "mine", version: 99, created_at: "2000-01-01T00:00:00.000Z" };
    const { status, headers, body } = await alice.send("PUT", `/notes/${note.id}`, { ifMatch: '"1"', json });
    const updated_at = "2025-03-01T09:35:00.007Z";
    const updated = { ...note, title: "New", content: "", tags: [], version: 2, updated_at };
    assert.deepEqual([status, headers.get("ETag"), body], [200, '"2"', updated]);
    assert.deepEqual((await alice.send("GET", `/notes/${note.id}`)).body, updated);
  });

  test("R5: an update without difference raises the version", async () => {
    const { id } = await alice.add("Same");
    now = START + 1000;
    const { body } = await alice.send("PUT", `/notes/${id}`, { ifMatch: '"1"', json: { title: "Same" } });
    assert.deepEqual([body.version, body.updated_at], [2, "2025-03-01T09:30:01.000Z"]);
  });

  test("R5: a deleted note is gone", async () => {
    const { id } = await alice.add();
    const { status, text } = await alice.send("DELETE", `/notes/${id}`);
    assert.deepEqual([status, text], [204, ""]);
    assertError(await alice.send("GET", `/notes/${id}`), 404, "not_found");
    assert.deepEqual(await alice.page(), [[], null]);
  });

  test("R6: another user's note is like one that does not exist", async () => {
    const note = await alice.add("Private", { tags: ["t"] });
    const deleted = await bob.add();
    await bob.send("DELETE", `/notes/${deleted.id}`);
    const answers: Answer[] = [];
    for (const id of ["unknown", "%FF", "%00", note.id, deleted.id]) {
      answers.push(await bob.send("GET", `/notes/${id}`));
      for (const ifMatch of [undefined, '"1"', '"2"', "*", ""]) {
        answers.push(await bob.send("PUT", `/notes/${id}`, { ifMatch, json: { title: "Stolen" } }));
        answers.push(await bob.send("DELETE", `/notes/${id}`, { ifMatch }));
      }
    }
    assertError(answers[0]!, 404, "not_found");
    for (const { status, text } of answers) assert.deepEqual([status, text], [404, answers[0]!.text]);
    assert.deepEqual((await alice.send("GET", `/notes/${note.id}`)).body, note);
  });

  test("R6 R8: lists hold only own notes", async () => {
    await alice.add("Alice's", { tags: ["shared"] });
    await bob.add("Bob's", { tags: ["shared"] });
    assert.deepEqual(await bob.page(), [["Bob's"], null]);
    assert.deepEqual(await bob.page({ tag: "shared" }), [["Bob's"], null]);
  });

  test("R7: an update needs If-Match", async () => {
    const note = await alice.add();
    const path = `/notes/${note.id}`;
    assertError(await alice.send("PUT", path, { json: { title: "New" } }), 428, "precondition_required");
    assert.deepEqual((await alice.send("GET", path)).body, note);
  });

  const mismatches = ["", "1", '"2"', '"01"', '"1', "'1'", 'W/"1"', '"*"', '"2", "3"', 'x, "1"', '*, "1"', '"x, "1"'];
  for (const ifMatch of mismatches) {
    test(`R7: If-Match ${ifMatch} does not match version 1 and changes nothing`, async () => {
      const note = await alice.add();
      const path = `/notes/${note.id}`;
      assertError(await alice.send("PUT", path, { ifMatch, json: { title: "New" } }), 412, "precondition_failed");
      assertError(await alice.send("DELETE", path, { ifMatch }), 412, "precondition_failed");
      assert.deepEqual((await alice.send("GET", path)).body, note);
    });
  }

  for (const ifMatch of ["*", '"2"', '"1", "2"', '"2","1"', 'W/"2" , "2"', '"a,b", "2"']) {
    test(`R7: If-Match ${ifMatch} matches version 2`, async () => {
      const path = `/notes/${(await alice.add()).id}`;
      await alice.send("PUT", path, { ifMatch: '"1"', json: { title: "Second" } });
      assert.equal((await alice.send("PUT", path, { ifMatch, json: { title: "Third" } })).body.version, 3);
      assertError(await alice.send("DELETE", path, { ifMatch: '"2"' }), 412, "precondition_failed");
      assert.equal((await alice.send("DELETE", path, { ifMatch: ifMatch.replaceAll("2", "3") })).status, 204);
    });
  }

  function updateAtOnce(path: string, ifMatch: string): Promise<Answer[]> {
    return Promise.all([..."abcdefgh"].map((title) => alice.send("PUT", path, { ifMatch, json: { title } })));
  }

  test("R7: one of concurrent updates wins", async () => {
    const path = `/notes/${(await alice.add()).id}`;
    for (const version of [1, 2, 3]) {
      const responses = await updateAtOnce(path, `"${version}"`);
      assert.deepEqual(responses.map(({ status }) => status).sort(), [200, ...Array(7).fill(412)]);
      const winner = responses.find(({ status }) => status === 200)!;
      assert.equal(winner.body.version, version + 1);
      assert.deepEqual((await alice.send("GET", path)).body, winner.body);
    }
  });

  test("R7: no concurrent update is lost", async () => {
    const path = `/notes/${(await alice.add()).id}`;
    const versions = (await updateAtOnce(path, "*")).map(({ body }) => body.version);
    assert.deepEqual(versions.sort(), [2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe("lists", () => {
  startForEachTest();

  test("R8: a list is in order of creation whatever the clock says", async () => {
    const ids: Record<string, string> = {};
    for (const [title, time] of [["a", 0], ["b", 0], ["c", -10_000], ["d", 20_000]] as const) {
      now = START + time;
      ids[title] = (await alice.add(title)).id;
    }
    now = START + 60_000;
    await alice.send("PUT", `/notes/${ids.a}`, { ifMatch: "*", json: { title: "a, updated" } });
    assert.deepEqual(await alice.page(), [["d", "c", "b", "a, updated"], null]);
  });

  test("R8: a page has 20 notes by default", async () => {
    const titles = Array.from({ length: 21 }, (_, index) => `note ${index}`);
    await alice.addAll(titles.slice(0, 20));
    assert.deepEqual(await alice.page(), [titles.slice(0, 20).reverse(), null]);
    await alice.add(titles[20]);
    const [page, cursor] = await alice.page();
    assert.deepEqual(page, titles.slice(1).reverse());
    assert.equal(typeof cursor, "string");
    assert.deepEqual(await alice.page({ cursor }), [["note 0"], null]);
    assert.deepEqual(await alice.page({ limit: "100" }), [titles.toReversed(), null]);
  });

  test("R8: a full last page has no cursor", async () => {
    await alice.addAll("abcd");
    const [first, afterFirst] = await alice.page({ limit: "1" });
    const [second, afterSecond] = await alice.page({ limit: "2", cursor: afterFirst });
    assert.deepEqual([first, second], [["d"], ["c", "b"]]);
    assert.deepEqual(await alice.page({ limit: "1", cursor: afterSecond }), [["a"], null]);
  });

  test("R8: the list of a tag is exact", async () => {
    const tags = ["work", "Work", "works", "w%", '["work"]', "1", "é", EMOJI];
    for (const tag of tags) await alice.add(`with ${tag}`, { tags: ["other", tag] });
    for (const tag of tags) assert.deepEqual(await alice.page({ tag }), [[`with ${tag}`], null]);
    assert.deepEqual(await alice.page({ tag: "____" }), [[], null]);
    assert.equal((await alice.page({ tag: "other" }))[0].length, tags.length);
  });

  test("R8: pages of a tag", async () => {
    for (const number of [0, 1, 2, 3, 4, 5, 6]) {
      await alice.add(`${number}`, { tags: [number % 2 === 0 ? "even" : "odd"] });
    }
    const [first, cursor] = await alice.page({ tag: "even", limit: "2" });
    assert.deepEqual(first, ["6", "4"]);
    assert.deepEqual(await alice.page({ tag: "even", limit: "2", cursor }), [["2", "0"], null]);
  });

  test("R8: changes between pages disturb no other note", async () => {
    const notes = await alice.addAll("abcdef");
    const [first, afterFirst] = await alice.page({ limit: "2" });
    assert.deepEqual(first, ["f", "e"]);
    for (const title of "fec") await alice.send("DELETE", `/notes/${notes[title].id}`);
    await alice.send("PUT", `/notes/${notes.d.id}`, { ifMatch: "*", json: { title: "d, updated" } });
    await alice.add("new");
    const [second, afterSecond] = await alice.page({ limit: "2", cursor: afterFirst });
    assert.deepEqual(second, ["d, updated", "b"]);
    await alice.send("DELETE", `/notes/${notes.b.id}`);
    assert.deepEqual(await alice.page({ limit: "2", cursor: afterSecond }), [["a"], null]);
  });

  test("R8: notes created between pages do not appear", async () => {
    const notes = await alice.addAll("abcd");
    const [, cursor] = await alice.page({ limit: "1" });
    for (const title of "dcb") await alice.send("DELETE", `/notes/${notes[title].id}`);
    await alice.add("new");
    assert.deepEqual(await alice.page({ cursor }), [["a"], null]);
  });
});

describe("faulty requests", () => {
  before(start);
  after(() => api.stop());

  test("R9: health needs no token", async () => {
    const { status, body } = await api.send("GET", "/health", { token: "unknown" });
    assert.deepEqual([status, body], [200, { status: "ok" }]);
  });

  for (const username of ["ab", "a".repeat(33), "a b", "alice\n", `${KELVIN_SIGN}ate`, "alicé", 1, null]) {
    test(`R1 R9: registration refuses the username ${brief(username)}`, async () => {
      assertError(await api.register(username), 422, "validation_failed", "username");
    });
  }

  for (const password of ["7 chars", "x".repeat(129), EMOJI.repeat(7), "password\0", "password\ud83d", null]) {
    test(`R9 R10: registration refuses the password ${brief(password)}`, async () => {
      assertError(await api.register("carol", password), 422, "validation_failed", "password");
    });
  }

  for (const value of [undefined, "", "Bearer", "Bearer unknown", "Basic TOKEN", "TOKEN", "Bearer TOKENx"]) {
    test(`R3: Authorization ${brief(value ?? null)} is unauthorized`, async () => {
      const headers: Record<string, string> = value === undefined ? {} : { Authorization: value.replace("TOKEN", alice.token) };
      for (const [method, path] of [["POST", "/logout"], ["GET", "/notes"], ["PUT", "/notes/unknown"]] as const) {
        assertError(await api.send(method, path, { headers }), 401, "unauthorized");
      }
    });
  }

  for (const path of ["/", "/unknown", "/notes/x/y", "/health/x", "/HEALTH"]) {
    test(`R9: ${path} is an unknown path`, async () => {
      assertError(await api.send("GET", path), 404, "not_found");
      assertError(await alice.send("GET", path), 404, "not_found");
    });
  }

  const malformed: (string | Uint8Array<ArrayBuffer>)[] = [
    "",
    "null",
    "[]",
    '"title"',
    '{"title": "x"',
    '{"title": "x"}{}',
    '{"title": "x", "y": NaN}',
    '{"title": "a\nb"}',
    Buffer.from('{"title": "\xff"}', "latin1"),
    Buffer.from('{"title": "x"}', "utf16le"),
    "[".repeat(100_000),
  ];
  for (const body of malformed) {
    test(`R9: the body ${brief(String(body))} is no JSON object`, async () => {
      assertError(await api.send("POST", "/login", { body }), 400, "malformed_json");
      assertError(await alice.send("PUT", "/notes/unknown", { body }), 400, "malformed_json");
    });
  }

  test("R9: a body of more than 262144 bytes is refused", async () => {
    const body = padded(MAX_BODY_BYTES + 1);
    for (const path of ["/register", "/login"]) {
      assertError(await api.send("POST", path, { body }), 413, "payload_too_large");
    }
    assertError(await alice.send("POST", "/notes", { body }), 413, "payload_too_large");
    const largest = await alice.send("POST", "/notes", { body: padded(MAX_BODY_BYTES) });
    assert.deepEqual([largest.status, largest.body.title], [201, "Padded"]);
  });

  test("R9: the limit holds for bodies of unknown length", async () => {
    const body = new Blob(["{".repeat(MAX_BODY_BYTES + 1)]).stream();
    assertError(await alice.send("POST", "/notes", { body }), 413, "payload_too_large");
  });

  const faultyNotes: [object, ...string[]][] = [
    [{}, "title"],
    [{ title: null }, "title"],
    [{ title: 1 }, "title"],
    [{ title: "" }, "title"],
    [{ title: "   " }, "title"],
    [{ title: "x".repeat(201) }, "title"],
    [{ title: "x\n" }, "title"],
    [{ title: "a\x7fb" }, "title"],
    [{ title: "x", content: null }, "content"],
    [{ title: "x", content: "x".repeat(10_001) }, "content"],
    [{ title: "x", tags: null }, "tags"],
    [{ title: "x", tags: "tag" }, "tags"],
    [{ title: "x", tags: [1] }, "tags"],
    [{ title: "x", tags: ["x".repeat(31)] }, "tags"],
    [{ title: "x", tags: ["a b", "", "a\nb"] }, "tags"],
    [{ title: "x", tags: Array(11).fill("same") }, "tags"],
    [{ content: false, tags: {} }, "title", "content", "tags"],
  ];
  for (const [json, ...fields] of faultyNotes) {
    test(`R9: the note ${brief(json)} is faulty`, async () => {
      assertError(await alice.send("POST", "/notes", { json }), 422, "validation_failed", ...fields);
      assertError(await alice.send("PUT", "/notes/unknown", { json }), 422, "validation_failed", ...fields);
    });
  }

  test("R9: faulty requests change nothing", async () => {
    const newest = await alice.add("Kept", { tags: ["kept"] });
    for (const body of ["{", '{"title": ""}', '{"title": "New", "tags": [1]}', padded(MAX_BODY_BYTES + 1)]) {
      const created = await alice.send("POST", "/notes", { body });
      const updated = await alice.send("PUT", `/notes/${newest.id}`, { ifMatch: '"1"', body });
      for (const { status } of [created, updated]) assert.ok([400, 413, 422].includes(status), `status ${status}`);
    }
    assert.deepEqual((await alice.send("GET", "/notes?limit=1")).body.items, [newest]);
  });

  const extremeNotes = [
    { title: "x".repeat(200), content: "x".repeat(10_000), tags: [..."0123456789"].map((digit) => digit.repeat(30)) },
    { title: "\u00a0", content: "\x01\x7f\t\r\n", tags: ["\u00a0"] },
    { title: EMOJI.repeat(200), content: EMOJI.repeat(10_000), tags: [EMOJI.repeat(30)] },
    { title: "e\u0301", content: "\u212b", tags: ["ﬁ", "fi"] },
  ];
  for (const fields of extremeNotes) {
    test(`R9 R10: the note ${brief(fields)} comes back unchanged`, async () => {
      const note = await alice.add(fields.title, fields);
      assert.deepEqual({ title: note.title, content: note.content, tags: note.tags }, fields);
      assert.deepEqual((await alice.send("GET", `/notes/${note.id}`)).body, note);
    });
  }

  const faultyQueries: [string, ...string[]][] = [
    ["limit=0", "limit"],
    ["limit=101", "limit"],
    ["limit=%2B5", "limit"],
    ["limit=%205", "limit"],
    ["limit=5.0", "limit"],
    ["limit=0x5", "limit"],
    ["limit=%D9%A5", "limit"],
    ["limit=5&limit=5", "limit"],
    ["limit=", "limit"],
    ["tag=", "tag"],
    ["tag=a&tag=a", "tag"],
    ["tag=a%20b", "tag"],
    ["tag=%00", "tag"],
    [`tag=${"x".repeat(31)}`, "tag"],
    ["cursor=not+a+cursor", "cursor"],
    [`cursor=${"9".repeat(400)}`, "cursor"],
    ["limit=x&tag=&cursor=&other=", "limit", "tag", "cursor"],
  ];
  for (const [query, ...fields] of faultyQueries) {
    test(`R9: the query ${query.slice(0, 40)} is faulty`, async () => {
      assertError(await alice.send("GET", `/notes?${query}`), 422, "validation_failed", ...fields);
    });
  }

  test("R9: faulty use of a cursor", async () => {
    await alice.addAll("ab");
    const [, cursor] = await alice.page({ limit: "1" });
    for (const query of [`cursor=${cursor}!`, `cursor=${cursor}&cursor=${cursor}`]) {
      assertError(await alice.send("GET", `/notes?${query}`), 422, "validation_failed", "cursor");
    }
  });

  test("R9: unknown fields and parameters are ignored", async () => {
    const note = await alice.add("x", { owner: null, Tags: 5 });
    const { body } = await alice.send("GET", "/notes?limit=1&other=&other=1&Limit=0");
    assert.deepEqual(body.items, [note]);
  });

  test("R9: the first fault is answered", async () => {
    const path = `/notes/${(await alice.add()).id}`;
    const [tooLarge, noJson, invalid, valid] = ["{".repeat(MAX_BODY_BYTES + 1), "{", "{}", '{"title": "x"}'];
    for (const body of [tooLarge, noJson, invalid, valid]) {
      assertError(await api.send("PUT", path, { body }), 401, "unauthorized");
    }
    assertError(await api.send("GET", "/notes?limit=0"), 401, "unauthorized");
    for (const target of ["/notes/unknown", path]) {
      assertError(await alice.send("PUT", target, { body: tooLarge }), 413, "payload_too_large");
      assertError(await alice.send("PUT", target, { body: noJson }), 400, "malformed_json");
      assertError(await alice.send("PUT", target, { body: invalid }), 422, "validation_failed", "title");
    }
    assertError(await alice.send("PUT", "/notes/unknown", { body: valid }), 404, "not_found");
    assertError(await alice.send("PUT", path, { body: valid }), 428, "precondition_required");
    assertError(await api.register("alice", "short"), 422, "validation_failed", "password");
  });

  const tooLongOrOdd: [string, unknown][] = [
    ["title", EMOJI.repeat(201)],
    ["content", EMOJI.repeat(10_001)],
    ["tags", [EMOJI.repeat(31)]],
    ["title", "a\0b"],
    ["content", "a\0b"],
    ["tags", ["a\0b"]],
    ["title", "a\ud83d"],
    ["content", "\ude00\ud83d"],
    ["tags", ["x", "\udc00"]],
  ];
  for (const [field, value] of tooLongOrOdd) {
    test(`R10: the ${field} ${brief(value)} is faulty`, async () => {
      const response = await alice.send("POST", "/notes", { json: { title: "x", [field]: value } });
      assertError(response, 422, "validation_failed", field);
    });
  }
});
