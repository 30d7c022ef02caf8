from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from stages import export
from stages.all_languages import LANGUAGES
from stages.core import files
from stages.core import scaffold
from stages.core.errors import run_main

REPOSITORY = Path(__file__).parents[1]
PARAMS = f"""
export: {{version: 1.2.3}}
mutate: {{budget: 3, most: 40}}
flakiness: {{runs: 2}}
decontaminate: {{benchmarks: {{Other: {{repo: a/b, revision: {'a' * 40}, files: [c]}}}}}}
"""
EXPORT = ['examples', 'proofs', 'build', 'release']
BEFORE = ('index', 'verify', 'mutate', 'flakiness', 'measure', 'dedupe', 'decontaminate', 'gate', 'split')


@pytest.fixture(scope='module')
def _released(tmp_path_factory, run_stage):
    """A folder with three backends and two others, one of them with a draft, exported once."""
    here = tmp_path_factory.mktemp('release')
    before = Path.cwd()
    os.chdir(here)
    try:
        root = Path('examples')
        root.mkdir()
        for path in (
            'numeric/clamp/python',
            'numeric/clamp/go',
            'backend/greeting/fastapi',
            'backend/greeting/express',
        ):
            scaffold.write(root, path, LANGUAGES)
        folder = root / 'numeric/clamp/python'
        (folder / 'draft').mkdir()
        (folder / 'draft/clamp.py').write_text('def clamp(value, low, high):\n    return max(low, min(value, high))\n')
        (folder / 'draft/prompt.md').write_text('Write clamp.\n')
        with (folder / 'example.yaml').open('a') as file:
            file.write('draft: {model: some model, date: 2026-11-01}\n')
            file.write('changes:\n  - {kind: error_handling, requirement: R2, text: {en: Refuses it.}}\n')
        Path('params.yaml').write_text(PARAMS)
        for name in (*BEFORE, 'export'):
            assert run_stage(name) == 0
    finally:
        os.chdir(before)
    return here


@pytest.fixture
def released(_released, tmp_path, monkeypatch):
    shutil.copytree(_released, tmp_path / 'here')
    monkeypatch.chdir(tmp_path / 'here')
    return tmp_path / 'here/release'


