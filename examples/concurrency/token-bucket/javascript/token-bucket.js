/**
 * Keyed token-bucket rate limiter with exact refill and a bounded number of keys.
 *
 * All arithmetic is done in BigInt ticks. With `refillTokens` ticks per nanosecond, one token is worth
 * exactly `refillPeriodNs` ticks, so neither a point in time nor a fraction of a token is ever rounded.
 */

const MAX_TOKENS = 100_000;
const MAX_PERIOD_NS = 24n * 60n * 60n * 1_000_000_000n;

/** More tokens were asked for than a bucket can ever hold. */
export class CapacityExceededError extends Error {
  name = "CapacityExceededError";
}

/** The limiter holds its maximum number of keys, and no bucket of theirs is full. */
export class TooManyKeysError extends Error {
  name = "TooManyKeysError";
}

/**
 * A token bucket per key. A bucket holds up to `capacity` tokens and gains `refillTokens` per
 * `refillPeriodNs`, evenly spread over time. A key that is not held has a full bucket.
 *
 * Time is the greatest reading of the clock so far: while the clock is behind it, time stands still.
 */
export class TokenBucketLimiter {
  #capacity;
  #maxKeys;
  #clock;
  #ticksPerNs;
  #ticksPerToken;
  #ticksToFill;
  /** @type {bigint | undefined} */
  #latest;
  /** @type {Map<string, bigint>} the tick at which the bucket of each held key is full */
  #fullAt = new Map();

  /**
   * @param {object} options
   * @param {number} options.capacity 1 to 100,000
   * @param {number} options.refillTokens 1 to 100,000
   * @param {bigint} options.refillPeriodNs 1 ns to 24 hours
   * @param {number} options.maxKeys 1 or more
   * @param {() => bigint} [options.clock] nanoseconds, any origin, may be negative
   * @throws {RangeError} if a setting is not an integer or out of range
   */
  constructor({ capacity, refillTokens, refillPeriodNs, maxKeys, clock = process.hrtime.bigint }) {
    requireInteger("capacity", capacity, MAX_TOKENS);
    requireInteger("refillTokens", refillTokens, MAX_TOKENS);
    requirePeriod(refillPeriodNs);
    requireInteger("maxKeys", maxKeys);
    this.#capacity = capacity;
    this.#maxKeys = maxKeys;
    this.#clock = clock;
    this.#ticksPerNs = BigInt(refillTokens);
    this.#ticksPerToken = refillPeriodNs;
    this.#ticksToFill = BigInt(capacity) * refillPeriodNs;
  }

  /**
   * Takes `n` tokens if the bucket holds as many; otherwise takes none. A key that is not held may
   * drop the keys with a full bucket to make room for itself.
   *
   * @param {string} key
   * @param {number} n
   * @returns {boolean} whether the tokens were taken
   * @throws {RangeError} if `n` is not an integer of 1 or more
   * @throws {CapacityExceededError} if `n` is greater than the capacity
   * @throws {TooManyKeysError} if the key is not held and there is no room for it
   */
  tryAcquire(key, n) {
    const cost = this.#cost(n);
    const now = this.#advance();
    const fullAt = this.#refilledAt(key, now) + cost;
    if (fullAt > now + this.#ticksToFill) return false;
    if (!this.#fullAt.has(key)) this.#makeRoom(now);
    this.#fullAt.set(key, fullAt);
    return true;
  }

  /**
   * Tells how long it takes until the bucket holds `n` tokens if nobody takes any.
   *
   * @param {string} key
   * @param {number} n
   * @returns {bigint} nanoseconds
   * @throws {RangeError} if `n` is not an integer of 1 or more
   * @throws {CapacityExceededError} if `n` is greater than the capacity
   */
  timeUntil(key, n) {
    const cost = this.#cost(n);
    const now = this.#advance();
    const lacking = this.#refilledAt(key, now) + cost - now - this.#ticksToFill;
    return lacking > 0n ? divideUp(lacking, this.#ticksPerNs) : 0n;
  }

  /**
   * @param {string} key
   * @returns {number} the whole tokens in the bucket
   */
  available(key) {
    const now = this.#advance();
    const level = now + this.#ticksToFill - this.#refilledAt(key, now);
    return Number(level / this.#ticksPerToken);
  }

  /**
   * Drops all keys whose bucket is full.
   *
   * @returns {number} how many were dropped
   */
  prune() {
    return this.#dropFull(this.#advance());
  }

  /** @returns {number} the number of keys held, full buckets included */
  get size() {
    return this.#fullAt.size;
  }

  #cost(n) {
    requireInteger("n", n);
    if (n > this.#capacity) {
      throw new CapacityExceededError(`${n} tokens asked for, the capacity is ${this.#capacity}`);
    }
    return BigInt(n) * this.#ticksPerToken;
  }

  /** Reads the clock and returns the limiter's time in ticks. */
  #advance() {
    const reading = this.#clock() * this.#ticksPerNs;
    if (this.#latest === undefined || reading > this.#latest) this.#latest = reading;
    return this.#latest;
  }

  /** Returns the tick at which the bucket is full: `now` if it already is. */
  #refilledAt(key, now) {
    const fullAt = this.#fullAt.get(key) ?? now;
    return fullAt > now ? fullAt : now;
  }

  #makeRoom(now) {
    if (this.#fullAt.size >= this.#maxKeys && this.#dropFull(now) === 0) {
      throw new TooManyKeysError(`already holding ${this.#maxKeys} keys`);
    }
  }

  #dropFull(now) {
    const sizeBefore = this.#fullAt.size;
    for (const [key, fullAt] of this.#fullAt) {
      if (fullAt <= now) this.#fullAt.delete(key);
    }
    return sizeBefore - this.#fullAt.size;
  }
}

function requireInteger(name, value, atMost = Infinity) {
  if (!Number.isInteger(value) || value < 1 || value > atMost) {
    throw new RangeError(`${name} must be an integer from 1 to ${atMost}, not ${value}`);
  }
}

function requirePeriod(value) {
  if (typeof value !== "bigint" || value < 1n || value > MAX_PERIOD_NS) {
    throw new RangeError(`refillPeriodNs must be a bigint from 1 to ${MAX_PERIOD_NS}, not ${value}`);
  }
}

/** Divides a positive dividend, rounding up. */
function divideUp(dividend, divisor) {
  return (dividend + divisor - 1n) / divisor;
}
