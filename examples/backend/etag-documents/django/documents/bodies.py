"""Reading and checking request bodies."""

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from django.core.exceptions import ValidationError
from django.http import HttpRequest

from documents.models import Version
from documents.problems import MalformedJson, UnsupportedMediaType, ValidationFailed

FIELDS = {name: Version._meta.get_field(name) for name in ("title", "content")}


def read_all_fields(request: HttpRequest) -> dict[str, str]:
    """The fields of a body that has to have every one.

    Raises:
        UnsupportedMediaType, MalformedJson, ValidationFailed
    """
    body = _read_object(request)
    missing = {name: "This field is required." for name in FIELDS.keys() - body.keys()}
    return _validated(body, missing)


def read_some_fields(request: HttpRequest) -> dict[str, str]:
    """The fields that a body has, which may be none.

    Raises:
        UnsupportedMediaType, MalformedJson, ValidationFailed
    """
    return _validated(_read_object(request), {})


def _read_object(request: HttpRequest) -> dict[str, Any]:
    if request.content_type != "application/json":
        raise UnsupportedMediaType
    try:
        value = json.loads(request.body.decode(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise MalformedJson from None
    if not isinstance(value, dict):
        raise MalformedJson
    return value


def _refuse_constant(name: str) -> NoReturn:
    # Python's parser takes NaN and Infinity, which are not JSON.
    raise ValueError(f"{name} is not JSON")


def _validated(body: dict[str, Any], missing: Mapping[str, str]) -> dict[str, str]:
    errors = dict(missing)
    for name, value in body.items():
        try:
            _validate(name, value)
        except ValidationError as error:
            errors[name] = " ".join(error.messages)
    if errors:
        raise ValidationFailed(errors)
    return body


def _validate(name: str, value: object) -> None:
    if name not in FIELDS:
        raise ValidationError("There is no such field.")
    # Checked here because a model field would make a string of a number.
    if not isinstance(value, str):
        raise ValidationError("This must be a string.")
    FIELDS[name].clean(value, None)
