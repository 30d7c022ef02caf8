import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from collections.abc import Iterator
from types import FrameType

import pytest

import token_bucket
from token_bucket import CapacityExceededError
from token_bucket import TokenBucketLimiter
from token_bucket import TooManyKeysError

DAY_NS = 86_400_000_000_000


class FakeClock:
    """A clock that stands where the test puts it and counts its readings."""

    def __init__(self, now: int = 0) -> None:
        self.now = now
        self.readings = 0

    def __call__(self) -> int:
        self.readings += 1
        return self.now


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def make(clock: FakeClock) -> Callable[..., TokenBucketLimiter]:
    """Create limiters that run on ``clock``; by default 10 tokens, one per nanosecond, 100 keys."""

    def make(**settings: int) -> TokenBucketLimiter:
        defaults = {"capacity": 10, "refill_tokens": 1, "refill_period_ns": 1, "max_keys": 100}
        return TokenBucketLimiter(**(defaults | settings), clock=clock)

    return make


# --- Taking tokens ---------------------------------------------------------------------------------


def test_bucket_starts_full__R1(make):
    limiter = make(capacity=10)
    assert limiter.available("alice") == 10
    assert limiter.try_acquire("alice", 10) is True
    assert limiter.available("alice") == 0


def test_takes_exactly_n__R1(make):
    limiter = make(capacity=10)
    assert limiter.try_acquire("alice", 3) is True
    assert limiter.available("alice") == 7
    assert limiter.try_acquire("alice", 1) is True
    assert limiter.available("alice") == 6


def test_last_tokens_can_be_taken_but_not_one_more__R1(make):
    limiter = make(capacity=10)
    limiter.try_acquire("alice", 4)
    assert limiter.try_acquire("alice", 7) is False
    assert limiter.try_acquire("alice", 6) is True
    assert limiter.try_acquire("alice", 1) is False


def test_failing_try_acquire_takes_none__R1(make):
    limiter = make(capacity=10)
    limiter.try_acquire("alice", 5)
    assert [limiter.try_acquire("alice", 6) for _ in range(3)] == [False, False, False]
    assert limiter.available("alice") == 5


def test_works_with_the_default_clock__R1():
    limiter = TokenBucketLimiter(capacity=2, refill_tokens=1, refill_period_ns=DAY_NS, max_keys=1)
    assert [limiter.try_acquire("alice", 1) for _ in range(3)] == [True, True, False]
    assert 0 < limiter.time_until("alice", 1) <= DAY_NS


# --- Refill ----------------------------------------------------------------------------------------


def test_two_tokens_per_five_nanoseconds__R2(make, clock):
    limiter = make(capacity=10, refill_tokens=2, refill_period_ns=5)
    limiter.try_acquire("alice", 10)
    levels = []
    for clock.now in range(11):
        levels.append(limiter.available("alice"))
    assert levels == [0, 0, 0, 1, 1, 2, 2, 2, 3, 3, 4]


def test_never_holds_more_than_the_capacity__R2(make, clock):
    limiter = make(capacity=3, refill_tokens=2, refill_period_ns=5)
    limiter.try_acquire("alice", 3)
    clock.now = 1_000
    assert limiter.available("alice") == 3
    assert limiter.try_acquire("alice", 3) is True
    assert limiter.try_acquire("alice", 1) is False


def test_fraction_beyond_the_capacity_is_lost__R2(make, clock):
    limiter = make(capacity=2, refill_tokens=1, refill_period_ns=3)
    limiter.try_acquire("alice", 2)
    clock.now = 8
    assert limiter.try_acquire("alice", 2) is True
    clock.now = 10
    assert limiter.available("alice") == 0
    clock.now = 11
    assert limiter.available("alice") == 1


def test_fraction_stays_when_tokens_are_taken__R2(make, clock):
    limiter = make(capacity=2, refill_tokens=1, refill_period_ns=3)
    limiter.try_acquire("alice", 2)
    clock.now = 5  # 1 2/3 tokens
    assert limiter.try_acquire("alice", 1) is True
    assert limiter.available("alice") == 0
    clock.now = 6
    assert limiter.available("alice") == 1


def test_taking_each_token_at_once_loses_none__R2(make, clock):
    limiter = make(capacity=10, refill_tokens=7, refill_period_ns=10)
    limiter.try_acquire("alice", 10)
    taken = 0
    for clock.now in range(1, 10_001):
        taken += limiter.try_acquire("alice", 1)
    assert taken == 7_000
    assert limiter.try_acquire("alice", 1) is False


