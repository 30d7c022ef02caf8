"""Sessions and their refresh tokens."""

import hashlib
import secrets
import sqlite3
from typing import Any, NamedTuple
from uuid import uuid4

from database import transaction
from problems import ProblemError
from users import User

REFRESH_TOKEN_BYTES = 32


class Grant(NamedTuple):
    """What a session is given: its ids for an access token, and its next refresh token."""

    user_id: str
    session_id: str
    refresh_token: str


def start_session(user: User, device: str, now: int) -> Grant:
    """Make a session for a user whose password has been verified.

    Raises:
        ProblemError: ``invalid_credentials``, the password has been changed meanwhile.
    """
    session_id = str(uuid4())
    with transaction() as database:
        inserted = database.execute(
            """
            INSERT INTO sessions (id, user_id, device, created_at)
            SELECT ?, id, ?, ? FROM users WHERE id = ? AND password_hash = ?
            """,
            (session_id, device, now, user.id, user.password_hash),
        )
        if inserted.rowcount == 0:
            raise ProblemError("invalid_credentials")
        return Grant(user.id, session_id, _new_token(database, session_id))


def renew_session(token: str) -> Grant:
    """Exchange a refresh token; one that has been used before ends its session.

    Raises:
        ProblemError: ``invalid_refresh_token``.
    """
    with transaction() as database:
        used = database.execute(
            """
            UPDATE refresh_tokens SET is_used = TRUE WHERE digest = ? AND NOT is_used
            RETURNING session_id, (SELECT user_id FROM sessions WHERE id = session_id)
            """,
            (_digest(token),),
        ).fetchone()
        if used is not None:
            session_id, user_id = used
            return Grant(user_id, session_id, _new_token(database, session_id))
        # Of a token that was never given there is no session.
        database.execute(
            """
            DELETE FROM sessions
            WHERE id = (SELECT session_id FROM refresh_tokens WHERE digest = ?)
            """,
            (_digest(token),),
        )
    raise ProblemError("invalid_refresh_token")


def user_of_session(user_id: str, session_id: str) -> User | None:
    """The user of a session that exists and is that user's."""
    with transaction() as database:
        row = database.execute(
            """
            SELECT users.id, username, password_hash FROM users
            JOIN sessions ON user_id = users.id WHERE users.id = ? AND sessions.id = ?
            """,
            (user_id, session_id),
        ).fetchone()
    return None if row is None else User(*row)


def list_sessions(user: User, current_id: str) -> list[dict[str, Any]]:
    """All sessions of a user, oldest first."""
    with transaction() as database:
        rows = database.execute(
            """
            SELECT id, device, created_at FROM sessions WHERE user_id = ? ORDER BY number
            """,
            (user.id,),
        ).fetchall()
    return [{**dict(row), "current": row["id"] == current_id} for row in rows]


def end_session(user: User, session_id: str) -> None:
    """End a session of a user; its tokens go with it.

    Raises:
        ProblemError: ``not_found``, the user has no such session.
    """
    with transaction() as database:
        deleted = database.execute(
            "DELETE FROM sessions WHERE user_id = ? AND id = ?", (user.id, session_id)
        )
        if deleted.rowcount == 0:
            raise ProblemError("not_found")


def _new_token(database: sqlite3.Connection, session_id: str) -> str:
    token = secrets.token_urlsafe(REFRESH_TOKEN_BYTES)
    database.execute(
        "INSERT INTO refresh_tokens (digest, session_id) VALUES (?, ?)",
        (_digest(token), session_id),
    )
    return token


def _digest(token: str) -> str:
    # Random and long as a token is, a quick hash hides it.
    return hashlib.sha256(token.encode()).hexdigest()
