"""Rewards for answers to rows of config `verifiable`, measured in the sandbox: which requirements do its tests prove.

`requirements` is the measure; `reward` has the signature of a reward function of TRL, `compute_score` that of verl.
Tests come from the row, never from the answer: of that only files are taken that are code of a solution.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any
from typing import NamedTuple

from stages.all_languages import LANGUAGES
from stages.core import trial
from stages.core.examples import Role
from stages.core.examples import role_of
from stages.core.instructions import answered
from stages.core.params import Limits

# What `requirements` reads of a row.
COLUMNS = ('language', 'framework', 'test_files', 'shared_test_files', 'requirements')


class _Answer(NamedTuple):
    """The files of an answer, with the tests of a row."""

    solution: dict[str, bytes]
    tests: dict[str, bytes]
    shared: dict[str, bytes]

    def of_role(self, *roles: Role) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        for role, files in (('solution', self.solution), ('test', self.tests)):
            found |= files if role in roles else {}
        return found


def _bytes(files: Sequence[Mapping[str, str]]) -> dict[str, bytes]:
    return {file['path']: file['content'].encode() for file in files}


def _is_plain(path: str) -> bool:
    return not set(path.split('/')) & {'', '.', '..'} and path.isprintable()


def requirements(row: Mapping[str, Any], text: str, limits: Limits | None = None) -> dict[str, float]:
    """1.0 or 0.0 for each requirement of a row of `verifiable`, for an answer in the form that its prompt asks for.

    ``row`` has at least `COLUMNS`. A requirement is met if all tests that prove it of the solution pass.

    Raises:
        SandboxUnavailable: this machine can't isolate what would have to run.
    """
    adapter = LANGUAGES[row['framework'] or row['language']]
    wanted = {one['id']: set(one['tests']) for one in row['requirements']}
    solution = {
        path: content.encode()
        for path, content in answered(text).items()
        if _is_plain(path) and role_of(path, adapter) == 'solution'
    }
    if not solution:
        return dict.fromkeys(wanted, 0.0)
    answer = _Answer(solution, _bytes(row['test_files']), _bytes(row['shared_test_files']))
    suites = [trial.native_suite(answer, adapter, {}, limits or Limits())]
    if adapter.SERVE_CMD is not None:
        suites.append(trial.shared_suite(answer, adapter, {}, limits or Limits()))
    tests = trial.merge(suites).tests
    passed = {name for name, status in tests.items() if status == 'passed'}
    return {name: float(bool(needed) and needed <= passed) for name, needed in wanted.items()}


def reward(completions: Sequence[Any], **columns: Any) -> list[float]:
    """The share of the requirements that each completion meets, for TRL: columns are those of `verifiable`."""
    rows = [dict(zip(COLUMNS, values, strict=True)) for values in zip(*map(columns.get, COLUMNS), strict=True)]
    texts = [one if isinstance(one, str) else one[-1]['content'] for one in completions]
    return [_share(requirements(row, text)) for row, text in zip(rows, texts, strict=True)]


def compute_score(
    data_source: str, solution_str: str, ground_truth: str, extra_info: object = None
) -> dict[str, float]:
    """For verl: ``score``, the share of the requirements that an answer meets, and ``acc``, 1.0 if it meets all.

    The keys are the same for all rows: verl reads those of the first answer of a batch of all the others.
    """
    score = _share(requirements(json.loads(ground_truth), solution_str))
    return {'score': score, 'acc': float(score == 1)}


def _share(met: Mapping[str, float]) -> float:
    return sum(met.values()) / max(1, len(met))