def load(released, config, tmp_path):
    """What `datasets` reads, in a process of its own without network or cache."""
    code = (
        'import datasets, json, sys\n'
        f'loaded = datasets.load_dataset({str(released)!r}, {config!r})\n'
        'json.dump({name: list(rows) for name, rows in loaded.items()}, sys.stdout)'
    )
    environment = {**os.environ, 'HF_HOME': str(tmp_path / 'hf'), 'HF_HUB_OFFLINE': '1', 'HF_DATASETS_OFFLINE': '1'}
    done = subprocess.run([sys.executable, '-c', code], env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_load_dataset_reads_every_row_with_its_proofs(released, tmp_path):
    splits = load(released, 'examples', tmp_path)
    rows = {row['id'].partition('-')[2]: row for rows in splits.values() for row in rows}
    assert sorted(rows) == ['express', 'fastapi', 'go', 'python']
    row = rows['python']
    source = Path('examples/numeric/clamp/python')
    assert row['code_files'] == [{'path': 'clamp.py', 'content': (source / 'clamp.py').read_text()}]
    assert [file['path'] for file in row['test_files']] == ['test_clamp.py']
    assert row['requirements'][1]['proof'] == ['test_ends_in_wrong_order__R2']
    assert row['requirements'][1]['text']['zh'].startswith('`low`')
    assert row['changes'] == [
        {
            'kind': 'error_handling',
            'requirement': 'R2',
            'benchmark': None,
            'text': {'en': 'Refuses it.', 'zh': None},
            'proof': ['test_ends_in_wrong_order__R2'],
            'time_ratio': None,
            'memory_mib': None,
        }
    ]
    assert (row['human_files'], row['human_package'], row['benchmark_files']) == ([], None, [])
    assert row['draft_files'] == [{'path': 'clamp.py', 'content': (source / 'draft/clamp.py').read_text()}]
    assert row['draft_tests'] == {
        'passed': 5,
        'failed': 1,
        'status': 'failed',
        'accuracy': 5 / 6,
        'failing': ['test_ends_in_wrong_order__R2'],
    }
    assert row['solution_tests'] == {'passed': 6, 'failed': 0, 'status': 'passed', 'accuracy': 1.0, 'failing': []}
    assert row['mutants']['score'] == row['mutants']['killed'] / (row['mutants']['killed'] + row['mutants']['survived'])
    assert min(requirement['mutants_killed'] for requirement in row['requirements']) > 0
    assert (row['coverage'], row['shuffled_runs'], row['near_copies']) == (1.0, 2, [])
    assert rows['fastapi']['coverage'] is None
    assert (row['estimated_lines'], row['cyclomatic_complexity'], row['complexity']) == (4, 2, 'simple')
    assert row['features'] == ['input_validation']
    assert rows['go']['draft_files'] == []
    assert rows['go']['draft_tests'] is None
    assert [file['path'] for file in rows['express']['shared_test_files']] == ['test_greeting.py']


def test_backend_config_has_the_fields_of_its_kind(released, tmp_path):
    rows = [row for rows in load(released, 'backend', tmp_path).values() for row in rows]
    assert sorted(row['framework'] for row in rows) == ['express', 'fastapi']
    wanted = {
        'description',
        'requirements',
        'framework',
        'language',
        'complexity',
        'estimated_lines',
        'code_files',
        'features',
    }
    assert wanted <= set(rows[0])
    assert rows[0]['requirements'][0] == '`GET /health` answers as stated.'


def test_families_stay_together(released, tmp_path):
    splits = load(released, 'examples', tmp_path)
    assert all(
        len({name for name, rows in splits.items() for row in rows if row['family'] == family}) == 1
        for rows in splits.values()
        for family in {row['family'] for row in rows}
    )


def test_manifest_tells_every_file(released):
    manifest = json.loads((released / 'manifest.json').read_text())
    found = {path.relative_to(released).as_posix() for path in released.rglob('*') if path.is_file()} - {
        'manifest.json'
    }
    assert set(manifest['files']) == found
    for path, facts in manifest['files'].items():
        assert facts['sha256'] == hashlib.sha256((released / path).read_bytes()).hexdigest()


def test_card_is_valid_and_computed(released):
    text = (released / 'README.md').read_text()
    _, front, body = text.split('---\n', 2)
    meta = yaml.safe_load(front)
    paths = {item['path'] for config in meta['configs'] for item in config['data_files']}
    assert paths == {path.relative_to(released).as_posix() for path in released.rglob('*.parquet')}
    assert sum(config.get('default', False) for config in meta['configs']) == 1
    assert '4 implementations of 2 tasks' in body
    assert 'they pass 83.3% of the tests' in body
    assert '| tests that waver in 2 shuffled runs | 0 |' in body
    assert '| near-copies of another family | 0 of 4 examples |' in body
    assert 'Not screened: Other.' in body
    assert 'clean' not in body.lower()
    assert '$' not in body.replace('${', '')


def test_same_bytes_in_another_process(released):
    before = {path: path.read_bytes() for path in released.rglob('*') if path.is_file()}
    shutil.rmtree(released)
    environment = {
        **os.environ,
        'PYTHONHASHSEED': '7',
        'TZ': 'Asia/Tokyo',
        'LC_ALL': 'C',
        'PYTHONPATH': str(REPOSITORY),
    }
    subprocess.run([sys.executable, '-m', 'stages.export', *EXPORT], env=environment, check=True, capture_output=True)
    assert {path: path.read_bytes() for path in released.rglob('*') if path.is_file()} == before


def change_verdict(name, **fields):
    rows = files.read_rows(Path('proofs/verdicts.jsonl'))
    for row in rows:
        if row['example'] == name:
            row |= fields
    files.write_rows(Path('proofs/verdicts.jsonl'), rows)


def test_what_is_not_proven_is_left_out_with_its_reason(released, run_stage):
    change_verdict('numeric/clamp/go', verdict='failed', reasons=['solution_failed'])
    assert run_stage('gate') == 0
    assert run_main(export.main, EXPORT) == 0
    manifest = json.loads((released / 'manifest.json').read_text())
    assert manifest['left_out'] == {'numeric/clamp/go': ['solution_failed']}
    text = (released / 'README.md').read_text()
    assert 'examples left out because something was not proven | 1 ' in text
    assert 'solutions that fail their own tests | 1 of 4 examples' in text


def test_what_was_not_run_stops_the_release_unless_told(released, capsys, run_stage):
    change_verdict('numeric/clamp/go', verdict='not_run', reasons=['no_toolchain:go'])
    assert run_stage('gate') == 0
    before = (released / 'manifest.json').read_bytes()
    assert run_main(export.main, EXPORT) == 1
    assert 'was not run here' in capsys.readouterr().err
    assert (released / 'manifest.json').read_bytes() == before
    Path('params.yaml').write_text(PARAMS.replace('1.2.3', '1.2.3, leave_out_not_run: true'))
    assert run_main(export.main, EXPORT) == 0
    assert len(json.loads((released / 'manifest.json').read_text())['left_out']) == 1


def test_failing_export_leaves_the_old_release(released, capsys):
    before = {path: path.read_bytes() for path in released.rglob('*') if path.is_file()}
    Path('examples/numeric/clamp/go/clamp.go').write_text('package clamp\n')
    assert run_main(export.main, EXPORT) == 1
    assert {path: path.read_bytes() for path in released.rglob('*') if path.is_file()} == before
    assert [name for name in os.listdir() if name.startswith('.')] == []
