"""The endpoints of a workspace's members."""

from sqlite3 import IntegrityError

from flask import Blueprint, abort, g
from flask.typing import ResponseReturnValue

from bodies import read_body, role, user_name
from membership import Membership, Role, enter
from problems import AlreadyMember, LastOwner, UnknownUser

INSERT = "INSERT INTO members (workspace_id, user_id, role) VALUES (?, ?, ?)"

blueprint = Blueprint("members", __name__, url_prefix="/<workspace_id>/members")


@blueprint.get("")
def index(workspace_id: str) -> ResponseReturnValue:
    """Read who the members are."""
    query = """
        SELECT name, role FROM members JOIN users ON users.id = user_id
        WHERE workspace_id = ? ORDER BY members.id
    """
    with enter(workspace_id) as here:
        rows = here.connection.execute(query, (workspace_id,)).fetchall()
    return {"items": [_member(*row) for row in rows]}


@blueprint.post("")
def invite(workspace_id: str) -> ResponseReturnValue:
    """Make a user a member."""
    body = read_body(user=user_name, role=role)
    with enter(workspace_id) as here:
        here.require(max(Role.ADMIN, body["role"]))
        user = here.connection.execute("SELECT id FROM users WHERE name = ?", (body["user"],)).fetchone()
        if user is None:
            raise UnknownUser
        try:
            here.connection.execute(INSERT, (workspace_id, *user, body["role"]))
        except IntegrityError:
            raise AlreadyMember from None
    return _member(body["user"], body["role"]), 201


@blueprint.patch("/<user>")
def change(workspace_id: str, user: str) -> ResponseReturnValue:
    """Give a member another role."""
    new_role = read_body(role=role)["role"]
    with enter(workspace_id) as here:
        member_id, old_role = _find(here, user)
        here.require(max(Role.ADMIN, old_role, new_role))
        here.connection.execute("UPDATE members SET role = ? WHERE id = ?", (new_role, member_id))
        _keep_an_owner(here)
    return _member(user, new_role)


@blueprint.delete("/<user>")
def remove(workspace_id: str, user: str) -> ResponseReturnValue:
    """Remove a member, who may be the caller."""
    with enter(workspace_id) as here:
        member_id, old_role = _find(here, user)
        if user != g.caller.name:
            here.require(max(Role.ADMIN, old_role))
        here.connection.execute("DELETE FROM members WHERE id = ?", (member_id,))
        _keep_an_owner(here)
    return "", 204


def _find(here: Membership, user: str) -> tuple[int, int]:
    query = """
        SELECT members.id, role FROM members JOIN users ON users.id = user_id
        WHERE workspace_id = ? AND name = ?
    """
    return here.connection.execute(query, (here.workspace_id, user)).fetchone() or abort(404)


def _keep_an_owner(here: Membership) -> None:
    query = "SELECT max(role) FROM members WHERE workspace_id = ?"
    (highest,) = here.connection.execute(query, (here.workspace_id,)).fetchone()
    # None after the last member has left.
    if highest != Role.OWNER:
        raise LastOwner


def _member(user: str, number: int) -> dict[str, str]:
    return {"user": user, "role": Role(number).label}
