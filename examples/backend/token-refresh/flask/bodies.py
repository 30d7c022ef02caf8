"""Reading and checking the bodies of requests."""

import re
from collections.abc import Callable
from typing import Any

from flask import request

from problems import ProblemError
from strict_json import load_object

MAX_BODY_BYTES = 8192

Rule = tuple[Callable[[str], object], str]


def _length(least: int, most: int) -> Rule:
    return lambda text: least <= len(text) <= most, f"must have {least} to {most} characters"


text: Rule = (lambda _text: True, "")
username: Rule = (
    re.compile("[a-z0-9_-]{3,32}").fullmatch,
    "must be 3 to 32 characters from a-z 0-9 _ -",
)
new_password = _length(8, 128)
device = _length(1, 64)


def read_fields(**rules: Rule) -> dict[str, str]:
    """The fields of the body, which are those that have a rule.

    Raises:
        ProblemError: the body is faulty.
        RequestEntityTooLarge: it is too long.
    """
    if request.mimetype != "application/json":
        raise ProblemError("unsupported_media_type")
    body = _parse(request.get_data())
    errors = {name: "is missing" for name in rules.keys() - body.keys()}
    for name, value in body.items():
        if name not in rules:
            errors[name] = "is not known here"
        # A hash of passwords would take "secret" and "secret\0" for the same.
        elif not isinstance(value, str) or "\0" in value:
            errors[name] = "must be a text without U+0000"
        else:
            accepts, expectation = rules[name]
            if not accepts(value):
                errors[name] = expectation
    if errors:
        raise ProblemError("validation_failed", errors)
    return body


def _parse(content: bytes) -> dict[str, Any]:
    try:
        return load_object(content)
    except ValueError:
        raise ProblemError("malformed_json") from None
