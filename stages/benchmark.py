"""verdicts.jsonl → timings.jsonl: time, memory and growth of each variant on each workload, and what that proves.

A folder beside it has every sample as pyperf has it, and figures and data for `dvc metrics` and `dvc plots`.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path

from stages.all_languages import LANGUAGES
from stages.core import files
from stages.core import params
from stages.core import samples
from stages.core import timings
from stages.core import verification
from stages.core.driver import DRIVERS
from stages.core.errors import run_main
from stages.core.measuring import Settings
from stages.core.measuring import measure_example
from stages.core.memory import Memory
from stages.core.models import IndexRow
from stages.core.models import TimingsRow
from stages.core.passed import Passed
from stages.core.passed import read
from stages.core.passed import remembered
from stages.core.passed import subject

CORE = Path(verification.__file__).parent
# Our own code that can change what is measured.
SOURCES = {name: (CORE / name).read_bytes() for name in ('bench.py', 'comparison.py', 'measuring.py')}


def benchmark(given: Passed, settings: Settings, memory: Memory) -> list[TimingsRow]:
    """A row for each passed example with workloads; those whose digest still holds are taken from ``memory``.

    One after the other: what runs beside a benchmark slows it down.

    Raises:
        SandboxUnavailable: this machine can't isolate what would have to run.
        ProblemsFound: an example is not what its row says.
    """
    limits = given.limits
    rows = [row for row in given.rows if row.benchmark]
    wanted = {
        row.example: digest(row, subject(row, given, LANGUAGES, has_human=row.has_human), settings) for row in rows
    }

    def run(row: IndexRow) -> TimingsRow:
        example = verification.reread(given.root, row, LANGUAGES)
        done = measure_example(example, LANGUAGES[row.implementation], settings, limits, wanted[row.example])
        print(timings.describe(done), file=sys.stderr, flush=True)
        return done

    return remembered(rows, wanted, run, memory, TimingsRow, 'benchmark', workers=1)


def digest(row: IndexRow, verified: str, settings: Settings) -> str:
    """The digest of everything in the repository that timings depend on; the machine is told beside them."""
    driver = DRIVERS[str(LANGUAGES[row.implementation].DRIVER)]
    about: Mapping[str, bytes | str] = {
        'verified': verified,
        'benchmark': row.benchmark,
        'settings': settings.model_dump_json(),
        'driver': repr(driver),
    }
    return files.digest({**about, **SOURCES, **driver.sources()})


def main(argv: Sequence[str] | None = None) -> int:
    given = read(__doc__, argv)
    settings = params.load(given.params, 'benchmark', Settings)
    with Memory(given.output, fresh=given.fresh) as memory:
        done = benchmark(given, settings, memory)
        memory.keep(row.example for row in done)
    samples.write(done, given.verdicts, given.outputs[1])
    print(f'benchmark: {memory.added} run; {timings.summary(done)}')
    return 0


if __name__ == '__main__':
    raise SystemExit(run_main(main))
