"""verdicts.jsonl → measures.jsonl: size, complexity and coverage of each passed solution, measured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import lizard
from pydantic import NonNegativeInt
from pydantic import PositiveInt

from stages.all_languages import LANGUAGES
from stages.core import files
from stages.core import params
from stages.core import trial
from stages.core import verification
from stages.core.errors import run_main
from stages.core.examples import Example
from stages.core.language import Language
from stages.core.memory import Memory
from stages.core.models import IndexRow
from stages.core.models import MeasuresRow
from stages.core.passed import Passed
from stages.core.passed import read
from stages.core.passed import remembered

Complexity = Literal['simple', 'medium', 'complex']


class Threshold(params.Params):
    """From which cyclomatic complexity, or from how many lines of code on."""

    cyclomatic: PositiveInt
    lines: PositiveInt


class Params(params.Params):
    """Where the classes of complexity begin. ``workers`` 0: one more than cores."""

    workers: NonNegativeInt = 0
    medium: Threshold = Threshold(cyclomatic=20, lines=100)
    complex: Threshold = Threshold(cyclomatic=60, lines=300)


def measure(given: Passed, settings: Params, memory: Memory) -> list[MeasuresRow]:
    """A row for each passed example; those whose digest still holds are taken from ``memory``.

    Raises:
        SandboxUnavailable: this machine can't isolate what would have to run.
        ProblemsFound: an example is not what its row says.
    """
    limits = given.limits
    told = settings.model_dump_json(exclude={'workers'}) + lizard.version
    wanted = {
        example: files.digest({'verified': verdict.digest, 'settings': told})
        for example, verdict in given.verdicts.items()
    }

    def run(row: IndexRow) -> MeasuresRow:
        example = verification.reread(given.root, row, LANGUAGES)
        adapter = LANGUAGES[row.implementation]
        lines, cyclomatic = size(example, adapter)
        return MeasuresRow(
            example=row.example,
            digest=wanted[row.example],
            estimated_lines=lines,
            cyclomatic=cyclomatic,
            complexity=classify(lines, cyclomatic, settings),
            covered=trial.coverage(example, adapter, limits),
        )

    return remembered(given.rows, wanted, run, memory, MeasuresRow, 'measure', settings.workers)


def size(example: Example, adapter: Language) -> tuple[int, int]:
    """Lines of code of the solution without blanks and comments, and the summed cyclomatic complexity of its functions.

    Method: McCabe (1976), as lizard counts it.
    """
    found = [
        lizard.analyze_file.analyze_source_code(path, content.decode())
        for path, content in example.of_role('solution').items()
        if path.endswith(adapter.SUFFIXES)
    ]
    return sum(file.nloc for file in found), sum(f.cyclomatic_complexity for file in found for f in file.function_list)


def classify(lines: int, cyclomatic: int, settings: Params) -> Complexity:
    """The highest class that either figure reaches."""
    classes: tuple[tuple[Complexity, Threshold], ...] = (('complex', settings.complex), ('medium', settings.medium))
    for name, threshold in classes:
        if cyclomatic >= threshold.cyclomatic or lines >= threshold.lines:
            return name
    return 'simple'


def main(argv: Sequence[str] | None = None) -> int:
    given = read(__doc__, argv)
    settings = params.load(given.params, 'measure', Params)
    with Memory(given.output, fresh=given.fresh) as memory:
        done = measure(given, settings, memory)
        memory.keep(row.example for row in done)
    known = [row.coverage for row in done if row.coverage is not None]
    told = f'{sum(known) / len(known):.1%} of the lines' if known else 'unknown'
    print(f'measure: {memory.added} run; coverage of {len(known)} of {len(done)} examples measured: {told}')
    return 0


if __name__ == '__main__':
    raise SystemExit(run_main(main))
