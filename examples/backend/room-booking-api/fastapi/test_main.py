import json
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient

from main import create_app

NOT_FOUND = (404, "not_found")
CONFLICT = (409, "booking_conflict")
KEY_REUSED = (422, "idempotency_key_reused")
MALFORMED = (400, "malformed_json")
UNKNOWN_ID = "no-such-id"
MARCH = {"from": "2025-03-01T00:00:00Z", "to": "2025-04-01T00:00:00Z"}
FROM, TO = "from=2025-03-03T09:00:00Z", "to=2025-03-03T10:00:00Z"


@pytest.fixture
def api():
    """An application on an empty database in memory."""
    with TestClient(create_app()) as client:
        yield client


@pytest.fixture
def room(api):
    return make_room(api)


@pytest.fixture(scope="module")
def idle_api():
    """An application for tests in which every request is refused."""
    with TestClient(create_app()) as client:
        yield client


@pytest.fixture(scope="module")
def idle_room(idle_api):
    return make_room(idle_api)


@pytest.fixture
def slow_database():
    """Let other threads run after each SQL statement; for threads that start from now on.

    Between what a request reads and what it writes, others then do the same if they can.
    """

    def pause(_frame, event, function):
        if event == "c_return" and function.__name__ == "execute":
            time.sleep(0.003)

    threading.setprofile(pause)
    yield
    threading.setprofile(None)


def at(clock):
    """The time of day, HH:MM or HH:MM:SS, on 2025-03-03 in UTC."""
    return f"2025-03-03T{clock if len(clock) > 5 else clock + ':00'}Z"


def result(response, status):
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"].split(";")[0] == "application/json"
    return response.json()


def error(response):
    """Status and code of an error response without fields."""
    found = result(response, response.status_code)["error"]
    assert set(found) == {"code", "message"}
    assert found["message"]
    return response.status_code, found["code"]


def faulty(response):
    """Names of the inputs that an answer 422 validation_failed calls faulty."""
    found = result(response, 422)["error"]
    assert set(found) == {"code", "message", "fields"}
    assert found["code"] == "validation_failed"
    assert found["message"]
    assert all(found["fields"].values())
    return set(found["fields"])


def send(api, path, body, headers=None):
    return api.post(
        path, content=body, headers={"Content-Type": "application/json"} | (headers or {})
    )


def post(api, path, value, headers=None):
    """POST a value as JSON; in ASCII, so that unpaired surrogates can be sent."""
    return send(api, path, json.dumps(value), headers)


def make_room(api, capacity=4, name="Room"):
    return result(post(api, "/rooms", {"name": name, "capacity": capacity}), 201)["id"]


def book(api, room, start, end, title="Planning", key=None):
    headers = None if key is None else {"Idempotency-Key": key}
    body = {"title": title, "start": start, "end": end}
    return post(api, f"/rooms/{room}/bookings", body, headers)


def booked(api, room, start, end, **more):
    return result(book(api, room, start, end, **more), 201)


def cancel(api, booking):
    return result(api.post(f"/bookings/{booking['id']}/cancel"), 200)


def read(api, booking):
    return result(api.get(f"/bookings/{booking['id']}"), 200)


def listed(api, room, window=MARCH):
    return result(api.get(f"/rooms/{room}/bookings", params=window), 200)["items"]


def free(api, start, end, minutes=15, **more):
    params = {"from": at(start), "to": at(end), "duration_minutes": minutes, **more}
    return result(api.get("/free-slots", params=params), 200)


def slots(room, *times):
    items = [{"room_id": room, "start": at(start), "end": at(end)} for start, end in times]
    return {"items": items}


def book_at_once(api, requests):
    barrier = threading.Barrier(len(requests))

    def run(arguments):
        barrier.wait(timeout=10)
        return book(api, **arguments)

    with ThreadPoolExecutor(len(requests)) as pool:
        return list(pool.map(run, requests))


def test_health(api):
    assert result(api.get("/health"), 200) == {"status": "ok"}


# Rooms


def test_room_is_created_and_read__R1(api):
    response = post(api, "/rooms", {"name": "Alice's room", "capacity": 12, "id": "mine"})
    room = result(response, 201)
    assert room == {"id": room["id"], "name": "Alice's room", "capacity": 12}
    assert re.fullmatch(r"[A-Za-z0-9_-]+", room["id"])
    assert room["id"] != "mine"
    assert response.headers["Location"] == f"/rooms/{room['id']}"
    assert result(api.get(f"/rooms/{room['id']}"), 200) == room


