import math
from decimal import Decimal
from fractions import Fraction

import pytest

from ttl_lru_cache import CacheStats, InvalidArgumentError, TtlLruCache

START = 1000
INVALID_CAPACITIES = [0, -1, 1.0, 2.5, math.nan, math.inf, True, "3", None, [3]]
INVALID_TTLS = [
    0,
    0.0,
    -1,
    -0.5,
    math.nan,
    math.inf,
    -math.inf,
    10**400,
    True,
    False,
    "5",
    Decimal(5),
    Fraction(5),
    5j,
    [5],
]


class FakeClock:
    def __init__(self, now=START):
        self.now = now

    def __call__(self):
        return self.now

    def advance(self, seconds):
        self.now += seconds


@pytest.fixture
def clock():
    return FakeClock()


def make_cache(clock, capacity, keys="", default_ttl=None):
    """Return a cache holding `keys`, each with its upper-case form as value."""
    cache = TtlLruCache(capacity, default_ttl=default_ttl, clock=clock)
    for key in keys:
        cache.put(key, key.upper())
    return cache


def must_not_compute(key):
    pytest.fail(f"compute was called with {key!r}")


# R1: eviction and order of use


def test_evicts_only_the_oldest_when_nothing_was_read__R1(clock):
    cache = make_cache(clock, 3, "abcd")
    assert cache.keys() == ["b", "c", "d"]
    assert [cache.get(key) for key in "abcd"] == [None, "B", "C", "D"]
    assert cache.stats().evictions == 1


def test_no_eviction_up_to_capacity__R1(clock):
    cache = make_cache(clock, 3, "abc")
    assert cache.keys() == ["a", "b", "c"]
    assert cache.stats().evictions == 0


def test_capacity_of_one__R1(clock):
    cache = make_cache(clock, 1, "abc")
    assert cache.keys() == ["c"]
    assert cache.get("c") == "C"
    assert cache.stats().evictions == 2


def test_get_hit_makes_most_recent__R1(clock):
    cache = make_cache(clock, 3, "abc")
    assert cache.get("a") == "A"
    assert cache.keys() == ["b", "c", "a"]
    cache.put("d", "D")
    assert cache.keys() == ["c", "a", "d"]


def test_get_of_middle_entry_keeps_the_rest_in_order__R1(clock):
    cache = make_cache(clock, 4, "abcd")
    cache.get("b")
    assert cache.keys() == ["a", "c", "d", "b"]


def test_get_miss_leaves_order__R1(clock):
    cache = make_cache(clock, 2, "ab")
    assert cache.get("x") is None
    assert cache.keys() == ["a", "b"]


def test_replacing_makes_most_recent__R1(clock):
    cache = make_cache(clock, 3, "abc")
    cache.put("a", "A2")
    assert cache.keys() == ["b", "c", "a"]


def test_get_or_compute_hit_makes_most_recent__R1(clock):
    cache = make_cache(clock, 2, "ab")
    cache.get_or_compute("a", must_not_compute)
    cache.put("c", "C")
    assert cache.keys() == ["a", "c"]


def test_get_or_compute_store_evicts_and_is_most_recent__R1_R7(clock):
    cache = make_cache(clock, 2, "ab")
    assert cache.get_or_compute("c", str.upper) == "C"
    assert cache.keys() == ["b", "c"]
    assert cache.stats() == CacheStats(hits=0, misses=1, evictions=1)


def test_each_further_key_evicts_one_more__R1(clock):
    cache = make_cache(clock, 2)
    for number in range(10):
        cache.put(number, number)
        assert len(cache) == min(number + 1, 2)
    assert cache.keys() == [8, 9]
    assert cache.stats().evictions == 8


def test_keys_equal_as_in_a_dict__R1(clock):
    cache = make_cache(clock, 3)
    cache.put((1, 2), "tuple")
    cache.put(1, "number")
    cache.put("1", "text")
    assert cache.get((1, 2)) == "tuple"
    assert cache.get(1.0) == "number"
    assert cache.get("1") == "text"


# R2: observers change nothing


@pytest.mark.parametrize(
    "observe",
    [lambda c: "a" in c, lambda c: "x" in c, lambda c: c.keys(), len, lambda c: c.stats()],
    ids=["contains", "contains absent", "keys", "size", "stats"],
)
def test_observers_change_no_order_counter_or_deadline__R2(clock, observe):
    cache = make_cache(clock, 2)
    cache.put("a", "A", ttl=10)
    cache.put("b", "B")
    cache.get("x")
    clock.advance(9)
    observe(cache)
    assert cache.stats() == CacheStats(hits=0, misses=1, evictions=0)
    assert cache.keys() == ["a", "b"]
    clock.advance(1)
    assert cache.keys() == ["b"]


