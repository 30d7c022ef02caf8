"""Black-box tests of the room booking API at BASE_URL.

The server may already hold data, of an earlier run for instance: every test makes rooms of its own
and looks only at them, and idempotency keys are new.
"""

import json
import os
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from uuid import uuid4

import httpx
import pytest

NOT_FOUND = (404, "not_found")
CONFLICT = (409, "booking_conflict")
KEY_REUSED = (422, "idempotency_key_reused")
MALFORMED = (400, "malformed_json")
UNKNOWN_ID = "no-such-id"
MARCH = {"from": "2025-03-01T00:00:00Z", "to": "2025-04-01T00:00:00Z"}


@pytest.fixture(scope="session")
def api():
    with httpx.Client(base_url=os.environ["BASE_URL"], trust_env=False, timeout=10) as client:
        yield client


@pytest.fixture
def room(api):
    """A room without bookings."""
    return make_room(api)


@pytest.fixture(scope="session")
def empty_room(api):
    """A room for tests that do not book it."""
    return make_room(api)


def at(clock):
    """The time of day, HH:MM or HH:MM:SS, on 2025-03-03 in UTC."""
    return f"2025-03-03T{clock if len(clock) > 5 else clock + ':00'}Z"


def later(time, minutes):
    """The time in UTC so many minutes later."""
    return (datetime.fromisoformat(time) + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%XZ")


def new_key():
    return f"key-{uuid4()}"


def json_body(response):
    assert response.headers["Content-Type"].split(";")[0].strip() == "application/json"
    return response.json()


def result(response, status):
    """The body of a successful response."""
    assert response.status_code == status, response.text
    return json_body(response)


def error_object(response):
    body = json_body(response)
    assert set(body) == {"error"}
    assert isinstance(body["error"]["message"], str)
    assert body["error"]["message"]
    return body["error"]


def error(response):
    """Status and code of an error response without fields."""
    found = error_object(response)
    assert set(found) == {"code", "message"}
    return response.status_code, found["code"]


def faulty(response):
    """Names of the inputs that an answer 422 validation_failed calls faulty."""
    assert response.status_code == 422, response.text
    found = error_object(response)
    assert set(found) == {"code", "message", "fields"}
    assert found["code"] == "validation_failed"
    assert all(isinstance(text, str) and text for text in found["fields"].values())
    return set(found["fields"])


def send(api, path, body, headers=None):
    """POST bytes, text or pieces of bytes as they are; they need not be JSON."""
    return api.post(
        path, content=body, headers={"Content-Type": "application/json"} | (headers or {})
    )


def post(api, path, value, headers=None):
    """POST a value as JSON; in ASCII, so that unpaired surrogates can be sent."""
    return send(api, path, json.dumps(value), headers)


def make_room(api, capacity=4, name="Room"):
    return result(post(api, "/rooms", {"name": name, "capacity": capacity}), 201)["id"]


def book(api, room, start, end, title="Planning", key=None, pieces=None):
    headers = None if key is None else {"Idempotency-Key": key}
    body = json.dumps({"title": title, "start": start, "end": end}).encode()
    return send(api, f"/rooms/{room}/bookings", pieces(body) if pieces else body, headers)


def booked(api, room, start, end, **more):
    return result(book(api, room, start, end, **more), 201)


def cancel(api, booking):
    return result(api.post(f"/bookings/{booking['id']}/cancel"), 200)


def read(api, booking):
    return result(api.get(f"/bookings/{booking['id']}"), 200)


def listed(api, room, window=MARCH):
    body = result(api.get(f"/rooms/{room}/bookings", params=window), 200)
    assert set(body) == {"items"}
    return body["items"]


def free(api, rooms, start, end, minutes=15, **more):
    """Free slots of the given rooms, in the order of the answer, as (room, start, end)."""
    params = {"from": start, "to": end, "duration_minutes": minutes, **more}
    body = result(api.get("/free-slots", params=params), 200)
    assert set(body) == {"items"}
    assert all(set(item) == {"room_id", "start", "end"} for item in body["items"])
    slots = [(item["room_id"], item["start"], item["end"]) for item in body["items"]]
    return [slot for slot in slots if slot[0] in rooms]


def book_at_once(api, requests):
    """Responses to requests, given as arguments of ``book``, that arrive at the same time."""
    barrier = Barrier(len(requests))

    def held_back(body):
        """The body in two pieces; the second is sent when every request has sent its first."""
        yield body[:-1]
        barrier.wait(timeout=10)
        yield body[-1:]

    def run(arguments):
        return book(api, **arguments, pieces=held_back)

    with ThreadPoolExecutor(len(requests)) as pool:
        return list(pool.map(run, requests))


def hours(room, first, last):
    """Arguments of ``book`` for every full hour."""
    return [
        {"room": room, "start": at(f"{hour:02}:00"), "end": at(f"{hour + 1:02}:00")}
        for hour in range(first, last)
    ]


def test_health(api):
    assert result(api.get("/health"), 200) == {"status": "ok"}


# Rooms


def test_created_room_is_answered_with_location_and_can_be_read__R1(api):
    response = post(api, "/rooms", {"name": "Alice's room", "capacity": 12})
    room = result(response, 201)
    assert room == {"id": room["id"], "name": "Alice's room", "capacity": 12}
    assert re.fullmatch(r"[A-Za-z0-9_-]+", room["id"])
    assert response.headers["Location"] == f"/rooms/{room['id']}"
    assert result(api.get(f"/rooms/{room['id']}"), 200) == room


def test_room_is_answered_whole_to_a_conditional_request__R1(api, room):
    response = api.get(f"/rooms/{room}", headers={"If-None-Match": "*"})
    assert result(response, 200)["id"] == room


def test_rooms_may_share_a_name__R1(api):
    first, second = make_room(api, 2, "Twin"), make_room(api, 3, "Twin")
    assert first != second
    assert result(api.get(f"/rooms/{first}"), 200) == {"id": first, "name": "Twin", "capacity": 2}
    assert result(api.get(f"/rooms/{second}"), 200) == {"id": second, "name": "Twin", "capacity": 3}


@pytest.mark.parametrize(
    "name",
    [
        "x",
        "  two spaces around  ",
        "\u00a0",
        "\u3000",
        "\u0080\u0085\u009f",
        "\ufeffmark",
        "e\u0301 and \u00e9",
        "会议室 A",
        "n" * 100,
        "\U0001f600" * 100,
        "'; DROP TABLE rooms; --",
        '"quoted" \\ and </script>',
    ],
)
def test_name_is_returned_exactly_as_sent__R1(api, name):
    room = result(post(api, "/rooms", {"name": name, "capacity": 4}), 201)
    assert room["name"] == name
    assert result(api.get(f"/rooms/{room['id']}"), 200)["name"] == name


@pytest.mark.parametrize(
    ("written", "capacity"), [("1", 1), ("1000", 1000), ("10.0", 10), ("1e1", 10)]
)
def test_capacity_with_a_whole_value_is_accepted__R1(api, written, capacity):
    room = result(send(api, "/rooms", f'{{"name": "Room", "capacity": {written}}}'), 201)
    assert room["capacity"] == capacity
    assert result(api.get(f"/rooms/{room['id']}"), 200)["capacity"] == capacity


def test_unknown_body_fields_are_ignored__R1(api):
    body = {"name": "Room", "capacity": 4, "id": "mine", "floor": None, "__proto__": {"name": 1}}
    room = result(post(api, "/rooms", body), 201)
    assert room == {"id": room["id"], "name": "Room", "capacity": 4}
    assert room["id"] != "mine"


@pytest.mark.parametrize(
    "unknown",
    [
        UNKNOWN_ID,
        "0",
        "1",
        "-1",
        "1.0",
        "null",
        "__proto__",
        "x" * 300,
        "%20",
        "%00",
        "%FF",
        "a%2Fb",
        "%F0%9F%98%80",
        "%27%20OR%20%271%27=%271",
        "00000000-0000-0000-0000-000000000000",
    ],
)
def test_unknown_id_of_any_form_is_not_found__R1(api, unknown):
    assert error(api.get(f"/rooms/{unknown}")) == NOT_FOUND
    assert error(book(api, unknown, at("09:00"), at("10:00"))) == NOT_FOUND
    assert error(api.get(f"/rooms/{unknown}/bookings", params=MARCH)) == NOT_FOUND
    assert error(api.get(f"/bookings/{unknown}")) == NOT_FOUND
    assert error(api.post(f"/bookings/{unknown}/cancel")) == NOT_FOUND


@pytest.mark.parametrize("form", ["{}%20", "%20{}", "0{}", "{}.0", "{}%00", "{}x"])
def test_ids_are_compared_exactly__R1(api, room, form):
    booking = booked(api, room, at("09:00"), at("10:00"))
    assert error(api.get(f"/rooms/{form.format(room)}")) == NOT_FOUND
    assert error(api.get(f"/bookings/{form.format(booking['id'])}")) == NOT_FOUND
    assert error(api.post(f"/bookings/{form.format(booking['id'])}/cancel")) == NOT_FOUND
    assert read(api, booking) == booking


@pytest.mark.parametrize("path", ["/", "/nothing", "/rooms/a/b/c", "/docs", "/openapi.json"])
def test_unknown_path_is_not_found__R1(api, path):
    assert error(api.get(path)) == NOT_FOUND


# Booking


def test_booking_is_answered_with_location_and_can_be_read__R2(api, room):
    response = book(api, room, at("09:00"), at("10:30"), title="Planning with Bob")
    booking = result(response, 201)
    assert booking == {
        "id": booking["id"],
        "room_id": room,
        "title": "Planning with Bob",
        "start": "2025-03-03T09:00:00Z",
        "end": "2025-03-03T10:30:00Z",
        "status": "confirmed",
    }
    assert re.fullmatch(r"[A-Za-z0-9_-]+", booking["id"])
    assert response.headers["Location"] == f"/bookings/{booking['id']}"
    assert read(api, booking) == booking
    assert listed(api, room) == [booking]


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2025-06-01T09:30:59Z", "2025-06-01T09:30:59Z"),
        ("2025-06-01T11:30:00+02:00", "2025-06-01T09:30:00Z"),
        ("2025-06-01T11:30:00-05:45", "2025-06-01T17:15:00Z"),
        ("2025-06-01T11:30:00-00:00", "2025-06-01T11:30:00Z"),
        ("2025-06-01T11:30:00-00:30", "2025-06-01T12:00:00Z"),
        ("2025-06-02T01:00:00+02:00", "2025-06-01T23:00:00Z"),
        ("2025-03-01T00:30:00+01:00", "2025-02-28T23:30:00Z"),
        ("2024-03-01T00:30:00+01:00", "2024-02-29T23:30:00Z"),
        ("2024-12-31T22:00:00-03:00", "2025-01-01T01:00:00Z"),
        ("2025-01-01T00:00:00+00:01", "2024-12-31T23:59:00Z"),
        ("2025-06-02T23:59:00+23:59", "2025-06-02T00:00:00Z"),
        ("2025-06-01T00:00:01-23:59", "2025-06-01T23:59:01Z"),
    ],
)
def test_times_come_back_in_utc__R2(api, room, written, utc):
    after = booked(api, room, written, later(utc, 60))
    assert (after["start"], after["end"]) == (utc, later(utc, 60))
    before = booked(api, room, later(utc, -60), written)
    assert (before["start"], before["end"]) == (later(utc, -60), utc)
    assert (read(api, after), read(api, before)) == (after, before)


