from itertools import permutations

import pytest

from sessionize_events import ClickEvent, FinishedError, Session, Sessionizer

MAX = 10**15
DISTINCT_USERS = [
    "1", "01", "1.0", "1e0", "Bob", "bob", "bob ", " bob", "0", "__proto__", "constructor", "\u00e9", "e\u0301",
    "\U0001f600",
]  # fmt: skip


def click(text: str) -> ClickEvent:
    """Makes an event from "user timestamp page"."""
    user, timestamp_ms, page = text.split()
    return ClickEvent(user, int(timestamp_ms), page)


def sessions(*texts: str) -> list[Session]:
    """Makes sessions, each one from "user start-end page page ..."."""
    return [session(*text.split()) for text in texts]


def session(user: str, times: str, *pages: str) -> Session:
    start_ms, end_ms = map(int, times.split("-"))
    return Session(user, start_ms, end_ms, pages)


def add_all(sessionizer: Sessionizer, *clicks: str) -> None:
    """Adds events that close nothing."""
    for text in clicks:
        assert sessionizer.add(click(text)) == [], text


def finished(gap_ms: int, lateness_ms: int, *clicks: str) -> list[Session]:
    """Finishes after events that close nothing."""
    sessionizer = Sessionizer(gap_ms=gap_ms, lateness_ms=lateness_ms)
    add_all(sessionizer, *clicks)
    return sessionizer.finish()


def test_events_exactly_the_gap_apart_are_in_one_session__R1():
    assert finished(10, 100, "alice 5 a", "alice 15 b") == sessions("alice 5-15 a b")
    assert finished(10, 100, "alice 15 a", "alice 5 b") == sessions("alice 5-15 b a")


def test_one_millisecond_more_makes_two_sessions__R1():
    assert finished(10, 100, "alice 5 a", "alice 16 b") == sessions("alice 5-5 a", "alice 16-16 b")
    assert finished(10, 100, "alice 16 a", "alice 5 b") == sessions("alice 5-5 b", "alice 16-16 a")


def test_a_chain_of_events_is_one_session__R1():
    clicks = ["alice 0 a", "alice 10 b", "alice 20 c", "alice 30 d"]
    assert finished(10, 100, *clicks) == sessions("alice 0-30 a b c d")


def test_users_have_sessions_of_their_own__R1():
    clicks = ["alice 0 a", "bob 5 b", "alice 10 c"]
    assert finished(10, 100, *clicks) == sessions("bob 5-5 b", "alice 0-10 a c")


def test_pages_are_by_timestamp_then_by_arrival_and_equal_events_are_kept__R1():
    clicks = ["alice 100 x", "alice 10 z", "alice 10 a", "alice 9 m", "alice 10 a", "alice 11 k"]
    assert finished(95, 100, *clicks) == sessions("alice 9-100 m z a a k x")


def test_a_page_can_be_empty__R1():
    sessionizer = Sessionizer(gap_ms=10, lateness_ms=0)
    sessionizer.add(ClickEvent("alice", 1, ""))
    assert sessionizer.finish() == [Session("alice", 1, 1, ("",))]


def test_the_order_of_arrival_has_no_influence__R1_R3():
    for clicks in permutations(["alice 0 a", "alice 10 b", "alice 20 c", "alice 31 d", "alice 41 e"]):
        assert finished(10, 100, *clicks) == sessions("alice 0-20 a b c", "alice 31-41 d e")


def test_a_session_is_closed_when_the_watermark_is_above_its_end_plus_gap__R2():
    sessionizer = Sessionizer(gap_ms=10, lateness_ms=5)
    add_all(sessionizer, "alice 0 a", "bob 15 b")
    assert sessionizer.add(click("bob 16 c")) == sessions("alice 0-0 a")
    add_all(sessionizer, "bob 17 d")
    assert sessionizer.finish() == sessions("bob 15-17 b c d")


def test_an_event_can_close_the_session_of_its_own_user_and_begin_a_new_one__R2():
    sessionizer = Sessionizer(gap_ms=10, lateness_ms=0)
    add_all(sessionizer, "alice 0 a")
    assert sessionizer.add(click("alice 11 b")) == sessions("alice 0-0 a")
    add_all(sessionizer, "alice 21 c")
    assert sessionizer.add(click("bob 32 d")) == sessions("alice 11-21 b c")
    add_all(sessionizer, "alice 32 e")
    assert sessionizer.finish() == sessions("bob 32-32 d", "alice 32-32 e")


def test_later_events_of_a_session_postpone_its_closing__R2():
    sessionizer = Sessionizer(gap_ms=10, lateness_ms=0)
    add_all(sessionizer, "alice 0 a", "alice 8 b", "bob 13 c", "bob 18 d")
    assert sessionizer.add(click("bob 19 e")) == sessions("alice 0-8 a b")


