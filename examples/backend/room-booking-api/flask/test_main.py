import json
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from main import create_app

NOT_FOUND = (404, "not_found")
CONFLICT = (409, "booking_conflict")
KEY_REUSED = (422, "idempotency_key_reused")
MALFORMED = (400, "malformed_json")
DAY = "2025-03-03T"
WHOLE_DAY = {"from": "2025-03-03T00:00:00Z", "to": "2025-03-04T00:00:00Z"}
WINDOW = "from=2025-03-03T09:00:00Z&to=2025-03-03T10:00:00Z"


class Api:
    """A client of one application."""

    def __init__(self, app):
        self.app = app

    def get(self, path, query=None, headers=None):
        return self.app.test_client().get(path, query_string=query, headers=headers)

    def send(self, path, body, headers=None):
        json_type = {"Content-Type": "application/json"}
        return self.app.test_client().post(path, data=body, headers=json_type | (headers or {}))

    def post(self, path, value, headers=None):
        return self.send(path, json.dumps(value), headers)

    def room(self, capacity=4, name="Room"):
        return success(self.post("/rooms", {"name": name, "capacity": capacity}), 201)["id"]

    def book(self, room, start, end, title="Planning", key=None):
        body = {"title": title, "start": instant(start), "end": instant(end)}
        headers = {} if key is None else {"Idempotency-Key": key}
        return self.post(f"/rooms/{room}/bookings", body, headers)

    def booked(self, *arguments, **more):
        return success(self.book(*arguments, **more), 201)

    def booking(self, booking):
        return success(self.get(f"/bookings/{booking['id']}"))

    def cancel(self, booking):
        return success(self.send(f"/bookings/{booking['id']}/cancel", b""))

    def bookings(self, room, query=WHOLE_DAY):
        return items(self.get(f"/rooms/{room}/bookings", query))

    def slots(self, start, end, minutes=15, **more):
        query = {"from": instant(start), "to": instant(end), "duration_minutes": minutes, **more}
        return [
            (slot.pop("room_id"), slot.pop("start"), slot.pop("end"), *slot)
            for slot in items(self.get("/free-slots", query))
        ]


@pytest.fixture
def open_api():
    """Opens applications and closes them after the test."""
    apps = []

    def open_one(path=None):
        apps.append(create_app(path))
        return Api(apps[-1])

    yield open_one
    for app in apps:
        app.extensions["close"]()


@pytest.fixture
def api(open_api):
    return open_api()


@pytest.fixture
def room(api):
    return api.room()


@pytest.fixture
def slow_database():
    """Lets other threads run after each SQL statement, in threads that start from now on."""

    def pause(_frame, event, function):
        if event == "c_return" and function.__name__ == "execute":
            time.sleep(0.002)

    threading.setprofile(pause)
    yield
    threading.setprofile(None)


def instant(value):
    """Short for a time of 2025-03-03 in UTC, if it is HH:MM or HH:MM:SS."""
    if not isinstance(value, str) or not re.fullmatch(r"\d\d:\d\d(:\d\d)?", value):
        return value
    return f"{DAY}{value}{':00' * (len(value) == 5)}Z"


def success(response, status=200):
    assert response.status_code == status, response.text
    assert response.mimetype == "application/json"
    return response.json


def items(response):
    body = success(response)
    assert list(body) == ["items"]
    return body["items"]


def error(response):
    """Status and code of an error without fields."""
    assert response.mimetype == "application/json"
    assert list(response.json) == ["error"]
    found = dict(response.json["error"])
    assert found.pop("message")
    assert list(found) == ["code"]
    return response.status_code, found["code"]


def faulty(response):
    """Names of the faulty inputs."""
    assert response.status_code == 422, response.text
    found = response.json["error"]
    assert set(found) == {"code", "message", "fields"}
    assert found["code"] == "validation_failed"
    assert all(found["fields"].values())
    return set(found["fields"])


