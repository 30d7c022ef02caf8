"""All rows that stages wrote, read together, and the figures that follow from them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from typing import TypeVar

from stages.core import files
from stages.core.fingerprints import ContaminationRow
from stages.core.fingerprints import Screen
from stages.core.models import DuplicatesRow
from stages.core.models import FlakinessRow
from stages.core.models import GateRow
from stages.core.models import IndexRow
from stages.core.models import MeasuresRow
from stages.core.models import Model
from stages.core.models import MutantsRow
from stages.core.models import Split
from stages.core.models import SplitRow
from stages.core.models import TimingsRow
from stages.core.models import Verdict

Row = TypeVar('Row', bound=Model)


NAMES = ('index', 'verdicts', 'mutants', 'flakiness', 'measures', 'timings', 'gate', 'splits')
BUILT = ('duplicates.jsonl', 'contamination.jsonl', 'contamination-screen.json')


class Proofs(NamedTuple):
    """Rows by example, and the split of each id; a stage that has not run has none."""

    examples: dict[str, IndexRow]
    verdicts: dict[str, Verdict]
    mutants: dict[str, MutantsRow]
    flakiness: dict[str, FlakinessRow]
    measures: dict[str, MeasuresRow]
    timings: dict[str, TimingsRow]
    duplicates: dict[str, DuplicatesRow]
    contamination: dict[str, ContaminationRow]
    screen: Screen | None
    gate: dict[str, GateRow]
    splits: dict[str, Split]

    @property
    def released(self) -> list[IndexRow]:
        """The examples with nothing against them, sorted by id."""
        rows = (row for name, row in self.examples.items() if name in self.gate and not self.gate[name].reasons)
        return sorted(rows, key=lambda row: row.id)


def read(proofs: Path, build: Path) -> Proofs:
    """The rows in the folder ``proofs`` and those of `dedupe` and `decontaminate` in ``build``."""
    screen = build / 'contamination-screen.json'
    ledger = (SplitRow.model_validate(row) for row in files.read_rows(proofs / 'splits.jsonl'))
    return Proofs(
        _rows(proofs / 'index.jsonl', IndexRow),
        _rows(proofs / 'verdicts.jsonl', Verdict),
        _rows(proofs / 'mutants.jsonl', MutantsRow),
        _rows(proofs / 'flakiness.jsonl', FlakinessRow),
        _rows(proofs / 'measures.jsonl', MeasuresRow),
        _rows(proofs / 'timings.jsonl', TimingsRow),
        _rows(build / 'duplicates.jsonl', DuplicatesRow),
        _rows(build / 'contamination.jsonl', ContaminationRow),
        Screen.model_validate_json(screen.read_bytes()) if screen.exists() else None,
        _rows(proofs / 'gate.jsonl', GateRow),
        {line.id: line.split for line in ledger},
    )


def contents(proofs: Path, build: Path) -> dict[str, bytes]:
    """The files that `read` reads, by path in the repository."""
    paths = [*(proofs / f'{name}.jsonl' for name in NAMES), *(build / name for name in BUILT)]
    return {f'{path.parent.name}/{path.name}': path.read_bytes() for path in paths if path.exists()}


def _rows(path: Path, model: type[Row]) -> dict[str, Row]:
    return {row['example']: model.model_validate(row, strict=False) for row in files.read_rows(path)}


def figures(proofs: Proofs) -> dict[str, str]:
    """What is true of the whole repository, left out examples too: claim → figure."""
    verdicts, mutants = list(proofs.verdicts.values()), list(proofs.mutants.values())
    ran = [one for one in verdicts if one.solution is not None]
    killed = sum(len(row.killed) for row in mutants)
    told = sum(row.told for row in mutants)
    whole = sum(not row.survived for row in mutants)
    proven = [count > 0 for row in mutants for count in row.requirements.values()]
    flaky = sum(len(row.flaky) for row in proofs.flakiness.values())
    runs = min((row.runs for row in proofs.flakiness.values()), default=0)
    copies = sum(any(not twin.same_family for twin in row.twins) for row in proofs.duplicates.values())
    overlaps = sum(bool(row.hits) for row in proofs.contamination.values())
    measured = [row.covered for row in proofs.measures.values() if row.covered]
    covered, lines = (sum(pair[part] for pair in measured) for part in (0, 1))
    of_all = f'of {len(proofs.examples)} examples'
    return {
        'solutions that fail their own tests': f'{_count(ran, "solution_")} {of_all}',
        'test suites that pass on a solution with empty bodies': f'{_count(ran, "stub_passed")} {of_all}',
        'requirements whose tests find a seeded fault': f'{sum(proven)} of {len(proven)}',
        'seeded faults (mutants) that the tests find': f'{killed} of {told} ({_percent(killed, told)})',
        'examples whose tests find all of theirs': f'{whole} of {len(mutants)} ({_percent(whole, len(mutants))})',
        f'tests that waver in {runs} shuffled runs': str(flaky),
        'near-copies of another family': f'{copies} {of_all}',
        'overlaps with the benchmarks screened': f'{overlaps} {of_all}',
        'secrets, personal data, licences unknown or not permissive': f'0 {of_all}; `index` refuses them',
        f'lines that native tests reach, where measured ({len(measured)} examples)': _percent(covered, lines),
    }


def _count(verdicts: Sequence[Verdict], code: str) -> int:
    return sum(any(reason.startswith(code) for reason in verdict.reasons) for verdict in verdicts)


def _percent(part: int, whole: int) -> str:
    return f'{part / whole:.1%}' if whole else 'none'


def screens(proofs: Proofs) -> str:
    """Which benchmarks the examples were screened against, and which not, in a sentence."""
    if proofs.screen is None or not proofs.screen.screened:
        told = 'Screened against no benchmark.'
    else:
        names = (f'{about.name} ({about.tasks - about.too_short:,} tasks)' for about in proofs.screen.screened)
        told = f'Screened against {", ".join(names)}.'
    missing = proofs.screen.not_screened if proofs.screen else ()
    return f'{told} Not screened: {", ".join(missing)}.' if missing else told
