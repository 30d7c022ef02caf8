"""The errors of the API and how they are answered."""

from collections.abc import Callable
from http import HTTPStatus
from typing import ClassVar

from django.http import HttpRequest, HttpResponse, JsonResponse


class Problem(Exception):
    """A failure that the client is told about; each subclass is one kind of answer."""

    status: ClassVar[HTTPStatus]
    code: ClassVar[str]
    title: ClassVar[str]

    def members(self) -> dict[str, object]:
        """The members of the problem document."""
        return {"type": f"/problems/{self.code}", "title": self.title, "status": self.status}


class BadRequest(Problem):
    status = HTTPStatus.BAD_REQUEST
    code = "bad_request"
    title = "The request can't be read"


class MalformedJson(Problem):
    status = HTTPStatus.BAD_REQUEST
    code = "malformed_json"
    title = "The request body must be a JSON object in UTF-8"


class NotFound(Problem):
    status = HTTPStatus.NOT_FOUND
    code = "not_found"
    title = "There is nothing here"


class MethodNotAllowed(Problem):
    status = HTTPStatus.METHOD_NOT_ALLOWED
    code = "method_not_allowed"
    title = "This path does not have such a method"


class NotDeleted(Problem):
    status = HTTPStatus.CONFLICT
    code = "not_deleted"
    title = "Only a deleted document can be restored"


class Deleted(Problem):
    status = HTTPStatus.GONE
    code = "deleted"
    title = "The document is deleted"


class PreconditionFailed(Problem):
    status = HTTPStatus.PRECONDITION_FAILED
    code = "precondition_failed"
    title = "The document is not in the state that the request asks for"


class UnsupportedMediaType(Problem):
    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    code = "unsupported_media_type"
    title = "The request body must have the media type application/json"


class ValidationFailed(Problem):
    """Carries what is wrong with each faulty field."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "validation_failed"
    title = "Some fields are faulty"

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(self.title)
        self.errors = errors

    def members(self) -> dict[str, object]:
        """The common members and ``errors``."""
        return {**super().members(), "errors": self.errors}


class PreconditionRequired(Problem):
    status = HTTPStatus.PRECONDITION_REQUIRED
    code = "precondition_required"
    title = "The request needs a precondition"


class InternalError(Problem):
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    code = "internal_error"
    title = "The server failed to answer"


class ProblemMiddleware:
    """Answers a problem that a view raises."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a problem; leave any other exception to Django."""
        return problem_response(exception) if isinstance(exception, Problem) else None


def problem_response(problem: Problem) -> JsonResponse:
    """The problem as a problem document."""
    return JsonResponse(problem.members(), status=problem.status, content_type="application/problem+json")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that Django itself refuses."""
    return problem_response(BadRequest())


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a path that no route has."""
    return problem_response(NotFound())


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer after an exception that nobody expected."""
    return problem_response(InternalError())
