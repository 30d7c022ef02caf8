"""What can be wrong with a request."""

from collections.abc import Mapping
from http import HTTPStatus

from django.http import JsonResponse

PROBLEMS = {
    "malformed_json": (HTTPStatus.BAD_REQUEST, "The body must be a JSON object in UTF-8"),
    "unauthorized": (HTTPStatus.UNAUTHORIZED, "A valid bearer token is required"),
    "forbidden": (HTTPStatus.FORBIDDEN, "Your role does not allow this"),
    "not_found": (HTTPStatus.NOT_FOUND, "There is nothing here"),
    "method_not_allowed": (HTTPStatus.METHOD_NOT_ALLOWED, "This path does not have such a method"),
    "already_member": (HTTPStatus.CONFLICT, "The user is a member already"),
    "last_owner": (HTTPStatus.CONFLICT, "A workspace must keep an owner"),
    "name_taken": (HTTPStatus.CONFLICT, "The name is taken"),
    "body_too_large": (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is too large"),
    "unsupported_media_type": (HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The body must be application/json"),
    "unknown_user": (HTTPStatus.UNPROCESSABLE_ENTITY, "There is no such user"),
    "validation_failed": (HTTPStatus.UNPROCESSABLE_ENTITY, "Some fields are faulty"),
    "internal_error": (HTTPStatus.INTERNAL_SERVER_ERROR, "The server failed"),
}


class Problem(Exception):
    """A request can't be answered as it asks; the code says why."""

    def __init__(self, code: str, errors: Mapping[str, str] | None = None) -> None:
        """Make a problem; ``errors`` says what is wrong with each faulty field."""
        super().__init__(code)
        self.code = code
        self.errors = errors

    def response(self) -> JsonResponse:
        """The problem as ``application/problem+json``."""
        status, title = PROBLEMS[self.code]
        body = {"type": f"/problems/{self.code}", "code": self.code, "title": title, "status": status}
        if self.errors is not None:
            body["errors"] = self.errors
        headers = {"WWW-Authenticate": "Bearer"} if self.code == "unauthorized" else {}
        return JsonResponse(body, status=status, headers=headers, content_type="application/problem+json")
