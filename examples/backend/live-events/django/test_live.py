import asyncio
import functools
import os
import runpy
import subprocess
import sys
import threading
from contextlib import asynccontextmanager

import httpx
import pytest
from django.core.asgi import get_asgi_application
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.signals import connection_created

KEY = "not-a-secret-0002-publisher"
SECONDS = 8
NUMBERS = {"HEARTBEAT_MS": 60_000, "RETRY_MS": 2_000, "HISTORY": 100, "MAX_LISTENERS": 100, "QUEUE": 100}


def asynchronous(test):
    """Run a test in an event loop of its own, with a deadline, on an empty database that threads can see."""

    @pytest.mark.django_db(transaction=True)
    @functools.wraps(test)
    def run(**fixtures):
        asyncio.run(asyncio.wait_for(test(**fixtures), SECONDS))

    return run


class Stream:
    """A client of an application who takes one part of a response at a time."""

    def __init__(self, app, path, headers):
        self._parts = asyncio.Queue(1)
        self._gone = asyncio.Event()
        self._texts = []
        headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        request = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET"}
        request |= {"path": path, "raw_path": path.encode(), "query_string": b"", "headers": headers}
        request |= {"scheme": "http", "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 1)}
        receive = self._messages().__anext__
        self._task = asyncio.create_task(app(request, receive, self._parts.put))

    async def _messages(self):
        yield {"type": "http.request", "body": b"", "more_body": False}
        await self._gone.wait()
        while True:
            yield {"type": "http.disconnect"}

    async def start(self):
        """Status and headers of the response."""
        message = await self._parts.get()
        return message["status"], {name.decode().lower(): value.decode() for name, value in message["headers"]}

    async def text(self):
        """What comes up to the next empty line; None at the end."""
        while not self._texts:
            message = await self._parts.get()
            self._texts += message.get("body", b"").decode().split("\n\n")[:-1]
            if not message.get("more_body"):
                self._texts.append(None)
        return self._texts.pop(0)

    async def next(self):
        """Id, name and data of the next event; None at the end."""
        fields = {}
        while "data" not in fields:
            text = await self.text()
            if text is None:
                return None
            fields = {"id": None}
            for line in text.split("\n"):
                name, _, value = line.partition(": ")
                fields[name] = f"{fields[name]}\n{value}" if name == "data" and "data" in fields else value
        return fields["id"], fields["event"], fields["data"]

    async def leave(self):
        self._gone.set()
        await self._task


class Api:
    def __init__(self, http):
        self.http = http
        self.app = get_asgi_application()

    async def publish(self, data="x", **fields):
        response = await self.http.post("/channels/a/messages", json={"data": data, **fields})
        assert response.status_code == 201, response.text
        return str(response.json()["id"]), response.json()["event"], data

    async def listeners(self):
        return (await self.http.get("/channels/a")).json()["listeners"]

    async def listen(self, last_id=None):
        stream = Stream(self.app, "/channels/a/stream", {} if last_id is None else {"Last-Event-ID": str(last_id)})
        status, headers = await stream.start()
        assert (status, headers["content-type"].split(";")[0]) == (200, "text/event-stream")
        return stream


@asynccontextmanager
async def running(settings, key=KEY, **numbers):
    """A client of the application with a channel "a"."""
    settings.PUBLISH_KEY = key
    for name, value in {**NUMBERS, **numbers}.items():
        setattr(settings, name, value)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(get_asgi_application()),
        base_url="http://127.0.0.1",
        headers={"Authorization": f"Bearer {KEY}"},
        verify=False,
    ) as http:
        await http.put("/channels/a")
        yield Api(http)


def run_python(code, **environ):
    """What a program prints that uses the example in a process of its own."""
    program = "import django; django.setup(); from django.test import Client; " + code
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "APP_PUBLISH_KEY": KEY, **environ}
    arguments = [sys.executable, "-c", program]
    return subprocess.run(arguments, env=environ, capture_output=True, text=True, timeout=SECONDS, check=True).stdout


