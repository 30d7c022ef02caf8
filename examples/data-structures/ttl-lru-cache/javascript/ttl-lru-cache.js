/** Invalid capacity or TTL. */
export class InvalidArgumentError extends Error {
  name = "InvalidArgumentError";
}

/**
 * In-memory cache of at most `capacity` live entries with least-recently-used
 * eviction and an optional time to live (TTL) for each entry.
 *
 * An entry is expired as soon as the clock reads its deadline, and then counts
 * as absent everywhere. All times and TTLs are in milliseconds.
 */
export class TtlLruCache {
  #capacity;
  #defaultTtl;
  #clock;

  /** Maps keys to `{ value, deadline }`, ordered by use, the least recently used first. */
  #entries = new Map();

  /**
   * Never later than the earliest stored deadline. Replacing or removing
   * entries may leave it too early, which costs one fruitless sweep at most.
   */
  #nextDeadline = Infinity;

  #hits = 0;
  #misses = 0;
  #evictions = 0;

  /**
   * @param {number} capacity a whole number of at least 1
   * @param {object} [options]
   * @param {number} [options.defaultTtl] TTL of entries stored without one of their own;
   *   when left out, they never expire
   * @param {() => number} [options.clock] current time; must not go backwards
   * @throws {InvalidArgumentError} on an invalid capacity or default TTL
   */
  constructor(capacity, { defaultTtl, clock = () => performance.now() } = {}) {
    checkCapacity(capacity);
    checkTtl(defaultTtl);
    this.#capacity = capacity;
    this.#defaultTtl = defaultTtl ?? Infinity;
    this.#clock = clock;
  }

  /**
   * Stores the value, evicting the least recently used entry if there is no room.
   *
   * @param {*} key
   * @param {*} value
   * @param {object} [options]
   * @param {number} [options.ttl] used in place of the default TTL
   * @returns {void}
   * @throws {InvalidArgumentError} on an invalid TTL
   */
  put(key, value, { ttl } = {}) {
    checkTtl(ttl);
    this.#store(key, value, ttl);
  }

  /**
   * Returns the live value of the key and marks it as used.
   *
   * @param {*} key
   * @returns {*} undefined on a miss
   */
  get(key) {
    return this.#lookup(key)?.value;
  }

  /**
   * Returns the live value of the key, or else stores and returns `compute(key)`.
   *
   * @param {*} key
   * @param {(key: *) => *} compute may use this cache; what it throws is passed on,
   *   and then nothing is stored
   * @param {object} [options]
   * @param {number} [options.ttl] used in place of the default TTL; no effect on a hit
   * @returns {*}
   * @throws {InvalidArgumentError} on an invalid TTL
   */
  getOrCompute(key, compute, { ttl } = {}) {
    checkTtl(ttl);
    const entry = this.#lookup(key);
    if (entry) return entry.value;
    const value = compute(key);
    this.#store(key, value, ttl);
    return value;
  }

  /**
   * Tells whether the key has a live entry, without marking it as used.
   *
   * @param {*} key
   * @returns {boolean}
   */
  has(key) {
    this.#dropExpired();
    return this.#entries.has(key);
  }

  /**
   * Removes the key and tells whether it had a live entry.
   *
   * @param {*} key
   * @returns {boolean}
   */
  delete(key) {
    this.#dropExpired();
    return this.#entries.delete(key);
  }

  /**
   * Removes all entries; the counters stay.
   *
   * @returns {void}
   */
  clear() {
    this.#entries.clear();
  }

  /**
   * Lists the keys of the live entries, least recently used first.
   *
   * @returns {Array<*>}
   */
  keys() {
    this.#dropExpired();
    return [...this.#entries.keys()];
  }

  /**
   * The number of live entries.
   *
   * @returns {number}
   */
  get size() {
    this.#dropExpired();
    return this.#entries.size;
  }

  /**
   * Returns a snapshot of the counters.
   *
   * @returns {{hits: number, misses: number, evictions: number}}
   */
  stats() {
    return { hits: this.#hits, misses: this.#misses, evictions: this.#evictions };
  }

  /** Returns the live entry, if any, and counts the hit or miss. */
  #lookup(key) {
    this.#dropExpired();
    const entry = this.#entries.get(key);
    if (entry) {
      this.#hits += 1;
      this.#setMostRecent(key, entry);
    } else {
      this.#misses += 1;
    }
    return entry;
  }

  #store(key, value, ttl = this.#defaultTtl) {
    const now = this.#dropExpired();
    if (this.#entries.size >= this.#capacity && !this.#entries.has(key)) {
      this.#evictLeastRecent();
    }
    const deadline = now + ttl;
    this.#setMostRecent(key, { value, deadline });
    this.#nextDeadline = Math.min(this.#nextDeadline, deadline);
  }

  #setMostRecent(key, entry) {
    // A Map keeps the place of a key that is set again, so it has to go first.
    this.#entries.delete(key);
    this.#entries.set(key, entry);
  }

  #evictLeastRecent() {
    const [leastRecentKey] = this.#entries.keys();
    this.#entries.delete(leastRecentKey);
    this.#evictions += 1;
  }

  /** Removes every expired entry and returns the clock reading used for that. */
  #dropExpired() {
    const now = this.#clock();
    if (now >= this.#nextDeadline) this.#sweep(now);
    return now;
  }

  #sweep(now) {
    this.#nextDeadline = Infinity;
    for (const [key, { deadline }] of this.#entries) {
      if (now >= deadline) {
        this.#entries.delete(key);
      } else {
        this.#nextDeadline = Math.min(this.#nextDeadline, deadline);
      }
    }
  }
}

function checkCapacity(capacity) {
  if (!Number.isInteger(capacity) || capacity < 1) {
    throw new InvalidArgumentError("capacity must be a whole number of at least 1");
  }
}

/** Lets undefined pass: it stands for no TTL given. */
function checkTtl(ttl) {
  if (ttl !== undefined && !(Number.isFinite(ttl) && ttl > 0)) {
    throw new InvalidArgumentError("TTL must be a finite number greater than 0");
  }
}
