"""The endpoints of orders."""

import re
import sqlite3
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from callers import Caller, CallerOf, Shop, customer_only
from problems import Problem, forbidden, invalid, not_found
from schemas import NewLine, NewOrder, NewTransition, body_of
from workflow import TRANSITIONS, allowed_actions, gives_stock_back

LIST_LIMIT = 50
# Fifteen digits fit into SQLite's integers, and no shop will need more.
ORDER_ID = re.compile(r"[1-9][0-9]{0,14}")

router = APIRouter(prefix="/orders")


@router.post("", status_code=HTTPStatus.CREATED)
def create(
    caller: Annotated[Caller, Depends(customer_only)],
    form: Annotated[NewOrder, Depends(body_of(NewOrder))],
    shop: Shop,
    response: Response,
) -> dict[str, Any]:
    """Draft an order at the prices of this moment."""
    with shop.transaction() as connection:
        products = [_product_of(connection, line) for line in form.lines]
        currencies = {product["currency"] for product in products}
        if len(currencies) > 1:
            raise invalid({"lines": "must have one currency"})
        total = sum(product["price"] * line.quantity for product, line in zip(products, form.lines, strict=True))
        added = connection.execute(
            "INSERT INTO orders (customer_id, status, currency, total) VALUES (?, 'draft', ?, ?) RETURNING id",
            (caller.customer_id, currencies.pop(), total),
        ).fetchone()
        connection.executemany(
            "INSERT INTO order_lines (order_id, position, sku, quantity, price) VALUES (?, ?, ?, ?, ?)",
            [
                (added["id"], position, line.sku, line.quantity, product["price"])
                for position, (product, line) in enumerate(zip(products, form.lines, strict=True))
            ],
        )
        _record(connection, added["id"], None, "draft", caller)
        order = _visible(connection, str(added["id"]), caller)
    response.headers["Location"] = f"/orders/{order['id']}"
    return order


@router.get("")
def list_orders(caller: CallerOf, shop: Shop) -> dict[str, Any]:
    """List the caller's orders, or all for staff, without their lines."""
    with shop.connection() as connection:
        rows = connection.execute(
            """
            SELECT id, status, currency, total FROM orders
            WHERE :customer IS NULL OR customer_id = :customer ORDER BY id DESC LIMIT :limit
            """,
            {"customer": caller.customer_id, "limit": LIST_LIMIT},
        ).fetchall()
    return {"items": [dict(row) for row in rows]}


@router.get("/{order_id}")
def get(order_id: str, caller: CallerOf, shop: Shop) -> dict[str, Any]:
    """Read an order."""
    with shop.connection() as connection:
        return _visible(connection, order_id, caller)


@router.get("/{order_id}/history")
def history(order_id: str, caller: CallerOf, shop: Shop) -> dict[str, Any]:
    """Read what happened to an order."""
    with shop.connection() as connection:
        order = _visible(connection, order_id, caller)
        rows = connection.execute(
            'SELECT from_status AS "from", to_status AS "to", actor FROM order_history WHERE order_id = ? ORDER BY id',
            (order["id"],),
        ).fetchall()
    return {"items": [dict(row) for row in rows]}


@router.post("/{order_id}/transitions")
def act(
    order_id: str,
    caller: CallerOf,
    form: Annotated[NewTransition, Depends(body_of(NewTransition))],
    shop: Shop,
) -> dict[str, Any]:
    """Take an action, and with it move stock where the action does."""
    transition = TRANSITIONS[form.action]
    with shop.transaction() as connection:
        order = _visible(connection, order_id, caller)
        if caller.role not in transition.roles:
            raise forbidden()
        if order["status"] not in transition.sources:
            allowed = allowed_actions(caller.role, order["status"])
            raise Problem(HTTPStatus.CONFLICT, "illegal_transition", "The order's state forbids this", allowed=allowed)
        if form.action == "place":
            _reserve(connection, order["lines"])
        if gives_stock_back(order["status"], transition.target):
            _give_back(connection, order["lines"])
        connection.execute("UPDATE orders SET status = ? WHERE id = ?", (transition.target, order["id"]))
        _record(connection, order["id"], order["status"], transition.target, caller)
    return {**order, "status": transition.target}


def _product_of(connection: sqlite3.Connection, line: NewLine) -> sqlite3.Row:
    product: sqlite3.Row | None = connection.execute("SELECT * FROM products WHERE sku = ?", (line.sku,)).fetchone()
    if product is None:
        raise invalid({"lines": "must name products that exist"})
    return product


def _visible(connection: sqlite3.Connection, order_id: str, caller: Caller) -> dict[str, Any]:
    """The order, if there is one that the caller may see; whose it is, is decided here for all endpoints."""
    if not ORDER_ID.fullmatch(order_id):
        raise not_found()
    order = connection.execute(
        "SELECT * FROM orders WHERE id = :id AND (:customer IS NULL OR customer_id = :customer)",
        {"id": int(order_id), "customer": caller.customer_id},
    ).fetchone()
    if order is None:
        raise not_found()
    lines = connection.execute(
        """
        SELECT sku, quantity, price, price * quantity AS amount
        FROM order_lines WHERE order_id = ? ORDER BY position
        """,
        (order["id"],),
    )
    return {**dict(order), "lines": [dict(line) for line in lines]}


def _reserve(connection: sqlite3.Connection, lines: list[dict[str, Any]]) -> None:
    lacking = [line["sku"] for line in lines if not _take(connection, line)]
    if lacking:
        raise Problem(HTTPStatus.CONFLICT, "out_of_stock", "There is not enough of some products", skus=lacking)


def _take(connection: sqlite3.Connection, line: dict[str, Any]) -> bool:
    taken = connection.execute(
        "UPDATE products SET stock = stock - :quantity WHERE sku = :sku AND stock >= :quantity", line
    )
    return taken.rowcount == 1


def _give_back(connection: sqlite3.Connection, lines: list[dict[str, Any]]) -> None:
    connection.executemany("UPDATE products SET stock = stock + :quantity WHERE sku = :sku", lines)


def _record(connection: sqlite3.Connection, order_id: int, source: str | None, target: str, caller: Caller) -> None:
    connection.execute(
        "INSERT INTO order_history (order_id, from_status, to_status, actor) VALUES (?, ?, ?, ?)",
        (order_id, source, target, caller.actor),
    )
