// Instants are whole seconds since 1970-01-01T00:00:00Z.

const PATTERN =
  /^(\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:Z|([+-])([01]\d|2[0-3]):([0-5]\d))$/;
const EARLIEST = Date.UTC(2000, 0, 1) / 1000;
const LATEST = Date.UTC(2099, 11, 31, 23, 59, 59) / 1000;

/**
 * The instant a client wrote.
 *
 * @param {unknown} value
 * @returns {number | undefined} undefined if it is faulty
 */
export function parseInstant(value) {
  const match = typeof value === "string" ? PATTERN.exec(value) : null;
  if (match === null) {
    return undefined;
  }
  const [, local, sign, hours = 0, minutes = 0] = match;
  const localSeconds = Date.parse(`${local}Z`) / 1000;
  // Date.parse takes February 30th for March 2nd.
  if (Number.isNaN(localSeconds) || formatInstant(localSeconds) !== `${local}Z`) {
    return undefined;
  }
  const offset = (Number(hours) * 60 + Number(minutes)) * 60;
  const instant = sign === "-" ? localSeconds + offset : localSeconds - offset;
  return instant >= EARLIEST && instant <= LATEST ? instant : undefined;
}

/**
 * The instant in UTC, like `2025-03-01T09:30:00Z`.
 *
 * @param {number} instant
 */
export function formatInstant(instant) {
  return `${new Date(instant * 1000).toISOString().slice(0, 19)}Z`;
}
