"""The endpoints."""

from typing import TYPE_CHECKING

from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import Headers

from inputs import read_expiry, read_new_link, read_tenant_name
from problems import UnauthorizedError
from store import Store

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

routes = Blueprint("routes", __name__)


class _Redirect(Response):
    """Leads to a target exactly as it is given; Werkzeug would change it to a normal form."""

    def __init__(self, target: str) -> None:
        super().__init__(status=302, headers={"Cache-Control": "no-store"})
        self._target = target

    def get_wsgi_headers(self, environ: "WSGIEnvironment") -> Headers:
        headers = super().get_wsgi_headers(environ)
        headers["Location"] = self._target
        return headers


def _store() -> Store:
    return current_app.extensions["store"]


def _tenant() -> str:
    """The id of the tenant whose key the request has; to be called before the body is read."""
    # Spaces after a header's value are no part of it, but Werkzeug's server leaves them.
    key = request.headers.get("X-Api-Key", "").rstrip(" \t")
    tenant = _store().tenant_of(key)
    if tenant is None:
        raise UnauthorizedError
    return tenant


@routes.get("/health")
def health() -> ResponseReturnValue:
    """Tell that the service is up."""
    return {"status": "ok"}


@routes.post("/tenants")
def sign_up() -> ResponseReturnValue:
    """Make a tenant and its key."""
    return _store().add_tenant(read_tenant_name()), 201


@routes.post("/links")
def create_link() -> ResponseReturnValue:
    """Make a link."""
    tenant = _tenant()
    new = read_new_link()
    link = _store().add_link(tenant, new.url, new.code, new.expires_at)
    return link, 201, {"Location": f"/links/{link['code']}"}


@routes.get("/links")
def list_links() -> ResponseReturnValue:
    """Give all links of the tenant, oldest first."""
    return {"items": _store().links(_tenant())}


@routes.get("/links/<code>")
def read_link(code: str) -> ResponseReturnValue:
    """Give a link of the tenant."""
    return _store().link(_tenant(), code)


@routes.patch("/links/<code>")
def change_link(code: str) -> ResponseReturnValue:
    """Change when a link of the tenant expires."""
    tenant = _tenant()
    return _store().set_expiry(tenant, code, read_expiry())


@routes.delete("/links/<code>")
def delete_link(code: str) -> ResponseReturnValue:
    """Delete a link of the tenant."""
    _store().delete_link(_tenant(), code)
    return "", 204


@routes.get("/r/<code>")
def redirect(code: str) -> ResponseReturnValue:
    """Lead to the target of a link, and count the visit."""
    return _Redirect(_store().follow(code))
