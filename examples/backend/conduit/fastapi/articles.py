"""Articles: lists, favourites, tags."""

import itertools
import json
import re
import sqlite3
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter

from database import Database, now, writing
from errors import forbidden, not_found
from schemas import ArticleChange, ForArticle, Limit, NewArticle, Offset, Text
from users import Caller, CallerIfAny, author_of, id_of

router = APIRouter()

_ARTICLES = """
SELECT articles.*, username, bio, image,
    EXISTS (SELECT 1 FROM follows WHERE follower_id = :caller AND followed_id = author_id) AS following,
    EXISTS (SELECT 1 FROM favorites WHERE article_id = articles.id AND user_id = :caller) AS favorited,
    (SELECT count(*) FROM favorites WHERE article_id = articles.id) AS favorites_count,
    (SELECT json_group_array(tag) FROM (SELECT tag FROM tags WHERE article_id = articles.id ORDER BY position)) AS tags
FROM articles JOIN users ON users.id = author_id
"""

# What each parameter of a list asks for.
_FILTERS = {
    "tag": "EXISTS (SELECT 1 FROM tags WHERE article_id = articles.id AND tag = :tag)",
    "author": "username = :author",
    "favorited": """EXISTS (SELECT 1 FROM favorites JOIN users AS fans ON fans.id = user_id
        WHERE article_id = articles.id AND fans.username = :favorited)""",
}
_FOLLOWED = "EXISTS (SELECT 1 FROM follows WHERE follower_id = :caller AND followed_id = author_id)"


@router.get("/articles")
def list_articles(
    database: Database,
    caller: CallerIfAny,
    tag: Text | None = None,
    author: Text | None = None,
    favorited: Text | None = None,
    limit: Limit = 20,
    offset: Offset = 0,
) -> dict[str, Any]:
    """List the articles that match all filters."""
    wanted = {"tag": tag, "author": author, "favorited": favorited}
    conditions = [_FILTERS[name] for name, value in wanted.items() if value is not None]
    return _list(database, conditions, {**wanted, "caller": id_of(caller), "limit": limit, "offset": offset})


@router.get("/articles/feed")
def feed(database: Database, caller: Caller, limit: Limit = 20, offset: Offset = 0) -> dict[str, Any]:
    """List the articles of the users whom the caller follows."""
    return _list(database, [_FOLLOWED], {"caller": caller["id"], "limit": limit, "offset": offset})


def _list(database: sqlite3.Connection, conditions: list[str], values: dict[str, Any]) -> dict[str, Any]:
    matching = f"{_ARTICLES} WHERE {' AND '.join(conditions) or 'TRUE'}"
    count = database.execute(f"SELECT count(*) FROM ({matching})", values).fetchone()[0]
    rows = database.execute(f"{matching} ORDER BY articles.id DESC LIMIT :limit OFFSET :offset", values)
    articles = [_view(row) for row in rows]
    for article in articles:
        del article["body"]
    return {"articles": articles, "articlesCount": count}


@router.post("/articles", status_code=HTTPStatus.CREATED)
def create_article(form: ForArticle[NewArticle], caller: Caller, database: Database) -> dict[str, Any]:
    """Publish an article of the caller."""
    new = form.article
    with writing(database):
        time = now()
        slug = _free_slug(database, new.title, None)
        values = (slug, new.title, new.description, new.body, time, time, caller["id"])
        article = database.execute(
            """
            INSERT INTO articles (slug, title, description, body, created_at, updated_at, author_id)
            VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id
            """,
            values,
        ).fetchone()
        _set_tags(database, article["id"], new.tags)
        return _answer(database, slug, caller)


@router.get("/articles/{slug}")
def read_article(slug: str, caller: CallerIfAny, database: Database) -> dict[str, Any]:
    """Give an article."""
    return _answer(database, slug, caller)


