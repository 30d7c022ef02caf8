from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from stages import cli
from stages.all_languages import LANGUAGES
from stages.core import sandbox
from stages.core import toolchain

REPOSITORY = Path(__file__).parents[1]
PY = 'examples/numeric/clamp/python'


@pytest.fixture
def repository(tree):
    """The tree as a git repository with everything committed."""
    for command in ('init -q', 'add -A', '-c user.name=a -c user.email=a@example.com commit -qm all'):
        subprocess.run(['git', *command.split()], check=True)
    return tree


@pytest.mark.parametrize('implementation', LANGUAGES)
def test_new_example_passes_as_it_is(tmp_path, monkeypatch, capsys, implementation):
    monkeypatch.chdir(tmp_path)
    Path('examples').mkdir()
    path = f'{"backend" if LANGUAGES[implementation].SERVE_CMD else "text"}/first-thing/{implementation}'
    assert cli.main(['new', path]) == 0
    assert cli.main(['check', 'examples']) == 0
    assert cli.main(['verify', f'examples/{path}']) == 0
    assert f'{path}: passed (solution: ' in capsys.readouterr().out


@pytest.mark.parametrize(
    ('path', 'told'),
    [
        ('text/Bad_Name/python', 'not kebab-case'),
        ('texts/name/cobol', 'use one of algorithms'),
        ('text/name', 'CATEGORY/TASK/IMPLEMENTATION'),
        ('numeric/clamp/python', 'is there already'),
        ('text/clamp/python', 'same task name'),
    ],
)
def test_new_refuses_what_does_not_fit(tree, capsys, path, told):
    before = sorted(tree.rglob('*'))
    assert cli.main(['new', path]) == 1
    assert told in capsys.readouterr().err
    assert sorted(tree.rglob('*')) == before


def test_check_takes_what_changed(repository, capsys):
    assert cli.main(['check']) == 0
    assert 'check: 0 examples' in capsys.readouterr().out
    Path(PY, 'clamp.py').write_text('x = 1\n')
    Path('examples/text/other-task/javascript/more.js').write_text('export const x = 1;\n')
    assert cli.main(['check']) == 0
    assert 'check: 2 examples' in capsys.readouterr().out


def test_check_takes_what_changed_since_a_commit(repository, capsys):
    Path(PY, 'clamp.py').write_text('def clamp(): ...\n')
    Path('examples/text/other-task/javascript/package.json').unlink()
    for command in ('add -A', '-c user.name=a -c user.email=a@example.com commit -qm more'):
        subprocess.run(['git', *command.split()], check=True)
    assert cli.main(['check']) == 0
    assert 'check: 0 examples' in capsys.readouterr().out
    assert cli.main(['check', '--since', 'HEAD~1']) == 1
    assert 'javascript/package.json: is missing' in capsys.readouterr().err
    Path('examples/text/other-task/javascript/package.json').write_text('{"type": "module"}\n')
    assert cli.main(['check', '--since', 'HEAD~1']) == 0
    assert 'check: 2 examples' in capsys.readouterr().out
    assert cli.main(['check', '--since', 'nothing']) == 2
    assert 'git diff failed' in capsys.readouterr().err


@pytest.mark.parametrize(
    ('path', 'count'),
    [(f'{PY}/clamp.py', 1), (PY, 1), ('examples/numeric/clamp/task.yaml', 2), ('examples/numeric', 2), ('examples', 3)],
)
def test_check_takes_files_and_folders(tree, capsys, path, count):
    assert cli.main(['check', path]) == 0
    assert f'check: {count} example' in capsys.readouterr().out


def test_check_lists_problems(tree, capsys):
    Path(PY, 'clamp.py').write_bytes(b'\r\n')
    assert cli.main(['check', f'{PY}/clamp.py']) == 1
    assert f'{PY}/clamp.py: has a carriage return in line 1; save it with LF line ends\n' in capsys.readouterr().err


def test_check_refuses_other_paths(tree, capsys):
    assert cli.main(['check', 'params.yaml', 'examples/nothing/here/python']) == 1
    told = capsys.readouterr().err
    assert 'params.yaml: is not below examples' in told
    assert 'examples/nothing/here/python: does not exist' in told


def test_check_of_a_removed_example_is_fine(repository, capsys):
    for file in Path(PY).iterdir():
        file.unlink()
    Path(PY).rmdir()
    assert cli.main(['check']) == 0


def test_check_imports_nothing_heavy():
    code = 'import sys, stages.cli; print(sorted({"dvc", "datasets", "pyarrow", "lizard", "pandas", "numpy"} & set(sys.modules)))'
    done = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == '[]'


def test_verify_tells_failing_tests_and_what_to_do(tree, capsys):
    path = Path(PY, 'clamp.py')
    path.write_text(path.read_text().replace('low > high', 'low >= high'))
    assert cli.main(['verify', PY]) == 1
    captured = capsys.readouterr()
    assert 'numeric/clamp/python: failed (solution: 5 of 6 tests pass)' in captured.out
    assert 'solution_failed: tests fail on the solution; mend the code or the test' in captured.err
    assert 'fails or is skipped: test_ends_in_wrong_order__R2' in captured.err
    assert 'low 3 is greater than high 3' in captured.out


def test_doctor_tells_what_is_missing_and_the_command(monkeypatch, capsys):
    monkeypatch.setattr(toolchain, 'is_installed', lambda name: name != 'go')
    assert cli.main(['doctor']) == 1
    assert 'go: missing, needed for gin, go; proven doctor --install go' in capsys.readouterr().out


def test_doctor_is_content_with_this_machine(capsys):
    assert cli.main(['doctor', '--install']) == 0
    assert capsys.readouterr().out.splitlines()[0] == 'sandbox: isolates'


def test_doctor_tells_of_a_toolchain_that_does_not_run_and_goes_on(monkeypatch, capsys):
    def version(name, command):
        if name == 'go':
            raise toolchain.InstallFailed('toolchain go does not run')
        return f'{name} 1'

    monkeypatch.setattr(toolchain, 'version', version)
    monkeypatch.setattr(toolchain, 'is_installed', lambda name: True)
    assert cli.main(['doctor']) == 1
    told = capsys.readouterr().out
    assert 'go: toolchain go does not run' in told
    assert 'java: java 1, for java\n' in told


def test_output_that_nobody_reads_ends_quietly():
    command = [sys.executable, '-m', 'stages.cli', 'show', 'natural-sort/python']
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, 'wb') as nobody:
        ended = subprocess.run(command, stdout=nobody, stderr=subprocess.PIPE, check=False, cwd=REPOSITORY)
    assert (ended.returncode, ended.stderr) == (141, b'')


def test_doctor_tells_how_to_get_bubblewrap(monkeypatch, capsys):
    monkeypatch.setenv('PATH', '/nonexistent')
    sandbox.fixed_arguments.cache_clear()
    sandbox.require.cache_clear()
    assert cli.main(['doctor']) == 1
    sandbox.fixed_arguments.cache_clear()
    assert 'apt-get install bubblewrap' in capsys.readouterr().out


def test_schemas_are_those_of_the_models(tmp_path, monkeypatch):
    committed = Path(__file__).parents[1] / 'schemas'
    monkeypatch.chdir(tmp_path)
    assert cli.main(['schema']) == 0
    for path in Path('schemas').iterdir():
        assert (committed / path.name).read_text() == path.read_text(), 'run: proven schema'
        assert json.loads(path.read_text())['additionalProperties'] is False
