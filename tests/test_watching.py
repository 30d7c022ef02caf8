"""What `proven verify` tells: each run, why tests fail, how long, and the same for machines."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from stages import cli
from stages.all_languages import LANGUAGES
from stages.core import scaffold

PY = Path('examples/numeric/clamp/python')


def test_each_run_is_told_with_its_time(tree, add_draft, capsys):
    add_draft(tree)
    assert cli.main(['verify', str(PY)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == 'numeric/clamp/python'
    assert [re.sub(r', \d+\.\d s$', '', line) for line in lines[1:4]] == [
        '  solution: 6 of 6 tests pass',
        '  stub: 0 of 6 tests pass',
        '  draft: 5 of 6 tests pass',
    ]
    assert re.fullmatch(
        r'numeric/clamp/python: passed \(solution: 6 of 6 tests pass; stub: 0 of 6 .*; draft: .*\), \d+\.\d s', lines[4]
    )
    assert len(lines) == 5


def test_verbose_tells_each_test(tree, capsys):
    assert cli.main(['verify', '-v', str(PY)]) == 0
    out = capsys.readouterr().out
    assert out.count('    ✓ test_nearest_of_interval__R1[') == 5
    assert '    ✗ test_ends_in_wrong_order__R2' in out, 'of the stub'


# A fault in the template of each language that one test finds, and what that test says then.
FAULTS = {
    'python': ('clamp.py', 'low > high', 'low >= high', 'low 3 is greater than high 3'),
    'go': ('clamp.go', 'low > high', 'low >= high', 'Clamp(2, 3, 3) = '),
    'javascript': ('clamp.js', 'low > high', 'low >= high', 'RangeError'),
    'c': ('clamp.c', 'low > high', 'low >= high', 'Assertion'),
    'cpp': ('clamp.cpp', 'low > high', 'low >= high', 'CHECK'),
}


@pytest.mark.parametrize('name', FAULTS)
def test_failing_test_says_why_and_what_is_next(tree, capsys, name):
    file, old, new, told = FAULTS[name]
    folder = tree / 'numeric/clamp' / name
    if not folder.exists():
        scaffold.write(tree, f'numeric/clamp/{name}', LANGUAGES)
    source = (folder / file).read_text()
    assert old in source
    (folder / file).write_text(source.replace(old, new))
    assert cli.main(['verify', str(folder)]) == 1
    captured = capsys.readouterr()
    lines = captured.out.splitlines()
    failing = [number for number, line in enumerate(lines) if line.startswith('    ✗ ')]
    assert len(failing) == 1
    assert 'R2' in lines[failing[0]]
    assert told in '\n'.join(lines[failing[0] + 1 :])
    assert all(line.startswith('        ') for line in lines[failing[0] + 1 : -1])
    assert 'solution_failed: tests fail on the solution; mend the code or the test' in captured.err
    assert f'next: mend it, then: proven verify examples/numeric/clamp/{name}' in captured.err


def test_output_is_shown_where_the_report_has_none(tree, capsys):
    scaffold.write(tree, 'numeric/clamp/ruby', LANGUAGES)
    file = tree / 'numeric/clamp/ruby/clamp.rb'
    file.write_text(file.read_text().replace('low > high', 'low >= high'))
    assert cli.main(['verify', str(file.parent)]) == 1
    captured = capsys.readouterr()
    assert '    ✗ ' in captured.out
    assert 'ArgumentError' in captured.err


def test_code_that_does_not_load_is_told_with_its_output(tree, capsys):
    (PY / 'clamp.py').write_text('def clamp(:\n')
    assert cli.main(['verify', str(PY)]) == 1
    captured = capsys.readouterr()
    assert '  solution: 0 of 0 tests pass' in captured.out
    assert 'SyntaxError' in captured.err


def test_machines_get_every_test(tree, capsys):
    (PY / 'clamp.py').write_text((PY / 'clamp.py').read_text().replace('low > high', 'low >= high'))
    assert cli.main(['verify', '--json', str(PY), 'examples/numeric/clamp/go']) == 1
    go, python = json.loads(capsys.readouterr().out)['examples']
    assert (go['verdict'], python['verdict']) == ('passed', 'failed')
    assert python['reasons'][0] == {
        'code': 'solution_failed',
        'message': 'tests fail on the solution; mend the code or the test',
    }
    (run,) = [one for one in python['runs'] if one['variant'] == 'solution']
    statuses = {test['name']: test['status'] for test in run['tests']}
    assert statuses['test_ends_in_wrong_order__R2'] == 'failed'
    (output,) = [test['output'] for test in run['tests'] if test['status'] == 'failed']
    assert 'low 3 is greater than high 3' in output
    assert python['seconds'] > 0


def test_problems_are_json_for_machines(tree, capsys):
    (PY / 'clamp.py').write_bytes(b'\r\n')
    for command in ('check', 'verify'):
        assert cli.main([command, '--json', str(PY)]) == 1
        captured = capsys.readouterr()
        told = 'has a carriage return in line 1; save it with LF line ends'
        assert json.loads(captured.out) == {'problems': [{'path': f'{PY}/clamp.py', 'field': '', 'message': told}]}
        assert captured.err == ''


def test_check_is_json_for_machines(tree, capsys):
    assert cli.main(['check', '--json', 'examples']) == 0
    assert json.loads(capsys.readouterr().out) == {'examples': 3, 'problems': []}


def test_mutants_are_json_for_machines(tree, capsys):
    assert cli.main(['mutate', '--json', str(PY)]) == 0
    (row,) = json.loads(capsys.readouterr().out)['examples']
    assert row['example'] == 'numeric/clamp/python'
    assert row['killed']


def test_backend_is_told_too(tree, capsys):
    scaffold.write(tree, 'backend/greet/fastapi', LANGUAGES)
    assert cli.main(['verify', 'examples/backend/greet/fastapi']) == 0
    out = capsys.readouterr().out
    assert re.search(r'  solution: (\d+) of \1 tests pass, .*\n  stub: 0 of \1 tests pass', out)


def test_controls_in_what_a_test_says_are_left_out(tree, capsys):
    test = PY / 'test_clamp.py'
    test.write_text(test.read_text().replace('assert clamp(2, 3, 3) == 3', r'assert False, "a\x1b[31mb"'))
    assert cli.main(['verify', str(PY)]) == 1
    captured = capsys.readouterr()
    assert '\x1b' not in captured.out + captured.err
