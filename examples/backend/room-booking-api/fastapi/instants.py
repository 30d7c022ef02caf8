"""Instants, which are whole seconds since 1970-01-01T00:00:00Z, read from text and written."""

import re
from datetime import UTC, datetime

# Stricter than datetime.fromisoformat, which takes fractions, missing offsets, week dates and more.
_PATTERN = re.compile(
    r"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)
_EARLIEST = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp())
_LATEST = int(datetime(2099, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp())


def parse_instant(value: object) -> int:
    """The instant a client wrote.

    Raises:
        ValueError: it is not written as asked for, does not exist or is out of range.
    """
    if not isinstance(value, str) or not _PATTERN.fullmatch(value):
        raise ValueError(
            "must be one time, written like 2025-03-01T09:30:00Z or 2025-03-01T09:30:00+02:00"
        )
    try:
        # Not astimezone(UTC), which overflows at the ends of the years 1 and 9999.
        instant = int(datetime.fromisoformat(value).timestamp())
    except ValueError:
        raise ValueError("must be a date that exists") from None
    if not _EARLIEST <= instant <= _LATEST:
        raise ValueError("must lie in the years 2000 to 2099 (UTC)")
    return instant


def format_instant(instant: int) -> str:
    """The instant in UTC, like ``2025-03-01T09:30:00Z``."""
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
