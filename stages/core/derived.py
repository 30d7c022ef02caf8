"""Configs made of the rows of `examples`: for preference training, reinforcement learning, repair, search and more.

Columns are named as trainers take them: `prompt`, `chosen`, `rejected` (TRL), `data_source`, `reward_model`,
`extra_info` (verl), `query`, `positive`, `negatives` (retrieval).
"""

from __future__ import annotations

import difflib
import statistics
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from typing import NamedTuple

import pyarrow as pa

from stages.core import instructions
from stages.core import mutants
from stages.core import timings
from stages.core import trial
from stages.core.columns import FILES
from stages.core.columns import INTERVAL
from stages.core.columns import STRINGS
from stages.core.columns import TEXT
from stages.core.columns import file_list
from stages.core.examples import Example
from stages.core.files import dump_row
from stages.core.instructions import MESSAGES
from stages.core.instructions import Row
from stages.core.instructions import TextLanguage
from stages.core.instructions import fenced
from stages.core.language import Language
from stages.core.models import GateRow
from stages.core.models import MutantsRow
from stages.core.models import TimingsRow
from stages.core.models import VariantTimings
from stages.core.params import Limits
from stages.core.syntax import apply

NEGATIVES = 3
_STRING = pa.string()
_COMMON = [(name, _STRING) for name in ('id', 'example', 'family', 'category', 'task', 'language', 'framework')]
_REASON = [
    ('reason', _STRING),
    ('failing_requirements', STRINGS),
    ('failing_tests', STRINGS),
    ('rejected_accuracy', pa.float64()),
    ('time_ratio', INTERVAL),
    ('rejected_model', _STRING),
    ('license', _STRING),
]
PREFERENCES = pa.schema([*_COMMON, ('prompt', MESSAGES), ('chosen', MESSAGES), ('rejected', MESSAGES), *_REASON])
PREFERENCES_TEXT = pa.schema([*_COMMON, ('prompt', _STRING), ('chosen', _STRING), ('rejected', _STRING), *_REASON])
# ``tests`` of a requirement all have to pass for it to be met.
PROVEN_BY = pa.list_(pa.struct([('id', _STRING), ('kind', _STRING), ('text', TEXT), ('tests', STRINGS)]))
# Commands run in the folder that holds the files of the answer, tests among them, in the box that the sandbox makes.
VERIFIABLE = pa.schema(
    [
        *_COMMON,
        ('level', _STRING),
        ('prompt', MESSAGES),
        ('prompt_zh', MESSAGES),
        ('solution_paths', STRINGS),
        ('test_files', FILES),
        ('shared_test_files', FILES),
        ('test_command', STRINGS),
        ('serve_command', STRINGS),
        ('shared_test_command', STRINGS),
        ('environment', pa.list_(pa.struct([('name', _STRING), ('value', _STRING)]))),
        ('toolchain', _STRING),
        ('timeout_seconds', pa.float64()),
        ('requirements', PROVEN_BY),
        ('data_source', _STRING),
        ('ability', _STRING),
        ('reward_model', pa.struct([('style', _STRING), ('ground_truth', _STRING)])),
        ('extra_info', pa.struct([('index', pa.int32()), ('split', _STRING), ('id', _STRING)])),
        ('license', _STRING),
    ]
)
REPAIR = pa.schema(
    [
        *_COMMON,
        ('fault', _STRING),
        ('operator', _STRING),
        ('statement', TEXT),
        ('requirements', pa.list_(pa.struct([('id', _STRING), ('text', TEXT)]))),
        ('failing_tests', STRINGS),
        ('broken_files', FILES),
        ('fixed_files', FILES),
        ('diff', _STRING),
        ('license', _STRING),
    ]
)
SEARCH = pa.schema(
    [
        *_COMMON,
        ('text_language', _STRING),
        ('query_kind', _STRING),
        ('query', _STRING),
        ('positive', _STRING),
        ('negatives', STRINGS),
        ('negative_ids', STRINGS),
        ('license', _STRING),
    ]
)
SUMMARIES = pa.schema(
    [*_COMMON, ('code', _STRING), ('summary_en', _STRING), ('summary_zh', _STRING), ('license', _STRING)]
)
MACHINE = pa.struct([(name, _STRING) for name in ('cpu', 'cores', 'virtual', 'kernel', 'system', 'aslr', 'energy')])
# ``time_ratio`` is the solution's time divided by the variant's, ``memory_difference`` its MiB less the variant's.
BENCHMARKS = pa.schema(
    [
        *_COMMON,
        ('workload', _STRING),
        ('size', pa.int64()),
        ('variant', _STRING),
        ('package', _STRING),
        ('accuracy', pa.float64()),
        ('cpu_seconds', pa.float64()),
        ('wall_seconds', pa.float64()),
        ('peak_memory_mib', pa.float64()),
        ('growth_exponent', INTERVAL),
        ('energy_joules', pa.float64()),
        ('solution_is', _STRING),
        ('time_ratio', INTERVAL),
        ('clock', _STRING),
        ('pairs', pa.int32()),
        ('solution_needs', _STRING),
        ('memory_difference', INTERVAL),
        ('reason', _STRING),
        ('loops', pa.int64()),
        ('cpu_ns', pa.list_(pa.list_(pa.int64()))),
        ('wall_ns', pa.list_(pa.list_(pa.int64()))),
        ('machine', MACHINE),
    ]
)
QUARANTINE = pa.schema(
    [
        *_COMMON,
        ('reasons', STRINGS),
        ('title', TEXT),
        ('code_files', FILES),
        ('test_files', FILES),
        ('license', _STRING),
    ]
)


