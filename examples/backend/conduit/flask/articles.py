"""Articles: lists, favourites, tags."""

import itertools
import json
import re
import sqlite3
from typing import Any

from flask import Blueprint, g
from flask.typing import ResponseReturnValue

from callers import caller_allowed, caller_id, caller_required
from database import first, now, query, writing
from errors import forbidden, not_found
from forms import Text, Texts, Whole, read, read_query
from users import ANY_TEXT, profile_of

blueprint = Blueprint("articles", __name__)

REQUIRED = {"title": Text(100), "description": Text(300), "body": Text(20_000)}
OPTIONAL = {"tagList": Texts(Text(30), most=10)}
PART = {"limit": Whole(1, 100), "offset": Whole(0, 1_000_000_000)}
FILTERS = {"tag": ANY_TEXT, "author": ANY_TEXT, "favorited": ANY_TEXT}

SELECT = """
SELECT articles.*, username, bio, image,
    EXISTS (SELECT 1 FROM follows WHERE follower_id = :caller AND followed_id = author_id) AS following,
    EXISTS (SELECT 1 FROM favorites WHERE article_id = articles.id AND user_id = :caller) AS favorited,
    (SELECT count(*) FROM favorites WHERE article_id = articles.id) AS favorites_count,
    (SELECT json_group_array(tag) FROM (SELECT tag FROM tags WHERE article_id = articles.id ORDER BY position)) AS tags
FROM articles JOIN users ON users.id = author_id
"""
MATCHING = """
    (:tag IS NULL OR articles.id IN (SELECT article_id FROM tags WHERE tag = :tag))
    AND (:author IS NULL OR username = :author)
    AND (:favorited IS NULL OR articles.id IN (
        SELECT article_id FROM favorites JOIN users ON users.id = user_id WHERE username = :favorited))
"""
FOLLOWED = "author_id IN (SELECT followed_id FROM follows WHERE follower_id = :caller)"


@blueprint.get("/articles")
@caller_allowed
def list_articles() -> ResponseReturnValue:
    """List the articles that match all filters."""
    return _list(MATCHING, **{**dict.fromkeys(FILTERS), **read_query(**FILTERS, **PART)})


@blueprint.get("/articles/feed")
@caller_required
def feed() -> ResponseReturnValue:
    """List the articles of the users whom the caller follows."""
    return _list(FOLLOWED, **read_query(**PART))


def _list(condition: str, limit: int = 20, offset: int = 0, **values: str | None) -> dict[str, Any]:
    values["caller"] = caller_id()
    count = first(f"SELECT count(*) FROM articles JOIN users ON users.id = author_id WHERE {condition}", **values)
    part = f"{SELECT} WHERE {condition} ORDER BY articles.id DESC LIMIT :limit OFFSET :offset"
    articles = [_view(row) for row in query(part, limit=limit, offset=offset, **values)]
    for article in articles:
        del article["body"]
    return {"articles": articles, "articlesCount": count[0]}


@blueprint.post("/articles")
@caller_required
def create_article() -> ResponseReturnValue:
    """Publish an article of the caller."""
    new = read("article", REQUIRED, OPTIONAL)
    tags = new.pop("tagList", [])
    with writing():
        slug = _free_slug(new["title"])
        article = first(
            """
            INSERT INTO articles (slug, title, description, body, created_at, updated_at, author_id)
            VALUES (:slug, :title, :description, :body, :time, :time, :author) RETURNING id
            """,
            **{**new, "slug": slug, "time": now(), "author": g.caller["id"]},
        )
        _set_tags(article["id"], tags)
        return _answer(slug), 201


@blueprint.get("/articles/<slug>")
@caller_allowed
def read_article(slug: str) -> ResponseReturnValue:
    """Give an article."""
    return _answer(slug)


@blueprint.put("/articles/<slug>")
@caller_required
def change_article(slug: str) -> ResponseReturnValue:
    """Change the given fields of an article of the caller."""
    changes = read("article", {}, {**REQUIRED, **OPTIONAL})
    with writing():
        old = _own_article(slug)
        new = {**old, **changes, "updated_at": now()}
        if new["title"] != old["title"]:
            new["slug"] = _free_slug(new["title"], but=old["id"])
        query(
            """
            UPDATE articles SET slug = :slug, title = :title, description = :description, body = :body,
                updated_at = :updated_at WHERE id = :id
            """,
            **new,
        )
        if "tagList" in changes:
            _set_tags(old["id"], changes["tagList"])
        return _answer(new["slug"])


@blueprint.delete("/articles/<slug>")
@caller_required
def delete_article(slug: str) -> ResponseReturnValue:
    """Delete an article of the caller with all that belongs to it."""
    with writing():
        query("DELETE FROM articles WHERE id = :id", id=_own_article(slug)["id"])
    return "", 204


@blueprint.post("/articles/<slug>/favorite")
@caller_required
def favorite(slug: str) -> ResponseReturnValue:
    """Make an article a favourite of the caller."""
    return _favor("INSERT OR IGNORE INTO favorites VALUES (:article, :caller)", slug)


@blueprint.delete("/articles/<slug>/favorite")
@caller_required
def unfavorite(slug: str) -> ResponseReturnValue:
    """Make an article a favourite of the caller no more."""
    return _favor("DELETE FROM favorites WHERE article_id = :article AND user_id = :caller", slug)


def _favor(statement: str, slug: str) -> dict[str, Any]:
    with writing():
        query(statement, article=find_article(slug)["id"], caller=g.caller["id"])
        return _answer(slug)


@blueprint.get("/tags")
@caller_allowed
def list_tags() -> ResponseReturnValue:
    """List the tags of all articles."""
    return {"tags": [row["tag"] for row in query("SELECT DISTINCT tag FROM tags ORDER BY tag")]}


def find_article(slug: str) -> sqlite3.Row:
    """The article with that slug, as the caller sees it.

    Raises:
        ApiError: 404, there is none.
    """
    row = first(f"{SELECT} WHERE slug = :slug", slug=slug, caller=caller_id())
    if row is None:
        raise not_found("article")
    return row


def _own_article(slug: str) -> sqlite3.Row:
    article = find_article(slug)
    if article["author_id"] != g.caller["id"]:
        raise forbidden("article")
    return article


def _free_slug(title: str, but: int | None = None) -> str:
    base = re.sub("[^A-Za-z0-9]+", "-", title).strip("-").lower() or "article"
    # An article at "feed" would be hidden by the feed.
    suffixed = (f"{base}-{number}" for number in itertools.count(2))
    candidates = itertools.chain([] if base == "feed" else [base], suffixed)
    taken = "SELECT 1 FROM articles WHERE slug = :slug AND id IS NOT :id"
    return next(slug for slug in candidates if not first(taken, slug=slug, id=but))


def _set_tags(article_id: int, tags: list[str]) -> None:
    query("DELETE FROM tags WHERE article_id = :article", article=article_id)
    for position, tag in enumerate(tags):
        query("INSERT INTO tags VALUES (:article, :position, :tag)", article=article_id, position=position, tag=tag)


def _answer(slug: str) -> dict[str, Any]:
    return {"article": _view(find_article(slug))}


def _view(row: sqlite3.Row) -> dict[str, Any]:
    return {
        **{name: row[name] for name in ("slug", "title", "description", "body")},
        "tagList": json.loads(row["tags"]),
        "createdAt": row["created_at"],
        "updatedAt": row["updated_at"],
        "favorited": bool(row["favorited"]),
        "favoritesCount": row["favorites_count"],
        "author": profile_of(row),
    }
