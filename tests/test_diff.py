from __future__ import annotations

import ast
import json
import re
import subprocess
from pathlib import Path

import pytest

from stages import cli
from stages.all_languages import LANGUAGES
from stages.core import diffs
from stages.core import scaffold

PY = Path('examples/numeric/clamp/python')
TASK = Path('examples/numeric/clamp/task.yaml')


def git(*arguments):
    subprocess.run(['git', '-c', 'user.name=a', '-c', 'user.email=a@example.com', *arguments], check=True)


@pytest.fixture
def repository(tree, add_draft):
    """The tree, its Python example with a draft and exact tests, as a repository whose branch `main` has it all."""
    add_draft(tree)
    git('init', '-q', '-b', 'main')
    git('add', '-A')
    git('commit', '-qm', 'all')
    git('switch', '-qc', 'change')
    return tree


def edit(path, old, new):
    text = Path(path).read_text()
    assert old in text
    Path(path).write_text(text.replace(old, new))


@pytest.fixture
def difference(capsys):
    """What `proven diff main` says, as data."""

    def told(*options):
        capsys.readouterr()
        assert cli.main(['diff', 'main', '--json', *options]) == 0
        return json.loads(capsys.readouterr().out)

    return told


def codes(found):
    return {finding['code'] for row in found['rows'] for finding in row['findings']} | {
        finding['code'] for finding in found['others']
    }


def test_nothing_changed(repository, difference):
    found = difference()
    assert (found['risk'], found['rows'], found['others']) == ('low', [], [])


def remove_test(_):
    source = (PY / 'test_clamp.py').read_text()
    (PY / 'test_clamp.py').write_text(source[: source.index('def test_ends')])


def move_task(_):
    Path('examples/text').mkdir(exist_ok=True)
    TASK.parent.rename('examples/text/clamping')
    for file in Path('examples/text/clamping').rglob('*'):
        if file.is_file() and file.suffix in ('.py', '.yaml'):
            file.write_text(file.read_text())


def add_example(tree):
    scaffold.write(tree, 'text/new-thing/python', LANGUAGES)


def remove_example(_):
    for file in sorted(Path('examples/numeric/clamp/go').iterdir()):
        file.unlink()
    Path('examples/numeric/clamp/go').rmdir()


def remove_requirement(_):
    text = TASK.read_text()
    TASK.write_text(re.sub(r'  - id: R2\n(?:    .*\n)+', '', text))


def add_mark(_):
    with (PY / 'example.yaml').open('a') as file:
        file.write('equivalent_mutants: [{mutant: "00000000", reason: None can tell.}]\n')


def remove_draft(_):
    text = (PY / 'example.yaml').read_text()
    (PY / 'example.yaml').write_text(text[: text.index('draft:')])
    for file in (PY / 'draft').iterdir():
        file.unlink()


def with_text(path, old, new):
    return lambda _: edit(path, old, new)


def with_file(path, text):
    return lambda _: (Path(path).parent.mkdir(parents=True, exist_ok=True), Path(path).write_text(text))


