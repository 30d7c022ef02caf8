from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from main import create_app
from settings import Settings, settings_from

KEY = "not-a-secret-0002-publisher"
SECONDS = 8


class Stream:
    """A client of a stream who takes one part of it at a time."""

    def __init__(self, response):
        self._response = response
        self._parts = response.iter_encoded()
        self._texts = []

    def text(self):
        """What comes up to the next empty line; None at the end."""
        while not self._texts:
            part = next(self._parts, None)
            if part is None:
                return None
            self._texts = part.decode().split("\n\n")[:-1]
        return self._texts.pop(0)

    def next(self):
        """Id, name and data of the next event; None at the end."""
        fields = {}
        while "data" not in fields:
            text = self.text()
            if text is None:
                return None
            fields = {"id": None}
            for line in text.split("\n"):
                name, _, value = line.partition(": ")
                fields[name] = f"{fields[name]}\n{value}" if name == "data" and "data" in fields else value
        return fields["id"], fields["event"], fields["data"]

    def take(self, count):
        return [self.next() for _ in range(count)]

    def leave(self):
        self._response.close()


class Api:
    def __init__(self, app):
        self.app = app

    def send(self, method, path, **options):
        headers = {"Authorization": f"Bearer {KEY}"}
        return self.app.test_client().open(path, method=method, **{"headers": headers, **options})

    def publish(self, data="x", **fields):
        response = self.send("POST", "/channels/a/messages", json={"data": data, **fields})
        assert response.status_code == 201, response.text
        return str(response.json["id"]), response.json["event"], data

    def listeners(self):
        return self.send("GET", "/channels/a").json["listeners"]

    def listen(self, last_id=None):
        headers = {} if last_id is None else {"Last-Event-ID": str(last_id)}
        response = self.send("GET", "/channels/a/stream", headers=headers)
        assert (response.status_code, response.mimetype) == (200, "text/event-stream")
        return Stream(response)


@contextmanager
def running(**settings):
    """A client of an application with a channel "a"."""
    app = create_app(Settings(**{"publish_key": KEY, "heartbeat_ms": 10, **settings}))
    api = Api(app)
    api.send("PUT", "/channels/a")
    yield api
    app.extensions["close"]()


def test_channels_and_ids_outlive_a_restart__R1(tmp_path):
    path = str(tmp_path / "events.db")
    with running(database_path=path) as api:
        api.publish("a")
        api.publish("b", event="e")
    with running(database_path=path) as api:
        assert api.send("PUT", "/channels/a").json == {"name": "a", "last_id": 2, "listeners": 0}
        stream = api.listen(0)
        assert stream.take(2) == [("1", "message", "a"), ("2", "e", "b")]
        assert api.publish() == stream.next() == ("3", "message", "x")
        stream.leave()


def test_database_is_closed__R1():
    with running() as api:
        assert api.send("GET", "/channels/a").status_code == 200
    assert api.send("GET", "/channels/a").status_code == 500


def test_stream_tells_when_to_come_again__R2_R9():
    with running(retry_ms=7) as api:
        stream = api.listen()
        assert stream.text() == "retry: 7"
        assert stream.text().startswith(":")
        api.publish("a\r\rid: 9\u2028\r\n\nb")
        assert stream.next() == ("1", "message", "a\n\nid: 9\u2028\n\nb")
        assert stream.text().startswith(":")
        stream.leave()


def test_streams_that_begin_while_messages_are_posted__R3():
    with running() as api, ThreadPoolExecutor(6) as pool:
        work = [pool.submit(api.listen, 0) if i % 3 else pool.submit(api.publish) for i in range(30)]
        results = [future.result(SECONDS) for future in work]
        expected = [(str(number), "message", "x") for number in range(1, 11)]
        for stream in (result for result in results if isinstance(result, Stream)):
            assert stream.take(10) == expected
            stream.leave()


