import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import net from "node:net";
import { describe, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";

import { AttemptTimeoutError, InvalidArgumentError, RetryError, RetryingClient } from "./retrying-client.js";

const FAILURE_STATUSES = [408, 429, 502, 503, 504];
const EVERY_BYTE = Uint8Array.from({ length: 256 }, (_, index) => index);
const CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
const NOON = Date.UTC(2024, 5, 1, 12);
const DAY_MS = 86_400_000;
// A time limit that is waited for in real time. On a busy machine it may pass before the server has got the request, so
// no test counts on a request that is cut off by it to arrive.
const SHORT_MS = 30;

/**
 * Starts a server that answers the n-th request with the n-th reply, and all further ones with the last. A reply is a
 * function that gets the server's response and the socket below it.
 */
async function serve(t, ...replies) {
  const received = { requests: [], connections: 0 };
  const server = http.createServer(async (incoming, outgoing) => {
    const chunks = await incoming.toArray();
    const { method, url: target, headersDistinct: headers } = incoming;
    received.requests.push({ method, target, headers, body: Buffer.concat(chunks) });
    replies[Math.min(received.requests.length, replies.length) - 1](outgoing, incoming.socket);
  });
  server.on("connection", () => {
    received.connections += 1;
  });
  const port = await listen(t, server);
  t.after(() => server.closeAllConnections());
  return Object.assign(received, { port, url: (target = "/") => `http://127.0.0.1:${port}${target}` });
}

async function listen(t, server) {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return server.address().port;
}

/** A URL whose port is taken, but nobody listens there. */
async function refusingUrl(t) {
  const socket = net.connect(await listen(t, net.createServer()), "127.0.0.1");
  await once(socket, "connect");
  t.after(() => socket.destroy());
  return `http://127.0.0.1:${socket.localPort}/`;
}

/** A complete response; `headers` are names and values in turn. */
function reply(status, body = "", headers = []) {
  return (outgoing) => outgoing.writeHead(status, ["Content-Length", Buffer.byteLength(body), ...headers]).end(body);
}

function retryAfter(value, status = 503) {
  return raw(`HTTP/1.1 ${status} Whatever\r\nContent-Length: 0\r\nRetry-After: ${value}\r\n\r\n`);
}

/** Sends these bytes and closes the connection. */
function raw(text) {
  return (_outgoing, socket) => socket.end(text, "latin1");
}

const hangUp = raw("");

/** Sends nothing until the client gives up. */
const hang = () => {};

/** Sends one byte every few milliseconds until the client gives up. */
function drip(text) {
  return (_outgoing, socket) => {
    let sent = 0;
    const timer = setInterval(() => {
      socket.write(text[sent]);
      sent += 1;
      if (sent === text.length) socket.end();
    }, 5);
    for (const event of ["end", "close", "finish"]) socket.once(event, () => clearInterval(timer));
  };
}

/** Everything that is injected. Time passes when somebody sleeps, and where a test says so. */
class World {
  elapsed = 0;
  wall = NOON;
  sleeps = [];
  draws = []; // what the random source gives; 0.5 when they are used up
  drawCount = 0;
  onSleep = () => {};

  client(settings = {}) {
    return new RetryingClient({
      sleep: async (ms) => {
        this.sleeps.push(ms);
        await nextTurn();
        this.elapsed += ms;
        this.onSleep();
      },
      random: () => {
        this.drawCount += 1;
        return this.draws.shift() ?? 0.5;
      },
      monotonic: () => 1_000_000 + this.elapsed,
      now: () => this.wall,
      ...settings,
    });
  }

  /** A reply before which time passes. */
  later(ms, reply) {
    return (...connection) => {
      this.elapsed += ms;
      reply(...connection);
    };
  }
}

/** Waits for a call that gives up and returns its error. */
async function gaveUp(call) {
  const [outcome] = await Promise.allSettled([call]);
  assert.equal(outcome.status, "rejected");
  assert.ok(outcome.reason instanceof RetryError, `${outcome.reason}`);
  return outcome.reason;
}

function textOf({ body }) {
  assert.ok(body instanceof Uint8Array);
  return Buffer.from(body).toString("latin1");
}

function namesOf(value) {
  return JSON.stringify(value).slice(0, 60);
}

describe("results", () => {
  for (const status of [200, 201, 400, 404, 407, 409, 418, 428, 430, 500, 501, 505, 599]) {
    test(`R1: status ${status} is the result`, async (t) => {
      const world = new World();
      const server = await serve(t, reply(status, EVERY_BYTE, ["X-Colour", "blue"]));
      const response = await world.client().request("GET", server.url());
      assert.equal(response.status, status);
      assert.deepEqual(Buffer.from(response.body), Buffer.from(EVERY_BYTE));
      assert.ok(response.headers instanceof Headers);
      assert.equal(response.headers.get("x-colour"), "blue");
      assert.equal(server.requests.length, 1);
      assert.deepEqual([world.sleeps, world.drawCount], [[], 0]);
    });
  }

  test("R1: repeated response headers are all returned", async (t) => {
    const server = await serve(t, reply(200, "", ["Set-Cookie", "a=1", "Set-Cookie", "b=2", "X-A", "1", "X-A", "2"]));
    const { headers } = await new World().client().request("GET", server.url());
    assert.deepEqual(headers.getSetCookie(), ["a=1", "b=2"]);
    assert.equal(headers.get("X-A"), "1, 2");
  });

  for (const [text, body] of [
    [`${CHUNKED}1\r\na\r\nA\r\n0123456789\r\n0\r\n\r\n`, "a0123456789"],
    [`${CHUNKED}0\r\n\r\n`, ""],
    ["HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nuntil the\r\n\r\nend", "until the\r\n\r\nend"],
    ["HTTP/1.0 200 OK\r\n\r\nold", "old"],
    ["HTTP/1.1 204 No Content\r\n\r\n", ""],
    ["HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", ""],
  ]) {
    test(`R1: the body is complete however its end is marked: ${namesOf(text)}`, async (t) => {
      const server = await serve(t, raw(text));
      assert.equal(textOf(await new World().client().request("GET", server.url())), body);
    });
  }

  test("R1: a large body is complete", async (t) => {
    const body = Buffer.alloc(512_000, EVERY_BYTE);
    const server = await serve(t, reply(200, body));
    const response = await new World().client().request("GET", server.url());
    assert.ok(body.equals(response.body));
  });

  test("R1: a response to HEAD has no body", async (t) => {
    const server = await serve(t, raw("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"));
    const response = await new World().client().request("HEAD", server.url());
    assert.deepEqual([response.status, textOf(response), response.headers.get("content-length")], [200, "", "5"]);
  });

  test("R1: a result counts even after the deadline", async (t) => {
    const world = new World();
    const server = await serve(t, world.later(31_000, reply(500, "late")));
    assert.equal(textOf(await world.client({ deadlineMs: 30_000 }).request("GET", server.url())), "late");
  });

  test("R1: an unsafe request gets its result", async (t) => {
    const server = await serve(t, reply(500, "no"));
    const response = await new World().client().request("POST", server.url(), { body: Buffer.from("x") });
    assert.equal(response.status, 500);
  });
});

describe("attempts without a complete response", () => {
  const broken = [
    "",
    "SSH-2.0-OpenSSH_9.6\r\n",
    "<html>no status line</html>\r\n\r\n",
    "HTTP/1.1 ",
    "HTTP/1.1 200 OK\r\n",
    "HTTP/1.1 200 OK\r\nX-Colour: blue\r\n",
    "HTTP/1.1 200 OK\r\nX-Colour: bl",
    "HTTP/1.1 200 OK\r\nno header\r\nContent-Length: 2\r\n\r\nab",
    "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab",
    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n",
    "HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nab",
    "HTTP/1.1 503 Unavailable\r\nContent-Length: 3\r\n\r\nab",
    "HTTP/1.1 200 OK\r\nContent-Length: 1000000000000000\r\n\r\nab",
    `${CHUNKED}3\r\nabc\r\n`,
    `${CHUNKED}3\r\nab`,
    `${CHUNKED}3\r\nabc\r\n0`,
    `${CHUNKED}3\r\nabc\r\n0\r\n`,
  ];

  for (const text of broken) {
    test(`R2: is repeated: ${namesOf(text)}`, async (t) => {
      const world = new World();
      const server = await serve(t, raw(text), reply(200, "whole"));
      assert.equal(textOf(await world.client().request("GET", server.url())), "whole");
      assert.equal(server.requests.length, 2);
      assert.equal(world.sleeps.length, 1);
    });

    test(`R2 R7: is not handed on: ${namesOf(text)}`, async (t) => {
      const server = await serve(t, raw(text));
      const error = await gaveUp(new World().client({ maxAttempts: 2 }).request("GET", server.url()));
      assert.deepEqual([error.attempts, error.reason, error.response], [2, "attempts", null]);
      assert.ok(error.cause instanceof Error);
      assert.ok(!(error.cause instanceof AttemptTimeoutError));
      assert.equal(server.requests.length, 2);
    });
  }

  test("R2: refused connections are failed attempts", async (t) => {
    const world = new World();
    const error = await gaveUp(world.client({ maxAttempts: 3 }).request("GET", await refusingUrl(t)));
    assert.deepEqual([error.attempts, error.reason, error.response], [3, "attempts", null]);
    assert.ok(error.cause instanceof Error);
    assert.equal(world.sleeps.length, 2);
  });

  test("R2 R3: a refused POST is not repeated", async (t) => {
    const error = await gaveUp(new World().client().request("POST", await refusingUrl(t)));
    assert.deepEqual([error.attempts, error.reason, error.response], [1, "not_safe", null]);
    assert.ok(error.cause instanceof Error);
  });

  test("R2: a server without TLS is a failed attempt", async (t) => {
    const server = await serve(t, reply(200));
    const url = server.url().replace("http:", "https:");
    const error = await gaveUp(new World().client({ maxAttempts: 2 }).request("GET", url));
    assert.deepEqual([error.attempts, error.reason, error.response], [2, "attempts", null]);
    assert.equal(server.requests.length, 0);
  });

  test("R2: Retry-After of an incomplete response is ignored", async (t) => {
    const world = new World();
    const cut = raw("HTTP/1.1 503 Unavailable\r\nRetry-After: 7\r\nContent-Length: 9\r\n\r\nab");
    const server = await serve(t, cut, reply(200));
    await world.client({ baseDelayMs: 1000 }).request("GET", server.url());
    assert.deepEqual(world.sleeps, [500]);
  });

  test("R2: a connection closed after one that could be kept counts as attempt", async (t) => {
    const world = new World();
    const server = await serve(t, reply(503), reply(503), hangUp, reply(200));
    assert.equal((await world.client().request("GET", server.url())).status, 200);
    assert.equal(server.requests.length, 4);
    assert.equal(world.sleeps.length, 3);
  });

  test("R2: no more requests than attempts", async (t) => {
    const server = await serve(t, reply(503), hangUp);
    const call = new World().client({ maxAttempts: 3 }).request("PUT", server.url(), { body: Buffer.from("x") });
    assert.equal((await gaveUp(call)).attempts, 3);
    assert.equal(server.requests.length, 3);
  });
});

describe("what is repeated, and how", () => {
  for (const method of ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]) {
    for (const status of FAILURE_STATUSES) {
      test(`R3: ${method} is repeated after ${status}`, async (t) => {
        const server = await serve(t, reply(status), reply(status), reply(200));
        assert.equal((await new World().client().request(method, server.url())).status, 200);
        assert.deepEqual(
          server.requests.map((request) => request.method),
          [method, method, method],
        );
      });
    }
  }

  for (const method of ["POST", "PATCH"]) {
    for (const headers of [
      {},
      { "Idempotency-Key": "" },
      { "Idempotency-Key": " " },
      { "Idempotency-Key": "\t " },
      { "X-Key": "a" },
    ]) {
      test(`R3: ${method} is not repeated with the headers ${namesOf(headers)}`, async (t) => {
        const world = new World();
        const server = await serve(t, reply(503, "busy"), reply(200));
        const call = world.client().request(method, server.url(), { headers, body: Buffer.from("x") });
        const error = await gaveUp(call);
        assert.deepEqual([error.attempts, error.reason, error.cause], [1, "not_safe", null]);
        assert.deepEqual([error.response.status, textOf(error.response)], [503, "busy"]);
        assert.equal(server.requests.length, 1);
        assert.deepEqual([world.sleeps, world.drawCount], [[], 0]);
      });
    }

    for (const name of ["Idempotency-Key", "idempotency-key", "IDEMPOTENCY-KEY", "iDempotency-kEy"]) {
      test(`R3: ${method} is repeated with ${name}`, async (t) => {
        const server = await serve(t, reply(503), hangUp, reply(200));
        const content = { headers: { [name]: "k-1" }, body: Buffer.from("x") };
        assert.equal((await new World().client().request(method, server.url(), content)).status, 200);
        assert.deepEqual(
          server.requests.map((request) => request.headers["idempotency-key"]),
          [["k-1"], ["k-1"], ["k-1"]],
        );
      });
    }
  }

  test("R3: an unsafe request is the reason even on the last attempt", async (t) => {
    const server = await serve(t, reply(503));
    const error = await gaveUp(new World().client({ maxAttempts: 1 }).request("POST", server.url()));
    assert.equal(error.reason, "not_safe");
  });

  test("R3: every attempt sends the same", async (t) => {
    const server = await serve(t, reply(503), hangUp, reply(429), reply(200));
    const headers = { "X-Colour": "blue", "x-empty": "", Accept: "text/plain;q=0.5, */*", "Content-Type": "a/b" };
    await new World().client().request("put", server.url("/a%20b?c=d&e=%C3%A9"), { headers, body: EVERY_BYTE });
    assert.equal(server.requests.length, 4);
    for (const request of server.requests) {
      assert.deepEqual([request.method, request.target], ["PUT", "/a%20b?c=d&e=%C3%A9"]);
      assert.deepEqual(request.body, Buffer.from(EVERY_BYTE));
      for (const [name, value] of Object.entries(headers)) {
        assert.deepEqual(request.headers[name.toLowerCase()], [value]);
      }
    }
  });

  for (const body of [Uint8Array.of(1, 2, 3), Buffer.from([1, 2, 3])]) {
    test(`R3: later changes of the headers and the ${body.constructor.name} are not sent`, async (t) => {
      const world = new World();
      const server = await serve(t, reply(503), reply(200));
      const headers = { "X-Colour": "blue" };
      world.onSleep = () => {
        Object.assign(headers, { "X-Colour": "red", "X-New": "1" });
        body.fill(9);
      };
      await world.client().request("PUT", server.url(), { headers, body });
      const [, second] = server.requests;
      assert.deepEqual(second.headers["x-colour"], ["blue"]);
      assert.equal(second.headers["x-new"], undefined);
      assert.deepEqual(second.body, Buffer.from([1, 2, 3]));
    });
  }

  test("R3: changes right after the call are not sent", async (t) => {
    const server = await serve(t, reply(200));
    const headers = { "X-Colour": "blue" };
    const body = Buffer.from([1, 2, 3]);
    const call = new World().client().request("PUT", server.url(), { headers, body });
    headers["X-Colour"] = "red";
    body.fill(9);
    await call;
    assert.deepEqual(server.requests[0].headers["x-colour"], ["blue"]);
    assert.deepEqual(server.requests[0].body, Buffer.from([1, 2, 3]));
  });

  test("R3: the headers and the body are not changed", async (t) => {
    const server = await serve(t, reply(503), reply(200));
    const headers = { "x-colour": "blue" };
    const body = Uint8Array.of(1, 2, 3);
    await new World().client().request("PUT", server.url(), { headers, body });
    assert.deepEqual(headers, { "x-colour": "blue" });
    assert.deepEqual(body, Uint8Array.of(1, 2, 3));
  });

  for (const method of ["OPTIONS", "PUT", "DELETE", "POST", "PATCH"]) {
    for (const body of [Buffer.from(""), Buffer.from("a"), Buffer.alloc(256_000, EVERY_BYTE)]) {
      test(`R3: ${method} with a body of ${body.length} bytes arrives whole`, async (t) => {
        const server = await serve(t, reply(200));
        await new World().client().request(method, server.url(), { body });
        assert.equal(server.requests.length, 1);
        assert.equal(server.requests[0].method, method);
        assert.ok(server.requests[0].body.equals(body));
      });
    }
  }

  for (const method of ["get", "Head", "oPTIONS", "Put", "delete", "pOsT", "patch"]) {
    test(`R3: ${method} is sent in upper case`, async (t) => {
      const server = await serve(t, reply(200));
      await new World().client().request(method, server.url());
      assert.deepEqual(
        server.requests.map((request) => request.method),
        [method.toUpperCase()],
      );
    });
  }

  for (const method of ["get", "head", "options", "put", "delete"]) {
    test(`R3: lower-case ${method} is repeated`, async (t) => {
      const server = await serve(t, reply(503), reply(200));
      assert.equal((await new World().client().request(method, server.url())).status, 200);
    });
  }

  for (const [end, target] of [
    ["", "/"],
    ["/", "/"],
    ["?a=b", "/?a=b"],
    ["/a/b?c=/d?", "/a/b?c=/d?"],
    ["/a?b#c", "/a?b"],
  ]) {
    test(`R3: path and query are sent: ${namesOf(end)}`, async (t) => {
      const server = await serve(t, reply(200));
      await new World().client().request("GET", server.url(end));
      assert.deepEqual(
        server.requests.map((request) => request.target),
        [target],
      );
    });
  }

  test("R3: the host is sent", async (t) => {
    const server = await serve(t, reply(200));
    await new World().client().request("GET", server.url().replace("http", "HTTP"));
    assert.deepEqual(server.requests[0].headers.host, [`127.0.0.1:${server.port}`]);
  });
});

