"""What people write (`task.yaml`, `example.yaml`) and what stages write (rows of `proofs/`), as frozen models.

Texts are in English and Chinese; a missing Chinese text never blocks anything, its row is absent from Chinese configs.
"""

from __future__ import annotations

import datetime
import difflib
import functools
import importlib
import re
from collections.abc import Collection
from typing import Annotated
from typing import Any
from typing import Literal

from pydantic import AfterValidator
from pydantic import BaseModel
from pydantic import ConfigDict
from pydantic import Field
from pydantic import StringConstraints
from pydantic import ValidationError
from pydantic import model_validator

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


@functools.cache
def _licensing() -> Any:
    # It takes 0.1 s to load, and nearly every licence is one plain id of LICENSES.
    return importlib.import_module('license_expression').get_spdx_licensing()


@functools.cache
def _parsed_license(expression: str) -> Any:
    """The tree of an SPDX expression whose ids are all known.

    Raises:
        ValueError: which id is unknown and what it may mean, or what is wrong with the expression.
    """
    known = _licensing().known_symbols
    for word in re.findall(r'[^\s()]+', expression):
        if word.upper() not in ('AND', 'OR', 'WITH') and word not in known:
            ours = [symbol for symbol in known.values() if not symbol.key.startswith('LicenseRef-')]
            names = {name.lower(): symbol.key for symbol in ours for name in (*symbol.aliases, symbol.key)}
            close = difflib.get_close_matches(word.lower(), names, n=1)
            hint = f'did you mean {names[close[0]]}?' if close else f'use one of {", ".join(LICENSES)}'
            raise ValueError(f'{word!r} is not known; {hint}')
    try:
        tree = _licensing().parse(expression, validate=True, strict=True)
    except Exception as error:  # the library has no common class for what it raises
        raise ValueError(f'is no SPDX expression ({error}); write it like MIT OR Apache-2.0') from error
    if tree is None:
        raise ValueError('is empty; write the SPDX id')
    return tree


def license_ids(expression: str) -> set[str]:
    """The ids in an SPDX expression, without exceptions to them."""
    if expression in LICENSES:
        return {expression}
    return {getattr(symbol, 'license_symbol', symbol).key for symbol in _parsed_license(expression).symbols}


def allows_license(allowed: Collection[str], expression: str) -> bool:
    """Whether these ids are enough for an SPDX expression: for one choice of an OR, for all parts of an AND."""

    def holds(node: Any) -> bool:
        if isinstance(node, _licensing().OR):
            return any(map(holds, node.args))
        if isinstance(node, _licensing().AND):
            return all(map(holds, node.args))
        return getattr(node, 'license_symbol', node).key in allowed

    return expression in allowed or holds(_parsed_license(expression))


def _license(value: str) -> str:
    if value in LICENSES:
        return value
    if not allows_license(LICENSES, value):
        refused = ', '.join(sorted(license_ids(value) - set(LICENSES)))
        permissive = ', '.join(LICENSES)
        raise ValueError(f'{value!r} is not known as permissive: {refused} may not be redistributed; use {permissive}')
    canonical = str(_parsed_license(value))
    if value != canonical:
        raise ValueError(f'{value!r} is not written as SPDX has it; write {canonical}')
    return value


def _some_text(value: str) -> str:
    if not value.strip():
        raise ValueError('is empty; write the text')
    if re.fullmatch(r'<[^<>]+>', value.strip()):
        raise ValueError(f'{value.strip()} is not written yet; write it')
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
License = Annotated[str, AfterValidator(_license)]


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
    """One improvement from draft to solution.

    It is proven by tests of a requirement that fail on the draft, or, if it is one of performance, by a benchmark in
    which the solution is faster or needs less memory.
    """

    kind: Literal['correctness', 'edge_case', 'error_handling', 'security', 'performance']
    requirement: RequirementId | None = None
    benchmark: Prose | None = None
    text: Text

    @model_validator(mode='after')
    def _has_its_proof(self) -> Change:
        wanted, other = ('benchmark', 'requirement') if self.kind == 'performance' else ('requirement', 'benchmark')
        if getattr(self, wanted) is None or getattr(self, other) is not None:
            raise ValueError(f'a note of kind {self.kind} names a {wanted} and no {other}')
        return self


class EquivalentMutant(Written):
    """A mutant of the solution that no test can tell from it, by the id that `proven mutate` shows, and why."""

    mutant: Annotated[str, StringConstraints(pattern=r'^[0-9a-f]{8}$')]
    reason: Prose


def _marked_once(marks: tuple[EquivalentMutant, ...]) -> tuple[EquivalentMutant, ...]:
    _unique(tuple(mark.mutant for mark in marks))
    return marks


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
    equivalent_mutants: Annotated[tuple[EquivalentMutant, ...], AfterValidator(_marked_once)] = ()


class IndexRow(Model):
    """A row of `proofs/index.jsonl`: what one example is, by digest.

    ``code`` covers what tests run (files, shared tests, what they must prove), ``benchmark`` the workloads, if there
    are any, ``metadata`` everything else of it. ``performance`` names the workloads that notes claim to be better.
    """

    example: str
    id: str
    family: str
    language: str
    framework: str | None
    databases: Annotated[tuple[Database, ...], Field(strict=False)] = ('sqlite',)
    has_human: bool = False
    performance: Annotated[tuple[str, ...], Field(strict=False)] = ()
    code: str
    benchmark: str = ''
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


