"""Exponents that the benchmark stage fits to workloads whose growth is known, in four languages.

    python benchmarks/growth.py

The workloads are those of `tests/workloads`: 16 calls whatever the size, one for each element, sorting, one for each
pair.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from stages.all_languages import LANGUAGES
from stages.core import bench
from stages.core import comparison
from stages.core import measuring
from stages.core import scaffold
from stages.core.examples import Reader
from stages.core.params import Limits

WORKLOADS = Path(__file__).parents[1] / 'tests/workloads'
FILES = {'python': 'bench_clamp.py', 'javascript': 'bench_clamp.js', 'go': 'clamp_bench_test.go', 'c': 'bench_clamp.c'}
KNOWN = {'constant': 'O(1)', 'clamped': 'O(n)', 'in_order': 'O(n log n)', 'pairs': 'O(n^2)'}


def main() -> None:
    print('| language | ' + ' | '.join(KNOWN.values()) + ' |')
    print('|---|' + '---|' * len(KNOWN))
    with tempfile.TemporaryDirectory() as name:
        for language, file in FILES.items():
            root = Path(name) / language / 'examples'
            scaffold.write(root, f'numeric/clamp/{language}', LANGUAGES)
            shutil.copy(WORKLOADS / file, root / 'numeric/clamp' / language / file)
            example = Reader(root, LANGUAGES).read(f'numeric/clamp/{language}')
            assert example is not None
            one = bench.Bench(example, LANGUAGES[language], Limits())
            sizes = one.workloads()
            cells = []
            for workload in KNOWN:
                taken = measuring.Taken(one, workload, sizes[workload], measuring.Settings())
                found = comparison.exponent_interval(measuring.growth(taken, 'solution'))
                cells.append('none' if found is None else f'{found.middle:.2f} ({found.low:.2f} to {found.high:.2f})')
            print(f'| {language} | ' + ' | '.join(cells) + ' |', flush=True)


if __name__ == '__main__':
    main()
