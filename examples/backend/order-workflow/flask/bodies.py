"""Request bodies: forms say which fields there are, and nothing else is let in."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from flask import request

from problems import Problem

Check = Callable[[Any], str | None]
"""Says what is wrong with a value, if anything is."""


def text(least: int, most: int) -> Check:
    """A string of so many code points."""

    def check(value: Any) -> str | None:
        good = isinstance(value, str) and least <= len(value) <= most
        return None if good else f"must be a string of {least} to {most} characters"

    return check


def matching(pattern: str) -> Check:
    """A string that a pattern matches as a whole."""

    def check(value: Any) -> str | None:
        good = isinstance(value, str) and re.fullmatch(pattern, value)
        return None if good else f"must match {pattern}"

    return check


def integer(least: int, most: int) -> Check:
    """A whole number in this range."""

    def check(value: Any) -> str | None:
        # bool is a subclass of int.
        good = type(value) is int and least <= value <= most
        return None if good else f"must be an integer from {least} to {most}"

    return check


def objects(form: Mapping[str, Check], least: int, most: int) -> Check:
    """A list of so many objects of a form."""

    def check(value: Any) -> str | None:
        if not isinstance(value, list) or not least <= len(value) <= most:
            return f"must be a list of {least} to {most} objects"
        for number, item in enumerate(value, start=1):
            if not isinstance(item, dict) or _faults(form, item):
                return f"number {number} must be an object with {' and '.join(form)}"
        return None

    return check


def read(form: Mapping[str, Check]) -> dict[str, Any]:
    """The body of the request, which has exactly the fields of the form.

    Raises:
        Problem: 413, 415, 400 or 422, the first that applies.
    """
    content = request.get_data()
    if request.mimetype != "application/json":
        raise Problem("unsupported_media_type")
    try:
        body = json.loads(content.decode())
    except (ValueError, RecursionError):
        raise Problem("malformed_json") from None
    if not isinstance(body, dict):
        raise Problem("malformed_json")
    if errors := _faults(form, body):
        raise Problem("validation_failed", errors=errors)
    return body


def _faults(form: Mapping[str, Check], body: Mapping[str, Any]) -> dict[str, str]:
    unknown = {name: "is not a field" for name in body.keys() - form.keys()}
    checked = {name: check(body[name]) if name in body else "is required" for name, check in form.items()}
    return unknown | {name: fault for name, fault in checked.items() if fault}
