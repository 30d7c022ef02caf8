"""Black-box tests of the document API at BASE_URL.

The server may already hold data, of an earlier run for instance: every test uses ids of its own.
"""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import httpx
import pytest

JSON = "application/json"
CREATE = {"If-None-Match": "*"}
MALFORMED = (400, "malformed_json")
NOT_FOUND = (404, "not_found")
NOT_DELETED = (409, "not_deleted")
DELETED = (410, "deleted")
FAILED = (412, "precondition_failed")
UNSUPPORTED = (415, "unsupported_media_type")
REQUIRED = (428, "precondition_required")
BODY = {"title": "Draft", "content": "First words"}
EMOJI = "\U0001f600"
WRITERS = 6


@pytest.fixture(scope="session")
def api():
    with httpx.Client(base_url=os.environ["BASE_URL"], trust_env=False, timeout=10) as client:
        yield client


@pytest.fixture
def path(api):
    """The path of a new document at version 1."""
    return created(api)


@pytest.fixture(scope="session")
def untouched(api):
    """The path of a document at version 1, for tests that do not change it."""
    return created(api)


@pytest.fixture
def deleted(api, path):
    """The path of a deleted document, the last version of which is 2."""
    body_of(write(api, "PATCH", path, {"title": "Last"}, matching('"1"')), 200)
    assert remove(api, path, matching('"2"')).status_code == 204
    return path


def new_path():
    return f"/documents/doc-{uuid4()}"


def matching(tags):
    return {"If-Match": tags}


def media_type(response):
    return response.headers["Content-Type"].split(";")[0].strip()


def body_of(response, status):
    """The body of a successful response."""
    assert response.status_code == status, response.text
    assert media_type(response) == JSON
    return response.json()


def document(response, status=200):
    """The document of a successful response, whose entity tag is checked."""
    found = body_of(response, status)
    assert set(found) == {"id", "title", "content", "version"}
    assert response.headers["ETag"] == f'"{found["version"]}"'
    return found


def problem_of(response, *more):
    """The code of an error response that has the given fields beside the common ones."""
    assert response.status_code >= 400, response.text
    assert media_type(response) == "application/problem+json"
    found = response.json()
    assert set(found) == {"type", "title", "status", *more}
    assert isinstance(found["title"], str)
    assert found["title"]
    assert found["status"] == response.status_code
    assert found["type"].startswith("/problems/")
    return found["type"].removeprefix("/problems/")


def error(response):
    """Status and code of an error response."""
    return response.status_code, problem_of(response)


def faulty(response):
    """Names of the fields that an answer 422 validation_failed calls faulty."""
    assert response.status_code == 422, response.text
    assert problem_of(response, "errors") == "validation_failed"
    found = response.json()["errors"]
    assert all(isinstance(text, str) and text for text in found.values())
    return set(found)


def send(api, method, path, content, headers=None, content_type=JSON):
    """Send bytes or text as they are; they need not be JSON."""
    types = {} if content_type is None else {"Content-Type": content_type}
    return api.request(method, path, content=content, headers=types | (headers or {}))


def write(api, method, path, value, headers=None):
    content = json.dumps(value, ensure_ascii=False).encode()
    return send(api, method, path, content, headers)


def created(api, body=BODY):
    path = new_path()
    document(write(api, "PUT", path, body, CREATE), 201)
    return path


def remove(api, path, headers=None):
    return api.request("DELETE", path, headers=headers)


def read(api, path):
    return document(api.get(path))


def history(api, path):
    response = api.get(f"{path}/versions")
    found = body_of(response, 200)
    assert set(found) == {"items"}
    assert "ETag" not in response.headers
    return found["items"]


def entry(version, title, content):
    return {"version": version, "title": title, "content": content}