describe("backoff", () => {
  test("R4: doubles up to the maximum", async (t) => {
    const world = new World();
    world.draws = [0.5, 0.25, 0.75, 0.5, 0.875, 0.125];
    const client = world.client({ maxAttempts: 7, baseDelayMs: 1000, maxDelayMs: 10_000, deadlineMs: 1e6 });
    await gaveUp(client.request("GET", await refusingUrl(t)));
    assert.deepEqual(world.sleeps, [500, 500, 3000, 4000, 8750, 1250]);
    assert.equal(world.drawCount, 6);
  });

  test("R4: random zero sleeps for zero", async (t) => {
    const world = new World();
    world.draws = [0, 0];
    const server = await serve(t, reply(503), reply(503), reply(200));
    await world.client().request("GET", server.url());
    assert.deepEqual(world.sleeps, [0, 0]);
  });

  for (const [baseDelayMs, maxDelayMs, expected] of [
    [8000, 2000, [1000, 1000]],
    [0, 5000, [0, 0]],
    [1000, 0, [0, 0]],
  ]) {
    test(`R4: base delay ${baseDelayMs}, maximum ${maxDelayMs}`, async (t) => {
      const world = new World();
      const client = world.client({ maxAttempts: 3, baseDelayMs, maxDelayMs });
      await gaveUp(client.request("GET", await refusingUrl(t)));
      assert.deepEqual(world.sleeps, expected);
      assert.equal(world.drawCount, 2);
    });
  }

  for (const [maxAttempts, baseDelayMs, expected] of [
    [100, 1, 4],
    [1030, 0, 0],
  ]) {
    test(`R4: ${maxAttempts} attempts do not overflow with base delay ${baseDelayMs}`, async (t) => {
      const world = new World();
      const client = world.client({ maxAttempts, baseDelayMs, maxDelayMs: 8, deadlineMs: 1e6 });
      assert.equal((await gaveUp(client.request("GET", await refusingUrl(t)))).attempts, maxAttempts);
      assert.deepEqual(world.sleeps.slice(4), Array(maxAttempts - 5).fill(expected));
    });
  }

  test("R4: the exponent counts attempts, not backoffs", async (t) => {
    const world = new World();
    const server = await serve(t, reply(503), retryAfter("7"), retryAfter("soon"), reply(200));
    await world.client({ baseDelayMs: 1000 }).request("GET", server.url());
    assert.deepEqual(world.sleeps, [500, 7000, 2000]);
  });

  test("R4: starts anew with each call", async (t) => {
    const world = new World();
    const client = world.client({ maxAttempts: 3, baseDelayMs: 1000 });
    const url = await refusingUrl(t);
    await gaveUp(client.request("GET", url));
    await gaveUp(client.request("GET", url));
    assert.deepEqual(world.sleeps, [500, 1000, 500, 1000]);
  });

  test("R4: default delays", async (t) => {
    const world = new World();
    await gaveUp(world.client({ maxAttempts: 9 }).request("GET", await refusingUrl(t)));
    assert.deepEqual(world.sleeps, [50, 100, 200, 400, 800, 1600, 2500, 2500]);
  });

  test("R4: real sleep, random source and clocks by default", async (t) => {
    const server = await serve(t, retryAfter("Sun, 06 Nov 1994 08:49:37 GMT"), reply(503), reply(200));
    const client = new RetryingClient({ baseDelayMs: 1, maxDelayMs: 2 });
    assert.equal((await client.request("GET", server.url())).status, 200);
  });
});

