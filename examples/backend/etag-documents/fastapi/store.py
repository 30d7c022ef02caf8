"""Documents and their versions in an SQLite database."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from entity_tags import matches_strongly
from models import Changes, Document, Fields, Version
from problems import Deleted, NotDeleted, NotFound, PreconditionFailed, PreconditionRequired

SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    id TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS versions (
    id TEXT NOT NULL REFERENCES documents (id),
    version INTEGER NOT NULL,
    title TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (id, version)
);
"""


class DocumentStore:
    """One connection that all threads share, with one transaction at a time.

    Preconditions are checked in the transaction that writes: between the check and the write nobody else gets in.
    """

    def __init__(self, path: str | None = None) -> None:
        """Open the file at ``path``, or a database in memory, and create what is missing in it."""
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._connection.executescript(SCHEMA)

    def close(self) -> None:
        """Close the connection; the store can't be used any more."""
        self._connection.close()

    def get(self, document_id: str) -> Document:
        """The document as it is now.

        Raises:
            NotFound: there never was such a document.
            Deleted: it is deleted.
        """
        with self._transaction() as connection:
            return _existing(connection, document_id)

    def create(self, document_id: str, fields: Fields) -> Document:
        """Add a document at version 1.

        Raises:
            Deleted: the id belongs to a deleted document.
            PreconditionFailed: the id is taken.
        """
        document = Document(id=document_id, version=1, **fields)
        with self._transaction() as connection:
            if _find(connection, document_id):
                raise PreconditionFailed
            connection.execute("INSERT INTO documents (id, version) VALUES (?, 1)", (document_id,))
            _record(connection, document)
        return document

    def replace(self, document_id: str, fields: Fields, if_match: str | None) -> Document:
        """Replace the fields of a document that ``if_match``, a header, matches.

        Raises:
            Deleted: the document is deleted.
            PreconditionRequired: there is no ``if_match``.
            PreconditionFailed: it does not match, or there never was such a document.
        """
        with self._transaction() as connection:
            current = _matched(_find(connection, document_id), if_match)
            return _advance(connection, current, fields)

    def change(self, document_id: str, changes: Changes, if_match: str | None) -> Document:
        """Change some fields of a document that ``if_match``, a header, matches.

        Raises:
            NotFound: there never was such a document.
            Deleted: it is deleted.
            PreconditionRequired: there is no ``if_match``.
            PreconditionFailed: it does not match.
        """
        with self._transaction() as connection:
            current = _matched(_existing(connection, document_id), if_match)
            return _advance(connection, current, changes)

    def delete(self, document_id: str, if_match: str | None) -> None:
        """Mark a document that ``if_match``, a header, matches as deleted.

        Raises:
            NotFound: there never was such a document.
            Deleted: it is deleted already.
            PreconditionRequired: there is no ``if_match``.
            PreconditionFailed: it does not match.
        """
        with self._transaction() as connection:
            _matched(_existing(connection, document_id), if_match)
            connection.execute("UPDATE documents SET deleted = 1 WHERE id = ?", (document_id,))

    def restore(self, document_id: str) -> Document:
        """Bring a deleted document back, at a new version.

        Raises:
            NotFound: there never was such a document.
            NotDeleted: it is not deleted.
        """
        with self._transaction() as connection:
            row = _row(connection, document_id)
            if row is None:
                raise NotFound
            if not row["deleted"]:
                raise NotDeleted
            return _advance(connection, _document(row), {})

    def history(self, document_id: str) -> list[Version]:
        """All versions of a document, deleted or not, the oldest first.

        Raises:
            NotFound: there never was such a document.
        """
        query = "SELECT version, title, content FROM versions WHERE id = ? ORDER BY version"
        with self._transaction() as connection:
            rows = connection.execute(query, (document_id,)).fetchall()
        if not rows:
            raise NotFound
        return [Version(**row) for row in rows]

    def version(self, document_id: str, number: str) -> Version:
        """One version of a document, deleted or not; ``number`` is taken as it is written.

        Raises:
            NotFound: there is no such version.
        """
        # Compared as text, so that every other way to write a number, and every number too large, is just unknown.
        query = "SELECT version, title, content FROM versions WHERE id = ? AND CAST(version AS TEXT) = ?"
        with self._transaction() as connection:
            row = connection.execute(query, (document_id, number)).fetchone()
        if row is None:
            raise NotFound
        return Version(**row)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            with self._connection:
                yield self._connection


def _row(connection: sqlite3.Connection, document_id: str) -> sqlite3.Row | None:
    query = """
        SELECT id, version, title, content, deleted
        FROM documents JOIN versions USING (id, version)
        WHERE id = ?
    """
    row: sqlite3.Row | None = connection.execute(query, (document_id,)).fetchone()
    return row


def _document(row: sqlite3.Row) -> Document:
    return Document(id=row["id"], title=row["title"], content=row["content"], version=row["version"])


def _find(connection: sqlite3.Connection, document_id: str) -> Document | None:
    row = _row(connection, document_id)
    if row is None:
        return None
    if row["deleted"]:
        raise Deleted
    return _document(row)


def _existing(connection: sqlite3.Connection, document_id: str) -> Document:
    document = _find(connection, document_id)
    if document is None:
        raise NotFound
    return document


def _matched(document: Document | None, if_match: str | None) -> Document:
    if if_match is None:
        raise PreconditionRequired
    if document is None or not matches_strongly(if_match, document.version):
        raise PreconditionFailed
    return document


def _advance(connection: sqlite3.Connection, current: Document, changes: Fields | Changes) -> Document:
    document = current.model_copy(update={**changes, "version": current.version + 1})
    connection.execute("UPDATE documents SET version = ?, deleted = 0 WHERE id = ?", (document.version, document.id))
    _record(connection, document)
    return document


def _record(connection: sqlite3.Connection, document: Document) -> None:
    connection.execute(
        "INSERT INTO versions (id, version, title, content) VALUES (:id, :version, :title, :content)",
        document.model_dump(),
    )