def test_rooms_may_share_a_name__R1(api):
    first, second = make_room(api, 2, "Twin"), make_room(api, 3, "Twin")
    assert result(api.get(f"/rooms/{first}"), 200) == {"id": first, "name": "Twin", "capacity": 2}
    assert result(api.get(f"/rooms/{second}"), 200) == {"id": second, "name": "Twin", "capacity": 3}


def test_name_is_kept_as_sent__R1(api):
    long_names = ["n" * 100, "\U0001f600" * 100]
    for name in (" two spaces  ", "\u00a0", "\u0085", "\ufeffe\u0301", "';--", *long_names):
        assert result(api.get(f"/rooms/{make_room(api, name=name)}"), 200)["name"] == name


def test_capacity_may_be_any_whole_number_in_range__R1(api):
    for written, capacity in (("1", 1), ("1000", 1000), ("10.0", 10), ("1e1", 10)):
        room = result(send(api, "/rooms", f'{{"name": "Room", "capacity": {written}}}'), 201)
        assert result(api.get(f"/rooms/{room['id']}"), 200)["capacity"] == capacity


@pytest.mark.parametrize("unknown", [UNKNOWN_ID, "1", "%20", "%00", "%FF", "a%2Fb", "x" * 300])
def test_unknown_id_is_not_found__R1(idle_api, unknown):
    assert error(idle_api.get(f"/rooms/{unknown}")) == NOT_FOUND
    assert error(book(idle_api, unknown, at("09:00"), at("10:00"))) == NOT_FOUND
    assert error(idle_api.get(f"/rooms/{unknown}/bookings", params=MARCH)) == NOT_FOUND
    assert error(idle_api.get(f"/bookings/{unknown}")) == NOT_FOUND
    assert error(idle_api.post(f"/bookings/{unknown}/cancel")) == NOT_FOUND


def test_ids_are_compared_exactly__R1(api, room):
    booking = booked(api, room, at("09:00"), at("10:00"))
    for form in ("{}%20", "%20{}", "0{}", "{}.0", "{}%00"):
        assert error(api.get(f"/rooms/{form.format(room)}")) == NOT_FOUND
        assert error(api.post(f"/bookings/{form.format(booking['id'])}/cancel")) == NOT_FOUND
    assert read(api, booking) == booking


@pytest.mark.parametrize("path", ["/", "/nothing", "/rooms/a/b/c", "/docs", "/openapi.json"])
def test_unknown_path_is_not_found__R1(idle_api, path):
    assert error(idle_api.get(path)) == NOT_FOUND


def test_applications_in_memory_share_nothing__R1(api, room):
    for path in (None, ""):
        with TestClient(create_app(path)) as other:
            assert error(other.get(f"/rooms/{room}")) == NOT_FOUND
    assert result(api.get(f"/rooms/{room}"), 200)["id"] == room


# Booking


def test_booking_is_created_and_read__R2(api, room):
    response = book(api, room, at("09:00"), at("10:30"), title=" Planning with Bob \U0001f600")
    booking = result(response, 201)
    assert booking == {
        "id": booking["id"],
        "room_id": room,
        "title": " Planning with Bob \U0001f600",
        "start": "2025-03-03T09:00:00Z",
        "end": "2025-03-03T10:30:00Z",
        "status": "confirmed",
    }
    assert re.fullmatch(r"[A-Za-z0-9_-]+", booking["id"])
    assert response.headers["Location"] == f"/bookings/{booking['id']}"
    assert read(api, booking) == booking
    assert listed(api, room) == [booking]


