"""Errors, answered as application/problem+json (RFC 9457)."""

from typing import Any

from flask import Flask, Response, jsonify
from werkzeug.exceptions import HTTPException

TITLES = {
    "malformed_json": (400, "The body is not a JSON object"),
    "unauthorized": (401, "A valid token is needed"),
    "forbidden": (403, "You may not do this"),
    "not_found": (404, "There is nothing here"),
    "already_claimed": (409, "The staff token is taken"),
    "illegal_transition": (409, "The order's state forbids this"),
    "out_of_stock": (409, "There is not enough of some products"),
    "body_too_large": (413, "The body is too large"),
    "unsupported_media_type": (415, "The body must be application/json"),
    "validation_failed": (422, "Some fields are faulty"),
}
CODES_OF_FLASK = {404: "not_found", 413: "body_too_large"}


class Problem(Exception):
    """An error by its code, one of ``TITLES``; ``extra`` are the further fields of the answer."""

    def __init__(self, code: str, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.extra = extra


def init_app(app: Flask) -> None:
    """Answer every exception, Flask's own included, as a problem."""
    app.register_error_handler(Problem, _answer_problem)
    app.register_error_handler(HTTPException, _answer_http_exception)


def _answer_problem(problem: Problem) -> Response:
    status, title = TITLES[problem.code]
    response = _response(problem.code, title, status, **problem.extra)
    if problem.code == "unauthorized":
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _answer_http_exception(error: HTTPException) -> Response:
    # What nobody expected comes here too, as the 500 that Flask makes of it.
    if error.code in CODES_OF_FLASK:
        return _answer_problem(Problem(CODES_OF_FLASK[error.code]))
    return _response("http_error", error.name, error.code or 500)


def _response(code: str, title: str, status: int, **extra: Any) -> Response:
    response = jsonify(type=f"/problems/{code}", code=code, title=title, status=status, **extra)
    response.status_code = status
    response.mimetype = "application/problem+json"
    return response