TESTS = PY / 'test_clamp.py'
CHANGES = {
    'added_unverified': (add_example, 'medium'),
    'renamed': (move_task, 'low'),
    'removed': (remove_example, 'high'),
    'translation': (with_text(TASK, '将数值限制在区间内', '把数值限制在区间内'), 'low'),
    'text': (with_text(TASK, 'Clamp a number', 'Clamping a number'), 'low'),
    'format': (with_text(TASK, 'level: beginner', 'level: beginner # easy'), 'low'),
    'docs': (with_file('docs/more.md', 'more\n'), 'low'),
    'statement_changed': (with_text(TASK, 'is reported.', 'is raised.'), 'medium'),
    'requirement_added': (
        lambda _: edit(TASK, 'level:', '  - {id: R3, text: {en: It is quick.}}\nlevel:'),
        'high',  # no test has it
    ),
    'metadata_changed': (with_text(PY / 'example.yaml', '[procedural]', '[functional]'), 'medium'),
    'notes_changed': (
        with_text(
            PY / 'example.yaml', 'changes:\n', 'changes:\n  - {kind: correctness, requirement: R1, text: {en: x}}\n'
        ),
        'medium',
    ),
    'solution_changed': (
        with_text(PY / 'clamp.py', 'max(low, min(value, high))', 'min(max(low, value), high)'),
        'medium',
    ),
    'tests_changed': (with_text(TESTS, '(4, 3)', '(4, 3), (5, 3)'), 'medium'),
    'benchmark_changed': (with_file(PY / 'bench_clamp.py', 'WORKLOADS = {}\n'), 'medium'),
    'requirement_removed': (remove_requirement, 'high'),
    'id_changed': (lambda _: TASK.write_text(re.sub('id: [a-z0-9]{6}', 'id: zz99zz', TASK.read_text())), 'high'),
    'test_removed': (remove_test, 'high'),
    'test_skipped': (with_text(TESTS, 'def test_ends', '@pytest.mark.skip\ndef test_ends'), 'high'),
    'assertions_fewer': (with_text(TESTS, '    assert clamp(2, 3, 3) == 3\n', ''), 'high'),
    'cases_fewer': (with_text(TESTS, ', (4, 3)', ''), 'high'),
    'tolerance_wider': (with_text(TESTS, '== expected', '== pytest.approx(expected, abs=1)'), 'high'),
    'requirement_unnamed': (with_text(TESTS, 'wrong_order__R2', 'wrong_order'), 'high'),
    'mutants_excused': (add_mark, 'high'),
    'draft_edited': (with_text(PY / 'draft/clamp.py', 'max(low', 'max(0 + low'), 'high'),
    'draft_removed': (remove_draft, 'high'),
    'licence_changed': (lambda _: edit(PY / 'example.yaml', 'origin:', 'license: Apache-2.0\norigin:'), 'high'),
    'provenance_changed': (with_text(PY / 'example.yaml', 'origin: ai', 'origin: human'), 'high'),
    'refused': (with_text(PY / 'example.yaml', 'requirement: R2', 'requirement: R9'), 'high'),
    'outside': (with_file('stages/index.py', 'pass\n'), 'high'),
}


@pytest.mark.parametrize('code', CHANGES)
def test_change_has_its_finding_and_its_risk(repository, difference, code):
    change, risk = CHANGES[code]
    change(repository)
    found = difference()
    assert code in codes(found)
    assert found['risk'] == risk


SINGLE = {'renamed', 'translation', 'text', 'format', 'statement_changed', 'metadata_changed', 'solution_changed', 'draft_edited', 'licence_changed', 'provenance_changed', 'removed', 'docs', 'tests_changed'}  # fmt: skip


@pytest.mark.parametrize('code', sorted(SINGLE))
def test_change_has_no_other_finding(repository, difference, code):
    CHANGES[code][0](repository)
    found = difference()
    assert codes(found) == {code}
    assert {row['example'] for row in found['rows']} <= {
        *('numeric/clamp/go', 'numeric/clamp/python'),
        *('text/clamping/go', 'text/clamping/python'),
    }


def test_renamed_is_not_removed_and_added(repository, difference):
    move_task(repository)
    rows = {row['example']: row for row in difference()['rows']}
    assert {path: (row['what'], row['was']) for path, row in rows.items()} == {
        'text/clamping/go': ('renamed', 'numeric/clamp/go'),
        'text/clamping/python': ('renamed', 'numeric/clamp/python'),
    }


def test_draft_added(repository, difference):
    remove_draft(repository)
    git('commit', '-qam', 'none')
    git('branch', '-f', 'main')
    git('revert', '--no-commit', 'HEAD')
    assert codes(difference()) == {'variant_added', 'notes_changed'}


def test_what_only_the_base_has_is_not_told(repository, difference):
    git('switch', '-q', 'main')
    edit(PY / 'clamp.py', 'low > high', 'low >= high')
    git('commit', '-qam', 'on main')
    git('switch', '-q', 'change')
    assert difference()['rows'] == []