@pytest.mark.parametrize(
    ("start", "end", "start_utc", "end_utc"),
    [
        ("2025-06-01T11:30:00+02:00", "2025-06-01T10:00:59Z", "06-01T09:30:00Z", "06-01T10:00:59Z"),
        ("2025-06-01T16:30:00Z", "2025-06-01T11:30:00-05:45", "06-01T16:30:00Z", "06-01T17:15:00Z"),
        ("2025-06-01T09:30:00-00:30", "2025-06-01T11:00:00Z", "06-01T10:00:00Z", "06-01T11:00:00Z"),
        ("2025-03-01T00:30:00+01:00", "2025-03-01T01:00:00Z", "02-28T23:30:00Z", "03-01T01:00:00Z"),
        ("2024-12-31T22:00:00-03:00", "2025-01-01T02:00:00Z", "01-01T01:00:00Z", "01-01T02:00:00Z"),
        ("2025-06-02T23:59:00+23:59", "2025-06-02T01:00:00Z", "06-02T00:00:00Z", "06-02T01:00:00Z"),
        ("2025-06-01T23:00:00Z", "2025-06-01T00:00:00-23:59", "06-01T23:00:00Z", "06-01T23:59:00Z"),
    ],
)
def test_times_come_back_in_utc__R2(api, room, start, end, start_utc, end_utc):
    booking = booked(api, room, start, end)
    assert (booking["start"], booking["end"]) == (f"2025-{start_utc}", f"2025-{end_utc}")
    assert read(api, booking) == booking


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2000-01-01T00:00:00Z", "2000-01-01T00:15:00Z"),
        ("2099-12-31T15:59:59Z", "2099-12-31T23:59:59Z"),
        ("2024-02-29T23:50:00Z", "2024-03-01T00:05:00Z"),
    ],
)
def test_limits_of_range_and_length__R2(api, room, start, end):
    booking = booked(api, room, start, end)
    assert (booking["start"], booking["end"]) == (start, end)


def test_limits_of_range_hold_for_the_instant__R2(api, room):
    first = booked(api, room, "1999-12-31T23:00:00-01:00", "2000-01-01T00:15:00Z")
    assert first["start"] == "2000-01-01T00:00:00Z"
    last = booked(api, room, "2099-12-31T23:00:00Z", "2100-01-01T00:59:59+01:00")
    assert last["end"] == "2099-12-31T23:59:59Z"


def test_times_are_compared_as_instants__R2(api, room):
    booked(api, room, "2025-03-03T09:00:00Z", "2025-03-03T10:00:00Z")
    conflicting = ("2025-03-02T23:30:00-10:00", "2025-03-03T00:30:00-10:00")
    assert error(book(api, room, *conflicting)) == CONFLICT
    booked(api, room, "2025-03-03T09:00:00+05:00", "2025-03-03T10:00:00+05:00")
    booked(api, room, "2025-03-03T12:00:00+02:00", "2025-03-03T13:00:00+02:00")


def test_overlap_is_refused_and_nothing_stored__R3(api, room):
    bookings = [
        booked(api, room, at("10:00"), at("12:00")),
        booked(api, room, at("18:00"), at("19:00")),
    ]
    for start, end in (
        ("10:00", "12:00"),
        ("09:00", "11:00"),
        ("11:00", "13:00"),
        ("10:30", "11:30"),
        ("09:00", "13:00"),
        ("10:00", "11:00"),
        ("11:00", "12:00"),
        ("09:00", "10:00:01"),
        ("11:59:59", "13:00"),
    ):
        assert error(book(api, room, at(start), at(end))) == CONFLICT
    assert listed(api, room) == bookings


def test_touching_bookings_and_other_rooms_do_not_conflict__R3(api, room):
    other = make_room(api)
    middle = booked(api, room, at("10:00"), at("12:00"))
    before = booked(api, room, at("09:00"), at("10:00"))
    after = booked(api, room, at("12:00"), at("13:00"))
    elsewhere = booked(api, other, at("10:00"), at("12:00"))
    assert listed(api, room) == [before, middle, after]
    assert listed(api, other) == [elsewhere]


@pytest.mark.usefixtures("slow_database")
def test_one_of_several_concurrent_bookings_wins__R4(api, room):
    times = [(at(f"09:0{minute}"), at(f"10:0{minute}")) for minute in (0, 0, 0, 0, 1, 2, 3, 4)]
    wanted = [{"room": room, "start": start, "end": end} for start, end in times]
    responses = book_at_once(api, wanted)
    created = [response.json() for response in responses if response.status_code == 201]
    refused = [response for response in responses if response.status_code != 201]
    assert [error(response) for response in refused] == [CONFLICT] * 7
    assert listed(api, room) == created


@pytest.mark.usefixtures("slow_database")
def test_concurrent_bookings_that_do_not_overlap_all_succeed__R4(api, room):
    times = [(at(f"{hour:02}:00"), at(f"{hour + 1:02}:00")) for hour in range(8, 16)]
    responses = book_at_once(
        api, [{"room": room, "start": start, "end": end} for start, end in times]
    )
    assert listed(api, room) == [result(response, 201) for response in responses]


