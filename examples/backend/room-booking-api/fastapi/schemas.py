"""The inputs of each endpoint and the rules they are checked against."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import (
    BaseModel,
    Field,
    PlainValidator,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from errors import InvalidInputError
from instants import parse_instant

MAX_CAPACITY = 1000
MIN_MINUTES, MAX_MINUTES = 15, 8 * 60
MAX_WINDOW_SECONDS = 31 * 24 * 60 * 60

_KEY_PATTERN = re.compile(r"[!-~]{1,64}")

Inputs = TypeVar("Inputs", bound=BaseModel)


def validated(model: type[Inputs], values: Mapping[str, Any]) -> Inputs:
    """The values as ``model``.

    Raises:
        InvalidInputError: with all faulty values by the name the client knows them by.
    """
    try:
        return model.model_validate(values)
    except ValidationError as error:
        messages = {str(item["loc"][0]): item["msg"] for item in error.errors()}
        raise InvalidInputError(
            {name: message.removeprefix("Value error, ") for name, message in messages.items()}
        ) from error


def _text(longest: int) -> PlainValidator:
    pattern = re.compile(rf"[^\x00-\x1f\x7f\ud800-\udfff]{{1,{longest}}}")

    def check(value: object) -> str:
        # strip(" "), because a text of other white space is allowed.
        if not isinstance(value, str) or not pattern.fullmatch(value) or not value.strip(" "):
            raise ValueError(
                f"must be 1 to {longest} characters without control characters, not only spaces"
            )
        return value

    return PlainValidator(check)


def _query_integer(smallest: int, largest: int) -> PlainValidator:
    def check(value: object) -> int:
        # Four digits hold every limit and keep int() away from numbers of any length.
        match = re.fullmatch(r"0*([0-9]{1,4})", value) if isinstance(value, str) else None
        if not match or not smallest <= int(match[1]) <= largest:
            raise ValueError(f"must be one integer from {smallest} to {largest}, in digits only")
        return int(match[1])

    return PlainValidator(check)


def _check_capacity(value: object) -> int:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 1 <= value <= MAX_CAPACITY or value != int(value):
        raise ValueError(f"must be a whole number from 1 to {MAX_CAPACITY}")
    return int(value)


def _check_key(value: str | None) -> str | None:
    if value is not None and not _KEY_PATTERN.fullmatch(value):
        raise ValueError("must be 1 to 64 characters from ! to ~")
    return value


Time = Annotated[int, PlainValidator(parse_instant)]


class NewRoom(BaseModel):
    """Body of ``POST /rooms``."""

    name: Annotated[str, _text(100)]
    capacity: Annotated[int, PlainValidator(_check_capacity)]


class NewBooking(BaseModel):
    """Body and header of ``POST /rooms/<id>/bookings``; ``key`` is None if there is no header."""

    title: Annotated[str, _text(200)]
    start: Time
    end: Time
    key: Annotated[str | None, PlainValidator(_check_key)] = Field(alias="Idempotency-Key")

    @field_validator("end")
    @classmethod
    def _check_length(cls, end: int, info: ValidationInfo) -> int:
        start = info.data.get("start")  # missing if it is faulty itself
        if start is not None and not MIN_MINUTES * 60 <= end - start <= MAX_MINUTES * 60:
            raise ValueError(f"must be {MIN_MINUTES} to {MAX_MINUTES} minutes after start")
        return end


class Window(BaseModel):
    """The query parameters ``from`` and ``to``."""

    start: Time = Field(alias="from")
    end: Time = Field(alias="to")

    @field_validator("end")
    @classmethod
    def _check_length(cls, end: int, info: ValidationInfo) -> int:
        start = info.data.get("start")
        if start is not None and not 0 < end - start <= MAX_WINDOW_SECONDS:
            raise ValueError("must be later than from, by 31 days at most")
        return end


class FreeSlotSearch(Window):
    """The query parameters of ``GET /free-slots``."""

    duration_minutes: Annotated[int, _query_integer(MIN_MINUTES, MAX_MINUTES)]
    min_capacity: Annotated[int, _query_integer(1, MAX_CAPACITY)] = 1
