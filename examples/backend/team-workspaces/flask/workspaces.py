"""The endpoints of workspaces; those of members and projects are below them."""

from uuid import uuid4

from flask import Blueprint, g
from flask.typing import ResponseReturnValue

import members
import projects
from bodies import name, read_body
from database import transaction
from membership import Role, enter, identify_caller

blueprint = Blueprint("workspaces", __name__, url_prefix="/workspaces")
blueprint.before_request(identify_caller)
blueprint.register_blueprint(members.blueprint)
blueprint.register_blueprint(projects.blueprint)


@blueprint.post("")
def create() -> ResponseReturnValue:
    """Make a workspace that the caller owns."""
    body = read_body(name=name)
    workspace_id = str(uuid4())
    with transaction() as connection:
        connection.execute("INSERT INTO workspaces (id, name) VALUES (?, ?)", (workspace_id, body["name"]))
        connection.execute(members.INSERT, (workspace_id, g.caller.id, Role.OWNER))
    location = {"Location": f"/workspaces/{workspace_id}"}
    return _workspace(workspace_id, body["name"], Role.OWNER), 201, location


@blueprint.get("")
def index() -> ResponseReturnValue:
    """Read the workspaces of which the caller is a member."""
    query = """
        SELECT workspaces.id, name, role FROM workspaces JOIN members ON workspace_id = workspaces.id
        WHERE user_id = ? ORDER BY workspaces.position
    """
    with transaction() as connection:
        rows = connection.execute(query, (g.caller.id,)).fetchall()
    return {"items": [_workspace(*row) for row in rows]}


@blueprint.get("/<workspace_id>")
def read(workspace_id: str) -> ResponseReturnValue:
    """Read a workspace."""
    with enter(workspace_id) as here:
        query = "SELECT id, name FROM workspaces WHERE id = ?"
        row = here.connection.execute(query, (workspace_id,)).fetchone()
    return _workspace(*row, here.role)


@blueprint.delete("/<workspace_id>")
def delete(workspace_id: str) -> ResponseReturnValue:
    """Delete a workspace with its members and projects."""
    with enter(workspace_id) as here:
        here.require(Role.OWNER)
        here.connection.execute("DELETE FROM workspaces WHERE id = ?", (workspace_id,))
    return "", 204


def _workspace(workspace_id: str, title: str, role: int) -> dict[str, str]:
    return {"id": workspace_id, "name": title, "role": Role(role).label}