# Idempotency


def test_repeated_request_gets_the_first_answer__R5(api, room):
    first = book(api, room, at("09:00"), at("10:00"), key="k")
    again = book(api, room, at("09:00"), at("10:00"), key="k")
    assert result(again, 201) == result(first, 201)
    assert again.headers["Location"] == f"/bookings/{first.json()['id']}"
    assert listed(api, room) == [first.json()]


def test_another_way_to_write_the_same_booking_gets_the_first_answer__R5(api, room):
    first = booked(api, room, "2025-03-03T00:30:00Z", "2025-03-03T01:30:00Z", key="k")
    body = (
        '{ "note": [1], "end": "2025-03-03T03:15:00+01:45",'
        ' "title": "Pl\\u0061nning", "start": "2025-03-02T22:30:00-02:00" }'
    )
    again = send(api, f"/rooms/{room}/bookings", body, {"Idempotency-Key": "k"})
    assert result(again, 201) == first
    assert listed(api, room) == [first]


def test_first_answer_is_repeated_after_cancelling__R5(api, room):
    first = book(api, room, at("09:00"), at("10:00"), key="k")
    cancelled = cancel(api, first.json())
    other = booked(api, room, at("09:30"), at("10:30"))
    again = book(api, room, at("09:00"), at("10:00"), key="k")
    assert result(again, 201) == first.json()
    assert again.headers["Location"] == first.headers["Location"]
    assert listed(api, room) == [other]
    assert read(api, cancelled) == cancelled


def test_used_key_with_another_booking_is_refused__R5(api, room):
    wanted = {"start": at("09:00"), "end": at("10:00"), "title": "Planning", "key": "k"}
    others = [
        wanted | change
        for change in (
            {"title": "planning"},
            {"title": "Planning "},
            {"start": at("09:00:01")},
            {"end": at("10:00:01")},
            {"start": "2025-03-03T09:00:00+00:01"},
            {"start": at("11:00"), "end": at("12:00")},
        )
    ]
    first = booked(api, room, **wanted)
    assert [error(book(api, room, **other)) for other in others] == [KEY_REUSED] * 6
    assert listed(api, room) == [first]
    cancel(api, first)
    assert [error(book(api, room, **other)) for other in others] == [KEY_REUSED] * 6
    assert listed(api, room) == []


def test_keys_are_shared_by_all_rooms__R5(api, room):
    other = make_room(api)
    booked(api, room, at("09:00"), at("10:00"), key="k")
    assert error(book(api, other, at("09:00"), at("10:00"), key="k")) == KEY_REUSED
    assert listed(api, other) == []


def test_keys_are_compared_exactly__R5(api):
    rooms = {key: make_room(api) for key in ("k", "K", "kk", '"k"', "!", "~", "k" * 64, "k" * 63)}
    first = [booked(api, room, at("09:00"), at("10:00"), key=key) for key, room in rooms.items()]
    again = [booked(api, room, at("09:00"), at("10:00"), key=key) for key, room in rooms.items()]
    assert again == first
    assert [booking["room_id"] for booking in first] == list(rooms.values())


def test_without_the_key_a_repeated_request_is_a_conflict__R5(api, room):
    booked(api, room, at("09:00"), at("10:00"))
    booked(api, room, at("10:00"), at("11:00"), key="k")
    assert error(book(api, room, at("09:00"), at("10:00"))) == CONFLICT
    assert error(book(api, room, at("10:00"), at("11:00"))) == CONFLICT
    assert error(book(api, room, at("10:00"), at("11:00"), key="other")) == CONFLICT


def test_key_is_free_after_a_conflict__R6(api, room):
    blocker = booked(api, room, at("09:30"), at("10:30"))
    assert error(book(api, room, at("09:00"), at("10:00"), key="k")) == CONFLICT
    cancel(api, blocker)
    booking = booked(api, room, at("09:00"), at("10:00"), key="k")
    assert listed(api, room) == [booking]


def test_key_is_free_for_another_booking_after_errors__R6(api, room):
    booked(api, room, at("09:00"), at("10:00"))
    assert error(book(api, room, at("09:00"), at("10:00"), key="k")) == CONFLICT
    assert error(book(api, UNKNOWN_ID, at("09:00"), at("10:00"), key="k")) == NOT_FOUND
    assert faulty(book(api, room, at("12:00"), at("11:00"), key="k")) == {"end"}
    booked(api, room, at("13:00"), at("14:00"), title="Other", key="k")


