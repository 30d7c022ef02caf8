import calendar
import contextlib
import inspect
import io
import math
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest

from retrying_client import AttemptTimeoutError, Response, RetryError, RetryingClient

FAILURE_STATUSES = [408, 429, 502, 503, 504]
EVERY_BYTE = bytes(range(256))
# A time limit that is waited for in real time, exact in binary. On a busy machine it may pass before the server has got
# the request, so no test counts on a request that is cut off by it to arrive.
SHORT = 0.03125
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
DATE_2024 = calendar.timegm((2024, 6, 1, 12, 0, 0))

Reply = bytes | Callable[[socket.socket], bool | None]


class Received(NamedTuple):
    """A request as the server saw it; header names are in lower case."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]


class Server:
    """Answers the n-th request with the n-th reply, and all further ones with the last.

    A reply is what to send before the connection is closed, or a function that gets the connection and tells whether
    to keep it.
    """

    def __init__(self, *replies: Reply) -> None:
        self._replies = replies
        self._requests: list[Received] = []
        self._connections: list[socket.socket] = []
        self._handlers: list[threading.Thread] = []
        self._is_stopping = False
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def url(self, target: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{target}"

    def requests(self) -> list[Received]:
        """All requests received. Stops the server first, so that none is still on its way."""
        self.stop()
        return self._requests

    def connection_count(self) -> int:
        self.stop()
        return len(self._connections)

    def stop(self) -> None:
        if self._is_stopping:
            return
        self._is_stopping = True
        socket.create_connection(("127.0.0.1", self.port)).close()
        self._thread.join()
        self._listener.close()
        for handler, connection in zip(self._handlers, self._connections, strict=True):
            handler.join(timeout=2)  # ends by itself, unless the client has left its connection open
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            handler.join()
            connection.close()

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if self._is_stopping:
                connection.close()
                return
            connection.settimeout(1)  # a client that sends half a request waits no longer
            self._connections.append(connection)
            self._handlers.append(threading.Thread(target=self._handle, args=(connection,), daemon=True))
            self._handlers[-1].start()

    def _handle(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection.makefile("rb") as stream:
            while (request := read_request(stream)) and self._answer(request, connection):
                pass
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)

    def _answer(self, request: Received, connection: socket.socket) -> bool | None:
        with self._lock:
            self._requests.append(request)
            reply = self._replies[min(len(self._requests), len(self._replies)) - 1]
        if callable(reply):
            return reply(connection)
        connection.sendall(reply)
        return False


def read_request(stream: io.BufferedReader) -> Received | None:
    if not stream.peek(1)[:1].isalpha():  # the connection was closed, or this is a TLS handshake
        return None
    method, target, _ = stream.readline().decode("latin-1").split(" ")
    headers = []
    while (line := stream.readline().decode("latin-1").rstrip("\r\n")) != "":
        name, _, value = line.partition(":")
        headers.append((name.lower(), value.strip()))
    size = int(dict(headers).get("content-length", "0"))
    return Received(method, target, headers, stream.read(size))


def reply(status: int, body: bytes = b"", headers: str | bytes = "") -> bytes:
    """A complete response; each header ends with a line break."""
    extra = headers.encode() if isinstance(headers, str) else headers
    extra = b"".join(line.rstrip(b"\n") + b"\r\n" for line in extra.splitlines(keepends=True))
    return b"HTTP/1.1 %d Whatever\r\nContent-Length: %d\r\n%s\r\n%s" % (status, len(body), extra, body)


def retry_after(value: str, status: int = 503) -> bytes:
    return reply(status, headers=f"Retry-After: {value}\n")


def kept(data: bytes) -> Reply:
    """Send a response and leave the connection open for the next request."""

    def send(connection: socket.socket) -> bool:
        connection.sendall(data)
        return True

    return send


def hang(connection: socket.socket) -> None:
    """Send nothing until the client gives up."""
    connection.recv(1)


def drip(data: bytes) -> Reply:
    """Send one byte every few milliseconds until the client gives up."""

    def send(connection: socket.socket) -> None:
        for index in range(len(data)):
            connection.sendall(data[index : index + 1])
            if select.select([connection], [], [], 0.005)[0]:
                return

    return send


class World:
    """Everything that is injected. Time passes when somebody sleeps, and where a test says so."""

    def __init__(self) -> None:
        self.elapsed = 0.0
        self.wall = float(DATE_2024)
        self.sleeps: list[float] = []
        self.draws: list[float] = []  # what the random source gives; 0.5 when they are used up
        self.draw_count = 0
        self.on_sleep: Callable[[], None] = lambda: None

    def client(self, **settings) -> RetryingClient:
        injected = {"sleep": self.sleep, "random": self.random, "monotonic": self.monotonic, "now": lambda: self.wall}
        return RetryingClient(**(injected | settings))

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.elapsed += seconds
        self.on_sleep()

    def random(self) -> float:
        self.draw_count += 1
        return self.draws.pop(0) if self.draws else 0.5

    def monotonic(self) -> float:
        return 1000.0 + self.elapsed

    def later(self, seconds: float, data: bytes) -> Reply:
        """A reply before which time passes."""

        def send(connection: socket.socket) -> None:
            self.elapsed += seconds
            connection.sendall(data)

        return send


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []

    def start(*replies: Reply) -> Server:
        servers.append(Server(*replies))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def refusing_url() -> Iterator[str]:
    """A URL whose port is taken, but nobody listens there."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{sock.getsockname()[1]}/"


