"""Who listens to which channel, and what still has to be sent to them."""

from collections import deque
from collections.abc import Iterable, Iterator
from threading import Condition, Lock
from typing import Any

from events import HEARTBEAT, event_text
from problems import TooManyListenersError
from store import Message, Store


class Listener:
    """The events that wait for one stream: those missed before it began, and a bounded queue.

    Publishers fill the queue, the thread of the stream empties it.
    """

    def __init__(self, missed: Iterable[str], room: int) -> None:
        """Make the listener of a stream for which ``room`` events may wait."""
        self._missed = deque(missed)
        self._queue: deque[str] = deque()
        self._room = room
        self._ended = False
        self._changed = Condition()

    def offer(self, text: str) -> None:
        """Let an event wait; one for which there is no room ends the stream."""
        with self._changed:
            if self._ended:
                return
            if len(self._queue) < self._room:
                self._queue.append(text)
            else:
                self._queue.clear()
                self._ended = True
            self._changed.notify()

    def close(self, text: str) -> None:
        """End the stream with a last event."""
        with self._changed:
            if not self._ended:
                self._queue.append(text)
                self._ended = True
                self._changed.notify()

    def events(self, heartbeat: float) -> Iterator[str]:
        """All events until the end, and a comment after each ``heartbeat`` seconds of silence."""
        while self._missed:
            yield self._missed.popleft()
        while (text := self._next(heartbeat)) is not None:
            yield text

    def _next(self, heartbeat: float) -> str | None:
        with self._changed:
            if not self._changed.wait_for(lambda: self._queue or self._ended, heartbeat):
                return HEARTBEAT
            return self._queue.popleft() if self._queue else None


class Hub:
    """Stores messages and hands them to listeners; safe for use by several threads."""

    def __init__(self, store: Store, max_listeners: int, room: int) -> None:
        """Make a hub with these bounds for each channel and for each listener."""
        self._store = store
        self._max_listeners = max_listeners
        self._room = room
        self._listeners: dict[str, set[Listener]] = {}
        # Held from the database to the listeners, so that these get messages in the order of ids
        # and none falls between what a new one has missed and what it is sent.
        self._lock = Lock()

    def open(self, name: str) -> tuple[dict[str, Any], bool]:
        """Open a channel; also tell whether it is a new one."""
        with self._lock:
            is_new = self._store.open_channel(name)
            return self._channel(name), is_new

    def channel(self, name: str) -> dict[str, Any]:
        """The channel of that name, as clients see it.

        Raises:
            NotFoundError: there is none.
        """
        with self._lock:
            return self._channel(name)

    def delete(self, name: str) -> None:
        """Delete a channel and end its streams.

        Raises:
            NotFoundError: there is none.
        """
        with self._lock:
            self._store.delete_channel(name)
            for listener in self._listeners.pop(name, ()):
                listener.close(event_text("closed", ""))

    def publish(self, name: str, event: str, data: str) -> Message:
        """Store a message and hand it to all listeners.

        Raises:
            NotFoundError: there is no such channel.
        """
        with self._lock:
            message = self._store.append(name, event, data)
            text = _text_of(message)
            for listener in self._listeners.get(name, ()):
                listener.offer(text)
        return message

    def subscribe(self, name: str, last_id: int | None) -> Listener:
        """Add a listener who has everything up to an id; None wants only what is new.

        Raises:
            NotFoundError: there is no such channel.
            TooManyListenersError: it has as many listeners as it may have.
        """
        with self._lock:
            if len(self._listeners.get(name, ())) >= self._max_listeners:
                raise TooManyListenersError
            listener = Listener(self._missed(name, last_id), self._room)
            self._listeners.setdefault(name, set()).add(listener)
        return listener

    def unsubscribe(self, name: str, listener: Listener) -> None:
        """Remove a listener, of a channel that may be deleted."""
        with self._lock:
            self._listeners.get(name, set()).discard(listener)

    def _channel(self, name: str) -> dict[str, Any]:
        last_id = self._store.last_id(name)
        return {"name": name, "last_id": last_id, "listeners": len(self._listeners.get(name, ()))}

    def _missed(self, name: str, last_id: int | None) -> list[str]:
        if last_id is None:
            self._store.last_id(name)
            return []
        reset_to, messages = self._store.missed(name, last_id)
        first = [] if reset_to is None else [event_text("reset", "", reset_to)]
        return first + [_text_of(message) for message in messages]


def _text_of(message: Message) -> str:
    return event_text(message.event, message.data, message.id)
