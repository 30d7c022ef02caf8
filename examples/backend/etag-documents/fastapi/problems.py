"""The errors of the API and how they are answered."""

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException


class Problem(Exception):
    """A failure that the client is told about; each subclass is one kind of answer."""

    status: HTTPStatus
    code: str
    title: str
    errors: dict[str, str] | None = None


class MalformedJson(Problem):
    status = HTTPStatus.BAD_REQUEST
    code = "malformed_json"
    title = "The request body must be a JSON object in UTF-8"


class NotFound(Problem):
    status = HTTPStatus.NOT_FOUND
    code = "not_found"
    title = "There is nothing here"


class NotDeleted(Problem):
    status = HTTPStatus.CONFLICT
    code = "not_deleted"
    title = "Only a deleted document can be restored"


class Deleted(Problem):
    status = HTTPStatus.GONE
    code = "deleted"
    title = "The document is deleted"


class PreconditionFailed(Problem):
    status = HTTPStatus.PRECONDITION_FAILED
    code = "precondition_failed"
    title = "The document is not in the state that the request asks for"


class UnsupportedMediaType(Problem):
    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    code = "unsupported_media_type"
    title = "The request body must have the media type application/json"


class ValidationFailed(Problem):
    """Carries what is wrong with each faulty field."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "validation_failed"
    title = "Some fields are faulty"

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(self.title)
        self.errors = errors


class PreconditionRequired(Problem):
    status = HTTPStatus.PRECONDITION_REQUIRED
    code = "precondition_required"
    title = "The request needs a precondition"


def add_problem_handlers(app: FastAPI) -> None:
    """Answer every error of the app as a problem document."""
    app.add_exception_handler(Problem, _answer_problem)
    app.add_exception_handler(HTTPException, _answer_http_exception)
    app.add_exception_handler(Exception, _answer_crash)


async def _answer_problem(request: Request, problem: Problem) -> JSONResponse:
    return _response(problem.status, problem.code, problem.title, problem.errors)


async def _answer_http_exception(request: Request, exception: HTTPException) -> JSONResponse:
    if exception.status_code == HTTPStatus.NOT_FOUND:
        return _response(NotFound.status, NotFound.code, NotFound.title)
    status = HTTPStatus(exception.status_code)
    return _response(status, status.name.lower(), status.phrase, headers=exception.headers)


async def _answer_crash(request: Request, exception: Exception) -> JSONResponse:
    return _response(HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", "The server failed to answer")


def _response(
    status: HTTPStatus,
    code: str,
    title: str,
    errors: dict[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    body: dict[str, object] = {"type": f"/problems/{code}", "title": title, "status": status.value}
    if errors is not None:
        body["errors"] = errors
    return JSONResponse(body, status, headers, media_type="application/problem+json")