@pytest.mark.parametrize(
    ("start", "end", "utc"),
    [
        ("2000-01-01T00:00:00Z", "2000-01-01T01:00:00Z", "2000-01-01T00:00:00Z"),
        ("1999-12-31T23:00:00-01:00", "2000-01-01T01:00:00Z", "2000-01-01T00:00:00Z"),
        ("2099-12-31T22:59:59Z", "2099-12-31T23:59:59Z", "2099-12-31T22:59:59Z"),
        ("2099-12-31T22:59:59Z", "2100-01-01T00:59:59+01:00", "2099-12-31T22:59:59Z"),
    ],
)
def test_first_and_last_possible_instant__R2(api, room, start, end, utc):
    booking = booked(api, room, start, end)
    assert (booking["start"], booking["end"]) == (utc, later(utc, 60))


def test_times_are_compared_as_instants__R2(api, room):
    booked(api, room, "2025-03-03T09:00:00Z", "2025-03-03T10:00:00Z")
    early = ("2025-03-02T23:30:00-10:00", "2025-03-03T00:30:00-10:00")
    assert error(book(api, room, *early)) == CONFLICT
    late = ("2025-03-03T14:59:59+05:00", "2025-03-03T16:00:00+05:00")
    assert error(book(api, room, *late)) == CONFLICT
    booked(api, room, "2025-03-03T09:00:00+05:00", "2025-03-03T10:00:00+05:00")
    booked(api, room, "2025-03-03T12:00:00+02:00", "2025-03-03T13:00:00+02:00")


