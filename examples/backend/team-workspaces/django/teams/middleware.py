"""Middleware, and the handlers of errors that no view has raised."""

from collections.abc import Callable
from threading import Lock

from django.http import HttpRequest, HttpResponse

from teams.problems import Problem

GetResponse = Callable[[HttpRequest], HttpResponse]


class OneAtATimeMiddleware:
    """Lets requests wait for each other, since connections to one database in memory would fail instead of waiting."""

    lock = Lock()  # of the process, like the database

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with self.lock:
            return self.get_response(request)


class ProblemMiddleware:
    """Answers problems that views raise; the transaction of the view has then been undone."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a problem, and leave other exceptions to Django."""
        return exception.response() if isinstance(exception, Problem) else None


def answer_unknown_path(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a path that is not in ``urls``."""
    return Problem("not_found").response()


def answer_crash(request: HttpRequest) -> HttpResponse:
    """Answer after an exception that nobody expected."""
    return Problem("internal_error").response()