def test_observed_entry_is_still_the_one_evicted__R2(clock):
    cache = make_cache(clock, 2, "ab")
    assert "a" in cache
    cache.put("c", "C")
    assert cache.keys() == ["b", "c"]


def test_earlier_snapshot_stays__R2(clock):
    cache = make_cache(clock, 1, "ab")
    cache.get("b")
    before = cache.stats()
    cache.get("b")
    cache.get("x")
    cache.put("c", "C")
    assert before == CacheStats(hits=1, misses=0, evictions=1)
    assert cache.stats() == CacheStats(hits=2, misses=1, evictions=2)


def test_key_list_is_independent_of_the_cache__R2(clock):
    cache = make_cache(clock, 3, "ab")
    listed = cache.keys()
    listed.clear()
    assert cache.keys() == ["a", "b"]
    earlier = cache.keys()
    cache.put("c", "C")
    assert earlier == ["a", "b"]


# R3: deadlines

OPERATIONS = {
    "get": (lambda c: c.get("a"), "A", None),
    "get default": (lambda c: c.get("a", "none"), "A", "none"),
    "get_or_compute": (lambda c: c.get_or_compute("a", lambda _: "new"), "A", "new"),
    "contains": (lambda c: "a" in c, True, False),
    "keys": (lambda c: c.keys(), ["a", "b"], ["b"]),
    "size": (len, 2, 1),
    "delete": (lambda c: c.delete("a"), True, False),
}


@pytest.mark.parametrize("elapsed", [0, 9, 9.75, 10, 10.25, 5000])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_expires_exactly_at_the_deadline__R3(clock, operation, elapsed):
    call, if_live, if_expired = OPERATIONS[operation]
    cache = make_cache(clock, 3)
    cache.put("a", "A", ttl=10)
    cache.put("b", "B")
    clock.advance(elapsed)
    assert call(cache) == (if_live if elapsed < 10 else if_expired)


@pytest.mark.parametrize(
    "hit",
    [lambda c: c.get("a"), lambda c: c.get_or_compute("a", must_not_compute)],
    ids=["get", "get_or_compute"],
)
def test_hits_do_not_extend_the_deadline__R3(clock, hit):
    cache = make_cache(clock, 2, "a", default_ttl=10)
    clock.advance(9)
    assert hit(cache) == "A"
    clock.advance(1)
    assert "a" not in cache


def test_default_ttl_applies_without_own_ttl__R3(clock):
    cache = make_cache(clock, 2, "a", default_ttl=10)
    clock.advance(9)
    assert "a" in cache
    clock.advance(1)
    assert "a" not in cache


@pytest.mark.parametrize("own_ttl", [4, 25])
def test_own_ttl_in_place_of_default__R3(clock, own_ttl):
    cache = make_cache(clock, 2, default_ttl=10)
    cache.put("a", "A", ttl=own_ttl)
    clock.advance(own_ttl - 1)
    assert cache.get("a") == "A"
    clock.advance(1)
    assert cache.get("a") is None


def test_own_ttl_of_one_entry_leaves_the_default_of_others__R3(clock):
    cache = make_cache(clock, 2, default_ttl=10)
    cache.put("a", "A", ttl=50)
    cache.put("b", "B")
    clock.advance(10)
    assert cache.keys() == ["a"]


def test_never_expires_without_any_ttl__R3(clock):
    cache = make_cache(clock, 2, "a")
    cache.get_or_compute("b", str.upper)
    clock.advance(1e12)
    assert cache.keys() == ["a", "b"]


def test_entries_expire_each_at_its_own_deadline__R3(clock):
    cache = make_cache(clock, 4)
    for key, ttl in [("a", 30), ("b", 10), ("c", 20)]:
        cache.put(key, key, ttl=ttl)
    seen = []
    for _ in range(3):
        clock.advance(10)
        seen.append(cache.keys())
    assert seen == [["a", "c"], ["a"], []]


def test_deadline_may_be_zero__R3():
    clock = FakeClock(now=-5)
    cache = make_cache(clock, 1, "a", default_ttl=5)
    clock.advance(4)
    assert "a" in cache
    clock.advance(1)
    assert "a" not in cache