def at_once(api, requests):
    """Responses to requests (method, path, value, headers) that arrive at the same time."""
    barrier = Barrier(len(requests))

    def held_back(body):
        """The body in two pieces; the second is sent when every request is ready for it."""
        yield body[:-1]
        barrier.wait(timeout=10)
        yield body[-1:]

    def run(request):
        method, path, value, headers = request
        if method == "DELETE":
            barrier.wait(timeout=10)
            return remove(api, path, headers)
        body = json.dumps(value).encode()
        length = {"Content-Length": str(len(body))}
        return send(api, method, path, held_back(body), headers | length)

    with ThreadPoolExecutor(len(requests)) as pool:
        return list(pool.map(run, requests))


def only_success(responses, status):
    """The one response of the given status; all the others have to be 412."""
    successes = [response for response in responses if response.status_code == status]
    assert len(successes) == 1, [response.status_code for response in responses]
    losers = [response for response in responses if response is not successes[0]]
    assert [error(response) for response in losers] == [FAILED] * len(losers)
    return successes[0]


def test_health(api):
    assert body_of(api.get("/health"), 200) == {"status": "ok"}


# Creation


def test_creation_is_answered_with_location_and_entity_tag__R1(api):
    path = new_path()
    response = write(api, "PUT", path, BODY, CREATE)
    assert response.headers["Location"] == path
    assert response.headers["ETag"] == '"1"'
    expected = {"id": path.removeprefix("/documents/"), "version": 1, **BODY}
    assert document(response, 201) == expected
    assert read(api, path) == expected
    assert history(api, path) == [entry(1, "Draft", "First words")]


@pytest.mark.parametrize("prefix", ["", "-", "0--", "abcdefghijklmnopqrstuvwxyz", "z" * 32])
def test_ids_of_every_allowed_form__R1(api, prefix):
    name = prefix + uuid4().hex
    path = f"/documents/{name}"
    response = write(api, "PUT", path, BODY, CREATE)
    assert document(response, 201)["id"] == name
    assert response.headers["Location"] == path
    assert read(api, path)["id"] == name


def test_id_has_up_to_64_characters__R1(api):
    longest = uuid4().hex * 2
    assert document(write(api, "PUT", f"/documents/{longest}", BODY, CREATE), 201)["id"] == longest
    assert error(write(api, "PUT", f"/documents/{longest}0", BODY, CREATE)) == NOT_FOUND


def test_creation_of_an_existing_document_changes_nothing__R1(api, path):
    before = read(api, path)
    other = {"title": "Other", "content": "Other"}
    assert error(write(api, "PUT", path, other, CREATE)) == FAILED
    assert error(write(api, "PUT", path, BODY, CREATE)) == FAILED
    assert read(api, path) == before
    assert history(api, path) == [entry(1, "Draft", "First words")]


def test_one_of_many_concurrent_creations_succeeds__R1(api):
    path = new_path()
    values = [{"title": f"Writer {number}", "content": ""} for number in range(WRITERS)]
    responses = at_once(api, [("PUT", path, value, CREATE) for value in values])
    winner = document(only_success(responses, 201), 201)
    assert winner["version"] == 1
    assert read(api, path) == winner
    assert history(api, path) == [entry(1, winner["title"], "")]


@pytest.mark.parametrize(
    "text",
    [
        "x",
        " \t around \r\n",
        "\u00a0\u3000\u2028\u0085",
        "\u0001\u007f\u009f",
        "\ufeffmark\ufffe",
        "e\u0301 and \u00e9",
        "文档与版本",
        "'; DROP TABLE documents; --",
        '"quoted" \\ \\u0000 & </script>',
        EMOJI * 100,
    ],
)
def test_strings_are_kept_exactly_as_sent__R1_R7(api, text):
    path = created(api, {"title": text, "content": text})
    found = read(api, path)
    assert (found["title"], found["content"]) == (text, text)
    assert history(api, path) == [entry(1, text, text)]


def test_escaped_characters_are_read__R1(api):
    body = {"title": EMOJI * 100, "content": "é\n" * 1000}
    path = new_path()
    assert document(send(api, "PUT", path, json.dumps(body), CREATE), 201)["title"] == EMOJI * 100
    assert read(api, path)["content"] == "é\n" * 1000


# Changes


