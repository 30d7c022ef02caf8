"""The endpoints."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views import View
from django.views.decorators.http import require_GET, require_POST

from shortener import services
from shortener.inputs import read_expiry, read_new_link, read_tenant_name
from shortener.models import Tenant
from shortener.problems import NotFoundError, UnauthorizedError, problem_response


@require_GET
def health(_request: HttpRequest) -> HttpResponse:
    """Tell that the service is up."""
    return JsonResponse({"status": "ok"})


@require_POST
def sign_up(request: HttpRequest) -> HttpResponse:
    """Make a tenant and its key."""
    tenant, key = services.add_tenant(read_tenant_name(request))
    return JsonResponse({"id": tenant.id, "name": tenant.name, "api_key": key}, status=201)


class TenantView(View):
    """A view for tenants; the key is checked before anything else."""

    tenant: Tenant

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the tenant, then answer the request."""
        tenant = services.find_tenant(request.headers.get("X-Api-Key", ""))
        if tenant is None:
            raise UnauthorizedError
        self.tenant = tenant
        return super().dispatch(request, *args, **kwargs)


class LinksView(TenantView):
    """The links of the tenant."""

    def get(self, _request: HttpRequest) -> HttpResponse:
        """Give all links, oldest first."""
        items = [link.as_json() for link in services.list_links(self.tenant)]
        return JsonResponse({"items": items})

    def post(self, request: HttpRequest) -> HttpResponse:
        """Make a link."""
        new = read_new_link(request)
        link = services.add_link(self.tenant, new.url, new.code, new.expires_at)
        headers = {"Location": f"/links/{link.code}"}
        return JsonResponse(link.as_json(), status=201, headers=headers)


class LinkView(TenantView):
    """A link of the tenant."""

    def get(self, _request: HttpRequest, code: str) -> HttpResponse:
        """Give the link."""
        return JsonResponse(services.find_link(self.tenant, code).as_json())

    def patch(self, request: HttpRequest, code: str) -> HttpResponse:
        """Change when the link expires."""
        expires_at = read_expiry(request)
        return JsonResponse(services.set_expiry(self.tenant, code, expires_at).as_json())

    def delete(self, _request: HttpRequest, code: str) -> HttpResponse:
        """Delete the link."""
        services.delete_link(self.tenant, code)
        return HttpResponse(status=204)


@require_GET
def redirect(_request: HttpRequest, code: str) -> HttpResponse:
    """Lead to the target of a link, and count the visit."""
    # Not HttpResponseRedirect, which escapes some characters of the target.
    headers = {"Location": services.follow(code), "Cache-Control": "no-store"}
    return HttpResponse(status=302, headers=headers)


def unknown_path(_request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a path that is not listed."""
    return problem_response(NotFoundError())
