"""Black-box tests of the notes API, the same for every framework; the server is at the address in BASE_URL.

They may run again and again on one server: usernames are random. Hashing passwords is slow by design, so the tests
share two users, and those that look at lists delete their notes first.
"""

import json
import os
import re
import secrets
import string
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any
from uuid import uuid4

import httpx
import pytest

PASSWORD = "correct horse battery"
EMOJI = "\N{GRINNING FACE}"
NUL = "\0"
SURROGATE = "\ud83d"
KELVIN_SIGN = "\N{KELVIN SIGN}"
MAX_BODY_BYTES = 262_144
TOKEN = re.compile(r"[A-Za-z0-9_-]{32,}")
NOTE_ID = re.compile(r"[A-Za-z0-9_-]+")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
NOTE_FIELDS = {"id", "title", "content", "tags", "version", "created_at", "updated_at"}


def escaped(value: Any) -> bytes:
    """JSON in ASCII, which can carry unpaired surrogates."""
    return json.dumps(value).encode()


def brief(value: object) -> str:
    """The name of a parameter in the name of its test."""
    return ascii(value)[:40]


def at_once(send: Callable[..., httpx.Response], bodies: list[dict[str, str]]) -> list[httpx.Response]:
    """Send requests from as many threads; the last byte of each follows when all the others have been sent."""
    barrier = Barrier(len(bodies), timeout=30)

    def chunks(body: dict[str, str]) -> Iterator[bytes]:
        raw = json.dumps(body).encode()
        yield raw[:-1]
        barrier.wait()
        yield raw[-1:]

    with ThreadPoolExecutor(len(bodies)) as pool:
        return list(pool.map(lambda body: send(content=chunks(body)), bodies))


def assert_error(response: httpx.Response, status: int, code: str, fields: set[str] | None = None) -> None:
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"].split(";")[0] == "application/json"
    body = response.json()
    assert set(body) == {"error"}
    error = body["error"]
    assert set(error) == ({"code", "message"} if fields is None else {"code", "message", "fields"})
    assert error["code"] == code
    assert isinstance(error["message"], str)
    assert error["message"]
    if fields is not None:
        assert set(error["fields"]) == fields
        assert all(isinstance(text, str) and text for text in error["fields"].values())
    if status == 401:
        assert response.headers["WWW-Authenticate"] == "Bearer"


def assert_invalid(response: httpx.Response, *fields: str) -> None:
    assert_error(response, 422, "validation_failed", set(fields))


class User:
    """A registered user, who sends requests with the token of a login."""

    def __init__(self, http: httpx.Client, username: str, password: str = PASSWORD) -> None:
        self.http = http
        self.username = username
        self.password = password
        response = http.post("/register", json={"username": self.username, "password": password})
        assert response.status_code == 201, response.text
        self.token = self.login()

    def login(self) -> str:
        response = self.http.post("/login", json={"username": self.username, "password": self.password})
        assert response.status_code == 200, response.text
        return response.json()["token"]

    def send(
        self, method: str, path: str, *, token: str | None = None, if_match: str | None = None, **request: Any
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token or self.token}"}
        if if_match is not None:
            headers["If-Match"] = if_match
        return self.http.request(method, path, headers=headers, **request)

    def get(self, path: str, **request: Any) -> httpx.Response:
        return self.send("GET", path, **request)

    def post(self, path: str, **request: Any) -> httpx.Response:
        return self.send("POST", path, **request)

    def put(self, path: str, **request: Any) -> httpx.Response:
        return self.send("PUT", path, **request)

    def delete(self, path: str, **request: Any) -> httpx.Response:
        return self.send("DELETE", path, **request)

    def add(self, title: str = "A note", **fields: Any) -> dict[str, Any]:
        response = self.post("/notes", json={"title": title, **fields})
        assert response.status_code == 201, response.text
        return response.json()

    def page(self, **query: Any) -> tuple[list[str], str | None]:
        """The titles of a page of notes, and the cursor of the next one."""
        response = self.get("/notes", params=query)
        assert response.status_code == 200, response.text
        body = response.json()
        assert set(body) == {"items", "next_cursor"}
        return [note["title"] for note in body["items"]], body["next_cursor"]

    def clear(self) -> None:
        """Delete all notes."""
        while items := self.get("/notes", params={"limit": "100"}).json()["items"]:
            for note in items:
                assert self.delete(f"/notes/{note['id']}").status_code == 204


@pytest.fixture(scope="session")
def http() -> Iterator[httpx.Client]:
    headers = {"Content-Type": "application/json"}
    with httpx.Client(base_url=os.environ["BASE_URL"], headers=headers, timeout=30) as client:
        yield client