@pytest.mark.parametrize("title", [" t ", "\u3000", "\U0001f600" * 200, "t" * 200, "e\u0301"])
def test_title_is_returned_exactly_as_sent__R2(api, room, title):
    booking = booked(api, room, at("09:00"), at("10:00"), title=title)
    assert booking["title"] == title
    assert read(api, booking)["title"] == title


@pytest.mark.parametrize(
    ("start", "end"), [("09:00", "09:15"), ("09:00", "17:00"), ("09:00:59", "09:15:59")]
)
def test_shortest_and_longest_booking__R2(api, room, start, end):
    booking = booked(api, room, at(start), at(end))
    assert (booking["start"], booking["end"]) == (at(start), at(end))


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("10:00", "12:00"),
        ("09:00", "11:00"),
        ("11:00", "13:00"),
        ("10:30", "11:30"),
        ("09:00", "13:00"),
        ("10:00", "11:00"),
        ("11:00", "12:00"),
        ("09:00", "12:00"),
        ("10:00", "13:00"),
        ("09:00", "10:00:01"),
        ("11:59:59", "13:00"),
    ],
)
def test_overlap_is_refused_and_nothing_stored__R3(api, room, start, end):
    booking = booked(api, room, at("10:00"), at("12:00"))
    assert error(book(api, room, at(start), at(end))) == CONFLICT
    assert listed(api, room) == [booking]


@pytest.mark.parametrize(
    ("start", "end"),
    [("08:30", "09:30"), ("10:30", "11:30"), ("11:30", "12:30"), ("09:30", "13:30")],
)
def test_overlap_with_any_of_several_bookings_is_refused__R3(api, room, start, end):
    for taken in (("08:00", "09:00"), ("12:00", "13:00"), ("10:00", "11:00")):
        booked(api, room, at(taken[0]), at(taken[1]))
    assert error(book(api, room, at(start), at(end))) == CONFLICT
    assert len(listed(api, room)) == 3


def test_refused_booking_takes_no_time__R3(api, room):
    booked(api, room, at("10:00"), at("12:00"))
    assert error(book(api, room, at("11:00"), at("14:00"))) == CONFLICT
    booked(api, room, at("12:00"), at("14:00"))


def test_touching_bookings_do_not_conflict__R3(api, room):
    middle = booked(api, room, at("10:00"), at("12:00"))
    before = booked(api, room, at("09:00"), at("10:00"))
    after = booked(api, room, at("12:00"), at("13:00"))
    assert listed(api, room) == [before, middle, after]


def test_bookings_of_other_rooms_do_not_conflict__R3(api, room):
    other = make_room(api)
    first = booked(api, room, at("10:00"), at("12:00"))
    second = booked(api, other, at("10:00"), at("12:00"))
    assert listed(api, room) == [first]
    assert listed(api, other) == [second]


@pytest.mark.parametrize(
    ("start", "end"), [("09:00", "09:15"), ("12:00", "13:00"), ("08:00", "16:00")]
)
def test_one_of_several_concurrent_bookings_wins__R4(api, room, start, end):
    wanted = {"room": room, "start": at(start), "end": at(end)}
    responses = book_at_once(api, [wanted | {"title": f"Team {number}"} for number in range(12)])
    created = [response for response in responses if response.status_code == 201]
    refused = [response for response in responses if response.status_code != 201]
    assert [error(response) for response in refused] == [CONFLICT] * 11
    assert listed(api, room) == [result(response, 201) for response in created]


def test_one_of_several_concurrent_overlapping_bookings_wins__R4(api, room):
    times = [(at(f"09:{minute:02}"), at(f"10:{minute:02}")) for minute in range(0, 60, 5)]
    wanted = [{"room": room, "start": start, "end": end} for start, end in times]
    responses = book_at_once(api, wanted)
    assert sorted(response.status_code for response in responses) == [201] + [409] * 11
    created = [response.json() for response in responses if response.status_code == 201]
    assert listed(api, room) == created


def test_concurrent_bookings_that_do_not_overlap_all_succeed__R4(api, room):
    responses = book_at_once(api, hours(room, 8, 20))
    assert listed(api, room) == [result(response, 201) for response in responses]


# Idempotency


def test_repeated_request_gets_the_first_answer__R5(api, room):
    key = new_key()
    first = book(api, room, at("09:00"), at("10:00"), key=key)
    for _ in range(2):
        again = book(api, room, at("09:00"), at("10:00"), key=key)
        assert result(again, 201) == result(first, 201)
        assert again.headers["Location"] == f"/bookings/{first.json()['id']}"
    assert listed(api, room) == [first.json()]


