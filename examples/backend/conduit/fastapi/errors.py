"""Errors in the form of the RealWorld specification, which is not that of RFC 9457."""

from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class ApiError(HTTPException):
    """What a client is told in place of a result: texts by key."""

    def __init__(self, status: HTTPStatus, errors: dict[str, list[str]]) -> None:
        super().__init__(status, headers={"WWW-Authenticate": "Token"} if "token" in errors else None)
        self.errors = errors


def unauthorized() -> ApiError:
    """The request has no valid token."""
    return ApiError(HTTPStatus.UNAUTHORIZED, {"token": ["is missing or not valid"]})


def not_found(kind: str) -> ApiError:
    """There is no such profile, article or comment."""
    return ApiError(HTTPStatus.NOT_FOUND, {kind: ["not found"]})


def forbidden(kind: str) -> ApiError:
    """The article or comment is somebody else's."""
    return ApiError(HTTPStatus.FORBIDDEN, {kind: ["belongs to another user"]})


class BodyLimit:
    """Middleware: refuses request bodies that are too large while they come in."""

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the app receive no more than the limit."""
        size = 0

        async def receive_some() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > self._max_bytes:
                raise ApiError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"body": [f"exceeds {self._max_bytes} bytes"]})
            return message

        await self._app(scope, receive_some, send)


def add_error_handlers(app: FastAPI) -> None:
    """Answer the errors of the app, and those of the framework, in one form."""
    app.add_exception_handler(ApiError, _answer)
    app.add_exception_handler(RequestValidationError, _answer_faults)
    app.add_exception_handler(HTTPException, _answer_of_framework)


async def _answer(_request: Request, error: ApiError) -> JSONResponse:
    return JSONResponse({"errors": error.errors}, error.status_code, error.headers)


async def _answer_faults(request: Request, failure: RequestValidationError) -> JSONResponse:
    errors: dict[str, list[str]] = {}
    for fault in failure.errors():
        place = fault["loc"]
        # A fault of the whole body has a place of one part, or the position where it is no JSON.
        if place == ("body",) or fault["type"] == "json_invalid":
            return await _answer(request, ApiError(HTTPStatus.BAD_REQUEST, {"body": ["is not a JSON object"]}))
        # ("query", name), ("body", outer name), ("body", outer name, field) or deeper
        errors.setdefault(str(place[:3][-1]), []).append(fault["msg"])
    return await _answer(request, ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, errors))


async def _answer_of_framework(request: Request, error: HTTPException) -> JSONResponse:
    status = HTTPStatus(error.status_code)
    key = "body" if status == HTTPStatus.BAD_REQUEST else "path"
    return await _answer(request, ApiError(status, {key: [status.phrase]}))
