import { formatTime } from "./times.ts";
import type { Interval } from "./times.ts";

/** The same object with its times as text. */
export type WithTimes<T extends Interval> = Omit<T, "start" | "end"> & { start: string; end: string };

/** The result of a search. */
export interface Items<T> {
  items: T[];
}

/** What clients see of a booking or a slot. */
export function withTimes<T extends Interval>(value: T): WithTimes<T> {
  return { ...value, start: formatTime(value.start), end: formatTime(value.end) };
}
