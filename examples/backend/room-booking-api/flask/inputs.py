"""Reading and checking what a request holds."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple, NoReturn

from flask import Request

from errors import MalformedJsonError, ValidationFailedError
from instants import Interval, parse_time

MAX_CAPACITY = 1000
MINUTE = 60
SHORTEST, LONGEST = 15, 8 * 60  # minutes of a booking
LONGEST_WINDOW = 31 * 24 * 60 * MINUTE

Rule = Callable[[Any], Any]


class NewRoom(NamedTuple):
    """A room that somebody wants to create."""

    name: str
    capacity: int


class NewBooking(NamedTuple):
    """A booking that somebody wants, with the idempotency key of the request if it has one."""

    title: str
    time: Interval
    key: str | None


class SlotSearch(NamedTuple):
    """What a free slot must be like; the duration is in seconds."""

    window: Interval
    duration: int
    min_capacity: int


def read_new_room(request: Request) -> NewRoom:
    """The room that the body describes."""
    body = _json_object(request)
    with _gathered_faults() as check:
        name = check("name", body.get("name"), _text(100))
        capacity = check("capacity", body.get("capacity"), _capacity)
    return NewRoom(name, capacity)


def read_new_booking(request: Request) -> NewBooking:
    """The booking that the body describes, and the key in the header."""
    body = _json_object(request)
    with _gathered_faults() as check:
        title = check("title", body.get("title"), _text(200))
        start = check("start", body.get("start"), parse_time)
        end = check("end", body.get("end"), _later_time(start, SHORTEST * MINUTE, LONGEST * MINUTE))
        key = check("Idempotency-Key", request.headers.get("Idempotency-Key"), _optional_key)
    return NewBooking(title, Interval(start, end), key)


def read_window(request: Request) -> Interval:
    """The window that the query describes."""
    with _gathered_faults() as check:
        window = _window(_query(request), check)
    return window


def read_slot_search(request: Request) -> SlotSearch:
    """The search that the query describes."""
    query = {"min_capacity": "1"} | _query(request)
    with _gathered_faults() as check:
        window = _window(query, check)
        minutes = check(
            "duration_minutes", query.get("duration_minutes"), _query_integer(SHORTEST, LONGEST)
        )
        capacity = check("min_capacity", query["min_capacity"], _query_integer(1, MAX_CAPACITY))
    return SlotSearch(window, minutes * MINUTE, capacity)


def _json_object(request: Request) -> dict[str, Any]:
    try:
        # json.loads would take bytes in UTF-16, and int() refuses more than 4300 digits.
        value = json.loads(
            request.get_data().decode(), parse_int=float, parse_constant=_refuse_constant
        )
    except (ValueError, RecursionError):
        raise MalformedJsonError from None
    if not isinstance(value, dict):
        raise MalformedJsonError
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _query(request: Request) -> dict[str, str | None]:
    """Every parameter with its value, or with None, which is always faulty, if it is repeated."""
    return {name: values[0] if len(values) == 1 else None for name, values in request.args.lists()}


@contextmanager
def _gathered_faults() -> Iterator[Callable[[str, object, Rule], Any]]:
    """Give a function that checks an input; after the block, report all that were faulty.

    Raises:
        ValidationFailedError: there were some.
    """
    faults: dict[str, str] = {}

    def check(name: str, value: object, rule: Rule) -> Any:
        try:
            return rule(value)
        except ValueError as fault:
            faults[name] = str(fault)
            return None

    yield check
    if faults:
        raise ValidationFailedError(faults)


def _window(query: Mapping[str, str | None], check: Callable[[str, object, Rule], Any]) -> Interval:
    start = check("from", query.get("from"), parse_time)
    end = check("to", query.get("to"), _later_time(start, 1, LONGEST_WINDOW))
    return Interval(start, end)


def _text(longest: int) -> Rule:
    pattern = re.compile(rf"[^\x00-\x1f\x7f\ud800-\udfff]{{1,{longest}}}")

    def rule(value: object) -> str:
        # Only U+0020 counts as a space here; a text of other white space is valid.
        if not isinstance(value, str) or not pattern.fullmatch(value) or not value.strip(" "):
            raise ValueError(
                f"must be 1 to {longest} characters, no control characters, not only spaces"
            )
        return value

    return rule


def _capacity(value: object) -> int:
    # Numbers are floats, whatever they look like in the body.
    if not isinstance(value, float) or not 1 <= value <= MAX_CAPACITY or not value.is_integer():
        raise ValueError(f"must be a whole number from 1 to {MAX_CAPACITY}")
    return int(value)


def _later_time(start: int | None, nearest: int, farthest: int) -> Rule:
    """A time so many seconds after ``start``; any time if ``start`` is None, faulty itself."""

    def rule(value: object) -> int:
        end = parse_time(value)
        if start is not None and not nearest <= end - start <= farthest:
            raise ValueError(f"must be {nearest} to {farthest} seconds after the start")
        return end

    return rule


def _optional_key(value: str | None) -> str | None:
    if value is not None and not re.fullmatch("[!-~]{1,64}", value):
        raise ValueError("must be 1 to 64 characters from ! to ~")
    return value


def _query_integer(smallest: int, largest: int) -> Rule:
    def rule(value: str | None) -> int:
        # More than four digits after the zeros are too much, and int() refuses very many.
        match = re.fullmatch("0*([0-9]{1,4})", value or "")
        if match is None or not smallest <= int(match[1]) <= largest:
            raise ValueError(f"must be one integer from {smallest} to {largest}, in digits only")
        return int(match[1])

    return rule
