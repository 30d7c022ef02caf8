"""index.jsonl → verdicts.jsonl: build and test every variant of every example, keep what is proven already.

Several machines can share the work: each runs a `--shard` of the examples into a file of its own. Their lines together
are `verdicts.jsonl`: whoever then runs the stage without a shard runs only what a lost machine left out.
"""

from __future__ import annotations

import argparse
import functools
import re
import sys
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path

from stages.all_languages import LANGUAGES
from stages.core import files
from stages.core import params
from stages.core import sandbox
from stages.core import verification
from stages.core.errors import run_main
from stages.core.executor import run_all
from stages.core.memory import Memory
from stages.core.models import IndexRow
from stages.core.models import Verdict
from stages.core.params import Limits
from stages.core.params import VerifyLimits


def verify(rows: Sequence[IndexRow], root: Path, settings: VerifyLimits, memory: Memory) -> list[Verdict]:
    """A verdict for each row; those whose digest still holds are taken from ``memory``, the others are run.

    Raises:
        SandboxUnavailable: this machine can't isolate what would have to run.
        ProblemsFound: an example is not what its row says.
    """
    wanted = {row.example: _digest(row, settings.limits) for row in rows}
    todo = [row for row in rows if not memory.holds(row.example, wanted[row.example])]
    if any(verification.can_run(LANGUAGES[row.implementation], row.databases, row.has_human) for row in todo):
        sandbox.require()
    judge = functools.partial(_verify_row, root=root, limits=settings.limits, wanted=wanted)
    for verdict in run_all(judge, todo, 'verify', settings.workers):
        memory.add(verdict.model_dump(mode='json', exclude_defaults=True))
    return [Verdict.model_validate(memory.rows[row.example], strict=False) for row in rows]


def _digest(row: IndexRow, limits: Limits) -> str:
    return verification.digest(row, LANGUAGES[row.implementation], limits)


def _verify_row(row: IndexRow, root: Path, limits: Limits, wanted: Mapping[str, str]) -> Verdict:
    adapter = LANGUAGES[row.implementation]
    example = verification.reread(root, row, LANGUAGES)
    verdict, output = verification.verify_example(example, adapter, limits, wanted[row.example])
    if verdict.verdict != 'passed':
        print(f'{verification.describe(verdict)}\n{output}'.rstrip(), file=sys.stderr, flush=True)
    return verdict


def _shard(text: str) -> slice:
    """`2/8` is every eighth example from the second on, so that the slow ones of a category are spread.

    Raises:
        ArgumentTypeError: it is no share.
    """
    match = re.fullmatch(r'(\d+)/(\d+)', text)
    if match is None or not 1 <= int(match[1]) <= int(match[2]):
        raise argparse.ArgumentTypeError(f'{text!r} is no share; say 2/8 for the second of eight')
    return slice(int(match[1]) - 1, None, int(match[2]))


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('examples', type=Path)
    parser.add_argument('index', type=Path)
    parser.add_argument('output', type=Path)
    parser.add_argument('--params', type=Path, default=Path('params.yaml'))
    parser.add_argument('--fresh', action='store_true', help='believe nothing that was proven before')
    parser.add_argument('--shard', type=_shard, default=slice(None), metavar='I/N', help='the I-th of N shares')
    arguments = parser.parse_args(argv)
    rows = [IndexRow.model_validate(row) for row in files.read_rows(arguments.index)][arguments.shard]
    settings = params.load(arguments.params, 'verify', VerifyLimits)
    with Memory(arguments.output, fresh=arguments.fresh) as memory:
        verdicts = verify(rows, arguments.examples, settings, memory)
        memory.keep(row.example for row in rows)
    counts = {word: sum(verdict.verdict == word for verdict in verdicts) for word in ('passed', 'failed', 'not_run')}
    print(f'verify: {memory.added} run, ' + ', '.join(f'{count} {word}' for word, count in counts.items()))
    return 0


if __name__ == '__main__':
    raise SystemExit(run_main(main))
