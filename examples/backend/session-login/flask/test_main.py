import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from main import create_app

ALICE = {"username": "alice", "password": "correct horse battery"}
WRONG = {"username": "alice", "password": "incorrect horse battery"}
UNAUTHENTICATED = (401, "unauthenticated")
REFUSED = (401, "invalid_credentials")
LOCKED = (429, "too_many_attempts")


@contextmanager
def running(**environment: str) -> Iterator[FlaskClient]:
    """A client without cookie jar of an app with cheap hashes."""
    app = create_app({"PASSWORD_COST": "16", **environment})
    yield app.test_client(use_cookies=False)
    app.extensions["close"]()


@pytest.fixture
def client() -> Iterator[FlaskClient]:
    """A client of an app with the account of alice."""
    with running() as client:
        assert client.post("/accounts", json=ALICE).status_code == 201
        yield client


def log_in(client: FlaskClient, credentials: dict[str, str] = ALICE) -> dict[str, str]:
    """The headers of a new session."""
    response = client.post("/session", json=credentials)
    assert response.status_code == 201
    cookie, _, _ = response.headers["Set-Cookie"].partition(";")
    return {"Cookie": cookie, "X-CSRF-Token": response.json["csrf_token"]}


def outcome(response: TestResponse) -> tuple[int, str]:
    assert response.mimetype == "application/problem+json"
    return response.status_code, response.json["code"]


def test_registered_account_logs_in__R1_R2(client: FlaskClient) -> None:
    assert outcome(client.post("/accounts", json=WRONG)) == (409, "username_taken")
    assert outcome(client.post("/session", json=WRONG)) == REFUSED
    session = log_in(client)
    assert client.get("/session", headers=session).json["username"] == "alice"
    assert client.delete("/session", headers=session).status_code == 204
    assert outcome(client.get("/session", headers=session)) == UNAUTHENTICATED


@pytest.mark.parametrize(("value", "secure"), [("", True), ("1", True), ("0", False)])
def test_cookie_is_secure_unless_switched_off__R2(value: str, secure: bool) -> None:
    with running(COOKIE_SECURE=value) as client:
        client.post("/accounts", json=ALICE)
        cookie = client.post("/session", json=ALICE).headers["Set-Cookie"]
    assert "; HttpOnly" in cookie
    assert ("; Secure" in cookie) is secure


def test_sessions_end_with_a_new_password__R3_R4(client: FlaskClient) -> None:
    first, second = log_in(client), log_in(client)
    current = [item["current"] for item in client.get("/sessions", headers=first).json["items"]]
    assert current == [True, False]
    body = {"current_password": ALICE["password"], "new_password": WRONG["password"]}
    assert client.put("/password", json=body, headers=second).status_code == 204
    assert outcome(client.get("/session", headers=first)) == UNAUTHENTICATED
    assert len(client.get("/sessions", headers=second).json["items"]) == 1
    assert outcome(client.put("/password", json=body, headers=second)) == (403, "wrong_password")
    log_in(client, WRONG)


def test_changes_need_the_csrf_token__R6(client: FlaskClient) -> None:
    session, other = log_in(client), log_in(client)
    for token in ("", other["X-CSRF-Token"], "\u00e9"):
        response = client.delete("/session", headers=session | {"X-CSRF-Token": token})
        assert outcome(response) == (403, "csrf_failed")
    assert client.delete("/session", headers=session).status_code == 204


def test_everything_survives_a_restart__R1_R5_R7(tmp_path: Path) -> None:
    path = str(tmp_path / "accounts.db")
    with running(DATABASE_PATH=path) as client:
        client.post("/accounts", json=ALICE)
        session = log_in(client)
        for _ in range(5):
            assert outcome(client.post("/session", json=WRONG)) == REFUSED
    assert path not in [os.path.realpath(file) for file in Path("/proc/self/fd").iterdir()]
    stored = Path(path).read_bytes()
    assert session["Cookie"].removeprefix("session=").encode() not in stored
    assert session["X-CSRF-Token"].encode() not in stored
    with running(DATABASE_PATH=path) as client:
        assert client.get("/session", headers=session).json["username"] == "alice"
        assert outcome(client.post("/session", json=ALICE)) == LOCKED


def test_hash_keeps_its_cost__R5(tmp_path: Path) -> None:
    path = str(tmp_path / "accounts.db")
    with running(DATABASE_PATH=path) as client:
        client.post("/accounts", json=ALICE)
    with running(DATABASE_PATH=path, PASSWORD_COST="") as client:
        assert outcome(client.post("/session", json=WRONG)) == REFUSED
        log_in(client)


def test_lock_ends__R7() -> None:
    with running(LOGIN_LOCK_SECONDS="1") as client:
        client.post("/accounts", json=ALICE)
        for _ in range(5):
            assert outcome(client.post("/session", json=WRONG)) == REFUSED
        locked = client.post("/session", json=ALICE)
        assert (outcome(locked), locked.headers["Retry-After"]) == (LOCKED, "1")
        deadline = monotonic() + 10
        while outcome(response := client.post("/session", json=WRONG)) == LOCKED:
            assert monotonic() < deadline
        assert outcome(response) == REFUSED
        for _ in range(3):
            assert outcome(client.post("/session", json=WRONG)) == REFUSED
        log_in(client)


def test_default_lock_takes_a_minute__R7_R8() -> None:
    with running(LOGIN_LOCK_SECONDS="") as client:
        answers = [client.post("/session", json=ALICE) for _ in range(6)]
    assert [outcome(answer) for answer in answers] == [REFUSED] * 5 + [LOCKED]
    assert 50 < int(answers[-1].headers["Retry-After"]) <= 60


def test_faults_are_problems__R8_R9(client: FlaskClient) -> None:
    response = client.post("/accounts", json=ALICE | {"role": "admin", "password": 1})
    assert outcome(response) == (422, "validation_failed")
    assert set(response.json["errors"]) == {"role", "password"}
    assert outcome(client.post("/session", data=b"x" * 8193, content_type="application/json")) == (413, "body_too_large")
    assert outcome(client.get("//health")) == (404, "not_found")
    assert outcome(client.patch("/accounts")) == (405, "method_not_allowed")