def test_put_replaces_both_fields__R2(api, path):
    response = write(api, "PUT", path, {"title": "New", "content": ""}, matching('"1"'))
    expected = {"id": path.removeprefix("/documents/"), "title": "New", "content": "", "version": 2}
    assert document(response) == expected
    assert read(api, path) == expected


@pytest.mark.parametrize(
    ("change", "title", "content"),
    [
        ({"title": "New"}, "New", "First words"),
        ({"content": "New"}, "Draft", "New"),
        ({"content": ""}, "Draft", ""),
        ({"content": "c", "title": "t"}, "t", "c"),
        ({}, "Draft", "First words"),
    ],
)
def test_patch_changes_only_the_given_fields__R2(api, path, change, title, content):
    expected = {"id": path.removeprefix("/documents/"), **entry(2, title, content)}
    assert document(write(api, "PATCH", path, change, matching('"1"'))) == expected
    assert read(api, path) == expected


@pytest.mark.parametrize(("method", "body"), [("PUT", BODY), ("PATCH", BODY), ("PATCH", {})])
def test_version_is_raised_when_nothing_differs__R2_R7(api, path, method, body):
    assert document(write(api, method, path, body, matching('"1"')))["version"] == 2
    assert document(write(api, method, path, body, matching('"2"')))["version"] == 3
    assert history(api, path) == [entry(n, "Draft", "First words") for n in (1, 2, 3)]


def test_versions_go_on_beyond_nine__R2_R7(api, path):
    for version in range(1, 12):
        change = {"title": f"Title {version + 1}"}
        changed = document(write(api, "PATCH", path, change, matching(f'"{version}"')))
        assert changed["version"] == version + 1
    assert [item["version"] for item in history(api, path)] == list(range(1, 13))
    assert error(write(api, "PATCH", path, {}, matching('"1"'))) == FAILED
    assert body_of(api.get(f"{path}/versions/12"), 200) == entry(12, "Title 12", "First words")


def test_documents_are_independent__R2(api, path):
    other = created(api, {"title": "Other", "content": "o"})
    document(write(api, "PATCH", path, {"title": "Changed"}, matching('"1"')))
    assert remove(api, path, matching('"2"')).status_code == 204
    assert read(api, other)["title"] == "Other"
    assert history(api, other) == [entry(1, "Other", "o")]
    assert document(write(api, "PUT", other, BODY, matching('"1"')))["version"] == 2


# Missing and failed preconditions


@pytest.mark.parametrize(
    ("method", "body"), [("PUT", BODY), ("PUT", {"title": "x", "content": ""}), ("PATCH", {})]
)
def test_write_without_precondition_is_refused__R3(api, path, method, body):
    before = read(api, path)
    assert error(write(api, method, path, body)) == REQUIRED
    assert read(api, path) == before
    assert len(history(api, path)) == 1


def test_delete_without_precondition_is_refused__R3(api, path):
    assert error(remove(api, path)) == REQUIRED
    assert read(api, path)["version"] == 1


def test_put_without_precondition_creates_nothing__R3(api):
    path = new_path()
    assert error(write(api, "PUT", path, BODY)) == REQUIRED
    assert error(api.get(path)) == NOT_FOUND
    assert error(api.get(f"{path}/versions")) == NOT_FOUND
    document(write(api, "PUT", path, BODY, CREATE), 201)


@pytest.mark.parametrize("tags", ["*", '"1"', '"0"', "", "x"])
def test_put_with_if_match_creates_nothing__R3(api, tags):
    path = new_path()
    assert error(write(api, "PUT", path, BODY, matching(tags))) == FAILED
    assert error(api.get(path)) == NOT_FOUND


@pytest.mark.parametrize("tags", ['"1"', '"3"', '"0"', '"02"', '"2.0"', '"-2"', '"x"', '""'])
def test_write_with_another_entity_tag_is_refused__R3(api, path, tags):
    before = document(write(api, "PATCH", path, {"title": "Second"}, matching('"1"')))
    assert error(write(api, "PUT", path, BODY, matching(tags))) == FAILED
    assert error(write(api, "PATCH", path, {"content": "x"}, matching(tags))) == FAILED
    assert error(remove(api, path, matching(tags))) == FAILED
    assert read(api, path) == before
    assert len(history(api, path)) == 2


