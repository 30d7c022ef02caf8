"""What clients send: forms name the fields that are read, so that nobody sets an author or a count."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from flask import request

from errors import ApiError


class Field(Protocol):
    """Knows which values are right."""

    def clean(self, value: Any) -> Any:
        """The value as it is to be stored.

        Raises:
            ValueError: what is wrong with it.
        """


@dataclass(frozen=True)
class Text:
    """A string with so many code points, all of which a pattern matches."""

    most: int
    least: int = 1
    pattern: str = r"[^\0]*"

    def clean(self, value: Any) -> str:
        """Refuse anything else."""
        if not isinstance(value, str) or not re.fullmatch(self.pattern, value):
            raise ValueError(f"must be a string that matches {self.pattern}")
        if not self.least <= len(value) <= self.most:
            raise ValueError(f"must have {self.least} to {self.most} characters")
        return value


@dataclass(frozen=True)
class OrNone:
    """Like a text, or None, for which an empty string can be sent."""

    text: Text

    def clean(self, value: Any) -> str | None:
        """Refuse anything else."""
        return None if value is None or value == "" else self.text.clean(value)


@dataclass(frozen=True)
class Texts:
    """A list of so many texts, of which repeated ones are left out."""

    text: Text
    most: int

    def clean(self, value: Any) -> list[str]:
        """Refuse anything else."""
        if not isinstance(value, list) or len(value) > self.most:
            raise ValueError(f"must be a list of at most {self.most} strings")
        return list(dict.fromkeys(self.text.clean(item) for item in value))


@dataclass(frozen=True)
class Whole:
    """A whole number in a range, in decimal digits."""

    least: int
    most: int

    def clean(self, value: str) -> int:
        """Refuse anything else."""
        # int() would also take signs, spaces, underscores and the digits of all scripts.
        if not re.fullmatch("[0-9]{1,10}", value) or not self.least <= int(value) <= self.most:
            raise ValueError(f"must be a number from {self.least} to {self.most}")
        return int(value)


def read(name: str, required: Mapping[str, Field], optional: Mapping[str, Field] | None = None) -> dict[str, Any]:
    """The known fields of the object that the body has under a name.

    Raises:
        ApiError: 400 or 422; also 413, by Flask.
    """
    body = request.get_json(force=True)
    if not isinstance(body, dict):
        raise ApiError(400, body="is not a JSON object")
    given = body.get(name)
    if not isinstance(given, dict):
        raise ApiError(422, **{name: "must be an object"})
    return _clean(given, required, optional or {})


def read_query(**fields: Field) -> dict[str, Any]:
    """The known parameters of the query.

    Raises:
        ApiError: 422
    """
    return _clean(request.args, {}, fields)


def _clean(given: Mapping[str, Any], required: Mapping[str, Field], optional: Mapping[str, Field]) -> dict[str, Any]:
    cleaned = {}
    faults = {name: "is required" for name in required if name not in given}
    for name, field in {**required, **optional}.items():
        try:
            if name in given:
                cleaned[name] = field.clean(given[name])
        except ValueError as fault:
            faults[name] = str(fault)
    if faults:
        raise ApiError(422, **faults)
    return cleaned
