"""The endpoints of projects."""

from sqlite3 import Connection, IntegrityError
from uuid import uuid4

from fastapi import APIRouter, Response

from access import Role, role_in
from dependencies import Caller, DatabaseOfApp, MoveBody, NameBody
from problems import NAME_TAKEN, NOT_FOUND, Problem
from schemas import Items, Project

router = APIRouter(prefix="/workspaces/{workspace_id}/projects")


@router.get("")
def list_projects(workspace_id: str, caller: Caller, database: DatabaseOfApp) -> Items[Project]:
    """Read all projects of a workspace."""
    query = "SELECT id, workspace_id, name FROM projects WHERE workspace_id = ? ORDER BY position"
    with database.transaction() as connection:
        role_in(connection, workspace_id, caller)
        rows = connection.execute(query, (workspace_id,)).fetchall()
    return Items(items=[Project(**row) for row in rows])


@router.post("", status_code=201)
def create_project(
    workspace_id: str, caller: Caller, body: NameBody, database: DatabaseOfApp, response: Response
) -> Project:
    """Make a project."""
    project = Project(id=str(uuid4()), workspace_id=workspace_id, name=body.name)
    insert = "INSERT INTO projects (id, workspace_id, name) VALUES (:id, :workspace_id, :name)"
    with database.transaction() as connection:
        role_in(connection, workspace_id, caller).require(Role.EDITOR)
        _write(connection, insert, project)
    response.headers["Location"] = f"/workspaces/{workspace_id}/projects/{project.id}"
    return project


@router.get("/{project_id}")
def read_project(workspace_id: str, project_id: str, caller: Caller, database: DatabaseOfApp) -> Project:
    """Read a project."""
    with database.transaction() as connection:
        role_in(connection, workspace_id, caller)
        return _find(connection, workspace_id, project_id)


@router.patch("/{project_id}")
def rename_project(
    workspace_id: str, project_id: str, caller: Caller, body: NameBody, database: DatabaseOfApp
) -> Project:
    """Give a project another name."""
    with database.transaction() as connection:
        own = role_in(connection, workspace_id, caller)
        project = _find(connection, workspace_id, project_id).model_copy(update={"name": body.name})
        own.require(Role.EDITOR)
        _write(connection, "UPDATE projects SET name = :name WHERE id = :id", project)
    return project


@router.delete("/{project_id}", status_code=204)
def delete_project(workspace_id: str, project_id: str, caller: Caller, database: DatabaseOfApp) -> None:
    """Delete a project."""
    with database.transaction() as connection:
        own = role_in(connection, workspace_id, caller)
        project = _find(connection, workspace_id, project_id)
        own.require(Role.ADMIN)
        connection.execute("DELETE FROM projects WHERE id = ?", (project.id,))


@router.post("/{project_id}/move")
def move_project(
    workspace_id: str, project_id: str, caller: Caller, body: MoveBody, database: DatabaseOfApp
) -> Project:
    """Put a project into another workspace."""
    with database.transaction() as connection:
        here = role_in(connection, workspace_id, caller)
        project = _find(connection, workspace_id, project_id)
        there = role_in(connection, body.workspace_id, caller)
        here.require(Role.ADMIN)
        there.require(Role.EDITOR)
        moved = project.model_copy(update={"workspace_id": body.workspace_id})
        _write(connection, "UPDATE projects SET workspace_id = :workspace_id WHERE id = :id", moved)
    return moved


def _find(connection: Connection, workspace_id: str, project_id: str) -> Project:
    # The workspace belongs to the condition: the caller's right is one to that workspace, wherever the project may be.
    query = "SELECT id, workspace_id, name FROM projects WHERE workspace_id = ? AND id = ?"
    row = connection.execute(query, (workspace_id, project_id)).fetchone()
    if row is None:
        raise Problem(NOT_FOUND)
    return Project(**row)


def _write(connection: Connection, statement: str, project: Project) -> None:
    try:
        connection.execute(statement, project.model_dump())
    except IntegrityError:
        raise Problem(NAME_TAKEN) from None