@pytest.mark.usefixtures("slow_database")
def test_concurrent_requests_with_one_key_create_one_booking__R6(api, room):
    wanted = {"room": room, "start": at("09:00"), "end": at("10:00"), "key": "k"}
    responses = book_at_once(api, [wanted] * 8)
    first = result(responses[0], 201)
    assert [result(response, 201) for response in responses] == [first] * 8
    locations = {response.headers["Location"] for response in responses}
    assert locations == {f"/bookings/{first['id']}"}
    assert listed(api, room) == [first]


def test_everything_is_still_there_after_a_restart__R6(tmp_path):
    path = str(tmp_path / "rooms.db")
    with TestClient(create_app(path)) as api:
        room = make_room(api, 7, "Kept")
        first = booked(api, room, at("09:00"), at("10:00"), key="k")
        cancelled = cancel(api, booked(api, room, at("11:00"), at("12:00"), key="cancelled"))
        later = make_room(api, 7)
    with TestClient(create_app(path)) as api:
        assert result(api.get(f"/rooms/{room}"), 200) == {"id": room, "name": "Kept", "capacity": 7}
        assert read(api, first) == first
        assert read(api, cancelled) == cancelled
        assert listed(api, room) == [first]
        assert error(book(api, room, at("09:30"), at("10:30"))) == CONFLICT
        assert booked(api, room, at("09:00"), at("10:00"), key="k") == first
        assert error(book(api, room, at("13:00"), at("14:00"), key="cancelled")) == KEY_REUSED
        latest = make_room(api, 7)
        items = free(api, "12:00", "13:00")["items"]
        assert [item["room_id"] for item in items] == [room, later, latest]


# Cancelling


def test_cancelled_booking_can_be_read_and_cancelled_again__R7(api, room):
    booking, other = (
        booked(api, room, at(start), at(end))
        for start, end in (("09:00", "10:00"), ("10:00", "11:00"))
    )
    cancelled = booking | {"status": "cancelled"}
    assert cancel(api, booking) == cancelled
    assert cancel(api, booking) == cancelled
    assert read(api, booking) == cancelled
    assert read(api, other) == other
    assert listed(api, room) == [other]


def test_slot_of_a_cancelled_booking_can_be_booked_again__R7(api, room):
    old = booked(api, room, at("09:00"), at("10:00"))
    cancel(api, old)
    new = booked(api, room, at("09:00"), at("10:00"))
    assert new["id"] != old["id"]
    assert error(book(api, room, at("09:30"), at("10:30"))) == CONFLICT
    assert cancel(api, old) == old | {"status": "cancelled"}
    assert listed(api, room) == [new]


def test_body_of_cancel_is_ignored__R7(api, room):
    booking = booked(api, room, at("09:00"), at("10:00"))
    for body in (b"{", b"\xff", b'{"status": "confirmed"}'):
        response = send(api, f"/bookings/{booking['id']}/cancel", body)
        assert result(response, 200) == booking | {"status": "cancelled"}


# The list of a room


def test_list_is_ordered_by_start_and_of_one_room__R8(api, room):
    assert listed(api, room) == []
    booked(api, make_room(api), at("09:00"), at("10:00"))
    times = [("15:00", "16:00"), ("09:00", "10:00"), ("12:00", "12:30"), ("10:00", "11:00")]
    bookings = [booked(api, room, at(start), at(end)) for start, end in times]
    assert listed(api, room) == [bookings[index] for index in (1, 3, 2, 0)]


def test_list_holds_bookings_that_overlap_the_window_whole__R8(api, room):
    booking = booked(api, room, at("10:00"), at("11:00"))
    for start, end, expected in (
        ("10:00", "11:00", [booking]),
        ("11:00", "12:00", []),
        ("09:00", "10:00", []),
        ("10:59:59", "12:00", [booking]),
        ("09:00", "10:00:01", [booking]),
        ("09:00", "12:00", [booking]),
        ("10:15", "10:45", [booking]),
    ):
        assert listed(api, room, {"from": at(start), "to": at(end)}) == expected


def test_window_may_be_written_with_offsets_among_unknown_parameters__R8(api, room):
    booking = booked(api, room, at("10:00"), at("11:00"))
    query = "from=2025-03-03T12:59:59%2B02:00&to=2025-03-03T03:00:00-08:00&page=1&page="
    assert result(api.get(f"/rooms/{room}/bookings?{query}"), 200) == {"items": [booking]}


