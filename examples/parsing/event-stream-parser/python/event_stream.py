"""A push parser for text/event-stream."""

from collections.abc import Callable
from typing import TypeAlias

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
MAX_RETRY_DIGITS = 9
CR, LF = b"\r\n"

EventHandler: TypeAlias = Callable[[str, str, str], None]
RetryHandler: TypeAlias = Callable[[int], None]


class TooLargeError(Exception):
    """A line or the data of an event is longer than the limit."""


class ClosedError(Exception):
    """The parser was fed after an error."""


class EventStreamParser:
    """Calls ``on_event(type, data, last_id)`` and ``on_retry(milliseconds)`` for what the bytes fed complete.

    ``limit`` is that of a line and of the data of an event, in bytes.

    Raises:
        ValueError: the limit is below 1.
    """

    def __init__(self, limit: int, on_event: EventHandler, on_retry: RetryHandler) -> None:
        if limit < 1:
            raise ValueError(f"limit is {limit}, less than 1")
        self._limit = limit
        self._on_event = on_event
        self._on_retry = on_retry
        self._closed = False
        self._first_line = True
        self._after_cr = False
        self._line = bytearray()
        self._type = ""
        self._data: list[bytes] = []  # lines
        self._data_size = 0  # as they will be joined, and a line feed behind
        self._last_id = ""
        # By name; all other fields, and comments, whose name is empty, are ignored.
        self._fields: dict[bytes, Callable[[bytes], None]] = {
            b"data": self._add_data,
            b"event": self._set_type,
            b"id": self._set_id,
            b"retry": self._tell_retry,
        }

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes.

        Raises:
            TooLargeError: a line or the data became longer than the limit; the parser is closed.
            ClosedError: it was closed before.
        """
        if self._closed:
            raise ClosedError("parser is closed")
        try:
            for byte in chunk:
                self._take(byte)
        except TooLargeError:
            self._closed = True
            raise

    def _take(self, byte: int) -> None:
        after_cr, self._after_cr = self._after_cr, byte == CR
        if byte == LF and after_cr:
            return
        if byte in (CR, LF):
            line = bytes(self._line)
            self._line.clear()
            self._end_line(line)
            return
        if len(self._line) == self._limit:
            raise TooLargeError(f"line is longer than {self._limit} bytes")
        self._line.append(byte)

    def _end_line(self, line: bytes) -> None:
        if self._first_line:
            line = line.removeprefix(BYTE_ORDER_MARK)
            self._first_line = False
        if not line:
            self._end_event()
            return
        name, _, value = line.partition(b":")
        if take_field := self._fields.get(name):
            take_field(value.removeprefix(b" "))

    def _add_data(self, value: bytes) -> None:
        self._data.append(value)
        self._data_size += len(value) + 1
        if self._data_size - 1 > self._limit:
            raise TooLargeError(f"data is longer than {self._limit} bytes")

    def _set_type(self, value: bytes) -> None:
        self._type = value.decode()

    def _set_id(self, value: bytes) -> None:
        if b"\0" not in value:
            self._last_id = value.decode()

    def _tell_retry(self, value: bytes) -> None:
        if value.isdigit() and len(value) <= MAX_RETRY_DIGITS:
            self._on_retry(int(value))

    def _end_event(self) -> None:
        event_type, data = self._type or "message", self._data
        self._type, self._data, self._data_size = "", [], 0
        if data:
            self._on_event(event_type, b"\n".join(data).decode(), self._last_id)
