"""Users, their sessions, and the refresh tokens of these."""

from typing import Any
from uuid import uuid4

from django.db import models


def new_id() -> str:
    """An id that nothing else has."""
    return str(uuid4())


class User(models.Model):
    """Somebody who can log in."""

    id = models.CharField(primary_key=True, max_length=36, default=new_id)
    username = models.CharField(max_length=32, unique=True)
    password = models.CharField(max_length=200)
    """As a hasher of Django encodes it."""

    def as_json(self) -> dict[str, str]:
        """What is shown of a user."""
        return {"id": self.id, "username": self.username}


class Session(models.Model):
    """What a login started; ending it deletes it."""

    number = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=36, unique=True, default=new_id)
    user = models.ForeignKey(User, models.CASCADE, related_name="sessions")
    device = models.CharField(max_length=64)
    created_at = models.BigIntegerField()

    class Meta:
        ordering = ["number"]

    def as_json(self, current: "Session") -> dict[str, Any]:
        """The session as its user sees it from the current one."""
        return {
            "id": self.key,
            "device": self.device,
            "created_at": self.created_at,
            "current": self == current,
        }


class RefreshToken(models.Model):
    """A token that a session was given; a used-up one stays, to be known if it comes back."""

    digest = models.CharField(primary_key=True, max_length=64)
    session = models.ForeignKey(Session, models.CASCADE)
    used_up = models.BooleanField(default=False)
