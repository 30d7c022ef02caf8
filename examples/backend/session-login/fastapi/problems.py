"""The errors of the API and how they are answered."""

from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException


class Problem(Exception):
    """A request that is answered with an error; each subclass is one kind of answer."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    code = "internal_error"
    title = "The server failed"

    def __init__(self, *, errors: dict[str, str] | None = None, headers: dict[str, str] | None = None) -> None:
        """``errors`` tells what is wrong with each faulty field."""
        super().__init__(self.title)
        self.errors = errors
        self.headers = headers


class MalformedJson(Problem):
    status = HTTPStatus.BAD_REQUEST
    code = "malformed_json"
    title = "The body must be a JSON object in UTF-8"


class Unauthenticated(Problem):
    status = HTTPStatus.UNAUTHORIZED
    code = "unauthenticated"
    title = "There is no such session; log in first"


class InvalidCredentials(Problem):
    status = HTTPStatus.UNAUTHORIZED
    code = "invalid_credentials"
    title = "Username or password is wrong"


class CsrfFailed(Problem):
    status = HTTPStatus.FORBIDDEN
    code = "csrf_failed"
    title = "X-CSRF-Token must be the token of the session"


class WrongPassword(Problem):
    status = HTTPStatus.FORBIDDEN
    code = "wrong_password"
    title = "The current password is wrong"


class NotFound(Problem):
    status = HTTPStatus.NOT_FOUND
    code = "not_found"
    title = "There is nothing here"


class UsernameTaken(Problem):
    status = HTTPStatus.CONFLICT
    code = "username_taken"
    title = "There is an account with this username"


class BodyTooLarge(Problem):
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "body_too_large"
    title = "The body is too large"


class UnsupportedMediaType(Problem):
    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    code = "unsupported_media_type"
    title = "The body must be application/json"


class ValidationFailed(Problem):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "validation_failed"
    title = "Some fields are faulty"


class TooManyAttempts(Problem):
    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "too_many_attempts"
    title = "Too many failed attempts; try again later"


def add_problem_handlers(app: FastAPI) -> None:
    """Answer every error of the app, the framework's own included, as a problem document."""
    app.add_exception_handler(Problem, _answer)
    app.add_exception_handler(HTTPException, _answer_http_exception)
    app.add_exception_handler(Exception, _answer_crash)


async def _answer(request: Request, problem: Problem) -> JSONResponse:
    body: dict[str, object] = {
        "type": f"/problems/{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "code": problem.code,
    }
    if problem.errors is not None:
        body["errors"] = problem.errors
    return JSONResponse(body, problem.status, problem.headers, media_type="application/problem+json")


async def _answer_http_exception(request: Request, exception: HTTPException) -> JSONResponse:
    problem = NotFound()
    if exception.status_code != HTTPStatus.NOT_FOUND:
        problem = Problem(headers=dict(exception.headers or {}))
        problem.status = HTTPStatus(exception.status_code)
        problem.code, problem.title = problem.status.name.lower(), problem.status.phrase
    return await _answer(request, problem)


async def _answer_crash(request: Request, exception: Exception) -> JSONResponse:
    return await _answer(request, Problem())
