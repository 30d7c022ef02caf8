"""The endpoints of products."""

import re
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

import bodies
from callers import authenticate
from database import connection, transaction
from problems import Problem

LIST_LIMIT = 50
SKU = re.compile(r"[A-Z0-9-]{1,32}")
FORM = {
    "name": bodies.text(1, 100),
    "price": bodies.integer(0, 100_000_000),
    "currency": bodies.matching("[A-Z]{3}"),
    "stock": bodies.integer(0, 1_000_000),
}

blueprint = Blueprint("products", __name__, url_prefix="/products")


@blueprint.put("/<sku>")
def put(sku: str) -> ResponseReturnValue:
    """Create or replace a product."""
    authenticate("staff")
    product = {"sku": sku, **bodies.read(FORM)}
    if not SKU.fullmatch(sku):
        raise Problem("not_found")
    with transaction() as writing:
        is_new = find(sku) is None
        writing.execute(
            """
            INSERT INTO products (sku, name, price, currency, stock) VALUES (:sku, :name, :price, :currency, :stock)
            ON CONFLICT (sku) DO UPDATE SET name = :name, price = :price, currency = :currency, stock = :stock
            """,
            product,
        )
    return product, 201 if is_new else 200


@blueprint.get("/<sku>")
def get(sku: str) -> ResponseReturnValue:
    """Read a product."""
    product = find(sku)
    if product is None:
        raise Problem("not_found")
    return product


@blueprint.get("")
def search() -> ResponseReturnValue:
    """List the products whose names contain a text."""
    # Unlike LIKE, instr() knows no wildcards; SQLite's lower() changes ASCII letters only.
    rows = connection().execute(
        "SELECT * FROM products WHERE instr(lower(name), lower(?)) > 0 ORDER BY sku LIMIT ?",
        (request.args.get("q", ""), LIST_LIMIT),
    )
    return {"items": [dict(row) for row in rows]}


def find(sku: str) -> dict[str, Any] | None:
    """The product, if there is one."""
    row = connection().execute("SELECT * FROM products WHERE sku = ?", (sku,)).fetchone()
    return row and dict(row)