def test_times_written_with_another_offset_are_the_same_booking__R5(api, room):
    key = new_key()
    first = booked(api, room, "2025-03-03T00:30:00Z", "2025-03-03T01:30:00Z", key=key)
    other = ("2025-03-02T22:30:00-02:00", "2025-03-03T03:15:00+01:45")
    assert booked(api, room, *other, key=key) == first
    assert listed(api, room) == [first]


def test_whatever_else_the_body_holds_does_not_matter__R5(api, room):
    key = new_key()
    first = booked(api, room, at("09:00"), at("10:00"), key=key)
    body = (
        '{ "note": [1], "end": "2025-03-03T10:00:00Z",'
        ' "title": "Pl\\u0061nning", "start": "2025-03-03T09:00:00Z" }'
    )
    again = send(api, f"/rooms/{room}/bookings", body, {"Idempotency-Key": key})
    assert result(again, 201) == first
    assert listed(api, room) == [first]


def test_first_answer_is_repeated_after_cancelling__R5(api, room):
    key = new_key()
    first = book(api, room, at("09:00"), at("10:00"), key=key)
    cancelled = cancel(api, first.json())
    again = book(api, room, at("09:00"), at("10:00"), key=key)
    assert result(again, 201) == first.json()
    assert again.json()["status"] == "confirmed"
    assert again.headers["Location"] == first.headers["Location"]
    assert listed(api, room) == []
    assert read(api, cancelled) == cancelled


def test_first_answer_is_repeated_when_the_slot_has_gone_to_another__R5(api, room):
    key = new_key()
    first = booked(api, room, at("09:00"), at("10:00"), key=key)
    cancel(api, first)
    other = booked(api, room, at("09:30"), at("10:30"))
    assert booked(api, room, at("09:00"), at("10:00"), key=key) == first
    assert listed(api, room) == [other]


@pytest.mark.parametrize(
    "change",
    [
        {"title": "planning"},
        {"title": "Planning "},
        {"start": at("09:00:01")},
        {"end": at("10:00:01")},
        {"start": "2025-03-03T09:00:00+00:01"},
        {"start": "2025-03-04T09:00:00Z", "end": "2025-03-04T10:00:00Z"},
    ],
)
def test_used_key_with_another_booking_is_refused__R5(api, room, change):
    wanted = {"start": at("09:00"), "end": at("10:00"), "title": "Planning", "key": new_key()}
    first = booked(api, room, **wanted)
    assert error(book(api, room, **(wanted | change))) == KEY_REUSED
    assert listed(api, room) == [first]
    assert booked(api, room, **wanted) == first


def test_used_key_with_another_room_is_refused__R5(api, room):
    key, other = new_key(), make_room(api)
    first = booked(api, room, at("09:00"), at("10:00"), key=key)
    assert error(book(api, other, at("09:00"), at("10:00"), key=key)) == KEY_REUSED
    assert listed(api, room) == [first]
    assert listed(api, other) == []


def test_key_of_a_cancelled_booking_stays_used__R5(api, room):
    key = new_key()
    cancel(api, booked(api, room, at("09:00"), at("10:00"), key=key))
    assert error(book(api, room, at("11:00"), at("12:00"), key=key)) == KEY_REUSED
    assert listed(api, room) == []


def test_keys_are_compared_exactly__R5(api, room):
    key = new_key()
    keys = [key, key.upper(), f"{key}x", key[:-1], f'"{key}"']
    wanted = [request | {"key": key} for request, key in zip(hours(room, 9, 14), keys, strict=True)]
    bookings = [booked(api, **request) for request in wanted]
    assert len({booking["id"] for booking in bookings}) == len(keys)
    assert [booked(api, **request) for request in wanted] == bookings
    assert listed(api, room) == bookings


@pytest.mark.parametrize("form", ["{}{}", "!~{}", "!\"#$%&'()*+,-./:;<=>?@[\\]^_`|~{:.20}"])
def test_keys_of_all_allowed_characters_are_remembered__R5(api, room, form):
    key = form.format(uuid4().hex, uuid4().hex)
    first = booked(api, room, at("09:00"), at("10:00"), key=key)
    assert booked(api, room, at("09:00"), at("10:00"), key=key) == first
    assert error(book(api, room, at("11:00"), at("12:00"), key=key)) == KEY_REUSED


@pytest.mark.parametrize("key", ["!", "~", "0"])
def test_key_of_one_character_is_remembered__R5(api, room, key):
    book(api, room, at("09:00"), at("10:00"), key=key)  # refused if the key is known from before
    assert error(book(api, room, at("11:00"), at("12:00"), key=key)) == KEY_REUSED


def test_without_the_key_a_repeated_request_is_a_conflict__R5(api, room):
    first = booked(api, room, at("09:00"), at("10:00"))
    second = booked(api, room, at("10:00"), at("11:00"), key=new_key())
    assert error(book(api, room, at("09:00"), at("10:00"))) == CONFLICT
    assert error(book(api, room, at("10:00"), at("11:00"))) == CONFLICT
    assert error(book(api, room, at("10:00"), at("11:00"), key=new_key())) == CONFLICT
    assert listed(api, room) == [first, second]


def test_key_is_free_after_a_conflict__R6(api, room):
    key = new_key()
    blocker = booked(api, room, at("09:30"), at("10:30"))
    for _ in range(2):
        assert error(book(api, room, at("09:00"), at("10:00"), key=key)) == CONFLICT
    cancel(api, blocker)
    booking = booked(api, room, at("09:00"), at("10:00"), key=key)
    assert booked(api, room, at("09:00"), at("10:00"), key=key) == booking
    assert listed(api, room) == [booking]


def test_key_is_free_for_another_booking_after_errors__R6(api, room):
    key = new_key()
    booked(api, room, at("09:00"), at("10:00"))
    assert error(book(api, room, at("09:00"), at("10:00"), key=key)) == CONFLICT
    assert error(book(api, UNKNOWN_ID, at("09:00"), at("10:00"), key=key)) == NOT_FOUND
    malformed = send(api, f"/rooms/{room}/bookings", "{", {"Idempotency-Key": key})
    assert error(malformed) == MALFORMED
    assert faulty(book(api, room, at("12:00"), at("11:00"), key=key)) == {"end"}
    booked(api, room, at("13:00"), at("14:00"), title="Other", key=key)