def test_an_older_event_changes_neither_the_end_nor_the_watermark__R2():
    sessionizer = Sessionizer(gap_ms=10, lateness_ms=20)
    add_all(sessionizer, "alice 100 a", "alice 95 b", "bob 130 c", "bob 125 d")
    assert sessionizer.add(click("carol 131 e")) == sessions("alice 95-100 b a")
    assert sessionizer.finish() == sessions("bob 125-130 d c", "carol 131-131 e")


def test_a_session_begun_by_an_older_event_is_closed_by_its_own_end__R2():
    sessionizer = Sessionizer(gap_ms=10, lateness_ms=60)
    add_all(sessionizer, "bob 100 a", "alice 50 b", "carol 120 c")
    assert sessionizer.add(click("carol 121 d")) == sessions("alice 50-50 b")
    assert sessionizer.finish() == sessions("bob 100-100 a", "carol 120-121 c d")


def test_sessions_are_closed_one_after_the_other__R2():
    sessionizer = Sessionizer(gap_ms=10, lateness_ms=0)
    add_all(sessionizer, "alice 0 a", "bob 4 b", "carol 8 c")
    assert sessionizer.add(click("dave 14 d")) == sessions("alice 0-0 a")
    assert sessionizer.add(click("dave 15 e")) == sessions("bob 4-4 b")
    add_all(sessionizer, "dave 18 f")
    assert sessionizer.add(click("dave 19 g")) == sessions("carol 8-8 c")
    assert sessionizer.finish() == sessions("dave 14-19 d e f g")


def test_an_event_between_two_sessions_merges_them__R3():
    assert finished(10, 10, "alice 0 a", "alice 20 b", "alice 10 c") == sessions("alice 0-20 a c b")
    clicks = ["alice 20 c", "alice 25 e", "alice 21 d", "alice 0 a", "alice 1 b", "alice 11 f"]
    assert finished(10, 50, *clicks) == sessions("alice 0-25 a b f c d e")


def test_an_event_that_misses_one_session_by_a_millisecond_joins_the_other__R3():
    before = finished(10, 50, "alice 0 a", "alice 21 b", "alice 10 c")
    assert before == sessions("alice 0-10 a c", "alice 21-21 b")
    after = finished(10, 50, "alice 0 a", "alice 21 b", "alice 11 c")
    assert after == sessions("alice 0-0 a", "alice 11-21 c b")


def test_only_neighbours_of_the_same_user_are_merged__R3():
    clicks = ["alice 0 a", "alice 20 b", "alice 40 c", "alice 60 f", "alice 30 d", "bob 10 e"]
    expected = sessions("alice 0-0 a", "bob 10-10 e", "alice 20-40 b d c", "alice 60-60 f")
    assert finished(10, 100, *clicks) == expected


def test_a_merged_session_is_returned_once_by_its_end__R2_R3():
    sessionizer = Sessionizer(gap_ms=10, lateness_ms=10)
    add_all(sessionizer, "alice 0 a", "alice 20 b", "alice 10 c", "bob 31 d", "bob 40 e")
    assert sessionizer.add(click("bob 41 f")) == sessions("alice 0-20 a c b")
    assert sessionizer.finish() == sessions("bob 31-41 d e f")


def test_an_event_below_the_watermark_is_counted_and_dropped__R4():
    sessionizer = Sessionizer(gap_ms=10, lateness_ms=5)
    add_all(sessionizer, "alice 100 a")
    assert sessionizer.late_events == 0
    add_all(sessionizer, "alice 94 b")
    assert sessionizer.late_events == 1
    add_all(sessionizer, "alice 95 c", "bob 94 d", "bob 0 e")
    assert sessionizer.late_events == 3
    assert sessionizer.finish() == sessions("alice 95-100 c a")


def test_a_late_event_does_not_merge_sessions__R4():
    clicks = ["alice 0 a", "alice 19 b", "alice 9 c"]
    assert finished(10, 9, *clicks) == sessions("alice 0-0 a", "alice 19-19 b")


def test_without_lateness_every_event_older_than_the_newest_is_late__R4():
    sessionizer = Sessionizer(gap_ms=10, lateness_ms=0)
    add_all(sessionizer, "alice 5 a", "alice 4 b", "alice 5 c", "bob 4 d", "alice 6 e", "alice 5 f")
    assert sessionizer.late_events == 3
    assert sessionizer.finish() == sessions("alice 5-6 a c e")


def test_the_first_event_is_never_late__R4():
    sessionizer = Sessionizer(gap_ms=10, lateness_ms=3)
    add_all(sessionizer, "alice 0 a", "alice 3 b", "alice 0 c")
    assert sessionizer.late_events == 0
    assert sessionizer.finish() == sessions("alice 0-3 a c b")


def test_an_event_is_measured_by_the_watermark_before_it__R4():
    sessionizer = Sessionizer(gap_ms=1, lateness_ms=0)
    add_all(sessionizer, "alice 10 a")
    assert sessionizer.add(click("alice 1000 b")) == sessions("alice 10-10 a")
    add_all(sessionizer, "alice 11 c")
    assert sessionizer.late_events == 1
    assert sessionizer.finish() == sessions("alice 1000-1000 b")


