use std::iter::StepBy;
use std::ops::RangeInclusive;

use crate::{CronError, Reason};

const MONTHS: &[&str] = &[
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
];
const WEEKDAYS: &[&str] = &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// One of the five fields of a cron expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Minute,
    Hour,
    DayOfMonth,
    Month,
    DayOfWeek,
}

impl Field {
    /// The name of the field, such as "day-of-week".
    pub fn label(self) -> &'static str {
        match self {
            Field::Minute => "minute",
            Field::Hour => "hour",
            Field::DayOfMonth => "day-of-month",
            Field::Month => "month",
            Field::DayOfWeek => "day-of-week",
        }
    }

    /// The values of all items of the field's text.
    pub(crate) fn parse(self, text: &str) -> Result<ValueSet, CronError> {
        let mut set = ValueSet::default();
        for item in text.split(',') {
            let values = self.parse_item(item).map_err(|reason| CronError {
                reason,
                field: Some(self),
                item: item.to_owned(),
            })?;
            set.extend(values);
        }
        Ok(set)
    }

    fn parse_item(self, item: &str) -> Result<StepBy<RangeInclusive<u8>>, Reason> {
        let shape = Shape::of(item).ok_or(Reason::Syntax)?;
        let (first, last) = match shape.span {
            Span::All => self.limits().into_inner(),
            Span::Between(first, last) => (self.value(first)?, self.value(last)?),
        };
        if first > last {
            return Err(Reason::Range);
        }
        let step = shape.step.map_or(Ok(1), |digits| self.step(digits))?;
        Ok((first..=last).step_by(usize::from(step)))
    }

    fn value(self, text: &str) -> Result<u8, Reason> {
        if is_number(text) {
            let value = text.parse().ok();
            return value
                .filter(|value| self.limits().contains(value))
                .ok_or(Reason::Value);
        }
        (*self.limits().start()..)
            .zip(self.names())
            .find(|(_, name)| name.eq_ignore_ascii_case(text))
            .map(|(value, _)| value)
            .ok_or(Reason::Value)
    }

    fn step(self, digits: &str) -> Result<u8, Reason> {
        let step = digits.parse().ok();
        step.filter(|step| (1..=*self.limits().end()).contains(step))
            .ok_or(Reason::Step)
    }

    fn limits(self) -> RangeInclusive<u8> {
        match self {
            Field::Minute => 0..=59,
            Field::Hour => 0..=23,
            Field::DayOfMonth => 1..=31,
            Field::Month => 1..=12,
            Field::DayOfWeek => 0..=7,
        }
    }

    /// The names of the values from the lowest on.
    fn names(self) -> &'static [&'static str] {
        match self {
            Field::Month => MONTHS,
            Field::DayOfWeek => WEEKDAYS,
            _ => &[],
        }
    }
}

/// A well-formed item, whose values are not looked at yet.
struct Shape<'a> {
    span: Span<'a>,
    step: Option<&'a str>,
}

enum Span<'a> {
    All,
    Between(&'a str, &'a str),
}

impl<'a> Shape<'a> {
    fn of(item: &'a str) -> Option<Shape<'a>> {
        if is_value(item) {
            return Some(Shape {
                span: Span::Between(item, item),
                step: None,
            });
        }
        let (span, step) = match item.split_once('/') {
            Some((span, step)) => (span, Some(step)),
            None => (item, None),
        };
        let span = if span == "*" {
            Span::All
        } else {
            let (first, last) = span.split_once('-')?;
            Span::Between(first, last)
        };
        let shape = Shape { span, step };
        shape.is_well_formed().then_some(shape)
    }

    fn is_well_formed(&self) -> bool {
        let span = match self.span {
            Span::All => true,
            Span::Between(first, last) => is_value(first) && is_value(last),
        };
        span && self.step.is_none_or(is_number)
    }
}

fn is_value(text: &str) -> bool {
    is_number(text) || is_word(text)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// A set of numbers from 0 to 63: bit n says whether it has n.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ValueSet(u64);

impl ValueSet {
    pub fn has(self, value: u8) -> bool {
        self.0 >> value & 1 == 1
    }

    /// The least number that is not less than the given one, which is at most 63.
    pub fn first_from(self, value: u8) -> Option<u8> {
        let rest = self.0 >> value;
        (rest != 0).then(|| value + rest.trailing_zeros() as u8)
    }
}

impl Extend<u8> for ValueSet {
    fn extend<I: IntoIterator<Item = u8>>(&mut self, values: I) {
        for value in values {
            self.0 |= 1 << value;
        }
    }
}