def test_slowest_refill_of_the_largest_bucket__R2(make, clock):
    limiter = make(capacity=100_000, refill_tokens=1, refill_period_ns=DAY_NS)
    limiter.try_acquire("alice", 100_000)
    clock.now = DAY_NS - 1
    assert limiter.available("alice") == 0
    clock.now = DAY_NS
    assert limiter.available("alice") == 1
    clock.now = 99_999 * DAY_NS - 1
    assert limiter.available("alice") == 99_998
    clock.now = 100_000 * DAY_NS - 1
    assert limiter.available("alice") == 99_999
    assert limiter.try_acquire("alice", 100_000) is False
    clock.now = 100_000 * DAY_NS
    assert limiter.try_acquire("alice", 100_000) is True


def test_fastest_refill_of_the_largest_bucket__R2(make, clock):
    limiter = make(capacity=100_000, refill_tokens=100_000, refill_period_ns=1)
    limiter.try_acquire("alice", 100_000)
    assert limiter.available("alice") == 0
    clock.now = 1
    assert limiter.available("alice") == 100_000


def test_large_settings_without_common_divisor__R2(make, clock):
    limiter = make(capacity=100_000, refill_tokens=99_991, refill_period_ns=DAY_NS - 1)
    limiter.try_acquire("alice", 100_000)
    clock.now = 86_399_135_922_232  # 98/99,991 of a nanosecond short of 99,990 tokens
    assert limiter.available("alice") == 99_989
    clock.now += 1
    assert limiter.available("alice") == 99_990


def test_far_origin_of_the_clock_costs_no_precision__R2(make, clock):
    clock.now = 2**62
    limiter = make(capacity=10, refill_tokens=2, refill_period_ns=5)
    limiter.try_acquire("alice", 10)
    clock.now += 2
    assert limiter.available("alice") == 0
    clock.now += 1
    assert limiter.available("alice") == 1


@pytest.mark.parametrize("elapsed", [2**53, 2**63, 10**30])
def test_full_after_a_very_long_time__R2(make, clock, elapsed):
    limiter = make(capacity=100_000, refill_tokens=100_000, refill_period_ns=DAY_NS)
    limiter.try_acquire("alice", 100_000)
    clock.now = elapsed
    assert limiter.available("alice") == 100_000
    assert limiter.try_acquire("alice", 100_000) is True
    assert limiter.try_acquire("alice", 1) is False


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda limiter: limiter.available("alice"), id="available"),
        pytest.param(lambda limiter: limiter.time_until("alice", 100_000), id="time_until"),
        pytest.param(lambda limiter: limiter.try_acquire("alice", 100_000), id="try_acquire"),
    ],
)
def test_asking_every_nanosecond_does_not_change_the_gain__R3(make, clock, ask):
    limiter = make(capacity=100_000, refill_tokens=1, refill_period_ns=3)
    limiter.try_acquire("alice", 100_000)
    for clock.now in range(30_000):
        ask(limiter)
    assert limiter.available("alice") == 9_999
    clock.now = 30_000
    assert limiter.available("alice") == 10_000


# --- Waiting time ----------------------------------------------------------------------------------


def test_time_until_is_zero_if_the_tokens_are_there__R4(make):
    limiter = make(capacity=10)
    limiter.try_acquire("alice", 6)
    assert limiter.time_until("alice", 1) == 0
    assert limiter.time_until("alice", 4) == 0
    assert limiter.time_until("alice", 5) == 1


def test_time_until_rounds_up_to_whole_nanoseconds__R4(make, clock):
    limiter = make(capacity=10, refill_tokens=3, refill_period_ns=7)
    limiter.try_acquire("alice", 10)
    assert [limiter.time_until("alice", n) for n in range(1, 7)] == [3, 5, 7, 10, 12, 14]


def test_time_until_counts_the_fraction_already_there__R4(make, clock):
    limiter = make(capacity=10, refill_tokens=2, refill_period_ns=5)
    limiter.try_acquire("alice", 10)
    waits = []
    for clock.now in range(6):
        waits.append(limiter.time_until("alice", 2))
    assert waits == [5, 4, 3, 2, 1, 0]


