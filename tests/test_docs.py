"""What README and CONTRIBUTING say is so: commands, names, lines to type."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from stages import cli
from stages.all_languages import LANGUAGES
from stages.core.models import CATEGORIES
from stages.core.models import FEATURES

REPOSITORY = Path(__file__).parents[1]
README = (REPOSITORY / 'README.md').read_text()
CONTRIBUTING = (REPOSITORY / 'CONTRIBUTING.md').read_text()


@pytest.mark.parametrize('name', LANGUAGES)
def test_implementation_is_told(name):
    assert f'`{name}`' in README
    assert f'| `{name}` |' in CONTRIBUTING


@pytest.mark.parametrize('name', set(cli.COMMANDS) - {'schema'})
def test_command_is_told(name):
    assert f'proven {name}' in README


def test_vocabularies_are_told():
    text = ' '.join(CONTRIBUTING.split())
    assert ', '.join(CATEGORIES) in text
    assert ', '.join(FEATURES) in text


def test_commands_in_the_documents_exist():
    for name in re.findall(r'(?:^|`)proven ([a-z]+)\b', README + CONTRIBUTING, re.MULTILINE):
        assert name in cli.COMMANDS


def test_links_lead_somewhere():
    for text in (README, CONTRIBUTING):
        for target in re.findall(r'\]\((?!https:)([^)#]+)\)', text):
            assert (REPOSITORY / target).exists(), target


def test_ci_runs_the_test_line_of_the_readme():
    lines = [line.split('#')[0].strip() for line in README.splitlines() if line.startswith('./setup')]
    assert lines == ['./setup dvc repro', './setup pytest']
    assert './setup pytest\n' in (REPOSITORY / '.ci/run').read_text()


def test_released_packages_of_manifests_are_those_of_the_locks():
    lock = (REPOSITORY / 'stages/toolchains/python/requirements.txt').read_text()
    for path in REPOSITORY.glob('stages/templates/example/*/requirements.txt.in'):
        for line in path.read_text().split():
            assert f'{line} \\' in lock


def test_hooks_are_valid():
    for command in ('validate-config', 'validate-manifest'):
        file = '.pre-commit-config.yaml' if command == 'validate-config' else '.pre-commit-hooks.yaml'
        subprocess.run([Path(sys.executable).with_name('pre-commit'), command, file], cwd=REPOSITORY, check=True)


def test_hooks_leave_examples_alone():
    hooks = yaml.safe_load((REPOSITORY / '.pre-commit-config.yaml').read_text())['repos'][0]['hooks']
    fixers = {'ruff-check', 'ruff-format', 'trailing-whitespace', 'end-of-file'}
    assert fixers <= {hook['id'] for hook in hooks}
    for hook in hooks:
        assert hook['id'] not in fixers or re.match(hook['exclude'], 'examples/a')
        command = hook['entry'].startswith(('.venv/bin/proven check', '.venv/bin/proven verify'))
        assert command == (hook.get('files') == '^examples/')