def test_committed_and_new_files_are_told(repository, difference):
    edit(PY / 'clamp.py', 'low > high', 'high < low')
    git('commit', '-qam', 'one')
    (PY / 'helper.py').write_text('ONE = 1\n')
    (row,) = difference()['rows']
    assert [(one['path'], one['detail']) for one in row['findings']] == [
        ('numeric/clamp/python/clamp.py', '+1 −1 lines'),
        ('numeric/clamp/python/helper.py', 'new file'),
    ]


def test_every_risk_is_in_the_table_of_the_docstring():
    table = re.split(r'\n +-+ +-+\n', diffs.__doc__)[1]
    told, risk = {}, ''
    for line in table.splitlines():
        words = re.findall(r'\w+', line)
        if words and words[0] in diffs.ORDER:
            risk = words.pop(0)
        told |= dict.fromkeys(words, risk)
    assert told == {code: risk for code, (risk, _) in diffs.RISKS.items()}


def test_every_finding_can_come_and_is_in_the_table():
    source = Path(diffs.__file__).read_text() + Path(diffs.weakening.__file__).read_text()
    words = {node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)}
    assert set(diffs.RISKS) <= words


def test_what_can_not_be_read_is_an_error_for_both_states(repository, capsys):
    TASK.write_text('id: [\n')
    assert cli.main(['diff', 'main']) == 1
    assert 'examples/numeric/clamp/task.yaml: line 2' in capsys.readouterr().err
    git('commit', '-qam', 'broken')
    git('branch', '-f', 'main')
    git('revert', '--no-edit', 'HEAD')
    assert cli.main(['diff', 'main']) == 1
    assert re.search(r'[0-9a-f]{12}:examples/numeric/clamp/task.yaml: line 2', capsys.readouterr().err)


def test_unknown_base_is_an_error(repository, capsys):
    assert cli.main(['diff', 'nowhere']) == 2
    assert 'git merge-base failed' in capsys.readouterr().err


def test_markdown_has_a_row_for_each_example_and_the_worst_first(repository, capsys):
    edit(TASK, 'Clamp a number', 'Clamping')
    remove_test(repository)
    assert cli.main(['diff', 'main']) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == '## Risk: high'
    assert '| numeric/clamp/python | changed | high |' in lines
    assert '| numeric/clamp/go | changed | low |' in lines
    listed = [line for line in lines if line.startswith('- ')]
    assert listed[0].startswith('- **high**')
    assert sum('English text: title.en (numeric/clamp/task.yaml)' in line for line in listed) == 1
    assert '- **high** test removed: `test_ends_in_wrong_order__R2` (numeric/clamp/python/test_clamp.py)' in lines


def test_added_row_that_verifies_is_of_low_risk(repository, difference):
    add_example(repository)
    found = difference('--run')
    assert (found['risk'], codes(found)) == ('low', {'added'})
    assert found['rows'][0]['verdict']['verdict'] == 'passed'


def test_row_that_fails_is_of_high_risk(repository, difference):
    edit(PY / 'clamp.py', 'low > high', 'low >= high')
    found = difference('--run')
    assert codes(found) == {'solution_changed', 'not_passed'}
    assert found['risk'] == 'high'


def test_matrix_tells_what_each_variant_does(repository, capsys):
    edit(PY / 'clamp.py', 'low > high', 'high < low')
    assert cli.main(['diff', 'main', '--run']) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[lines.index('| requirement | solution | draft |') + 2 :][:2] == [
        '| R1 | 1 of 1 | 1 of 1 |',
        '| R2 | 1 of 1 | 0 of 1 |',
    ]


def test_matrix_has_the_base_from_its_proofs(repository, capsys, run_stage):
    Path('params.yaml').write_text('verify: {}\n')
    assert run_stage('index') == 0
    assert run_stage('verify') == 0
    git('add', '-A')
    git('commit', '-qm', 'proofs')
    git('branch', '-f', 'main')
    edit(PY / 'clamp.py', 'low > high', 'high < low')
    assert cli.main(['diff', 'main', '--run']) == 0
    assert '| requirement | base | solution | draft |' in capsys.readouterr().out


