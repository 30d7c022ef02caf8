"""What is done with every response."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from accounts.problems import Problem

GetResponse = Callable[[HttpRequest], HttpResponse]


class NoStoreMiddleware:
    """Forbids every cache to keep an answer: most of them are of one session."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["Cache-Control"] = "no-store"
        return response


class ProblemMiddleware:
    """Answers the problems that views raise."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a problem; leave any other exception to Django."""
        return exception.response() if isinstance(exception, Problem) else None
