"""Errors that are answered as problem documents."""

from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse


class ProblemError(Exception):
    """A request that can't be answered as asked; subclasses tell why."""

    status: int
    code: str
    title: str
    headers: Mapping[str, str] = {}

    def members(self) -> dict[str, object]:
        """The members of the problem document."""
        return {"type": f"/problems/{self.code}", "title": self.title, "status": self.status}


class UnauthorizedError(ProblemError):
    """The request lacks the key of publishers."""

    status, code, title = 401, "unauthorized", "This needs the key of publishers."
    headers = {"WWW-Authenticate": "Bearer"}


class UnsupportedMediaTypeError(ProblemError):
    """The body is not JSON by its media type."""

    status, code, title = 415, "unsupported_media_type", "The body must be application/json."


class BodyTooLargeError(ProblemError):
    """The body has too many bytes."""

    status, code, title = 413, "body_too_large", "The body has more than 65536 bytes."


class MalformedJsonError(ProblemError):
    """The body is no JSON object."""

    status, code, title = 400, "malformed_json", "The body must be a JSON object in UTF-8."


class InvalidLastEventIdError(ProblemError):
    """The last event id is no id."""

    status, code, title = 400, "invalid_last_event_id", "The last event id must be a number."


class ValidationFailedError(ProblemError):
    """Fields of the body are faulty."""

    status, code, title = 422, "validation_failed", "Some fields are faulty."

    def __init__(self, errors: dict[str, str]) -> None:
        """``errors`` tells of each faulty field what is wrong."""
        super().__init__(self.title)
        self.errors = errors

    def members(self) -> dict[str, object]:
        """The members of the problem document."""
        return {**super().members(), "errors": self.errors}


class NotFoundError(ProblemError):
    """There is nothing at the path."""

    status, code, title = 404, "not_found", "There is nothing here."


class TooManyListenersError(ProblemError):
    """A channel has as many listeners as it may have."""

    status, code, title = 503, "too_many_listeners", "The channel has no place for a listener."
    headers = {"Retry-After": "5"}


def install_problem_handlers(app: FastAPI) -> None:
    """Answer the errors above, and unknown paths, with problem documents."""

    @app.exception_handler(ProblemError)
    async def answer(_request: Request, error: ProblemError) -> JSONResponse:
        return JSONResponse(error.members(), error.status, error.headers, media_type="application/problem+json")

    @app.exception_handler(404)
    async def answer_unknown_path(request: Request, _error: Exception) -> JSONResponse:
        return await answer(request, NotFoundError())