def test_fractional_ttl__R3(clock):
    cache = make_cache(clock, 1, "a", default_ttl=0.5)
    clock.advance(0.25)
    assert "a" in cache
    clock.advance(0.25)
    assert "a" not in cache


def test_default_clock__R3():
    cache = TtlLruCache(2)
    cache.put("a", "A", ttl=3600)
    cache.put("b", "B")
    assert cache.keys() == ["a", "b"]


def test_expired_key_can_be_stored_again__R3_R6(clock):
    cache = make_cache(clock, 2)
    cache.put("a", "A", ttl=5)
    cache.put("b", "B")
    clock.advance(5)
    cache.put("a", "A2")
    assert cache.keys() == ["b", "a"]
    assert cache.get("a") == "A2"
    assert cache.stats() == CacheStats(hits=1, misses=0, evictions=0)


# R4: expired entries make room first


@pytest.mark.parametrize("mortal", ["a", "b", "c"])
def test_expired_entry_gives_way_wherever_it_stands__R4(clock, mortal):
    cache = make_cache(clock, 3)
    for key in "abc":
        cache.put(key, key, ttl=5 if key == mortal else None)
    clock.advance(5)
    cache.put("d", "D")
    assert cache.keys() == [key for key in "abcd" if key != mortal]
    assert cache.stats().evictions == 0


def test_just_read_entry_gives_way_once_expired__R4(clock):
    cache = make_cache(clock, 2)
    cache.put("a", "A", ttl=5)
    cache.put("b", "B")
    clock.advance(4)
    cache.get("a")
    clock.advance(1)
    cache.get_or_compute("c", str.upper)
    assert cache.keys() == ["b", "c"]
    assert cache.stats().evictions == 0


def test_live_entry_is_evicted_one_tick_before_the_deadline__R4_R1(clock):
    cache = make_cache(clock, 2, "a")
    cache.put("b", "B", ttl=5)
    clock.advance(4)
    cache.put("c", "C")
    assert cache.keys() == ["b", "c"]
    assert cache.stats().evictions == 1


def test_every_expired_entry_makes_room__R4(clock):
    cache = make_cache(clock, 3, "a")
    cache.put("b", "B", ttl=5)
    cache.put("c", "C", ttl=3)
    clock.advance(5)
    cache.put("d", "D")
    cache.put("e", "E")
    assert cache.keys() == ["a", "d", "e"]
    assert cache.stats().evictions == 0
    cache.put("f", "F")
    assert cache.keys() == ["d", "e", "f"]
    assert cache.stats().evictions == 1


# R5: replacing


def test_replacing_in_a_full_cache__R5(clock):
    cache = make_cache(clock, 2, "ab")
    cache.put("a", "A2")
    assert cache.keys() == ["b", "a"]
    assert cache.stats() == CacheStats(hits=0, misses=0, evictions=0)
    assert cache.get("a") == "A2"
    assert cache.get("b") == "B"


def test_replacing_reckons_the_deadline_anew__R5(clock):
    cache = make_cache(clock, 1, "a", default_ttl=10)
    clock.advance(6)
    cache.put("a", "A2")
    clock.advance(9)
    assert cache.get("a") == "A2"
    clock.advance(1)
    assert cache.get("a") is None


def test_replacing_without_own_ttl_returns_to_the_default__R5(clock):
    cache = make_cache(clock, 2, default_ttl=10)
    cache.put("long", 1, ttl=99)
    cache.put("short", 1, ttl=2)
    cache.put("long", 2)
    cache.put("short", 2)
    clock.advance(9)
    assert cache.keys() == ["long", "short"]
    clock.advance(1)
    assert cache.keys() == []


def test_replacing_without_any_ttl_never_expires__R5(clock):
    cache = make_cache(clock, 1)
    cache.put("a", "A", ttl=5)
    cache.put("a", "A2")
    clock.advance(1e9)
    assert cache.get("a") == "A2"


def test_replacing_may_bring_the_deadline_forward__R5(clock):
    cache = make_cache(clock, 1)
    cache.put("a", "A", ttl=50)
    cache.put("a", "A2", ttl=5)
    clock.advance(4)
    assert "a" in cache
    clock.advance(1)
    assert "a" not in cache


def test_deadline_of_a_replaced_entry_frees_no_room__R5_R4(clock):
    cache = make_cache(clock, 2, "a")
    cache.put("b", "B", ttl=5)
    cache.put("b", "B2", ttl=50)
    clock.advance(5)
    cache.put("c", "C")
    assert cache.keys() == ["b", "c"]
    assert cache.stats().evictions == 1


