"""Error responses: problem documents, and the exceptions that become one."""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

MEDIA_TYPE = "application/problem+json"


class ProblemError(Exception):
    """A request that is answered with an error."""

    def __init__(
        self, status: int, code: str, title: str, errors: dict[str, str] | None = None
    ) -> None:
        """``errors`` tells what is wrong with each faulty input."""
        super().__init__(title)
        self.status = status
        self.code = code
        self.title = title
        self.errors = errors

    def document(self) -> dict[str, Any]:
        """The body of the response."""
        document = {"type": f"/problems/{self.code}", "title": self.title, "status": self.status}
        return document if self.errors is None else document | {"errors": self.errors}


class UnsupportedMediaTypeError(ProblemError):
    """The body is not sent as JSON."""

    def __init__(self) -> None:
        super().__init__(415, "unsupported_media_type", "The body must be application/json.")


class MalformedJsonError(ProblemError):
    """The body is not a JSON object."""

    def __init__(self) -> None:
        super().__init__(400, "malformed_json", "The body must be a JSON object in UTF-8.")


class InvalidIdempotencyKeyError(ProblemError):
    """The idempotency key is missing or not allowed."""

    def __init__(self) -> None:
        title = "Idempotency-Key must be 1 to 64 characters from ! to ~."
        super().__init__(400, "invalid_idempotency_key", title)


class ValidationFailedError(ProblemError):
    """Some inputs are faulty."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(422, "validation_failed", "Some inputs are faulty.", errors)


class NotFoundError(ProblemError):
    """There is nothing at the path."""

    def __init__(self) -> None:
        super().__init__(404, "not_found", "There is nothing at this path.")


class IdempotencyKeyReusedError(ProblemError):
    """The idempotency key belongs to another transfer."""

    def __init__(self) -> None:
        title = "The idempotency key has been used for another transfer."
        super().__init__(422, "idempotency_key_reused", title)


class RefusalError(ProblemError):
    """A transfer that cannot be carried out."""


def install_problem_handlers(app: FastAPI) -> None:
    """Make the application answer errors, those of the framework too, with problem documents."""

    @app.exception_handler(ProblemError)
    async def answer_problem(_request: Request, error: ProblemError) -> JSONResponse:
        return JSONResponse(error.document(), error.status, media_type=MEDIA_TYPE)

    @app.exception_handler(404)
    async def answer_unknown_path(request: Request, _error: HTTPException) -> JSONResponse:
        return await answer_problem(request, NotFoundError())
