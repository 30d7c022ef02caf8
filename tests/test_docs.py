"""What the documents say is so: commands, options, names, files, figures of speech that can be counted."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pydantic
import pytest
import yaml

from stages import cli
from stages.all_languages import LANGUAGES
from stages.core import diffs
from stages.core import models
from stages.core.configs import CONFIGS
from stages.core.models import CATEGORIES
from stages.core.models import FEATURES

REPOSITORY = Path(__file__).parents[1]
README = (REPOSITORY / 'README.md').read_text()
README_ZH = (REPOSITORY / 'README_zh.md').read_text()
CONTRIBUTING = (REPOSITORY / 'CONTRIBUTING.md').read_text()
REVIEWING = (REPOSITORY / 'REVIEWING.md').read_text()
ARCHITECTURE = (REPOSITORY / 'ARCHITECTURE.md').read_text()
DOCUMENTS = {
    'README': re.sub('<!-- written.*?<!-- end -->', '', README, flags=re.DOTALL),
    'README_zh': README_ZH,
    'CONTRIBUTING': CONTRIBUTING,
    'REVIEWING': REVIEWING,
    'ARCHITECTURE': ARCHITECTURE,
}
STAGES = {
    name: stage
    for path in ('dvc.yaml', 'publish/dvc.yaml')
    for name, stage in yaml.safe_load((REPOSITORY / path).read_text())['stages'].items()
}
FENCED = re.compile(r'^```.*?^```$', re.DOTALL | re.MULTILINE)
# Names of other programs, and what only has a name in a workflow or on the Hub.
OTHERS = {'app', 'django_db_use_migrations', 'docker_image', 'drift', 'dvc', 'hist', 'main', 'proven', 'stats', 'v'}


def parsers():
    """The parser of each command, and the one before them under the name of none."""
    parser = cli._parser()
    commands = next(action for action in parser._actions if hasattr(action, 'choices') and action.dest == 'command')
    return {**commands.choices, '': parser}


def commands_of(text):
    """Name and words of each `proven` command in a document, in code blocks and between backquotes."""
    code = [*FENCED.findall(text), *re.findall('`(proven [^`]+)`', FENCED.sub('', text))]
    for line in '\n'.join(code).splitlines():
        match = re.search(r'\bproven ((?:--examples \S+ |--lang \S+ )?)([a-z]+)\b([^#]*)', line)
        if match and not line.startswith('#'):
            yield match[2], match[3].split()


def options_of(parser):
    return {option for action in parser._actions for option in action.option_strings}


def outs_of(stage):
    return [next(iter(out)) if isinstance(out, dict) else out for out in STAGES[stage]['outs']]


def literals(annotation):
    """The texts that a type allows."""
    if isinstance(annotation, str):
        return {annotation}
    return {text for one in get_args(annotation) for text in literals(one)}


def names():
    """Every name that documents may call one of ours."""
    known = {*cli.COMMANDS, *STAGES, *LANGUAGES, *CATEGORIES, *FEATURES, *CONFIGS, *diffs.RISKS, *diffs.ORDER}
    for path in REPOSITORY.glob('.github/workflows/*.yml'):
        known |= set(yaml.safe_load(path.read_text())['jobs'])
    for value in vars(models).values():
        known |= literals(value)
        if isinstance(value, type) and issubclass(value, pydantic.BaseModel):
            known |= set(value.model_fields)
            known |= {text for field in value.model_fields.values() for text in literals(field.annotation)}
    return known


@pytest.mark.parametrize('name', LANGUAGES)
def test_implementation_is_told(name):
    assert f'`{name}`' in DOCUMENTS['README']
    assert f'`{name}`' in README_ZH
    assert f'| `{name}` |' in CONTRIBUTING


@pytest.mark.parametrize('name', sorted(set(cli.COMMANDS) - {'schema'}))
def test_command_is_told(name):
    assert f'proven {name}' in README
    assert f'proven {name}' in README_ZH


def test_vocabularies_are_told():
    text = ' '.join(CONTRIBUTING.split())
    assert ', '.join(CATEGORIES) in text
    assert ', '.join(FEATURES) in text


@pytest.mark.parametrize('document', DOCUMENTS)
def test_commands_and_options_exist(document):
    known = parsers()
    found = list(commands_of(DOCUMENTS[document]))
    assert found or document == 'ARCHITECTURE'
    for command, words in found:
        assert command in known, command
        options = {word.partition('=')[0] for word in words if re.match(r'--?[a-z]', word)}
        assert options <= options_of(known[command]) | options_of(known['']), f'{command}: {options}'


@pytest.mark.parametrize('document', DOCUMENTS)
def test_stages_that_are_run_by_hand_have_these_options(document):
    for module, rest in re.findall(r'python -m (stages\.\w+)([^`#]*?)(?:`|#|\n)', DOCUMENTS[document]):
        source = (REPOSITORY / f'{module.replace(".", "/")}.py').read_text()
        for option in re.findall(r'--[a-z][a-z-]*', rest):
            assert f"'{option}'" in source, f'{module} {option}'


@pytest.mark.parametrize('document', DOCUMENTS)
def test_names_are_ours(document):
    text = FENCED.sub('', DOCUMENTS[document])
    unknown = set(re.findall('`([a-z]+(?:_[a-z]+)*)`', text)) - names() - OTHERS
    assert not unknown


@pytest.mark.parametrize('document', DOCUMENTS)
def test_files_that_are_named_exist(document):
    """Those below a folder of the repository; what stages write is known from `dvc.yaml`."""
    written = ('release/', 'report/', *(out for stage in STAGES for out in outs_of(stage)))
    tops = {path.name for path in REPOSITORY.iterdir() if path.is_dir()}
    for path in re.findall(r'`(\.?[\w-]+/[\w./-]*)`', FENCED.sub('', DOCUMENTS[document])):
        if path.partition('/')[0] in tops:
            assert (REPOSITORY / path).exists() or path.startswith(written), path


@pytest.mark.parametrize('document', DOCUMENTS)
def test_links_lead_somewhere(document):
    for target, anchor in re.findall(r'\]\((?!https:)([^)#]*)(?:#([^)]+))?\)', DOCUMENTS[document]):
        file = REPOSITORY / target if target else REPOSITORY / f'{document}.md'
        assert file.exists(), target
        if anchor:
            headings = re.findall('^#+ (.+)$', file.read_text(), re.MULTILINE)
            assert anchor in [heading.lower().replace(' ', '-') for heading in headings]


def test_ci_runs_the_test_line_of_the_readme():
    for text in (README, README_ZH):
        lines = [line.split('#')[0].strip() for line in text.splitlines() if line.startswith('./setup')]
        assert lines == ['./setup dvc repro', './setup pytest -n auto']
    assert './setup pytest -n auto\n' in (REPOSITORY / '.ci/run').read_text()


def test_both_readmes_say_the_same():
    def shape(text):
        """Headings, rows of tables, links, and code without what people read beside it."""
        code = '\n'.join(FENCED.findall(text))
        bare = re.sub(r'\[(English|中文)\]\(\S+\)', '', FENCED.sub('', text))
        return {
            'headings': re.findall('^#+ ', bare, re.MULTILINE),
            'rows': bare.count('\n|'),
            'links': set(re.findall(r'\]\(([^)#]+)\)', bare)) - {'README.md'},
            'commands': re.findall(r'^(\./setup [a-z -]+?|proven [^#]+?) +#', code, re.MULTILINE),
            'tree': re.findall(r'^(\S+/\S*) {2,}', code, re.MULTILINE),
            'names': set(re.findall('`([a-z]+(?:_[a-z]+)*)`', bare)),
        }

    assert shape(README_ZH) == shape(DOCUMENTS['README'])


def test_contributions_are_told_step_by_step():
    assert re.findall('^## (A .+)$', CONTRIBUTING, re.MULTILINE) == [
        'A new task',
        'A new implementation of a task that is there',
        'A refined draft',
    ]
    there, new = 'examples/text/edit-distance', 'examples/text/edit-distance/ruby'
    assert new in CONTRIBUTING
    assert (REPOSITORY / there / 'python').is_dir()
    assert not (REPOSITORY / new).exists(), 'choose an implementation that is not there'


def test_classes_of_risk_are_those_of_the_code():
    for risk in diffs.ORDER:
        row = re.search(rf'^\| `{risk}` \| (.*?) \|', REVIEWING, re.MULTILINE)[1]
        assert row.replace('`', '').split(', ') == [code for code, (of, _) in diffs.RISKS.items() if of == risk]


def test_the_map_has_every_stage_with_what_it_writes():
    rows = re.findall(r'^\| `(\w+)` \| `(\S+?)/?` \|', ARCHITECTURE, re.MULTILINE)
    assert [stage for stage, _ in rows] == list(STAGES)
    for stage, file in rows:
        assert file in outs_of(stage)
    picture = (REPOSITORY / 'docs/pipeline.svg').read_text()
    assert set(re.findall('<rect class="stage"[^>]*/><text[^>]*>(\\w+)</text>', picture)) == set(STAGES)
    assert 'prefers-color-scheme: dark' in picture


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
