"""One request and its response, within a time limit for all of it."""

import functools
import io
import re
import socket
import ssl
import time
from dataclasses import dataclass
from email.errors import MissingHeaderBodySeparatorDefect
from http.client import HTTPConnection, HTTPException, HTTPMessage, HTTPResponse, IncompleteRead

from http_request import Request

# What `send` raises if there is no complete response. `http.client` answers some malformed ones with a ValueError.
FAILURES = (OSError, HTTPException, ValueError)

_PIECE_SIZE = 64 * 1024
_LONGEST_SOCKET_TIMEOUT = 24 * 60 * 60.0  # longer ones may not fit into the system's type


@dataclass(frozen=True)
class Response:
    """A complete response."""

    status: int
    headers: HTTPMessage
    body: bytes


class AttemptTimeoutError(TimeoutError):
    """An attempt took longer than its time limit."""


def send(request: Request, seconds: float) -> Response:
    """Send ``request`` once, over a connection of its own, and return the whole response.

    The time limit covers connecting, sending and receiving. Looking up the address of the host is left to the system,
    which does not let itself be interrupted.

    Raises:
        AttemptTimeoutError: the exchange took longer than ``seconds``.
        OSError, HTTPException, ValueError: it brought no complete response.
    """
    limit = _TimeLimit(seconds)
    try:
        return _exchange(request, limit)
    except FAILURES as error:
        if limit.is_exceeded():
            raise AttemptTimeoutError(f"no complete response within {seconds} s") from error
        raise


class _TimeLimit:
    """The moment, in real time, at which an attempt has to be over."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def is_exceeded(self) -> bool:
        return time.monotonic() >= self._end

    def socket_timeout(self) -> float:
        """Return the time left, or raise a TimeoutError if there is none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("no time left")
        return min(left, _LONGEST_SOCKET_TIMEOUT)


class _TimedReader(io.RawIOBase):
    """Reads from a socket whose timeout, which would start anew with each read, is set to the time left."""

    def __init__(self, sock: socket.socket, limit: _TimeLimit) -> None:
        self._sock = sock
        self._limit = limit
        self.is_at_end = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:
        self._sock.settimeout(self._limit.socket_timeout())
        count = self._sock.recv_into(buffer)
        self.is_at_end = count == 0
        return count


class _TimedSocket:
    """What ``http.client`` needs of a socket, with one time limit for everything that is done with it."""

    def __init__(self, sock: socket.socket, limit: _TimeLimit) -> None:
        self._sock = sock
        self._limit = limit
        self.reader = _TimedReader(sock, limit)

    def sendall(self, data: bytes) -> None:
        self._sock.settimeout(self._limit.socket_timeout())
        self._sock.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self.reader)

    def close(self) -> None:
        """Leave the socket open: ``http.client`` closes it before the body is read, its owner does so afterwards."""


def _exchange(request: Request, limit: _TimeLimit) -> Response:
    with _connect(request.host, request.port, limit) as plain, _secured(plain, request, limit) as sock:
        # The headers and the body are sent one after the other; the body must not wait for an acknowledgement.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = HTTPConnection(request.host, request.port)
        connection.sock = timed = _TimedSocket(sock, limit)
        headers = {"Host": request.authority, "Connection": "close", **request.headers}
        connection.request(request.method, request.target, request.body or None, headers)
        with connection.getresponse() as response:
            _check_head(response, timed.reader)
            return Response(response.status, response.headers, _read_body(response, timed.reader))


def _connect(host: str, port: int, limit: _TimeLimit) -> socket.socket:
    """Connect to the first address of the host that accepts; all of them share the time limit."""
    failure = OSError(f"{host} has no address")
    for *_, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        try:
            return socket.create_connection(address[:2], limit.socket_timeout())
        except OSError as error:
            failure = error
    raise failure


def _secured(sock: socket.socket, request: Request, limit: _TimeLimit) -> socket.socket:
    """Return ``sock`` itself, or with TLS if the request asks for it."""
    if request.scheme == "http":
        return sock
    sock.settimeout(limit.socket_timeout())
    return _tls_context().wrap_socket(sock, server_hostname=request.host)


@functools.cache
def _tls_context() -> ssl.SSLContext:
    return ssl.create_default_context()


def _check_head(response: HTTPResponse, reader: _TimedReader) -> None:
    """Refuse what ``http.client`` takes for good: headers cut short, lines that are none, and malformed lengths."""
    if reader.is_at_end:
        raise IncompleteRead(b"")
    if any(isinstance(defect, MissingHeaderBodySeparatorDefect) for defect in response.headers.defects):
        raise HTTPException("malformed header line")
    lengths = set(response.headers.get_all("Content-Length", []))
    if len(lengths) > 1 or not all(re.fullmatch(r"[0-9]+[ \t]*", length) for length in lengths):
        raise HTTPException("malformed length of the body")


def _read_body(response: HTTPResponse, reader: _TimedReader) -> bytes:
    # In pieces, because read() without a size makes room for the announced length, however large, at once. With a
    # size it does not complain about a missing rest, and never about missing lines after the last chunk.
    body = b"".join(iter(functools.partial(response.read, _PIECE_SIZE), b""))
    if response.length or (response.chunked and reader.is_at_end):
        raise IncompleteRead(body, response.length)
    return body
