"""The endpoints of workspaces."""

from uuid import uuid4

from fastapi import APIRouter, Response

from access import Role, role_in
from dependencies import Caller, DatabaseOfApp, NameBody
from schemas import Items, Workspace

router = APIRouter(prefix="/workspaces")


@router.post("", status_code=201)
def create_workspace(caller: Caller, body: NameBody, database: DatabaseOfApp, response: Response) -> Workspace:
    """Make a workspace that the caller owns."""
    workspace = Workspace(id=str(uuid4()), name=body.name, role=Role.OWNER)
    with database.transaction() as connection:
        connection.execute("INSERT INTO workspaces (id, name) VALUES (?, ?)", (workspace.id, workspace.name))
        insert = "INSERT INTO members (workspace_id, user_id, role) VALUES (?, ?, ?)"
        connection.execute(insert, (workspace.id, caller.id, workspace.role))
    response.headers["Location"] = f"/workspaces/{workspace.id}"
    return workspace


@router.get("")
def list_workspaces(caller: Caller, database: DatabaseOfApp) -> Items[Workspace]:
    """Read the workspaces of which the caller is a member."""
    query = """
        SELECT workspaces.id, name, role FROM workspaces JOIN members ON workspace_id = workspaces.id
        WHERE user_id = ? ORDER BY workspaces.position
    """
    with database.transaction() as connection:
        rows = connection.execute(query, (caller.id,)).fetchall()
    return Items(items=[Workspace(**row) for row in rows])


@router.get("/{workspace_id}")
def read_workspace(workspace_id: str, caller: Caller, database: DatabaseOfApp) -> Workspace:
    """Read a workspace."""
    with database.transaction() as connection:
        role = role_in(connection, workspace_id, caller)
        row = connection.execute("SELECT name FROM workspaces WHERE id = ?", (workspace_id,)).fetchone()
    return Workspace(id=workspace_id, name=row["name"], role=role)


@router.delete("/{workspace_id}", status_code=204)
def delete_workspace(workspace_id: str, caller: Caller, database: DatabaseOfApp) -> None:
    """Delete a workspace with its members and projects."""
    with database.transaction() as connection:
        role_in(connection, workspace_id, caller).require(Role.OWNER)
        connection.execute("DELETE FROM workspaces WHERE id = ?", (workspace_id,))
