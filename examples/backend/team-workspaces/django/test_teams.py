import hashlib
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from teams.models import Membership, Role
from teams.problems import Problem

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parent
JSON = "application/json"
ROLES = ["viewer", "editor", "admin", "owner"]

PRELUDE = """
import json, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
from django.core.management import call_command
from django.test import Client

django.setup()
call_command("migrate", verbosity=0)
"""
WRITE = """
client = Client()
alice = client.post("/users", {"name": "alice"}, "application/json").json()["token"]
client = Client(headers={"Authorization": f"Bearer {alice}"})
path = client.post("/workspaces", {"name": "Team"}, "application/json")["Location"]
project = client.post(f"{path}/projects", {"name": "Site"}, "application/json").json()
print(json.dumps([alice, path, project]))
"""
READ = """
alice, path = sys.argv[1:]
client = Client(headers={"Authorization": f"Bearer {alice}"})
paths = ("/workspaces", f"{path}/members", f"{path}/projects")
print(json.dumps([client.get(path).json()["items"] for path in paths]))
"""
# The server imports the application while an event loop runs, too.
USE_MEMORY = """
import asyncio

async def main():
    import config.asgi
    from django.test import AsyncClient

    client = AsyncClient()
    requests = [client.post("/users", {"name": "alice"}, "application/json") for _ in range(5)]
    print(sorted(response.status_code for response in await asyncio.gather(*requests)))

asyncio.run(main())
"""


def run(database_path: Path | str, *arguments: str) -> str:
    """What a Python of its own prints."""
    environment = {**os.environ, "DATABASE_PATH": str(database_path)}
    environment.pop("DJANGO_SETTINGS_MODULE")
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def sign_up(name: str) -> Client:
    """A client that sends the token of a new user."""
    response = Client().post("/users", {"name": name}, JSON)
    assert response.status_code == 201, response.content
    return Client(headers={"Authorization": f"Bearer {response.json()['token']}"})


def make_workspace(owner: Client) -> str:
    """The path of a new workspace."""
    response = owner.post("/workspaces", {"name": "Team"}, JSON)
    assert response.status_code == 201, response.content
    return response["Location"]


def invite(owner: Client, path: str, name: str, role: str) -> Client:
    """A client of a new user who is a member."""
    user = sign_up(name)
    assert owner.post(f"{path}/members", {"user": name, "role": role}, JSON).status_code == 201
    return user


def roles(client: Client, path: str) -> dict[str, str]:
    return {member["user"]: member["role"] for member in client.get(f"{path}/members").json()["items"]}


def problem(response: object) -> tuple[int, str]:
    assert response["Content-Type"] == "application/problem+json"
    return response.status_code, response.json()["code"]


def test_restart_with_the_same_file__R1_R2(tmp_path: Path) -> None:
    token, path, project = json.loads(run(tmp_path / "teams.db", "-c", PRELUDE + WRITE))
    workspaces, members, projects = json.loads(run(tmp_path / "teams.db", "-c", PRELUDE + READ, token, path))
    assert workspaces == [{"id": path.split("/")[-1], "name": "Team", "role": "owner"}]
    assert members == [{"user": "alice", "role": "owner"}]
    assert projects == [project]
    content = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert token.encode() not in content
    assert hashlib.sha256(token.encode()).hexdigest().encode() in content


def test_database_in_memory__R1() -> None:
    assert run("", "-c", USE_MEMORY).strip() == "[201, 409, 409, 409, 409]"


def test_strangers_see_what_is_not_there__R3() -> None:
    path = make_workspace(sign_up("alice"))
    stranger = sign_up("mallory")
    assert problem(stranger.delete(path)) == (404, "not_found")
    assert stranger.get(path).json() == stranger.get("/workspaces/none").json() == stranger.get("/none").json()


def test_require__R4() -> None:
    for rank, role in enumerate(ROLES):
        own = Membership(role=role)
        own.require(*ROLES[: rank + 1])
        for higher in ROLES[rank + 1 :]:
            for needed in ([higher], [Role.VIEWER, higher], [higher, Role.VIEWER]):
                with pytest.raises(Problem, match="forbidden"):
                    own.require(*needed)


def test_admins_do_not_demote_owners__R5() -> None:
    alice = sign_up("alice")
    path = make_workspace(alice)
    bob = invite(alice, path, "bob", "admin")
    assert problem(bob.patch(f"{path}/members/alice", {"role": "viewer"}, JSON)) == (403, "forbidden")
    assert problem(bob.patch(f"{path}/members/bob", {"role": "owner"}, JSON)) == (403, "forbidden")
    assert bob.patch(f"{path}/members/bob", {"role": "editor"}, JSON).json() == {"user": "bob", "role": "editor"}
    assert roles(alice, path) == {"alice": "owner", "bob": "editor"}


def test_refused_departure_is_undone__R6() -> None:
    alice = sign_up("alice")
    path = make_workspace(alice)
    assert problem(alice.delete(f"{path}/members/alice")) == (409, "last_owner")
    assert problem(alice.patch(f"{path}/members/alice", {"role": "viewer"}, JSON)) == (409, "last_owner")
    assert roles(alice, path) == {"alice": "owner"}


@pytest.mark.django_db(transaction=True)
def test_owners_who_demote_each_other__R6() -> None:
    alice = sign_up("alice")
    path = make_workspace(alice)
    clients = {"bob": alice, "alice": invite(alice, path, "bob", "owner")}
    barrier = Barrier(2, timeout=10)

    def demote(name: str) -> int:
        barrier.wait()
        try:
            return clients[name].patch(f"{path}/members/{name}", {"role": "viewer"}, JSON).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(demote, clients)) == [200, 403]
    assert sorted(roles(alice, path).values()) == ["owner", "viewer"]


def test_unexpected_failures_are_problems(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(raise_request_exception=False)
    assert problem(client.put("/health")) == (405, "method_not_allowed")
    monkeypatch.setattr("teams.views.token_digest", None)
    response = client.get("/workspaces")
    assert problem(response) == (500, "internal_error")
    assert "NoneType" not in response.text


def test_migrations_are_complete() -> None:
    assert "No changes detected" in run("", "manage.py", "makemigrations", "--check", "--dry-run")
