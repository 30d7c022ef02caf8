"""The errors of the API and the one form in which all of them are answered."""

from http import HTTPStatus

from flask import Flask, Response, json, jsonify
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException


class ApiError(Exception):
    """A failure that the client is told about; a subclass is one kind of answer."""

    status: HTTPStatus
    code: str
    message: str

    def body(self) -> dict[str, object]:
        """The value of ``error`` in the answer."""
        return {"code": self.code, "message": self.message}


class MalformedJson(ApiError):
    status = HTTPStatus.BAD_REQUEST
    code = "malformed_json"
    message = "The request body must be a JSON object in UTF-8."


class Unauthorized(ApiError):
    status = HTTPStatus.UNAUTHORIZED
    code = "unauthorized"
    message = "A valid bearer token is required."


class InvalidCredentials(ApiError):
    status = HTTPStatus.UNAUTHORIZED
    code = "invalid_credentials"
    message = "The username or the password is wrong."


class NotFound(ApiError):
    status = HTTPStatus.NOT_FOUND
    code = "not_found"
    message = "There is nothing here."


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
    """Says what is wrong with each faulty field."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "validation_failed"
    message = "Some fields are faulty."

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__(self.message)
        self.fields = fields

    def body(self) -> dict[str, object]:
        """As for other errors, and the fields."""
        return {**super().body(), "fields": self.fields}


class PreconditionRequired(ApiError):
    status = HTTPStatus.PRECONDITION_REQUIRED
    code = "precondition_required"
    message = "An update needs the header If-Match."


def install_error_handlers(app: Flask) -> None:
    """Give every error, the framework's own included, the JSON body of this API."""
    app.register_error_handler(ApiError, _answer_api_error)
    app.register_error_handler(HTTPException, _answer_http_exception)


def _answer_api_error(error: ApiError) -> Response:
    response = jsonify(error=error.body())
    response.status_code = error.status
    if error.status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _answer_http_exception(error: HTTPException) -> ResponseReturnValue:
    if error.code == NotFound.status:
        return _answer_api_error(NotFound())
    # The exception's own response keeps its status and headers, such as Allow.
    response = error.get_response()
    response.data = json.dumps({"error": {"code": error.name.lower().replace(" ", "_"), "message": error.description}})
    response.content_type = "application/json"
    return response
