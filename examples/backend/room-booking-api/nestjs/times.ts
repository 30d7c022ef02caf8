// Points in time are whole seconds since 1970-01-01T00:00:00Z.

/** All instants from `start` on that come before `end`. */
export interface Interval {
  start: number;
  end: number;
}

const PATTERN = /^(\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:Z|([+-])([01]\d|2[0-3]):([0-5]\d))$/;
const EARLIEST = Date.UTC(2000, 0) / 1000;
const LATEST = Date.UTC(2100, 0) / 1000 - 1;

/** The instant of a time with an offset; undefined if it is faulty. */
export function parseTime(value: unknown): number | undefined {
  const match = typeof value === "string" ? PATTERN.exec(value) : null;
  if (match === null) return undefined;
  const [, local, sign, hours, minutes] = match;
  const seconds = Date.parse(`${local}Z`) / 1000;
  // Date.parse makes March 2nd of February 30th, and NaN of some other dates that do not exist.
  if (Number.isNaN(seconds) || formatTime(seconds) !== `${local}Z`) return undefined;
  const offset = sign === undefined ? 0 : Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes)) * 60;
  const instant = seconds - offset;
  return EARLIEST <= instant && instant <= LATEST ? instant : undefined;
}

/** The time in UTC, such as `2025-03-01T09:30:00Z`. */
export function formatTime(instant: number): string {
  return new Date(instant * 1000).toISOString().replace(".000", "");
}
