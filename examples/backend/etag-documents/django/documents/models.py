"""Documents and their versions."""

from typing import Any

from django.core.validators import ProhibitNullCharactersValidator
from django.db import models


class Document(models.Model):
    """A name that a client has chosen; what it holds is its latest version."""

    id = models.CharField(max_length=64, primary_key=True)
    is_deleted = models.BooleanField(default=False)

    def latest(self) -> "Version":
        """The current version."""
        return self.versions.latest()


class Version(models.Model):
    """What a document holds, or held; never changed once it is stored."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=100, validators=[ProhibitNullCharactersValidator()])
    content = models.CharField(max_length=2000, blank=True, validators=[ProhibitNullCharactersValidator()])

    class Meta:
        ordering = ["number"]
        get_latest_by = "number"
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="unique_version")]

    def as_entry(self) -> dict[str, Any]:
        """The version as an entry of the history."""
        return {"version": self.number, "title": self.title, "content": self.content}

    def as_document(self) -> dict[str, Any]:
        """The version as the document that clients see."""
        return {"id": self.document_id, **self.as_entry()}
