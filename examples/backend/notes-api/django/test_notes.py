import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import FrameType
from typing import Any

import pytest
from django.http import HttpResponse

from conftest import START, Caller, Clock, assert_error, sign_up

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tokens")]
EMOJI = "\N{GRINNING FACE}"


def test_create_answers_the_note__R5(alice: Caller) -> None:
    fields = {"title": "  Two  spaces ", "content": "line 1\r\n\tline 2\x7f", "tags": ["b", "a", "b", "B"]}
    response = alice.post("/notes", json=fields)
    assert response.status_code == 201
    note_id = response.json()["id"]
    assert re.fullmatch(r"[A-Za-z0-9_-]+", note_id)
    assert response.headers["Location"] == f"/notes/{note_id}"
    assert response.headers["ETag"] == '"1"'
    assert response.json() == {
        "id": note_id,
        "title": "  Two  spaces ",
        "content": "line 1\r\n\tline 2\x7f",
        "tags": ["b", "a", "B"],
        "version": 1,
        "created_at": "2025-03-01T09:30:00.000Z",
        "updated_at": "2025-03-01T09:30:00.000Z",
    }


def test_created_note_can_be_read__R5(alice: Caller) -> None:
    note = alice.add("Only a title")
    assert (note["content"], note["tags"]) == ("", [])
    response = alice.get(f"/notes/{note['id']}")
    assert (response.status_code, response.headers["ETag"], response.json()) == (200, '"1"', note)


def test_times_are_truncated_to_milliseconds__R5(alice: Caller, clock: Clock) -> None:
    clock.time = START.replace(second=59, microsecond=999_999)
    assert alice.add()["created_at"] == "2025-03-01T09:30:59.999Z"
    clock.time = START.replace(microsecond=1999)
    assert alice.add()["created_at"] == "2025-03-01T09:30:00.001Z"


def test_update_replaces_the_whole_note__R5(alice: Caller, clock: Clock) -> None:
    note = alice.add("Old", content="old", tags=["old"])
    clock.advance(minutes=5, milliseconds=7)
    body = {"title": "New", "id": "mine", "version": 99, "created_at": "2000-01-01T00:00:00.000Z"}
    response = alice.put(f"/notes/{note['id']}", if_match='"1"', json=body)
    updated = {
        **note,
        "title": "New",
        "content": "",
        "tags": [],
        "version": 2,
        "updated_at": "2025-03-01T09:35:00.007Z",
    }
    assert (response.status_code, response.headers["ETag"], response.json()) == (200, '"2"', updated)
    assert alice.get(f"/notes/{note['id']}").json() == updated


def test_update_without_difference_raises_the_version__R5(alice: Caller, clock: Clock) -> None:
    path = f"/notes/{alice.add('Same')['id']}"
    clock.advance(seconds=1)
    note = alice.put(path, if_match='"1"', json={"title": "Same"}).json()
    assert (note["version"], note["updated_at"]) == (2, "2025-03-01T09:30:01.000Z")


def test_deleted_note_is_gone__R5(alice: Caller) -> None:
    path = f"/notes/{alice.add()['id']}"
    response = alice.delete(path)
    assert (response.status_code, response.content) == (204, b"")
    assert_error(alice.get(path), 404, "not_found")
    assert alice.page() == ([], None)


def test_other_users_note_is_like_one_that_does_not_exist__R6(alice: Caller, bob: Caller) -> None:
    note, deleted = alice.add("Private", tags=["t"]), bob.add()
    bob.delete(f"/notes/{deleted['id']}")
    answers = []
    for note_id in ("unknown", "%FF", "%00", note["id"], deleted["id"]):
        path = f"/notes/{note_id}"
        answers.append(bob.get(path))
        for if_match in (None, '"1"', "*"):
            answers.append(bob.put(path, if_match=if_match, json={"title": "Stolen"}))
            answers.append(bob.delete(path, if_match=if_match))
    assert_error(answers[0], 404, "not_found")
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}
    assert alice.get(f"/notes/{note['id']}").json() == note


def test_lists_hold_only_own_notes__R6_R8(alice: Caller, bob: Caller) -> None:
    alice.add("Alice's", tags=["shared"])
    bob.add("Bob's", tags=["shared"])
    assert bob.page() == (["Bob's"], None)
    assert bob.page(tag="shared") == (["Bob's"], None)


def test_update_needs_if_match__R7(alice: Caller) -> None:
    note = alice.add()
    assert_error(alice.put(f"/notes/{note['id']}", json={"title": "New"}), 428, "precondition_required")
    assert alice.get(f"/notes/{note['id']}").json() == note


@pytest.mark.parametrize(
    "if_match", ["", "1", '"2"', '"01"', '"1', "'1'", 'W/"1"', '"*"', '"2", "3"', 'x, "1"', '*, "1"', '"x, "1"']
)
def test_if_match_that_does_not_match_changes_nothing__R7(alice: Caller, if_match: str) -> None:
    note = alice.add()
    path = f"/notes/{note['id']}"
    assert_error(alice.put(path, if_match=if_match, json={"title": "New"}), 412, "precondition_failed")
    assert_error(alice.delete(path, if_match=if_match), 412, "precondition_failed")
    assert alice.get(path).json() == note


