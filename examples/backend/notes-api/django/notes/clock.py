"""The clock; call ``clock.now()`` each time, so that tests can replace it."""

from datetime import UTC, datetime


def now() -> datetime:
    """The time, as an aware UTC datetime."""
    return datetime.now(UTC)