@pytest.mark.parametrize("refill_tokens", [1, 2, 3, 7])
@pytest.mark.parametrize("refill_period_ns", [1, 2, 3, 5, 10])
@pytest.mark.parametrize("start", [0, 1, 2])
def test_try_acquire_succeeds_after_time_until_and_not_before__R4(
    make, clock, refill_tokens, refill_period_ns, start
):
    limiter = make(capacity=9, refill_tokens=refill_tokens, refill_period_ns=refill_period_ns)
    limiter.try_acquire("alice", 9)
    for n in range(1, 10):
        asked_at = clock.now + start
        clock.now = asked_at
        wait = limiter.time_until("alice", n)
        if wait > 0:
            clock.now = asked_at + wait - 1
            assert limiter.try_acquire("alice", n) is False
        clock.now = asked_at + wait
        assert limiter.try_acquire("alice", n) is True


def test_time_until_is_exact_for_large_settings__R4(make, clock):
    limiter = make(capacity=100_000, refill_tokens=99_991, refill_period_ns=DAY_NS - 1)
    limiter.try_acquire("alice", 100_000)
    assert limiter.time_until("alice", 1) == 864_077_767
    assert limiter.time_until("alice", 99_990) == 86_399_135_922_233
    assert limiter.time_until("alice", 100_000) == 86_407_776_699_902


def test_time_until_of_the_slowest_refill__R4(make, clock):
    limiter = make(capacity=100_000, refill_tokens=1, refill_period_ns=DAY_NS)
    limiter.try_acquire("alice", 100_000)
    clock.now = 1
    assert limiter.time_until("alice", 100_000) == 8_639_999_999_999_999_999


def test_time_until_changes_no_bucket__R4(make, clock):
    limiter = make(capacity=10, refill_tokens=2, refill_period_ns=5)
    limiter.try_acquire("alice", 8)
    assert [limiter.time_until("alice", 5) for _ in range(3)] == [8, 8, 8]
    assert [limiter.time_until("alice", 2) for _ in range(3)] == [0, 0, 0]
    assert limiter.available("alice") == 2
    assert len(limiter) == 1


# --- Clock -----------------------------------------------------------------------------------------


def test_clock_going_back_neither_adds_nor_removes_tokens__R5(make, clock):
    clock.now = 100
    limiter = make(capacity=10)
    limiter.try_acquire("alice", 8)
    levels = []
    for clock.now in (40, 0, 70, 99, 100):
        levels.append(limiter.available("alice"))
    assert levels == [2, 2, 2, 2, 2]
    clock.now = 103
    assert limiter.available("alice") == 5


def test_tokens_taken_while_the_clock_is_back_refill_from_the_greatest_reading__R5(make, clock):
    clock.now = 100
    limiter = make(capacity=10)
    limiter.try_acquire("alice", 4)
    clock.now = 50
    assert limiter.try_acquire("alice", 6) is True
    assert limiter.try_acquire("alice", 1) is False
    clock.now = 100
    assert limiter.try_acquire("alice", 1) is False
    clock.now = 102
    assert limiter.available("alice") == 2


def test_time_until_counts_from_the_greatest_reading__R5(make, clock):
    clock.now = 100
    limiter = make(capacity=10)
    limiter.try_acquire("alice", 10)
    clock.now = 40
    assert limiter.time_until("alice", 5) == 5
    clock.now = 102
    assert limiter.time_until("alice", 5) == 3


def fail_with_too_many_keys(limiter: TokenBucketLimiter) -> None:
    with pytest.raises(TooManyKeysError):
        limiter.try_acquire("dave", 1)


@pytest.mark.parametrize(
    "read_clock",
    [
        pytest.param(lambda limiter: limiter.try_acquire("carol", 1), id="try_acquire"),
        pytest.param(lambda limiter: limiter.try_acquire("carol", 1_000), id="failing try_acquire"),
        pytest.param(lambda limiter: limiter.time_until("carol", 1), id="time_until"),
        pytest.param(lambda limiter: limiter.time_until("dave", 1), id="time_until of a key not held"),
        pytest.param(lambda limiter: limiter.available("carol"), id="available"),
        pytest.param(lambda limiter: limiter.available("dave"), id="available of a key not held"),
        pytest.param(lambda limiter: limiter.prune(), id="prune"),
        pytest.param(fail_with_too_many_keys, id="too many keys"),
    ],
)
def test_reading_of_any_call_and_key_counts_for_all__R5(make, clock, read_clock):
    limiter = make(capacity=1_000, max_keys=2)
    limiter.try_acquire("carol", 1_000)
    limiter.try_acquire("bob", 1_000)
    clock.now = 500
    read_clock(limiter)
    clock.now = 0
    assert limiter.available("bob") == 500
    assert limiter.time_until("bob", 501) == 1
    clock.now = 500
    assert limiter.available("bob") == 500
    clock.now = 501
    assert limiter.available("bob") == 501


