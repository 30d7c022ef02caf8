"""What the API does with accounts and money."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from threading import Lock
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import QuerySet

from ledger.models import Account, Answer, Entry, Transfer
from ledger.problems import MEDIA_TYPE, IdempotencyKeyReusedError, NotFoundError, RefusalError

MAX_MONEY = 1_000_000_000_000_000

_lock = Lock()


class Order(NamedTuple):
    """A transfer that somebody wants."""

    source: str
    target: str
    amount: int

    def as_text(self) -> str:
        """The order in ASCII: PostgreSQL stores no U+0000, which a wrong account id may hold."""
        return json.dumps(self)


class Page(NamedTuple):
    """Entries of an account, and the number to go on below if more follow."""

    entries: list[Entry]
    next_below: int | None


@contextmanager
def _transaction() -> Iterator[None]:
    # SQLite waits for another connection to a file, but fails at once for one to the same memory.
    with _lock if connection.vendor == "sqlite" else nullcontext(), transaction.atomic():
        yield


def _claim(key: str) -> None:
    """Keep other transactions off an idempotency key that may not be stored yet, until this one ends."""
    # With SQLite an immediate transaction keeps off all others anyway.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def open_account(currency: str, opening_balance: int) -> Account:
    """Store a new account."""
    with _transaction():
        return Account.objects.create(
            currency=currency, opening_balance=opening_balance, balance=opening_balance
        )


def find_account(account_id: str) -> Account:
    """The account in its current state.

    Raises:
        NotFoundError: there is none with that id.
    """
    with _transaction():
        return _existing_account(account_id)


def find_transfer(transfer_id: str) -> Transfer:
    """The transfer with that id, and its source.

    Raises:
        NotFoundError: there is none.
    """
    with _transaction():
        known = Transfer.objects.select_related("source")
        transfer = None if "\0" in transfer_id else known.filter(pk=transfer_id).first()
    if transfer is None:
        raise NotFoundError
    return transfer


def answer_order(key: str, order: Order) -> tuple[Answer, bool]:
    """Carry an order out or refuse it, unless its key already has an answer.

    Returns:
        The answer, and whether it was stored before.

    Raises:
        IdempotencyKeyReusedError: the key has the answer to another order.
    """
    with _transaction():
        _claim(key)
        stored = Answer.objects.filter(pk=key).first()
        if stored is None:
            answer = _decide(key, order)
            answer.save(force_insert=True)
            return answer, False
    if stored.order != order.as_text():
        raise IdempotencyKeyReusedError
    return stored, True


def list_entries(account_id: str, limit: int, below: int | None) -> Page:
    """Entries of an account, latest first; only those with a number below ``below`` if given.

    Raises:
        NotFoundError: there is no such account.
    """
    with _transaction():
        entries = _existing_account(account_id).entries.all()
        if below is not None:
            entries = entries.filter(number__lt=below)
        # One more than asked for tells whether another page follows.
        found = list(entries[: limit + 1])
    return Page(found[:limit], found[limit - 1].number if len(found) > limit else None)


def _accounts_with(ids: list[str]) -> QuerySet[Account]:
    return Account.objects.filter(pk__in=[each for each in ids if "\0" not in each])


def _existing_account(account_id: str) -> Account:
    account = _accounts_with([account_id]).first()
    if account is None:
        raise NotFoundError
    return account


def _decide(key: str, order: Order) -> Answer:
    """Carry the order out if nothing speaks against it; give the answer to be stored."""
    answer = Answer(key=key, order=order.as_text())
    try:
        transfer = _carry_out(order)
    except RefusalError as refusal:
        answer.status = refusal.status
        answer.media_type = MEDIA_TYPE
        answer.body = json.dumps(refusal.document())
    else:
        answer.status = 201
        answer.media_type = "application/json"
        answer.location = f"/transfers/{transfer.id}"
        answer.body = json.dumps(transfer.as_json())
    return answer


def _carry_out(order: Order) -> Transfer:
    """Move the money.

    Raises:
        RefusalError: that cannot be done, and nothing has been; the first reason that applies.
    """
    source, target = _checked_accounts(order)
    transfer = Transfer.objects.create(source=source, target=target, amount=order.amount)
    for account, counterparty, amount in (
        (source, target, -order.amount),
        (target, source, order.amount),
    ):
        account.balance += amount
        account.save(update_fields=["balance"])
        Entry.objects.create(
            account=account,
            transfer=transfer,
            counterparty=counterparty,
            amount=amount,
            balance_after=account.balance,
        )
    return transfer


def _checked_accounts(order: Order) -> tuple[Account, Account]:
    if order.source == order.target:
        raise RefusalError(422, "same_account", "The two accounts must be different.")
    # Locked in the order of their ids, so that two transfers never wait for each other.
    accounts = _accounts_with([order.source, order.target]).select_for_update().order_by("pk").in_bulk()
    if len(accounts) < 2:
        raise RefusalError(422, "unknown_account", "One of the accounts does not exist.")
    source, target = accounts[order.source], accounts[order.target]
    if source.currency != target.currency:
        raise RefusalError(422, "currency_mismatch", "The accounts differ in currency.")
    if order.amount > source.balance:
        raise RefusalError(409, "insufficient_funds", "The amount exceeds the balance.")
    if target.balance + order.amount > MAX_MONEY:
        raise RefusalError(409, "balance_limit", "The receiving account would hold too much.")
    return source, target
