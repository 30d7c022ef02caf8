"""What is released: every reason of every stage, and which of two near-copies stays."""

from __future__ import annotations

from stages.core.fingerprints import ContaminationRow
from stages.core.models import DuplicatesRow
from stages.core.models import FlakinessRow
from stages.core.models import GateRow
from stages.core.models import IndexRow
from stages.core.models import MutantsRow
from stages.core.models import Twin
from stages.core.models import Verdict
from stages.core.proofs import Proofs
from stages.gate import gate


def proofs(*names, **changes):
    """Proofs in which nothing is wrong with the examples, but for rows in ``changes``."""
    found = {
        'examples': {
            name: IndexRow(
                example=name,
                id=name.replace('/', '-'),
                family=name.rpartition('/')[0],
                language='go',
                framework=None,
                code='',
                metadata='',
            )
            for name in names
        },
        'verdicts': {name: Verdict(example=name, digest='', verdict='passed') for name in names},
        'mutants': {name: MutantsRow(example=name, digest='', verified='') for name in names},
        'flakiness': {name: FlakinessRow(example=name, digest='', runs=5) for name in names},
        'measures': {},
        'timings': {},
        'duplicates': {name: DuplicatesRow(example=name) for name in names},
        'contamination': {name: ContaminationRow(example=name) for name in names},
        'screen': None,
        'gate': {},
        'splits': {},
    }
    for key, rows in changes.items():
        found[key] = found[key] | {row.example: row for row in rows}
    return Proofs(**found)


def reasons(found):
    return {row.example: list(row.reasons) for row in gate(found)}


def twins(one, two, of='code', same_family=False):
    paths = (one, two) if of == 'code' else (one.rpartition('/')[0], two.rpartition('/')[0])
    return [
        DuplicatesRow(
            example=name,
            twins=(Twin(of=of, path=path, same_family=same_family, similarity=0.9, file='f', line=1),),
        )
        for name, path in ((one, paths[1]), (two, paths[0]))
    ]


def test_nothing_wrong_is_released():
    assert reasons(proofs('a/b/go', 'a/c/go')) == {'a/b/go': [], 'a/c/go': []}


def test_reasons_of_all_stages_are_kept():
    found = proofs(
        'a/b/go',
        'a/c/go',
        verdicts=[Verdict(example='a/b/go', digest='', verdict='failed', reasons=('solution_failed',))],
        mutants=[MutantsRow(example='a/c/go', digest='', verified='', reasons=('requirement_not_killed:R2',))],
        flakiness=[FlakinessRow(example='a/c/go', digest='', runs=5, flaky=('t__R1',))],
    )
    assert reasons(found) == {
        'a/b/go': ['solution_failed'],
        'a/c/go': ['requirement_not_killed:R2', 'flaky:t__R1'],
    }


def test_failed_example_needs_no_further_rows():
    found = proofs(
        'a/b/go', verdicts=[Verdict(example='a/b/go', digest='', verdict='not_run', reasons=('no_toolchain:go',))]
    )
    found.mutants.clear()
    found.flakiness.clear()
    assert reasons(found) == {'a/b/go': ['no_toolchain:go']}


def test_first_of_two_copies_stays():
    found = proofs('a/b/go', 'a/c/go', duplicates=twins('a/b/go', 'a/c/go'))
    assert reasons(found) == {'a/b/go': [], 'a/c/go': ['copy:a/b/go']}


def test_released_copy_stays_whatever_its_path():
    before = [GateRow(example='a/c/go', id='a-c-go'), GateRow(example='a/b/go', id='a-b-go', reasons=('copy:a/c/go',))]
    found = proofs('a/b/go', 'a/c/go', duplicates=twins('a/b/go', 'a/c/go'), gate=before)
    assert reasons(found) == {'a/b/go': ['copy:a/c/go'], 'a/c/go': []}


def test_copy_of_what_is_refused_itself_may_stay():
    failed = Verdict(example='a/b/go', digest='', verdict='failed', reasons=('solution_failed',))
    found = proofs('a/b/go', 'a/c/go', duplicates=twins('a/b/go', 'a/c/go'), verdicts=[failed])
    assert reasons(found)['a/c/go'] == []


def test_copies_of_one_family_all_stay():
    found = proofs('a/b/go', 'a/b/gin', duplicates=twins('a/b/go', 'a/b/gin', same_family=True))
    assert not any(reasons(found).values())


def test_task_copy_keeps_all_examples_of_the_second_task_out():
    found = proofs(
        'a/b/go',
        'a/c/go',
        'a/c/python',
        duplicates=twins('a/b/go', 'a/c/go', 'task') + twins('a/b/go', 'a/c/python', 'task'),
    )
    assert reasons(found) == {'a/b/go': [], 'a/c/go': ['task_copy:a/b'], 'a/c/python': ['task_copy:a/b']}