# If-Match


@pytest.mark.parametrize(
    "tags",
    [
        "*",
        '"1"',
        '"5", "1"',
        '"1","5"',
        '"5","1","6"',
        '"5"  ,   "1"',
        '"a,b", "1"',
        '"1", "a,b"',
        '",", "1"',
        '"*", "1"',
        'W/"5", "1"',
        'W/"1", "1"',
        '"", "1"',
        '"!#~", "1"',
        '"W/", "1"',
        "\"'\\\", \"1\"",
    ],
)
def test_if_match_holds__R4(api, path, tags):
    assert document(write(api, "PUT", path, BODY, matching(tags)))["version"] == 2
    assert error(remove(api, path, matching('"1"'))) == FAILED


def test_if_match_star_deletes_and_patches__R4(api, path):
    assert document(write(api, "PATCH", path, {"content": "x"}, matching("*")))["version"] == 2
    assert remove(api, path, matching('"7", "2"')).status_code == 204


NOT_MATCHING = [
    "",
    "1",
    "'1'",
    'W/"1"',
    'w/"1"',
    'W/ "1"',
    'W"1"',
    'W/"1", W/"1"',
    '"1',
    '1"',
    '""1""',
    '"1,"',
    '"2,1"',
    '"5,"1',
    '"*"',
    "**",
    "*, *",
    '*, "1"',
    '"1", *',
    '"1" "1"',
    '"1";"1"',
    '"1",',
    ', "1"',
    '"1",, "5"',
    '"1", x',
    'x, "1"',
    '"1", "5',
    '"1", w/"5"',
    '"1", "a b"',
    '" 1"',
    '"1", "\u00e9"',
]


@pytest.mark.parametrize("tags", NOT_MATCHING)
def test_if_match_does_not_hold__R4(api, untouched, tags):
    headers = matching(tags.encode())
    assert error(write(api, "PATCH", untouched, {"title": "New"}, headers)) == FAILED
    assert error(remove(api, untouched, headers)) == FAILED
    assert read(api, untouched)["version"] == 1


# If-None-Match


@pytest.mark.parametrize(
    "tags",
    [
        "*",
        '"2"',
        'W/"2"',
        '"1", "2"',
        'W/"1","3"  ,  W/"2"',
        '"a,b", "2"',
        '"2", "", "9"',
    ],
)
def test_known_document_is_not_sent_again__R5(api, path, tags):
    document(write(api, "PATCH", path, {"title": "Second"}, matching('"1"')))
    response = api.get(path, headers={"If-None-Match": tags})
    assert response.status_code == 304
    assert response.headers["ETag"] == '"2"'
    assert response.content == b""


def test_cache_control_does_not_disturb_the_condition__R5(api, path):
    headers = {"If-None-Match": '"1"', "Cache-Control": "no-cache"}
    assert api.get(path, headers=headers).status_code == 304


@pytest.mark.parametrize(
    "tags",
    [
        '"1"',
        'W/"1"',
        '"3", "22"',
        "",
        "2",
        '"2',
        'w/"2"',
        '"*"',
        '"1,2"',
        '"2", x',
        '"2",',
        '*, "2"',
        '"2" "2"',
        '"2", "a b"',
        'W/W/"2"',
    ],
)
def test_document_is_sent_when_the_condition_fails__R5(api, path, tags):
    changed = document(write(api, "PATCH", path, {"title": "Second"}, matching('"1"')))
    assert document(api.get(path, headers={"If-None-Match": tags})) == changed


def test_faults_come_before_not_modified__R5_R8(api, deleted):
    for tags in ("*", '"2"'):
        assert error(api.get(deleted, headers={"If-None-Match": tags})) == DELETED
        assert error(api.get(new_path(), headers={"If-None-Match": tags})) == NOT_FOUND


