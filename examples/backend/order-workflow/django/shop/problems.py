"""Errors, answered as application/problem+json (RFC 9457)."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, JsonResponse


class Problem(Exception):
    """What a client is told instead of a result; each subclass is one kind, ``extra`` the further fields."""

    status: ClassVar[HTTPStatus]
    code: ClassVar[str]
    title: ClassVar[str]

    def __init__(self, **extra: Any) -> None:
        super().__init__(self.code)
        self.extra = extra

    def response(self) -> JsonResponse:
        """The answer to the client."""
        body = {"type": f"/problems/{self.code}", "code": self.code, "title": self.title, "status": self.status}
        return JsonResponse({**body, **self.extra}, status=self.status, content_type="application/problem+json")


class BadRequest(Problem):
    status = HTTPStatus.BAD_REQUEST
    code = "bad_request"
    title = "The request can't be read"


class MalformedJson(Problem):
    status = HTTPStatus.BAD_REQUEST
    code = "malformed_json"
    title = "The body is not a JSON object"


class Unauthorized(Problem):
    status = HTTPStatus.UNAUTHORIZED
    code = "unauthorized"
    title = "A valid token is needed"

    def response(self) -> JsonResponse:
        """The answer, which tells how to authenticate."""
        response = super().response()
        response.headers["WWW-Authenticate"] = "Bearer"
        return response


class Forbidden(Problem):
    status = HTTPStatus.FORBIDDEN
    code = "forbidden"
    title = "You may not do this"


class NotFound(Problem):
    status = HTTPStatus.NOT_FOUND
    code = "not_found"
    title = "There is nothing here"


class MethodNotAllowed(Problem):
    status = HTTPStatus.METHOD_NOT_ALLOWED
    code = "method_not_allowed"
    title = "This path has no such method"


class AlreadyClaimed(Problem):
    status = HTTPStatus.CONFLICT
    code = "already_claimed"
    title = "The staff token is taken"


class IllegalTransition(Problem):
    status = HTTPStatus.CONFLICT
    code = "illegal_transition"
    title = "The order's state forbids this"


class OutOfStock(Problem):
    status = HTTPStatus.CONFLICT
    code = "out_of_stock"
    title = "There is not enough of some products"


class BodyTooLarge(Problem):
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "body_too_large"
    title = "The body is too large"


class UnsupportedMediaType(Problem):
    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    code = "unsupported_media_type"
    title = "The body must be application/json"


class ValidationFailed(Problem):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "validation_failed"
    title = "Some fields are faulty"


class InternalError(Problem):
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    code = "internal_error"
    title = "The server failed"


class ProblemMiddleware:
    """Answers the problems that views raise."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a problem; leave any other exception to Django."""
        return exception.response() if isinstance(exception, Problem) else None


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that Django itself refuses."""
    return BadRequest().response()


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a path that no view has."""
    return NotFound().response()


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer after an exception that nobody expected."""
    return InternalError().response()
