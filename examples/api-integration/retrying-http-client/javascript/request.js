/** Requests, checked before anything is sent. */

const REPEATABLE_METHODS = new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]);
const METHODS = REPEATABLE_METHODS.union(new Set(["POST", "PATCH"]));
const BODILESS_METHODS = new Set(["GET", "HEAD"]);
const VISIBLE_ASCII = /^[\x21-\x7e]+$/;
// The parser of URLs also takes `http:host`, `http:///host` and backslashes, and hides that user information is empty.
const ABSOLUTE_URL = /^https?:\/\/[^/?#@\\]+(?:[/?#]|$)/i;
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const FIELD_VALUE = /^[\t\x20-\x7e]*$/;

/** A setting, method, URL, header or body is not allowed. */
export class InvalidArgumentError extends Error {
  name = "InvalidArgumentError";
}

/**
 * Checks the parts of a request.
 *
 * @param {string} method
 * @param {string} url
 * @param {Record<string, string>} headers
 * @param {Uint8Array} body
 * @returns {{ method: string, url: URL, headers: Record<string, string>, body: Uint8Array, isSafeToRepeat: boolean }}
 *   a request that shares nothing with the caller that could change between attempts
 * @throws {InvalidArgumentError}
 */
export function checkedRequest(method, url, headers, body) {
  const request = {
    method: checkedMethod(method),
    url: checkedUrl(url),
    headers: checkedHeaders(headers),
    body: checkedBody(body),
  };
  if (BODILESS_METHODS.has(request.method) && request.body.length > 0) {
    throw new InvalidArgumentError(`a ${request.method} request has no body`);
  }
  return { ...request, isSafeToRepeat: REPEATABLE_METHODS.has(request.method) || hasIdempotencyKey(request.headers) };
}

function checkedMethod(method) {
  const upper = String(method).toUpperCase();
  // Some other letters, such as the long s, have an ASCII letter as upper case.
  if (!VISIBLE_ASCII.test(method) || !METHODS.has(upper)) {
    throw new InvalidArgumentError(`method ${JSON.stringify(method)} is not supported`);
  }
  return upper;
}

function checkedUrl(url) {
  if (!VISIBLE_ASCII.test(url)) throw new InvalidArgumentError("the URL has characters other than visible ASCII");
  if (!ABSOLUTE_URL.test(url) || !URL.canParse(url)) {
    throw new InvalidArgumentError("the URL is not an absolute one with scheme http or https, a host and no user");
  }
  const parsed = new URL(url);
  if (parsed.port === "0") throw new InvalidArgumentError("the URL has port 0");
  return parsed;
}

function checkedHeaders(headers) {
  const copy = { ...headers };
  for (const [name, value] of Object.entries(copy)) {
    if (!TOKEN.test(name)) throw new InvalidArgumentError(`header name ${JSON.stringify(name)} is not a token`);
    if (typeof value !== "string" || !FIELD_VALUE.test(value)) {
      throw new InvalidArgumentError(`the value of header ${name} has characters other than visible ASCII, space, tab`);
    }
  }
  return copy;
}

function checkedBody(body) {
  if (!(body instanceof Uint8Array)) throw new InvalidArgumentError("the body is not a Uint8Array");
  return new Uint8Array(body);
}

function hasIdempotencyKey(headers) {
  return Object.entries(headers).some(
    ([name, value]) => name.toLowerCase() === "idempotency-key" && value.trim() !== "",
  );
}