@pytest.mark.parametrize("remove", [lambda c: c.delete("a"), lambda c: c.clear()])
def test_deadline_of_a_removed_entry_is_forgotten__R5_R3(clock, remove):
    cache = make_cache(clock, 1)
    cache.put("a", "A", ttl=5)
    remove(cache)
    cache.put("a", "A2", ttl=8)
    clock.advance(7)
    assert cache.get("a") == "A2"
    clock.advance(1)
    assert cache.get("a") is None


# R6: counters, delete, clear


def test_counts_hits_and_misses__R6(clock):
    cache = make_cache(clock, 2, "a")
    cache.get("a")
    cache.get("x")
    cache.get("x")
    cache.get_or_compute("a", must_not_compute)
    cache.get_or_compute("b", str.upper)
    assert cache.stats() == CacheStats(hits=2, misses=3, evictions=0)


def test_expired_is_a_miss_and_no_eviction__R6(clock):
    cache = make_cache(clock, 1, "a", default_ttl=5)
    clock.advance(5)
    assert cache.get("a") is None
    assert cache.get_or_compute("a", lambda _: "A2") == "A2"
    assert cache.stats() == CacheStats(hits=0, misses=2, evictions=0)


@pytest.mark.parametrize("value", [None, 0, 0.0, False, "", b"", (), [], {}], ids=repr)
def test_falsy_values_are_hits__R6_R7(clock, value):
    cache = make_cache(clock, 1)
    cache.put("a", value)
    assert "a" in cache
    assert cache.get("a", "absent") is value
    assert cache.get_or_compute("a", must_not_compute) is value
    assert cache.stats() == CacheStats(hits=2, misses=0, evictions=0)
    assert cache.delete("a") is True


def test_computed_none_is_stored__R6_R7(clock):
    cache = make_cache(clock, 1)
    assert cache.get_or_compute("a", lambda _: None) is None
    assert cache.get_or_compute("a", must_not_compute) is None
    assert cache.stats() == CacheStats(hits=1, misses=1, evictions=0)


def test_miss_returns_the_given_default__R6(clock):
    cache = make_cache(clock, 1)
    fallback = object()
    assert cache.get("a", fallback) is fallback
    assert "a" not in cache


def test_delete_removes_only_the_key__R6(clock):
    cache = make_cache(clock, 3, "abc")
    assert cache.delete("b") is True
    assert cache.keys() == ["a", "c"]
    assert cache.delete("b") is False
    assert cache.delete("x") is False
    assert cache.keys() == ["a", "c"]


def test_delete_makes_room__R6(clock):
    cache = make_cache(clock, 2, "ab")
    cache.delete("b")
    cache.put("c", "C")
    assert cache.keys() == ["a", "c"]
    assert cache.stats().evictions == 0


def test_delete_and_clear_leave_the_counters__R6(clock):
    cache = make_cache(clock, 2, "abc")
    cache.get("b")
    cache.get("x")
    expected = CacheStats(hits=1, misses=1, evictions=1)
    cache.delete("b")
    cache.delete("x")
    assert cache.stats() == expected
    cache.clear()
    assert cache.stats() == expected


def test_cache_works_after_clear__R6_R1(clock):
    cache = make_cache(clock, 2, "ab")
    cache.clear()
    assert len(cache) == 0
    assert cache.keys() == []
    assert "a" not in cache
    for key in "cde":
        cache.put(key, key)
    assert cache.keys() == ["d", "e"]
    assert cache.stats().evictions == 1


# R7: get-or-compute


def test_hit_ignores_compute_and_ttl__R7(clock):
    cache = make_cache(clock, 1)
    cache.put("a", "A", ttl=10)
    clock.advance(5)
    assert cache.get_or_compute("a", must_not_compute, ttl=100) == "A"
    clock.advance(4)
    assert cache.get_or_compute("a", must_not_compute, ttl=1) == "A"
    assert "a" in cache
    clock.advance(1)
    assert "a" not in cache


def test_miss_computes_once_with_the_key_and_stores__R7(clock):
    cache = make_cache(clock, 2)
    calls = []

    def compute(key):
        calls.append(key)
        return ["value"]

    first = cache.get_or_compute("a", compute)
    assert first == ["value"]
    assert cache.get_or_compute("a", compute) is first
    assert cache.get("a") is first
    assert calls == ["a"]


