"""Fixtures: an app with a clock that stands still, and two users who are logged in.

Hashing passwords is slow by design, so the users are made once and every app starts with a copy of their database.
"""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from fastapi.testclient import TestClient

from main import create_app

JSON = {"Content-Type": "application/json"}
START = datetime(2025, 3, 1, 9, 30, tzinfo=UTC)
PASSWORD = "correct horse battery"


class Clock:
    """Tells the time that a test has set."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        return self.time

    def advance(self, **duration: float) -> None:
        self.time += timedelta(**duration)


class Seed(NamedTuple):
    """A folder with the database of a stopped app, and the tokens that its users got at START."""

    folder: Path
    tokens: dict[str, str]


class Caller:
    """Sends requests with a token."""

    def __init__(self, client: TestClient, token: str) -> None:
        self.client = client
        self.token = token

    def send(self, method: str, path: str, *, if_match: str | None = None, **request: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        if if_match is not None:
            headers["If-Match"] = if_match
        return self.client.request(method, path, headers=headers, **request)

    def get(self, path: str, **request: Any) -> httpx.Response:
        return self.send("GET", path, **request)

    def post(self, path: str, **request: Any) -> httpx.Response:
        return self.send("POST", path, **request)

    def put(self, path: str, **request: Any) -> httpx.Response:
        return self.send("PUT", path, **request)

    def delete(self, path: str, **request: Any) -> httpx.Response:
        return self.send("DELETE", path, **request)

    def add(self, title: str = "A note", **fields: Any) -> dict[str, Any]:
        """Create a note."""
        response = self.post("/notes", json={"title": title, **fields})
        assert response.status_code == 201, response.text
        return response.json()

    def page(self, **query: Any) -> tuple[list[str], str | None]:
        """The titles of a page of notes, and the cursor of the next one."""
        response = self.get("/notes", params=query)
        assert response.status_code == 200, response.text
        body = response.json()
        return [note["title"] for note in body["items"]], body["next_cursor"]


def login(client: TestClient, username: str, password: str = PASSWORD) -> httpx.Response:
    return client.post("/login", json={"username": username, "password": password})


def assert_error(response: httpx.Response, status: int, code: str, *fields: str) -> None:
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"].split(";")[0] == "application/json"
    assert set(response.json()) == {"error"}
    error = response.json()["error"]
    assert set(error) == {"code", "message", *(["fields"] if fields else [])}
    assert error["code"] == code
    assert error["message"]
    if fields:
        assert set(error["fields"]) == set(fields)
        assert all(error["fields"].values())
    if status == 401:
        assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.fixture(scope="session")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Seed:
    folder = tmp_path_factory.mktemp("seed")
    tokens = {}
    with TestClient(create_app(str(folder / "notes.db"), Clock())) as client:
        for username in ("alice", "bob"):
            response = client.post("/register", json={"username": username, "password": PASSWORD})
            assert response.status_code == 201, response.text
            tokens[username] = login(client, username).json()["token"]
    return Seed(folder, tokens)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database_path(seed: Seed, tmp_path: Path) -> str:
    shutil.copytree(seed.folder, tmp_path / "data")
    return str(tmp_path / "data" / "notes.db")


@pytest.fixture
def client(database_path: str, clock: Clock) -> Iterator[TestClient]:
    with TestClient(create_app(database_path, clock), headers=JSON) as client:
        yield client


@pytest.fixture
def alice(client: TestClient, seed: Seed) -> Caller:
    return Caller(client, seed.tokens["alice"])


@pytest.fixture
def bob(client: TestClient, seed: Seed) -> Caller:
    return Caller(client, seed.tokens["bob"])