def at_once(count, request):
    """Responses to requests of ``count`` threads that start together; in the order of numbers."""
    barrier = threading.Barrier(count)

    def run(number):
        barrier.wait(timeout=10)
        return request(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_health(api):
    assert success(api.get("/health")) == {"status": "ok"}


def test_room_is_created_and_read__R1(api):
    created = api.post("/rooms", {"name": "Alice's room", "capacity": 12, "id": "own"})
    room = success(created, 201)
    assert room == {"id": room["id"], "name": "Alice's room", "capacity": 12}
    assert re.fullmatch("[A-Za-z0-9_-]+", room["id"])
    assert room["id"] != "own"
    assert created.headers["Location"] == f"/rooms/{room['id']}"
    assert success(api.get(f"/rooms/{room['id']}", headers={"If-None-Match": "*"})) == room


def test_rooms_may_share_a_name_of_any_allowed_text__R1(api):
    for name in ("Twin", "Twin", "  x ", "\u3000", "\u0085", "\U0001f600" * 100, "'); --"):
        room = api.room(3, name)
        assert success(api.get(f"/rooms/{room}")) == {"id": room, "name": name, "capacity": 3}


@pytest.mark.parametrize("written", ["10", "10.0", "1e1", "1000e-2"])
def test_capacity_is_a_number_with_a_whole_value__R1(api, written):
    body = f'{{"name": "Room", "capacity": {written}, "big": {"9" * 5000}}}'
    capacity = success(api.send("/rooms", body), 201)["capacity"]
    assert (capacity, type(capacity)) == (10, int)


@pytest.mark.parametrize("wrong", ["none", "1", "%20", "%00", "%FF", "x" * 300, "{}%20", "0{}"])
def test_unknown_id_is_not_found_on_every_endpoint__R1(api, room, wrong):
    booking = api.booked(room, "09:00", "10:00")
    room_path = f"/rooms/{wrong.format(room)}"
    booking_path = f"/bookings/{wrong.format(booking['id'])}"
    assert error(api.get(room_path)) == NOT_FOUND
    assert error(api.get(f"{room_path}/bookings", WHOLE_DAY)) == NOT_FOUND
    assert error(api.book(wrong.format(room), "11:00", "12:00")) == NOT_FOUND
    assert error(api.get(booking_path)) == NOT_FOUND
    assert error(api.send(f"{booking_path}/cancel", b"")) == NOT_FOUND
    assert api.booking(booking) == booking


@pytest.mark.parametrize("path", ["/", "/nothing", "/rooms/a/b", "/static/main.py", "//health"])
def test_unknown_path_is_not_found__R1(api, path):
    assert error(api.app.test_client().open(path, base_url="http://localhost")) == NOT_FOUND


def test_booking_is_created_and_read__R2(api, room):
    created = api.book(room, "09:00", "10:30", title=" With Bob \U0001f600")
    booking = success(created, 201)
    assert booking == {
        "id": booking["id"],
        "room_id": room,
        "title": " With Bob \U0001f600",
        "start": "2025-03-03T09:00:00Z",
        "end": "2025-03-03T10:30:00Z",
        "status": "confirmed",
    }
    assert re.fullmatch("[A-Za-z0-9_-]+", booking["id"])
    assert created.headers["Location"] == f"/bookings/{booking['id']}"
    assert api.booking(booking) == booking
    assert api.bookings(room) == [booking]


@pytest.mark.parametrize(
    ("start", "end", "in_utc"),
    [
        ("2025-06-01T11:30:00+02:00", "2025-06-01T10:00:59Z", "2025-06-01T09:30:00Z"),
        ("2025-06-01T11:30:00-05:45", "2025-06-01T18:00:00Z", "2025-06-01T17:15:00Z"),
        ("2025-06-01T09:30:00-00:00", "2025-06-01T10:00:00Z", "2025-06-01T09:30:00Z"),
        ("2024-03-01T00:30:00+01:00", "2024-03-01T00:00:00Z", "2024-02-29T23:30:00Z"),
        ("2024-12-31T22:00:00-03:00", "2025-01-01T02:00:00Z", "2025-01-01T01:00:00Z"),
        ("2025-06-02T23:59:00+23:59", "2025-06-02T08:00:00Z", "2025-06-02T00:00:00Z"),
        ("1999-12-31T23:00:00-01:00", "2000-01-01T00:15:00Z", "2000-01-01T00:00:00Z"),
        ("2099-12-31T23:44:59Z", "2100-01-01T00:59:59+01:00", "2099-12-31T23:44:59Z"),
    ],
)
def test_times_come_back_in_utc__R2(api, room, start, end, in_utc):
    booking = api.booked(room, start, end)
    assert booking["start"] == in_utc
    assert booking["end"] == end.replace("2100-01-01T00:59:59+01:00", "2099-12-31T23:59:59Z")
    assert api.booking(booking) == booking


def test_times_are_compared_as_instants__R2_R3(api, room):
    api.booked(room, "09:00", "10:00")
    same = ("2025-03-02T23:30:00-10:00", "2025-03-03T00:30:00-10:00")
    assert error(api.book(room, *same)) == CONFLICT
    api.booked(room, "2025-03-03T09:00:00+05:00", "2025-03-03T10:00:00+05:00")


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("10:00", "12:00"),
        ("09:00", "10:00:01"),
        ("11:59:59", "13:00"),
        ("10:30", "11:30"),
        ("09:00", "13:00"),
        ("10:00", "11:00"),
        ("11:00", "12:00"),
    ],
)
def test_overlap_is_refused_and_not_stored__R3(api, room, start, end):
    bookings = [api.booked(room, "10:00", "12:00"), api.booked(room, "18:00", "19:00")]
    assert error(api.book(room, start, end)) == CONFLICT
    assert api.bookings(room) == bookings


