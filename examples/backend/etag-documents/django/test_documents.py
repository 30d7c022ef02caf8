import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parent
JSON = "application/json"
PATH = "/documents/handbook"
FIELDS = {"title": "Handbook", "content": "Chapter one"}
CREATE = {"If-None-Match": "*"}
EMOJI = "\N{GRINNING FACE}"
WRITERS = 8

WRITE_TO_FILE = """
import django
from django.core.management import call_command
from django.test import Client

django.setup()
call_command("migrate", verbosity=0)
client = Client(headers={"Host": "localhost"})
fields = {"title": "Kept", "content": ""}
for path in ("/documents/kept", "/documents/gone"):
    client.put(path, fields, "application/json", headers={"If-None-Match": "*"})
client.patch("/documents/kept", {"content": "new"}, "application/json", headers={"If-Match": "*"})
client.delete("/documents/gone", headers={"If-Match": "*"})
"""
READ_FROM_FILE = """
import json
import django
from django.core.management import call_command
from django.test import Client

django.setup()
call_command("migrate", verbosity=0)
client = Client(headers={"Host": "localhost"})
paths = ("/documents/kept", "/documents/kept/versions", "/documents/gone")
print(json.dumps([client.get(path).json() for path in paths]))
"""
# The server imports the application while an event loop runs, too.
USE_MEMORY = """
import asyncio

async def main():
    import config.asgi
    from django.test import AsyncClient

    client = AsyncClient(headers={"Host": "localhost"})
    fields = {"title": "In memory", "content": ""}
    requests = [
        client.put("/documents/one", fields, "application/json", headers={"If-None-Match": "*"})
        for _ in range(5)
    ]
    print(sorted(response.status_code for response in await asyncio.gather(*requests)))
    print((await client.get("/documents/one")).json()["title"])

asyncio.run(main())
"""


@pytest.fixture
def existing(client: Client) -> Client:
    """A client for whom there is a document at PATH."""
    assert put(client, FIELDS, CREATE).status_code == 201
    return client


@pytest.fixture
def deleted(existing: Client) -> Client:
    """A client for whom there is a deleted document at PATH."""
    assert existing.delete(PATH, headers=matching('"1"')).status_code == 204
    return existing


def run_script(script: str, database_path: str) -> str:
    """What a process of its own prints."""
    environment = {**os.environ, "DATABASE_PATH": database_path, "DJANGO_SETTINGS_MODULE": "config.settings"}
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def matching(tags: str) -> dict[str, str]:
    return {"If-Match": tags}


def put(client: Client, fields: object, headers: dict[str, str] | None = None, path: str = PATH) -> HttpResponse:
    return client.put(path, fields, JSON, headers=headers)


def patch(client: Client, changes: object, headers: dict[str, str] | None = None, path: str = PATH) -> HttpResponse:
    return client.patch(path, changes, JSON, headers=headers)


def entry(version: int, **changes: str) -> dict[str, Any]:
    return {"version": version, **FIELDS, **changes}


def document(version: int, **changes: str) -> dict[str, Any]:
    return {"id": "handbook", **entry(version, **changes)}


def history(client: Client) -> list[dict[str, Any]]:
    response = client.get(f"{PATH}/versions")
    assert response.status_code == 200
    assert not response.has_header("ETag")
    assert set(response.json()) == {"items"}
    return response.json()["items"]


def media_type(response: HttpResponse) -> str:
    return response.headers["Content-Type"].partition(";")[0]


def assert_document(response: HttpResponse, expected: dict[str, Any], status: int = 200) -> None:
    assert (response.status_code, media_type(response)) == (status, JSON), response.content
    assert response.json() == expected
    assert response.headers["ETag"] == f'"{expected["version"]}"'


def assert_problem(response: HttpResponse, status: int, code: str, *fields: str) -> None:
    assert (response.status_code, media_type(response)) == (status, "application/problem+json"), response.content
    problem = response.json()
    assert problem.pop("title")
    errors = problem.pop("errors", {})
    assert problem == {"type": f"/problems/{code}", "status": status}
    assert set(errors) == set(fields)
    assert all(errors.values())


def at_once(method: str, headers: dict[str, str]) -> list[HttpResponse]:
    """Responses to requests, each with a title of its own, that arrive at the same time."""
    barrier = Barrier(WRITERS)

    def send(number: int) -> HttpResponse:
        fields = {**FIELDS, "title": f"Writer {number}"}
        barrier.wait(timeout=10)
        return getattr(Client(), method)(PATH, fields, JSON, headers=headers)

    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(send, range(WRITERS)))


