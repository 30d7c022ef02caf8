from __future__ import annotations

import json
from pathlib import Path

import pytest

from stages import cli

PY = Path('examples/numeric/clamp/python')


@pytest.fixture
def proven(tree, add_draft, run_stage, capsys):
    """The tree with its verdicts, the Python example with a draft."""
    add_draft(tree)
    Path('params.yaml').write_text('verify: {}\n')
    for name in ('index', 'verify'):
        assert run_stage(name) == 0
    capsys.readouterr()
    return tree


def shown(capsys, *options):
    assert cli.main(['show', *options]) == 0
    return capsys.readouterr().out


def test_example_is_shown_with_what_proves_it(proven, capsys):
    out = shown(capsys, 'clamp/python')
    assert out.startswith('# Clamp a number\n')
    assert 'numeric/clamp/python (id: ' in out
    assert '- **R2** If `low` is greater than `high`' in out
    assert 'proven by test_ends_in_wrong_order__R2; faults not tried yet' in out
    assert '- solution: 6 of 6 tests pass' in out
    assert '- draft: 5 of 6 tests pass' in out
    assert 'error_handling: Refuses an empty interval. (fail on the draft: test_ends_in_wrong_order__R2)' in out
    assert (PY / 'clamp.py').read_text() in out
    assert (PY / 'test_clamp.py').read_text() in out


def test_proofs_of_another_state_prove_nothing(proven, capsys):
    (PY / 'clamp.py').write_text((PY / 'clamp.py').read_text() + '\n')
    out = shown(capsys, 'clamp/python')
    assert 'Of another state: the example changed since. proven verify numeric/clamp/python proves this one.' in out
    assert 'proven by' not in out
    assert out.count('not proven yet; faults not tried yet') == 2


def test_example_without_proofs_is_shown(tree, capsys):
    out = shown(capsys, str(PY))
    assert 'none yet; proven verify numeric/clamp/python runs the tests' in out
    assert 'not proven yet' in out


def test_fence_is_longer_than_any_in_the_code(tree, capsys):
    (PY / 'clamp.py').write_text('"""\n```\nx\n```\n"""\n')
    assert '````\n"""\n```\nx\n```\n"""\n````\n' in shown(capsys, str(PY))


def test_machines_get_all_of_it(proven, capsys):
    data = json.loads(shown(capsys, 'clamp/python', '--json'))
    assert data['example'] == 'numeric/clamp/python'
    assert data['proofs']['verdict']['requirements']['R2'] == ['test_ends_in_wrong_order__R2']
    assert data['files']['clamp.py'] == {'role': 'solution', 'text': (PY / 'clamp.py').read_text()}


def test_example_that_can_not_be_read_has_its_problems_told(tree, capsys):
    (PY / 'example.yaml').write_text('a: [\n')
    assert cli.main(['show', 'clamp/python']) == 1
    assert 'example.yaml: line 2' in capsys.readouterr().err
