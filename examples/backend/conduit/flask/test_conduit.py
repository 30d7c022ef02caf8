import hashlib
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from conduit import create_app

SECRET = "not-a-secret-0002-only-for-native-tests"
PASSWORD = "correct horse"


def account(name: str) -> dict[str, Any]:
    return {"user": {"username": name, "email": f"{name}@example.com", "password": PASSWORD}}


def register(client: FlaskClient, name: str = "alice") -> dict[str, str]:
    response = client.post("/api/users", json=account(name))
    assert response.status_code == 201
    return {"Authorization": f"Token {response.json['user']['token']}"}


def publish(client: FlaskClient, caller: dict[str, str]) -> str:
    article = {"title": "Hello", "description": "About", "body": "Text", "tagList": ["b", "a"]}
    response = client.post("/api/articles", json={"article": article}, headers=caller)
    assert response.status_code == 201
    return f"/api/articles/{response.json['article']['slug']}"


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "conduit.db")


@pytest.fixture
def start(path: str) -> Callable[..., FlaskClient]:
    """A function that gives a client of a new app on the same file."""
    return lambda secret=SECRET: create_app(path, secret).test_client()


def test_short_secret_is_refused__R3(start: Callable[..., FlaskClient]) -> None:
    for secret in ("x", "x" * 31, "\u00e9" * 15):
        with pytest.raises(ValueError, match="32 bytes"):
            start(secret)
    for secret in ("x" * 32, "\u00e9" * 16):
        assert start(secret).get("/health").json == {"status": "ok"}


@pytest.mark.parametrize("secret", [None, ""])
def test_without_a_secret_each_app_has_its_own__R3(start: Callable[..., FlaskClient], secret: str | None) -> None:
    client = start(secret)
    caller = register(client)
    assert client.get("/api/user", headers=caller).status_code == 200
    response = start(secret).get("/api/user", headers=caller)
    assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, "Token")


def test_passwords_are_stored_as_salted_hashes__R2(start: Callable[..., FlaskClient], path: str) -> None:
    client = start()
    caller = register(client, "alice")
    register(client, "bob")
    with sqlite3.connect(path) as database:
        stored = [row[0] for row in database.execute("SELECT password_hash FROM users ORDER BY id")]
    for text in stored:
        salt, _, key = text.partition(":")
        assert len(bytes.fromhex(salt)) == 16
        assert key == hashlib.scrypt(PASSWORD.encode(), salt=bytes.fromhex(salt), n=16384, r=8, p=1).hex()
    assert stored[0] != stored[1]
    response = client.put("/api/user", json={"user": {"password": "battery staple"}}, headers=caller)
    assert response.status_code == 200
    with sqlite3.connect(path) as database:
        content = "\n".join(database.iterdump())
    assert "alice@example.com" in content
    assert PASSWORD not in content
    assert "battery staple" not in content


def test_everything_is_there_after_a_restart__R8(start: Callable[..., FlaskClient]) -> None:
    client = start()
    caller, fan = register(client, "alice"), register(client, "bob")
    article = publish(client, caller)
    client.post(f"{article}/comments", json={"comment": {"body": "Nice"}}, headers=fan)
    client.post(f"{article}/favorite", headers=fan)
    client.post("/api/profiles/alice/follow", headers=fan)
    before = [client.get(f"{article}{rest}", headers=fan).json for rest in ("", "/comments")]
    restarted = start()
    after = [restarted.get(f"{article}{rest}", headers=fan).json for rest in ("", "/comments")]
    assert after == before
    found = after[0]["article"]
    assert (found["tagList"], found["favoritesCount"], found["author"]["following"]) == (["b", "a"], 1, True)
    assert restarted.post("/api/users/login", json=account("bob")).status_code == 200


def test_failed_change_leaves_nothing_behind__R4(start: Callable[..., FlaskClient]) -> None:
    client = start()
    alice, bob = register(client, "alice"), register(client, "bob")
    article = publish(client, alice)
    changes = {"article": {"title": "Bye", "tagList": []}}
    assert client.put(article, json=changes, headers=bob).status_code == 403
    assert client.get(article).json["article"]["tagList"] == ["b", "a"]
    assert client.put(article, json=changes, headers=alice).json["article"]["slug"] == "bye"


def test_failure_of_the_server_leaves_nothing_behind__R12(start: Callable[..., FlaskClient], path: str) -> None:
    client = start()
    caller = register(client)
    with sqlite3.connect(path) as database:
        database.execute("CREATE TRIGGER failing BEFORE INSERT ON tags BEGIN SELECT RAISE(ABORT, 'no'); END")
    article = {"title": "Hello", "description": "About", "body": "Text", "tagList": ["a"]}
    response = client.post("/api/articles", json={"article": article}, headers=caller)
    assert (response.status_code, list(response.json["errors"])) == (500, ["server"])
    assert client.get("/api/articles").json == {"articles": [], "articlesCount": 0}
