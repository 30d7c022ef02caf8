"""Sessions: who a request comes from, and how views ask for it."""

import functools
import hashlib
import hmac
import secrets
import sqlite3
from collections.abc import Callable
from typing import NamedTuple, ParamSpec, TypeVar

from flask import Response, current_app, g, request

from database import transaction
from problems import Kind, Refused

COOKIE = "session"

P = ParamSpec("P")
R = TypeVar("R")


class Session(NamedTuple):
    """A session of an account."""

    id: str
    account_id: int
    username: str
    role: str
    csrf_token: str

    def as_json(self) -> dict[str, str]:
        """The session as its client sees it."""
        return {"id": self.id, "username": self.username, "role": self.role, "csrf_token": self.csrf_token}


def login_required(view: Callable[P, R]) -> Callable[P, R]:
    """Decorate a view that needs a session, which it finds in ``g.session``."""

    @functools.wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        g.session = find_session(request.cookies.get(COOKIE, ""))
        return view(*args, **kwargs)

    return guarded


def csrf_protected(view: Callable[P, R]) -> Callable[P, R]:
    """Decorate a view that changes something: it needs a session, and the session's token in a header."""

    @login_required
    @functools.wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        sent = request.headers.get("X-CSRF-Token", "").encode()
        if not hmac.compare_digest(sent, g.session.csrf_token.encode()):
            raise Refused(Kind.CSRF_FAILED)
        return view(*args, **kwargs)

    return guarded


def begin_session(username: str, verified_hash: str, user_agent: str) -> str | None:
    """Begin a session with a new token, in place of the one whose cookie the request has.

    Returns:
        The token; None if the account no longer has the password hash that was verified.
    """
    token = secrets.token_urlsafe(32)
    with transaction() as connection:
        # A condition of the statement, because the password may have been changed while its hash was computed.
        statement = """
            INSERT INTO sessions (id, account_id, token_hash, user_agent)
            SELECT ?, id, ?, ? FROM accounts WHERE username = ? AND password_hash = ?
        """
        values = (secrets.token_hex(16), _hash(token), user_agent, username, verified_hash)
        if connection.execute(statement, values).rowcount == 0:
            return None
        replaced = _hash(request.cookies.get(COOKIE, ""))
        connection.execute("DELETE FROM sessions WHERE token_hash = ?", (replaced,))
    return token


def find_session(token: str) -> Session:
    """The session with a token.

    Raises:
        Refused: there is none.
    """
    query = """
        SELECT sessions.id, account_id, username, role
        FROM sessions JOIN accounts ON accounts.id = account_id WHERE token_hash = ?
    """
    with transaction() as connection:
        row = connection.execute(query, (_hash(token),)).fetchone()
    if row is None:
        raise Refused(Kind.UNAUTHENTICATED)
    # Bound to the session and nowhere stored: whoever has the database has neither token.
    return Session(*row, csrf_token=hmac.digest(token.encode(), b"X-CSRF-Token", "sha256").hex())


def own_sessions() -> list[sqlite3.Row]:
    """Ids and user agents of all sessions of the current session's account, the oldest first."""
    query = "SELECT id, user_agent FROM sessions WHERE account_id = ? ORDER BY number"
    with transaction() as connection:
        return connection.execute(query, (g.session.account_id,)).fetchall()


def end_session(session_id: str) -> bool:
    """End a session if it belongs to the account of the current one; tell whether it did."""
    statement = "DELETE FROM sessions WHERE id = ? AND account_id = ?"
    with transaction() as connection:
        return connection.execute(statement, (session_id, g.session.account_id)).rowcount > 0


def set_cookie(response: Response, token: str) -> None:
    """Give the client the token of its session."""
    response.set_cookie(
        COOKIE, token, httponly=True, samesite="Lax", secure=current_app.config["COOKIE_SECURE"]
    )


def _hash(token: str) -> bytes:
    # A token is random and long, so unlike a password it needs neither salt nor a slow hash.
    return hashlib.sha256(token.encode()).digest()
