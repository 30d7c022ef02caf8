from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from main import create_app

ID = "meeting-notes"
PATH = f"/documents/{ID}"
FIELDS = {"title": "Agenda", "content": "To be written"}
CREATE = {"If-None-Match": "*"}
EMOJI = "\N{GRINNING FACE}"
WRITERS = 8


@pytest.fixture
def app() -> Iterator[Flask]:
    app = create_app()
    yield app
    app.extensions["close"]()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def existing(client: FlaskClient) -> FlaskClient:
    """A client of an app with a document at PATH."""
    assert client.put(PATH, json=FIELDS, headers=CREATE).status_code == 201
    return client


@pytest.fixture
def deleted(existing: FlaskClient) -> FlaskClient:
    """A client of an app with a deleted document at PATH."""
    assert existing.delete(PATH, headers={"If-Match": '"1"'}).status_code == 204
    return existing


def revision(version: int, **changes: str) -> dict[str, Any]:
    return {"version": version, **FIELDS, **changes}


def document(version: int, **changes: str) -> dict[str, Any]:
    return {"id": ID, **revision(version, **changes)}


def patch(client: FlaskClient, changes: dict[str, Any], if_match: str) -> TestResponse:
    return client.patch(PATH, json=changes, headers={"If-Match": if_match})


def history(client: FlaskClient) -> list[dict[str, Any]]:
    response = client.get(f"{PATH}/versions")
    assert response.status_code == 200
    assert "ETag" not in response.headers
    assert list(response.json) == ["items"]
    return response.json["items"]


def assert_document(response: TestResponse, expected: dict[str, Any], status: int = 200) -> None:
    assert (response.status_code, response.mimetype) == (status, "application/json"), response.text
    assert response.json == expected
    assert response.headers["ETag"] == f'"{expected["version"]}"'


def assert_problem(response: TestResponse, status: int, code: str, *fields: str) -> None:
    assert (response.status_code, response.mimetype) == (status, "application/problem+json"), response.text
    problem = dict(response.json)
    assert problem.pop("title")
    errors = problem.pop("errors", {})
    assert problem == {"type": f"/problems/{code}", "status": status}
    assert set(errors) == set(fields)
    assert all(errors.values())


def at_once(app: Flask, method: str, headers: dict[str, str]) -> list[TestResponse]:
    """Responses to requests, each with a title of its own, that arrive at the same time."""
    barrier = Barrier(WRITERS)

    def send(number: int) -> TestResponse:
        client = app.test_client()
        barrier.wait(timeout=10)
        return client.open(PATH, method=method, json={**FIELDS, "title": f"Writer {number}"}, headers=headers)

    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(send, range(WRITERS)))


def only_success(responses: list[TestResponse], status: int) -> dict[str, Any]:
    """The document of the one successful response."""
    successes = [response for response in responses if response.status_code == status]
    assert len(successes) == 1
    for response in responses:
        if response is not successes[0]:
            assert_problem(response, 412, "precondition_failed")
    return successes[0].json


def test_health(client: FlaskClient) -> None:
    response = client.get("/health")
    assert (response.status_code, response.json) == (200, {"status": "ok"})


def test_created_document_is_answered_and_kept__R1(client: FlaskClient) -> None:
    response = client.put(PATH, json=FIELDS, headers=CREATE)
    assert_document(response, document(1), 201)
    assert response.headers["Location"] == PATH
    assert_document(client.get(PATH), document(1))


def test_existing_document_is_not_created_again__R1(existing: FlaskClient) -> None:
    response = existing.put(PATH, json={"title": "Other", "content": ""}, headers=CREATE)
    assert_problem(response, 412, "precondition_failed")
    assert_document(existing.get(PATH), document(1))
    assert history(existing) == [revision(1)]


def test_one_of_many_creations_succeeds__R1(app: Flask, client: FlaskClient) -> None:
    winner = only_success(at_once(app, "PUT", CREATE), 201)
    assert winner["version"] == 1
    assert history(client) == [revision(1, title=winner["title"])]


def test_each_app_has_its_own_database_in_memory__R1(existing: FlaskClient) -> None:
    other = create_app("")
    assert_problem(other.test_client().get(PATH), 404, "not_found")
    other.extensions["close"]()


def test_put_replaces_the_fields__R2(existing: FlaskClient) -> None:
    fields = {"title": "Minutes", "content": ""}
    response = existing.put(PATH, json=fields, headers={"If-Match": '"1"'})
    assert_document(response, document(2, **fields))
    assert_document(existing.get(PATH), document(2, **fields))


