import assert from "node:assert/strict";
import { test } from "node:test";

import { CronError, Schedule } from "./cron-next.js";

// A zone with daylight saving, so that reading or writing local time shows in every test.
process.env.TZ = "America/New_York";

const FIELDS = ["minute", "hour", "day-of-month", "month", "day-of-week"];
const [MINUTE, HOUR, DAY_OF_MONTH, MONTH, DAY_OF_WEEK] = FIELDS;

const utc = (text) => new Date(text.length === 10 ? `${text}T00:00:00Z` : `${text.replace(" ", "T")}Z`);
const range = (first, last) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

function next(expression, given) {
  return Schedule.parse(expression).nextAfter(utc(given));
}

function run(expression, start, count) {
  const schedule = Schedule.parse(expression);
  const found = [];
  for (let at = utc(start); found.length < count; found.push(at)) at = schedule.nextAfter(at);
  return found;
}

function days(expression, start, count) {
  return run(expression, start, count).map((at) => at.toISOString().slice(5, 10));
}

// An expression that shows the values of a field, and a span with each of them once.
const VALUES_OF = {
  [MINUTE]: ["V * * * *", "2024-01-01 00:59", "2024-01-01 01:59", (at) => at.getUTCMinutes()],
  [HOUR]: ["0 V * * *", "2024-01-01 23:00", "2024-01-02 23:00", (at) => at.getUTCHours()],
  [DAY_OF_MONTH]: ["0 0 V 1 *", "2023-12-31", "2024-01-31", (at) => at.getUTCDate()],
  [MONTH]: ["0 0 1 V *", "2023-12-01", "2024-12-01", (at) => at.getUTCMonth() + 1],
  [DAY_OF_WEEK]: ["0 0 * * V", "2024-01-06", "2024-01-13", (at) => at.getUTCDay()],
};

function values(field, text) {
  const [template, start, end, read] = VALUES_OF[field];
  const schedule = Schedule.parse(template.replace("V", text));
  const found = [];
  let at = schedule.nextAfter(utc(start));
  // A schedule that stands still must not hang the test.
  while (at <= utc(end) && found.length <= 60) {
    found.push(read(at));
    at = schedule.nextAfter(at);
  }
  return found;
}

function assertValues(cases) {
  for (const [field, text, expected] of cases) {
    assert.deepEqual(values(field, text), expected, `${field} ${text.slice(0, 30)}`);
  }
}

function assertError(expression, reason, field, item) {
  assert.throws(
    () => Schedule.parse(expression),
    (error) => {
      assert.ok(error instanceof CronError);
      assert.deepEqual([error.reason, error.field, error.item], [reason, field, item]);
      return true;
    },
    expression.slice(0, 50),
  );
}

function assertErrorIn(field, item, reason) {
  assertError(FIELDS.map((name) => (name === field ? item : "*")).join(" "), reason, field, item);
}

test("R1: ranges and steps", () => {
  assertValues([
    [MINUTE, "*", range(0, 59)],
    [MINUTE, "0", [0]],
    [MINUTE, "59", [59]],
    [MINUTE, "58-59", [58, 59]],
    [MINUTE, "3-3", [3]],
    [MINUTE, "10-40/15", [10, 25, 40]],
    [MINUTE, "10-39/15", [10, 25]],
    [MINUTE, "10-12/5", [10]],
    [MINUTE, "*/25", [0, 25, 50]],
    [MINUTE, "*/59", [0, 59]],
    [HOUR, "*", range(0, 23)],
    [HOUR, "7-22/5", [7, 12, 17, 22]],
    [HOUR, "*/23", [0, 23]],
    [DAY_OF_MONTH, "*", range(1, 31)],
    [DAY_OF_MONTH, "*/10", [1, 11, 21, 31]],
    [DAY_OF_MONTH, "*/31", [1]],
    [MONTH, "*", range(1, 12)],
    [MONTH, "*/5", [1, 6, 11]],
    [MONTH, "*/12", [1]],
    [DAY_OF_WEEK, "*", range(0, 6)],
    [DAY_OF_WEEK, "2-6/3", [2, 5]],
  ]);
});

