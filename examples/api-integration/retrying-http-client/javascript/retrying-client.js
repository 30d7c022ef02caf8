/** HTTP client that repeats failed requests, if repeating them is safe, within fixed limits. */

import { setTimeout as wait } from "node:timers/promises";

import { AttemptTimeoutError, LONGEST_TIMER_MS, send } from "./attempt.js";
import { checkedRequest, InvalidArgumentError } from "./request.js";
import { parseRetryAfter } from "./retry-after.js";

export { AttemptTimeoutError, InvalidArgumentError };

const FAILURE_STATUSES = new Set([408, 429, 502, 503, 504]);

/** @typedef {import("./attempt.js").Response} Response */

/** The client gave up. */
export class RetryError extends Error {
  name = "RetryError";

  /**
   * @param {object} outcome
   * @param {number} outcome.attempts the number of attempts made
   * @param {"not_safe" | "attempts" | "deadline"} outcome.reason why there was no further attempt
   * @param {Response | null} outcome.response the complete response of the last attempt, if it brought one
   * @param {Error | null} outcome.cause why the last attempt brought none, otherwise
   */
  constructor({ attempts, reason, response, cause }) {
    const last = response ? `status ${response.status}` : cause;
    super(`gave up after ${attempts} attempts (${reason}), the last one ended with ${last}`, { cause });
    this.attempts = attempts;
    this.reason = reason;
    this.response = response;
  }
}

/** Sends requests and repeats those that fail. All times are in milliseconds. */
export class RetryingClient {
  #maxAttempts;
  #baseDelayMs;
  #maxDelayMs;
  #attemptTimeoutMs;
  #deadlineMs;
  #sleep;
  #random;
  #monotonic;
  #now;

  /**
   * @param {object} [settings]
   * @param {number} [settings.maxAttempts] most attempts per call, 1 or more
   * @param {number} [settings.baseDelayMs] longest backoff wait after the first attempt; doubles with each further one
   * @param {number} [settings.maxDelayMs] longest backoff wait of all
   * @param {number} [settings.attemptTimeoutMs] longest time one attempt may take, measured in real time
   * @param {number} [settings.deadlineMs] longest time a call may take, measured with `monotonic`
   * @param {(ms: number) => Promise<void>} [settings.sleep]
   * @param {() => number} [settings.random] gives numbers from 0 inclusive to 1 exclusive
   * @param {() => number} [settings.monotonic] a clock that is never set
   * @param {() => number} [settings.now] the wall clock, used for dates in `Retry-After` only
   * @throws {InvalidArgumentError} if a setting is out of its range
   */
  constructor({
    maxAttempts = 4,
    baseDelayMs = 100,
    maxDelayMs = 5000,
    attemptTimeoutMs = 10000,
    deadlineMs = 30000,
    sleep = realSleep,
    random = Math.random,
    monotonic = () => performance.now(),
    now = Date.now,
  } = {}) {
    requireSetting(Number.isInteger(maxAttempts) && maxAttempts >= 1, "maxAttempts", maxAttempts);
    for (const [name, delay] of Object.entries({ baseDelayMs, maxDelayMs })) {
      requireSetting(Number.isFinite(delay) && delay >= 0, name, delay);
    }
    for (const [name, limit] of Object.entries({ attemptTimeoutMs, deadlineMs })) {
      requireSetting(Number.isFinite(limit) && limit > 0, name, limit);
    }
    this.#maxAttempts = maxAttempts;
    this.#baseDelayMs = baseDelayMs;
    this.#maxDelayMs = maxDelayMs;
    this.#attemptTimeoutMs = attemptTimeoutMs;
    this.#deadlineMs = deadlineMs;
    this.#sleep = sleep;
    this.#random = random;
    this.#monotonic = monotonic;
    this.#now = now;
  }

  /**
   * Sends a request, again if need be. The statuses 408, 429, 502, 503 and 504 are failures; any other one, also 404 or
   * 500, is a result.
   *
   * @param {string} method
   * @param {string} url
   * @param {{ headers?: Record<string, string>, body?: Uint8Array }} [content]
   * @returns {Promise<Response>} the first complete response that is no failure
   * @throws {InvalidArgumentError} if the method, the URL, a header or the body is not allowed; nothing was sent
   * @throws {RetryError} if the last attempt failed too, or another one would be unsafe or too late
   */
  async request(method, url, { headers = {}, body = new Uint8Array() } = {}) {
    const request = checkedRequest(method, url, headers, body);
    const timeLeft = countdown(this.#deadlineMs, this.#monotonic);
    let left = this.#deadlineMs;
    for (let attempts = 1; ; attempts += 1) {
      const { response, retryAfter, cause } = await attempt(request, Math.min(this.#attemptTimeoutMs, left));
      if (response && !FAILURE_STATUSES.has(response.status)) return response;
      const isCutOff = cause instanceof AttemptTimeoutError && left <= this.#attemptTimeoutMs;
      let reason = this.#reasonToStop(request, attempts, isCutOff);
      if (!reason) {
        left = await this.#pause(this.#waitAfter(attempts, retryAfter), timeLeft);
        if (left <= 0) reason = "deadline";
      }
      if (reason) throw new RetryError({ attempts, reason, response, cause });
    }
  }

  #reasonToStop(request, attempts, isCutOff) {
    if (isCutOff) return "deadline";
    if (!request.isSafeToRepeat) return "not_safe";
    if (attempts === this.#maxAttempts) return "attempts";
    return undefined;
  }

  /** Sleeps, unless that takes all the time left, and returns the time left for the next attempt. */
  async #pause(ms, timeLeft) {
    if (ms >= timeLeft()) return 0;
    await this.#sleep(ms);
    return timeLeft();
  }

  #waitAfter(attempts, retryAfter) {
    const asked = retryAfter.length === 1 ? parseRetryAfter(retryAfter[0], this.#now) : undefined;
    return asked ?? this.#random() * Math.min(this.#maxDelayMs, doubled(this.#baseDelayMs, attempts - 1));
  }
}

async function attempt(request, limitMs) {
  try {
    return { ...(await send(request, limitMs)), cause: null };
  } catch (cause) {
    return { response: null, retryAfter: [], cause };
  }
}

/** Starts counting down; the result gives the time left. */
function countdown(ms, monotonic) {
  const start = monotonic();
  return () => ms - (monotonic() - start);
}

function doubled(ms, times) {
  return ms === 0 ? 0 : ms * 2 ** times; // 0 times an infinite power would be NaN
}

async function realSleep(ms) {
  for (let left = ms; left > 0; left -= LONGEST_TIMER_MS) await wait(Math.min(left, LONGEST_TIMER_MS));
}

function requireSetting(isInRange, name, value) {
  if (!isInRange) throw new InvalidArgumentError(`${name} is out of its range: ${value}`);
}
