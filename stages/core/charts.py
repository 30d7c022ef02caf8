"""Pictures of benchmarks as coordinates; `templates/report/charts.html` draws them as SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from stages.core.models import TimingsRow
from stages.core.models import Verdict
from stages.core.models import WorkloadTimings

# A picture is as wide as the narrowest phone has room for, so that its text never gets too small.
WIDTH = 320
LEFT, RIGHT = 8, 312
VARIANTS = ('solution', 'draft', 'human')


class Tick(NamedTuple):
    at: float
    label: str


class Interval(NamedTuple):
    """The ratio of a workload against another variant: its label's place, and low, middle and high as coordinates."""

    workload: str
    rival: str
    verdict: str
    y: int
    low: float
    middle: float
    high: float
    text: str


class Ratios(NamedTuple):
    height: int
    one: float
    ticks: tuple[Tick, ...]
    intervals: tuple[Interval, ...]


class Curve(NamedTuple):
    variant: str
    points: tuple[tuple[float, float], ...]


class Growth(NamedTuple):
    workload: str
    x: tuple[Tick, ...]
    y: tuple[Tick, ...]
    curves: tuple[Curve, ...]


class Share(NamedTuple):
    variant: str
    y: int
    width: float
    passed: int
    total: int


class _Scale(NamedTuple):
    """A logarithmic axis from ``low`` to ``high`` on coordinates ``start`` to ``end``."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        share = (math.log(value) - math.log(self.low)) / (math.log(self.high) - math.log(self.low))
        return round(self.start + share * (self.end - self.start), 1)


def ratios(row: TimingsRow) -> Ratios | None:
    """The solution's time divided by that of other variants, with intervals, on a logarithmic axis that has 1 on it."""
    found = [
        (workload.name, rival, one)
        for workload in row.workloads
        for rival, one in workload.comparisons.items()
        if one.ratio
    ]
    bounds = [value for _, _, one in found for value in one.ratio or ()]
    if not bounds:
        return None
    scale = _Scale(min(*bounds, 0.5) / 1.1, max(*bounds, 2) * 1.1, LEFT, RIGHT)
    intervals = []
    for index, (workload, rival, one) in enumerate(found):
        low, middle, high = one.ratio or (1, 1, 1)
        text = f'{in_short(middle)} ({in_short(low)}–{in_short(high)})'
        places = (scale.at(low), scale.at(middle), scale.at(high))
        intervals.append(Interval(workload, rival, one.verdict or '', 18 + 38 * index, *places, text))
    ticks = tuple(Tick(scale.at(value), f'{value:g}') for value in _decades(scale.low, scale.high, 6))
    return Ratios(38 * len(intervals) + 14, scale.at(1), ticks, tuple(intervals))


def growth(workload: WorkloadTimings) -> Growth | None:
    """CPU time of a call by size of the input, both axes logarithmic."""
    points = {name: taken.growth for name, taken in workload.variants.items() if len(taken.growth) > 1}
    sizes = [size for curve in points.values() for size, _ in curve]
    times = [time for curve in points.values() for _, time in curve if time > 0]
    if not times:
        return None
    x = _Scale(min(sizes), max(sizes), 56, RIGHT)
    y = _Scale(min(times) / 1.2, max(times) * 1.2, 190, 10)
    return Growth(
        workload.name,
        tuple(Tick(x.at(value), _count(value)) for value in _decades(x.low, x.high, 4)),
        tuple(Tick(y.at(value), _time(value)) for value in _decades(y.low, y.high, 5)),
        tuple(
            Curve(name, tuple((x.at(size), y.at(time)) for size, time in points[name] if time > 0))
            for name in VARIANTS
            if name in points
        ),
    )


def shares(verdict: Verdict) -> tuple[Share, ...]:
    """The share of the solution's tests that each variant passes; none if there is no other variant."""
    trials = {name: getattr(verdict, name) for name in VARIANTS}
    found = [(name, trial.passed) for name, trial in trials.items() if trial]
    if len(found) < 2:
        return ()
    total = max(passed for _, passed in found)
    return tuple(
        Share(name, 34 * index, round((RIGHT - LEFT) * passed / max(1, total), 1), passed, total)
        for index, (name, passed) in enumerate(found)
    )


def in_short(value: float) -> str:
    """Two digits, never as a power."""
    return f'{value:.2f}' if value >= 0.1 else f'{value:.2g}'


def _decades(low: float, high: float, most: int) -> Sequence[float]:
    """At most ``most`` round numbers between two, about evenly far apart on a logarithmic axis."""
    exponents = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for digits in ((1, 2, 5), (1, 3), (1,)):
        found = [digit * 10.0**exponent for exponent in exponents for digit in digits]
        found = [value for value in found if low <= value <= high]
        if len(found) <= most:
            return found
    return found[:: math.ceil(len(found) / most)]


def _count(value: float) -> str:
    scale, unit = next(((s, u) for s, u in ((1e6, 'M'), (1e3, 'k'), (1, '')) if value >= s), (1, ''))
    return f'{value / scale:g}{unit}'


def _time(nanoseconds: float) -> str:
    units = ((1e9, 's'), (1e6, 'ms'), (1e3, 'µs'), (1, 'ns'))
    scale, unit = next(((s, u) for s, u in units if nanoseconds >= s), units[-1])
    return f'{nanoseconds / scale:g} {unit}'
