"""Users, their sessions and the refresh tokens of these, in SQLite."""

import hashlib
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any, NamedTuple
from uuid import uuid4

from passwords import hash_password, verify_password
from problems import ProblemError
from tokens import Subject

REFRESH_TOKEN_BYTES = 32

# The tokens that a session has used up stay as long as it lasts: that is how reuse is noticed.
_SCHEMA = """
PRAGMA foreign_keys = ON;
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
    digest BLOB PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    used_up INTEGER NOT NULL DEFAULT FALSE
);
CREATE INDEX IF NOT EXISTS sessions_of_user ON sessions (user_id, number);
CREATE INDEX IF NOT EXISTS tokens_of_session ON refresh_tokens (session_id);
"""


class Caller(NamedTuple):
    """The user of a session that exists."""

    user_id: str
    username: str
    session_id: str


class Accounts:
    """All data of the API; safe for use by several threads.

    Passwords are hashed outside of transactions, so that nobody waits for that.
    """

    def __init__(self, path: str) -> None:
        """Open the database file, or ``:memory:``, and make the tables it lacks."""
        self._lock = Lock()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the database."""
        self._connection.close()

    def add_user(self, username: str, password: str) -> dict[str, str]:
        """Store a new user.

        Raises:
            ProblemError: ``username_taken``.
        """
        user = {"id": str(uuid4()), "username": username}
        values = (user["id"], username, hash_password(password))
        with self._transaction() as database:
            insert = "INSERT INTO users VALUES (?, ?, ?) ON CONFLICT (username) DO NOTHING"
            if database.execute(insert, values).rowcount == 0:
                raise ProblemError("username_taken")
        return user

    def start_session(
        self, username: str, password: str, device: str, now: int
    ) -> tuple[Subject, str]:
        """Log a user in; gives the session's first refresh token too.

        Raises:
            ProblemError: ``invalid_credentials``.
        """
        with self._transaction() as database:
            query = "SELECT id, password_hash FROM users WHERE username = ?"
            user = database.execute(query, (username,)).fetchone()
        if user is None:
            # Takes as long as verifying does, so that time does not tell who exists.
            hash_password(password)
            raise ProblemError("invalid_credentials")
        if not verify_password(password, user["password_hash"]):
            raise ProblemError("invalid_credentials")
        session = Subject(user["id"], str(uuid4()))
        # The password may have been changed since it was read.
        insert = """
            INSERT INTO sessions (id, user_id, device, created_at)
            SELECT ?, id, ?, ? FROM users WHERE id = ? AND password_hash = ?
        """
        values = (session.session_id, device, now, user["id"], user["password_hash"])
        with self._transaction() as database:
            if database.execute(insert, values).rowcount == 0:
                raise ProblemError("invalid_credentials")
            return session, _add_refresh_token(database, session.session_id)

    def refresh(self, token: str) -> tuple[Subject, str]:
        """Use a refresh token up; gives its session and the next token of it.

        Raises:
            ProblemError: ``invalid_refresh_token``; if the token was used up, its session is ended.
        """
        query = """
            SELECT session_id, user_id, used_up FROM refresh_tokens
            JOIN sessions ON sessions.id = session_id WHERE digest = ?
        """
        digest = _digest(token)
        with self._transaction() as database:
            found = database.execute(query, (digest,)).fetchone()
            if found is not None and not found["used_up"]:
                use_up = "UPDATE refresh_tokens SET used_up = TRUE WHERE digest = ?"
                database.execute(use_up, (digest,))
                session = Subject(found["user_id"], found["session_id"])
                return session, _add_refresh_token(database, session.session_id)
            if found is not None:
                database.execute("DELETE FROM sessions WHERE id = ?", (found["session_id"],))
        raise ProblemError("invalid_refresh_token")

    def caller(self, session: Subject) -> Caller | None:
        """Who that is, if the session exists and is of the user that it is said to be."""
        query = """
            SELECT users.id, username, sessions.id FROM users JOIN sessions ON user_id = users.id
            WHERE users.id = ? AND sessions.id = ?
        """
        with self._transaction() as database:
            row = database.execute(query, session).fetchone()
        return None if row is None else Caller(*row)

    def sessions(self, caller: Caller) -> list[dict[str, Any]]:
        """All sessions of the caller, oldest first."""
        query = "SELECT id, device, created_at FROM sessions WHERE user_id = ? ORDER BY number"
        with self._transaction() as database:
            rows = database.execute(query, (caller.user_id,)).fetchall()
        return [{**dict(row), "current": row["id"] == caller.session_id} for row in rows]

    def end_session(self, caller: Caller, session_id: str) -> None:
        """End a session of the caller, and with it its tokens.

        Raises:
            ProblemError: ``not_found``, the caller has no such session.
        """
        delete = "DELETE FROM sessions WHERE user_id = ? AND id = ?"
        with self._transaction() as database:
            if database.execute(delete, (caller.user_id, session_id)).rowcount == 0:
                raise ProblemError("not_found")

    def change_password(self, caller: Caller, old_password: str, new_password: str) -> None:
        """Set the caller's password and end all sessions but the current one.

        Raises:
            ProblemError: ``wrong_password``.
        """
        query = "SELECT password_hash FROM users WHERE id = ?"
        with self._transaction() as database:
            old_hash = database.execute(query, (caller.user_id,)).fetchone()["password_hash"]
        if not verify_password(old_password, old_hash):
            raise ProblemError("wrong_password")
        # Of several changes from one password only the first still finds its hash.
        update = "UPDATE users SET password_hash = ? WHERE id = ? AND password_hash = ?"
        values = (hash_password(new_password), caller.user_id, old_hash)
        with self._transaction() as database:
            if database.execute(update, values).rowcount == 0:
                raise ProblemError("wrong_password")
            delete = "DELETE FROM sessions WHERE user_id = ? AND id <> ?"
            database.execute(delete, (caller.user_id, caller.session_id))

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        # The threads share a connection, so a transaction alone would not keep them apart.
        with self._lock, self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            yield self._connection


def _add_refresh_token(database: sqlite3.Connection, session_id: str) -> str:
    token = secrets.token_urlsafe(REFRESH_TOKEN_BYTES)
    insert = "INSERT INTO refresh_tokens (digest, session_id) VALUES (?, ?)"
    database.execute(insert, (_digest(token), session_id))
    return token


def _digest(token: str) -> bytes:
    # A token is long and random, so unlike a password it needs no slow hash.
    return hashlib.sha256(token.encode()).digest()
