"""The bodies of requests."""

from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

from fastapi import Request
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError

from json_objects import parse_object
from problems import ProblemError

MAX_BODY_BYTES = 8192


def _without_nul(text: str) -> str:
    # Password hashes would take "secret" and "secret\0" for the same.
    if "\0" in text:
        raise ValueError("must not contain U+0000")
    return text


_WithoutNul = AfterValidator(_without_nul)
Text = Annotated[str, _WithoutNul]
Username = Annotated[str, StringConstraints(pattern="^[a-z0-9_-]{3,32}$")]
NewPassword = Annotated[str, StringConstraints(min_length=8, max_length=128), _WithoutNul]
Device = Annotated[str, StringConstraints(min_length=1, max_length=64), _WithoutNul]


class _Body(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class NewUser(_Body):
    """Body of ``POST /users``."""

    username: Username
    password: NewPassword


class Credentials(_Body):
    """Body of ``POST /login``."""

    username: Text
    password: Text
    device: Device


class RefreshRequest(_Body):
    """Body of ``POST /refresh``."""

    refresh_token: Text


class PasswordChange(_Body):
    """Body of ``PUT /password``."""

    current_password: Text
    new_password: NewPassword


BodyT = TypeVar("BodyT", bound=_Body)


def json_body(model: type[BodyT]) -> Callable[[Request], Awaitable[BodyT]]:
    """Make a dependency that reads a body of that model.

    FastAPI would read a body that is declared as a parameter before any dependency runs, and so
    report its faults before a missing access token.
    """

    async def read(request: Request) -> BodyT:
        media_type = request.headers.get("Content-Type", "").partition(";")[0]
        if media_type.strip().lower() != "application/json":
            raise ProblemError("unsupported_media_type")
        content = await _read_bytes(request)
        try:
            return model.model_validate(parse_object(content))
        except ValidationError as error:
            errors = {str(fault["loc"][0]): fault["msg"] for fault in error.errors()}
            raise ProblemError("validation_failed", errors) from None
        except ValueError:  # from parse_object; a ValidationError is one too
            raise ProblemError("malformed_json") from None

    return read


async def _read_bytes(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise ProblemError("payload_too_large")
    return bytes(body)
