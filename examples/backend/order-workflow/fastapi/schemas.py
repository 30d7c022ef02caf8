"""What clients send. Unknown fields are refused, so that nobody sets a price, a total or a state by sending one."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Annotated, TypeVar

from fastapi import Request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from problems import Problem, invalid
from workflow import Action

MAX_BODY_BYTES = 16_384

Name = Annotated[str, Field(min_length=1, max_length=100)]
Form = TypeVar("Form", bound="StrictForm")


class StrictForm(BaseModel):
    """Neither converts values nor ignores fields."""

    model_config = ConfigDict(strict=True, extra="forbid")


class NewCustomer(StrictForm):
    """Who wants to order."""

    name: Name


class ProductData(StrictForm):
    """All of a product but its SKU; the price in minor units of the currency."""

    name: Name
    price: int = Field(ge=0, le=100_000_000)
    currency: str = Field(pattern="^[A-Z]{3}$")
    stock: int = Field(ge=0, le=1_000_000)


class NewLine(StrictForm):
    """What is ordered."""

    sku: str
    quantity: int = Field(ge=1, le=1000)


def _without_repeats(lines: list[NewLine]) -> list[NewLine]:
    if len({line.sku for line in lines}) < len(lines):
        raise ValueError("must not name a SKU twice")
    return lines


class NewOrder(StrictForm):
    """Lines of different products."""

    lines: Annotated[list[NewLine], Field(min_length=1, max_length=20), AfterValidator(_without_repeats)]


class NewTransition(StrictForm):
    """What is to be done with an order."""

    action: Action


def body_of(form: type[Form]) -> Callable[[Request], Awaitable[Form]]:
    """A dependency that reads the body as a form.

    FastAPI reads the bodies that it is told of before any dependency runs, also for callers who are not let in.
    """

    async def read(request: Request) -> Form:
        content = await _content(request)
        media_type = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if media_type != "application/json":
            title = "The body must be application/json"
            raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", title)
        try:
            return form.model_validate_json(content)
        except ValidationError as error:
            raise _problem(error) from None

    return read


async def _content(request: Request) -> bytes:
    content = b""
    async for chunk in request.stream():
        content += chunk
        if len(content) > MAX_BODY_BYTES:
            raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body_too_large", "The body is too large")
    return content


def _problem(error: ValidationError) -> Problem:
    faults = error.errors()
    # Only a fault of the whole has no place: the body is not JSON, or no object.
    if not faults[0]["loc"]:
        return Problem(HTTPStatus.BAD_REQUEST, "malformed_json", "The body is not a JSON object")
    return invalid({str(fault["loc"][0]): fault["msg"] for fault in faults})
