"""What requests hold, checked in the order in which faults are reported."""

import json
import re
from hmac import compare_digest
from typing import Any, NamedTuple, NoReturn

from flask import current_app, request

from problems import (
    InvalidLastEventIdError,
    MalformedJsonError,
    UnauthorizedError,
    UnsupportedMediaTypeError,
    ValidationFailedError,
)

MAX_BODY_BYTES = 65_536

_LAST_ID = re.compile(r"0|[1-9][0-9]{0,14}")
_EVENT = re.compile(r"(?!(?:reset|closed)\Z)[A-Za-z0-9_.-]{1,64}")


class NewMessage(NamedTuple):
    """A message to be published."""

    event: str
    data: str


def require_key() -> None:
    """Let pass only who has the key of publishers."""
    expected = current_app.extensions["settings"].publish_key
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    # Bytes, because the comparison refuses texts that are not ASCII.
    is_equal = compare_digest(key.encode(), expected.encode())
    if not (is_equal and expected and scheme.lower() == "bearer"):
        raise UnauthorizedError


def read_message() -> NewMessage:
    """The message in the body of the request."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaTypeError
    body = _json_object(request.get_data())
    errors = {name: "is no known field" for name in body if name not in {"data", "event"}}
    data, event = body.get("data"), body.get("event", "message")
    if not isinstance(data, str) or "\0" in data:
        errors["data"] = "must be a text without U+0000"
    if not isinstance(event, str) or not _EVENT.fullmatch(event):
        errors["event"] = "must be 1 to 64 of A-Z a-z 0-9 _ . -, but not reset or closed"
    if errors:
        raise ValidationFailedError(errors)
    return NewMessage(event, data)


def read_last_event_id() -> int | None:
    """The id up to which the client has all messages, if it tells one."""
    text = request.headers.get("Last-Event-ID", request.args.get("last_event_id"))
    if text is None:
        return None
    if not _LAST_ID.fullmatch(text):
        raise InvalidLastEventIdError
    return int(text)


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body.decode(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise MalformedJsonError from error
    if not isinstance(value, dict):
        raise MalformedJsonError
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
