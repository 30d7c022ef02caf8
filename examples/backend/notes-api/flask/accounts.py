"""Registration, login, logout, and who sends a request."""

import hashlib
import re
import secrets
import sqlite3
from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus
from uuid import uuid4

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue

from context import database, now
from errors import InvalidCredentials, Unauthorized, UsernameTaken
from inputs import fields_of, json_object, string, text
from passwords import UNMATCHABLE_HASH, hash_password, verify_password

USERNAME = re.compile(r"[A-Za-z0-9_.-]{3,32}")
TOKEN_LIFETIME = timedelta(seconds=3600)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

blueprint = Blueprint("accounts", __name__)


def authenticate() -> None:
    """Put the id of the user who sends the request into ``g.user_id``, and the digest of the token beside it.

    Raises:
        Unauthorized: there is no token, or it is not valid now.
    """
    authorization = request.authorization
    if authorization is None or authorization.type != "bearer" or authorization.token is None:
        raise Unauthorized
    digest = _digest(authorization.token)
    with database().transaction() as connection:
        row = connection.execute(
            "SELECT user_id FROM tokens WHERE digest = ? AND expires_at > ?", (digest, _microseconds(now()))
        ).fetchone()
    if row is None:
        raise Unauthorized
    g.user_id = row["user_id"]
    g.token_digest = digest


@blueprint.post("/register")
def register() -> ResponseReturnValue:
    """Create a user."""
    with fields_of(json_object()) as field:
        username = field("username", _username)
        password = field("password", partial(text, minimum=8, maximum=128))
    user_id = uuid4().hex
    password_hash = hash_password(password)
    with database().transaction() as connection:
        inserted = connection.execute(
            "INSERT INTO users (id, username, password_hash) VALUES (?, ?, ?) ON CONFLICT (username) DO NOTHING",
            (user_id, username, password_hash),
        )
    if inserted.rowcount == 0:
        raise UsernameTaken
    return {"id": user_id, "username": username}, HTTPStatus.CREATED


@blueprint.post("/login")
def login() -> ResponseReturnValue:
    """Issue a new token."""
    with fields_of(json_object()) as field:
        username = field("username", string)
        password = field("password", string)
    user = _find_user(username)
    # Unknown users cost a hash as well: the time of the answer must not tell which usernames exist.
    is_password = verify_password(password, user["password_hash"] if user else UNMATCHABLE_HASH)
    if user is None or not is_password:
        raise InvalidCredentials
    return {
        "token": _issue_token(user["id"]),
        "token_type": "Bearer",
        "expires_in": int(TOKEN_LIFETIME.total_seconds()),
    }


@blueprint.post("/logout")
def logout() -> ResponseReturnValue:
    """Revoke the token of this request."""
    authenticate()
    with database().transaction() as connection:
        connection.execute("DELETE FROM tokens WHERE digest = ?", (g.token_digest,))
    return "", HTTPStatus.NO_CONTENT


def _username(value: object) -> str:
    name = string(value)
    if not USERNAME.fullmatch(name):
        raise ValueError("must have 3 to 32 characters, each a letter, a digit, '_', '-' or '.'")
    return name.lower()


def _find_user(username: str) -> sqlite3.Row | None:
    # `lower` also maps some other letters to ASCII ones, such as the Kelvin sign to "k".
    if not username.isascii():
        return None
    query = "SELECT id, password_hash FROM users WHERE username = ?"
    with database().transaction() as connection:
        row: sqlite3.Row | None = connection.execute(query, (username.lower(),)).fetchone()
    return row


def _issue_token(user_id: str) -> str:
    token = secrets.token_urlsafe(32)
    time = now()
    with database().transaction() as connection:
        connection.execute("DELETE FROM tokens WHERE expires_at <= ?", (_microseconds(time),))
        connection.execute(
            "INSERT INTO tokens (digest, user_id, expires_at) VALUES (?, ?, ?)",
            (_digest(token), user_id, _microseconds(time + TOKEN_LIFETIME)),
        )
    return token


def _digest(token: str) -> str:
    # A token is random and long, so a fast hash without salt protects it.
    return hashlib.sha256(token.encode()).hexdigest()


def _microseconds(time: datetime) -> int:
    return (time - EPOCH) // timedelta(microseconds=1)
