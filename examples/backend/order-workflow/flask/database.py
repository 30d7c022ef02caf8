"""The SQLite file: one connection a request, kept in ``g``."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, current_app, g

SCHEMA = """
CREATE TABLE IF NOT EXISTS tokens (
    digest TEXT PRIMARY KEY,
    customer_id INTEGER UNIQUE REFERENCES customers (id) -- NULL: staff
);
CREATE UNIQUE INDEX IF NOT EXISTS one_staff_token ON tokens ((customer_id IS NULL)) WHERE customer_id IS NULL;
CREATE TABLE IF NOT EXISTS customers (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS products (
    sku TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    price INTEGER NOT NULL,
    currency TEXT NOT NULL,
    stock INTEGER NOT NULL CHECK (stock >= 0)
);
CREATE TABLE IF NOT EXISTS orders (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers (id),
    currency TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS orders_of_customer ON orders (customer_id, id);
CREATE TABLE IF NOT EXISTS lines (
    order_id INTEGER NOT NULL REFERENCES orders (id),
    position INTEGER NOT NULL,
    sku TEXT NOT NULL REFERENCES products (sku),
    quantity INTEGER NOT NULL,
    price INTEGER NOT NULL,
    PRIMARY KEY (order_id, position)
);
CREATE TABLE IF NOT EXISTS events (
    order_id INTEGER NOT NULL REFERENCES orders (id),
    number INTEGER NOT NULL,
    status TEXT NOT NULL,
    actor TEXT NOT NULL,
    PRIMARY KEY (order_id, number)
);
-- An order's state is what its latest event says; nothing else stores it.
CREATE VIEW IF NOT EXISTS current_orders AS
    SELECT id, customer_id, status, currency, (SELECT sum(price * quantity) FROM lines WHERE order_id = id) AS total
    FROM orders JOIN events ON order_id = id
    WHERE number = (SELECT max(number) FROM events WHERE order_id = id);
"""


def init_app(app: Flask, path: str) -> None:
    """Create what is missing in the file at ``path``, and close each request's connection after it."""
    app.config["DATABASE_PATH"] = path
    connection = _connect(path)
    connection.executescript(SCHEMA)
    connection.close()
    app.teardown_appcontext(_close)


def connection() -> sqlite3.Connection:
    """The connection of this request; outside of a transaction every statement is one of its own."""
    if "connection" not in g:
        g.connection = _connect(current_app.config["DATABASE_PATH"])
    found: sqlite3.Connection = g.connection
    return found


@contextmanager
def transaction() -> Iterator[sqlite3.Connection]:
    """This request's connection, which alone may write until the block ends; an exception undoes what it wrote."""
    # A plain BEGIN would let two requests read the same stock before either of them writes.
    connection().execute("BEGIN IMMEDIATE")
    with connection() as writing:
        yield writing


def _connect(path: str) -> sqlite3.Connection:
    found = sqlite3.connect(path, timeout=30, isolation_level=None)
    found.row_factory = sqlite3.Row
    return found


def _close(exception: BaseException | None) -> None:
    if "connection" in g:
        g.connection.close()
