"""Comments on articles."""

import re
import sqlite3
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter

from articles import find_article
from database import Database, now, writing
from errors import forbidden, not_found
from schemas import ForComment, NewComment
from users import Caller, CallerIfAny, author_of, id_of

router = APIRouter(prefix="/articles/{slug}/comments")

_COMMENTS = """
SELECT comments.*, username, bio, image,
    EXISTS (SELECT 1 FROM follows WHERE follower_id = :caller AND followed_id = author_id) AS following
FROM comments JOIN users ON users.id = author_id WHERE article_id = :article
"""


@router.post("", status_code=HTTPStatus.CREATED)
def add_comment(slug: str, form: ForComment[NewComment], caller: Caller, database: Database) -> dict[str, Any]:
    """Comment on an article."""
    with writing(database):
        article = find_article(database, slug, caller)
        query = "INSERT INTO comments (article_id, author_id, body, created_at) VALUES (?, ?, ?, ?) RETURNING id"
        added = database.execute(query, (article["id"], caller["id"], form.comment.body, now())).fetchone()
        return {"comment": _view(_find(database, article, added["id"], caller))}


@router.get("")
def list_comments(slug: str, caller: CallerIfAny, database: Database) -> dict[str, Any]:
    """List the comments on an article."""
    article = find_article(database, slug, caller)
    values = {"article": article["id"], "caller": id_of(caller)}
    rows = database.execute(f"{_COMMENTS} ORDER BY comments.id DESC", values)
    return {"comments": [_view(row) for row in rows]}


@router.delete("/{comment_id}", status_code=HTTPStatus.NO_CONTENT)
def delete_comment(slug: str, comment_id: str, caller: Caller, database: Database) -> None:
    """Delete a comment of the caller."""
    with writing(database):
        article = find_article(database, slug, caller)
        # SQLite would also find the comment 7 by "07" or " 7".
        if not re.fullmatch("[1-9][0-9]{0,17}", comment_id):
            raise not_found("comment")
        if _find(database, article, int(comment_id), caller)["author_id"] != caller["id"]:
            raise forbidden("comment")
        database.execute("DELETE FROM comments WHERE id = ?", (comment_id,))


def _find(database: sqlite3.Connection, article: sqlite3.Row, comment_id: int, caller: sqlite3.Row) -> sqlite3.Row:
    values = {"article": article["id"], "id": comment_id, "caller": caller["id"]}
    row = database.execute(f"{_COMMENTS} AND comments.id = :id", values).fetchone()
    if row is None:
        raise not_found("comment")
    return row


def _view(row: sqlite3.Row) -> dict[str, Any]:
    times = {"createdAt": row["created_at"], "updatedAt": row["created_at"]}
    return {"id": row["id"], **times, "body": row["body"], "author": author_of(row)}
