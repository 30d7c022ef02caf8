"""Task folders for Harbor: what they hold and, in the sandbox laid out as their image is, what rewards they give."""

from __future__ import annotations

import hashlib
import json
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from harbor import grade

from stages import cli
from stages import index
from stages.all_languages import LANGUAGES
from stages.core import files
from stages.core import harbor
from stages.core import sandbox
from stages.core import scaffold
from stages.core import verification
from stages.core.errors import ProblemsFound
from stages.core.errors import run_main
from stages.core.examples import Reader
from stages.core.harbor import Released
from stages.core.models import Verdict
from stages.core.params import Limits

REPOSITORY = Path(__file__).parents[1]
UV_LOCK = (REPOSITORY / 'uv.lock').read_text()
LIMITS = Limits(wall_seconds=60, cpu_seconds=6)
PYTHON, GO, FLASK = 'clamp-python', 'clamp-go', 'greetings-flask'
PATHS = {
    name: f'{"backend" if adapter.SERVE_CMD else "user-interface" if adapter.FRAMEWORK else "numeric"}/'
    f'{"greetings" if adapter.SERVE_CMD else "greeter" if adapter.FRAMEWORK else "clamp"}/{name}'
    for name, adapter in LANGUAGES.items()
}


@pytest.fixture(scope='module')
def subjects(tmp_path_factory):
    """An example of each implementation, as if released, by the name of its task; those that are run are verified."""
    root = tmp_path_factory.mktemp('harbor') / 'examples'
    root.mkdir()
    found = {}
    for implementation, path in PATHS.items():
        scaffold.write(root, path, LANGUAGES)
        example, adapter = Reader(root, LANGUAGES).read(path), LANGUAGES[implementation]
        verdict = Verdict(example=path, digest='', verdict='passed', toolchain='some 1.0')
        one = Released(example, adapter, verdict, example.task.id, 'test')
        if one.name in (PYTHON, GO, FLASK):
            one = one._replace(verdict=verification.verify_example(example, adapter, LIMITS, '')[0])
        found[one.name] = one
    return found


@pytest.fixture(scope='module')
def dataset(subjects, tmp_path_factory):
    folder = tmp_path_factory.mktemp('written') / 'tasks'
    harbor.write(folder, list(subjects.values()), LIMITS, '1.2.3', UV_LOCK)
    return folder


@pytest.fixture
def reward(subjects, dataset):
    """What the verifier of a task gives for the files that an agent leaves; for None what solve.sh puts there."""

    def of(name, work):
        found, told = grade(dataset / name, subjects[name], work, LIMITS)
        assert found, told
        return json.loads(found)

    return of


@pytest.mark.parametrize('name', [PYTHON, GO, FLASK])
def test_the_solution_is_worth_one(reward, subjects, name):
    requirements = {requirement.id: 1.0 for requirement in subjects[name].example.task.requirements}
    assert reward(name, None) == {'reward': 1.0, 'requirements': 1.0, **requirements}


@pytest.mark.parametrize('name', [PYTHON, GO, FLASK])
def test_nothing_is_worth_nothing(reward, name):
    assert set(reward(name, {}).values()) == {0.0}


def test_each_requirement_has_its_own_number(reward):
    forgets_the_error = {'clamp.py': b'def clamp(value, low, high):\n    return max(low, min(value, high))\n'}
    assert reward(PYTHON, forgets_the_error) == {'reward': 0.0, 'requirements': 0.5, 'R1': 1.0, 'R2': 0.0}


RIGHT = """
def clamp(value, low, high):
    if low > high:
        raise ValueError(low)
    return max(low, min(value, high))
"""


def test_tests_and_settings_of_the_agent_do_not_count(reward):
    wrong = {
        'clamp.py': b'def clamp(value, low, high):\n    return value\n',
        'conftest.py': f'import clamp as module\n{RIGHT}\nmodule.clamp = clamp\n'.encode(),
        'test_clamp.py': b'def test_nothing__R1_R2():\n    pass\n',
        'pytest.ini': b'[pytest]\naddopts = -p cheat\n',
        'tests/test_more.py': b'def test_nothing__R1_R2():\n    pass\n',
        'testdata/clamp.py': RIGHT.encode(),
        'report.xml': b'<testsuites/>',
    }
    assert reward(PYTHON, wrong)['reward'] == 0.0
    assert reward(PYTHON, {**wrong, 'clamp.py': RIGHT.encode()})['reward'] == 1.0


