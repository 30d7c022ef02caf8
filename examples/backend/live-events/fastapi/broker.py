"""Who listens to which channel, and what still has to be sent to them."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import NamedTuple

from fastapi.concurrency import run_in_threadpool

from events import HEARTBEAT, event_text
from problems import TooManyListenersError
from store import Message, Store


class Channel(NamedTuple):
    """A channel as clients see it."""

    name: str
    last_id: int
    listeners: int


class Listener:
    """The events that wait for one stream: those missed before it began, and a bounded queue."""

    def __init__(self, missed: Iterable[str], room: int) -> None:
        """Make the listener of a stream for which ``room`` events may wait."""
        self._missed = deque(missed)
        self._queue: deque[str] = deque()
        self._room = room
        self._ended = False
        self._changed = asyncio.Event()

    def offer(self, text: str) -> None:
        """Let an event wait; one for which there is no room ends the stream."""
        if self._ended:
            return
        if len(self._queue) == self._room:
            self._queue.clear()
            self._end()
        else:
            self._queue.append(text)
            self._changed.set()

    def close(self, text: str) -> None:
        """End the stream with a last event."""
        if not self._ended:
            self._queue.append(text)
            self._end()

    async def events(self, heartbeat: float) -> AsyncIterator[str]:
        """All events until the end, and a comment after each ``heartbeat`` seconds of silence."""
        while self._missed:
            yield self._missed.popleft()
        while self._queue or not self._ended:
            if self._queue:
                yield self._queue.popleft()
                continue
            self._changed.clear()
            try:
                async with asyncio.timeout(heartbeat):
                    await self._changed.wait()
            except TimeoutError:
                yield HEARTBEAT

    def _end(self) -> None:
        self._ended = True
        self._changed.set()


class Broker:
    """Stores messages and hands them to listeners; to be used in one event loop."""

    def __init__(self, store: Store, max_listeners: int, room: int) -> None:
        """Make a broker with these bounds for each channel and for each listener."""
        self._store = store
        self._max_listeners = max_listeners
        self._room = room
        self._listeners: dict[str, set[Listener]] = {}
        # Held from the database to the listeners, so that these get messages in the order of ids
        # and none falls between what a new one has missed and what it is sent.
        self._lock = asyncio.Lock()

    async def open(self, name: str) -> tuple[Channel, bool]:
        """Open a channel; also tell whether it is a new one."""
        async with self._lock:
            is_new = await run_in_threadpool(self._store.open_channel, name)
            return await self._channel(name), is_new

    async def channel(self, name: str) -> Channel:
        """The channel of that name.

        Raises:
            NotFoundError: there is none.
        """
        async with self._lock:
            return await self._channel(name)

    async def delete(self, name: str) -> None:
        """Delete a channel and end its streams.

        Raises:
            NotFoundError: there is none.
        """
        async with self._lock:
            await run_in_threadpool(self._store.delete_channel, name)
            for listener in self._listeners.pop(name, ()):
                listener.close(event_text("closed", ""))

    async def publish(self, name: str, event: str, data: str) -> Message:
        """Store a message and hand it to all listeners.

        Raises:
            NotFoundError: there is no such channel.
        """
        async with self._lock:
            message = await run_in_threadpool(self._store.append, name, event, data)
            text = _text_of(message)
            for listener in self._listeners.get(name, ()):
                listener.offer(text)
        return message

    @asynccontextmanager
    async def listener(self, name: str, last_id: int | None) -> AsyncIterator[Listener]:
        """A listener who has everything up to an id; None wants only what is new.

        Raises:
            NotFoundError: there is no such channel.
            TooManyListenersError: it has as many listeners as it may have.
        """
        async with self._lock:
            if len(self._listeners.get(name, ())) >= self._max_listeners:
                raise TooManyListenersError
            listener = Listener(await self._missed(name, last_id), self._room)
            # Not before it is known that there is such a channel: names of others leave nothing behind.
            listeners = self._listeners.setdefault(name, set())
            listeners.add(listener)
        try:
            yield listener
        finally:
            listeners.remove(listener)

    async def _channel(self, name: str) -> Channel:
        last_id = await run_in_threadpool(self._store.last_id, name)
        return Channel(name, last_id, len(self._listeners.get(name, ())))

    async def _missed(self, name: str, last_id: int | None) -> list[str]:
        if last_id is None:
            await run_in_threadpool(self._store.last_id, name)
            return []
        reset_to, messages = await run_in_threadpool(self._store.missed, name, last_id)
        first = [] if reset_to is None else [event_text("reset", "", reset_to)]
        return first + [_text_of(message) for message in messages]


def _text_of(message: Message) -> str:
    return event_text(message.event, message.data, message.id)
