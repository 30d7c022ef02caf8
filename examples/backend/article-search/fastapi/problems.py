"""Errors as problem documents (RFC 9457)."""

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

TITLES = {
    "malformed_json": "The body is not a JSON object in UTF-8",
    "invalid_cursor": "The cursor does not belong to this query",
    "not_found": "Nothing is found here",
    "content_too_large": "The body is too large",
    "unsupported_media_type": "The body has to be application/json",
    "validation_failed": "Some input is faulty",
}


class Problem(Exception):
    """What a client is told about: a status, a code, and what is wrong with each faulty input."""

    def __init__(self, status: int, code: str, errors: dict[str, str] | None = None) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.errors = errors

    @classmethod
    def not_found(cls) -> "Problem":
        """There is no such article or path."""
        return cls(404, "not_found")

    @classmethod
    def validation_failed(cls, errors: dict[str, str]) -> "Problem":
        """Fields or parameters are faulty; ``errors`` says how."""
        return cls(422, "validation_failed", errors)


def register(app: FastAPI) -> None:
    """Answer every error of the app as a problem document."""

    @app.exception_handler(Problem)
    async def problem(request: Request, error: Problem) -> JSONResponse:
        return _document(error.status, error.code, TITLES[error.code], error.errors)

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> JSONResponse:
        code = str(error.detail).lower().replace(" ", "_")
        return _document(error.status_code, code, str(error.detail))

    @app.exception_handler(Exception)
    async def failure(request: Request, error: Exception) -> JSONResponse:
        return _document(500, "internal_error", "The server failed")


def _document(status: int, code: str, title: str, errors: dict[str, str] | None = None) -> JSONResponse:
    members = {"type": f"/problems/{code}", "title": title, "status": status, "code": code}
    extension = {} if errors is None else {"errors": errors}
    return JSONResponse(members | extension, status, media_type="application/problem+json")