@pytest.mark.parametrize(
    ("start", "end"), [("09:00", "09:15"), ("12:00", "13:00"), ("08:00", "16:00")]
)
def test_concurrent_requests_with_one_key_create_one_booking__R6(api, room, start, end):
    wanted = {"room": room, "start": at(start), "end": at(end), "key": new_key()}
    responses = book_at_once(api, [wanted] * 12)
    first = result(responses[0], 201)
    assert [result(response, 201) for response in responses] == [first] * 12
    assert {response.headers["Location"] for response in responses} == {f"/bookings/{first['id']}"}
    assert listed(api, room) == [first]


def test_concurrent_requests_with_one_key_for_different_bookings_create_one__R6(api, room):
    key = new_key()
    responses = book_at_once(api, [request | {"key": key} for request in hours(room, 8, 16)])
    created = [response for response in responses if response.status_code == 201]
    refused = [response for response in responses if response.status_code != 201]
    assert [error(response) for response in refused] == [KEY_REUSED] * 7
    assert listed(api, room) == [result(response, 201) for response in created]


# Cancelling


def test_cancelling_is_answered_with_the_cancelled_booking__R7(api, room):
    booking = booked(api, room, at("09:00"), at("10:00"))
    cancelled = booking | {"status": "cancelled"}
    assert cancel(api, booking) == cancelled
    assert cancel(api, booking) == cancelled
    assert read(api, booking) == cancelled


def test_cancelled_booking_is_missing_from_the_list_and_others_stay__R7(api, room):
    first, second, third = (booked(api, **request) for request in hours(room, 9, 12))
    cancel(api, second)
    assert listed(api, room) == [first, third]
    assert read(api, first) == first


def test_slot_of_a_cancelled_booking_can_be_booked_again__R7(api, room):
    old = booked(api, room, at("09:00"), at("10:00"))
    cancel(api, old)
    new = booked(api, room, at("09:00"), at("10:00"))
    assert new["id"] != old["id"]
    assert error(book(api, room, at("09:30"), at("10:30"))) == CONFLICT
    assert cancel(api, old) == old | {"status": "cancelled"}
    assert listed(api, room) == [new]


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"status": "confirmed"}'])
def test_body_of_cancel_is_ignored__R7(api, room, body):
    booking = booked(api, room, at("09:00"), at("10:00"))
    response = send(api, f"/bookings/{booking['id']}/cancel", body)
    assert result(response, 200) == booking | {"status": "cancelled"}


# The list of a room


def test_list_is_ordered_by_start__R8(api, room):
    requests = hours(room, 8, 14)
    bookings = [booked(api, **requests[index]) for index in (4, 1, 5, 0, 3, 2)]
    assert listed(api, room) == sorted(bookings, key=lambda booking: booking["start"])


def test_list_holds_bookings_of_this_room_only__R8(api, room):
    booked(api, make_room(api), at("09:00"), at("10:00"))
    assert listed(api, room) == []


@pytest.mark.parametrize(
    ("start", "end", "is_listed"),
    [
        ("10:00", "11:00", True),
        ("11:00", "12:00", False),
        ("09:00", "10:00", False),
        ("10:59:59", "12:00", True),
        ("09:00", "10:00:01", True),
        ("09:00", "10:30", True),
        ("10:30", "12:00", True),
        ("09:00", "12:00", True),
        ("10:15", "10:45", True),
        ("10:30", "10:30:01", True),
        ("08:00", "09:00", False),
        ("12:00", "13:00", False),
    ],
)
def test_list_holds_bookings_that_overlap_the_window_whole__R8(api, room, start, end, is_listed):
    booking = booked(api, room, at("10:00"), at("11:00"))
    assert listed(api, room, {"from": at(start), "to": at(end)}) == [booking] * is_listed


def test_window_may_be_written_with_offsets_among_unknown_parameters__R8(api, room):
    booking = booked(api, room, at("10:00"), at("11:00"))
    query = "from=2025-03-03T12:59:59%2B02:00&to=2025-03-03T03:00:00-08:00&page=1&page=&x"
    assert result(api.get(f"/rooms/{room}/bookings?{query}"), 200) == {"items": [booking]}
    query = "from=2025-03-03T13:00:00%2B02:00&to=2025-03-03T04:00:00-08:00"
    assert result(api.get(f"/rooms/{room}/bookings?{query}"), 200) == {"items": []}


def test_window_of_31_days_is_the_longest__R8(api, room):
    first = booked(api, room, "2025-01-01T00:00:00Z", "2025-01-01T01:00:00Z")
    last = booked(api, room, "2025-01-31T23:00:00Z", "2025-02-01T01:00:00Z")
    window = {"from": "2025-01-01T00:00:00Z", "to": "2025-02-01T00:00:00Z"}
    assert listed(api, room, window) == [first, last]
    window["to"] = "2025-02-01T00:00:01Z"
    assert faulty(api.get(f"/rooms/{room}/bookings", params=window)) == {"to"}
    assert faulty(api.get("/free-slots", params=window | {"duration_minutes": 15})) == {"to"}


@pytest.mark.parametrize("end", ["09:00:00", "08:59:59"])
def test_empty_or_reversed_window_is_faulty__R8(api, empty_room, end):
    window = {"from": at("09:00"), "to": at(end)}
    assert faulty(api.get(f"/rooms/{empty_room}/bookings", params=window)) == {"to"}
    assert faulty(api.get("/free-slots", params=window | {"duration_minutes": 15})) == {"to"}


# Free slots


def test_room_without_bookings_is_free_for_the_whole_window__R9(api, room):
    assert free(api, [room], at("09:00"), at("10:00")) == [(room, at("09:00"), at("10:00"))]
    window = ("2025-01-01T00:00:00Z", "2025-02-01T00:00:00Z")
    assert free(api, [room], *window, minutes=480) == [(room, *window)]


