"""The endpoints."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bookings import services
from bookings.errors import error_response
from bookings.forms import SlotForm, WindowForm, checked_booking, checked_query, checked_room
from bookings.services import Interval
from bookings.times import format_time


@require_GET
def health(_request: HttpRequest) -> HttpResponse:
    """Tell that the service is up."""
    return JsonResponse({"status": "ok"})


@require_POST
def create_room(request: HttpRequest) -> HttpResponse:
    """Create a room."""
    room = services.create_room(**checked_room(request))
    return JsonResponse(room.as_json(), status=201, headers={"Location": f"/rooms/{room.id}"})


@require_GET
def read_room(_request: HttpRequest, room_id: str) -> HttpResponse:
    """Give a room."""
    return JsonResponse(services.find_room(room_id).as_json())


@require_http_methods(["GET", "POST"])
def room_bookings(request: HttpRequest, room_id: str) -> HttpResponse:
    """List the bookings of a room, or add one."""
    if request.method == "POST":
        return _create_booking(request, room_id)
    return _list_bookings(request, room_id)


@require_GET
def read_booking(_request: HttpRequest, booking_id: str) -> HttpResponse:
    """Give a booking in its current state."""
    return JsonResponse(services.find_booking(booking_id).as_json())


@require_POST
def cancel_booking(_request: HttpRequest, booking_id: str) -> HttpResponse:
    """Cancel a booking."""
    return JsonResponse(services.cancel(booking_id).as_json())


@require_GET
def find_free_slots(request: HttpRequest) -> HttpResponse:
    """Give the free stretches of all rooms that fit."""
    search = checked_query(SlotForm, request)
    slots = services.find_free_slots(
        Interval(search["start"], search["end"]),
        timedelta(minutes=search["duration_minutes"]),
        search["min_capacity"],
    )
    items = [
        {"room_id": room.id, "start": format_time(time.start), "end": format_time(time.end)}
        for room, time in slots
    ]
    return JsonResponse({"items": items})


def answer_unknown_path(_request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a path that is not listed."""
    return error_response(404, "not_found", "There is nothing at this path.")


def answer_failure(_request: HttpRequest) -> HttpResponse:
    """Answer a request that broke the server."""
    return error_response(500, "internal_error", "The server failed.")


def _create_booking(request: HttpRequest, room_id: str) -> HttpResponse:
    booking = services.book(room_id, **checked_booking(request))
    headers = {"Location": f"/bookings/{booking.id}"}
    return JsonResponse(booking.as_json(), status=201, headers=headers)


def _list_bookings(request: HttpRequest, room_id: str) -> HttpResponse:
    window = checked_query(WindowForm, request)
    found = services.list_bookings(room_id, Interval(window["start"], window["end"]))
    return JsonResponse({"items": [booking.as_json() for booking in found]})
