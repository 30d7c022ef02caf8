"""Channels and their newest messages, in SQLite."""

import sqlite3
from typing import NamedTuple

from problems import NotFoundError

# The row of a deleted channel stays, so that no id is ever given twice.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS channels (
    name TEXT PRIMARY KEY,
    last_id INTEGER NOT NULL DEFAULT 0,
    is_open INTEGER NOT NULL DEFAULT TRUE
);
CREATE TABLE IF NOT EXISTS messages (
    channel TEXT NOT NULL REFERENCES channels (name),
    id INTEGER NOT NULL,
    event TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (channel, id)
);
"""


class Message(NamedTuple):
    """A message as it is stored."""

    id: int
    event: str
    data: str


class Missed(NamedTuple):
    """What a client has missed; ``reset_to`` is None unless messages are lost to it."""

    reset_to: int | None
    messages: list[Message]


class Store:
    """All data of the API; for one caller at a time, in whatever thread."""

    def __init__(self, path: str, history: int) -> None:
        """Open the database file, or ``:memory:``; keep that many messages of each channel."""
        self._history = history
        self._connection = sqlite3.connect(path, check_same_thread=False)
        self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the database."""
        self._connection.close()

    def open_channel(self, name: str) -> bool:
        """Open a channel; False if it was open before."""
        query = """
            INSERT INTO channels (name) VALUES (?)
            ON CONFLICT (name) DO UPDATE SET is_open = TRUE WHERE NOT is_open
        """
        with self._connection as database:
            return database.execute(query, (name,)).rowcount == 1

    def delete_channel(self, name: str) -> None:
        """Close a channel and forget its messages.

        Raises:
            NotFoundError: there is no such channel.
        """
        query = "UPDATE channels SET is_open = FALSE WHERE name = ? AND is_open"
        with self._connection as database:
            if database.execute(query, (name,)).rowcount == 0:
                raise NotFoundError
            database.execute("DELETE FROM messages WHERE channel = ?", (name,))

    def last_id(self, name: str) -> int:
        """The id of the latest message of a channel, 0 before the first.

        Raises:
            NotFoundError: there is no such channel.
        """
        query = "SELECT last_id FROM channels WHERE name = ? AND is_open"
        return self._found(self._connection.execute(query, (name,)))

    def append(self, name: str, event: str, data: str) -> Message:
        """Store a message under the next id, and drop the one that is too many.

        Raises:
            NotFoundError: there is no such channel.
        """
        count = "UPDATE channels SET last_id = last_id + 1 WHERE name = ? AND is_open RETURNING last_id"
        with self._connection as database:
            message = Message(self._found(database.execute(count, (name,))), event, data)
            database.execute("INSERT INTO messages VALUES (?, ?, ?, ?)", (name, *message))
            database.execute(
                "DELETE FROM messages WHERE channel = ? AND id <= ?",
                (name, message.id - self._history),
            )
        return message

    def missed(self, name: str, after: int) -> Missed:
        """What a client has missed that has everything up to the id ``after``.

        Raises:
            NotFoundError: there is no such channel.
        """
        last_id = self.last_id(name)
        oldest = "SELECT coalesce(min(id), ?) FROM messages WHERE channel = ?"
        (first_id,) = self._connection.execute(oldest, (last_id + 1, name)).fetchone()
        reset_to = None if first_id - 1 <= after <= last_id else first_id - 1
        newer = "SELECT id, event, data FROM messages WHERE channel = ? AND id > ? ORDER BY id"
        rows = self._connection.execute(newer, (name, after if reset_to is None else reset_to))
        return Missed(reset_to, [Message(*row) for row in rows])

    @staticmethod
    def _found(cursor: sqlite3.Cursor) -> int:
        row = cursor.fetchone()
        if row is None:
            raise NotFoundError
        return row[0]
