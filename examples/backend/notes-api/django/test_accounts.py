import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.test import Client

from conftest import PASSWORD, START, Caller, Clock, assert_error, login, register

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tokens")]


def test_registration_answers_id_and_lower_case_username__R1() -> None:
    response = register("Carol.B_9-x", "8 chars!")
    assert response.status_code == 201
    user_id = response.json()["id"]
    assert isinstance(user_id, str)
    assert response.json() == {"id": user_id, "username": "carol.b_9-x"}


def test_username_is_taken_in_any_case__R1() -> None:
    response = register("ALICE", "another password")
    assert_error(response, 409, "username_taken")


@pytest.mark.django_db(transaction=True)
def test_one_of_concurrent_registrations_wins__R1() -> None:
    with ThreadPoolExecutor(3) as pool:
        responses = list(pool.map(register, ["carol", "Carol", "carol"]))
    assert sorted(response.status_code for response in responses) == [201, 409, 409]


def test_login_issues_a_new_token__R2(alice: Caller) -> None:
    response = login("Alice")
    assert response.status_code == 200
    token = response.json()["token"]
    assert response.json() == {"token": token, "token_type": "Bearer", "expires_in": 3600}
    assert re.fullmatch(r"[A-Za-z0-9_-]{32,}", token)
    assert token != alice.token
    assert alice.get("/notes").status_code == 200
    assert Caller(token).get("/notes").status_code == 200


def test_login_does_not_tell_whether_the_user_exists__R2() -> None:
    answers, cpu_seconds = [], []
    for username in ("alice", "nobody"):
        before = time.process_time()
        answers.append(login(username, "wrong password"))
        cpu_seconds.append(time.process_time() - before)
    known, unknown = answers
    assert_error(known, 401, "invalid_credentials")
    assert (unknown.status_code, unknown.content) == (known.status_code, known.content)
    assert unknown.headers == known.headers
    assert cpu_seconds[1] > cpu_seconds[0] / 3, "no password was hashed for the unknown user"


def test_login_folds_ascii_letters_only__R2() -> None:
    register("kate")
    assert_error(login("\N{KELVIN SIGN}ate"), 401, "invalid_credentials")


def test_login_checks_only_that_both_fields_are_strings__R2_R9() -> None:
    response = login(None, 12345678)
    assert_error(response, 422, "validation_failed", "username", "password")
    assert_error(login("", ""), 401, "invalid_credentials")


def test_login_answers_401_to_odd_characters__R10(client: Client) -> None:
    assert_error(login("alice", PASSWORD + "\0"), 401, "invalid_credentials")
    body = rb'{"username": "alice\ud83d", "password": "\ud83d"}'
    assert_error(client.post("/login", body, "application/json"), 401, "invalid_credentials")


def test_scheme_is_case_insensitive__R3(client: Client, alice: Caller) -> None:
    assert client.get("/notes", headers={"Authorization": f"bEARER {alice.token}"}).status_code == 200


def test_token_ends_after_3600_seconds_despite_use__R3(alice: Caller, clock: Clock) -> None:
    clock.advance(seconds=3599, milliseconds=999)
    assert alice.get("/notes").status_code == 200
    clock.advance(milliseconds=1)
    assert_error(alice.get("/notes"), 401, "unauthorized")


def test_token_lives_from_its_own_login__R3(alice: Caller, clock: Clock) -> None:
    clock.advance(seconds=1800, microseconds=999)
    later = Caller(login("alice").json()["token"])
    clock.time = START
    clock.advance(seconds=3600)
    assert_error(alice.get("/notes"), 401, "unauthorized")
    assert later.get("/notes").status_code == 200
    clock.advance(seconds=1800, microseconds=998)
    assert later.get("/notes").status_code == 200
    clock.advance(microseconds=1)
    assert_error(later.get("/notes"), 401, "unauthorized")


def test_logout_revokes_only_its_own_token__R3(alice: Caller, bob: Caller) -> None:
    other = Caller(login("alice").json()["token"])
    response = alice.post("/logout", data=b"{ ignored")
    assert (response.status_code, response.content) == (204, b"")
    assert_error(alice.get("/notes"), 401, "unauthorized")
    assert_error(alice.post("/logout"), 401, "unauthorized")
    assert other.get("/notes").status_code == 200
    assert bob.get("/notes").status_code == 200
