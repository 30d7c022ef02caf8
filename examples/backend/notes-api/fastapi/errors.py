"""The errors of the API and how they are answered."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import ClassVar

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException


class ApiError(Exception):
    """A failure that the client is told about; each subclass is one kind of answer."""

    status: HTTPStatus
    code: str
    message: str
    headers: ClassVar[dict[str, str]] = {}
    fields: dict[str, str] | None = None


class MalformedJson(ApiError):
    status = HTTPStatus.BAD_REQUEST
    code = "malformed_json"
    message = "The request body must be a JSON object in UTF-8."


class Unauthorized(ApiError):
    status = HTTPStatus.UNAUTHORIZED
    code = "unauthorized"
    message = "A valid bearer token is required."
    headers = {"WWW-Authenticate": "Bearer"}


class InvalidCredentials(Unauthorized):
    code = "invalid_credentials"
    message = "The username or the password is wrong."


class NotFound(ApiError):
    status = HTTPStatus.NOT_FOUND
    code = "not_found"
    message = HTTPStatus.NOT_FOUND.phrase


class UsernameTaken(ApiError):
    status = HTTPStatus.CONFLICT
    code = "username_taken"
    message = "This username is taken."


class PreconditionFailed(ApiError):
    status = HTTPStatus.PRECONDITION_FAILED
    code = "precondition_failed"
    message = "The note does not have the version that If-Match asks for."


class PayloadTooLarge(ApiError):
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "payload_too_large"
    message = "The request body is too large."


class ValidationFailed(ApiError):
    """Carries what is wrong with each faulty field."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "validation_failed"
    message = "Some fields are faulty."

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__(self.message)
        self.fields = fields


class PreconditionRequired(ApiError):
    status = HTTPStatus.PRECONDITION_REQUIRED
    code = "precondition_required"
    message = "An update needs the header If-Match."


class InternalError(ApiError):
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    code = "internal_error"
    message = "The server failed to answer this request."


def install_error_handlers(app: FastAPI) -> None:
    """Give every error, the framework's own included, the JSON body of this API."""

    @app.exception_handler(ApiError)
    async def answer_api_error(_: Request, error: ApiError) -> JSONResponse:
        return _to_response(error)

    @app.exception_handler(HTTPException)
    async def answer_http_exception(_: Request, error: HTTPException) -> JSONResponse:
        status = HTTPStatus(error.status_code)
        return _error_response(status, {"code": status.name.lower(), "message": error.detail}, error.headers)

    @app.exception_handler(Exception)
    async def answer_unexpected_error(_: Request, __: Exception) -> JSONResponse:
        return _to_response(InternalError())


def _to_response(error: ApiError) -> JSONResponse:
    content: dict[str, object] = {"code": error.code, "message": error.message}
    if error.fields is not None:
        content["fields"] = error.fields
    return _error_response(error.status, content, error.headers)


def _error_response(status: HTTPStatus, content: dict[str, object], headers: Mapping[str, str] | None) -> JSONResponse:
    return JSONResponse({"error": content}, status_code=status, headers=headers)
