"""What requests hold, checked in the order in which faults are reported."""

import json
import re
from collections.abc import AsyncIterator
from hmac import compare_digest
from typing import Annotated, Any, NoReturn

from fastapi import Depends, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from broker import Broker, Listener
from problems import (
    BodyTooLargeError,
    InvalidLastEventIdError,
    MalformedJsonError,
    UnauthorizedError,
    UnsupportedMediaTypeError,
    ValidationFailedError,
)

_MAX_BODY_BYTES = 65_536
_LAST_ID = re.compile(r"0|[1-9][0-9]{0,14}")


class NewMessage(BaseModel):
    """A message to be published."""

    model_config = ConfigDict(extra="forbid")

    data: str = Field(pattern=r"^[^\x00]*$")
    event: str = Field("message", pattern=r"^[A-Za-z0-9_.-]{1,64}$")

    @field_validator("event")
    @classmethod
    def _is_not_reserved(cls, event: str) -> str:
        if event in {"reset", "closed"}:
            raise ValueError("is reserved")
        return event


def require_key(request: Request) -> None:
    """Let pass only who has the key of publishers."""
    expected = request.app.state.settings.publish_key.get_secret_value()
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    # Bytes, because the comparison refuses texts that are not ASCII.
    is_equal = compare_digest(key.encode(), expected.encode())
    if not (is_equal and expected and scheme.lower() == "bearer"):
        raise UnauthorizedError


def get_broker(request: Request) -> Broker:
    """The broker of the application."""
    return request.app.state.broker


async def new_message(request: Request) -> NewMessage:
    """The message in the body."""
    if request.headers.get("Content-Type", "").split(";")[0].strip().lower() != "application/json":
        raise UnsupportedMediaTypeError
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MAX_BODY_BYTES:
            raise BodyTooLargeError
    fields = _json_object(bytes(body))
    try:
        return NewMessage.model_validate(fields)
    except ValidationError as error:
        raise ValidationFailedError({str(fault["loc"][0]): fault["msg"] for fault in error.errors()}) from error


def last_event_id(request: Request) -> int | None:
    """The id up to which the client has all messages, if it tells one."""
    text = request.headers.get("Last-Event-ID", request.query_params.get("last_event_id"))
    if text is None:
        return None
    if not _LAST_ID.fullmatch(text):
        raise InvalidLastEventIdError
    return int(text)


async def new_listener(
    name: str,
    last_id: Annotated[int | None, Depends(last_event_id)],
    broker: Annotated[Broker, Depends(get_broker)],
) -> AsyncIterator[Listener]:
    """A listener that counts until its response has ended, however that comes about."""
    async with broker.listener(name, last_id) as listener:
        yield listener


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
