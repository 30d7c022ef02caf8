"""The errors of the API and how they are answered."""

from typing import Any

from flask import Flask, current_app, jsonify
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, NotFound


class ApiError(Exception):
    """A request that is answered with an error."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.content: dict[str, Any] = {"code": code, "message": message}


class MalformedJsonError(ApiError):
    """The body is not a JSON object."""

    def __init__(self) -> None:
        super().__init__(400, "malformed_json", "The body must be a JSON object in UTF-8.")


class ValidationFailedError(ApiError):
    """Some inputs are faulty."""

    def __init__(self, fields: dict[str, str]) -> None:
        """``fields`` tells what is wrong with each faulty input."""
        super().__init__(422, "validation_failed", "Some inputs are faulty.")
        self.content["fields"] = fields


class NotFoundError(ApiError):
    """There is nothing at the path."""

    def __init__(self, thing: str) -> None:
        super().__init__(404, "not_found", f"There is no such {thing}.")


class IdempotencyKeyReusedError(ApiError):
    """The key belongs to another booking."""

    def __init__(self) -> None:
        message = "The idempotency key has been used for another booking."
        super().__init__(422, "idempotency_key_reused", message)


class BookingConflictError(ApiError):
    """The room is taken."""

    def __init__(self) -> None:
        super().__init__(409, "booking_conflict", "The room is already booked at that time.")


def install_error_handlers(app: Flask) -> None:
    """Let the application answer errors of every kind with a JSON body."""
    app.register_error_handler(ApiError, _answer)
    app.register_error_handler(HTTPException, _answer_http_exception)
    app.register_error_handler(Exception, _answer_unexpected)


def _answer(error: ApiError) -> ResponseReturnValue:
    return jsonify(error=error.content), error.status


def _answer_http_exception(error: HTTPException) -> ResponseReturnValue:
    if isinstance(error, NotFound):
        return _answer(NotFoundError("path"))
    return _answer(ApiError(error.code or 500, "request_refused", error.name))


def _answer_unexpected(error: Exception) -> ResponseReturnValue:
    current_app.logger.error("unexpected error", exc_info=error)
    return _answer(ApiError(500, "internal_error", "The server failed."))
