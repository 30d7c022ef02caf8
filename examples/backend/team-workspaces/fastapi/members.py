"""The endpoints of a workspace's members."""

from sqlite3 import Connection, IntegrityError
from typing import NamedTuple

from fastapi import APIRouter

from access import Role, role_in
from dependencies import Caller, DatabaseOfApp, InvitationBody, RoleBody
from problems import ALREADY_MEMBER, LAST_OWNER, NOT_FOUND, UNKNOWN_USER, Problem
from schemas import Items, Member

router = APIRouter(prefix="/workspaces/{workspace_id}/members")


@router.get("")
def list_members(workspace_id: str, caller: Caller, database: DatabaseOfApp) -> Items[Member]:
    """Read who the members are."""
    query = """
        SELECT name, role FROM members JOIN users ON users.id = user_id
        WHERE workspace_id = ? ORDER BY position
    """
    with database.transaction() as connection:
        role_in(connection, workspace_id, caller)
        rows = connection.execute(query, (workspace_id,)).fetchall()
    return Items(items=[Member(user=name, role=role) for name, role in rows])


@router.post("", status_code=201)
def invite(workspace_id: str, caller: Caller, body: InvitationBody, database: DatabaseOfApp) -> Member:
    """Make a user a member."""
    with database.transaction() as connection:
        own = role_in(connection, workspace_id, caller)
        own.require(Role.ADMIN)
        own.require(body.role)
        user = connection.execute("SELECT id FROM users WHERE name = ?", (body.user,)).fetchone()
        if user is None:
            raise Problem(UNKNOWN_USER)
        try:
            insert = "INSERT INTO members (workspace_id, user_id, role) VALUES (?, ?, ?)"
            connection.execute(insert, (workspace_id, user["id"], body.role))
        except IntegrityError:
            raise Problem(ALREADY_MEMBER) from None
    return Member(user=body.user, role=body.role)


@router.patch("/{user}")
def change_role(workspace_id: str, user: str, caller: Caller, body: RoleBody, database: DatabaseOfApp) -> Member:
    """Give a member another role."""
    with database.transaction() as connection:
        own = role_in(connection, workspace_id, caller)
        member = _find(connection, workspace_id, user)
        own.require(Role.ADMIN)
        own.require(member.role)
        own.require(body.role)
        connection.execute("UPDATE members SET role = ? WHERE position = ?", (body.role, member.position))
        _require_owner(connection, workspace_id)
    return Member(user=user, role=body.role)


@router.delete("/{user}", status_code=204)
def remove(workspace_id: str, user: str, caller: Caller, database: DatabaseOfApp) -> None:
    """Remove a member, who may be the caller."""
    with database.transaction() as connection:
        own = role_in(connection, workspace_id, caller)
        member = _find(connection, workspace_id, user)
        if user != caller.name:
            own.require(Role.ADMIN)
            own.require(member.role)
        connection.execute("DELETE FROM members WHERE position = ?", (member.position,))
        _require_owner(connection, workspace_id)


class _StoredMember(NamedTuple):
    position: int
    role: Role


def _find(connection: Connection, workspace_id: str, user: str) -> _StoredMember:
    query = """
        SELECT position, role FROM members JOIN users ON users.id = user_id
        WHERE workspace_id = ? AND name = ?
    """
    row = connection.execute(query, (workspace_id, user)).fetchone()
    if row is None:
        raise Problem(NOT_FOUND)
    return _StoredMember(row["position"], Role(row["role"]))


def _require_owner(connection: Connection, workspace_id: str) -> None:
    """Undo what the transaction has done, by raising, if it leaves the workspace without an owner."""
    query = "SELECT 1 FROM members WHERE workspace_id = ? AND role = ?"
    if connection.execute(query, (workspace_id, Role.OWNER)).fetchone() is None:
        raise Problem(LAST_OWNER)
