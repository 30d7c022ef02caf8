"""Rooms and bookings."""

from datetime import datetime
from typing import Any, Self
from uuid import uuid4

from django.db import models
from django.db.models import Q

from bookings.times import format_time


def new_id() -> str:
    """An id that nothing has yet."""
    return str(uuid4())


class Room(models.Model):
    """A meeting room."""

    # The order of creation, which random ids do not have.
    number = models.BigAutoField(primary_key=True)
    id = models.CharField(max_length=36, unique=True, default=new_id)
    name = models.CharField(max_length=100)
    capacity = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["capacity", "number"]

    def as_json(self) -> dict[str, Any]:
        """The room as clients see it."""
        return {"id": self.id, "name": self.name, "capacity": self.capacity}


class BookingQuerySet(models.QuerySet["Booking"]):
    """Bookings that can be narrowed down to those that take up time."""

    def occupying(self, start: datetime, end: datetime) -> Self:
        """Only the confirmed ones that overlap the interval."""
        return self.filter(status=Booking.Status.CONFIRMED, start__lt=end, end__gt=start)


class Booking(models.Model):
    """The use of a room from ``start`` on until before ``end``."""

    class Status(models.TextChoices):
        """Whether the booking takes up its time."""

        CONFIRMED = "confirmed"
        CANCELLED = "cancelled"

    id = models.CharField(primary_key=True, max_length=36, default=new_id)
    room = models.ForeignKey(Room, models.PROTECT, to_field="id", db_index=False)
    title = models.CharField(max_length=200)
    start = models.DateTimeField()
    end = models.DateTimeField()
    status = models.CharField(max_length=9, choices=Status, default=Status.CONFIRMED)
    # The key that created the booking; null if there was none.
    idempotency_key = models.CharField(max_length=64, unique=True, null=True)

    objects = BookingQuerySet.as_manager()

    class Meta:
        ordering = ["start"]
        indexes = [
            models.Index(
                fields=["room", "start"], condition=Q(status="confirmed"), name="confirmed_of_room"
            )
        ]

    def as_json(self) -> dict[str, Any]:
        """The booking as clients see it."""
        return {
            "id": self.id,
            "room_id": self.room_id,
            "title": self.title,
            "start": format_time(self.start),
            "end": format_time(self.end),
            "status": self.status,
        }