def test_touching_bookings_and_other_rooms_do_not_conflict__R3(api, room):
    middle = api.booked(room, "10:00", "12:00")
    before = api.booked(room, "09:00", "10:00")
    after = api.booked(room, "12:00", "13:00")
    api.booked(api.room(), "10:00", "12:00")
    assert api.bookings(room) == [before, middle, after]


@pytest.mark.usefixtures("slow_database")
def test_one_of_several_concurrent_bookings_wins__R4(api, room):
    responses = at_once(8, lambda number: api.book(room, f"09:0{number // 2}", "10:00"))
    created = [response.json for response in responses if response.status_code == 201]
    refused = [response for response in responses if response.status_code != 201]
    assert [error(response) for response in refused] == [CONFLICT] * 7
    assert api.bookings(room) == created


def test_used_key_repeats_the_first_answer__R5(api, room):
    first = api.book(room, "00:30", "01:30", key="k")
    other_way = {
        "note": [1],
        "title": "Planning",
        "start": "2025-03-02T22:30:00-02:00",
        "end": "2025-03-03T03:15:00+01:45",
    }
    again = api.post(f"/rooms/{room}/bookings", other_way, {"Idempotency-Key": "k"})
    assert success(again, 201) == success(first, 201)
    assert again.headers["Location"] == first.headers["Location"]
    assert api.bookings(room) == [first.json]


def test_used_key_repeats_the_first_answer_after_cancelling__R5(api, room):
    first = api.booked(room, "09:00", "10:00", key="k")
    cancelled = api.cancel(first)
    other = api.booked(room, "09:30", "10:30")
    assert api.booked(room, "09:00", "10:00", key="k") == first
    assert api.booking(first) == cancelled
    assert api.bookings(room) == [other]


def test_used_key_with_another_booking_is_refused__R5(api, room):
    first = api.booked(room, "09:00", "10:00", key="k")
    others = [
        (api.room(), "09:00", "10:00", "Planning"),
        (room, "09:00", "10:00", "planning"),
        (room, "09:00:01", "10:00", "Planning"),
        (room, "09:00", "10:00:01", "Planning"),
        (room, "11:00", "12:00", "Planning"),
    ]
    assert [error(api.book(*other, key="k")) for other in others] == [KEY_REUSED] * 5
    assert api.bookings(room) == [first]
    api.cancel(first)
    assert [error(api.book(*other, key="k")) for other in others] == [KEY_REUSED] * 5
    assert api.bookings(room) == []


def test_keys_are_compared_exactly__R5(api):
    rooms = {key: api.room() for key in ("k", "K", "kk", '"k"', "!", "~", "k" * 63, "k" * 64)}
    first = [api.booked(room, "09:00", "10:00", key=key) for key, room in rooms.items()]
    assert [booking["room_id"] for booking in first] == list(rooms.values())
    assert [api.booked(room, "09:00", "10:00", key=key) for key, room in rooms.items()] == first