test("R1: lists are unions in any order", () => {
  assertValues([
    [MINUTE, "40,5,20", [5, 20, 40]],
    [MINUTE, "7,7,5-8,6-9", [5, 6, 7, 8, 9]],
    [MINUTE, "50-55/5,*/30,1", [0, 1, 30, 50, 55]],
    [HOUR, "22-23,0", [0, 22, 23]],
    [DAY_OF_MONTH, "31,1,15", [1, 15, 31]],
  ]);
});

test("R1: unordered lists are visited in the order of time", () => {
  assert.deepEqual(run("40,5 17,9 * * *", "2024-05-17", 4), [
    utc("2024-05-17 09:05"),
    utc("2024-05-17 09:40"),
    utc("2024-05-17 17:05"),
    utc("2024-05-17 17:40"),
  ]);
});

test("R1: names stand for values", () => {
  assertValues([
    [MONTH, "jan,Mar-MAY", [1, 3, 4, 5]],
    [MONTH, "feb-8/3", [2, 5, 8]],
    [MONTH, "11-Dec", [11, 12]],
    [DAY_OF_WEEK, "mon-FRI", [1, 2, 3, 4, 5]],
    [DAY_OF_WEEK, "Tue-6/2,SUN", [0, 2, 4, 6]],
  ]);
});

test("R1: every name", () => {
  "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC"
    .split(" ")
    .forEach((name, index) => assertValues([[MONTH, name, [index + 1]]]));
  "SUN MON TUE WED THU FRI SAT"
    .split(" ")
    .forEach((name, index) => assertValues([[DAY_OF_WEEK, name, [index]]]));
});

test("R1: leading zeros", () => {
  assertValues([
    [MINUTE, "00", [0]],
    [MINUTE, "08", [8]],
    [MINUTE, "005-0010/005", [5, 10]],
    [MINUTE, "0".repeat(5000) + "7", [7]],
    [MINUTE, "*/" + "0".repeat(5000) + "30", [0, 30]],
  ]);
});

test("R2: the first minute strictly later", () => {
  for (const [given, expected] of [
    ["2024-05-17 00:00:00", "2024-05-17 10:00"],
    ["2024-05-17 09:59:00", "2024-05-17 10:00"],
    ["2024-05-17 09:59:30", "2024-05-17 10:00"],
    ["2024-05-17 09:59:59.999", "2024-05-17 10:00"],
    ["2024-05-17 10:00:00", "2024-05-18 10:00"],
    ["2024-05-17 10:00:00.001", "2024-05-18 10:00"],
    ["2024-05-17 10:00:59", "2024-05-18 10:00"],
    ["2024-05-17 10:01:00", "2024-05-18 10:00"],
  ]) {
    assert.deepEqual(next("0 10 * * *", given), utc(expected), given);
  }
});

test("R2: every minute follows the last", () => {
  assert.deepEqual(next("* * * * *", "2024-05-17 09:30"), utc("2024-05-17 09:31"));
  assert.deepEqual(next("* * * * *", "2024-05-17 09:30:59.5"), utc("2024-05-17 09:31"));
});

test("R2: several hours and minutes", () => {
  for (const [given, expected] of [
    ["09:14", "17 09:15"],
    ["09:15", "17 09:45"],
    ["09:45", "17 17:15"],
    ["10:20", "17 17:15"],
    ["16:59", "17 17:15"],
    ["17:15", "17 17:45"],
    ["17:45", "18 09:15"],
    ["18:00", "18 09:15"],
  ]) {
    assert.deepEqual(next("15,45 9,17 * * *", `2024-05-17 ${given}`), utc(`2024-05-${expected}`), given);
  }
});

test("R2: the given time is not changed", () => {
  const given = utc("2024-05-17 10:00:30.250");
  const result = Schedule.parse("0 10 1 1 *").nextAfter(given);
  assert.deepEqual(given, utc("2024-05-17 10:00:30.250"));
  assert.notEqual(result, given);
});

