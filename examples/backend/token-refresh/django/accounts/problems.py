"""Errors and the responses to them."""

from collections.abc import Callable

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse

_KINDS = {
    "malformed_json": (400, "The body is not a JSON object in UTF-8"),
    "unauthorized": (401, "An access token is needed that is valid"),
    "invalid_credentials": (401, "Username and password do not belong together"),
    "invalid_refresh_token": (401, "The refresh token is not valid"),
    "wrong_password": (403, "The current password is wrong"),
    "not_found": (404, "There is nothing here"),
    "username_taken": (409, "The username is in use"),
    "payload_too_large": (413, "The body is too large"),
    "unsupported_media_type": (415, "The body is not JSON"),
    "validation_failed": (422, "Fields are missing, wrong or unknown"),
}


class ProblemError(Exception):
    """What keeps a request from being answered; some faults have ``errors``, by field."""

    def __init__(self, code: str, errors: dict[str, str] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.errors = errors

    def response(self) -> HttpResponse:
        """The problem document."""
        status, title = _KINDS[self.code]
        document = {
            "type": f"/problems/{self.code}",
            "title": title,
            "status": status,
            "code": self.code,
        }
        if self.errors is not None:
            document["errors"] = self.errors
        response = JsonResponse(document, status=status, content_type="application/problem+json")
        if status == 401:
            response.headers["WWW-Authenticate"] = "Bearer"
        return response


class ProblemMiddleware:
    """Answers the problems that views raise."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, _request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Give the response to a problem, and leave other errors to Django."""
        if isinstance(error, RequestDataTooBig):
            error = ProblemError("payload_too_large")
        return error.response() if isinstance(error, ProblemError) else None
