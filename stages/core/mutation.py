"""Running mutants: are the tests of an example strong enough to tell its solution from programs with a small fault?

A mutant is killed if a test fails on it that passes on the solution, or if it uses up its time or memory or crashes.
One that does not compile, load or start says nothing about the tests and is left out.
"""

from __future__ import annotations

import hashlib
import math
import sys
from collections import Counter
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Literal
from typing import NamedTuple

from pydantic import NonNegativeInt
from pydantic import PositiveInt

from stages.core import language
from stages.core import params
from stages.core import trial
from stages.core.examples import Example
from stages.core.language import Language
from stages.core.language import requirement_ids
from stages.core.models import MutantsRow
from stages.core.models import Survivor
from stages.core.mutants import Mutant
from stages.core.mutants import of_files
from stages.core.params import Limits
from stages.core.syntax import apply

REASONS = {
    'requirement_not_killed': 'no mutant makes a test of {} fail, so {} is not proven; make its tests check more',
    'equivalent_killed': 'equivalent_mutants: a test kills {}, so it is not equivalent; remove the mark',
}
# After ten failures pytest knows enough of a mutant; nobody reads why they fail.
ENOUGH = {'PYTEST_ADDOPTS': '--tb=no --maxfail=10'}
Fate = Literal['killed', 'survived', 'not_built']


class Settings(params.Params):
    """``workers`` 0: one more than cores. ``budget`` mutants of each example are run, drawn by chance from all of them;
    ``most`` if tests of some requirement have killed none of those. ``seed`` decides the draw.
    """

    workers: NonNegativeInt = 0
    budget: PositiveInt = 12
    most: PositiveInt = 60
    seed: int = 0


class Outcome(NamedTuple):
    """What became of one mutant, and the requirements whose tests failed on it."""

    fate: Fate
    requirements: tuple[str, ...] = ()


def all_mutants(example: Example, adapter: Language) -> list[Mutant]:
    """Every mutant of the solution, by file and place."""
    return of_files(example.of_role('solution'), adapter.GRAMMAR, adapter.SUFFIXES)


def draw(found: Sequence[Mutant], seed: int) -> list[Mutant]:
    """In an order that only the seed and the mutants themselves decide."""
    return sorted(found, key=lambda one: hashlib.sha256(f'{seed}:{one.id}'.encode()).digest())


class Bench:
    """Runs the tests of one example on mutants; the time that each suite may take comes from a run on the solution."""

    def __init__(self, example: Example, adapter: Language, limits: Limits) -> None:
        self.example = example
        self.adapter = adapter
        self.cpu_seconds = 0.0
        self.kinds = ('shared', 'native') if adapter.SERVE_CMD else ('native',)
        self.limits = dict.fromkeys(self.kinds, limits)
        self.base = {kind: self._run(kind, {}) for kind in self.kinds}
        self.limits = {kind: _limits(suite, limits) for kind, suite in self.base.items()}

    @property
    def passes(self) -> bool:
        return all(suite.status == 'passed' for suite in self.base.values())

    def outcome(self, mutant: Mutant, wanted: set[str], thorough: bool = False) -> Outcome:
        """What the tests say of a mutant: as much as decides it, and, if ``thorough``, all of it.

        Of two suites the second runs if the first tells nothing, or if it has tests of a ``wanted`` requirement that
        the first has none of, or that are looked for thoroughly.
        """
        source = self.example.files[mutant.file].decode()
        replaced = {mutant.file: apply(source, [mutant.edit]).encode()}
        hit: set[str] = set()
        killed = False
        for kind in self.kinds:
            if killed and not wanted & self._requirements(kind, thorough):
                break
            suite = self._run(kind, replaced, {} if thorough else ENOUGH)
            if suite.status == 'not_built' or (suite.status == 'no_tests' and not suite.cases):
                return Outcome('killed', tuple(sorted(hit))) if killed else Outcome('not_built')
            if suite.status != 'passed':
                killed = True
                hit |= self._failing(kind, suite, thorough)
        return Outcome('killed' if killed else 'survived', tuple(sorted(hit)))

    def _requirements(self, kind: str, thorough: bool) -> set[str]:
        mine = {name for test in self.base[kind].tests for name in requirement_ids(test)}
        if thorough:
            return mine
        others = {
            name
            for other in self.kinds
            if other != kind
            for test in self.base[other].tests
            for name in requirement_ids(test)
        }
        return mine - others

    def _failing(self, kind: str, suite: trial.Suite, thorough: bool) -> set[str]:
        """Requirements with a test that failed, or, if the run was let come to its end, could not even begin."""
        passing = {name for name, status in self.base[kind].tests.items() if status == 'passed'}
        failing = {name for name, status in suite.tests.items() if status == 'failed'} & passing
        if thorough and suite.status == 'failed':
            failing |= passing - suite.tests.keys()
        return {requirement for name in failing for requirement in requirement_ids(name)}

    def _run(
        self, kind: str, replaced: Mapping[str, bytes], environment: Mapping[str, str] = language.NO_ENVIRONMENT
    ) -> trial.Suite:
        run = trial.native_suite if kind == 'native' else trial.shared_suite
        suite = run(self.example, self.adapter, replaced, self.limits[kind], environment)
        self.cpu_seconds += suite.cpu_seconds
        return suite


