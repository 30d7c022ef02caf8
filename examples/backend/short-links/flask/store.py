"""Tenants and their links, in SQLite."""

import secrets
import sqlite3
import string
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from threading import Lock
from typing import Any
from uuid import uuid4

from problems import CodeTakenError, ExpiredError, NotFoundError

_MADE_CODE_LENGTH = 8
_MADE_CODE_CHARACTERS = string.ascii_letters + string.digits

# A deleted link stays, so that its code stays taken. Times are texts of one form, in which an
# earlier time is a smaller text.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS tenants (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    key_hash BLOB NOT NULL UNIQUE
);
CREATE TABLE IF NOT EXISTS links (
    number INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL REFERENCES tenants (id),
    code TEXT NOT NULL UNIQUE,
    url TEXT NOT NULL,
    expires_at TEXT,
    hits INTEGER NOT NULL DEFAULT 0,
    deleted INTEGER NOT NULL DEFAULT FALSE
);
CREATE INDEX IF NOT EXISTS links_of_tenant ON links (tenant, number);
"""
_FIELDS = "code, url, expires_at, hits"
_OWN_LINK = "tenant = ? AND code = ? AND NOT deleted"


class Store:
    """All data of the API; safe for use by several threads."""

    def __init__(self, path: str) -> None:
        """Open the database file, or ``:memory:``, and make the tables it lacks."""
        self._lock = Lock()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the database."""
        self._connection.close()

    def add_tenant(self, name: str) -> dict[str, str]:
        """Store a new tenant; only here its key is seen."""
        tenant = {"id": str(uuid4()), "name": name, "api_key": secrets.token_urlsafe(32)}
        with self._transaction() as database:
            database.execute(
                "INSERT INTO tenants (id, name, key_hash) VALUES (?, ?, ?)",
                (tenant["id"], name, _hash(tenant["api_key"])),
            )
        return tenant

    def tenant_of(self, key: str) -> str | None:
        """The id of the tenant with that key, if there is one."""
        with self._transaction() as database:
            row = database.execute(
                "SELECT id FROM tenants WHERE key_hash = ?", (_hash(key),)
            ).fetchone()
        return None if row is None else row["id"]

    def add_link(
        self, tenant: str, url: str, code: str | None, expires_at: str | None
    ) -> dict[str, Any]:
        """Store a new link; without a code it gets one that is free.

        Raises:
            CodeTakenError: a link has or had the code.
        """
        query = f"""
            INSERT INTO links (tenant, code, url, expires_at) VALUES (?, ?, ?, ?)
            ON CONFLICT (code) DO NOTHING
            RETURNING {_FIELDS}
        """
        with self._transaction() as database:
            values = (tenant, code or _free_code(database), url, expires_at)
            row = database.execute(query, values).fetchone()
        if row is None:
            raise CodeTakenError
        return dict(row)

    def links(self, tenant: str) -> list[dict[str, Any]]:
        """All links of a tenant, oldest first."""
        query = f"SELECT {_FIELDS} FROM links WHERE tenant = ? AND NOT deleted ORDER BY number"
        with self._transaction() as database:
            return [dict(row) for row in database.execute(query, (tenant,))]

    def link(self, tenant: str, code: str) -> dict[str, Any]:
        """A link of the tenant.

        Raises:
            NotFoundError: the tenant has none with that code.
        """
        return self._own_link(f"SELECT {_FIELDS} FROM links WHERE {_OWN_LINK}", tenant, code)

    def set_expiry(self, tenant: str, code: str, expires_at: str | None) -> dict[str, Any]:
        """Change when a link of the tenant expires.

        Raises:
            NotFoundError: the tenant has none with that code.
        """
        query = f"UPDATE links SET expires_at = ? WHERE {_OWN_LINK} RETURNING {_FIELDS}"
        return self._own_link(query, expires_at, tenant, code)

    def delete_link(self, tenant: str, code: str) -> None:
        """Delete a link of the tenant for good.

        Raises:
            NotFoundError: the tenant has none with that code.
        """
        query = f"UPDATE links SET deleted = TRUE WHERE {_OWN_LINK} RETURNING {_FIELDS}"
        self._own_link(query, tenant, code)

    def follow(self, code: str) -> str:
        """Count a visit to a link and tell its target.

        Raises:
            ExpiredError: the link has expired.
            NotFoundError: there is no link with that code.
        """
        count = """
            UPDATE links SET hits = hits + 1
            WHERE code = ? AND NOT deleted
                AND (expires_at IS NULL OR expires_at > strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
            RETURNING url
        """
        exists = "SELECT 1 FROM links WHERE code = ? AND NOT deleted"
        with self._transaction() as database:
            row = database.execute(count, (code,)).fetchone()
            if row is not None:
                return row["url"]
            expired = database.execute(exists, (code,)).fetchone() is not None
        raise ExpiredError if expired else NotFoundError

    def _own_link(self, query: str, *values: str | None) -> dict[str, Any]:
        with self._transaction() as database:
            row = database.execute(query, values).fetchone()
        if row is None:
            raise NotFoundError
        return dict(row)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        # The threads share one connection, so a transaction alone would not keep them apart.
        with self._lock, self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            yield self._connection


def _hash(key: str) -> bytes:
    # A key is random and long, so unlike a password it needs neither salt nor a slow hash.
    return sha256(key.encode()).digest()


def _free_code(database: sqlite3.Connection) -> str:
    while True:
        code = "".join(secrets.choice(_MADE_CODE_CHARACTERS) for _ in range(_MADE_CODE_LENGTH))
        if database.execute("SELECT 1 FROM links WHERE code = ?", (code,)).fetchone() is None:
            return code
