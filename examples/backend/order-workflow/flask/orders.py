"""The endpoints of orders."""

import re
from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

import bodies
import products
from callers import Caller, authenticate
from database import connection, transaction
from problems import Problem
from workflow import TRANSITIONS, allowed_actions, gives_stock_back

LIST_LIMIT = 50
# Fifteen digits fit into SQLite's integers, and no shop will need more.
ORDER_ID = re.compile(r"[1-9][0-9]{0,14}")
LINE = {"sku": bodies.text(1, 32), "quantity": bodies.integer(1, 1000)}
NEW_ORDER = {"lines": bodies.objects(LINE, 1, 20)}
NEW_TRANSITION = {"action": bodies.matching("|".join(TRANSITIONS))}

blueprint = Blueprint("orders", __name__, url_prefix="/orders")


@blueprint.post("")
def create() -> ResponseReturnValue:
    """Draft an order at the prices of this moment."""
    caller = authenticate("customer")
    wanted = bodies.read(NEW_ORDER)["lines"]
    with transaction() as writing:
        lines, currency = _priced(wanted)
        order_id = writing.execute(
            "INSERT INTO orders (customer_id, currency) VALUES (?, ?)", (caller.customer_id, currency)
        ).lastrowid
        writing.executemany(
            """
            INSERT INTO lines (order_id, position, sku, quantity, price)
            VALUES (:order_id, :position, :sku, :quantity, :price)
            """,
            [{"order_id": order_id, "position": number, **line} for number, line in enumerate(lines)],
        )
        _record(order_id, "draft", caller)
        order = _visible(str(order_id), caller)
    return order, 201, {"Location": f"/orders/{order_id}"}


@blueprint.get("")
def list_orders() -> ResponseReturnValue:
    """List the caller's orders, or all for staff, without their lines."""
    caller = authenticate("customer", "staff")
    rows = connection().execute(
        """
        SELECT id, status, currency, total FROM current_orders
        WHERE :customer IS NULL OR customer_id = :customer ORDER BY id DESC LIMIT :limit
        """,
        {"customer": caller.customer_id, "limit": LIST_LIMIT},
    )
    return {"items": [dict(row) for row in rows]}


@blueprint.get("/<order_id>")
def get(order_id: str) -> ResponseReturnValue:
    """Read an order."""
    return _visible(order_id, authenticate("customer", "staff"))


@blueprint.get("/<order_id>/history")
def history(order_id: str) -> ResponseReturnValue:
    """Read what happened to an order."""
    order = _visible(order_id, authenticate("customer", "staff"))
    rows = connection().execute(
        """
        SELECT lag(status) OVER (ORDER BY number) AS "from", status AS "to", actor
        FROM events WHERE order_id = ? ORDER BY number
        """,
        (order["id"],),
    )
    return {"items": [dict(row) for row in rows]}


@blueprint.post("/<order_id>/transitions")
def act(order_id: str) -> ResponseReturnValue:
    """Take an action, and with it move stock where the action does."""
    caller = authenticate("customer", "staff")
    action = bodies.read(NEW_TRANSITION)["action"]
    transition = TRANSITIONS[action]
    with transaction():
        order = _visible(order_id, caller)
        if caller.role not in transition.roles:
            raise Problem("forbidden")
        if order["status"] not in transition.sources:
            raise Problem("illegal_transition", allowed=allowed_actions(caller.role, order["status"]))
        if action == "place":
            _reserve(order["lines"])
        if gives_stock_back(order["status"], transition.target):
            _give_back(order["lines"])
        _record(order["id"], transition.target, caller)
    return {**order, "status": transition.target}


def _priced(wanted: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], str]:
    """The lines with the prices of their products, and the currency that all of them have."""
    found = {line["sku"]: products.find(line["sku"]) for line in wanted}
    if len(found) < len(wanted) or None in found.values():
        raise Problem("validation_failed", errors={"lines": "must name existing products, each once"})
    currencies = {product["currency"] for product in found.values()}
    if len(currencies) > 1:
        raise Problem("validation_failed", errors={"lines": "must have one currency"})
    return [{**line, "price": found[line["sku"]]["price"]} for line in wanted], currencies.pop()


def _visible(order_id: str, caller: Caller) -> dict[str, Any]:
    """The order, if there is one that the caller may see; whose it is, is decided here for all endpoints."""
    if not ORDER_ID.fullmatch(order_id):
        raise Problem("not_found")
    query = "SELECT * FROM current_orders WHERE id = :id AND (:customer IS NULL OR customer_id = :customer)"
    key = {"id": int(order_id), "customer": caller.customer_id}
    order = connection().execute(query, key).fetchone()
    if order is None:
        raise Problem("not_found")
    lines = connection().execute(
        "SELECT sku, quantity, price, price * quantity AS amount FROM lines WHERE order_id = ? ORDER BY position",
        (order["id"],),
    )
    return {**dict(order), "lines": [dict(line) for line in lines]}


def _reserve(lines: list[dict[str, Any]]) -> None:
    take = "UPDATE products SET stock = stock - :quantity WHERE sku = :sku AND stock >= :quantity"
    lacking = [line["sku"] for line in lines if not connection().execute(take, line).rowcount]
    if lacking:
        raise Problem("out_of_stock", skus=lacking)


def _give_back(lines: list[dict[str, Any]]) -> None:
    connection().executemany("UPDATE products SET stock = stock + :quantity WHERE sku = :sku", lines)


def _record(order_id: int, status: str, caller: Caller) -> None:
    connection().execute(
        """
        INSERT INTO events (order_id, number, status, actor)
        SELECT :order, count(*), :status, :actor FROM events WHERE order_id = :order
        """,
        {"order": order_id, "status": status, "actor": caller.actor},
    )
