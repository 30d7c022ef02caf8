"""verdicts.jsonl → mutants.jsonl: small faults are put into each passed solution, and its tests must find them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from stages.all_languages import LANGUAGES
from stages.core import files
from stages.core import mutation
from stages.core import params
from stages.core import verification
from stages.core.errors import Problem
from stages.core.errors import ProblemsFound
from stages.core.errors import run_main
from stages.core.examples import Example
from stages.core.memory import Memory
from stages.core.models import IndexRow
from stages.core.models import MutantsRow
from stages.core.mutation import Settings
from stages.core.passed import Passed
from stages.core.passed import read
from stages.core.passed import remembered
from stages.core.passed import subject

CORE = Path(verification.__file__).parent
# Our own code that can change what becomes of a mutant, beside what a verdict depends on.
SOURCES = {name: (CORE / name).read_bytes() for name in ('mutants.py', 'mutation.py')}


def mutate(given: Passed, settings: Settings, memory: Memory) -> list[MutantsRow]:
    """A row for each passed example; outcomes that still hold are taken from ``memory``, other mutants are run.

    Raises:
        SandboxUnavailable: this machine can't isolate what would have to run.
        ProblemsFound: an example is not what its row says, or no longer passes its tests.
    """
    limits = given.limits
    subjects = {row.example: subject(row, given, LANGUAGES) for row in given.rows}
    wanted = {row.example: digest(row, subjects[row.example], settings) for row in given.rows}

    def run(row: IndexRow) -> MutantsRow:
        example = verification.reread(given.root, row, LANGUAGES)
        verified = subjects[row.example]
        known: dict[str, mutation.Outcome] = {}
        if row.example in memory.rows and memory.rows[row.example]['verified'] == verified:
            known = mutation.outcomes_of(MutantsRow.model_validate(memory.rows[row.example], strict=False))
        adapter = LANGUAGES[row.implementation]
        done = mutation.mutate_example(example, adapter, limits, settings, verified, wanted[row.example], known)
        if done is None:
            message = 'passed in verify and does not pass now; is a test flaky? run `proven verify` on it'
            raise ProblemsFound([Problem(f'{given.root.name}/{row.example}', '', message)])
        if done.reasons:
            print(describe(example, done), file=sys.stderr, flush=True)
        return done

    # Backends take longest.
    rows = sorted(given.rows, key=lambda row: (row.framework is None, row.example))
    done = remembered(rows, wanted, run, memory, MutantsRow, 'mutate', settings.workers)
    return sorted(done, key=lambda row: row.example)


def digest(row: IndexRow, verified: str, settings: Settings) -> str:
    """The digest of everything that a row depends on: the subject's own, the marks in `example.yaml`, the draw."""
    drawn = settings.model_dump_json(exclude={'workers'})
    return files.digest({**SOURCES, 'verified': verified, 'metadata': row.metadata, 'settings': drawn})


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
    told = sum(row.told for row in rows)
    whole = sum(not row.survived for row in rows)
    return (
        f'mutate: {killed} of {told} mutants killed ({killed / max(1, told):.1%}), all of them in {whole} of'
        f' {len(rows)} examples ({whole / max(1, len(rows)):.1%});'
        f' {sum(len(row.equivalent) for row in rows)} equivalent, {sum(len(row.not_built) for row in rows)} not built'
    )


def main(argv: Sequence[str] | None = None) -> int:
    given = read(__doc__, argv)
    settings = params.load(given.params, 'mutate', Settings)
    with Memory(given.output, fresh=given.fresh) as memory:
        done = mutate(given, settings, memory)
        memory.keep(row.example for row in done)
    print(f'{report(done)}; {memory.added} examples run')
    return 0


if __name__ == '__main__':
    raise SystemExit(run_main(main))
