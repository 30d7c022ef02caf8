"""Accounts, sessions and failed attempts."""

from django.db import models


class Account(models.Model):
    """Somebody who can log in."""

    username = models.CharField(max_length=32, unique=True)
    password_hash = models.CharField(max_length=256)
    role = models.CharField(max_length=16, default="user")

    def as_json(self) -> dict[str, str]:
        """The account as it is answered."""
        return {"username": self.username, "role": self.role}


class Session(models.Model):
    """Somebody who is logged in. The token itself is not stored, only what it can be found by."""

    # Anybody may know it: it names the session, but does not open it.
    public_id = models.CharField(max_length=36, unique=True)
    account = models.ForeignKey(Account, models.CASCADE, related_name="sessions")
    token_digest = models.CharField(max_length=64, unique=True)
    user_agent = models.TextField()

    class Meta:
        ordering = ["id"]


class Attempts(models.Model):
    """Failed attempts with a username, which need not be that of an account."""

    username = models.CharField(max_length=128, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    # When they are forgotten, in seconds since 1970.
    expires = models.FloatField()
