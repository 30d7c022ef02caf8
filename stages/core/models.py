"""What people write (`task.yaml`, `example.yaml`) and what stages write (rows of `proofs/`), as frozen models.

Texts are in English and Chinese; a missing Chinese text never blocks anything, its row is absent from Chinese configs.
"""

from __future__ import annotations

import datetime
import difflib
from typing import Annotated
from typing import Any
from typing import Literal

from pydantic import AfterValidator
from pydantic import BaseModel
from pydantic import ConfigDict
from pydantic import Field
from pydantic import StringConstraints
from pydantic import ValidationError

from stages.core.errors import Problem

CATEGORIES = (
    'algorithms',
    'api-integration',
    'backend',
    'concurrency',
    'data-processing',
    'data-structures',
    'numeric',
    'parsing',
    'systems',
    'text',
    'user-interface',
)
# Closed vocabulary: value → (English label, Chinese label).
FEATURES = {
    'authentication': ('Authentication', '身份认证'),
    'authorization': ('Authorization', '访问授权'),
    'caching': ('Caching', '缓存'),
    'cancellation': ('Cancellation', '取消'),
    'concurrency': ('Concurrency', '并发'),
    'crash_recovery': ('Crash recovery', '崩溃恢复'),
    'error_handling': ('Error handling', '错误处理'),
    'filtering': ('Filtering', '过滤'),
    'idempotency': ('Idempotency', '幂等'),
    'input_validation': ('Input validation', '输入校验'),
    'pagination': ('Pagination', '分页'),
    'password_hashing': ('Password hashing', '密码哈希'),
    'persistence': ('Persistence', '持久化'),
    'precision': ('Exact arithmetic', '精确计算'),
    'rate_limiting': ('Rate limiting', '限流'),
    'resource_limits': ('Resource limits', '资源限制'),
    'retry': ('Retry', '重试'),
    'scheduling': ('Scheduling', '调度'),
    'sorting': ('Sorting', '排序'),
    'streaming': ('Streaming', '流式处理'),
    'transactions': ('Transactions', '事务'),
    'unicode': ('Unicode', 'Unicode 处理'),
}
# Permissive SPDX ids whose code may be redistributed in a dataset.
LICENSES = (
    '0BSD',
    'Apache-2.0',
    'BSD-2-Clause',
    'BSD-3-Clause',
    'BSL-1.0',
    'CC0-1.0',
    'ISC',
    'MIT',
    'MIT-0',
    'Unlicense',
)
PARADIGMS = ('concurrent', 'declarative', 'event-driven', 'functional', 'object-oriented', 'procedural')


def one_of(allowed: tuple[str, ...]) -> AfterValidator:
    """A closed vocabulary whose error names the nearest allowed word."""

    def check(value: str) -> str:
        if value in allowed:
            return value
        close = difflib.get_close_matches(value, allowed, n=1)
        hint = f'did you mean {close[0]}?' if close else f'use one of {", ".join(allowed)}'
        raise ValueError(f'{value!r} is not known; {hint}')

    return AfterValidator(check)


def _some_text(value: str) -> str:
    if not value.strip():
        raise ValueError('is empty; write the text')
    return value


def _unique(values: tuple[str, ...]) -> tuple[str, ...]:
    twice = sorted({value for value in values if values.count(value) > 1})
    if twice:
        raise ValueError(f'{", ".join(twice)} given twice; keep one')
    return values


Prose = Annotated[str, AfterValidator(_some_text)]
Id = Annotated[str, StringConstraints(pattern=r'^[0-9a-z]{6}$')]
RequirementId = Annotated[str, StringConstraints(pattern=r'^R[1-9][0-9]?$')]
Topic = Annotated[str, StringConstraints(pattern=r'^[a-z0-9]+(-[a-z0-9]+)*$')]
License = Annotated[str, one_of(LICENSES)]


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra='forbid', strict=True)


class Written(Model):
    """Something read from YAML, where a list stands for a tuple."""

    model_config = ConfigDict(frozen=True, extra='forbid', strict=False, coerce_numbers_to_str=False)


class Text(Written):
    """The same text in English and Chinese."""

    en: Prose
    zh: Prose | None = None


class Requirement(Written):
    """One thing the code must do, proven by passing tests that carry its id in their names."""

    id: RequirementId
    kind: Literal['behaviour', 'error', 'edge_case', 'security', 'performance', 'interface'] = 'behaviour'
    text: Text
    features: Annotated[tuple[Annotated[str, one_of(tuple(FEATURES))], ...], AfterValidator(_unique)] = ()


class Task(Written):
    """`task.yaml`: what is asked, whatever the language."""

    id: Id
    title: Text
    statement: Text
    requirements: Annotated[tuple[Requirement, ...], Field(min_length=1)]
    level: Literal['beginner', 'intermediate', 'advanced']
    topics: Annotated[tuple[Topic, ...], Field(min_length=1), AfterValidator(_unique)]
    related: Annotated[tuple[Id, ...], AfterValidator(_unique)] = ()
    license: License = 'MIT'


