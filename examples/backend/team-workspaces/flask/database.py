"""The SQLite database."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from flask import current_app

# Roles are stored as numbers that rise with the rights.
SCHEMA = """
CREATE TABLE IF NOT EXISTS users (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    token_digest TEXT NOT NULL UNIQUE
);
CREATE TABLE IF NOT EXISTS workspaces (
    position INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS members (
    id INTEGER PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    user_id INTEGER NOT NULL REFERENCES users (id),
    role INTEGER NOT NULL,
    UNIQUE (workspace_id, user_id)
);
CREATE TABLE IF NOT EXISTS projects (
    position INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    UNIQUE (workspace_id, name)
);
"""


class Database:
    """One connection that all threads share, with one transaction at a time."""

    def __init__(self, path: str) -> None:
        """Open the database and create what is missing in it."""
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._connection.executescript(SCHEMA)
        self._lock = threading.Lock()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Keep what the block writes if it ends well, undo it if it raises or aborts."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            with self._connection as connection:
                yield connection


def transaction() -> AbstractContextManager[sqlite3.Connection]:
    """A transaction on the database of the current app."""
    database: Database = current_app.extensions["database"]
    return database.transaction()
