"""`proven new` for tasks that are there, from folders of code, and with questions on a terminal."""

from __future__ import annotations

import io
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from stages import cli
from stages.all_languages import LANGUAGES
from stages.core import scaffold
from stages.core.examples import Reader
from stages.core.models import CATEGORIES

REPOSITORY = Path(__file__).parents[1]
SHARED = 'def test_thing__R1():\n    pass\n\n\ndef test_other__R2():\n    pass\n\n\ndef test_third__R3():\n    pass\n'


def task_of_its_own(tree, shared):
    """A task with three requirements that no template has."""
    folder = tree / 'text/own-task'
    folder.mkdir(parents=True)
    texts = (
        'Equal items keep their order.',
        'An empty list is no error, but "empty".',
        'It does not change the input; never.',
    )
    requirements = [{'id': f'R{number}', 'text': {'en': text}} for number, text in enumerate(texts, 1)]
    task = {
        'id': 'abc123',
        'title': {'en': 'Own'},
        'statement': {'en': 'Write it.'},
        'requirements': requirements,
        'level': 'beginner',
        'topics': ['own'],
    }
    (folder / 'task.yaml').write_text(yaml.safe_dump(task, allow_unicode=True, sort_keys=False))
    if shared:
        (folder / 'tests').mkdir()
        (folder / 'tests/test_own.py').write_text(SHARED)


@pytest.mark.parametrize('name', LANGUAGES)
def test_tests_of_a_task_that_is_there_name_its_requirements_and_fail(tree, capsys, name):
    task_of_its_own(tree, LANGUAGES[name].SERVE_CMD is not None)
    assert cli.main(['new', f'text/own-task/{name}']) == 0
    folder = tree / 'text/own-task' / name
    reader = Reader(tree, LANGUAGES)
    assert reader.read(f'text/own-task/{name}') is None
    told = {(problem.field, problem.message.partition(' is ')[0]) for problem in reader.problems}
    assert told == {
        ('interface', '<what tests call, as code without bodies>'),
        ('summary.en', '<what the code does and how>'),
    }
    metadata = (folder / 'example.yaml').read_text()
    (folder / 'example.yaml').write_text(re.sub('<.*>', 'Written.', metadata))
    assert cli.main(['check', str(folder)]) == 0
    capsys.readouterr()
    if LANGUAGES[name].SERVE_CMD is None:
        assert cli.main(['verify', str(folder)]) == 1
        assert '(solution: 0 of 3 tests pass)' in capsys.readouterr().out


def test_task_like_the_template_gets_an_example_that_passes(tree, capsys):
    assert cli.main(['new', 'numeric/clamp/ruby']) == 0
    assert cli.main(['verify', 'examples/numeric/clamp/ruby']) == 0


