import json
import os
import subprocess
import sys
from importlib import reload
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.http import HttpResponse
from django.test import Client

import config.settings
from conduit.models import User
from conduit.tokens import signing_key

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse"
# What a process does that serves a database file, new or old: its argument is what the first one printed.
ONE_RUN = """
import json, sys
import django
from django.core.management import call_command
from django.test import Client

django.setup()
call_command("migrate", verbosity=0)
call_command("makemigrations", "--check", "--dry-run", verbosity=0)
client = Client()
def send(method, path, token=None, body=None):
    headers = {} if token is None else {"Authorization": f"Token {token}"}
    return client.generic(method, path, json.dumps(body), "application/json", headers=headers).json()

def register(name):
    fields = {"username": name, "email": f"{name}@example.com", "password": "correct horse"}
    return send("POST", "/api/users", None, {"user": fields})["user"]["token"]

path = "/api/articles/hello"
if sys.argv[1:]:
    before = json.loads(sys.argv[1])
    fields = {"email": "bob@example.com", "password": "correct horse"}
    assert "token" in send("POST", "/api/users/login", None, {"user": fields})["user"]
    after = [send("GET", path, before[0]), send("GET", f"{path}/comments", before[0])]
    print(json.dumps([after == before[1:], after[0]["article"]]))
else:
    alice, bob = register("alice"), register("bob")
    article = {"title": "Hello", "description": "About", "body": "Text", "tagList": ["b", "a"]}
    send("POST", "/api/articles", alice, {"article": article})
    send("POST", f"{path}/comments", bob, {"comment": {"body": "Nice"}})
    send("POST", f"{path}/favorite", bob)
    send("POST", "/api/profiles/alice/follow", bob)
    print(json.dumps([bob, send("GET", path, bob), send("GET", f"{path}/comments", bob)]))
"""


def send(client: Client, method: str, path: str, token: str | None = None, body: Any = None) -> HttpResponse:
    headers = {} if token is None else {"Authorization": f"Token {token}"}
    return client.generic(method, path, json.dumps(body), "application/json", headers=headers)


def register(client: Client, name: str = "alice") -> str:
    fields = {"username": name, "email": f"{name}@example.com", "password": PASSWORD}
    response = send(client, "POST", "/api/users", body={"user": fields})
    assert response.status_code == 201
    return response.json()["user"]["token"]


def test_short_secret_is_refused__R3(monkeypatch: pytest.MonkeyPatch) -> None:
    for secret in ("x", "x" * 31, "\u00e9" * 15):
        monkeypatch.setenv("APP_JWT_SECRET", secret)
        with pytest.raises(ImproperlyConfigured, match="32 bytes"):
            reload(config.settings)
    for secret in ("x" * 32, "\u00e9" * 16):
        monkeypatch.setenv("APP_JWT_SECRET", secret)
        assert reload(config.settings).TOKEN_KEY == secret.encode()


@pytest.mark.parametrize("secret", [None, ""])
def test_without_a_secret_each_start_has_its_own__R3(client: Client, settings: Any, secret: str | None) -> None:
    keys = {signing_key(secret) for _ in range(3)}
    assert [len(key) for key in keys] == [32, 32, 32]
    token = register(client)
    assert send(client, "GET", "/api/user", token).status_code == 200
    settings.TOKEN_KEY = keys.pop()
    response = send(client, "GET", "/api/user", token)
    assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, "Token")


def test_passwords_are_stored_as_salted_hashes__R2(client: Client) -> None:
    token = register(client, "alice")
    register(client, "bob")
    stored = [user.password for user in User.objects.order_by("pk")]
    assert stored[0] != stored[1]
    for text in stored:
        algorithm, cost, salt, block_size, parallelism, key = text.split("$")
        assert (algorithm, cost, block_size, parallelism) == ("scrypt", "16384", "8", "1")
        assert len(salt) >= 16
        assert len(key) >= 64
    changed = send(client, "PUT", "/api/user", token, {"user": {"password": "battery staple"}})
    assert changed.status_code == 200
    new = User.objects.get(username="ALICE").password
    assert new.startswith("scrypt$16384$")
    assert new != stored[0]


def test_everything_is_there_after_a_restart__R8(tmp_path: Path) -> None:
    variables = {
        "DATABASE_PATH": str(tmp_path / "conduit.db"),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "APP_JWT_SECRET": "not-a-secret-0002-only-for-native-tests",
    }
    command = [sys.executable, "-c", ONE_RUN]
    options = {"cwd": Path(__file__).parent, "env": {**os.environ, **variables}, "capture_output": True, "text": True}
    first = subprocess.run(command, check=True, timeout=30, **options)
    second = subprocess.run([*command, first.stdout], check=True, timeout=30, **options)
    unchanged, article = json.loads(second.stdout)
    assert unchanged
    assert (article["tagList"], article["favoritesCount"], article["author"]["following"]) == (["b", "a"], 1, True)


def test_failed_change_leaves_nothing_behind__R4(client: Client) -> None:
    alice, bob = register(client, "alice"), register(client, "bob")
    new = {"title": "Hello", "description": "About", "body": "Text", "tagList": ["b", "a"]}
    assert send(client, "POST", "/api/articles", alice, {"article": new}).status_code == 201
    changes = {"article": {"title": "Bye", "tagList": []}}
    assert send(client, "PUT", "/api/articles/hello", bob, changes).status_code == 403
    assert send(client, "GET", "/api/articles/hello").json()["article"]["tagList"] == ["b", "a"]
    renamed = send(client, "PUT", "/api/articles/hello", alice, changes).json()["article"]
    assert (renamed["slug"], renamed["tagList"]) == ("bye", [])


def test_failure_of_the_server_leaves_nothing_behind__R12(client: Client) -> None:
    token = register(client)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TRIGGER failing BEFORE INSERT ON conduit_tag BEGIN SELECT RAISE(ABORT, 'no'); END")
    client.raise_request_exception = False
    article = {"title": "Hello", "description": "About", "body": "Text", "tagList": ["a"]}
    assert send(client, "POST", "/api/articles", token, {"article": article}).status_code == 500
    assert send(client, "GET", "/api/articles").json() == {"articles": [], "articlesCount": 0}
