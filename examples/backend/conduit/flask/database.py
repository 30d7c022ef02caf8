"""The SQLite database, of which each request has a connection."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime

from flask import Flask, current_app, g


def init_app(app: Flask, path: str) -> None:
    """Make the file and the tables that are missing."""
    app.config["DATABASE_PATH"] = path
    app.teardown_appcontext(_disconnect)
    with app.open_resource("schema.sql", "r") as schema, closing(sqlite3.connect(path)) as connection:
        connection.executescript(schema.read())


def query(sql: str, **values: object) -> list[sqlite3.Row]:
    """All rows that a statement gives."""
    return _connection().execute(sql, values).fetchall()


def first(sql: str, **values: object) -> sqlite3.Row | None:
    """The first row that a statement gives, if there is one."""
    return next(iter(query(sql, **values)), None)


@contextmanager
def writing() -> Iterator[None]:
    """A transaction beside which nobody else writes; it is undone if an exception leaves it."""
    with _connection() as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield


def now() -> str:
    """The time as the API writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def _connection() -> sqlite3.Connection:
    if "connection" not in g:
        g.connection = sqlite3.connect(current_app.config["DATABASE_PATH"], isolation_level=None)
        g.connection.row_factory = sqlite3.Row
        g.connection.execute("PRAGMA foreign_keys = ON")
    return g.connection


def _disconnect(_error: BaseException | None) -> None:
    connection = g.pop("connection", None)
    if connection is not None:
        connection.close()
