"""Dependencies of the endpoints.

They run in the order of an endpoint's parameters: the caller comes before the body.
"""

import hashlib
import json
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, NoReturn, TypeVar

from fastapi import Depends, Request
from pydantic import BaseModel, ValidationError

from access import User
from database import Database
from problems import (
    BODY_TOO_LARGE,
    MALFORMED_JSON,
    UNAUTHORIZED,
    UNSUPPORTED_MEDIA_TYPE,
    VALIDATION_FAILED,
    Problem,
)
from schemas import InvitationForm, MoveForm, NameForm, RoleForm, UserForm

MAX_BODY_BYTES = 16384

FormType = TypeVar("FormType", bound=BaseModel)


async def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


DatabaseOfApp = Annotated[Database, Depends(_database)]


def token_digest(token: str) -> bytes:
    """What is stored of a token; it is too random to be guessed, so that it needs no salt and no slow hash."""
    return hashlib.sha256(token.encode()).digest()


def _caller(request: Request, database: DatabaseOfApp) -> User:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise Problem(UNAUTHORIZED)
    query = "SELECT id, name FROM users WHERE token_digest = ?"
    with database.transaction() as connection:
        row = connection.execute(query, (token_digest(token),)).fetchone()
    if row is None:
        raise Problem(UNAUTHORIZED)
    return User(*row)


def _body(form: type[FormType]) -> Callable[[Request], Awaitable[FormType]]:
    async def read(request: Request) -> FormType:
        try:
            return form.model_validate(await _json_object(request))
        except ValidationError as invalid:
            errors = {str(fault["loc"][0]): fault["msg"] for fault in invalid.errors()}
            raise Problem(VALIDATION_FAILED, errors) from None

    return read


async def _json_object(request: Request) -> dict[str, Any]:
    media_type = request.headers.get("Content-Type", "").partition(";")[0]
    if media_type.strip().lower() != "application/json":
        raise Problem(UNSUPPORTED_MEDIA_TYPE)
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > MAX_BODY_BYTES:
            raise Problem(BODY_TOO_LARGE)
    try:
        value = json.loads(content.decode(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise Problem(MALFORMED_JSON) from None
    if not isinstance(value, dict):
        raise Problem(MALFORMED_JSON)
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


Caller = Annotated[User, Depends(_caller)]
NewUserBody = Annotated[UserForm, Depends(_body(UserForm))]
NameBody = Annotated[NameForm, Depends(_body(NameForm))]
RoleBody = Annotated[RoleForm, Depends(_body(RoleForm))]
InvitationBody = Annotated[InvitationForm, Depends(_body(InvitationForm))]
MoveBody = Annotated[MoveForm, Depends(_body(MoveForm))]
