"""Rooms and their bookings; every function works in a transaction of its caller."""

from collections.abc import Iterator
from sqlite3 import Connection, Row
from typing import Any
from uuid import uuid4

from errors import BookingConflictError, IdempotencyKeyReusedError, NotFoundError
from inputs import NewBooking, NewRoom, SlotSearch
from instants import Interval, format_time

Json = dict[str, Any]


def add_room(database: Connection, new: NewRoom) -> Json:
    """Store a new room."""
    room_id = str(uuid4())
    database.execute("INSERT INTO rooms (id, name, capacity) VALUES (?, ?, ?)", (room_id, *new))
    return find_room(database, room_id)


def find_room(database: Connection, room_id: str) -> Json:
    """The room with that id.

    Raises:
        NotFoundError: there is none.
    """
    query = "SELECT id, name, capacity FROM rooms WHERE id = ?"
    room = database.execute(query, (room_id,)).fetchone()
    if room is None:
        raise NotFoundError("room")
    return dict(room)


def book(database: Connection, room_id: str, new: NewBooking) -> Json:
    """Store a new booking, or give the one that the key has created as it was then.

    Raises:
        NotFoundError: there is no such room.
        IdempotencyKeyReusedError: the key has created another booking.
        BookingConflictError: the room is taken.
    """
    find_room(database, room_id)  # raises if there is none
    earlier = _booking_of_key(database, new.key)
    if earlier is not None:
        if (earlier["room_id"], earlier["title"], _time(earlier)) != (room_id, new.title, new.time):
            raise IdempotencyKeyReusedError
        return _as_json(earlier) | {"status": "confirmed"}
    if _confirmed(database, room_id, new.time):
        raise BookingConflictError
    return _add_booking(database, room_id, new)


def find_booking(database: Connection, booking_id: str) -> Json:
    """The booking with that id in its current state.

    Raises:
        NotFoundError: there is none.
    """
    query = "SELECT * FROM bookings WHERE id = ?"
    booking = database.execute(query, (booking_id,)).fetchone()
    if booking is None:
        raise NotFoundError("booking")
    return _as_json(booking)


def cancel(database: Connection, booking_id: str) -> Json:
    """Give a booking up; that may have been done before.

    Raises:
        NotFoundError: there is no such booking.
    """
    database.execute("UPDATE bookings SET cancelled = 1 WHERE id = ?", (booking_id,))
    return find_booking(database, booking_id)


def list_bookings(database: Connection, room_id: str, window: Interval) -> list[Json]:
    """The confirmed bookings of a room that overlap the window, by start.

    Raises:
        NotFoundError: there is no such room.
    """
    find_room(database, room_id)  # raises if there is none
    return [_as_json(booking) for booking in _confirmed(database, room_id, window)]


def find_slots(database: Connection, search: SlotSearch) -> list[Json]:
    """The free stretches of all rooms that are large enough."""
    rooms = database.execute(
        "SELECT id FROM rooms WHERE capacity >= ? ORDER BY capacity, position",
        (search.min_capacity,),
    )
    return [
        {"room_id": room_id, "start": format_time(gap.start), "end": format_time(gap.end)}
        for (room_id,) in rooms
        for gap in _gaps(search.window, _confirmed(database, room_id, search.window))
        if gap.end - gap.start >= search.duration
    ]


def _booking_of_key(database: Connection, key: str | None) -> Row | None:
    query = """
        SELECT bookings.* FROM used_keys JOIN bookings ON bookings.id = booking_id WHERE key = ?
    """
    # No key is NULL, which no key equals.
    return database.execute(query, (key,)).fetchone()


def _add_booking(database: Connection, room_id: str, new: NewBooking) -> Json:
    booking_id = str(uuid4())
    database.execute(
        "INSERT INTO bookings (id, room_id, title, starts, ends) VALUES (?, ?, ?, ?, ?)",
        (booking_id, room_id, new.title, *new.time),
    )
    if new.key is not None:
        database.execute("INSERT INTO used_keys VALUES (?, ?)", (new.key, booking_id))
    return find_booking(database, booking_id)


def _confirmed(database: Connection, room_id: str, interval: Interval) -> list[Row]:
    """The confirmed bookings of a room that overlap the interval, by start."""
    query = """
        SELECT * FROM bookings
        WHERE room_id = ? AND NOT cancelled AND starts < ? AND ends > ?
        ORDER BY starts
    """
    return database.execute(query, (room_id, interval.end, interval.start)).fetchall()


def _gaps(window: Interval, bookings: list[Row]) -> Iterator[Interval]:
    """What lies before, between and after the bookings; an end that sticks out gives no gap."""
    free_from = window.start
    for booking in bookings:
        yield Interval(free_from, booking["starts"])
        free_from = booking["ends"]
    yield Interval(free_from, window.end)


def _time(booking: Row) -> Interval:
    return Interval(booking["starts"], booking["ends"])


def _as_json(booking: Row) -> Json:
    return {
        "id": booking["id"],
        "room_id": booking["room_id"],
        "title": booking["title"],
        "start": format_time(booking["starts"]),
        "end": format_time(booking["ends"]),
        "status": "cancelled" if booking["cancelled"] else "confirmed",
    }