def only_success(responses: list[HttpResponse], status: int) -> dict[str, Any]:
    """The document of the one successful response."""
    assert sorted(response.status_code for response in responses) == [status] + [412] * (WRITERS - 1)
    return next(response.json() for response in responses if response.status_code == status)


def test_health(client: Client) -> None:
    response = client.get("/health")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_creation__R1(client: Client) -> None:
    response = put(client, FIELDS, CREATE)
    assert_document(response, document(1), 201)
    assert response.headers["Location"] == PATH
    assert_document(client.get(PATH), document(1))


def test_second_creation_changes_nothing__R1(existing: Client) -> None:
    assert_problem(put(existing, {"title": "Other", "content": ""}, CREATE), 412, "precondition_failed")
    assert_document(existing.get(PATH), document(1))
    assert history(existing) == [entry(1)]


@pytest.mark.django_db(transaction=True)
def test_concurrent_creations__R1(client: Client) -> None:
    winner = only_success(at_once("put", CREATE), 201)
    assert winner["version"] == 1
    assert history(client) == [entry(1, title=winner["title"])]


def test_database_in_memory__R1() -> None:
    assert run_script(USE_MEMORY, "") == "[201, 412, 412, 412, 412]\nIn memory\n"


def test_put_replaces_both_fields__R2(existing: Client) -> None:
    fields = {"title": "New", "content": ""}
    assert_document(put(existing, fields, matching('"1"')), document(2, **fields))
    assert_document(existing.get(PATH), document(2, **fields))


@pytest.mark.parametrize("changes", [{"title": "New"}, {"content": ""}, {"title": "t", "content": "c"}, {}, FIELDS])
def test_patch_changes_the_given_fields__R2(existing: Client, changes: dict[str, str]) -> None:
    assert_document(patch(existing, changes, matching('"1"')), document(2, **changes))
    assert_document(existing.get(PATH), document(2, **changes))


def test_everything_is_there_after_a_restart__R2_R8(tmp_path: Path) -> None:
    path = str(tmp_path / "documents.sqlite3")
    run_script(WRITE_TO_FILE, path)
    kept, versions, gone = json.loads(run_script(READ_FROM_FILE, path))
    assert kept == {"id": "kept", "title": "Kept", "content": "new", "version": 2}
    assert [item["content"] for item in versions["items"]] == ["", "new"]
    assert gone["status"] == 410


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_missing_precondition__R3(existing: Client, method: str) -> None:
    response = getattr(existing, method)(PATH, {"title": "New", "content": ""}, JSON)
    assert_problem(response, 428, "precondition_required")
    assert_document(existing.get(PATH), document(1))
    assert history(existing) == [entry(1)]


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
@pytest.mark.parametrize("tag", ['"1"', '"3"', '"02"', '"x"'])
def test_failed_precondition__R3(existing: Client, method: str, tag: str) -> None:
    assert_document(patch(existing, {}, matching('"1"')), document(2))
    response = getattr(existing, method)(PATH, {"title": "New", "content": ""}, JSON, headers=matching(tag))
    assert_problem(response, 412, "precondition_failed")
    assert_document(existing.get(PATH), document(2))
    assert history(existing) == [entry(1), entry(2)]


def test_put_of_a_document_never_created__R3(client: Client) -> None:
    assert_problem(put(client, FIELDS), 428, "precondition_required")
    for tags in ("*", '"1"', '"0"', ""):
        assert_problem(put(client, FIELDS, matching(tags)), 412, "precondition_failed")
    assert_problem(client.get(PATH), 404, "not_found")


@pytest.mark.parametrize(
    "tags", ["*", '"1"', '"7", "1"', '"1","7"', '"7"  ,   "1"', '"a,b", "1"', '"1",",",""', 'W/"1", "1"', '"W/", "1"']
)
def test_if_match_holds__R4(existing: Client, tags: str) -> None:
    assert_document(patch(existing, {"title": "New"}, matching(tags)), document(2, title="New"))


@pytest.mark.parametrize(
    "tags",
    [
        "",
        "1",
        'W/"1"',
        'w/"1"',
        '"*"',
        '"1,"',
        '"7,1"',
        '"7,"1',
        '"1"7"',
        '"1",',
        ', "1"',
        '"1",, "7"',
        '"1" "7"',
        '*, "1"',
        '"1", *',
        '"1", 7',
        '"1", "a b"',
        '"1", "7',
    ],
)
def test_if_match_does_not_hold__R4(existing: Client, tags: str) -> None:
    assert_problem(patch(existing, {"title": "New"}, matching(tags)), 412, "precondition_failed")
    assert_problem(existing.delete(PATH, headers=matching(tags)), 412, "precondition_failed")
    assert history(existing) == [entry(1)]


