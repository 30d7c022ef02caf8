"""What the API does with channels; for threads, in which Django uses the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F

from live.events import event_text
from live.models import Channel, Message
from live.problems import NotFound, TooManyListeners
from live.streams import Stream

_streams: dict[str, set[Stream]] = {}

# Held from the database to the streams, so that these get messages in the order of their numbers and none falls
# between what a new stream has missed and what it is sent.
_lock = Lock()


@contextmanager
def _transaction() -> Iterator[None]:
    with _lock, transaction.atomic():
        yield


def open_channel(name: str) -> tuple[dict[str, Any], bool]:
    """Open a channel; also tell whether it is a new one."""
    with _transaction():
        channel, is_new = Channel.objects.get_or_create(name=name)
        if not channel.is_open:
            channel.is_open = is_new = True
            channel.save()
        return _as_json(channel), is_new


def read_channel(name: str) -> dict[str, Any]:
    """What is known of a channel.

    Raises:
        NotFound: there is none.
    """
    with _transaction():
        return _as_json(_channel(name))


def delete_channel(name: str) -> None:
    """Delete a channel and end its streams.

    Raises:
        NotFound: there is none.
    """
    with _lock:
        with transaction.atomic():
            channel = _channel(name)
            channel.messages.all().delete()
            channel.is_open = False
            channel.save()
        for stream in _streams.pop(name, ()):
            stream.end(event_text("closed", ""))


def publish(name: str, event: str, data: str) -> Message:
    """Store a message, drop the one that is too many, and hand it to all streams.

    Raises:
        NotFound: there is no such channel.
    """
    with _lock:
        with transaction.atomic():
            Channel.objects.filter(name=name, is_open=True).update(last_id=F("last_id") + 1)
            channel = _channel(name)
            message = channel.messages.create(number=channel.last_id, event=event, data=data)
            channel.messages.filter(number__lte=channel.last_id - settings.HISTORY).delete()
        text = _text_of(message)
        for stream in _streams.get(name, ()):
            stream.offer(text)
    return message


def subscribe(name: str, last_id: int | None, stream: Stream) -> None:
    """Add a stream. A client that has everything up to an id gets what it has missed; None wants only what is new.

    Raises:
        NotFound: there is no such channel.
        TooManyListeners: it has as many streams as it may have.
    """
    with _transaction():
        if len(_streams.get(name, ())) >= settings.MAX_LISTENERS:
            raise TooManyListeners
        channel = _channel(name)
        if last_id is not None:
            stream.begin_with(*_missed(channel, last_id))
        _streams.setdefault(name, set()).add(stream)


def unsubscribe(name: str, stream: Stream) -> None:
    """Remove a stream, of a channel that may be deleted."""
    with _lock:
        _streams.get(name, set()).discard(stream)


def _channel(name: str) -> Channel:
    channel = Channel.objects.filter(name=name, is_open=True).first()
    if channel is None:
        raise NotFound
    return channel


def _as_json(channel: Channel) -> dict[str, Any]:
    listeners = len(_streams.get(channel.name, ()))
    return {"name": channel.name, "last_id": channel.last_id, "listeners": listeners}


def _missed(channel: Channel, last_id: int) -> list[str]:
    first = channel.messages.first()
    before_first = first.number - 1 if first else channel.last_id
    if before_first <= last_id <= channel.last_id:
        return [_text_of(message) for message in channel.messages.filter(number__gt=last_id)]
    return [event_text("reset", "", before_first), *map(_text_of, channel.messages.all())]


def _text_of(message: Message) -> str:
    return event_text(message.event, message.data, message.number)