const DATES = [
  ["Sat, 01 Jun 2024 12:00:07 GMT", 7000],
  ["Saturday, 01-Jun-24 12:00:07 GMT", 7000],
  ["Sat Jun  1 12:00:07 2024", 7000],
];

describe("Retry-After", () => {
  for (const [value, wait] of [
    ["0", 0],
    ["1", 1000],
    ["7", 7000],
    ["007", 7000],
    ["3600", 3_600_000],
    [`${"0".repeat(29)}5`, 5000],
  ]) {
    test(`R5: seconds alone set the wait: ${value}`, async (t) => {
      const world = new World();
      const server = await serve(t, retryAfter(value), reply(200));
      await world.client({ baseDelayMs: 250, maxDelayMs: 500, deadlineMs: 1e7 }).request("GET", server.url());
      assert.deepEqual([world.sleeps, world.drawCount], [[wait], 0]);
    });
  }

  for (const status of FAILURE_STATUSES) {
    test(`R5: counts with status ${status}`, async (t) => {
      const world = new World();
      const server = await serve(t, retryAfter("3", status), reply(200));
      await world.client().request("GET", server.url());
      assert.deepEqual(world.sleeps, [3000]);
    });
  }

  test("R5: in any letter case", async (t) => {
    const world = new World();
    const server = await serve(t, reply(503, "", ["rETRY-aFTER", "3"]), reply(200));
    await world.client().request("GET", server.url());
    assert.deepEqual(world.sleeps, [3000]);
  });

  test("R5: holds for one wait", async (t) => {
    const world = new World();
    const server = await serve(t, retryAfter("3"), hangUp, reply(200));
    await world.client({ baseDelayMs: 1000 }).request("GET", server.url());
    assert.deepEqual(world.sleeps, [3000, 1000]);
  });

  for (const [value, wait] of [
    ...DATES,
    ["Sat, 01 Jun 2024 23:59:59 GMT", 43_199_000],
    ["Sun, 02 Jun 2024 12:00:00 GMT", DAY_MS],
    ["Sat Jun 15 12:00:00 2024", 14 * DAY_MS],
    ["Saturday, 29-Jun-24 12:00:00 GMT", 28 * DAY_MS],
    ["Mon, 31 Mar 2025 12:00:00 GMT", 303 * DAY_MS],
    ["Tue, 29 Feb 2028 12:00:00 GMT", 1368 * DAY_MS],
    ["Wed, 01 Jun 2024 12:00:07 GMT", 7000],
    ["Friday, 01-Jun-24 12:00:07 GMT", 7000],
    ["Mon Jun  1 12:00:07 2024", 7000],
  ]) {
    test(`R5: a date sets the wait: ${value}`, async (t) => {
      const world = new World();
      const server = await serve(t, retryAfter(value), reply(200));
      await world.client({ deadlineMs: 1e12 }).request("GET", server.url());
      assert.deepEqual([world.sleeps, world.drawCount], [[wait], 0]);
    });
  }

  for (const value of [
    "Sat, 01 Jun 2024 12:00:00 GMT",
    "Sat, 01 Jun 2024 11:59:59 GMT",
    "Sun, 06 Nov 1994 08:49:37 GMT",
    "Sunday, 06-Nov-94 08:49:37 GMT",
    "Sun Nov  6 08:49:37 1994",
    "Monday, 01-Jan-24 00:00:00 GMT",
  ]) {
    test(`R5: a date that is over means no wait: ${value}`, async (t) => {
      const world = new World();
      const server = await serve(t, retryAfter(value), reply(200));
      await world.client().request("GET", server.url());
      assert.deepEqual([world.sleeps, world.drawCount], [[0], 0]);
    });
  }

  test("R5: a fraction of the wall clock counts", async (t) => {
    const world = new World();
    world.wall += 750;
    const server = await serve(t, retryAfter("Sat, 01 Jun 2024 12:00:07 GMT"), reply(200));
    await world.client().request("GET", server.url());
    assert.deepEqual(world.sleeps, [6250]);
  });

  for (const [value, wait] of DATES) {
    test(`R5: dates are in UTC wherever the machine is: ${value}`, async (t) => {
      const { TZ } = process.env;
      t.after(() => (TZ === undefined ? delete process.env.TZ : (process.env.TZ = TZ)));
      process.env.TZ = "Asia/Kolkata";
      const world = new World();
      const server = await serve(t, retryAfter(value), reply(200));
      await world.client().request("GET", server.url());
      assert.deepEqual(world.sleeps, [wait]);
    });
  }

  test("R5: a two-digit year may be in the next century", async (t) => {
    const world = new World();
    world.wall = Date.UTC(1999, 11, 31, 23, 59, 58);
    const server = await serve(t, retryAfter("Saturday, 01-Jan-00 00:00:03 GMT"), reply(200));
    await world.client().request("GET", server.url());
    assert.deepEqual(world.sleeps, [5000]);
  });

  for (const value of ["01-Jun-74 12:00:00", "31-May-74 23:59:59", "31-Dec-73 23:59:59", "02-Jun-24 12:00:00"]) {
    test(`R5: a two-digit year up to 50 years ahead is to come: ${value}`, async (t) => {
      const world = new World();
      const server = await serve(t, retryAfter(`Friday, ${value} GMT`));
      const error = await gaveUp(world.client().request("GET", server.url()));
      assert.deepEqual([error.attempts, error.reason, world.sleeps], [1, "deadline", []]);
    });
  }

  for (const value of ["01-Jun-74 12:00:01", "02-Jun-74 00:00:00", "01-Jan-75 00:00:00", "31-Dec-99 23:59:59"]) {
    test(`R5: a two-digit year further ahead is past: ${value}`, async (t) => {
      const world = new World();
      const server = await serve(t, retryAfter(`Friday, ${value} GMT`), reply(200));
      await world.client().request("GET", server.url());
      assert.deepEqual(world.sleeps, [0]);
    });
  }

  test("R5: the wall clock is read for dates only", async (t) => {
    const now = () => assert.fail("the wall clock was read");
    const server = await serve(t, retryAfter("3"), retryAfter("soon"), hangUp, reply(200));
    assert.equal((await new World().client({ now }).request("GET", server.url())).status, 200);
  });
});

