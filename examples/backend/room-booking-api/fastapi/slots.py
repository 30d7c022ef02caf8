"""The search for free time."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Interval(NamedTuple):
    """The instants from ``start`` up to, not including, ``end``."""

    start: int
    end: int


def free_intervals(
    window: Interval, taken: Iterable[Interval], shortest: int
) -> Iterator[Interval]:
    """The maximal stretches of the window outside ``taken``, of at least ``shortest`` seconds.

    ``taken`` holds intervals that overlap the window but not each other, ordered by start.
    """
    free_from = window.start
    for start, end in taken:
        if start - free_from >= shortest:
            yield Interval(free_from, start)
        free_from = end
    if window.end - free_from >= shortest:
        yield Interval(free_from, window.end)
