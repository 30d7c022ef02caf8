"""What requests hold, checked in the order in which faults are reported."""

import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple, NoReturn

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare

from live.problems import (
    BodyTooLarge,
    InvalidLastEventId,
    MalformedJson,
    Unauthorized,
    UnsupportedMediaType,
    ValidationFailed,
)

_LAST_ID = re.compile(r"0|[1-9][0-9]{0,14}")
_EVENT = re.compile(r"[A-Za-z0-9_.-]{1,64}")


class NewMessage(NamedTuple):
    """A message to be published."""

    event: str
    data: str


def needs_key(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Make a view answer only requests with the key of publishers."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        is_equal = constant_time_compare(key, settings.PUBLISH_KEY)
        if not (is_equal and settings.PUBLISH_KEY and scheme.lower() == "bearer"):
            raise Unauthorized
        return view(request, *args, **kwargs)

    return checked


def read_message(request: HttpRequest) -> NewMessage:
    """The message in the body of a request."""
    if request.content_type != "application/json":
        raise UnsupportedMediaType
    body = _read_object(request)
    errors = dict.fromkeys(body.keys() - {"data", "event"}, "There is no such field.")
    data, event = body.get("data"), body.get("event", "message")
    if not isinstance(data, str) or "\0" in data:
        errors["data"] = "This must be a text without U+0000."
    if not isinstance(event, str) or not _EVENT.fullmatch(event) or event in {"reset", "closed"}:
        errors["event"] = "This must be 1 to 64 of A-Z a-z 0-9 _ . -, but not reset or closed."
    if errors:
        raise ValidationFailed(errors)
    return NewMessage(event, data)


def read_last_event_id(request: HttpRequest) -> int | None:
    """The id up to which the client has all messages, if it tells one."""
    text = request.headers.get("Last-Event-ID", request.GET.get("last_event_id"))
    if text is None:
        return None
    if not _LAST_ID.fullmatch(text):
        raise InvalidLastEventId
    return int(text)


def _read_object(request: HttpRequest) -> dict[str, Any]:
    try:
        value = json.loads(request.body.decode(), parse_constant=_refuse_constant)
    except RequestDataTooBig:
        raise BodyTooLarge from None
    except (ValueError, RecursionError):
        raise MalformedJson from None
    if not isinstance(value, dict):
        raise MalformedJson
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
