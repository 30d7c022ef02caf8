"""Who the caller is, and what they are in a workspace."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum, auto
from sqlite3 import Connection
from typing import NamedTuple

from flask import abort, g, request

from database import transaction


class Role(IntEnum):
    """The roles of members; a greater one may do all that a smaller one may."""

    VIEWER = auto()
    EDITOR = auto()
    ADMIN = auto()
    OWNER = auto()

    @property
    def label(self) -> str:
        """The role as it is written in JSON."""
        return self.name.lower()


class User(NamedTuple):
    """Who sends the request."""

    id: int
    name: str


class Membership(NamedTuple):
    """The caller in a workspace, for the time of one transaction."""

    connection: Connection
    workspace_id: str
    role: Role

    @classmethod
    def find(cls, connection: Connection, workspace_id: str) -> "Membership":
        """What the caller is in a workspace; aborts with 404 if it is nothing or there is no such workspace."""
        query = "SELECT role FROM members WHERE workspace_id = ? AND user_id = ?"
        row = connection.execute(query, (workspace_id, g.caller.id)).fetchone()
        if row is None:
            abort(404)
        return cls(connection, workspace_id, Role(row[0]))

    def require(self, least: Role) -> None:
        """Abort with 403 if the caller's role is smaller."""
        if self.role < least:
            abort(403)


@contextmanager
def enter(workspace_id: str) -> Iterator[Membership]:
    """A transaction in a workspace of which the caller is a member."""
    with transaction() as connection:
        yield Membership.find(connection, workspace_id)


def identify_caller() -> None:
    """Leave the user whose token the request carries in ``g.caller``; abort with 401 if there is none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    query = "SELECT id, name FROM users WHERE token_digest = ?"
    with transaction() as connection:
        row = connection.execute(query, (token_digest(token),)).fetchone()
    if scheme.lower() != "bearer" or row is None:
        abort(401)
    g.caller = User(*row)


def token_digest(token: str) -> str:
    """What is stored of a token; it is too random to be guessed, so that it needs no salt and no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()
