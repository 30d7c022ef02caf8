"""The private notes of users."""

import json
import re
import sqlite3
from datetime import UTC
from functools import partial
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from flask import Blueprint, Response, g, jsonify, request
from flask.typing import ResponseReturnValue

from accounts import authenticate
from context import database, now
from errors import NotFound, PreconditionFailed, PreconditionRequired
from inputs import fields_of, json_object, line, once, text
from preconditions import entity_tag, matches

LIMIT = re.compile(r"0*([0-9]{1,3})")
DEFAULT_LIMIT, MAX_LIMIT = 20, 100
MAX_TAGS = 10

# 13 hexadecimal digits: every such serial number fits into SQLite's integers.
CURSOR = re.compile(r"[0-9a-f]{13}")
BEFORE_ALL = 16**13

blueprint = Blueprint("notes", __name__, url_prefix="/notes")
blueprint.before_request(authenticate)


@blueprint.post("")
def create_note() -> ResponseReturnValue:
    """Add a note of the caller."""
    columns = _note_columns()
    with database().transaction() as connection:
        row = connection.execute(
            "INSERT INTO notes (id, user_id, title, content, tags, version, created_at, updated_at)"
            " VALUES (:id, :user_id, :title, :content, :tags, 1, :time, :time) RETURNING *",
            {"id": uuid4().hex, "user_id": g.user_id, "time": _timestamp(), **columns},
        ).fetchone()
    response = _answer(row)
    response.headers["Location"] = f"/notes/{row['id']}"
    return response, HTTPStatus.CREATED


@blueprint.get("")
def list_notes() -> ResponseReturnValue:
    """List the caller's notes, the newest first."""
    with fields_of(dict(request.args.lists())) as field:
        limit = field("limit", once(_limit), default=DEFAULT_LIMIT)
        tag = field("tag", once(_tag), default=None)
        before = field("cursor", once(_serial), default=BEFORE_ALL)
    with database().transaction() as connection:
        # One more than the page holds tells whether another page follows.
        rows = connection.execute(
            "SELECT * FROM notes WHERE user_id = :user_id AND serial < :before"
            " AND (:tag IS NULL OR EXISTS (SELECT 1 FROM json_each(notes.tags) WHERE value = :tag))"
            " ORDER BY serial DESC LIMIT :limit + 1",
            {"user_id": g.user_id, "before": before, "tag": tag, "limit": limit},
        ).fetchall()
    page = rows[:limit]
    next_cursor = f"{page[-1]['serial']:013x}" if len(rows) > limit else None
    return {"items": [_to_note(row) for row in page], "next_cursor": next_cursor}


@blueprint.get("/<note_id>")
def read_note(note_id: str) -> ResponseReturnValue:
    """Answer a note of the caller."""
    with database().transaction() as connection:
        row = _find(connection, note_id)
    return _answer(row)


@blueprint.put("/<note_id>")
def replace_note(note_id: str) -> ResponseReturnValue:
    """Replace the title, content and tags of a note that still has the version the caller knows."""
    columns = _note_columns()
    with database().transaction() as connection:
        current = _find(connection, note_id)
        if "If-Match" not in request.headers:
            raise PreconditionRequired
        _require_match(current)
        row = connection.execute(
            "UPDATE notes SET title = :title, content = :content, tags = :tags, version = version + 1,"
            " updated_at = :time WHERE serial = :serial RETURNING *",
            {"serial": current["serial"], "time": _timestamp(), **columns},
        ).fetchone()
    return _answer(row)


@blueprint.delete("/<note_id>")
def delete_note(note_id: str) -> ResponseReturnValue:
    """Delete a note; with If-Match only if it still has the version the caller knows."""
    with database().transaction() as connection:
        current = _find(connection, note_id)
        if "If-Match" in request.headers:
            _require_match(current)
        connection.execute("DELETE FROM notes WHERE serial = ?", (current["serial"],))
    return "", HTTPStatus.NO_CONTENT


def _note_columns() -> dict[str, str]:
    with fields_of(json_object()) as field:
        title = field("title", _title)
        content = field("content", partial(text, minimum=0, maximum=10_000), default="")
        tags = field("tags", _tags, default=[])
    return {"title": title, "content": content, "tags": json.dumps(tags)}


def _title(value: object) -> str:
    title = line(value, minimum=1, maximum=200)
    if not title.strip(" "):
        raise ValueError("must have a character other than a space")
    return title


def _tag(value: object) -> str:
    tag = line(value, minimum=1, maximum=30)
    if " " in tag:
        raise ValueError("must not contain spaces")
    return tag


def _tags(value: object) -> list[str]:
    if not isinstance(value, list) or len(value) > MAX_TAGS:
        raise ValueError(f"must be an array of at most {MAX_TAGS} entries")
    return list(dict.fromkeys(_tag(entry) for entry in value))


def _limit(value: str) -> int:
    match = LIMIT.fullmatch(value)
    limit = int(match[1]) if match else 0
    if not 1 <= limit <= MAX_LIMIT:
        raise ValueError(f"must be an integer from 1 to {MAX_LIMIT}")
    return limit


def _serial(cursor: str) -> int:
    if not CURSOR.fullmatch(cursor):
        raise ValueError("is not a cursor")
    return int(cursor, 16)


def _find(connection: sqlite3.Connection, note_id: str) -> sqlite3.Row:
    query = "SELECT * FROM notes WHERE id = ? AND user_id = ?"
    row: sqlite3.Row | None = connection.execute(query, (note_id, g.user_id)).fetchone()
    if row is None:
        raise NotFound
    return row


def _require_match(current: sqlite3.Row) -> None:
    if not matches(request.headers["If-Match"], current["version"]):
        raise PreconditionFailed


def _answer(row: sqlite3.Row) -> Response:
    response = jsonify(_to_note(row))
    response.headers["ETag"] = entity_tag(row["version"])
    return response


def _to_note(row: sqlite3.Row) -> dict[str, Any]:
    names = ("id", "title", "content", "version", "created_at", "updated_at")
    return {**{name: row[name] for name in names}, "tags": json.loads(row["tags"])}


def _timestamp() -> str:
    return now().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
