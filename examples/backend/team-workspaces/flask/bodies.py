"""Reading request bodies.

A check takes a value from JSON and returns what it stands for; it raises ValueError with what is wrong.
"""

import json
import re
from collections.abc import Callable
from typing import Any, NoReturn

from flask import abort, request

from membership import Role
from problems import MalformedJson, ValidationFailed

USER_NAME = re.compile(r"[a-z0-9-]{3,32}")
NAME = re.compile(r"[^\x00-\x1f\x7f]{1,60}")
ROLES = {role.label: role for role in Role}


def read_body(**checks: Callable[[object], Any]) -> dict[str, Any]:
    """The fields of the request's body, which has to have exactly those for which there are checks.

    Raises:
        HTTPException: the body is of another type, too large, no JSON object, or has faulty fields.
    """
    body = _json_object()
    errors = dict.fromkeys(body.keys() - checks.keys(), "is not a known field")
    errors |= dict.fromkeys(checks.keys() - body.keys(), "is required")
    values = {}
    for field in checks.keys() & body.keys():
        try:
            values[field] = checks[field](body[field])
        except ValueError as error:
            errors[field] = str(error)
    if errors:
        raise ValidationFailed(errors)
    return values


def text(value: object) -> str:
    """Any string."""
    if not isinstance(value, str):
        raise ValueError("must be a string")
    return value


def user_name(value: object) -> str:
    """The name of a user."""
    if not USER_NAME.fullmatch(text(value)):
        raise ValueError("must have 3 to 32 characters from a-z, 0-9 and -")
    return text(value)


def name(value: object) -> str:
    """The name of a workspace or project."""
    if not NAME.fullmatch(text(value)):
        raise ValueError("must have 1 to 60 characters and no control characters")
    return text(value)


def role(value: object) -> Role:
    """A role, by its name."""
    if text(value) not in ROLES:
        raise ValueError(f"must be one of {', '.join(ROLES)}")
    return ROLES[text(value)]


def _json_object() -> dict[str, Any]:
    if request.mimetype != "application/json":
        abort(415)
    # Not in the `try`: that the body is too large must not become a 400.
    content = request.get_data()
    try:
        value = json.loads(content.decode(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise MalformedJson from None
    if not isinstance(value, dict):
        raise MalformedJson
    return value


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
