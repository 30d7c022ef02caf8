"""Errors, answered as application/problem+json (RFC 9457)."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException


class Problem(Exception):
    """What a client is told instead of a result; ``extra`` are the further fields of the answer."""

    def __init__(self, status: HTTPStatus, code: str, title: str, **extra: Any) -> None:
        super().__init__(title)
        self.status = status
        self.body = {"type": f"/problems/{code}", "code": code, "title": title, "status": status.value, **extra}


def not_found() -> Problem:
    """There is no such thing, or none that the caller may know of."""
    return Problem(HTTPStatus.NOT_FOUND, "not_found", "There is nothing here")


def forbidden() -> Problem:
    """The caller is known and may not do this."""
    return Problem(HTTPStatus.FORBIDDEN, "forbidden", "You may not do this")


def invalid(errors: dict[str, str]) -> Problem:
    """Fields of the body are faulty: what is wrong with each."""
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return Problem(status, "validation_failed", "Some fields are faulty", errors=errors)


def add_handlers(app: FastAPI) -> None:
    """Answer every exception of the app as a problem."""
    app.add_exception_handler(Problem, _answer)
    app.add_exception_handler(HTTPException, _answer_http_exception)
    app.add_exception_handler(Exception, _answer_crash)


async def _answer(request: Request, problem: Problem) -> JSONResponse:
    headers = {"WWW-Authenticate": "Bearer"} if problem.status == HTTPStatus.UNAUTHORIZED else None
    return JSONResponse(problem.body, problem.status, headers, media_type="application/problem+json")


async def _answer_http_exception(request: Request, exception: HTTPException) -> JSONResponse:
    status = HTTPStatus(exception.status_code)
    return await _answer(request, Problem(status, status.name.lower(), status.phrase))


async def _answer_crash(request: Request, exception: Exception) -> JSONResponse:
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return await _answer(request, Problem(status, "internal_error", status.phrase))
