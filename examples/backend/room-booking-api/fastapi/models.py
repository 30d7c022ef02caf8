"""What the API returns; instants are numbers inside the program and text in responses."""

from dataclasses import dataclass
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import PlainSerializer

from instants import format_instant

Instant = Annotated[int, PlainSerializer(format_instant, return_type=str)]
Item = TypeVar("Item")


@dataclass(frozen=True)
class Room:
    """A meeting room."""

    id: str
    name: str
    capacity: int


@dataclass(frozen=True)
class Booking:
    """A room taken from ``start`` up to, not including, ``end``."""

    id: str
    room_id: str
    title: str
    start: Instant
    end: Instant
    status: Literal["confirmed", "cancelled"]


@dataclass(frozen=True)
class Slot:
    """A stretch of time in which a room is free."""

    room_id: str
    start: Instant
    end: Instant


@dataclass(frozen=True)
class Items(Generic[Item]):
    """The result of a search."""

    items: list[Item]
