"""Reading and checking request bodies."""

import json
from typing import Any, NamedTuple, NoReturn

from flask import request

from problems import Fault, Problem


class Length(NamedTuple):
    """Allowed numbers of code points."""

    least: int
    most: int


LENGTHS = {"title": Length(1, 100), "content": Length(0, 2000)}


def all_fields() -> dict[str, str]:
    """The fields of the request's body, which has to have every one.

    Raises:
        Problem: the body is of another type, no JSON object, or has faulty fields.
    """
    body = _json_object()
    missing = {name: "is required" for name in LENGTHS.keys() - body.keys()}
    return _checked(body, missing)


def some_fields() -> dict[str, str]:
    """The fields that the request's body has, which may be none.

    Raises:
        Problem: the body is of another type, no JSON object, or has faulty fields.
    """
    return _checked(_json_object(), {})


def _json_object() -> dict[str, Any]:
    if request.mimetype != "application/json":
        raise Problem(Fault.UNSUPPORTED_MEDIA_TYPE)
    try:
        value = json.loads(request.get_data().decode(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise Problem(Fault.MALFORMED_JSON) from None
    if not isinstance(value, dict):
        raise Problem(Fault.MALFORMED_JSON)
    return value


def _refuse_constant(name: str) -> NoReturn:
    # Python's parser takes NaN and Infinity, which are not JSON.
    raise ValueError(f"{name} is not JSON")


def _checked(body: dict[str, Any], missing: dict[str, str]) -> dict[str, str]:
    found = {name: _fault(name, value) for name, value in body.items()}
    errors = missing | {name: fault for name, fault in found.items() if fault}
    if errors:
        raise Problem(Fault.VALIDATION_FAILED, errors)
    return body


def _fault(name: str, value: object) -> str | None:
    if name not in LENGTHS:
        return "is not a known field"
    if not isinstance(value, str):
        return "must be a string"
    if "\0" in value:
        return "must not contain U+0000"
    least, most = LENGTHS[name]
    if not least <= len(value) <= most:
        return f"must have {least} to {most} characters"
    return None
