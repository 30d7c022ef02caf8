"""Mutants: what is made, in every language; what becomes of them; what is remembered."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from stages import index
from stages import mutate
from stages import verify
from stages.all_languages import LANGUAGES
from stages.core import files
from stages.core import mutants
from stages.core import mutation
from stages.core import scaffold
from stages.core import verification
from stages.core.errors import run_main
from stages.core.examples import Reader
from stages.core.models import MutantsRow
from stages.core.mutants import OPERATORS
from stages.core.syntax import apply

PY = 'numeric/clamp/python'
GO = 'numeric/clamp/go'
MUTANTS = Path('proofs/mutants.jsonl')
PARAMS = 'verify: {{limits: {{wall_seconds: 30, cpu_seconds: 10}}}}\nmutate: {{budget: {}, most: {}}}\n'


def changes(implementation, source):
    """Operator → the new texts of all mutants of a file."""
    found = {}
    for one in mutants.mutants('file', source, LANGUAGES[implementation].GRAMMAR):
        changed = apply(source, [one.edit])
        kept = {line.strip() for line in source.splitlines()}
        new = [line.strip() for line in changed.splitlines() if line.strip() not in kept]
        found.setdefault(one.operator, []).append(new[0] if new else '')
    return found


# The same function everywhere: it has a fault of each kind to make.
SAME = {
    'python': 'def f(a, b):\n    if a < b and not b == 3:\n        g()\n        raise ValueError\n    return a + b\n',
    'javascript': 'function f(a, b) {\n  if (a < b && !(b === 3)) {\n    g();\n    throw new Error();\n  }\n  return a + b;\n}\n',
    'typescript': 'function f(a: number, b: number): number {\n  if (a < b && !(b === 3)) {\n    g();\n    throw new Error();\n  }\n  return a + b;\n}\n',
    'java': 'class F {\n  int f(int a, int b) {\n    if (a < b && !(b == 3)) {\n      g();\n      throw new Error();\n    }\n    return a + b;\n  }\n}\n',
    'csharp': 'class F {\n  int f(int a, int b) {\n    if (a < b && !(b == 3)) {\n      g();\n      throw new Error();\n    }\n    return a + b;\n  }\n}\n',
    'cpp': 'int f(int a, int b) {\n  if (a < b && !(b == 3)) {\n    g();\n    throw 1;\n  }\n  return a + b;\n}\n',
    'php': '<?php\nfunction f(int $a, int $b): int {\n  if ($a < $b && !($b === 3)) {\n    g();\n    throw new Error();\n  }\n  return $a + $b;\n}\n',
    'ruby': 'def f(a, b)\n  if a < b && !(b == 3)\n    g(1)\n    raise ArgumentError\n  end\n  return a + b\nend\n',
    'go': 'package f\n\nfunc f(a int, b int) (int, error) {\n\tif a < b && !(b == 3) {\n\t\tg()\n\t\treturn 0, errX\n\t}\n\treturn a + b, nil\n}\n',
    'rust': 'fn f(a: i32, b: i32) -> Result<i32, E> {\n    if a < b && !(b == 3) {\n        g();\n        return Err(E);\n    }\n    return Ok(a + b);\n}\n',
}


@pytest.mark.parametrize('implementation', SAME)
def test_operators_are_the_same_in_every_language(implementation):
    found = changes(implementation, SAME[implementation])
    assert set(found) == set(OPERATORS)
    counts = {operator: len(texts) for operator, texts in found.items()}
    assert counts | {'return': 1, 'constant': 1} == {
        'comparison': 2,
        'boundary': 1,
        'arithmetic': 1,
        'logical': 2,
        'constant': 1,
        'statement': 1,
        'return': 1,
        'error': 1,
    }


def test_c_returns_zero_for_what_can_be_raised_nowhere():
    found = changes(
        'c', 'int f(int a, int b) {\n  if (a < b && !(b == 3)) {\n    g();\n    return -1;\n  }\n  return a + b;\n}\n'
    )
    assert found['return'] == ['return 0;', 'return 0;']
    assert set(found) == set(OPERATORS) - {'error'}


@pytest.mark.parametrize(
    ('implementation', 'source', 'operator', 'texts'),
    [
        ('python', 'x = 3 if y else 40\n', 'logical', ['x = 3 if not (y) else 40']),
        ('python', 'def f():\n    """Doc."""\n    return None\n', 'statement', None),
        ('python', 'for x in y:\n    if x in z:\n        break\n', 'comparison', ['if x not in z:']),
        ('python', 'def f(a: int | None) -> "x":\n    return a\n', 'arithmetic', None),
        ('python', 'try:\n    f()\nexcept E:\n    g()\n', 'error', ['pass']),
        ('javascript', 'const f = (a) => a.b;\n', 'return', ['const f = (a) => undefined;']),
        ('javascript', 'for (let i = 0; i < n; i++) { g(i); }\n', 'arithmetic', None),
        ('javascript', 'const s = "a" + b + `c${d}`;\n', 'arithmetic', None),
        ('typescript', 'const f: Array<1> = [];\ntype A = 1 | 2;\n', 'constant', None),
        ('go', 'package f\n\nconst limit = 0x10\n\nvar x = 1_000\n', 'constant', ['var x = 1001']),
        ('go', 'package f\n\nfunc f() (a int, err error) {\n\treturn 1, g()\n}\n', 'error', ['return 1, nil']),
        ('rust', 'fn f() -> i32 {\n    g();\n    7\n}\n', 'return', ['Default::default()']),
        ('rust', 'fn f() -> Option<u8> {\n    h()\n}\n', 'return', ['None']),
        ('ruby', 'def f\n  g(1)\n  @a\nend\n', 'return', ['nil']),
        ('ruby', 'class A\n  attr_reader :b\n  private\nend\n', 'statement', None),
        ('php', '<?php\nfunction f(): array {\n  return g();\n}\n', 'return', ['return [];']),
        ('c', 'struct p f(void) {\n  return g();\n}\n', 'return', ['return (struct p){0};']),
        ('java', 'class F {\n  boolean f() {\n    return g();\n  }\n}\n', 'return', ['return false;']),
        ('cpp', '#include <x>\n#define N 3\nint f() { return g<3>(); }\n', 'return', ['int f() { return {}; }']),
    ],
)
def test_what_is_made_and_what_is_not(implementation, source, operator, texts):
    assert changes(implementation, source).get(operator) == texts


def test_every_mutant_of_every_template_parses_and_has_a_name_of_its_own(tmp_path):
    for name, adapter in LANGUAGES.items():
        scaffold.write(tmp_path, f'{"backend" if adapter.SERVE_CMD else "text"}/task-{name}/{name}', LANGUAGES)
    reader = Reader(tmp_path, LANGUAGES)
    for path in reader.paths():
        example = reader.read(path)
        found = mutation.all_mutants(example, LANGUAGES[example.implementation])
        assert found, path
        assert len({one.id for one in found}) == len(found)


def test_name_does_not_depend_on_other_lines():
    one, two = 'def f(a):\n    return a < 3\n', 'X = g()\n\n\ndef f(a):\n    # why\n    return a < 3\n'
    grammar = LANGUAGES['python'].GRAMMAR
    names = {m.id for m in mutants.mutants('f.py', one, grammar)}
    assert names < {m.id for m in mutants.mutants('f.py', two, grammar)}
    assert not names & {m.id for m in mutants.mutants('g.py', one, grammar)}


@pytest.fixture
def pipeline(tree, capsys):
    """Runs index, verify and mutate; rows by example, what mutate said, what it printed for people."""

    def run(*options, budget=50, most=50):
        Path('params.yaml').write_text(PARAMS.format(budget, most))
        assert run_main(index.main, [str(tree), 'proofs/index.jsonl']) == 0
        assert run_main(verify.main, [str(tree), 'proofs/index.jsonl', 'proofs/verdicts.jsonl']) == 0
        capsys.readouterr()
        assert (
            run_main(mutate.main, [str(tree), 'proofs/index.jsonl', 'proofs/verdicts.jsonl', str(MUTANTS), *options])
            == 0
        )
        told = capsys.readouterr()
        return {row['example']: row for row in files.read_rows(MUTANTS)}, told.out.splitlines()[-1], told.err

    return run


@pytest.fixture
def python_alone(tree):
    shutil.rmtree(tree / GO)
    shutil.rmtree(tree / 'text')


def test_each_example_has_a_row_with_a_score_for_each_requirement(pipeline):
    rows, told, _ = pipeline(budget=3, most=9)
    assert sorted(rows) == sorted([PY, GO, 'text/other-task/javascript'])
    for row in rows.values():
        assert min(row['requirements'][name] for name in ('R1', 'R2')) >= 1
        assert 3 <= len(row['killed']) + len(row.get('survived', ())) <= 9
    assert told.endswith('3 examples run')


@pytest.mark.usefixtures('python_alone')
def test_good_tests_kill_all_and_nothing_is_run_twice(pipeline):
    rows, told, _ = pipeline()
    assert 'survived' not in rows[PY]
    assert '(100.0%), all of them in 1 of 1 examples (100.0%)' in told
    before = MUTANTS.read_bytes()
    assert pipeline()[1].endswith('0 examples run')
    assert pipeline('--fresh')[1].endswith('1 examples run')
    assert MUTANTS.read_bytes() == before


@pytest.mark.usefixtures('python_alone')
def test_outcomes_stay_where_our_runner_changes_and_the_verdict_does_not(pipeline, monkeypatch):
    pipeline()
    monkeypatch.setattr(verification, '_runner_digest', lambda: 'another runner')
    assert pipeline()[1].endswith('0 examples run')
    rows = [
        {**row, 'solution': {**row['solution'], 'passed': 5}} for row in files.read_rows(Path('proofs/verdicts.jsonl'))
    ]
    files.write_rows(Path('proofs/verdicts.jsonl'), rows)
    assert pipeline()[1].endswith('1 examples run')


@pytest.mark.usefixtures('python_alone')
def test_larger_draw_runs_only_what_is_new(pipeline, monkeypatch):
    pipeline(budget=2, most=2)
    ran = []
    real = mutation.Bench.outcome
    monkeypatch.setattr(mutation.Bench, 'outcome', lambda self, m, *rest: ran.append(m.id) or real(self, m, *rest))
    rows, _, _ = pipeline(budget=4, most=4)
    known = sum(len(row['killed']) + len(row.get('survived', ())) for row in rows.values())
    assert len(ran) == len(set(ran))
    assert len(ran) == known - 2


@pytest.mark.usefixtures('python_alone')
def test_weak_test_leaves_survivors_and_an_unproven_requirement(tree, pipeline):
    tests = tree / PY / 'test_clamp.py'
    text = tests.read_text()
    start = text.index('def test_ends_in_wrong_order__R2')
    tests.write_text(text[:start] + 'def test_ends_in_wrong_order__R2():\n    assert callable(clamp)\n')
    rows, _, told = pipeline()
    row = MutantsRow.model_validate(rows[PY], strict=False)
    assert row.reasons == ('requirement_not_killed:R2',)
    assert row.requirements['R1'] > 0 == row.requirements['R2']
    assert row.survived
    assert row.score < 1
    assert f'{PY}: requirement_not_killed: no mutant makes a test of R2 fail' in told
    line = next(n for n, text in enumerate((tree / PY / 'clamp.py').read_text().splitlines(), 1) if 'raise' in text)
    assert f'{PY}/clamp.py:{line}: no test finds this fault' in told
    assert f'mutant: "{row.survived[0].id}"' in told


@pytest.mark.usefixtures('python_alone')
def test_equivalent_mutants_are_marked_and_marks_are_tried(tree, pipeline):
    code = tree / PY / 'clamp.py'
    code.write_text(code.read_text() + '\nUNUSED = clamp\n')
    rows, _, _ = pipeline()
    (survivor,) = rows[PY]['survived']
    killed = next(iter(rows[PY]['killed']))
    with (tree / PY / 'example.yaml').open('a') as file:
        file.write(f'equivalent_mutants:\n- {{mutant: "{survivor["id"]}", reason: Nothing reads it.}}\n')
    rows, _, _ = pipeline()
    assert rows[PY]['equivalent'] == [survivor['id']]
    assert 'survived' not in rows[PY]
    with (tree / PY / 'example.yaml').open('a') as file:
        file.write(f'- {{mutant: "{killed}", reason: Wrong.}}\n')
    assert pipeline()[0][PY]['reasons'] == [f'equivalent_killed:{killed}']


def test_mark_that_names_no_mutant_is_a_problem(tree, capsys):
    with (tree / PY / 'example.yaml').open('a') as file:
        file.write('equivalent_mutants:\n- {mutant: "00000000", reason: Gone.}\n')
    assert run_main(index.main, [str(tree), 'proofs/index.jsonl']) == 1
    assert f'examples/{PY}/example.yaml: equivalent_mutants[0].mutant: ' in capsys.readouterr().err


def test_endless_mutant_is_killed_and_one_that_does_not_compile_tells_nothing(tree, pipeline):
    shutil.rmtree(tree / PY)
    shutil.rmtree(tree / 'text')
    code = tree / GO / 'clamp.go'
    code.write_text(code.read_text() + '\nfunc init() {\n\tfor i := 0; i != 3; {\n\t\ti += 1\n\t}\n}\n')
    rows, _, _ = pipeline()
    found = {one.id: one for one in mutation.all_mutants(Reader(tree, LANGUAGES).read(GO), LANGUAGES['go'])}
    endless = [name for name, one in found.items() if one.edit.text == '-=']
    assert set(endless) <= set(rows[GO]['killed'])
    assert len(rows[GO]['killed']) + len(rows[GO].get('survived', ())) + len(rows[GO].get('not_built', ())) == len(
        found
    )
