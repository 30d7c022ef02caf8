"""Rooms and bookings in SQLite."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, replace
from itertools import groupby
from operator import itemgetter
from threading import Lock
from uuid import uuid4

from errors import BookingConflictError, IdempotencyKeyReusedError, NotFoundError
from models import Booking, Room
from slots import Interval

# rooms.number keeps the order of creation, which random ids do not have.
# A booking holds the key that created it, so one insert stores both or neither.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS rooms (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    capacity INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS bookings (
    id TEXT PRIMARY KEY,
    room_id TEXT NOT NULL REFERENCES rooms (id),
    title TEXT NOT NULL,
    start_at INTEGER NOT NULL,
    end_at INTEGER NOT NULL,
    status TEXT NOT NULL,
    idempotency_key TEXT UNIQUE
);
CREATE INDEX IF NOT EXISTS confirmed_bookings ON bookings (room_id, start_at)
    WHERE status = 'confirmed';
"""
_BOOKING = "SELECT id, room_id, title, start_at, end_at, status FROM bookings"


class Store:
    """All data of the API; safe for use by several threads."""

    def __init__(self, path: str) -> None:
        """Open the database file, or ``:memory:``, and make the tables it lacks."""
        self._lock = Lock()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the database."""
        self._connection.close()

    def add_room(self, name: str, capacity: int) -> Room:
        """Store a new room."""
        room = Room(str(uuid4()), name, capacity)
        with self._transaction() as database:
            database.execute(
                "INSERT INTO rooms (id, name, capacity) VALUES (?, ?, ?)", astuple(room)
            )
        return room

    def room(self, room_id: str) -> Room:
        """The room with that id.

        Raises:
            NotFoundError: there is none.
        """
        with self._transaction() as database:
            return _room(database, room_id)

    def book(self, room_id: str, title: str, time: Interval, key: str | None) -> Booking:
        """Store a new booking; with a used key, give the booking as it was when the key created it.

        Raises:
            NotFoundError: there is no such room.
            IdempotencyKeyReusedError: the key has created another booking.
            BookingConflictError: the room is taken.
        """
        wanted = Booking(str(uuid4()), room_id, title, *time, status="confirmed")
        with self._transaction() as database:
            _room(database, room_id)  # raises if there is none
            # Without a key the key is NULL, which equals nothing.
            row = database.execute(f"{_BOOKING} WHERE idempotency_key = ?", (key,)).fetchone()
            if row is not None:
                return _first_answer(Booking(*row), wanted)
            if _confirmed(database, room_id, time):
                raise BookingConflictError("The room is already booked at that time.")
            database.execute(
                "INSERT INTO bookings VALUES (?, ?, ?, ?, ?, ?, ?)", (*astuple(wanted), key)
            )
        return wanted

    def booking(self, booking_id: str) -> Booking:
        """The booking with that id, as it is now.

        Raises:
            NotFoundError: there is none.
        """
        with self._transaction() as database:
            return _booking(database, booking_id)

    def cancel(self, booking_id: str) -> Booking:
        """Give up a booking, if that has not been done yet.

        Raises:
            NotFoundError: there is no such booking.
        """
        with self._transaction() as database:
            database.execute("UPDATE bookings SET status = 'cancelled' WHERE id = ?", (booking_id,))
            return _booking(database, booking_id)

    def confirmed_bookings(self, room_id: str, window: Interval) -> list[Booking]:
        """The confirmed bookings of a room that overlap the window, by start.

        Raises:
            NotFoundError: there is no such room.
        """
        with self._transaction() as database:
            _room(database, room_id)  # raises if there is none
            return _confirmed(database, room_id, window)

    def taken_times(self, min_capacity: int, window: Interval) -> list[tuple[str, list[Interval]]]:
        """The rooms that are large enough, each with its confirmed times that overlap the window.

        Rooms come by capacity, then by creation; times by start.
        """
        query = """
            SELECT rooms.id, start_at, end_at
            FROM rooms LEFT JOIN bookings
                ON room_id = rooms.id AND status = 'confirmed' AND start_at < ? AND end_at > ?
            WHERE capacity >= ?
            ORDER BY capacity, number, start_at
        """
        with self._transaction() as database:
            rows = database.execute(query, (window.end, window.start, min_capacity)).fetchall()
        return [
            (room_id, [Interval(start, end) for _, start, end in group if start is not None])
            for room_id, group in groupby(rows, key=itemgetter(0))
        ]

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        # The threads share one connection, so a transaction alone would not keep them apart.
        with self._lock, self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            yield self._connection


def _room(database: sqlite3.Connection, room_id: str) -> Room:
    row = database.execute(
        "SELECT id, name, capacity FROM rooms WHERE id = ?", (room_id,)
    ).fetchone()
    if row is None:
        raise NotFoundError("There is no such room.")
    return Room(*row)


def _booking(database: sqlite3.Connection, booking_id: str) -> Booking:
    row = database.execute(f"{_BOOKING} WHERE id = ?", (booking_id,)).fetchone()
    if row is None:
        raise NotFoundError("There is no such booking.")
    return Booking(*row)


def _confirmed(database: sqlite3.Connection, room_id: str, time: Interval) -> list[Booking]:
    query = f"""
        {_BOOKING}
        WHERE room_id = ? AND status = 'confirmed' AND start_at < ? AND end_at > ?
        ORDER BY start_at
    """
    rows = database.execute(query, (room_id, time.end, time.start))
    return [Booking(*row) for row in rows]


def _first_answer(earlier: Booking, wanted: Booking) -> Booking:
    """The earlier booking as its creator saw it, even if it has been cancelled since.

    Raises:
        IdempotencyKeyReusedError: it is not the booking that is wanted now.
    """
    first = replace(earlier, status="confirmed")
    if replace(wanted, id=earlier.id) != first:
        raise IdempotencyKeyReusedError("The key has already been used for another booking.")
    return first