def test_window_of_31_days_is_the_longest__R8(api, room):
    booking = booked(api, room, "2025-01-31T23:00:00Z", "2025-02-01T01:00:00Z")
    window = {"from": "2025-01-01T00:00:00Z", "to": "2025-02-01T00:00:00Z"}
    assert listed(api, room, window) == [booking]
    window["to"] = "2025-02-01T00:00:01Z"
    assert faulty(api.get(f"/rooms/{room}/bookings", params=window)) == {"to"}


@pytest.mark.parametrize("end", ["09:00:00", "08:59:59"])
def test_empty_or_reversed_window_is_faulty__R8(idle_api, idle_room, end):
    window = {"from": at("09:00"), "to": at(end)}
    assert faulty(idle_api.get(f"/rooms/{idle_room}/bookings", params=window)) == {"to"}


# Free slots


def test_slots_lie_between_bookings_and_the_edges_of_the_window__R9(api, room):
    assert free(api, "09:00", "17:00", 480) == slots(room, ("09:00", "17:00"))
    for start, end in (("14:00", "15:00"), ("10:00", "11:00"), ("15:00", "16:00")):
        booked(api, room, at(start), at(end))
    expected = slots(room, ("09:00", "10:00"), ("11:00", "14:00"), ("16:00", "17:00"))
    assert free(api, "09:00", "17:00") == expected


def test_slots_are_cut_at_the_edges_of_the_window__R9(api, room):
    booked(api, room, at("10:00"), at("11:00"))
    for start, end, times in (
        ("10:30", "13:00", [("11:00", "13:00")]),
        ("08:00", "10:30", [("08:00", "10:00")]),
        ("08:00", "11:00", [("08:00", "10:00")]),
        ("10:15", "10:45", []),
        ("10:00", "11:00", []),
        ("11:00", "12:00", [("11:00", "12:00")]),
        ("09:00", "10:00", [("09:00", "10:00")]),
    ):
        assert free(api, start, end) == slots(room, *times)


def test_stretch_of_exactly_the_duration_counts__R9(api, room):
    booked(api, room, at("09:45"), at("10:00"))
    booked(api, room, at("10:45"), at("11:00"))
    stretches = slots(room, ("09:00", "09:45"), ("10:00", "10:45"), ("11:00", "11:45"))
    assert free(api, "09:00", "11:45", 44) == stretches
    assert free(api, "09:00", "11:45", 45) == stretches
    assert free(api, "09:00", "11:45", 46) == {"items": []}


def test_stretch_one_second_too_short_does_not_count__R9(api, room):
    booked(api, room, at("09:29:59"), at("10:00:01"))
    assert free(api, "09:00", "10:30", 30) == {"items": []}
    expected = slots(room, ("08:59:59", "09:29:59"), ("10:00:01", "10:30:01"))
    assert free(api, "08:59:59", "10:30:01", 30) == expected


def test_cancelled_bookings_leave_time_free__R9(api, room):
    cancel(api, booked(api, room, at("10:00"), at("11:00")))
    assert free(api, "09:00", "12:00") == slots(room, ("09:00", "12:00"))


def test_rooms_come_by_capacity_then_by_creation__R9(api):
    assert free(api, "09:00", "12:00") == {"items": []}
    capacities = [10, 2, 9, 10, 2, 1000, 9, 2, 10, 1, 9, 2]
    rooms = [make_room(api, size, f"Room {99 - number}") for number, size in enumerate(capacities)]
    booked(api, rooms[9], at("10:00"), at("11:00"))
    items = free(api, "09:00", "12:00")["items"]
    assert items[:2] == slots(rooms[9], ("09:00", "10:00"), ("11:00", "12:00"))["items"]
    in_order = [rooms[index] for index in (1, 4, 7, 11, 2, 6, 10, 0, 3, 8, 5)]
    assert items[2:] == [slots(room, ("09:00", "12:00"))["items"][0] for room in in_order]


def test_rooms_below_the_minimum_capacity_are_left_out__R9(api):
    rooms = {make_room(api, capacity): capacity for capacity in (1, 6, 7, 8, 1000)}
    for minimum, capacities in ((1, [1, 6, 7, 8, 1000]), (7, [7, 8, 1000]), (1000, [1000])):
        items = free(api, "09:00", "10:00", min_capacity=minimum)["items"]
        assert [rooms[item["room_id"]] for item in items] == capacities
    assert len(free(api, "09:00", "10:00")["items"]) == 5


