"""Converters of path parameters."""


class VersionNumberConverter:
    """A decimal number without sign and leading zeros; a path with anything else is unknown."""

    regex = "[1-9][0-9]*"

    def to_python(self, value: str) -> int:
        """Read the number; the ValueError of one that is far too long makes the path unknown."""
        return int(value)

    def to_url(self, value: int) -> str:
        """Write the number."""
        return str(value)