def test_waiting_stream_wakes_up_at_once__R2():
    with running(heartbeat_ms=60_000) as api:
        stream = api.listen()
        stream.text()
        with ThreadPoolExecutor(1) as pool:
            for _ in range(3):
                event = pool.submit(stream.next)
                assert api.publish() == event.result(SECONDS)
            event = pool.submit(stream.take, 2)
            assert api.send("DELETE", "/channels/a").status_code == 204
            closed, end = event.result(SECONDS)
        assert closed[1:] == ("closed", "")
        assert end is None


def test_reset_of_a_client_that_was_away_too_long__R4():
    with running(history=2) as api:
        posted = [api.publish(str(number)) for number in range(4)]
        for last_id, expected in (
            (1, [("2", "reset", ""), *posted[2:]]),
            (2, posted[2:]),
            (3, posted[3:]),
            (5, [("2", "reset", ""), *posted[2:]]),
        ):
            stream = api.listen(last_id)
            assert stream.take(len(expected)) == expected
            stream.leave()


def test_places_are_free_again__R5():
    with running(max_listeners=2) as api:
        streams = [api.listen(), api.listen()]
        refused = api.send("GET", "/channels/a/stream")
        assert (refused.status_code, refused.json["type"]) == (503, "/problems/too_many_listeners")
        assert api.listeners() == 2
        # Its body never began.
        streams[1].leave()
        assert api.listeners() == 1
        stream = api.listen()
        assert api.publish() == streams[0].next() == stream.next()
        streams[0].leave()
        stream.leave()
        assert api.listeners() == 0


@pytest.mark.parametrize("room", [1, 3])
def test_bound_of_waiting_messages__R6(room):
    with running(queue=room) as api:
        for too_many in (0, 1):
            stream = api.listen()
            stream.text()
            first = api.publish()
            assert stream.next() == first
            posted = [api.publish() for _ in range(room + too_many)]
            if too_many:
                assert stream.next() is None
            else:
                assert stream.take(room) == posted
                assert api.publish() == stream.next()
            stream.leave()
            assert api.listeners() == 0


def test_missed_messages_do_not_wait_in_the_queue__R3_R6():
    with running(queue=1) as api:
        posted = [api.publish(str(number)) for number in range(5)]
        stream = api.listen(0)
        posted.append(api.publish("new"))
        assert stream.take(6) == posted
        stream.leave()


def test_deletion_comes_after_what_waits__R7():
    with running(queue=2) as api:
        streams = [api.listen(), api.listen()]
        posted = [api.publish(), api.publish()]
        assert api.send("DELETE", "/channels/a").status_code == 204
        for stream in streams:
            assert stream.take(2) == posted
            assert stream.next()[1:] == ("closed", "")
            assert stream.next() is None
            stream.leave()


def test_stream_that_ended_is_not_ended_again__R6_R7():
    with running(queue=1) as api:
        stream = api.listen()
        for _ in range(3):
            api.publish()
        assert api.send("DELETE", "/channels/a").status_code == 204
        assert stream.text() == "retry: 2000"
        assert stream.next() is None
        stream.leave()


def test_without_a_key_nobody_publishes__R8():
    with running(publish_key="") as api:
        for credentials in ("", "Bearer", "Bearer ", f"Bearer {KEY}"):
            response = api.send("PUT", "/channels/a", headers={"Authorization": credentials})
            assert (response.status_code, response.json["type"]) == (401, "/problems/unauthorized")
        assert api.send("GET", "/channels/a").status_code == 404


def test_settings_of_the_environment():
    assert settings_from({"APP_HISTORY": "", "APP_QUEUE": "", "DATABASE_PATH": ""}) == Settings()
    assert hash(Settings()) == hash(settings_from({}))
    assert Settings() == Settings(":memory:", "", 15_000, 2_000, 100, 100, 100)
    environ = {"DATABASE_PATH": "a.db", "APP_PUBLISH_KEY": KEY, "APP_HEARTBEAT_MS": "10", "APP_RETRY_MS": "1"}
    settings = settings_from({**environ, "APP_HISTORY": "1", "APP_MAX_LISTENERS": "2", "APP_QUEUE": "3"})
    assert settings == Settings("a.db", KEY, 10, 1, 1, 2, 3)


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
