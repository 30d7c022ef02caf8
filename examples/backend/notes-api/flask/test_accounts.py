import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from conftest import PASSWORD, START, Caller, Clock, Seed, assert_error, login, running_app

HASH = re.compile(rb"scrypt\$[0-9]+\$[0-9]+\$[0-9]+\$[A-Za-z0-9+/=]+\$|pbkdf2-sha256\$[0-9]+\$[A-Za-z0-9+/=]+\$")


def test_registration_answers_id_and_lower_case_username__R1(client: FlaskClient) -> None:
    response = client.post("/register", json={"username": "Carol.B_9-x", "password": "8 chars!"})
    assert response.status_code == 201
    user_id = response.json["id"]
    assert isinstance(user_id, str)
    assert response.json == {"id": user_id, "username": "carol.b_9-x"}


def test_username_is_taken_in_any_case__R1(client: FlaskClient) -> None:
    response = client.post("/register", json={"username": "ALICE", "password": "another password"})
    assert_error(response, 409, "username_taken")


def test_one_of_concurrent_registrations_wins__R1(app: Flask) -> None:
    def register(username: str) -> int:
        return app.test_client().post("/register", json={"username": username, "password": PASSWORD}).status_code

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(register, ["carol", "Carol", "carol"])) == [201, 409, 409]


def test_login_issues_a_new_token__R2(app: Flask, client: FlaskClient, alice: Caller) -> None:
    response = login(client, "Alice")
    assert response.status_code == 200
    token = response.json["token"]
    assert response.json == {"token": token, "token_type": "Bearer", "expires_in": 3600}
    assert re.fullmatch(r"[A-Za-z0-9_-]{32,}", token)
    assert token != alice.token
    assert alice.get("/notes").status_code == 200
    assert Caller(app, token).get("/notes").status_code == 200


def test_login_does_not_tell_whether_the_user_exists__R2(client: FlaskClient) -> None:
    answers, cpu_seconds = [], []
    for username in ("alice", "nobody"):
        before = time.process_time()
        answers.append(login(client, username, "wrong password"))
        cpu_seconds.append(time.process_time() - before)
    known, unknown = answers
    assert_error(known, 401, "invalid_credentials")
    assert (unknown.status_code, unknown.data) == (known.status_code, known.data)
    assert unknown.headers.to_wsgi_list() == known.headers.to_wsgi_list()
    assert cpu_seconds[1] > cpu_seconds[0] / 3, "no password was hashed for the unknown user"


def test_login_folds_ascii_letters_only__R2(client: FlaskClient) -> None:
    client.post("/register", json={"username": "kate", "password": PASSWORD})
    assert_error(login(client, "\N{KELVIN SIGN}ate"), 401, "invalid_credentials")


def test_login_checks_only_that_both_fields_are_strings__R2_R9(client: FlaskClient) -> None:
    response = client.post("/login", json={"username": None, "password": 12345678})
    assert_error(response, 422, "validation_failed", "username", "password")
    assert_error(login(client, "", ""), 401, "invalid_credentials")


def test_login_answers_401_to_odd_characters__R10(client: FlaskClient) -> None:
    assert_error(login(client, "alice", PASSWORD + "\0"), 401, "invalid_credentials")
    body = rb'{"username": "alice\ud83d", "password": "\ud83d"}'
    assert_error(client.post("/login", data=body), 401, "invalid_credentials")


def test_scheme_is_case_insensitive__R3(client: FlaskClient, alice: Caller) -> None:
    assert client.get("/notes", headers={"Authorization": f"bEARER {alice.token}"}).status_code == 200


def test_token_ends_after_3600_seconds_despite_use__R3(alice: Caller, clock: Clock) -> None:
    clock.advance(seconds=3599, milliseconds=999)
    assert alice.get("/notes").status_code == 200
    clock.advance(milliseconds=1)
    assert_error(alice.get("/notes"), 401, "unauthorized")


def test_token_lives_from_its_own_login__R3(app: Flask, client: FlaskClient, alice: Caller, clock: Clock) -> None:
    clock.advance(seconds=1800, microseconds=999)
    later = Caller(app, login(client, "alice").json["token"])
    clock.time = START
    clock.advance(seconds=3600)
    assert_error(alice.get("/notes"), 401, "unauthorized")
    assert later.get("/notes").status_code == 200
    clock.advance(seconds=1800, microseconds=998)
    assert later.get("/notes").status_code == 200
    clock.advance(microseconds=1)
    assert_error(later.get("/notes"), 401, "unauthorized")


def test_logout_revokes_only_its_own_token__R3(app: Flask, client: FlaskClient, alice: Caller, bob: Caller) -> None:
    other = Caller(app, login(client, "alice").json["token"])
    response = alice.post("/logout", data=b"{ ignored")
    assert (response.status_code, response.data) == (204, b"")
    assert_error(alice.get("/notes"), 401, "unauthorized")
    assert_error(alice.post("/logout"), 401, "unauthorized")
    assert other.get("/notes").status_code == 200
    assert bob.get("/notes").status_code == 200


def test_database_has_no_secret_as_plain_text__R4(seed: Seed) -> None:
    stored = b"".join(path.read_bytes() for path in sorted(seed.folder.rglob("*")) if path.is_file())
    assert b"alice" in stored
    assert PASSWORD.encode() not in stored
    for token in seed.tokens.values():
        assert token.encode() not in stored
    assert len(set(HASH.findall(stored))) == 2, "two users with the same password must have two salts"


def test_everything_is_there_after_a_restart__R5(database_path: str, clock: Clock, seed: Seed) -> None:
    with running_app(database_path, clock) as app:
        note = Caller(app, seed.tokens["alice"]).add("Kept", content="text", tags=["a", "b"])
        assert Caller(app, seed.tokens["bob"]).post("/logout").status_code == 204
    clock.advance(seconds=3599)
    with running_app(database_path, clock) as app:
        alice = Caller(app, seed.tokens["alice"])
        assert alice.get("/notes").json == {"items": [note], "next_cursor": None}
        assert_error(Caller(app, seed.tokens["bob"]).get("/notes"), 401, "unauthorized")
        assert login(app.test_client(), "bob").status_code == 200
        clock.advance(seconds=1)
        assert_error(alice.get("/notes"), 401, "unauthorized")


def test_databases_in_memory_are_separate__R5(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_PATH", str(tmp_path / "unused.db"))
    for database_path in (None, ""):
        with running_app(database_path) as app:
            response = app.test_client().post("/register", json={"username": "carol", "password": PASSWORD})
            assert response.status_code == 201
    assert list(tmp_path.iterdir()) == []
