const MAX_MS = 10 ** 15;

/**
 * @typedef {{user: string, timestampMs: number, page: string}} ClickEvent
 * @typedef {{user: string, startMs: number, endMs: number, pages: string[]}} Session
 */

/** Thrown by a sessionizer that is used after `finish`. */
export class FinishedError extends Error {
  name = "FinishedError";
}

/** A session that can still grow; its visits are in no particular order. */
class OpenSession {
  #visits;

  constructor({ user, timestampMs, page }, arrival) {
    this.user = user;
    this.startMs = timestampMs;
    this.endMs = timestampMs;
    this.firstArrival = arrival;
    this.#visits = [{ timestampMs, arrival, page }];
  }

  isWithin(gapMs, timestampMs) {
    return timestampMs >= this.startMs - gapMs && timestampMs <= this.endMs + gapMs;
  }

  /** Returns the session that holds the visits of both; only that one may be used afterwards. */
  mergedWith(other) {
    if (other.#visits.length > this.#visits.length) {
      return other.mergedWith(this);
    }
    for (const visit of other.#visits) {
      this.#visits.push(visit);
    }
    this.startMs = Math.min(this.startMs, other.startMs);
    this.endMs = Math.max(this.endMs, other.endMs);
    this.firstArrival = Math.min(this.firstArrival, other.firstArrival);
    return this;
  }

  toSession() {
    const visits = this.#visits.toSorted((a, b) => a.timestampMs - b.timestampMs || a.arrival - b.arrival);
    return { user: this.user, startMs: this.startMs, endMs: this.endMs, pages: visits.map(({ page }) => page) };
  }
}

/** Groups the click events of single users into sessions while they arrive. */
export class Sessionizer {
  #gapMs;
  #latenessMs;
  #newestMs = 0;
  #arrivals = 0;
  #lateEvents = 0;
  #finished = false;
  /** @type {Map<string, OpenSession[]>} */
  #openByUser = new Map();
  #earliestEndMs = Infinity;

  /**
   * @param {{gapMs: number, latenessMs: number}} options
   * @throws {RangeError} if the gap is no integer from 1 to 10^15 or the lateness none from 0 to 10^15
   */
  constructor({ gapMs, latenessMs }) {
    requireInteger("gapMs", gapMs, 1);
    requireInteger("latenessMs", latenessMs, 0);
    this.#gapMs = gapMs;
    this.#latenessMs = latenessMs;
  }

  /** How many events were dropped as late. */
  get lateEvents() {
    return this.#lateEvents;
  }

  /**
   * Takes the next event.
   *
   * @param {ClickEvent} event
   * @returns {Session[]} the sessions it closes, by end, then by their earliest arrived events
   * @throws {FinishedError} after `finish`
   * @throws {RangeError} if the user is empty or the timestamp is no integer from 0 to 10^15
   */
  add(event) {
    this.#requireUnfinished();
    requireValid(event);
    if (event.timestampMs < this.#watermarkMs()) {
      this.#lateEvents += 1;
      return [];
    }
    this.#newestMs = Math.max(this.#newestMs, event.timestampMs);
    this.#insert(event);
    return this.#closeEndingBefore(this.#watermarkMs() - this.#gapMs);
  }

  /**
   * Closes all sessions still open, and the sessionizer.
   *
   * @returns {Session[]} in the same order as those of `add`
   * @throws {FinishedError} if it was finished before
   */
  finish() {
    this.#requireUnfinished();
    this.#finished = true;
    return this.#closeEndingBefore(Infinity);
  }

  #requireUnfinished() {
    if (this.#finished) {
      throw new FinishedError("the sessionizer is finished");
    }
  }

  #watermarkMs() {
    return this.#newestMs - this.#latenessMs;
  }

  #insert(event) {
    const { near = [], far = [] } = Object.groupBy(this.#openByUser.get(event.user) ?? [], (session) =>
      session.isWithin(this.#gapMs, event.timestampMs) ? "near" : "far",
    );
    const added = new OpenSession(event, this.#arrivals++);
    const session = near.reduce((merged, neighbour) => merged.mergedWith(neighbour), added);
    this.#openByUser.set(event.user, [...far, session]);
    this.#earliestEndMs = Math.min(this.#earliestEndMs, session.endMs);
  }

  #closeEndingBefore(limitMs) {
    if (this.#earliestEndMs >= limitMs) {
      return [];
    }
    return this.#takeEndingBefore(limitMs)
      .sort((a, b) => a.endMs - b.endMs || a.firstArrival - b.firstArrival)
      .map((session) => session.toSession());
  }

  #takeEndingBefore(limitMs) {
    const open = [...this.#openByUser.values()].flat();
    const { due = [], kept = [] } = Object.groupBy(open, ({ endMs }) => (endMs < limitMs ? "due" : "kept"));
    this.#openByUser = Map.groupBy(kept, ({ user }) => user);
    this.#earliestEndMs = kept.reduce((earliest, { endMs }) => Math.min(earliest, endMs), Infinity);
    return due;
  }
}

function requireValid({ user, timestampMs }) {
  if (user === "") {
    throw new RangeError("user must not be empty");
  }
  requireInteger("timestampMs", timestampMs, 0);
}

function requireInteger(name, value, min) {
  if (!Number.isInteger(value) || value < min || value > MAX_MS) {
    throw new RangeError(`${name} must be an integer from ${min} to ${MAX_MS}, got ${value}`);
  }
}