def test_without_the_key_a_repeated_request_conflicts__R5(api, room):
    api.booked(room, "09:00", "10:00", key="k")
    assert error(api.book(room, "09:00", "10:00")) == CONFLICT
    assert error(api.book(room, "09:00", "10:00", key="other")) == CONFLICT


def test_errors_leave_the_key_free__R6(api, room):
    blocker = api.booked(room, "09:30", "10:30")
    assert error(api.book(room, "09:00", "10:00", key="k")) == CONFLICT
    assert error(api.book("none", "09:00", "10:00", key="k")) == NOT_FOUND
    assert faulty(api.book(room, "12:00", "11:00", key="k")) == {"end"}
    api.cancel(blocker)
    booking = api.booked(room, "09:00", "10:00", key="k")
    assert api.booked(room, "09:00", "10:00", key="k") == booking
    assert api.bookings(room) == [booking]


@pytest.mark.usefixtures("slow_database")
def test_concurrent_requests_with_one_key_create_one_booking__R6(api, room):
    responses = at_once(8, lambda _: api.book(room, "09:00", "10:00", key="k"))
    first = success(responses[0], 201)
    assert [success(response, 201) for response in responses] == [first] * 8
    assert {response.headers["Location"] for response in responses} == {f"/bookings/{first['id']}"}
    assert api.bookings(room) == [first]


def test_everything_is_there_after_a_restart__R6(open_api, tmp_path):
    path = str(tmp_path / "rooms.db")
    api = open_api(path)
    room, second = api.room(7, "Kept"), api.room(7)
    kept = api.booked(room, "09:00", "10:00", key="kept")
    cancelled = api.cancel(api.booked(room, "11:00", "12:00", key="cancelled"))
    api.app.extensions["close"]()
    api = open_api(path)
    assert success(api.get(f"/rooms/{room}")) == {"id": room, "name": "Kept", "capacity": 7}
    assert api.booking(cancelled) == cancelled
    assert api.bookings(room) == [kept]
    assert api.booked(room, "09:00", "10:00", key="kept") == kept
    assert error(api.book(room, "13:00", "14:00", key="cancelled")) == KEY_REUSED
    third = api.room(7)
    assert [slot[0] for slot in api.slots("12:00", "13:00")] == [room, second, third]


def test_databases_in_memory_are_separate__R6(open_api):
    room = open_api().room()
    assert error(open_api("").get(f"/rooms/{room}")) == NOT_FOUND


def test_cancelled_booking_is_read_and_cancelled_again__R7(api, room):
    booking, other = api.booked(room, "09:00", "10:00"), api.booked(room, "10:00", "11:00")
    cancelled = booking | {"status": "cancelled"}
    assert api.cancel(booking) == cancelled
    for body in (b"{", b"\xff", b'{"status": "confirmed"}'):
        assert success(api.send(f"/bookings/{booking['id']}/cancel", body)) == cancelled
    assert api.booking(booking) == cancelled
    assert api.bookings(room) == [other]


def test_slot_of_a_cancelled_booking_is_free__R7(api, room):
    old = api.booked(room, "09:00", "10:00")
    api.cancel(old)
    new = api.booked(room, "09:00", "10:00")
    assert new["id"] != old["id"]
    api.cancel(old)
    assert error(api.book(room, "09:30", "10:30")) == CONFLICT
    assert api.bookings(room) == [new]


def test_list_holds_what_overlaps_the_window_by_start__R8(api, room):
    late, early = api.booked(room, "11:00", "12:00"), api.booked(room, "09:00", "10:00")
    api.booked(api.room(), "10:00", "11:00")
    for start, end, expected in (
        ("09:59:59", "11:00:01", [early, late]),
        ("10:00", "11:00", []),
        ("08:00", "09:00", []),
        ("12:00", "13:00", []),
        ("09:15", "09:30", [early]),
        ("11:59:59", "2025-03-03T15:00:00+02:00", [late]),
    ):
        assert api.bookings(room, {"from": instant(start), "to": instant(end), "x": ""}) == expected