def _limits(suite: trial.Suite, limits: Limits) -> Limits:
    """Four times what the solution takes, and some seconds for a machine that is busy."""
    return limits.model_copy(
        update={
            'cpu_seconds': min(limits.cpu_seconds, math.ceil(4 * suite.cpu_seconds) + 4),
            'wall_seconds': min(limits.wall_seconds, math.ceil(4 * suite.wall_seconds) + 10),
        }
    )


def mutate_example(
    example: Example,
    adapter: Language,
    limits: Limits,
    settings: Settings,
    verified: str,
    wanted: str,
    known: Mapping[str, Outcome],
) -> MutantsRow | None:
    """Run the mutants that are drawn, and those marked as equivalent; outcomes that are ``known`` are not run again.

    None if the solution does not pass its own tests here.
    """
    found = {one.id: one for one in all_mutants(example, adapter)}
    marks = [mark.mutant for mark in example.meta.equivalent_mutants]
    requirements = [requirement.id for requirement in example.task.requirements]
    bench: Bench | None = None
    outcomes: dict[str, Outcome] = {}
    for mutant, thorough in _wanted(list(found.values()), settings, requirements, outcomes):
        is_known = mutant.id in known and mutant.id not in outcomes
        if not is_known and bench is None:
            bench = Bench(example, adapter, limits)
            if not bench.passes:
                return None
        missing = set(requirements) - _proven(outcomes)
        outcomes[mutant.id] = known[mutant.id] if is_known else bench.outcome(mutant, missing, thorough)  # type: ignore[union-attr]
    for name in marks:
        if name in found and name not in outcomes:
            bench = bench or Bench(example, adapter, limits)
            outcomes[name] = known.get(name) or bench.outcome(found[name], set())
    if bench is not None:
        count = len(outcomes.keys() - known.keys())
        print(f'mutate: {example.path}: {count} mutants, {bench.cpu_seconds:.1f} CPU s', file=sys.stderr, flush=True)
    return _row(example.path, found, outcomes, marks, requirements, verified, wanted)


def _wanted(
    found: Sequence[Mutant], settings: Settings, requirements: Sequence[str], outcomes: Mapping[str, Outcome]
) -> Iterator[tuple[Mutant, bool]]:
    """The budget by chance; then, thoroughly, while a requirement has no kill, first where fewest mutants were yet.

    In the end those killed before are run again: they were stopped when enough tests had failed to tell that.
    """
    order = draw(found, settings.seed)
    told = 0
    rest = list(order)
    while rest and told < settings.budget:
        mutant = rest.pop(0)
        yield mutant, False
        told += outcomes[mutant.id].fate != 'not_built'
    visited = Counter(mutant.symbol for mutant in order if mutant.id in outcomes)
    while rest and told < settings.most and set(requirements) - _proven(outcomes):
        mutant = min(rest, key=lambda one: (visited[one.symbol], rest.index(one)))
        rest.remove(mutant)
        visited[mutant.symbol] += 1
        yield mutant, True
        told += outcomes[mutant.id].fate != 'not_built'
    for mutant in order[: settings.budget]:
        if not set(requirements) - _proven(outcomes):
            return
        if outcomes[mutant.id].fate == 'killed':
            yield mutant, True


def _proven(outcomes: Mapping[str, Outcome]) -> set[str]:
    return {name for outcome in outcomes.values() for name in outcome.requirements}


def _row(
    path: str,
    found: Mapping[str, Mutant],
    outcomes: Mapping[str, Outcome],
    marks: Sequence[str],
    requirements: Sequence[str],
    verified: str,
    wanted: str,
) -> MutantsRow:
    killed = {name: one.requirements for name, one in sorted(outcomes.items()) if one.fate == 'killed'}
    survived = [name for name, one in sorted(outcomes.items()) if one.fate == 'survived']
    counts = Counter(name for proven in killed.values() for name in proven)
    reasons = [f'requirement_not_killed:{name}' for name in requirements if not counts[name]]
    reasons += [f'equivalent_killed:{name}' for name in marks if name in killed]
    return MutantsRow(
        example=path,
        digest=wanted,
        verified=verified,
        killed=killed,
        survived=tuple(
            Survivor(id=name, operator=found[name].operator, file=found[name].file, line=found[name].line)
            for name in survived
            if name not in marks
        ),
        equivalent=tuple(name for name in survived if name in marks),
        not_built=tuple(name for name, one in sorted(outcomes.items()) if one.fate == 'not_built'),
        requirements={name: counts[name] for name in requirements},
        reasons=tuple(reasons),
    )


def outcomes_of(row: MutantsRow) -> dict[str, Outcome]:
    """What a row tells of each mutant."""
    return {
        **{name: Outcome('killed', requirements) for name, requirements in row.killed.items()},
        **{one.id: Outcome('survived') for one in row.survived},
        **{name: Outcome('survived') for name in row.equivalent},
        **{name: Outcome('not_built') for name in row.not_built},
    }
