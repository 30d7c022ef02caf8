"""The endpoints of projects."""

from sqlite3 import IntegrityError
from uuid import uuid4

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from bodies import name, read_body, text
from membership import Membership, Role, enter
from problems import NameTaken

COLUMNS = ("id", "workspace_id", "name")

Project = dict[str, str]

blueprint = Blueprint("projects", __name__, url_prefix="/<workspace_id>/projects")


@blueprint.get("")
def index(workspace_id: str) -> ResponseReturnValue:
    """Read all projects of a workspace."""
    query = "SELECT id, workspace_id, name FROM projects WHERE workspace_id = ? ORDER BY position"
    with enter(workspace_id) as here:
        rows = here.connection.execute(query, (workspace_id,)).fetchall()
    return {"items": [_project(row) for row in rows]}


@blueprint.post("")
def create(workspace_id: str) -> ResponseReturnValue:
    """Make a project."""
    project = {"id": str(uuid4()), "workspace_id": workspace_id, **read_body(name=name)}
    with enter(workspace_id) as here:
        here.require(Role.EDITOR)
        _write(here, "INSERT INTO projects (id, workspace_id, name) VALUES (:id, :workspace_id, :name)", project)
    return project, 201, {"Location": f"/workspaces/{workspace_id}/projects/{project['id']}"}


@blueprint.get("/<project_id>")
def read(workspace_id: str, project_id: str) -> ResponseReturnValue:
    """Read a project."""
    with enter(workspace_id) as here:
        return _find(here, project_id)


@blueprint.patch("/<project_id>")
def rename(workspace_id: str, project_id: str) -> ResponseReturnValue:
    """Give a project another name."""
    body = read_body(name=name)
    with enter(workspace_id) as here:
        renamed = _find(here, project_id) | body
        here.require(Role.EDITOR)
        _write(here, "UPDATE projects SET name = :name WHERE id = :id", renamed)
    return renamed


@blueprint.delete("/<project_id>")
def delete(workspace_id: str, project_id: str) -> ResponseReturnValue:
    """Delete a project."""
    with enter(workspace_id) as here:
        project = _find(here, project_id)
        here.require(Role.ADMIN)
        here.connection.execute("DELETE FROM projects WHERE id = :id", project)
    return "", 204


@blueprint.post("/<project_id>/move")
def move(workspace_id: str, project_id: str) -> ResponseReturnValue:
    """Put a project into another workspace."""
    body = read_body(workspace_id=text)
    with enter(workspace_id) as here:
        moved = _find(here, project_id) | body
        there = Membership.find(here.connection, body["workspace_id"])
        # Only now, so that a missing right does not tell whether the other workspace exists.
        here.require(Role.ADMIN)
        there.require(Role.EDITOR)
        _write(here, "UPDATE projects SET workspace_id = :workspace_id WHERE id = :id", moved)
    return moved


def _find(here: Membership, project_id: str) -> Project:
    query = "SELECT id, workspace_id, name FROM projects WHERE workspace_id = ? AND id = ?"
    row = here.connection.execute(query, (here.workspace_id, project_id)).fetchone()
    if row is None:
        abort(404)
    return _project(row)


def _write(here: Membership, statement: str, project: Project) -> None:
    try:
        here.connection.execute(statement, project)
    except IntegrityError:
        raise NameTaken from None


def _project(row: tuple[str, str, str]) -> Project:
    return dict(zip(COLUMNS, row, strict=True))