def test_key_first_used_while_the_clock_is_back_gains_nothing_until_it_has_caught_up__R5(make, clock):
    clock.now = 1_000
    limiter = make(capacity=10)
    limiter.available("alice")
    clock.now = 0
    assert limiter.try_acquire("bob", 10) is True
    levels = []
    for clock.now in (5, 999, 1_000, 1_001, 1_004):
        levels.append(limiter.available("bob"))
    assert levels == [0, 0, 0, 1, 4]


def test_creation_does_not_read_the_clock__R5(make, clock):
    clock.now = 1_000
    limiter = make(capacity=10)
    assert clock.readings == 0
    clock.now = 0
    limiter.try_acquire("alice", 10)
    clock.now = 4
    assert limiter.available("alice") == 4


def test_clock_may_be_negative__R5(make, clock):
    clock.now = -1_000
    limiter = make(capacity=10)
    limiter.try_acquire("alice", 10)
    clock.now = -997
    assert limiter.available("alice") == 3
    clock.now = -999
    assert limiter.time_until("alice", 5) == 2


def test_greatest_reading_of_zero_counts_like_any_other__R5(make, clock):
    clock.now = 0
    limiter = make(capacity=10)
    limiter.try_acquire("alice", 8)
    levels = []
    for clock.now in (-5, -1, 0, 1):
        levels.append(limiter.available("alice"))
    assert levels == [2, 2, 2, 3]


def test_each_call_reads_the_clock_once__R5(make, clock):
    limiter = make(capacity=10, max_keys=1)
    calls = [
        lambda: limiter.try_acquire("alice", 8),
        lambda: limiter.try_acquire("alice", 8),
        lambda: limiter.time_until("alice", 8),
        lambda: limiter.time_until("bob", 8),
        lambda: limiter.available("alice"),
        lambda: limiter.available("bob"),
        lambda: fail_with_too_many_keys(limiter),
        lambda: limiter.prune(),
    ]
    for count, call in enumerate(calls, start=1):
        call()
        assert clock.readings == count
    len(limiter)
    assert clock.readings == len(calls)


# --- Keys ------------------------------------------------------------------------------------------


def test_keys_are_independent__R6(make, clock):
    limiter = make(capacity=10)
    limiter.try_acquire("alice", 10)
    clock.now = 2
    assert limiter.try_acquire("bob", 9) is True
    assert limiter.available("alice") == 2
    assert limiter.available("bob") == 1
    clock.now = 3
    assert limiter.available("alice") == 3
    assert limiter.available("bob") == 2


def test_any_string_is_a_key_of_its_own__R6(make):
    keys = ["", " ", "\0", "__proto__", "__class__", "a", "A", "a ", "é", "e\u0301", "键", "\ud800", "\ud801"]
    limiter = make(capacity=20)
    for n, key in enumerate(keys, start=1):
        assert limiter.try_acquire(key, n) is True
    assert [limiter.available(key) for key in keys] == [20 - n for n in range(1, len(keys) + 1)]
    assert len(limiter) == len(keys)


def test_asking_for_a_key_that_is_not_held_adds_none__R6(make):
    limiter = make(capacity=10)
    assert limiter.available("alice") == 10
    assert limiter.time_until("alice", 10) == 0
    assert len(limiter) == 0


def test_asking_for_a_key_that_is_not_held_works_at_the_maximum__R6(make):
    limiter = make(capacity=10, max_keys=1)
    limiter.try_acquire("alice", 1)
    assert limiter.available("bob") == 10
    assert limiter.time_until("bob", 10) == 0
    assert len(limiter) == 1
    assert limiter.available("alice") == 9


def test_asking_at_the_maximum_drops_no_full_bucket__R6(make, clock):
    limiter = make(capacity=10, max_keys=1)
    limiter.try_acquire("alice", 1)
    clock.now = 1
    assert limiter.available("bob") == 10
    assert limiter.time_until("bob", 10) == 0
    assert len(limiter) == 1


