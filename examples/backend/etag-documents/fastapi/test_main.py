import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from main import create_app

CREATE = {"If-None-Match": "*"}
PATH = "/documents/report-1"
BODY = {"title": "Draft", "content": "First words"}
EMOJI = "\N{GRINNING FACE}"
WRITERS = 8


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(create_app()) as client:
        yield client


@pytest.fixture
def existing(client: TestClient) -> TestClient:
    """A client of an app with a document at PATH."""
    assert client.put(PATH, json=BODY, headers=CREATE).status_code == 201
    return client


@pytest.fixture
def deleted(existing: TestClient) -> TestClient:
    """A client of an app with a deleted document at PATH."""
    assert existing.delete(PATH, headers=matching('"1"')).status_code == 204
    return existing


def matching(tags: str) -> dict[str, str]:
    return {"If-Match": tags}


def document(version: int, title: str = "Draft", content: str = "First words") -> dict[str, Any]:
    return {"id": "report-1", "title": title, "content": content, "version": version}


def entry(version: int, title: str = "Draft", content: str = "First words") -> dict[str, Any]:
    return {"version": version, "title": title, "content": content}


def history(client: TestClient) -> list[dict[str, Any]]:
    response = client.get(f"{PATH}/versions")
    assert response.status_code == 200
    assert "ETag" not in response.headers
    assert set(response.json()) == {"items"}
    return response.json()["items"]


def assert_document(response: httpx.Response, expected: dict[str, Any], status: int = 200) -> None:
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"].split(";")[0] == "application/json"
    assert response.headers["ETag"] == f'"{expected["version"]}"'
    assert response.json() == expected


def assert_problem(response: httpx.Response, status: int, code: str, *fields: str) -> None:
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"].split(";")[0] == "application/problem+json"
    problem = response.json()
    assert set(problem) == {"type", "title", "status", *(["errors"] if fields else [])}
    assert (problem["type"], problem["status"]) == (f"/problems/{code}", status)
    assert problem["title"]
    if fields:
        assert set(problem["errors"]) == set(fields)
        assert all(problem["errors"].values())


def send_at_once(client: TestClient, method: str, headers: dict[str, str]) -> list[httpx.Response]:
    barrier = Barrier(WRITERS)

    def send(number: int) -> httpx.Response:
        barrier.wait(timeout=10)
        return client.request(method, PATH, json={"title": f"{number}", "content": ""}, headers=headers)

    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(send, range(WRITERS)))


def test_health(client: TestClient) -> None:
    response = client.get("/health")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_creation__R1(client: TestClient) -> None:
    response = client.put(PATH, json=BODY, headers=CREATE)
    assert_document(response, document(1), 201)
    assert response.headers["Location"] == PATH
    assert_document(client.get(PATH), document(1))


def test_creation_of_an_existing_document_changes_nothing__R1(existing: TestClient) -> None:
    response = existing.put(PATH, json={"title": "Other", "content": "Other"}, headers=CREATE)
    assert_problem(response, 412, "precondition_failed")
    assert_document(existing.get(PATH), document(1))
    assert history(existing) == [entry(1)]


def test_concurrent_creations__R1(client: TestClient) -> None:
    responses = send_at_once(client, "PUT", CREATE)
    assert sorted(response.status_code for response in responses) == [201] + [412] * (WRITERS - 1)
    winner = next(response.json() for response in responses if response.status_code == 201)
    assert_document(client.get(PATH), winner)
    assert history(client) == [entry(1, winner["title"], "")]


def test_apps_in_memory_are_independent__R1(existing: TestClient) -> None:
    with TestClient(create_app("")) as other:
        assert_problem(other.get(PATH), 404, "not_found")


def test_put_replaces_both_fields__R2(existing: TestClient) -> None:
    response = existing.put(PATH, json={"title": "New", "content": ""}, headers=matching('"1"'))
    assert_document(response, document(2, "New", ""))
    assert_document(existing.get(PATH), document(2, "New", ""))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"title": "New"}, document(2, title="New")),
        ({"content": ""}, document(2, content="")),
        ({"title": "t", "content": "c"}, document(2, "t", "c")),
        ({}, document(2)),
    ],
)
def test_patch_changes_only_given_fields__R2(
    existing: TestClient, changes: dict[str, str], expected: dict[str, Any]
) -> None:
    assert_document(existing.patch(PATH, json=changes, headers=matching('"1"')), expected)
    assert_document(existing.get(PATH), expected)


