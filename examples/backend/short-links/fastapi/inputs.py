"""Reading and checking what a request holds."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from email.message import Message
from typing import Annotated, Any, NamedTuple, NoReturn

from fastapi import Depends, Header, Request

from problems import (
    MalformedJsonError,
    UnauthorizedError,
    UnsupportedMediaTypeError,
    ValidationFailedError,
)
from store import Store
from targets import check_target

MAX_NAME_LENGTH = 100

Check = Callable[[Any], Any]


class NewLink(NamedTuple):
    """Body of ``POST /links``."""

    url: str
    code: str | None
    expires_at: str | None


def get_store(request: Request) -> Store:
    """Dependency: the data of the application."""
    return request.app.state.store


def tenant_id(
    store: Annotated[Store, Depends(get_store)],
    key: Annotated[str, Header(alias="X-Api-Key")] = "",
) -> str:
    """Dependency: the id of the tenant whose key the request has."""
    tenant = store.tenant_of(key)
    if tenant is None:
        raise UnauthorizedError
    return tenant


TenantId = Annotated[str, Depends(tenant_id)]


async def _json_object(request: Request) -> dict[str, Any]:
    media_type = Message()
    media_type["Content-Type"] = request.headers.get("Content-Type", "")
    if media_type.get_content_type() != "application/json":
        raise UnsupportedMediaTypeError
    body = await request.body()
    try:
        # Decoded first, because json.loads takes bytes for UTF-16 if they look like it.
        value = json.loads(body.decode(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise MalformedJsonError from None
    if not isinstance(value, dict):
        raise MalformedJsonError
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


async def _json_object_of_tenant(_tenant: TenantId, request: Request) -> dict[str, Any]:
    return await _json_object(request)


async def new_tenant_name(body: Annotated[dict[str, Any], Depends(_json_object)]) -> str:
    """Dependency: the name of the tenant that the body describes."""
    return _checked(body, {"name": _name})["name"]


# Asks for the tenant, because a wrong key is reported before the faults of the body.
TenantsObject = Annotated[dict[str, Any], Depends(_json_object_of_tenant)]


async def new_link(body: TenantsObject) -> NewLink:
    """Dependency: the link that the body describes."""
    fields = _checked(body, {"url": _url}, {"code": _code, "expires_at": _expiry})
    return NewLink(fields["url"], fields.get("code"), fields.get("expires_at"))


async def new_expiry(body: TenantsObject) -> str | None:
    """Dependency: the time of expiry that the body describes."""
    return _checked(body, {"expires_at": _expiry})["expires_at"]


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
