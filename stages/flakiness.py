"""verdicts.jsonl → flakiness.jsonl: the tests of each passed solution again and again, shuffled; none may waver."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from pydantic import NonNegativeInt
from pydantic import PositiveInt

from stages.all_languages import LANGUAGES
from stages.core import files
from stages.core import params
from stages.core import trial
from stages.core import verification
from stages.core.errors import run_main
from stages.core.examples import Example
from stages.core.memory import Memory
from stages.core.models import FlakinessRow
from stages.core.models import IndexRow
from stages.core.params import Limits
from stages.core.passed import Passed
from stages.core.passed import read
from stages.core.passed import remembered
from stages.core.passed import subject


class Params(params.Params):
    """``runs`` of all tests of each example, each in another order. ``workers`` 0: one more than cores."""

    workers: NonNegativeInt = 0
    runs: PositiveInt = 5


def flakiness(given: Passed, settings: Params, memory: Memory) -> list[FlakinessRow]:
    """A row for each passed example; those whose digest still holds are taken from ``memory``, the others are run.

    Raises:
        SandboxUnavailable: this machine can't isolate what would have to run.
        ProblemsFound: an example is not what its row says.
    """
    limits = given.limits
    wanted = {
        row.example: files.digest({'verified': subject(row, given, LANGUAGES), 'runs': str(settings.runs)})
        for row in given.rows
    }

    def run(row: IndexRow) -> FlakinessRow:
        flaky = flaky_tests(verification.reread(given.root, row, LANGUAGES), settings.runs, limits)
        for name in flaky:
            print(f'{row.example}: {name}: passes in some runs and not in others; {MEND}', file=sys.stderr, flush=True)
        return FlakinessRow(example=row.example, digest=wanted[row.example], runs=settings.runs, flaky=flaky)

    return remembered(given.rows, wanted, run, memory, FlakinessRow, 'flakiness', settings.workers)


MEND = 'take out what depends on time, order, chance or another test'


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
    given = read(__doc__, argv)
    settings = params.load(given.params, 'flakiness', Params)
    with Memory(given.output, fresh=given.fresh) as memory:
        done = flakiness(given, settings, memory)
        memory.keep(row.example for row in done)
    tests = sum(len(row.flaky) for row in done)
    print(f'flakiness: {memory.added} run, {tests} flaky tests in {len(done)} examples, {settings.runs} runs each')
    return 0


if __name__ == '__main__':
    raise SystemExit(run_main(main))
