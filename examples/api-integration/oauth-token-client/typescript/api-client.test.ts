import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { inspect } from "node:util";

import { createApiClient } from "./api-client.ts";
import {
  type Credentials,
  type RejectionCode,
  TokenError,
  type TokenErrorKind,
  type TokenSettings,
  createTokenSource,
} from "./token-source.ts";

interface Received {
  method: string | undefined;
  path: string | undefined;
  headers: http.IncomingHttpHeaders;
  body: string;
}

type Reply = (outgoing: http.ServerResponse) => void | Promise<void>;

const CLIENT: Credentials = { clientId: "client-7", clientSecret: "s3cret value" };

function reply(status: number, body: unknown = "", headers: string[] = []): Reply {
  return (outgoing) => void outgoing.writeHead(status, headers).end(typeof body === "string" ? body : JSON.stringify(body));
}

function granted(token: string, lifetime?: unknown, type = "Bearer"): Reply {
  return reply(200, { access_token: token, token_type: type, expires_in: lifetime, other: [null] });
}

const silent: Reply = () => {};
const stalled: Reply = (outgoing) => void outgoing.writeHead(200, { "Content-Length": 100 }).write("{");
const cut: Reply = (outgoing) => void outgoing.writeHead(200, { "Content-Length": 100 }).write("{", () => outgoing.destroy());
const hangUp: Reply = (outgoing) => void outgoing.destroy();

/** A server with a token endpoint and an API; each answers with its next reply, and with the last one from then on. */
async function serve(t: TestContext, tokenReplies: Reply[], apiReplies: Reply[] = []) {
  const received = { token: [] as Received[], api: [] as Received[] };
  const server = http.createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const { method, url: path, headers } = incoming;
    const [replies, list] = path === "/token" ? [tokenReplies, received.token] : [apiReplies, received.api];
    list.push({ method, path, headers, body: Buffer.concat(chunks).toString() });
    await (replies.length > 1 ? replies.shift()! : replies[0])(outgoing);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clock = { now: 1000 };
  const source = (credentials: Partial<Credentials> = {}, settings: TokenSettings = {}) =>
    createTokenSource(`${origin}/token`, { ...CLIENT, ...credentials }, { clock: () => clock.now, ...settings });
  return { received, origin, clock, source, api: (tokens = source()) => createApiClient(origin, tokens) };
}

