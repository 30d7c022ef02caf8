"""What belongs together, directly or not."""

from __future__ import annotations

from collections.abc import Iterable


def least_of_joined(names: Iterable[str], pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Name → the least name among all that ``pairs`` join it with, directly or not."""
    parent = {name: name for name in names}

    def root(name: str) -> str:
        while parent[name] != name:
            name = parent[name]
        return name

    for one, other in pairs:
        low, high = sorted((root(one), root(other)))
        parent[high] = low
    return {name: root(name) for name in parent}
