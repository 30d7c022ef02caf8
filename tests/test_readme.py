"""The table of README.md: what is counted, what is left as it is."""

from __future__ import annotations

import pytest

from stages import readme
from stages.core.errors import ProblemsFound
from stages.core.models import IndexRow
from stages.core.models import Trial
from stages.core.models import Verdict

TEXT = f'# A\n\n{readme.BEGIN}old\n{readme.END}\nB\n'


def row(path, language='go', framework=None):
    return IndexRow(
        example=path,
        id='a',
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


def test_counts_what_passed_and_leaves_the_rest():
    rows = [row('text/a/go'), row('text/b/go'), row('text/c/go'), row('backend/d/gin', framework='gin')]
    verdicts = [verdict('text/a/go'), verdict('text/b/go', 4), verdict('backend/d/gin')]
    verdicts.append(verdict('text/c/go', verdict='failed', reasons=('stub_passed:native',)))
    text = readme.readme(TEXT, rows, {one.example: one for one in verdicts})
    assert text.startswith(f'# A\n\n{readme.BEGIN}{readme.HEAD}')
    assert text.endswith(f'{readme.END}\nB\n')
    assert '| `go` | go | go1 | 2 | 2 | 4 | 7 |\n' in text
    assert '| `gin` | go | go1 | 1 | 1 | 2 | 3 |\n' in text
    assert '| all |  |  | 3 | 3 | 6 | 10 |\n' in text
    assert '| `python` | python |  | 0 | 0 | 0 | 0 |\n' in text
    assert readme.readme(text, rows, {one.example: one for one in verdicts}) == text


def test_text_without_marks_is_refused():
    with pytest.raises(ProblemsFound, match=r'put them in'):
        readme.readme('# A\n', [], {})
