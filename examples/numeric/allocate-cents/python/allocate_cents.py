"""Dividing money in proportion, by the method of the largest remainder (Hamilton's method)."""

import math
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

Weight = int | float | Decimal | Fraction


def allocate(cents: int, weights: Iterable[Weight]) -> list[int]:
    """Divide an amount of cents among parts in proportion to their weights; the parts add up to the amount.

    Raises:
        TypeError: the amount is not an int, or a weight is not an int, float, Decimal or Fraction.
        ValueError: there are no weights, none above zero, or one that is negative or not finite.
    """
    if isinstance(cents, bool) or not isinstance(cents, int):
        raise TypeError(f"cents is {type(cents).__name__}, not int")
    exact = [_exact(index, weight) for index, weight in enumerate(weights)]
    total = sum(exact)
    if not total:
        raise ValueError("there is no weight above zero")
    if cents < 0:
        return [-part for part in _divide(-cents, exact, total)]
    return _divide(cents, exact, total)


def _exact(index: int, weight: Weight) -> Fraction:
    if isinstance(weight, bool) or not isinstance(weight, Weight):
        raise TypeError(f"weight {index} is {type(weight).__name__}, not a number")
    try:
        exact = Fraction(weight)
    except (OverflowError, ValueError) as error:
        raise ValueError(f"weight {index} is {weight}, not finite") from error
    if exact < 0:
        raise ValueError(f"weight {index} is below zero")
    return exact


def _divide(cents: int, weights: list[Fraction], total: Fraction) -> list[int]:
    shares = [cents * weight / total for weight in weights]
    parts = [math.floor(share) for share in shares]
    # Sorting is stable, so that earlier parts come first among equal remainders.
    by_remainder = sorted(range(len(parts)), key=lambda index: parts[index] - shares[index])
    for index in by_remainder[: cents - sum(parts)]:
        parts[index] += 1
    return parts
