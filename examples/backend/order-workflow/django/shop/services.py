"""What can be done with orders; every function that writes is one transaction, which an exception undoes."""

import re
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from shop.callers import Caller
from shop.models import Line, Order, Product
from shop.problems import Forbidden, IllegalTransition, NotFound, OutOfStock, ValidationFailed
from shop.workflow import TRANSITIONS, allowed_actions

# Fifteen digits fit into SQLite's integers, and no shop will need more.
ORDER_ID = re.compile(r"[1-9][0-9]{0,14}")


def visible_orders(caller: Caller) -> QuerySet[Order]:
    """The orders that exist for a caller: for a customer nobody else's. All other functions start from these."""
    if caller.customer_id is None:
        return Order.objects.all()
    return Order.objects.filter(customer=caller.customer_id)


def get(caller: Caller, order_id: str) -> Order:
    """An order by its id as it stands in the path.

    Raises:
        NotFound
    """
    if not ORDER_ID.fullmatch(order_id):
        raise NotFound
    order = visible_orders(caller).filter(id=int(order_id)).first()
    if order is None:
        raise NotFound
    return order


@transaction.atomic
def create(caller: Caller, wanted: list[dict[str, Any]]) -> Order:
    """Draft an order at the prices of this moment.

    Raises:
        ValidationFailed: the products don't exist or don't go together.
    """
    products = Product.objects.in_bulk([line["sku"] for line in wanted])
    currencies = {product.currency for product in products.values()}
    if len(products) < len(wanted) or len(currencies) > 1:
        raise ValidationFailed(errors={"lines": "The products must exist and have one currency."})
    lines = [
        Line(product=products[line["sku"]], quantity=line["quantity"], price=products[line["sku"]].price)
        for line in wanted
    ]
    order = Order.objects.create(
        customer_id=caller.customer_id, currency=currencies.pop(), total=sum(line.amount() for line in lines)
    )
    order.lines.add(*lines, bulk=False)
    order.events.create(to_status=order.status, actor=caller.actor)
    return order


@transaction.atomic
def act(caller: Caller, order_id: str, action: str) -> Order:
    """Take an action, and with it move stock where the action does.

    Raises:
        NotFound, Forbidden, IllegalTransition, OutOfStock
    """
    step = TRANSITIONS[action]
    order = get(caller, order_id)
    if caller.role not in step.roles:
        raise Forbidden
    if order.status not in step.sources:
        raise IllegalTransition(allowed=allowed_actions(caller.role, order.status))
    if step.takes_stock:
        _reserve(order)
    if step.gives_back_from(order.status):
        _give_back(order)
    order.events.create(from_status=order.status, to_status=step.target, actor=caller.actor)
    order.status = step.target
    order.save()
    return order


def _reserve(order: Order) -> None:
    lacking = [line.product_id for line in order.lines.all() if not _take(line)]
    if lacking:
        raise OutOfStock(skus=lacking)


def _take(line: Line) -> bool:
    enough = Product.objects.filter(sku=line.product_id, stock__gte=line.quantity)
    return enough.update(stock=F("stock") - line.quantity) == 1


def _give_back(order: Order) -> None:
    for line in order.lines.all():
        Product.objects.filter(sku=line.product_id).update(stock=F("stock") + line.quantity)
