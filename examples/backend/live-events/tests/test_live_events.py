"""Black-box tests of the live events at BASE_URL; every test uses channels of its own."""

import json
import os
import re
import time
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple
from uuid import uuid4

import httpx
import pytest

KEY = os.environ["APP_PUBLISH_KEY"]
HEARTBEAT = int(os.environ["APP_HEARTBEAT_MS"]) / 1000
HISTORY = int(os.environ["APP_HISTORY"])
MAX_LISTENERS = int(os.environ["APP_MAX_LISTENERS"])
QUEUE = int(os.environ["APP_QUEUE"])

AUTHORIZED = {"Authorization": f"Bearer {KEY}"}
JSON = {"Content-Type": "application/json"}
MAX_BODY = 65536
NOT_FOUND = (404, "not_found")
UNAUTHORIZED = (401, "unauthorized")
UNSUPPORTED = (415, "unsupported_media_type")
TOO_LARGE = (413, "body_too_large")
MALFORMED = (400, "malformed_json")
INVALID_ID = (400, "invalid_last_event_id")
# A CR at the end of what has come may be half of a CRLF.
LINE_END = re.compile(rb"\r\n|\n|\r(?!\Z)")
SECONDS = 8


class Event(NamedTuple):
    id: str
    event: str
    data: str


class Stream:
    """Reads a stream as the HTML standard says; every wait has a deadline."""

    def __init__(self, response):
        self.response = response
        self.comments = 0
        self.retry = None
        self._chunks = response.iter_bytes()
        self._rest = b""
        self._fields = {"id": "", "event": "message"}
        self._data = []
        self._events = []
        self._ended = False

    def next(self):
        """The next event; None at the end of the stream."""
        self.read_until(lambda: self._events or self._ended)
        return self._events.pop(0) if self._events else None

    def take(self, count):
        return [self.next() for _ in range(count)]

    def rest(self):
        """All events up to the end of the stream."""
        return list(iter(self.next, None))

    def read_until(self, condition):
        deadline = time.monotonic() + SECONDS
        while not condition():
            assert time.monotonic() < deadline, "the stream has nothing in time"
            assert not self._ended, "the stream has ended"
            self._read()

    def _read(self):
        try:
            *lines, self._rest = LINE_END.split(self._rest + next(self._chunks))
        except (StopIteration, httpx.RemoteProtocolError, httpx.ReadError):
            self._ended = True
            return
        for line in lines:
            self._take_line(line.decode())

    def _take_line(self, line):
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if line.startswith(":"):
            self.comments += 1
        elif line == "":
            if self._data:
                self._events.append(Event(**self._fields, data="\n".join(self._data)))
            self._data = []
            self._fields["event"] = "message"
        elif name == "data":
            self._data.append(value)
        elif name == "retry":
            self.retry = value
        else:
            assert name in self._fields, f"unknown field in {line!r}"
            self._fields[name] = value


