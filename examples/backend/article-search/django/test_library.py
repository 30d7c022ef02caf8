import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="session")
def django_db_use_migrations() -> bool:
    """The index is made by a migration, not by a model."""
    return True


def put(client: Client, slug: str, title: str = "-", body: str = "", *tags: str) -> HttpResponse:
    return client.put(f"/articles/{slug}", {"title": title, "body": body, "tags": tags}, "application/json")


def search(client: Client, q: str, **more: object) -> dict[str, Any]:
    response = client.get("/search", {"q": q, **more})
    assert response.status_code == 200, response.content
    return response.json()


def slugs(client: Client, q: str, **more: object) -> list[str]:
    return [item["slug"] for item in search(client, q, **more)["items"]]


def test_writes_and_the_index__R1(client: Client) -> None:
    assert put(client, "crow", "Crow", "Black bird", "b", "a", "b").json()["tags"] == ["a", "b"]
    response = put(client, "crow", "Crow", "Clever animal", "c")
    assert (response.status_code, response.json()["body"]) == (200, "Clever animal")
    assert (slugs(client, "bird"), slugs(client, "tag:a"), slugs(client, "animal tag:c")) == ([], [], ["crow"])
    assert client.delete("/articles/crow").status_code == 204
    assert client.delete("/articles/crow").status_code == 404
    assert slugs(client, "animal") == []


def test_query_language__R2_R7(client: Client) -> None:
    put(client, "crow", "Black crow", "Éléphant", "bird", "big")
    put(client, "wren", "Crow? Black!", "elephant", "bird")
    assert slugs(client, '"BLACK crow"') == ["crow"]
    assert slugs(client, "black -éléphant") == slugs(client, "tag:bird -tag:big") == ["wren"]
    assert slugs(client, "tag:bird tag:big black") == ["crow"]
    assert slugs(client, "cro*") == slugs(client, "crow OR wren") == slugs(client, "title:crow") == []


def test_order_and_pages__R3_R5(client: Client) -> None:
    put(client, "a", "x", "crow wren")
    put(client, "c", "Crow", "wren")
    put(client, "b", "Wren", "crow")
    put(client, "d", "Wren, crow")
    first = search(client, "crow wren", limit=2)
    assert [(item["slug"], item["score"]) for item in first["items"]] == [("d", 2), ("b", 1)]
    put(client, "aa", "Wren and crow")
    assert slugs(client, "crow wren", cursor=first["next_cursor"]) == ["c", "a"]


def test_excerpt__R4_R8(client: Client) -> None:
    put(client, "a", "Crow's", '"' * 41 + "crow" + "<" * 200)
    (item,) = search(client, "crow")["items"]
    assert item["title_html"] == "<mark>Crow</mark>&#x27;s"
    assert item["snippet_html"] == "…" + "&quot;" * 40 + "<mark>crow</mark>" + "&lt;" * 116 + "…"


@pytest.mark.parametrize("q", ["", " ", "-crow", '"crow', "tag:", "-tag:x", "!", "x" * 201, "x " * 11, "a\x01"])
def test_faulty_parameters__R6_R7(client: Client, q: str) -> None:
    response = client.get("/search", {"q": q, "limit": "01"})
    assert (response.status_code, response.headers["Content-Type"]) == (422, "application/problem+json")
    assert set(response.json()["errors"]) == {"q", "limit"}


def test_faulty_body__R6(client: Client) -> None:
    response = client.put("/articles/a", {"title": 1, "tags": ["A"], "x": 1}, "application/json")
    assert set(response.json()["errors"]) == {"title", "body", "tags", "x"}
    for body, kind, code in (
        ("[]", "application/json", "malformed_json"),
        ("{}", "text/plain", "unsupported_media_type"),
        (" " * 65537, "application/json", "content_too_large"),
    ):
        assert client.put("/articles/a", body, kind).json()["code"] == code


PROCESS = """
import json, sys
import config.asgi
from django.test import Client

client = Client(headers={"Host": "localhost"})
cursor = sys.argv[1]
if not cursor:
    for slug in ("a", "b"):
        client.put(f"/articles/{slug}", {"title": "Crow", "body": "", "tags": []}, "application/json")
more = {"cursor": cursor} if cursor else {}
response = client.get("/search", {"q": "crow", "limit": 1, **more})
print(json.dumps([response.status_code, response.json()]))
"""


def served(path: object, cursor: str) -> tuple[int, dict[str, Any]]:
    """The answer of a process that serves the database at the path."""
    environment = os.environ | {"DATABASE_PATH": str(path)}
    command = [sys.executable, "-c", PROCESS, cursor]
    return json.loads(subprocess.run(command, env=environment, check=True, capture_output=True).stdout)


def test_cursor_works_after_a_restart_and_on_no_other_database__R1_R5_R9(tmp_path: object) -> None:
    status, first = served(tmp_path / "one.db", "")
    assert status == 200
    status, second = served(tmp_path / "one.db", first["next_cursor"])
    assert (status, [item["slug"] for item in second["items"]], second["next_cursor"]) == (200, ["b"], None)
    for path in (tmp_path / "two.db", ""):
        status, problem = served(path, first["next_cursor"])
        assert (status, problem["code"]) == (400, "invalid_cursor")
