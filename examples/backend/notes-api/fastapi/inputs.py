"""Reading request bodies and checking input, with the errors that this API promises."""

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn, TypeVar

from fastapi import Request
from pydantic import BaseModel, ConfigDict, ValidationError

from errors import MalformedJson, PayloadTooLarge, ValidationFailed

MAX_BODY_BYTES = 262_144
CONTROL_CHARACTER = re.compile(r"[\x00-\x1f\x7f]")


class Input(BaseModel):
    """Base of what clients send: types are not converted, unknown fields are ignored.

    Give every string a length: pydantic counts code points, and refuses unpaired surrogates while it does so.
    """

    model_config = ConfigDict(strict=True)


AnyInput = TypeVar("AnyInput", bound=Input)


def without_nul(text: str) -> str:
    """Pydantic validator: refuse U+0000."""
    if "\0" in text:
        raise ValueError("must not contain U+0000")
    return text


def without_control_characters(text: str) -> str:
    """Pydantic validator: refuse U+0000 to U+001F and U+007F."""
    if CONTROL_CHARACTER.search(text):
        raise ValueError("must not contain control characters")
    return text


def body_of(model: type[AnyInput]) -> Callable[[Request], Awaitable[AnyInput]]:
    """A dependency that reads the request body as ``model``.

    FastAPI would read a body parameter before it runs dependencies, and so complain about it before the token.
    """

    async def read_body(request: Request) -> AnyInput:
        return validate(model, _parse_object(await _read_limited(request)))

    return read_body


def validate(model: type[AnyInput], values: dict[str, Any]) -> AnyInput:
    """Make a ``model`` of the values.

    Raises:
        ValidationFailed: names every faulty value.
    """
    try:
        return model.model_validate(values)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        raise ValidationFailed({str(fault["loc"][0]): fault["msg"] for fault in faults}) from None


async def _read_limited(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise PayloadTooLarge
    return bytes(body)


def _parse_object(body: bytes) -> dict[str, Any]:
    try:
        # As no field is a number, float will do for all of them; int refuses very long ones that are valid JSON.
        value = json.loads(body.decode(), parse_int=float, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise MalformedJson from None
    if not isinstance(value, dict):
        raise MalformedJson
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