@pytest.mark.parametrize(
    'code',
    [
        'import os; os._exit(0)',
        'import os; open("/tmp/report.xml", "w").write("<testsuites/>"); os._exit(0)',
        'import os; open("/tmp/report.xml", "w").write("<testsuites><testsuite><testcase name=\'test_x__R1_R2\'/>'
        '</testsuite></testsuites>"); os._exit(0)',
        'while True: pass',
    ],
)
def test_no_report_or_one_of_other_tests_is_worth_nothing(reward, code):
    assert set(reward(PYTHON, {'clamp.py': code.encode()}).values()) == {0.0}


def test_odd_files_of_the_agent_are_left_out(reward):
    odd = {
        'test_clamp.py/in_the_way.py': b'',
        'a\udcff\n.py': b'',
        'large.py': b'#' * (256 * 1024 + 1),
        'x' * 200 + '/' + 'y' * 200 + '/' + 'z' * 200 + '/' + 'w' * 200 + '/' + 'v' * 200 + '/deep.py': b'',
    }
    assert reward(PYTHON, {**odd, 'clamp.py': RIGHT.encode()})['reward'] == 1.0


def test_a_server_that_does_not_start_is_worth_nothing(reward):
    assert reward(FLASK, {'main.py': b'raise SystemExit(1)\n'})['reward'] == 0.0


def test_a_server_that_answers_wrong_fails_the_tests_over_http(reward, subjects):
    source = subjects[FLASK].example.files['main.py'].decode()
    only_when_served = source + '\nimport sys\nif "pytest" not in sys.modules:\n    MAX_NAME = -1\n'
    assert reward(FLASK, {'main.py': only_when_served.encode()})['reward'] == 0.0


def test_manifests_of_the_agent_are_replaced(reward, subjects):
    solution = subjects[GO].example.of_role('solution')
    assert reward(GO, {**solution, 'go.mod': b'module example.com/other\n\ngo 99.0\n'})['reward'] == 1.0


@pytest.mark.parametrize('name', PATHS)
def test_instruction_and_image_tell_nothing_of_solution_and_tests(dataset, subjects, name):
    one = next(one for one in subjects.values() if one.example.implementation == name)
    example = one.example
    there = files.tree(dataset / one.name / 'environment')
    ours = {path: data for path, data in there.items() if not path.startswith('toolchains/')}
    assert set(ours) == {'Dockerfile', 'install.sh', 'uv.txt', *(f'given/{path}' for path in harbor.given(example))}
    told = b'\n'.join([(dataset / one.name / 'instruction.md').read_bytes(), *ours.values()]).decode()
    allowed = [example.task_source, (example.meta.interface or '').encode(), *harbor.given(example).values()]
    allowed_text = b'\n'.join(allowed).decode()
    hidden = {**example.of_role('solution', 'test', 'draft', 'human', 'benchmark'), **example.shared}
    lines = {line.strip() for data in hidden.values() for line in data.decode().splitlines()}
    secret = {line for line in lines if len(line) > 11 and line not in allowed_text}
    assert secret
    assert not [line for line in secret if line in told]
    assert not [path for path in (*example.of_role('test'), *example.shared) if path in told]


def test_the_instruction_has_all_that_is_asked(dataset, subjects):
    example = subjects[FLASK].example
    told = (dataset / FLASK / 'instruction.md').read_text()
    assert example.task.statement.en.strip() in told
    for requirement in example.task.requirements:
        assert f'- **{requirement.id}** {requirement.text.en.strip()}' in told
    for word in (
        '`main.py`',
        '`requirements.txt`',
        'flask --app main run',
        '$PORT',
        '$DATABASE_PATH',
        '60 s',
        '1024 MiB',
    ):
        assert word in told