@pytest.fixture(scope="session")
def alice(http: httpx.Client) -> User:
    return User(http, f"alice-k{uuid4().hex[:16]}")


@pytest.fixture(scope="session")
def bob(http: httpx.Client) -> User:
    return User(http, f"bob-{uuid4().hex[:16]}")


# Accounts


def test_registration_answers_id_and_lower_case_username__R1(http: httpx.Client) -> None:
    username = f"Alice.{uuid4().hex[:22]}_X-9"
    assert len(username) == 32
    response = http.post("/register", json={"username": username, "password": "8 chars!", "admin": True})
    assert response.status_code == 201
    assert response.headers["Content-Type"].split(";")[0] == "application/json"
    assert set(response.json()) == {"id", "username"}
    assert response.json()["username"] == username.lower()
    assert isinstance(response.json()["id"], str)
    assert response.json()["id"]


def test_username_is_taken_in_any_case__R1(http: httpx.Client, alice: User) -> None:
    response = http.post("/register", json={"username": alice.username.upper(), "password": "another password"})
    assert_error(response, 409, "username_taken")


def test_one_of_concurrent_registrations_wins__R1(http: httpx.Client) -> None:
    username = f"carol-{uuid4().hex[:16]}"
    spellings = (username, username.upper(), username)
    bodies = [{"username": spelling, "password": PASSWORD} for spelling in spellings]
    responses = at_once(partial(http.post, "/register"), bodies)
    assert sorted(response.status_code for response in responses) == [201, 409, 409]


@pytest.mark.parametrize(
    "username",
    [
        "",
        "al",
        "a" * 33,
        "ali ce",
        "alice\n",
        " alice",
        "al/ice",
        "älice",
        KELVIN_SIGN + "ate",
        "alice" + NUL,
        12345,
        None,
    ],
    ids=brief,
)
def test_registration_refuses_usernames__R1_R9(http: httpx.Client, username: Any) -> None:
    response = http.post("/register", content=escaped({"username": username, "password": PASSWORD}))
    assert_invalid(response, "username")


@pytest.mark.parametrize(
    "password",
    ["", "7 chars", "x" * 129, EMOJI * 7, "password" + NUL, "password" + SURROGATE, 12345678, None],
    ids=brief,
)
def test_registration_refuses_passwords__R9_R10(http: httpx.Client, password: Any) -> None:
    response = http.post("/register", content=escaped({"username": uuid4().hex, "password": password}))
    assert_invalid(response, "password")


def test_registration_names_all_faulty_fields__R9(http: httpx.Client) -> None:
    assert_invalid(http.post("/register", json={}), "username", "password")
    assert_invalid(http.post("/register", json={"username": "al", "password": ["x"]}), "username", "password")
    assert_invalid(http.post("/register", json={"Username": uuid4().hex, "password": PASSWORD}), "username")


def test_login_issues_a_new_token__R2(http: httpx.Client, alice: User) -> None:
    response = http.post("/login", json={"username": alice.username.upper(), "password": PASSWORD, "admin": True})
    assert response.status_code == 200
    assert response.headers["Content-Type"].split(";")[0] == "application/json"
    token = response.json()["token"]
    assert response.json() == {"token": token, "token_type": "Bearer", "expires_in": 3600}
    assert TOKEN.fullmatch(token)
    assert token != alice.token
    assert alice.get("/notes", token=token).status_code == 200
    assert alice.get("/notes").status_code == 200


def test_login_does_not_tell_whether_the_user_exists__R2(http: httpx.Client, alice: User) -> None:
    wrong_password = http.post("/login", json={"username": alice.username, "password": PASSWORD.upper()})
    unknown_user = http.post("/login", json={"username": f"nobody-{uuid4().hex[:8]}", "password": PASSWORD})
    assert_error(wrong_password, 401, "invalid_credentials")
    assert unknown_user.status_code == wrong_password.status_code
    assert unknown_user.content == wrong_password.content
    assert headers_without_date(unknown_user) == headers_without_date(wrong_password)


def headers_without_date(response: httpx.Response) -> list[tuple[str, str]]:
    return sorted((name, value) for name, value in response.headers.multi_items() if name.lower() != "date")


def test_login_wants_the_password_exactly_as_registered__R2(http: httpx.Client, alice: User) -> None:
    response = http.post("/login", json={"username": alice.username, "password": PASSWORD + " "})
    assert_error(response, 401, "invalid_credentials")


def test_login_folds_ascii_letters_only__R2(http: httpx.Client, alice: User) -> None:
    username = alice.username.replace("k", KELVIN_SIGN)
    assert_error(http.post("/login", json={"username": username, "password": PASSWORD}), 401, "invalid_credentials")


