"""The endpoints."""

from flask import Blueprint, Response, current_app, g, request
from flask.typing import ResponseReturnValue

from content import check_name, disposition, read_part, select_part
from vault import Vault

health_routes = Blueprint("health", __name__)
file_routes = Blueprint("files", __name__, url_prefix="/files")


@health_routes.get("/health")
def health() -> ResponseReturnValue:
    """Tell that the service is up."""
    return {"status": "ok"}


@file_routes.before_request
def identify_owner() -> None:
    """Find out who sends the request, before anything else is looked at."""
    g.owner = current_app.extensions["owners"].identify(_header("Authorization") or "")


def _header(name: str) -> str | None:
    # Werkzeug's server leaves spaces after a header's value, which are no part of it.
    value = request.headers.get(name)
    return value and value.rstrip(" \t")


def _vault() -> Vault:
    return current_app.extensions["vault"]


@file_routes.post("")
def upload() -> ResponseReturnValue:
    """Store the body while it arrives."""
    name = request.args.get("name", "")
    check_name(name)
    with _vault().incoming() as incoming:
        while chunk := request.stream.read(incoming.wanted):
            incoming.write(chunk)
        file = _vault().keep(incoming, g.owner, name, _header("Content-Digest"))
    return vars(file), 201, {"Location": f"/files/{file.id}"}


@file_routes.get("")
def list_files() -> ResponseReturnValue:
    """Give all files of the owner, oldest first."""
    return {"items": [vars(file) for file in _vault().files_of(g.owner)]}


@file_routes.get("/<file_id>")
def download(file_id: str) -> ResponseReturnValue:
    """Give the content of a file, or a part of it."""
    file = _vault().find(g.owner, file_id)
    status, part = select_part(_header("Range"), file.size)
    response = Response(read_part(_vault().open(file), part), status, content_type=file.type)
    response.content_length = len(part)
    response.set_etag(file.sha256)
    response.accept_ranges = "bytes"
    response.headers["Content-Disposition"] = disposition(file.name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    if status == 206:
        response.content_range.set(part.start, part.stop, file.size)
    return response


@file_routes.delete("/<file_id>")
def delete(file_id: str) -> ResponseReturnValue:
    """Remove a file of the owner."""
    _vault().delete(g.owner, file_id)
    return "", 204