POST = (
    f"client = Client(headers={{'Authorization': 'Bearer {KEY}', 'Host': '127.0.0.1'}}); client.put('/channels/a'); "
    "r = client.post('/channels/a/messages', {'data': 'x'}, content_type='application/json'); print(r.json()['id'])"
)


def test_ids_outlive_a_restart__R1(tmp_path):
    path = str(tmp_path / "live.db")
    migrate = "from django.core.management import call_command; call_command('migrate', verbosity=0); "
    assert run_python(migrate + POST, DATABASE_PATH=path) == "1\n"
    assert run_python(POST, DATABASE_PATH=path) == "2\n"


def test_database_in_memory_has_tables__R1():
    assert run_python(f"import config.asgi; {POST}; {POST}", DATABASE_PATH="") == "1\n2\n"


@asynchronous
async def test_stream_tells_when_to_come_again__R2_R9(settings):
    async with running(settings, RETRY_MS=7, HEARTBEAT_MS=10) as api:
        stream = await api.listen()
        assert await stream.text() == "retry: 7"
        assert (await stream.text()).startswith(":")
        await api.publish("a\r\rid: 9\u2028\r\n\nb")
        assert await stream.next() == ("1", "message", "a\n\nid: 9\u2028\n\nb")
        assert (await stream.text()).startswith(":")
        await stream.leave()


@asynchronous
async def test_streams_that_begin_while_messages_are_posted__R3(settings):
    async with running(settings) as api:
        results = await asyncio.gather(*(api.listen(0) if i % 3 else api.publish() for i in range(30)))
        expected = [(str(number), "message", "x") for number in range(1, 11)]
        for stream in (result for result in results if isinstance(result, Stream)):
            assert [await stream.next() for _ in range(10)] == expected
            await stream.leave()


@asynchronous
async def test_reset_of_a_client_that_was_away_too_long__R4(settings):
    async with running(settings, HISTORY=2) as api:
        posted = [await api.publish(str(number)) for number in range(4)]
        for last_id, expected in (
            (1, [("2", "reset", ""), *posted[2:]]),
            (2, posted[2:]),
            (3, posted[3:]),
            (5, [("2", "reset", ""), *posted[2:]]),
        ):
            stream = await api.listen(last_id)
            assert [await stream.next() for _ in expected] == expected
            await stream.leave()


@asynchronous
async def test_places_are_free_again__R5(settings):
    async with running(settings, MAX_LISTENERS=2) as api:
        streams = [await api.listen(), await api.listen()]
        refused = await api.http.get("/channels/a/stream")
        assert (refused.status_code, refused.json()["type"]) == (503, "/problems/too_many_listeners")
        assert await api.listeners() == 2
        posted = [await api.publish() for _ in range(3)]
        assert [await streams[0].next() for _ in range(3)] == posted
        # This one reads nothing, so that sending to it stands still.
        await streams[1].leave()
        assert await api.listeners() == 1
        stream = await api.listen()
        assert await api.publish() == await streams[0].next() == await stream.next()
        await streams[0].leave()
        await stream.leave()
        assert await api.listeners() == 0


@asynchronous
async def test_client_that_goes_before_its_response_begins__R5(settings):
    async with running(settings) as api:
        stream = Stream(api.app, "/channels/a/stream", {})
        await stream.leave()
        assert await api.listeners() == 0
        stream = await api.listen()
        assert await api.listeners() == 1
        await stream.leave()


@pytest.mark.parametrize("room", [1, 3])
@asynchronous
async def test_bound_of_waiting_messages__R6(settings, room):
    async with running(settings, QUEUE=room) as api:
        for too_many in (0, 1):
            stream = await api.listen()
            await stream.text()
            # One is on the way, one is being sent, the others wait.
            posted = [await api.publish() for _ in range(2 + room + too_many)]
            delivered = 2 if too_many else 2 + room
            assert [await stream.next() for _ in range(delivered)] == posted[:delivered]
            if too_many:
                assert await stream.next() is None
            else:
                assert await api.publish() == await stream.next()
            await stream.leave()
            assert await api.listeners() == 0


