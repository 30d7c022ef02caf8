"""Roles, and who may see and do what in a workspace."""

from enum import StrEnum, auto
from sqlite3 import Connection
from typing import NamedTuple

from problems import FORBIDDEN, NOT_FOUND, Problem


class Role(StrEnum):
    """The roles of members in rising order; each may do what those before it may."""

    VIEWER = auto()
    EDITOR = auto()
    ADMIN = auto()
    OWNER = auto()

    def require(self, least: "Role") -> None:
        """Refuse what needs a higher role.

        Raises:
            Problem: this role is lower than ``least``.
        """
        order = list(Role)
        if order.index(self) < order.index(least):
            raise Problem(FORBIDDEN)


class User(NamedTuple):
    """Who sends a request."""

    id: int
    name: str


def role_in(connection: Connection, workspace_id: str, user: User) -> Role:
    """The role that a user has in a workspace.

    Raises:
        Problem: the user is not a member, or there is no such workspace; which of both can't be told.
    """
    query = "SELECT role FROM members WHERE workspace_id = ? AND user_id = ?"
    row = connection.execute(query, (workspace_id, user.id)).fetchone()
    if row is None:
        raise Problem(NOT_FOUND)
    return Role(row["role"])
