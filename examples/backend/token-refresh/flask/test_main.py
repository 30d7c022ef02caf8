import base64
import hashlib
import hmac
import json
import os
import re
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from main import create_app
from passwords import hash_password, verify_password

SECRET = "not-a-secret-0001" * 2
NEXT_SECRET = "not-a-secret-0002" * 2
PASSWORD = "correct horse"
UNAUTHORIZED = (401, "unauthorized")
BAD_CREDENTIALS = (401, "invalid_credentials")
BAD_REFRESH_TOKEN = (401, "invalid_refresh_token")


@contextmanager
def running(path="", secret=SECRET, **more):
    """The client of an application whose database is closed in the end."""
    environment = {"DATABASE_PATH": str(path), "APP_JWT_SECRET": secret, **more}
    app = create_app(environment)
    yield app.test_client()
    app.extensions["close"]()


@pytest.fixture
def api():
    with running() as client:
        yield client


@pytest.fixture
def during_hash(monkeypatch):
    """Calls a function once, while the next password is being hashed."""
    real, waiting = hashlib.scrypt, []

    def scrypt(*args, **kwargs):
        if waiting:
            waiting.pop()()
        return real(*args, **kwargs)

    monkeypatch.setattr(hashlib, "scrypt", scrypt)
    return waiting.append


def client(api):
    """Another client of the same application; one is for one request at a time."""
    return api.application.test_client()


def sign_up(api, username="alice"):
    response = api.post("/users", json={"username": username, "password": PASSWORD})
    assert response.status_code == 201
    return response.json


def try_login(api, username="alice", password=PASSWORD, device="laptop"):
    fields = {"username": username, "password": password, "device": device}
    return api.post("/login", json=fields)


def login(api, **fields):
    """The access token and the refresh token of a new session."""
    return tokens(try_login(api, **fields))


def tokens(response):
    assert response.status_code == 200, response.data
    assert response.headers["Cache-Control"] == "no-store"
    body = response.json
    assert set(body) == {"access_token", "token_type", "expires_in", "refresh_token"}
    assert re.fullmatch("[A-Za-z0-9_-]{43}", body["refresh_token"])
    return body["access_token"], body["refresh_token"]


def refresh(api, token):
    return api.post("/refresh", json={"refresh_token": token})


def ask(api, access, method="GET", path="/me", **options):
    headers = {"Authorization": f"Bearer {access}"}
    return api.open(path, method=method, headers=headers, **options)


def change_password(api, access, current, new):
    fields = {"current_password": current, "new_password": new}
    return ask(api, access, "PUT", "/password", json=fields)


def problem(response):
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers.get("WWW-Authenticate") == (
        "Bearer" if response.status_code == 401 else None
    )
    body = response.json
    assert (body["type"], body["status"]) == (f"/problems/{body['code']}", response.status_code)
    return response.status_code, body["code"]


def read_jwt(token):
    parts = [base64.urlsafe_b64decode(part + "==") for part in token.split(".")]
    return json.loads(parts[0]), json.loads(parts[1])


def base64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def key_id(secret):
    return hmac.new(secret.encode(), b"kid", "sha256").hexdigest()[:16]


def sign(header, claims, secret=SECRET):
    text = ".".join(base64url(json.dumps(part).encode()) for part in (header, claims))
    return f"{text}.{base64url(hmac.digest(secret.encode(), text.encode(), 'sha256'))}"


def test_everything_is_there_after_a_restart__R1(tmp_path):
    path = tmp_path / "users.sqlite3"
    with running(path) as api:
        user = sign_up(api)
        access, token = login(api, device="phone")
        items = ask(api, access, path="/sessions").json["items"]
    with running(path) as api:
        assert ask(api, access).json == user
        assert ask(api, access, path="/sessions").json["items"] == items
        assert [item["device"] for item in items] == ["phone"]
        access, _ = tokens(refresh(api, token))
        assert ask(api, access).json == user
        assert problem(refresh(api, token)) == BAD_REFRESH_TOKEN


def test_end_releases_the_database__R1(tmp_path):
    def is_open():
        links = Path("/proc/self/fd").iterdir()
        return str(path) in {os.readlink(link) for link in links if link.is_symlink()}

    path = tmp_path / "users.sqlite3"
    with running(path) as api:
        sign_up(api)
        assert is_open()
    assert not is_open()


def test_token_is_checked__R2(api):
    sign_up(api)
    access, _ = login(api)
    header, claims = read_jwt(access)
    assert ask(api, sign(header, claims)).status_code == 200
    assert ask(api, sign(header, {**claims, "exp": int(time.time())})).status_code == 401
    assert problem(ask(api, sign(header, {**claims, "iss": "x"}))) == UNAUTHORIZED
    assert problem(ask(api, sign({**header, "alg": "none"}, claims))) == UNAUTHORIZED
    assert problem(ask(api, sign({**header, "crit": []}, claims))) == UNAUTHORIZED
    assert problem(ask(api, access + "A")) == UNAUTHORIZED
    assert problem(api.get("/me")) == UNAUTHORIZED


def test_keys_are_replaced__R3(tmp_path):
    path = tmp_path / "users.sqlite3"
    with running(path) as api:
        sign_up(api)
        old, token = login(api)
        assert read_jwt(old)[0] == {"alg": "HS256", "typ": "JWT", "kid": key_id(SECRET)}
    with running(path, NEXT_SECRET, APP_JWT_OLD_SECRET=SECRET) as api:
        assert ask(api, old).status_code == 200
        new, token = tokens(refresh(api, token))
        assert read_jwt(new)[0]["kid"] == key_id(NEXT_SECRET)
        assert problem(ask(api, sign(read_jwt(new)[0], read_jwt(new)[1]))) == UNAUTHORIZED
    with running(path, NEXT_SECRET, APP_JWT_OLD_SECRET="") as api:
        assert problem(ask(api, old)) == UNAUTHORIZED
        assert ask(api, new).status_code == 200
    with running(path, "") as api:
        assert problem(ask(api, new)) == UNAUTHORIZED
        access, _ = tokens(refresh(api, token))
        assert ask(api, access).status_code == 200
        with running(path, "") as other:
            assert problem(ask(other, access)) == UNAUTHORIZED


