"""Accounts, transfers, entries and the answers given to idempotency keys, in SQLite."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any, NamedTuple
from uuid import uuid4

from problems import MEDIA_TYPE, IdempotencyKeyReusedError, NotFoundError, RefusalError

MAX_MONEY = 1_000_000_000_000_000

# entries.number is the order of the transfers, which random ids do not have.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS accounts (
    id TEXT PRIMARY KEY,
    currency TEXT NOT NULL,
    opening_balance INTEGER NOT NULL,
    balance INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS transfers (
    id TEXT PRIMARY KEY,
    source TEXT NOT NULL REFERENCES accounts (id),
    target TEXT NOT NULL REFERENCES accounts (id),
    amount INTEGER NOT NULL,
    currency TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS entries (
    number INTEGER PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts (id),
    transfer TEXT NOT NULL REFERENCES transfers (id),
    counterparty TEXT NOT NULL REFERENCES accounts (id),
    amount INTEGER NOT NULL,
    balance_after INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS entries_of_account ON entries (account, number);
CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    target TEXT NOT NULL,
    amount INTEGER NOT NULL,
    status INTEGER NOT NULL,
    media_type TEXT NOT NULL,
    location TEXT,
    body TEXT NOT NULL
);
"""


class Order(NamedTuple):
    """A transfer that somebody wants."""

    source: str
    target: str
    amount: int


class Answer(NamedTuple):
    """The response to a request for a transfer, as it is stored under its key."""

    status: int
    media_type: str
    location: str | None
    body: str


class Page(NamedTuple):
    """Entries of an account, and the number to go on below if more follow."""

    items: list[dict[str, Any]]
    next_below: int | None


class Ledger:
    """All data of the API; safe for use by several threads."""

    def __init__(self, path: str) -> None:
        """Open the database file, or ``:memory:``, and make the tables it lacks."""
        self._lock = Lock()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the database."""
        self._connection.close()

    def open_account(self, currency: str, opening_balance: int) -> dict[str, Any]:
        """Store a new account."""
        account = {
            "id": str(uuid4()),
            "currency": currency,
            "opening_balance": opening_balance,
            "balance": opening_balance,
        }
        with self._transaction() as database:
            database.execute(
                "INSERT INTO accounts VALUES (:id, :currency, :opening_balance, :balance)", account
            )
        return account

    def account(self, account_id: str) -> dict[str, Any]:
        """The account in its current state.

        Raises:
            NotFoundError: there is none with that id.
        """
        with self._transaction() as database:
            return _found(_account(database, account_id))

    def transfer(self, transfer_id: str) -> dict[str, Any]:
        """The transfer with that id.

        Raises:
            NotFoundError: there is none.
        """
        query = 'SELECT id, source AS "from", target AS "to", amount, currency FROM transfers'
        with self._transaction() as database:
            return _found(_one(database, f"{query} WHERE id = ?", transfer_id))

    def answer_order(self, key: str, order: Order) -> tuple[Answer, bool]:
        """Carry an order out or refuse it, unless its key already has an answer.

        Returns:
            The answer, and whether it was stored before.

        Raises:
            IdempotencyKeyReusedError: the key has the answer to another order.
        """
        with self._transaction() as database:
            stored = _one(database, "SELECT * FROM answers WHERE key = ?", key)
            if stored is None:
                answer = _decide(database, order)
                values = (key, *order, *answer)
                database.execute("INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
                return answer, False
        if Order(*(stored[name] for name in Order._fields)) != order:
            raise IdempotencyKeyReusedError
        return Answer(*(stored[name] for name in Answer._fields)), True

    def entries(self, account_id: str, limit: int, below: int | None) -> Page:
        """Entries of an account, latest first; only those with a number below ``below`` if given.

        Raises:
            NotFoundError: there is no such account.
        """
        query = """
            SELECT number, transfer AS transfer_id, counterparty, amount, balance_after
            FROM entries
            WHERE account = ? AND (? IS NULL OR number < ?)
            ORDER BY number DESC
            LIMIT ?
        """
        with self._transaction() as database:
            _found(_account(database, account_id))
            # One more than asked for tells whether another page follows.
            rows = database.execute(query, (account_id, below, below, limit + 1)).fetchall()
        items = [dict(row) for row in rows[:limit]]
        numbers = [item.pop("number") for item in items]
        return Page(items, numbers[-1] if len(rows) > limit else None)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        # The threads share one connection, so a transaction alone would not keep them apart.
        with self._lock, self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            yield self._connection


def _one(database: sqlite3.Connection, query: str, value: str) -> dict[str, Any] | None:
    row = database.execute(query, (value,)).fetchone()
    return None if row is None else dict(row)


def _account(database: sqlite3.Connection, account_id: str) -> dict[str, Any] | None:
    return _one(database, "SELECT * FROM accounts WHERE id = ?", account_id)


def _found(row: dict[str, Any] | None) -> dict[str, Any]:
    if row is None:
        raise NotFoundError
    return row


def _decide(database: sqlite3.Connection, order: Order) -> Answer:
    """Carry the order out if nothing speaks against it; give the answer to be stored."""
    try:
        source, target = _checked_accounts(database, order)
    except RefusalError as refusal:
        return Answer(refusal.status, MEDIA_TYPE, None, json.dumps(refusal.document()))
    transfer_id = str(uuid4())
    _move(database, transfer_id, order, source, target)
    body = {
        "id": transfer_id,
        "from": order.source,
        "to": order.target,
        "amount": order.amount,
        "currency": source["currency"],
    }
    return Answer(201, "application/json", f"/transfers/{transfer_id}", json.dumps(body))


def _checked_accounts(
    database: sqlite3.Connection, order: Order
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both accounts of an order that can be carried out.

    Raises:
        RefusalError: it cannot; the first reason that applies.
    """
    if order.source == order.target:
        raise RefusalError(422, "same_account", "The two accounts must be different.")
    source, target = _account(database, order.source), _account(database, order.target)
    if source is None or target is None:
        raise RefusalError(422, "unknown_account", "One of the accounts does not exist.")
    if source["currency"] != target["currency"]:
        raise RefusalError(422, "currency_mismatch", "The accounts differ in currency.")
    if order.amount > source["balance"]:
        raise RefusalError(409, "insufficient_funds", "The amount exceeds the balance.")
    if target["balance"] + order.amount > MAX_MONEY:
        raise RefusalError(409, "balance_limit", "The receiving account would hold too much.")
    return source, target


def _move(
    database: sqlite3.Connection,
    transfer_id: str,
    order: Order,
    source: dict[str, Any],
    target: dict[str, Any],
) -> None:
    database.execute(
        "INSERT INTO transfers VALUES (?, ?, ?, ?, ?)", (transfer_id, *order, source["currency"])
    )
    for account, counterparty, amount in (
        (source, target, -order.amount),
        (target, source, order.amount),
    ):
        balance = account["balance"] + amount
        database.execute("UPDATE accounts SET balance = ? WHERE id = ?", (balance, account["id"]))
        database.execute(
            "INSERT INTO entries (account, transfer, counterparty, amount, balance_after)"
            " VALUES (?, ?, ?, ?, ?)",
            (account["id"], transfer_id, counterparty["id"], amount, balance),
        )
