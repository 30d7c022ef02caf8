"""The inputs of each endpoint as forms."""

import json
from datetime import timedelta
from typing import Any, ClassVar, NoReturn

from django import forms
from django.http import HttpRequest

from bookings.errors import MalformedJsonError, ValidationFailedError
from bookings.fields import (
    DigitsField,
    IdempotencyKeyField,
    TextField,
    TimeField,
    WholeNumberField,
)

MAX_CAPACITY = 1000
SHORTEST_MINUTES, LONGEST_MINUTES = 15, 8 * 60
LONGEST_WINDOW = timedelta(days=31)


class InputForm(forms.Form):
    """A form that knows its inputs by the names that clients use."""

    client_names: ClassVar[dict[str, str]] = {}

    def add_prefix(self, field_name: str) -> str:
        """The name of the input that the field takes its value from."""
        return self.client_names.get(field_name, field_name)

    def check_distance(self, shortest: timedelta, longest: timedelta) -> None:
        """Call ``end`` faulty if it is not that far from ``start``; both must be times."""
        times = self.cleaned_data
        if "start" in times and "end" in times:
            if not shortest <= times["end"] - times["start"] <= longest:
                self.add_error("end", f"Must be {shortest} to {longest} after the start.")

    def checked(self) -> dict[str, Any]:
        """The inputs by the names of the fields.

        Raises:
            ValidationFailedError: some are faulty; it names them all.
        """
        if not self.is_valid():
            faults = {self.add_prefix(name): texts[0] for name, texts in self.errors.items()}
            raise ValidationFailedError(faults)
        return self.cleaned_data


class RoomForm(InputForm):
    """The body of ``POST /rooms``."""

    name = TextField(100)
    capacity = WholeNumberField(1, MAX_CAPACITY)


class BookingForm(InputForm):
    """The body and the key of ``POST /rooms/<id>/bookings``."""

    client_names = {"key": "Idempotency-Key"}

    title = TextField(200)
    start = TimeField()
    end = TimeField()
    key = IdempotencyKeyField()

    def clean(self) -> None:
        self.check_distance(timedelta(minutes=SHORTEST_MINUTES), timedelta(minutes=LONGEST_MINUTES))


class WindowForm(InputForm):
    """The query of ``GET /rooms/<id>/bookings``."""

    client_names = {"start": "from", "end": "to"}

    start = TimeField()
    end = TimeField()

    def clean(self) -> None:
        self.check_distance(timedelta(seconds=1), LONGEST_WINDOW)


class SlotForm(WindowForm):
    """The query of ``GET /free-slots``."""

    duration_minutes = DigitsField(SHORTEST_MINUTES, LONGEST_MINUTES)
    min_capacity = DigitsField(1, MAX_CAPACITY, default=1)


def checked_room(request: HttpRequest) -> dict[str, Any]:
    """The fields of ``RoomForm``."""
    return RoomForm(_json_object(request)).checked()


def checked_booking(request: HttpRequest) -> dict[str, Any]:
    """The fields of ``BookingForm``."""
    key = {"Idempotency-Key": request.headers.get("Idempotency-Key")}
    return BookingForm(_json_object(request) | key).checked()


def checked_query(form: type[InputForm], request: HttpRequest) -> dict[str, Any]:
    """The fields of ``form``, taken from the query."""
    # A repeated parameter stays a list, which every field calls faulty.
    query = {
        name: values[0] if len(values) == 1 else values for name, values in request.GET.lists()
    }
    return form(query).checked()


def _json_object(request: HttpRequest) -> dict[str, Any]:
    try:
        # From bytes json.loads would read UTF-16 as well, and int() refuses more than 4300 digits.
        value = json.loads(request.body.decode(), parse_int=float, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise MalformedJsonError("The body must be JSON in UTF-8.") from None
    if not isinstance(value, dict):
        raise MalformedJsonError("The body must be a JSON object.")
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