class Item(NamedTuple):
    """A released example and its row of config `examples`."""

    values: Row
    example: Example
    adapter: Language


def _common(values: Row, name: str) -> Row:
    fields = {field: values[field] for field in ('family', 'category', 'task', 'language', 'framework', 'license')}
    return {'id': name, 'example': values['id'], **fields}


def preferences(item: Item, timings_row: TimingsRow | None) -> Iterator[tuple[Row, Row]]:
    """Of an example whose draft is proven to be worse, rows of `preferences` and of `preferences_text`."""
    values = item.values
    tests = values['draft_tests']
    if tests is None:
        return
    compared = [one.comparisons.get('draft') for one in timings_row.workloads] if timings_row else []
    failing = instructions.failing_requirements(values)
    ratio = None
    if tests['status'] != 'passed':
        of = values['solution_tests']['passed']
        reason = f'passes {tests["passed"]} of {of} tests; does not meet {", ".join(failing) or "what tests ask"}'
    elif instructions.is_worse(values) and not any(one and one.verdict == 'slower' for one in compared):
        better = [change for change in values['changes'] if change['benchmark']]
        ratio = better[0]['time_ratio']
        reason = f'passes every test; worse in benchmarks: {", ".join(change["benchmark"] for change in better)}'
    else:
        return
    prompt, chosen, rejected = values['draft_prompt'], fenced(values['code_files']), fenced(values['draft_files'])
    row = {
        **_common(values, values['id']),
        'reason': reason,
        'failing_requirements': failing,
        'failing_tests': tests['failing'],
        'rejected_accuracy': tests['accuracy'],
        'time_ratio': ratio,
        'rejected_model': values['draft_model'],
    }
    spoken = {'prompt': _said('user', prompt), 'chosen': _said('assistant', chosen)}
    yield (
        {**row, **spoken, 'rejected': _said('assistant', rejected)},
        {**row, 'prompt': prompt, 'chosen': chosen, 'rejected': rejected},
    )


def _said(role: str, content: str) -> list[dict[str, str]]:
    return [{'role': role, 'content': content}]


def verifiable(item: Item, index: int, split: str, limits: Limits) -> Row:
    """A row of config `verifiable`: what is asked, and all that is needed to judge an answer."""
    values, adapter = item.values, item.adapter
    native = trial.native_job(item.example, adapter, {})
    shared = trial.shared_job(item.example, adapter, {}) if adapter.SERVE_CMD else None
    requirements = [
        {'id': one['id'], 'kind': one['kind'], 'text': one['text'], 'tests': one['proof']}
        for one in values['requirements']
    ]
    environment = {**native.environment, **(shared.environment if shared else {})}
    judged_by = {
        'language': values['language'],
        'framework': values['framework'],
        'test_files': values['test_files'],
        'shared_test_files': values['shared_test_files'],
        'requirements': [{'id': one['id'], 'tests': one['tests']} for one in requirements],
    }
    return {
        **_common(values, values['id']),
        'level': values['level'],
        'prompt': _said('user', instructions.generation_prompt(values, 'en')),
        'prompt_zh': _said('user', instructions.generation_prompt(values, 'zh'))
        if instructions.is_told(values, 'zh')
        else None,
        'solution_paths': [file['path'] for file in values['code_files']],
        'test_files': values['test_files'],
        'shared_test_files': values['shared_test_files'],
        'test_command': list(native.command),
        'serve_command': list(shared.serve) if shared and shared.serve else None,
        'shared_test_command': list(shared.command) if shared else None,
        'environment': [{'name': name, 'value': environment[name]} for name in sorted(environment)],
        'toolchain': values['toolchain'],
        'timeout_seconds': limits.wall_seconds,
        'requirements': requirements,
        'data_source': 'proven_code',
        'ability': 'code',
        'reward_model': {'style': 'rule', 'ground_truth': dump_row(judged_by)},
        'extra_info': {'index': index, 'split': split, 'id': values['id']},
    }


def repair(item: Item, row: MutantsRow) -> Iterator[Row]:
    """Rows of config `repair`: a draft that fails, and mutants of the solution that tests of requirements find."""
    values = item.values
    if values['draft_tests'] and (failing := instructions.failing_requirements(values)):
        solution = {file['path']: file['content'] for file in values['code_files']}
        broken = {file['path']: file['content'] for file in values['draft_files']}
        yield _repair(values, 'draft', failing, broken, solution)
    sources = item.example.of_role('solution')
    for one in mutants.of_files(sources, item.adapter.GRAMMAR, item.adapter.SUFFIXES):
        if row.killed.get(one.id):
            right = sources[one.file].decode()
            wrong = {one.file: apply(right, [one.edit])}
            yield _repair(values, f'mutant-{one.id}', list(row.killed[one.id]), wrong, {one.file: right}, one.operator)