def test_slots_lie_between_bookings_and_the_edges_of_the_window__R9(api, room):
    booked(api, room, at("14:00"), at("15:00"))
    booked(api, room, at("10:00"), at("11:00"))
    assert free(api, [room], at("09:00"), at("17:00")) == [
        (room, at("09:00"), at("10:00")),
        (room, at("11:00"), at("14:00")),
        (room, at("15:00"), at("17:00")),
    ]


def test_touching_bookings_leave_no_slot_between_them__R9(api, room):
    for request in hours(room, 10, 13):
        booked(api, **request)
    assert free(api, [room], at("09:00"), at("14:00")) == [
        (room, at("09:00"), at("10:00")),
        (room, at("13:00"), at("14:00")),
    ]


@pytest.mark.parametrize(
    ("start", "end", "slots"),
    [
        ("10:30", "13:00", [("11:00", "13:00")]),
        ("08:00", "10:30", [("08:00", "10:00")]),
        ("10:00", "13:00", [("11:00", "13:00")]),
        ("08:00", "11:00", [("08:00", "10:00")]),
        ("10:15", "10:45", []),
        ("10:00", "11:00", []),
        ("11:00", "12:00", [("11:00", "12:00")]),
        ("09:00", "10:00", [("09:00", "10:00")]),
    ],
)
def test_slots_are_cut_at_the_edges_of_the_window__R9(api, room, start, end, slots):
    booked(api, room, at("10:00"), at("11:00"))
    expected = [(room, at(first), at(last)) for first, last in slots]
    assert free(api, [room], at(start), at(end)) == expected


@pytest.mark.parametrize(("minutes", "count"), [(44, 3), (45, 3), (46, 0), (480, 0)])
def test_stretch_of_exactly_the_duration_counts__R9(api, room, minutes, count):
    booked(api, room, at("09:45"), at("10:00"))
    booked(api, room, at("10:45"), at("11:00"))
    slots = [
        (room, at("09:00"), at("09:45")),
        (room, at("10:00"), at("10:45")),
        (room, at("11:00"), at("11:45")),
    ]
    assert free(api, [room], at("09:00"), at("11:45"), minutes=minutes) == slots[:count]


def test_stretch_one_second_too_short_does_not_count__R9(api, room):
    booked(api, room, at("09:29:59"), at("10:00:01"))
    assert free(api, [room], at("09:00"), at("10:30"), minutes=30) == []
    assert free(api, [room], at("08:59:59"), at("10:30:01"), minutes=30) == [
        (room, at("08:59:59"), at("09:29:59")),
        (room, at("10:00:01"), at("10:30:01")),
    ]


def test_cancelled_and_refused_bookings_and_other_rooms_leave_time_free__R9(api, room):
    cancel(api, booked(api, room, at("10:00"), at("11:00")))
    booking = booked(api, room, at("12:00"), at("13:00"))
    assert error(book(api, room, at("12:30"), at("14:00"))) == CONFLICT
    booked(api, make_room(api), at("09:00"), at("15:00"))
    assert free(api, [room], at("09:00"), at("15:00")) == [
        (room, at("09:00"), at("12:00")),
        (room, at("13:00"), at("15:00")),
    ]
    cancel(api, booking)
    whole = [(room, at("09:00"), at("15:00"))]
    assert free(api, [room], at("09:00"), at("15:00")) == whole


def test_rooms_come_by_capacity_then_by_creation__R9(api):
    capacities = [10, 2, 9, 10, 2, 1000, 9, 2, 10, 1, 9, 2]
    rooms = [make_room(api, size, f"Room {99 - number}") for number, size in enumerate(capacities)]
    booked(api, rooms[3], at("10:00"), at("11:00"))
    in_order = [rooms[index] for index in (9, 1, 4, 7, 11, 2, 6, 10, 0, 3, 8, 5)]
    expected = []
    for room in in_order:
        times = [("09:00", "12:00")]
        if room == rooms[3]:
            times = [("09:00", "10:00"), ("11:00", "12:00")]
        expected += [(room, at(start), at(end)) for start, end in times]
    assert free(api, rooms, at("09:00"), at("12:00")) == expected


def test_rooms_below_the_minimum_capacity_are_left_out__R9(api):
    rooms = {make_room(api, capacity): capacity for capacity in (1, 6, 7, 8, 1000)}

    def capacities(**more):
        return [rooms[slot[0]] for slot in free(api, rooms, at("09:00"), at("10:00"), **more)]

    assert capacities() == [1, 6, 7, 8, 1000]
    assert capacities(min_capacity=1) == [1, 6, 7, 8, 1000]
    assert capacities(min_capacity=7) == [7, 8, 1000]
    assert capacities(min_capacity=1000) == [1000]


def test_window_of_a_search_may_be_written_with_offsets__R9(api, room):
    booked(api, room, at("10:00"), at("11:00"))
    window = ("2025-03-03T11:00:00+02:00", "2025-03-03T06:30:00-05:00")
    assert free(api, [room], *window, minutes=30, color="red") == [
        (room, at("09:00"), at("10:00")),
        (room, at("11:00"), at("11:30")),
    ]


# Faulty requests


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"{",
        b'{"name": "Room", "capacity": 4,}',
        b'{"name": "Room", "capacity": 4} {}',
        b"{'name': 'Room', 'capacity': 4}",
        b'{"name": "Room", "capacity": 4 /* seats */}',
        b'{"name": "Room", "capacity": 04}',
        b'{"name": "Room", "capacity": NaN}',
        b'{"name": "Room", "capacity": 4, "area": Infinity}',
        b'{"name": "Room", "capacity": 4, "area": -Infinity}',
        b'{"name": "line\nbreak", "capacity": 4}',
        b'{"name": "caf\xe9", "capacity": 4}',
        b'{"name": "Room", "capacity": 4, "note": "\xff"}',
        b'{"name": "\xed\xa0\x80", "capacity": 4}',
        '{"name": "Room", "capacity": 4}'.encode("utf-16-le"),
        '{"name": "Room", "capacity": 4}'.encode("utf-16"),
        b"[]",
        b'[{"name": "Room", "capacity": 4}]',
        b"null",
        b"true",
        b"4",
        b'"Room"',
        b"[" * 20000 + b"]" * 20000,
    ],
)
def test_body_that_is_no_json_object_is_malformed__R10(api, empty_room, body):
    assert error(send(api, "/rooms", body)) == MALFORMED
    assert error(send(api, f"/rooms/{empty_room}/bookings", body)) == MALFORMED


