"""What is made of timings: data for plots, figures, and lines for people."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any
from typing import NamedTuple

from stages.core.models import Comparison
from stages.core.models import TimingsRow
from stages.core.models import Trial
from stages.core.models import VariantTimings
from stages.core.models import Verdict
from stages.core.models import WorkloadTimings

UNITS = ((1e9, 's'), (1e6, 'ms'), (1e3, 'µs'), (1, 'ns'))


class Compared(NamedTuple):
    """A comparison with where it comes from, and what the tests said of the other variant.

    ``fair`` tells that the other passes every test too and, if people wrote it, does its work in the language of the
    example.
    """

    row: TimingsRow
    workload: WorkloadTimings
    rival: str
    found: Comparison
    trial: Trial | None
    fair: bool

    @property
    def label(self) -> str:
        return label(self.row, self.workload)


def label(row: TimingsRow, workload: WorkloadTimings) -> str:
    """What plots call a workload."""
    return f'{row.example.partition("/")[2]}: {workload.name}'


def compared(rows: Sequence[TimingsRow], verdicts: Mapping[str, Verdict]) -> Iterator[Compared]:
    """All comparisons, those that could not be made too."""
    for row in rows:
        verdict = verdicts[row.example]
        for workload in row.workloads:
            for rival, found in workload.comparisons.items():
                trial = verdict.draft if rival == 'draft' else verdict.human
                foreign = rival == 'human' and verdict.package is not None and verdict.package.other_language
                passes = trial is not None and trial.status == 'passed'
                yield Compared(row, workload, rival, found, trial, passes and not foreign)


def ratios(rows: Sequence[TimingsRow], verdicts: Mapping[str, Verdict]) -> Iterator[dict[str, Any]]:
    for one in compared(rows, verdicts):
        if one.found.ratio:
            low, middle, high = one.found.ratio
            yield {
                'example': one.row.example,
                'workload': one.label,
                'against': one.rival,
                'ratio': middle,
                'low': low,
                'high': high,
                'verdict': one.found.verdict,
            }


def growth(rows: Sequence[TimingsRow]) -> Iterator[dict[str, Any]]:
    for row in rows:
        for workload in row.workloads:
            for variant, taken in workload.variants.items():
                for size, nanoseconds in taken.growth:
                    seconds = nanoseconds / 1e9
                    yield {'workload': label(row, workload), 'variant': variant, 'size': size, 'seconds': seconds}


def accuracy(verdicts: Mapping[str, Verdict]) -> Iterator[dict[str, Any]]:
    for example, verdict in sorted(verdicts.items()):
        for variant, trial in (('solution', verdict.solution), ('draft', verdict.draft), ('human', verdict.human)):
            if trial and (verdict.draft or verdict.human):
                total = trial.passed + trial.failed + trial.skipped
                share = trial.passed / total if total else 0.0
                yield {'example': example, 'variant': variant, 'passed': trial.passed, 'tests': total, 'share': share}


def metrics(rows: Sequence[TimingsRow], verdicts: Mapping[str, Verdict]) -> dict[str, Any]:
    """Figures over all rows, for `dvc metrics`."""
    found = list(compared(rows, verdicts))
    told: dict[str, Any] = {'examples': len(rows), 'workloads': sum(len(row.workloads) for row in rows)}
    for rival in ('draft', 'human'):
        fair = [one for one in found if one.rival == rival and one.fair]
        ratios = [one.found.ratio[1] for one in fair if one.found.ratio]
        told[rival] = {
            'comparisons': sum(one.rival == rival for one in found),
            **dict(sorted(Counter(one.found.verdict or 'no_verdict' for one in fair).items())),
            **dict(sorted(Counter(one.found.memory or 'no_memory_verdict' for one in fair).items())),
            'ratio': round(statistics.geometric_mean(ratios), 4) if ratios else None,
        }
    return told


def summary(rows: Sequence[TimingsRow]) -> str:
    counts = Counter(
        one.verdict or 'no verdict'
        for row in rows
        for workload in row.workloads
        for one in workload.comparisons.values()
    )
    told = ', '.join(f'{count} {name}' for name, count in sorted(counts.items())) or 'no comparisons'
    return f'{sum(len(row.workloads) for row in rows)} workloads of {len(rows)} examples; {told}'


def describe(row: TimingsRow) -> str:
    """A row for people."""
    lines = [f'{row.example}: not measured: {row.reason}'] if row.reason else []
    for workload in row.workloads:
        lines.append(f'{row.example}: {workload.name}, n = {workload.size}')
        for variant, taken in workload.variants.items():
            lines.append(f'  {variant}: {_taken(taken)}')
        for rival, found in workload.comparisons.items():
            if found.ratio:
                low, middle, high = found.ratio
                lines.append(
                    f'  solution against {rival}: {found.verdict}, {middle:.3f} times its {found.clock} time'
                    f' ({low:.3f} to {high:.3f}, {found.pairs} pairs)'
                )
            else:
                lines.append(f'  solution against {rival}: no verdict: {found.reason}')
            if found.memory_mib:
                low, middle, high = found.memory_mib
                lines.append(
                    f'  solution against {rival}: {found.memory}, {middle:+.1f} MiB ({low:+.1f} to {high:+.1f})'
                )
    return '\n'.join(lines)


def per_call(taken: VariantTimings, clock: str = 'cpu') -> float:
    """Nanoseconds of a call: the median over processes of the best value in each."""
    return statistics.median(min(process) / taken.loops for process in (taken.cpu if clock == 'cpu' else taken.wall))


def memory_mib(taken: VariantTimings) -> float:
    """MiB that one call adds to the peak of the same process without it."""
    return (statistics.median(taken.peak) - statistics.median(taken.baseline)) / 1024


def in_words(nanoseconds: float) -> str:
    scale, unit = next(((scale, unit) for scale, unit in UNITS if nanoseconds >= scale), UNITS[-1])
    return f'{nanoseconds / scale:.3g} {unit}'


def _taken(taken: VariantTimings) -> str:
    if taken.reason:
        return taken.reason
    told = f'{in_words(per_call(taken))} CPU, {in_words(per_call(taken, "wall"))} wall, {memory_mib(taken):+.1f} MiB'
    if taken.exponent:
        low, middle, high = taken.exponent
        told += f', grows as n^{middle:.2f} ({low:.2f} to {high:.2f})'
    return told


RIVALS = {
    'human': 'Solutions written by AI against packages written by people (same tests, same workloads):',
    'draft': 'Solutions against the drafts they came from, unedited first answers of an AI model:',
}
NOTE = (
    'A time is that of the solution divided by that of the other, 99 % interval in brackets: below 1 the solution is'
    ' faster. It holds for this input on the machine that `proofs/timings.jsonl` names. Memory is what one call adds to'
    ' the peak.'
)


def headlines(rows: Sequence[TimingsRow], verdicts: Mapping[str, Verdict]) -> str:
    """A paragraph for each kind of rival."""
    found = list(compared(rows, verdicts))
    told = [
        f'{title} {_headline([one for one in found if one.rival == rival and one.fair])}\n'
        for rival, title in RIVALS.items()
        if any(one.rival == rival for one in found)
    ]
    return '\n'.join(told)


def tables(rows: Sequence[TimingsRow], verdicts: Mapping[str, Verdict]) -> str:
    """The comparisons as Markdown, a table for each kind of rival, a line for each example."""
    found = list(compared(rows, verdicts))
    parts = []
    for rival, title in RIVALS.items():
        mine = [one for one in found if one.rival == rival]
        if not mine:
            continue
        lines = [
            '| example | other | tests passed | other passed | time | memory |',
            '|---|---|---:|---:|---|---|',
        ]
        for example in dict.fromkeys(one.row.example for one in mine):
            lines.append(_line(example, [one for one in mine if one.row.example == example], verdicts[example]))
        parts.append(f'{title} {_headline([one for one in mine if one.fair])}\n\n' + '\n'.join(lines) + '\n')
    return '\n'.join([*parts, f'{NOTE}\n']) if parts else ''


def _headline(fair: Sequence[Compared]) -> str:
    counts = Counter(one.found.verdict for one in fair)
    ratios = [one.found.ratio[1] for one in fair if one.found.ratio]
    if not ratios:
        return 'none can be told.'
    return (
        f'of {len(fair)} workloads in {len({one.row.example for one in fair})} examples where the other passes every'
        f' test too, the solution is faster on {counts["faster"]} and slower on {counts["slower"]}, no difference is'
        f' shown on {counts["no_difference_shown"]}, and {counts[None]} can not be told; geometric mean of the times'
        f' {statistics.geometric_mean(ratios):.2f}.'
    )


def _short(ratio: float) -> str:
    return f'{ratio:.2f}' if ratio >= 0.1 else f'{ratio:.2g}'


def _line(example: str, mine: Sequence[Compared], verdict: Verdict) -> str:
    other = mine[0].trial
    name = 'draft' if mine[0].rival == 'draft' else f'`{verdict.package.package}`' if verdict.package else ''
    if verdict.package and verdict.package.other_language and mine[0].rival == 'human':
        name += ' (does its work in another language)'
    total = verdict.solution.passed if verdict.solution else 0
    times, memories = [], []
    for one in mine:
        if one.found.ratio:
            low, middle, high = one.found.ratio
            told = (one.found.verdict or '').replace('_', ' ')
            clock = ', wall clock' if one.found.clock == 'wall' else ''
            times.append(f'{one.workload.name}: **{told}** {_short(middle)} ({_short(low)} to {_short(high)}{clock})')
        else:
            times.append(f'{one.workload.name}: {one.found.reason}')
        if one.found.memory_mib:
            told = (one.found.memory or '').replace('_', ' ')
            memories.append(f'{one.workload.name}: {told} ({one.found.memory_mib[1]:+.1f} MiB)')
    passed = f'{other.passed} of {total}' if other else ''
    return f'| {example} | {name} | {total} | {passed} | {"<br>".join(times)} | {"<br>".join(memories)} |'