# Concurrent writes


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_one_of_many_concurrent_changes_succeeds__R6(api, path, method):
    values = [{"title": f"Writer {n}", "content": f"Text {n}"} for n in range(WRITERS)]
    responses = at_once(api, [(method, path, value, matching('"1"')) for value in values])
    winner = document(only_success(responses, 200))
    assert winner["version"] == 2
    assert read(api, path) == winner
    assert history(api, path) == [
        entry(1, "Draft", "First words"),
        entry(2, winner["title"], winner["content"]),
    ]


def test_mixed_concurrent_changes__R6(api, path):
    requests = [
        (method, path, {"title": method, "content": "x"}, matching(tags))
        for method in ("PUT", "PATCH")
        for tags in ('"1"', '"9", "1"', '"1","8"')
    ]
    winner = document(only_success(at_once(api, requests), 200))
    assert history(api, path)[1:] == [entry(2, winner["title"], "x")]


def test_concurrent_deletion_and_changes__R6_R8(api, path):
    requests = [(method, path, {}, matching('"1"')) for method in ("PATCH", "DELETE") * 3]
    statuses = sorted(response.status_code for response in at_once(api, requests))
    assert statuses in ([200] + [412] * 5, [204] + [410] * 5)
    assert len(history(api, path)) == (2 if statuses[0] == 200 else 1)


def test_concurrent_changes_with_star_are_all_kept__R2_R4(api, path):
    half = WRITERS // 2
    values = [{"title": f"t{n}"} for n in range(half)] + [{"content": f"c{n}"} for n in range(half)]
    responses = at_once(api, [("PATCH", path, value, matching("*")) for value in values])
    found = sorted((document(response) for response in responses), key=lambda d: d["version"])
    assert [item["version"] for item in found] == list(range(2, WRITERS + 2))
    expected = [entry(d["version"], d["title"], d["content"]) for d in found]
    assert history(api, path)[1:] == expected
    assert found[-1]["title"].startswith("t")
    assert found[-1]["content"].startswith("c")


# History


def test_history_has_every_version_oldest_first__R7(api, path):
    document(write(api, "PATCH", path, {"title": "Second"}, matching('"1"')))
    document(write(api, "PUT", path, {"title": "Third", "content": ""}, matching('"2"')))
    expected = [
        entry(1, "Draft", "First words"),
        entry(2, "Second", "First words"),
        entry(3, "Third", ""),
    ]
    assert history(api, path) == expected
    for number, item in enumerate(expected, start=1):
        response = api.get(f"{path}/versions/{number}")
        assert body_of(response, 200) == item
        assert "ETag" not in response.headers


def test_history_is_readable_while_deleted_and_after__R7_R8(api, deleted):
    expected = [entry(1, "Draft", "First words"), entry(2, "Last", "First words")]
    assert history(api, deleted) == expected
    assert body_of(api.get(f"{deleted}/versions/1"), 200) == expected[0]
    assert body_of(api.get(f"{deleted}/versions/2"), 200) == expected[1]
    assert error(api.get(f"{deleted}/versions/3")) == NOT_FOUND
    document(api.post(f"{deleted}/restore"))
    assert history(api, deleted) == [*expected, entry(3, "Last", "First words")]
    restored = body_of(api.get(f"{deleted}/versions/3"), 200)
    assert restored == entry(3, "Last", "First words")


@pytest.mark.parametrize(
    "number",
    [
        "2",
        "0",
        "01",
        "x",
        "+1",
        "-1",
        "1.0",
        "1e0",
        "0x1",
        "1_",
        "%201",
        "1%20",
        "1%0A",
        "1%00",
        "%D9%A1",
        "%FF",
        "4294967297",
        "18446744073709551617",
        pytest.param("9" * 5000, id="huge"),
    ],
)
def test_unknown_version_is_not_found__R7(api, untouched, number):
    assert error(api.get(f"{untouched}/versions/{number}")) == NOT_FOUND


