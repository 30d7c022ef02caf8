from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from stages import index
from stages import verify
from stages.all_languages import LANGUAGES
from stages.core import examples
from stages.core import files
from stages.core import scaffold
from stages.core import toolchain
from stages.core import trial
from stages.core import verification
from stages.core.errors import ProblemsFound
from stages.core.errors import run_main
from stages.core.examples import read_all
from stages.core.params import Limits

PY = 'numeric/clamp/python'
GO = 'numeric/clamp/go'
JS = 'text/other-task/javascript'
VERDICTS = Path('proofs/verdicts.jsonl')


@pytest.fixture
def pipeline(tree, capsys):
    """Runs `index` and `verify`; the rows by example, and what `verify` said last."""
    Path('params.yaml').write_text('verify: {limits: {wall_seconds: 30, cpu_seconds: 10}}\n')

    def run(*options):
        assert run_main(index.main, [str(tree), 'proofs/index.jsonl']) == 0
        assert run_main(verify.main, [str(tree), 'proofs/index.jsonl', str(VERDICTS), *options]) == 0
        captured = capsys.readouterr()
        return {row['example']: row for row in files.read_rows(VERDICTS)}, captured.out.splitlines()[-1], captured.err

    return run


def only(tree, example):
    """Remove all other examples."""
    for path in list(tree.glob('*/*/*/example.yaml')):
        if path.parent.relative_to(tree).as_posix() != example:
            for file in sorted(path.parent.rglob('*'), reverse=True):
                file.unlink() if file.is_file() else file.rmdir()
            path.parent.rmdir()
    for folder in tree.glob('*/*'):
        if not any(child.is_dir() for child in folder.iterdir()):
            (folder / 'task.yaml').unlink()
            folder.rmdir()


def test_good_examples_pass_with_their_proofs(pipeline):
    rows, told, _ = pipeline()
    assert told == 'verify: 3 run, 3 passed, 0 failed, 0 not_run'
    assert rows[GO]['requirements'] == {'R1': ['TestNearestOfInterval_R1'], 'R2': ['TestEndsInWrongOrder_R2']}
    assert rows[JS]['requirements']['R2'] == ['R2: ends in the wrong order are refused']
    assert rows[PY]['requirements']['R1'] == ['test_nearest_of_interval__R1']
    assert rows[PY]['solution'] == {'status': 'passed', 'passed': 6, 'failed': 0}
    assert all(row['stub']['status'] == 'failed' and row['stub']['passed'] == 0 for row in rows.values())


def test_only_the_changed_example_runs_again(tree, pipeline):
    before, _, _ = pipeline()
    assert pipeline()[1].startswith('verify: 0 run')
    path = tree / PY / 'clamp.py'
    path.write_text(path.read_text() + '# changed\n')
    after, told, _ = pipeline()
    assert told.startswith('verify: 1 run')
    assert [name for name in after if after[name] != before[name]] == [PY]
    metadata = tree / GO / 'example.yaml'
    metadata.write_text(metadata.read_text() + '# changed\n')
    assert pipeline()[1].startswith('verify: 0 run')


def test_memory_says_what_a_fresh_run_says(tree, pipeline):
    pipeline()
    (tree / PY / 'clamp.py').write_text((tree / PY / 'clamp.py').read_text() + '# changed\n')
    pipeline()
    remembered = VERDICTS.read_bytes()
    assert pipeline('--fresh')[1].startswith('verify: 3 run')
    assert VERDICTS.read_bytes() == remembered
    VERDICTS.unlink()
    pipeline()
    assert VERDICTS.read_bytes() == remembered


def test_removed_example_leaves_the_memory(tree, pipeline):
    pipeline()
    only(tree, PY)
    assert list(pipeline()[0]) == [PY]


def test_other_limits_are_another_claim(pipeline):
    pipeline()
    Path('params.yaml').write_text('verify: {limits: {wall_seconds: 31, cpu_seconds: 10}}\n')
    assert pipeline()[1].startswith('verify: 3 run')
    Path('params.yaml').write_text('verify: {workers: 1, limits: {wall_seconds: 31, cpu_seconds: 10}}\n')
    assert pipeline()[1].startswith('verify: 0 run')


