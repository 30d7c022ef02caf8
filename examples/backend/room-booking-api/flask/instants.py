"""Points in time, as whole seconds since 1970-01-01T00:00:00Z."""

import re
from datetime import UTC, datetime
from typing import NamedTuple

_TIME = re.compile(
    r"(\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)"
    r"(?:Z|([+-])([01]\d|2[0-3]):([0-5]\d))",
    re.ASCII,
)


class Interval(NamedTuple):
    """All instants from ``start`` on that come before ``end``."""

    start: int
    end: int


def parse_time(value: object) -> int:
    """The instant of a time with an offset.

    Raises:
        ValueError: it is not such a text, or the time does not exist or is out of range.
    """
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError("must be one time like 2025-03-01T09:30:00Z or 2025-03-01T09:30:00+02:00")
    local, sign, hours, minutes = match.groups()
    try:
        seconds = _utc_seconds(local)
    except ValueError:
        raise ValueError("must be a date that exists") from None
    if sign is not None:
        offset = int(hours) * 3600 + int(minutes) * 60
        seconds += offset if sign == "-" else -offset
    if not _FIRST <= seconds <= _LAST:
        raise ValueError("must lie in the years 2000 to 2099 in UTC")
    return seconds


def format_time(instant: int) -> str:
    """The time in UTC, such as ``2025-03-01T09:30:00Z``."""
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _utc_seconds(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


_FIRST = _utc_seconds("2000-01-01T00:00:00")
_LAST = _utc_seconds("2099-12-31T23:59:59")
