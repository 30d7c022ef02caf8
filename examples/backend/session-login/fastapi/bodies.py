"""The bodies that clients send."""

import json
from collections.abc import Awaitable, Callable
from typing import Annotated, NoReturn, TypeVar

from fastapi import Request
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from problems import BodyTooLarge, MalformedJson, UnsupportedMediaType, ValidationFailed

MAX_BYTES = 8192

NewUsername = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]{3,32}$")]
NewPassword = Annotated[str, StringConstraints(min_length=12, max_length=128)]
Attempt = Annotated[str, StringConstraints(min_length=1, max_length=128)]


class Body(BaseModel):
    """Fields of exactly these names and types."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Registration(Body):
    username: NewUsername
    password: NewPassword


class Credentials(Body):
    username: Attempt
    password: Attempt


class PasswordChange(Body):
    current_password: Attempt
    new_password: NewPassword


B = TypeVar("B", bound=Body)


def body_of(form: type[B]) -> Callable[[Request], Awaitable[B]]:
    """A dependency that reads the body as a form.

    Not a body parameter: FastAPI would read that before all dependencies, and answer other faults by its own rules.
    """

    async def read(request: Request) -> B:
        try:
            return form.model_validate(await _json_object(request))
        except ValidationError as invalid:
            errors = {str(fault["loc"][0]): fault["msg"] for fault in invalid.errors()}
            raise ValidationFailed(errors=errors) from None

    return read


async def _json_object(request: Request) -> dict[str, object]:
    media_type = request.headers.get("Content-Type", "").partition(";")[0]
    if media_type.strip().lower() != "application/json":
        raise UnsupportedMediaType
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > MAX_BYTES:
            raise BodyTooLarge
    try:
        value = json.loads(data.decode(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise MalformedJson from None
    if not isinstance(value, dict):
        raise MalformedJson
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
