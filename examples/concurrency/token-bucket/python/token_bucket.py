"""Keyed token-bucket rate limiter with exact refill and a bounded number of keys.

All arithmetic is done in integer *ticks*. With ``refill_tokens`` ticks per nanosecond, one token is
worth exactly ``refill_period_ns`` ticks, so neither a point in time nor a fraction of a token is ever
rounded.
"""

import time
from collections.abc import Callable
from threading import Lock

_MAX_TOKENS = 100_000
_MAX_PERIOD_NS = 24 * 60 * 60 * 1_000_000_000


class CapacityExceededError(Exception):
    """More tokens were asked for than a bucket can ever hold."""


class TooManyKeysError(Exception):
    """The limiter holds its maximum number of keys, and no bucket of theirs is full."""


class TokenBucketLimiter:
    """A token bucket per key, safe for use by several threads.

    Every bucket holds up to ``capacity`` tokens and gains ``refill_tokens`` per ``refill_period_ns``,
    evenly spread over time. A key that is not held has a full bucket.

    Time is the greatest reading of ``clock`` so far: while the clock is behind it, time stands still.

    Raises:
        ValueError: a setting is not an integer or out of range.
    """

    def __init__(
        self,
        *,
        capacity: int,
        refill_tokens: int,
        refill_period_ns: int,
        max_keys: int,
        clock: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        _require_integer("capacity", capacity, at_most=_MAX_TOKENS)
        _require_integer("refill_tokens", refill_tokens, at_most=_MAX_TOKENS)
        _require_integer("refill_period_ns", refill_period_ns, at_most=_MAX_PERIOD_NS)
        _require_integer("max_keys", max_keys)
        self._capacity = capacity
        self._max_keys = max_keys
        self._clock = clock
        self._ticks_per_ns = refill_tokens
        self._ticks_per_token = refill_period_ns
        self._ticks_to_fill = capacity * refill_period_ns
        self._lock = Lock()
        self._latest: int | None = None
        self._full_at: dict[str, int] = {}  # the tick at which the bucket of each held key is full

    def try_acquire(self, key: str, n: int) -> bool:
        """Take ``n`` tokens if the bucket holds as many; otherwise take none and return False.

        A key that is not held may drop the keys with a full bucket to make room for itself.

        Raises:
            ValueError: ``n`` is not an integer of 1 or more.
            CapacityExceededError: ``n`` is greater than the capacity.
            TooManyKeysError: the key is not held and there is no room for it.
        """
        cost = self._cost(n)
        with self._lock:
            now = self._advance()
            full_at = self._refilled_at(key, now) + cost
            if full_at > now + self._ticks_to_fill:
                return False
            if key not in self._full_at:
                self._make_room(now)
            self._full_at[key] = full_at
            return True

    def time_until(self, key: str, n: int) -> int:
        """Return the nanoseconds until the bucket holds ``n`` tokens if nobody takes any.

        Raises:
            ValueError: ``n`` is not an integer of 1 or more.
            CapacityExceededError: ``n`` is greater than the capacity.
        """
        cost = self._cost(n)
        with self._lock:
            now = self._advance()
            lacking = self._refilled_at(key, now) + cost - now - self._ticks_to_fill
            return max(0, _divide_up(lacking, self._ticks_per_ns))

    def available(self, key: str) -> int:
        """Return the number of whole tokens in the bucket."""
        with self._lock:
            now = self._advance()
            level = now + self._ticks_to_fill - self._refilled_at(key, now)
            return level // self._ticks_per_token

    def prune(self) -> int:
        """Drop all keys whose bucket is full and return their number."""
        with self._lock:
            return self._drop_full(self._advance())

    def __len__(self) -> int:
        """Return the number of keys held, full buckets included."""
        with self._lock:
            return len(self._full_at)

    def _cost(self, n: int) -> int:
        _require_integer("n", n)
        if n > self._capacity:
            raise CapacityExceededError(f"{n} tokens asked for, the capacity is {self._capacity}")
        return n * self._ticks_per_token

    # The methods below are called with the lock held.

    def _advance(self) -> int:
        """Read the clock and return the limiter's time in ticks."""
        reading = self._clock() * self._ticks_per_ns
        if self._latest is None or reading > self._latest:
            self._latest = reading
        return self._latest

    def _refilled_at(self, key: str, now: int) -> int:
        """Return the tick at which the bucket is full: ``now`` if it already is."""
        return max(now, self._full_at.get(key, now))

    def _make_room(self, now: int) -> None:
        if len(self._full_at) >= self._max_keys and self._drop_full(now) == 0:
            raise TooManyKeysError(f"already holding {self._max_keys} keys")

    def _drop_full(self, now: int) -> int:
        full = [key for key, full_at in self._full_at.items() if full_at <= now]
        for key in full:
            del self._full_at[key]
        return len(full)


def _require_integer(name: str, value: int, *, at_most: int | None = None) -> None:
    if not isinstance(value, int):
        raise ValueError(f"{name} must be an integer, not {value!r}")
    if value < 1 or (at_most is not None and value > at_most):
        limits = "at least 1" if at_most is None else f"from 1 to {at_most}"
        raise ValueError(f"{name} must be {limits}, not {value}")


def _divide_up(dividend: int, divisor: int) -> int:
    return -(-dividend // divisor)
