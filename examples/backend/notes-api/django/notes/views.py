"""The private notes of users."""

import re
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from notes import clock
from notes.accounts import AuthenticatedView
from notes.errors import NotFound, PreconditionFailed, PreconditionRequired
from notes.inputs import fields_of, json_object, line, once, text
from notes.models import Note, exclusive_transaction
from notes.preconditions import entity_tag, matches

LIMIT = re.compile(r"0*([0-9]{1,3})")
DEFAULT_LIMIT, MAX_LIMIT = 20, 100
MAX_TAGS = 10

# 13 hexadecimal digits: every such primary key fits into SQLite's integers.
CURSOR = re.compile(r"[0-9a-f]{13}")
BEFORE_ALL = 16**13


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Tell that the server is up."""
    return JsonResponse({"status": "ok"})


class NoteListView(AuthenticatedView):
    """All notes of the caller."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Add a note."""
        fields, tags = _note_input(request)
        time = clock.now()
        with exclusive_transaction():
            note = Note.objects.create(user_id=self.token.user_id, created_at=time, updated_at=time, **fields)
            note.set_tags(tags)
            response = _answer(note)
        response.status_code = HTTPStatus.CREATED
        response.headers["Location"] = f"/notes/{note.public_id}"
        return response

    def get(self, request: HttpRequest) -> HttpResponse:
        """List the notes, the newest first."""
        with fields_of(dict(request.GET.lists())) as field:
            limit = field("limit", once(_limit), default=DEFAULT_LIMIT)
            tag = field("tag", once(_tag), default=None)
            before = field("cursor", once(_primary_key), default=BEFORE_ALL)
        notes = Note.objects.filter(user_id=self.token.user_id, pk__lt=before).order_by("-pk")
        if tag is not None:
            notes = notes.filter(tags__name=tag)
        with exclusive_transaction():
            # One more than the page holds tells whether another page follows.
            found = list(notes.prefetch_related("tags")[: limit + 1])
        page = found[:limit]
        next_cursor = f"{page[-1].pk:013x}" if len(found) > limit else None
        return JsonResponse({"items": [_to_json(note) for note in page], "next_cursor": next_cursor})


class NoteView(AuthenticatedView):
    """One note of the caller."""

    def get(self, request: HttpRequest, note_id: str) -> HttpResponse:
        """Answer the note."""
        with exclusive_transaction():
            return _answer(self._find(note_id))

    def put(self, request: HttpRequest, note_id: str) -> HttpResponse:
        """Replace the title, content and tags if the note still has the version the caller knows."""
        fields, tags = _note_input(request)
        with exclusive_transaction():
            note = self._find(note_id)
            if "If-Match" not in request.headers:
                raise PreconditionRequired
            _require_match(request, note)
            for name, value in fields.items():
                setattr(note, name, value)
            note.version += 1
            note.updated_at = clock.now()
            note.save()
            note.set_tags(tags)
            return _answer(note)

    def delete(self, request: HttpRequest, note_id: str) -> HttpResponse:
        """Delete the note; with If-Match only if it still has the version the caller knows."""
        with exclusive_transaction():
            note = self._find(note_id)
            if "If-Match" in request.headers:
                _require_match(request, note)
            note.delete()
        return HttpResponse(status=HTTPStatus.NO_CONTENT)

    def _find(self, note_id: str) -> Note:
        note = Note.objects.filter(public_id=note_id, user_id=self.token.user_id).first()
        if note is None:
            raise NotFound
        return note


def _note_input(request: HttpRequest) -> tuple[dict[str, str], list[str]]:
    with fields_of(json_object(request)) as field:
        title = field("title", _title)
        content = field("content", partial(text, minimum=0, maximum=10_000), default="")
        tags = field("tags", _tags, default=[])
    return {"title": title, "content": content}, tags


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


def _primary_key(cursor: str) -> int:
    if not CURSOR.fullmatch(cursor):
        raise ValueError("is not a cursor")
    return int(cursor, 16)


def _require_match(request: HttpRequest, note: Note) -> None:
    if not matches(request.headers["If-Match"], note.version):
        raise PreconditionFailed


def _answer(note: Note) -> HttpResponse:
    return JsonResponse(_to_json(note), headers={"ETag": entity_tag(note.version)})


def _to_json(note: Note) -> dict[str, Any]:
    return {
        "id": note.public_id,
        "title": note.title,
        "content": note.content,
        "tags": [tag.name for tag in note.tags.all()],
        "version": note.version,
        "created_at": _timestamp(note.created_at),
        "updated_at": _timestamp(note.updated_at),
    }


def _timestamp(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