BROKEN = [
    ('solution fails', PY, 'clamp.py', 'min(value, high)', 'min(value, low)', 'solution_failed'),
    ('does not load', PY, 'clamp.py', 'def clamp', 'def clamp(:', 'solution_not_built'),
    ('does not compile', GO, 'clamp.go', 'return 0, ErrInterval', 'return ErrInterval', 'solution_not_built'),
    ('does not parse', JS, 'other-task.js', 'export function clamp', 'export function function', 'solution_not_built'),
    (
        'never ends',
        PY,
        'clamp.py',
        'if low > high:',
        'while low > high:\n        pass\n    if 0:',
        'solution_timed_out',
    ),
    (
        'eats memory',
        JS,
        'other-task.js',
        'if (low > high)',
        'const all = []; while (low > high) all.push(new Array(1e6).fill(low)); if (low > high)',
        'solution_',
    ),
    (
        'process dies',
        PY,
        'clamp.py',
        'if low > high:',
        'import os\n    if low > high:\n        os._exit(0)',
        'solution_',
    ),
    ('exits with success', JS, 'other-task.js', 'if (low > high)', 'process.exit(0); if (low > high)', 'solution_'),
    (
        'stub passes',
        PY,
        'test_clamp.py',
        'assert clamp(value, 1, 3) == expected',
        'clamp(value, 1, 3)',
        'stub_passed:native',
    ),
    (
        'proof is skipped',
        PY,
        'test_clamp.py',
        'def test_ends',
        '@pytest.mark.skip\ndef test_ends',
        'requirement_unproven:R2',
    ),
    (
        'proof is a comment',
        GO,
        'clamp_test.go',
        'func TestEndsInWrongOrder_R2',
        '/*\nfunc TestX_R2(\n*/\nfunc TestEndsInWrongOrder',
        'requirement_unproven:R2',
    ),
]


@pytest.mark.parametrize(
    ('example', 'file', 'old', 'new', 'reason'), [pytest.param(*rest, id=name) for name, *rest in BROKEN]
)
def test_broken_example_is_data_with_its_reason(tree, pipeline, example, file, old, new, reason):
    Path('params.yaml').write_text('verify: {limits: {wall_seconds: 8, cpu_seconds: 3}}\n')
    only(tree, example)
    path = tree / example / file
    assert old in path.read_text()
    if reason == 'stub_passed:native':  # the other test has to be weak as well
        path.write_text(path.read_text().split('def test_ends')[0] + 'def test_ends__R2():\n    clamp(2, 3, 3)\n')
    path.write_text(path.read_text().replace(old, new))
    rows, told, complaint = pipeline()
    assert told == 'verify: 1 run, 0 passed, 1 failed, 0 not_run'
    assert rows[example]['verdict'] == 'failed'
    assert any(found.startswith(reason) for found in rows[example]['reasons']), rows[example]
    assert f'{example}: {rows[example]["reasons"][0].split(":")[0]}' in complaint
    assert pipeline()[1].startswith('verify: 0 run')


def test_test_that_can_not_fail_is_refused_in_every_language(tree, pipeline):
    (tree / GO / 'clamp_test.go').write_text(
        'package clamp\n\nimport "testing"\n\nfunc TestA_R1_R2(t *testing.T) { Clamp(1, 2, 3) }\n'
    )
    (tree / JS / 'other-task.test.js').write_text(
        'import { test } from "node:test";\nimport { clamp } from "./other-task.js";\ntest("R1, R2: runs", () => { clamp(1, 2, 3); });\n'
    )
    (tree / PY / 'test_clamp.py').write_text('from clamp import clamp\n\n\ndef test_a__R1_R2():\n    clamp(1, 2, 3)\n')
    rows, _, _ = pipeline()
    assert {name: row['reasons'] for name, row in rows.items()} == {
        name: ['stub_passed:native'] for name in (GO, PY, JS)
    }


@pytest.mark.parametrize('name', ['t.TempDir()', '"at /box/example/clamp.go:3"'])
def test_name_that_no_run_has_again_is_refused(tree, pipeline, name):
    only(tree, GO)
    path = tree / GO / 'clamp_test.go'
    test = f'func TestPath_R1(t *testing.T) {{ t.Run({name}, func(t *testing.T) {{}}) }}'
    path.write_text(f'{path.read_text()}\n{test}\n')
    (reason,) = pipeline()[0][GO]['reasons']
    assert reason.startswith('unstable_name:TestPath_R1')


def test_change_note_is_proven_by_tests_that_the_draft_fails(tree, pipeline, add_draft):
    only(tree, PY)
    add_draft(tree)
    row = pipeline()[0][PY]
    assert row['verdict'] == 'passed'
    assert row['changes'] == [['test_ends_in_wrong_order__R2']]
    assert row['draft'] == {'status': 'failed', 'passed': 5, 'failed': 1, 'failing': ['test_ends_in_wrong_order__R2']}


