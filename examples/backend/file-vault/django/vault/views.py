"""The endpoints."""

from typing import Any

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.views import View
from django.views.decorators.http import require_GET

from vault import storage
from vault.content import CHUNK_BYTES, check_name, disposition, read_part, select_part
from vault.models import StoredFile
from vault.owners import identify_owner
from vault.problems import ProblemError


@require_GET
def health(_request: HttpRequest) -> HttpResponse:
    """Tell that the service is up."""
    return JsonResponse({"status": "ok"})


class OwnerView(View):
    """A view for owners; who it is, is found out before anything else."""

    owner: str

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Identify the owner, then answer the request."""
        self.owner = identify_owner(request.headers.get("Authorization", ""))
        return super().dispatch(request, *args, **kwargs)


class FilesView(OwnerView):
    """The files of the owner."""

    def get(self, _request: HttpRequest) -> HttpResponse:
        """Give all files, oldest first."""
        files = StoredFile.objects.filter(owner=self.owner)
        return JsonResponse({"items": [file.as_json() for file in files]})

    def post(self, request: HttpRequest) -> HttpResponse:
        """Store the body."""
        name = request.GET.get("name", "")
        check_name(name)
        with storage.incoming_upload() as incoming:
            while chunk := request.read(CHUNK_BYTES):
                incoming.write(chunk)
            digest = request.headers.get("Content-Digest")
            file = storage.keep(incoming, self.owner, name, digest)
        headers = {"Location": f"/files/{file.file_id}"}
        return JsonResponse(file.as_json(), status=201, headers=headers)


class FileView(OwnerView):
    """A file of the owner."""

    def get(self, request: HttpRequest, file_id: str) -> HttpResponseBase:
        """Give the content, or a part of it."""
        file = storage.find(self.owner, file_id)
        status, part = select_part(request.headers.get("Range"), file.size)
        content = read_part(storage.open_content(file), part)
        response = StreamingHttpResponse(content, status=status, content_type=file.media_type)
        response["Content-Length"] = len(part)
        response["ETag"] = f'"{file.sha256}"'
        response["Accept-Ranges"] = "bytes"
        response["Content-Disposition"] = disposition(file.name)
        response["X-Content-Type-Options"] = "nosniff"
        if status == 206:
            response["Content-Range"] = f"bytes {part[0]}-{part[-1]}/{file.size}"
        return response

    def delete(self, _request: HttpRequest, file_id: str) -> HttpResponse:
        """Remove the file."""
        storage.delete(self.owner, file_id)
        return HttpResponse(status=204)


def unknown_path(_request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a path that is not listed."""
    return ProblemError("not_found").response()


def server_error(_request: HttpRequest) -> HttpResponse:
    """Answer when a view has failed; Django logs why."""
    return ProblemError("internal_error").response()