@pytest.mark.parametrize("tags", ["*", '"2"', 'W/"2"', '"7" ,W/"2"', '"a,b", "2"', '"1", "2"'])
def test_not_modified__R5(existing: Client, tags: str) -> None:
    patch(existing, {}, matching('"1"'))
    response = existing.get(PATH, headers={"If-None-Match": tags})
    assert (response.status_code, response.content, response.headers["ETag"]) == (304, b"", '"2"')


@pytest.mark.parametrize("tags", ['"1"', 'W/"1"', '"22"', "", "2", 'w/"2"', '"1,2"', '"2",', '"2", x', '*, "2"'])
def test_modified__R5(existing: Client, tags: str) -> None:
    patch(existing, {}, matching('"1"'))
    assert_document(existing.get(PATH, headers={"If-None-Match": tags}), document(2))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("method", ["put", "patch"])
def test_concurrent_changes_with_one_tag__R6(existing: Client, method: str) -> None:
    winner = only_success(at_once(method, matching('"1"')), 200)
    assert winner["version"] == 2
    assert_document(existing.get(PATH), winner)
    assert history(existing) == [entry(1), entry(2, title=winner["title"])]


@pytest.mark.django_db(transaction=True)
def test_no_concurrent_change_is_lost__R6(existing: Client) -> None:
    changed = sorted(
        (response.json() for response in at_once("patch", matching("*"))), key=lambda found: found["version"]
    )
    assert [found["version"] for found in changed] == list(range(2, WRITERS + 2))
    assert history(existing)[1:] == [entry(found["version"], title=found["title"]) for found in changed]


def test_history_has_every_version__R7(existing: Client) -> None:
    expected = [entry(1)]
    for version in range(2, 12):
        patch(existing, {"content": f"Text {version}"}, matching(f'"{version - 1}"'))
        expected.append(entry(version, content=f"Text {version}"))
    assert history(existing) == expected
    for item in expected:
        response = existing.get(f"{PATH}/versions/{item['version']}")
        assert (response.status_code, response.json()) == (200, item)
        assert not response.has_header("ETag")


@pytest.mark.parametrize(
    "number",
    ["2", "0", "01", "x", "+1", "-1", "1.0", "1e0", "%201", "1%0A", "%D9%A1", "18446744073709551617", "9" * 5000],
    ids=lambda number: number[:20],
)
def test_unknown_version__R7(existing: Client, number: str) -> None:
    assert_problem(existing.get(f"{PATH}/versions/{number}"), 404, "not_found")


def test_history_of_a_document_never_created__R7(client: Client) -> None:
    assert_problem(client.get(f"{PATH}/versions"), 404, "not_found")
    assert_problem(client.get(f"{PATH}/versions/1"), 404, "not_found")


def test_history_of_a_deleted_document__R7_R8(deleted: Client) -> None:
    assert history(deleted) == [entry(1)]
    assert deleted.get(f"{PATH}/versions/1").json() == entry(1)


@pytest.mark.parametrize("headers", [{}, CREATE, matching("*"), matching('"1"'), matching('"2"')])
def test_deleted_document_is_gone__R8(deleted: Client, headers: dict[str, str]) -> None:
    assert_problem(deleted.get(PATH, headers=headers), 410, "deleted")
    assert_problem(put(deleted, FIELDS, headers), 410, "deleted")
    assert_problem(patch(deleted, {}, headers), 410, "deleted")
    assert_problem(deleted.delete(PATH, headers=headers), 410, "deleted")
    assert history(deleted) == [entry(1)]


def test_restore__R8(deleted: Client) -> None:
    assert_document(deleted.post(f"{PATH}/restore"), document(2))
    assert_document(deleted.get(PATH), document(2))
    assert history(deleted) == [entry(1), entry(2)]
    assert_problem(patch(deleted, {}, matching('"1"')), 412, "precondition_failed")
    assert_document(patch(deleted, {"title": "New"}, matching('"2"')), document(3, title="New"))


def test_restore_needs_a_deleted_document__R8(existing: Client) -> None:
    assert_problem(existing.post(f"{PATH}/restore"), 409, "not_deleted")
    assert_document(existing.get(PATH), document(1))
    assert_problem(existing.post("/documents/unknown/restore"), 404, "not_found")


