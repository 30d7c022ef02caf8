"""verdicts.jsonl → measures.jsonl: size, complexity and coverage of each passed solution, measured."""

from __future__ import annotations

import argparse
import functools
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import lizard
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
from stages.core.language import Language
from stages.core.memory import Memory
from stages.core.models import IndexRow
from stages.core.models import MeasuresRow
from stages.core.models import Verdict
from stages.core.params import Limits
from stages.core.params import VerifyLimits

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


def measure(
    rows: Sequence[IndexRow],
    verdicts: Mapping[str, Verdict],
    root: Path,
    settings: Params,
    limits: Limits,
    memory: Memory,
) -> list[MeasuresRow]:
    """A row for each passed example; those whose digest still holds are taken from ``memory``.

    Raises:
        SandboxUnavailable: this machine can't isolate what would have to run.
        ProblemsFound: an example is not what its row says.
    """
    passed = [row for row in rows if verdicts[row.example].verdict == 'passed']
    told = settings.model_dump_json(exclude={'workers'}) + lizard.version
    wanted = {row.example: files.digest({'verified': verdicts[row.example].digest, 'settings': told}) for row in passed}
    todo = [row for row in passed if not memory.holds(row.example, wanted[row.example])]
    if todo:
        sandbox.require()
    one = functools.partial(_measure_row, root=root, settings=settings, limits=limits, wanted=wanted)
    for done in run_all(one, todo, 'measure', settings.workers):
        memory.add(done.model_dump(mode='json', exclude_defaults=True))
    return [MeasuresRow.model_validate(memory.rows[row.example], strict=False) for row in passed]


def _measure_row(row: IndexRow, root: Path, settings: Params, limits: Limits, wanted: Mapping[str, str]) -> MeasuresRow:
    example = verification.reread(root, row, LANGUAGES)
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
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('examples', type=Path)
    parser.add_argument('index', type=Path)
    parser.add_argument('verdicts', type=Path)
    parser.add_argument('output', type=Path)
    parser.add_argument('--params', type=Path, default=Path('params.yaml'))
    parser.add_argument('--fresh', action='store_true', help='believe nothing that was measured before')
    arguments = parser.parse_args(argv)
    rows = [IndexRow.model_validate(row, strict=False) for row in files.read_rows(arguments.index)]
    verdicts = [Verdict.model_validate(row, strict=False) for row in files.read_rows(arguments.verdicts)]
    settings = params.load(arguments.params, 'measure', Params)
    limits = params.load(arguments.params, 'verify', VerifyLimits).limits
    with Memory(arguments.output, fresh=arguments.fresh) as memory:
        done = measure(rows, {one.example: one for one in verdicts}, arguments.examples, settings, limits, memory)
        memory.keep(row.example for row in done)
    known = [row.coverage for row in done if row.coverage is not None]
    told = f'{sum(known) / len(known):.1%} of the lines' if known else 'unknown'
    print(f'measure: {memory.added} run; coverage of {len(known)} of {len(done)} examples measured: {told}')
    return 0


if __name__ == '__main__':
    raise SystemExit(run_main(main))
