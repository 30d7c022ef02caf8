"""Storing, finding and removing files."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.db.models import Sum

from vault.content import Incoming
from vault.models import StoredFile
from vault.problems import ProblemError

_PART = ".part"


def prepare_folder() -> None:
    """Make the folder if it is missing, and remove what is left there of uploads that never ended."""
    settings.FILES_FOLDER.mkdir(exist_ok=True)
    for left in settings.FILES_FOLDER.glob(f"*{_PART}"):
        left.unlink()


@contextmanager
def incoming_upload() -> Iterator[Incoming]:
    """An upload to be written to; what has not been kept in the end is removed."""
    path = settings.FILES_FOLDER / f"{token_hex(16)}{_PART}"
    try:
        with path.open("xb") as file:
            yield Incoming(file, settings.VAULT.max_file_bytes)
    finally:
        path.unlink(missing_ok=True)


def keep(incoming: Incoming, owner: str, name: str, content_digest: str | None) -> StoredFile:
    """Make a file of an upload that is whole.

    Raises:
        ProblemError: the content is not accepted, or the owner's files would be too large.
    """
    media_type, sha256 = incoming.finish(content_digest)
    file = StoredFile(
        owner=owner, name=name, media_type=media_type, size=incoming.size, sha256=sha256
    )
    path = settings.FILES_FOLDER / file.file_id
    try:
        with transaction.atomic():
            of_owner = StoredFile.objects.filter(owner=owner)
            used = of_owner.aggregate(bytes=Sum("size", default=0))["bytes"]
            if used + file.size > settings.VAULT.quota_bytes:
                raise ProblemError("quota_exceeded")
            file.save()
            os.rename(incoming.path, path)
    except Exception:
        # The commit, at the end of the with statement, may fail after the renaming.
        path.unlink(missing_ok=True)
        raise
    return file


def find(owner: str, file_id: str) -> StoredFile:
    """A file of the owner.

    Raises:
        ProblemError: the owner has no such file.
    """
    file = StoredFile.objects.filter(owner=owner, file_id=file_id).first()
    if file is None:
        raise ProblemError("not_found")
    return file


def open_content(file: StoredFile) -> BinaryIO:
    """The content of a file.

    Raises:
        ProblemError: the file has been deleted meanwhile.
    """
    try:
        return (settings.FILES_FOLDER / file.file_id).open("rb")
    except FileNotFoundError:
        raise ProblemError("not_found") from None


def delete(owner: str, file_id: str) -> None:
    """Remove a file of the owner.

    Raises:
        ProblemError: the owner has no such file.
    """
    deleted, _ = StoredFile.objects.filter(owner=owner, file_id=file_id).delete()
    if not deleted:
        raise ProblemError("not_found")
    # An id of the database, so never a path that leads elsewhere.
    (settings.FILES_FOLDER / file_id).unlink()