def test_expired_key_is_computed_again__R7(clock):
    cache = make_cache(clock, 1)
    values = iter([1, 2])

    def compute(_):
        return next(values)

    assert cache.get_or_compute("a", compute, ttl=5) == 1
    clock.advance(4)
    assert cache.get_or_compute("a", compute, ttl=5) == 1
    clock.advance(1)
    assert cache.get_or_compute("a", compute, ttl=5) == 2
    assert cache.stats() == CacheStats(hits=1, misses=2, evictions=0)


@pytest.mark.parametrize(("own_ttl", "lifetime"), [(None, 10), (4, 4), (25, 25)])
def test_computed_value_gets_own_ttl_or_default__R7(clock, own_ttl, lifetime):
    cache = make_cache(clock, 1, default_ttl=10)
    cache.get_or_compute("a", str.upper, ttl=own_ttl)
    clock.advance(lifetime - 1)
    assert "a" in cache
    clock.advance(1)
    assert "a" not in cache


# R8: compute takes time and may use the cache


@pytest.mark.parametrize("own_ttl", [None, 10])
def test_deadline_counts_from_the_end_of_compute__R8(clock, own_ttl):
    cache = make_cache(clock, 1, default_ttl=own_ttl or 10)

    def compute(key):
        clock.advance(30)
        return key.upper()

    assert cache.get_or_compute("a", compute, ttl=own_ttl) == "A"
    clock.advance(9)
    assert cache.get("a") == "A"
    clock.advance(1)
    assert cache.get("a") is None


def test_entry_expiring_during_compute_makes_room__R8_R4(clock):
    cache = make_cache(clock, 2, "a")
    cache.put("b", "B", ttl=5)

    def compute(key):
        clock.advance(5)
        return key.upper()

    cache.get_or_compute("c", compute)
    assert cache.keys() == ["a", "c"]
    assert cache.stats().evictions == 0


def test_nested_calls_count_as_usual__R8(clock):
    cache = make_cache(clock, 4, "a")

    def compute(key):
        cache.get("a")
        cache.get("x")
        cache.get(key)
        cache.put("p", "P")
        return cache.get_or_compute("q", str.upper) + key

    assert cache.get_or_compute("c", compute) == "Qc"
    assert cache.keys() == ["a", "p", "q", "c"]
    assert cache.stats() == CacheStats(hits=1, misses=4, evictions=0)


def test_recursive_compute_stays_within_capacity__R8(clock):
    cache = make_cache(clock, 3)
    sizes = []

    def fibonacci(n):
        sizes.append(len(cache))
        if n < 2:
            return n
        smaller = cache.get_or_compute(n - 2, fibonacci)
        return smaller + cache.get_or_compute(n - 1, fibonacci)

    assert cache.get_or_compute(20, fibonacci) == 6765
    assert max(sizes) == 3
    assert cache.keys() == [18, 19, 20]


def test_returned_value_replaces_the_one_stored_by_compute__R8(clock):
    cache = make_cache(clock, 2, "ab")

    def compute(key):
        cache.put(key, "inner", ttl=1)
        return "outer"

    assert cache.get_or_compute("c", compute) == "outer"
    assert cache.keys() == ["b", "c"]
    assert cache.stats() == CacheStats(hits=0, misses=1, evictions=1)
    clock.advance(1)
    assert cache.get("c") == "outer"


def test_computed_key_is_most_recent_even_if_stored_inside__R8_R1(clock):
    cache = make_cache(clock, 3)

    def compute(key):
        cache.put(key, "inner")
        cache.put("z", "Z")
        return "outer"

    cache.get_or_compute("c", compute)
    assert cache.keys() == ["z", "c"]


def test_compute_filling_the_cache_leads_to_eviction__R8(clock):
    cache = make_cache(clock, 2, "a")

    def compute(key):
        cache.put("b", "B")
        return key.upper()

    cache.get_or_compute("c", compute)
    assert cache.keys() == ["b", "c"]
    assert cache.stats().evictions == 1


def test_order_of_use_is_that_after_compute__R8(clock):
    cache = make_cache(clock, 2, "ab")
    cache.get_or_compute("c", lambda _: cache.get("a"))
    assert cache.keys() == ["a", "c"]
    assert cache.get("c") == "A"


def test_compute_may_clear_the_cache__R8(clock):
    cache = make_cache(clock, 2, "ab")

    def compute(key):
        cache.clear()
        return key.upper()

    assert cache.get_or_compute("c", compute) == "C"
    assert cache.keys() == ["c"]
    assert cache.stats() == CacheStats(hits=0, misses=1, evictions=0)


# R9: compute fails


class ComputeError(Exception):
    pass


