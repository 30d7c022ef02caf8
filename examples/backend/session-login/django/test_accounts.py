import json
import os
import subprocess
import sys
from collections.abc import Iterator
from time import monotonic
from typing import Any

import pytest
from django.contrib.auth.hashers import check_password
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from accounts.models import Account, Attempts, Session

pytestmark = pytest.mark.django_db

ALICE = {"username": "alice", "password": "correct horse battery"}
WRONG = {"username": "alice", "password": "incorrect horse battery"}
UNAUTHENTICATED = (401, "unauthenticated")
REFUSED = (401, "invalid_credentials")
LOCKED = (429, "too_many_attempts")
RESTARTABLE = """
import sys, config.asgi
from django.test import Client
client, alice = Client(SERVER_NAME="localhost"), {"username": "alice", "password": "correct horse battery"}
if sys.argv[1] == "first":
    client.post("/accounts", alice, "application/json")
    print(client.post("/session", alice, "application/json").cookies["session"].value)
    for _ in range(5):
        client.post("/session", alice | {"password": "wrong"}, "application/json")
else:
    client.cookies["session"] = sys.argv[1]
    locked = client.post("/session", alice, "application/json")
    print(client.get("/session").json()["username"], locked.status_code)
"""


@pytest.fixture(autouse=True)
def cheap(settings: Any) -> None:
    settings.PASSWORD_COST = 16


@pytest.fixture
def client() -> Iterator[Client]:
    """A client of an application that has the account of alice."""
    client = Client(raise_request_exception=False)
    assert post(client, "/accounts", ALICE).status_code == 201
    yield client


def post(client: Client, path: str, body: dict[str, object]) -> HttpResponse:
    return client.post(path, body, "application/json")


def log_in(client: Client, credentials: dict[str, str] = ALICE) -> dict[str, str]:
    """The header that changing requests need from now on."""
    response = post(client, "/session", credentials)
    assert response.status_code == 201
    return {"X-CSRF-Token": response.json()["csrf_token"]}


def outcome(response: HttpResponse) -> tuple[int, str]:
    assert response["Content-Type"] == "application/problem+json"
    return response.status_code, response.json()["code"]


def test_client_stays_logged_in_until_it_logs_out__R2(client: Client) -> None:
    csrf = log_in(client)
    assert client.get("/session").json()["username"] == "alice"
    assert client.delete("/session", headers=csrf).status_code == 204
    assert client.cookies["session"].value == ""
    assert outcome(client.get("/session")) == UNAUTHENTICATED
    assert Session.objects.count() == 0


@pytest.mark.parametrize("secure", [True, False])
def test_cookie_is_secure_unless_switched_off__R2(client: Client, settings: Any, secure: bool) -> None:
    assert settings.COOKIE_SECURE is True
    settings.COOKIE_SECURE = secure
    log_in(client)
    assert client.cookies["session"]["httponly"]
    assert bool(client.cookies["session"]["secure"]) is secure


def test_only_what_tokens_are_checked_against_is_stored__R5(client: Client, settings: Any) -> None:
    csrf = log_in(client)
    token = client.cookies["session"].value
    stored = {str(value) for model in (Account, Session) for row in model.objects.values() for value in row.values()}
    assert not {token, csrf["X-CSRF-Token"], ALICE["password"]} & stored
    settings.PASSWORD_COST = 16384
    encoded = Account.objects.get().password_hash
    assert check_password(ALICE["password"], encoded)
    assert encoded.startswith("scrypt$16$")


def test_sessions_end_with_a_new_password__R3_R4(client: Client) -> None:
    other = Client()
    log_in(other)
    csrf = log_in(client)
    items = client.get("/sessions").json()["items"]
    assert [item["current"] for item in items] == [False, True]
    body = {"current_password": ALICE["password"], "new_password": WRONG["password"]}
    assert client.put("/password", body, "application/json", headers=csrf).status_code == 204
    assert outcome(other.get("/session")) == UNAUTHENTICATED
    assert outcome(client.put("/password", body, "application/json", headers=csrf)) == (403, "wrong_password")
    log_in(other, WRONG)


def test_changes_need_the_csrf_token__R6(client: Client) -> None:
    old = log_in(client)
    csrf = log_in(client)
    for headers in ({}, old, {"X-CSRF-Token": "\u00e9"}):
        assert outcome(client.delete("/session", headers=headers)) == (403, "csrf_failed")
    assert client.delete("/session", headers=csrf).status_code == 204


def test_lock_ends__R7(client: Client, settings: Any) -> None:
    assert settings.LOGIN_LOCK_SECONDS == 60
    settings.LOGIN_LOCK_SECONDS = 1
    for _ in range(5):
        assert outcome(post(client, "/session", WRONG)) == REFUSED
    locked = post(client, "/session", ALICE)
    assert (outcome(locked), locked["Retry-After"]) == (LOCKED, "1")
    deadline = monotonic() + 10
    while outcome(response := post(client, "/session", WRONG)) == LOCKED:
        assert monotonic() < deadline
    assert outcome(response) == REFUSED
    for _ in range(3):
        assert outcome(post(client, "/session", WRONG)) == REFUSED
    log_in(client)
    assert Attempts.objects.count() == 0


def test_faults_are_problems__R8_R9(client: Client) -> None:
    response = post(client, "/accounts", ALICE | {"role": "admin", "password": 1})
    assert outcome(response) == (422, "validation_failed")
    assert set(response.json()["errors"]) == {"role", "password"}
    assert outcome(post(client, "/session", {"x": "x" * 8192})) == (413, "body_too_large")
    assert outcome(client.get("/nothing")) == (404, "not_found")
    assert outcome(client.patch("/accounts")) == (405, "method_not_allowed")
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {Session._meta.db_table} RENAME TO elsewhere")
    broken = client.get("/session")
    assert outcome(broken) == (500, "internal_error")
    assert broken["Cache-Control"] == "no-store"


def test_everything_survives_a_restart__R1_R7(tmp_path: object) -> None:
    environment = {
        **os.environ,
        "DATABASE_PATH": f"{tmp_path}/accounts.db",
        "PASSWORD_COST": "16",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    token = "first"
    for _ in range(2):
        command = [sys.executable, "-c", RESTARTABLE, token]
        token = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.strip()
    assert token == "alice 429"
    command, in_memory = [sys.executable, "-c", RESTARTABLE, "first"], environment | {"DATABASE_PATH": ""}
    assert subprocess.run(command, env=in_memory, check=True, capture_output=True).stdout.strip()


def test_settings_come_from_the_environment() -> None:
    code = (
        "import json, config.settings as s;"
        "print(json.dumps([s.PASSWORD_COST, s.LOGIN_LOCK_SECONDS, s.COOKIE_SECURE, s.DATABASES['default']['NAME']]))"
    )
    names = ("PASSWORD_COST", "LOGIN_LOCK_SECONDS", "COOKIE_SECURE", "DATABASE_PATH")
    for values, expected in [
        (("1024", "5", "0", "x.db"), [1024, 5, False, "x.db"]),
        (("", "", "", "x.db"), [16384, 60, True, "x.db"]),
    ]:
        environment = {**os.environ, **dict(zip(names, values, strict=True))}
        told = subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True).stdout
        assert json.loads(told) == expected
