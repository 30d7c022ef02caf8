"""In-memory cache with least-recently-used eviction and per-entry time to live."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
D = TypeVar("D")


class InvalidArgumentError(ValueError):
    """Invalid capacity or TTL."""


@dataclass(frozen=True)
class CacheStats:
    """Snapshot of a cache's counters."""

    hits: int
    misses: int
    evictions: int


@dataclass(frozen=True, slots=True)
class _Entry(Generic[V]):
    value: V
    deadline: float


class TtlLruCache(Generic[K, V]):
    """Cache of at most `capacity` live entries.

    An entry is expired as soon as the clock reads its deadline, and then counts
    as absent everywhere. All times and TTLs are in seconds. Not thread-safe.
    """

    def __init__(
        self,
        capacity: int,
        *,
        default_ttl: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Create an empty cache; without `default_ttl` entries live forever by default.

        Raises:
            InvalidArgumentError: `capacity` is not an int of at least 1, or
                `default_ttl` is not a finite number above 0.
        """
        _check_capacity(capacity)
        if default_ttl is None:
            default_ttl = math.inf
        else:
            _check_ttl(default_ttl)
        self._capacity = capacity
        self._default_ttl = default_ttl
        self._clock = clock
        # Ordered by use, the least recently used entry first.
        self._entries: OrderedDict[K, _Entry[V]] = OrderedDict()
        # Never later than the earliest stored deadline. Replacing or deleting an
        # entry may leave it too early, which costs one fruitless sweep at most.
        self._next_deadline = math.inf
        self._hits = 0
        self._misses = 0
        self._evictions = 0

    def put(self, key: K, value: V, *, ttl: float | None = None) -> None:
        """Store `value`, evicting the least recently used entry if there is no room.

        Raises:
            InvalidArgumentError: `ttl` is not a finite number above 0.
        """
        self._store(key, value, self._resolve_ttl(ttl))

    def get(self, key: K, default: D | None = None) -> V | D | None:
        """Return the live value of `key` and mark it as used, or return `default`."""
        entry = self._lookup(key)
        return default if entry is None else entry.value

    def get_or_compute(
        self, key: K, compute: Callable[[K], V], *, ttl: float | None = None
    ) -> V:
        """Return the live value of `key`, or else store and return `compute(key)`.

        `compute` may use this cache. What it raises is passed on, and then nothing
        is stored. On a hit `ttl` has no effect.

        Raises:
            InvalidArgumentError: `ttl` is not a finite number above 0.
        """
        resolved_ttl = self._resolve_ttl(ttl)
        entry = self._lookup(key)
        if entry is not None:
            return entry.value
        value = compute(key)
        self._store(key, value, resolved_ttl)
        return value

    def delete(self, key: K) -> bool:
        """Remove `key` and tell whether it had a live entry."""
        self._drop_expired()
        return self._entries.pop(key, None) is not None

    def clear(self) -> None:
        """Remove all entries; the counters stay."""
        self._entries.clear()
        self._next_deadline = math.inf

    def keys(self) -> list[K]:
        """Return the keys of the live entries, least recently used first."""
        self._drop_expired()
        return list(self._entries)

    def stats(self) -> CacheStats:
        """Return the counters as they are now."""
        return CacheStats(self._hits, self._misses, self._evictions)

    def __contains__(self, key: object) -> bool:
        """Tell whether `key` has a live entry, without marking it as used."""
        self._drop_expired()
        return key in self._entries

    def __len__(self) -> int:
        """Return the number of live entries."""
        self._drop_expired()
        return len(self._entries)

    def _resolve_ttl(self, ttl: float | None) -> float:
        if ttl is None:
            return self._default_ttl
        _check_ttl(ttl)
        return ttl

    def _lookup(self, key: K) -> _Entry[V] | None:
        """Return the live entry of `key`, counting the hit or miss."""
        self._drop_expired()
        entry = self._entries.get(key)
        if entry is None:
            self._misses += 1
        else:
            self._hits += 1
            self._entries.move_to_end(key)
        return entry

    def _store(self, key: K, value: V, ttl: float) -> None:
        now = self._drop_expired()
        if key not in self._entries and len(self._entries) >= self._capacity:
            self._entries.popitem(last=False)
            self._evictions += 1
        deadline = now + ttl
        self._entries[key] = _Entry(value, deadline)
        # Assigning to a key that is present keeps its old place.
        self._entries.move_to_end(key)
        self._next_deadline = min(self._next_deadline, deadline)

    def _drop_expired(self) -> float:
        """Remove every expired entry and return the clock reading used for that."""
        now = self._clock()
        if now >= self._next_deadline:
            self._entries = OrderedDict(
                (key, entry) for key, entry in self._entries.items() if now < entry.deadline
            )
            self._next_deadline = min(
                (entry.deadline for entry in self._entries.values()), default=math.inf
            )
        return now


def _check_capacity(capacity: int) -> None:
    if not isinstance(capacity, int) or isinstance(capacity, bool) or capacity < 1:
        raise InvalidArgumentError("capacity must be an int of at least 1")


def _check_ttl(ttl: float) -> None:
    if not _is_finite_number(ttl) or ttl <= 0:
        raise InvalidArgumentError("ttl must be a finite number greater than 0")


def _is_finite_number(value: object) -> bool:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # an int too large for a float
        return False
