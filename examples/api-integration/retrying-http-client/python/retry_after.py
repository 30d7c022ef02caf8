"""The value of the ``Retry-After`` header of RFC 9110: a number of seconds or a date."""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH = f"(?P<month>{'|'.join(_MONTHS)})"
_TIME = r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)"
_DAY_NAME = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_LONG_DAY_NAME = "(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
_DATE_FORMS = (
    re.compile(rf"{_DAY_NAME}, (?P<day>\d\d) {_MONTH} (?P<year>\d{{4}}) {_TIME} GMT", re.ASCII),
    re.compile(rf"{_LONG_DAY_NAME}, (?P<day>\d\d)-{_MONTH}-(?P<year>\d\d) {_TIME} GMT", re.ASCII),
    re.compile(rf"{_DAY_NAME} {_MONTH} (?P<day>\d\d| \d) {_TIME} (?P<year>\d{{4}})", re.ASCII),
)
_FURTHEST_YEARS_AHEAD = 50


def parse_retry_after(value: str, now: Callable[[], float]) -> float | None:
    """Return the wait in seconds, 0 or more, that a header value asks for, or None if it is unusable.

    The wall clock ``now`` (Unix time) is read only if the value has the form of a date.
    """
    if re.fullmatch("[0-9]+", value):
        return float(value)  # infinite if there are too many digits; int() would refuse very many
    for form in _DATE_FORMS:
        if match := form.fullmatch(value):
            return _wait_until(match, now())
    return None


def _wait_until(match: re.Match[str], now: float) -> float | None:
    month = _MONTHS.index(match["month"]) + 1
    rest = (month, int(match["day"]), int(match["hour"]), int(match["minute"]), int(match["second"]))
    year = int(match["year"]) if len(match["year"]) == 4 else _full_year(int(match["year"]), rest, now)
    try:
        date = datetime(year, *rest, tzinfo=UTC)
    except ValueError:  # there is no such date
        return None
    return max(0.0, date.timestamp() - now)


def _full_year(last_digits: int, rest: tuple[int, ...], now: float) -> int:
    """Return the latest year with these last two digits that puts the date at most 50 years after ``now``."""
    today = time.gmtime(now)
    furthest = today.tm_year + _FURTHEST_YEARS_AHEAD
    year = furthest - (furthest - last_digits) % 100
    is_too_far = year == furthest and rest > today[1:6]
    return year - 100 if is_too_far else year