describe("unusable Retry-After", () => {
  for (const value of [
    "",
    "-5",
    "+5",
    "1.5",
    "5.",
    "1e3",
    "0x10",
    "1_0",
    "5 5",
    "5, 5",
    "5s",
    "inf",
    "nan",
    "Infinity",
    "soon",
    "\xb2",
    "1\xb2",
    "\xbd",
    "\xa05",
    "Fri, 30 Feb 2024 12:00:00 GMT",
    "Friday, 30-Feb-24 12:00:00 GMT",
    "Fri Feb 30 12:00:00 2024",
    "Wed, 29 Feb 2023 12:00:00 GMT",
    "Mon, 31 Jun 2024 12:00:00 GMT",
    "Sat, 00 Jun 2024 12:00:00 GMT",
    "Sat, 32 Jul 2024 12:00:00 GMT",
    "Sat, 01 Jun 2024 24:00:00 GMT",
    "Sat, 01 Jun 2024 12:60:00 GMT",
    "Sat, 01 Jun 2024 12:00:61 GMT",
    "Sat, 01 Jun 2024 12:00:07",
    "Sat, 01 Jun 2024 12:00:07 +0000",
    "Sat, 01 Jun 2024 12:00:07 CET",
    "Sat, 01 Jun 2024 12:00:07.5 GMT",
    "Sat, 01 Jun 2024 12:00:07 GMT+1",
    "Sat, 1 Jun 2024 12:00:07 GMT",
    "Sat, 01 Jun 24 12:00:07 GMT",
    "Sat, 01 Foo 2024 12:00:07 GMT",
    "Saturday, 01-Jun-2024 12:00:07 GMT",
    "Sat Jun 1 12:00:07 2024",
    "Sat Jun  1 12:00:07 2024 GMT",
    "01 Jun 2024 12:00:07 GMT",
    "2024-06-01T12:00:07Z",
    "1717243207.0",
  ]) {
    test(`R6: is ignored: ${namesOf(value)}`, async (t) => {
      const world = new World();
      const server = await serve(t, retryAfter(value), reply(200));
      assert.equal((await world.client({ baseDelayMs: 1000 }).request("GET", server.url())).status, 200);
      assert.deepEqual([world.sleeps, world.drawCount], [[500], 1]);
    });
  }

  for (const [first, second] of [
    ["3", "3"],
    ["3", "soon"],
    ["", "3"],
    ["Sat", "01 Jun 2024 12:00:07 GMT"],
  ]) {
    test(`R6: a repeated header is ignored: ${namesOf([first, second])}`, async (t) => {
      const world = new World();
      const twice = reply(503, "", ["Retry-After", first, "X-A", "b", "retry-after", second]);
      const server = await serve(t, twice, reply(200));
      await world.client({ baseDelayMs: 1000 }).request("GET", server.url());
      assert.deepEqual(world.sleeps, [500]);
    });
  }

  for (const digits of [30, 400, 5000]) {
    test(`R6: ${digits} digits are longer than any time left`, async (t) => {
      const world = new World();
      const server = await serve(t, retryAfter("9".repeat(digits)));
      const error = await gaveUp(world.client({ deadlineMs: 1e12 }).request("GET", server.url()));
      assert.deepEqual([error.attempts, error.reason, error.response.status], [1, "deadline", 503]);
      assert.deepEqual([world.sleeps, world.drawCount], [[], 0]);
    });
  }
});

