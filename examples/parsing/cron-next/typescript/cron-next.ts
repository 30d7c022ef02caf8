export type FieldName = "minute" | "hour" | "day-of-month" | "month" | "day-of-week";
export type CronErrorReason = "field-count" | "syntax" | "value" | "range" | "step";

interface FieldValues {
  minutes: ReadonlySet<number>;
  hours: ReadonlySet<number>;
  days: ReadonlySet<number>;
  months: ReadonlySet<number>;
  weekdays: ReadonlySet<number>;
  /** Whether one matching day field is enough. */
  eitherDay: boolean;
}

const ITEM = new RegExp(
  "^(?:(?:\\*|(?<first>V)-(?<last>V))(?:/(?<step>[0-9]+))?|(?<only>V))$".replaceAll("V", "(?:[0-9]+|[A-Za-z]+)"),
);
const MS_PER_MINUTE = 60_000;

// A 29th of February is at most this far away: a century year may not be a leap year.
const HORIZON_YEARS = 8;

/** Says why an expression is not a cron expression, and in which item of which field. */
export class CronError extends Error {
  override readonly name = "CronError";
  readonly reason: CronErrorReason;
  readonly field: FieldName | null;
  readonly item: string;

  constructor(reason: CronErrorReason, field: FieldName | null = null, item = "") {
    super(field === null ? reason : `${reason}: ${JSON.stringify(item)} in ${field}`);
    this.reason = reason;
    this.field = field;
    this.item = item;
  }
}

class Field {
  readonly #name: FieldName;
  readonly #low: number;
  readonly #high: number;
  readonly #names: readonly string[];

  constructor(name: FieldName, low: number, high: number, names: readonly string[] = []) {
    this.#name = name;
    this.#low = low;
    this.#high = high;
    this.#names = names;
  }

  values(text: string): Set<number> {
    return new Set(text.split(",").flatMap((item) => this.#itemValues(item)));
  }

  #itemValues(item: string): number[] {
    const shape = ITEM.exec(item)?.groups;
    if (shape === undefined) throw new CronError("syntax", this.#name, item);

    const first = this.#value(shape.only ?? shape.first, this.#low);
    const last = this.#value(shape.only ?? shape.last, this.#high);
    const step = Number(shape.step ?? 1);
    if (!this.#has(first) || !this.#has(last)) throw new CronError("value", this.#name, item);
    if (first > last) throw new CronError("range", this.#name, item);
    if (step < 1 || step > this.#high) throw new CronError("step", this.#name, item);

    const values: number[] = [];
    for (let value = first; value <= last; value += step) values.push(value);
    return values;
  }

  #value(text: string | undefined, missing: number): number {
    if (text === undefined) return missing;
    if (/[0-9]/.test(text)) return Number(text);
    // An unknown name has the index -1, and so a value below the lowest.
    return this.#low + this.#names.indexOf(text.toUpperCase());
  }

  #has(value: number): boolean {
    return this.#low <= value && value <= this.#high;
  }
}

const MINUTE = new Field("minute", 0, 59);
const HOUR = new Field("hour", 0, 23);
const DAY_OF_MONTH = new Field("day-of-month", 1, 31);
const MONTH = new Field("month", 1, 12, [
  "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
]);
const DAY_OF_WEEK = new Field("day-of-week", 0, 7, ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]);

/** The minutes of UTC that a cron expression matches. */
export class Schedule {
  readonly #values: FieldValues;
  readonly #timesOfDay: readonly number[];

  private constructor(values: FieldValues) {
    this.#values = values;
    this.#timesOfDay = [...values.hours]
      .flatMap((hour) => [...values.minutes].map((minute) => (hour * 60 + minute) * MS_PER_MINUTE))
      .sort((a, b) => a - b);
  }

  /** Returns the schedule of an expression; throws a CronError if it is not well-formed. */
  static parse(expression: string): Schedule {
    const texts = expression.split(/[ \t]+/).filter((text) => text !== "");
    if (!isFive(texts)) throw new CronError("field-count");

    const [minute, hour, dayOfMonth, month, dayOfWeek] = texts;
    return new Schedule({
      // In the order of the expression: the first bad item is the one that is reported.
      minutes: MINUTE.values(minute),
      hours: HOUR.values(hour),
      days: DAY_OF_MONTH.values(dayOfMonth),
      months: MONTH.values(month),
      weekdays: new Set([...DAY_OF_WEEK.values(dayOfWeek)].map((weekday) => weekday % 7)),
      eitherDay: dayOfMonth !== "*" && dayOfWeek !== "*",
    });
  }

  /** Returns the first matching minute after a time, or null if there is none at all. */
  nextAfter(time: Date): Date | null {
    for (const midnight of this.#midnightsFrom(time)) {
      const timeOfDay = this.#timesOfDay.find((timeOfDay) => midnight + timeOfDay > time.getTime());
      if (timeOfDay !== undefined) return new Date(midnight + timeOfDay);
    }
    return null;
  }

  *#midnightsFrom(time: Date): Generator<number, void> {
    const day = new Date(time);
    day.setUTCHours(0, 0, 0, 0);
    const lastYear = day.getUTCFullYear() + HORIZON_YEARS;
    while (day.getUTCFullYear() <= lastYear) {
      if (!this.#values.months.has(day.getUTCMonth() + 1)) {
        day.setUTCMonth(day.getUTCMonth() + 1, 1);
        continue;
      }
      if (this.#matchesDay(day)) yield day.getTime();
      day.setUTCDate(day.getUTCDate() + 1);
    }
  }

  #matchesDay(day: Date): boolean {
    const inMonth = this.#values.days.has(day.getUTCDate());
    const inWeek = this.#values.weekdays.has(day.getUTCDay());
    return this.#values.eitherDay ? inMonth || inWeek : inMonth && inWeek;
  }
}

function isFive(texts: string[]): texts is [string, string, string, string, string] {
  return texts.length === 5;
}
