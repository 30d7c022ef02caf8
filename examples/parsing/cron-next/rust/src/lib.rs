//! Cron expressions of five fields, and the minutes of UTC that match them.

mod calendar;
mod field;

use std::fmt;
use std::str::FromStr;

use calendar::Date;
use field::ValueSet;

pub use field::Field;

/// A 29th of February is at most this far away: a century year may not be a leap year.
const HORIZON_YEARS: i32 = 8;

/// A minute of UTC. A given one is always a date and time that exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CivilMinute {
    pub year: i32,
    /// 1 to 12
    pub month: u8,
    /// 1 to 31
    pub day: u8,
    pub hour: u8,
    pub minute: u8,
}

/// Why an expression is not a cron expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// There are not exactly five fields.
    FieldCount,
    /// The item has none of the shapes of an item.
    Syntax,
    /// A value is out of range, or a name that the field does not have.
    Value,
    /// The first value of a range is greater than the last.
    Range,
    /// The step is 0 or greater than the greatest value of the field.
    Step,
}

/// Says why an expression is not a cron expression, and in which item of which field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CronError {
    pub reason: Reason,
    /// None if the number of fields is wrong.
    pub field: Option<Field>,
    /// The item as given.
    pub item: String,
}

impl fmt::Display for CronError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reason = match self.reason {
            Reason::FieldCount => "not exactly five fields",
            Reason::Syntax => "malformed item",
            Reason::Value => "value out of range or unknown name",
            Reason::Range => "range ends before it begins",
            Reason::Step => "step out of range",
        };
        match self.field {
            Some(field) => write!(f, "{reason}: {:?} in {}", self.item, field.label()),
            None => f.write_str(reason),
        }
    }
}

impl std::error::Error for CronError {}

/// The minutes of UTC that a cron expression matches.
#[derive(Debug, Clone)]
pub struct Schedule {
    minutes: ValueSet,
    hours: ValueSet,
    days: ValueSet,
    months: ValueSet,
    weekdays: ValueSet,
    /// Whether one matching day field is enough.
    either_day: bool,
}

impl FromStr for Schedule {
    type Err = CronError;

    fn from_str(expression: &str) -> Result<Self, CronError> {
        let texts: Vec<&str> = expression
            .split([' ', '\t'])
            .filter(|text| !text.is_empty())
            .collect();
        let &[minute, hour, day_of_month, month, day_of_week] = texts.as_slice() else {
            return Err(CronError {
                reason: Reason::FieldCount,
                field: None,
                item: String::new(),
            });
        };
        // In the order of the expression: the first bad item is the one that is reported.
        Ok(Schedule {
            minutes: Field::Minute.parse(minute)?,
            hours: Field::Hour.parse(hour)?,
            days: Field::DayOfMonth.parse(day_of_month)?,
            months: Field::Month.parse(month)?,
            weekdays: Field::DayOfWeek.parse(day_of_week)?,
            either_day: day_of_month != "*" && day_of_week != "*",
        })
    }
}

impl Schedule {
    /// Returns the first matching minute after the given one, or `None` if there is none at all.
    pub fn next_after(&self, time: CivilMinute) -> Option<CivilMinute> {
        let today = Date {
            year: time.year,
            month: time.month,
            day: time.day,
        };
        let later_today = (time.hour, time.minute + 1);
        self.days_from(today).find_map(|date| {
            let earliest = if date == today { later_today } else { (0, 0) };
            let (hour, minute) = self.time_of_day_from(earliest)?;
            Some(CivilMinute {
                year: date.year,
                month: date.month,
                day: date.day,
                hour,
                minute,
            })
        })
    }

    /// The matching days from the given one on.
    fn days_from(&self, first: Date) -> impl Iterator<Item = Date> {
        let last_year = first.year + HORIZON_YEARS;
        let successor = |date: &Date| {
            Some(if self.months.has(date.month) {
                date.next_day()
            } else {
                date.first_of_next_month()
            })
        };
        std::iter::successors(Some(first), successor)
            .take_while(move |date| date.year <= last_year)
            .filter(|date| self.matches(date))
    }

    fn matches(&self, date: &Date) -> bool {
        let in_month = self.days.has(date.day);
        let weekday = date.weekday();
        let in_week = self.weekdays.has(weekday) || weekday == 0 && self.weekdays.has(7);
        let matches_day = if self.either_day {
            in_month || in_week
        } else {
            in_month && in_week
        };
        self.months.has(date.month) && matches_day
    }

    /// The first matching hour and minute that is not before the given one, whose minute may be 60.
    fn time_of_day_from(&self, (hour, minute): (u8, u8)) -> Option<(u8, u8)> {
        let this_hour = self
            .minutes
            .first_from(minute)
            .filter(|_| self.hours.has(hour));
        this_hour.map(|minute| (hour, minute)).or_else(|| {
            Some((
                self.hours.first_from(hour + 1)?,
                self.minutes.first_from(0)?,
            ))
        })
    }
}