def test_change_note_without_proof_is_refused(tree, pipeline, add_draft):
    only(tree, PY)
    add_draft(tree, change='R1', kind='correctness')
    rows, _, told = pipeline()
    assert (rows[PY]['verdict'], rows[PY]['reasons']) == ('failed', ['change_unproven:0 (R1)'])
    assert f'{PY}: change_unproven: changes 0 (R1): no test of the requirement fails on the draft' in told
    assert f'{PY}: passes on the draft too: test_nearest_of_interval__R1\n' in told


def test_perfect_draft_is_refused(tree, pipeline, add_draft):
    only(tree, PY)
    add_draft(tree, code=(tree / PY / 'clamp.py').read_text())
    assert pipeline()[0][PY]['reasons'] == ['change_unproven:0 (R2)', 'draft_passed']


def test_missing_toolchain_is_not_run_and_tried_again(tree, pipeline, monkeypatch):
    only(tree, GO)
    with monkeypatch.context() as patch:
        patch.setattr(toolchain, 'is_installed', lambda name: name != 'go')
        row = pipeline()[0][GO]
        assert (row['verdict'], row['reasons']) == ('not_run', ['no_toolchain:go'])
    assert pipeline()[0][GO]['verdict'] == 'passed'


def test_refused_sandbox_is_our_error_and_no_verdict(tree, pipeline, monkeypatch, tmp_path, capsys):
    assert run_main(index.main, [str(tree), 'proofs/index.jsonl']) == 0
    code = f'import sys; from stages.core.errors import run_main; from stages import verify; sys.exit(run_main(verify.main, {[str(tree), "proofs/index.jsonl", str(VERDICTS)]}))'
    environment = {**os.environ, 'PATH': '/nonexistent', 'PYTHONPATH': str(Path(__file__).parents[1])}
    done = subprocess.run([sys.executable, '-c', code], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert 'apt-get install bubblewrap' in done.stderr
    assert not VERDICTS.exists()


def test_killed_in_the_middle_keeps_what_was_finished(tree, pipeline):
    pipeline()
    whole = VERDICTS.read_bytes()
    VERDICTS.unlink()
    command = [sys.executable, '-m', 'stages.verify', str(tree), 'proofs/index.jsonl', str(VERDICTS)]
    Path('params.yaml').write_text('verify: {workers: 1, limits: {wall_seconds: 30, cpu_seconds: 10}}\n')
    running = subprocess.Popen(
        command, env={**os.environ, 'PYTHONPATH': str(Path(__file__).parents[1])}, stderr=subprocess.PIPE
    )
    journal = Path('proofs/.verdicts.jsonl.journal')
    while not (journal.exists() and journal.stat().st_size):
        time.sleep(0.02)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    finished = journal.read_bytes().count(b'\n')
    assert not VERDICTS.exists()
    with journal.open('ab') as file:
        file.write(b'{"example": "numeric/cla')  # a row cut off while it was written
    _, told, _ = pipeline()
    assert told.startswith(f'verify: {3 - finished} run')
    assert finished > 0
    assert VERDICTS.read_bytes() == whole
    assert sorted(os.listdir('proofs')) == ['index.jsonl', 'verdicts.jsonl']


def test_example_changed_after_index_is_told(tree, pipeline, capsys):
    assert run_main(index.main, [str(tree), 'proofs/index.jsonl']) == 0
    (tree / PY / 'clamp.py').write_text('x = 1\n')
    assert run_main(verify.main, [str(tree), 'proofs/index.jsonl', str(VERDICTS)]) == 1
    assert 'changed after it was indexed' in capsys.readouterr().err


POSTGRESQL_SERVER = """
import os

import psycopg
from fastapi import FastAPI
from fastapi.responses import JSONResponse

app = FastAPI()


@app.get("/health")
def health():
    if url := os.environ.get("DATABASE_URL"):
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS a (b text)")
            assert connection.execute("SELECT version()").fetchone()[0].startswith("PostgreSQL")
    else:
        assert os.environ.get("DATABASE_PATH", "").endswith(".sqlite3") or "PORT" not in os.environ
    return {"status": "ok"}


@app.get("/greetings/{name}")
def greet(name: str):
    if len(name) > 40:
        return JSONResponse({"error": "name is too long"}, 422)
    return {"greeting": f"Hello, {name}"}
"""


def test_backend_runs_on_each_of_its_databases(tmp_path):
    root = tmp_path / 'examples'
    root.mkdir()
    scaffold.write(root, 'backend/greet/fastapi', LANGUAGES)
    folder = root / 'backend/greet/fastapi'
    (folder / 'main.py').write_text(POSTGRESQL_SERVER)
    one = read_all(root, LANGUAGES)[0]
    with (folder / 'example.yaml').open('a') as file:
        file.write('databases: [sqlite, postgresql]\n')
    both = read_all(root, LANGUAGES)[0]
    assert one.code_digest != both.code_digest
    adapter = LANGUAGES['fastapi']
    assert verification.needed_toolchains(adapter, one.meta.databases, False) == ('python',)
    assert verification.needed_toolchains(adapter, both.meta.databases, False) == ('postgresql', 'python')
    verdicts = [verification.verify_example(example, adapter, Limits(), '')[0] for example in (one, both)]
    assert [verdict.verdict for verdict in verdicts] == ['passed', 'passed']
    assert [verdict.solution.passed for verdict in verdicts] == [5, 8]  # three tests over HTTP, once more
    (folder / 'main.py').write_text(POSTGRESQL_SERVER.replace('startswith("PostgreSQL")', 'startswith("MySQL")'))
    broken = verification.verify_example(read_all(root, LANGUAGES)[0], adapter, Limits(), '')[0]
    assert broken.reasons == ('solution_failed',)
    assert broken.solution.failing == ('test_health__R1',)


def test_servers_find_what_the_shared_tests_say_in_their_environment(tmp_path):
    root = tmp_path / 'examples'
    root.mkdir()
    scaffold.write(root, 'backend/greet/fastapi', LANGUAGES)
    server = root / 'backend/greet/fastapi/main.py'
    asked = 'os.environ.get("APP_KEY") == "9"'
    server.write_text(
        server.read_text().replace('return {"status": "ok"}', f'return {{"status": "ok" if {asked} else ""}}')
    )
    server.write_text(f'import os\n{server.read_text()}')
    without = read_all(root, LANGUAGES)[0]
    told = root / 'backend/greet/tests' / examples.ENVIRONMENT
    told.parent.mkdir()
    told.write_text('{"APP_KEY": "9"}')
    with_it = read_all(root, LANGUAGES)[0]
    assert without.code_digest != with_it.code_digest
    verdicts = [trial.shared_suite(example, LANGUAGES['fastapi'], {}, Limits()) for example in (without, with_it)]
    assert [verdict.status for verdict in verdicts] == ['failed', 'passed']


@pytest.mark.parametrize('told', ['{"PORT": "9"}', '{"APP_KEY": 9}', '["APP_KEY"]', '{'])
def test_environment_of_another_form_is_refused(tmp_path, told):
    root = tmp_path / 'examples'
    root.mkdir()
    scaffold.write(root, 'backend/greet/fastapi', LANGUAGES)
    (root / 'backend/greet/tests/testdata').mkdir()
    (root / 'backend/greet/tests/testdata/environment.json').write_text(told)
    with pytest.raises(
        ProblemsFound, match=r'backend/greet/tests/testdata/environment.json: is no JSON object of texts'
    ):
        read_all(root, LANGUAGES)


def test_databases_are_for_backends(tree):
    with (tree / 'numeric/clamp/python/example.yaml').open('a') as file:
        file.write('databases: [postgresql]\n')
    with pytest.raises(ProblemsFound, match=r'numeric/clamp/python/example.yaml: databases: are for backends'):
        read_all(tree, LANGUAGES)


def test_shards_share_the_examples_and_what_one_lost_is_run_by_the_stage(pipeline, tree):
    whole, _, _ = pipeline()
    parts = [Path(f'shard-{number}.jsonl') for number in (1, 2, 3, 4)]
    for number, part in enumerate(parts, 1):
        assert run_main(verify.main, [str(tree), 'proofs/index.jsonl', str(part), '--shard', f'{number}/4']) == 0
    assert [[row['example'] for row in files.read_rows(part)] for part in parts] == [[GO], [PY], [JS], []]
    VERDICTS.write_text(parts[2].read_text() + parts[0].read_text())
    again, told, _ = pipeline()
    assert told == 'verify: 1 run, 3 passed, 0 failed, 0 not_run'
    assert again == whole


@pytest.mark.parametrize('text', ['0/2', '3/2', '1', '1/2/3', '-1/2', 'a/b', '1/0'])
def test_no_such_shard(text, capsys):
    with pytest.raises(SystemExit) as stopped:
        verify.main(['examples', 'proofs/index.jsonl', 'out.jsonl', f'--shard={text}'])
    assert stopped.value.code == 2
    assert f"argument --shard: '{text}' is no share" in capsys.readouterr().err