@pytest.mark.parametrize(("text", "seconds"), [("", 300), ("1", 1), ("60", 60), ("3600", 3600)])
def test_life_of_access_tokens__R3(text, seconds):
    with running(APP_ACCESS_TTL_SECONDS=text, APP_JWT_OLD_SECRET="\u00e9" * 16) as api:
        sign_up(api)
        response = try_login(api)
        assert response.json["expires_in"] == seconds
        claims = read_jwt(response.json["access_token"])[1]
        assert claims["exp"] - claims["iat"] == seconds


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("APP_JWT_SECRET", "x" * 31),
        ("APP_JWT_OLD_SECRET", "x" * 31),
        *(("APP_ACCESS_TTL_SECONDS", text) for text in ("0", "3601", "-1", "1.5", " 5", "x", "5x")),
    ],
)
def test_faulty_configuration__R3(name, value):
    right = {"secret": "x" * 32, "APP_ACCESS_TTL_SECONDS": "5"}
    with running(**right) as api:
        assert api.get("/health").json == {"status": "ok"}
    with pytest.raises(ValueError, match=name):
        create_app({"APP_JWT_SECRET": "x" * 32, name: value})


def test_reuse_ends_the_session__R4(api):
    sign_up(api)
    access, first = login(api)
    _, second = tokens(refresh(api, first))
    other, _ = login(api)
    assert problem(refresh(api, "x" * 43)) == BAD_REFRESH_TOKEN
    assert ask(api, access).status_code == 200
    assert problem(refresh(api, first)) == BAD_REFRESH_TOKEN
    assert problem(refresh(api, second)) == BAD_REFRESH_TOKEN
    assert problem(ask(api, access)) == UNAUTHORIZED
    assert ask(api, other).status_code == 200


def test_refreshes_in_slow_motion__R5(api):
    def pause(_frame, event, function):
        # Between what a request reads and what it writes, others then do the same if they can.
        if event == "c_return" and function.__name__ == "execute":
            time.sleep(0.005)

    sign_up(api)
    _, token = login(api)
    answers = []
    threading.setprofile(pause)
    try:
        threads = [
            threading.Thread(target=lambda: answers.append(refresh(client(api), token)))
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
    finally:
        threading.setprofile(None)
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401]


def test_password_is_changed_meanwhile__R5_R7(api, during_hash):
    sign_up(api)
    access, _ = login(api)
    during_hash(lambda: change_password(client(api), access, PASSWORD, "second password"))
    assert problem(try_login(api)) == BAD_CREDENTIALS
    during_hash(lambda: change_password(client(api), access, "second password", "third password"))
    late = change_password(api, access, "second password", "fourth password")
    assert problem(late) == (403, "wrong_password")
    assert len(ask(api, access, path="/sessions").json["items"]) == 1
    login(api, password="third password")


def test_sessions_are_private__R6(api):
    sign_up(api)
    sign_up(api, "bob")
    alice, _ = login(api)
    bob, _ = login(api, username="bob")
    [session] = ask(api, alice, path="/sessions").json["items"]
    assert problem(ask(api, bob, "DELETE", f"/sessions/{session['id']}")) == (404, "not_found")
    assert ask(api, alice).status_code == 200
    response = ask(api, alice, "DELETE", f"/sessions/{session['id']}")
    assert (response.status_code, response.data) == (204, b"")
    assert problem(ask(api, alice)) == UNAUTHORIZED


def test_password_hashes__R8():
    stored = hash_password(PASSWORD)
    pattern = r"\$scrypt\$ln=14,r=8,p=1\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{86})"
    salt, key = (base64.b64decode(part + "==") for part in re.fullmatch(pattern, stored).groups())
    assert hashlib.scrypt(PASSWORD.encode(), salt=salt, n=2**14, r=8, p=1) == key
    assert hash_password(PASSWORD) != stored
    assert verify_password(PASSWORD, stored) is True
    assert verify_password(PASSWORD.upper(), stored) is False
    cheap = base64.b64encode(hashlib.scrypt(b"x", salt=bytes(16), n=4, r=2, p=3, dklen=64))
    stored = f"$scrypt$ln=2,r=2,p=3${'A' * 22}${cheap.decode().rstrip('=')}"
    assert verify_password("x", stored) is True


def test_database_holds_no_secrets__R8(tmp_path):
    path = tmp_path / "users.sqlite3"
    with running(path) as api:
        sign_up(api)
        access, token = login(api)
        _, second = tokens(refresh(api, token))
    data = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"alice" in data
    for secret in (PASSWORD, token, second, access, SECRET):
        assert secret.encode() not in data


def test_faults_of_bodies__R9(api):
    for content, kind, expected in [
        (b"{" * 8193, "text/plain", (415, "unsupported_media_type")),
        (b"{" * 8193, "application/json", (413, "payload_too_large")),
        (b"{" * 8192, "application/json", (400, "malformed_json")),
        (b"[]", "application/json", (400, "malformed_json")),
        (b"{}", "application/json", (422, "validation_failed")),
    ]:
        assert problem(api.post("/login", data=content, content_type=kind)) == expected
    fields = {"username": "Alice", "password": "short", "admin": True}
    assert set(api.post("/users", json=fields).json["errors"]) == set(fields)
    assert problem(api.get("/nothing")) == (404, "not_found")
