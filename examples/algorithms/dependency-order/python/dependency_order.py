"""Orders build targets by their dependencies."""

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """A build target and the names of the targets it depends on."""

    name: str
    dependencies: Sequence[str] = ()


class OrderError(ValueError):
    """The targets have no build order."""


class DuplicateTargetError(OrderError):
    """A name is declared twice."""

    def __init__(self, name: str) -> None:
        super().__init__(f"target {name!r} is declared twice")
        self.name = name


class UnknownTargetError(OrderError):
    """A target depends on a name that is declared nowhere."""

    def __init__(self, target: str, dependency: str) -> None:
        super().__init__(f"target {target!r} depends on the unknown target {dependency!r}")
        self.target = target
        self.dependency = dependency


class CycleError(OrderError):
    """Targets depend on each other; the path ends with the name it begins with."""

    def __init__(self, path: Iterable[str]) -> None:
        self.path = tuple(path)
        super().__init__(f"dependency cycle: {' -> '.join(map(repr, self.path))}")


def build_order(targets: Iterable[Target]) -> list[str]:
    """Return the names of all targets, each one after its dependencies.

    Of the targets that are ready, the one declared first comes next.

    Raises:
        DuplicateTargetError: a name is declared twice.
        UnknownTargetError: a dependency is not declared.
        CycleError: targets depend on each other.
    """
    declared = list(targets)
    dependencies = _resolve(declared)
    order = _place(dependencies)
    if len(order) < len(declared):
        blocked = set(range(len(declared))).difference(order)
        raise CycleError(declared[index].name for index in _find_cycle(dependencies, blocked))
    return [declared[index].name for index in order]


def _resolve(targets: Sequence[Target]) -> list[list[int]]:
    """Return the dependencies of each target as indexes of targets."""
    indexes: dict[str, int] = {}
    for index, target in enumerate(targets):
        if target.name in indexes:
            raise DuplicateTargetError(target.name)
        indexes[target.name] = index

    resolved = []
    for target in targets:
        for dependency in target.dependencies:
            if dependency not in indexes:
                raise UnknownTargetError(target.name, dependency)
        resolved.append([indexes[dependency] for dependency in target.dependencies])
    return resolved


def _place(dependencies: Sequence[Sequence[int]]) -> list[int]:
    """Return the targets that are not blocked, in build order."""
    missing = [len(own) for own in dependencies]
    dependents: list[list[int]] = [[] for _ in dependencies]
    for index, own in enumerate(dependencies):
        for dependency in own:
            dependents[dependency].append(index)

    ready = [index for index, count in enumerate(missing) if count == 0]  # ascending: a heap already
    order = []
    while ready:
        placed = heapq.heappop(ready)
        order.append(placed)
        for dependent in dependents[placed]:
            missing[dependent] -= 1
            if missing[dependent] == 0:
                heapq.heappush(ready, dependent)
    return order


def _find_cycle(dependencies: Sequence[Sequence[int]], blocked: set[int]) -> list[int]:
    """Walk from the first blocked target into a cycle; return it from its lowest index back to it."""
    steps: dict[int, int] = {}
    current = min(blocked)
    while current not in steps:
        steps[current] = len(steps)
        current = next(dependency for dependency in dependencies[current] if dependency in blocked)

    cycle = list(steps)[steps[current] :]
    first = cycle.index(min(cycle))
    return [*cycle[first:], *cycle[: first + 1]]
