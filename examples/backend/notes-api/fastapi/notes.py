"""The private notes of users."""

import json
import re
import sqlite3
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Depends, Request, Response
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from accounts import CurrentSession, authenticate
from dependencies import AppDatabase, Now
from errors import NotFound, PreconditionFailed, PreconditionRequired
from inputs import Input, body_of, validate, without_control_characters, without_nul
from preconditions import IfMatch, entity_tag, matches

# 13 hexadecimal digits: every such position fits into SQLite's integers.
CURSOR = re.compile(r"[0-9a-f]{13}")
FIRST_PAGE = 16**13

# Naming the dependency here makes it run before those of the endpoints, so the token is checked before all else.
router = APIRouter(prefix="/notes", dependencies=[Depends(authenticate)])


def _not_blank(title: str) -> str:
    if not title.strip(" "):
        raise ValueError("must have a character other than a space")
    return title


def _without_spaces(tag: str) -> str:
    if " " in tag:
        raise ValueError("must not contain spaces")
    return tag


def _without_repetitions(tags: list[str]) -> list[str]:
    return list(dict.fromkeys(tags))


def _only_value(values: list[str]) -> str:
    if len(values) != 1 or not values[0]:
        raise ValueError("must be given once and not be empty")
    return values[0]


def _whole_number(text: str) -> int:
    if not re.fullmatch(r"[0-9]+", text):
        raise ValueError("must be written with the digits 0 to 9")
    return int(text)


def _position(cursor: str) -> int:
    if not CURSOR.fullmatch(cursor):
        raise ValueError("is not a cursor")
    return int(cursor, 16)


Tag = Annotated[
    str, Field(min_length=1, max_length=30), AfterValidator(without_control_characters), AfterValidator(_without_spaces)
]


class NoteInput(Input):
    """The body of a create or an update."""

    title: Annotated[
        str,
        Field(min_length=1, max_length=200),
        AfterValidator(without_control_characters),
        AfterValidator(_not_blank),
    ]
    content: Annotated[str, Field(max_length=10_000), AfterValidator(without_nul)] = ""
    tags: Annotated[list[Tag], Field(max_length=10), AfterValidator(_without_repetitions)] = []


# Of several BeforeValidators the last one runs first.
class ListQuery(Input):
    """The query parameters of a list; each comes as the list of its values."""

    limit: Annotated[int, Field(ge=1, le=100), BeforeValidator(_whole_number), BeforeValidator(_only_value)] = 20
    tag: Annotated[Tag | None, BeforeValidator(_only_value)] = None
    cursor: Annotated[int, BeforeValidator(_position), BeforeValidator(_only_value)] = FIRST_PAGE


class Note(BaseModel):
    """A note as clients see it."""

    id: str
    title: str
    content: str
    tags: list[str]
    version: int
    created_at: str
    updated_at: str


class NotePage(BaseModel):
    """A page of a list."""

    items: list[Note]
    next_cursor: str | None


async def _list_query(request: Request) -> ListQuery:
    parameters = request.query_params
    return validate(ListQuery, {name: parameters.getlist(name) for name in parameters})


NoteBody = Annotated[NoteInput, Depends(body_of(NoteInput))]


@router.post("", status_code=HTTPStatus.CREATED)
def create_note(session: CurrentSession, body: NoteBody, database: AppDatabase, now: Now, response: Response) -> Note:
    """Add a note of the caller."""
    time = _timestamp(now)
    with database.transaction() as connection:
        row = connection.execute(
            "INSERT INTO notes (id, user_id, title, content, tags, version, created_at, updated_at)"
            " VALUES (?, ?, ?, ?, ?, 1, ?, ?) RETURNING *",
            (uuid4().hex, session.user_id, body.title, body.content, json.dumps(body.tags), time, time),
        ).fetchone()
    response.headers["Location"] = f"/notes/{row['id']}"
    return _answer(row, response)


@router.get("")
def list_notes(
    session: CurrentSession, query: Annotated[ListQuery, Depends(_list_query)], database: AppDatabase
) -> NotePage:
    """List the caller's notes, the newest first."""
    parameters: dict[str, Any] = {
        "user_id": session.user_id,
        "before": query.cursor,
        "tag": query.tag,
        "limit": query.limit + 1,  # one more than the page holds tells whether another page follows
    }
    with database.transaction() as connection:
        rows = connection.execute(
            "SELECT * FROM notes WHERE user_id = :user_id AND position < :before"
            " AND (:tag IS NULL OR EXISTS (SELECT 1 FROM json_each(notes.tags) WHERE value = :tag))"
            " ORDER BY position DESC LIMIT :limit",
            parameters,
        ).fetchall()
    page = rows[: query.limit]
    next_cursor = f"{page[-1]['position']:013x}" if len(rows) > len(page) else None
    return NotePage(items=[_to_note(row) for row in page], next_cursor=next_cursor)


@router.get("/{note_id}")
def read_note(session: CurrentSession, note_id: str, database: AppDatabase, response: Response) -> Note:
    """Return a note of the caller."""
    with database.transaction() as connection:
        row = _find(connection, session.user_id, note_id)
    return _answer(row, response)


@router.put("/{note_id}")
def replace_note(
    session: CurrentSession,
    note_id: str,
    body: NoteBody,
    if_match: IfMatch,
    database: AppDatabase,
    now: Now,
    response: Response,
) -> Note:
    """Replace the title, content and tags of a note that still has the version the caller knows."""
    with database.transaction() as connection:
        current = _find(connection, session.user_id, note_id)
        if if_match is None:
            raise PreconditionRequired
        _require_match(if_match, current)
        row = connection.execute(
            "UPDATE notes SET title = ?, content = ?, tags = ?, version = version + 1, updated_at = ?"
            " WHERE position = ? RETURNING *",
            (body.title, body.content, json.dumps(body.tags), _timestamp(now), current["position"]),
        ).fetchone()
    return _answer(row, response)


@router.delete("/{note_id}", status_code=HTTPStatus.NO_CONTENT)
def delete_note(session: CurrentSession, note_id: str, if_match: IfMatch, database: AppDatabase) -> None:
    """Delete a note, if the caller says so only while it has the version the caller knows."""
    with database.transaction() as connection:
        current = _find(connection, session.user_id, note_id)
        if if_match is not None:
            _require_match(if_match, current)
        connection.execute("DELETE FROM notes WHERE position = ?", (current["position"],))


def _find(connection: sqlite3.Connection, user_id: str, note_id: str) -> sqlite3.Row:
    query = "SELECT * FROM notes WHERE id = ? AND user_id = ?"
    row: sqlite3.Row | None = connection.execute(query, (note_id, user_id)).fetchone()
    if row is None:
        raise NotFound
    return row


def _require_match(if_match: str, current: sqlite3.Row) -> None:
    if not matches(if_match, current["version"]):
        raise PreconditionFailed


def _answer(row: sqlite3.Row, response: Response) -> Note:
    response.headers["ETag"] = entity_tag(row["version"])
    return _to_note(row)


def _to_note(row: sqlite3.Row) -> Note:
    return Note.model_validate({**dict(row), "tags": json.loads(row["tags"])})


def _timestamp(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
