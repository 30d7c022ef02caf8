"""From trials to a verdict: what is proven of one example, and what the reasons against it mean."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path

from stages.core import files
from stages.core import language
from stages.core import packages
from stages.core import toolchain
from stages.core import trial
from stages.core.errors import Problem
from stages.core.errors import ProblemsFound
from stages.core.examples import Example
from stages.core.examples import Reader
from stages.core.language import Language
from stages.core.language import requirement_ids
from stages.core.models import Database
from stages.core.models import ExampleMeta
from stages.core.models import IndexRow
from stages.core.models import TrialStatus
from stages.core.models import Verdict
from stages.core.params import Limits

CORE = Path(__file__).parent
# Our own code that can change a verdict.
RUNNER = ('language.py', 'sandbox.py', 'supervisor.py', 'syntax.py', 'trial.py', 'verification.py')
SUITES = ('native', 'shared')
# Paths of one run: a name that has one is another in the next run.
PASSING = ('/tmp/', f'{language.BOX}/')  # noqa: S108
# Reason code → what is wrong and what to do; what follows a colon in the reason is put in for {}.
REASONS = {
    'solution_failed': 'tests fail on the solution; mend the code or the test',
    'solution_not_built': 'the solution or its tests do not compile, load or start; see the output',
    'solution_no_tests': 'no test was run; an example without tests proves nothing',
    'solution_timed_out': 'the tests of the solution use up their time; make them quicker',
    'solution_out_of_memory': 'the tests of the solution use up their memory; make them smaller',
    'solution_too_much_output': 'the tests of the solution print without end; print less',
    'solution_crashed': 'the test process was killed before it reported; see the output',
    'requirement_unproven': 'no passing test proves {}, or one of its tests is skipped; mend the test',
    'stub_passed': 'the {} tests pass on a solution with empty bodies; make them check results',
    'change_unproven': 'changes {}: no test of the requirement fails on the draft and passes on the solution; add one',
    'unstable_name': 'the name of test {} has a temporary path in it, so that no run has it again; name the case',
    'no_package': 'the {} toolchain has no such package; see `human.package` in example.yaml',
    'package_license': '`human.license` in example.yaml is not what the package itself says: {}',
    'draft_passed': 'the draft passes every test: nothing was refined; remove draft/ and its notes',
    'no_toolchain': 'no {} on this machine; proven doctor --install {}',
}


@functools.cache
def _runner_digest() -> str:
    return files.digest({name: (CORE / name).read_bytes() for name in RUNNER})


@functools.cache
def _adapter_source(implementation: str) -> bytes:
    return (CORE.parent / 'languages' / f'{implementation}.py').read_bytes()


def needed_toolchains(adapter: Language, databases: tuple[Database, ...], has_human: bool) -> tuple[str, ...]:
    """Its own, that of its human variant's package, and Python and database servers for a backend's black-box tests."""
    servers = {name for name in databases if name != 'sqlite'}
    packages = (adapter.PACKAGES.toolchain,) if has_human and adapter.PACKAGES else ()
    return tuple(sorted({adapter.TOOLCHAIN, *packages, *(('python', *servers) if adapter.SERVE_CMD else ())}))


def can_run(adapter: Language, databases: tuple[Database, ...], has_human: bool) -> bool:
    return all(toolchain.is_installed(name) for name in needed_toolchains(adapter, databases, has_human))


def digest(row: IndexRow, adapter: Language, limits: Limits) -> str:
    """The digest of everything in the repository that a verdict depends on."""
    locks = {
        f'lock/{name}': toolchain.lock_digest(name) for name in needed_toolchains(adapter, row.databases, row.has_human)
    }
    return files.digest(
        {
            'code': row.code,
            'adapter': _adapter_source(row.implementation),
            'runner': _runner_digest(),
            'limits': limits.model_dump_json(),
            **locks,
        }
    )


def reread(root: Path, row: IndexRow, languages: Mapping[str, Language]) -> Example:
    """The example of an index row; `index` found nothing wrong with what has these digests, so nothing is checked.

    Raises:
        ProblemsFound: it has changed since it was indexed.
    """
    example = Reader(root, languages).open(row.example)
    if example is None or example.code_digest != row.code or example.metadata_digest != row.metadata:
        raise ProblemsFound(
            [Problem(f'{root.name}/{row.example}', '', 'changed after it was indexed; run dvc repro again')]
        )
    return example


def verify_example(example: Example, adapter: Language, limits: Limits, wanted: str) -> tuple[Verdict, str]:
    """Run every variant and the negative control; the verdict and, if it is not passed, output for people."""
    needed = needed_toolchains(adapter, example.meta.databases, example.meta.human is not None)
    missing = [name for name in needed if not toolchain.is_installed(name)]
    if missing:
        reasons = tuple(f'no_toolchain:{name}' for name in missing)
        return Verdict(example=example.path, digest=wanted, verdict='not_run', reasons=reasons), ''
    solution = trial.try_variant(example, adapter, {}, limits)
    stubs = trial.try_stub(example, adapter, limits) if solution.status == 'passed' else []
    draft = trial.try_variant(example, adapter, example.variant('draft'), limits) if example.meta.draft else None
    human = package = None
    if example.meta.human and adapter.PACKAGES:
        replaced = example.variant('human')
        human = trial.try_variant(example, adapter, replaced, limits, packages=adapter.PACKAGES)
        package = packages.provenance(example.meta.human.package, toolchain.folder(adapter.PACKAGES.toolchain))
    requirements = {requirement.id: proofs(requirement.id, solution) for requirement in example.task.requirements}
    mended = {name for name in solution.tests if draft and draft.tests.get(name) != 'passed'}
    verdict = Verdict(
        example=example.path,
        digest=wanted,
        verdict='passed',
        toolchain=toolchain.version(adapter.TOOLCHAIN, adapter.VERSION_CMD),
        requirements=requirements,
        changes=tuple(
            tuple(name for name in requirements[change.requirement] if name in mended) if change.requirement else ()
            for change in example.meta.changes
        ),
        solution=solution.trial(),
        stub=trial.merge(stubs).trial(name_passing=True) if stubs else None,
        draft=draft.trial() if draft else None,
        human=human.trial() if human else None,
        package=package,
    )
    reasons = reasons_against(verdict, [suite.status for suite in stubs], example.meta)
    if not reasons:
        return verdict, ''
    return verdict.model_copy(update={'verdict': 'failed', 'reasons': reasons}), solution.output


def proofs(requirement: str, solution: trial.Suite) -> tuple[str, ...]:
    """The tests that prove a requirement: all that name it, if all of them pass."""
    named = {name: status for name, status in solution.tests.items() if requirement in requirement_ids(name)}
    return tuple(named) if all(status == 'passed' for status in named.values()) else ()


def reasons_against(verdict: Verdict, stubs: list[TrialStatus], meta: ExampleMeta) -> tuple[str, ...]:
    """The codes of everything that keeps a verdict from being passed; `benchmark` proves notes on performance."""
    assert verdict.solution is not None
    changes = meta.changes
    if verdict.solution.status != 'passed':
        return (f'solution_{verdict.solution.status}',)
    reasons = [f'requirement_unproven:{name}' for name, tests in verdict.requirements.items() if not tests]
    reasons += [f'stub_passed:{kind}' for kind, stub in zip(SUITES, stubs, strict=False) if stub == 'passed']
    reasons += [
        f'change_unproven:{index} ({changes[index].requirement})'
        for index, tests in enumerate(verdict.changes)
        if not tests and changes[index].requirement
    ]
    named = {name for tests in verdict.requirements.values() for name in tests}
    reasons += [f'unstable_name:{name}' for name in sorted(named) if any(path in name for path in PASSING)]
    if verdict.draft and verdict.draft.status == 'passed' and all(change.requirement for change in changes):
        reasons.append('draft_passed')
    if meta.human:
        if verdict.package is None:
            reasons.append(f'no_package:{meta.human.package}')
        elif not packages.agrees(meta.human.license, verdict.package.license):
            reasons.append(f'package_license:{verdict.package.license}')
    return tuple(reasons)


def describe(verdict: Verdict) -> str:
    """A verdict in lines for people: path, reason, what to do."""
    lines = []
    for reason in verdict.reasons:
        code, _, detail = reason.partition(':')
        lines.append(f'{verdict.example}: {code}: {REASONS[code].replace("{}", detail)}')
        if code == 'change_unproven':
            proven = verdict.requirements[detail.rpartition('(')[2].rstrip(')')]
            lines += [f'{verdict.example}: passes on the draft too: {name}' for name in proven]
    if verdict.solution:
        lines += [f'{verdict.example}: fails or is skipped: {name}' for name in verdict.solution.failing]
    return '\n'.join(lines)
