"""Reading and checking request bodies."""

import json
from collections.abc import Callable
from typing import Any, NoReturn

from django.core.exceptions import RequestDataTooBig, ValidationError
from django.core.validators import MaxLengthValidator, MinLengthValidator, RegexValidator
from django.http import HttpRequest

from accounts.problems import BodyTooLarge, MalformedJson, UnsupportedMediaType, ValidationFailed

Validators = list[Callable[[Any], None]]

NEW_USERNAME: Validators = [RegexValidator(r"\A[a-z0-9_-]{3,32}\Z", "Use 3 to 32 characters from a-z 0-9 - _.")]
NEW_PASSWORD: Validators = [MinLengthValidator(12), MaxLengthValidator(128)]
ATTEMPT: Validators = [MinLengthValidator(1), MaxLengthValidator(128)]


def read_fields(request: HttpRequest, **fields: Validators) -> list[str]:
    """The values of the named fields, in their order; the body must have these and no others.

    Raises:
        UnsupportedMediaType, BodyTooLarge, MalformedJson, ValidationFailed
    """
    body = _read_object(request)
    errors = {name: "There is no such field." for name in body if name not in fields}
    for name, validators in fields.items():
        try:
            _validate(body.get(name), validators)
        except ValidationError as error:
            errors[name] = " ".join(error.messages)
    if errors:
        raise ValidationFailed(errors=errors)
    return [body[name] for name in fields]


def _validate(value: object, validators: Validators) -> None:
    # The validators would take a number for its text, and a list for its length.
    if not isinstance(value, str):
        raise ValidationError("This must be a string.")
    for validator in validators:
        validator(value)


def _read_object(request: HttpRequest) -> dict[str, Any]:
    if request.content_type != "application/json":
        raise UnsupportedMediaType
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
