"""The endpoints."""

import re
from http import HTTPStatus
from typing import NoReturn

from django.db.models import Value
from django.db.models.functions import Lower, StrIndex
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import View

from shop import callers, services
from shop.callers import authenticate
from shop.forms import CustomerForm, OrderForm, ProductForm, TransitionForm, read
from shop.models import Product
from shop.problems import MethodNotAllowed, NotFound
from shop.workflow import CUSTOMER, STAFF

LIST_LIMIT = 50
SKU = re.compile(r"[A-Z0-9-]{1,32}")


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


class CustomersView(ApiView):
    """New customers."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Register one; the token is told here and never again."""
        customer, token = callers.register(read(request, CustomerForm)["name"])
        return JsonResponse({"id": customer.id, "name": customer.name, "token": token}, status=HTTPStatus.CREATED)


class ClaimView(ApiView):
    """The staff token."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Give it to the first who asks."""
        return JsonResponse({"token": callers.claim()}, status=HTTPStatus.CREATED)


class ProductsView(ApiView):
    """All products."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """List those whose names contain a text."""
        # Not icontains: SQLite's LIKE fails for long texts. Its LOWER changes ASCII letters only.
        position = StrIndex(Lower("name"), Lower(Value(request.GET.get("q", ""))))
        found = Product.objects.alias(position=position).filter(position__gt=0)
        return JsonResponse({"items": [product.as_json() for product in found[:LIST_LIMIT]]})


class ProductView(ApiView):
    """One product."""

    def get(self, request: HttpRequest, sku: str) -> HttpResponse:
        """Read it."""
        product = Product.objects.filter(sku=sku).first()
        if product is None:
            raise NotFound
        return JsonResponse(product.as_json())

    def put(self, request: HttpRequest, sku: str) -> HttpResponse:
        """Create or replace it."""
        authenticate(request, STAFF)
        fields = read(request, ProductForm)
        if not SKU.fullmatch(sku):
            raise NotFound
        product, is_new = Product.objects.update_or_create(sku=sku, defaults=fields)
        return JsonResponse(product.as_json(), status=HTTPStatus.CREATED if is_new else HTTPStatus.OK)


class OrdersView(ApiView):
    """The orders of the caller, or all for staff."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """List the newest, without their lines."""
        orders = services.visible_orders(authenticate(request, CUSTOMER, STAFF))
        return JsonResponse({"items": [order.as_summary() for order in orders[:LIST_LIMIT]]})

    def post(self, request: HttpRequest) -> HttpResponse:
        """Draft one."""
        caller = authenticate(request, CUSTOMER)
        order = services.create(caller, read(request, OrderForm)["lines"])
        headers = {"Location": f"/orders/{order.id}"}
        return JsonResponse(order.as_json(), status=HTTPStatus.CREATED, headers=headers)


class OrderView(ApiView):
    """One order."""

    def get(self, request: HttpRequest, order_id: str) -> HttpResponse:
        """Read it."""
        return JsonResponse(services.get(authenticate(request, CUSTOMER, STAFF), order_id).as_json())


class HistoryView(ApiView):
    """What happened to an order."""

    def get(self, request: HttpRequest, order_id: str) -> HttpResponse:
        """List its changes of state."""
        order = services.get(authenticate(request, CUSTOMER, STAFF), order_id)
        return JsonResponse({"items": [event.as_json() for event in order.events.all()]})


class TransitionsView(ApiView):
    """What is done with an order."""

    def post(self, request: HttpRequest, order_id: str) -> HttpResponse:
        """Take an action."""
        caller = authenticate(request, CUSTOMER, STAFF)
        action = read(request, TransitionForm)["action"]
        return JsonResponse(services.act(caller, order_id, action).as_json())
