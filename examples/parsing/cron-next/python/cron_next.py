"""Cron expressions of five fields, and the minutes of UTC that match them."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

_VALUE = "(?:[0-9]+|[A-Za-z]+)"
_ITEM = re.compile(
    rf"(?:\*|(?P<first>{_VALUE})-(?P<last>{_VALUE}))(?:/(?P<step>[0-9]+))?|(?P<only>{_VALUE})"
)
_ONE_DAY = timedelta(days=1)

# A 29th of February is at most this far away: a century year may not be a leap year.
_HORIZON_YEARS = 8


class CronError(ValueError):
    """An expression that is not a cron expression: why, and in which item of which field."""

    def __init__(self, reason: str, field: str | None = None, item: str = "") -> None:
        super().__init__(f"{reason}: {item!r} in {field}" if field else reason)
        self.reason = reason
        self.field = field
        self.item = item


class Schedule:
    """The minutes of UTC that a cron expression matches."""

    def __init__(
        self,
        minutes: set[int],
        hours: set[int],
        days: set[int],
        months: set[int],
        weekdays: set[int],
        either_day: bool,
    ) -> None:
        """Take the values of the fields; either_day says that one matching day field is enough."""
        self._minutes = sorted(minutes)
        self._hours = sorted(hours)
        self._days = days
        self._months = months
        self._weekdays = weekdays
        self._either_day = either_day

    @classmethod
    def parse(cls, expression: str) -> "Schedule":
        """Return the schedule of an expression; raise CronError if it is not well-formed."""
        texts = re.findall(r"[^ \t]+", expression)
        if len(texts) != len(_FIELDS):
            raise CronError("field-count")
        minutes, hours, days, months, weekdays = (
            field.values(text) for field, text in zip(_FIELDS, texts)
        )
        return cls(
            minutes,
            hours,
            days,
            months,
            weekdays={weekday % 7 for weekday in weekdays},
            either_day="*" not in (texts[2], texts[4]),
        )

    def next_after(self, time: datetime) -> datetime | None:
        """Return the first matching minute after a time, or None if there is none at all."""
        today = datetime(time.year, time.month, time.day)
        for day in self._days_from(today):
            earlier = (time.hour, time.minute) if day == today else None
            for hour, minute in self._clock_times_after(earlier):
                return day.replace(hour=hour, minute=minute)
        return None

    def _days_from(self, day: datetime) -> Iterator[datetime]:
        last_year = day.year + _HORIZON_YEARS
        while day.year <= last_year:
            if day.month not in self._months:
                day = _first_of_next_month(day)
                continue
            if self._matches_day(day):
                yield day
            day += _ONE_DAY

    def _matches_day(self, day: datetime) -> bool:
        matches = (day.day in self._days, day.isoweekday() % 7 in self._weekdays)
        return any(matches) if self._either_day else all(matches)

    def _clock_times_after(self, earlier: tuple[int, int] | None) -> Iterator[tuple[int, int]]:
        for hour in self._hours:
            for minute in self._minutes:
                if earlier is None or (hour, minute) > earlier:
                    yield hour, minute


class _Field(NamedTuple):
    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()

    def values(self, text: str) -> set[int]:
        return {value for item in text.split(",") for value in self._item_values(item)}

    def _item_values(self, item: str) -> range:
        shape = _ITEM.fullmatch(item)
        if shape is None:
            raise CronError("syntax", self.name, item)
        first = self._value(shape["only"] or shape["first"], self.low)
        last = self._value(shape["only"] or shape["last"], self.high)
        step = _number(shape["step"] or "1")
        if first is None or last is None:
            raise CronError("value", self.name, item)
        if first > last:
            raise CronError("range", self.name, item)
        if not 1 <= step <= self.high:
            raise CronError("step", self.name, item)
        return range(first, last + 1, step)

    def _value(self, text: str | None, default: int) -> int | None:
        if text is None:
            return default
        if text.isalpha():
            name = text.upper()
            return self.low + self.names.index(name) if name in self.names else None
        value = _number(text)
        return value if self.low <= value <= self.high else None


_FIELDS = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day-of-month", 1, 31),
    _Field(
        "month",
        1,
        12,
        ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"),
    ),
    _Field("day-of-week", 0, 7, ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")),
)


def _number(digits: str) -> int:
    # int() refuses thousands of digits; three significant ones are too much for every field.
    return int(digits.lstrip("0")[:3] or "0")


def _first_of_next_month(day: datetime) -> datetime:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)
