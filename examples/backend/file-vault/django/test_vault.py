import asyncio
import json
import os
import subprocess
import sys
import warnings

import pytest

from config.bodies import cut_bodies
from config.environment import read_settings

pytestmark = pytest.mark.django_db

KEY = "not-a-secret-of-alice"
OTHER_KEY = "not-a-secret-of-bob"
ENVIRONMENT = {
    "APP_KEYS": f"alice:{KEY},bob-2:{OTHER_KEY}",
    "APP_MAX_FILE_BYTES": "20",
    "APP_QUOTA_BYTES": "50",
}
# Runs in a process of its own; prints what the list says, and uploads what it is told to.
SCRIPT = """
import json, os, sys
import config.asgi
from django.conf import settings
from django.test import Client
client = Client(headers={"Authorization": "Bearer " + sys.argv[1]}, SERVER_NAME="127.0.0.1")
before = client.get("/files").json()
for content in sys.argv[2:]:
    client.post("/files?name=x", content, content_type="text/plain")
names = sorted(os.listdir(settings.FILES_FOLDER))
print(json.dumps([before["items"], client.get("/files").json()["items"], names]))
"""
# Uploads while somebody reads, so that nothing can be committed, and once more afterwards.
SCRIPT_OF_A_LOCK = """
import json, os, sqlite3, sys
import config.settings
config.settings.DATABASES["default"].setdefault("OPTIONS", {})["timeout"] = 0
import config.asgi
from django.test import Client
client = Client(
    raise_request_exception=False,
    headers={"Authorization": "Bearer " + sys.argv[1]},
    SERVER_NAME="127.0.0.1",
)
reader = sqlite3.connect(os.environ["DATABASE_PATH"], isolation_level=None)
reader.execute("BEGIN")
reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
found = []
for _ in range(2):
    response = client.post("/files?name=x", "Hello", content_type="text/plain")
    names = os.listdir(config.settings.FILES_FOLDER)
    reader.close()
    count = len(client.get("/files").json()["items"])
    found.append([response.status_code, response["Content-Type"], response.json(), names, count])
print(json.dumps(found))
"""


@pytest.fixture
def folder(tmp_path):
    return tmp_path


@pytest.fixture(autouse=True)
def configured(settings, folder):
    """An empty folder, owners and small limits."""
    settings.FILES_FOLDER = folder
    settings.VAULT = read_settings(ENVIRONMENT)


@pytest.fixture
def client(client):
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {KEY}"
    return client