test("R2: questions are independent", () => {
  const schedule = Schedule.parse("0 10 * * *");
  for (let round = 0; round < 2; round++) {
    const late = schedule.nextAfter(utc("2030-01-01"));
    assert.deepEqual(late, utc("2030-01-01 10:00"));
    late.setUTCFullYear(1999); // a result belongs to the caller
    assert.deepEqual(schedule.nextAfter(utc("2020-01-01")), utc("2020-01-01 10:00"));
  }
});

test("R2: the time zone of the machine has no influence", () => {
  // The night in which this zone has no 02:30, and the one in which it has 01:30 twice.
  for (const night of ["2024-03-10", "2024-11-03"]) {
    assert.deepEqual(
      run("30 * * * *", `${night} 00:30`, 8),
      range(1, 8).map((hour) => utc(`${night} 0${hour}:30`)),
    );
  }
});

test("R3: either restricted day field is enough", () => {
  assert.deepEqual(days("0 0 13 * FRI", "2024-09-01", 8), [
    "09-06", "09-13", "09-20", "09-27", "10-04", "10-11", "10-13", "10-18",
  ]);
});

test("R3: an unrestricted day field leaves the other alone", () => {
  assert.deepEqual(days("0 0 13 * *", "2024-09-01", 3), ["09-13", "10-13", "11-13"]);
  assert.deepEqual(days("0 0 * * FRI", "2024-09-01", 3), ["09-06", "09-13", "09-20"]);
  assert.deepEqual(days("0 0 * * *", "2024-09-01", 3), ["09-02", "09-03", "09-04"]);
});

test("R3: all values still restrict unless exactly a star", () => {
  for (const fields of [
    "*/1 * FRI", "*,13 * FRI", "1-31 * FRI", "13 * */1", "13 * *,FRI", "13 * 0-6", "13 * 1-7",
  ]) {
    assert.deepEqual(days(`0 0 ${fields}`, "2024-09-01", 4), ["09-02", "09-03", "09-04", "09-05"], fields);
  }
  assert.deepEqual(days("0 0 */1 * *", "2024-09-01", 2), ["09-02", "09-03"]);
  assert.deepEqual(days("0 0 * * */1", "2024-09-01", 2), ["09-02", "09-03"]);
});

test("R3: month, hour and minute match in any case", () => {
  assert.deepEqual(run("30 6 13 9 FRI", "2024-09-20", 3), [
    utc("2024-09-20 06:30"),
    utc("2024-09-27 06:30"),
    utc("2025-09-05 06:30"),
  ]);
  assert.deepEqual(days("0 0 31 2 MON", "2024-02-19", 2), ["02-26", "02-03"]);
});

test("R4: Sunday is 0 and 7", () => {
  assertValues([
    [DAY_OF_WEEK, "0", [0]],
    [DAY_OF_WEEK, "7", [0]],
    [DAY_OF_WEEK, "SUN", [0]],
    [DAY_OF_WEEK, "0,7,sun", [0]],
    [DAY_OF_WEEK, "7-7", [0]],
    [DAY_OF_WEEK, "5-7", [0, 5, 6]],
    [DAY_OF_WEEK, "0-7", [0, 1, 2, 3, 4, 5, 6]],
    [DAY_OF_WEEK, "SUN-2", [0, 1, 2]],
    [DAY_OF_WEEK, "FRI-7", [0, 5, 6]],
    [DAY_OF_WEEK, "1-7/2", [0, 1, 3, 5]],
    [DAY_OF_WEEK, "2-7/5", [0, 2]],
    [DAY_OF_WEEK, "1-7/7", [1]],
    [DAY_OF_WEEK, "*/2", [0, 2, 4, 6]],
    [DAY_OF_WEEK, "*/3", [0, 3, 6]],
    [DAY_OF_WEEK, "*/7", [0]],
  ]);
});

test("R4: ranges of weekdays compare numbers", () => {
  for (const item of ["FRI-SUN", "6-0", "7-0", "7-sun", "SAT-MON"]) assertErrorIn(DAY_OF_WEEK, item, "range");
});