def test_everything_is_there_after_a_restart__R2_R8(tmp_path: Path) -> None:
    path = str(tmp_path / "documents.db")
    with TestClient(create_app(path)) as client:
        client.put(PATH, json=BODY, headers=CREATE)
        client.patch(PATH, json={"title": "New"}, headers=matching('"1"'))
        client.put("/documents/gone", json=BODY, headers=CREATE)
        client.delete("/documents/gone", headers=matching("*"))
    with TestClient(create_app(path)) as client:
        assert_document(client.get(PATH), document(2, "New"))
        assert history(client) == [entry(1), entry(2, "New")]
        assert_problem(client.get("/documents/gone"), 410, "deleted")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_missing_precondition__R3(existing: TestClient, method: str) -> None:
    body = None if method == "DELETE" else {"title": "New", "content": ""}
    assert_problem(existing.request(method, PATH, json=body), 428, "precondition_required")
    assert_document(existing.get(PATH), document(1))
    assert history(existing) == [entry(1)]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("tags", ['"1"', '"3"', '"02"'])
def test_failed_precondition__R3(existing: TestClient, method: str, tags: str) -> None:
    existing.patch(PATH, json={}, headers=matching('"1"'))
    body = None if method == "DELETE" else {"title": "New", "content": ""}
    response = existing.request(method, PATH, json=body, headers=matching(tags))
    assert_problem(response, 412, "precondition_failed")
    assert history(existing) == [entry(1), entry(2)]
    assert_document(existing.get(PATH), document(2))


def test_put_without_creation_of_an_unknown_document__R3(client: TestClient) -> None:
    assert_problem(client.put(PATH, json=BODY), 428, "precondition_required")
    for tags in ("*", '"1"', ""):
        assert_problem(client.put(PATH, json=BODY, headers=matching(tags)), 412, "precondition_failed")
    assert_problem(client.get(PATH), 404, "not_found")


@pytest.mark.parametrize("tags", ["*", '"7", "1"', '"1","7"', '"a,b"  ,  "1"', '"1", "a,b"', 'W/"1", "1"'])
def test_if_match_holds__R4(existing: TestClient, tags: str) -> None:
    assert_document(existing.patch(PATH, json={}, headers=matching(tags)), document(2))


@pytest.mark.parametrize(
    "tags", ["", "1", 'W/"1"', '"1,"', '"5,"1', '"1",', '"1",,"2"', '"1", x', '*, "1"', '"1" "2"', '"1", "a b"', '"*"']
)
def test_if_match_does_not_hold__R4(existing: TestClient, tags: str) -> None:
    assert_problem(existing.patch(PATH, json={}, headers=matching(tags)), 412, "precondition_failed")
    assert_problem(existing.delete(PATH, headers=matching(tags)), 412, "precondition_failed")
    assert history(existing) == [entry(1)]


@pytest.mark.parametrize("tags", ["*", '"1"', 'W/"1"', '"7",W/"1"', '"a,b" , "1"'])
def test_not_modified__R5(existing: TestClient, tags: str) -> None:
    response = existing.get(PATH, headers={"If-None-Match": tags})
    assert (response.status_code, response.content) == (304, b"")
    assert response.headers["ETag"] == '"1"'


@pytest.mark.parametrize("tags", ['"1"', 'W/"1"', "2", "", '"2", x', '"2",', 'w/"2"', '*, "2"'])
def test_modified__R5(existing: TestClient, tags: str) -> None:
    existing.patch(PATH, json={"title": "New"}, headers=matching('"1"'))
    assert_document(existing.get(PATH, headers={"If-None-Match": tags}), document(2, "New"))


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_concurrent_changes_with_one_tag__R6(existing: TestClient, method: str) -> None:
    responses = send_at_once(existing, method, matching('"1"'))
    assert sorted(response.status_code for response in responses) == [200] + [412] * (WRITERS - 1)
    winner = next(response.json() for response in responses if response.status_code == 200)
    assert winner["version"] == 2
    assert history(existing) == [entry(1), entry(2, winner["title"], "")]


