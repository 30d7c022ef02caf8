"""Lines, complexity and coverage are measured, not believed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from stages import index
from stages import measure
from stages import verify
from stages.all_languages import LANGUAGES
from stages.core import files
from stages.core import language
from stages.core import scaffold
from stages.core.errors import run_main
from stages.measure import Params
from stages.measure import Threshold
from stages.measure import classify

PY = 'numeric/clamp/python'
OUTPUT = Path('proofs/measures.jsonl')


@pytest.fixture
def pipeline(tree, capsys):
    def run():
        Path('params.yaml').write_text('verify: {}\nmeasure: {}\n')
        assert run_main(index.main, [str(tree), 'proofs/index.jsonl']) == 0
        assert run_main(verify.main, [str(tree), 'proofs/index.jsonl', 'proofs/verdicts.jsonl']) == 0
        capsys.readouterr()
        assert run_main(measure.main, [str(tree), 'proofs/index.jsonl', 'proofs/verdicts.jsonl', str(OUTPUT)]) == 0
        return {row['example']: row for row in files.read_rows(OUTPUT)}, capsys.readouterr().out

    return run


def test_figures_of_scaffolded_examples(tree, pipeline):
    scaffold.write(tree, 'text/third-task/typescript', LANGUAGES)
    rows, told = pipeline()
    assert (rows[PY]['estimated_lines'], rows[PY]['cyclomatic'], rows[PY]['complexity']) == (4, 2, 'simple')
    assert rows[PY]['covered'] == [4, 4]
    assert rows['numeric/clamp/go']['covered'] == [3, 3]
    for name in ('text/other-task/javascript', 'text/third-task/typescript'):
        reached, there_are = rows[name]['covered']
        assert reached == there_are > 3
    assert told == 'measure: 4 run; coverage of 4 of 4 examples measured: 100.0% of the lines\n'
    assert pipeline()[1].startswith('measure: 0 run')


def test_lines_that_no_test_reaches_are_counted(tree, pipeline):
    shutil.rmtree(tree / 'text')
    for name, text in (
        ('python/clamp.py', '\n\ndef g(a):\n    return a\n'),
        ('go/clamp.go', '\nfunc g() int {\n\treturn 1\n}\n'),
    ):
        file = tree / 'numeric/clamp' / name
        file.write_text(file.read_text() + text)
    rows, _ = pipeline()
    assert rows[PY]['covered'] == [5, 6]
    assert rows['numeric/clamp/go']['covered'] == [3, 4]


@pytest.mark.parametrize(
    ('lines', 'cyclomatic', 'wanted'),
    [
        (99, 19, 'simple'),
        (100, 1, 'medium'),
        (1, 20, 'medium'),
        (299, 59, 'medium'),
        (1, 60, 'complex'),
        (300, 1, 'complex'),
    ],
)
def test_either_figure_makes_it_more_complex(lines, cyclomatic, wanted):
    settings = Params(medium=Threshold(cyclomatic=20, lines=100), complex=Threshold(cyclomatic=60, lines=300))
    assert classify(lines, cyclomatic, settings) == wanted


def test_lcov_counts_lines_of_the_solution_once():
    report = b'SF:a.py\nDA:1,1\nDA:2,0\nend_of_record\nSF:test_a.py\nDA:1,1\nend_of_record\nSF:a.py\nDA:2,3,x\nDA:3,0\n'
    assert language.read_lcov(report, lambda path: path == 'a.py') == (2, 3)


def test_go_profile_counts_statements_of_the_solution_once():
    report = b'mode: set\nm/a.go:1.2,3.4 2 1\nm/a.go:5.1,6.2 3 0\nm/b.go:1.1,2.2 9 1\nm/a.go:5.1,6.2 3 1\nm/a.go:7.1,7.2 1 0\n'
    assert language.read_go_profile(report, lambda path: path == 'a.go') == (5, 6)


@pytest.mark.parametrize('report', [b'DA:x\n', b'\xff', b'SF:a\nDA:1\n'])
def test_what_is_no_report_is_refused(report):
    with pytest.raises(ValueError, match=r'.'):
        language.read_lcov(report, lambda path: True)
