"""Error responses: problem documents, and the exceptions that become one."""

from typing import Any

from flask import Flask, Response, jsonify
from werkzeug.exceptions import NotFound

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


def install_problem_handlers(app: Flask) -> None:
    """Make the application answer errors, those of the framework too, with problem documents."""

    @app.errorhandler(ProblemError)
    def answer_problem(error: ProblemError) -> Response:
        response = jsonify(error.document())
        response.status_code = error.status
        response.mimetype = MEDIA_TYPE
        return response

    @app.errorhandler(404)
    def answer_unknown_path(_error: NotFound) -> Response:
        return answer_problem(NotFoundError())
