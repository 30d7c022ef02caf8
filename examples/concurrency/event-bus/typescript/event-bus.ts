const TOPIC = /^[\w-]+(?:\.[\w-]+)*$/;
const PATTERN = /^(?:(?:[\w-]+|\*)\.)*(?:[\w-]+|\*\*?)$/;
const MAX_PRIORITY = 1000;
const MAX_CASCADE_LIMIT = 1_000_000;

/** What a listener is called with. */
export interface BusEvent<Payload> {
  readonly topic: string;
  readonly payload: Payload;
}

/** Called synchronously; what it returns is ignored. */
export type Listener<Payload> = (event: BusEvent<Payload>) => void;

/** Ends a subscription; returns whether it was still in force. */
export type Cancel = () => boolean;

export interface SubscribeOptions {
  /** From -1000 to 1000; greater ones are called first. The default is 0. */
  readonly priority?: number;
  /** Whether the subscription ends with the first matching event. */
  readonly once?: boolean;
}

/** An error thrown by a listener. */
export interface Failure {
  readonly topic: string;
  readonly pattern: string;
  readonly error: unknown;
}

/** Listeners have failed; `errors` has what they threw. */
export class DeliveryError extends AggregateError {
  override readonly name = "DeliveryError";
  readonly failures: readonly Failure[];

  constructor(failures: readonly Failure[]) {
    super(failures.map(({ error }) => error), `${failures.length} listener call(s) failed`);
    this.failures = failures;
  }
}

/** Listeners have published too many events in answer to one. */
export class CascadeLimitError extends Error {
  override readonly name = "CascadeLimitError";

  constructor(limit: number) {
    super(`more than ${limit} events in one cascade`);
  }
}

export interface EventBus<Payload = unknown> {
  /** @throws RangeError if the pattern or the priority is invalid */
  subscribe(pattern: string, listener: Listener<Payload>, options?: SubscribeOptions): Cancel;

  /**
   * Calls the listeners whose pattern matches; within a listener, queues the event instead.
   *
   * @throws RangeError if the topic is invalid
   * @throws CascadeLimitError within a listener, if the cascade is at its limit
   * @throws DeliveryError outside of listeners, after everything is delivered, if listeners have thrown
   */
  publish(topic: string, payload: Payload): void;

  /** The number of subscriptions in force. */
  subscriptionCount(): number;
}

interface Subscription<Payload> {
  readonly pattern: string;
  readonly matches: (segments: readonly string[]) => boolean;
  readonly listener: Listener<Payload>;
  readonly priority: number;
  readonly once: boolean;
}

/**
 * Makes a bus without subscriptions.
 *
 * @throws RangeError if the limit of events in a cascade is not a whole number from 1 to 1,000,000
 */
export function createEventBus<Payload = unknown>(options: { cascadeLimit?: number } = {}): EventBus<Payload> {
  const { cascadeLimit = 1000 } = options;
  requireInteger("cascadeLimit", cascadeLimit, 1, MAX_CASCADE_LIMIT);

  // Those in force, in the order of subscribing.
  const subscriptions = new Set<Subscription<Payload>>();
  // The events of the current cascade, delivered ones too; empty between cascades.
  let cascade: BusEvent<Payload>[] = [];

  function receivers(topic: string): Subscription<Payload>[] {
    const segments = topic.split(".");
    return [...subscriptions]
      .filter(({ matches }) => matches(segments))
      .sort((one, other) => other.priority - one.priority);
  }

  function deliver(event: BusEvent<Payload>, failures: Failure[]): void {
    const { topic } = event;
    for (const subscription of receivers(topic)) {
      const inForce = subscription.once ? subscriptions.delete(subscription) : subscriptions.has(subscription);
      if (!inForce) {
        continue;
      }
      try {
        subscription.listener(event);
      } catch (error) {
        failures.push({ topic, pattern: subscription.pattern, error });
      }
    }
  }

  return {
    subscribe(pattern, listener, { priority = 0, once = false } = {}) {
      requireName("pattern", pattern, PATTERN);
      requireInteger("priority", priority, -MAX_PRIORITY, MAX_PRIORITY);
      const subscription = { pattern, matches: matcher(pattern), listener, priority, once };
      subscriptions.add(subscription);
      return () => subscriptions.delete(subscription);
    },

    publish(topic, payload) {
      requireName("topic", topic, TOPIC);
      if (cascade.length === cascadeLimit) {
        throw new CascadeLimitError(cascadeLimit);
      }
      if (cascade.push({ topic, payload }) > 1) {
        return;
      }
      const failures: Failure[] = [];
      for (const event of cascade) {
        deliver(event, failures);
      }
      cascade = [];
      if (failures.length > 0) {
        throw new DeliveryError(failures);
      }
    },

    subscriptionCount: () => subscriptions.size,
  };
}

function matcher(pattern: string): (segments: readonly string[]) => boolean {
  const wanted = pattern.split(".");
  const isOpen = wanted.at(-1) === "**";
  if (isOpen) {
    wanted.pop();
  }
  return (segments) =>
    (isOpen ? segments.length >= wanted.length : segments.length === wanted.length) &&
    wanted.every((segment, i) => segment === "*" || segment === segments[i]);
}

function requireName(what: string, name: string, form: RegExp): void {
  if (!form.test(name)) {
    throw new RangeError(`invalid ${what}: ${JSON.stringify(name)}`);
  }
}

function requireInteger(name: string, value: number, least: number, greatest: number): void {
  if (!Number.isInteger(value) || value < least || value > greatest) {
    throw new RangeError(`${name} must be a whole number from ${least} to ${greatest}, not ${value}`);
  }
}