def test_login_checks_only_that_both_fields_are_strings__R2_R9(http: httpx.Client) -> None:
    assert_invalid(http.post("/login", json={}), "username", "password")
    assert_invalid(http.post("/login", json={"username": "al", "password": None}), "password")
    assert_invalid(http.post("/login", json={"username": 1, "password": "x"}), "username")
    assert_error(http.post("/login", json={"username": "", "password": ""}), 401, "invalid_credentials")


def test_login_answers_401_to_odd_characters__R10(http: httpx.Client, alice: User) -> None:
    for username, password in ((alice.username, PASSWORD + NUL), (alice.username + NUL + SURROGATE, PASSWORD)):
        response = http.post("/login", content=escaped({"username": username, "password": password}))
        assert_error(response, 401, "invalid_credentials")


def test_password_has_up_to_128_code_points__R1_R10(http: httpx.Client) -> None:
    shortest_username = "".join(secrets.choice(string.ascii_lowercase + string.digits + "_-.") for _ in range(3))
    user = User(http, shortest_username, EMOJI * 127 + "\N{REPLACEMENT CHARACTER}")
    response = http.post("/login", content=escaped({"username": user.username, "password": EMOJI * 127 + SURROGATE}))
    assert_error(response, 401, "invalid_credentials")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/logout"),
        ("GET", "/notes"),
        ("POST", "/notes"),
        ("GET", "/notes/x"),
        ("PUT", "/notes/x"),
        ("DELETE", "/notes/x"),
    ],
)
def test_endpoint_needs_a_token__R3(http: httpx.Client, method: str, path: str) -> None:
    assert_error(http.request(method, path), 401, "unauthorized")


@pytest.mark.parametrize("value", ["", "Bearer", "{token}", "Basic {token}", "Bearer {token}x", "Bearer unknown"])
def test_malformed_or_unknown_token_is_unauthorized__R3(http: httpx.Client, alice: User, value: str) -> None:
    headers = {"Authorization": value.format(token=alice.token)}
    assert_error(http.get("/notes", headers=headers), 401, "unauthorized")


def test_scheme_is_case_insensitive_and_the_token_is_not__R3(http: httpx.Client, alice: User) -> None:
    for scheme in ("bearer", "BEARER"):
        assert http.get("/notes", headers={"Authorization": f"{scheme} {alice.token}"}).status_code == 200
    assert_error(alice.get("/notes", token=alice.token.swapcase()), 401, "unauthorized")


def test_logout_revokes_only_its_own_token__R3(alice: User) -> None:
    token = alice.login()
    response = alice.post("/logout", token=token, content=b"{ ignored")
    assert response.status_code == 204
    assert response.content == b""
    assert_error(alice.get("/notes", token=token), 401, "unauthorized")
    assert_error(alice.post("/logout", token=token), 401, "unauthorized")
    assert alice.get("/notes").status_code == 200


# Notes


def test_create_answers_the_note__R5(alice: User) -> None:
    fields = {"title": "  Two  spaces ", "content": "line 1\r\n\tline 2\x7f", "tags": ["b", "a", "b", "B", "a"]}
    response = alice.post("/notes", json=fields)
    assert response.status_code == 201
    assert response.headers["Content-Type"].split(";")[0] == "application/json"
    note = response.json()
    assert set(note) == NOTE_FIELDS
    assert response.headers["Location"] == f"/notes/{note['id']}"
    assert response.headers["ETag"] == '"1"'
    assert NOTE_ID.fullmatch(note["id"])
    assert (note["title"], note["content"], note["tags"]) == (fields["title"], fields["content"], ["b", "a", "B"])
    assert (note["version"], note["created_at"]) == (1, note["updated_at"])
    assert TIME.fullmatch(note["created_at"])


def test_created_note_has_defaults__R5(alice: User) -> None:
    note = alice.add("Only a title")
    assert (note["content"], note["tags"]) == ("", [])


def test_read_answers_the_note_as_created__R5(alice: User) -> None:
    note = alice.add("A note", content="text", tags=["x"])
    response = alice.get(f"/notes/{note['id']}")
    assert response.status_code == 200
    assert response.headers["ETag"] == '"1"'
    assert response.json() == note


def test_update_replaces_the_whole_note__R5(alice: User) -> None:
    note = alice.add("Old", content="old", tags=["old"])
    response = alice.put(f"/notes/{note['id']}", if_match='"1"', json={"title": "New", "tags": ["n", "m", "n"]})
    assert response.status_code == 200
    assert response.headers["ETag"] == '"2"'
    updated = response.json()
    assert updated == {
        **note,
        "title": "New",
        "content": "",
        "tags": ["n", "m"],
        "version": 2,
        "updated_at": updated["updated_at"],
    }
    assert TIME.fullmatch(updated["updated_at"])
    assert updated["updated_at"] >= note["updated_at"]
    assert alice.get(f"/notes/{note['id']}").json() == updated


