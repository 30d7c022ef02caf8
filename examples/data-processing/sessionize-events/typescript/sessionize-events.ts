const MAX_MS = 10 ** 15;

/** A click of a user on a page; `Sessionizer.add` checks it. */
export interface ClickEvent {
  readonly user: string;
  readonly timestampMs: number;
  readonly page: string;
}

/** A closed session: its least and greatest timestamps, and its pages by timestamp, then by arrival. */
export interface Session {
  readonly user: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly pages: readonly string[];
}

/** The sessionizer takes no more calls. */
export class FinishedError extends Error {
  override readonly name = "FinishedError";

  constructor() {
    super("the sessionizer is finished");
  }
}

interface Visit {
  readonly timestampMs: number;
  readonly arrival: number;
  readonly page: string;
}

interface OpenSession {
  startMs: number;
  endMs: number;
  firstArrival: number;
  readonly user: string;
  readonly visits: Visit[];
}

function open({ user, timestampMs, page }: ClickEvent, arrival: number): OpenSession {
  const visits = [{ timestampMs, arrival, page }];
  return { user, startMs: timestampMs, endMs: timestampMs, firstArrival: arrival, visits };
}

function close({ user, startMs, endMs, visits }: OpenSession): Session {
  visits.sort((one, other) => one.timestampMs - other.timestampMs || one.arrival - other.arrival);
  return { user, startMs, endMs, pages: visits.map((visit) => visit.page) };
}

/** Joins two sessions of one user in one of them, which is returned; the other must not be used any more. */
function merge(one: OpenSession, other: OpenSession): OpenSession {
  const [smaller, larger] = one.visits.length < other.visits.length ? [one, other] : [other, one];
  for (const visit of smaller.visits) {
    larger.visits.push(visit);
  }
  larger.startMs = Math.min(larger.startMs, smaller.startMs);
  larger.endMs = Math.max(larger.endMs, smaller.endMs);
  larger.firstArrival = Math.min(larger.firstArrival, smaller.firstArrival);
  return larger;
}

function compareForClosing(one: OpenSession, other: OpenSession): number {
  return one.endMs - other.endMs || one.firstArrival - other.firstArrival;
}

function requireRange(name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least || value > MAX_MS) {
    throw new RangeError(`${name} must be a whole number from ${least} to ${MAX_MS}, not ${value}`);
  }
}

function requireValid(event: ClickEvent): void {
  if (event.user === "") {
    throw new RangeError("the user is empty");
  }
  requireRange("timestampMs", event.timestampMs, 0);
}

/** Groups click events into sessions of single users while they arrive. */
export class Sessionizer {
  readonly #gapMs: number;
  readonly #latenessMs: number;
  readonly #openByUser = new Map<string, OpenSession[]>();
  #earliestEndMs = Infinity;
  #watermarkMs: number;
  #arrivals = 0;
  #lateEvents = 0;
  #finished = false;

  /**
   * @throws RangeError if the gap is not a whole number from 1 to 10^15, or the lateness not one from 0 to 10^15
   */
  constructor({ gapMs, latenessMs }: { gapMs: number; latenessMs: number }) {
    requireRange("gapMs", gapMs, 1);
    requireRange("latenessMs", latenessMs, 0);
    this.#gapMs = gapMs;
    this.#latenessMs = latenessMs;
    // No timestamp is below it, so the first event is not late.
    this.#watermarkMs = -latenessMs;
  }

  /** The number of events dropped because they were late. */
  get lateEvents(): number {
    return this.#lateEvents;
  }

  /**
   * Takes an event and returns the sessions that it closes, by end, then by earliest arrival.
   *
   * @throws FinishedError after `finish`
   * @throws RangeError if the user is empty, or the timestamp not a whole number from 0 to 10^15
   */
  add(event: ClickEvent): Session[] {
    this.#requireUnfinished();
    requireValid(event);
    if (event.timestampMs < this.#watermarkMs) {
      this.#lateEvents++;
      return [];
    }
    this.#accept(event);
    this.#watermarkMs = Math.max(this.#watermarkMs, event.timestampMs - this.#latenessMs);
    return this.#closeEndingBefore(this.#watermarkMs - this.#gapMs);
  }

  /**
   * Closes and returns all open sessions, ordered as by `add`.
   *
   * @throws FinishedError if called again
   */
  finish(): Session[] {
    this.#requireUnfinished();
    this.#finished = true;
    return this.#closeEndingBefore(Infinity);
  }

  #accept(event: ClickEvent): void {
    let session = open(event, this.#arrivals++);
    const apart: OpenSession[] = [];
    for (const own of this.#openByUser.get(event.user) ?? []) {
      if (this.#reaches(own, event.timestampMs)) {
        session = merge(session, own);
      } else {
        apart.push(own);
      }
    }
    this.#openByUser.set(event.user, [...apart, session]);
    this.#earliestEndMs = Math.min(this.#earliestEndMs, session.endMs);
  }

  #reaches({ startMs, endMs }: OpenSession, timestampMs: number): boolean {
    return startMs - this.#gapMs <= timestampMs && timestampMs <= endMs + this.#gapMs;
  }

  #closeEndingBefore(limitMs: number): Session[] {
    if (this.#earliestEndMs >= limitMs) {
      return [];
    }
    return this.#takeEndingBefore(limitMs).sort(compareForClosing).map(close);
  }

  #takeEndingBefore(limitMs: number): OpenSession[] {
    const due: OpenSession[] = [];
    this.#earliestEndMs = Infinity;
    for (const [user, sessions] of this.#openByUser) {
      const remaining: OpenSession[] = [];
      for (const session of sessions) {
        if (session.endMs < limitMs) {
          due.push(session);
        } else {
          remaining.push(session);
          this.#earliestEndMs = Math.min(this.#earliestEndMs, session.endMs);
        }
      }
      this.#replaceSessions(user, remaining);
    }
    return due;
  }

  #replaceSessions(user: string, sessions: OpenSession[]): void {
    if (sessions.length === 0) {
      this.#openByUser.delete(user);
    } else {
      this.#openByUser.set(user, sessions);
    }
  }

  #requireUnfinished(): void {
    if (this.#finished) {
      throw new FinishedError();
    }
  }
}
