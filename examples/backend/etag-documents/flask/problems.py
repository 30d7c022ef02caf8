"""The errors of the API and how they are answered."""

from enum import Enum
from http import HTTPStatus

from flask import Flask, Response, jsonify
from werkzeug.exceptions import HTTPException


class Fault(Enum):
    """What can be wrong with a request: status and title of the answer; the code is the name in lower case."""

    MALFORMED_JSON = (HTTPStatus.BAD_REQUEST, "The request body must be a JSON object in UTF-8")
    NOT_FOUND = (HTTPStatus.NOT_FOUND, "There is nothing here")
    NOT_DELETED = (HTTPStatus.CONFLICT, "Only a deleted document can be restored")
    DELETED = (HTTPStatus.GONE, "The document is deleted")
    PRECONDITION_FAILED = (HTTPStatus.PRECONDITION_FAILED, "The document is not in the state that was asked for")
    UNSUPPORTED_MEDIA_TYPE = (HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The request body must be application/json")
    VALIDATION_FAILED = (HTTPStatus.UNPROCESSABLE_ENTITY, "Some fields are faulty")
    PRECONDITION_REQUIRED = (HTTPStatus.PRECONDITION_REQUIRED, "The request needs a precondition")


class Problem(Exception):
    """A failure that the client is told about."""

    def __init__(self, fault: Fault, errors: dict[str, str] | None = None) -> None:
        """Make a problem of a fault; ``errors`` says what is wrong with each faulty field."""
        super().__init__(fault.name)
        self.fault = fault
        self.errors = errors


def register_handlers(app: Flask) -> None:
    """Answer every error of the app, Flask's own included, as a problem document."""
    app.register_error_handler(Problem, _answer_problem)
    app.register_error_handler(HTTPException, _answer_http_exception)


def _answer_problem(problem: Problem) -> Response:
    status, title = problem.fault.value
    extension = {} if problem.errors is None else {"errors": problem.errors}
    return _document(status, problem.fault.name.lower(), title, **extension)


def _answer_http_exception(error: HTTPException) -> Response:
    # Unexpected exceptions come here too, as the 500 that Flask makes of them.
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    return _document(status, status.name.lower(), status.phrase)


def _document(status: HTTPStatus, code: str, title: str, **extension: object) -> Response:
    response = jsonify(type=f"/problems/{code}", title=title, status=status, **extension)
    response.status_code = status
    response.mimetype = "application/problem+json"
    return response
