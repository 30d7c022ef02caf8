"""Errors as problem documents (RFC 9457).

Werkzeug's own exceptions are the errors of the app; a code and faulty inputs are added where the status does not tell
them.
"""

from flask import Flask, Response, jsonify
from werkzeug.exceptions import BadRequest, HTTPException, RequestEntityTooLarge, UnprocessableEntity


class MalformedJson(BadRequest):
    """The body is not a JSON object in UTF-8."""

    problem_code = "malformed_json"


class InvalidCursor(BadRequest):
    """The cursor does not belong to this query."""

    problem_code = "invalid_cursor"


class ValidationFailed(UnprocessableEntity):
    """Inputs are faulty; ``errors`` says how, by name."""

    problem_code = "validation_failed"

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__()
        self.errors = errors


def register(app: Flask) -> None:
    """Answer every error of the app as a problem document."""
    app.register_error_handler(HTTPException, _problem)


def _problem(error: HTTPException) -> Response:
    code = getattr(error, "problem_code", error.name.lower().replace(" ", "_"))
    if isinstance(error, RequestEntityTooLarge):
        code = "content_too_large"
    members = {"type": f"/problems/{code}", "title": error.name, "status": error.code, "code": code}
    if isinstance(error, ValidationFailed):
        members["errors"] = error.errors
    response = jsonify(members)
    response.status_code = error.code or 500
    response.mimetype = "application/problem+json"
    return response
