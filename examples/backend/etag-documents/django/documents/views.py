"""The endpoints."""

import re
from http import HTTPStatus
from typing import NoReturn

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.views import View

from documents import services
from documents.bodies import read_all_fields, read_some_fields
from documents.entity_tags import entity_tag, is_weak_match
from documents.models import Version
from documents.problems import MethodNotAllowed, NotFound

DOCUMENT_ID = re.compile(r"[a-z0-9-]{1,64}")


class ApiView(View):
    """Base of the views."""

    def http_method_not_allowed(self, request: HttpRequest, *args: object, **kwargs: object) -> NoReturn:
        """Refuse a method that the view does not have."""
        raise MethodNotAllowed


class HealthView(ApiView):
    """Whether the server works."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Tell that it does."""
        return JsonResponse({"status": "ok"})


class DocumentView(ApiView):
    """One document."""

    def put(self, request: HttpRequest, document_id: str) -> HttpResponse:
        """Create or replace it, as the precondition says."""
        fields = read_all_fields(request)
        # Only here: elsewhere an id of wrong form is just one that was never created.
        if not DOCUMENT_ID.fullmatch(document_id):
            raise NotFound
        if_match = request.headers.get("If-Match")
        if if_match is None and request.headers.get("If-None-Match") == "*":
            created = services.create(document_id, fields)
            headers = {"Location": f"/documents/{document_id}"}
            return _document_response(created, status=HTTPStatus.CREATED, headers=headers)
        return _document_response(services.replace(document_id, fields, if_match))

    def patch(self, request: HttpRequest, document_id: str) -> HttpResponse:
        """Change the given fields."""
        changes = read_some_fields(request)
        return _document_response(services.change(document_id, changes, request.headers.get("If-Match")))

    def delete(self, request: HttpRequest, document_id: str) -> HttpResponse:
        """Mark it as deleted."""
        services.delete(document_id, request.headers.get("If-Match"))
        return HttpResponse(status=HTTPStatus.NO_CONTENT)

    def get(self, request: HttpRequest, document_id: str) -> HttpResponse:
        """Send it, unless the client has the current version."""
        current = services.get(document_id)
        if is_weak_match(request.headers.get("If-None-Match", ""), current.number):
            return HttpResponseNotModified(headers={"ETag": entity_tag(current.number)})
        return _document_response(current)


class RestoreView(ApiView):
    """The way back for a deleted document."""

    def post(self, request: HttpRequest, document_id: str) -> HttpResponse:
        """Restore it."""
        return _document_response(services.restore(document_id))


class HistoryView(ApiView):
    """All versions of a document."""

    def get(self, request: HttpRequest, document_id: str) -> HttpResponse:
        """Send them, the oldest first."""
        return JsonResponse({"items": [version.as_entry() for version in services.history(document_id)]})


class VersionView(ApiView):
    """One version of a document."""

    def get(self, request: HttpRequest, document_id: str, number: int) -> HttpResponse:
        """Send it."""
        return JsonResponse(services.version(document_id, number).as_entry())


def _document_response(
    version: Version, status: HTTPStatus = HTTPStatus.OK, headers: dict[str, str] | None = None
) -> HttpResponse:
    headers = {"ETag": entity_tag(version.number), **(headers or {})}
    return JsonResponse(version.as_document(), status=status, headers=headers)
