"""Errors, all of them exceptions of Werkzeug, and how they are answered.

Where HTTP's own errors say enough, views call ``abort`` with their status.
"""

from http import HTTPStatus

from flask import Flask, Response, jsonify
from werkzeug.exceptions import BadRequest, Conflict, HTTPException, UnprocessableEntity


class MalformedJson(BadRequest):
    """The body can't be read."""

    description = "The body must be a JSON object in UTF-8."
    problem = "malformed_json"


class ValidationFailed(UnprocessableEntity):
    """Some fields of the body are faulty."""

    problem = "validation_failed"

    def __init__(self, errors: dict[str, str]) -> None:
        """Make an error that says what is wrong with each faulty field."""
        super().__init__("Some fields are faulty.")
        self.errors = errors


class UnknownUser(UnprocessableEntity):
    """The invited user does not exist."""

    description = "There is no such user."
    problem = "unknown_user"


class AlreadyMember(Conflict):
    """The invited user has a role here."""

    description = "The user is a member already."
    problem = "already_member"


class NameTaken(Conflict):
    """The name has to be unique, and is not."""

    description = "The name is taken."
    problem = "name_taken"


class LastOwner(Conflict):
    """Nobody would own the workspace any more."""

    description = "A workspace must keep an owner."
    problem = "last_owner"


CODES = {HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "body_too_large"}


def init_app(app: Flask) -> None:
    """Answer all errors of the app as ``application/problem+json``."""
    app.register_error_handler(HTTPException, _answer)


def _answer(error: HTTPException) -> Response:
    # An exception that nobody expected has become an InternalServerError before it comes here.
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    code = getattr(error, "problem", None) or CODES.get(status, status.name.lower())
    body: dict[str, object] = {"type": f"/problems/{code}", "code": code, "title": error.description, "status": status}
    if isinstance(error, ValidationFailed):
        body["errors"] = error.errors
    response = jsonify(body)
    response.status_code = status
    response.mimetype = "application/problem+json"
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response
