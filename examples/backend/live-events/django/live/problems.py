"""Errors that are answered as problem documents."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, ClassVar

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponse, JsonResponse


class Problem(Exception):
    """A request that can't be answered as asked; each subclass is one kind of answer."""

    status: ClassVar[HTTPStatus]
    code: ClassVar[str]
    title: ClassVar[str]
    headers: ClassVar[Mapping[str, str]] = {}

    def members(self) -> dict[str, Any]:
        """The members of the problem document."""
        return {"type": f"/problems/{self.code}", "title": self.title, "status": self.status}


class Unauthorized(Problem):
    status = HTTPStatus.UNAUTHORIZED
    code = "unauthorized"
    title = "This needs the key of publishers."
    headers = {"WWW-Authenticate": "Bearer"}


class UnsupportedMediaType(Problem):
    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    code = "unsupported_media_type"
    title = "The body must be application/json."


class BodyTooLarge(Problem):
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "body_too_large"
    title = "The body has more than 65536 bytes."


class MalformedJson(Problem):
    status = HTTPStatus.BAD_REQUEST
    code = "malformed_json"
    title = "The body must be a JSON object in UTF-8."


class InvalidLastEventId(Problem):
    status = HTTPStatus.BAD_REQUEST
    code = "invalid_last_event_id"
    title = "The last event id must be a number."


class ValidationFailed(Problem):
    """Tells of each faulty field what is wrong."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "validation_failed"
    title = "Some fields are faulty."

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(self.title)
        self.errors = errors

    def members(self) -> dict[str, Any]:
        """The common members and ``errors``."""
        return {**super().members(), "errors": self.errors}


class NotFound(Problem):
    status = HTTPStatus.NOT_FOUND
    code = "not_found"
    title = "There is nothing here."


class TooManyListeners(Problem):
    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "too_many_listeners"
    title = "The channel has no place for a listener."
    headers = {"Retry-After": "5"}


class ProblemMiddleware:
    """Answers a problem that a view raises; for sync and async views, so that none is adapted to the other kind for it."""

    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Any:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a problem; leave any other exception to Django."""
        return problem_response(exception) if isinstance(exception, Problem) else None


def problem_response(problem: Problem) -> JsonResponse:
    """The problem as a problem document."""
    return JsonResponse(
        problem.members(),
        status=problem.status,
        headers=problem.headers,
        content_type="application/problem+json",
    )


def unknown_path(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a path that no route has."""
    return problem_response(NotFound())
