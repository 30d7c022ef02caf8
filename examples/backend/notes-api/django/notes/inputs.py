"""Reading what clients send, with the errors that this API promises."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NoReturn

from django.http import HttpRequest

from notes.errors import MalformedJson, PayloadTooLarge, ValidationFailed

MAX_BODY_BYTES = 262_144
UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
CONTROL_CHARACTER = re.compile(r"[\x00-\x1f\x7f]")
_REQUIRED = object()


def json_object(request: HttpRequest) -> dict[str, Any]:
    """The JSON object in the body of the request.

    Raises:
        PayloadTooLarge: the body has more bytes than may be read.
        MalformedJson: there is no such object.
    """
    body = _read_limited(request)
    try:
        # As no field is a number, float will do for all of them; int refuses very long ones that are valid JSON.
        value = json.loads(body.decode(), parse_int=float, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise MalformedJson from None
    if not isinstance(value, dict):
        raise MalformedJson
    return value


@contextmanager
def fields_of(values: Mapping[str, Any]) -> Iterator[Callable[..., Any]]:
    """Let the block take fields out of the values with ``field(name, parse, default=...)``, required without default.

    ``parse`` turns a value into what the block wants, or raises ValueError to say what is wrong with it. The block
    goes on after a faulty field, so that all of them are found.

    Raises:
        ValidationFailed: at the end of the block, if there were faulty fields; it names them all.
    """
    faults: dict[str, str] = {}

    def field(name: str, parse: Callable[[Any], Any], default: object = _REQUIRED) -> Any:
        if name not in values:
            if default is _REQUIRED:
                faults[name] = "is required"
            return default
        try:
            return parse(values[name])
        except ValueError as error:
            faults[name] = str(error)

    yield field
    if faults:
        raise ValidationFailed(faults)


def string(value: object) -> str:
    """Any string."""
    if not isinstance(value, str):
        raise ValueError("must be a string")
    return value


def text(value: object, minimum: int, maximum: int) -> str:
    """A string with so many characters, all of which the database can hold."""
    checked = string(value)
    if UNSTORABLE.search(checked):
        raise ValueError("must not contain U+0000 or unpaired surrogates")
    if not minimum <= len(checked) <= maximum:
        raise ValueError(f"must have {minimum} to {maximum} characters")
    return checked


def line(value: object, minimum: int, maximum: int) -> str:
    """A text without control characters."""
    checked = text(value, minimum, maximum)
    if CONTROL_CHARACTER.search(checked):
        raise ValueError("must not contain control characters")
    return checked


def once(parse: Callable[[str], Any]) -> Callable[[list[str]], Any]:
    """Make of a parser of one value a parser of all values of a query parameter."""

    def parse_only_value(values: list[str]) -> Any:
        if len(values) > 1:
            raise ValueError("must be given once")
        return parse(values[0])

    return parse_only_value


def _read_limited(request: HttpRequest) -> bytes:
    # `request.body` would compare another limit with the length that was announced, not with the bytes that came.
    body = request.read(MAX_BODY_BYTES + 1)
    if len(body) > MAX_BODY_BYTES:
        raise PayloadTooLarge
    return body


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
