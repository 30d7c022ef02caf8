"""Errors in the form of the RealWorld specification, which is not that of RFC 9457."""

from flask import Flask
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

# What Flask itself refuses, by the key under which the client is told.
_KEYS = {400: "body", 404: "path", 413: "body"}


class ApiError(Exception):
    """What a client is told in place of a result: texts by key."""

    def __init__(self, status: int, **errors: str) -> None:
        super().__init__(status)
        self.status = status
        self.errors = {key: [text] for key, text in errors.items()}


def unauthorized() -> ApiError:
    """The request has no valid token."""
    return ApiError(401, token="is missing or not valid")


def forbidden(kind: str) -> ApiError:
    """The article or comment is somebody else's."""
    return ApiError(403, **{kind: "belongs to another user"})


def not_found(kind: str) -> ApiError:
    """There is no such profile, article or comment."""
    return ApiError(404, **{kind: "not found"})


def init_app(app: Flask) -> None:
    """Answer the errors of the app, and those of the framework, in one form."""
    app.register_error_handler(ApiError, _answer)
    app.register_error_handler(HTTPException, _answer_of_flask)


def _answer(error: ApiError) -> ResponseReturnValue:
    headers = {"WWW-Authenticate": "Token"} if "token" in error.errors else {}
    return {"errors": error.errors}, error.status, headers


def _answer_of_flask(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    return _answer(ApiError(status, **{_KEYS.get(status, "server"): error.name}))