@asynchronous
async def test_missed_messages_do_not_wait_in_the_queue__R3_R6(settings):
    async with running(settings, QUEUE=1) as api:
        posted = [await api.publish(str(number)) for number in range(5)]
        stream = await api.listen(0)
        posted.append(await api.publish("new"))
        assert [await stream.next() for _ in range(6)] == posted
        await stream.leave()


@asynchronous
async def test_deletion_comes_after_what_waits__R7(settings):
    async with running(settings, QUEUE=2) as api:
        stream = await api.listen()
        await stream.text()
        posted = [await api.publish() for _ in range(4)]
        assert (await api.http.delete("/channels/a")).status_code == 204
        assert [await stream.next() for _ in range(4)] == posted
        assert (await stream.next())[1:] == ("closed", "")
        assert await stream.next() is None
        await stream.leave()


@asynchronous
async def test_deletion_wakes_a_stream_that_waits__R7(settings):
    async with running(settings) as api:
        stream = await api.listen()
        assert await api.publish() == await stream.next()
        assert (await api.http.delete("/channels/a")).status_code == 204
        assert (await stream.next())[1:] == ("closed", "")
        assert await stream.next() is None
        await stream.leave()


@asynchronous
async def test_stream_that_ended_is_not_ended_again__R6_R7(settings):
    async with running(settings, QUEUE=1) as api:
        stream = await api.listen()
        await stream.text()
        posted = [await api.publish() for _ in range(5)]
        assert (await api.http.delete("/channels/a")).status_code == 204
        assert [await stream.next(), await stream.next()] == posted[:2]
        assert await stream.next() is None
        await stream.leave()


@asynchronous
async def test_without_a_key_nobody_publishes__R8(settings):
    async with running(settings, key="") as api:
        for credentials in ("", "Bearer", f"Bearer {KEY}"):
            response = await api.http.put("/channels/a", headers={"Authorization": credentials})
            assert (response.status_code, response.json()["type"]) == (401, "/problems/unauthorized")
        assert (await api.http.get("/channels/a")).status_code == 404


@asynchronous
async def test_client_that_goes_while_it_is_subscribed__R5(settings):
    async with running(settings) as api:
        reached, may_go_on = threading.Event(), threading.Event()

        def wait(**_kwargs):
            reached.set()
            may_go_on.wait(SECONDS)

        connection_created.connect(wait)
        stream = Stream(api.app, "/channels/a/stream", {})
        await asyncio.to_thread(reached.wait, SECONDS)
        connection_created.disconnect(wait)
        leaving = asyncio.create_task(stream.leave())
        for _ in range(10):
            await asyncio.sleep(0)
        may_go_on.set()
        await leaving
        assert await api.listeners() == 0
        stream = await api.listen()
        assert await api.listeners() == 1
        await stream.leave()


def settings_of(monkeypatch, **environ):
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    return runpy.run_module("config.settings")


def test_settings_of_the_environment(monkeypatch):
    defaults = {**NUMBERS, "HEARTBEAT_MS": 15_000, "PUBLISH_KEY": ""}
    for environ in ({}, {f"APP_{name}": "" for name in defaults}):
        settings = settings_of(monkeypatch, **environ)
        assert {name: settings[name] for name in defaults} == defaults
    assert settings_of(monkeypatch, DATABASE_PATH="a.db")["DATABASES"]["default"]["NAME"] == "a.db"
    assert settings_of(monkeypatch, APP_PUBLISH_KEY=KEY)["PUBLISH_KEY"] == KEY


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [("HEARTBEAT_MS", 10, 60_000), ("RETRY_MS", 1, 600_000), ("HISTORY", 1, 10_000)]
    + [("MAX_LISTENERS", 1, 1_000), ("QUEUE", 1, 1_000)],
)
def test_settings_outside_of_their_range(monkeypatch, name, least, most):
    for value in (least, most):
        assert settings_of(monkeypatch, **{f"APP_{name}": str(value)})[name] == value
    for value in (least - 1, most + 1, "x", "-1", "1.5", "1_0", "10.0", "+20", "\u0661\u0661", "\u00b2"):
        with pytest.raises(ImproperlyConfigured, match=f"APP_{name}"):
            settings_of(monkeypatch, **{f"APP_{name}": str(value)})
