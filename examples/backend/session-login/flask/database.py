"""The SQLite database."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from flask import current_app

SCHEMA = """
CREATE TABLE IF NOT EXISTS accounts (
    id INTEGER PRIMARY KEY,
    username TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS sessions (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    token_hash BLOB NOT NULL UNIQUE,
    user_agent TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS sessions_of_account ON sessions (account_id, number);
CREATE TABLE IF NOT EXISTS attempts (
    username TEXT PRIMARY KEY,
    failures INTEGER NOT NULL,
    expires REAL NOT NULL
);
"""


class Database:
    """One connection that all threads share, with one transaction at a time."""

    def __init__(self, path: str) -> None:
        """Open the file at ``path``, or for "" a database in memory, and create what is missing in it."""
        self._lock = Lock()
        self._connection = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        self._connection.executescript(SCHEMA)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Run the block alone; keep what it wrote if it ends well, undo it if it raises."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            with self._connection:
                yield self._connection


@contextmanager
def transaction() -> Iterator[sqlite3.Connection]:
    """A transaction on the database of the current app."""
    database: Database = current_app.extensions["database"]
    with database.transaction() as connection:
        yield connection
