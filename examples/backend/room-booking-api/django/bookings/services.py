"""What the API does with rooms and bookings."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Lock
from typing import NamedTuple

from django.db import transaction

from bookings.errors import BookingConflictError, IdempotencyKeyReusedError, NotFoundError
from bookings.models import Booking, Room

_lock = Lock()


class Interval(NamedTuple):
    """The time from ``start`` on until before ``end``."""

    start: datetime
    end: datetime


class Slot(NamedTuple):
    """Time in which a room is free."""

    room: Room
    time: Interval


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Run a block or a function in a transaction that no other one overlaps."""
    # Immediate transactions would do for a file, but one in a shared cache fails if it has to wait.
    with _lock, transaction.atomic():
        yield


@_one_at_a_time()
def create_room(name: str, capacity: int) -> Room:
    """Store a new room."""
    return Room.objects.create(name=name, capacity=capacity)


@_one_at_a_time()
def find_room(room_id: str) -> Room:
    """The room with that id.

    Raises:
        NotFoundError: there is none.
    """
    return _existing_room(room_id)


@_one_at_a_time()
def book(room_id: str, title: str, start: datetime, end: datetime, key: str | None) -> Booking:
    """Store a new booking, or give the one that the key has created, as it was then.

    Raises:
        NotFoundError: there is no such room.
        IdempotencyKeyReusedError: the key has created another booking.
        BookingConflictError: the room is taken.
    """
    wanted = Booking(
        room=_existing_room(room_id), title=title, start=start, end=end, idempotency_key=key
    )
    if key is not None:
        earlier = Booking.objects.filter(idempotency_key=key).first()
        if earlier is not None:
            return _as_first_answered(earlier, wanted)
    if wanted.room.booking_set.occupying(start, end).exists():
        raise BookingConflictError("The room is already booked at that time.")
    wanted.save(force_insert=True)
    return wanted


@_one_at_a_time()
def find_booking(booking_id: str) -> Booking:
    """The booking with that id in its current state.

    Raises:
        NotFoundError: there is none.
    """
    return _existing_booking(booking_id)


@_one_at_a_time()
def cancel(booking_id: str) -> Booking:
    """Give a booking up; that may have been done before.

    Raises:
        NotFoundError: there is no such booking.
    """
    booking = _existing_booking(booking_id)
    booking.status = Booking.Status.CANCELLED
    booking.save(update_fields=["status"])
    return booking


@_one_at_a_time()
def list_bookings(room_id: str, window: Interval) -> list[Booking]:
    """The confirmed bookings of a room that overlap the window, by start.

    Raises:
        NotFoundError: there is no such room.
    """
    return list(_existing_room(room_id).booking_set.occupying(*window))


@_one_at_a_time()
def find_free_slots(window: Interval, duration: timedelta, min_capacity: int) -> list[Slot]:
    """The free stretches of all rooms that are large enough, by room and start."""
    taken = defaultdict(list)
    for booking in Booking.objects.occupying(*window).filter(room__capacity__gte=min_capacity):
        taken[booking.room_id].append(booking)
    return [
        Slot(room, gap)
        for room in Room.objects.filter(capacity__gte=min_capacity)
        for gap in _gaps(window, taken[room.id])
        if gap.end - gap.start >= duration
    ]


def _existing_room(room_id: str) -> Room:
    room = Room.objects.filter(id=room_id).first()
    if room is None:
        raise NotFoundError("There is no such room.")
    return room


def _existing_booking(booking_id: str) -> Booking:
    booking = Booking.objects.filter(id=booking_id).first()
    if booking is None:
        raise NotFoundError("There is no such booking.")
    return booking


def _as_first_answered(earlier: Booking, wanted: Booking) -> Booking:
    """The earlier booking before it was cancelled, if that has happened.

    Raises:
        IdempotencyKeyReusedError: it is not the booking that is wanted now.
    """
    if any(
        getattr(earlier, name) != getattr(wanted, name)
        for name in ("room_id", "title", "start", "end")
    ):
        raise IdempotencyKeyReusedError("The key has been used for another booking.")
    earlier.status = Booking.Status.CONFIRMED
    return earlier


def _gaps(window: Interval, bookings: Iterable[Booking]) -> Iterator[Interval]:
    """What lies before, between and after the bookings, which come by start."""
    free_from = window.start
    for booking in bookings:
        yield Interval(free_from, booking.start)
        free_from = booking.end
    yield Interval(free_from, window.end)
