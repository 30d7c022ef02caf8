"""Reading and checking request bodies."""

import json
import re
from collections.abc import Callable
from typing import NoReturn

from flask import request

from problems import Kind, Refused

# Gives what is wrong with a text, or None.
Rule = Callable[[str], str | None]


def _length(least: int, most: int) -> Rule:
    return lambda text: None if least <= len(text) <= most else f"must have {least} to {most} characters"


def username(text: str) -> str | None:
    """Rule of usernames that can be registered."""
    return None if re.fullmatch("[a-z0-9_-]{3,32}", text) else "must be 3 to 32 characters from a-z 0-9 - _"


new_password = _length(12, 128)
attempt = _length(1, 128)


def read_fields(**rules: Rule) -> list[str]:
    """The fields of the request's body, in the order of their rules.

    Raises:
        Refused: the body is no JSON object, or has other fields than those with a rule, or faulty ones.
    """
    body = _json_object()
    faults = {name: _fault(rule, body.get(name)) for name, rule in rules.items()}
    errors = {name: fault for name, fault in faults.items() if fault}
    errors |= {name: "is not a known field" for name in body.keys() - rules.keys()}
    if errors:
        raise Refused(Kind.VALIDATION_FAILED, errors=errors)
    return [str(body[name]) for name in rules]


def _fault(rule: Rule, value: object) -> str | None:
    return rule(value) if isinstance(value, str) else "must be a string"


def _json_object() -> dict[str, object]:
    if request.mimetype != "application/json":
        raise Refused(Kind.UNSUPPORTED_MEDIA_TYPE)
    try:
        value = json.loads(request.get_data().decode(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise Refused(Kind.MALFORMED_JSON) from None
    if not isinstance(value, dict):
        raise Refused(Kind.MALFORMED_JSON)
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
