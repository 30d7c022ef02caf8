"""What stages that run something of each passed example share: what they are given, and rows kept while they hold."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from typing import TypeVar

from pydantic import BaseModel

from stages.core import files
from stages.core import params
from stages.core import sandbox
from stages.core import toolchain
from stages.core import verification
from stages.core.executor import run_all
from stages.core.language import Language
from stages.core.memory import Memory
from stages.core.models import IndexRow
from stages.core.models import Verdict
from stages.core.params import Limits
from stages.core.params import VerifyLimits

Row = TypeVar('Row', bound=BaseModel)


class Passed(NamedTuple):
    """The examples that passed, with their verdicts, and where everything is; ``outputs`` begin with the rows."""

    rows: tuple[IndexRow, ...]
    verdicts: Mapping[str, Verdict]
    root: Path
    outputs: tuple[Path, ...]
    params: Path
    limits: Limits
    fresh: bool

    @property
    def output(self) -> Path:
        return self.outputs[0]


def read(description: str | None, argv: Sequence[str] | None) -> Passed:
    """The arguments of such a stage, and the files that they name."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument('examples', type=Path)
    parser.add_argument('index', type=Path)
    parser.add_argument('verdicts', type=Path)
    parser.add_argument('outputs', type=Path, nargs='+')
    parser.add_argument('--params', type=Path, default=Path('params.yaml'))
    parser.add_argument('--fresh', action='store_true', help='believe nothing that was found before')
    arguments = parser.parse_args(argv)
    verdicts = [Verdict.model_validate(row, strict=False) for row in files.read_rows(arguments.verdicts)]
    passed = {verdict.example: verdict for verdict in verdicts if verdict.verdict == 'passed'}
    rows = [IndexRow.model_validate(row, strict=False) for row in files.read_rows(arguments.index)]
    return Passed(
        tuple(row for row in rows if row.example in passed),
        passed,
        arguments.examples,
        tuple(arguments.outputs),
        arguments.params,
        params.load(arguments.params, 'verify', VerifyLimits).limits,
        arguments.fresh,
    )


def subject(row: IndexRow, given: Passed, languages: Mapping[str, Language], has_human: bool = False) -> str:
    """The digest of what runs of an example depend on: code, locks, limits, and what the verdict says of its tests.

    Our own runner is not in it, other than in a verdict's digest: all is verified again when that changes, and what
    else was found by running the tests stays where the verdict does. ``--fresh`` believes nothing.
    """
    needed = verification.needed_toolchains(languages[row.implementation], row.databases, has_human)
    return files.digest(
        {
            'code': row.code,
            'limits': given.limits.model_dump_json(),
            'verdict': given.verdicts[row.example].model_dump_json(exclude={'digest', 'toolchain'}),
            **{f'lock/{name}': toolchain.lock_digest(name) for name in needed},
        }
    )


def remembered(
    rows: Sequence[IndexRow],
    wanted: Mapping[str, str],
    function: Callable[[IndexRow], Row],
    memory: Memory,
    model: type[Row],
    label: str,
    workers: int,
) -> list[Row]:
    """A row for each example: those that hold the ``wanted`` digest are taken from ``memory``, the others are made.

    Raises:
        SandboxUnavailable: this machine can't isolate what would have to run.
    """
    todo = [row for row in rows if not memory.holds(row.example, wanted[row.example])]
    if todo:
        sandbox.require()
    for done in run_all(function, todo, label, workers):
        memory.add(done.model_dump(mode='json', exclude_defaults=True))
    return [model.model_validate(memory.rows[row.example], strict=False) for row in rows]
