"""The errors of the API."""

from http import HTTPStatus
from typing import ClassVar

from django.http import JsonResponse


class Problem(Exception):
    """A request that is answered with an error; each subclass is one kind of answer, named by its code."""

    status: ClassVar[int] = HTTPStatus.INTERNAL_SERVER_ERROR
    code: ClassVar[str] = "internal_error"
    title: ClassVar[str] = "The server failed"

    def __init__(self, *, errors: dict[str, str] | None = None, retry_after: int | None = None) -> None:
        """Tell what is wrong with each faulty field, or after how many seconds to try again."""
        super().__init__(self.title)
        self.errors = errors
        self.retry_after = retry_after

    def response(self) -> JsonResponse:
        """The problem as a problem document."""
        document = {"type": f"/problems/{self.code}", "title": self.title, "status": self.status, "code": self.code}
        if self.errors is not None:
            document["errors"] = self.errors
        response = JsonResponse(document, status=self.status, content_type="application/problem+json")
        if self.retry_after is not None:
            response["Retry-After"] = self.retry_after
        return response


class MalformedJson(Problem):
    status, code, title = HTTPStatus.BAD_REQUEST, "malformed_json", "The body must be a JSON object in UTF-8"


class Unauthenticated(Problem):
    status, code, title = HTTPStatus.UNAUTHORIZED, "unauthenticated", "This needs the cookie of a session"


class InvalidCredentials(Problem):
    status, code, title = HTTPStatus.UNAUTHORIZED, "invalid_credentials", "Username or password is wrong"


class CsrfFailed(Problem):
    status, code, title = HTTPStatus.FORBIDDEN, "csrf_failed", "X-CSRF-Token is not that of the session"


class WrongPassword(Problem):
    status, code, title = HTTPStatus.FORBIDDEN, "wrong_password", "The current password is wrong"


class NotFound(Problem):
    status, code, title = HTTPStatus.NOT_FOUND, "not_found", "There is nothing here"


class MethodNotAllowed(Problem):
    status, code, title = HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed", "The path has no such method"


class UsernameTaken(Problem):
    status, code, title = HTTPStatus.CONFLICT, "username_taken", "The username is taken"


class BodyTooLarge(Problem):
    status, code, title = HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body_too_large", "The body is too large"


class UnsupportedMediaType(Problem):
    status, code = HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type"
    title = "The body must be application/json"


class ValidationFailed(Problem):
    status, code, title = HTTPStatus.UNPROCESSABLE_ENTITY, "validation_failed", "Some fields are faulty"


class TooManyAttempts(Problem):
    status, code = HTTPStatus.TOO_MANY_REQUESTS, "too_many_attempts"
    title = "Too many attempts failed; try again later"
