"""The endpoints of products."""

import re
import sqlite3
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from callers import Shop, staff_only
from problems import not_found
from schemas import ProductData, body_of

LIST_LIMIT = 50
SKU = re.compile(r"[A-Z0-9-]{1,32}")

router = APIRouter(prefix="/products")


@router.put("/{sku}", dependencies=[Depends(staff_only)])
def put(
    sku: str, form: Annotated[ProductData, Depends(body_of(ProductData))], shop: Shop, response: Response
) -> dict[str, Any]:
    """Create or replace a product."""
    if not SKU.fullmatch(sku):
        raise not_found()
    product = {"sku": sku, **form.model_dump()}
    with shop.transaction() as connection:
        if _find(connection, sku) is None:
            response.status_code = HTTPStatus.CREATED
        connection.execute(
            """
            INSERT INTO products (sku, name, price, currency, stock) VALUES (:sku, :name, :price, :currency, :stock)
            ON CONFLICT (sku) DO UPDATE SET name = :name, price = :price, currency = :currency, stock = :stock
            """,
            product,
        )
    return product


@router.get("/{sku}")
def get(sku: str, shop: Shop) -> dict[str, Any]:
    """Read a product."""
    with shop.connection() as connection:
        product = _find(connection, sku)
    if product is None:
        raise not_found()
    return dict(product)


@router.get("")
def search(shop: Shop, q: str = "") -> dict[str, Any]:
    """List the products whose names contain a text."""
    with shop.connection() as connection:
        # Unlike LIKE, instr() knows no wildcards; SQLite's lower() changes ASCII letters only.
        rows = connection.execute(
            "SELECT * FROM products WHERE instr(lower(name), lower(?)) > 0 ORDER BY sku LIMIT ?", (q, LIST_LIMIT)
        ).fetchall()
    return {"items": [dict(row) for row in rows]}


def _find(connection: sqlite3.Connection, sku: str) -> sqlite3.Row | None:
    found: sqlite3.Row | None = connection.execute("SELECT * FROM products WHERE sku = ?", (sku,)).fetchone()
    return found