test("R5: a later hour, day, month or year", () => {
  for (const [expression, given, expected] of [
    ["5 * * * *", "2024-05-17 09:05", "2024-05-17 10:05"],
    ["5 * * * *", "2024-05-17 23:30", "2024-05-18 00:05"],
    ["* * * * *", "2024-02-29 23:59", "2024-03-01"],
    ["* * * * *", "2023-02-28 23:59", "2023-03-01"],
    ["* * * * *", "2024-12-31 23:59:59", "2025-01-01"],
    ["0 0 1 1 *", "2024-01-01", "2025-01-01"],
    ["0 0 1 2 *", "2024-01-31", "2024-02-01"],
    ["59 23 31 12 *", "2024-12-31 23:58", "2024-12-31 23:59"],
    ["59 23 31 12 *", "2024-12-31 23:59", "2025-12-31 23:59"],
    ["15 6 10 3 *", "2024-05-17 09:30", "2025-03-10 06:15"],
    ["* * * * *", "1970-01-01", "1970-01-01 00:01"],
    ["* * * * *", "9990-12-31 23:59:59", "9991-01-01"],
    ["0 0 * * MON", "2100-02-25", "2100-03-01"],
  ]) {
    assert.deepEqual(next(expression, given), utc(expected), `${expression} after ${given}`);
  }
});

test("R5: months without a 31st are left out", () => {
  assert.deepEqual(days("0 0 31 * *", "2024-01-01", 8), [
    "01-31", "03-31", "05-31", "07-31", "08-31", "10-31", "12-31", "01-31",
  ]);
  assert.deepEqual(days("0 0 30 * *", "2024-01-30", 2), ["03-30", "04-30"]);
});

test("R5: leap days", () => {
  for (const [given, year] of [
    ["1996-02-29", 2000],
    ["2023-03-01", 2024],
    ["2024-02-28 23:59", 2024],
    ["2024-02-29", 2028],
    ["2096-02-29", 2104],
    ["2096-02-29 12:30", 2104],
    ["2099-12-31", 2104],
    ["9990-12-31 23:59", 9992],
  ]) {
    assert.deepEqual(next("0 0 29 2 *", given), utc(`${year}-02-29`), given);
  }
});

test("R5: days of no year give no time", () => {
  for (const expression of ["0 0 30 2 *", "0 0 31 4,6 *", "* * 30-31 FEB *"]) {
    for (const given of ["1970-01-01", "2024-02-29", "9990-12-31 23:59:59"]) {
      assert.equal(next(expression, given), null);
    }
  }
});

test("R6: other than five fields", () => {
  for (const expression of [
    "", " ", " \t ", "@daily", "* * * *", "* * * * * *", "60 ? 1- L", "x 99 , */0 -1 ?",
  ]) {
    assertError(expression, "field-count", null, "");
  }
});

test("R6: spaces and tabs separate", () => {
  for (const expression of ["0\t10\t*\t*\t*", "0   10 \t * \t\t* *", " \t0 10 * * *", "0 10 * * *\t "]) {
    assert.deepEqual(next(expression, "2024-05-17 09:00"), utc("2024-05-17 10:00"));
  }
});

test("R6: other white space belongs to the field", () => {
  for (const space of ["\n", "\r", "\v", "\f", "\u00a0", "\u2003", "\ufeff"]) {
    assertError(`0 10 * * *${space}`, "syntax", DAY_OF_WEEK, `*${space}`);
    assertError(`${space}0 10 * * *`, "syntax", MINUTE, `${space}0`);
    assertError(`0 10${space} * * *`, "syntax", HOUR, `10${space}`);
    assertError(`0 10 * 1-5/2${space} *`, "syntax", MONTH, `1-5/2${space}`);
    assertError(`0${space}10 * * *`, "field-count", null, "");
  }
});