class Source(Written):
    """A work that the code is derived from."""

    url: Annotated[str, StringConstraints(pattern=r'^https://')]
    license: License
    revision: Prose
    used_for: Prose
    modified: bool


class Annotation(Written):
    """The why of one symbol of the solution."""

    file: Prose
    symbol: Prose
    text: Text


class Draft(Written):
    """Where the draft comes from: an AI model's first answer to `draft/prompt.md`."""

    model: Prose
    date: datetime.date
    parameters: dict[str, str | int | float | bool] = {}
    human_edits: Literal['none'] = 'none'


class Human(Written):
    """A pinned package whose own implementation `human/` adapts."""

    package: Annotated[str, StringConstraints(pattern=r'^(pypi|npm|cargo|go|maven):[^=]+==[^=]+$')]
    symbol: Prose
    license: License


class Change(Written):
    """One improvement from draft to solution, proven by tests of a requirement that fail on the draft."""

    kind: Literal['correctness', 'edge_case', 'error_handling', 'security']
    requirement: RequirementId
    text: Text


Database = Literal['sqlite', 'postgresql']


class ExampleMeta(Written):
    """`example.yaml`: one implementation of a task. A backend is tested over HTTP once with each of its databases."""

    interface: Prose | None = None
    databases: Annotated[tuple[Database, ...], Field(min_length=1), AfterValidator(_unique)] = ('sqlite',)
    paradigms: Annotated[tuple[Annotated[str, one_of(PARADIGMS)], ...], Field(min_length=1), AfterValidator(_unique)]
    origin: Literal['human', 'ai']
    authors: Annotated[tuple[Prose, ...], Field(min_length=1)]
    license: License | None = None
    sources: tuple[Source, ...] = ()
    summary: Text
    annotations: tuple[Annotation, ...] = ()
    draft: Draft | None = None
    human: Human | None = None
    changes: tuple[Change, ...] = ()


class IndexRow(Model):
    """A row of `proofs/index.jsonl`: what one example is, by digest.

    ``code`` covers what runs (files, shared tests, what the tests must prove), ``metadata`` everything else of it.
    """

    example: str
    id: str
    family: str
    language: str
    framework: str | None
    databases: Annotated[tuple[Database, ...], Field(strict=False)] = ('sqlite',)
    code: str
    metadata: str

    @property
    def implementation(self) -> str:
        return self.example.rpartition('/')[2]


TrialStatus = Literal[
    'passed', 'failed', 'not_built', 'no_tests', 'timed_out', 'out_of_memory', 'too_much_output', 'crashed'
]


class Trial(Model):
    """What the tests said of one variant: how many, and by name those that matter.

    ``failing`` are the tests that failed or were skipped; of the stub, where failing is right, ``passing`` are those
    that passed. A parametrised test is one name, and passes if all its cases do.
    """

    status: TrialStatus
    passed: int
    failed: int
    skipped: int = 0
    failing: tuple[str, ...] = ()
    passing: tuple[str, ...] = ()


class Verdict(Model):
    """A row of `proofs/verdicts.jsonl`. ``reasons`` are codes, none exactly if ``verdict`` is passed.

    ``requirements`` and ``changes`` name the tests that prove them; a change is proven by tests that fail on the draft
    and pass on the solution, in the order of `example.yaml`.
    """

    example: str
    digest: str
    verdict: Literal['passed', 'failed', 'not_run']
    reasons: tuple[str, ...] = ()
    toolchain: str = ''
    requirements: dict[str, tuple[str, ...]] = {}
    changes: tuple[tuple[str, ...], ...] = ()
    solution: Trial | None = None
    stub: Trial | None = None
    draft: Trial | None = None
    human: Trial | None = None


Split = Literal['train', 'validation', 'test']


class SplitRow(Model):
    """A row of `proofs/splits.jsonl`, the ledger: once given, a split never changes."""

    id: str
    family: str
    split: Split


def problems_of(error: ValidationError, path: str) -> list[Problem]:
    """What pydantic found, in our words: path, dotted field, what to do."""
    return [Problem(path, _field(item['loc']), _message(item)) for item in error.errors()]


def _field(location: tuple[int | str, ...]) -> str:
    name = ''
    for part in location:
        name += f'[{part}]' if isinstance(part, int) else f'.{part}' if name else part
    return name


def _message(item: Any) -> str:
    kind, context = item['type'], item.get('ctx', {})
    match kind:
        case 'missing':
            return 'is missing; add it'
        case 'extra_forbidden':
            return 'is not a known key; remove it or mend its spelling'
        case 'literal_error':
            return f'{item["input"]!r} is not known; use {context["expected"]}'
        case 'value_error':
            return str(context['error'])
        case 'string_pattern_mismatch':
            return f'{item["input"]!r} does not match {context["pattern"]}; mend it'
        case 'string_type':
            return f'{item["input"]!r} is not text; put it in quotes'
        case 'tuple_type':
            return 'is not a list; write it as [a, b]'
        case 'model_type' | 'dict_type':
            return 'is not a mapping; write it as {key: value}'
        case 'too_short':
            return 'is empty; give at least one'
        case _:
            return f'{item["msg"]}; mend it'
