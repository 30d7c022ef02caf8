"""Verifying one example for somebody who waits: each run of its tests is told when it ends, and why tests fail.

Nothing is judged here. The adapter is wrapped so that it tells what passes through it: the native tests of one variant
after the other. Shared tests of a backend show in the verdict alone.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from collections.abc import Iterator
from typing import Any
from typing import NamedTuple
from typing import cast
from xml.etree.ElementTree import Element

from stages.core import language
from stages.core import verification
from stages.core.examples import Example
from stages.core.language import Case
from stages.core.language import Command
from stages.core.language import Language
from stages.core.messages import say
from stages.core.messages import translated
from stages.core.models import Trial
from stages.core.models import Verdict
from stages.core.params import Limits

# Of what one failing test printed.
MAX_OUTPUT = 3000
MARKS = {'passed': '✓', 'failed': '✗', 'skipped': '-'}
GO_NOISE = ('=== ', '--- ')


class Run(NamedTuple):
    """One run of the native tests on a variant; ``failures`` is what failing tests said, as far as the report tells."""

    variant: str
    cases: tuple[Case, ...]
    failures: dict[str, str]
    seconds: float


class Watched(NamedTuple):
    """What became of an example; ``output`` is the end of what its tests printed, if it did not pass."""

    example: Example
    verdict: Verdict
    output: str
    runs: tuple[Run, ...]
    seconds: float


class _Watching:
    """An adapter that tells of each run of native tests; the variants come in the order of `verify_example`."""

    def __init__(self, adapter: Language, example: Example, tell: Callable[[Run], None]) -> None:
        self._adapter = adapter
        self._tell = tell
        self._left = [name for name in ('draft', 'human') if getattr(example.meta, name)]
        self._variant = ''
        self._began = 0.0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._adapter, name)

    def stub(self, source: str) -> str:
        self._variant = 'next: stub'
        return self._adapter.stub(source)

    def test_cmd(self, tests: tuple[str, ...]) -> Command:
        match self._variant:
            case '':
                self._variant = 'solution'
            case 'next: stub':
                self._variant = 'stub'
            case _:
                self._variant = self._left.pop(0)
        self._began = time.monotonic()
        return self._adapter.test_cmd(tests)

    def read_report(self, report: bytes) -> tuple[Case, ...]:
        cases: tuple[Case, ...] = ()
        try:
            cases = self._adapter.read_report(report)
            return cases
        finally:
            seconds = time.monotonic() - self._began
            self._tell(Run(self._variant, cases, dict(_failures(report, cases)), seconds))


def verify(example: Example, adapter: Language, limits: Limits, tell: Callable[[Run], None]) -> Watched:
    """Verify an example, telling of each run when it has ended."""
    runs: list[Run] = []

    def told(run: Run) -> None:
        runs.append(run)
        tell(run)

    began = time.monotonic()
    watching = cast(Language, _Watching(adapter, example, told))
    verdict, output = verification.verify_example(example, watching, limits, '')
    return Watched(example, verdict, output, tuple(runs), time.monotonic() - began)


def _failures(report: bytes, cases: tuple[Case, ...]) -> Iterator[tuple[str, str]]:
    """What each failing test said, by its name: in reports of JUnit and Check, and in events of Go."""
    failing = [case.name for case in cases if case.status == 'failed']
    if not failing:
        return
    try:
        said = dict(_go(report) if report.startswith(b'{') else _xml(report))
    except (ValueError, KeyError, TypeError):
        return
    for name in failing:
        text = said.get(name) or said.get(name.rpartition(' > ')[2]) or said.get(name.partition('[')[0], '')
        if text.strip():
            yield name, ''.join(one for one in text.strip() if one.isprintable() or one in '\n\t')[:MAX_OUTPUT]


def _go(report: bytes) -> Iterator[tuple[str, str]]:
    printed: dict[str, list[str]] = {}
    for line in report.splitlines():
        event = json.loads(line) if line.startswith(b'{') else {}
        if event.get('Action') == 'output' and 'Test' in event:
            printed.setdefault(event['Test'], []).append(event['Output'])
    for name, lines in printed.items():
        yield name, ''.join(line for line in lines if not line.strip().startswith(GO_NOISE))


def _xml(report: bytes) -> Iterator[tuple[str, str]]:
    for part in report.decode(errors='replace').split('<?xml ')[1:]:
        for node in language.parse_xml(f'<?xml {part}').iter():
            tag = node.tag.rpartition('}')[2]
            if tag == 'testcase':
                yield (
                    node.get('name', ''),
                    '\n'.join(_said(child) for child in node if child.tag in ('failure', 'error')),
                )
            elif tag == 'test':
                found = {child.tag.rpartition('}')[2]: child.text or '' for child in node}
                yield found.get('id', ''), f'{found.get("fn", "")}: {found.get("message", "")}'


def _said(failure: Element) -> str:
    message, text = failure.get('message', ''), (failure.text or '').strip()
    return text if message[:40] in text else f'{message}\n{text}'


def lines(run: Run, verbose: bool) -> Iterator[str]:
    """A run in lines: how many tests pass, how long it took, and each test that fails on the solution, or all."""
    passed = sum(case.status == 'passed' for case in run.cases)
    yield f'  {run.variant}: {say("{} of {} tests pass", passed, len(run.cases))}, {run.seconds:.1f} s'
    for case in run.cases:
        is_fault = run.variant == 'solution' and case.status != 'passed'
        if verbose or is_fault:
            yield f'    {MARKS[case.status]} {case.name}'
        if is_fault:
            yield from (f'        {line}' for line in run.failures.get(case.name, '').split('\n') if line)


def summary(found: Watched) -> str:
    """The verdict in one line."""
    verdict = found.verdict
    trials = {'solution': verdict.solution, 'stub': verdict.stub, 'draft': verdict.draft, 'human': verdict.human}
    told = '; '.join(f'{name}: {_trial(trial)}' for name, trial in trials.items() if trial)
    return f'{found.example.path}: {say(verdict.verdict)}{f" ({told})" if told else ""}, {found.seconds:.1f} s'


def _trial(trial: Trial) -> str:
    if trial.passed or trial.failed:
        return say('{} of {} tests pass', trial.passed, trial.passed + trial.failed)
    return say(trial.status.replace('_', ' '))


def explanation(found: Watched, root: str) -> str:
    """Why an example is not proven and what to do next; what its tests printed, unless each failing one told why."""
    told = [translated_line(line) for line in verification.describe(found.verdict).split('\n') if line]
    solution = found.verdict.solution
    explained = {name.partition('[')[0] for run in found.runs if run.variant == 'solution' for name in run.failures}
    unexplained = solution and any(name.partition('[')[0] not in explained for name in solution.failing)
    if found.output and (unexplained or not explained):
        told.append(found.output)
    return '\n'.join([*told, say('next: mend it, then: proven verify {}', f'{root}/{found.example.path}')])


def translated_line(line: str) -> str:
    """A line of path, code and message in the chosen language; codes stay as they are."""
    return ': '.join(map(translated, line.split(': ', 2)))


def as_data(found: Watched) -> dict[str, Any]:
    """The same for machines."""
    verdict = found.verdict
    reasons = [line.split(': ', 2)[1:] for line in verification.describe(verdict).split('\n') if line.count(': ') > 1]
    return {
        'example': found.example.path,
        'verdict': verdict.verdict,
        'seconds': round(found.seconds, 3),
        'reasons': [{'code': code, 'message': translated(message)} for code, message in reasons],
        'runs': [
            {
                'variant': run.variant,
                'seconds': round(run.seconds, 3),
                'tests': [{**case._asdict(), 'output': run.failures.get(case.name, '')} for case in run.cases],
            }
            for run in found.runs
        ],
        'row': verdict.model_dump(mode='json', exclude={'digest'}),
        'output': found.output,
    }
