import json
from typing import Any

import pytest
from django.test import Client

from conftest import Caller, assert_error, register

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tokens")]
EMOJI = "\N{GRINNING FACE}"
MAX_BODY_BYTES = 262_144


def padded(size: int) -> bytes:
    """A note whose JSON has so many bytes."""
    start, end = b'{"title": "Padded", "padding": "', b'"}'
    return start + b"x" * (size - len(start) - len(end)) + end


def test_health_needs_no_token__R9(client: Client) -> None:
    response = client.get("/health", headers={"Authorization": "Bearer unknown"})
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize("username", ["ab", "a" * 33, "a b", "alice\n", "\N{KELVIN SIGN}ate", "alicé", 1, None])
def test_registration_refuses_usernames__R1_R9(username: object) -> None:
    response = register(username)
    assert_error(response, 422, "validation_failed", "username")


@pytest.mark.parametrize("password", ["7 chars", "x" * 129, "\N{GRINNING FACE}" * 7, "password\0", None])
def test_registration_refuses_passwords__R9_R10(password: object) -> None:
    response = register("carol", password)
    assert_error(response, 422, "validation_failed", "password")


@pytest.mark.parametrize("value", [None, "", "Bearer", "Bearer unknown", "Basic {token}", "{token}", "Bearer {token}x"])
def test_faulty_token_is_unauthorized__R3(client: Client, alice: Caller, value: str | None) -> None:
    headers = {} if value is None else {"Authorization": value.format(token=alice.token)}
    for method, path in (("POST", "/logout"), ("GET", "/notes"), ("PUT", "/notes/unknown")):
        assert_error(client.generic(method, path, headers=headers), 401, "unauthorized")


@pytest.mark.parametrize("path", ["/", "/unknown", "/notes/x/y", "/notes//x", "/health/x"])
def test_unknown_path_is_not_found__R9(client: Client, alice: Caller, path: str) -> None:
    assert_error(client.get(path), 404, "not_found")
    assert_error(alice.get(path), 404, "not_found")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"title"',
        b'{"title": "x"',
        b'{"title": "x"}{}',
        b'{"title": "x", "y": NaN}',
        b'{"title": "x", "y": Infinity}',
        b'{"title": "a\nb"}',
        b'{"title": "\xff"}',
        '{"title": "x"}'.encode("utf-16"),
        b"[" * 100_000,
    ],
    ids=lambda body: ascii(body)[:40],
)
def test_body_that_is_no_json_object__R9(client: Client, alice: Caller, body: bytes) -> None:
    assert_error(client.post("/login", body, "application/json"), 400, "malformed_json")
    assert_error(alice.post("/notes", data=body), 400, "malformed_json")


def test_body_of_more_than_the_limit_is_refused__R9(client: Client, alice: Caller) -> None:
    body = padded(MAX_BODY_BYTES + 1)
    for path in ("/register", "/login"):
        assert_error(client.post(path, body, "application/json"), 413, "payload_too_large")
    assert_error(alice.post("/notes", data=body), 413, "payload_too_large")
    assert alice.post("/notes", data=padded(MAX_BODY_BYTES)).json()["title"] == "Padded"


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["title"]),
        ({"title": None}, ["title"]),
        ({"title": 1}, ["title"]),
        ({"title": ""}, ["title"]),
        ({"title": "   "}, ["title"]),
        ({"title": "x" * 201}, ["title"]),
        ({"title": "x\n"}, ["title"]),
        ({"title": "a\x7fb"}, ["title"]),
        ({"title": "x", "content": None}, ["content"]),
        ({"title": "x", "content": "x" * 10_001}, ["content"]),
        ({"title": "x", "tags": None}, ["tags"]),
        ({"title": "x", "tags": "tag"}, ["tags"]),
        ({"title": "x", "tags": [1]}, ["tags"]),
        ({"title": "x", "tags": ["x" * 31]}, ["tags"]),
        ({"title": "x", "tags": ["a b", "", "a\nb"]}, ["tags"]),
        ({"title": "x", "tags": ["same"] * 11}, ["tags"]),
        ({"content": False, "tags": {}}, ["title", "content", "tags"]),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_faulty_note__R9(alice: Caller, body: dict[str, Any], fields: list[str]) -> None:
    assert_error(alice.post("/notes", json=body), 422, "validation_failed", *fields)
    assert_error(alice.put("/notes/unknown", json=body), 422, "validation_failed", *fields)