@pytest.mark.parametrize('name', PATHS)
def test_what_grades_an_implementation_is_shipped_whole(dataset, subjects, name):
    one = next(one for one in subjects.values() if one.example.implementation == name)
    code = (
        f'import sys; sys.path.insert(0, {str(dataset / one.name / "tests/proven")!r})\n'
        f'from stages.core import examples, language, supervisor, trial\nfrom stages.languages import {name}\n'
        f'assert {name}.read_report(b"<x/>" if "xml" in str({name}.REPORT) else b"") == ()\n'
        f'assert examples.role_of({name}.MANIFEST or "Makefile", {name}) in ("solution", None)'
    )
    subprocess.run([sys.executable, '-I', '-S', '-B', '-c', code], check=True)


def test_the_settings_are_those_of_harbor(dataset, subjects):
    task = tomllib.loads((dataset / FLASK / 'task.toml').read_text())
    assert task['schema_version'] == '1.4'
    assert task['task']['name'] == 'proven-code/greetings-flask'
    assert task['task']['version'] == '1.2.3'
    assert {key: task['metadata'][key] for key in ('id', 'language', 'framework', 'category', 'family', 'split')} == {
        'id': subjects[FLASK].example.id,
        'language': 'python',
        'framework': 'flask',
        'category': 'backend',
        'family': subjects[FLASK].family,
        'split': 'test',
    }
    assert task['verifier'] == {'timeout_sec': 240.0, 'environment_mode': 'separate'}
    assert task['environment']['network_mode'] == 'no-network'
    assert task['agent']['user'] == 'agent'
    assert [artifact['source'] for artifact in task['artifacts']] == [task['environment']['workdir']]


def test_digests_are_those_of_the_files(dataset):
    found = tomllib.loads((dataset / 'dataset.toml').read_text())
    assert [task['name'] for task in found['tasks']] == sorted(
        f'proven-code/{one.name}' for one in dataset.glob('*-*/')
    )
    for task in found['tasks']:
        folder = dataset / task['name'].partition('/')[2]
        paths = sorted(path.relative_to(folder).as_posix() for path in folder.rglob('*') if path.is_file())
        lines = [f'{path}\0{hashlib.sha256((folder / path).read_bytes()).hexdigest()}\n' for path in paths]
        assert task['digest'] == f'sha256:{hashlib.sha256("".join(lines).encode()).hexdigest()}'


def test_the_same_bytes_each_time_and_nothing_of_this_machine(dataset, subjects, tmp_path):
    harbor.write(tmp_path / 'again', list(reversed(subjects.values())), LIMITS, '1.2.3', UV_LOCK)
    first, again = files.tree(dataset), files.tree(tmp_path / 'again')
    assert first == again
    for word in (str(Path.home() / '.'), str(REPOSITORY), str(tmp_path.parents[2]), socket.gethostname()):
        assert not [path for path, data in again.items() if len(word) > 5 and word.encode() in data], word


def test_images_of_the_same_toolchains_share_what_takes_time_to_build(dataset):
    def layers(name):
        text = (dataset / name / 'environment/Dockerfile').read_text().partition('\nENV ')[0]
        built = files.tree(dataset / name / 'environment')
        return text, {path: data for path, data in built.items() if not path.startswith(('Dockerfile', 'given/'))}

    assert layers(FLASK) == layers('greetings-django') == layers(PYTHON)
    assert layers('greetings-gin') != layers(GO)  # tests over HTTP need Python


def test_the_image_has_the_environment_of_the_adapter(dataset):
    text = (dataset / 'greetings-django/environment/Dockerfile').read_text()
    assert 'DJANGO_SETTINGS_MODULE="config.settings"' in text
    assert 'PATH="/box/toolchains/python/bin:' in text
    assert harbor._quoted('a"b$c\\d') == '"a\\"b\\$c\\\\d"'


def test_runs_are_those_of_the_sandbox():
    told = sandbox.run(sandbox.Job(('/usr/bin/env',), {}), LIMITS).stdout.decode().splitlines()
    assert dict(line.split('=', 1) for line in told) == harbor.ENVIRONMENT
    supervisor = (REPOSITORY / 'stages/core/supervisor.py').read_text()
    assert f'\nSERVER_START_SECONDS = {harbor.SERVER_SECONDS}\n' in supervisor