def test_key_is_held_from_its_first_successful_try_acquire__R6(make):
    limiter = make(capacity=10)
    assert len(limiter) == 0
    limiter.try_acquire("alice", 10)
    assert len(limiter) == 1
    limiter.try_acquire("alice", 1)
    assert len(limiter) == 1
    limiter.try_acquire("bob", 1)
    assert len(limiter) == 2


def test_prune_drops_exactly_the_full_buckets__R7(make, clock):
    limiter = make(capacity=10)
    limiter.try_acquire("alice", 3)
    limiter.try_acquire("bob", 4)
    limiter.try_acquire("carol", 2)
    clock.now = 3
    assert limiter.prune() == 2
    assert len(limiter) == 1
    assert limiter.available("bob") == 9
    assert limiter.prune() == 0
    clock.now = 4
    assert limiter.prune() == 1
    assert len(limiter) == 0


def test_prune_of_an_empty_limiter__R7(make):
    assert make().prune() == 0


def test_prune_keeps_a_bucket_short_of_a_tiny_fraction__R7(make, clock):
    limiter = make(capacity=100_000, refill_tokens=1, refill_period_ns=DAY_NS)
    limiter.try_acquire("alice", 100_000)
    clock.now = 100_000 * DAY_NS - 1
    assert limiter.prune() == 0
    assert len(limiter) == 1
    assert limiter.time_until("alice", 100_000) == 1
    clock.now += 1
    assert limiter.prune() == 1
    assert len(limiter) == 0


def test_prune_keeps_the_fraction_of_a_bucket_that_stays__R7(make, clock):
    limiter = make(capacity=2, refill_tokens=3, refill_period_ns=7)
    limiter.try_acquire("alice", 2)
    clock.now = 4  # 1 5/7 tokens
    assert limiter.prune() == 0
    assert limiter.available("alice") == 1
    clock.now = 5  # 2 1/7 tokens would be
    assert limiter.prune() == 1


def test_size_counts_full_buckets_until_they_are_dropped__R7(make, clock):
    limiter = make(capacity=10)
    limiter.try_acquire("alice", 1)
    limiter.try_acquire("bob", 1)
    clock.now = 1_000
    assert limiter.available("alice") == 10
    assert limiter.time_until("bob", 10) == 0
    limiter.try_acquire("carol", 1)
    assert len(limiter) == 3


def test_pruned_key_has_a_full_bucket_again__R7(make, clock):
    limiter = make(capacity=10)
    limiter.try_acquire("alice", 1)
    clock.now = 1
    limiter.prune()
    assert limiter.available("alice") == 10
    assert limiter.try_acquire("alice", 10) is True
    assert limiter.try_acquire("alice", 1) is False


def test_prune_goes_by_the_greatest_reading__R5_R7(make, clock):
    limiter = make(capacity=10)
    limiter.try_acquire("alice", 5)
    clock.now = 5
    limiter.available("bob")
    clock.now = 0
    assert limiter.prune() == 1


# --- Maximum number of keys ------------------------------------------------------------------------


def test_one_key_too_many_fails_and_changes_nothing__R8(make, clock):
    limiter = make(capacity=10, max_keys=2)
    limiter.try_acquire("alice", 3)
    limiter.try_acquire("bob", 10)
    clock.now = 2
    with pytest.raises(TooManyKeysError):
        limiter.try_acquire("carol", 1)
    assert len(limiter) == 2
    assert limiter.available("alice") == 9
    assert limiter.available("bob") == 2


def test_held_keys_go_on_working_at_the_maximum__R8(make, clock):
    limiter = make(capacity=10, max_keys=1)
    limiter.try_acquire("alice", 3)
    with pytest.raises(TooManyKeysError):
        limiter.try_acquire("bob", 1)
    assert limiter.try_acquire("alice", 7) is True
    assert limiter.try_acquire("alice", 1) is False
    clock.now = 4
    assert limiter.try_acquire("alice", 4) is True
    assert len(limiter) == 1


def test_all_full_buckets_make_room_for_a_new_key__R8(make, clock):
    limiter = make(capacity=10, max_keys=4)
    limiter.try_acquire("alice", 2)
    limiter.try_acquire("bob", 9)
    limiter.try_acquire("carol", 1)
    limiter.try_acquire("dave", 2)
    clock.now = 2
    assert limiter.try_acquire("erin", 4) is True
    assert len(limiter) == 2
    assert limiter.available("bob") == 3
    assert limiter.available("erin") == 6


