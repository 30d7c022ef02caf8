"""The SQLite database: one connection for each request, one transaction at a time."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from urllib.parse import quote
from uuid import uuid4

from flask import Flask, current_app, g

# A session keeps the tokens that it has used up, so that it is noticed when one comes back.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS users (
    id TEXT PRIMARY KEY,
    username TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS sessions (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    user_id TEXT NOT NULL REFERENCES users (id),
    device TEXT NOT NULL,
    created_at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS refresh_tokens (
    digest TEXT PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    is_used INTEGER NOT NULL DEFAULT FALSE
);
CREATE INDEX IF NOT EXISTS sessions_by_user ON sessions (user_id, number);
CREATE INDEX IF NOT EXISTS tokens_by_session ON refresh_tokens (session_id);
"""


class Database:
    """A database file, or a database in memory that lasts until it is closed."""

    def __init__(self, path: str) -> None:
        """Make the tables that are missing; an empty path means memory."""
        self._uri = f"file:{quote(path)}" if path else f"file:{uuid4()}?mode=memory&cache=shared"
        self.lock = Lock()
        self._keeper = self.connect()
        self._keeper.executescript(_SCHEMA)

    def connect(self) -> sqlite3.Connection:
        """Open another connection."""
        connection = sqlite3.connect(
            self._uri, uri=True, isolation_level=None, check_same_thread=False
        )
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA foreign_keys = ON")
        return connection

    def close(self) -> None:
        """Close the database once no request is being answered."""
        self._keeper.close()


def install_database(app: Flask, path: str) -> None:
    """Open the database of an application; ``app.extensions["close"]()`` closes it."""
    database = Database(path)
    app.extensions["database"] = database
    app.extensions["close"] = database.close

    @app.teardown_appcontext
    def close_connection(_error: BaseException | None) -> None:
        connection = g.pop("connection", None)
        if connection is not None:
            connection.close()


@contextmanager
def transaction() -> Iterator[sqlite3.Connection]:
    """The request's connection in a transaction, which an exception undoes."""
    database: Database = current_app.extensions["database"]
    if "connection" not in g:
        g.connection = database.connect()
    # Of connections to one database in memory SQLite lets none wait: they would fail at once.
    with database.lock, g.connection:
        g.connection.execute("BEGIN IMMEDIATE")
        yield g.connection