def test_update_without_difference_raises_the_version__R5(alice: User) -> None:
    path = f"/notes/{alice.add('Same')['id']}"
    versions = [alice.put(path, if_match=f'"{n}"', json={"title": "Same"}).json()["version"] for n in (1, 2, 3)]
    assert versions == [2, 3, 4]


def test_fields_that_the_server_sets_are_ignored__R5(alice: User) -> None:
    extra = {"id": "mine", "version": 99, "created_at": "2000-01-01T00:00:00.000Z", "updated_at": None, "user_id": 1}
    note = alice.add("A note", **extra)
    assert (note["id"] != "mine", note["version"]) == (True, 1)
    updated = alice.put(f"/notes/{note['id']}", if_match='"1"', json={"title": "A note", **extra}).json()
    assert (updated["id"], updated["version"], updated["created_at"]) == (note["id"], 2, note["created_at"])


def test_deleted_note_is_gone__R5(alice: User) -> None:
    alice.clear()
    path = f"/notes/{alice.add()['id']}"
    response = alice.delete(path)
    assert response.status_code == 204
    assert response.content == b""
    assert_error(alice.get(path), 404, "not_found")
    assert_error(alice.delete(path), 404, "not_found")
    assert alice.page() == ([], None)


def test_other_users_note_is_like_one_that_does_not_exist__R6(alice: User, bob: User) -> None:
    note, deleted = alice.add("Private", tags=["t"]), bob.add()
    assert bob.delete(f"/notes/{deleted['id']}").status_code == 204
    unknown = bob.get("/notes/unknown")
    assert_error(unknown, 404, "not_found")
    for note_id in ("unknown", note["id"], deleted["id"]):
        path = f"/notes/{note_id}"
        answers = [bob.get(path)]
        for if_match in (None, '"1"', '"2"', "*", "nonsense"):
            answers.append(bob.put(path, if_match=if_match, json={"title": "Stolen"}))
            answers.append(bob.delete(path, if_match=if_match))
        assert {(answer.status_code, answer.content) for answer in answers} == {(404, unknown.content)}
    assert alice.get(f"/notes/{note['id']}").json() == note


def test_other_users_notes_are_not_listed__R6_R8(alice: User, bob: User) -> None:
    alice.clear()
    bob.clear()
    alice.add("Alice's", tags=["shared"])
    bob.add("Bob's", tags=["shared"])
    assert bob.page() == (["Bob's"], None)
    assert bob.page(tag="shared") == (["Bob's"], None)
    assert alice.page() == (["Alice's"], None)


@pytest.mark.parametrize(
    "note_id", ["0", "-1", "%00", "%20", "%FF", "%F0%9F%98%80", "'%20OR%20''='", "x" * 1000], ids=brief
)
def test_id_of_any_form_is_not_found__R6(alice: User, note_id: str) -> None:
    expected = alice.get("/notes/unknown")
    answers = [
        alice.get(f"/notes/{note_id}"),
        alice.put(f"/notes/{note_id}", json={"title": "x"}),
        alice.delete(f"/notes/{note_id}"),
    ]
    assert [(answer.status_code, answer.content) for answer in answers] == [(404, expected.content)] * 3


def test_update_needs_if_match__R7(alice: User) -> None:
    note = alice.add()
    assert_error(alice.put(f"/notes/{note['id']}", json={"title": "New"}), 428, "precondition_required")
    assert alice.get(f"/notes/{note['id']}").json() == note


@pytest.mark.parametrize(
    "if_match",
    [
        "",
        "1",
        '"2"',
        '"0"',
        '"01"',
        '"1',
        '1"',
        "'1'",
        'W/"1"',
        '"*"',
        '"2", "3"',
        'x, "1"',
        '*, "1"',
        '"x, "1"',
        '"1" "2"',
    ],
)
def test_if_match_that_does_not_match_changes_nothing__R7(alice: User, if_match: str) -> None:
    note = alice.add()
    path = f"/notes/{note['id']}"
    assert_error(alice.put(path, if_match=if_match, json={"title": "New"}), 412, "precondition_failed")
    assert_error(alice.delete(path, if_match=if_match), 412, "precondition_failed")
    assert alice.get(path).json() == note


@pytest.mark.parametrize(
    "if_match", ["*", '"1"', '"2", "1"', '"1","2"', '"0" ,  "1" , "3"', 'W/"1", "1"', '"a,b", "1"']
)
def test_if_match_that_matches__R7(alice: User, if_match: str) -> None:
    updated, deleted = f"/notes/{alice.add()['id']}", f"/notes/{alice.add()['id']}"
    response = alice.put(updated, if_match=if_match, json={"title": "New"})
    assert (response.status_code, response.headers["ETag"]) == (200, '"2"')
    assert alice.delete(deleted, if_match=if_match).status_code == 204


