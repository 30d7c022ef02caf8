"""The endpoints."""

from contextlib import AbstractContextManager
from sqlite3 import Connection

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue

import schedule
from inputs import read_new_booking, read_new_room, read_slot_search, read_window

routes = Blueprint("routes", __name__)


def _transaction() -> AbstractContextManager[Connection]:
    return current_app.extensions["database"].transaction()


@routes.get("/health")
def health() -> ResponseReturnValue:
    """Tell that the service is up."""
    return {"status": "ok"}


@routes.post("/rooms")
def create_room() -> ResponseReturnValue:
    """Create a room."""
    new = read_new_room(request)
    with _transaction() as database:
        room = schedule.add_room(database, new)
    return room, 201, {"Location": f"/rooms/{room['id']}"}


@routes.get("/rooms/<room_id>")
def read_room(room_id: str) -> ResponseReturnValue:
    """Give a room."""
    with _transaction() as database:
        return schedule.find_room(database, room_id)


@routes.post("/rooms/<room_id>/bookings")
def create_booking(room_id: str) -> ResponseReturnValue:
    """Book a room, or repeat the first answer to a used idempotency key."""
    new = read_new_booking(request)
    with _transaction() as database:
        booking = schedule.book(database, room_id, new)
    return booking, 201, {"Location": f"/bookings/{booking['id']}"}


@routes.get("/rooms/<room_id>/bookings")
def list_bookings(room_id: str) -> ResponseReturnValue:
    """Give the confirmed bookings of a room in a window."""
    window = read_window(request)
    with _transaction() as database:
        return {"items": schedule.list_bookings(database, room_id, window)}


@routes.get("/bookings/<booking_id>")
def read_booking(booking_id: str) -> ResponseReturnValue:
    """Give a booking in its current state."""
    with _transaction() as database:
        return schedule.find_booking(database, booking_id)


@routes.post("/bookings/<booking_id>/cancel")
def cancel_booking(booking_id: str) -> ResponseReturnValue:
    """Cancel a booking."""
    with _transaction() as database:
        return schedule.cancel(database, booking_id)


@routes.get("/free-slots")
def find_slots() -> ResponseReturnValue:
    """Give the free stretches of all rooms that fit."""
    search = read_slot_search(request)
    with _transaction() as database:
        return {"items": schedule.find_slots(database, search)}
