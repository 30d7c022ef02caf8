"""The endpoints."""

import json
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, NoReturn

from fastapi import APIRouter, Depends, Request, Response

from errors import MalformedJsonError
from models import Booking, Items, Room, Slot
from schemas import FreeSlotSearch, Inputs, NewBooking, NewRoom, Window, validated
from slots import Interval, free_intervals
from store import Store

router = APIRouter()


def _store(request: Request) -> Store:
    return request.app.state.store


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


async def _json_object(request: Request) -> dict[str, Any]:
    body = await request.body()
    try:
        # Decoded first, because json.loads takes bytes for UTF-16 if they look like it. Integers
        # are read as floats, because int() refuses more than 4300 digits, which are valid JSON.
        value = json.loads(body.decode(), parse_int=float, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise MalformedJsonError("The body must be JSON in UTF-8.") from None
    if not isinstance(value, dict):
        raise MalformedJsonError("The body must be a JSON object.")
    return value


JsonObject = Annotated[dict[str, Any], Depends(_json_object)]


async def _new_room(body: JsonObject) -> NewRoom:
    return validated(NewRoom, body)


async def _new_booking(body: JsonObject, request: Request) -> NewBooking:
    # Checked together, so that one answer names the faults of both body and header.
    return validated(NewBooking, body | {"Idempotency-Key": request.headers.get("Idempotency-Key")})


def _from_query(model: type[Inputs]) -> Callable[[Request], Awaitable[Inputs]]:
    async def read(request: Request) -> Inputs:
        query = request.query_params
        # A repeated parameter stays a list, which every model calls faulty.
        values = {
            name: given[0] if len(given := query.getlist(name)) == 1 else given for name in query
        }
        return validated(model, values)

    return read


StoreDependency = Annotated[Store, Depends(_store)]


@router.get("/health")
def health() -> dict[str, str]:
    """Tell that the service is up."""
    return {"status": "ok"}


@router.post("/rooms", status_code=201)
def create_room(
    new: Annotated[NewRoom, Depends(_new_room)], store: StoreDependency, response: Response
) -> Room:
    """Create a room."""
    room = store.add_room(new.name, new.capacity)
    response.headers["Location"] = f"/rooms/{room.id}"
    return room


@router.get("/rooms/{room_id}")
def read_room(room_id: str, store: StoreDependency) -> Room:
    """Give a room."""
    return store.room(room_id)


@router.post("/rooms/{room_id}/bookings", status_code=201)
def create_booking(
    room_id: str,
    new: Annotated[NewBooking, Depends(_new_booking)],
    store: StoreDependency,
    response: Response,
) -> Booking:
    """Book a room, or repeat the first answer to a used idempotency key."""
    booking = store.book(room_id, new.title, Interval(new.start, new.end), new.key)
    response.headers["Location"] = f"/bookings/{booking.id}"
    return booking


@router.get("/rooms/{room_id}/bookings")
def list_bookings(
    room_id: str, window: Annotated[Window, Depends(_from_query(Window))], store: StoreDependency
) -> Items[Booking]:
    """Give the confirmed bookings of a room in a window."""
    return Items(store.confirmed_bookings(room_id, Interval(window.start, window.end)))


@router.get("/bookings/{booking_id}")
def read_booking(booking_id: str, store: StoreDependency) -> Booking:
    """Give a booking as it is now."""
    return store.booking(booking_id)


@router.post("/bookings/{booking_id}/cancel")
def cancel_booking(booking_id: str, store: StoreDependency) -> Booking:
    """Cancel a booking."""
    return store.cancel(booking_id)


@router.get("/free-slots")
def find_free_slots(
    search: Annotated[FreeSlotSearch, Depends(_from_query(FreeSlotSearch))], store: StoreDependency
) -> Items[Slot]:
    """Give all stretches of free time that are long enough, in rooms that are large enough."""
    window = Interval(search.start, search.end)
    shortest = search.duration_minutes * 60
    return Items(
        [
            Slot(room_id, *free)
            for room_id, taken in store.taken_times(search.min_capacity, window)
            for free in free_intervals(window, taken, shortest)
        ]
    )