@pytest.fixture
def local_time_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A local time that is five and a half hours ahead of UTC."""
    with monkeypatch.context() as context:
        context.setenv("TZ", "XXX-5:30")
        time.tzset()
        yield
    time.tzset()


def gave_up(client: RetryingClient, method: str, url: str, **arguments) -> RetryError:
    """The error of a call that gives up."""
    with pytest.raises(RetryError) as caught:
        client.request(method, url, **arguments)
    assert caught.value.cause is caught.value.__cause__
    return caught.value


def cases(name: str, values) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(name, values, ids=lambda value: ascii(value)[:40])


# --- R1: results ---------------------------------------------------------------------------------


@cases("status", [200, 201, 400, 404, 407, 409, 418, 428, 430, 500, 501, 505, 599])
def test_any_other_status_is_the_result__R1(status, world, serve):
    server = serve(reply(status, EVERY_BYTE, "X-Colour: blue\n"))
    response = world.client().request("GET", server.url())
    assert isinstance(response, Response)
    assert (response.status, response.body) == (status, EVERY_BYTE)
    assert response.headers["x-colour"] == response.headers["X-COLOUR"] == "blue"
    assert len(server.requests()) == 1
    assert (world.sleeps, world.draw_count) == ([], 0)


def test_repeated_response_headers_are_all_returned__R1(world, serve):
    server = serve(reply(200, headers="Set-Cookie: a=1\nSet-Cookie: b=2\n"))
    assert world.client().request("GET", server.url()).headers.get_all("set-cookie") == ["a=1", "b=2"]


@cases(
    "data, body",
    [
        (CHUNKED + b"1\r\na\r\nA\r\n0123456789\r\n0\r\n\r\n", b"a0123456789"),
        (CHUNKED + b"0\r\n\r\n", b""),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nuntil the\r\n\r\nend", b"until the\r\n\r\nend"),
        (b"HTTP/1.0 200 OK\r\n\r\nold", b"old"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", b""),
    ],
)
def test_body_is_complete_however_its_end_is_marked__R1(data, body, world, serve):
    assert world.client().request("GET", serve(data).url()).body == body


def test_large_body_is_complete__R1(world, serve):
    body = EVERY_BYTE * 2000
    assert world.client().request("GET", serve(reply(200, body)).url()).body == body


def test_response_to_head_has_no_body__R1(world, serve):
    server = serve(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
    response = world.client().request("HEAD", server.url())
    assert (response.status, response.body, response.headers["Content-Length"]) == (200, b"", "5")


def test_result_counts_even_after_the_deadline__R1(world, serve):
    server = serve(world.later(31.0, reply(500, b"late")))
    assert world.client(deadline=30.0).request("GET", server.url()).body == b"late"


def test_unsafe_request_gets_its_result__R1(world, serve):
    server = serve(reply(500, b"no"))
    assert world.client().request("POST", server.url(), body=b"x").status == 500


# --- R2: what counts as no response --------------------------------------------------------------

BROKEN = [
    b"",
    b"SSH-2.0-OpenSSH_9.6\r\n",
    b"<html>no status line</html>\r\n\r\n",
    b"HTTP/1.1 ",
    b"HTTP/1.1 200 OK\r\n",
    b"HTTP/1.1 200 OK\r\nX-Colour: blue\r\n",
    b"HTTP/1.1 200 OK\r\nX-Colour: bl",
    b"HTTP/1.1 200 OK\r\nno header\r\nContent-Length: 2\r\n\r\nab",
    b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab",
    b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n",
    b"HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nab",
    b"HTTP/1.1 503 Unavailable\r\nContent-Length: 3\r\n\r\nab",
    b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000000000\r\n\r\nab",
    CHUNKED + b"3\r\nabc\r\n",
    CHUNKED + b"3\r\nab",
    CHUNKED + b"3\r\nabc\r\n0",
    CHUNKED + b"3\r\nabc\r\n0\r\n",
]


@cases("data", BROKEN)
def test_attempt_without_complete_response_is_repeated__R2(data, world, serve):
    server = serve(data, reply(200, b"whole"))
    assert world.client().request("GET", server.url()).body == b"whole"
    assert len(server.requests()) == 2
    assert len(world.sleeps) == 1


@cases("data", BROKEN)
def test_incomplete_response_is_not_handed_on__R2_R7(data, world, serve):
    server = serve(data)
    error = gave_up(world.client(max_attempts=2), "GET", server.url())
    assert (error.attempts, error.reason, error.response) == (2, "attempts", None)
    assert isinstance(error.cause, Exception)
    assert not isinstance(error.cause, AttemptTimeoutError)
    assert len(server.requests()) == 2


def test_refused_connections_are_failed_attempts__R2(world, refusing_url):
    error = gave_up(world.client(max_attempts=3), "GET", refusing_url)
    assert (error.attempts, error.reason, error.response) == (3, "attempts", None)
    assert isinstance(error.cause, Exception)
    assert len(world.sleeps) == 2


def test_refused_post_is_not_repeated__R2_R3(world, refusing_url):
    error = gave_up(world.client(), "POST", refusing_url)
    assert (error.attempts, error.reason, error.response) == (1, "not_safe", None)
    assert isinstance(error.cause, Exception)


def test_server_without_tls_is_a_failed_attempt__R2(world, serve):
    server = serve(reply(200))
    error = gave_up(world.client(max_attempts=2), "GET", server.url().replace("http:", "https:"))
    assert (error.attempts, error.reason, error.response) == (2, "attempts", None)
    assert server.requests() == []


def test_retry_after_of_incomplete_response_is_ignored__R2(world, serve):
    server = serve(b"HTTP/1.1 503 Unavailable\r\nRetry-After: 7\r\nContent-Length: 9\r\n\r\nab", reply(200))
    world.client(base_delay=1.0).request("GET", server.url())
    assert world.sleeps == [0.5]


def test_connection_closed_after_a_kept_one_counts_as_attempt__R2(world, serve):
    server = serve(kept(reply(503)), kept(reply(503)), b"", reply(200))
    assert world.client().request("GET", server.url()).status == 200
    assert len(server.requests()) == 4
    assert len(world.sleeps) == 3


def test_no_more_requests_than_attempts__R2(world, serve):
    server = serve(kept(reply(503)), b"")
    error = gave_up(world.client(max_attempts=3), "PUT", server.url(), body=b"x")
    assert error.attempts == len(server.requests()) == 3


# --- R3: what is repeated, and how ---------------------------------------------------------------


@cases("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"])
@cases("status", FAILURE_STATUSES)
def test_safe_method_is_repeated__R3(method, status, world, serve):
    server = serve(reply(status), reply(status), reply(200))
    assert world.client().request(method, server.url()).status == 200
    assert [request.method for request in server.requests()] == [method] * 3


@cases("method", ["POST", "PATCH"])
@cases("headers", [{}, {"Idempotency-Key": ""}, {"Idempotency-Key": " "}, {"Idempotency-Key": "\t "}, {"X-Key": "a"}])
def test_unsafe_request_is_not_repeated__R3(method, headers, world, serve):
    server = serve(reply(503, b"busy"), reply(200))
    error = gave_up(world.client(), method, server.url(), headers=headers, body=b"x")
    assert (error.attempts, error.reason) == (1, "not_safe")
    assert (error.response.status, error.response.body, error.cause) == (503, b"busy", None)
    assert len(server.requests()) == 1
    assert (world.sleeps, world.draw_count) == ([], 0)


@cases("method", ["POST", "PATCH"])
@cases("name", ["Idempotency-Key", "idempotency-key", "IDEMPOTENCY-KEY", "iDempotency-kEy"])
def test_idempotency_key_makes_a_request_safe__R3(method, name, world, serve):
    server = serve(reply(503), b"", reply(200))
    assert world.client().request(method, server.url(), headers={name: "k-1"}, body=b"x").status == 200
    assert [request.header("idempotency-key") for request in server.requests()] == [["k-1"]] * 3


def test_unsafe_request_is_the_reason_even_on_the_last_attempt__R3(world, serve):
    assert gave_up(world.client(max_attempts=1), "POST", serve(reply(503)).url()).reason == "not_safe"


def test_every_attempt_sends_the_same__R3(world, serve):
    server = serve(reply(503), b"", reply(429), reply(200))
    headers = {"X-Colour": "blue", "x-empty": "", "Accept": "text/plain;q=0.5, */*", "Content-Type": "a/b"}
    world.client().request("put", server.url("/a%20b?c=d&e=%C3%A9"), headers=headers, body=EVERY_BYTE)
    requests = server.requests()
    assert len(requests) == 4
    for request in requests:
        assert (request.method, request.target, request.body) == ("PUT", "/a%20b?c=d&e=%C3%A9", EVERY_BYTE)
        for name, value in headers.items():
            assert request.header(name.lower()) == [value]


def test_later_changes_of_the_headers_are_not_sent__R3(world, serve):
    server = serve(reply(503), reply(200))
    headers = {"X-Colour": "blue"}
    world.on_sleep = lambda: headers.update({"X-Colour": "red", "X-New": "1"})
    world.client().request("GET", server.url(), headers=headers)
    assert server.requests()[1].header("x-colour") == ["blue"]
    assert server.requests()[1].header("x-new") == []


def test_headers_are_not_changed__R3(world, serve):
    headers = {"x-colour": "blue"}
    world.client().request("PUT", serve(reply(503), reply(200)).url(), headers=headers, body=b"x")
    assert headers == {"x-colour": "blue"}


@cases("method", ["OPTIONS", "PUT", "DELETE", "POST", "PATCH"])
@cases("body", [b"", b"a", EVERY_BYTE * 1000])
def test_body_arrives_whole__R3(method, body, world, serve):
    server = serve(reply(200))
    world.client().request(method, server.url(), body=body)
    assert [(request.method, request.body) for request in server.requests()] == [(method, body)]


@cases("method", ["get", "Head", "oPTIONS", "Put", "delete", "pOsT", "patch"])
def test_method_is_sent_in_upper_case__R3(method, world, serve):
    server = serve(reply(200))
    world.client().request(method, server.url())
    assert [request.method for request in server.requests()] == [method.upper()]


@cases("method", ["get", "head", "options", "put", "delete"])
def test_lower_case_method_is_repeated__R3(method, world, serve):
    assert world.client().request(method, serve(reply(503), reply(200)).url()).status == 200


@cases("url, target", [("", "/"), ("/", "/"), ("?a=b", "/?a=b"), ("/a/b?c=/d?", "/a/b?c=/d?"), ("/a?b#c", "/a?b")])
def test_path_and_query_are_sent__R3(url, target, world, serve):
    server = serve(reply(200))
    world.client().request("GET", server.url(url))
    assert [request.target for request in server.requests()] == [target]


def test_host_is_sent__R3(world, serve):
    server = serve(reply(200))
    world.client().request("GET", server.url().replace("http", "HTTP"))
    assert [request.header("host") for request in server.requests()] == [[f"127.0.0.1:{server.port}"]]


# --- R4: backoff ---------------------------------------------------------------------------------


def test_backoff_doubles_up_to_the_maximum__R4(world, refusing_url):
    world.draws = [0.5, 0.25, 0.75, 0.5, 0.875, 0.125]
    gave_up(world.client(max_attempts=7, base_delay=1.0, max_delay=10.0, deadline=1000.0), "GET", refusing_url)
    assert world.sleeps == [0.5, 0.5, 3.0, 4.0, 8.75, 1.25]
    assert world.draw_count == 6


def test_random_zero_sleeps_for_zero__R4(world, serve):
    world.draws = [0.0, 0.0]
    world.client().request("GET", serve(reply(503), reply(503), reply(200)).url())
    assert world.sleeps == [0.0, 0.0]


@cases("base_delay, max_delay, expected", [(8.0, 2.0, [1.0, 1.0]), (0.0, 5.0, [0.0, 0.0]), (1.0, 0.0, [0.0, 0.0])])
def test_delays_at_their_limits__R4(base_delay, max_delay, expected, world, refusing_url):
    gave_up(world.client(max_attempts=3, base_delay=base_delay, max_delay=max_delay), "GET", refusing_url)
    assert world.sleeps == expected
    assert world.draw_count == 2


@cases("base_delay, expected", [(1.0, 4.0), (0.0, 0.0)])
def test_many_attempts_do_not_overflow__R4(base_delay, expected, world, refusing_url):
    client = world.client(max_attempts=1100, base_delay=base_delay, max_delay=8.0, deadline=1e6)
    assert gave_up(client, "GET", refusing_url).attempts == 1100
    assert world.sleeps[4:] == [expected] * 1095


def test_exponent_counts_attempts_not_backoffs__R4(world, serve):
    server = serve(reply(503), retry_after("7"), retry_after("soon"), reply(200))
    world.client(base_delay=1.0).request("GET", server.url())
    assert world.sleeps == [0.5, 7.0, 2.0]


def test_backoff_starts_anew_with_each_call__R4(world, refusing_url):
    client = world.client(max_attempts=3, base_delay=1.0)
    gave_up(client, "GET", refusing_url)
    gave_up(client, "GET", refusing_url)
    assert world.sleeps == [0.5, 1.0, 0.5, 1.0]


def test_default_delays__R4(world, refusing_url):
    gave_up(world.client(max_attempts=9), "GET", refusing_url)
    assert world.sleeps == pytest.approx([0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 2.5, 2.5])


def test_real_sleep_and_random_by_default__R4(serve):
    server = serve(reply(503), reply(503), reply(200))
    assert RetryingClient(base_delay=0.001, max_delay=0.002).request("GET", server.url()).status == 200


# --- R5: Retry-After -----------------------------------------------------------------------------


@cases("value, wait", [("0", 0), ("1", 1), ("7", 7), ("007", 7), ("3600", 3600), ("0" * 29 + "5", 5)])
def test_retry_after_in_seconds_alone_sets_the_wait__R5(value, wait, world, serve):
    server = serve(retry_after(value), reply(200))
    world.client(base_delay=0.25, max_delay=0.5, deadline=10_000.0).request("GET", server.url())
    assert world.sleeps == [wait]
    assert world.draw_count == 0


@cases("status", FAILURE_STATUSES)
def test_retry_after_counts_with_every_failure_status__R5(status, world, serve):
    world.client().request("GET", serve(retry_after("3", status), reply(200)).url())
    assert world.sleeps == [3]


def test_retry_after_in_any_letter_case__R5(world, serve):
    world.client().request("GET", serve(reply(503, headers="rETRY-aFTER: 3\n"), reply(200)).url())
    assert world.sleeps == [3]


def test_retry_after_holds_for_one_wait__R5(world, serve):
    world.client(base_delay=1.0).request("GET", serve(retry_after("3"), b"", reply(200)).url())
    assert world.sleeps == [3, 1.0]


DATES = [
    ("Sat, 01 Jun 2024 12:00:07 GMT", 7),
    ("Saturday, 01-Jun-24 12:00:07 GMT", 7),
    ("Sat Jun  1 12:00:07 2024", 7),
    ("Sat, 01 Jun 2024 23:59:59 GMT", 43199),
    ("Sun, 02 Jun 2024 12:00:00 GMT", 86400),
    ("Sat Jun 15 12:00:00 2024", 14 * 86400),
    ("Saturday, 29-Jun-24 12:00:00 GMT", 28 * 86400),
    ("Mon, 31 Mar 2025 12:00:00 GMT", 303 * 86400),
    ("Tue, 29 Feb 2028 12:00:00 GMT", 1368 * 86400),
    ("Wed, 01 Jun 2024 12:00:07 GMT", 7),
    ("Friday, 01-Jun-24 12:00:07 GMT", 7),
    ("Mon Jun  1 12:00:07 2024", 7),
]


@cases("value, wait", DATES)
def test_retry_after_as_date__R5(value, wait, world, serve):
    server = serve(retry_after(value), reply(200))
    world.client(deadline=1e9).request("GET", server.url())
    assert world.sleeps == [wait]
    assert world.draw_count == 0


@cases(
    "value",
    [
        "Sat, 01 Jun 2024 12:00:00 GMT",
        "Sat, 01 Jun 2024 11:59:59 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
        "Monday, 01-Jan-24 00:00:00 GMT",
    ],
)
def test_date_that_is_over_means_no_wait__R5(value, world, serve):
    world.client().request("GET", serve(retry_after(value), reply(200)).url())
    assert world.sleeps == [0]
    assert world.draw_count == 0


def test_fraction_of_the_wall_clock_counts__R5(world, serve):
    world.wall += 0.75
    world.client().request("GET", serve(retry_after("Sat, 01 Jun 2024 12:00:07 GMT"), reply(200)).url())
    assert world.sleeps == [6.25]


@cases("value, wait", DATES[:3])
def test_dates_are_in_utc_wherever_the_machine_is__R5(value, wait, world, serve, local_time_zone):
    world.client().request("GET", serve(retry_after(value), reply(200)).url())
    assert world.sleeps == [wait]


def test_two_digit_year_may_be_in_the_next_century__R5(world, serve):
    world.wall = calendar.timegm((1999, 12, 31, 23, 59, 58))
    world.client().request("GET", serve(retry_after("Saturday, 01-Jan-00 00:00:03 GMT"), reply(200)).url())
    assert world.sleeps == [5]


@cases("value", ["01-Jun-74 12:00:00", "31-May-74 23:59:59", "31-Dec-73 23:59:59", "02-Jun-24 12:00:00"])
def test_two_digit_year_up_to_50_years_ahead_is_to_come__R5(value, world, serve):
    error = gave_up(world.client(), "GET", serve(retry_after(f"Friday, {value} GMT")).url())
    assert (error.attempts, error.reason, world.sleeps) == (1, "deadline", [])


@cases("value", ["01-Jun-74 12:00:01", "02-Jun-74 00:00:00", "01-Jan-75 00:00:00", "31-Dec-99 23:59:59"])
def test_two_digit_year_further_ahead_is_past__R5(value, world, serve):
    assert world.client().request("GET", serve(retry_after(f"Friday, {value} GMT"), reply(200)).url()).status == 200
    assert world.sleeps == [0]


def test_wall_clock_is_read_for_dates_only__R5(world, serve):
    def fail() -> float:
        raise AssertionError("the wall clock was read")

    client = world.client(now=fail)
    assert client.request("GET", serve(retry_after("3"), retry_after("soon"), b"", reply(200)).url()).status == 200


# --- R6: unusable Retry-After --------------------------------------------------------------------

UNUSABLE = [
    "",
    "-5",
    "+5",
    "1.5",
    "5.",
    "1e3",
    "0x10",
    "1_0",
    "5 5",
    "5, 5",
    "5s",
    "inf",
    "nan",
    "Infinity",
    "soon",
    "Fri, 30 Feb 2024 12:00:00 GMT",
    "Friday, 30-Feb-24 12:00:00 GMT",
    "Fri Feb 30 12:00:00 2024",
    "Wed, 29 Feb 2023 12:00:00 GMT",
    "Mon, 31 Jun 2024 12:00:00 GMT",
    "Sat, 00 Jun 2024 12:00:00 GMT",
    "Sat, 32 Jul 2024 12:00:00 GMT",
    "Sat, 01 Jun 2024 24:00:00 GMT",
    "Sat, 01 Jun 2024 12:60:00 GMT",
    "Sat, 01 Jun 2024 12:00:61 GMT",
    "Sat, 01 Jun 2024 12:00:07",
    "Sat, 01 Jun 2024 12:00:07 +0000",
    "Sat, 01 Jun 2024 12:00:07 CET",
    "Sat, 01 Jun 2024 12:00:07.5 GMT",
    "Sat, 01 Jun 2024 12:00:07 GMT+1",
    "Sat, 1 Jun 2024 12:00:07 GMT",
    "Sat, 01 Jun 24 12:00:07 GMT",
    "Sat, 01 Foo 2024 12:00:07 GMT",
    "Saturday, 01-Jun-2024 12:00:07 GMT",
    "Sat Jun 1 12:00:07 2024",
    "Sat Jun  1 12:00:07 2024 GMT",
    "01 Jun 2024 12:00:07 GMT",
    "2024-06-01T12:00:07Z",
    str(DATE_2024 + 7) + ".0",
]


@cases("value", UNUSABLE)
def test_unusable_retry_after_is_ignored__R6(value, world, serve):
    server = serve(retry_after(value), reply(200))
    assert world.client(base_delay=1.0).request("GET", server.url()).status == 200
    assert world.sleeps == [0.5]
    assert world.draw_count == 1


@cases("value", [b"\xb2", b"1\xb2", b"\xbd", b"\xa05"])
def test_other_characters_are_no_digits__R6(value, world, serve):
    server = serve(reply(503, headers=b"Retry-After: " + value + b"\n"), reply(200))
    world.client(base_delay=1.0).request("GET", server.url())
    assert world.sleeps == [0.5]


@cases("values", [("3", "3"), ("3", "soon"), ("", "3"), ("Sat", "01 Jun 2024 12:00:07 GMT")])
def test_repeated_retry_after_is_ignored__R6(values, world, serve):
    server = serve(reply(503, headers=f"Retry-After: {values[0]}\nX-A: b\nretry-after: {values[1]}\n"), reply(200))
    world.client(base_delay=1.0).request("GET", server.url())
    assert world.sleeps == [0.5]


@cases("digits", [30, 400, 5000])
def test_huge_number_of_seconds_is_longer_than_any_time_left__R6(digits, world, serve):
    error = gave_up(world.client(deadline=1e9), "GET", serve(retry_after("9" * digits)).url())
    assert (error.attempts, error.reason, error.response.status) == (1, "deadline", 503)
    assert (world.sleeps, world.draw_count) == ([], 0)


# --- R7: giving up -------------------------------------------------------------------------------


@cases("max_attempts", [1, 2, 5])
def test_last_attempt_is_not_followed_by_sleep__R7(max_attempts, world, serve):
    server = serve(reply(503, b"busy", "X-Colour: blue\n"))
    error = gave_up(world.client(max_attempts=max_attempts), "GET", server.url())
    assert (error.attempts, error.reason, error.cause) == (max_attempts, "attempts", None)
    assert (error.response.status, error.response.headers["X-Colour"], error.response.body) == (503, "blue", b"busy")
    assert len(server.requests()) == max_attempts
    assert len(world.sleeps) == world.draw_count == max_attempts - 1


def test_four_attempts_by_default__R7(world, serve):
    server = serve(reply(503))
    assert gave_up(world.client(), "GET", server.url()).attempts == 4
    assert len(server.requests()) == 4


def test_last_permitted_attempt_may_succeed__R7(world, serve):
    server = serve(reply(503), reply(503), reply(200))
    assert world.client(max_attempts=3).request("GET", server.url()).status == 200


def test_error_tells_the_response_of_the_last_attempt_only__R7(world, serve):
    server = serve(reply(429, b"first"), b"", reply(504, b"last"))
    error = gave_up(world.client(max_attempts=3), "GET", server.url())
    assert (error.response.status, error.response.body, error.cause) == (504, b"last", None)


def test_error_tells_the_cause_of_the_last_attempt_only__R7(world, serve):
    error = gave_up(world.client(max_attempts=2), "GET", serve(reply(503, b"first"), b"").url())
    assert (error.attempts, error.response) == (2, None)
    assert isinstance(error.cause, Exception)


def test_calls_are_independent__R7(world, serve):
    server = serve(reply(503), reply(503), reply(503), reply(200), reply(404))
    client = world.client(max_attempts=3)
    assert gave_up(client, "GET", server.url()).attempts == 3
    assert client.request("GET", server.url()).status == 200
    assert client.request("GET", server.url()).status == 404


def test_gave_up_error_is_no_invalid_argument_error__R7():
    assert not issubclass(RetryError, ValueError)


# --- R8: deadline --------------------------------------------------------------------------------


@cases("value", ["10", "11", "1000000"])
def test_wait_that_takes_all_the_time_left_is_not_slept__R8(value, world, serve):
    server = serve(retry_after(value))
    error = gave_up(world.client(deadline=10.0), "GET", server.url())
    assert (error.attempts, error.reason, error.response.status, error.cause) == (1, "deadline", 503, None)
    assert (len(server.requests()), world.sleeps) == (1, [])


def test_wait_shorter_than_the_time_left_is_slept__R8(world, serve):
    server = serve(retry_after("10"), reply(200))
    assert world.client(deadline=10.25).request("GET", server.url()).status == 200
    assert world.sleeps == [10]


def test_backoff_is_subject_to_the_deadline__R8(world, refusing_url):
    error = gave_up(world.client(base_delay=4.0, max_delay=100.0, deadline=6.0), "GET", refusing_url)
    assert (error.attempts, error.reason, error.response) == (2, "deadline", None)
    assert isinstance(error.cause, Exception)
    assert world.sleeps == [2.0]
    assert world.draw_count == 2


def test_time_of_attempts_and_sleeps_counts__R8(world, serve):
    server = serve(world.later(4.0, retry_after("3")), world.later(1.0, retry_after("2")))
    error = gave_up(world.client(deadline=10.0), "GET", server.url())
    assert (error.attempts, error.reason, world.sleeps) == (2, "deadline", [3])


def test_time_left_after_attempts_and_sleeps_can_be_used__R8(world, serve):
    server = serve(world.later(4.0, retry_after("3")), world.later(1.0, retry_after("2")), reply(200))
    assert world.client(deadline=10.25).request("GET", server.url()).status == 200
    assert world.sleeps == [3, 2]


@cases("oversleep", [1.0, 5.0])
def test_no_time_left_after_sleeping__R8(oversleep, world, serve):
    server = serve(retry_after("9"), reply(200))
    world.on_sleep = lambda: setattr(world, "elapsed", world.elapsed + oversleep)
    error = gave_up(world.client(deadline=10.0), "GET", server.url())
    assert (error.attempts, error.reason, error.response.status) == (1, "deadline", 503)
    assert (len(server.requests()), world.sleeps) == (1, [9])


def test_some_time_left_after_sleeping_too_long__R8(world, serve):
    world.on_sleep = lambda: setattr(world, "elapsed", world.elapsed + 0.5)
    assert world.client(deadline=10.0).request("GET", serve(retry_after("9"), reply(200)).url()).status == 200


def test_deadline_of_30_seconds_by_default__R8(world, serve):
    assert gave_up(world.client(), "GET", serve(retry_after("30")).url()).reason == "deadline"
    assert world.client().request("GET", serve(retry_after("29"), reply(200)).url()).status == 200


def test_each_call_has_its_own_deadline__R8(world, serve):
    server = serve(retry_after("8"), reply(200), retry_after("8"), reply(200))
    client = world.client(deadline=10.0)
    assert [client.request("GET", server.url()).status for _ in range(2)] == [200, 200]


@cases("jump", [-1e6, 1e6])
def test_wall_clock_jump_does_not_change_the_time_left__R8(jump, world, serve):
    server = serve(retry_after("4"), retry_after("4"), retry_after("4"))
    world.on_sleep = lambda: setattr(world, "wall", world.wall + jump)
    error = gave_up(world.client(deadline=10.0), "GET", server.url())
    assert (error.attempts, error.reason, world.sleeps) == (3, "deadline", [4, 4])


def test_attempt_is_cut_off_by_the_deadline__R8(world, serve):
    server = serve(hang)
    error = gave_up(world.client(deadline=SHORT, attempt_timeout=60.0), "GET", server.url())
    assert (error.attempts, error.reason, error.response) == (1, "deadline", None)
    assert isinstance(error.cause, AttemptTimeoutError)
    assert len(server.requests()) <= 1
    assert (world.sleeps, world.draw_count) == ([], 0)


def test_deadline_cuts_off_if_equal_to_the_attempt_limit__R8(world, serve):
    client = world.client(base_delay=0.0, deadline=SHORT, attempt_timeout=SHORT)
    error = gave_up(client, "GET", serve(hang).url())
    assert (error.attempts, error.reason, world.sleeps, world.draw_count) == (1, "deadline", [], 0)


def test_later_attempt_has_only_the_time_left__R8(world, serve):
    server = serve(retry_after("10"), hang)
    error = gave_up(world.client(deadline=10.0 + SHORT, attempt_timeout=60.0), "GET", server.url())
    assert (error.attempts, error.reason, error.response) == (2, "deadline", None)
    assert isinstance(error.cause, AttemptTimeoutError)


@cases("max_attempts, method", [(1, "GET"), (4, "POST"), (1, "POST")])
def test_cut_off_comes_before_the_other_reasons__R8(max_attempts, method, world, serve):
    client = world.client(max_attempts=max_attempts, deadline=SHORT)
    assert gave_up(client, method, serve(hang).url()).reason == "deadline"


@cases("max_attempts, method, reason", [(1, "GET", "attempts"), (1, "POST", "not_safe"), (4, "GET", "deadline")])
def test_complete_failure_after_the_deadline_is_not_a_cut_off__R8(max_attempts, method, reason, world, serve):
    server = serve(world.later(31.0, reply(503, b"late")))
    error = gave_up(world.client(max_attempts=max_attempts), method, server.url())
    assert (error.reason, error.response.body, error.cause) == (reason, b"late", None)
    assert world.sleeps == []


# --- R9: time limit of an attempt ----------------------------------------------------------------

SLOW = [
    pytest.param(hang, id="nothing"),
    pytest.param(drip(reply(200, headers=f"X-Slow: {'s' * 200}\n")), id="headers"),
    pytest.param(drip(b"HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n" + b"s" * 200), id="body"),
    pytest.param(drip(b"HTTP/1.1 200 OK\r\n\r\n" + b"s" * 200), id="body of unknown length"),
    pytest.param(drip(CHUNKED + b"1\r\ns\r\n" * 40 + b"0\r\n\r\n"), id="chunks"),
]


@pytest.mark.parametrize("slow", SLOW)
def test_slow_attempt_ends_and_is_repeated__R9(slow, world, serve):
    server = serve(slow, reply(200, b"quick"))
    client = world.client(max_attempts=9, base_delay=1.0, attempt_timeout=4 * SHORT)
    assert client.request("GET", server.url()).body == b"quick"
    assert len(world.sleeps) >= 1
    assert world.sleeps[0] == 0.5


@pytest.mark.parametrize("slow", SLOW)
def test_timeout_of_the_last_attempt_is_the_cause__R9(slow, world, serve):
    server = serve(slow)
    error = gave_up(world.client(max_attempts=2, attempt_timeout=SHORT), "GET", server.url())
    assert (error.attempts, error.reason, error.response) == (2, "attempts", None)
    assert isinstance(error.cause, AttemptTimeoutError)
    assert len(server.requests()) <= 2


def test_unsafe_request_is_not_repeated_after_timeout__R9(world, serve):
    error = gave_up(world.client(attempt_timeout=SHORT), "POST", serve(hang).url())
    assert (error.attempts, error.reason) == (1, "not_safe")
    assert isinstance(error.cause, AttemptTimeoutError)


def test_slow_failure_status_is_a_timeout__R9(world, serve):
    slow = drip(b"HTTP/1.1 503 Unavailable\r\nRetry-After: 7\r\nContent-Length: 200\r\n\r\n" + b"s" * 200)
    error = gave_up(world.client(max_attempts=2, base_delay=1.0, attempt_timeout=2 * SHORT), "GET", serve(slow).url())
    assert isinstance(error.cause, AttemptTimeoutError)
    assert world.sleeps == [0.5]


def test_server_that_reads_nothing_is_a_timeout__R9(world):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        client = world.client(max_attempts=1, attempt_timeout=SHORT)
        error = gave_up(client, "PUT", url, body=bytes(16 * 1024 * 1024))
    assert error.reason == "attempts"
    assert isinstance(error.cause, AttemptTimeoutError)


def test_timed_out_connection_is_closed__R9(world, serve):
    closed = threading.Event()

    def notice(connection: socket.socket) -> None:
        connection.settimeout(5)
        if connection.recv(1) == b"":
            closed.set()

    error = gave_up(world.client(max_attempts=5, attempt_timeout=SHORT), "GET", serve(notice).url())
    assert closed.wait(5), error


def test_attempt_limit_does_not_depend_on_the_injected_clock__R9(world, serve):
    server = serve(world.later(15.0, reply(200, b"done")))
    assert world.client(attempt_timeout=10.0).request("GET", server.url()).body == b"done"


def test_huge_limits_are_allowed__R9(world, serve):
    client = world.client(attempt_timeout=1e15, deadline=1e15)
    assert client.request("GET", serve(reply(503), reply(200)).url()).status == 200


def test_attempt_timeout_is_a_timeout_error__R9():
    assert issubclass(AttemptTimeoutError, TimeoutError)


# --- R10: redirects and invalid arguments --------------------------------------------------------


@cases("status", [300, 301, 302, 303, 307, 308])
@cases("method", ["GET", "POST"])
def test_redirect_is_returned__R10(status, method, world, serve):
    server = serve(reply(status, b"moved", "Location: /elsewhere\n"), reply(200))
    response = world.client().request(method, server.url("/here"))
    assert (response.status, response.headers["Location"], response.body) == (status, "/elsewhere", b"moved")
    assert [request.target for request in server.requests()] == ["/here"]


BAD_SETTINGS = [
    *(("max_attempts", value) for value in (0, -1, 1.5, math.nan, math.inf)),
    *((name, value) for name in ("base_delay", "max_delay") for value in (-0.001, math.nan, math.inf, -math.inf)),
    *((name, value) for name in ("attempt_timeout", "deadline") for value in (0, -0.001, math.nan, math.inf)),
]


@cases("name, value", BAD_SETTINGS)
def test_setting_out_of_range__R10(name, value):
    with pytest.raises(ValueError):
        RetryingClient(**{name: value})


def test_settings_at_their_limits_are_allowed__R10(world, serve):
    client = world.client(max_attempts=1, base_delay=0, max_delay=0)
    assert client.request("GET", serve(reply(200)).url()).status == 200


def test_default_settings__R4_R7_R8_R9():
    parameters = inspect.signature(RetryingClient).parameters
    names = ("max_attempts", "base_delay", "max_delay", "attempt_timeout", "deadline")
    assert [parameters[name].default for name in names] == [4, 0.1, 5.0, 10.0, 30.0]


def assert_rejected(world: World, server: Server, method: str, url: str, **arguments) -> None:
    with pytest.raises(ValueError):
        world.client().request(method, url, **arguments)
    assert server.connection_count() == 0
    assert world.sleeps == []


@cases("method", ["", "TRACE", "CONNECT", "FOO", " GET", "GET ", "GET\n", "GE", "GETS", "GET / HTTP/1.1\r\nX-A: b\r\n"])
def test_method_that_is_not_supported__R10(method, world, serve):
    server = serve(reply(200))
    assert_rejected(world, server, method, server.url())


@cases("method", ["GET", "HEAD", "get", "Head"])
@cases("body", [b"x", b"\0"])
def test_body_with_get_or_head__R10(method, body, world, serve):
    server = serve(reply(200))
    assert_rejected(world, server, method, server.url(), body=body)


@cases(
    "url",
    [
        "",
        "/path",
        "127.0.0.1:{port}/",
        "//127.0.0.1:{port}/",
        "ftp://127.0.0.1:{port}/",
        "ws://127.0.0.1:{port}/",
        "http:127.0.0.1:{port}/",
        "http:/127.0.0.1:{port}/",
        "http:///127.0.0.1:{port}/",
        "http://",
        "http:///",
        "http://:{port}/",
        "http://?a",
        "http://#a",
        "http://127.0.0.1:0/",
        "http://127.0.0.1:65536/",
        "http://127.0.0.1:{port}0000/",
        "http://127.0.0.1:-1/",
        "http://127.0.0.1:port/",
        "http://alice@127.0.0.1:{port}/",
        "http://alice:secret@127.0.0.1:{port}/",
        "http://:@127.0.0.1:{port}/",
        "http://@127.0.0.1:{port}/",
        " http://127.0.0.1:{port}/",
        "http://127.0.0.1:{port}/ ",
        "http://127.0.0.1:{port}/a b",
        "http://127.0.0.1:{port}/\n",
        "http://127.0.0.1:{port}/\ta",
        "http://127.0.0.1:{port}/a\r\nX-A: b",
        "http://127.0.0.1:{port}/\0",
        "http://127.0.0.1:{port}/\x7f",
        "http://127.0.0.1:{port}/é",
        "http://127.0.0.1:{port}/?中",
        "http://127.0.0.1:{port}/#é",
        "http://exämple.com/",
    ],
)
def test_url_that_is_not_allowed__R10(url, world, serve):
    server = serve(reply(200))
    assert_rejected(world, server, "GET", url.replace("{port}", str(server.port)))


@cases("name", ["", " ", "X A", "X-A ", " X-A", "X-A:", "X-A\n", "X\r\nY", "X\0", "X(", "X/Y", "X@", "É", "X,Y", '"X"'])
def test_header_name_that_is_no_token__R10(name, world, serve):
    server = serve(reply(200))
    assert_rejected(world, server, "GET", server.url(), headers={"X-Good": "1", name: "a"})


@cases("value", ["a\r\nX-B: c", "a\n", "a\r", "\na", "a\0", "\0", "a\x7f", "\x1b", "\x0b", "é", "中", "\u2028", "\xa0"])
def test_header_value_that_is_not_allowed__R10(value, world, serve):
    server = serve(reply(200))
    assert_rejected(world, server, "GET", server.url(), headers={"X-Good": "1", "X-A": value})


def test_every_allowed_character_of_headers__R10(world, serve):
    server = serve(reply(200))
    token = "!#$%&'*+-.^_`|~09AZaz"
    value = "a\t" + "".join(map(chr, range(0x20, 0x7F)))
    world.client().request("GET", server.url(), headers={token: value})
    assert server.requests()[0].header(token.lower()) == [value]