describe("giving up", () => {
  for (const maxAttempts of [1, 2, 5]) {
    test(`R7: attempt ${maxAttempts}, the last one, is not followed by sleep`, async (t) => {
      const world = new World();
      const server = await serve(t, reply(503, "busy", ["X-Colour", "blue"]));
      const error = await gaveUp(world.client({ maxAttempts }).request("GET", server.url()));
      assert.deepEqual([error.attempts, error.reason, error.cause], [maxAttempts, "attempts", null]);
      assert.deepEqual([error.response.status, textOf(error.response)], [503, "busy"]);
      assert.equal(error.response.headers.get("X-Colour"), "blue");
      assert.equal(server.requests.length, maxAttempts);
      assert.deepEqual([world.sleeps.length, world.drawCount], [maxAttempts - 1, maxAttempts - 1]);
    });
  }

  test("R7: four attempts by default", async (t) => {
    const server = await serve(t, reply(503));
    assert.equal((await gaveUp(new World().client().request("GET", server.url()))).attempts, 4);
    assert.equal(server.requests.length, 4);
  });

  test("R7: the last permitted attempt may succeed", async (t) => {
    const server = await serve(t, reply(503), reply(503), reply(200));
    assert.equal((await new World().client({ maxAttempts: 3 }).request("GET", server.url())).status, 200);
  });

  test("R7: the error tells the response of the last attempt only", async (t) => {
    const server = await serve(t, reply(429, "first"), hangUp, reply(504, "last"));
    const error = await gaveUp(new World().client({ maxAttempts: 3 }).request("GET", server.url()));
    assert.deepEqual([error.response.status, textOf(error.response), error.cause], [504, "last", null]);
  });

  test("R7: the error tells the cause of the last attempt only", async (t) => {
    const server = await serve(t, reply(503, "first"), hangUp);
    const error = await gaveUp(new World().client({ maxAttempts: 2 }).request("GET", server.url()));
    assert.deepEqual([error.attempts, error.response], [2, null]);
    assert.ok(error.cause instanceof Error);
  });

  test("R7: calls are independent", async (t) => {
    const server = await serve(t, reply(503), reply(503), reply(503), reply(200), reply(404));
    const client = new World().client({ maxAttempts: 3 });
    assert.equal((await gaveUp(client.request("GET", server.url()))).attempts, 3);
    assert.equal((await client.request("GET", server.url())).status, 200);
    assert.equal((await client.request("GET", server.url())).status, 404);
  });

  test("R7: calls at the same time are independent", async (t) => {
    const client = new World().client({ maxAttempts: 2 });
    const server = await serve(t, reply(503));
    const calls = [1, 2, 3].map(() => gaveUp(client.request("GET", server.url())));
    assert.deepEqual(
      (await Promise.all(calls)).map((error) => error.attempts),
      [2, 2, 2],
    );
    assert.equal(server.requests.length, 6);
  });
});

