"""Dependencies that read and check request bodies.

FastAPI's own body parameters do not tell a wrong media type from a faulty field, and take NaN for JSON.
"""

import json
from typing import Any, NoReturn, TypeVar

from fastapi import Request
from pydantic import TypeAdapter, ValidationError

from models import Changes, Fields
from problems import MalformedJson, UnsupportedMediaType, ValidationFailed

ALL_FIELDS = TypeAdapter(Fields)
SOME_FIELDS = TypeAdapter(Changes)

T = TypeVar("T")


async def all_fields(request: Request) -> Fields:
    """Dependency: the fields of a body that has to have every one."""
    return _validate(ALL_FIELDS, await _json_object(request))


async def some_fields(request: Request) -> Changes:
    """Dependency: the fields of a body that has any of them."""
    return _validate(SOME_FIELDS, await _json_object(request))


async def _json_object(request: Request) -> dict[str, Any]:
    media_type = request.headers.get("Content-Type", "").partition(";")[0]
    if media_type.strip().lower() != "application/json":
        raise UnsupportedMediaType
    try:
        value = json.loads((await request.body()).decode(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise MalformedJson from None
    if not isinstance(value, dict):
        raise MalformedJson
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _validate(form: TypeAdapter[T], values: dict[str, Any]) -> T:
    try:
        return form.validate_python(values)
    except ValidationError as invalid:
        raise ValidationFailed({str(fault["loc"][0]): fault["msg"] for fault in invalid.errors()}) from None
