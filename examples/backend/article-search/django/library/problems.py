"""Errors as problem documents (RFC 9457)."""

from collections.abc import Callable, Mapping
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse


class Problem(Exception):
    """What a client is told about; ``errors`` says what is wrong with each faulty input."""

    def __init__(self, status: HTTPStatus, code: str, errors: Mapping[str, str] | None = None) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.errors = errors

    def response(self) -> HttpResponse:
        """The answer to the request."""
        members = {
            "type": f"/problems/{self.code}",
            "title": self.code.replace("_", " ").capitalize(),
            "status": self.status,
            "code": self.code,
        }
        if self.errors is not None:
            members["errors"] = self.errors
        return JsonResponse(members, status=self.status, content_type="application/problem+json")


class ProblemMiddleware:
    """Answers problems that views raise."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a problem; anything else is left to Django."""
        return exception.response() if isinstance(exception, Problem) else None


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that Django refuses by itself."""
    return Problem(HTTPStatus.BAD_REQUEST, "bad_request").response()


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer ``Http404`` and paths without a view."""
    return Problem(HTTPStatus.NOT_FOUND, "not_found").response()


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer after an exception that nobody expected."""
    return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error").response()
