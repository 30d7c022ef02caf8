"""Errors as problem documents."""

from flask import Flask, Response, jsonify
from werkzeug.exceptions import HTTPException, NotFound, RequestEntityTooLarge

_STATUS_AND_TITLE = {
    "malformed_json": (400, "The body must be a JSON object in UTF-8."),
    "unauthorized": (401, "This needs a valid access token."),
    "invalid_credentials": (401, "Username or password is wrong."),
    "invalid_refresh_token": (401, "This refresh token is not valid."),
    "wrong_password": (403, "This is not the current password."),
    "not_found": (404, "Nothing is here."),
    "username_taken": (409, "The username is taken."),
    "payload_too_large": (413, "The body is too large."),
    "unsupported_media_type": (415, "The body must be application/json."),
    "validation_failed": (422, "The body has faulty fields."),
}
# Errors that Flask itself finds.
_CODES = {NotFound: "not_found", RequestEntityTooLarge: "payload_too_large"}


class ProblemError(Exception):
    """Ends a request with an error; ``errors`` says what is wrong with each faulty field."""

    def __init__(self, code: str, errors: dict[str, str] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.errors = errors


def install_problem_handlers(app: Flask) -> None:
    """Make the application answer all errors with problem documents."""

    @app.errorhandler(ProblemError)
    def answer_problem(error: ProblemError) -> Response:
        status, title = _STATUS_AND_TITLE[error.code]
        details = {} if error.errors is None else {"errors": error.errors}
        kind = f"/problems/{error.code}"
        response = jsonify(type=kind, title=title, status=status, code=error.code, **details)
        response.status_code = status
        response.mimetype = "application/problem+json"
        if status == 401:
            response.headers["WWW-Authenticate"] = "Bearer"
        return response

    def answer_http_exception(error: HTTPException) -> Response:
        return answer_problem(ProblemError(_CODES[type(error)]))

    for kind in _CODES:
        app.register_error_handler(kind, answer_http_exception)
