"""What can be wrong with a request, and how it is answered."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import NamedTuple

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException


class Kind(NamedTuple):
    """A kind of problem."""

    status: HTTPStatus
    code: str
    title: str


MALFORMED_JSON = Kind(HTTPStatus.BAD_REQUEST, "malformed_json", "The body must be a JSON object in UTF-8")
UNAUTHORIZED = Kind(HTTPStatus.UNAUTHORIZED, "unauthorized", "A valid bearer token is required")
FORBIDDEN = Kind(HTTPStatus.FORBIDDEN, "forbidden", "Your role does not allow this")
NOT_FOUND = Kind(HTTPStatus.NOT_FOUND, "not_found", "There is nothing here")
NAME_TAKEN = Kind(HTTPStatus.CONFLICT, "name_taken", "The name is taken")
ALREADY_MEMBER = Kind(HTTPStatus.CONFLICT, "already_member", "The user is a member already")
LAST_OWNER = Kind(HTTPStatus.CONFLICT, "last_owner", "A workspace must keep an owner")
BODY_TOO_LARGE = Kind(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body_too_large", "The body is too large")
UNSUPPORTED_MEDIA_TYPE = Kind(
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", "The body must be application/json"
)
VALIDATION_FAILED = Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "validation_failed", "Some fields are faulty")
UNKNOWN_USER = Kind(HTTPStatus.UNPROCESSABLE_ENTITY, "unknown_user", "There is no such user")
INTERNAL_ERROR = Kind(HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", "The server failed")


class Problem(Exception):
    """A request can't be answered as it asks; raised anywhere, also to roll a transaction back."""

    def __init__(self, kind: Kind, errors: Mapping[str, str] | None = None) -> None:
        """Make a problem; ``errors`` says what is wrong with each faulty field."""
        super().__init__(kind.code)
        self.kind = kind
        self.errors = errors


def add_problem_handlers(app: FastAPI) -> None:
    """Answer all errors of an app as ``application/problem+json``."""

    @app.exception_handler(Problem)
    async def answer_problem(_request: Request, problem: Problem) -> JSONResponse:
        return _document(problem.kind, problem.errors)

    @app.exception_handler(HTTPException)
    async def answer_http_exception(_request: Request, exception: HTTPException) -> JSONResponse:
        if exception.status_code == NOT_FOUND.status:
            return _document(NOT_FOUND)
        status = HTTPStatus(exception.status_code)
        return _document(Kind(status, status.name.lower(), status.phrase))

    @app.exception_handler(Exception)
    async def answer_crash(_request: Request, _exception: Exception) -> JSONResponse:
        return _document(INTERNAL_ERROR)


def _document(kind: Kind, errors: Mapping[str, str] | None = None) -> JSONResponse:
    status, code, title = kind
    body: dict[str, object] = {"type": f"/problems/{code}", "code": code, "title": title, "status": status}
    if errors is not None:
        body["errors"] = errors
    headers = {"WWW-Authenticate": "Bearer"} if kind is UNAUTHORIZED else None
    return JSONResponse(body, status, headers, media_type="application/problem+json")