describe("deadline", () => {
  for (const value of ["10", "11", "1000000"]) {
    test(`R8: a wait of ${value} s that takes all the time left is not slept`, async (t) => {
      const world = new World();
      const server = await serve(t, retryAfter(value));
      const error = await gaveUp(world.client({ deadlineMs: 10_000 }).request("GET", server.url()));
      assert.deepEqual([error.attempts, error.reason, error.cause], [1, "deadline", null]);
      assert.equal(error.response.status, 503);
      assert.deepEqual([server.requests.length, world.sleeps], [1, []]);
    });
  }

  test("R8: a wait shorter than the time left is slept", async (t) => {
    const world = new World();
    const server = await serve(t, retryAfter("10"), reply(200));
    assert.equal((await world.client({ deadlineMs: 10_250 }).request("GET", server.url())).status, 200);
    assert.deepEqual(world.sleeps, [10_000]);
  });

  test("R8: backoff is subject to the deadline", async (t) => {
    const world = new World();
    const client = world.client({ baseDelayMs: 4000, maxDelayMs: 1e5, deadlineMs: 6000 });
    const error = await gaveUp(client.request("GET", await refusingUrl(t)));
    assert.deepEqual([error.attempts, error.reason, error.response], [2, "deadline", null]);
    assert.ok(error.cause instanceof Error);
    assert.deepEqual([world.sleeps, world.drawCount], [[2000], 2]);
  });

  test("R8: the time of attempts and sleeps counts", async (t) => {
    const world = new World();
    const server = await serve(t, world.later(4000, retryAfter("3")), world.later(1000, retryAfter("2")));
    const error = await gaveUp(world.client({ deadlineMs: 10_000 }).request("GET", server.url()));
    assert.deepEqual([error.attempts, error.reason, world.sleeps], [2, "deadline", [3000]]);
  });

  test("R8: the time left after attempts and sleeps can be used", async (t) => {
    const world = new World();
    const replies = [world.later(4000, retryAfter("3")), world.later(1000, retryAfter("2")), reply(200)];
    const server = await serve(t, ...replies);
    assert.equal((await world.client({ deadlineMs: 10_250 }).request("GET", server.url())).status, 200);
    assert.deepEqual(world.sleeps, [3000, 2000]);
  });

  for (const oversleepMs of [1000, 5000]) {
    test(`R8: no time left after sleeping ${oversleepMs} ms too long`, async (t) => {
      const world = new World();
      world.onSleep = () => {
        world.elapsed += oversleepMs;
      };
      const server = await serve(t, retryAfter("9"), reply(200));
      const error = await gaveUp(world.client({ deadlineMs: 10_000 }).request("GET", server.url()));
      assert.deepEqual([error.attempts, error.reason, error.response.status], [1, "deadline", 503]);
      assert.deepEqual([server.requests.length, world.sleeps], [1, [9000]]);
    });
  }

  test("R8: some time left after sleeping too long", async (t) => {
    const world = new World();
    world.onSleep = () => {
      world.elapsed += 500;
    };
    const server = await serve(t, retryAfter("9"), reply(200));
    assert.equal((await world.client({ deadlineMs: 10_000 }).request("GET", server.url())).status, 200);
  });

  test("R8: 30 seconds by default", async (t) => {
    const server = await serve(t, retryAfter("30"), retryAfter("29"), reply(200));
    const client = new World().client();
    assert.equal((await gaveUp(client.request("GET", server.url()))).reason, "deadline");
    assert.equal((await client.request("GET", server.url())).status, 200);
  });

  test("R8: each call has its own", async (t) => {
    const server = await serve(t, retryAfter("8"), reply(200), retryAfter("8"), reply(200));
    const client = new World().client({ deadlineMs: 10_000 });
    assert.equal((await client.request("GET", server.url())).status, 200);
    assert.equal((await client.request("GET", server.url())).status, 200);
  });

  for (const jumpMs of [-1e9, 1e9]) {
    test(`R8: a jump of the wall clock by ${jumpMs} ms does not change the time left`, async (t) => {
      const world = new World();
      world.onSleep = () => {
        world.wall += jumpMs;
      };
      const server = await serve(t, retryAfter("4"));
      const error = await gaveUp(world.client({ deadlineMs: 10_000 }).request("GET", server.url()));
      assert.deepEqual([error.attempts, error.reason, world.sleeps], [3, "deadline", [4000, 4000]]);
    });
  }

  test("R8: cuts off an attempt", async (t) => {
    const world = new World();
    const server = await serve(t, hang);
    const client = world.client({ deadlineMs: SHORT_MS, attemptTimeoutMs: 60_000 });
    const error = await gaveUp(client.request("GET", server.url()));
    assert.deepEqual([error.attempts, error.reason, error.response], [1, "deadline", null]);
    assert.ok(error.cause instanceof AttemptTimeoutError);
    assert.ok(server.requests.length <= 1);
    assert.deepEqual([world.sleeps, world.drawCount], [[], 0]);
  });

  test("R8: cuts off if equal to the attempt limit", async (t) => {
    const world = new World();
    const client = world.client({ baseDelayMs: 0, deadlineMs: SHORT_MS, attemptTimeoutMs: SHORT_MS });
    const server = await serve(t, hang);
    const error = await gaveUp(client.request("GET", server.url()));
    assert.deepEqual([error.attempts, error.reason, world.sleeps, world.drawCount], [1, "deadline", [], 0]);
  });

  test("R8: a later attempt has only the time left", async (t) => {
    const server = await serve(t, retryAfter("10"), hang);
    const client = new World().client({ deadlineMs: 10_000 + SHORT_MS, attemptTimeoutMs: 60_000 });
    const error = await gaveUp(client.request("GET", server.url()));
    assert.deepEqual([error.attempts, error.reason, error.response], [2, "deadline", null]);
    assert.ok(error.cause instanceof AttemptTimeoutError);
  });

  for (const [maxAttempts, method] of [
    [1, "GET"],
    [4, "POST"],
    [1, "POST"],
  ]) {
    test(`R8: a cut-off comes before the other reasons: ${method}, at most ${maxAttempts}`, async (t) => {
      const server = await serve(t, hang);
      const client = new World().client({ maxAttempts, deadlineMs: SHORT_MS });
      assert.equal((await gaveUp(client.request(method, server.url()))).reason, "deadline");
    });
  }

  for (const [maxAttempts, method, reason] of [
    [1, "GET", "attempts"],
    [1, "POST", "not_safe"],
    [4, "GET", "deadline"],
  ]) {
    test(`R8: a complete failure after it is no cut-off: ${method}, at most ${maxAttempts}`, async (t) => {
      const world = new World();
      const server = await serve(t, world.later(31_000, reply(503, "late")));
      const error = await gaveUp(world.client({ maxAttempts }).request(method, server.url()));
      assert.deepEqual([error.reason, textOf(error.response), error.cause], [reason, "late", null]);
      assert.deepEqual(world.sleeps, []);
    });
  }
});

