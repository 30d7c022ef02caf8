"""From samples to what is said of the workloads of one example: times, memory, growth, energy, and who is better."""

from __future__ import annotations

import hashlib
import math
import statistics
import time
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Literal

from pydantic import PositiveFloat
from pydantic import PositiveInt

from stages.core import comparison
from stages.core import energy
from stages.core import params
from stages.core.bench import Bench
from stages.core.bench import BenchFailed
from stages.core.bench import Report
from stages.core.bench import Value
from stages.core.bench import machine
from stages.core.comparison import Interval
from stages.core.examples import Example
from stages.core.language import Language
from stages.core.models import Comparison
from stages.core.models import Estimate
from stages.core.models import TimingsRow
from stages.core.models import VariantTimings
from stages.core.models import WorkloadTimings
from stages.core.params import Limits

LADDER = range(-4, 5)
LEAST_SIZE = 16
# A call that gives up the CPU this often, and never has it for so much of the time, waits; one that uses more
# CPU than wall time is parallel.
WAITS = 0.5
WAITING = 0.5
SAME_LOOPS = 4
PARALLEL = 1.5
MEMORY_ALPHA = 0.01


class Settings(params.Params):
    """``seconds`` of wall time that a comparison may take, twice that on the JVM, and most pairs of processes in it;
    ``values`` in a process; processes for a solution that is compared with nothing, for peak memory, and for growth.
    """

    seconds: PositiveFloat = 13
    pairs: PositiveInt = 40
    values: PositiveInt = 3
    alone: PositiveInt = 5
    memory: PositiveInt = 8
    growth: PositiveInt = 5


class Taken:
    """Samples of the variants of one workload, taken in turns, and what failed."""

    def __init__(self, bench: Bench, workload: str, size: int, settings: Settings) -> None:
        self.bench = bench
        self.workload = workload
        self.size = size
        self.settings = settings
        self.order = f'{bench.example.path}:{workload}'
        self.began = time.monotonic()
        self.failed: dict[str, str] = {}
        self.loops: dict[str, int] = {}
        self.values: dict[str, list[tuple[Value, ...]]] = {variant: [] for variant in bench.variants}
        for variant in bench.variants:
            first = self.run(variant, 1)
            if first is not None:
                self.loops[variant] = first.values[0].loops
        # A longer value runs slower, by up to 10 %: those that are near are of as many calls.
        most = max(self.loops.values(), default=1)
        self.loops = {variant: most if most <= SAME_LOOPS * some else some for variant, some in self.loops.items()}

    def run(self, variant: str, values: int, loops: int = 0, is_warm: bool = True) -> Report | None:
        """One process at the workload's own size; a rival that fails is out, with its reason: that is None.

        Raises:
            BenchFailed: the solution does not do it.
        """
        try:
            return self.bench.run(variant, self.workload, (self.size,), values, loops, is_warm)
        except BenchFailed as error:
            if variant == 'solution':
                raise
            self.failed[variant] = str(error).split('\n')[0]
            del self.values[variant]
            return None

    def rivals(self) -> list[str]:
        return [variant for variant in self.values if variant != 'solution']

    def in_turns(self, turn: int) -> list[str]:
        """The variants in an order that is another one each turn, by chance but always the same."""

        def chance(variant: str) -> bytes:
            return hashlib.sha256(f'{self.order}:{turn}:{variant}'.encode()).digest()

        return sorted(self.values, key=chance)

    def clock(self, rival: str) -> Literal['cpu', 'wall']:
        """`wall` if one of the two waits or is parallel, else `cpu`."""
        for variant in ('solution', rival):
            values = [value for values in self.values[variant] for value in values]
            waits = statistics.median(value.waits / value.loops for value in values)
            shares = [value.cpu / value.wall for value in values]
            if (waits >= WAITS and max(shares) < WAITING) or statistics.median(shares) >= PARALLEL:
                return 'wall'
        return 'cpu'

    def ratios(self, rival: str, clock: str) -> list[float]:
        """For each pair the logarithm of the solution's best time divided by the rival's."""
        mine, theirs = (
            [min(getattr(value, clock) / value.loops for value in values) for values in self.values[variant]]
            for variant in ('solution', rival)
        )
        return [math.log(one / other) for one, other in zip(mine, theirs, strict=True)]

    def take(self) -> None:
        """Pairs until there is a verdict, or no more time for one."""
        bound = math.log1p(self.bench.driver.margin)
        for turn in range(self.settings.pairs):
            for variant in self.in_turns(turn):
                report = self.run(variant, self.settings.values, self.loops[variant])
                if report is not None:
                    self.values[variant].append(report.values)
            rivals = self.rivals()
            if not rivals and turn + 1 >= self.settings.alone:
                return
            if not rivals or turn + 1 < comparison.LOOKS[0]:
                continue
            seconds = self.settings.seconds * self.bench.driver.patience * len(rivals)
            if time.monotonic() - self.began > seconds:
                return
            if all(comparison.is_decided(self.ratios(rival, self.clock(rival)), bound) for rival in rivals):
                return


def measure_example(example: Example, adapter: Language, settings: Settings, limits: Limits, wanted: str) -> TimingsRow:
    """Every workload of an example; what can't be measured has its reason."""
    bench = Bench(example, adapter, limits)
    facts = {**machine(), 'energy': energy.meter()[1] or 'RAPL, whole package, idle power subtracted'}
    try:
        found = tuple(measure(bench, name, size, settings) for name, size in bench.workloads().items())
    except BenchFailed as error:
        return TimingsRow(example=example.path, digest=wanted, machine=facts, reason=str(error))
    return TimingsRow(example=example.path, digest=wanted, machine=facts, workloads=found)