def _repair(
    values: Row,
    suffix: str,
    failing: Sequence[str],
    broken: Mapping[str, str],
    fixed: Mapping[str, str],
    operator: str | None = None,
) -> Row:
    return {
        **_common(values, f'{values["id"]}-{suffix}'),
        'fault': suffix.partition('-')[0],
        'operator': operator,
        'statement': values['statement'],
        'requirements': [
            {'id': one['id'], 'text': one['text']} for one in values['requirements'] if one['id'] in failing
        ],
        'failing_tests': values['draft_tests']['failing'] if suffix == 'draft' else None,
        'broken_files': _listed(broken),
        'fixed_files': _listed(fixed),
        'diff': '\n'.join(_diff(broken, fixed)) + '\n',
    }


def _listed(content: Mapping[str, str]) -> list[dict[str, str]]:
    return file_list({path: text.encode() for path, text in content.items()})


def _diff(broken: Mapping[str, str], fixed: Mapping[str, str]) -> Iterator[str]:
    for path in sorted({*broken, *fixed}):
        old, new = (content.get(path, '').splitlines() for content in (broken, fixed))
        yield from difflib.unified_diff(old, new, f'a/{path}', f'b/{path}', lineterm='')


def search(values: Row, rows: Sequence[Row]) -> Iterator[Row]:
    """Rows of config `search`: what is looked for, the code that does it, and code of other families that is near."""
    others = instructions.near(values, rows)[:NEGATIVES]
    languages: tuple[TextLanguage, ...] = ('en', 'zh')
    for text_language in languages:
        queries = {'title': _title(values, text_language), 'summary': values['summary'][text_language]}
        for kind, query in queries.items():
            if query and others:
                yield {
                    **_common(values, f'{values["id"]}-{kind}-{text_language}'),
                    'text_language': text_language,
                    'query_kind': kind,
                    'query': query.strip(),
                    'positive': fenced(instructions.sources(values)),
                    'negatives': [fenced(instructions.sources(other)) for other in others],
                    'negative_ids': [other['id'] for other in others],
                }


def _title(values: Row, text_language: TextLanguage) -> str | None:
    title = values['title'][text_language]
    if not title:
        return None
    name = instructions.label(values)
    return f'{title} in {name}' if text_language == 'en' else f'{name} 实现：{title}'


def summary(values: Row) -> Row:
    """A row of config `summaries`."""
    return {
        **_common(values, values['id']),
        'code': fenced(values['code_files']),
        'summary_en': values['summary']['en'].strip(),
        'summary_zh': (values['summary']['zh'] or '').strip() or None,
    }


def benchmarks(values: Row, row: TimingsRow) -> Iterator[Row]:
    """Rows of config `benchmarks`: each variant on each workload, and the solution against it."""
    for workload in row.workloads:
        for variant, taken in workload.variants.items():
            compared = workload.comparisons.get(variant)
            tests = values[f'{variant}_tests']
            package = values['human_package'] if variant == 'human' else None
            common = _common(values, f'{values["id"]}-{workload.name}-{variant}')
            yield {
                **{name: common[name] for name in common if name != 'license'},
                'workload': workload.name,
                'size': workload.size,
                'variant': variant,
                'package': package and package['package'],
                'accuracy': tests and tests['accuracy'],
                **_taken(taken),
                'solution_is': compared and compared.verdict,
                'time_ratio': compared and compared.ratio,
                'clock': compared and compared.clock,
                'pairs': compared and compared.pairs,
                'solution_needs': compared and compared.memory,
                'memory_difference': compared and compared.memory_mib,
                'reason': taken.reason or (compared.reason if compared else '') or None,
                'machine': {name: str(row.machine[name]) for name in sorted(row.machine)},
            }


def _taken(taken: VariantTimings) -> Row:
    if not taken.cpu:
        return {}
    return {
        'cpu_seconds': timings.per_call(taken) / 1e9,
        'wall_seconds': timings.per_call(taken, 'wall') / 1e9,
        'peak_memory_mib': statistics.median(taken.peak) / 1024 if taken.peak else None,
        'growth_exponent': taken.exponent,
        'energy_joules': taken.energy_joules,
        'loops': taken.loops,
        'cpu_ns': [list(values) for values in taken.cpu],
        'wall_ns': [list(values) for values in taken.wall],
    }


def quarantined(example: Example, adapter: Language, family: str, row: GateRow) -> Row:
    """A row of config `quarantine`: an example that is not released, and why."""
    category, task, _ = example.path.split('/')
    return {
        'id': row.id,
        'example': row.id,
        'family': family,
        'category': category,
        'task': task,
        'language': adapter.LANGUAGE,
        'framework': adapter.FRAMEWORK,
        'reasons': list(row.reasons),
        'title': {'en': example.task.title.en, 'zh': example.task.title.zh},
        'code_files': file_list(example.of_role('solution')),
        'test_files': file_list(example.of_role('test')),
        'license': example.meta.license or example.task.license,
    }
