/** Tells the time in milliseconds since the epoch. */
export type Clock = () => number;

/** What the clock of an app is injected by. */
export const CLOCK = Symbol("clock");