def test_concurrent_changes_with_star_are_all_kept__R6(existing: TestClient) -> None:
    responses = send_at_once(existing, "PATCH", matching("*"))
    assert sorted(response.json()["version"] for response in responses) == list(range(2, WRITERS + 2))
    titles = {response.json()["version"]: response.json()["title"] for response in responses}
    assert history(existing)[1:] == [entry(version, titles[version], "") for version in sorted(titles)]


def test_history__R7(existing: TestClient) -> None:
    for version in range(1, 11):
        existing.patch(PATH, json={"title": f"Title {version + 1}"}, headers=matching(f'"{version}"'))
    expected = [entry(1), *(entry(version, f"Title {version}") for version in range(2, 12))]
    assert history(existing) == expected
    assert [existing.get(f"{PATH}/versions/{item['version']}").json() for item in expected] == expected
    assert "ETag" not in existing.get(f"{PATH}/versions/11").headers


@pytest.mark.parametrize("number", ["2", "0", "01", "x", "+1", "-1", "1.0", "%201", "1%0A", "%D9%A1", "9" * 30])
def test_unknown_version__R7(existing: TestClient, number: str) -> None:
    assert_problem(existing.get(f"{PATH}/versions/{number}"), 404, "not_found")


def test_history_while_deleted__R7_R8(deleted: TestClient) -> None:
    assert history(deleted) == [entry(1)]
    assert deleted.get(f"{PATH}/versions/1").json() == entry(1)


def test_history_of_an_unknown_document__R7(client: TestClient) -> None:
    assert_problem(client.get(f"{PATH}/versions"), 404, "not_found")
    assert_problem(client.get(f"{PATH}/versions/1"), 404, "not_found")


def test_deleted_document__R8(deleted: TestClient) -> None:
    assert_problem(deleted.get(PATH, headers={"If-None-Match": "*"}), 410, "deleted")
    for headers in ({}, CREATE, matching("*"), matching('"1"'), matching('"9"')):
        assert_problem(deleted.put(PATH, json=BODY, headers=headers), 410, "deleted")
        assert_problem(deleted.patch(PATH, json={}, headers=headers), 410, "deleted")
        assert_problem(deleted.delete(PATH, headers=headers), 410, "deleted")
    assert history(deleted) == [entry(1)]


def test_restore__R8(deleted: TestClient) -> None:
    assert_document(deleted.post(f"{PATH}/restore"), document(2))
    assert_document(deleted.get(PATH), document(2))
    assert history(deleted) == [entry(1), entry(2)]
    assert_problem(deleted.delete(PATH, headers=matching('"1"')), 412, "precondition_failed")
    assert deleted.delete(PATH, headers=matching('"2"')).status_code == 204
    assert_document(deleted.post(f"{PATH}/restore"), document(3))


def test_restore_of_a_document_that_is_not_deleted__R8(existing: TestClient) -> None:
    assert_problem(existing.post(f"{PATH}/restore"), 409, "not_deleted")
    assert_document(existing.get(PATH), document(1))
    assert_problem(existing.post("/documents/unknown/restore"), 404, "not_found")


def test_delete_and_restore_ignore_a_body__R8(existing: TestClient) -> None:
    response = existing.request("DELETE", PATH, content=b"{", headers=matching("*"))
    assert (response.status_code, response.content) == (204, b"")
    assert_document(existing.post(f"{PATH}/restore", content=b"{"), document(2))


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["title", "content"]),
        ({"title": None, "content": None}, ["title", "content"]),
        ({"title": "", "content": 1}, ["title", "content"]),
        ({"title": "x" * 101, "content": "x" * 2001}, ["title", "content"]),
        ({"title": EMOJI * 101, "content": EMOJI * 2001}, ["title", "content"]),
        ({"title": "\0", "content": "a\0b"}, ["title", "content"]),
        ({**BODY, "id": "x", "Title": None, "": 1}, ["id", "Title", ""]),
        ({"title": [], "version": 1}, ["title", "content", "version"]),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_faulty_fields__R9(client: TestClient, body: dict[str, Any], fields: list[str]) -> None:
    assert_problem(client.put(PATH, json=body, headers=CREATE), 422, "validation_failed", *fields)
    assert_problem(client.get(PATH), 404, "not_found")


