"""Form fields that take a value exactly as it was sent; Django's own convert and strip."""

import re
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from bookings.times import parse_time


class ExactField(forms.Field):
    """A field for which only None, the value of a missing input, is empty."""

    def to_python(self, value: Any) -> Any:
        """The value that was sent, checked."""
        return None if value is None else self.convert(value)

    def convert(self, value: Any) -> Any:
        """The value meant by what was sent.

        Raises:
            ValidationError: it is faulty.
        """
        raise NotImplementedError


class TextField(ExactField):
    """A text with a greatest number of characters."""

    def __init__(self, longest: int) -> None:
        super().__init__()
        self.longest = longest
        self.pattern = re.compile(rf"[^\x00-\x1f\x7f\ud800-\udfff]{{1,{longest}}}")

    def convert(self, value: Any) -> str:
        # strip(" "), because other white space is allowed to stand alone.
        if not isinstance(value, str) or not self.pattern.fullmatch(value) or not value.strip(" "):
            raise ValidationError(
                f"Must be 1 to {self.longest} characters, no control characters, not only spaces."
            )
        return value


class WholeNumberField(ExactField):
    """A JSON number with a whole value in a range."""

    def __init__(self, smallest: int, largest: int) -> None:
        super().__init__()
        self.smallest = smallest
        self.largest = largest

    def convert(self, value: Any) -> int:
        # All numbers of a body are read as floats.
        is_whole = isinstance(value, float) and value.is_integer()
        if not is_whole or not self.smallest <= value <= self.largest:
            raise ValidationError(f"Must be a whole number from {self.smallest} to {self.largest}.")
        return int(value)


class DigitsField(ExactField):
    """An integer in a query."""

    def __init__(self, smallest: int, largest: int, *, default: int | None = None) -> None:
        super().__init__(required=default is None)
        self.smallest = smallest
        self.largest = largest
        self.default = default

    def convert(self, value: Any) -> int:
        # int() refuses very long texts, and every limit has at most four digits.
        match = re.fullmatch("0*([0-9]{1,4})", value) if isinstance(value, str) else None
        if match is None or not self.smallest <= int(match[1]) <= self.largest:
            raise ValidationError(
                f"Must be one integer from {self.smallest} to {self.largest}, in digits only."
            )
        return int(match[1])

    def clean(self, value: Any) -> int | None:
        if value is None and not self.required:
            return self.default
        return super().clean(value)


class TimeField(ExactField):
    """A time with an offset."""

    def convert(self, value: Any) -> datetime:
        try:
            return parse_time(value)
        except (TypeError, ValueError):
            raise ValidationError(
                "Must be one time of the years 2000 to 2099, like 2025-03-01T09:30:00+02:00."
            ) from None


class IdempotencyKeyField(ExactField):
    """The value of a header that may be missing."""

    def __init__(self) -> None:
        super().__init__(required=False)

    def convert(self, value: Any) -> str:
        if not re.fullmatch("[!-~]{1,64}", value):
            raise ValidationError("Must be 1 to 64 characters from ! to ~.")
        return value
