"""Users, their tokens and their notes, and the turns in which threads use them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from django.db import models, transaction

_turn = threading.Lock()


@contextmanager
def exclusive_transaction() -> Iterator[None]:
    """Run the block as a transaction while no other thread runs one."""
    with _turn, transaction.atomic():
        yield


def new_public_id() -> str:
    """An id for clients that tells nothing about other rows."""
    return uuid4().hex


class User(models.Model):
    """Somebody who has registered; the username is in lower case."""

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id)
    username = models.CharField(max_length=32, unique=True)
    password_hash = models.TextField()


class Token(models.Model):
    """A bearer token, of which only the digest is known here."""

    digest = models.CharField(max_length=64, primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    expires_at = models.DateTimeField(db_index=True)


class Note(models.Model):
    """A private note; the primary key tells the order of creation and is never given out twice."""

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id)
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    title = models.CharField(max_length=200)
    content = models.TextField()
    version = models.PositiveBigIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    def set_tags(self, names: list[str]) -> None:
        """Replace all tags of the note."""
        self.tags.all().delete()
        NoteTag.objects.bulk_create(NoteTag(note=self, name=name) for name in names)


class NoteTag(models.Model):
    """A tag of a note; the primary key tells the order of tags."""

    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="tags")
    name = models.CharField(max_length=30)

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=["note", "name"], name="unique_tag_of_note"),)