@pytest.mark.parametrize("if_match", ["*", '"2"', '"1", "2"', '"2","1"', 'W/"2" , "2"', '"a,b", "2"'])
def test_if_match_that_matches__R7(alice: Caller, if_match: str) -> None:
    path = f"/notes/{alice.add()['id']}"
    alice.put(path, if_match='"1"', json={"title": "Second"})
    assert alice.put(path, if_match=if_match, json={"title": "Third"}).json()["version"] == 3
    assert_error(alice.delete(path, if_match='"2"'), 412, "precondition_failed")
    assert alice.delete(path, if_match=if_match.replace("2", "3")).status_code == 204


@pytest.fixture
def slow_database() -> Iterator[None]:
    """Let other threads run after each SQL statement; for threads that start from now on.

    Between what a request reads and what it writes, others then do the same if they can.
    """

    def pause(_: FrameType, event: str, function: Any) -> None:
        if event == "c_return" and function.__name__ == "execute":
            time.sleep(0.003)

    threading.setprofile(pause)
    yield
    threading.setprofile(None)


def update_at_once(caller: Caller, path: str, if_match: str) -> list[HttpResponse]:
    barrier = threading.Barrier(8, timeout=10)

    def update(title: str) -> HttpResponse:
        barrier.wait()
        return caller.put(path, if_match=if_match, json={"title": title})

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(update, "abcdefgh"))


@pytest.mark.usefixtures("slow_database")
@pytest.mark.django_db(transaction=True)
def test_one_of_concurrent_updates_wins__R7() -> None:
    carol = Caller(sign_up("carol"))
    path = f"/notes/{carol.add()['id']}"
    for version in (1, 2):
        responses = update_at_once(carol, path, f'"{version}"')
        assert sorted(response.status_code for response in responses) == [200] + [412] * 7
        (winner,) = [response for response in responses if response.status_code == 200]
        assert winner.json()["version"] == version + 1
        assert carol.get(path).json() == winner.json()


@pytest.mark.usefixtures("slow_database")
@pytest.mark.django_db(transaction=True)
def test_no_concurrent_update_is_lost__R7() -> None:
    carol = Caller(sign_up("carol"))
    path = f"/notes/{carol.add()['id']}"
    responses = update_at_once(carol, path, "*")
    assert sorted(response.json()["version"] for response in responses) == list(range(2, 10))


def test_list_is_in_order_of_creation_whatever_the_clock_says__R8(alice: Caller, clock: Clock) -> None:
    ids = {}
    for title, seconds in (("a", 0), ("b", 0), ("c", -10), ("d", 20)):
        clock.advance(seconds=seconds)
        ids[title] = alice.add(title)["id"]
    clock.advance(seconds=60)
    alice.put(f"/notes/{ids['a']}", if_match="*", json={"title": "a, updated"})
    assert alice.page() == (["d", "c", "b", "a, updated"], None)


def test_page_has_20_notes_by_default__R8(alice: Caller) -> None:
    titles = [f"{number}" for number in range(21)]
    for title in titles[:20]:
        alice.add(title)
    assert alice.page() == (titles[19::-1], None)
    alice.add(titles[20])
    page, cursor = alice.page()
    assert page == titles[20:0:-1]
    assert isinstance(cursor, str)
    assert alice.page(cursor=cursor) == (["0"], None)
    assert alice.page(limit="100") == (titles[::-1], None)


def test_full_last_page_has_no_cursor__R8(alice: Caller) -> None:
    for title in "abcd":
        alice.add(title)
    first, cursor = alice.page(limit="1")
    second, cursor = alice.page(limit="2", cursor=cursor)
    assert (first, second) == (["d"], ["c", "b"])
    assert alice.page(limit="1", cursor=cursor) == (["a"], None)


def test_list_of_a_tag_is_exact__R8(alice: Caller) -> None:
    tags = ["work", "Work", "works", "w%", '["work"]', "1", "é", EMOJI]
    for tag in tags:
        alice.add(f"with {tag}", tags=["other", tag])
    for tag in tags:
        assert alice.page(tag=tag) == ([f"with {tag}"], None)
    assert alice.page(tag="____") == ([], None)
    assert alice.page(tag="other", limit="100") == ([f"with {tag}" for tag in reversed(tags)], None)


def test_pages_of_a_tag__R8(alice: Caller) -> None:
    for number in range(7):
        alice.add(f"{number}", tags=["even" if number % 2 == 0 else "odd"])
    first, cursor = alice.page(tag="even", limit="2")
    assert first == ["6", "4"]
    assert alice.page(tag="even", limit="2", cursor=cursor) == (["2", "0"], None)


def test_changes_between_pages_disturb_no_other_note__R8(alice: Caller) -> None:
    ids = {title: alice.add(title)["id"] for title in "abcdef"}
    first, cursor = alice.page(limit="2")
    assert first == ["f", "e"]
    for title in ("f", "e", "c"):
        alice.delete(f"/notes/{ids[title]}")
    alice.put(f"/notes/{ids['d']}", if_match="*", json={"title": "d, updated"})
    alice.add("new")
    second, cursor = alice.page(limit="2", cursor=cursor)
    assert second == ["d, updated", "b"]
    alice.delete(f"/notes/{ids['b']}")
    assert alice.page(limit="2", cursor=cursor) == (["a"], None)


def test_notes_created_between_pages_do_not_appear__R8(alice: Caller) -> None:
    ids = {title: alice.add(title)["id"] for title in "abcd"}
    _, cursor = alice.page(limit="1")
    for title in "dcb":
        alice.delete(f"/notes/{ids[title]}")
    alice.add("new")
    assert alice.page(cursor=cursor) == (["a"], None)