def test_window_lasts_one_second_to_31_days__R8(api, room):
    for path in (f"/rooms/{room}/bookings", "/free-slots"):
        for end, names in (
            ("2025-01-01T00:00:01Z", None),
            ("2025-02-01T00:00:00Z", None),
            ("2025-02-01T00:00:01Z", {"to"}),
            ("2025-01-01T00:00:00Z", {"to"}),
            ("2024-12-31T23:59:59Z", {"to"}),
        ):
            query = {"from": "2025-01-01T00:00:00Z", "to": end, "duration_minutes": 15}
            response = api.get(path, query)
            assert (faulty(response) if names else success(response).keys()) == (names or {"items"})


def test_slots_lie_around_bookings_inside_the_window__R9(api, room):
    for start, end in (("14:00", "15:00"), ("10:00", "11:00"), ("15:00", "16:00")):
        api.booked(room, start, end)
    for start, end, gaps in (
        ("09:00", "17:00", [("09:00", "10:00"), ("11:00", "14:00"), ("16:00", "17:00")]),
        ("10:30", "14:30", [("11:00", "14:00")]),
        ("11:00", "14:00", [("11:00", "14:00")]),
        ("14:15", "15:45", []),
        ("10:00", "11:00", []),
    ):
        assert api.slots(start, end) == [(room, instant(a), instant(b)) for a, b in gaps]


def test_slot_lasts_at_least_the_duration__R9(api, room):
    api.booked(room, "09:45", "10:00")
    gaps = [(room, instant("09:00"), instant("09:45")), (room, instant("10:00"), instant("10:45"))]
    assert api.slots("09:00", "10:45", 45) == gaps
    assert api.slots("09:00", "10:45", 46) == []
    assert api.slots("09:00:01", "10:44:59", 45) == []


def test_rooms_come_by_capacity_and_creation__R9(api):
    capacities = [10, 2, 9, 2, 1000, 10, 1, 2]
    rooms = [api.room(size, f"Room {9 - number}") for number, size in enumerate(capacities)]
    api.cancel(api.booked(rooms[0], "10:00", "11:00"))

    def found(**more):
        return [rooms.index(slot[0]) for slot in api.slots("09:00", "12:00", **more)]

    assert found() == [6, 1, 3, 7, 2, 0, 5, 4]
    assert found(min_capacity="0009") == [2, 0, 5, 4]
    assert found(min_capacity=11) == found(min_capacity=1000) == [4]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"name": "Room", "capacity": 4} {}',
        b'{"name": "Room", "capacity": NaN}',
        b'{"name": "Room", "capacity": 4, "x": "\xff"}',
        '{"name": "Room", "capacity": 4}'.encode("utf-16-le"),
        b"[]",
        b"null",
        b"[" * 20000 + b"]" * 20000,
    ],
)
def test_body_that_is_no_json_object_is_malformed__R10(api, body):
    assert error(api.send("/rooms", body)) == MALFORMED
    assert error(api.send("/rooms/none/bookings", body, {"Idempotency-Key": " "})) == MALFORMED


@pytest.mark.parametrize(
    "text", [None, "", "  ", "tab\t", "\x00", "\x1f", "\x7f", "\ud800", "\ude00\ud83d", 5, ["x"]]
)
def test_faulty_text__R10(api, room, text):
    assert faulty(api.post("/rooms", {"name": text, "capacity": 4})) == {"name"}
    assert faulty(api.book(room, "09:00", "10:00", title=text)) == {"title"}


def test_text_one_character_too_long__R10(api, room):
    for character in ("n", "\U0001f600"):
        assert faulty(api.post("/rooms", {"name": character * 101, "capacity": 4})) == {"name"}
        assert faulty(api.book(room, "09:00", "10:00", title=character * 201)) == {"title"}
        api.cancel(api.booked(room, "09:00", "10:00", title=character * 200))


