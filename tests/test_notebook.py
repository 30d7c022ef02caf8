"""The notebook runs on a release of what lies in the repository, and shows what it says."""

from __future__ import annotations

import importlib
import json
import re
from pathlib import Path

import nbclient
import nbformat
import pytest

from stages.core.errors import run_main

REPOSITORY = Path(__file__).parents[1]
NOTEBOOK = REPOSITORY / 'notebooks/first_look.ipynb'


def run(name, *arguments):
    assert run_main(importlib.import_module(f'stages.{name}').main, [str(argument) for argument in arguments]) == 0


@pytest.fixture(scope='module')
def release(tmp_path_factory):
    """A release of the repository's own examples, made of its proofs; nothing is run again."""
    here = tmp_path_factory.mktemp('notebook')
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(REPOSITORY)
        run('index', 'examples', here / 'index.jsonl')
        if (here / 'index.jsonl').read_bytes() != Path('proofs/index.jsonl').read_bytes():
            pytest.skip('examples are not those that proofs/ is of; ./setup dvc repro proves them')
        run('dedupe', 'examples', here / 'index.jsonl', here / 'build/duplicates.jsonl')
        screen = here / 'build/contamination-screen.json'
        run(
            'decontaminate',
            'examples',
            here / 'index.jsonl',
            'fingerprints',
            screen,
            here / 'build/contamination.jsonl',
        )
        run('export', 'examples', 'proofs', here / 'build', here / 'release')
    return here / 'release'


@pytest.fixture(scope='module')
def shown(release, tmp_path_factory):
    """What each code cell prints and shows, once the notebook has run from top to bottom."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            'RELEASE': str(release),
            'HF_HOME': str(tmp_path_factory.mktemp('hub')),
            'HF_HUB_OFFLINE': '1',
            'HF_DATASETS_OFFLINE': '1',
            'IPYTHONDIR': str(tmp_path_factory.mktemp('ipython')),
            'PYTHONPATH': str(REPOSITORY),
        }.items():
            patch.setenv(name, value)
        nbclient.NotebookClient(
            notebook, timeout=300, kernel_name='python3', resources={'metadata': {'path': NOTEBOOK.parent}}
        ).execute()
    return [
        '\n'.join(one.get('text') or one.get('data', {}).get('text/plain', '') for one in cell.outputs)
        for cell in notebook.cells
        if cell.cell_type == 'code'
    ]


def test_no_output_is_stored():
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    assert not any(cell.outputs or cell.execution_count for cell in notebook.cells if cell.cell_type == 'code')


def test_it_tells_the_rows_of_the_release(release, shown):
    for table, content in json.loads((release / 'MANIFEST.json').read_text())['content'].items():
        config, _, _ = table.partition('/')
        line = next(line for line in shown[1].splitlines() if line.split()[:1] == [config])
        assert str(content['rows']) in line.split()


def test_requirements_have_their_proofs(shown):
    assert re.search(r'\bR1\b.*__R1', shown[2], re.DOTALL)


def test_the_solution_is_worth_more_than_the_draft(shown):
    assert shown[3].startswith("fails ['R")
    rewards = dict(re.findall(r"'(chosen|rejected)': ([\d.]+)", shown[4]))
    assert float(rewards['chosen']) == 1
    assert float(rewards['rejected']) < 1


def test_the_toy_learns(shown):
    none, few, some, every = (float(number) for number in re.findall(r'(0\.\d+)$', shown[5], re.MULTILINE))
    assert none < few < some < every
    assert every > 0.8
