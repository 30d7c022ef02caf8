"""Workflows hold no power that they do not need, and what they do with data holds against odd data."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

REPOSITORY = Path(__file__).parents[1]
WORKFLOWS = sorted((REPOSITORY / '.github/workflows').glob('*.yml'))
# What single jobs may do beyond reading: prove to the Hub which workflow it is, behind an environment that a maintainer
# guards; write one issue; nothing at all.
POWERS = {
    ('release', 'publish'): {'contents': 'read', 'id-token': 'write'},
    ('main', 'drift'): {'issues': 'write'},
    ('pull-request', 'gate'): {},
}
LINTERS = {
    'actionlint': 'go install github.com/rhysd/actionlint/cmd/actionlint@v1.7.12',
    'zizmor': 'uv pip install zizmor',
}


def read(path):
    workflow = yaml.safe_load(path.read_text())
    return workflow, workflow['jobs']


@pytest.mark.parametrize('path', WORKFLOWS, ids=lambda path: path.stem)
def test_workflows_hold_no_power(path):
    workflow, jobs = read(path)
    text = path.read_text()
    assert workflow['permissions'] == {}
    assert 'pull_request_target' not in workflow[True], 'YAML reads `on` as true'
    assert 'secrets.' not in text
    for name, job in jobs.items():
        assert job['permissions'] == POWERS.get((path.stem, name), {'contents': 'read'})
        assert ('id-token' in job['permissions']) == (job.get('environment') == 'release')
        assert 0 < job['timeout-minutes'] <= 350
        for step in job['steps']:
            if 'uses' in step:
                assert re.fullmatch(r'actions/[\w/-]+@[0-9a-f]{40}', step['uses'])
                assert re.search(rf'{step["uses"]} # v\d+\.\d+\.\d+\n', text), 'the version, for people'
            if step.get('uses', '').startswith('actions/checkout'):
                assert step['with']['persist-credentials'] is False
            assert '${{' not in step.get('run', ''), 'values from outside reach scripts by environment only'


def test_who_may_write_runs_no_code_of_ours():
    steps = read(REPOSITORY / '.github/workflows/main.yml')[1]['drift']['steps']
    assert [step['uses'].partition('@')[0] for step in steps if 'uses' in step] == ['actions/download-artifact']
    assert not re.search(r'\./|python|proven|\beval\b', steps[-1]['run'])


def test_only_main_writes_caches():
    for path in WORKFLOWS:
        used = [step.get('uses', '') for job in read(path)[1].values() for step in job['steps']]
        cached = {one.partition('@')[0] for one in used if 'cache' in one}
        wanted = {'main': {'actions/cache'}, 'pull-request': {'actions/cache/restore'}, 'release': set()}
        assert cached == wanted[path.stem]


def test_versions_of_actions_are_the_same_everywhere():
    pins = re.findall(r'uses: (actions/[\w-]+).*?@(\S+) # (\S+)', ''.join(path.read_text() for path in WORKFLOWS))
    assert len({name for name, *_ in pins}) == len(set(pins))


def test_the_gate_waits_for_every_job():
    jobs = read(REPOSITORY / '.github/workflows/pull-request.yml')[1]
    assert jobs['gate']['if'] == 'always()'
    assert set(jobs['gate']['needs']) == set(jobs) - {'gate'}


@pytest.mark.parametrize(
    ('results', 'code'),
    [('success success', 0), ('success failure', 1), ('cancelled success', 1), ('skipped success', 1)],
)
def test_the_gate_opens_if_every_job_succeeded(results, code):
    step = read(REPOSITORY / '.github/workflows/pull-request.yml')[1]['gate']['steps'][0]
    assert subprocess.run(['bash', '-e', '-c', step['run']], env={'RESULTS': results}).returncode == code


@pytest.mark.parametrize('linter', LINTERS)
def test_linters_find_nothing(linter):
    program = shutil.which(linter) or shutil.which(linter, path=Path(sys.executable).parent)
    if program is None:
        pytest.skip(f'no {linter} here; {LINTERS[linter]}')
    options = ['--offline', '--no-progress'] if linter == 'zizmor' else []
    done = subprocess.run([program, *options, *WORKFLOWS], cwd=REPOSITORY, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def drift(tmp_path, recorded, again):
    for name, rows in (('recorded', recorded), ('again', again)):
        (tmp_path / name).write_text(''.join(json.dumps(row) + '\n' for row in rows))
    command = [REPOSITORY / '.ci/drift', tmp_path / 'recorded', tmp_path / 'again']
    done = subprocess.run(command, capture_output=True, text=True)
    return done.returncode, done.stdout.splitlines()


def test_drift_tells_each_verdict_that_differs(tmp_path):
    row = {'example': 'a/b/go', 'verdict': 'passed', 'toolchain': 'go 1', 'requirements': {'R1': ['t']}}
    failed = {**row, 'verdict': 'failed', 'reasons': ['solution_failed']}
    other = {**row, 'example': 'a/b/c'}
    assert drift(tmp_path, [row, other], [row, other]) == (0, [])
    assert drift(tmp_path, [row], [{**row, 'toolchain': 'go 2'}]) == (0, [])
    assert drift(tmp_path, [row, other], [failed]) == (
        1,
        [
            'a/b/c: passed -> nothing (example, requirements, verdict)',
            'a/b/go: passed -> failed solution_failed (reasons, verdict)',
        ],
    )
    assert drift(tmp_path, [row], [{**row, 'requirements': {'R1': []}}])[1] == [
        'a/b/go: passed -> passed (requirements)'
    ]


@pytest.fixture
def tell(tmp_path):
    """Runs the step that writes the issue, with a `gh` that only notes what it is told; its calls and the text."""
    gh = tmp_path / 'bin/gh'
    gh.parent.mkdir()
    gh.write_text('#!/bin/sh\necho "$*" >> calls\nif [ "$1 $2" = "issue list" ]; then printf %s "$OPEN"; fi\n')
    gh.chmod(0o755)

    def run(found=None, issue=''):
        if found is not None:
            (tmp_path / 'drift.txt').write_text(found)
        script = read(REPOSITORY / '.github/workflows/main.yml')[1]['drift']['steps'][-1]['run']
        environment = {'PATH': f'{gh.parent}:{os.environ["PATH"]}', 'OPEN': issue, 'RUN': 'https://run', 'GH_TOKEN': ''}
        subprocess.run(['bash', '-e', '-c', script], cwd=tmp_path, env=environment, check=True)
        calls = [line.split(' --')[0] for line in (tmp_path / 'calls').read_text().splitlines()]
        return calls, (tmp_path / 'body.md').read_text()

    return run


def test_drift_opens_one_issue(tell):
    calls, body = tell('a/b/go: passed -> failed\n')
    assert calls == ['label create drift', 'issue list', 'issue create']
    assert '\n    a/b/go: passed -> failed\n' in body
    assert body.endswith('\nhttps://run\n')


def test_drift_again_is_a_comment_on_it(tell):
    assert tell('a/b/go: passed -> failed\n', '17')[0] == ['label create drift', 'issue list', 'issue comment 17']


def test_no_end_is_told(tell):
    assert 'did not come to an end' in tell()[1]


def test_what_was_found_is_text_and_not_too_long(tell, tmp_path):
    _, body = tell('```\n$(touch owned) `touch owned` @everyone\n' * 40_000)
    assert not (tmp_path / 'owned').exists()
    assert all(line.startswith('    ') for line in body.splitlines()[2:-2])
    assert len(tell('\n' * 100_000)[1]) < 65_536, 'what an issue can hold'
