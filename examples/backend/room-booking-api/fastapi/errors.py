"""Every error the API answers with, and how it is written as JSON."""

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException


class ApiError(Exception):
    """An error that is answered with its status, its code and its message."""

    status: HTTPStatus
    code: str


class MalformedJsonError(ApiError):
    """The request body is not a JSON object in UTF-8."""

    status = HTTPStatus.BAD_REQUEST
    code = "malformed_json"


class InvalidInputError(ApiError):
    """Some inputs are faulty; ``fields`` says of each what is wrong with it."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "validation_failed"

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__("Some inputs are not valid.")
        self.fields = fields


class NotFoundError(ApiError):
    """There is no such room or booking."""

    status = HTTPStatus.NOT_FOUND
    code = "not_found"


class IdempotencyKeyReusedError(ApiError):
    """The key has already created another booking."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "idempotency_key_reused"


class BookingConflictError(ApiError):
    """The room is taken for at least a part of the time."""

    status = HTTPStatus.CONFLICT
    code = "booking_conflict"


def add_error_handlers(app: FastAPI) -> None:
    """Make the application answer every error in the format of the API."""
    app.add_exception_handler(ApiError, _answer_api_error)
    app.add_exception_handler(HTTPException, _answer_http_exception)
    app.add_exception_handler(Exception, _answer_unexpected_error)


async def _answer_api_error(_: Request, error: ApiError) -> JSONResponse:
    fields = error.fields if isinstance(error, InvalidInputError) else None
    return _error_response(error.status, error.code, str(error), fields)


async def _answer_http_exception(_: Request, error: HTTPException) -> JSONResponse:
    code = HTTPStatus(error.status_code).name.lower()
    return _error_response(error.status_code, code, error.detail)


async def _answer_unexpected_error(_: Request, __: Exception) -> JSONResponse:
    return _error_response(HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", "The server failed.")


def _error_response(
    status: int, code: str, message: str, fields: Mapping[str, str] | None = None
) -> JSONResponse:
    error: dict[str, object] = {"code": code, "message": message}
    if fields is not None:
        error["fields"] = fields
    return JSONResponse({"error": error}, status)
