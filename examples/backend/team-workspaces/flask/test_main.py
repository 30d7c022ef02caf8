import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import Forbidden, HTTPException
from werkzeug.test import TestResponse

from main import create_app
from membership import Membership, Role
from problems import AlreadyMember, LastOwner, MalformedJson, NameTaken, UnknownUser, ValidationFailed

CONFLICTS = [UnknownUser, AlreadyMember, NameTaken, LastOwner]
ROLES = ["viewer", "editor", "admin", "owner"]


@contextmanager
def running(database_path: Path | str | None = None) -> Iterator[Flask]:
    app = create_app(None if database_path is None else str(database_path))
    try:
        yield app
    finally:
        app.extensions["close"]()


@pytest.fixture
def client() -> Iterator[FlaskClient]:
    with running() as app:
        yield app.test_client()


def sign_up(client: FlaskClient, name: str) -> dict[str, str]:
    """The header that identifies a new user."""
    response = client.post("/users", json={"name": name})
    assert response.status_code == 201, response.text
    return {"Authorization": f"Bearer {response.json['token']}"}


def make_workspace(client: FlaskClient, owner: dict[str, str]) -> str:
    """The path of a new workspace."""
    response = client.post("/workspaces", json={"name": "Team"}, headers=owner)
    assert response.status_code == 201, response.text
    return response.headers["Location"]


def invite(client: FlaskClient, path: str, owner: dict[str, str], name: str, role: str) -> dict[str, str]:
    """The header of a new user who is a member."""
    header = sign_up(client, name)
    response = client.post(f"{path}/members", json={"user": name, "role": role}, headers=owner)
    assert response.status_code == 201, response.text
    return header


def roles(client: FlaskClient, path: str, caller: dict[str, str]) -> dict[str, Any]:
    response = client.get(f"{path}/members", headers=caller)
    assert response.status_code == 200, response.text
    return {member["user"]: member["role"] for member in response.json["items"]}


def assert_problem(response: TestResponse, status: int, code: str) -> None:
    assert (response.status_code, response.mimetype) == (status, "application/problem+json"), response.text
    assert {"type": f"/problems/{code}", "code": code, "status": status}.items() <= response.json.items()
    assert response.json["title"]


def test_data_is_there_after_a_restart__R1(tmp_path: Path) -> None:
    with running(tmp_path / "teams.db") as app:
        client = app.test_client()
        alice = sign_up(client, "alice")
        path = make_workspace(client, alice)
        bob = invite(client, path, alice, "bob", "editor")
        project = client.post(f"{path}/projects", json={"name": "Site"}, headers=bob).json
    with running(tmp_path / "teams.db") as app:
        client = app.test_client()
        assert roles(client, path, bob) == {"alice": "owner", "bob": "editor"}
        assert client.get(f"{path}/projects", headers=alice).json == {"items": [project]}
        assert_problem(client.post("/users", json={"name": "bob"}), 409, "name_taken")


def test_each_app_in_memory_is_alone__R1(client: FlaskClient) -> None:
    alice = sign_up(client, "alice")
    with running("") as other:
        assert_problem(other.test_client().get("/workspaces", headers=alice), 401, "unauthorized")
        assert sign_up(other.test_client(), "alice") != alice


def test_tokens_are_stored_as_digests__R2(tmp_path: Path) -> None:
    with running(tmp_path / "teams.db") as app:
        token = sign_up(app.test_client(), "alice")["Authorization"].split()[1]
    content = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert token.encode() not in content
    assert hashlib.sha256(token.encode()).hexdigest().encode() in content


@pytest.mark.parametrize("role", Role)
def test_require__R4(role: Role) -> None:
    assert role.label == ROLES[role - 1]
    here = Membership(None, "some-workspace", role)
    for least in Role:
        if ROLES.index(least.label) <= ROLES.index(role.label):
            here.require(least)
        else:
            with pytest.raises(Forbidden):
                here.require(least)


@pytest.mark.parametrize("role", ROLES)
def test_admins_give_roles_up_to_their_own__R5(client: FlaskClient, role: str) -> None:
    alice = sign_up(client, "alice")
    path = make_workspace(client, alice)
    bob = invite(client, path, alice, "bob", "admin")
    sign_up(client, "carol")
    response = client.post(f"{path}/members", json={"user": "carol", "role": role}, headers=bob)
    if role == "owner":
        assert_problem(response, 403, "forbidden")
    assert roles(client, path, alice).get("carol") == (None if role == "owner" else role)


def test_owners_who_leave_at_the_same_time__R6(tmp_path: Path) -> None:
    with running(tmp_path / "teams.db") as app:
        client = app.test_client()
        alice = sign_up(client, "alice")
        path = make_workspace(client, alice)
        owners = {"alice": alice, "bob": invite(client, path, alice, "bob", "owner")}
        carol = invite(client, path, alice, "carol", "viewer")
        barrier = Barrier(2, timeout=10)

        def leave(name: str) -> int:
            barrier.wait()
            return app.test_client().delete(f"{path}/members/{name}", headers=owners[name]).status_code

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(leave, owners)) == [204, 409]
        assert sorted(roles(client, path, carol).values()) == ["owner", "viewer"]


def test_members_of_both_workspaces_keep_them_apart__R3(client: FlaskClient) -> None:
    alice = sign_up(client, "alice")
    here, there = make_workspace(client, alice), make_workspace(client, alice)
    project = client.post(f"{here}/projects", json={"name": "Site"}, headers=alice).json
    assert_problem(client.delete(f"{there}/projects/{project['id']}", headers=alice), 404, "not_found")
    assert client.get(f"{here}/projects/{project['id']}", headers=alice).json == project


@pytest.mark.parametrize("problem", [MalformedJson(), ValidationFailed({}), *(kind() for kind in CONFLICTS)])
def test_problems_say_more_than_their_status(problem: HTTPException) -> None:
    assert problem.description not in (None, "", type(problem).__base__.description)


def test_unexpected_failures_are_problems() -> None:
    app = create_app()
    client = app.test_client()
    assert_problem(client.put("/health"), 405, "method_not_allowed")
    app.extensions["close"]()
    response = client.post("/users", json={"name": "alice"})
    assert_problem(response, 500, "internal_server_error")
    assert "sqlite" not in response.text
