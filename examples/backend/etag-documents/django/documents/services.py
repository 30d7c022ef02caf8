"""What can be done with documents; every function is one transaction.

``if_match`` is the value of the header, or None when there is none.
"""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import transaction

from documents.entity_tags import is_strong_match
from documents.models import Document, Version
from documents.problems import Deleted, NotDeleted, NotFound, PreconditionFailed, PreconditionRequired

_lock = threading.Lock()


@contextmanager
def _exclusive() -> Iterator[None]:
    """Run alone, in a transaction.

    On a file SQLite's own lock would do, but connections to one database in memory fail at once instead of waiting.
    """
    with _lock, transaction.atomic():
        yield


@_exclusive()
def get(document_id: str) -> Version:
    """The current version of a document.

    Raises:
        NotFound, Deleted
    """
    return _existing(document_id).latest()


@_exclusive()
def create(document_id: str, fields: Mapping[str, str]) -> Version:
    """Make a document with version 1.

    Raises:
        Deleted, PreconditionFailed: the id is taken, by a deleted document or another.
    """
    if _find(document_id):
        raise PreconditionFailed
    document = Document.objects.create(id=document_id)
    return document.versions.create(number=1, **fields)


@_exclusive()
def replace(document_id: str, fields: Mapping[str, str], if_match: str | None) -> Version:
    """Replace all fields of a document.

    Raises:
        Deleted, PreconditionRequired
        PreconditionFailed: nothing matches, or there never was such a document.
    """
    return _add_version(_matched(_find(document_id), if_match), fields)


@_exclusive()
def change(document_id: str, changes: Mapping[str, str], if_match: str | None) -> Version:
    """Change some fields of a document.

    Raises:
        NotFound, Deleted, PreconditionRequired, PreconditionFailed
    """
    return _add_version(_matched(_existing(document_id), if_match), changes)


@_exclusive()
def delete(document_id: str, if_match: str | None) -> None:
    """Mark a document as deleted.

    Raises:
        NotFound, Deleted, PreconditionRequired, PreconditionFailed
    """
    document = _matched(_existing(document_id), if_match)
    document.is_deleted = True
    document.save()


@_exclusive()
def restore(document_id: str) -> Version:
    """Bring a deleted document back, at a new version.

    Raises:
        NotFound, NotDeleted
    """
    document = Document.objects.filter(id=document_id).first()
    if document is None:
        raise NotFound
    if not document.is_deleted:
        raise NotDeleted
    document.is_deleted = False
    document.save()
    return _add_version(document, {})


@_exclusive()
def history(document_id: str) -> list[Version]:
    """All versions of a document, deleted or not, the oldest first.

    Raises:
        NotFound
    """
    versions = list(Version.objects.filter(document=document_id))
    if not versions:
        raise NotFound
    return versions


@_exclusive()
def version(document_id: str, number: int) -> Version:
    """One version of a document, deleted or not.

    Raises:
        NotFound
    """
    found = Version.objects.filter(document=document_id, number=number).first()
    if found is None:
        raise NotFound
    return found


def _find(document_id: str) -> Document | None:
    document = Document.objects.filter(id=document_id).first()
    if document is not None and document.is_deleted:
        raise Deleted
    return document


def _existing(document_id: str) -> Document:
    document = _find(document_id)
    if document is None:
        raise NotFound
    return document


def _matched(document: Document | None, if_match: str | None) -> Document:
    if if_match is None:
        raise PreconditionRequired
    if document is None or not is_strong_match(if_match, document.latest().number):
        raise PreconditionFailed
    return document


def _add_version(document: Document, changes: Mapping[str, str]) -> Version:
    latest = document.latest()
    fields = {"title": latest.title, "content": latest.content, **changes}
    return document.versions.create(number=latest.number + 1, **fields)