def test_history_of_unknown_documents__R7(api):
    for path in (new_path(), "/documents/A"):
        assert error(api.get(f"{path}/versions")) == NOT_FOUND
        assert error(api.get(f"{path}/versions/1")) == NOT_FOUND


# Deletion


def test_delete_is_answered_without_body__R8(api, path):
    response = remove(api, path, matching('"1"'))
    assert (response.status_code, response.content) == (204, b"")
    assert len(history(api, path)) == 1


def test_deleted_document_is_gone__R8(api, deleted):
    assert error(api.get(deleted)) == DELETED
    for headers in (None, CREATE, matching("*"), matching('"2"'), matching('"1"'), matching("x")):
        assert error(write(api, "PUT", deleted, BODY, headers)) == DELETED
    for headers in (None, matching("*"), matching('"2"'), matching('"1"'), matching("x")):
        assert error(write(api, "PATCH", deleted, {"title": "x"}, headers)) == DELETED
        assert error(remove(api, deleted, headers)) == DELETED
    assert len(history(api, deleted)) == 2


def test_restore_raises_the_version__R8(api, deleted):
    restored = document(api.post(f"{deleted}/restore"))
    expected = {"id": deleted.removeprefix("/documents/"), **entry(3, "Last", "First words")}
    assert restored == expected
    assert read(api, deleted) == expected
    for tags in ('"1"', '"2"'):
        assert error(write(api, "PUT", deleted, BODY, matching(tags))) == FAILED
        assert error(remove(api, deleted, matching(tags))) == FAILED
        assert document(api.get(deleted, headers={"If-None-Match": tags})) == expected
    assert document(write(api, "PATCH", deleted, {"title": "x"}, matching('"3"')))["version"] == 4


def test_document_can_be_deleted_again__R8(api, deleted):
    document(api.post(f"{deleted}/restore"))
    assert remove(api, deleted, matching('"3"')).status_code == 204
    assert error(api.get(deleted)) == DELETED
    assert document(api.post(f"{deleted}/restore"))["version"] == 4


def test_restore_needs_a_deleted_document__R8(api, deleted):
    document(api.post(f"{deleted}/restore"))
    assert error(api.post(f"{deleted}/restore")) == NOT_DELETED
    assert read(api, deleted)["version"] == 3
    alive = created(api)
    assert error(api.post(f"{alive}/restore")) == NOT_DELETED
    assert history(api, alive) == [entry(1, "Draft", "First words")]
    assert error(api.post(f"{new_path()}/restore")) == NOT_FOUND
    assert error(api.post("/documents/A/restore")) == NOT_FOUND


@pytest.mark.parametrize("content_type", [None, "text/plain", JSON, "multipart/form-data"])
def test_delete_and_restore_ignore_a_body__R8(api, path, content_type):
    for body in (b"", b"{", b'{"title": 1}'):
        response = send(api, "DELETE", path, body, matching("*"), content_type)
        assert response.status_code == 204
        document(send(api, "POST", f"{path}/restore", body, content_type=content_type))
    assert read(api, path) == {"id": path.removeprefix("/documents/"), "version": 4, **BODY}


