"""The errors of the API and the one form in which all of them are answered."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse


class ApiError(Exception):
    """A failure that the client is told about; a subclass is one kind of answer."""

    status: HTTPStatus
    code: str
    message: str

    def response(self) -> JsonResponse:
        """The answer to the request that failed."""
        headers = {"WWW-Authenticate": "Bearer"} if self.status == HTTPStatus.UNAUTHORIZED else None
        return JsonResponse({"error": self.body()}, status=self.status, headers=headers)

    def body(self) -> dict[str, object]:
        """The value of ``error`` in the answer."""
        return {"code": self.code, "message": self.message}


class BadRequest(ApiError):
    status = HTTPStatus.BAD_REQUEST
    code = "bad_request"
    message = "The request can't be understood."


class MalformedJson(BadRequest):
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


class InternalError(ApiError):
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    code = "internal_error"
    message = "The server failed to answer this request."


class ApiErrorMiddleware:
    """Answers the errors that views raise."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer an `ApiError`; leave all other exceptions to Django."""
        return exception.response() if isinstance(exception, ApiError) else None


def answer_bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that Django itself refuses."""
    return BadRequest().response()


def answer_unknown_path(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request for a path that has no view."""
    return NotFound().response()


def answer_unexpected_error(request: HttpRequest) -> HttpResponse:
    """Answer a request on which a view failed."""
    return InternalError().response()