def test_entity_tag_of_an_old_version_does_not_match__R7(alice: User) -> None:
    path = f"/notes/{alice.add()['id']}"
    assert alice.put(path, if_match='"1"', json={"title": "Second"}).status_code == 200
    assert_error(alice.put(path, if_match='"1"', json={"title": "Third"}), 412, "precondition_failed")
    assert alice.put(path, if_match='"2"', json={"title": "Third"}).json()["version"] == 3
    assert_error(alice.delete(path, if_match='"2"'), 412, "precondition_failed")
    assert alice.delete(path, if_match='"3"').status_code == 204


def test_one_of_concurrent_updates_wins__R7(alice: User) -> None:
    path = f"/notes/{alice.add()['id']}"
    for version in (1, 2, 3):
        send = partial(alice.put, path, if_match=f'"{version}"')
        responses = at_once(send, [{"title": title} for title in "abcdefgh"])
        winners = [response for response in responses if response.status_code == 200]
        assert len(winners) == 1
        for response in responses:
            if response not in winners:
                assert_error(response, 412, "precondition_failed")
        assert winners[0].json()["version"] == version + 1
        assert alice.get(path).json() == winners[0].json()


def test_no_concurrent_update_is_lost__R7(alice: User) -> None:
    path = f"/notes/{alice.add()['id']}"
    responses = at_once(partial(alice.put, path, if_match="*"), [{"title": title} for title in "abcdefgh"])
    assert sorted(response.json()["version"] for response in responses) == list(range(2, 10))
    last = max(responses, key=lambda response: response.json()["version"])
    assert alice.get(path).json() == last.json()


# Lists


def test_list_of_nothing__R8(alice: User) -> None:
    alice.clear()
    assert alice.page() == ([], None)


def test_list_holds_whole_notes_newest_first__R8(alice: User) -> None:
    alice.clear()
    notes = [alice.add(title, content=title * 2, tags=[title]) for title in ("a", "b", "c")]
    updated = alice.put(f"/notes/{notes[0]['id']}", if_match='"1"', json={"title": "a, updated"}).json()
    response = alice.get("/notes")
    assert response.headers["Content-Type"].split(";")[0] == "application/json"
    assert response.json() == {"items": [notes[2], notes[1], updated], "next_cursor": None}


def test_page_has_20_notes_by_default__R8(alice: User) -> None:
    alice.clear()
    for number in range(20):
        alice.add(f"{number}")
    newest_first = [f"{number}" for number in reversed(range(20))]
    assert alice.page() == (newest_first, None)
    alice.add("20")
    titles, cursor = alice.page()
    assert titles == ["20", *newest_first[:-1]]
    assert isinstance(cursor, str)
    assert alice.page(cursor=cursor) == (["0"], None)
    assert alice.page(limit="100") == (["20", *newest_first], None)
    assert alice.page(limit="021") == (["20", *newest_first], None)


def test_pages_of_different_sizes__R8(alice: User) -> None:
    alice.clear()
    for title in "abcdef":
        alice.add(title)
    first, cursor = alice.page(limit="1")
    second, cursor = alice.page(limit="3", cursor=cursor)
    assert (first, second) == (["f"], ["e", "d", "c"])
    assert isinstance(cursor, str)
    assert alice.page(limit="2", cursor=cursor) == (["b", "a"], None)
    assert alice.page(limit="2", cursor=cursor) == (["b", "a"], None)


def test_list_of_a_tag_is_exact__R8(alice: User) -> None:
    alice.clear()
    tags = ["work", "Work", "works", "wor", "w%", '["work"]', "1", "é", "e\N{COMBINING ACUTE ACCENT}", EMOJI]
    for tag in tags:
        alice.add(f"with {tag}", tags=["other", tag])
    for tag in tags:
        assert alice.page(tag=tag) == ([f"with {tag}"], None)
    assert alice.page(tag="____") == ([], None)
    assert alice.page(tag="none") == ([], None)
    assert len(alice.page(tag="other")[0]) == len(tags)


def test_pages_of_a_tag__R8(alice: User) -> None:
    alice.clear()
    for number in range(9):
        alice.add(f"{number}", tags=["even" if number % 2 == 0 else "odd"])
    first, cursor = alice.page(tag="even", limit="3")
    assert first == ["8", "6", "4"]
    assert alice.page(tag="even", limit="3", cursor=cursor) == (["2", "0"], None)
    second, cursor = alice.page(tag="even", limit="2", cursor=cursor)
    assert (second, cursor) == (["2", "0"], None)


