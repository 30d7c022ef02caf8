"""A small tree of real examples, made by the scaffold; no test touches the repository's own."""

from __future__ import annotations

import importlib
import shutil
from pathlib import Path

import pytest
import yaml

from stages.all_languages import LANGUAGES
from stages.core import scaffold
from stages.core.errors import run_main

REPOSITORY = Path(__file__).parents[1]


STAGES = yaml.safe_load((REPOSITORY / 'dvc.yaml').read_text())['stages']


@pytest.fixture(scope='session')
def run_stage():
    """Runs a stage here, in this process, as `dvc.yaml` has it; its exit code."""

    def run(name):
        return run_main(importlib.import_module(f'stages.{name}').main, STAGES[name]['cmd'].split()[3:])

    return run


@pytest.fixture(scope='session')
def _scaffolded(tmp_path_factory):
    root = tmp_path_factory.mktemp('tree') / 'examples'
    root.mkdir()
    scaffold.write(root, 'numeric/clamp/python', LANGUAGES)
    scaffold.write(root, 'numeric/clamp/go', LANGUAGES)
    scaffold.write(root, 'text/other-task/javascript', LANGUAGES)
    return root


@pytest.fixture
def tree(tmp_path, _scaffolded, monkeypatch):
    """`examples/` with numeric/clamp in Python and Go and text/other-task in JavaScript; the working directory is above it."""
    shutil.copytree(_scaffolded, tmp_path / 'examples')
    monkeypatch.chdir(tmp_path)
    return Path('examples')


@pytest.fixture
def add_draft():
    """Give the Python example a draft that forgets the error, with its notes."""

    def add(
        tree,
        code='def clamp(value, low, high):\n    return max(low, min(value, high))\n',
        change='R2',
        kind='error_handling',
    ):
        folder = tree / 'numeric/clamp/python'
        (folder / 'draft').mkdir()
        (folder / 'draft/clamp.py').write_text(code)
        (folder / 'draft/prompt.md').write_text('Write clamp.\n')
        with (folder / 'example.yaml').open('a') as file:
            file.write('draft: {model: some model, date: 2026-11-01}\n')
            file.write(
                f'changes:\n  - {{kind: {kind}, requirement: {change}, text: {{en: Refuses an empty interval.}}}}\n'
            )

    return add