describe("time limit of an attempt", () => {
  const slow = {
    nothing: hang,
    headers: drip(`HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Slow: ${"s".repeat(200)}\r\n\r\n`),
    body: drip(`HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n${"s".repeat(200)}`),
    "body of unknown length": drip(`HTTP/1.1 200 OK\r\n\r\n${"s".repeat(200)}`),
    chunks: drip(`${CHUNKED}${"1\r\ns\r\n".repeat(40)}0\r\n\r\n`),
  };

  for (const [name, slowReply] of Object.entries(slow)) {
    test(`R9: an attempt ends and is repeated: slow ${name}`, async (t) => {
      const world = new World();
      const server = await serve(t, slowReply, reply(200, "quick"));
      const client = world.client({ maxAttempts: 9, baseDelayMs: 1000, attemptTimeoutMs: SHORT_MS });
      assert.equal(textOf(await client.request("GET", server.url())), "quick");
      assert.equal(world.sleeps[0], 500);
    });

    test(`R9: the timeout of the last attempt is the cause: slow ${name}`, async (t) => {
      const server = await serve(t, slowReply);
      const client = new World().client({ maxAttempts: 2, attemptTimeoutMs: SHORT_MS });
      const error = await gaveUp(client.request("GET", server.url()));
      assert.deepEqual([error.attempts, error.reason, error.response], [2, "attempts", null]);
      assert.ok(error.cause instanceof AttemptTimeoutError);
      assert.ok(server.requests.length <= 2);
    });
  }

  test("R9: an unsafe request is not repeated after a timeout", async (t) => {
    const server = await serve(t, hang);
    const error = await gaveUp(new World().client({ attemptTimeoutMs: SHORT_MS }).request("POST", server.url()));
    assert.deepEqual([error.attempts, error.reason], [1, "not_safe"]);
    assert.ok(error.cause instanceof AttemptTimeoutError);
  });

  test("R9: a slow failure status is a timeout", async (t) => {
    const world = new World();
    const head = "HTTP/1.1 503 Unavailable\r\nRetry-After: 7\r\nContent-Length: 9\r\n\r\n";
    const server = await serve(t, (_outgoing, socket) => socket.write(head));
    const client = world.client({ maxAttempts: 2, baseDelayMs: 1000, attemptTimeoutMs: SHORT_MS });
    const error = await gaveUp(client.request("GET", server.url()));
    assert.ok(error.cause instanceof AttemptTimeoutError);
    assert.deepEqual([error.response, world.sleeps], [null, [500]]);
  });

  test("R9: a server that reads nothing is a timeout", async (t) => {
    const server = net.createServer({ pauseOnConnect: true }, (socket) => t.after(() => socket.destroy()));
    const port = await listen(t, server);
    const client = new World().client({ maxAttempts: 1, attemptTimeoutMs: SHORT_MS });
    const body = new Uint8Array(16 * 1024 * 1024);
    const error = await gaveUp(client.request("PUT", `http://127.0.0.1:${port}/`, { body }));
    assert.equal(error.reason, "attempts");
    assert.ok(error.cause instanceof AttemptTimeoutError);
  });

  test("R9: the connection is closed after a timeout", { timeout: 10_000 }, async (t) => {
    const closed = Promise.withResolvers();
    const server = await serve(t, (_outgoing, socket) => socket.once("close", closed.resolve));
    await gaveUp(new World().client({ maxAttempts: 5, attemptTimeoutMs: SHORT_MS }).request("GET", server.url()));
    await closed.promise;
  });

  test("R9: does not depend on the injected clock", async (t) => {
    const world = new World();
    const server = await serve(t, world.later(15_000, reply(200, "done")));
    assert.equal(textOf(await world.client({ attemptTimeoutMs: 10_000 }).request("GET", server.url())), "done");
  });

  for (const limitMs of [2 ** 31, 2 ** 32 + 1, 1e18]) {
    test(`R9: may be ${limitMs} ms`, async (t) => {
      const server = await serve(t, reply(503), reply(200));
      const client = new World().client({ attemptTimeoutMs: limitMs, deadlineMs: limitMs });
      assert.equal((await client.request("GET", server.url())).status, 200);
    });
  }

  test("R9: may be a fraction of a millisecond", async (t) => {
    const server = await serve(t, hang);
    const client = new World().client({ maxAttempts: 1, attemptTimeoutMs: 0.25 });
    assert.ok((await gaveUp(client.request("GET", server.url()))).cause instanceof AttemptTimeoutError);
  });
});