def test_bodies_of_delete_and_restore_are_ignored__R8(existing: Client) -> None:
    response = existing.delete(PATH, b"{", "text/plain", headers=matching("*"))
    assert (response.status_code, response.content) == (204, b"")
    assert_document(existing.post(f"{PATH}/restore", b"{", "text/plain"), document(2))


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["title", "content"]),
        ({"title": None, "content": None}, ["title", "content"]),
        ({"title": "", "content": 1}, ["title", "content"]),
        ({"title": "x" * 101, "content": "x" * 2001}, ["title", "content"]),
        ({"title": EMOJI * 101, "content": EMOJI * 2001}, ["title", "content"]),
        ({"title": "\0", "content": "a\0"}, ["title", "content"]),
        ({**FIELDS, "id": "handbook", "Title": None, "": {}}, ["id", "Title", ""]),
        ({"title": ["x"], "version": 1}, ["title", "content", "version"]),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_faulty_fields__R9(client: Client, body: dict[str, Any], fields: list[str]) -> None:
    assert_problem(put(client, body, CREATE), 422, "validation_failed", *fields)
    assert_problem(client.get(PATH), 404, "not_found")


def test_faulty_patch_changes_nothing__R9(existing: Client) -> None:
    response = patch(existing, {"title": "New", "content": None, "tags": []}, matching('"1"'))
    assert_problem(response, 422, "validation_failed", "content", "tags")
    assert_document(existing.get(PATH), document(1))


@pytest.mark.parametrize("letter", ["x", " ", EMOJI, "\x01"], ids=ascii)
def test_longest_fields_are_kept_as_sent__R9(client: Client, letter: str) -> None:
    fields = {"title": letter * 100, "content": letter * 2000}
    put(client, fields, CREATE)
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
def test_malformed_body__R9(client: Client, body: bytes) -> None:
    # The client sends the type of an empty body only when it is told to as a header.
    assert_problem(put(client, body, {"Content-Type": JSON, **CREATE}), 400, "malformed_json")


@pytest.mark.parametrize("name", ["", "text/plain", "application/jsonx", "application/merge-patch+json"])
def test_other_media_type__R9(existing: Client, name: str) -> None:
    response = existing.patch(PATH, b"{}", name, headers=matching("*"))
    assert_problem(response, 415, "unsupported_media_type")


def test_media_type_may_have_parameters_and_capitals__R9(existing: Client) -> None:
    response = existing.patch(PATH, b"{}", "Application/JSON ; charset=utf-8", headers=matching("*"))
    assert_document(response, document(2))


@pytest.mark.parametrize("name", ["A", "a_b", "a.b", "x" * 65, "%20", "a%0A", "%D9%A3", "%C3%A9", "%00"])
def test_id_of_wrong_form__R9(client: Client, name: str) -> None:
    path = f"/documents/{name}"
    assert_problem(put(client, FIELDS, CREATE, path), 404, "not_found")
    assert_problem(put(client, FIELDS, None, path), 404, "not_found")
    assert_problem(client.get(path), 404, "not_found")
    assert_problem(patch(client, {}, None, path), 404, "not_found")
    assert_problem(client.delete(path), 404, "not_found")
    assert_problem(client.post(f"{path}/restore"), 404, "not_found")
    assert_problem(client.get(f"{path}/versions"), 404, "not_found")


def test_longest_id__R9(client: Client) -> None:
    longest = "az-09---" * 8
    response = put(client, FIELDS, CREATE, f"/documents/{longest}")
    assert_document(response, {**document(1), "id": longest}, 201)


@pytest.mark.parametrize("path", ["/", "/unknown", "/documents", "/documents/a/b", "/Documents/a", "/admin"])
def test_unknown_path__R9(client: Client, path: str) -> None:
    assert_problem(client.get(path), 404, "not_found")
    assert_problem(client.put(path, b"{", "text/plain"), 404, "not_found")


@pytest.mark.parametrize("path", [PATH, "/documents/unknown", "/documents/WRONG"])
@pytest.mark.parametrize("method", ["put", "patch"])
def test_faults_of_the_body_come_first__R9(deleted: Client, path: str, method: str) -> None:
    send = getattr(deleted, method)
    assert_problem(send(path, b"{", "text/plain"), 415, "unsupported_media_type")
    assert_problem(send(path, b"{", JSON), 400, "malformed_json")
    assert_problem(send(path, {"title": "", "content": ""}, JSON), 422, "validation_failed", "title")


def test_unknown_document_comes_before_the_precondition__R9(client: Client) -> None:
    assert_problem(patch(client, {}), 404, "not_found")
    assert_problem(client.delete(PATH, headers=matching("x")), 404, "not_found")
