"""Fixtures: an app with a clock that stands still, and two users who are logged in.

Hashing passwords is slow by design, so the users are made once and every app starts with a copy of their database.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from main import create_app

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

    def __init__(self, app: Flask, token: str) -> None:
        self.app = app
        self.token = token

    def send(self, method: str, path: str, *, if_match: str | None = None, **request: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}"}
        if if_match is not None:
            headers["If-Match"] = if_match
        return self.app.test_client().open(path, method=method, headers=headers, **request)

    def get(self, path: str, **request: Any) -> TestResponse:
        return self.send("GET", path, **request)

    def post(self, path: str, **request: Any) -> TestResponse:
        return self.send("POST", path, **request)

    def put(self, path: str, **request: Any) -> TestResponse:
        return self.send("PUT", path, **request)

    def delete(self, path: str, **request: Any) -> TestResponse:
        return self.send("DELETE", path, **request)

    def add(self, title: str = "A note", **fields: Any) -> dict[str, Any]:
        """Create a note."""
        response = self.post("/notes", json={"title": title, **fields})
        assert response.status_code == 201, response.text
        return response.json

    def page(self, **query: Any) -> tuple[list[str], str | None]:
        """The titles of a page of notes, and the cursor of the next one."""
        response = self.get("/notes", query_string=query)
        assert response.status_code == 200, response.text
        body = response.json
        return [note["title"] for note in body["items"]], body["next_cursor"]


def login(client: FlaskClient, username: str, password: str = PASSWORD) -> TestResponse:
    return client.post("/login", json={"username": username, "password": password})


def assert_error(response: TestResponse, status: int, code: str, *fields: str) -> None:
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"].split(";")[0] == "application/json"
    assert set(response.json) == {"error"}
    error = response.json["error"]
    assert set(error) == {"code", "message", *(["fields"] if fields else [])}
    assert error["code"] == code
    assert error["message"]
    if fields:
        assert set(error["fields"]) == set(fields)
        assert all(error["fields"].values())
    if status == 401:
        assert response.headers["WWW-Authenticate"] == "Bearer"


@contextmanager
def running_app(database_path: str | None, clock: Clock | None = None) -> Iterator[Flask]:
    app = create_app(database_path, clock)
    yield app
    app.extensions["close"]()


@pytest.fixture(scope="session")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Seed:
    folder = tmp_path_factory.mktemp("seed")
    tokens = {}
    with running_app(str(folder / "notes.db"), Clock()) as app:
        client = app.test_client()
        for username in ("alice", "bob"):
            response = client.post("/register", json={"username": username, "password": PASSWORD})
            assert response.status_code == 201, response.text
            tokens[username] = login(client, username).json["token"]
    return Seed(folder, tokens)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database_path(seed: Seed, tmp_path: Path) -> str:
    shutil.copytree(seed.folder, tmp_path / "data")
    return str(tmp_path / "data" / "notes.db")


@pytest.fixture
def app(database_path: str, clock: Clock) -> Iterator[Flask]:
    with running_app(database_path, clock) as app:
        yield app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def alice(app: Flask, seed: Seed) -> Caller:
    return Caller(app, seed.tokens["alice"])


@pytest.fixture
def bob(app: Flask, seed: Seed) -> Caller:
    return Caller(app, seed.tokens["bob"])