@pytest.mark.parametrize("changes", [{"title": "New"}, {"content": ""}, {"title": "t", "content": "c"}, {}, FIELDS])
def test_patch_changes_the_given_fields__R2(existing: FlaskClient, changes: dict[str, str]) -> None:
    assert_document(patch(existing, changes, '"1"'), document(2, **changes))
    assert_document(existing.get(PATH), document(2, **changes))


def test_documents_survive_a_restart__R2_R8(tmp_path: Path) -> None:
    path = str(tmp_path / "documents.db")
    first = create_app(path)
    client = first.test_client()
    client.put(PATH, json=FIELDS, headers=CREATE)
    patch(client, {"title": "New"}, '"1"')
    client.put("/documents/old", json=FIELDS, headers=CREATE)
    client.delete("/documents/old", headers={"If-Match": "*"})
    first.extensions["close"]()
    second = create_app(path)
    client = second.test_client()
    assert_document(client.get(PATH), document(2, title="New"))
    assert history(client) == [revision(1), revision(2, title="New")]
    assert_problem(client.get("/documents/old"), 410, "deleted")
    second.extensions["close"]()


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_precondition_is_required__R3(existing: FlaskClient, method: str) -> None:
    response = existing.open(PATH, method=method, json={"title": "New", "content": ""})
    assert_problem(response, 428, "precondition_required")
    assert_document(existing.get(PATH), document(1))
    assert history(existing) == [revision(1)]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("tag", ['"1"', '"3"', '"02"', '"x"'])
def test_other_tag_fails__R3(existing: FlaskClient, method: str, tag: str) -> None:
    assert_document(patch(existing, {}, '"1"'), document(2))
    body = {"title": "New", "content": ""}
    response = existing.open(PATH, method=method, json=body, headers={"If-Match": tag})
    assert_problem(response, 412, "precondition_failed")
    assert_document(existing.get(PATH), document(2))
    assert history(existing) == [revision(1), revision(2)]


def test_put_of_an_unknown_document__R3(client: FlaskClient) -> None:
    assert_problem(client.put(PATH, json=FIELDS), 428, "precondition_required")
    for tag in ("*", '"1"', '"0"', ""):
        response = client.put(PATH, json=FIELDS, headers={"If-Match": tag})
        assert_problem(response, 412, "precondition_failed")
    assert_problem(client.get(PATH), 404, "not_found")


@pytest.mark.parametrize(
    "value", ["*", '"1"', '"8", "1"', '"1","8"', '"8"   ,  "1"', '"a,b", "1"', '"1",",",""', 'W/"1", "1"', '"W/", "1"', '"1" \t']
)
def test_if_match_holds__R4(existing: FlaskClient, value: str) -> None:
    assert_document(patch(existing, {"title": "New"}, value), document(2, title="New"))


@pytest.mark.parametrize(
    "value",
    [
        "",
        "1",
        'W/"1"',
        'w/"1"',
        '"*"',
        '"1,"',
        '"8,1"',
        '"8,"1',
        '"1"8"',
        '"1",',
        ', "1"',
        '"1",, "8"',
        '"1" "8"',
        '*, "1"',
        '"1", *',
        '"1", 8',
        '"1", "a b"',
        '"1", "8',
        '"1", "é"',
    ],
)
def test_if_match_does_not_hold__R4(existing: FlaskClient, value: str) -> None:
    assert_problem(patch(existing, {"title": "New"}, value), 412, "precondition_failed")
    assert_problem(existing.delete(PATH, headers={"If-Match": value}), 412, "precondition_failed")
    assert history(existing) == [revision(1)]


@pytest.mark.parametrize("value", ["*", "* ", '"2"', 'W/"2"', '"8" ,W/"2"', '"a,b", "2"', '"1", "2"'])
def test_known_version_is_not_sent__R5(existing: FlaskClient, value: str) -> None:
    patch(existing, {}, '"1"')
    response = existing.get(PATH, headers={"If-None-Match": value})
    assert (response.status_code, response.data, response.headers["ETag"]) == (304, b"", '"2"')


