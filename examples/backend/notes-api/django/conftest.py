"""Fixtures: a clock that stands still, and two users who are logged in.

Hashing passwords is slow by design, so the users are made once, outside the transactions that undo what tests do.
Tests marked with ``transaction=True`` run last and find an empty database.
"""

from datetime import UTC, datetime, timedelta
from json import dumps
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from notes import clock as system_clock

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


class Caller:
    """Sends requests with a token."""

    def __init__(self, token: str) -> None:
        self.token = token

    def send(
        self,
        method: str,
        path: str,
        *,
        if_match: str | None = None,
        json: object = None,
        data: str | bytes = b"",
        query: dict[str, Any] | None = None,
    ) -> HttpResponse:
        headers = {"Authorization": f"Bearer {self.token}"}
        if if_match is not None:
            headers["If-Match"] = if_match
        body = data if json is None else dumps(json)
        return Client(headers=headers).generic(method, path, body, "application/json", query_params=query)

    def get(self, path: str, **request: Any) -> HttpResponse:
        return self.send("GET", path, **request)

    def post(self, path: str, **request: Any) -> HttpResponse:
        return self.send("POST", path, **request)

    def put(self, path: str, **request: Any) -> HttpResponse:
        return self.send("PUT", path, **request)

    def delete(self, path: str, **request: Any) -> HttpResponse:
        return self.send("DELETE", path, **request)

    def add(self, title: str = "A note", **fields: Any) -> dict[str, Any]:
        """Create a note."""
        response = self.post("/notes", json={"title": title, **fields})
        assert response.status_code == 201, response.content
        return response.json()

    def page(self, **query: Any) -> tuple[list[str], str | None]:
        """The titles of a page of notes, and the cursor of the next one."""
        response = self.get("/notes", query=query)
        assert response.status_code == 200, response.content
        body = response.json()
        return [note["title"] for note in body["items"]], body["next_cursor"]


def register(username: object, password: object = PASSWORD) -> HttpResponse:
    return Client().post("/register", {"username": username, "password": password}, "application/json")


def login(username: object, password: object = PASSWORD) -> HttpResponse:
    return Client().post("/login", {"username": username, "password": password}, "application/json")


def sign_up(username: str) -> str:
    """Register and log in; return the token."""
    assert register(username).status_code == 201
    return login(username).json()["token"]


def assert_error(response: HttpResponse, status: int, code: str, *fields: str) -> None:
    assert response.status_code == status, response.content
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
def tokens(django_db_setup: None, django_db_blocker: Any) -> dict[str, str]:
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(system_clock, "now", Clock())
        return {username: sign_up(username) for username in ("alice", "bob")}


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(system_clock, "now", clock)
    return clock


@pytest.fixture
def alice(tokens: dict[str, str]) -> Caller:
    return Caller(tokens["alice"])


@pytest.fixture
def bob(tokens: dict[str, str]) -> Caller:
    return Caller(tokens["bob"])