class Package(Model):
    """What a package that a human variant adapts says of itself.

    ``license`` is None if it can't be told, ``other_language`` says that it comes with code compiled from another one.
    """

    package: str
    license: str | None = None
    authors: tuple[str, ...] = ()
    url: str = ''
    other_language: bool = False


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
    package: Package | None = None


class Survivor(Model):
    """A mutant that no test tells from the solution: where it is and what it does."""

    id: str
    operator: str
    file: str
    line: int


class MutantsRow(Model):
    """A row of `proofs/mutants.jsonl`: what the tests did to mutants of one example's solution.

    ``verified`` is the digest of what was verified and of what the verdict says, ``digest`` covers the draw too.
    ``killed`` names the requirements whose tests failed on each mutant; those ``not_built`` did not compile, load or
    start, and tell nothing. ``requirements`` counts the mutants that the tests of each killed.
    """

    example: str
    digest: str
    verified: str
    killed: dict[str, tuple[str, ...]] = {}
    survived: tuple[Survivor, ...] = ()
    equivalent: tuple[str, ...] = ()
    not_built: tuple[str, ...] = ()
    requirements: dict[str, int] = {}
    reasons: tuple[str, ...] = ()

    @property
    def told(self) -> int:
        """How many mutants were killed or survived, equivalent ones left out."""
        return len(self.killed) + len(self.survived)

    @property
    def score(self) -> float:
        """The share of the mutants killed, equivalent ones left out."""
        return len(self.killed) / max(1, self.told)


class FlakinessRow(Model):
    """A row of `proofs/flakiness.jsonl`: the tests of an example that did not end the same way in all ``runs``."""

    example: str
    digest: str
    runs: int
    flaky: tuple[str, ...] = ()


class MeasuresRow(Model):
    """A row of `proofs/measures.jsonl`: figures of one example's solution, none of them typed by anybody.

    ``estimated_lines`` are lines of code without blanks and comments, ``cyclomatic`` is the sum over its functions,
    ``covered`` the lines that its native tests reach and how many there are, None where the tool doesn't tell.
    """

    example: str
    digest: str
    estimated_lines: int
    cyclomatic: int
    complexity: Literal['simple', 'medium', 'complex']
    covered: Annotated[tuple[int, int], Field(strict=False)] | None = None

    @property
    def coverage(self) -> float | None:
        return self.covered[0] / self.covered[1] if self.covered else None


Estimate = Annotated[tuple[float, float, float], Field(strict=False)]
Samples = tuple[tuple[int, ...], ...]


class VariantTimings(Model):
    """What a variant takes on one workload.

    ``cpu`` and ``wall`` are nanoseconds of ``loops`` calls, a tuple of values for each process; ``waits`` says how
    often a call gave up the CPU by itself. ``peak`` and ``baseline`` are KiB of processes with one call and with none.
    ``growth`` has CPU nanoseconds of a call by size, ``exponent`` the power of the size by which they grow, low, middle
    and high. ``reason`` tells why there is nothing.
    """

    loops: int = 0
    cpu: Samples = ()
    wall: Samples = ()
    waits: float = 0.0
    peak: tuple[int, ...] = ()
    baseline: tuple[int, ...] = ()
    growth: tuple[tuple[int, int], ...] = ()
    exponent: Estimate | None = None
    energy_joules: float | None = None
    reason: str = ''


class Comparison(Model):
    """The solution against another variant on one workload.

    ``ratio`` is the solution's time divided by the other's and ``memory_mib`` its peak less the other's, both low,
    middle and high. A verdict is None, with a ``reason``, if it can't be told at all.
    """

    clock: Literal['cpu', 'wall'] = 'cpu'
    verdict: Literal['faster', 'slower', 'no_difference_shown'] | None = None
    ratio: Estimate | None = None
    pairs: int = 0
    memory: Literal['less_memory', 'more_memory', 'no_difference_shown'] | None = None
    memory_mib: Estimate | None = None
    reason: str = ''


class WorkloadTimings(Model):
    """One workload with an input of ``size``: what each variant takes, and the solution against the others."""

    name: str
    size: int
    variants: dict[str, VariantTimings] = {}
    comparisons: dict[str, Comparison] = {}


class TimingsRow(Model):
    """A row of `proofs/timings.jsonl`: benchmarks of one example, as measured once on a ``machine``."""

    example: str
    digest: str
    machine: dict[str, str | int] = {}
    workloads: tuple[WorkloadTimings, ...] = ()
    reason: str = ''

    def proves(self, benchmark: str | None) -> bool:
        """Whether the solution is faster than the draft on a workload, or needs less memory."""
        found = (one.comparisons.get('draft') for one in self.workloads if one.name == benchmark)
        return any(one and (one.verdict == 'faster' or one.memory == 'less_memory') for one in found)


class GateRow(Model):
    """A row of `proofs/gate.jsonl`: an example is released if there is no reason against it. Reasons are codes."""

    example: str
    id: str
    reasons: tuple[str, ...] = ()


class Twin(Model):
    """Another example, or for ``of`` task another task, that one is a copy of, and where the copied part starts."""

    of: Literal['code', 'task']
    path: str
    same_family: bool = False
    similarity: float
    file: str
    line: int


class DuplicatesRow(Model):
    """A row of `build/duplicates.jsonl`: the near-copies of one example."""

    example: str
    twins: tuple[Twin, ...] = ()


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
