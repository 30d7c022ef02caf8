/** One request and its response, within a time limit for all of it. */

import http from "node:http";
import https from "node:https";
import { arrayBuffer } from "node:stream/consumers";

/** A timer set for longer fires at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** @typedef {{ status: number, headers: Headers, body: Uint8Array }} Response */

/** An attempt took longer than its time limit. */
export class AttemptTimeoutError extends Error {
  name = "AttemptTimeoutError";
}

/**
 * Sends a request once, over a connection of its own, and waits for the whole response.
 *
 * @param {ReturnType<typeof import("./request.js").checkedRequest>} request
 * @param {number} limitMs
 * @returns {Promise<{ response: Response, retryAfter: string[] }>} the response, and its `Retry-After` headers one by
 *   one, which `Headers` would join
 * @throws {AttemptTimeoutError} if that takes longer than `limitMs`
 * @throws {Error} if there is no complete response
 */
export async function send(request, limitMs) {
  const outgoing = open(request);
  const expiry = Promise.withResolvers();
  const timer = setTimeout(
    () => expiry.reject(new AttemptTimeoutError(`no complete response within ${limitMs} ms`)),
    Math.min(limitMs, LONGEST_TIMER_MS),
  );
  try {
    return await Promise.race([exchange(outgoing, request.body), expiry.promise]);
  } finally {
    clearTimeout(timer);
    outgoing.destroy();
  }
}

function open({ method, url, headers, body }) {
  const { request } = url.protocol === "https:" ? https : http;
  // Node announces no length for the body of a DELETE or OPTIONS request by itself.
  const framing = body.length > 0 ? { "Content-Length": body.length } : {};
  return request(url, { method, headers: { ...linesOf(headers), ...framing }, agent: false });
}

/** Node would send only the last of several headers whose names differ in nothing but letter case. */
function linesOf(headers) {
  const groups = Object.groupBy(Object.entries(headers), ([name]) => name.toLowerCase());
  return Object.fromEntries(
    Object.values(groups).map((entries) => [entries[0][0], entries.map(([, value]) => value)]),
  );
}

function exchange(outgoing, body) {
  return new Promise((resolve, reject) => {
    let incoming;
    // What happens to the connection after the end of the response does not matter any more.
    const fail = (error) => {
      if (!incoming?.complete) reject(error);
    };
    outgoing.on("error", fail);
    outgoing.on("close", () => fail(new Error("the connection was closed before the response was complete")));
    outgoing.on("response", (response) => {
      incoming = response;
      arrayBuffer(incoming)
        .then((bytes) => resultOf(incoming, bytes))
        .then(resolve, reject);
    });
    outgoing.end(body);
  });
}

function resultOf(incoming, bytes) {
  return {
    response: { status: incoming.statusCode, headers: headersOf(incoming), body: new Uint8Array(bytes) },
    retryAfter: incoming.headersDistinct["retry-after"] ?? [],
  };
}

function headersOf(incoming) {
  const headers = new Headers();
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    for (const value of values) headers.append(name, value);
  }
  return headers;
}
