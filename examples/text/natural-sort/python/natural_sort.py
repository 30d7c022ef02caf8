"""Sorting of names the way people do it: by the value of the numbers in them."""

import re
from collections.abc import Iterator

_PARTS = re.compile(r"[0-9]+|[^0-9]+")


def natural_sort(names: list[str]) -> list[str]:
    """Return the names in a new list, numbers in them ordered by value, case ignored.

    Raises:
        TypeError: an item is not a string.
    """
    for index, name in enumerate(names):
        if not isinstance(name, str):
            raise TypeError(f"item {index} is {type(name).__name__}, not str")
    return sorted(names, key=_key)


def _key(name: str) -> tuple[list[tuple[int, int, str]], str]:
    """What names are compared by; the name itself decides between those that are equal otherwise."""
    return list(_parts(name)), name


def _parts(name: str) -> Iterator[tuple[int, int, str]]:
    for part in _PARTS.findall(name):
        if part[0] in "0123456789":
            # Longer numbers are greater, so no conversion is needed: int() refuses more than a few thousand digits.
            digits = part.lstrip("0")
            yield 0, len(digits), digits
        else:
            yield 1, 0, part.casefold()
