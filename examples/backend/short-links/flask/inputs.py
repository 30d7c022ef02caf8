"""Reading and checking the body of the current request."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, NoReturn

from flask import request

from problems import MalformedJsonError, UnsupportedMediaTypeError, ValidationFailedError
from targets import check_target

MAX_NAME_LENGTH = 100

Check = Callable[[Any], Any]


class NewLink(NamedTuple):
    """Body of ``POST /links``."""

    url: str
    code: str | None
    expires_at: str | None


def read_tenant_name() -> str:
    """The name of the tenant that the body describes."""
    return _checked(_json_object(), {"name": _name})["name"]


def read_new_link() -> NewLink:
    """The link that the body describes."""
    fields = _checked(_json_object(), {"url": _url}, {"code": _code, "expires_at": _expiry})
    return NewLink(fields["url"], fields.get("code"), fields.get("expires_at"))


def read_expiry() -> str | None:
    """The time of expiry that the body describes."""
    return _checked(_json_object(), {"expires_at": _expiry})["expires_at"]


def _json_object() -> dict[str, Any]:
    if request.mimetype != "application/json":
        raise UnsupportedMediaTypeError
    try:
        # Decoded first, because json.loads takes bytes for UTF-16 if they look like it.
        value = json.loads(request.get_data().decode(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise MalformedJsonError from None
    if not isinstance(value, dict):
        raise MalformedJsonError
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _checked(
    body: dict[str, Any], required: Mapping[str, Check], optional: Mapping[str, Check] | None = None
) -> dict[str, Any]:
    """The values of the fields as their checks return them.

    Raises:
        ValidationFailedError: some fields are missing, faulty or unknown; it names them all.
    """
    checks = {**required, **(optional or {})}
    errors = {name: "is required" for name in required if name not in body}
    accepted = {}
    for name, value in body.items():
        try:
            accepted[name] = checks.get(name, _refuse_unknown)(value)
        except ValueError as error:
            errors[name] = str(error)
    if errors:
        raise ValidationFailedError(errors)
    return accepted


def _refuse_unknown(_value: object) -> NoReturn:
    raise ValueError("is not a known field")


def _name(value: object) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= MAX_NAME_LENGTH or "\0" in value:
        raise ValueError(f"must be a text of 1 to {MAX_NAME_LENGTH} characters without U+0000")
    return value


def _url(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("must be a text")
    check_target(value)
    return value


def _code(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch("[A-Za-z0-9_-]{3,32}", value):
        raise ValueError("must be 3 to 32 characters from A-Z a-z 0-9 - _")
    return value


def _expiry(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not _is_time(value):
        raise ValueError("must be null or an existing time like 2030-01-31T23:59:59Z, 2000 to 2099")
    return value


def _is_time(text: str) -> bool:
    # datetime knows which times exist, but accepts many more forms.
    if not re.fullmatch("20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", text):
        return False
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return False
    # Newer versions of Python take 24:00:00 for the beginning of the next day.
    return time.strftime("%Y-%m-%dT%H:%M:%SZ") == text