# Faulty requests


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"name": "Room", "capacity": 4,}',
        b'{"name": "Room", "capacity": 4} {}',
        b'{"name": "Room", "capacity": NaN}',
        b'{"name": "Room", "capacity": 4, "area": -Infinity}',
        b'{"name": "line\nbreak", "capacity": 4}',
        b'{"name": "Room", "capacity": 4, "note": "\xff"}',
        '{"name": "Room", "capacity": 4}'.encode("utf-16-le"),
        b'[{"name": "Room", "capacity": 4}]',
        b"null",
        b'"Room"',
        b"[" * 20000 + b"]" * 20000,
    ],
)
def test_body_that_is_no_json_object_is_malformed__R10(idle_api, idle_room, body):
    assert error(send(idle_api, "/rooms", body)) == MALFORMED
    assert error(send(idle_api, f"/rooms/{idle_room}/bookings", body)) == MALFORMED


@pytest.mark.parametrize(
    "text", [None, "", "  ", "tab\t", "\x00", "\x1f", "\x7f", "\ud800", "\ude00\ud83d", 5, ["Room"]]
)
def test_faulty_text__R10(idle_api, idle_room, text):
    assert faulty(post(idle_api, "/rooms", {"name": text, "capacity": 4})) == {"name"}
    assert faulty(book(idle_api, idle_room, at("09:00"), at("10:00"), title=text)) == {"title"}


@pytest.mark.parametrize("character", ["n", "\U0001f600"])
def test_text_one_character_too_long__R10(idle_api, idle_room, character):
    assert faulty(post(idle_api, "/rooms", {"name": character * 101, "capacity": 4})) == {"name"}
    response = book(idle_api, idle_room, at("09:00"), at("10:00"), title=character * 201)
    assert faulty(response) == {"title"}


@pytest.mark.parametrize(
    "capacity", ["0", "1001", "1000.5", "0.5", "-4", "1e400", '"10"', "true", "null", "[4]"]
)
def test_faulty_capacity__R10(idle_api, capacity):
    body = f'{{"name": "Room", "capacity": {capacity}}}'
    assert faulty(send(idle_api, "/rooms", body)) == {"capacity"}


@pytest.mark.parametrize(
    "time",
    [
        None,
        1740992400,
        "",
        "2025-02-29T09:00:00Z",
        "2025-04-31T09:00:00Z",
        "2025-13-10T09:00:00Z",
        "2025-03-00T09:00:00Z",
        "2025-03-03T24:00:00Z",
        "2025-03-03T09:60:00Z",
        "2025-03-03T09:00:60Z",
        "2025-03-03T09:00:00",
        "2025-03-03T09:00:00.000Z",
        "2025-03-03T09:00Z",
        "2025-03-03 09:00:00Z",
        "2025-03-03T09:00:00z",
        "2025-03-03t09:00:00Z",
        "2025-03-03T09:00:00+24:00",
        "2025-03-03T09:00:00+01:60",
        "2025-03-03T09:00:00+0100",
        "2025-03-03T09:00:00+01:00:00",
        "2025-03-03T09:00:00 01:00",
        " 2025-03-03T09:00:00Z",
        "2025-03-03T09:00:00Z\n",
        "20250303T090000Z",
        "2025-W10-1T09:00:00Z",
        "2025-03-03T0\u0669:00:00Z",
        "1999-12-31T23:59:59Z",
        "2000-01-01T00:59:59+01:00",
        "2100-01-01T00:00:00Z",
        "2099-12-31T23:00:00-01:00",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
    ],
)
def test_faulty_time__R10(idle_api, idle_room, time):
    assert faulty(book(idle_api, idle_room, time, time)) == {"start", "end"}


@pytest.mark.parametrize("end", ["09:14:59", "17:00:01", "09:00", "08:45"])
def test_booking_too_short_or_too_long_is_faulty_at_its_end__R10(idle_api, idle_room, end):
    assert faulty(book(idle_api, idle_room, at("09:00"), at(end))) == {"end"}


@pytest.mark.parametrize("key", [b"", b"k" * 65, b"two words", b"sch\xf6n", b"\x7f"])
def test_faulty_idempotency_key__R10(idle_api, idle_room, key):
    response = book(idle_api, idle_room, at("09:00"), at("10:00"), key=key)
    assert faulty(response) == {"Idempotency-Key"}


