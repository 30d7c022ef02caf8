"""What `proven diff` says of seeded pull requests: the class of risk of each, without running anything and with --run.

    python benchmarks/pull_requests.py [--run] [--summaries FOLDER]

Each is made on a branch of a small repository of its own. Ends with exit code 1 if a class is not the expected one.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from typing import NamedTuple

from stages import cli
from stages.all_languages import LANGUAGES
from stages.core import scaffold

REPOSITORY = Path(__file__).parents[1]
EXAMPLES = Path('examples')
TASK = EXAMPLES / 'numeric/clamp/task.yaml'
PYTHON = EXAMPLES / 'numeric/clamp/python'
CODE, TESTS, META = PYTHON / 'clamp.py', PYTHON / 'test_clamp.py', PYTHON / 'example.yaml'
SHARED = EXAMPLES / 'backend/greet/tests/test_greet.py'

WORKLOAD = """\
from clamp import clamp


def clamped(n, random):
    values = [random(1_000) for _ in range(n)]
    return lambda: [clamp(value, 250, 750) for value in values], lambda result: len(result) == n


WORKLOADS = {"clamped": (2_000, clamped)}
"""


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    if old not in text:
        raise ValueError(f'{path} has no {old!r}')
    path.write_text(text.replace(old, new))


def _git(*arguments: str) -> None:
    identity = ('-c', 'user.name=a', '-c', 'user.email=a@example.com')
    subprocess.run(['git', *identity, *arguments], check=True, capture_output=True)


def _addition() -> None:
    scaffold.write(EXAMPLES, 'numeric/clamp/javascript', LANGUAGES)


def _new_task() -> None:
    scaffold.write(EXAMPLES, 'text/other-task/ruby', LANGUAGES)


def _translation() -> None:
    _edit(TASK, '返回区间内与该数最接近的数', '返回该区间中离它最近的数')


def _documentation() -> None:
    Path('README.md').write_text('# Read me\n')


def _renamed() -> None:
    TASK.parent.rename(EXAMPLES / 'numeric/clamp-number')


def _rewritten() -> None:
    _edit(CODE, 'max(low, min(value, high))', 'min(high, max(value, low))')


def _slower() -> None:
    _edit(CODE, '    return max', '    sum(range(300))\n    return max')


def _statement() -> None:
    _edit(TASK, 'an invalid-argument error is reported', 'an error is reported')


def _bug() -> None:
    _edit(CODE, 'low > high', 'low >= high')


def _weakened() -> None:
    _edit(TESTS, '    assert clamp(2, 3, 3) == 3\n', '')


def _weakened_slyly() -> None:
    _edit(TESTS, 'clamp(2, 3, 3) == 3', 'clamp(2, 2, 3) == 2')


def _skipped() -> None:
    _edit(TESTS, 'def test_ends', '@pytest.mark.skipif(True, reason="slow")\ndef test_ends')


def _weakened_shared() -> None:
    source = SHARED.read_text()
    SHARED.write_text(re.sub(r'(?m)^    assert .*\n', '', source, count=1))


def _deleted() -> None:
    TASK.write_text(re.sub(r'  - id: R2\n(?:    .*\n)+', '', TASK.read_text()))
    source = TESTS.read_text()
    TESTS.write_text(source[: source.index('\n\ndef test_ends')])
    _edit(META, 'requirement: R2', 'requirement: R1')
    _edit(META, 'error_handling', 'correctness')
    go = EXAMPLES / 'numeric/clamp/go/clamp_test.go'
    go.write_text(go.read_text().partition('\nfunc TestEnds')[0].replace('\t"errors"\n', ''))


def _licence() -> None:
    _edit(META, 'origin: ai', 'license: Apache-2.0\norigin: ai')


def _authors() -> None:
    _edit(META, 'Proven Code contributors', 'Somebody else')


def _draft() -> None:
    _edit(PYTHON / 'draft/clamp.py', 'return max', 'return 0 + max')


def _excused() -> None:
    with META.open('a') as file:
        file.write('equivalent_mutants: [{mutant: "00000000", reason: It makes no difference.}]\n')


def _pipeline() -> None:
    Path('stages').mkdir()
    Path('stages/verify.py').write_text('pass\n')


class Seeded(NamedTuple):
    """A pull request and its class of risk, without running anything and with."""

    name: str
    make: Callable[[], None]
    still: str
    run: str


SEEDED = (
    Seeded('implementation added', _addition, 'medium', 'low'),
    Seeded('task added', _new_task, 'medium', 'low'),
    Seeded('only translation', _translation, 'low', 'low'),
    Seeded('only documentation', _documentation, 'low', 'low'),
    Seeded('task renamed', _renamed, 'low', 'low'),
    Seeded('solution rewritten', _rewritten, 'medium', 'medium'),
    Seeded('slower code', _slower, 'medium', 'medium'),
    Seeded('statement changed', _statement, 'medium', 'medium'),
    Seeded('bug in the solution', _bug, 'medium', 'high'),
    Seeded('assertion removed', _weakened, 'high', 'high'),
    Seeded('assertion that says less', _weakened_slyly, 'medium', 'high'),
    Seeded('test skipped', _skipped, 'high', 'high'),
    Seeded('shared test weakened', _weakened_shared, 'high', 'high'),
    Seeded('requirement deleted', _deleted, 'high', 'high'),
    Seeded('licence changed', _licence, 'high', 'high'),
    Seeded('authors changed', _authors, 'high', 'high'),
    Seeded('draft edited', _draft, 'high', 'high'),
    Seeded('mutant excused', _excused, 'high', 'high'),
    Seeded('pipeline changed', _pipeline, 'high', 'high'),
)


def make_base() -> None:
    """A repository in the working directory: one task in two languages with draft and workload, and a backend."""
    EXAMPLES.mkdir()
    for path in ('numeric/clamp/python', 'numeric/clamp/go', 'backend/greet/fastapi'):
        scaffold.write(EXAMPLES, path, LANGUAGES)
    (PYTHON / 'bench_clamp.py').write_text(WORKLOAD)
    (PYTHON / 'draft').mkdir()
    (PYTHON / 'draft/clamp.py').write_text('def clamp(value, low, high):\n    return max(low, min(value, high))\n')
    (PYTHON / 'draft/prompt.md').write_text('Write clamp.\n')
    with META.open('a') as file:
        file.write('draft: {model: some model, date: 2026-11-01}\n')
        file.write('changes:\n  - {kind: error_handling, requirement: R2, text: {en: Refuses an empty interval.}}\n')
    _git('init', '-q', '-b', 'main')
    _git('add', '-A')
    _git('commit', '-qm', 'base')


def told(seeded: Seeded, *options: str) -> str:
    """What `proven diff main` prints for a pull request; the repository is as before after it."""
    _git('switch', '-qc', 'change')
    try:
        seeded.make()
        _git('add', '-A')
        _git('commit', '-qm', seeded.name)
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            code = cli.main(['diff', 'main', *options])
        if code:
            raise SystemExit(f'{seeded.name}: proven diff ends with {code}')
        return printed.getvalue()
    finally:
        _git('switch', '-qf', 'main')
        _git('branch', '-qD', 'change')


def codes(data: dict[str, Any]) -> str:
    findings = [one for row in data['rows'] for one in row['findings']] + data['others']
    return ', '.join(dict.fromkeys(one['code'] for one in findings))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--run', action='store_true')
    parser.add_argument('--summaries', type=Path, help='write the Markdown of each into this folder')
    arguments = parser.parse_args()
    options = ('--run',) if arguments.run else ()
    folder = arguments.summaries.absolute() if arguments.summaries else None
    wrong = 0
    with tempfile.TemporaryDirectory() as scratch:
        os.chdir(scratch)
        make_base()
        print('| pull request | risk | expected | s | findings |\n|---|---|---|---:|---|')
        for seeded in SEEDED:
            began = time.monotonic()
            data = json.loads(told(seeded, '--json', *options))
            seconds = time.monotonic() - began
            expected = seeded.run if arguments.run else seeded.still
            wrong += data['risk'] != expected
            row = (seeded.name, data['risk'], expected, f'{seconds:.1f}', codes(data))
            print(f'| {" | ".join(row)} |', flush=True)
            if folder:
                folder.mkdir(parents=True, exist_ok=True)
                (folder / f'{seeded.name.replace(" ", "-")}.md').write_text(told(seeded, *options))
        os.chdir(REPOSITORY)
    print(f'\n{len(SEEDED) - wrong} of {len(SEEDED)} have the expected class')
    return int(bool(wrong))


if __name__ == '__main__':
    raise SystemExit(main())
