"""The endpoints."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from inputs import NewLink, TenantId, get_store, new_expiry, new_link, new_tenant_name
from store import Store

router = APIRouter()

StoreDependency = Annotated[Store, Depends(get_store)]


@router.get("/health")
def health() -> dict[str, str]:
    """Tell that the service is up."""
    return {"status": "ok"}


@router.post("/tenants", status_code=201)
def sign_up(
    name: Annotated[str, Depends(new_tenant_name)], store: StoreDependency
) -> dict[str, str]:
    """Make a tenant and its key."""
    return store.add_tenant(name)


@router.post("/links", status_code=201)
def create_link(
    tenant: TenantId,
    new: Annotated[NewLink, Depends(new_link)],
    store: StoreDependency,
    response: Response,
) -> dict[str, Any]:
    """Make a link."""
    link = store.add_link(tenant, new.url, new.code, new.expires_at)
    response.headers["Location"] = f"/links/{link['code']}"
    return link


@router.get("/links")
def list_links(tenant: TenantId, store: StoreDependency) -> dict[str, Any]:
    """Give all links of the tenant, oldest first."""
    return {"items": store.links(tenant)}


@router.get("/links/{code}")
def read_link(code: str, tenant: TenantId, store: StoreDependency) -> dict[str, Any]:
    """Give a link of the tenant."""
    return store.link(tenant, code)


@router.patch("/links/{code}")
def change_link(
    code: str,
    tenant: TenantId,
    expires_at: Annotated[str | None, Depends(new_expiry)],
    store: StoreDependency,
) -> dict[str, Any]:
    """Change when a link of the tenant expires."""
    return store.set_expiry(tenant, code, expires_at)


@router.delete("/links/{code}", status_code=204)
def delete_link(code: str, tenant: TenantId, store: StoreDependency) -> None:
    """Delete a link of the tenant."""
    store.delete_link(tenant, code)


@router.get("/r/{code}")
def redirect(code: str, store: StoreDependency) -> Response:
    """Lead to the target of a link, and count the visit."""
    # Not RedirectResponse, which escapes some characters of the target.
    headers = {"Location": store.follow(code), "Cache-Control": "no-store"}
    return Response(status_code=302, headers=headers)
