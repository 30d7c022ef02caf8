"""One example with its proofs, as Markdown that reads well on a terminal. Nothing runs: proofs are those in `proofs/`.

Proofs of another state of the example are told as such: they prove nothing of what is there now.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from typing import NamedTuple
from typing import TypeVar

from stages.core import files
from stages.core import timings
from stages.core.examples import Example
from stages.core.messages import language
from stages.core.messages import say
from stages.core.models import FlakinessRow
from stages.core.models import GateRow
from stages.core.models import MeasuresRow
from stages.core.models import Model
from stages.core.models import MutantsRow
from stages.core.models import Text
from stages.core.models import TimingsRow
from stages.core.models import Trial
from stages.core.models import Verdict

Row = TypeVar('Row', bound=Model)


class Proofs(NamedTuple):
    """The rows of one example; ``stale`` if the verdict is of another state."""

    verdict: Verdict | None
    mutants: MutantsRow | None
    flakiness: FlakinessRow | None
    measures: MeasuresRow | None
    timings: TimingsRow | None
    gate: GateRow | None
    stale: bool


def read(folder: Path, example: str, wanted: str) -> Proofs:
    """The rows of an example in ``folder``; ``wanted`` is the digest of its verdict as it is now."""
    verdict = _row(folder / 'verdicts.jsonl', Verdict, example)
    return Proofs(
        verdict,
        _row(folder / 'mutants.jsonl', MutantsRow, example),
        _row(folder / 'flakiness.jsonl', FlakinessRow, example),
        _row(folder / 'measures.jsonl', MeasuresRow, example),
        _row(folder / 'timings.jsonl', TimingsRow, example),
        _row(folder / 'gate.jsonl', GateRow, example),
        verdict is not None and verdict.digest != wanted,
    )


def _row(path: Path, model: type[Row], example: str) -> Row | None:
    found = (row for row in files.read_rows(path) if row['example'] == example)
    return next((model.model_validate(row, strict=False) for row in found), None)


def markdown(example: Example, proofs: Proofs) -> str:
    """What is asked, what the code does, and what proves it; texts in the language that is chosen, else in English."""
    return '\n'.join([*_head(example), *_requirements(example, proofs), *_proofs(example, proofs), *_code(example)])


def _text(text: Text) -> str:
    return (text.zh if language() == 'zh' and text.zh else text.en).strip()


def _head(example: Example) -> Iterator[str]:
    task, meta = example.task, example.meta
    yield f'# {_text(task.title)}'
    yield ''
    told = {
        'id': example.id,
        say('level'): task.level,
        say('topics'): ', '.join(task.topics),
        say('licence'): meta.license or task.license,
        say('origin'): meta.origin,
        say('authors'): ', '.join(meta.authors),
    }
    yield f'{example.path} ({"; ".join(f"{name}: {value}" for name, value in told.items())})'
    yield from ('', _text(task.statement), '')
    if meta.interface:
        yield from (f'## {say("Interface")}', '', '```', meta.interface.rstrip(), '```', '')
    yield from (f'## {say("What the code does")}', '', _text(meta.summary), '')


def _requirements(example: Example, proofs: Proofs) -> Iterator[str]:
    yield from (f'## {say("Requirements")}', '')
    verdict, mutants = (None, None) if proofs.stale else (proofs.verdict, proofs.mutants)
    for one in example.task.requirements:
        yield f'- **{one.id}** {_text(one.text)}'
        tests = verdict.requirements.get(one.id, ()) if verdict else ()
        kills = mutants.requirements.get(one.id) if mutants else None
        found = say('{} faults found', kills) if kills is not None else say('faults not tried yet')
        yield f'  {say("proven by {}", ", ".join(tests)) if tests else say("not proven yet")}; {found}'
    yield ''


def _proofs(example: Example, proofs: Proofs) -> Iterator[str]:
    yield from (f'## {say("Proofs")}', '')
    verdict, gate = proofs.verdict, proofs.gate
    if verdict is None:
        yield from (say('none yet; proven verify {} runs the tests', example.path), '')
        return
    if proofs.stale:
        yield from (
            say('Of another state: the example changed since. proven verify {} proves this one.', example.path),
            '',
        )
    reasons = f' ({", ".join(verdict.reasons)})' if verdict.reasons else ''
    yield f'- {say("verdict")}: {verdict.verdict}{reasons}, {verdict.toolchain}'
    for name, trial in (('solution', verdict.solution), ('draft', verdict.draft), ('human', verdict.human)):
        if trial:
            yield f'- {name}: {_trial(trial)}'
    if proofs.mutants:
        row = proofs.mutants
        counts = (len(row.killed), row.told, len(row.equivalent))
        yield f'- {say("{} of {} mutants killed, {} marked as equivalent", *counts)}'
    if proofs.flakiness:
        yield f'- {say("{} tests waver in {} shuffled runs", len(proofs.flakiness.flaky), proofs.flakiness.runs)}'
    if proofs.measures and proofs.measures.coverage is not None:
        yield f'- {say("tests reach {} of the lines", f"{proofs.measures.coverage:.1%}")}'
    if gate:
        yield f'- {say("released") if not gate.reasons else say("not released: {}", ", ".join(gate.reasons))}'
    yield from _changes(example, verdict, proofs.timings)
    if proofs.timings:
        yield from ('', '```', timings.describe(proofs.timings), '```')
    yield ''


def _trial(trial: Trial) -> str:
    return say('{} of {} tests pass', trial.passed, trial.passed + trial.failed + trial.skipped)


def _changes(example: Example, verdict: Verdict, measured: TimingsRow | None) -> Iterator[str]:
    if example.meta.draft:
        yield f'- {say("draft by {}, {}", example.meta.draft.model, example.meta.draft.date)}'
    for change, tests in zip(example.meta.changes, verdict.changes, strict=False):
        if change.benchmark:
            is_proven = measured is not None and measured.proves(change.benchmark)
            proof = say('measured: {}', change.benchmark) if is_proven else say('not proven yet')
        else:
            proof = say('fail on the draft: {}', ', '.join(tests)) if tests else say('not proven yet')
        yield f'  - {change.kind}: {_text(change.text)} ({proof})'


def _code(example: Example) -> Iterator[str]:
    for path, content in example.files.items():
        if example.roles[path] in ('solution', 'test'):
            text = content.decode().rstrip('\n')
            fence = '`' * max(3, 1 + max(map(len, re.findall('`+', text)), default=0))
            yield from (f'## {path}', '', fence, text, fence, '')


def as_data(example: Example, proofs: Proofs) -> dict[str, Any]:
    """The example and its rows for machines."""
    rows = {
        name: row.model_dump(mode='json') if isinstance(row, Model) else row for name, row in proofs._asdict().items()
    }
    return {
        'example': example.path,
        'id': example.id,
        'task': example.task.model_dump(mode='json'),
        'meta': example.meta.model_dump(mode='json'),
        'files': {path: {'role': example.roles[path], 'text': data.decode()} for path, data in example.files.items()},
        'proofs': rows,
    }
