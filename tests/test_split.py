from __future__ import annotations

import random
from collections import Counter

import pytest

from stages.core.errors import ProblemsFound
from stages.core.models import DuplicatesRow
from stages.core.models import IndexRow
from stages.core.models import SplitRow
from stages.core.models import Twin
from stages.split import Params
from stages.split import joined
from stages.split import proof
from stages.split import report
from stages.split import split

LANGUAGES = {'python': 'python', 'fastapi': 'python', 'javascript': 'javascript', 'express': 'javascript', 'go': 'go'}


def row(task, implementation, family=None):
    return IndexRow(
        example=f'text/{task}/{implementation}',
        id=f'{task}-{implementation}',
        family=family or task,
        language=LANGUAGES[implementation],
        framework=None,
        code='',
        metadata='',
    )


def rows(count, seed=0):
    chance = random.Random(seed)
    return [
        row(f't{n:05}', name) for n in range(count) for name in chance.sample(sorted(LANGUAGES), chance.randint(1, 4))
    ]


def where(lines):
    return {line.id: line.split for line in lines}


@pytest.mark.parametrize('count', [10, 40, 400])
def test_shares_overall_and_in_each_language(count):
    found = where(split(rows(count), [], Params()))
    for language in (None, 'go', 'javascript', 'python'):
        mine = [r for r in rows(count) if language in (None, r.language)]
        counts = Counter(found[r.id] for r in mine)
        for name, share in {'train': 0.8, 'validation': 0.1, 'test': 0.1}.items():
            assert abs(counts[name] - share * len(mine)) <= max(2.5, 0.01 * len(mine)), (language, counts)


def test_families_are_never_split():
    lines = split(rows(200), [], Params())
    assert max(Counter(family for family, _ in {(line.family, line.split) for line in lines}).values()) == 1


def test_order_of_rows_does_not_matter():
    shuffled = rows(100)
    random.Random(7).shuffle(shuffled)
    assert split(shuffled, [], Params()) == split(rows(100), [], Params())


def test_salt_decides_between_equals():
    found = {tuple(where(split(rows(30), [], Params(salt=salt))).values()) for salt in 'abcdef'}
    assert len(found) > 1


def test_released_examples_never_move_when_others_arrive_or_leave():
    ledger = []
    for count in range(20, 220, 20):
        before = where(ledger)
        ledger = split(rows(count), ledger, Params())
        after = where(ledger)
        assert {name: after[name] for name in before} == before
    counts = Counter(where(ledger).values())
    assert abs(counts['test'] / len(ledger) - 0.1) < 0.02
    fewer = split(rows(100), ledger, Params())
    assert where(fewer) == where(ledger)


def test_new_implementation_follows_its_family():
    ledger = split([row('t00001', 'go')], [], Params()) + split([row('t00002', 'go')], [], Params())
    ledger = [ledger[0], ledger[1].model_copy(update={'split': 'test'})]
    found = where(split([row('t00001', 'go'), row('t00002', 'go'), row('t00002', 'python')], ledger, Params()))
    assert found['t00002-python'] == 'test'


def test_family_that_joins_a_released_task_follows_it():
    ledger = [split([row('t00002', 'go')], [], Params())[0].model_copy(update={'split': 'test'})]
    found = where(split([row('t00001', 'go'), row('t00002', 'go', family='t00001')], ledger, Params()))
    assert found == {'t00001-go': 'test', 't00002-go': 'test'}


def test_joining_released_tasks_of_different_splits_is_refused():
    one, two = split([row('t00001', 'go')], [], Params())[0], split([row('t00002', 'go')], [], Params())[0]
    ledger = [one, two.model_copy(update={'split': 'test'})]
    with pytest.raises(ProblemsFound, match=r't00002 \(test\) and t00001 \(train\); remove the link'):
        split([row('t00001', 'go'), row('t00002', 'go', family='t00001')], ledger, Params())


def copies(*pairs, of=()):
    """Rows of `dedupe` in which these pairs are near-copies."""
    both = [*pairs, *((two, one) for one, two in pairs)]
    return {
        name: DuplicatesRow(
            example=name,
            twins=tuple(
                Twin(of='code', path=two, similarity=0.9, file='f', line=1) for one, two in both if one == name
            ),
        )
        for name in (row.example for row in of)
    }


def test_near_copies_join_their_families():
    mine = [row('t00001', 'go'), row('t00001', 'python'), row('t00002', 'go'), row('t00003', 'go')]
    found = joined(mine, copies(('text/t00002/go', 'text/t00001/python'), of=mine))
    assert [one.family for one in found] == ['t00001', 't00001', 't00001', 't00003']
    lines = split(found, [], Params())
    assert proof(mine, lines, copies(('text/t00002/go', 'text/t00001/python'), of=mine)) == (0, 0)


def test_proof_counts_what_is_apart():
    mine = [row('t00001', 'go'), row('t00001', 'python'), row('t00002', 'go')]
    ledger = [
        SplitRow(id=one.id, family=one.family, split=where)
        for one, where in zip(mine, ('train', 'test', 'test'), strict=True)
    ]
    assert proof(mine, ledger, copies(('text/t00001/go', 'text/t00002/go'), of=mine)) == (1, 1)


def test_report_tells_how_far_each_stratum_is():
    mine = [row(f't{n:05}', 'go') for n in range(8)] + [row(f't{n:05}', 'python') for n in range(8, 10)]
    where = ['train'] * 7 + ['validation'] + ['train', 'test']
    lines = [SplitRow(id=one.id, family=one.family, split=name) for one, name in zip(mine, where, strict=True)]
    assert report(mine, lines, Params().shares).splitlines() == [
        'split: all: 8 train, 1 validation, 1 test; off by 0.0 points',
        'split: go: 7 train, 1 validation, 0 test; off by 10.0 points',
        'split: python: 1 train, 0 validation, 1 test; off by 40.0 points',
    ]