def test_changes_between_pages_disturb_no_other_note__R8(alice: User) -> None:
    alice.clear()
    ids = {title: alice.add(title)["id"] for title in "abcdefgh"}
    first, cursor = alice.page(limit="3")
    assert first == ["h", "g", "f"]
    for title in ("g", "f", "d"):
        assert alice.delete(f"/notes/{ids[title]}").status_code == 204
    for title in ("h", "c"):
        update = {"title": f"{title}, updated"}
        assert alice.put(f"/notes/{ids[title]}", if_match="*", json=update).status_code == 200
    alice.add("new")
    second, cursor = alice.page(limit="3", cursor=cursor)
    assert second == ["e", "c, updated", "b"]
    assert alice.delete(f"/notes/{ids['b']}").status_code == 204
    assert alice.page(limit="3", cursor=cursor) == (["a"], None)


def test_notes_created_between_pages_do_not_appear__R8(alice: User) -> None:
    alice.clear()
    ids = {title: alice.add(title)["id"] for title in "abcd"}
    first, cursor = alice.page(limit="1")
    assert first == ["d"]
    for title in ("d", "c", "b"):
        assert alice.delete(f"/notes/{ids[title]}").status_code == 204
    alice.add("new")
    assert alice.page(cursor=cursor) == (["a"], None)
    assert alice.delete(f"/notes/{ids['a']}").status_code == 204
    assert alice.page(cursor=cursor) == ([], None)


# Faulty requests


def test_health_needs_no_token__R9(http: httpx.Client) -> None:
    for headers in ({}, {"Authorization": "Bearer unknown"}):
        response = http.get("/health", params={"x": ""}, headers=headers)
        assert (response.status_code, response.json()) == (200, {"status": "ok"})
        assert response.headers["Content-Type"].split(";")[0] == "application/json"


@pytest.mark.parametrize("path", ["/", "/unknown", "/notes/x/y", "/health/x", "/docs", "/redoc", "/openapi.json"])
def test_unknown_path_is_not_found__R9(http: httpx.Client, alice: User, path: str) -> None:
    assert_error(http.get(path), 404, "not_found")
    assert_error(http.post(path, content=b"{"), 404, "not_found")
    assert_error(alice.get(path), 404, "not_found")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"null",
        b"[]",
        b'"title"',
        b"1",
        b'{"title": "x"',
        b'{"title": "x",}',
        b"{'title': 'x'}",
        b'{"title": "x"}{}',
        b'{"title": "x", "y": NaN}',
        b'{"title": "x", "y": -Infinity}',
        b'{"title": "x", "y": 01}',
        b'{"title": "a\nb"}',
        b'{"title": "\xff"}',
        b'{"title": "\xed\xa0\x80"}',
        '{"title": "x"}'.encode("utf-16"),
        b"title=x",
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
    ],
    ids=brief,
)
def test_body_that_is_no_json_object__R9(http: httpx.Client, alice: User, body: bytes) -> None:
    assert_error(http.post("/register", content=body), 400, "malformed_json")
    assert_error(alice.put("/notes/unknown", content=body), 400, "malformed_json")


def padded(size: int) -> bytes:
    """A note whose JSON has so many bytes."""
    start, end = b'{"title": "Padded", "padding": "', b'"}'
    return start + b"x" * (size - len(start) - len(end)) + end


def test_largest_body_is_read__R9(alice: User) -> None:
    response = alice.post("/notes", content=padded(MAX_BODY_BYTES))
    assert response.status_code == 201
    assert response.json()["title"] == "Padded"


def test_larger_body_is_refused__R9(http: httpx.Client, alice: User) -> None:
    body = padded(MAX_BODY_BYTES + 1)
    assert_error(alice.post("/notes", content=body), 413, "payload_too_large")
    assert_error(alice.put("/notes/unknown", content=body), 413, "payload_too_large")
    assert_error(http.post("/register", content=body), 413, "payload_too_large")
    assert_error(http.post("/login", content=body), 413, "payload_too_large")
    assert_error(alice.post("/notes", content=padded(1_000_000)), 413, "payload_too_large")