def test_all_faulty_fields_are_reported_at_once__R10(idle_api, idle_room):
    assert faulty(post(idle_api, "/rooms", {"size": 4})) == {"name", "capacity"}
    path, key = f"/rooms/{idle_room}/bookings", {"Idempotency-Key": "two words"}
    assert faulty(post(idle_api, path, {}, key)) == {"title", "start", "end", "Idempotency-Key"}
    body = {"title": "Planning", "start": at("10:00"), "end": at("09:00")}
    assert faulty(post(idle_api, path, body, key)) == {"end", "Idempotency-Key"}
    assert faulty(post(idle_api, path, body | {"start": "10:00"})) == {"start"}
    assert faulty(post(idle_api, path, body | {"end": None})) == {"end"}


def test_idempotency_key_in_the_body_is_an_unknown_field__R10(api, room):
    body = {"title": "x", "start": at("09:00"), "end": at("10:00"), "Idempotency-Key": "two words"}
    result(post(api, f"/rooms/{room}/bookings", body), 201)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"from", "to"}),
        (f"from=&{TO}", {"from"}),
        (f"{FROM}&to", {"to"}),
        (f"{FROM}&{FROM}&{TO}", {"from"}),
        (f"{FROM}&{TO}&to=", {"to"}),
        (f"from=2025-03-03T09:00:00+00:00&{TO}", {"from"}),
        (f"{FROM}&to=2025-02-30T10:00:00Z", {"to"}),
        ("from=2025-03-03T24:00:00Z&to=2025-03-03T09:00:00Z", {"from"}),
    ],
)
def test_faulty_window__R10(idle_api, idle_room, query, names):
    assert faulty(idle_api.get(f"/rooms/{idle_room}/bookings?{query}")) == names
    assert faulty(idle_api.get(f"/free-slots?{query}&duration_minutes=15")) == names


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"duration_minutes"}),
        ("duration_minutes=14", {"duration_minutes"}),
        ("duration_minutes=481", {"duration_minutes"}),
        ("duration_minutes=%2B30", {"duration_minutes"}),
        ("duration_minutes=30.0", {"duration_minutes"}),
        ("duration_minutes=%2030", {"duration_minutes"}),
        ("duration_minutes=30%0A", {"duration_minutes"}),
        ("duration_minutes=%D9%A3%D9%A0", {"duration_minutes"}),
        ("duration_minutes=" + "9" * 5000, {"duration_minutes"}),
        ("duration_minutes=30&duration_minutes=30", {"duration_minutes"}),
        ("duration_minutes=30&min_capacity=", {"min_capacity"}),
        ("duration_minutes=30&min_capacity=0", {"min_capacity"}),
        ("duration_minutes=30&min_capacity=1001", {"min_capacity"}),
        ("duration_minutes=30&min_capacity=4&min_capacity=4", {"min_capacity"}),
        ("duration_minutes=x&min_capacity=x&to=x", {"duration_minutes", "min_capacity", "to"}),
    ],
)
def test_faulty_number_in_a_search__R10(idle_api, query, names):
    assert faulty(idle_api.get(f"/free-slots?{FROM}&{TO}&{query}")) == names


def test_request_to_a_closed_database_is_answered_as_an_error__R10():
    with TestClient(create_app(), raise_server_exceptions=False) as api:
        room = make_room(api)
    status, _ = error(api.get(f"/rooms/{room}"))
    assert status == 500


def test_faults_are_answered_in_the_stated_order__R10(api, room):
    booked(api, room, at("09:00"), at("10:00"), key="used")
    booked(api, room, at("11:00"), at("12:00"))
    path, bad_key = f"/rooms/{UNKNOWN_ID}/bookings", {"Idempotency-Key": "two words"}
    assert error(send(api, path, "[]", bad_key)) == MALFORMED
    assert faulty(book(api, UNKNOWN_ID, at("09:00"), at("09:00"), key="used")) == {"end"}
    assert faulty(api.get(path)) == {"from", "to"}
    assert error(book(api, UNKNOWN_ID, at("09:00"), at("10:00"), key="used")) == NOT_FOUND
    assert error(book(api, room, at("11:00"), at("12:00"), key="used")) == KEY_REUSED
    assert error(book(api, room, at("11:00"), at("12:00"), key="new")) == CONFLICT
