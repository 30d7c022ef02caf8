"""verdicts.jsonl → flakiness.jsonl: the tests of each passed solution again and again, shuffled; none may waver."""

from __future__ import annotations

import argparse
import functools
import sys
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path

from pydantic import NonNegativeInt
from pydantic import PositiveInt

from stages.all_languages import LANGUAGES
from stages.core import files
from stages.core import params
from stages.core import sandbox
from stages.core import trial
from stages.core import verification
from stages.core.errors import run_main
from stages.core.examples import Example
from stages.core.executor import run_all
from stages.core.memory import Memory
from stages.core.models import FlakinessRow
from stages.core.models import IndexRow
from stages.core.models import Verdict
from stages.core.params import Limits
from stages.core.params import VerifyLimits


class Params(params.Params):
    """``runs`` of all tests of each example, each in another order. ``workers`` 0: one more than cores."""

    workers: NonNegativeInt = 0
    runs: PositiveInt = 5


def flakiness(
    rows: Sequence[IndexRow],
    verdicts: Mapping[str, Verdict],
    root: Path,
    settings: Params,
    limits: Limits,
    memory: Memory,
) -> list[FlakinessRow]:
    """A row for each passed example; those whose digest still holds are taken from ``memory``, the others are run.

    Raises:
        SandboxUnavailable: this machine can't isolate what would have to run.
        ProblemsFound: an example is not what its row says.
    """
    passed = [row for row in rows if verdicts[row.example].verdict == 'passed']
    wanted = {
        row.example: files.digest({'verified': verdicts[row.example].digest, 'runs': str(settings.runs)})
        for row in passed
    }
    todo = [row for row in passed if not memory.holds(row.example, wanted[row.example])]
    if todo:
        sandbox.require()
    judge = functools.partial(_run_row, root=root, runs=settings.runs, limits=limits, wanted=wanted)
    for done in run_all(judge, todo, 'flakiness', settings.workers):
        memory.add(done.model_dump(mode='json', exclude_defaults=True))
        for name in done.flaky:
            print(f'{done.example}: {name}: passes in some runs and not in others; {MEND}', file=sys.stderr, flush=True)
    return [FlakinessRow.model_validate(memory.rows[row.example], strict=False) for row in passed]


MEND = 'take out what depends on time, order, chance or another test'


def _run_row(row: IndexRow, root: Path, runs: int, limits: Limits, wanted: Mapping[str, str]) -> FlakinessRow:
    example = verification.reread(root, row, LANGUAGES)
    return FlakinessRow(
        example=row.example, digest=wanted[row.example], runs=runs, flaky=flaky_tests(example, runs, limits)
    )


def flaky_tests(example: Example, runs: int, limits: Limits) -> tuple[str, ...]:
    """Names of tests that do not end the same way each time; a run that ends otherwise as a whole is one too."""
    adapter = LANGUAGES[example.implementation]
    suites = [trial.try_variant(example, adapter, {}, limits, seed) for seed in range(1, runs + 1)]
    names = {name for suite in suites for name in suite.tests}
    flaky = {name for name in names if len({suite.tests.get(name) for suite in suites}) > 1}
    broken = {f'the run as a whole ({suite.status})' for suite in suites if suite.status not in ('passed', 'failed')}
    always = {name for name in names if all(suite.tests.get(name) == 'failed' for suite in suites)}
    return tuple(sorted(flaky | broken | always))


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('examples', type=Path)
    parser.add_argument('index', type=Path)
    parser.add_argument('verdicts', type=Path)
    parser.add_argument('output', type=Path)
    parser.add_argument('--params', type=Path, default=Path('params.yaml'))
    parser.add_argument('--fresh', action='store_true', help='believe nothing that was found before')
    arguments = parser.parse_args(argv)
    rows = [IndexRow.model_validate(row, strict=False) for row in files.read_rows(arguments.index)]
    verdicts = [Verdict.model_validate(row, strict=False) for row in files.read_rows(arguments.verdicts)]
    settings = params.load(arguments.params, 'flakiness', Params)
    limits = params.load(arguments.params, 'verify', VerifyLimits).limits
    with Memory(arguments.output, fresh=arguments.fresh) as memory:
        done = flakiness(rows, {one.example: one for one in verdicts}, arguments.examples, settings, limits, memory)
        memory.keep(row.example for row in done)
    tests = sum(len(row.flaky) for row in done)
    print(f'flakiness: {memory.added} run, {tests} flaky tests in {len(done)} examples, {settings.runs} runs each')
    return 0


if __name__ == '__main__':
    raise SystemExit(run_main(main))
