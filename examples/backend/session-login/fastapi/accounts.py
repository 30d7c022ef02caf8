"""Accounts, their sessions and the throttle of attempts, in SQLite."""

import math
import sqlite3
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from credentials import csrf_token_of, digest_of, hash_password, is_password, new_token
from problems import InvalidCredentials, NotFound, TooManyAttempts, Unauthenticated, UsernameTaken, WrongPassword
from settings import Settings

MAX_FAILURES = 5

SCHEMA = """
CREATE TABLE IF NOT EXISTS accounts (
    username TEXT PRIMARY KEY,
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL DEFAULT 'user'
) STRICT;
CREATE TABLE IF NOT EXISTS sessions (
    position INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    token_digest TEXT NOT NULL UNIQUE,
    username TEXT NOT NULL REFERENCES accounts,
    user_agent TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS sessions_by_account ON sessions (username, position);
CREATE TABLE IF NOT EXISTS failures (
    username TEXT PRIMARY KEY,
    count INTEGER NOT NULL,
    forgotten_at REAL NOT NULL
) STRICT;
"""


@dataclass(frozen=True)
class Session:
    """A session together with the token that only its client has."""

    id: str
    token: str
    username: str
    role: str

    @property
    def csrf_token(self) -> str:
        """What changing requests of this session have to carry."""
        return csrf_token_of(self.token)


@dataclass(frozen=True)
class ListedSession:
    """A session as its account sees it."""

    id: str
    user_agent: str
    current: bool


class Accounts:
    """One connection that all threads share, with one transaction at a time; passwords are hashed outside of them."""

    def __init__(self, settings: Settings) -> None:
        """Open the database and create what is missing in it."""
        self._settings = settings
        self._lock = threading.Lock()
        path = settings.database_path or ":memory:"
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.executescript(SCHEMA)

    def close(self) -> None:
        """Close the database."""
        self._connection.close()

    def register(self, username: str, password: str) -> str:
        """Add an account and give its role.

        Raises:
            UsernameTaken
        """
        password_hash = hash_password(password, self._settings.password_cost)
        statement = """
            INSERT INTO accounts (username, password_hash) VALUES (?, ?)
            ON CONFLICT DO NOTHING RETURNING role
        """
        with self._transaction() as database:
            added = database.execute(statement, (username, password_hash)).fetchone()
        if added is None:
            raise UsernameTaken
        return added[0]

    def log_in(self, username: str, password: str, user_agent: str, replaced: str | None) -> Session:
        """Begin a session with a new token, and end the one of the token that it replaces.

        Raises:
            TooManyAttempts, InvalidCredentials
        """
        verified = self._verify(username, password)
        id, token = str(uuid.uuid4()), new_token()
        # The hash is compared once more: a password change may have ended all sessions in the meantime.
        statement = """
            INSERT INTO sessions (id, token_digest, username, user_agent)
            SELECT ?, ?, username, ? FROM accounts WHERE username = ? AND password_hash = ?
        """
        with self._transaction() as database:
            values = (id, digest_of(token), user_agent, username, verified)
            if not database.execute(statement, values).rowcount:
                raise InvalidCredentials
            if replaced:
                database.execute("DELETE FROM sessions WHERE token_digest = ?", (digest_of(replaced),))
        return self.session(token)

    def session(self, token: str) -> Session:
        """The session with a token.

        Raises:
            Unauthenticated
        """
        query = "SELECT id, username, role FROM sessions JOIN accounts USING (username) WHERE token_digest = ?"
        with self._transaction() as database:
            row = database.execute(query, (digest_of(token),)).fetchone()
        if row is None:
            raise Unauthenticated
        id, username, role = row
        return Session(id, token, username, role)

    def sessions(self, current: Session) -> list[ListedSession]:
        """The sessions of the account that a session belongs to, the oldest first."""
        query = "SELECT id, user_agent FROM sessions WHERE username = ? ORDER BY position"
        with self._transaction() as database:
            rows = database.execute(query, (current.username,)).fetchall()
        return [ListedSession(id, user_agent, id == current.id) for id, user_agent in rows]

    def end_session(self, username: str, id: str) -> None:
        """End a session of an account.

        Raises:
            NotFound: the account has no session with that id.
        """
        with self._transaction() as database:
            ended = database.execute("DELETE FROM sessions WHERE username = ? AND id = ?", (username, id))
        if not ended.rowcount:
            raise NotFound

    def change_password(self, session: Session, current: str, new: str) -> None:
        """Set a new password and end all sessions of the account but this one.

        Raises:
            TooManyAttempts, WrongPassword, Unauthenticated
        """
        try:
            verified = self._verify(session.username, current)
        except InvalidCredentials:
            raise WrongPassword from None
        new_hash = hash_password(new, self._settings.password_cost)
        update = "UPDATE accounts SET password_hash = ? WHERE username = ? AND password_hash = ?"
        with self._transaction() as database:
            # Of several changes that were verified with the same password the first one wins.
            if not database.execute(update, (new_hash, session.username, verified)).rowcount:
                raise WrongPassword
            query = "SELECT 1 FROM sessions WHERE id = ?"
            if database.execute(query, (session.id,)).fetchone() is None:
                raise Unauthenticated
            database.execute("DELETE FROM sessions WHERE username = ? AND id <> ?", (session.username, session.id))

    def _verify(self, username: str, password: str) -> str:
        """Try a password, if the throttle lets it, and give the hash that it was compared with."""
        self._count_attempt(username)
        with self._transaction() as database:
            query = "SELECT password_hash FROM accounts WHERE username = ?"
            row = database.execute(query, (username,)).fetchone()
        if row is None:
            # As much work as for an account, so that the time does not tell that there is none.
            hash_password(password, self._settings.password_cost)
            raise InvalidCredentials
        if not is_password(password, row[0]):
            raise InvalidCredentials
        with self._transaction() as database:
            database.execute("DELETE FROM failures WHERE username = ?", (username,))
        return row[0]

    def _count_attempt(self, username: str) -> None:
        """Count an attempt as failed before its password is tried, so that attempts at the same time count too."""
        now = time.time()
        with self._transaction() as database:
            database.execute("DELETE FROM failures WHERE forgotten_at <= ?", (now,))
            query = "SELECT count, forgotten_at FROM failures WHERE username = ?"
            count, forgotten_at = database.execute(query, (username,)).fetchone() or (0, now)
            if count >= MAX_FAILURES:
                raise TooManyAttempts(headers={"Retry-After": str(math.ceil(forgotten_at - now))})
            values = (username, count + 1, now + self._settings.lock_seconds)
            database.execute("REPLACE INTO failures (username, count, forgotten_at) VALUES (?, ?, ?)", values)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            yield self._connection