@pytest.mark.parametrize("capacity", ["0", "1001", "4.5", "-4", "1e400", '"10"', "true", "null"])
def test_faulty_capacity__R10(api, capacity):
    body = f'{{"name": "Room", "capacity": {capacity}}}'
    assert faulty(api.send("/rooms", body)) == {"capacity"}


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        1740992400,
        "2025-02-29T09:00:00Z",
        "2025-04-31T09:00:00Z",
        "2025-03-03T24:00:00Z",
        "2025-03-03T09:60:00Z",
        "2025-03-03T09:00:60Z",
        "2025-03-03T09:00:00",
        "2025-03-03T09:00:00.0Z",
        "2025-03-03t09:00:00Z",
        "2025-03-03T09:00:00z",
        "2025-03-03 09:00:00Z",
        "2025-03-03T09:00:00+24:00",
        "2025-03-03T09:00:00+01:60",
        "2025-03-03T09:00:00+0100",
        "2025-03-03T09:00:00Z\n",
        "2025-03-03T0\u0669:00:00Z",
        "2025-W10-1T09:00:00Z",
        "1999-12-31T23:59:59Z",
        "2000-01-01T00:59:59+01:00",
        "2099-12-31T23:00:00-01:00",
        "2100-01-01T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
    ],
)
def test_faulty_time__R10(api, room, wrong):
    assert faulty(api.book(room, wrong, wrong)) == {"start", "end"}


def test_booking_lasts_15_minutes_to_8_hours__R10(api, room):
    for end in ("09:14:59", "17:00:01", "09:00", "08:45"):
        assert faulty(api.book(room, "09:00", end)) == {"end"}
    for end in ("09:15", "17:00"):
        api.cancel(api.booked(room, "09:00", end))


@pytest.mark.parametrize("key", ["", "k" * 65, "two words", "sch\xf6n", "\x7f"])
def test_faulty_key__R10(api, room, key):
    assert faulty(api.book(room, "09:00", "10:00", key=key)) == {"Idempotency-Key"}
    assert faulty(api.book(room, "09:00", "09:00", "", key)) == {"title", "end", "Idempotency-Key"}


def test_key_in_the_body_is_an_unknown_field__R10(api, room):
    body = {"title": "x", "start": instant("09:00"), "end": instant("10:00"), "Idempotency-Key": 1}
    success(api.post(f"/rooms/{room}/bookings", body), 201)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"from", "to"}),
        ("from=&to", {"from", "to"}),
        (f"{WINDOW}&to=2025-03-03T10:00:00Z", {"to"}),
        ("from=2025-03-03T09:00:00+00:00&to=2025-03-03T08:00:00Z", {"from"}),
        ("from=2025-03-03T09:00:00Z&to=2025-02-30T10:00:00Z", {"to"}),
    ],
)
def test_faulty_window__R10(api, room, query, names):
    assert faulty(api.get(f"/rooms/{room}/bookings", query)) == names
    assert faulty(api.get("/free-slots", f"{query}&duration_minutes=15")) == names


@pytest.mark.parametrize("number", ["", "0", "%2B30", "-30", "30.0", "%2030", "30%0A", "%D9%A3"])
def test_faulty_number_in_a_query__R10(api, number):
    query = f"{WINDOW}&duration_minutes={number}&min_capacity={number}"
    assert faulty(api.get("/free-slots", query)) == {"duration_minutes", "min_capacity"}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"duration_minutes"}),
        ("duration_minutes=14&min_capacity=1001", {"duration_minutes", "min_capacity"}),
        ("duration_minutes=481", {"duration_minutes"}),
        ("duration_minutes=" + "9" * 5000, {"duration_minutes"}),
        ("duration_minutes=30&duration_minutes=30", {"duration_minutes"}),
        ("duration_minutes=480&min_capacity=4&min_capacity=4", {"min_capacity"}),
    ],
)
def test_faulty_search__R10(api, query, names):
    assert faulty(api.get("/free-slots", f"{WINDOW}&{query}")) == names
    assert faulty(api.get("/free-slots", query)) == names | {"from", "to"}


def test_faults_are_answered_in_the_stated_order__R10(api, room):
    api.booked(room, "09:00", "10:00", key="used")
    api.booked(room, "11:00", "12:00")
    assert faulty(api.book("none", "09:00", "09:00", key="used")) == {"end"}
    assert faulty(api.get("/rooms/none/bookings")) == {"from", "to"}
    assert error(api.book("none", "09:00", "10:00", key="used")) == NOT_FOUND
    assert error(api.book(room, "11:00", "12:00", key="used")) == KEY_REUSED
    assert error(api.book(room, "11:00", "12:00", key="new")) == CONFLICT