def test_tests_that_run_no_longer_are_told_whatever_hides_them(repository, difference, run_stage):
    edit(
        TESTS,
        '(4, 3)])',
        '(4, 3)])\ndef test_more__R1(value, expected):\n    assert clamp(value, 1, 3) == expected\n\n\n@pytest.mark.parametrize(("value", "expected"), [(0, 1)])',
    )
    Path('params.yaml').write_text('verify: {}\n')
    assert run_stage('index') == 0
    assert run_stage('verify') == 0
    git('add', '-A')
    git('commit', '-qm', 'proofs')
    git('branch', '-f', 'main')
    edit(TESTS, 'def test_ends', 'test_more__R1.__test__ = False\n\n\ndef test_ends')
    found = difference('--run')
    told = [one['detail'] for row in found['rows'] for one in row['findings'] if one['code'] == 'test_removed']
    assert told == ['1 prove R1, 2 before']


def test_file_that_is_read_by_nothing_is_outside(repository, difference):
    (PY / 'build').mkdir()
    (PY / 'build/more.py').write_text('x = 1\n')
    found = difference()
    assert [one['path'] for one in found['others']] == ['examples/numeric/clamp/python/build/more.py']
    assert found['rows'] == []


def test_what_the_base_proved_is_not_run_again(repository, difference, run_stage, monkeypatch):
    Path('params.yaml').write_text('verify: {}\n')
    assert run_stage('index') == 0
    assert run_stage('verify') == 0
    git('add', '-A')
    git('commit', '-qm', 'proofs')
    git('branch', '-f', 'main')
    move_task(repository)
    monkeypatch.setattr('stages.core.verification.verify_example', None)
    assert {row['verdict']['verdict'] for row in difference('--run')['rows']} == {'passed'}


def test_given_verdicts_count_only_for_the_state_that_they_are_of(repository, difference, run_stage):
    add_example(repository)
    assert codes(difference()) == {'added_unverified'}
    Path('params.yaml').write_text('verify: {}\n')
    assert run_stage('index') == 0
    assert run_stage('verify') == 0
    rows = Path('proofs/verdicts.jsonl').rename(f'{Path.cwd()}.jsonl')
    Path('proofs/index.jsonl').unlink()
    Path('params.yaml').unlink()
    assert codes(difference('--verdicts', str(rows))) == {'added'}
    edit('examples/text/new-thing/python/new_thing.py', 'low > high', 'high < low')
    assert codes(difference('--verdicts', str(rows))) == {'added_unverified'}


def test_faults_that_the_tests_find_no_longer_are_told(repository, difference):
    edit(TESTS, 'assert clamp(2, 3, 3) == 3', 'assert clamp(2, 2, 3) == 2')
    assert codes(difference()) == {'tests_changed'}
    found = difference('--run')
    assert 'mutants_lost' in codes(found)
    assert found['risk'] == 'high'


def test_slower_solution_is_told(repository, difference):
    code = """import {name}
def repeated(n, random):
    values = [random(1000) for _ in range(n)]
    return lambda: [clamp(value, 10, 500) for value in values], lambda result: len(result) == n
WORKLOADS = {{"repeated": (2000, repeated)}}
"""
    (PY / 'bench_clamp.py').write_text(code.format(name='clamp').replace('import clamp', 'from clamp import clamp'))
    git('add', '-A')
    git('commit', '-qm', 'workload')
    git('branch', '-f', 'main')
    edit(
        PY / 'clamp.py',
        '    return max(low, min(value, high))',
        '    sum(range(200))\n    return max(low, min(value, high))',
    )
    found = difference('--run')
    assert codes(found) == {'solution_changed', 'slower'}
    assert found['risk'] == 'medium'


def test_names_in_the_summary_are_text(repository, capsys):
    edit(PY / 'example.yaml', 'Proven Code contributors', '"![x](https://example.com/x.png) <b>Ann</b>"')
    assert cli.main(['diff', 'main']) == 0
    out = capsys.readouterr().out
    assert '!\\[x](' in out
    assert '&lt;b>Ann' in out