def test_failure_reaches_the_caller_and_changes_nothing_else__R9(clock):
    cache = make_cache(clock, 2, "ab")
    error = ComputeError("no value")

    def fail(_):
        raise error

    with pytest.raises(ComputeError) as caught:
        cache.get_or_compute("c", fail, ttl=5)
    assert caught.value is error
    assert caught.value.__cause__ is None
    assert cache.keys() == ["a", "b"]
    assert cache.stats() == CacheStats(hits=0, misses=1, evictions=0)
    assert cache.get("a") == "A"
    assert cache.get("b") == "B"


@pytest.mark.parametrize("error_type", [KeyError, ValueError, StopIteration, KeyboardInterrupt])
def test_no_type_of_error_is_swallowed__R9(clock, error_type):
    cache = make_cache(clock, 1)
    error = error_type("a")

    def fail(_):
        raise error

    with pytest.raises(error_type) as caught:
        cache.get_or_compute("a", fail)
    assert caught.value is error
    assert "a" not in cache


def test_failed_key_is_computed_again__R9(clock):
    cache = make_cache(clock, 1)
    calls = []

    def compute(key):
        calls.append(key)
        if len(calls) < 3:
            raise ComputeError
        return len(calls)

    for _ in range(2):
        with pytest.raises(ComputeError):
            cache.get_or_compute("a", compute)
    assert cache.get_or_compute("a", compute) == 3
    assert calls == ["a", "a", "a"]
    assert cache.stats() == CacheStats(hits=0, misses=3, evictions=0)


def test_failure_for_an_expired_key_stores_nothing__R9(clock):
    cache = make_cache(clock, 2, "ab", default_ttl=5)
    clock.advance(5)
    with pytest.raises(ZeroDivisionError):
        cache.get_or_compute("a", lambda _: 1 // 0)
    assert cache.keys() == []
    assert cache.stats() == CacheStats(hits=0, misses=1, evictions=0)


def test_calls_made_before_the_failure_keep_their_effect__R9_R8(clock):
    cache = make_cache(clock, 3, "ab")

    def compute(_):
        cache.get("a")
        cache.put("x", "X")
        raise ComputeError

    with pytest.raises(ComputeError):
        cache.get_or_compute("c", compute)
    assert cache.keys() == ["b", "a", "x"]
    assert cache.stats() == CacheStats(hits=1, misses=1, evictions=0)


# R10: invalid arguments


@pytest.mark.parametrize("capacity", INVALID_CAPACITIES, ids=repr)
def test_invalid_capacity__R10(capacity):
    with pytest.raises(InvalidArgumentError):
        TtlLruCache(capacity)


@pytest.mark.parametrize("ttl", INVALID_TTLS, ids=lambda ttl: repr(ttl)[:20])
def test_invalid_default_ttl__R10(ttl):
    with pytest.raises(InvalidArgumentError):
        TtlLruCache(1, default_ttl=ttl)


@pytest.mark.parametrize("ttl", INVALID_TTLS, ids=lambda ttl: repr(ttl)[:20])
@pytest.mark.parametrize("key", ["a", "new"])
def test_invalid_own_ttl_changes_nothing__R10(clock, key, ttl):
    cache = make_cache(clock, 2, "ab", default_ttl=10)
    clock.advance(4)
    with pytest.raises(InvalidArgumentError):
        cache.put(key, "other", ttl=ttl)
    with pytest.raises(InvalidArgumentError):
        cache.get_or_compute(key, must_not_compute, ttl=ttl)
    assert cache.keys() == ["a", "b"]
    assert cache.stats() == CacheStats(hits=0, misses=0, evictions=0)
    clock.advance(5)
    assert cache.get("a") == "A"
    clock.advance(1)
    assert len(cache) == 0


def test_invalid_ttl_for_an_expired_key_counts_no_miss__R10(clock):
    cache = make_cache(clock, 1, "a", default_ttl=5)
    clock.advance(5)
    with pytest.raises(InvalidArgumentError):
        cache.get_or_compute("a", must_not_compute, ttl=0)
    assert cache.stats() == CacheStats(hits=0, misses=0, evictions=0)


def test_error_is_a_value_error__R10():
    assert issubclass(InvalidArgumentError, ValueError)


def test_smallest_valid_arguments__R10():
    clock = FakeClock(now=0)
    cache = TtlLruCache(1, default_ttl=5e-324, clock=clock)
    cache.put("a", "A")
    assert cache.get("a") == "A"
    clock.advance(5e-324)
    assert cache.get("a") is None
