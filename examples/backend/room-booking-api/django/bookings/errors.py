"""The errors of the API and how they are answered."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse


class ApiError(Exception):
    """A request that is answered with an error."""

    status: int
    code: str

    def response(self) -> HttpResponse:
        """What the client gets."""
        return error_response(self.status, self.code, str(self))


class MalformedJsonError(ApiError):
    """The body is not a JSON object."""

    status = 400
    code = "malformed_json"


class ValidationFailedError(ApiError):
    """Some inputs are faulty."""

    status = 422
    code = "validation_failed"

    def __init__(self, fields: dict[str, str]) -> None:
        """``fields`` tells what is wrong with each of them."""
        super().__init__("Some inputs are faulty.")
        self.fields = fields

    def response(self) -> HttpResponse:
        return error_response(self.status, self.code, str(self), fields=self.fields)


class NotFoundError(ApiError):
    """There is no such room or booking."""

    status = 404
    code = "not_found"


class IdempotencyKeyReusedError(ApiError):
    """The key has created another booking."""

    status = 422
    code = "idempotency_key_reused"


class BookingConflictError(ApiError):
    """The room is taken."""

    status = 409
    code = "booking_conflict"


class ApiErrorMiddleware:
    """Answers the errors that views raise."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, _request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer an error of the API; leave other exceptions to Django."""
        return error.response() if isinstance(error, ApiError) else None


def error_response(status: int, code: str, message: str, **details: object) -> HttpResponse:
    """An error in the format of the API."""
    return JsonResponse({"error": {"code": code, "message": message, **details}}, status=status)
