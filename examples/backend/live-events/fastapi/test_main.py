import asyncio
import functools
import sqlite3
from contextlib import asynccontextmanager

import httpx
import pytest
from main import create_app
from settings import Settings, settings_from

KEY = "not-a-secret-0002-publisher"
SECONDS = 8


def asynchronous(test):
    """Run a test in an event loop of its own, with a deadline."""

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
    def __init__(self, app, http):
        self.app = app
        self.http = http

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
async def running(**settings):
    """A client of an application with a channel "a"."""
    app = create_app(Settings(**{"publish_key": KEY, "heartbeat_ms": 60_000, **settings}))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app),
            base_url="http://127.0.0.1",
            headers={"Authorization": f"Bearer {KEY}"},
            verify=False,
        ) as http,
    ):
        await http.put("/channels/a")
        yield Api(app, http)


@asynchronous
async def test_channels_and_ids_outlive_a_restart__R1(tmp_path):
    path = str(tmp_path / "events.db")
    async with running(database_path=path) as api:
        await api.publish("a")
        await api.publish("b", event="e")
    async with running(database_path=path) as api:
        assert (await api.http.put("/channels/a")).json() == {"name": "a", "last_id": 2, "listeners": 0}
        stream = await api.listen(0)
        assert [await stream.next(), await stream.next()] == [("1", "message", "a"), ("2", "e", "b")]
        assert await api.publish() == await stream.next() == ("3", "message", "x")
        await stream.leave()


@asynchronous
async def test_shutdown_closes_the_database__R1():
    async with running() as api:
        app = api.app
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as http:
        with pytest.raises(sqlite3.ProgrammingError):
            await http.get("/channels/a")


@asynchronous
async def test_stream_tells_when_to_come_again__R2_R9():
    async with running(retry_ms=7, heartbeat_ms=10) as api:
        stream = await api.listen()
        assert await stream.text() == "retry: 7"
        assert (await stream.text()).startswith(":")
        await api.publish("a\r\rid: 9\u2028\r\n\nb")
        assert await stream.next() == ("1", "message", "a\n\nid: 9\u2028\n\nb")
        assert (await stream.text()).startswith(":")
        await stream.leave()


@asynchronous
async def test_streams_that_begin_while_messages_are_posted__R3():
    async with running() as api:
        results = await asyncio.gather(*(api.listen(0) if i % 3 else api.publish() for i in range(30)))
        expected = [(str(number), "message", "x") for number in range(1, 11)]
        for stream in (result for result in results if isinstance(result, Stream)):
            assert [await stream.next() for _ in range(10)] == expected
            await stream.leave()


@asynchronous
async def test_reset_of_a_client_that_was_away_too_long__R4():
    async with running(history=2) as api:
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
async def test_places_are_free_again__R5():
    async with running(max_listeners=2) as api:
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
async def test_client_that_goes_before_its_response_begins__R5():
    async with running() as api:
        stream = Stream(api.app, "/channels/a/stream", {})
        await stream.leave()
        assert await api.listeners() == 0
        stream = await api.listen()
        assert await api.listeners() == 1
        await stream.leave()


@pytest.mark.parametrize("room", [1, 3])
@asynchronous
async def test_bound_of_waiting_messages__R6(room):
    async with running(queue=room) as api:
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
async def test_missed_messages_do_not_wait_in_the_queue__R3_R6():
    async with running(queue=1) as api:
        posted = [await api.publish(str(number)) for number in range(5)]
        stream = await api.listen(0)
        posted.append(await api.publish("new"))
        assert [await stream.next() for _ in range(6)] == posted
        await stream.leave()


@asynchronous
async def test_deletion_comes_after_what_waits__R7():
    async with running(queue=2) as api:
        stream = await api.listen()
        await stream.text()
        posted = [await api.publish() for _ in range(4)]
        assert (await api.http.delete("/channels/a")).status_code == 204
        assert [await stream.next() for _ in range(4)] == posted
        assert (await stream.next())[1:] == ("closed", "")
        assert await stream.next() is None
        await stream.leave()


@asynchronous
async def test_deletion_wakes_a_stream_that_waits__R7():
    async with running() as api:
        stream = await api.listen()
        assert await api.publish() == await stream.next()
        assert (await api.http.delete("/channels/a")).status_code == 204
        assert (await stream.next())[1:] == ("closed", "")
        assert await stream.next() is None
        await stream.leave()


@asynchronous
async def test_stream_that_ended_is_not_ended_again__R6_R7():
    async with running(queue=1) as api:
        stream = await api.listen()
        await stream.text()
        posted = [await api.publish() for _ in range(5)]
        assert (await api.http.delete("/channels/a")).status_code == 204
        assert [await stream.next(), await stream.next()] == posted[:2]
        assert await stream.next() is None
        await stream.leave()


@asynchronous
async def test_without_a_key_nobody_publishes__R8():
    async with running(publish_key="") as api:
        for credentials in ("", "Bearer", f"Bearer {KEY}"):
            response = await api.http.put("/channels/a", headers={"Authorization": credentials})
            assert (response.status_code, response.json()["type"]) == (401, "/problems/unauthorized")
        assert (await api.http.get("/channels/a")).status_code == 404


def test_settings_of_the_environment():
    assert settings_from({"APP_HISTORY": "", "APP_QUEUE": "", "DATABASE_PATH": ""}) == Settings()
    defaults = {"heartbeat_ms": 15_000, "retry_ms": 2_000, "history": 100, "max_listeners": 100, "queue": 100}
    assert hash(Settings()) == hash(settings_from({}))
    assert Settings().model_dump(include=set(defaults)) == defaults
    environ = {"DATABASE_PATH": "a.db", "APP_PUBLISH_KEY": KEY, "APP_HEARTBEAT_MS": "10", "APP_RETRY_MS": "1"}
    settings = settings_from({**environ, "APP_HISTORY": "1", "APP_MAX_LISTENERS": "2", "APP_QUEUE": "3"})
    assert settings == Settings(
        database_path="a.db", publish_key=KEY, heartbeat_ms=10, retry_ms=1, history=1, max_listeners=2, queue=3
    )


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [("HEARTBEAT_MS", 10, 60_000), ("RETRY_MS", 1, 600_000), ("HISTORY", 1, 10_000)]
    + [("MAX_LISTENERS", 1, 1_000), ("QUEUE", 1, 1_000)],
)
def test_settings_outside_of_their_range(name, least, most):
    for value in (least, most):
        assert getattr(settings_from({f"APP_{name}": str(value)}), name.lower()) == value
    for value in (least - 1, most + 1, "x", "-1", "1.5", "1_0", "10.0", "+20", "\u0661\u0661"):
        with pytest.raises(ValueError, match=r"\S"):
            settings_from({f"APP_{name}": str(value)})