describe("redirects and invalid arguments", () => {
  for (const status of [300, 301, 302, 303, 307, 308]) {
    for (const method of ["GET", "POST"]) {
      test(`R10: ${status} is returned to ${method}`, async (t) => {
        const server = await serve(t, reply(status, "moved", ["Location", "/elsewhere"]), reply(200));
        const response = await new World().client().request(method, server.url("/here"));
        assert.deepEqual([response.status, textOf(response)], [status, "moved"]);
        assert.equal(response.headers.get("Location"), "/elsewhere");
        assert.deepEqual(
          server.requests.map((request) => request.target),
          ["/here"],
        );
      });
    }
  }

  for (const [names, values] of [
    [["maxAttempts"], [0, -1, 1.5, NaN, Infinity]],
    [["baseDelayMs", "maxDelayMs"], [-1, -0.001, NaN, Infinity, -Infinity]],
    [["attemptTimeoutMs", "deadlineMs"], [0, -1, NaN, Infinity]],
  ]) {
    for (const name of names) {
      for (const value of values) {
        test(`R10: ${name} must not be ${value}`, () => {
          assert.throws(() => new RetryingClient({ [name]: value }), InvalidArgumentError);
        });
      }
    }
  }

  test("R10: settings at their limits are allowed", async (t) => {
    const server = await serve(t, reply(200));
    const client = new World().client({ maxAttempts: 1, baseDelayMs: 0, maxDelayMs: 0 });
    assert.equal((await client.request("GET", server.url())).status, 200);
  });

  async function assertRejected(t, method, urlOf, content) {
    const world = new World();
    const server = await serve(t, reply(200));
    await assert.rejects(world.client().request(method, urlOf(server), content), InvalidArgumentError);
    await nextTurn();
    await nextTurn();
    assert.deepEqual([server.connections, world.sleeps], [0, []]);
  }

  for (const method of ["", "TRACE", "CONNECT", "FOO", " GET", "GET ", "GET\n", "GE", "GETS", "GET /\r\nX-A: b"]) {
    test(`R10: the method ${namesOf(method)} is not supported`, async (t) => {
      await assertRejected(t, method, (server) => server.url());
    });
  }

  for (const method of ["GET", "HEAD", "get", "Head"]) {
    test(`R10: a body with ${method} is not allowed`, async (t) => {
      await assertRejected(t, method, (server) => server.url(), { body: Uint8Array.of(0) });
    });
  }

  for (const url of [
    "",
    "/path",
    "127.0.0.1:{port}/",
    "//127.0.0.1:{port}/",
    "ftp://127.0.0.1:{port}/",
    "ws://127.0.0.1:{port}/",
    "http:127.0.0.1:{port}/",
    "http:/127.0.0.1:{port}/",
    "http:///127.0.0.1:{port}/",
    "http://",
    "http:///",
    "http://:{port}/",
    "http://?a",
    "http://#a",
    "http://127.0.0.1:0/",
    "http://127.0.0.1:65536/",
    "http://127.0.0.1:{port}0000/",
    "http://127.0.0.1:-1/",
    "http://127.0.0.1:port/",
    "http://alice@127.0.0.1:{port}/",
    "http://alice:secret@127.0.0.1:{port}/",
    "http://:@127.0.0.1:{port}/",
    "http://@127.0.0.1:{port}/",
    " http://127.0.0.1:{port}/",
    "http://127.0.0.1:{port}/ ",
    "http://127.0.0.1:{port}/a b",
    "http://127.0.0.1:{port}/\n",
    "http://127.0.0.1:{port}/\ta",
    "http://127.0.0.1:{port}/a\r\nX-A: b",
    "http://127.0.0.1:{port}/\0",
    "http://127.0.0.1:{port}/\x7f",
    "http://127.0.0.1:{port}/é",
    "http://127.0.0.1:{port}/?中",
    "http://127.0.0.1:{port}/#é",
    "http://exämple.com/",
  ]) {
    test(`R10: the URL ${namesOf(url)} is not allowed`, async (t) => {
      await assertRejected(t, "GET", (server) => url.replace("{port}", server.port));
    });
  }

  const badNames = ["", " ", "X A", "X-A ", " X-A", "X-A:", "X-A\n", "X\r\nY", "X\0", "X(", "X/Y", "X@", "É", '"X"'];
  for (const name of badNames) {
    test(`R10: the header name ${namesOf(name)} is no token`, async (t) => {
      await assertRejected(t, "GET", (server) => server.url(), { headers: { "X-Good": "1", [name]: "a" } });
    });
  }

  const badValues = ["a\r\nX-B: c", "a\n", "a\r", "\na", "a\0", "\0", "a\x7f", "\x1b", "\x0b", "é", "中", "\u2028"];
  for (const value of badValues) {
    test(`R10: the header value ${namesOf(value)} is not allowed`, async (t) => {
      await assertRejected(t, "GET", (server) => server.url(), { headers: { "X-Good": "1", "X-A": value } });
    });
  }

  test("R10: every allowed character of headers", async (t) => {
    const server = await serve(t, reply(200));
    const name = "!#$%&'*+-.^_`|~09AZaz";
    const value = `a\t${String.fromCharCode(...EVERY_BYTE.slice(0x20, 0x7f))}`;
    await new World().client().request("GET", server.url(), { headers: { [name]: value } });
    assert.deepEqual(server.requests[0].headers[name.toLowerCase()], [value]);
  });
});
