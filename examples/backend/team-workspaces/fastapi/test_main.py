import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from access import Role
from main import create_app
from problems import FORBIDDEN, Problem


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(create_app()) as client:
        yield client


def sign_up(client: TestClient, name: str) -> dict[str, str]:
    """The header that identifies a new user."""
    response = client.post("/users", json={"name": name})
    assert response.status_code == 201, response.text
    return {"Authorization": f"Bearer {response.json()['token']}"}


def make_workspace(client: TestClient, owner: dict[str, str]) -> str:
    """The path of a new workspace."""
    response = client.post("/workspaces", json={"name": "Team"}, headers=owner)
    assert response.status_code == 201, response.text
    return response.headers["Location"]


def problem(response: httpx.Response) -> tuple[int, str]:
    assert response.headers["Content-Type"] == "application/problem+json"
    return response.status_code, response.json()["code"]


def items(response: httpx.Response) -> list[dict[str, Any]]:
    assert response.status_code == 200, response.text
    return response.json()["items"]


def test_everything_survives_a_restart__R1(tmp_path: Path) -> None:
    path = str(tmp_path / "teams.db")
    with TestClient(create_app(path)) as client:
        alice, bob = sign_up(client, "alice"), sign_up(client, "bob")
        workspace = make_workspace(client, alice)
        client.post(f"{workspace}/members", json={"user": "bob", "role": "viewer"}, headers=alice)
        project = client.post(f"{workspace}/projects", json={"name": "Site"}, headers=alice).json()
    with TestClient(create_app(path)) as client:
        assert items(client.get("/workspaces", headers=bob))[0]["role"] == "viewer"
        assert [member["user"] for member in items(client.get(f"{workspace}/members", headers=bob))] == ["alice", "bob"]
        assert items(client.get(f"{workspace}/projects", headers=bob)) == [project]
        assert problem(client.post("/users", json={"name": "bob"})) == (409, "name_taken")


def test_apps_in_memory_are_independent__R1(client: TestClient) -> None:
    alice = sign_up(client, "alice")
    with TestClient(create_app("")) as other:
        assert problem(other.get("/workspaces", headers=alice)) == (401, "unauthorized")
        sign_up(other, "alice")


def test_database_holds_digests_of_tokens_alone__R2(tmp_path: Path) -> None:
    path = tmp_path / "teams.db"
    with TestClient(create_app(str(path))) as client:
        token = sign_up(client, "alice")["Authorization"].removeprefix("Bearer ")
    content = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert token.encode() not in content
    assert hashlib.sha256(token.encode()).digest() in content


def test_roles_rise__R4() -> None:
    roles = [Role("viewer"), Role("editor"), Role("admin"), Role("owner")]
    for number, role in enumerate(roles):
        for least in roles[: number + 1]:
            role.require(least)
        for least in roles[number + 1 :]:
            with pytest.raises(Problem) as refused:
                role.require(least)
            assert refused.value.kind is FORBIDDEN


def test_owners_who_demote_each_other__R6(tmp_path: Path) -> None:
    with TestClient(create_app(str(tmp_path / "teams.db"))) as client:
        users = {name: sign_up(client, name) for name in ("alice", "bob")}
        workspace = make_workspace(client, users["alice"])
        client.post(f"{workspace}/members", json={"user": "bob", "role": "owner"}, headers=users["alice"])
        barrier = Barrier(2, timeout=10)

        def demote(caller: str, user: str) -> int:
            barrier.wait()
            path = f"{workspace}/members/{user}"
            return client.patch(path, json={"role": "viewer"}, headers=users[caller]).status_code

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(demote, ("alice", "bob"), ("bob", "alice"))) == [200, 403]
        members = items(client.get(f"{workspace}/members", headers=users["alice"]))
        assert sorted(member["role"] for member in members) == ["owner", "viewer"]


def test_refused_departure_is_undone__R6(client: TestClient) -> None:
    alice = sign_up(client, "alice")
    workspace = make_workspace(client, alice)
    assert problem(client.delete(f"{workspace}/members/alice", headers=alice)) == (409, "last_owner")
    assert items(client.get(f"{workspace}/members", headers=alice)) == [{"user": "alice", "role": "owner"}]


def test_crash_is_a_problem_without_details() -> None:
    with TestClient(create_app(), raise_server_exceptions=False) as client:
        alice = sign_up(client, "alice")
        client.app.state.database.close()
        response = client.get("/workspaces", headers=alice)
    assert problem(response) == (500, "internal_error")
    assert "sqlite" not in response.text
    assert problem(TestClient(create_app()).put("/health")) == (405, "method_not_allowed")
