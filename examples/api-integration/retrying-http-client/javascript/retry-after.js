/** The value of the `Retry-After` header of RFC 9110: a number of seconds or a date. */

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const MONTH = `(?<month>${MONTHS.join("|")})`;
const TIME = String.raw`(?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)`;
const DAY_NAME = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
const LONG_DAY_NAME = "(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)";
const DATE_FORMS = [
  String.raw`${DAY_NAME}, (?<day>\d\d) ${MONTH} (?<year>\d{4}) ${TIME} GMT`,
  String.raw`${LONG_DAY_NAME}, (?<day>\d\d)-${MONTH}-(?<year>\d\d) ${TIME} GMT`,
  String.raw`${DAY_NAME} ${MONTH} (?<day>\d\d| \d) ${TIME} (?<year>\d{4})`,
].map((form) => new RegExp(`^${form}$`));
const FURTHEST_YEARS_AHEAD = 50;

/**
 * Tells how long a header value asks to wait.
 *
 * @param {string} value
 * @param {() => number} now the wall clock, read only if the value has the form of a date
 * @returns {number | undefined} milliseconds, 0 or more; undefined if the value is unusable
 */
export function parseRetryAfter(value, now) {
  if (/^[0-9]+$/.test(value)) return Number(value) * 1000;
  for (const form of DATE_FORMS) {
    const fields = form.exec(value)?.groups;
    if (fields) return waitUntil(fields, now());
  }
  return undefined;
}

function waitUntil(fields, nowMs) {
  const date = dateIn(yearOf(fields, nowMs), fields);
  return date && Math.max(0, date.getTime() - nowMs);
}

/** Two digits mean the latest year with these digits that puts the date at most 50 years after now. */
function yearOf(fields, nowMs) {
  if (fields.year.length === 4) return Number(fields.year);
  const furthest = new Date(nowMs);
  furthest.setUTCFullYear(furthest.getUTCFullYear() + FURTHEST_YEARS_AHEAD);
  const furthestYear = furthest.getUTCFullYear();
  const year = furthestYear - ((furthestYear - Number(fields.year)) % 100);
  return dateIn(year, fields) > furthest ? year - 100 : year;
}

/** Returns undefined if there is no such date. */
function dateIn(year, { month, day, hour, minute, second }) {
  const yearMonth = `${String(year).padStart(4, "0")}-${String(MONTHS.indexOf(month) + 1).padStart(2, "0")}`;
  const text = `${yearMonth}-${day.replace(" ", "0")}T${hour}:${minute}:${second}.000Z`;
  const date = new Date(text);
  // Date takes 30 February for 1 March, and 24:00:00 for the next day.
  return !Number.isNaN(date.getTime()) && date.toISOString() === text ? date : undefined;
}