def test_new_key_gets_in_exactly_when_a_bucket_is_full__R8(make, clock):
    limiter = make(capacity=2, refill_tokens=2, refill_period_ns=5, max_keys=1)
    limiter.try_acquire("alice", 1)
    clock.now = 2
    with pytest.raises(TooManyKeysError):
        limiter.try_acquire("bob", 2)
    clock.now = 3
    assert limiter.try_acquire("bob", 2) is True
    assert limiter.available("bob") == 0
    assert len(limiter) == 1


def test_held_key_drops_no_full_bucket_at_the_maximum__R8(make, clock):
    limiter = make(capacity=10, max_keys=2)
    limiter.try_acquire("alice", 1)
    limiter.try_acquire("bob", 1)
    clock.now = 1
    assert limiter.try_acquire("alice", 1) is True
    assert len(limiter) == 2


def test_failing_key_is_not_held_afterwards__R8(make, clock):
    limiter = make(capacity=10, max_keys=1)
    limiter.try_acquire("alice", 1)
    with pytest.raises(TooManyKeysError):
        limiter.try_acquire("bob", 6)
    clock.now = 1
    assert limiter.try_acquire("bob", 10) is True
    assert len(limiter) == 1


def test_a_flood_of_keys_never_exceeds_the_maximum__R8(make, clock):
    limiter = make(capacity=2, refill_tokens=1, refill_period_ns=10, max_keys=5)
    outcomes = Counter()
    for clock.now in range(100):
        try:
            limiter.try_acquire(f"key {clock.now}", 1)
            outcomes["held"] += 1
        except TooManyKeysError:
            outcomes["refused"] += 1
        assert len(limiter) <= 5
    assert outcomes == {"held": 50, "refused": 50}


# --- Errors ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "settings",
    [
        {"capacity": 0},
        {"capacity": -1},
        {"capacity": 100_001},
        {"capacity": 1.5},
        {"refill_tokens": 0},
        {"refill_tokens": -1},
        {"refill_tokens": 100_001},
        {"refill_tokens": 1.5},
        {"refill_period_ns": 0},
        {"refill_period_ns": -1},
        {"refill_period_ns": DAY_NS + 1},
        {"refill_period_ns": 1.5},
        {"max_keys": 0},
        {"max_keys": -1},
        {"max_keys": 1.5},
        {"max_keys": float("inf")},
    ],
    ids=str,
)
def test_setting_out_of_range__R9(make, clock, settings):
    with pytest.raises(ValueError):
        make(**settings)
    assert clock.readings == 0


@pytest.mark.parametrize(
    "settings",
    [
        {"capacity": 1},
        {"capacity": 100_000},
        {"refill_tokens": 1},
        {"refill_tokens": 100_000},
        {"refill_period_ns": 1},
        {"refill_period_ns": DAY_NS},
        {"max_keys": 1},
        {"max_keys": 10**20},
    ],
    ids=str,
)
def test_setting_at_the_limit_is_valid__R9(make, settings):
    limiter = make(**settings)
    assert limiter.try_acquire("alice", 1) is True


OPERATIONS = [TokenBucketLimiter.try_acquire, TokenBucketLimiter.time_until]


@pytest.mark.parametrize("operation", OPERATIONS, ids=["try_acquire", "time_until"])
@pytest.mark.parametrize(
    ("n", "error"),
    [
        (0, ValueError),
        (-1, ValueError),
        (1.5, ValueError),
        (1e9 + 0.5, ValueError),
        (float("nan"), ValueError),
        (11, CapacityExceededError),
        (10**30, CapacityExceededError),
    ],
)
class TestRefusedNumberOfTokens:
    def test_fails_for_keys_held_or_not__R9(self, make, operation, n, error):
        limiter = make(capacity=10)
        limiter.try_acquire("alice", 1)
        for key in ("alice", "bob"):
            with pytest.raises(error):
                operation(limiter, key, n)

    def test_changes_neither_tokens_nor_keys__R9(self, make, clock, operation, n, error):
        limiter = make(capacity=10, max_keys=2)
        limiter.try_acquire("alice", 1)
        limiter.try_acquire("bob", 5)
        clock.now = 1
        for key in ("alice", "bob", "carol"):
            with pytest.raises(error):
                operation(limiter, key, n)
        assert len(limiter) == 2
        assert limiter.available("alice") == 10
        assert limiter.available("bob") == 6

    def test_does_not_read_the_clock__R9(self, make, clock, operation, n, error):
        limiter = make(capacity=10)
        limiter.try_acquire("alice", 10)
        clock.now = 1_000
        with pytest.raises(error):
            operation(limiter, "alice", n)
        assert clock.readings == 1
        clock.now = 2
        assert limiter.available("alice") == 2


