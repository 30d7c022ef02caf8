import asyncio
import os
import sqlite3

import httpx
import pytest
from fastapi.testclient import TestClient

from main import create_app

KEY = "not-a-secret-of-alice"
OTHER_KEY = "not-a-secret-of-bob"
ENVIRONMENT = {
    "APP_KEYS": f"alice:{KEY},bob-2:{OTHER_KEY}",
    "APP_MAX_FILE_BYTES": "20",
    "APP_QUOTA_BYTES": "50",
}


def running(path="", **changes):
    """The client of an application whose database is closed at the end of a with statement."""
    app = create_app({**ENVIRONMENT, "DATABASE_PATH": str(path), **changes})
    headers = {"Authorization": f"Bearer {KEY}"}
    return TestClient(app, headers=headers, raise_server_exceptions=False)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data.sqlite3"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "data.sqlite3.files"


@pytest.fixture
def client(path):
    with running(path) as client:
        yield client


def post(client, content, name="x.txt", **headers):
    return client.post("/files", params={"name": name}, content=content, headers=headers)


def problem(response):
    assert response.headers["Content-Type"] == "application/problem+json"
    body = response.json()
    assert set(body) == {"type", "title", "status"}
    assert body["status"] == response.status_code
    return response.status_code, body["type"]


def test_files_are_still_there_after_a_restart__R1(path):
    with running(path) as client:
        file = post(client, b"Hello").json()
    with running(path) as client:
        assert client.get("/files").json() == {"items": [file]}
        assert client.get(f"/files/{file['id']}").content == b"Hello"


def test_file_deleted_while_it_is_asked_for__R1(client, folder):
    file = post(client, b"Hello").json()
    (folder / file["id"]).unlink()
    assert problem(client.get(f"/files/{file['id']}")) == (404, "/problems/not_found")


def test_without_a_path_the_data_is_temporary__R1():
    with running() as client, running() as other:
        file = post(client, b"Hello").json()
        assert client.get(f"/files/{file['id']}").content == b"Hello"
        assert other.get("/files").json() == {"items": []}


def test_temporary_folder_is_removed_at_the_end__R1(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with running() as client:
        post(client, b"Hello")
        assert len(os.listdir(tmp_path)) == 1
    assert os.listdir(tmp_path) == []


def test_default_limits__R2_R8(path):
    with running(path, APP_MAX_FILE_BYTES="", APP_QUOTA_BYTES="") as client:
        assert post(client, b"x" * 1_048_577).status_code == 413
        for _ in range(10):
            assert post(client, b"x" * 1_048_576).status_code == 201
        assert post(client, b"x").status_code == 409


@pytest.mark.parametrize("name", ["APP_MAX_FILE_BYTES", "APP_QUOTA_BYTES"])
@pytest.mark.parametrize("value", ["0", "01", "-1", "1.5", "x", " 1", "1\n", "1" * 13])
def test_limit_of_wrong_form__R2(path, name, value):
    with pytest.raises(ValueError, match=name):
        create_app({**ENVIRONMENT, "DATABASE_PATH": str(path), name: value})


def test_limits_of_one_and_of_many_bytes__R2(path):
    with running(path, APP_MAX_FILE_BYTES="1", APP_QUOTA_BYTES="9" * 12) as client:
        assert post(client, b"xy").status_code == 413
        assert post(client, b"x").status_code == 201


def test_only_unfinished_uploads_are_removed_at_the_start__R3(path, folder):
    with running(path) as client:
        file = post(client, b"Hello").json()
    (folder / "0123.part").write_bytes(b"half")
    (folder / "part").write_bytes(b"of somebody else")
    with running(path) as client:
        assert sorted(os.listdir(folder)) == sorted([file["id"], "part"])
        assert client.get(f"/files/{file['id']}").content == b"Hello"


def test_upload_lies_in_the_folder_as_a_part_while_it_arrives__R3(client, folder):
    seen = []

    async def body():
        yield b"Hel"
        seen.extend(os.listdir(folder))
        yield b"lo"

    async def upload():
        transport = httpx.ASGITransport(client.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as api:
            return await api.post("/files?name=x", content=body(), headers=client.headers)

    file = asyncio.run(upload()).json()
    assert len(seen) == 1
    assert seen[0].endswith(".part")
    assert file["id"] not in seen[0]
    assert os.listdir(folder) == [file["id"]]


def test_nothing_stays_when_the_database_fails_in_the_end__R3(path, folder, monkeypatch):
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *names, **more: connect(*names, **{**more, "timeout": 0}))
    with running(path) as client:
        reader = connect(path, isolation_level=None)
        # While somebody reads, nothing can be committed.
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
        assert problem(post(client, b"Hello")) == (500, "/problems/internal_error")
        assert os.listdir(folder) == []
        reader.close()
        assert client.get("/files").json() == {"items": []}
        file = post(client, b"Hello").json()
        assert os.listdir(folder) == [file["id"]]


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
def test_keys_of_wrong_form__R7(path, keys):
    with pytest.raises(ValueError, match="APP_KEYS") as failure:
        create_app({**ENVIRONMENT, "DATABASE_PATH": str(path), "APP_KEYS": keys})
    assert KEY not in str(failure.value)


def test_keys_of_several_owners__R7(path):
    with running(path, APP_KEYS=f"a:{'k' * 16},bob-2:{OTHER_KEY}") as client:
        for key, status in [("k" * 16, 201), (OTHER_KEY, 201), (KEY, 401)]:
            client.headers["Authorization"] = f"Bearer {key}"
            assert post(client, b"x").status_code == status


@pytest.mark.parametrize("keys", ["", None])
def test_without_keys_nobody_is_an_owner__R7(keys):
    environment = {} if keys is None else {"APP_KEYS": keys}
    with TestClient(create_app(environment)) as client:
        for authorization in ("Bearer", "Bearer ", "", f"Bearer {KEY}"):
            response = client.get("/files", headers={"Authorization": authorization})
            assert problem(response) == (401, "/problems/unauthorized")
            assert response.headers["WWW-Authenticate"] == "Bearer"


def test_quota__R8(client):
    for size in (20, 20, 10):
        assert post(client, b"x" * size).status_code == 201
    assert problem(post(client, b"x")) == (409, "/problems/quota_exceeded")


def test_range__R9(client):
    file = post(client, b"0123456789").json()
    part = client.get(f"/files/{file['id']}", headers={"Range": "bytes=-4"})
    assert (part.status_code, part.content) == (206, b"6789")
    assert part.headers["Content-Range"] == "bytes 6-9/10"
    response = client.get(f"/files/{file['id']}", headers={"Range": "bytes=10-"})
    assert problem(response) == (416, "/problems/range_not_satisfiable")