def test_sessions_are_in_the_order_of_their_ends__R5():
    expected = sessions("carol 9-9 c", "bob 10-10 b", "alice 5-12 d a", "dave 100-100 e")
    clicks = ["alice 12 a", "bob 10 b", "carol 9 c", "alice 5 d", "dave 100 e"]
    assert finished(10, 1000, *clicks) == expected

    sessionizer = Sessionizer(gap_ms=10, lateness_ms=1000)
    add_all(sessionizer, *clicks)
    assert sessionizer.add(click("erin 2000 f")) == expected


@pytest.mark.parametrize(
    ("clicks", "expected"),
    [
        (["zoe 20 a", "bob 20 b", "alice 20 c"], ["zoe 20-20 a", "bob 20-20 b", "alice 20-20 c"]),
        (["bob 10 a", "alice 20 b", "alice 12 c", "bob 20 d"], ["bob 10-20 a d", "alice 12-20 c b"]),
        (["zoe 20 a", "bob 20 b", "zoe 15 c", "bob 10 d"], ["zoe 15-20 c a", "bob 10-20 d b"]),
    ],
)
def test_at_equal_ends_the_earliest_arrived_event_counts__R5(clicks, expected):
    assert finished(10, 100, *clicks) == sessions(*expected)


@pytest.mark.parametrize(
    ("clicks", "expected"),
    [
        (["zoe 0 a", "bob 20 b", "zoe 20 c", "zoe 10 d"], ["zoe 0-20 a d c", "bob 20-20 b"]),
        (["zoe 20 a", "bob 20 b", "zoe 0 c", "zoe 10 d"], ["zoe 0-20 c d a", "bob 20-20 b"]),
        (["bob 20 a", "alice 0 b", "alice 20 c", "alice 10 d"], ["bob 20-20 a", "alice 0-20 b d c"]),
    ],
)
def test_at_equal_ends_the_earliest_of_all_events_of_a_merged_session_counts__R3_R5(clicks, expected):
    assert finished(10, 100, *clicks) == sessions(*expected)


def test_similar_users_are_different_users__R6():
    sessionizer = Sessionizer(gap_ms=10, lateness_ms=100)
    for timestamp_ms in (5, 8):
        for user in DISTINCT_USERS:
            sessionizer.add(ClickEvent(user, timestamp_ms, f"{timestamp_ms} {user}"))
    assert sessionizer.finish() == [Session(user, 5, 8, (f"5 {user}", f"8 {user}")) for user in DISTINCT_USERS]


@pytest.mark.parametrize(("gap_ms", "lateness_ms"), [(0, 0), (-1, 0), (MAX + 1, 0), (10, -1), (10, MAX + 1)])
def test_an_invalid_gap_or_lateness_is_refused__R7(gap_ms, lateness_ms):
    with pytest.raises(ValueError):
        Sessionizer(gap_ms=gap_ms, lateness_ms=lateness_ms)


@pytest.mark.parametrize(
    ("user", "timestamp_ms"), [("alice", -1), ("alice", MAX + 1), ("", 1), ("", 5), ("", 900)]
)
def test_an_invalid_event_changes_nothing__R7(user, timestamp_ms):
    sessionizer = Sessionizer(gap_ms=10, lateness_ms=0)
    invalid = ClickEvent(user, timestamp_ms, "x")
    with pytest.raises(ValueError):
        sessionizer.add(invalid)
    add_all(sessionizer, "alice 5 a")
    with pytest.raises(ValueError):
        sessionizer.add(invalid)
    add_all(sessionizer, "alice 5 b")
    assert sessionizer.late_events == 0
    assert sessionizer.finish() == sessions("alice 5-5 a b")


def test_the_limits_of_the_ranges_are_accepted__R1_R7():
    assert finished(MAX, MAX, f"alice {MAX} a", "alice 0 b") == sessions(f"alice 0-{MAX} b a")
    apart = finished(1, MAX, f"alice {MAX} a", "alice 0 b", f"alice {MAX - 1} c")
    assert apart == sessions("alice 0-0 b", f"alice {MAX - 1}-{MAX} c a")


def test_finishing_without_open_sessions_returns_an_empty_list__R8():
    assert finished(10, 0) == []


def test_after_finishing_everything_but_reading_the_count_is_refused__R8():
    sessionizer = Sessionizer(gap_ms=10, lateness_ms=0)
    add_all(sessionizer, "alice 5 a", "alice 4 b")
    assert sessionizer.finish() == sessions("alice 5-5 a")
    for event in (click("alice 6 c"), click("alice 1 d"), ClickEvent("", -1, "e")):
        with pytest.raises(FinishedError):
            sessionizer.add(event)
    with pytest.raises(FinishedError):
        sessionizer.finish()
    assert sessionizer.late_events == 1
