const ITEM = new RegExp(
  "^(?:(?:\\*|(?<first>V)-(?<last>V))(?:/(?<step>[0-9]+))?|(?<only>V))$".replaceAll("V", "(?:[0-9]+|[A-Za-z]+)"),
);
const MS_PER_MINUTE = 60_000;

// A 29th of February is at most this far away: a century year may not be a leap year.
const HORIZON_YEARS = 8;

/** Says why an expression is not a cron expression, and in which item of which field. */
export class CronError extends Error {
  name = "CronError";

  constructor(reason, field = null, item = "") {
    super(field === null ? reason : `${reason}: ${JSON.stringify(item)} in ${field}`);
    this.reason = reason;
    this.field = field;
    this.item = item;
  }
}

class Field {
  constructor(name, low, high, names = []) {
    this.name = name;
    this.low = low;
    this.high = high;
    this.names = names;
  }

  values(text) {
    return new Set(text.split(",").flatMap((item) => this.#itemValues(item)));
  }

  #itemValues(item) {
    const shape = ITEM.exec(item)?.groups;
    if (shape === undefined) throw new CronError("syntax", this.name, item);

    const first = this.#value(shape.only ?? shape.first, this.low);
    const last = this.#value(shape.only ?? shape.last, this.high);
    const step = Number(shape.step ?? 1);
    if (!this.#has(first) || !this.#has(last)) throw new CronError("value", this.name, item);
    if (first > last) throw new CronError("range", this.name, item);
    if (step < 1 || step > this.high) throw new CronError("step", this.name, item);

    const values = [];
    for (let value = first; value <= last; value += step) values.push(value);
    return values;
  }

  #value(text, missing) {
    if (text === undefined) return missing;
    if (/[0-9]/.test(text)) return Number(text);
    // An unknown name has the index -1, and so a value below the lowest.
    return this.low + this.names.indexOf(text.toUpperCase());
  }

  #has(value) {
    return this.low <= value && value <= this.high;
  }
}

const FIELDS = [
  new Field("minute", 0, 59),
  new Field("hour", 0, 23),
  new Field("day-of-month", 1, 31),
  new Field("month", 1, 12, [
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
  ]),
  new Field("day-of-week", 0, 7, ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]),
];

/** The minutes of UTC that a cron expression matches. */
export class Schedule {
  #timesOfDay;
  #days;
  #months;
  #weekdays;
  #eitherDay;

  /** Takes the sets of values of the fields; eitherDay says that one matching day field is enough. */
  constructor({ minutes, hours, days, months, weekdays, eitherDay }) {
    this.#timesOfDay = [...hours]
      .flatMap((hour) => [...minutes].map((minute) => (hour * 60 + minute) * MS_PER_MINUTE))
      .sort((a, b) => a - b);
    this.#days = days;
    this.#months = months;
    this.#weekdays = weekdays;
    this.#eitherDay = eitherDay;
  }

  /** Returns the schedule of an expression; throws a CronError if it is not well-formed. */
  static parse(expression) {
    const texts = expression.split(/[ \t]+/).filter((text) => text !== "");
    if (texts.length !== FIELDS.length) throw new CronError("field-count");

    const [minutes, hours, days, months, weekdays] = FIELDS.map((field, i) => field.values(texts[i]));
    return new Schedule({
      minutes,
      hours,
      days,
      months,
      weekdays: new Set([...weekdays].map((weekday) => weekday % 7)),
      eitherDay: texts[2] !== "*" && texts[4] !== "*",
    });
  }

  /** Returns the first matching minute after a time, or null if there is none at all. */
  nextAfter(time) {
    for (const midnight of this.#midnightsFrom(time)) {
      const timeOfDay = this.#timesOfDay.find((timeOfDay) => midnight + timeOfDay > time.getTime());
      if (timeOfDay !== undefined) return new Date(midnight + timeOfDay);
    }
    return null;
  }

  *#midnightsFrom(time) {
    const day = new Date(time);
    day.setUTCHours(0, 0, 0, 0);
    const lastYear = day.getUTCFullYear() + HORIZON_YEARS;
    while (day.getUTCFullYear() <= lastYear) {
      if (!this.#months.has(day.getUTCMonth() + 1)) {
        day.setUTCMonth(day.getUTCMonth() + 1, 1);
        continue;
      }
      if (this.#matchesDay(day)) yield day.getTime();
      day.setUTCDate(day.getUTCDate() + 1);
    }
  }

  #matchesDay(day) {
    const inMonth = this.#days.has(day.getUTCDate());
    const inWeek = this.#weekdays.has(day.getUTCDay());
    return this.#eitherDay ? inMonth || inWeek : inMonth && inWeek;
  }
}