def test_larger_body_of_unknown_length_is_refused__R9(alice: User) -> None:
    def chunks(size: int) -> Iterator[bytes]:
        body = padded(size)
        for start in range(0, size, 65_536):
            yield body[start : start + 65_536]

    assert_error(alice.post("/notes", content=chunks(MAX_BODY_BYTES + 1)), 413, "payload_too_large")
    assert alice.post("/notes", content=chunks(MAX_BODY_BYTES)).status_code == 201


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["title"]),
        ({"Title": "x"}, ["title"]),
        ({"title": None}, ["title"]),
        ({"title": 1}, ["title"]),
        ({"title": ["x"]}, ["title"]),
        ({"title": ""}, ["title"]),
        ({"title": "   "}, ["title"]),
        ({"title": "x" * 201}, ["title"]),
        ({"title": "a\tb"}, ["title"]),
        ({"title": "x\n"}, ["title"]),
        ({"title": "a\x7fb"}, ["title"]),
        ({"title": "a\x1fb"}, ["title"]),
        ({"title": "x", "content": None}, ["content"]),
        ({"title": "x", "content": 0}, ["content"]),
        ({"title": "x", "content": "x" * 10_001}, ["content"]),
        ({"title": "x", "tags": None}, ["tags"]),
        ({"title": "x", "tags": "tag"}, ["tags"]),
        ({"title": "x", "tags": {"0": "tag"}}, ["tags"]),
        ({"title": "x", "tags": ["a", None]}, ["tags"]),
        ({"title": "x", "tags": [1]}, ["tags"]),
        ({"title": "x", "tags": [["a"]]}, ["tags"]),
        ({"title": "x", "tags": [""]}, ["tags"]),
        ({"title": "x", "tags": ["x" * 31]}, ["tags"]),
        ({"title": "x", "tags": ["a b"]}, ["tags"]),
        ({"title": "x", "tags": ["a\nb", "a b", ""]}, ["tags"]),
        ({"title": "x", "tags": ["same"] * 11}, ["tags"]),
        ({"content": False, "tags": [True]}, ["title", "content", "tags"]),
    ],
    ids=brief,
)
def test_faulty_note__R9(alice: User, body: dict[str, Any], fields: list[str]) -> None:
    assert_invalid(alice.post("/notes", json=body), *fields)
    assert_invalid(alice.put("/notes/unknown", json=body), *fields)


def test_faulty_requests_change_nothing__R9(alice: User) -> None:
    alice.clear()
    note = alice.add()
    for body in (b"{", b'{"title": ""}', b'{"title": "New", "tags": [1]}', padded(MAX_BODY_BYTES + 1)):
        assert alice.post("/notes", content=body).status_code in (400, 413, 422)
        assert alice.put(f"/notes/{note['id']}", if_match='"1"', content=body).status_code in (400, 413, 422)
    assert alice.get("/notes").json() == {"items": [note], "next_cursor": None}


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "x", "content": "", "tags": ["x"]},
        {"title": "x" * 200, "content": "x" * 10_000, "tags": [f"{digit}" * 30 for digit in range(10)]},
        {"title": "\N{NO-BREAK SPACE}", "content": "\x01\x1f\x7f\t\r\n", "tags": ["\N{NO-BREAK SPACE}"]},
        {"title": "\N{LINE SEPARATOR}\x85", "content": " ", "tags": []},
        {"title": "<b>'\"\\/&", "content": "{}", "tags": ["a,b", "'\"\\", "#"]},
    ],
)
def test_note_at_the_limits_comes_back_unchanged__R9(alice: User, fields: dict[str, Any]) -> None:
    note = alice.add(**fields)
    assert {name: note[name] for name in fields} == fields
    assert alice.get(f"/notes/{note['id']}").json() == note


def test_ten_equal_tags_are_kept_once__R9(alice: User) -> None:
    assert alice.add(tags=["same"] * 10)["tags"] == ["same"]


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("limit=0", ["limit"]),
        ("limit=101", ["limit"]),
        ("limit=-1", ["limit"]),
        ("limit=%2B5", ["limit"]),
        ("limit=+5", ["limit"]),
        ("limit=5%20", ["limit"]),
        ("limit=5%0A", ["limit"]),
        ("limit=5.0", ["limit"]),
        ("limit=1e1", ["limit"]),
        ("limit=0x5", ["limit"]),
        ("limit=1_0", ["limit"]),
        ("limit=%D9%A5", ["limit"]),
        ("limit=five", ["limit"]),
        ("limit=" + "9" * 5000, ["limit"]),
        ("limit=", ["limit"]),
        ("limit", ["limit"]),
        ("limit=5&limit=5", ["limit"]),
        ("limit=5&limit=", ["limit"]),
        ("tag=", ["tag"]),
        ("tag=a&tag=a", ["tag"]),
        ("tag=a%20b", ["tag"]),
        ("tag=a%09b", ["tag"]),
        ("tag=%00", ["tag"]),
        ("tag=" + "x" * 31, ["tag"]),
        ("tag=" + "%F0%9F%98%80" * 31, ["tag"]),
        ("cursor=", ["cursor"]),
        ("cursor=not+a+cursor", ["cursor"]),
        ("cursor=%F0%9F%98%80", ["cursor"]),
        ("cursor=%00", ["cursor"]),
        ("cursor=" + "9" * 400, ["cursor"]),
        ("limit=x&tag=&cursor=&other=", ["limit", "tag", "cursor"]),
    ],
    ids=brief,
)
def test_faulty_query__R9(alice: User, query: str, fields: list[str]) -> None:
    assert_invalid(alice.get(f"/notes?{query}"), *fields)