def test_n_equal_to_the_capacity_is_valid__R9(make):
    limiter = make(capacity=10)
    assert limiter.time_until("alice", 10) == 0
    assert limiter.try_acquire("alice", 10) is True
    assert limiter.time_until("alice", 10) == 10


# --- Concurrency -----------------------------------------------------------------------------------


@pytest.fixture
def frequent_switches() -> Iterator[None]:
    """Let new threads pause at every line of the limiter, so that races show."""

    def trace(frame: FrameType, event: str, arg: object) -> Callable | None:
        if frame.f_code.co_filename != token_bucket.__file__:
            return None
        time.sleep(0)
        return trace

    interval, outer_trace = sys.getswitchinterval(), threading.gettrace()
    sys.setswitchinterval(1e-6)
    threading.settrace(trace)
    yield
    threading.settrace(outer_trace)
    sys.setswitchinterval(interval)


def run_concurrently(*tasks: Callable[[], None]) -> None:
    """Run each task in a thread of its own, all starting together; raise the first error of any."""
    barrier = threading.Barrier(len(tasks))
    errors = []

    def run(task: Callable[[], None]) -> None:
        barrier.wait()
        try:
            task()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


@pytest.mark.usefixtures("frequent_switches")
class TestConcurrentUse:
    def test_as_many_succeed_as_there_are_tokens__R10(self, make):
        limiter = make(capacity=50)
        taken = []

        def acquire() -> None:
            taken.append(sum(limiter.try_acquire("alice", 1) for _ in range(25)))

        run_concurrently(*[acquire] * 4)
        assert sum(taken) == 50
        assert limiter.available("alice") == 0

    def test_no_token_is_lost_when_all_succeed__R10(self, make):
        limiter = make(capacity=1_000)

        def acquire() -> None:
            for _ in range(25):
                assert limiter.try_acquire("alice", 1) is True

        run_concurrently(*[acquire] * 4)
        assert limiter.available("alice") == 900

    def test_other_keys_and_prune_do_not_change_that__R10(self, make):
        limiter = make(capacity=30)
        taken = {"alice": [], "bob": []}
        pruned = []

        def acquire(key: str) -> Callable[[], None]:
            return lambda: taken[key].append(sum(limiter.try_acquire(key, 1) for _ in range(25)))

        def prune() -> None:
            pruned.append(sum(limiter.prune() for _ in range(25)))

        run_concurrently(*[acquire("alice")] * 2, *[acquire("bob")] * 2, prune)
        for key in ("alice", "bob"):
            assert sum(taken[key]) == 30
            assert limiter.available(key) == 0
        assert pruned == [0]

    def test_prune_does_not_drop_a_bucket_being_taken_from__R10(self, make, clock):
        limiter = make(capacity=2)
        keys = [f"key {i}" for i in range(40)]
        for key in keys:
            limiter.try_acquire(key, 1)
        clock.now = 1
        taken = []

        def acquire() -> None:
            taken.append(sum(limiter.try_acquire(key, 1) for key in keys))

        def prune() -> None:
            for _ in range(10):
                limiter.prune()

        run_concurrently(acquire, acquire, acquire, prune)
        assert sum(taken) == 80
        assert [limiter.available(key) for key in keys] == [0] * 40

    def test_new_keys_do_not_exceed_the_maximum__R8_R10(self, make):
        limiter = make(max_keys=20)
        outcomes = []

        def acquire(name: str) -> Callable[[], None]:
            def task() -> None:
                for i in range(10):
                    try:
                        outcomes.append(limiter.try_acquire(f"{name} {i}", 1))
                    except TooManyKeysError:
                        outcomes.append(None)

            return task

        run_concurrently(*[acquire(name) for name in "abcd"])
        assert Counter(outcomes) == {True: 20, None: 20}
        assert len(limiter) == 20