@pytest.mark.parametrize("value", ['"1"', 'W/"1"', '"22"', "", "2", 'w/"2"', '"1,2"', '"2",', '"2", x', '*, "2"'])
def test_other_version_is_sent__R5(existing: FlaskClient, value: str) -> None:
    patch(existing, {}, '"1"')
    assert_document(existing.get(PATH, headers={"If-None-Match": value}), document(2))


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_one_of_many_changes_succeeds__R6(app: Flask, existing: FlaskClient, method: str) -> None:
    winner = only_success(at_once(app, method, {"If-Match": '"1"'}), 200)
    assert winner["version"] == 2
    assert_document(existing.get(PATH), winner)
    assert history(existing) == [revision(1), revision(2, title=winner["title"])]


def test_no_change_is_lost__R6(app: Flask, existing: FlaskClient) -> None:
    changed = sorted(
        (response.json for response in at_once(app, "PATCH", {"If-Match": "*"})), key=lambda found: found["version"]
    )
    assert [found["version"] for found in changed] == list(range(2, WRITERS + 2))
    assert history(existing)[1:] == [revision(found["version"], title=found["title"]) for found in changed]


def test_history_is_in_order_of_versions__R7(existing: FlaskClient) -> None:
    expected = [revision(1)]
    for version in range(2, 12):
        patch(existing, {"content": f"Text {version}"}, f'"{version - 1}"')
        expected.append(revision(version, content=f"Text {version}"))
    assert history(existing) == expected
    for item in expected:
        response = existing.get(f"{PATH}/versions/{item['version']}")
        assert (response.status_code, response.json) == (200, item)
        assert "ETag" not in response.headers


@pytest.mark.parametrize(
    "number", ["2", "0", "01", "x", "+1", "-1", "1.0", "1e0", "%201", "1%0A", "%D9%A1", "18446744073709551617"]
)
def test_unknown_version__R7(existing: FlaskClient, number: str) -> None:
    assert_problem(existing.get(f"{PATH}/versions/{number}"), 404, "not_found")


def test_history_of_a_document_never_created__R7(client: FlaskClient) -> None:
    assert_problem(client.get(f"{PATH}/versions"), 404, "not_found")
    assert_problem(client.get(f"{PATH}/versions/1"), 404, "not_found")


def test_history_of_a_deleted_document__R7_R8(deleted: FlaskClient) -> None:
    assert history(deleted) == [revision(1)]
    assert deleted.get(f"{PATH}/versions/1").json == revision(1)


@pytest.mark.parametrize("headers", [{}, CREATE, {"If-Match": "*"}, {"If-Match": '"1"'}, {"If-Match": '"2"'}])
def test_deleted_document_is_gone__R8(deleted: FlaskClient, headers: dict[str, str]) -> None:
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        assert_problem(deleted.open(PATH, method=method, json=FIELDS, headers=headers), 410, "deleted")
    assert history(deleted) == [revision(1)]


def test_restored_document_has_a_new_version__R8(deleted: FlaskClient) -> None:
    assert_document(deleted.post(f"{PATH}/restore"), document(2))
    assert_document(deleted.get(PATH), document(2))
    assert history(deleted) == [revision(1), revision(2)]
    assert_problem(patch(deleted, {}, '"1"'), 412, "precondition_failed")
    assert_document(patch(deleted, {"title": "New"}, '"2"'), document(3, title="New"))


def test_only_a_deleted_document_can_be_restored__R8(existing: FlaskClient) -> None:
    assert_problem(existing.post(f"{PATH}/restore"), 409, "not_deleted")
    assert_document(existing.get(PATH), document(1))
    assert_problem(existing.post("/documents/unknown/restore"), 404, "not_found")


def test_bodies_of_delete_and_restore_are_ignored__R8(existing: FlaskClient) -> None:
    request = {"data": b"{", "content_type": "text/plain"}
    response = existing.delete(PATH, headers={"If-Match": "*"}, **request)
    assert (response.status_code, response.data) == (204, b"")
    assert_document(existing.post(f"{PATH}/restore", **request), document(2))


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["title", "content"]),
        ({"title": None, "content": None}, ["title", "content"]),
        ({"title": "", "content": 1}, ["title", "content"]),
        ({"title": "x" * 101, "content": "x" * 2001}, ["title", "content"]),
        ({"title": EMOJI * 101, "content": EMOJI * 2001}, ["title", "content"]),
        ({"title": "\0", "content": "a\0"}, ["title", "content"]),
        ({**FIELDS, "id": ID, "Title": None, "": {}}, ["id", "Title", ""]),
        ({"title": ["x"], "version": 1}, ["title", "content", "version"]),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_faulty_fields_are_named__R9(client: FlaskClient, body: dict[str, Any], fields: list[str]) -> None:
    assert_problem(client.put(PATH, json=body, headers=CREATE), 422, "validation_failed", *fields)
    assert_problem(client.get(PATH), 404, "not_found")