# Faulty requests


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"title", "content"}),
        ({"title": "x"}, {"content"}),
        ({"content": "x"}, {"title"}),
        ({"title": None, "content": None}, {"title", "content"}),
        ({"title": "", "content": ""}, {"title"}),
        ({"title": 1, "content": True}, {"title", "content"}),
        ({"title": ["x"], "content": {"x": "y"}}, {"title", "content"}),
        ({"title": "x" * 101, "content": "x" * 2001}, {"title", "content"}),
        ({"title": EMOJI * 101, "content": EMOJI * 2001}, {"title", "content"}),
        ({"title": "a\0b", "content": "\0"}, {"title", "content"}),
        (BODY | {"id": "x", "version": 1}, {"id", "version"}),
        (BODY | {"Title": "x", "CONTENT": "y"}, {"Title", "CONTENT"}),
        (BODY | {"": 1, "é ": None}, {"", "é "}),
        (BODY | {"__proto__": {}, "constructor": 1}, {"__proto__", "constructor"}),
        ({"title": 0, "other": 1}, {"title", "content", "other"}),
    ],
)
def test_faulty_fields_of_put_are_named__R9(api, body, fields):
    path = new_path()
    assert faulty(write(api, "PUT", path, body, CREATE)) == fields
    assert error(api.get(path)) == NOT_FOUND


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"title": None}, {"title"}),
        ({"content": None}, {"content"}),
        ({"title": "", "content": "new"}, {"title"}),
        ({"title": "new", "content": 0}, {"content"}),
        ({"title": "x" * 101}, {"title"}),
        ({"content": "x" * 2001}, {"content"}),
        ({"content": "\0"}, {"content"}),
        ({"title": "new", "tags": []}, {"tags"}),
        (
            {"title": False, "content": [], "version": 2, "toString": 1},
            {"title", "content", "version", "toString"},
        ),
    ],
)
def test_faulty_fields_of_patch_are_named_and_change_nothing__R9(
    api, untouched, body, fields
):
    assert faulty(write(api, "PATCH", untouched, body, matching('"1"'))) == fields
    assert history(api, untouched) == [entry(1, "Draft", "First words")]


@pytest.mark.parametrize(
    "body",
    [
        {"title": "x" * 100, "content": "x" * 2000},
        {"title": EMOJI * 100, "content": EMOJI * 2000},
        {"title": " ", "content": ""},
    ],
)
def test_longest_and_shortest_strings__R9(api, body):
    path = created(api, body)
    assert {name: read(api, path)[name] for name in body} == body


def test_number_out_of_range_is_a_faulty_field__R9(api, path):
    body = '{"title": 1e400, "content": -1E+999}'
    assert faulty(send(api, "PUT", path, body, matching("*"))) == {"title", "content"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"{",
        b"[]",
        b"null",
        b"true",
        b"1",
        b'"title"',
        b'[{"title": "x", "content": ""}]',
        b'{"title": "x", "content": "",}',
        b'{"title": "x", "content": ""}{}',
        b'{"title": "x", "content": ""} x',
        b"{'title': 'x', 'content': ''}",
        b'{title: "x", content: ""}',
        b'{"title": "x", "content": NaN}',
        b'{"title": "x", "content": -Infinity}',
        b'{"title": "x", "content": 01}',
        b'{"title": "x", "content": "\n"}',
        b'{"title": "x", "content": "\\x"}',
        b'{"title": "x", "content": ""} // ok',
        b'\x0b{"title": "x", "content": ""}',
        b'{"title": "\xff", "content": ""}',
        b'{"title": "\xc0\xaf", "content": ""}',
        b'{"title": "\xed\xa0\x80", "content": ""}',
        '{"title": "x", "content": ""}'.encode("utf-16"),
        '{"title": "x", "content": ""}'.encode("utf-16-be"),
        '{"title": "x", "content": ""}'.encode("utf-32-le"),
    ],
    ids=ascii,
)
def test_body_that_is_no_json_object__R9(api, untouched, body):
    assert error(send(api, "PUT", new_path(), body, CREATE)) == MALFORMED
    assert error(send(api, "PATCH", untouched, body, matching("*"))) == MALFORMED


def test_white_space_around_the_body_is_allowed__R9(api, path):
    body = b' \r\n\t{ "title"\n:\t"x" } \r\n'
    assert document(send(api, "PATCH", path, body, matching("*")))["title"] == "x"


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json; charset=utf-8",
        'application/json;charset="UTF-8"; x=y',
        "application/json ; charset=iso-8859-1",
        "APPLICATION/Json",
    ],
)
def test_media_type_with_parameters__R9(api, path, content_type):
    body = b'{"title": "x"}'
    response = send(api, "PATCH", path, body, matching("*"), content_type)
    assert document(response)["title"] == "x"


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "text/json",
        "application/*",
        "application/jsonx",
        "application/json-patch+json",
        "application/merge-patch+json",
        "application/problem+json",
        "text/plain; x=application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
    ],
)
def test_other_media_type_is_refused__R9(api, untouched, content_type):
    for body in (json.dumps(BODY).encode(), b"{", b""):
        response = send(api, "PATCH", untouched, body, matching("*"), content_type)
        assert error(response) == UNSUPPORTED
    put = send(api, "PUT", new_path(), json.dumps(BODY), CREATE, content_type)
    assert error(put) == UNSUPPORTED
    assert read(api, untouched)["version"] == 1


