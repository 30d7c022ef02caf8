import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from time import monotonic

import httpx
import pytest
from fastapi.testclient import TestClient

from main import create_app
from settings import Settings

CHEAP = Settings(password_cost=16)
ALICE = {"username": "alice", "password": "correct horse battery"}
WRONG = ALICE | {"password": "incorrect horse battery"}


@contextmanager
def running(settings: Settings = CHEAP) -> Iterator[TestClient]:
    """A client whose base URL lets it send back a cookie that is Secure."""
    with TestClient(create_app(settings), base_url="https://testserver") as client:
        yield client


@pytest.fixture
def client() -> Iterator[TestClient]:
    """A client of an app with the account of alice."""
    with running() as client:
        assert client.post("/accounts", json=ALICE).status_code == 201
        yield client


def log_in(client: TestClient) -> dict[str, str]:
    """The header that changing requests need from now on."""
    response = client.post("/session", json=ALICE)
    assert response.status_code == 201
    return {"X-CSRF-Token": response.json()["csrf_token"]}


def outcome(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json().get("code", "")


def test_client_stays_logged_in_until_it_logs_out__R2(client: TestClient) -> None:
    csrf = log_in(client)
    assert client.get("/session").json()["username"] == "alice"
    assert client.delete("/session", headers=csrf).status_code == 204
    assert "session" not in client.cookies
    assert outcome(client.get("/session")) == (401, "unauthenticated")


@pytest.mark.parametrize("secure", [True, False])
def test_cookie_is_secure_unless_switched_off__R2(secure: bool) -> None:
    with running(replace(CHEAP, cookie_secure=secure)) as client:
        client.post("/accounts", json=ALICE)
        cookie = client.post("/session", json=ALICE).headers["Set-Cookie"].lower()
    assert "; httponly" in cookie
    assert ("; secure" in cookie) is secure


def test_settings_come_from_the_environment__R5_R7(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("DATABASE_PATH", "PASSWORD_COST", "LOGIN_LOCK_SECONDS", "COOKIE_SECURE")
    for name in names:
        monkeypatch.setenv(name, "")
    assert Settings.from_environment() == Settings("", 16384, 60, True)
    for name, value in zip(names, ("x.db", "1024", "5", "0"), strict=True):
        monkeypatch.setenv(name, value)
    assert Settings.from_environment() == Settings("x.db", 1024, 5, False)
    monkeypatch.setenv("COOKIE_SECURE", "1")
    assert Settings.from_environment().cookie_secure


def test_everything_survives_a_restart__R1_R7(tmp_path: Path) -> None:
    settings = replace(CHEAP, database_path=str(tmp_path / "accounts.db"))
    with running(settings) as client:
        client.post("/accounts", json=ALICE)
        log_in(client)
        cookies = dict(client.cookies)
        for _ in range(5):
            assert outcome(client.post("/session", json=WRONG)) == (401, "invalid_credentials")
    assert settings.database_path not in [os.path.realpath(file) for file in Path("/proc/self/fd").iterdir()]
    with running(settings) as client:
        assert outcome(client.post("/session", json=ALICE)) == (429, "too_many_attempts")
        client.cookies.update(cookies)
        assert client.get("/session").json()["username"] == "alice"


def test_password_of_another_cost_is_still_right__R1_R4(tmp_path: Path) -> None:
    settings = replace(CHEAP, database_path=str(tmp_path / "accounts.db"))
    with running(settings) as client:
        client.post("/accounts", json=ALICE)
    with running(replace(settings, password_cost=32)) as client:
        body = {"current_password": ALICE["password"], "new_password": WRONG["password"]}
        assert client.put("/password", json=body, headers=log_in(client)).status_code == 204
        assert outcome(client.post("/session", json=ALICE)) == (401, "invalid_credentials")
        assert client.post("/session", json=WRONG).status_code == 201


def test_lock_ends__R7() -> None:
    with running(replace(CHEAP, lock_seconds=1)) as client:
        client.post("/accounts", json=ALICE)
        for _ in range(5):
            assert outcome(client.post("/session", json=WRONG)) == (401, "invalid_credentials")
        locked = client.post("/session", json=ALICE)
        assert (*outcome(locked), locked.headers["Retry-After"]) == (429, "too_many_attempts", "1")
        deadline = monotonic() + 10
        while (response := client.post("/session", json=WRONG)).status_code == 429:
            assert monotonic() < deadline
        assert outcome(response) == (401, "invalid_credentials")
        for _ in range(3):
            assert outcome(client.post("/session", json=WRONG)) == (401, "invalid_credentials")
        log_in(client)


def test_session_of_an_ended_login_cannot_be_used__R3_R6(client: TestClient) -> None:
    first = log_in(client)
    cookie = client.cookies["session"]
    client.cookies.clear()
    second = log_in(client)
    sessions = client.get("/sessions").json()["items"]
    assert [item["current"] for item in sessions] == [False, True]
    path = f"/sessions/{sessions[0]['id']}"
    assert outcome(client.delete(path, headers=first)) == (403, "csrf_failed")
    assert client.delete(path, headers=second).status_code == 204
    client.cookies.clear()
    client.cookies.set("session", cookie)
    assert outcome(client.get("/session")) == (401, "unauthenticated")


def test_faults_are_problems__R8_R9(client: TestClient) -> None:
    response = client.post("/accounts", json=ALICE | {"role": "admin", "password": 1})
    assert response.headers["Content-Type"] == "application/problem+json"
    assert set(response.json()["errors"]) == {"role", "password"}
    assert outcome(client.post("/accounts", json=ALICE)) == (409, "username_taken")
    assert outcome(client.get("/nothing")) == (404, "not_found")
    assert outcome(client.patch("/accounts")) == (405, "method_not_allowed")
