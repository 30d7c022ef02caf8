"""Error responses: problem documents, and the exceptions that become one."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

MEDIA_TYPE = "application/problem+json"


class ProblemError(Exception):
    """A request that is answered with an error."""

    def __init__(
        self, status: int, code: str, title: str, errors: dict[str, str] | None = None
    ) -> None:
        """``errors`` tells what is wrong with each faulty field."""
        super().__init__(title)
        self.status = status
        self.code = code
        self.title = title
        self.errors = errors

    def document(self) -> dict[str, Any]:
        """The body of the response."""
        document = {"type": f"/problems/{self.code}", "title": self.title, "status": self.status}
        return document if self.errors is None else document | {"errors": self.errors}


class UnauthorizedError(ProblemError):
    """The request has no key of a tenant."""

    def __init__(self) -> None:
        super().__init__(401, "unauthorized", "X-Api-Key must be the key of a tenant.")


class UnsupportedMediaTypeError(ProblemError):
    """The body is not sent as JSON."""

    def __init__(self) -> None:
        super().__init__(415, "unsupported_media_type", "The body must be application/json.")


class MalformedJsonError(ProblemError):
    """The body is not a JSON object."""

    def __init__(self) -> None:
        super().__init__(400, "malformed_json", "The body must be a JSON object in UTF-8.")


class ValidationFailedError(ProblemError):
    """Some fields are faulty."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(422, "validation_failed", "Some fields are faulty.", errors)


class NotFoundError(ProblemError):
    """There is nothing at the path, or nothing that the tenant may see."""

    def __init__(self) -> None:
        super().__init__(404, "not_found", "There is nothing at this path.")


class CodeTakenError(ProblemError):
    """The code is or was that of a link."""

    def __init__(self) -> None:
        super().__init__(409, "code_taken", "The code has been used before.")


class ExpiredError(ProblemError):
    """The link has expired."""

    def __init__(self) -> None:
        super().__init__(410, "expired", "The link has expired.")


class ProblemMiddleware:
    """Turns the problems that views raise into responses."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, _request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer a problem; leave other exceptions to Django."""
        return problem_response(error) if isinstance(error, ProblemError) else None


def problem_response(error: ProblemError) -> JsonResponse:
    """The response to a request with that error."""
    return JsonResponse(error.document(), status=error.status, content_type=MEDIA_TYPE)
