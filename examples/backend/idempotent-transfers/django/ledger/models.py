"""Accounts, transfers, entries and the answers given to idempotency keys."""

from typing import Any
from uuid import uuid4

from django.db import models


def new_id() -> str:
    """An id that nothing has yet."""
    return str(uuid4())


class Account(models.Model):
    """An account and the money in it."""

    id = models.CharField(primary_key=True, max_length=36, default=new_id)
    currency = models.CharField(max_length=3)
    opening_balance = models.BigIntegerField()
    balance = models.BigIntegerField()

    def as_json(self) -> dict[str, Any]:
        """The account as clients see it."""
        return {
            "id": self.id,
            "currency": self.currency,
            "opening_balance": self.opening_balance,
            "balance": self.balance,
        }


class Transfer(models.Model):
    """Money that has been moved."""

    id = models.CharField(primary_key=True, max_length=36, default=new_id)
    source = models.ForeignKey(Account, models.PROTECT, related_name="+")
    target = models.ForeignKey(Account, models.PROTECT, related_name="+")
    amount = models.BigIntegerField()

    def as_json(self) -> dict[str, Any]:
        """The transfer as clients see it."""
        return {
            "id": self.id,
            "from": self.source_id,
            "to": self.target_id,
            "amount": self.amount,
            "currency": self.source.currency,
        }


class Entry(models.Model):
    """What a transfer did to one of its accounts."""

    # The order of the transfers, which random ids do not have.
    number = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(Account, models.PROTECT, related_name="entries", db_index=False)
    transfer = models.ForeignKey(Transfer, models.PROTECT, related_name="+", db_index=False)
    counterparty = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    amount = models.BigIntegerField()
    balance_after = models.BigIntegerField()

    class Meta:
        ordering = ["-number"]
        indexes = [models.Index(fields=["account", "number"], name="entries_of_account")]

    def as_json(self) -> dict[str, Any]:
        """The entry as clients see it."""
        return {
            "transfer_id": self.transfer_id,
            "counterparty": self.counterparty_id,
            "amount": self.amount,
            "balance_after": self.balance_after,
        }


class Answer(models.Model):
    """The response that an idempotency key has got, and the order that it answers."""

    key = models.CharField(primary_key=True, max_length=64)
    # A text, because a refused order may name accounts that do not exist.
    order = models.TextField()
    status = models.PositiveSmallIntegerField()
    media_type = models.CharField(max_length=40)
    location = models.CharField(max_length=60, null=True)
    body = models.TextField()
