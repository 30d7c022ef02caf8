"""verdicts.jsonl → mutants.jsonl: small faults are put into each passed solution, and its tests must find them."""

from __future__ import annotations

import argparse
import functools
import sys
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path

from stages.all_languages import LANGUAGES
from stages.core import files
from stages.core import mutation
from stages.core import params
from stages.core import sandbox
from stages.core import verification
from stages.core.errors import Problem
from stages.core.errors import ProblemsFound
from stages.core.errors import run_main
from stages.core.examples import Example
from stages.core.executor import run_all
from stages.core.memory import Memory
from stages.core.models import IndexRow
from stages.core.models import MutantsRow
from stages.core.models import Verdict
from stages.core.mutation import Settings
from stages.core.params import Limits
from stages.core.params import VerifyLimits

CORE = Path(verification.__file__).parent
# Our own code that can change what becomes of a mutant, beside what a verdict depends on.
SOURCES = {name: (CORE / name).read_bytes() for name in ('mutants.py', 'mutation.py')}


def mutate(
    rows: Sequence[IndexRow],
    verdicts: Mapping[str, Verdict],
    root: Path,
    settings: Settings,
    limits: Limits,
    memory: Memory,
) -> list[MutantsRow]:
    """A row for each passed example; outcomes that still hold are taken from ``memory``, other mutants are run.

    Raises:
        SandboxUnavailable: this machine can't isolate what would have to run.
        ProblemsFound: an example is not what its row says, or no longer passes its tests.
    """
    passed = [row for row in rows if verdicts[row.example].verdict == 'passed']
    wanted = {row.example: digest(row, verdicts[row.example].digest, settings) for row in passed}
    todo = [row for row in passed if not memory.holds(row.example, wanted[row.example])]
    if todo:
        sandbox.require()
    # Backends take longest.
    todo.sort(key=lambda row: (row.framework is None, row.example))
    run = functools.partial(_mutate_row, root=root, settings=settings, limits=limits, wanted=wanted, memory=memory)
    for done in run_all(functools.partial(run, verdicts=verdicts), todo, 'mutate', settings.workers):
        memory.add(done.model_dump(mode='json', exclude_defaults=True))
    return [MutantsRow.model_validate(memory.rows[row.example], strict=False) for row in passed]


def digest(row: IndexRow, verified: str, settings: Settings) -> str:
    """The digest of everything that a row depends on: the verdict's own, the marks in `example.yaml`, the draw."""
    drawn = settings.model_dump_json(exclude={'workers'})
    return files.digest({**SOURCES, 'verified': verified, 'metadata': row.metadata, 'settings': drawn})


def _mutate_row(
    row: IndexRow,
    root: Path,
    settings: Settings,
    limits: Limits,
    wanted: Mapping[str, str],
    memory: Memory,
    verdicts: Mapping[str, Verdict],
) -> MutantsRow:
    example = verification.reread(root, row, LANGUAGES)
    verified = verdicts[row.example].digest
    known: dict[str, mutation.Outcome] = {}
    if row.example in memory.rows and memory.rows[row.example]['verified'] == verified:
        known = mutation.outcomes_of(MutantsRow.model_validate(memory.rows[row.example], strict=False))
    done = mutation.mutate_example(
        example, LANGUAGES[row.implementation], limits, settings, verified, wanted[row.example], known
    )
    if done is None:
        message = 'passed in verify and does not pass now; is a test flaky? run `proven verify` on it'
        raise ProblemsFound([Problem(f'{root.name}/{row.example}', '', message)])
    if done.reasons:
        print(describe(example, done), file=sys.stderr, flush=True)
    return done


def describe(example: Example, row: MutantsRow) -> str:
    """A row for people: reasons against it, and each survivor as a diff with what to do about it."""
    lines = []
    for reason in row.reasons:
        code, _, detail = reason.partition(':')
        lines.append(f'{row.example}: {code}: {mutation.REASONS[code].replace("{}", detail)}')
    found = {one.id: one for one in mutation.all_mutants(example, LANGUAGES[example.implementation])}
    for survivor in row.survived:
        lines.append(f'{row.example}/{survivor.file}:{survivor.line}: no test finds this fault ({survivor.operator}):')
        lines.append(found[survivor.id].diff(example.files[survivor.file].decode()))
    if row.survived:
        lines.append(
            'add a test that fails on it; if no test can, say why in example.yaml:\n'
            f'equivalent_mutants:\n- {{mutant: "{row.survived[0].id}", reason: …}}'
        )
    return '\n'.join(lines)


def report(rows: Sequence[MutantsRow]) -> str:
    """The figures over the repository."""
    killed = sum(len(row.killed) for row in rows)
    told = killed + sum(len(row.survived) for row in rows)
    whole = sum(not row.survived for row in rows)
    return (
        f'mutate: {killed} of {told} mutants killed ({killed / max(1, told):.1%}), all of them in {whole} of'
        f' {len(rows)} examples ({whole / max(1, len(rows)):.1%});'
        f' {sum(len(row.equivalent) for row in rows)} equivalent, {sum(len(row.not_built) for row in rows)} not built'
    )


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('examples', type=Path)
    parser.add_argument('index', type=Path)
    parser.add_argument('verdicts', type=Path)
    parser.add_argument('output', type=Path)
    parser.add_argument('--params', type=Path, default=Path('params.yaml'))
    parser.add_argument('--fresh', action='store_true', help='believe nothing that was found before')
    arguments = parser.parse_args(argv)
    rows = [IndexRow.model_validate(row) for row in files.read_rows(arguments.index)]
    verdicts = [Verdict.model_validate(row, strict=False) for row in files.read_rows(arguments.verdicts)]
    settings = params.load(arguments.params, 'mutate', Settings)
    limits = params.load(arguments.params, 'verify', VerifyLimits).limits
    with Memory(arguments.output, fresh=arguments.fresh) as memory:
        done = mutate(rows, {one.example: one for one in verdicts}, arguments.examples, settings, limits, memory)
        memory.keep(row.example for row in done)
    print(f'{report(done)}; {memory.added} examples run')
    return 0


if __name__ == '__main__':
    raise SystemExit(run_main(main))
