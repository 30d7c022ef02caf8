"""The samples of benchmarks as files: for pyperf, for `dvc plots` and for `dvc metrics`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyperf

from stages.core import files
from stages.core import timings
from stages.core.models import TimingsRow
from stages.core.models import Verdict
from stages.core.models import WorkloadTimings

MACHINE = ('cpu', 'system', 'aslr')


def write(rows: Sequence[TimingsRow], verdicts: Mapping[str, Verdict], folder: Path) -> None:
    """Everything that follows from the rows, and nothing else: the same rows give the same bytes."""
    for row in rows:
        for variant in ('solution', 'draft', 'human'):
            for what in ('cpu', 'wall', 'memory'):
                found = [
                    one
                    for workload in row.workloads
                    if variant in workload.variants and (one := benchmark_of(row, workload, variant, what))
                ]
                if found:
                    path = folder / 'pyperf' / row.example / f'{variant}.{what}.json'
                    path.parent.mkdir(parents=True, exist_ok=True)
                    pyperf.BenchmarkSuite(found).dump(str(path), replace=True)
    for name, data in (
        ('ratios', list(timings.ratios(rows, verdicts))),
        ('growth', list(timings.growth(rows))),
        ('accuracy', list(timings.accuracy(verdicts))),
        ('metrics', timings.metrics(rows, verdicts)),
    ):
        files.write_text(folder / f'{name}.json', json.dumps(data, indent=1, ensure_ascii=False) + '\n')


def benchmark_of(row: TimingsRow, workload: WorkloadTimings, variant: str, what: str) -> pyperf.Benchmark | None:
    """The samples of a variant as a benchmark of pyperf, one run for each process; None if there are none.

    ``what`` is `cpu`, `wall` or `memory`. Benchmarks of all variants have the same name and as many values, so that
    `pyperf compare_to` takes them.
    """
    taken = workload.variants[variant]
    about = {
        'name': f'{row.example}/{workload.name}[n={workload.size}]',
        **{f'machine_{name}': row.machine[name] for name in MACHINE if name in row.machine},
    }
    if what == 'memory':
        unit: dict[str, Any] = {'unit': 'byte'}
        processes: list[list[float]] = [[1024 * peak] for peak in taken.peak]
    else:
        unit = {'unit': 'second', 'loops': taken.loops, 'timer': 'process CPU time' if what == 'cpu' else 'monotonic'}
        samples = taken.cpu if what == 'cpu' else taken.wall
        processes = [[max(value, 1) / 1e9 / taken.loops for value in process] for process in samples]
    runs = [pyperf.Run(values, metadata={**about, **unit}, collect_metadata=False) for values in processes]
    return pyperf.Benchmark(runs) if runs else None
