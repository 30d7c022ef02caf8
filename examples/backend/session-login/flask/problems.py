"""The errors of the API and how they are answered."""

from enum import Enum
from http import HTTPStatus

from flask import Flask, Response, jsonify
from werkzeug.exceptions import HTTPException, NotFound, RequestEntityTooLarge


class Kind(Enum):
    """What a request can be refused for: status and title; the code is the name in lower case."""

    MALFORMED_JSON = (HTTPStatus.BAD_REQUEST, "The body must be a JSON object in UTF-8")
    UNAUTHENTICATED = (HTTPStatus.UNAUTHORIZED, "This needs the cookie of a session")
    INVALID_CREDENTIALS = (HTTPStatus.UNAUTHORIZED, "Username or password is wrong")
    CSRF_FAILED = (HTTPStatus.FORBIDDEN, "X-CSRF-Token is not that of the session")
    WRONG_PASSWORD = (HTTPStatus.FORBIDDEN, "The current password is wrong")
    NOT_FOUND = (HTTPStatus.NOT_FOUND, "There is nothing here")
    USERNAME_TAKEN = (HTTPStatus.CONFLICT, "The username is taken")
    BODY_TOO_LARGE = (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is too large")
    UNSUPPORTED_MEDIA_TYPE = (HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The body must be application/json")
    VALIDATION_FAILED = (HTTPStatus.UNPROCESSABLE_ENTITY, "Some fields are faulty")
    TOO_MANY_ATTEMPTS = (HTTPStatus.TOO_MANY_REQUESTS, "Too many attempts failed; try again later")


class Refused(Exception):
    """A request that is answered with a problem."""

    def __init__(
        self, kind: Kind, *, errors: dict[str, str] | None = None, retry_after: int | None = None
    ) -> None:
        """Refuse for a reason.

        Args:
            kind: the reason.
            errors: what is wrong with each faulty field.
            retry_after: seconds after which the client may try again.
        """
        super().__init__(kind.name)
        self.kind = kind
        self.errors = errors
        self.retry_after = retry_after


def register_handlers(app: Flask) -> None:
    """Answer every error of the app, Flask's own included, as a problem document."""
    app.register_error_handler(Refused, _answer)
    app.register_error_handler(NotFound, lambda error: _answer(Refused(Kind.NOT_FOUND)))
    app.register_error_handler(RequestEntityTooLarge, lambda error: _answer(Refused(Kind.BODY_TOO_LARGE)))
    app.register_error_handler(HTTPException, _answer_http_exception)


def _answer(refused: Refused) -> Response:
    status, title = refused.kind.value
    extension = {} if refused.errors is None else {"errors": refused.errors}
    response = _document(status, refused.kind.name.lower(), title, **extension)
    if refused.retry_after is not None:
        response.headers["Retry-After"] = str(refused.retry_after)
    return response


def _answer_http_exception(error: HTTPException) -> Response:
    # Unexpected exceptions come here too, as the 500 that Flask makes of them.
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    return _document(status, status.name.lower(), status.phrase)


def _document(status: HTTPStatus, code: str, title: str, **extension: object) -> Response:
    response = jsonify(type=f"/problems/{code}", title=title, status=status, code=code, **extension)
    response.status_code = status
    response.mimetype = "application/problem+json"
    return response