def test_uv_is_the_locked_one():
    lines = harbor.uv_requirement(UV_LOCK).splitlines()
    locked = next(one for one in tomllib.loads(UV_LOCK)['package'] if one['name'] == 'uv')
    assert lines[0].startswith(f'uv=={locked["version"]} ')
    assert len(lines) == 1 + len(locked['wheels'])


def test_an_old_dataset_is_replaced_and_another_folder_refused(subjects, tmp_path, monkeypatch):
    out = tmp_path / 'tasks'
    harbor.write(out, [subjects[PYTHON], subjects[GO]], LIMITS, '1', UV_LOCK)
    harbor.write(out, [subjects[PYTHON]], LIMITS, '1', UV_LOCK)
    assert sorted(path.name for path in out.iterdir()) == [PYTHON, 'dataset.toml']
    before = files.tree(out)
    monkeypatch.setattr(harbor.os, 'chmod', lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        harbor.write(out, [subjects[GO]], LIMITS, '1', UV_LOCK)
    assert files.tree(out) == before
    (tmp_path / 'mine').mkdir()
    (tmp_path / 'mine/notes.txt').write_text('keep')
    with pytest.raises(ProblemsFound, match='no such dataset'):
        harbor.write(tmp_path / 'mine', [subjects[GO]], LIMITS, '1', UV_LOCK)
    assert sorted(path.name for path in tmp_path.iterdir()) == ['mine', 'tasks']


def test_tests_named_with_a_path_of_the_sandbox_are_left_to_the_whole(subjects):
    verdict = subjects[PYTHON].verdict.model_copy(
        update={'requirements': {'R1': ('test_a__R1', 'R1: at /box/example/x')}}
    )
    assert harbor._settings(subjects[PYTHON]._replace(verdict=verdict), LIMITS)['requirements'] == {
        'R1': ['test_a__R1']
    }


@pytest.fixture
def repository(tree):
    """Python and JavaScript are released, one in each of two splits; Go is not."""
    manifest = {'version': '0.0.1', 'files': {}, 'content': {}, 'schemas': {}, 'examples': {}}
    Path('release').mkdir()
    Path('release/MANIFEST.json').write_text(json.dumps(manifest))
    Path('uv.lock').write_text(UV_LOCK)
    assert run_main(index.main, [str(tree), 'proofs/index.jsonl']) == 0
    rows = files.read_rows(Path('proofs/index.jsonl'))
    names = {row['example']: row['id'] for row in rows}
    files.write_rows(
        Path('proofs/verdicts.jsonl'), [{'example': name, 'digest': '', 'verdict': 'passed'} for name in names]
    )
    files.write_rows(
        Path('proofs/gate.jsonl'),
        [{'example': name, 'id': names[name], 'reasons': ['flaky'] * name.endswith('/go')} for name in names],
    )
    files.write_rows(
        Path('proofs/splits.jsonl'),
        [
            {'id': names[name], 'family': row['family'], 'split': 'test' if name.endswith('/python') else 'train'}
            for name, row in ((row['example'], row) for row in rows)
        ],
        key='id',
    )
    return tree


@pytest.mark.parametrize(
    ('options', 'written'),
    [
        ((), ['clamp-python', 'other-task-javascript']),
        (('--split', 'test'), ['clamp-python']),
        (('examples/text',), ['other-task-javascript']),
    ],
)
def test_released_examples_are_written(repository, capsys, options, written):
    assert cli.main(['harbor', 'out', *options]) == 0
    assert sorted(path.name for path in Path('out').glob('*/')) == written
    count = len(written)
    assert capsys.readouterr().out == f'out: {count} task{"s" if count != 1 else ""}\n'


def test_an_example_that_is_not_released_is_refused(repository, capsys):
    assert cli.main(['harbor', 'out', 'examples/numeric/clamp/go']) == 1
    assert 'examples/numeric/clamp/go: is not released (flaky)' in capsys.readouterr().err
    assert not Path('out').exists()


def test_an_example_that_changed_since_is_refused(repository, capsys):
    (repository / 'numeric/clamp/python/clamp.py').write_text(RIGHT)
    assert cli.main(['harbor', 'out']) == 1
    assert 'changed after it was indexed' in capsys.readouterr().err