def measure(bench: Bench, workload: str, size: int, settings: Settings) -> WorkloadTimings:
    """Everything that is said of one workload.

    Raises:
        BenchFailed: the solution does not do it.
    """
    taken = Taken(bench, workload, size, settings)
    taken.take()
    peaks = _memory(taken)
    variants = {variant: _variant(taken, variant, *peaks[variant]) for variant in taken.values}
    variants |= {variant: VariantTimings(reason=reason) for variant, reason in taken.failed.items()}
    return WorkloadTimings(
        name=workload,
        size=size,
        variants=variants,
        comparisons={
            **{rival: _compare(taken, rival, peaks) for rival in taken.rivals()},
            **{rival: Comparison(reason=reason) for rival, reason in taken.failed.items()},
        },
    )


Peaks = Mapping[str, tuple[list[int], list[int]]]


def _memory(taken: Taken) -> Peaks:
    """Peaks of processes with one call and with none, for each variant."""
    found: dict[str, tuple[list[int], list[int]]] = {variant: ([], []) for variant in taken.values}
    for turn in range(taken.settings.memory if taken.rivals() else min(3, taken.settings.memory)):
        for variant in taken.in_turns(turn):
            for calls, peaks in ((1, found[variant][0]), (0, found[variant][1])):
                report = taken.run(variant, 0, calls, is_warm=False) if variant in taken.values else None
                if report is not None:
                    peaks.append(report.peaks[taken.size])
    return found


def _variant(taken: Taken, variant: str, peaks: Sequence[int], baseline: Sequence[int]) -> VariantTimings:
    processes = taken.values[variant]
    values = [value for process in processes for value in process]
    rounds = growth(taken, variant)
    slope = comparison.exponent_interval(rounds)
    sizes = sorted({size for points in rounds for size, _ in points})
    seconds = statistics.median(value.wall / value.loops for value in values) / 1e9
    return VariantTimings(
        loops=taken.loops[variant],
        cpu=tuple(tuple(value.cpu for value in process) for process in processes),
        wall=tuple(tuple(value.wall for value in process) for process in processes),
        waits=round(statistics.median(value.waits / value.loops for value in values), 3),
        peak=tuple(peaks),
        baseline=tuple(baseline),
        growth=tuple(
            (size, round(statistics.median(time for points in rounds for at, time in points if at == size)))
            for size in sizes
        ),
        exponent=_rounded(slope, 3) if slope else None,
        energy_joules=_energy(taken, variant, seconds),
    )


def growth(taken: Taken, variant: str) -> list[list[tuple[int, float]]]:
    """For each round, sizes and CPU nanoseconds of a call."""
    sizes = sorted({max(LEAST_SIZE, round(taken.size * 2.0**step)) for step in LADDER})
    rounds = []
    for _ in range(taken.settings.growth):
        try:
            report = taken.bench.run(variant, taken.workload, sizes, 1)
        except BenchFailed:
            return []  # not all sizes are for all variants
        rounds.append([(value.size, value.cpu / value.loops) for value in report.values])
    return rounds


def _energy(taken: Taken, variant: str, seconds: float) -> float | None:
    counters, _ = energy.meter()
    if counters is None:
        return None

    def run(calls: int) -> float:
        before = taken.bench.wall_seconds
        taken.bench.run(variant, taken.workload, (taken.size,), 0, calls, is_warm=False)
        return taken.bench.wall_seconds - before

    return energy.joules_per_call(counters, run, seconds)[0]


def time_comparison(taken: Taken, rival: str) -> Comparison:
    """What the samples say of the solution's time against a rival's."""
    clock = taken.clock(rival)
    ratios = taken.ratios(rival, clock)
    found = comparison.look(ratios)
    bound = math.log1p(taken.bench.driver.margin)
    return Comparison(
        clock=clock,
        verdict=None if found is None else _verdict(found, bound, 'faster', 'slower'),  # type: ignore[arg-type]
        ratio=_rounded(Interval(*map(math.exp, found)), 4) if found else None,
        pairs=len(ratios),
        reason='' if found else f'{len(ratios)} pairs in the time that there is do not tell',
    )


def _compare(taken: Taken, rival: str, peaks: Peaks) -> Comparison:
    mine, theirs = ([peak - least for peak, least in zip(*peaks[one], strict=True)] for one in ('solution', rival))
    share, mib = taken.bench.driver.memory_margin
    memory = comparison.signed_rank_interval(
        [one - other for one, other in zip(mine, theirs, strict=True)], MEMORY_ALPHA
    )
    enough = max(share * statistics.median(theirs), mib * 1024)
    update = {
        'memory': None if memory is None else _verdict(memory, enough, 'less_memory', 'more_memory'),
        'memory_mib': _rounded(Interval(*(kib / 1024 for kib in memory)), 2) if memory else None,
    }
    return time_comparison(taken, rival).model_copy(update=update)


def _verdict(found: Interval, bound: float, less: str, more: str) -> str:
    return less if found.below(bound) else more if found.above(bound) else 'no_difference_shown'


def _rounded(found: Interval, digits: int) -> Estimate:
    return round(found.low, digits), round(found.middle, digits), round(found.high, digits)
