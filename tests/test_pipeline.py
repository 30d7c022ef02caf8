"""`dvc.yaml` is true: a stage is its module, its dependencies cover what it imports and opens."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from stages.core import verification

REPOSITORY = Path(__file__).parents[1]
STAGES = {
    name: stage
    for path in ('dvc.yaml', 'publish/dvc.yaml')
    for name, stage in yaml.safe_load((REPOSITORY / path).read_text())['stages'].items()
}


def imported_by(module):
    """Files of ours that a fresh interpreter has loaded after importing a stage."""
    code = f'import sys, {module}; print(*(m.__file__ for n, m in sys.modules.items() if n.split(".")[0] == "stages" and m.__file__), sep="\\n")'
    done = subprocess.run([sys.executable, '-c', code], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    paths = {Path(line).relative_to(REPOSITORY).as_posix() for line in done.stdout.splitlines()}
    return {path for path in paths if not path.endswith('__init__.py')}


@pytest.mark.parametrize('name', STAGES)
def test_dependencies_cover_imports(name):
    deps = STAGES[name]['deps']
    missing = {
        path
        for path in imported_by(f'stages.{name}')
        if not any(path == dep or path.startswith(f'{dep}/') for dep in deps)
    }
    assert not missing, f'add to deps of {name} in dvc.yaml'


@pytest.mark.parametrize('name', STAGES)
def test_dependencies_name_nothing_needless(name):
    needed = imported_by(f'stages.{name}')
    opened = {
        'uv.lock',
        'stages/core/supervisor.py',
        'stages/drivers',
        'stages/templates/card.md',
        'stages/templates/card_zh.md',
        'stages/templates/instructions.yaml',
        'stages/templates/report',
        'LICENSE',
        'stages/toolchains',
    }
    for dep in STAGES[name]['deps']:
        made = dep.startswith(('proofs/', 'build/', 'fingerprints', 'release'))
        assert made or (REPOSITORY / dep).exists(), dep
        assert dep in opened or made or any(path == dep or path.startswith(f'{dep}/') for path in needed), dep


@pytest.mark.parametrize('name', STAGES)
def test_one_name_everywhere(name):
    assert STAGES[name]['cmd'].startswith(f'python -m stages.{name} ')
    source = (REPOSITORY / f'stages/{name}.py').read_text()
    assert f'\ndef {name}(' in source
    assert (REPOSITORY / f'tests/test_{name}.py').exists()
    sections = yaml.safe_load((REPOSITORY / 'params.yaml').read_text())
    wanted = [name] if name in sections else []
    if 'given.limits' in source or ('VerifyLimits' in source and name != 'verify'):
        wanted.append('verify.limits')
    assert STAGES[name].get('params', []) == wanted
    assert (name in sections) == (f"'{name}'" in source)


@pytest.mark.parametrize('name', STAGES)
def test_paths_of_the_command_are_dependencies_or_outputs(name):
    outs = [next(iter(out)) if isinstance(out, dict) else out for out in STAGES[name]['outs']]
    words = STAGES[name]['cmd'].split()[3:]
    known = [*STAGES[name]['deps'], *outs, 'examples/']
    for word in words:
        assert any(path == word or path.startswith(f'{word}/') for path in known), word
    assert words[-1] == outs[0]


def test_examples_are_no_dependency():
    assert not [dep for stage in STAGES.values() for dep in stage['deps'] if dep.startswith('examples')]
    assert '/examples' in (REPOSITORY / '.dvcignore').read_text().splitlines()


def test_a_verdict_depends_on_what_runs_it():
    imports = imported_by('stages.core.verification') | {'stages/core/supervisor.py', 'stages/core/syntax.py'}
    # What only reads files, names errors or finds toolchains can't change a verdict; `packages` is in the digest of
    # examples with a human variant.
    harmless = {
        'errors',
        'examples',
        'features',
        'files',
        'manifests',
        'models',
        'mutants',
        'packages',
        'params',
        'screening',
        'toolchain',
    }
    assert {Path(path).stem for path in imports} - harmless == {Path(name).stem for name in verification.RUNNER}


def test_stages_are_told_in_order():
    told = [line.split()[0] for line in (REPOSITORY / 'stages/__init__.py').read_text().splitlines()[2:-1]]
    assert told == list(STAGES)
