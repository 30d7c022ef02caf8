import base64
import hashlib
import hmac
import json
import os
import re
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.test import Client

from config.environment import read_token_settings

pytestmark = pytest.mark.django_db

SECRET = "not-a-secret-0001" * 2
NEXT_SECRET = "not-a-secret-0002" * 2
PASSWORD = "correct horse"
UNAUTHORIZED = (401, "unauthorized")
BAD_CREDENTIALS = (401, "invalid_credentials")
BAD_REFRESH_TOKEN = (401, "invalid_refresh_token")


@pytest.fixture
def configure(settings):
    """Sets the tokens' settings as the environment would at a start."""

    def read(**environment):
        settings.TOKENS = read_token_settings(environment)

    return read


@pytest.fixture
def api(client, configure):
    configure(APP_JWT_SECRET=SECRET)
    return client


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


def send(api, path, fields, method="POST", kind="application/json", **options):
    content = fields if isinstance(fields, bytes) else json.dumps(fields).encode()
    return api.generic(method, path, content, kind, **options)


def sign_up(api, username="alice"):
    response = send(api, "/users", {"username": username, "password": PASSWORD})
    assert response.status_code == 201
    return response.json()


def try_login(api, username="alice", password=PASSWORD):
    fields = {"username": username, "password": password, "device": "laptop"}
    return send(api, "/login", fields)


def login(api, **fields):
    """The access token and the refresh token of a new session."""
    return tokens(try_login(api, **fields))


def tokens(response):
    assert response.status_code == 200, response.content
    assert response.headers["Cache-Control"] == "no-store"
    body = response.json()
    assert set(body) == {"access_token", "token_type", "expires_in", "refresh_token"}
    assert re.fullmatch("[A-Za-z0-9_-]{43}", body["refresh_token"])
    return body["access_token"], body["refresh_token"]


def refresh(api, token):
    return send(api, "/refresh", {"refresh_token": token})


def ask(api, access, method="GET", path="/me", fields=b""):
    return send(api, path, fields, method, headers={"Authorization": f"Bearer {access}"})


def change_password(api, access, current, new):
    fields = {"current_password": current, "new_password": new}
    return ask(api, access, "PUT", "/password", fields)


def problem(response):
    assert response.headers["Content-Type"] == "application/problem+json"
    challenge = "Bearer" if response.status_code == 401 else None
    assert response.headers.get("WWW-Authenticate") == challenge
    body = response.json()
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


# Run by processes of their own, because one process serves one database.
SCENARIO = """
import json, sys
from config import asgi
from django.test import Client

def send(path, value, access=""):
    method = "GET" if value is None else "POST"
    headers = {"Authorization": f"Bearer {access}"}
    content = json.dumps(value)
    return Client().generic(method, path, content, "application/json", headers=headers).json()
"""
BEFORE = """
user = {"username": "alice", "password": "correct horse"}
me = send("/users", user)
first = send("/login", {**user, "device": "phone"})
tokens = send("/refresh", {"refresh_token": first["refresh_token"]})
print(json.dumps([me, first, tokens, send("/sessions", None, tokens["access_token"])]))
"""
AFTER = """
first, tokens = json.loads(sys.argv[1])
answers = [send(path, None, tokens["access_token"]) for path in ("/me", "/sessions")]
for token in (tokens["refresh_token"], first["refresh_token"]):
    answers.append(send("/refresh", {"refresh_token": token}).get("code"))
print(json.dumps(answers))
"""


def run_process(script, path, *arguments):
    """What a process that serves the database at the path prints."""
    environment = os.environ | {
        "DATABASE_PATH": str(path),
        "APP_JWT_SECRET": SECRET,
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    command = [sys.executable, "-c", SCENARIO + script, *arguments]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, timeout=30)
    return json.loads(done.stdout)


def test_everything_is_there_after_a_restart__R1_R8(tmp_path):
    path = tmp_path / "users.sqlite3"
    me, first, tokens, sessions = run_process(BEFORE, path)
    assert me["username"] == "alice"
    assert [item["device"] for item in sessions["items"]] == ["phone"]
    data = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"alice" in data
    secrets = [PASSWORD, SECRET, first["refresh_token"], tokens["refresh_token"]]
    assert [secret for secret in secrets if secret.encode() in data] == []
    answers = run_process(AFTER, path, json.dumps([first, tokens]))
    assert answers == [me, sessions, None, "invalid_refresh_token"]


def test_database_is_in_memory_without_a_path__R1():
    me, _, _, sessions = run_process(BEFORE, "")
    assert me["username"] == "alice"
    assert len(sessions["items"]) == 1


def test_token_is_checked__R2(api):
    sign_up(api)
    access, _ = login(api)
    header, claims = read_jwt(access)
    assert ask(api, sign(header, claims)).status_code == 200
    for forged in (
        sign(header, {**claims, "exp": int(time.time())}),
        sign(header, {**claims, "iss": "x"}),
        sign(header, {**claims, "sid": None}),
        sign({**header, "alg": "none"}, claims),
        sign({**header, "crit": []}, claims),
        access + "A",
        "",
    ):
        assert problem(ask(api, forged)) == UNAUTHORIZED
    assert problem(api.get("/me")) == UNAUTHORIZED


