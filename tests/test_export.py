from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml

from stages import cli
from stages import export
from stages import reward
from stages.all_languages import LANGUAGES
from stages.core import chat
from stages.core import files
from stages.core import scaffold
from stages.core.configs import CONFIGS
from stages.core.errors import run_main
from stages.core.instructions import answered
from stages.core.instructions import fenced

REPOSITORY = Path(__file__).parents[1]
PARAMS = f"""
export: {{}}
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
    manifest = json.loads((released / 'MANIFEST.json').read_text())
    found = {path.relative_to(released).as_posix() for path in released.rglob('*') if path.is_file()} - {
        'MANIFEST.json'
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
        'ARROW_NUM_THREADS': '1',
        'OMP_NUM_THREADS': '1',
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
    manifest = json.loads((released / 'MANIFEST.json').read_text())
    assert manifest['content']['quarantine/quarantine']['rows'] == 1
    text = (released / 'README.md').read_text()
    assert 'examples left out because something was not proven | 1 ' in text
    assert 'solutions that fail their own tests | 1 of 4 examples' in text


def test_what_was_not_run_stops_the_release_unless_told(released, capsys, run_stage, tmp_path):
    change_verdict('numeric/clamp/go', verdict='not_run', reasons=['no_toolchain:go'])
    assert run_stage('gate') == 0
    before = (released / 'MANIFEST.json').read_bytes()
    assert run_main(export.main, EXPORT) == 1
    assert 'was not run here' in capsys.readouterr().err
    assert (released / 'MANIFEST.json').read_bytes() == before
    Path('params.yaml').write_text(PARAMS.replace('export: {}', 'export: {leave_out_not_run: true}'))
    assert run_main(export.main, EXPORT) == 0
    (row,) = load(released, 'quarantine', tmp_path)['quarantine']
    assert row['reasons'] == ['no_toolchain:go']
    assert [file['path'] for file in row['code_files']] == ['clamp.go', 'go.mod']


def test_failing_export_leaves_the_old_release(released, capsys):
    before = {path: path.read_bytes() for path in released.rglob('*') if path.is_file()}
    Path('examples/numeric/clamp/go/clamp.go').write_text('package clamp\n')
    assert run_main(export.main, EXPORT) == 1
    assert {path: path.read_bytes() for path in released.rglob('*') if path.is_file()} == before
    assert [name for name in os.listdir() if name.startswith('.')] == []


def rows_of(released, config):
    """All rows of a config by id, over its splits."""
    tables = sorted((released / 'data' / config).glob('*.parquet'))
    return {row['id'].partition('-')[2]: row for path in tables for row in pq.read_table(path).to_pylist()}


def test_every_config_is_read_by_every_tool(released, tmp_path):
    manifest = json.loads((released / 'MANIFEST.json').read_text())
    assert {name.partition('/')[0] for name in manifest['content']} == set(CONFIGS) - {'benchmarks', 'quarantine'}
    for config in {name.partition('/')[0] for name in manifest['content']}:
        told = {name: table['rows'] for name, table in manifest['content'].items() if name.startswith(f'{config}/')}
        loaded = load(released, config, tmp_path)
        assert {f'{config}/{split}': len(rows) for split, rows in loaded.items()} == told
        for split, rows in loaded.items():
            path = released / f'data/{config}/{split}-00000-of-00001.parquet'
            assert rows == pq.read_table(path).to_pylist()
            assert set(rows[0]) == set(manifest['schemas'][config])


def test_instructions_hold_texts_of_the_example_alone(released):
    english, chinese = rows_of(released, 'instructions_en'), rows_of(released, 'instructions_zh')
    task = english['python-generation']
    assert 'low' in task['instruction']
    assert '- R2: ' in task['instruction']
    assert task['instruction'].endswith('in a code block after its path: `clamp.py`.')
    assert answered(task['output']) == {'clamp.py': Path('examples/numeric/clamp/python/clamp.py').read_text()}
    assert task['input'] == ''
    repair = english['python-repair']
    assert '- R2: ' in repair['instruction']
    assert '- R1: ' not in repair['instruction']
    assert answered(repair['input']) == {'clamp.py': Path('examples/numeric/clamp/python/draft/clamp.py').read_text()}
    assert repair['output'] == task['output']
    ported = english['go-from-python']
    assert 'Python' in ported['instruction']
    assert set(answered(ported['output'])) == {'clamp.go', 'go.mod'}
    assert english['express-from-fastapi']['input'] == english['fastapi-generation']['output']
    assert not [name for name in english if name.startswith('go-from-') and name != 'go-from-python']
    tests = english['python-test-writing']
    assert 'pytest' in tests['instruction']
    assert answered(tests['output']) == {
        'test_clamp.py': Path('examples/numeric/clamp/python/test_clamp.py').read_text()
    }
    assert chinese['python-generation']['output'] == task['output']
    assert (
        '编写' in chinese['python-test-writing']['instruction']
        or '测试' in chinese['python-test-writing']['instruction']
    )
    assert {name for name in english if name.startswith('go-')} >= {'go-generation', 'go-summarization'}


def test_without_a_chinese_text_there_is_no_chinese_row(released, run_stage):
    task = Path('examples/numeric/clamp/task.yaml')
    data = yaml.safe_load(task.read_text())
    del data['requirements'][0]['text']['zh']
    task.write_text(yaml.safe_dump(data, allow_unicode=True))
    assert run_stage('index') == 0
    assert run_main(export.main, EXPORT) == 0
    chinese = rows_of(released, 'instructions_zh')
    assert 'python-summarization' in chinese
    assert not {'python-generation', 'python-repair', 'python-test-writing', 'go-from-python'} & set(chinese)
    assert rows_of(released, 'verifiable')['python']['prompt_zh'] is None
    assert 'python-generation' in rows_of(released, 'instructions_en')


def test_preference_says_by_what_the_draft_is_worse(released):
    (row,) = rows_of(released, 'preferences').values()
    (plain,) = rows_of(released, 'preferences_text').values()
    assert row['prompt'] == [{'role': 'user', 'content': 'Write clamp.\n'}]
    assert row['chosen'][0] == {'role': 'assistant', 'content': plain['chosen']}
    assert row['rejected'][0]['content'] == plain['rejected']
    assert (row['failing_requirements'], row['rejected_accuracy']) == (['R2'], 5 / 6)
    assert row['reason'] == 'passes 5 of 6 tests; does not meet R2'
    assert 'ValueError' in answered(plain['chosen'])['clamp.py']
    assert 'ValueError' not in answered(plain['rejected'])['clamp.py']


def test_repair_has_faults_that_tests_of_requirements_find(released):
    rows = rows_of(released, 'repair')
    drafts = [row for row in rows.values() if row['fault'] == 'draft']
    assert [row['failing_tests'] for row in drafts] == [['test_ends_in_wrong_order__R2']]
    mutants = [row for row in rows.values() if row['fault'] == 'mutant']
    killed = {row['example']: row['killed'] for row in files.read_rows(Path('proofs/mutants.jsonl'))}
    assert len(mutants) == sum(bool(found) for one in killed.values() for found in one.values())
    for row in mutants:
        ((broken,), (fixed,)) = row['broken_files'], row['fixed_files']
        assert broken['path'] == fixed['path']
        assert broken['content'] != fixed['content']
        assert row['diff'].startswith(f'--- a/{fixed["path"]}\n+++ b/{fixed["path"]}\n@@ ')
        assert row['requirements']


def test_reward_counts_requirements_that_tests_prove(released):
    row = rows_of(released, 'verifiable')['python']
    solution, draft = (rows_of(released, 'preferences_text')['python'][name] for name in ('chosen', 'rejected'))
    assert reward.requirements(row, f'Here it is.\n\n{solution}\n\nThat is all.') == {'R1': 1.0, 'R2': 1.0}
    assert reward.requirements(row, draft) == {'R1': 1.0, 'R2': 0.0}
    for cheat in (
        'No code.',
        '`test_clamp.py`\n```python\ndef test_ends_in_wrong_order__R2(): pass\n```',
        '`conftest.py`\n```python\nimport os\nos._exit(0)\n```\n' + draft,
        '`../../clamp.py`\n```python\nx = 1\n```\n`/tmp/clamp.py`\n```python\nx = 1\n```',
        '`clamp.py`\n```python\nimport os\nos._exit(0)\n```',
    ):
        assert reward.requirements(row, cheat)['R2'] == 0.0
    columns = {name: [row[name]] * 2 for name in row}
    assert reward.reward([solution, [{'role': 'assistant', 'content': draft}]], trainer_state=None, **columns) == [
        1.0,
        0.5,
    ]
    truth = row['reward_model']['ground_truth']
    assert reward.compute_score('proven_code', solution, truth, row['extra_info']) == {'score': 1.0, 'acc': 1.0}


def test_reward_of_a_backend_is_that_of_its_shared_tests_too(released):
    row = rows_of(released, 'verifiable')['fastapi']
    solution = rows_of(released, 'instructions_en')['fastapi-generation']['output']
    assert set(reward.requirements(row, solution).values()) == {1.0}
    assert 0.0 in reward.requirements(row, solution.replace('GET', 'POST').replace('.get(', '.post(')).values()
    assert row['serve_command']
    assert {one['name'] for one in row['environment']} >= {'PATH', 'PORT', 'BASE_URL', 'DATABASE_PATH'}


def test_search_gives_near_code_of_other_families(released):
    for row in rows_of(released, 'search').values():
        assert row['query']
        assert row['positive'] not in row['negatives']
        assert not [name for name in row['negative_ids'] if name.partition('-')[0] == row['family']]


def test_chat_files_hold_to_the_rules(released):
    text = (released / 'chat/train.jsonl').read_text()
    assert list(chat.problems('train.jsonl', text)) == []
    assert [line for line in text.splitlines() if len(line) > chat.MOST_CHARACTERS] == []
    last = json.loads(text.splitlines()[-1])
    bad = [
        'no JSON',
        json.dumps({'messages': []}),
        json.dumps({**last, 'more': 1}),
        json.dumps({'messages': last['messages'][:1]}),
        json.dumps({'messages': [{'role': 'human', 'content': 'x'}, last['messages'][1]]}),
        json.dumps({'messages': [{'role': 'user', 'content': ' '}, last['messages'][1]]}),
    ]
    found = list(chat.problems('bad.jsonl', '\n'.join(bad)))
    assert {problem.field for problem in found} == {'', *(f'line {number}' for number in range(1, 6))}


def test_fence_is_longer_than_any_in_the_code():
    files = [{'path': 'a.md', 'content': 'text\n````\ncode\n````\n'}, {'path': 'b/c.py', 'content': 'no end'}]
    assert answered(fenced(files)) == {'a.md': files[0]['content'], 'b/c.py': 'no end\n'}


def test_version_follows_from_what_changed(released, run_stage):
    def version():
        assert run_main(export.main, EXPORT) == 0
        return json.loads((released / 'MANIFEST.json').read_text())['version']

    assert version() == '1.0.0'
    shutil.copy(released / 'MANIFEST.json', 'proofs/published.json')
    before = {path: path.read_bytes() for path in released.rglob('*') if path.is_file()}
    assert version() == '1.0.0'
    assert {path: path.read_bytes() for path in released.rglob('*') if path.is_file()} == before
    meta = Path('examples/numeric/clamp/go/example.yaml')
    meta.write_text(meta.read_text().replace('authors: [', 'authors: [Alice Example, '))
    assert run_stage('index') == 0
    assert version() == '1.0.1'
    assert '- **1.0.1**: 4 examples (0 added, 1 changed, 0 removed).' in (released / 'README.md').read_text()
    published = json.loads(Path('proofs/published.json').read_text())
    Path('proofs/published.json').write_text(json.dumps({**published, 'examples': {}}))
    assert version() == '1.1.0'
    less = {'examples': {**published['examples'], 'gone-python': 'x'}}
    Path('proofs/published.json').write_text(json.dumps({**published, **less}))
    assert version() == '2.0.0'
    schemas = {**published['schemas'], 'backend': {**published['schemas']['backend'], 'gone': 'string'}}
    Path('proofs/published.json').write_text(json.dumps({**published, 'schemas': schemas}))
    assert version() == '2.0.0'


def test_release_is_verified_and_compared(released, run_stage, capsys):
    assert cli.main(['release', 'verify', 'release']) == 0
    assert 'as in the manifest' in capsys.readouterr().out
    shutil.copytree('release', 'old')
    change_verdict('numeric/clamp/go', verdict='failed', reasons=['solution_failed'])
    assert run_stage('gate') == 0
    assert run_main(export.main, EXPORT) == 0
    assert cli.main(['release', 'diff', 'old', 'release']) == 0
    told = capsys.readouterr().out
    assert re.search(r'^examples: 0 added, 1 removed, 0 changed\n  - \w{6}-go$', told, re.MULTILINE)
    assert re.search(r'^quarantine: 1 added, 0 removed, 0 changed$', told, re.MULTILINE)
    assert cli.main(['release', 'diff', 'old', 'old']) == 0
    assert capsys.readouterr().out == ''
    (released / 'README.md').write_text('other')
    (released / 'LICENSE').unlink()
    (released / 'more.txt').write_text('')
    assert cli.main(['release', 'verify', 'release']) == 1
    told = capsys.readouterr().err
    assert 'README.md: sha256: is not what the manifest says' in told
    assert 'LICENSE: is missing' in told
    assert 'more.txt: is not in the manifest' in told
    assert cli.main(['release', 'verify', 'examples']) == 1
    assert 'is no manifest of a release' in capsys.readouterr().err


def test_rows_that_are_not_what_the_manifest_says_are_found(released, capsys):
    manifest = json.loads((released / 'MANIFEST.json').read_text())
    name = next(name for name in manifest['content'] if name.startswith('summaries/'))
    path = released / f'data/{name}-00000-of-00001.parquet'
    table = pq.read_table(path)
    pq.write_table(table.slice(1), path)
    relative = path.relative_to(released).as_posix()
    manifest['files'][relative]['sha256'] = hashlib.sha256(path.read_bytes()).hexdigest()
    (released / 'MANIFEST.json').write_text(json.dumps(manifest))
    assert cli.main(['release', 'verify', 'release']) == 1
    assert f'content.{name}: rows are not what the manifest says' in capsys.readouterr().err