def test_faulty_patch_changes_nothing__R9(existing: FlaskClient) -> None:
    response = patch(existing, {"title": "New", "content": None, "tags": []}, '"1"')
    assert_problem(response, 422, "validation_failed", "content", "tags")
    assert_document(existing.get(PATH), document(1))


@pytest.mark.parametrize("letter", ["x", " ", EMOJI, "\x01"], ids=ascii)
def test_longest_fields_are_kept_as_sent__R9(client: FlaskClient, letter: str) -> None:
    fields = {"title": letter * 100, "content": letter * 2000}
    client.put(PATH, json=fields, headers=CREATE)
    assert_document(client.get(PATH), document(1, **fields))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b'{"title": "x", "content": ""',
        b'{"title": "x", "content": ""}{}',
        b'{"title": "x", "content": NaN}',
        b'{"title": "\xff", "content": ""}',
        '{"title": "x", "content": ""}'.encode("utf-16"),
    ],
    ids=ascii,
)
def test_body_that_is_no_json_object__R9(client: FlaskClient, body: bytes) -> None:
    response = client.put(PATH, data=body, content_type="application/json", headers=CREATE)
    assert_problem(response, 400, "malformed_json")


@pytest.mark.parametrize("media_type", [None, "text/plain", "application/jsonx", "application/merge-patch+json"])
def test_other_media_type__R9(existing: FlaskClient, media_type: str | None) -> None:
    response = existing.patch(PATH, data=b"{}", content_type=media_type, headers={"If-Match": "*"})
    assert_problem(response, 415, "unsupported_media_type")


def test_media_type_may_have_parameters_and_capitals__R9(existing: FlaskClient) -> None:
    media_type = "Application/JSON ; charset=utf-8"
    response = existing.patch(PATH, data=b"{}", content_type=media_type, headers={"If-Match": "*"})
    assert_document(response, document(2))


@pytest.mark.parametrize("name", ["A", "a_b", "a.b", "x" * 65, "%20", "a%0A", "%D9%A3", "%C3%A9", "%00"])
def test_id_of_wrong_form__R9(client: FlaskClient, name: str) -> None:
    path = f"/documents/{name}"
    assert_problem(client.put(path, json=FIELDS, headers=CREATE), 404, "not_found")
    assert_problem(client.put(path, json=FIELDS), 404, "not_found")
    assert_problem(client.get(path), 404, "not_found")
    assert_problem(client.patch(path, json={}), 404, "not_found")
    assert_problem(client.delete(path), 404, "not_found")
    assert_problem(client.post(f"{path}/restore"), 404, "not_found")
    assert_problem(client.get(f"{path}/versions"), 404, "not_found")


def test_longest_id__R9(client: FlaskClient) -> None:
    longest = "az-09---" * 8
    response = client.put(f"/documents/{longest}", json=FIELDS, headers=CREATE)
    assert_document(response, {**document(1), "id": longest}, 201)


@pytest.mark.parametrize("path", ["/", "/unknown", "/documents", "/documents/a/b", "/Documents/a", "/static/a"])
def test_unknown_path__R9(client: FlaskClient, path: str) -> None:
    assert_problem(client.get(path), 404, "not_found")
    assert_problem(client.put(path, data=b"{", content_type="text/plain"), 404, "not_found")


@pytest.mark.parametrize("path", [PATH, "/documents/unknown", "/documents/WRONG"])
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_faults_of_the_body_come_first__R9(deleted: FlaskClient, path: str, method: str) -> None:
    response = deleted.open(path, method=method, data=b"{", content_type="text/plain")
    assert_problem(response, 415, "unsupported_media_type")
    response = deleted.open(path, method=method, data=b"{", content_type="application/json")
    assert_problem(response, 400, "malformed_json")
    response = deleted.open(path, method=method, json={"title": "", "content": ""})
    assert_problem(response, 422, "validation_failed", "title")


def test_unknown_document_comes_before_the_precondition__R9(client: FlaskClient) -> None:
    assert_problem(client.patch(PATH, json={}), 404, "not_found")
    assert_problem(client.delete(PATH, headers={"If-Match": "x"}), 404, "not_found")