def test_keys_are_replaced__R3(api, configure):
    sign_up(api)
    old, token = login(api)
    assert read_jwt(old)[0] == {"alg": "HS256", "typ": "JWT", "kid": key_id(SECRET)}
    configure(APP_JWT_SECRET=NEXT_SECRET, APP_JWT_OLD_SECRET=SECRET)
    assert ask(api, old).status_code == 200
    new, token = tokens(refresh(api, token))
    assert read_jwt(new)[0]["kid"] == key_id(NEXT_SECRET)
    assert problem(ask(api, sign(*read_jwt(new)))) == UNAUTHORIZED
    configure(APP_JWT_SECRET=NEXT_SECRET, APP_JWT_OLD_SECRET="")
    assert problem(ask(api, old)) == UNAUTHORIZED
    assert problem(ask(api, sign({"alg": "HS256", "kid": key_id("")}, {}, ""))) == UNAUTHORIZED
    assert ask(api, new).status_code == 200
    configure(APP_JWT_SECRET="")
    assert problem(ask(api, new)) == UNAUTHORIZED
    access, _ = tokens(refresh(api, token))
    assert ask(api, access).status_code == 200
    configure()
    assert problem(ask(api, access)) == UNAUTHORIZED


@pytest.mark.parametrize(("text", "seconds"), [("", 300), ("1", 1), ("60", 60), ("3600", 3600)])
def test_life_of_access_tokens__R3(api, configure, text, seconds):
    configure(APP_ACCESS_TTL_SECONDS=text, APP_JWT_OLD_SECRET="\u00e9" * 16)
    sign_up(api)
    answer = try_login(api).json()
    claims = read_jwt(answer["access_token"])[1]
    assert answer["expires_in"] == claims["exp"] - claims["iat"] == seconds


def test_faulty_configuration__R3():
    right = {
        "APP_JWT_SECRET": "x" * 32,
        "APP_JWT_OLD_SECRET": "y" * 32,
        "APP_ACCESS_TTL_SECONDS": "5",
    }
    assert read_token_settings(right) == (b"x" * 32, b"y" * 32, 5)
    lives = ("0", "3601", "-1", "1.5", " 5", "x", "5x")
    faults = [("APP_JWT_SECRET", "x" * 31), ("APP_JWT_OLD_SECRET", "y" * 31)]
    for name, value in [*faults, *(("APP_ACCESS_TTL_SECONDS", life) for life in lives)]:
        with pytest.raises(ValueError, match=name):
            read_token_settings({**right, name: value})


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


@pytest.mark.django_db(transaction=True)
def test_refreshes_in_slow_motion__R5(api):
    def pause(_frame, event, function):
        # Between what a request reads and what it writes, others then do the same if they can.
        if event == "c_return" and function.__name__ == "execute":
            time.sleep(0.002)

    def answer(_index):
        start.wait(10)
        return refresh(Client(), token).status_code

    sign_up(api)
    _, token = login(api)
    start = threading.Barrier(4)
    threading.setprofile(pause)
    try:
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(answer, range(4)))
    finally:
        threading.setprofile(None)
    assert sorted(answers) == [200, 401, 401, 401]


def test_password_is_changed_meanwhile__R5_R7(api, during_hash):
    sign_up(api)
    access, _ = login(api)
    during_hash(lambda: change_password(api, access, PASSWORD, "second password"))
    assert problem(try_login(api)) == BAD_CREDENTIALS
    during_hash(lambda: change_password(api, access, "second password", "third password"))
    late = change_password(api, access, "second password", "fourth password")
    assert problem(late) == (403, "wrong_password")
    assert len(ask(api, access, path="/sessions").json()["items"]) == 1
    login(api, password="third password")


def test_sessions_are_private__R6(api):
    sign_up(api)
    sign_up(api, "bob")
    alice, _ = login(api)
    bob, _ = login(api, username="bob")
    [session] = ask(api, alice, path="/sessions").json()["items"]
    assert problem(ask(api, bob, "DELETE", f"/sessions/{session['id']}")) == (404, "not_found")
    assert ask(api, alice).status_code == 200
    response = ask(api, alice, "DELETE", f"/sessions/{session['id']}")
    assert (response.status_code, response.content) == (204, b"")
    assert problem(ask(api, alice)) == UNAUTHORIZED


def test_password_hashes_are_slow__R8(api, monkeypatch):
    real, calls = hashlib.scrypt, []

    def scrypt(password, **options):
        calls.append(options)
        return real(password, **options)

    monkeypatch.setattr(hashlib, "scrypt", scrypt)
    sign_up(api)
    sign_up(api, "bob")
    assert problem(try_login(api, "carol")) == BAD_CREDENTIALS
    assert problem(try_login(api, password="wrong")) == BAD_CREDENTIALS
    assert [(call["n"], call["r"], call["p"]) for call in calls] == [(2**14, 8, 1)] * 4
    assert len({call["salt"] for call in calls[:3]}) == 3


def test_faults_of_bodies__R9(api):
    for content, kind, expected in [
        (b"{" * 8193, "text/plain", (415, "unsupported_media_type")),
        (b"{" * 8193, "application/json", (413, "payload_too_large")),
        (b"{" * 8192, "application/json", (400, "malformed_json")),
        (b"[]", "application/json", (400, "malformed_json")),
        (b"{}", "application/json", (422, "validation_failed")),
    ]:
        assert problem(send(api, "/login", content, kind=kind)) == expected
    fields = {"username": "Alice", "password": "short", "admin": True}
    assert set(send(api, "/users", fields).json()["errors"]) == set(fields)
    assert problem(api.get("/nothing")) == (404, "not_found")
