"""The pipeline as people run it: `dvc repro` in a repository of its own, interrupted, repeated, cloned."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from incremental import make

COUNT = 6


def git(folder, *command):
    subprocess.run(['git', '-c', 'user.name=a', '-c', 'user.email=a@example.com', *command], cwd=folder, check=True)


def start(folder):
    return subprocess.Popen(
        [str(Path(sys.executable).with_name('dvc')), 'repro'],
        cwd=folder,
        env={**os.environ, 'PYTHONPATH': str(folder), 'PATH': f'{Path(sys.executable).parent}:{os.environ["PATH"]}'},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def repro(folder):
    process = start(folder)
    told, _ = process.communicate()
    assert process.returncode == 0, told
    return told


def verified(told):
    found = re.search(r'^verify: (\d+) run', told, re.MULTILINE)
    return int(found[1]) if found else 0


def bytes_of(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob('*')) if path.is_file()
    }


@pytest.fixture(scope='module')
def repository(tmp_path_factory):
    """A repository in which everything has been made and committed."""
    folder = tmp_path_factory.mktemp('repository')
    make(folder, COUNT)
    assert verified(repro(folder)) == COUNT
    git(folder, 'add', '-A')
    git(folder, 'commit', '-qm', 'proofs')
    return folder


def clone(repository, target):
    subprocess.run(['git', 'clone', '-q', str(repository), str(target)], check=True)
    return target


def test_clones_run_nothing_again_and_release_the_same_bytes(repository, tmp_path):
    releases = []
    for name in ('one', 'two'):
        folder = clone(repository, tmp_path / name)
        assert "Stage 'verify' didn't change, skipping" in repro(folder)
        assert (
            subprocess.run(['git', 'status', '--porcelain'], cwd=folder, capture_output=True, check=True).stdout == b''
        )
        releases.append(bytes_of(folder / 'release'))
    assert releases[0] == releases[1] == bytes_of(repository / 'release')


def test_second_run_does_nothing_and_a_touched_example_runs_alone(repository, tmp_path):
    folder = clone(repository, tmp_path / 'clone')
    repro(folder)
    told = repro(folder)
    assert [name for name in ('verify', 'split', 'export') if f"Stage '{name}' didn't change, skipping" in told] == [
        'verify',
        'split',
        'export',
    ]
    solution = folder / 'examples/numeric/clamp/python/clamp.py'
    solution.write_text(solution.read_text() + '# touched\n')
    assert verified(repro(folder)) == 1
    task = folder / 'examples/numeric/clamp/task.yaml'
    task.write_text(task.read_text().replace('Clamp a number', 'Clamp a value'))
    assert verified(repro(folder)) == 0


def test_killed_run_is_taken_up_where_it_was(repository, tmp_path):
    folder = clone(repository, tmp_path / 'clone')
    (folder / 'proofs/verdicts.jsonl').unlink()
    journal = folder / 'proofs/.verdicts.jsonl.journal'
    process = start(folder)
    until = time.monotonic() + 60
    while not (journal.exists() and journal.read_bytes().count(b'\n') >= 2):
        assert time.monotonic() < until
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    kept = journal.read_bytes().count(b'\n')
    assert 2 <= kept < COUNT
    assert verified(repro(folder)) == COUNT - kept
    assert bytes_of(folder / 'release') == bytes_of(repository / 'release')
    assert (folder / 'proofs/verdicts.jsonl').read_bytes() == (repository / 'proofs/verdicts.jsonl').read_bytes()


def test_broken_example_stops_the_run_with_all_problems(repository, tmp_path):
    folder = clone(repository, tmp_path / 'clone')
    repro(folder)
    before = bytes_of(folder / 'proofs'), bytes_of(folder / 'release')
    Path(folder, 'examples/numeric/clamp/python/clamp.py').write_bytes(b'\r\n')
    Path(folder, 'examples/numeric/clamp-1/go/go.mod').write_bytes(b'\xef\xbb\xbf')
    process = start(folder)
    told, _ = process.communicate()
    assert process.returncode != 0
    assert 'examples/numeric/clamp/python/clamp.py: has a carriage return' in told
    assert 'examples/numeric/clamp-1/go/go.mod: begins with a byte order mark' in told
    assert (bytes_of(folder / 'proofs'), bytes_of(folder / 'release')) == before
