const MONDAY = { firstDay: 1 };
const A_MONDAY = Date.UTC(2027, 2, 1);
const DAY_MS = 86_400_000;

/** How a locale writes dates, all as functions of a date such as `2027-03-05`, and on which day, 1 to 7, its weeks begin. */
export function calendarLocale(name) {
  const locale = new Intl.Locale(name);
  // A method by the standard, a property in older engines, and missing in some.
  const { firstDay } = locale.getWeekInfo?.() ?? locale.weekInfo ?? MONDAY;
  const formatter = (options) => new Intl.DateTimeFormat(name, { ...options, calendar: "gregory", timeZone: "UTC" });
  const full = formatter({ dateStyle: "full" });
  const month = formatter({ month: "long", year: "numeric" });
  const long = formatter({ weekday: "long" });
  const short = formatter({ weekday: "short" });
  const number = new Intl.NumberFormat(name);

  const weekdays = Array.from({ length: 7 }, (_, index) => {
    const time = A_MONDAY + (firstDay - 1 + index) * DAY_MS;
    return { long: long.format(time), short: short.format(time) };
  });

  return {
    firstDay,
    weekdays,
    nameOf: (date) => full.format(Date.parse(date)),
    monthNameOf: (date) => month.format(Date.parse(date)),
    numberOf: (date) => number.format(Number(date.slice(8))),
  };
}