def test_faulty_use_of_a_cursor__R9(alice: User) -> None:
    alice.add("a")
    alice.add("b")
    _, cursor = alice.page(limit="1")
    assert_invalid(alice.get("/notes", params={"cursor": f"{cursor}!"}), "cursor")
    assert_invalid(alice.get("/notes", params={"cursor": [cursor, cursor]}), "cursor")


def test_unknown_fields_and_parameters_are_ignored__R9(alice: User) -> None:
    alice.clear()
    note = alice.add("x", owner=None, Tags=5, __proto__={"content": "y"})
    assert (note["content"], note["tags"]) == ("", [])
    response = alice.get("/notes?other=&other=1&Limit=0&offset=5")
    assert response.json() == {"items": [note], "next_cursor": None}


def test_first_fault_is_answered__R9(http: httpx.Client, alice: User) -> None:
    path = f"/notes/{alice.add()['id']}"
    too_large, malformed, invalid, valid = b"{" * (MAX_BODY_BYTES + 1), b"{", b"{}", b'{"title": "x"}'
    for body in (too_large, malformed, invalid, valid):
        assert_error(http.put(path, content=body), 401, "unauthorized")
    assert_error(http.get("/notes?limit=0"), 401, "unauthorized")
    for target, if_match in (("/notes/unknown", None), (path, None), (path, '"9"')):
        assert_error(alice.put(target, if_match=if_match, content=too_large), 413, "payload_too_large")
        assert_error(alice.put(target, if_match=if_match, content=malformed), 400, "malformed_json")
        assert_invalid(alice.put(target, if_match=if_match, content=invalid), "title")
    assert_error(alice.put("/notes/unknown", content=valid), 404, "not_found")
    assert_error(alice.put("/notes/unknown", if_match='"9"', content=valid), 404, "not_found")
    assert_error(alice.put(path, content=valid), 428, "precondition_required")
    assert_error(alice.put(path, if_match='"9"', content=valid), 412, "precondition_failed")
    taken = {"username": alice.username, "password": "short"}
    assert_invalid(http.post("/register", json=taken), "password")


# Characters


def test_lengths_count_code_points__R10(alice: User) -> None:
    fields = {"title": EMOJI * 200, "content": EMOJI * 10_000, "tags": [EMOJI * 30]}
    note = alice.add(**fields)
    assert {name: note[name] for name in fields} == fields
    assert alice.get(f"/notes/{note['id']}").json() == note
    assert alice.get("/notes", params={"tag": EMOJI * 30}).json()["items"][0] == note
    for name, value in {"title": EMOJI * 201, "content": EMOJI * 10_001, "tags": [EMOJI * 31]}.items():
        assert_invalid(alice.post("/notes", json={**fields, name: value}), name)


def test_pair_of_escapes_is_one_character__R10(alice: User) -> None:
    note = alice.post("/notes", content=b'{"title": "\\ud83d\\ude00", "tags": ["\\uD83D\\uDE00"]}').json()
    assert (note["title"], note["tags"]) == (EMOJI, [EMOJI])


@pytest.mark.parametrize("character", [NUL, SURROGATE, "\udc00", "\ude00\ud83d"], ids=brief)
def test_nul_and_unpaired_surrogates_are_faulty__R10(http: httpx.Client, alice: User, character: str) -> None:
    text = f"a{character}b"
    assert_invalid(alice.post("/notes", content=escaped({"title": text})), "title")
    assert_invalid(alice.post("/notes", content=escaped({"title": "x", "content": text})), "content")
    assert_invalid(alice.post("/notes", content=escaped({"title": "x", "tags": ["x", text]})), "tags")
    body = escaped({"title": text, "content": text, "tags": [text]})
    assert_invalid(alice.put("/notes/unknown", content=body), "title", "content", "tags")
    body = escaped({"username": f"alice{character}", "password": f"password{character}"})
    assert_invalid(http.post("/register", content=body), "username", "password")


def test_text_is_not_normalised__R10(alice: User) -> None:
    fields = {"title": "e\N{COMBINING ACUTE ACCENT}", "content": "\N{ANGSTROM SIGN}", "tags": ["ﬁ", "fi", "é"]}
    note = alice.add(**fields)
    assert {name: note[name] for name in fields} == fields
