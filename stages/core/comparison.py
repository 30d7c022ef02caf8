"""Statistics of benchmarks: is one variant faster than another, by what, and how does its time grow.

Paired log-ratios of interleaved processes are judged by the exact interval of Hodges and Lehmann (1963) that belongs to
Wilcoxon's signed-rank test, at a few looks that share the error (Pocock 1977), and only beyond a margin: what the same
code differs from itself by. Without random numbers: the same samples give the same verdict.
"""

from __future__ import annotations

import functools
import itertools
import math
import statistics
from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

# Pairs at which is looked whether there is a verdict. The first look is only for large differences.
LOOKS = (5, 10, 14, 20, 28, 40)
# Of the interval at each look but the first: five looks at 1 % in all.
ALPHA = 0.01 / (len(LOOKS) - 1)
# At the first look: Student's t for 0.1 % on both sides with four degrees of freedom, and the least log-ratio.
FIRST_T = 8.610
FIRST_EFFECT = 0.25


class Interval(NamedTuple):
    """An estimate and what it lies between."""

    low: float
    middle: float
    high: float

    def below(self, bound: float) -> bool:
        return self.high < -bound

    def above(self, bound: float) -> bool:
        return self.low > bound

    def within(self, bound: float) -> bool:
        return -bound < self.low and self.high < bound


@functools.cache
def _least_rank(count: int, alpha: float) -> int:
    """How many of the ordered Walsh averages lie outside a two-sided interval on each side; 0 if there is none."""
    ways = [1]
    for rank in range(1, count + 1):
        longer = ways + [0] * rank
        for total, number in enumerate(ways):
            longer[total + rank] += number
        ways = longer
    below = itertools.accumulate(ways)
    return next(rank for rank, number in enumerate(below) if 2 * number > alpha * 2**count)


def signed_rank_interval(differences: Sequence[float], alpha: float) -> Interval | None:
    """The Hodges-Lehmann median of paired differences, with its exact interval at level ``1 - alpha``.

    None if there are too few for any interval at that level.
    """
    averages = sorted([*differences, *((one + other) / 2 for one, other in combinations(differences, 2))])
    outside = _least_rank(len(differences), alpha)
    if outside == 0:
        return None
    return Interval(averages[outside - 1], statistics.median(averages), averages[-outside])


def look(differences: Sequence[float]) -> Interval | None:
    """The interval of the true difference by what is known so far; None if that says nothing yet."""
    if len(differences) < LOOKS[1]:
        if len(differences) < LOOKS[0]:
            return None
        first = differences[: LOOKS[0]]
        middle, error = statistics.mean(first), statistics.stdev(first) / math.sqrt(LOOKS[0])
        reach = FIRST_T * error
        is_large = abs(middle) > max(FIRST_EFFECT, reach)
        return Interval(middle - reach, middle, middle + reach) if is_large else None
    return signed_rank_interval(differences, ALPHA)


def is_decided(differences: Sequence[float], bound: float) -> bool:
    """Whether more pairs would be in vain: the interval is beyond the bound, or inside of it."""
    if len(differences) not in LOOKS:
        return False
    found = look(differences)
    return found is not None and (found.below(bound) or found.above(bound) or found.within(bound))


def exponent(points: Sequence[tuple[int, float]]) -> float | None:
    """By which power time grows with size: the median slope between all points of the upper end, both in logarithms.

    Method: Theil (1950) and Sen (1968). ``points`` are sizes and times; None if there are fewer than four.
    """
    upper = [(math.log(size), math.log(time)) for size, time in sorted(points)[-6:] if time > 0]
    if len(upper) < 4:
        return None
    return statistics.median((y - x) / (b - a) for (a, x), (b, y) in combinations(upper, 2))


def exponent_interval(rounds: Sequence[Sequence[tuple[int, float]]]) -> Interval | None:
    """The median exponent of some rounds, between their lowest and highest: of five rounds a level of 94 %."""
    found = [slope for points in rounds if (slope := exponent(points)) is not None]
    if len(found) < 5:
        return None
    return Interval(min(found), statistics.median(found), max(found))
