"""Reading and checking what the current request holds."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, NoReturn

from flask import request

from ledger import MAX_MONEY, Order
from problems import (
    InvalidIdempotencyKeyError,
    MalformedJsonError,
    UnsupportedMediaTypeError,
    ValidationFailedError,
)

DEFAULT_LIMIT = 20
MAX_LIMIT = 100

Check = Callable[[Any], Any]


class NewAccount(NamedTuple):
    """Body of ``POST /accounts``."""

    currency: str
    opening_balance: int


class EntryWindow(NamedTuple):
    """The query parameters of a page of entries."""

    limit: int
    below: int | None


def read_new_account() -> NewAccount:
    """The account that the body describes."""
    checks = {"currency": _currency, "opening_balance": _money(0)}
    return NewAccount(**_checked_fields(_json_object(), checks))


def read_new_order() -> tuple[str, Order]:
    """The idempotency key, and the transfer that the body describes."""
    # The order of these calls is the order in which faults are reported.
    body = _json_object()
    key = _idempotency_key()
    checks = {"from": _account_id, "to": _account_id, "amount": _money(1)}
    fields = _checked_fields(body, checks)
    return key, Order(fields["from"], fields["to"], fields["amount"])


def read_entry_window() -> EntryWindow:
    """The entries that the query asks for."""
    query = request.args
    checks = {"limit": _limit, "cursor": _cursor}
    values = _checked({name: query.getlist(name) for name in checks if name in query}, checks)
    return EntryWindow(values.get("limit", DEFAULT_LIMIT), values.get("cursor"))


def format_cursor(below: int | None) -> str | None:
    """The cursor of the entries with a number below the given one."""
    return None if below is None else f"e{below}"


def _json_object() -> dict[str, Any]:
    if request.mimetype != "application/json":
        raise UnsupportedMediaTypeError
    try:
        # Not request.get_json(), which also takes NaN, and bytes that look like UTF-16.
        value = json.loads(request.get_data().decode(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise MalformedJsonError from None
    if not isinstance(value, dict):
        raise MalformedJsonError
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _idempotency_key() -> str:
    # Spaces after a header's value are no part of it, but Werkzeug's server leaves them.
    key = request.headers.get("Idempotency-Key", "").rstrip(" \t")
    if not re.fullmatch("[!-~]{1,64}", key):
        raise InvalidIdempotencyKeyError
    return key


def _checked_fields(body: dict[str, Any], checks: Mapping[str, Check]) -> dict[str, Any]:
    # A missing field is checked like null, which no check allows.
    return _checked(dict.fromkeys(checks) | body, checks)


def _checked(values: Mapping[str, Any], checks: Mapping[str, Check]) -> dict[str, Any]:
    """The values as their checks return them.

    Raises:
        ValidationFailedError: some fail; it names them all.
    """
    accepted, errors = {}, {}
    for name, value in values.items():
        try:
            accepted[name] = checks.get(name, _refuse_unknown)(value)
        except ValueError as error:
            errors[name] = str(error)
    if errors:
        raise ValidationFailedError(errors)
    return accepted


def _refuse_unknown(_value: object) -> NoReturn:
    raise ValueError("is not a known field")


def _currency(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch("[A-Z]{3}", value):
        raise ValueError("must be three capital letters")
    return value


def _account_id(value: object) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= 64:
        raise ValueError("must be a text of 1 to 64 characters")
    return value


def _money(smallest: int) -> Check:
    def check(value: object) -> int:
        # Not isinstance, because a bool is an int.
        if type(value) is not int or not smallest <= value <= MAX_MONEY:
            raise ValueError(f"must be a whole number from {smallest} to {MAX_MONEY}")
        return value

    return check


def _limit(given: list[str]) -> int:
    # Three digits hold every limit and keep int() away from numbers of any length.
    match = re.fullmatch("0*([0-9]{1,3})", given[0])
    if len(given) > 1 or not match or not 1 <= int(match[1]) <= MAX_LIMIT:
        raise ValueError(f"must be one integer from 1 to {MAX_LIMIT}, in digits only")
    return int(match[1])


def _cursor(given: list[str]) -> int:
    # Eighteen digits fit into an SQLite integer.
    match = re.fullmatch("e([1-9][0-9]{0,17})", given[0])
    if len(given) > 1 or not match:
        raise ValueError("must be one next_cursor of an earlier page")
    return int(match[1])