test("R7: bad shapes", () => {
  const items = [
    "5/10", "1-", "-1", "1--3", "5L", "L5", "*-5", "5-*", "?", "**", "*5", "*/", "/5", "*/-1",
    "*/MON", "1-5/", "1-5/x", "1-2-3", "*/2/3", "+1", "1.5", "1e1", "1-5L", "JAN/2",
    "\u0665", "\uff15", "1-\uff15", "*/\uff15", "\u00b2", "\u00c4PR", "\u017fun",
  ];
  for (const field of FIELDS) for (const item of items) assertErrorIn(field, item, "syntax");
});

test("R7: empty items", () => {
  for (const list of ["1,,2", ",1", "1,", ","]) assertError(`* * ${list} * *`, "syntax", DAY_OF_MONTH, "");
});

test("R7: bad values", () => {
  for (const [field, item] of [
    [MINUTE, "60"],
    [MINUTE, "50-60"],
    [MINUTE, "256"],
    [MINUTE, "4294967296-5"],
    [MINUTE, "18446744073709551616"],
    [MINUTE, "99999999999999999999"],
    [MINUTE, "9".repeat(5000)],
    [HOUR, "24"],
    [DAY_OF_MONTH, "0"],
    [DAY_OF_MONTH, "00-5"],
    [DAY_OF_MONTH, "32"],
    [MONTH, "0"],
    [MONTH, "13"],
    [DAY_OF_WEEK, "8"],
    [DAY_OF_WEEK, "1-8"],
    [MONTH, "MON"],
    [DAY_OF_WEEK, "Jan"],
    [MINUTE, "SUN"],
    [HOUR, "jan"],
    [DAY_OF_MONTH, "L"],
    [MONTH, "JANUARY"],
    [MONTH, "ja"],
    [MONTH, "constructor"],
    [DAY_OF_WEEK, "Sunday"],
    [DAY_OF_WEEK, "MON-L"],
  ]) {
    assertErrorIn(field, item, "value");
  }
});

test("R7: bad ranges", () => {
  for (const [field, item] of [[MINUTE, "30-10"], [HOUR, "1-0/2"], [MONTH, "Mar-FEB"], [MONTH, "mar-2"]]) {
    assertErrorIn(field, item, "range");
  }
});

test("R7: bad steps", () => {
  for (const [field, greatest] of [[MINUTE, 59], [HOUR, 23], [DAY_OF_MONTH, 31], [MONTH, 12], [DAY_OF_WEEK, 7]]) {
    for (const step of ["0", "000", greatest + 1, "256", "99999999999999999999", "18446744073709551617"]) {
      assertErrorIn(field, `*/${step}`, "step");
      assertErrorIn(field, `1-5/${step}`, "step");
    }
    assertValues([[field, `1-2/${greatest}`, [1]]]);
  }
});

test("R7: the first bad item is reported", () => {
  assertError("0 24 ? */0 9", "value", HOUR, "24");
  assertError("0 0 5-1 ? 8", "range", DAY_OF_MONTH, "5-1");
  assertError("1,61,?,*/0 ? * * *", "value", MINUTE, "61");
  assertError("*/0,60 * * * *", "step", MINUTE, "*/0");
  assertError("* * * * 1,Mon-Fry,x-", "value", DAY_OF_WEEK, "Mon-Fry");
});

test("R7: the first reason of an item is reported", () => {
  assertErrorIn(MINUTE, "60-/0", "syntax");
  assertErrorIn(MINUTE, "60-50/0", "value");
  assertErrorIn(MINUTE, "5-x/0", "value");
  assertErrorIn(MINUTE, "40-10/0", "range");
});

test("R7: errors are of class Error", () => {
  assert.throws(() => Schedule.parse("60 * * * *"), Error);
});

test("R8: hundreds of questions", () => {
  const started = performance.now();
  for (const year of range(2000, 2099)) {
    const leapDay = next("0 0 29 2 *", `${year}-02-28`);
    assert.deepEqual([leapDay.getUTCMonth(), leapDay.getUTCDate()], [1, 29]);
    assert.equal(next("0 0 30 2 *", `${year}-02-28`), null);
  }
  assert.ok(performance.now() - started < 2000);
});