async function fails(call: Promise<unknown>): Promise<TokenError> {
  const error = await call.then(
    () => assert.fail("no error"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof TokenError, `${error}`);
  return error;
}

function sortOf({ kind, status, code }: TokenError): [TokenErrorKind, number | undefined, RejectionCode | undefined] {
  return [kind, status, code];
}

test("R1: the token request", async (t) => {
  const server = await serve(t, [granted("t1")]);
  assert.equal(await server.source().token(), "t1");
  const [{ method, headers, body }] = server.received.token;
  assert.equal(method, "POST");
  assert.match(headers["content-type"] ?? "", /^application\/x-www-form-urlencoded(;|$)/);
  assert.equal(headers.accept, "application/json");
  assert.equal(headers.authorization, `Basic ${btoa("client-7:s3cret+value")}`);
  assert.equal(body, "grant_type=client_credentials");
});

test("R1: id, secret and scope are form-encoded", async (t) => {
  const server = await serve(t, [granted("t1")]);
  const clientId = "a:b c%20+~*-._!'()\"";
  await server.source({ clientId, clientSecret: "ü€\u{1F600}/=&:\u0001", scope: "read:a write+ü" }).token();
  const [{ headers, body }] = server.received.token;
  const expected = "a%3Ab+c%2520%2B%7E*-._%21%27%28%29%22:%C3%BC%E2%82%AC%F0%9F%98%80%2F%3D%26%3A%01";
  assert.equal(headers.authorization, `Basic ${btoa(expected)}`);
  assert.equal(body, "grant_type=client_credentials&scope=read%3Aa+write%2B%C3%BC");
});

test("R2: a token is cached until the margin before its expiry", async (t) => {
  const server = await serve(t, [granted("t1", 100), granted("t2", 100.5, "bEARER"), granted("t3")]);
  const { token } = server.source();
  assert.equal(server.received.token.length, 0);
  for (const [now, expected] of [
    [1000, "t1"],
    [1069.9, "t1"],
    [1070, "t2"],
    [1140.4, "t2"],
    [1140.5, "t3"],
    [1e12, "t3"],
  ] as const) {
    server.clock.now = now;
    assert.equal(await token(), expected);
  }
  assert.equal(server.received.token.length, 3);
});

test("R2: the lifetime counts from before the request", async (t) => {
  const late: Reply = (outgoing) => {
    server.clock.now += 10;
    return granted("t1", 100)(outgoing);
  };
  const server = await serve(t, [late, granted("t2", 0), granted("t3", 5), granted("t4", 5.1)]);
  const { token } = server.source({}, { marginSeconds: 5 });
  const tokens = [await token(), ((server.clock.now = 1094), await token()), ((server.clock.now = 1095), await token())];
  assert.deepEqual([...tokens, await token(), await token(), await token()], ["t1", "t1", "t2", "t3", "t4", "t4"]);
});

test("R2: the default clock, and a lifetime beyond all numbers", async (t) => {
  const server = await serve(t, [reply(200, '{"access_token":"t1","token_type":"Bearer","expires_in":1e400}')]);
  const { token } = createTokenSource(`${server.origin}/token`, CLIENT);
  assert.deepEqual([await token(), await token(), server.received.token.length], ["t1", "t1", 1]);
});

test("R3: callers share a request and its token", async (t) => {
  let open = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  const slow: Reply = async (outgoing) => {
    await opened;
    await granted("t1", 100)(outgoing);
  };
  const server = await serve(t, [slow, granted("t2")]);
  const { token } = server.source();
  const calls = Array.from({ length: 8 }, token);
  while (server.received.token.length === 0) await new Promise(setImmediate);
  calls.push(token());
  open();
  assert.deepEqual(new Set(await Promise.all(calls)), new Set(["t1"]));
  assert.equal(server.received.token.length, 1);
});

test("R3 R5: callers share a request and its error, which is not kept", async (t) => {
  const server = await serve(t, [reply(503), granted("t1")]);
  const { token } = server.source();
  const errors = await Promise.all([fails(token()), fails(token()), fails(token())]);
  assert.equal(errors[2].status, 503);
  assert.equal(server.received.token.length, 1);
  assert.equal(await token(), "t1");
  assert.equal(server.received.token.length, 2);
});

test("R4: a call sends its request with the token", async (t) => {
  const server = await serve(t, [granted("t1")], [reply(200, "grüße"), reply(201)]);
  const call = server.api();
  assert.deepEqual(await call("GET", "/items?page=2&q=%20"), { status: 200, body: "grüße" });
  assert.deepEqual(await call("PUT", "/", '{"a":"ü"}'), { status: 201, body: "" });
  const [first, second] = server.received.api;
  assert.deepEqual([first.method, first.path, first.body], ["GET", "/items?page=2&q=%20", ""]);
  assert.deepEqual([second.method, second.path, second.body], ["PUT", "/", '{"a":"ü"}']);
  assert.deepEqual([first.headers["content-type"], second.headers["content-type"]], [undefined, "application/json"]);
  assert.deepEqual([first.headers.authorization, second.headers.authorization], ["Bearer t1", "Bearer t1"]);
  assert.equal(server.received.token.length, 1);
});

test("R4: after 401 the request is sent again with a new token", async (t) => {
  const server = await serve(t, [granted("t1"), granted("t2"), granted("t3")], [reply(401), reply(200, "ok"), reply(401)]);
  const call = server.api();
  assert.deepEqual(await call("POST", "/items", "[1]"), { status: 200, body: "ok" });
  const sent = server.received.api.map(({ method, path, headers, body }) => [method, path, headers.authorization, body]);
  assert.deepEqual(sent, [
    ["POST", "/items", "Bearer t1", "[1]"],
    ["POST", "/items", "Bearer t2", "[1]"],
  ]);
  assert.equal((await call("GET", "/")).status, 401);
  assert.deepEqual([server.received.token.length, server.received.api.length], [3, 4]);
});

test("R4: other statuses are results", async (t) => {
  for (const status of [204, 400, 403, 500]) {
    const server = await serve(t, [granted("t1")], [reply(status, "")]);
    assert.equal((await server.api()("GET", "/")).status, status);
    assert.equal(server.received.api.length, 1);
  }
});

test("R4: a response to HEAD has no body", async (t) => {
  const server = await serve(t, [granted("t1")], [reply(200, "", ["Content-Length", "5"])]);
  assert.deepEqual(await server.api()("HEAD", "/"), { status: 200, body: "" });
});

test("R5: only the cached token is forgotten", async (t) => {
  const server = await serve(t, [granted("t1"), granted("t2"), granted("t3")]);
  const source = server.source();
  source.invalidate("t1");
  assert.equal(await source.token(), "t1");
  source.invalidate("T1");
  assert.equal(await source.token(), "t1");
  source.invalidate("t1");
  assert.equal(await source.token(), "t2");
  source.invalidate("t1");
  assert.equal(await source.token(), "t2");
});

test("R5: a call whose token was renewed by others uses that one", async (t) => {
  const refuse: Reply = async (outgoing) => {
    source.invalidate("t1");
    assert.equal(await source.token(), "t2");
    await reply(401)(outgoing);
  };
  const server = await serve(t, [granted("t1"), granted("t2"), granted("t3")], [refuse, reply(200)]);
  const source = server.source();
  assert.equal((await server.api(source)("GET", "/")).status, 200);
  assert.deepEqual(
    server.received.api.map(({ headers }) => headers.authorization),
    ["Bearer t1", "Bearer t2"],
  );
});

const REJECTIONS: RejectionCode[] = [
  "invalid_request",
  "invalid_client",
  "invalid_grant",
  "unauthorized_client",
  "unsupported_grant_type",
  "invalid_scope",
];

test("R6: rejections have codes", async (t) => {
  for (const [index, code] of [...REJECTIONS, "Invalid_client", "server_error", ""].entries()) {
    const status = index % 2 ? 401 : 400;
    const server = await serve(t, [reply(status, { error: code })], [reply(200)]);
    const expected = REJECTIONS.find((known) => known === code) ?? "other";
    assert.deepEqual(sortOf(await fails(server.api()("GET", "/"))), ["rejected", status, expected]);
    assert.deepEqual([server.received.token.length, server.received.api.length], [1, 0]);
  }
});

for (const [status, body] of [
  [400, ""],
  [400, "{}"],
  [401, '{"error":7}'],
  [401, '["error"]'],
  [400, "null"],
  [402, '{"error":"invalid_client"}'],
  [404, ""],
  [500, '{"error":"invalid_client"}'],
  [503, ""],
  [201, '{"access_token":"t1","token_type":"Bearer"}'],
] as const) {
  test(`R6: no token with status ${status} and the body ${body}`, async (t) => {
    const server = await serve(t, [reply(status, body)]);
    assert.deepEqual(sortOf(await fails(server.source().token())), ["unavailable", status, undefined]);
  });
}

for (const body of [
  "",
  "{",
  "[]",
  "null",
  '"t1"',
  "{}",
  '{"access_token":"t1"}',
  '{"token_type":"Bearer"}',
  '{"access_token":"t1","token_type":"mac"}',
  '{"access_token":"t1","token_type":7}',
  '{"access_token":"","token_type":"Bearer"}',
  '{"access_token":"a b","token_type":"Bearer"}',
  '{"access_token":"a\\n","token_type":"Bearer"}',
  '{"access_token":"a\\u007f","token_type":"Bearer"}',
  '{"access_token":"ü","token_type":"Bearer"}',
  '{"access_token":7,"token_type":"Bearer"}',
  '{"access_token":"t1","token_type":"Bearer","expires_in":-1}',
  '{"access_token":"t1","token_type":"Bearer","expires_in":"60"}',
  '{"access_token":"t1","token_type":"Bearer","expires_in":null}',
]) {
  test(`R6: no token in the body ${body}`, async (t) => {
    const server = await serve(t, [reply(200, body)]);
    assert.deepEqual(sortOf(await fails(server.source().token())), ["invalid-response", 200, undefined]);
  });
}

test("R6: a connection without a response", async (t) => {
  const server = await serve(t, [hangUp, cut, silent, stalled]);
  for (const settings of [{}, {}, { timeoutMs: 50 }, { timeoutMs: 50 }]) {
    const error = await fails(server.source({}, settings).token());
    assert.deepEqual(sortOf(error), ["unavailable", undefined, undefined]);
  }
  assert.equal(server.received.token.length, 4);
  const refusing = http.createServer().listen(0, "127.0.0.1");
  await once(refusing, "listening");
  const { port } = refusing.address() as AddressInfo;
  refusing.close();
  await once(refusing, "close");
  const refused = createTokenSource(`http://127.0.0.1:${port}/token`, CLIENT).token();
  assert.deepEqual(sortOf(await fails(refused)), ["unavailable", undefined, undefined]);
});

test("R6: an API without a response", async (t) => {
  const server = await serve(t, [granted("t1")], [hangUp, cut, silent, stalled]);
  await assert.rejects(server.api()("GET", "/"), (error: Error) => !(error instanceof TokenError));
  await assert.rejects(server.api()("GET", "/"), (error: Error) => !(error instanceof TokenError));
  const call = createApiClient(server.origin, server.source(), { timeoutMs: 50 });
  await assert.rejects(call("GET", "/"), (error: Error) => error.name === "TimeoutError");
  await assert.rejects(call("GET", "/"), (error: Error) => error.name === "TimeoutError");
  assert.equal(server.received.api.length, 4);
});

test("R7: nothing secret and no text of the server is told", async (t) => {
  const secrets = ["s3cret", btoa("client-7:s3cret+value"), "t0ken", "leak"];
  const description = `leak s3cret value ${btoa("client-7:s3cret+value")}`;
  const replies = [
    reply(400, { error: "invalid_client", error_description: description }),
    reply(400, { error: description }),
    reply(500, description),
    reply(200, { access_token: "t0ken leak", token_type: "Bearer" }),
    reply(200, `{"access_token":"t0ken","token_type":leak ${description}`),
    hangUp,
    granted("t0ken"),
  ];
  const server = await serve(t, replies);
  const source = server.source();
  const said: string[] = [];
  for (const _ of replies.slice(1)) {
    const error = await fails(source.token());
    assert.match(error.message, /token request/);
    said.push(inspect(error, { depth: null, showHidden: true }), JSON.stringify(error), String(error.cause));
  }
  assert.equal(await source.token(), "t0ken");
  said.push(inspect(source, { depth: null, showHidden: true }), JSON.stringify(source));
  for (const secret of secrets) {
    assert.ok(said.every((text) => !`${text}`.includes(secret)), `${secret} is told`);
  }
});

test("R7: redirects are not followed", async (t) => {
  const there = ["Location", "/elsewhere"];
  const server = await serve(t, [reply(307, "", there), granted("t1")], [reply(302, "", there), reply(200)]);
  const source = server.source();
  assert.deepEqual(sortOf(await fails(source.token())), ["unavailable", 307, undefined]);
  assert.equal((await server.api(source)("GET", "/")).status, 302);
  assert.deepEqual([server.received.token.length, server.received.api.length], [2, 1]);
});

test("R7: other paths are refused", async (t) => {
  const server = await serve(t, [granted("t1")], [reply(200)]);
  const call = server.api();
  const visible = [...'"#<>[\\]^`{|}'].map((character) => `/a${character}b`);
  const others = ["", "items", "@192.0.2.7/", ".example.com/", "/a b", "/a\n", "/a\r\nX: y", "/\u007f", "/ü", "/%", "/%2", "/%2g", "/?%g2"];
  for (const path of [...others, ...visible]) {
    await assert.rejects(call("GET", path), (error: Error) => error instanceof TypeError && /not a path/.test(error.message));
  }
  assert.deepEqual([server.received.token.length, server.received.api.length], [0, 0]);
  const allowed = "//192.0.2.7/-._~!$&'()*+,;=:@%2F%c3?a=b/c?d&AZ09";
  assert.equal((await call("GET", allowed)).status, 200);
  assert.equal(server.received.api[0].path, allowed);
});
