"""Comments on articles."""

import re
import sqlite3
from typing import Any

from flask import Blueprint, g
from flask.typing import ResponseReturnValue

from articles import find_article
from callers import caller_allowed, caller_id, caller_required
from database import first, now, query, writing
from errors import forbidden, not_found
from forms import Text, read
from users import profile_of

blueprint = Blueprint("comments", __name__)

SELECT = """
SELECT comments.*, username, bio, image,
    EXISTS (SELECT 1 FROM follows WHERE follower_id = :caller AND followed_id = author_id) AS following
FROM comments JOIN users ON users.id = author_id WHERE article_id = :article
"""


@blueprint.post("/articles/<slug>/comments")
@caller_required
def add_comment(slug: str) -> ResponseReturnValue:
    """Comment on an article."""
    body = read("comment", {"body": Text(2_000)})["body"]
    with writing():
        article_id = find_article(slug)["id"]
        added = first(
            """
            INSERT INTO comments (article_id, author_id, body, created_at) VALUES (:article, :author, :body, :time)
            RETURNING id
            """,
            article=article_id,
            author=g.caller["id"],
            body=body,
            time=now(),
        )
        return {"comment": _view(_find(article_id, added["id"]))}, 201


@blueprint.get("/articles/<slug>/comments")
@caller_allowed
def list_comments(slug: str) -> ResponseReturnValue:
    """List the comments on an article."""
    article_id = find_article(slug)["id"]
    rows = query(f"{SELECT} ORDER BY comments.id DESC", article=article_id, caller=caller_id())
    return {"comments": [_view(row) for row in rows]}


@blueprint.delete("/articles/<slug>/comments/<comment_id>")
@caller_required
def delete_comment(slug: str, comment_id: str) -> ResponseReturnValue:
    """Delete a comment of the caller."""
    with writing():
        article_id = find_article(slug)["id"]
        # int() and SQLite would also find the comment 7 by "07" or " 7".
        if not re.fullmatch("[1-9][0-9]{0,17}", comment_id):
            raise not_found("comment")
        comment = _find(article_id, int(comment_id))
        if comment["author_id"] != g.caller["id"]:
            raise forbidden("comment")
        query("DELETE FROM comments WHERE id = :id", id=comment["id"])
    return "", 204


def _find(article_id: int, comment_id: int) -> sqlite3.Row:
    row = first(f"{SELECT} AND comments.id = :id", article=article_id, id=comment_id, caller=caller_id())
    if row is None:
        raise not_found("comment")
    return row


def _view(row: sqlite3.Row) -> dict[str, Any]:
    times = {"createdAt": row["created_at"], "updatedAt": row["created_at"]}
    return {"id": row["id"], **times, "body": row["body"], "author": profile_of(row)}
