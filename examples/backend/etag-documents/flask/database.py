"""The SQLite database: documents, each with all its revisions."""

import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    id TEXT PRIMARY KEY,
    is_deleted INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS revisions (
    document_id TEXT NOT NULL REFERENCES documents (id),
    version INTEGER NOT NULL,
    title TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (document_id, version)
);
"""


class Revision(NamedTuple):
    """What a document holds at one of its versions."""

    version: int
    title: str
    content: str


class Document(NamedTuple):
    """A document with its latest revision."""

    id: str
    is_deleted: bool
    latest: Revision


class Database:
    """One connection that all threads share, with one transaction at a time."""

    def __init__(self, path: str | None = None) -> None:
        """Open the file at ``path``, or a database in memory, and create what is missing in it."""
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._connection.executescript(SCHEMA)

    def close(self) -> None:
        """Close the connection; the database can't be used any more."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator["Transaction"]:
        """Run the block alone; keep what it wrote if it ends well, undo it if it raises."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            with self._connection:
                yield Transaction(self._connection)


class Transaction:
    """Reads and writes of one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def find(self, document_id: str) -> Document | None:
        """The document, deleted or not; None if there never was one."""
        query = """
            SELECT is_deleted, version, title, content
            FROM documents JOIN revisions ON document_id = id
            WHERE id = ? ORDER BY version DESC LIMIT 1
        """
        row = self._connection.execute(query, (document_id,)).fetchone()
        if row is None:
            return None
        is_deleted, *revision = row
        return Document(document_id, bool(is_deleted), Revision(*revision))

    def create(self, document_id: str, fields: Mapping[str, str]) -> Document:
        """Add a document at version 1."""
        self._connection.execute("INSERT INTO documents (id) VALUES (?)", (document_id,))
        return self._record(document_id, Revision(1, **fields))

    def revise(self, document: Document, changes: Mapping[str, str]) -> Document:
        """Give a document a new version, with some fields changed or none."""
        latest = document.latest
        return self._record(document.id, latest._replace(version=latest.version + 1, **changes))

    def mark(self, document: Document, *, is_deleted: bool) -> None:
        """Mark a document as deleted or not."""
        self._connection.execute("UPDATE documents SET is_deleted = ? WHERE id = ?", (is_deleted, document.id))

    def revisions(self, document_id: str) -> list[Revision]:
        """All revisions of a document, the oldest first."""
        query = "SELECT version, title, content FROM revisions WHERE document_id = ? ORDER BY version"
        return [Revision(*row) for row in self._connection.execute(query, (document_id,))]

    def revision(self, document_id: str, number: str) -> Revision | None:
        """The revision of which the version is written exactly so, if there is one."""
        # SQLite would convert other ways to write the number, such as "01", if it compared with the column itself.
        query = """
            SELECT version, title, content FROM revisions
            WHERE document_id = ? AND CAST(version AS TEXT) = ?
        """
        row = self._connection.execute(query, (document_id, number)).fetchone()
        return row and Revision(*row)

    def _record(self, document_id: str, revision: Revision) -> Document:
        self._connection.execute("INSERT INTO revisions VALUES (?, ?, ?, ?)", (document_id, *revision))
        return Document(document_id, False, revision)