def run(*contents, script=SCRIPT, **environment):
    """What the script prints with this environment."""
    found = subprocess.run(
        [sys.executable, "-c", script, KEY, *contents],
        env={**os.environ, **ENVIRONMENT, **environment},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert found.returncode == 0, found.stderr[-300:]
    return json.loads(found.stdout)


def post(client, content, name="x.txt", **headers):
    return client.post(
        "/files",
        content,
        query_params={"name": name},
        content_type="application/octet-stream",
        headers=headers,
    )


def content_of(response):
    with warnings.catch_warnings():
        # The client of the tests is synchronous, what it reads is not.
        warnings.simplefilter("ignore")
        return b"".join(response)


def problem(response):
    assert response.headers["Content-Type"] == "application/problem+json"
    body = response.json()
    assert set(body) == {"type", "title", "status"}
    assert body["status"] == response.status_code
    return response.status_code, body["type"]


def test_files_are_still_there_after_a_restart__R1_R3(tmp_path):
    path = tmp_path / "data.sqlite3"
    folder = tmp_path / "data.sqlite3.files"
    before, files, names = run("Hello", "world", DATABASE_PATH=str(path))
    assert before == []
    assert [file["size"] for file in files] == [5, 5]
    assert names == sorted(file["id"] for file in files)
    (folder / "0123.part").write_bytes(b"half")
    (folder / "part").write_bytes(b"of somebody else")
    before, after, names = run(DATABASE_PATH=str(path))
    assert before == after == files
    assert names == sorted([files[0]["id"], files[1]["id"], "part"])
    assert (folder / files[0]["id"]).read_bytes() == b"Hello"


def test_without_a_path_the_data_is_temporary__R1(tmp_path):
    for _ in range(2):
        before, files, names = run("Hello", DATABASE_PATH="", TMPDIR=str(tmp_path))
        assert before == []
        assert names == [files[0]["id"]]
        assert os.listdir(tmp_path) == []


def test_file_is_given_back__R1(client):
    response = post(client, b"Hello")
    file = response.json()
    assert response.status_code == 201
    assert response["Location"] == f"/files/{file['id']}"
    download = client.get(f"/files/{file['id']}")
    assert content_of(download) == b"Hello"
    assert download["ETag"] == f'"{file["sha256"]}"'
    assert client.get("/files").json() == {"items": [file]}
    assert client.delete(f"/files/{file['id']}").status_code == 204
    assert problem(client.get("/nothing")) == (404, "/problems/not_found")


def test_file_deleted_while_it_is_asked_for__R1(client, folder):
    file = post(client, b"Hello").json()
    (folder / file["id"]).unlink()
    assert problem(client.get(f"/files/{file['id']}")) == (404, "/problems/not_found")


def test_default_limits__R2_R8(client, settings):
    settings.VAULT = read_settings({**ENVIRONMENT, "APP_MAX_FILE_BYTES": "", "APP_QUOTA_BYTES": ""})
    assert post(client, b"x" * 1_048_577).status_code == 413
    for _ in range(10):
        assert post(client, b"x" * 1_048_576).status_code == 201
    assert post(client, b"x").status_code == 409
    assert read_settings({}).quota_bytes == 10_485_760


@pytest.mark.parametrize("name", ["APP_MAX_FILE_BYTES", "APP_QUOTA_BYTES"])
@pytest.mark.parametrize("value", ["0", "01", "-1", "1.5", "x", " 1", "1\n", "1" * 13])
def test_limit_of_wrong_form__R2(name, value):
    with pytest.raises(ValueError, match=name):
        read_settings({**ENVIRONMENT, name: value})


def test_limits_of_one_and_of_many_bytes__R2(client, settings):
    limits = {"APP_MAX_FILE_BYTES": "1", "APP_QUOTA_BYTES": "9" * 12}
    settings.VAULT = read_settings({**ENVIRONMENT, **limits})
    assert post(client, b"xy").status_code == 413
    assert post(client, b"x").status_code == 201


@pytest.mark.parametrize(
    ("sent", "received"),
    [
        ([b"abc", b"d"], [(b"abc", True), (b"d", False)]),
        ([b"abcde"], [(b"abcde", False)]),
        ([b"abcde", b""], [(b"abcde", True), (b"", False)]),
        ([b"abcdef"], [(b"abcdef", False)]),
        ([b"abcdef", b""], [(b"abcdef", False)]),
        ([b"abc", b"defgh", b"i", b"jkl"], [(b"abc", True), (b"def", False)]),
        ([b"abcdefghi", b"j"], [(b"abcdef", False)]),
        ([b""], [(b"", False)]),
    ],
)
def test_body_is_cut_before_it_is_stored__R2(sent, received):
    messages = [
        {"type": "http.request", "body": body, "more_body": n < len(sent)}
        for n, body in enumerate(sent, 1)
    ]
    messages.append({"type": "http.disconnect"})
    found = []

    async def receive():
        return messages.pop(0)

    async def application(scope, receive, send):
        assert (scope, send) == ({"type": "http"}, "send")
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            found.append((message["body"], message["more_body"]))

    asyncio.run(cut_bodies(application, 5)({"type": "http"}, receive, "send"))
    assert found == received
    assert messages == []


def test_message_without_a_body__R2():
    async def receive():
        return {"type": "http.request"}

    async def application(_scope, receive, _send):
        message = await receive()
        assert (message["body"], message["more_body"]) == (b"", False)
        raise EOFError

    with pytest.raises(EOFError):
        asyncio.run(cut_bodies(application, 5)({}, receive, None))


def test_upload_lies_in_the_folder_as_a_part_while_it_arrives__R3(client, folder, monkeypatch):
    from vault import storage

    seen = []
    keep = storage.keep

    def watched(*arguments):
        seen.extend(os.listdir(folder))
        return keep(*arguments)

    monkeypatch.setattr(storage, "keep", watched)
    file = post(client, b"Hello").json()
    assert len(seen) == 1
    assert seen[0].endswith(".part")
    assert file["id"] not in seen[0]
    assert os.listdir(folder) == [file["id"]]


def test_nothing_stays_when_the_database_fails_in_the_end__R3(tmp_path):
    path = tmp_path / "data.sqlite3"
    failed, stored = run(script=SCRIPT_OF_A_LOCK, DATABASE_PATH=str(path))
    status, media_type, body, names, count = failed
    assert (status, media_type) == (500, "application/problem+json")
    assert body == {"type": "/problems/internal_error", "title": body["title"], "status": 500}
    assert body["title"]
    assert (names, count) == ([], 0)
    assert stored == [201, "application/json", stored[2], [stored[2]["id"]], 1]


def test_refused_name__R4(client):
    assert problem(post(client, b"x", "../x")) == (422, "/problems/invalid_name")
    assert post(client, b"x", "..x").status_code == 201


def test_refused_type__R5(client):
    assert problem(post(client, b"\xff\xff")) == (415, "/problems/unsupported_type")
    assert post(client, b"\xff\xd8\xff").json()["type"] == "image/jpeg"


def test_refused_digest__R6(client, folder):
    told = {"Content-Digest": "sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:"}
    assert problem(post(client, b"hallo", **told)) == (400, "/problems/digest_mismatch")
    assert os.listdir(folder) == []
    assert post(client, b"hello", **told).status_code == 201


@pytest.mark.parametrize(
    "keys",
    [
        "alice",
        "alice:",
        "alice:short-by-one-ch",
        f":{KEY}",
        f"Alice:{KEY}",
        f"alice:{KEY},",
        f"alice:{KEY}, bob:{OTHER_KEY}",
        f"alice:{KEY}\n",
        f"alice:{KEY}:x",
        "alice:not-a-secret-of-alice!",
    ],
)
def test_keys_of_wrong_form__R7(keys):
    with pytest.raises(ValueError, match="APP_KEYS") as failure:
        read_settings({**ENVIRONMENT, "APP_KEYS": keys})
    assert KEY not in str(failure.value)


def test_keys_of_several_owners__R7(client, settings):
    settings.VAULT = read_settings({**ENVIRONMENT, "APP_KEYS": f"a:{'k' * 16},bob-2:{OTHER_KEY}"})
    for key, status in [("k" * 16, 201), (OTHER_KEY, 201), (KEY, 401)]:
        assert post(client, b"x", Authorization=f"Bearer {key}").status_code == status


@pytest.mark.parametrize("environment", [{"APP_KEYS": ""}, {}])
def test_without_keys_nobody_is_an_owner__R7(client, settings, environment):
    settings.VAULT = read_settings(environment)
    for authorization in ("Bearer", "Bearer ", "", f"Bearer {KEY}"):
        response = client.get("/files", headers={"Authorization": authorization})
        assert problem(response) == (401, "/problems/unauthorized")
        assert response.headers["WWW-Authenticate"] == "Bearer"


def test_file_of_another_owner__R7(client):
    file = post(client, b"Hello").json()
    other = {"Authorization": f"Bearer {OTHER_KEY}"}
    path = f"/files/{file['id']}"
    assert problem(client.get(path, headers=other)) == (404, "/problems/not_found")
    assert problem(client.delete(path, headers=other)) == (404, "/problems/not_found")
    assert client.get("/files", headers=other).json() == {"items": []}
    assert client.get("/files").json() == {"items": [file]}


def test_quota__R8(client):
    for size in (20, 20, 10):
        assert post(client, b"x" * size).status_code == 201
    assert problem(post(client, b"x")) == (409, "/problems/quota_exceeded")


def test_range__R9(client):
    file = post(client, b"0123456789").json()
    part = client.get(f"/files/{file['id']}", headers={"Range": "bytes=-4"})
    assert (part.status_code, content_of(part)) == (206, b"6789")
    assert part.headers["Content-Range"] == "bytes 6-9/10"
    response = client.get(f"/files/{file['id']}", headers={"Range": "bytes=10-"})
    assert problem(response) == (416, "/problems/range_not_satisfiable")