@pytest.mark.parametrize(
    "name",
    [
        None,
        "",
        " ",
        "   ",
        "n" * 101,
        "\U0001f600" * 101,
        "tab\t",
        "line\n",
        "\x00",
        "\x1f",
        "del\x7f",
        "\ud800",
        "low \udc00",
        "\ude00\ud83d",
        5,
        True,
        ["Room"],
        {"name": "Room"},
    ],
)
def test_faulty_name__R10(api, name):
    assert faulty(post(api, "/rooms", {"name": name, "capacity": 4})) == {"name"}


@pytest.mark.parametrize(
    "capacity",
    [
        *("0", "-1", "1001", "1000.5", "0.5", "4.5", "1e400", "1" + "0" * 400),
        *('"10"', '""', "true", "false", "null", "[4]", "{}"),
    ],
)
def test_faulty_capacity__R10(api, capacity):
    body = f'{{"name": "Room", "capacity": {capacity}}}'
    assert faulty(send(api, "/rooms", body)) == {"capacity"}


@pytest.mark.parametrize(
    "title",
    [None, "", "  ", "t" * 201, "\U0001f600" * 201, "\u0007", "\x7f", "\udfff", 1, ["Planning"]],
)
def test_faulty_title__R10(api, empty_room, title):
    assert faulty(book(api, empty_room, at("09:00"), at("10:00"), title=title)) == {"title"}


@pytest.mark.parametrize(
    "time",
    [
        None,
        "",
        1740992400,
        True,
        ["2025-03-03T09:00:00Z"],
        "2025-02-29T09:00:00Z",
        "2025-02-30T09:00:00Z",
        "2025-04-31T09:00:00Z",
        "2100-02-29T09:00:00Z",
        "2025-00-10T09:00:00Z",
        "2025-13-10T09:00:00Z",
        "2025-03-00T09:00:00Z",
        "2025-03-32T09:00:00Z",
        "2025-03-03T24:00:00Z",
        "2025-03-03T09:60:00Z",
        "2025-03-03T09:00:60Z",
        "2025-03-03T09:00:00",
        "2025-03-03T09:00:00.000Z",
        "2025-03-03T09:00:00,5Z",
        "2025-03-03T09:00Z",
        "2025-03-03T09Z",
        "2025-03-03",
        "2025-03-03 09:00:00Z",
        "2025-03-03t09:00:00Z",
        "2025-03-03T09:00:00z",
        "2025-03-03T09:00:00+24:00",
        "2025-03-03T09:00:00+01:60",
        "2025-03-03T09:00:00+0100",
        "2025-03-03T09:00:00+01",
        "2025-03-03T09:00:00 01:00",
        "2025-03-03T09:00:00+01:00:00",
        "2025-03-03T09:00:00\u221201:00",
        "2025-03-03T09:00:00Z+01:00",
        " 2025-03-03T09:00:00Z",
        "2025-03-03T09:00:00Z ",
        "2025-03-03T09:00:00Z\n",
        "20250303T090000Z",
        "2025-3-3T09:00:00Z",
        "2025-062T09:00:00Z",
        "2025-W10-1T09:00:00Z",
        "+02025-03-03T09:00:00Z",
        "02025-03-03T09:00:00Z",
        "\uff12\uff10\uff12\uff15-03-03T09:00:00Z",
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
def test_faulty_time__R10(api, empty_room, time):
    assert faulty(book(api, empty_room, time, time)) == {"start", "end"}


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (at("09:00"), at("09:14:59")),
        (at("09:00"), at("17:00:01")),
        (at("09:00"), at("09:00")),
        (at("09:00"), at("08:45")),
        (at("09:00"), "2025-03-03T10:00:00+01:00"),
        ("2025-03-03T09:00:00+02:00", at("15:00:01")),
    ],
)
def test_booking_too_short_or_too_long_is_faulty_at_its_end__R10(api, empty_room, start, end):
    assert faulty(book(api, empty_room, start, end)) == {"end"}


@pytest.mark.parametrize("key", [b"", b"k" * 65, b"two words", b"two\twords", b"sch\xf6n", b"\xa0"])
def test_faulty_idempotency_key__R10(api, room, key):
    assert faulty(book(api, room, at("09:00"), at("10:00"), key=key)) == {"Idempotency-Key"}
    assert listed(api, room) == []


def test_all_faulty_fields_are_reported_at_once__R10(api, empty_room):
    assert faulty(post(api, "/rooms", {})) == {"name", "capacity"}
    assert faulty(post(api, "/rooms", {"name": " ", "capacity": 0})) == {"name", "capacity"}
    path, key = f"/rooms/{empty_room}/bookings", {"Idempotency-Key": "two words"}
    assert faulty(post(api, path, {})) == {"title", "start", "end"}
    assert faulty(post(api, path, {}, key)) == {"title", "start", "end", "Idempotency-Key"}
    body = {"title": "Planning", "start": at("10:00"), "end": at("09:00")}
    assert faulty(post(api, path, body, key)) == {"end", "Idempotency-Key"}
    assert faulty(post(api, path, body | {"start": "10:00"})) == {"start"}
    assert faulty(post(api, path, body | {"end": None})) == {"end"}


