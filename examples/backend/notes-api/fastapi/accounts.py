"""Registration, login, logout, and the check of bearer tokens."""

import hashlib
import re
import secrets
import sqlite3
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated, NamedTuple
from uuid import uuid4

from fastapi import APIRouter, Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import AfterValidator, BaseModel, Field, InstanceOf

from dependencies import AppDatabase, Now
from errors import InvalidCredentials, Unauthorized, UsernameTaken
from inputs import Input, body_of, without_nul
from passwords import UNMATCHABLE_HASH, hash_password, verify_password

USERNAME = re.compile(r"[A-Za-z0-9_.-]{3,32}")
TOKEN_LIFETIME = timedelta(seconds=3600)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

router = APIRouter()


def _as_username(text: str) -> str:
    if not USERNAME.fullmatch(text):
        raise ValueError("must have 3 to 32 characters, each a letter, a digit, '_', '-' or '.'")
    return text.lower()


class Registration(Input):
    """The body of a registration; the username is in lower case when it has been read."""

    username: Annotated[str, AfterValidator(_as_username)]
    password: Annotated[str, Field(min_length=8, max_length=128), AfterValidator(without_nul)]


class Login(Input):
    """The body of a login: any two strings; ``InstanceOf`` checks the type and nothing else."""

    username: InstanceOf[str]
    password: InstanceOf[str]


class User(BaseModel):
    """A user as clients see it."""

    id: str
    username: str


class IssuedToken(BaseModel):
    """The answer to a login."""

    token: str
    token_type: str = "Bearer"
    expires_in: int = int(TOKEN_LIFETIME.total_seconds())


class Session(NamedTuple):
    """Who sends a request, and with which token."""

    user_id: str
    token_digest: str


Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(HTTPBearer(auto_error=False))]


def authenticate(bearer: Bearer, database: AppDatabase, now: Now) -> Session:
    """Dependency: the session of the request's bearer token.

    Raises:
        Unauthorized: there is no token, or it is not valid now.
    """
    if bearer is None:
        raise Unauthorized
    digest = _digest(bearer.credentials)
    with database.transaction() as connection:
        row = connection.execute(
            "SELECT user_id FROM tokens WHERE digest = ? AND expires_at > ?", (digest, _microseconds(now))
        ).fetchone()
    if row is None:
        raise Unauthorized
    return Session(row["user_id"], digest)


CurrentSession = Annotated[Session, Depends(authenticate)]


@router.post("/register", status_code=HTTPStatus.CREATED)
def register(registration: Annotated[Registration, Depends(body_of(Registration))], database: AppDatabase) -> User:
    """Create a user."""
    user = User(id=uuid4().hex, username=registration.username)
    password_hash = hash_password(registration.password)
    with database.transaction() as connection:
        inserted = connection.execute(
            "INSERT INTO users (id, username, password_hash) VALUES (?, ?, ?) ON CONFLICT (username) DO NOTHING",
            (user.id, user.username, password_hash),
        )
    if inserted.rowcount == 0:
        raise UsernameTaken
    return user


@router.post("/login")
def login(credentials: Annotated[Login, Depends(body_of(Login))], database: AppDatabase, now: Now) -> IssuedToken:
    """Issue a new token."""
    with database.transaction() as connection:
        user = _find_user(connection, credentials.username)
    # Unknown users cost a hash as well: the time of the answer must not tell which usernames exist.
    stored = user["password_hash"] if user else UNMATCHABLE_HASH
    is_password = verify_password(credentials.password, stored)
    if user is None or not is_password:
        raise InvalidCredentials
    token = secrets.token_urlsafe(32)
    with database.transaction() as connection:
        connection.execute("DELETE FROM tokens WHERE expires_at <= ?", (_microseconds(now),))
        connection.execute(
            "INSERT INTO tokens (digest, user_id, expires_at) VALUES (?, ?, ?)",
            (_digest(token), user["id"], _microseconds(now + TOKEN_LIFETIME)),
        )
    return IssuedToken(token=token)


@router.post("/logout", status_code=HTTPStatus.NO_CONTENT)
def logout(session: CurrentSession, database: AppDatabase) -> None:
    """Revoke the token of this request."""
    with database.transaction() as connection:
        connection.execute("DELETE FROM tokens WHERE digest = ?", (session.token_digest,))


def _find_user(connection: sqlite3.Connection, username: str) -> sqlite3.Row | None:
    # `lower` also maps some other letters to ASCII ones, such as the Kelvin sign to "k".
    if not username.isascii():
        return None
    query = "SELECT id, password_hash FROM users WHERE username = ?"
    row: sqlite3.Row | None = connection.execute(query, (username.lower(),)).fetchone()
    return row


def _digest(token: str) -> str:
    # A token is random and long, so a fast hash without salt protects it.
    return hashlib.sha256(token.encode()).hexdigest()


def _microseconds(time: datetime) -> int:
    return (time - EPOCH) // timedelta(microseconds=1)
