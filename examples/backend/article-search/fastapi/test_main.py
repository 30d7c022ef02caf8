import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from main import create_app


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(create_app()) as client:
        yield client


def put(client: TestClient, slug: str, title: str, body: str = "", tags: tuple[str, ...] = ()) -> None:
    response = client.put(f"/articles/{slug}", json={"title": title, "body": body, "tags": list(tags)})
    assert response.status_code in (200, 201), response.text


def found(client: TestClient, q: str) -> list[str]:
    response = client.get("/search", params={"q": q})
    assert response.status_code == 200, response.text
    return [item["slug"] for item in response.json()["items"]]


def test_article_round_trip__R1(client: TestClient) -> None:
    fields = {"title": "Tea", "body": "Boil water.", "tags": ["hot", "drink", "hot"]}
    response = client.put("/articles/tea", json=fields)
    assert response.status_code == 201
    assert response.json() == {"slug": "tea", **fields, "tags": ["drink", "hot"]}
    assert client.put("/articles/tea", json=fields | {"body": "Steep."}).status_code == 200
    assert (found(client, "boil"), found(client, "steep")) == ([], ["tea"])
    assert client.delete("/articles/tea").status_code == 204
    assert client.get("/articles/tea").status_code == 404
    assert found(client, "steep") == []


def test_articles_and_cursors_survive_a_restart__R1_R5(tmp_path: Path) -> None:
    path = str(tmp_path / "articles.db")
    app = create_app(path)
    with TestClient(app) as client:
        for slug in ("a", "b"):
            put(client, slug, "Tea", tags=("drink",))
        cursor = client.get("/search", params={"q": "tea", "limit": 1}).json()["next_cursor"]
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        app.state.store.get("a")
    with TestClient(create_app(path)) as client:
        assert client.get("/articles/a").json()["tags"] == ["drink"]
        response = client.get("/search", params={"q": "tea", "cursor": cursor})
        assert [item["slug"] for item in response.json()["items"]] == ["b"]
        assert response.json()["next_cursor"] is None


def test_phrases_and_exclusion__R2(client: TestClient) -> None:
    put(client, "one", "Green tea", "not black", ("drink",))
    put(client, "two", "Tea, green", "Äpfel", ("drink", "food"))
    assert found(client, '"green tea"') == ["one"]
    assert found(client, "tea -ÄPFEL") == ["one"]
    assert found(client, "tag:drink -tag:food") == ["one"]
    assert found(client, "äpfel tag:food") == ["two"]


def test_order__R3(client: TestClient) -> None:
    put(client, "a", "Water", "tea")
    put(client, "c", "Tea", "water")
    put(client, "b", "Tea and water")
    assert found(client, "tea water") == ["b", "a", "c"]


def test_snippet_is_cut_and_escaped__R4_R8(client: TestClient) -> None:
    put(client, "a", "<b>Tea</b>", "<" * 41 + "tea" + ">" * 118)
    (item,) = client.get("/search", params={"q": "tea"}).json()["items"]
    assert item["title_html"] == "&lt;b&gt;<mark>Tea</mark>&lt;/b&gt;"
    assert item["snippet_html"] == "…" + "&lt;" * 40 + "<mark>tea</mark>" + "&gt;" * 117 + "…"


@pytest.mark.parametrize("q", ["", '"', "-tea", "tag:A", "...", "tea\0", "x" * 201, "x " * 11])
def test_faulty_queries__R6_R7(client: TestClient, q: str) -> None:
    response = client.get("/search", params={"q": q, "limit": "0"})
    assert response.status_code == 422
    assert set(response.json()["errors"]) == {"q", "limit"}
    put(client, "tea", "Tea")
    assert found(client, "OR tea") == []
    assert found(client, "tea*") == ["tea"]


def test_cursor_of_another_database_is_refused__R9() -> None:
    with TestClient(create_app()) as one, TestClient(create_app()) as other:
        for client in (one, other):
            put(client, "a", "Tea")
            put(client, "b", "Tea")
        cursor = one.get("/search", params={"q": "tea", "limit": 1}).json()["next_cursor"]
        assert found(other, "tea") == found(one, "tea") == ["a", "b"]
        for client, status in ((one, 200), (other, 400)):
            assert client.get("/search", params={"q": "tea", "cursor": cursor}).status_code == status
