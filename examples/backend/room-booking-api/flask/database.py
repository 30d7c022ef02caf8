"""The SQLite database, which all threads of the server share."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

# The position of a room tells which of two was created first; random ids do not.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS rooms (
    position INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    capacity INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS bookings (
    id TEXT PRIMARY KEY,
    room_id TEXT NOT NULL REFERENCES rooms (id),
    title TEXT NOT NULL,
    starts INTEGER NOT NULL,
    ends INTEGER NOT NULL,
    cancelled INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX IF NOT EXISTS bookings_of_room ON bookings (room_id, starts) WHERE NOT cancelled;
CREATE TABLE IF NOT EXISTS used_keys (
    key TEXT PRIMARY KEY,
    booking_id TEXT NOT NULL REFERENCES bookings (id)
) STRICT;
"""


class Database:
    """One connection that is used by one thread at a time."""

    def __init__(self, path: str) -> None:
        """Open a file, or ``:memory:``, and make the tables it lacks."""
        self._lock = Lock()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        self._connection.executescript(_SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Keep all changes made in the block, or none of them if it raises an error."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._connection.close()