def test_faulty_changes__R9(existing: TestClient) -> None:
    body = {"title": None, "content": "new", "other": 1}
    response = existing.patch(PATH, json=body, headers=matching('"1"'))
    assert_problem(response, 422, "validation_failed", "title", "other")
    assert_document(existing.get(PATH), document(1))


@pytest.mark.parametrize(
    "text", [" \t\n", EMOJI * 100, "e\N{COMBINING ACUTE ACCENT}", "\x01\x7f"], ids=["blank", "emoji", "accent", "control"]
)
def test_text_comes_back_unchanged__R9(client: TestClient, text: str) -> None:
    content = text * 20
    client.put(PATH, json={"title": text, "content": content}, headers=CREATE)
    assert_document(client.get(PATH), document(1, text, content))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b'{"title": "x"',
        b'{"title": "x", "content": ""}{}',
        b'{"title": "x", "content": NaN}',
        b'{"title": "\xff", "content": ""}',
        json.dumps(BODY).encode("utf-16"),
    ],
    ids=ascii,
)
def test_malformed_body__R9(client: TestClient, body: bytes) -> None:
    headers = {"Content-Type": "application/json", **CREATE}
    assert_problem(client.put(PATH, content=body, headers=headers), 400, "malformed_json")


@pytest.mark.parametrize("media_type", ["", "text/plain", "application/jsonx", "application/merge-patch+json"])
def test_other_media_type__R9(existing: TestClient, media_type: str) -> None:
    headers = {"Content-Type": media_type, **matching("*")}
    assert_problem(existing.patch(PATH, content=b"{}", headers=headers), 415, "unsupported_media_type")


def test_media_type_in_other_letters_and_with_parameters__R9(existing: TestClient) -> None:
    headers = {"Content-Type": "Application/JSON ; charset=utf-8", **matching("*")}
    assert_document(existing.patch(PATH, content=b"{}", headers=headers), document(2))


@pytest.mark.parametrize("name", ["A", "a_b", "a.b", "x" * 65, "%20", "a%0A", "%D9%A3", "%C3%A9", "%00"])
def test_id_of_wrong_form__R9(client: TestClient, name: str) -> None:
    path = f"/documents/{name}"
    assert_problem(client.put(path, json=BODY, headers=CREATE), 404, "not_found")
    assert_problem(client.get(path), 404, "not_found")
    assert_problem(client.delete(path), 404, "not_found")
    assert_problem(client.get(f"{path}/versions"), 404, "not_found")


def test_longest_id__R9(client: TestClient) -> None:
    path = f"/documents/{'a-0z' * 16}"
    assert client.put(path, json=BODY, headers=CREATE).status_code == 201
    assert client.get(path).json()["id"] == "a-0z" * 16


@pytest.mark.parametrize("path", ["/", "/unknown", "/documents", "/documents/a/b", "/docs", "/openapi.json"])
def test_unknown_path__R9(client: TestClient, path: str) -> None:
    assert_problem(client.get(path), 404, "not_found")
    assert_problem(client.put(path, content=b"{"), 404, "not_found")


def test_other_method_is_answered_as_a_problem__R9(existing: TestClient) -> None:
    response = existing.post(PATH, json=BODY)
    assert_problem(response, 405, "method_not_allowed")
    assert response.headers["Allow"]
    assert_document(existing.get(PATH), document(1))


@pytest.mark.parametrize("path", [PATH, "/documents/unknown", "/documents/WRONG"])
def test_faults_of_the_body_come_first__R9(deleted: TestClient, path: str) -> None:
    headers = {"Content-Type": "application/json"}
    assert_problem(deleted.put(path, content=b"{"), 415, "unsupported_media_type")
    assert_problem(deleted.put(path, content=b"{", headers=headers), 400, "malformed_json")
    assert_problem(deleted.put(path, json={"title": "x"}), 422, "validation_failed", "content")
    assert_problem(deleted.patch(path, json={"x": 1}), 422, "validation_failed", "x")


def test_unknown_document_comes_before_a_missing_precondition__R9(client: TestClient) -> None:
    assert_problem(client.patch(PATH, json={}), 404, "not_found")
    assert_problem(client.delete(PATH), 404, "not_found")