@pytest.fixture
def code(tmp_path):
    """A folder as people have it: code, tests, things of tools and things that belong nowhere."""
    folder = tmp_path / 'mine'
    for path, text in {
        'ring.py': 'class Ring:\n    pass\n',
        'test_ring.py': 'from ring import Ring\n\n\ndef test_ring__R1():\n    assert Ring()\n',
        'bench_ring.py': 'WORKLOADS = {}\n',
        'notes.txt': 'x\n',
        '.git/config': 'x\n',
        'node_modules/a/index.js': 'x\n',
        '__pycache__/ring.py': 'x\n',
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    (folder / 'link.py').symlink_to('/etc/passwd')
    return folder


def test_code_of_a_folder_is_taken_by_its_roles(tree, code, capsys):
    path = 'data-structures/ring/python'
    assert cli.main(['new', path, '--from', str(code), '--origin', 'human', '--author', 'Ann: "A" Example']) == 0
    folder = tree / path
    assert sorted(file.name for file in folder.iterdir()) == [
        'bench_ring.py',
        'example.yaml',
        'ring.py',
        'test_ring.py',
    ]
    assert (folder / 'ring.py').read_bytes() == (code / 'ring.py').read_bytes()
    out = capsys.readouterr().out
    assert f'left out, it has no role here: {code}/notes.txt' in out
    assert f'left out, it has no role here: {code}/link.py' in out
    meta = yaml.safe_load((folder / 'example.yaml').read_text())
    assert (meta['origin'], meta['authors']) == ('human', ['Ann: "A" Example'])


def test_what_only_the_author_knows_is_asked_for_by_check(tree, code, capsys):
    assert cli.main(['new', 'data-structures/ring/python', '--from', str(code), '--origin', 'ai']) == 0
    assert cli.main(['check', 'examples/data-structures']) == 1
    told = capsys.readouterr().err
    for field in ('statement.en', 'requirements[0].text.en', 'interface', 'summary.en'):
        assert re.search(rf'{re.escape(field)}: <.*> is not written yet; write it', told)
    for file in (tree / 'data-structures/ring').rglob('*.yaml'):
        file.write_text(re.sub('<.*>', 'Written.', file.read_text()))
    (tree / 'data-structures/ring/python/bench_ring.py').unlink()
    assert cli.main(['check', 'examples/data-structures']) == 0


def test_missing_manifest_comes_from_the_template(tree, tmp_path):
    (tmp_path / 'crate/src').mkdir(parents=True)
    (tmp_path / 'crate/src/lib.rs').write_text('pub fn one() -> i32 { 1 }\n')
    assert cli.main(['new', 'text/one/rust', '--from', str(tmp_path / 'crate'), '--origin', 'ai']) == 0
    assert 'name = "one"' in (tree / 'text/one/rust/Cargo.toml').read_text()


@pytest.mark.parametrize(
    ('options', 'told'),
    [
        (['text/x/python', '--from', 'mine'], 'origin: is not given; say --origin human or --origin ai'),
        (['text/x/python', '--from', 'nothing', '--origin', 'ai'], 'nothing: is no folder'),
        (['text/x/rust', '--from', 'mine', '--origin', 'ai'], 'mine: has no solution; files of one are'),
        (['text/x/cobol', '--from', 'mine', '--origin', 'ai'], "'cobol' is not known"),
        ([], 'has to be told CATEGORY/TASK/IMPLEMENTATION'),
    ],
)
def test_refusals_write_nothing(tree, code, capsys, monkeypatch, options, told):
    monkeypatch.setattr('sys.stdin', io.StringIO())
    before = sorted(tree.rglob('*'))
    assert cli.main(['new', *options]) == 1
    assert told in capsys.readouterr().err
    assert sorted(tree.rglob('*')) == before


def test_too_much_code_is_refused(tree, tmp_path, capsys):
    (tmp_path / 'big').mkdir()
    for number in range(5):
        (tmp_path / f'big/a{number}.py').write_text('x = 1\n' * 40_000)
    assert cli.main(['new', 'text/x/python', '--from', str(tmp_path / 'big'), '--origin', 'ai']) == 1
    assert 'has more than 1048576 bytes; name the folder of one program' in capsys.readouterr().err


def on_terminal(typed):
    """Runs `proven new` with a terminal of its own, and types; exit code and what is shown."""
    outer, inner = pty.openpty()
    command = (sys.executable, '-m', 'stages.cli', 'new')
    environment = {**os.environ, 'PYTHONPATH': str(REPOSITORY), 'TERM': 'dumb'}
    process = subprocess.Popen(command, stdin=inner, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment)
    os.close(inner)
    os.write(outer, typed.encode())
    shown = process.communicate(timeout=60)[0].decode()
    os.close(outer)
    return process.returncode, shown


def test_names_are_asked_for_on_a_terminal(tree):
    code, shown = on_terminal('some-task\ntext\ngo\n')
    assert code == 0
    assert ', '.join(CATEGORIES) in shown
    assert (tree / 'text/some-task/go/go.mod').exists()


def test_category_of_a_task_that_is_there_is_not_asked_for(tree):
    code, shown = on_terminal('clamp\njavascript\n')
    assert code == 0
    assert 'category' not in shown
    assert (tree / 'numeric/clamp/javascript/clamp.js').exists()


def test_end_of_input_is_told(tree):
    code, shown = on_terminal('\x04')
    assert code == 1
    assert 'was told no names' in shown


def test_every_template_has_its_tests_for_other_requirements():
    names = {path.stem for path in scaffold.TESTS.glob('*.in')}
    for name, adapter in LANGUAGES.items():
        assert name in names or adapter.LANGUAGE in names
