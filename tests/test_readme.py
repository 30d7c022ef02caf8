"""The figures and the table of README.md: what is counted, what is left as it is; the tables of COLLECTION.md."""

from __future__ import annotations

import pytest

from stages import readme
from stages.core.collection import collection
from stages.core.errors import ProblemsFound
from stages.core.models import FlakinessRow
from stages.core.models import GateRow
from stages.core.models import IndexRow
from stages.core.models import MeasuresRow
from stages.core.models import MutantsRow
from stages.core.models import Survivor
from stages.core.models import Trial
from stages.core.models import Verdict
from stages.core.proofs import Proofs
from stages.core.proofs import figures

TEXT = f'# A\n\n{readme.BEGIN}old\n{readme.END}\nB\n'
SURVIVOR = Survivor(id='x', operator='return', file='f', line=1)


def row(path, language='go', framework=None):
    return IndexRow(
        example=path,
        id=path.replace('/', '-'),
        family=path.split('/')[1],
        language=language,
        framework=framework,
        code='',
        metadata='',
    )


def verdict(path, passed=3, **changes):
    solution = Trial(status='passed', passed=passed, failed=0)
    fields = {'verdict': 'passed', 'toolchain': 'go1', 'requirements': {'R1': ('a',), 'R2': ('b',)}, **changes}
    return Verdict(example=path, digest='', solution=solution, **fields)


def by_example(*rows):
    return {one.example: one for one in rows}


def proofs():
    rows = [row('text/a/go'), row('text/b/go'), row('text/c/go'), row('backend/d/gin', framework='gin')]
    verdicts = [verdict('text/a/go'), verdict('text/b/go', 4), verdict('backend/d/gin')]
    verdicts.append(verdict('text/c/go', verdict='failed', reasons=('stub_passed:native',)))
    passed = ['text/a/go', 'text/b/go', 'backend/d/gin']
    mutants = [
        MutantsRow(
            example=name,
            digest='',
            verified='',
            killed={'a': ('R1',), 'b': ()},
            survived=(SURVIVOR,) if name == 'text/b/go' else (),
            requirements={'R1': 1, 'R2': 0},
        )
        for name in passed
    ]
    return Proofs(
        examples=by_example(*rows),
        verdicts=by_example(*verdicts),
        mutants=by_example(*mutants),
        flakiness=by_example(*(FlakinessRow(example=name, digest='', runs=5) for name in passed)),
        measures=by_example(
            *(
                MeasuresRow(
                    example=name, digest='', estimated_lines=1, cyclomatic=1, complexity='simple', covered=covered
                )
                for name, covered in zip(passed, ((9, 10), None, (6, 10)), strict=True)
            )
        ),
        timings={},
        duplicates={},
        contamination={},
        screen=None,
        gate=by_example(
            *(GateRow(example=name, id='') for name in passed),
            GateRow(example='text/c/go', id='', reasons=('stub_passed:native',)),
        ),
        splits={},
    )


def test_table_counts_what_is_released_and_leaves_the_rest():
    text = readme.readme(TEXT, proofs())
    assert text.startswith(f'# A\n\n{readme.BEGIN}{readme.FIGURES}')
    assert text.endswith(f'{readme.END}\nB\n')
    assert '| `go` | go | go1 | 2 | 2 | 4 | 7 | 4 of 5 |\n' in text
    assert '| `gin` | go | go1 | 1 | 1 | 2 | 3 | 2 of 2 |\n' in text
    assert '| all |  |  | 3 | 3 | 6 | 10 | 6 of 7 |\n' in text
    assert '| `python` | python |  | 0 | 0 | 0 | 0 | 0 of 0 |\n' in text
    assert readme.readme(text, proofs()) == text


def test_figures_are_of_the_whole_repository():
    found = figures(proofs())
    assert found['solutions that fail their own tests'] == '0 of 4 examples'
    assert found['test suites that pass on a solution with empty bodies'] == '1 of 4 examples'
    assert found['requirements whose tests find a seeded fault'] == '3 of 6'
    assert found['seeded faults (mutants) that the tests find'] == '6 of 7 (85.7%)'
    assert found['examples whose tests find all of theirs'] == '2 of 3 (66.7%)'
    assert found['tests that waver in 5 shuffled runs'] == '0'
    assert found['lines that native tests reach, where measured (2 examples)'] == '75.0%'


def test_text_without_marks_is_refused():
    with pytest.raises(ProblemsFound, match=r'put them in'):
        readme.readme('# A\n', proofs())


def released(path, level, *paradigms, framework=None):
    category, task, name = path.split('/')
    return {
        'id': path,
        'task': task,
        'category': category,
        'title': {'en': task.upper(), 'zh': ''},
        'level': level,
        'language': name,
        'framework': framework,
        'paradigms': list(paradigms),
        'annotations': [],
    }


def test_the_collection_is_counted_by_kind_and_implementation():
    rows = [
        released('text/a/go', 'beginner', 'functional', 'procedural'),
        released('text/a/python', 'beginner', 'functional'),
        released('text/a/rust', 'beginner', 'functional'),
        released('backend/d/gin', 'advanced', 'procedural', framework='gin'),
    ]
    draft = Trial(status='failed', passed=1, failed=2, failing=('test_b__R10', 'test_a__R2_R3'))
    verdicts = by_example(
        verdict('text/a/go', draft=draft, changes=(('test_a__R2_R3',),)),
        verdict('text/a/python', draft=Trial(status='passed', passed=3, failed=0), changes=((),)),
        verdict('text/a/rust', draft=Trial(status='not_built', passed=0, failed=0), changes=((), ())),
        verdict('backend/d/gin'),
    )
    text = collection(rows, ('go', 'python', 'rust', 'gin', 'c'), verdicts, [])
    tables = text.split('| examples |')
    assert '| `gin` |  |  | 1 |' in tables[1]
    assert '\n| tasks | 0 | 0 | 1 |' in tables[1]
    assert '\n| `go` | 1 |  |  |  |  |  | 1 |  | 1 | 1 |\n' in tables[2]
    assert (
        '\n| all | 3 | 0 | 1 | 0 | 0 | 0 | 3 | 0 | 2 | 4 |\n| tasks | 1 | 0 | 1 | 0 | 0 | 0 | 1 | 0 | 2 | 2 |\n'
        in tables[2]
    )
    assert '2 tasks, 1 of them backends; 1 in three or more implementations. Of 4 examples 0 have' in text
    assert '| [text/a](examples/text/a/task.yaml) | A | beginner | `go`, `python`, `rust` |\n' in text
    assert '3 solutions were made from drafts' in text
    assert '1 of the drafts pass every test' in text
    assert '| text/a/go | R2, R3, R10 | 1 | 1 | 3 |\n' in text
    assert '| text/a/python |  | 1 | 3 | 3 |\n' in text
    assert '| text/a/rust | not built | 2 | 0 | 3 |\n' in text
