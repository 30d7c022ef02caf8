"""The columns of configs `examples` and `backend`, and how a row comes from an example and its proofs.

Lists of structs instead of maps, because every reader in use loads them with path and content paired (`lab/hub.md`).
Texts in two languages are structs of `en` and `zh`; `zh` may be null.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from stages.core.examples import PROMPT
from stages.core.examples import Example
from stages.core.models import IndexRow
from stages.core.models import Text
from stages.core.models import TimingsRow
from stages.core.models import Verdict
from stages.core.proofs import Proofs

STRINGS = pa.list_(pa.string())
TEXT = pa.struct([('en', pa.string()), ('zh', pa.string())])
FILES = pa.list_(pa.struct([('path', pa.string()), ('content', pa.string())]))
REQUIREMENT = pa.struct(
    [
        ('id', pa.string()),
        ('kind', pa.string()),
        ('text', TEXT),
        ('features', STRINGS),
        ('proof', STRINGS),
        ('mutants_killed', pa.int32()),
    ]
)
# Low, middle and high of an interval.
INTERVAL = pa.list_(pa.float64())
# A note on performance is proven by the benchmark ``benchmark``: the solution's time divided by the draft's, and the
# difference of their memory; any other by the tests in ``proof``, which fail on the draft and pass on the solution.
CHANGE = pa.struct(
    [
        ('kind', pa.string()),
        ('requirement', pa.string()),
        ('benchmark', pa.string()),
        ('text', TEXT),
        ('proof', STRINGS),
        ('time_ratio', INTERVAL),
        ('memory_mib', INTERVAL),
    ]
)
PACKAGE = pa.struct(
    [
        ('package', pa.string()),
        ('license', pa.string()),
        ('authors', STRINGS),
        ('url', pa.string()),
        ('other_language', pa.bool_()),
    ]
)
ANNOTATION = pa.struct([('file', pa.string()), ('symbol', pa.string()), ('text', TEXT)])
SOURCE = pa.struct(
    [(name, pa.string()) for name in ('url', 'license', 'revision', 'used_for')] + [('modified', pa.bool_())]
)
# ``accuracy`` is the share of the solution's tests that the variant passes.
TESTS = pa.struct(
    [
        ('passed', pa.int32()),
        ('failed', pa.int32()),
        ('status', pa.string()),
        ('accuracy', pa.float64()),
        ('failing', STRINGS),
    ]
)
MUTANTS = pa.struct([(name, pa.int32()) for name in ('killed', 'survived', 'equivalent')] + [('score', pa.float64())])
EXAMPLES = pa.schema(
    [
        ('id', pa.string()),
        ('task_id', pa.string()),
        ('family', pa.string()),
        ('category', pa.string()),
        ('task', pa.string()),
        ('language', pa.string()),
        ('framework', pa.string()),
        ('title', TEXT),
        ('statement', TEXT),
        ('interface', pa.string()),
        ('requirements', pa.list_(REQUIREMENT)),
        ('code_files', FILES),
        ('test_files', FILES),
        ('shared_test_files', FILES),
        ('draft_prompt', pa.string()),
        ('draft_files', FILES),
        ('draft_model', pa.string()),
        ('human_package', PACKAGE),
        ('human_files', FILES),
        ('benchmark_files', FILES),
        ('changes', pa.list_(CHANGE)),
        ('summary', TEXT),
        ('annotations', pa.list_(ANNOTATION)),
        ('level', pa.string()),
        ('topics', STRINGS),
        ('paradigms', STRINGS),
        ('features', STRINGS),
        ('complexity', pa.string()),
        ('cyclomatic_complexity', pa.int32()),
        ('estimated_lines', pa.int32()),
        ('coverage', pa.float64()),
        ('origin', pa.string()),
        ('authors', STRINGS),
        ('license', pa.string()),
        ('sources', pa.list_(SOURCE)),
        ('toolchain', pa.string()),
        ('solution_tests', TESTS),
        ('stub_tests', TESTS),
        ('draft_tests', TESTS),
        ('human_tests', TESTS),
        ('mutants', MUTANTS),
        ('shuffled_runs', pa.int32()),
        ('near_copies', STRINGS),
        ('verification_digest', pa.string()),
    ]
)
BACKEND = pa.schema(
    [
        ('id', pa.string()),
        ('title', pa.string()),
        ('description', pa.string()),
        ('requirements', STRINGS),
        ('framework', pa.string()),
        ('language', pa.string()),
        ('complexity', pa.string()),
        ('estimated_lines', pa.int32()),
        ('code_files', FILES),
        ('features', STRINGS),
        ('license', pa.string()),
    ]
)


def example_row(example: Example, row: IndexRow, found: Proofs) -> dict[str, Any]:
    """One row of config `examples`, of an example that all stages have rows of."""
    task, meta = example.task, example.meta
    category, name, _ = example.path.split('/')
    verdict, mutants = found.verdicts[row.example], found.mutants[row.example]
    measures = found.measures[row.example]
    solution = example.of_role('solution')
    return {
        'id': row.id,
        'task_id': task.id,
        'family': row.family,
        'category': category,
        'task': name,
        'language': row.language,
        'framework': row.framework,
        'title': _text(task.title),
        'statement': _text(task.statement),
        'interface': meta.interface,
        'requirements': [
            {
                'id': requirement.id,
                'kind': requirement.kind,
                'text': _text(requirement.text),
                'features': sorted(requirement.features),
                'proof': list(verdict.requirements[requirement.id]),
                'mutants_killed': mutants.requirements[requirement.id],
            }
            for requirement in task.requirements
        ],
        'code_files': file_list(solution),
        'test_files': file_list(example.of_role('test')),
        'shared_test_files': file_list(example.shared),
        'draft_prompt': example.files[PROMPT].decode() if meta.draft else None,
        'draft_files': file_list(example.variant('draft')),
        'draft_model': meta.draft.model if meta.draft else None,
        'human_package': verdict.package.model_dump() if verdict.package else None,
        'human_files': file_list(example.variant('human')),
        'benchmark_files': file_list(example.of_role('benchmark')),
        'changes': [
            {
                'kind': change.kind,
                'requirement': change.requirement,
                'benchmark': change.benchmark,
                'text': _text(change.text),
                'proof': list(proof),
                **_measured(found.timings.get(row.example), change.benchmark),
            }
            for change, proof in zip(meta.changes, verdict.changes, strict=True)
        ],
        'summary': _text(meta.summary),
        'annotations': [
            {'file': note.file, 'symbol': note.symbol, 'text': _text(note.text)} for note in meta.annotations
        ],
        'level': task.level,
        'topics': list(task.topics),
        'paradigms': list(meta.paradigms),
        'features': sorted({feature for requirement in task.requirements for feature in requirement.features}),
        'complexity': measures.complexity,
        'cyclomatic_complexity': measures.cyclomatic,
        'estimated_lines': measures.estimated_lines,
        'coverage': measures.coverage,
        'origin': meta.origin,
        'authors': list(meta.authors),
        'license': meta.license or task.license,
        'sources': [source.model_dump() for source in meta.sources],
        'toolchain': verdict.toolchain,
        **{f'{variant}_tests': _tests(verdict, variant) for variant in ('solution', 'stub', 'draft', 'human')},
        'mutants': {
            'killed': len(mutants.killed),
            'survived': len(mutants.survived),
            'equivalent': len(mutants.equivalent),
            'score': mutants.score,
        },
        'shuffled_runs': found.flakiness[row.example].runs,
        'near_copies': [
            found.examples[twin.path].id for twin in found.duplicates[row.example].twins if twin.same_family
        ],
        'verification_digest': verdict.digest,
    }


def _measured(timings: TimingsRow | None, benchmark: str | None) -> dict[str, Any]:
    workloads = timings.workloads if timings else ()
    found = next((one.comparisons.get('draft') for one in workloads if one.name == benchmark), None)
    return {'time_ratio': found and found.ratio, 'memory_mib': found and found.memory_mib}


def backend_row(values: Mapping[str, Any]) -> dict[str, Any]:
    """One row of config `backend`, from the row of the same example in config `examples`."""
    return {
        **{name: values[name] for name in BACKEND.names if name in values},
        'title': values['title']['en'],
        'description': values['statement']['en'],
        'requirements': [requirement['text']['en'] for requirement in values['requirements']],
    }


def file_list(content: Mapping[str, bytes]) -> list[dict[str, str]]:
    return [{'path': path, 'content': content[path].decode()} for path in sorted(content)]


def _text(text: Text) -> dict[str, str | None]:
    return {'en': text.en, 'zh': text.zh}


def _tests(verdict: Verdict, variant: str) -> dict[str, Any] | None:
    trial = getattr(verdict, variant)
    if trial is None or verdict.solution is None:
        return None
    return {
        'passed': trial.passed,
        'failed': trial.failed,
        'status': trial.status,
        'accuracy': trial.passed / max(1, verdict.solution.passed),
        'failing': list(trial.failing),
    }
