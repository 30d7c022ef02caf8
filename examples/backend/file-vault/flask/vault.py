"""Stored files: what is known of them in SQLite, their content in a folder beside it."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from threading import Lock
from typing import BinaryIO

from content import Incoming
from problems import ProblemError
from settings import Settings

_SCHEMA = """
CREATE TABLE IF NOT EXISTS files (
    position INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS files_of_owner ON files (owner, position);
"""
_PART = ".part"


@dataclass(frozen=True)
class StoredFile:
    """What is told about a file; ``size`` is in bytes, ``sha256`` in hexadecimal digits."""

    id: str
    name: str
    type: str
    size: int
    sha256: str


class Vault:
    """The files of all owners. Threads may share it."""

    def __init__(self, settings: Settings) -> None:
        """Open what there is, without what an upload has left that never ended."""
        self._temporary = None
        path = settings.database_path
        if not path:
            self._temporary = TemporaryDirectory()
            path = os.path.join(self._temporary.name, "database")
        self._max_file_bytes = settings.max_file_bytes
        self._quota_bytes = settings.quota_bytes
        # One connection for all threads, so one of them at a time.
        self._lock = Lock()
        self._connection = sqlite3.connect(path, check_same_thread=False)
        self._connection.executescript(_SCHEMA)
        self._folder = Path(f"{path}.files")
        self._folder.mkdir(exist_ok=True)
        for left in self._folder.glob(f"*{_PART}"):
            left.unlink()

    def close(self) -> None:
        """Close the database, and remove what is temporary."""
        self._connection.close()
        if self._temporary:
            self._temporary.cleanup()

    @contextmanager
    def incoming(self) -> Iterator[Incoming]:
        """An upload to be written to; what has not been kept in the end is removed."""
        path = self._folder / f"{token_hex(16)}{_PART}"
        try:
            with path.open("xb") as file:
                yield Incoming(file, self._max_file_bytes)
        finally:
            path.unlink(missing_ok=True)

    def keep(
        self, incoming: Incoming, owner: str, name: str, content_digest: str | None
    ) -> StoredFile:
        """Make a file of an upload that is whole.

        Raises:
            ProblemError: the content is not accepted, or the owner's files would be too large.
        """
        media_type, sha256 = incoming.finish(content_digest)
        file = StoredFile(token_hex(16), name, media_type, incoming.size, sha256)
        path = self._folder / file.id
        try:
            with self._lock, self._connection:
                inserted = self._connection.execute(
                    """INSERT INTO files (id, owner, name, type, size, sha256)
                    SELECT :id, :owner, :name, :type, :size, :sha256
                    WHERE (SELECT coalesce(sum(size), 0) FROM files WHERE owner = :owner) + :size
                        <= :quota""",
                    {**vars(file), "owner": owner, "quota": self._quota_bytes},
                )
                if not inserted.rowcount:
                    raise ProblemError("quota_exceeded")
                os.rename(incoming.path, path)
        except Exception:
            # The commit, at the end of the with statement, may fail after the renaming.
            path.unlink(missing_ok=True)
            raise
        return file

    def files_of(self, owner: str) -> list[StoredFile]:
        """All files of an owner, the oldest first."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT id, name, type, size, sha256 FROM files WHERE owner = ? ORDER BY position",
                (owner,),
            )
            return [StoredFile(*row) for row in rows]

    def find(self, owner: str, file_id: str) -> StoredFile:
        """A file of the owner.

        Raises:
            ProblemError: the owner has no such file.
        """
        with self._lock:
            row = self._connection.execute(
                "SELECT id, name, type, size, sha256 FROM files WHERE owner = ? AND id = ?",
                (owner, file_id),
            ).fetchone()
        if row is None:
            raise ProblemError("not_found")
        return StoredFile(*row)

    def open(self, file: StoredFile) -> BinaryIO:
        """The content of a file.

        Raises:
            ProblemError: the file has been deleted meanwhile.
        """
        try:
            return (self._folder / file.id).open("rb")
        except FileNotFoundError:
            raise ProblemError("not_found") from None

    def delete(self, owner: str, file_id: str) -> None:
        """Remove a file of the owner.

        Raises:
            ProblemError: the owner has no such file.
        """
        with self._lock, self._connection:
            deleted = self._connection.execute(
                "DELETE FROM files WHERE owner = ? AND id = ?", (owner, file_id)
            )
        if not deleted.rowcount:
            raise ProblemError("not_found")
        # An id of the database, so never a path that leads elsewhere.
        (self._folder / file_id).unlink()