def test_idempotency_key_in_the_body_is_an_unknown_field__R10(api, room):
    body = {"title": "x", "start": at("09:00"), "end": at("10:00"), "Idempotency-Key": "two words"}
    result(post(api, f"/rooms/{room}/bookings", body), 201)
    assert error(post(api, f"/rooms/{room}/bookings", body)) == CONFLICT


FROM, TO = "from=2025-03-03T09:00:00Z", "to=2025-03-03T10:00:00Z"


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"from", "to"}),
        (FROM, {"to"}),
        (TO, {"from"}),
        (f"from=&{TO}", {"from"}),
        (f"{FROM}&to=", {"to"}),
        (f"{FROM}&to", {"to"}),
        (f"{FROM}&{FROM}&{TO}", {"from"}),
        (f"{FROM}&{TO}&{TO}", {"to"}),
        (f"{FROM}&{TO}&to=", {"to"}),
        (f"from=x&from=x&{TO}&{TO}", {"from", "to"}),
        (f"from[]=2025-03-03T09:00:00Z&{TO}", {"from"}),
        (f"From=2025-03-03T09:00:00Z&{TO}", {"from"}),
        (f"from=2025-03-03T09:00:00+00:00&{TO}", {"from"}),
        (f"{FROM}&to=2025-03-03T10:00:00+00:00", {"to"}),
        (f"from=2025-03-03T09:00:00&{TO}", {"from"}),
        (f"{FROM}&to=2025-03-03T10:00:00.5Z", {"to"}),
        (f"{FROM}&to=2025-02-30T10:00:00Z", {"to"}),
        (f"from=2025-02-29T09:00:00Z&{TO}", {"from"}),
        (f"from=%202025-03-03T09:00:00Z&{TO}", {"from"}),
        (f"from=%FF&{TO}", {"from"}),
        ("from=2025-03-03T24:00:00Z&to=2025-03-03T09:00:00Z", {"from"}),
    ],
)
def test_faulty_window__R10(api, empty_room, query, names):
    assert faulty(api.get(f"/rooms/{empty_room}/bookings?{query}")) == names
    assert faulty(api.get(f"/free-slots?{query}&duration_minutes=15")) == names


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"duration_minutes"}),
        ("duration_minutes=", {"duration_minutes"}),
        ("duration_minutes=14", {"duration_minutes"}),
        ("duration_minutes=481", {"duration_minutes"}),
        ("duration_minutes=%2B30", {"duration_minutes"}),
        ("duration_minutes=-30", {"duration_minutes"}),
        ("duration_minutes=30.0", {"duration_minutes"}),
        ("duration_minutes=3e1", {"duration_minutes"}),
        ("duration_minutes=0x20", {"duration_minutes"}),
        ("duration_minutes=3_0", {"duration_minutes"}),
        ("duration_minutes=%2030", {"duration_minutes"}),
        ("duration_minutes=30%20", {"duration_minutes"}),
        ("duration_minutes=30%0A", {"duration_minutes"}),
        ("duration_minutes=%D9%A3%D9%A0", {"duration_minutes"}),
        ("duration_minutes=thirty", {"duration_minutes"}),
        ("duration_minutes=" + "9" * 5000, {"duration_minutes"}),
        ("duration_minutes=30&duration_minutes=30", {"duration_minutes"}),
        ("duration_minutes=30&min_capacity=", {"min_capacity"}),
        ("duration_minutes=30&min_capacity=0", {"min_capacity"}),
        ("duration_minutes=30&min_capacity=1001", {"min_capacity"}),
        ("duration_minutes=30&min_capacity=4.0", {"min_capacity"}),
        ("duration_minutes=30&min_capacity=+4", {"min_capacity"}),
        ("duration_minutes=30&min_capacity=4&min_capacity=4", {"min_capacity"}),
        ("duration_minutes=5&min_capacity=x", {"duration_minutes", "min_capacity"}),
    ],
)
def test_faulty_number_in_a_search__R10(api, query, names):
    assert faulty(api.get(f"/free-slots?{FROM}&{TO}&{query}")) == names


def test_all_faulty_parameters_are_reported_at_once__R10(api):
    assert faulty(api.get("/free-slots")) == {"from", "to", "duration_minutes"}
    query = f"{FROM}&to=2025-03-03T09:00:00Z&duration_minutes=0&min_capacity=-1&color="
    assert faulty(api.get(f"/free-slots?{query}")) == {"to", "duration_minutes", "min_capacity"}


def test_malformed_body_comes_before_all_other_faults__R10(api):
    response = send(api, f"/rooms/{UNKNOWN_ID}/bookings", "[]", {"Idempotency-Key": "two words"})
    assert error(response) == MALFORMED


@pytest.mark.parametrize("unknown", [UNKNOWN_ID, "%FF"])
def test_faulty_input_comes_before_an_unknown_id__R10(api, unknown):
    assert error(send(api, f"/rooms/{unknown}/bookings", "{")) == MALFORMED
    assert faulty(book(api, unknown, at("09:00"), at("09:00"))) == {"end"}
    keyed = book(api, unknown, at("09:00"), at("10:00"), key="")
    assert faulty(keyed) == {"Idempotency-Key"}
    assert faulty(api.get(f"/rooms/{unknown}/bookings")) == {"from", "to"}


def test_faulty_input_comes_before_a_used_key__R10(api, room):
    key = new_key()
    booked(api, room, at("09:00"), at("10:00"), key=key)
    assert faulty(book(api, room, at("09:00"), at("10:00"), title="", key=key)) == {"title"}


def test_unknown_room_comes_before_a_used_key__R10(api, room):
    key = new_key()
    booked(api, room, at("09:00"), at("10:00"), key=key)
    assert error(book(api, UNKNOWN_ID, at("09:00"), at("10:00"), key=key)) == NOT_FOUND


def test_used_key_comes_before_a_conflict__R10(api, room):
    key = new_key()
    booked(api, room, at("09:00"), at("10:00"), key=key)
    booked(api, room, at("11:00"), at("12:00"))
    assert error(book(api, room, at("11:00"), at("12:00"), key=key)) == KEY_REUSED