@router.put("/articles/{slug}")
def change_article(slug: str, form: ForArticle[ArticleChange], caller: Caller, database: Database) -> dict[str, Any]:
    """Change the given fields of an article of the caller."""
    changes: dict[str, Any] = {**form.article}
    with writing(database):
        article = _own_article(database, slug, caller)
        if changes.get("title", article["title"]) != article["title"]:
            changes["slug"] = _free_slug(database, changes["title"], article["id"])
        if "tagList" in changes:
            _set_tags(database, article["id"], changes.pop("tagList"))
        new = {**article, **changes, "updated_at": now()}
        database.execute(
            """
            UPDATE articles SET slug = :slug, title = :title, description = :description, body = :body,
                updated_at = :updated_at WHERE id = :id
            """,
            new,
        )
        return _answer(database, new["slug"], caller)


@router.delete("/articles/{slug}", status_code=HTTPStatus.NO_CONTENT)
def delete_article(slug: str, caller: Caller, database: Database) -> None:
    """Delete an article of the caller with all that belongs to it."""
    with writing(database):
        database.execute("DELETE FROM articles WHERE id = ?", (_own_article(database, slug, caller)["id"],))


@router.post("/articles/{slug}/favorite")
def favorite(slug: str, caller: Caller, database: Database) -> dict[str, Any]:
    """Make an article a favourite of the caller."""
    with writing(database):
        article_id = find_article(database, slug, caller)["id"]
        database.execute("INSERT OR IGNORE INTO favorites VALUES (?, ?)", (article_id, caller["id"]))
        return _answer(database, slug, caller)


@router.delete("/articles/{slug}/favorite")
def unfavorite(slug: str, caller: Caller, database: Database) -> dict[str, Any]:
    """Make an article a favourite of the caller no more."""
    with writing(database):
        article_id = find_article(database, slug, caller)["id"]
        database.execute("DELETE FROM favorites WHERE article_id = ? AND user_id = ?", (article_id, caller["id"]))
        return _answer(database, slug, caller)


@router.get("/tags")
def list_tags(database: Database, _caller: CallerIfAny) -> dict[str, list[str]]:
    """List the tags of all articles."""
    return {"tags": [row["tag"] for row in database.execute("SELECT DISTINCT tag FROM tags ORDER BY tag")]}


def find_article(database: sqlite3.Connection, slug: str, caller: sqlite3.Row | None) -> sqlite3.Row:
    """The article with that slug, as the caller sees it.

    Raises:
        ApiError: 404, there is none.
    """
    values = {"slug": slug, "caller": id_of(caller)}
    row = database.execute(f"{_ARTICLES} WHERE slug = :slug", values).fetchone()
    if row is None:
        raise not_found("article")
    return row


def _own_article(database: sqlite3.Connection, slug: str, caller: sqlite3.Row) -> sqlite3.Row:
    article = find_article(database, slug, caller)
    if article["author_id"] != caller["id"]:
        raise forbidden("article")
    return article


def _free_slug(database: sqlite3.Connection, title: str, article_id: int | None) -> str:
    base = re.sub("[^A-Za-z0-9]+", "-", title).strip("-").lower() or "article"
    slug = base
    for number in itertools.count(2):
        query = "SELECT 1 FROM articles WHERE slug = ? AND id IS NOT ?"
        # An article at "feed" would be hidden by the feed.
        if slug != "feed" and not database.execute(query, (slug, article_id)).fetchone():
            break
        slug = f"{base}-{number}"
    return slug


def _set_tags(database: sqlite3.Connection, article_id: int, tags: list[str]) -> None:
    database.execute("DELETE FROM tags WHERE article_id = ?", (article_id,))
    rows = [(article_id, position, tag) for position, tag in enumerate(tags)]
    database.executemany("INSERT INTO tags VALUES (?, ?, ?)", rows)


def _answer(database: sqlite3.Connection, slug: str, caller: sqlite3.Row | None) -> dict[str, Any]:
    return {"article": _view(find_article(database, slug, caller))}


def _view(row: sqlite3.Row) -> dict[str, Any]:
    return {
        **{name: row[name] for name in ("slug", "title", "description", "body")},
        "tagList": json.loads(row["tags"]),
        "createdAt": row["created_at"],
        "updatedAt": row["updated_at"],
        "favorited": bool(row["favorited"]),
        "favoritesCount": row["favorites_count"],
        "author": author_of(row),
    }
