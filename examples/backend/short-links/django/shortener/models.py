"""Tenants and their links."""

from typing import Any
from uuid import uuid4

from django.db import models


def new_id() -> str:
    """An id that nothing has yet."""
    return str(uuid4())


class Tenant(models.Model):
    """Somebody who makes links, and the hash of the key that tells who it is."""

    id = models.CharField(primary_key=True, max_length=36, default=new_id)
    name = models.CharField(max_length=100)
    key_hash = models.CharField(max_length=64, unique=True)


class Link(models.Model):
    """A short link. A deleted one stays, so that its code stays taken."""

    # The order in which links were made.
    number = models.BigAutoField(primary_key=True)
    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="links", db_index=False)
    code = models.CharField(max_length=32, unique=True)
    url = models.CharField(max_length=2000)
    # A text of one form, in which an earlier time is a smaller text.
    expires_at = models.CharField(max_length=20, null=True)
    hits = models.BigIntegerField(default=0)
    deleted = models.BooleanField(default=False)

    class Meta:
        ordering = ["number"]
        indexes = [models.Index(fields=["tenant", "number"], name="links_of_tenant")]

    def as_json(self) -> dict[str, Any]:
        """The link as its tenant sees it."""
        return {
            "code": self.code,
            "url": self.url,
            "expires_at": self.expires_at,
            "hits": self.hits,
        }