BAD_IDS = [
    "A",
    "doc_1",
    "a.b",
    "a~",
    "x" * 65,
    "%20",
    "a%20",
    "a%0A",
    "%00",
    "%FF",
    "%C3%A9",
    "%D9%A3",
    "%EF%BD%81",
]


@pytest.mark.parametrize("name", BAD_IDS)
def test_id_of_wrong_form_is_not_found__R9(api, name):
    path = f"/documents/{name}"
    assert error(write(api, "PUT", path, BODY, CREATE)) == NOT_FOUND
    assert error(api.get(path)) == NOT_FOUND
    assert error(api.get(f"{path}/versions")) == NOT_FOUND


def test_id_of_wrong_form_is_not_found_whatever_the_precondition__R9(api):
    path = "/documents/Doc"
    for headers in (None, CREATE, matching("*"), matching("x")):
        assert error(write(api, "PUT", path, BODY, headers)) == NOT_FOUND
        assert error(write(api, "PATCH", path, {}, headers)) == NOT_FOUND
        assert error(remove(api, path, headers)) == NOT_FOUND
    assert error(api.post(f"{path}/restore")) == NOT_FOUND
    assert error(api.get(f"{path}/versions/1")) == NOT_FOUND


@pytest.mark.parametrize("form", ["{}%20", "%20{}", "{}%0A", "{}%00", "{}x"])
def test_ids_are_compared_exactly__R9(api, untouched, form):
    name = untouched.removeprefix("/documents/")
    assert error(api.get(f"/documents/{form.format(name)}")) == NOT_FOUND
    assert error(api.get(f"/documents/{name.upper()}")) == NOT_FOUND


def test_document_never_created_is_not_found__R9(api):
    path = new_path()
    assert error(api.get(path)) == NOT_FOUND
    for headers in (None, matching("*"), matching('"1"')):
        assert error(write(api, "PATCH", path, BODY, headers)) == NOT_FOUND
        assert error(remove(api, path, headers)) == NOT_FOUND


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/nothing",
        "/documents",
        "/documents/a/b",
        "/documents/a/restore/b",
        "/documents/a/versions/1/b",
        "/Documents/a",
        "/docs",
        "/openapi.json",
    ],
)
def test_unknown_path_is_not_found_whatever_is_sent__R9(api, path):
    assert error(api.get(path)) == NOT_FOUND
    assert error(remove(api, path)) == NOT_FOUND
    assert error(send(api, "PUT", path, b"{", content_type="text/plain")) == NOT_FOUND
    assert error(send(api, "PATCH", path, b"{")) == NOT_FOUND
    assert error(send(api, "POST", path, b"")) == NOT_FOUND


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_faults_of_the_body_come_first__R9(api, deleted, method):
    alive = created(api)
    for target in (new_path(), alive, deleted, "/documents/BAD"):
        for headers in (None, matching('"9"')):
            plain = send(api, method, target, b"{", headers, "text/plain")
            assert error(plain) == UNSUPPORTED
            assert error(send(api, method, target, b"{", headers)) == MALFORMED
            fields = {"title": 1, "content": "x"}
            assert faulty(write(api, method, target, fields, headers)) == {"title"}


def test_faults_of_the_body_come_before_a_failed_creation__R9(api, path):
    assert error(send(api, "PUT", path, b"", CREATE, None)) == UNSUPPORTED
    assert error(send(api, "PUT", path, b"", CREATE)) == MALFORMED
    assert faulty(write(api, "PUT", path, {"title": "x"}, CREATE)) == {"content"}
    assert error(write(api, "PUT", path, BODY, CREATE)) == FAILED
