"""Divide a whole number of cents in proportion to weights, losing none."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from math import lcm
from numbers import Rational
from operator import index


def allocate(cents: int, weights: Iterable[Rational | float | Decimal]) -> list[int]:
    """Return whole cents, one amount per weight, that sum to exactly `cents`.

    Each part is its exact share, cents * weight / sum(weights), rounded down,
    and the cents left over go one each to the largest fractions rounded away;
    between equal fractions the earlier part comes first. So every part is less
    than one cent from its exact share, and a weight of zero always gets zero.

    A negative amount is divided as its positive and negated, so that a refund
    mirrors the charge. Arithmetic is exact; a float weight counts at the exact
    binary value it holds (use int, Fraction or Decimal for exact decimals).

    >>> allocate(100, [1, 1, 1])
    [34, 33, 33]
    >>> allocate(-5, [3, 7])
    [-2, -3]

    Raises TypeError if `cents` is not an integer or a weight is not a real
    number, and ValueError if a weight is negative or not finite, or if the
    weights are empty or all zero (whatever the amount).
    """
    cents = index(cents)
    shares_of_total = _as_integers(weights)
    total = sum(shares_of_total)
    if total == 0:
        raise ValueError("at least one weight must be greater than zero")

    parts, remainders = [], []
    for share in shares_of_total:
        part, remainder = divmod(abs(cents) * share, total)
        parts.append(part)
        remainders.append(remainder)

    # The remainders sum to leftover * total and each is below total, so there
    # are enough nonzero ones to take every cent left over.
    leftover = abs(cents) - sum(parts)
    # A reverse sort keeps equal keys in their original order: earlier first.
    by_remainder = sorted(range(len(parts)), key=remainders.__getitem__, reverse=True)
    for i in by_remainder[:leftover]:
        parts[i] += 1

    return [-part for part in parts] if cents < 0 else parts


def _as_integers(weights: Iterable[Rational | float | Decimal]) -> list[int]:
    """Check the weights and scale them to integers in the same proportions."""
    ratios = []
    for position, weight in enumerate(weights):
        # Checked first because Fraction would also accept a string.
        if not isinstance(weight, (Rational, float, Decimal)):
            raise TypeError(f"weight {position} is not a real number: {weight!r}")
        try:
            ratio = Fraction(weight)
        except (ValueError, OverflowError):  # NaN, infinity
            raise ValueError(f"weight {position} is not finite: {weight!r}") from None
        if ratio < 0:
            raise ValueError(f"weight {position} is negative: {weight!r}")
        ratios.append(ratio)

    scale = lcm(*(ratio.denominator for ratio in ratios))
    return [ratio.numerator * (scale // ratio.denominator) for ratio in ratios]
