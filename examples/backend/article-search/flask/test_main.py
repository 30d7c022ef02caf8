from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from main import create_app


@pytest.fixture
def client() -> Iterator[FlaskClient]:
    app = create_app()
    yield app.test_client()
    app.extensions["close"]()


def save(client: FlaskClient, slug: str, title: str = "-", body: str = "", *tags: str) -> int:
    value = {"title": title, "body": body, "tags": tags}
    return client.put(f"/articles/{slug}", json=value).status_code


def search(client: FlaskClient, q: str, **more: object) -> dict[str, Any]:
    response = client.get("/search", query_string={"q": q, **more})
    assert response.status_code == 200, response.text
    return response.json


def slugs(client: FlaskClient, q: str) -> list[str]:
    return [item["slug"] for item in search(client, q)["items"]]


def reopened(path: Path) -> Flask:
    return create_app(str(path))


def test_writes_reach_the_index__R1(client: FlaskClient) -> None:
    assert save(client, "oak", "Oak", "A tree", "wood") == 201
    assert save(client, "oak", "Oak", "A big plant", "wood", "green") == 200
    assert client.get("/articles/oak").json == {
        "slug": "oak", "title": "Oak", "body": "A big plant", "tags": ["green", "wood"],
    }  # fmt: skip
    assert (slugs(client, "tree"), slugs(client, "big plant")) == ([], ["oak"])
    assert client.delete("/articles/oak").status_code == 204
    assert client.delete("/articles/oak").status_code == 404
    assert slugs(client, "oak") == []


def test_restart_keeps_articles_index_and_cursors__R1_R5_R9(tmp_path: Path) -> None:
    first = reopened(tmp_path / "a.db")
    for slug in ("elm", "oak"):
        assert save(first.test_client(), slug, "Tree") == 201
    cursor = search(first.test_client(), "tree", limit=1)["next_cursor"]
    first.extensions["close"]()
    second, other = reopened(tmp_path / "a.db"), reopened(tmp_path / "b.db")
    assert [item["slug"] for item in search(second.test_client(), "tree", cursor=cursor)["items"]] == ["oak"]
    response = other.test_client().get("/search", query_string={"q": "tree", "cursor": cursor})
    assert (response.status_code, response.json["code"]) == (400, "invalid_cursor")
    for app in (second, other):
        app.extensions["close"]()


def test_query_language__R2_R7(client: FlaskClient) -> None:
    save(client, "one", "Old oak tree", "Straße", "wood")
    save(client, "two", "Oak, old tree", "STRASSE", "wood", "big")
    assert slugs(client, '"old OAK"') == ["one"]
    assert slugs(client, "oak -strasse") == ["one"]
    assert slugs(client, "tag:wood -tag:big") == ["one"]
    assert slugs(client, "old-tree") == ["two"]
    assert slugs(client, "oak OR tree") == slugs(client, "tre*") == slugs(client, "title:oak") == []


def test_order_by_score_and_slug__R3(client: FlaskClient) -> None:
    save(client, "a", "x", "oak elm")
    save(client, "c", "Elm", "oak")
    save(client, "b", "Oak", "elm")
    save(client, "d", "Oak elm")
    assert [(item["slug"], item["score"]) for item in search(client, "oak elm")["items"]] == [
        ("d", 2), ("b", 1), ("c", 1), ("a", 0),
    ]  # fmt: skip


def test_snippet__R4_R8(client: FlaskClient) -> None:
    save(client, "a", "'Oak' & elm", "&" * 50 + "oak" + "<i>" * 50)
    (item,) = search(client, "oak")["items"]
    assert item["title_html"] == "&#39;<mark>Oak</mark>&#39; &amp; elm"
    assert item["snippet_html"] == "…" + "&amp;" * 40 + "<mark>oak</mark>" + "&lt;i&gt;" * 39 + "…"


@pytest.mark.parametrize("q", ["", " ", "-oak", '"oak', "tag:", "!", "x" * 201, "oak " * 11, "a\x7f"])
def test_faulty_parameters__R6_R7(client: FlaskClient, q: str) -> None:
    response = client.get("/search", query_string={"q": q, "limit": "051"})
    assert response.status_code == 422
    assert set(response.json["errors"]) == {"q", "limit"}


def test_faulty_body__R6(client: FlaskClient) -> None:
    response = client.put("/articles/oak", json={"title": "", "tags": ["Big"], "more": 1})
    assert set(response.json["errors"]) == {"title", "body", "tags", "more"}
    assert client.put("/articles/oak", data="{", content_type="application/json").json["code"] == "malformed_json"
    assert client.put("/articles/oak", data="x" * 65537, content_type="application/json").status_code == 413
    assert client.put("/articles/oak", data="{}").json["code"] == "unsupported_media_type"
