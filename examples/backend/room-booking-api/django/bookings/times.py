"""Times in requests and responses."""

import re
from datetime import UTC, datetime

_PATTERN = re.compile(
    r"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST = datetime(2099, 12, 31, 23, 59, 59, tzinfo=UTC)


def parse_time(text: str) -> datetime:
    """The instant, in UTC, of a time with an offset.

    Raises:
        ValueError: it is not written as the API asks for, does not exist or is out of range.
    """
    # The pattern, because fromisoformat also reads fractions, week dates and other forms.
    if not _PATTERN.fullmatch(text):
        raise ValueError("not a time with an offset")
    time = datetime.fromisoformat(text)
    # Compared before it is converted, which fails for the first and the last hours of all years.
    if not _EARLIEST <= time <= _LATEST:
        raise ValueError("out of range")
    return time.astimezone(UTC)


def format_time(time: datetime) -> str:
    """A time in UTC as text, such as ``2025-03-01T09:30:00Z``."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")
