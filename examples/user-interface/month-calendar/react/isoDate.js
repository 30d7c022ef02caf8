const DAY_MS = 86_400_000;
const LEAST = Date.parse("0000-01-01");
const GREATEST = Date.parse("9999-12-31");

/** Throws a RangeError unless the text is an existing date such as `2027-03-05`. */
export function requireDate(text) {
  // Engines take February 30 for March 2, so the way back has to lead to the same text.
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(time) || fromTime(time) !== text) throw new RangeError(`not a date: ${text}`);
}

/** A date without a time is parsed as midnight UTC, where every day has 24 hours. Years have four digits: it ends there. */
export function addDays(date, days) {
  return fromTime(Date.parse(date) + days * DAY_MS);
}

/** The same day of another month, or its last day if it has fewer. */
export function addMonths(date, months) {
  const [year, month, day] = date.split("-").map(Number);
  const first = fromTime(timeOf(year, month - 1 + months, 1));
  return addDays(first, Math.min(day, daysInMonth(first)) - 1);
}

/** From 1 for Monday to 7 for Sunday. */
export function dayOfWeek(date) {
  return new Date(date).getUTCDay() || 7;
}

/** All dates of the month of this date. */
export function datesOfMonth(date) {
  const first = `${monthOf(date)}-01`;
  return Array.from({ length: daysInMonth(date) }, (_, index) => addDays(first, index));
}

/** Year and month, such as `2027-03`. */
export function monthOf(date) {
  return date.slice(0, 7);
}

function daysInMonth(date) {
  const [year, month] = date.split("-").map(Number);
  return new Date(timeOf(year, month, 0)).getUTCDate();
}

/** As `Date.UTC`, which takes the years from 0 to 99 for those from 1900. */
function timeOf(year, month, day) {
  return new Date(0).setUTCFullYear(year, month, day);
}

function fromTime(time) {
  const possible = Math.min(Math.max(time, LEAST), GREATEST);
  return new Date(possible).toISOString().slice(0, 10);
}
