"""Errors in the form of the RealWorld specification, which is not that of RFC 9457."""

from collections.abc import Callable, Mapping, Sequence

from django.http import HttpRequest, HttpResponse, JsonResponse


class ApiError(Exception):
    """What a client is told in place of a result: texts by key."""

    def __init__(self, status: int, errors: Mapping[str, Sequence[str]]) -> None:
        super().__init__(status)
        self.status = status
        self.errors = errors

    def response(self) -> HttpResponse:
        """The answer."""
        headers = {"WWW-Authenticate": "Token"} if "token" in self.errors else {}
        return JsonResponse({"errors": self.errors}, status=self.status, headers=headers)


class NotFound(ApiError):
    """There is no such profile, article or comment."""

    def __init__(self, kind: str) -> None:
        super().__init__(404, {kind: ["not found"]})


class Forbidden(ApiError):
    """The article or comment is somebody else's."""

    def __init__(self, kind: str) -> None:
        super().__init__(403, {kind: ["belongs to another user"]})


class ErrorMiddleware:
    """Answers the errors that views raise."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, _request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Leave other exceptions to Django."""
        return error.response() if isinstance(error, ApiError) else None