def test_faulty_requests_change_nothing__R9(alice: Caller) -> None:
    newest = alice.add("Kept", tags=["kept"])
    for body in (b"{", b'{"title": ""}', b'{"title": "New", "tags": [1]}', padded(MAX_BODY_BYTES + 1)):
        assert alice.post("/notes", data=body).status_code in (400, 413, 422)
        update = alice.put(f"/notes/{newest['id']}", if_match='"1"', data=body)
        assert update.status_code in (400, 413, 422)
    assert alice.get("/notes?limit=1").json()["items"] == [newest]


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "x" * 200, "content": "x" * 10_000, "tags": [f"{digit}" * 30 for digit in range(10)]},
        {"title": "\N{NO-BREAK SPACE}", "content": "\x01\x7f\t\r\n", "tags": ["\N{NO-BREAK SPACE}"]},
        {"title": EMOJI * 200, "content": EMOJI * 10_000, "tags": [EMOJI * 30]},
        {"title": "e\N{COMBINING ACUTE ACCENT}", "content": "\N{ANGSTROM SIGN}", "tags": ["ﬁ", "fi"]},
    ],
    ids=["longest", "odd", "emoji", "not normalised"],
)
def test_note_at_the_limits_comes_back_unchanged__R9_R10(alice: Caller, fields: dict[str, Any]) -> None:
    note = alice.add(**fields)
    assert {name: note[name] for name in fields} == fields
    assert alice.get(f"/notes/{note['id']}").json() == note


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("limit=0", ["limit"]),
        ("limit=101", ["limit"]),
        ("limit=%2B5", ["limit"]),
        ("limit=%205", ["limit"]),
        ("limit=5.0", ["limit"]),
        ("limit=1_0", ["limit"]),
        ("limit=%D9%A5", ["limit"]),
        ("limit=" + "9" * 5000, ["limit"]),
        ("limit=5&limit=5", ["limit"]),
        ("limit=", ["limit"]),
        ("tag=", ["tag"]),
        ("tag=a&tag=a", ["tag"]),
        ("tag=a%20b", ["tag"]),
        ("tag=%00", ["tag"]),
        ("tag=" + "x" * 31, ["tag"]),
        ("cursor=not+a+cursor", ["cursor"]),
        ("cursor=" + "9" * 400, ["cursor"]),
        ("limit=x&tag=&cursor=&other=", ["limit", "tag", "cursor"]),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_faulty_query__R9(alice: Caller, query: str, fields: list[str]) -> None:
    assert_error(alice.get(f"/notes?{query}"), 422, "validation_failed", *fields)


def test_faulty_use_of_a_cursor__R9(alice: Caller) -> None:
    alice.add()
    alice.add()
    _, cursor = alice.page(limit="1")
    for query in ({"cursor": f"{cursor}!"}, {"cursor": [cursor, cursor]}):
        assert_error(alice.get("/notes", query=query), 422, "validation_failed", "cursor")


def test_unknown_fields_and_parameters_are_ignored__R9(alice: Caller) -> None:
    note = alice.add("x", owner=None, Tags=5)
    response = alice.get("/notes?limit=1&other=&other=1&Limit=0")
    assert response.json()["items"] == [note]


def test_first_fault_is_answered__R9(client: Client, alice: Caller) -> None:
    path = f"/notes/{alice.add()['id']}"
    too_large, malformed, invalid, valid = b"{" * (MAX_BODY_BYTES + 1), b"{", b"{}", b'{"title": "x"}'
    for body in (too_large, malformed, invalid, valid):
        assert_error(client.put(path, body), 401, "unauthorized")
    assert_error(client.get("/notes?limit=0"), 401, "unauthorized")
    for target in ("/notes/unknown", path):
        assert_error(alice.put(target, data=too_large), 413, "payload_too_large")
        assert_error(alice.put(target, data=malformed), 400, "malformed_json")
        assert_error(alice.put(target, data=invalid), 422, "validation_failed", "title")
    assert_error(alice.put("/notes/unknown", data=valid), 404, "not_found")
    assert_error(alice.put(path, data=valid), 428, "precondition_required")
    response = register("alice", "short")
    assert_error(response, 422, "validation_failed", "password")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", EMOJI * 201),
        ("content", EMOJI * 10_001),
        ("tags", [EMOJI * 31]),
        ("title", "a\0b"),
        ("content", "a\0b"),
        ("tags", ["a\0b"]),
        ("title", "a\ud83d"),
        ("content", "\ude00\ud83d"),
        ("tags", ["x", "\udc00"]),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_too_long_or_odd_text_is_faulty__R10(alice: Caller, field: str, value: object) -> None:
    body = json.dumps({"title": "x", field: value})
    assert_error(alice.post("/notes", data=body), 422, "validation_failed", field)


def test_pair_of_escapes_is_one_character__R10(alice: Caller) -> None:
    response = alice.post("/notes", data=rb'{"title": "\ud83d\ude00"}')
    assert response.json()["title"] == EMOJI
