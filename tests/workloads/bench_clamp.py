from __future__ import annotations

from clamp import clamp


def clamped(n, random):
    values = [random(1_000) for _ in range(n)]
    # With 1,000 values the sum is the same in every language, because the values are.
    return lambda: sum(clamp(value, 250, 750) for value in values), lambda result: n != 1_000 or result == 508_073


def constant(n, random):
    values = [random(1_000) for _ in range(n)]
    return lambda: sum(clamp(values[i], 250, 750) for i in range(16)), lambda result: result > 0


def in_order(n, random):
    values = [random(1_000_000) for _ in range(n)]
    return lambda: sorted(values, key=lambda value: clamp(value, 0, 1_000_000)), lambda result: result == sorted(values)


def pairs(n, random):
    values = [random(1_000) for _ in range(n)]

    def run():
        return sum(clamp(one, 0, other) for one in values for other in values)

    return run, lambda result: result > 0


WORKLOADS = {
    'clamped': (1_000, clamped),
    'constant': (1_000, constant),
    'in_order': (1_000, in_order),
    'pairs': (64, pairs),
}