class Channel:
    """A channel that is open, its publisher and its listeners."""

    def __init__(self, api):
        self.api = api
        self.name = uuid4().hex
        self.path = f"/channels/{self.name}"
        self._responses = []
        assert self.put().status_code == 201

    def put(self):
        return self.api.put(self.path, headers=AUTHORIZED)

    def delete(self):
        return self.api.delete(self.path, headers=AUTHORIZED)

    def post(self, body, headers=None):
        """Send bytes as they are, anything else as JSON."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {**AUTHORIZED, **JSON, **(headers or {})}
        return self.api.post(f"{self.path}/messages", content=content, headers=headers)

    def publish(self, data="text", **fields):
        """Post a message; how its event is to arrive, unless it has several lines."""
        message = body_of(self.post({"data": data, **fields}), 201)
        assert message == {"id": message["id"], "event": "message", "data": data, **fields}
        assert type(message["id"]) is int
        return Event(str(message["id"]), message["event"], message["data"])

    def info(self):
        info = body_of(self.api.get(self.path))
        assert set(info) == {"name", "last_id", "listeners"}
        assert info["name"] == self.name
        return info["last_id"], info["listeners"]

    def wait_for_listeners(self, count):
        deadline = time.monotonic() + SECONDS
        while self.info()[1] != count:
            assert time.monotonic() < deadline, f"there never are {count} listeners"
            time.sleep(0.01)

    def open(self, last_id=None, query=None, suffix=""):
        """The response to a listener, whose body is not read; the suffix comes into the URL as it is."""
        headers = {} if last_id is None else {"Last-Event-ID": str(last_id)}
        params = None if query is None else {"last_event_id": query}
        request = self.api.build_request("GET", f"{self.path}/stream{suffix}", headers=headers, params=params)
        response = self.api.send(request, stream=True)
        self._responses.append(response)
        return response

    def listen(self, last_id=None, query=None):
        response = self.open(last_id, query)
        assert response.status_code == 200, response.read()
        assert media_type(response) == "text/event-stream"
        return Stream(response)

    def refused(self, last_id=None, query=None, suffix=""):
        """The error to a listener."""
        response = self.open(last_id, query, suffix)
        assert response.status_code != 200
        response.read()
        return error(response)

    def close(self):
        for response in self._responses:
            response.close()


@pytest.fixture(scope="session")
def api():
    with httpx.Client(base_url=os.environ["BASE_URL"], trust_env=False, verify=False, timeout=5) as client:
        yield client


@pytest.fixture
def channel(api):
    channel = Channel(api)
    yield channel
    channel.close()


@pytest.fixture
def other(api):
    other = Channel(api)
    yield other
    other.close()


def media_type(response):
    return response.headers["Content-Type"].split(";")[0].strip()


def body_of(response, status=200):
    assert response.status_code == status, response.text
    assert media_type(response) == "application/json"
    return response.json()


def problem_of(response, *more):
    """The code of an error response that has the given fields beside the common ones."""
    assert response.status_code >= 400, response.text
    assert media_type(response) == "application/problem+json"
    problem = response.json()
    assert set(problem) == {"type", "title", "status", *more}
    assert isinstance(problem["title"], str)
    assert problem["title"]
    assert problem["status"] == response.status_code
    assert problem["type"].startswith("/problems/")
    return problem["type"].removeprefix("/problems/")


def error(response):
    return response.status_code, problem_of(response)


def faulty(response):
    """Names of the fields that a 422 calls faulty."""
    assert response.status_code == 422, response.text
    assert problem_of(response, "errors") == "validation_failed"
    errors = response.json()["errors"]
    assert all(isinstance(text, str) and text for text in errors.values())
    return set(errors)


def reset(event_id):
    return Event(str(event_id), "reset", "")


def test_health(api):
    assert body_of(api.get("/health")) == {"status": "ok"}


# Channels and messages


def test_channel_is_opened_once__R1(channel):
    expected = {"name": channel.name, "last_id": 0, "listeners": 0}
    assert body_of(channel.api.get(channel.path)) == expected
    channel.publish()
    assert body_of(channel.put(), 200) == {**expected, "last_id": 1}
    again = Channel.__new__(Channel)
    again.api, again.path = channel.api, f"/channels/{'-9' * 15}{channel.name}0a"
    assert body_of(again.put(), 201) == {"name": again.path[10:], "last_id": 0, "listeners": 0}
    assert len(again.path[10:]) == 64


def test_ids_rise_from_one_in_each_channel__R1(channel, other):
    assert channel.publish("a") == ("1", "message", "a")
    assert channel.publish("b", event="Edit_1.x-y") == ("2", "Edit_1.x-y", "b")
    assert other.publish("", event="e") == ("1", "e", "")
    assert channel.publish("c\r\nd", event="m" * 64).id == "3"
    assert (channel.info(), other.info()) == ((3, 0), (1, 0))


def test_messages_posted_at_the_same_time__R1_R2(channel):
    stream = channel.listen()
    with ThreadPoolExecutor(8) as pool:
        posted = list(pool.map(lambda number: channel.publish(f"text {number}"), range(QUEUE)))
    assert [event.id for event in sorted(posted, key=lambda event: int(event.id))] == [
        str(number) for number in range(1, QUEUE + 1)
    ]
    assert stream.take(QUEUE) == sorted(posted, key=lambda event: int(event.id))


def test_unknown_paths_are_404__R10(api, channel):
    for path in ("/", "/docs", "/openapi.json", "/channels", f"{channel.path}/messages/1", f"{channel.path}/listeners"):
        assert error(api.get(path)) == NOT_FOUND


# Streams


def test_stream_begins_with_retry__R2(channel):
    channel.publish("before")
    stream = channel.listen()
    stream.read_until(lambda: stream.retry)
    assert stream.retry == os.environ["APP_RETRY_MS"]
    assert stream.response.headers["Cache-Control"] == "no-store"
    assert channel.info() == (1, 1)
    assert channel.publish("after") == stream.next()


def test_every_listener_of_the_channel_gets_messages__R2(channel, other):
    streams = [channel.listen(), channel.listen()]
    others = other.listen()
    posted = [channel.publish(f"line {number}\n\u00e9 \U0001f600", event="note") for number in range(3)]
    assert posted[2] == ("3", "note", "line 2\n\u00e9 \U0001f600")
    assert [stream.take(3) for stream in streams] == [posted, posted]
    assert other.publish("own") == others.next()


def test_silence_is_filled_with_comments__R2(channel):
    began = time.monotonic()
    stream = channel.listen()
    for count in (1, 2, 3):
        stream.read_until(lambda count=count: stream.comments >= count)
        assert time.monotonic() - began >= count * HEARTBEAT * 0.9
    assert channel.publish() == stream.next()
    comments = stream.comments
    stream.read_until(lambda: stream.comments > comments)


@pytest.mark.parametrize("way", ["last_id", "query"])
def test_stream_goes_on_after_the_last_id__R3(channel, way):
    posted = [channel.publish(f"{number}\nx", event=f"e{number}") for number in range(12)]
    for last_id in (0, 3, 10, 11):
        assert channel.listen(**{way: last_id}).take(12 - last_id) == posted[last_id:]
    channel.close()
    channel.wait_for_listeners(0)
    streams = [channel.listen(**{way: last_id}) for last_id in (12, 9)]
    posted.append(channel.publish("new"))
    assert [streams[0].next(), *streams[1].take(4)] == [posted[12], *posted[9:]]


def test_header_counts_before_query__R3(channel):
    posted = [channel.publish(str(number)) for number in range(4)]
    assert channel.listen(last_id=2, query=0).take(2) == posted[2:]
    assert channel.refused(last_id="x", query="0") == INVALID_ID


def test_resuming_while_messages_are_posted__R3(channel):
    def post_half():
        for _ in range(QUEUE // 2):
            channel.publish()

    with ThreadPoolExecutor(2) as pool:
        for done in (0, QUEUE, 2 * QUEUE):
            posting = [pool.submit(post_half), pool.submit(post_half)]
            roaming = channel.listen(done)
            ids = [event.id for event in roaming.take(2)]
            roaming.response.close()
            ids += [event.id for event in channel.listen(done + 2).take(QUEUE - 2)]
            whole = [[event.id for event in channel.listen(done).take(QUEUE)] for _ in range(2)]
            for future in posting:
                future.result()
            assert [ids, *whole] == [[str(number) for number in range(done + 1, done + QUEUE + 1)]] * 3
            channel.close()
            channel.wait_for_listeners(0)


def test_only_the_newest_messages_are_kept__R4(channel):
    posted = [channel.publish(str(number)) for number in range(HISTORY + 3)]
    for last_id in (0, 1, 2):
        assert channel.listen(last_id).take(HISTORY + 1) == [reset(3), *posted[3:]]
    stream = channel.listen(3)
    assert stream.take(HISTORY) == posted[3:]
    assert channel.publish("new") == stream.next()


def test_full_history_needs_no_reset__R4(channel):
    posted = [channel.publish(str(number)) for number in range(HISTORY)]
    assert channel.listen(0).take(HISTORY) == posted
    posted.append(channel.publish("one more"))
    assert channel.listen(0).take(HISTORY + 1) == [reset(1), *posted[1:]]


def test_last_ids_of_the_future__R4(channel, other):
    posted = [channel.publish("a"), channel.publish("b")]
    for last_id in (3, "9" * 15):
        stream = channel.listen(last_id)
        assert stream.take(3) == [reset(0), *posted]
    assert channel.publish("c") == stream.next()
    assert other.listen(1).next() == reset(0)
    stream = other.listen(0)
    assert other.publish("first") == stream.next()


def test_place_of_a_client_that_goes_is_free__R5(channel):
    streams = [channel.listen() for _ in range(MAX_LISTENERS)]
    assert channel.info() == (0, MAX_LISTENERS)
    streams[0].response.close()
    channel.wait_for_listeners(MAX_LISTENERS - 1)
    posted = channel.publish()
    assert [stream.next() for stream in streams[1:]] == [posted] * (MAX_LISTENERS - 1)
    streams[0] = channel.listen()
    channel.wait_for_listeners(MAX_LISTENERS)
    channel.close()
    channel.wait_for_listeners(0)


def test_too_many_listeners__R5(channel, other):
    streams = [channel.listen() for _ in range(MAX_LISTENERS)]
    response = channel.open(0)
    assert response.status_code == 503
    response.read()
    assert error(response) == (503, "too_many_listeners")
    assert re.fullmatch("[1-9]|[1-5][0-9]|60", response.headers["Retry-After"])
    assert channel.refused("x") == INVALID_ID
    assert channel.info() == (0, MAX_LISTENERS)
    posted = channel.publish()
    assert [stream.next() for stream in streams] == [posted] * MAX_LISTENERS
    stream = other.listen()
    assert other.publish() == stream.next()


def test_slow_reader_delays_nobody__R6(channel):
    slow = channel.listen()
    reader = channel.listen()
    big = "x" * 60_000
    posted = []
    for _ in range(QUEUE + 100):
        posted.append(channel.publish(big))
        assert reader.next() == posted[-1]
    got = slow.rest()
    assert 0 < len(got) < len(posted)
    assert got == posted[: len(got)]
    channel.wait_for_listeners(1)
    kept = posted[-HISTORY:]
    lost = len(posted) - HISTORY
    expected = posted[len(got) :] if len(got) >= lost else [reset(lost), *kept]
    assert channel.listen(len(got)).take(len(expected)) == expected
    assert channel.publish("end") == reader.next()


def test_deletion_ends_streams__R7(channel, other):
    streams = [channel.listen(), channel.listen()]
    survivor = other.listen()
    posted = channel.publish()
    assert channel.delete().status_code == 204
    for stream in streams:
        assert stream.next() == posted
        assert stream.next()[1:] == ("closed", "")
        assert stream.next() is None
    assert other.publish() == survivor.next()


def test_deletion_comes_after_all_that_waits__R3_R5_R7(channel):
    posted = [channel.publish("x" * 60_000) for _ in range(HISTORY)]
    streams = [channel.listen(0), channel.listen(0)]
    posted += [channel.publish(str(number)) for number in range(QUEUE)]
    streams[1].response.close()
    channel.wait_for_listeners(1)
    assert channel.delete().status_code == 204
    assert streams[0].take(HISTORY + QUEUE) == posted
    assert streams[0].next()[1:] == ("closed", "")
    assert streams[0].next() is None


def test_nothing_is_left_of_a_deleted_channel__R7(channel):
    posted = [channel.publish(str(number)) for number in range(3)]
    assert channel.delete().content == b""
    for response in (channel.api.get(channel.path), channel.delete(), channel.post({"data": "x"})):
        assert error(response) == NOT_FOUND
    assert channel.refused() == NOT_FOUND
    assert channel.refused(0) == NOT_FOUND
    assert channel.put().status_code == 201
    assert channel.info() == (3, 0)
    assert channel.listen(2).next() == reset(3)
    streams = [channel.listen(3), channel.listen()]
    posted = channel.publish("new")
    assert posted.id == "4"
    assert [stream.next() for stream in streams] == [posted, posted]
    assert channel.listen(0).take(2) == [reset(3), posted]


def test_unknown_channels_are_404__R7(api):
    path = f"/channels/{uuid4()}"
    for response in (
        api.get(path),
        api.get(f"{path}/stream"),
        api.delete(path, headers=AUTHORIZED),
        api.post(f"{path}/messages", json={"data": "x"}, headers=AUTHORIZED),
    ):
        assert error(response) == NOT_FOUND


# Attacks


@pytest.mark.parametrize(
    "credentials",
    [None, "", KEY, "Bearer", f"Bearer {KEY}x", f"Bearer {KEY[:-1]}", f"Bearer {KEY[1:]}", f"Bearer {KEY.upper()}"]
    + [f"Basic {KEY}", f"Bearer {KEY} {KEY}", f"Bearer {KEY},", b"Bearer \xe9", KEY.encode() + b"\xff", "Bearer null"],
)
def test_publishing_needs_the_key__R8(channel, credentials):
    stream = channel.listen()
    headers = {} if credentials is None else {"Authorization": credentials}
    fresh = f"/channels/{uuid4()}"
    for method, path, content in (
        ("PUT", fresh, b""),
        ("PUT", "/channels/A", b""),
        ("DELETE", channel.path, b""),
        ("DELETE", fresh, b""),
        ("POST", f"{channel.path}/messages", b'{"data": "forged"}'),
        ("POST", f"{channel.path}/messages", b"{"),
        ("POST", f"{fresh}/messages", b"x" * (MAX_BODY + 1)),
    ):
        response = channel.api.request(method, path, content=content, headers=headers | JSON)
        assert error(response) == UNAUTHORIZED
        assert response.headers["WWW-Authenticate"] == "Bearer"
    assert error(channel.api.get(fresh)) == NOT_FOUND
    assert channel.info() == (0, 1)
    assert channel.publish("genuine") == stream.next()


def test_scheme_in_any_letter_case__R8(channel):
    for scheme in ("bearer", "BEARER"):
        response = channel.post({"data": "x"}, {"Authorization": f"{scheme} {KEY}"})
        assert body_of(response, 201)["data"] == "x"


LINES = [
    "a\nb",
    "a\rb",
    "a\r\nb",
    "a\n\rb",
    "\n",
    "\r\r\n\n",
    "a\n",
    " a\n  b ",
    ":a\n:b",
    "data: a\ndata\nid",
    "a\rid: 77\revent: reset\rdata: b\r\rdata: c\r\r",
    "a\n\nid: 77\nevent: closed\ndata: b\n\n",
    "a\r\n\r\nretry: 1\r\n\r\n",
    "a\u0085b\u2028c\u2029d\x0be\x0cf\x1cg\x1eh\x7f",
    "\ufeffa\tb\\n'\"\u65e5\u672c \U0001f600",
    "",
]


def test_line_ends_add_no_fields_and_no_events__R9(channel):
    stream = channel.listen()
    expected = []
    for data in LINES:
        posted = channel.publish(data, event="e")
        expected.append(posted._replace(data=re.sub("\r\n|\r", "\n", data)))
        assert stream.next() == expected[-1]
    assert channel.listen(0).take(len(LINES)) == expected
    assert stream.retry == os.environ["APP_RETRY_MS"]


@pytest.mark.parametrize(
    "event",
    ["a\nb", "a\rdata: x", "a\r\nid: 7", "a\n", "\na", "a\u2028b", "a\x00", "reset", "closed", "", " ", "a b", "a:b"]
    + ["m" * 65, "\u00e9", "\u0661", 5, None, True, ["a"], {"a": 1}],
)
def test_event_names_of_wrong_form__R9(channel, event):
    stream = channel.listen()
    assert faulty(channel.post({"data": "x", "event": event})) == {"event"}
    assert channel.publish("y", event="closed.") == stream.next()
    assert channel.info() == (1, 1)


PLAIN = ["x", "-1", "+1", "1.0", "1e3", "0x1", "01", "00", "1,2", "1 2", "9" * 16, "9" * 400, "NaN", "1 OR 1=1", "null"]


@pytest.mark.parametrize("last_id", [*PLAIN, "1\n", "1\r\nid: 9", "\n1", "1\x00", "\uff11", "\u0661", "1;"])
def test_forged_last_ids__R9(channel, last_id):
    channel.publish()
    assert channel.refused(query=last_id) == INVALID_ID
    if last_id in PLAIN:
        assert channel.refused(last_id=last_id) == INVALID_ID
    assert channel.info() == (1, 0)


def test_last_ids_in_queries_of_odd_form__R9(channel):
    posted = channel.publish()
    for query in ("last_event_id=0;1", "last_event_id=;", "last_event_id=%FF", "a=;&last_event_id=0%3B"):
        assert channel.refused(suffix=f"?{query}") == INVALID_ID
    for query in ("a=;&last_event_id=0", "last%5Fevent_id=%30", "a&&last_event_id=0&b=1"):
        stream = Stream(channel.open(suffix=f"?{query}"))
        assert stream.next() == posted
        stream.response.close()


@pytest.mark.parametrize(
    "name",
    ["A", "a_b", "a.b", "a%20b", "a%0Aid:%201", "a%0A", "%0Da", "%C3%A9", "%D9%A1", "a'--", "%00", "a" * 65, "a%3Bb"],
)
def test_channel_names_of_wrong_form__R9(api, name):
    path = f"/channels/{name}"
    assert error(api.put(path, headers=AUTHORIZED)) == NOT_FOUND
    assert error(api.get(path)) == NOT_FOUND
    assert error(api.get(f"{path}/stream")) == NOT_FOUND
    assert error(api.post(f"{path}/messages", json={"data": "x"}, headers=AUTHORIZED)) == NOT_FOUND


# Bodies


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"data"}),
        ({"data": None}, {"data"}),
        ({"data": 5}, {"data"}),
        ({"data": ["a"]}, {"data"}),
        ({"data": "a\x00b"}, {"data"}),
        ({"data": "a", "id": 7}, {"id"}),
        ({"data": "a", "retry": 7, "Data": "b", "__proto__": 1}, {"retry", "Data", "__proto__"}),
        ({"event": "\n", "constructor": "x"}, {"data", "event", "constructor"}),
        ({"data": False, "event": None}, {"data", "event"}),
    ],
)
def test_faulty_fields__R10(channel, body, fields):
    assert faulty(channel.post(body)) == fields
    assert channel.info() == (0, 0)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'"a"', b"1", b'{"data": NaN}', b'{"data": "\xff"}', b"\x00"]
)
def test_bodies_that_are_no_json_object__R10(channel, body):
    assert error(channel.post(body)) == MALFORMED
    assert error(channel.post('{"data": "a"}'.encode("utf-16"))) == MALFORMED
    assert channel.info() == (0, 0)


def test_body_sizes__R10(channel):
    stream = channel.listen()
    longest = "x" * (MAX_BODY - len('{"data": ""}'))
    assert channel.publish(longest) == stream.next()
    assert error(channel.post({"data": f"{longest}x"})) == TOO_LARGE
    assert error(channel.post(b"{" * (MAX_BODY + 1))) == TOO_LARGE
    assert channel.info() == (1, 1)


@pytest.mark.parametrize("content_type", [None, "", "text/plain", "application/jsonx", "application/problem+json"])
def test_other_media_types__R10(channel, content_type):
    headers = AUTHORIZED | ({} if content_type is None else {"Content-Type": content_type})
    for content in (b'{"data": "a"}', b"{" * (MAX_BODY + 1)):
        response = channel.api.post(f"{channel.path}/messages", content=content, headers=headers)
        assert error(response) == UNSUPPORTED
    assert channel.info() == (0, 0)
    accepted = channel.post({"data": "a"}, {"Content-Type": "Application/JSON; charset=utf-8"})
    assert body_of(accepted, 201)["id"] == 1


def test_order_of_faults__R10(channel):
    assert error(channel.post(b"{" * (MAX_BODY + 1), {"Content-Type": "text/plain"})) == UNSUPPORTED
    assert channel.delete().status_code == 204
    assert error(channel.post(b"{" * (MAX_BODY + 1))) == TOO_LARGE
    assert error(channel.post(b"{")) == MALFORMED
    assert faulty(channel.post({})) == {"data"}
    assert error(channel.post({"data": "a"})) == NOT_FOUND
    assert channel.refused("x") == INVALID_ID
    assert channel.refused("1") == NOT_FOUND
