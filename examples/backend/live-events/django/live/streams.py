"""The streams of the channels: publishers fill their queues from threads, the event loop empties them."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable

from live.events import HEARTBEAT


class Stream:
    """The content of one response: what it begins with, then a bounded queue, and comments in silence.

    Django iterates it, and calls ``close`` at the end of the response, however that comes about.
    """

    def __init__(self, room: int, heartbeat: float, close: Callable[["Stream"], None]) -> None:
        """Make a stream of the running loop, for which ``room`` events may wait; ``heartbeat`` is in seconds."""
        self._beginning: deque[str] = deque()
        self._queue: deque[str] = deque()
        self._room = room
        self._heartbeat = heartbeat
        self._close = close
        self._has_ended = False
        self._changed = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def begin_with(self, *texts: str) -> None:
        """Say what comes first; the queue has no part in it."""
        self._beginning.extend(texts)

    def offer(self, text: str) -> None:
        """Let an event wait; one for which there is no room ends the stream. For any thread."""
        self._loop.call_soon_threadsafe(self._offer, text)

    def end(self, text: str) -> None:
        """End the stream with a last event. For any thread."""
        self._loop.call_soon_threadsafe(self._end, text)

    def close(self) -> None:
        """Give up the place of the stream."""
        self._close(self)

    async def __aiter__(self) -> AsyncIterator[str]:
        """All events until the end."""
        while self._beginning:
            yield self._beginning.popleft()
        while self._queue or not self._has_ended:
            if self._queue:
                yield self._queue.popleft()
                continue
            self._changed.clear()
            try:
                async with asyncio.timeout(self._heartbeat):
                    await self._changed.wait()
            except TimeoutError:
                yield HEARTBEAT

    def _offer(self, text: str) -> None:
        if self._has_ended:
            return
        if len(self._queue) < self._room:
            self._queue.append(text)
        else:
            self._queue.clear()
            self._has_ended = True
        self._changed.set()

    def _end(self, text: str) -> None:
        if not self._has_ended:
            self._queue.append(text)
            self._has_ended = True
            self._changed.set()
