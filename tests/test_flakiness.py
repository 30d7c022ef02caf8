"""Tests that change their mind are found, by name; the others are left alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from stages import flakiness
from stages import index
from stages import verify
from stages.core import files
from stages.core.errors import run_main

PY = 'numeric/clamp/python'
JS = 'text/other-task/javascript'
OUTPUT = Path('proofs/flakiness.jsonl')


@pytest.fixture
def pipeline(tree, capsys):
    shutil.rmtree(tree / 'numeric/clamp/go')

    def run(*options, runs=3):
        Path('params.yaml').write_text(f'verify: {{}}\nflakiness: {{runs: {runs}}}\n')
        assert run_main(index.main, [str(tree), 'proofs/index.jsonl']) == 0
        assert run_main(verify.main, [str(tree), 'proofs/index.jsonl', 'proofs/verdicts.jsonl']) == 0
        capsys.readouterr()
        words = [str(tree), 'proofs/index.jsonl', 'proofs/verdicts.jsonl', str(OUTPUT), *options]
        assert run_main(flakiness.main, words) == 0
        told = capsys.readouterr()
        return {row['example']: row.get('flaky', []) for row in files.read_rows(OUTPUT)}, told.out, told.err

    return run


def append(tree, path, text):
    file = next((tree / path).glob('test_*')) if path == PY else next((tree / path).glob('*.test.js'))
    file.write_text(file.read_text() + text)


def test_steady_tests_are_run_once_and_remembered(pipeline):
    found, told, _ = pipeline()
    assert found == {PY: [], JS: []}
    assert told == 'flakiness: 2 run, 0 flaky tests in 2 examples, 3 runs each\n'
    before = OUTPUT.read_bytes()
    assert pipeline()[1].startswith('flakiness: 0 run')
    assert pipeline('--fresh')[1].startswith('flakiness: 2 run')
    assert OUTPUT.read_bytes() == before
    assert pipeline(runs=2)[1].startswith('flakiness: 2 run')


def test_test_that_needs_another_before_it_is_named(tree, pipeline):
    numbers = range(6)  # whatever comes first fails, and in several orders that is not the first written
    append(
        tree,
        PY,
        'SEEN = []\n'
        + ''.join(
            f'\n\ndef test_{n}_comes_in_order():\n    assert SEEN == list(range({n}))\n    SEEN.append({n})\n'
            for n in numbers
        ),
    )
    append(
        tree,
        JS,
        'const seen = [];\n'
        + ''.join(
            f'test("{n} comes in order", () => {{ assert.equal(seen.length, {n}); seen.push({n}); }});\n'
            for n in numbers
        ),
    )
    found, _, told = pipeline(runs=4)
    assert any(name.endswith('comes_in_order') for name in found[PY])
    assert any(name.endswith('comes in order') for name in found[JS])
    assert f'{PY}: {found[PY][0]}: passes in some runs and not in others; take out what' in told


def test_test_that_fails_by_chance_is_named(tree, pipeline):
    # The seed changes with each run, so one of these fails in some of them.
    append(
        tree,
        PY,
        '\n\n@pytest.mark.parametrize("n", range(6))\ndef test_chance(n):\n    import os\n    assert os.urandom(1)[0] % 8 or n == 99\n',
    )
    for _ in range(20):
        try:
            found, _, _ = pipeline(runs=6)
        except KeyError:
            continue  # failed in verify already
        if PY in found:
            assert found[PY] == ['test_chance']
            return
        OUTPUT.unlink()
        Path('proofs/verdicts.jsonl').unlink()
    pytest.fail('never passed verify')
