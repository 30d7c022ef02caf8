"""Trying one variant of an example: its tests run in boxes, their reports are read, the outcome is a `Trial`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from collections.abc import Mapping
from typing import NamedTuple
from typing import Protocol

from stages.core import examples
from stages.core import language
from stages.core import sandbox
from stages.core import toolchain
from stages.core.examples import Example
from stages.core.examples import Role
from stages.core.examples import is_fixture
from stages.core.language import BOX
from stages.core.language import Case
from stages.core.language import Command
from stages.core.language import Language
from stages.core.language import Status
from stages.core.models import Database
from stages.core.models import Trial
from stages.core.models import TrialStatus
from stages.core.params import Limits

PYTHON = f'{language.TOOLCHAINS}/python/bin/python'
# Answers every request with 200 and an empty object: what a backend without any work in it would say.
EMPTY_SERVER = """
import http.server, os
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def answer(self):
        self.rfile.read(int(self.headers.get("content-length") or 0))
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")
    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = answer
    def log_message(self, *args):
        pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
"""
# What tells a backend where its data is.
DATABASES: dict[Database, dict[str, str]] = {
    'sqlite': {'DATABASE_PATH': '/tmp/database.sqlite3'},  # noqa: S108 - a path in the box
    'postgresql': {'DATABASE_URL': 'postgresql://box@127.0.0.1:5432/box'},
}
SEVERITY: tuple[TrialStatus, ...] = (
    'crashed',
    'too_much_output',
    'out_of_memory',
    'timed_out',
    'not_built',
    'no_tests',
    'failed',
    'passed',
)


NO_PACKAGES = language.Packages('', {})
MAX_NAME = 200
PARAMETERS = re.compile(r'\[.*\]$', re.DOTALL)
STATUSES: tuple[Status, ...] = ('passed', 'skipped', 'failed')


class Tested(Protocol):
    """What tests are run on: an example, or the answer of a model with an example's tests."""

    @property
    def shared(self) -> Mapping[str, bytes]: ...

    def of_role(self, *roles: Role) -> dict[str, bytes]: ...


class Suite(NamedTuple):
    """What one run of tests said, the end of its output for people to read, and what it took."""

    status: TrialStatus
    cases: tuple[Case, ...]
    output: str
    wall_seconds: float = 0.0
    cpu_seconds: float = 0.0

    @property
    def tests(self) -> dict[str, Status]:
        """Test → status, the cases of a parametrised test as one: passed if all of them are."""
        found: dict[str, Status] = {}
        for case in sorted(self.cases):
            name = PARAMETERS.sub('', case.name)
            found[name] = max(found.get(name, 'passed'), case.status, key=STATUSES.index)
        return found

    def trial(self, name_passing: bool = False) -> Trial:
        """The part of it that is kept: counts of cases, names of the tests that fail or, for a stub, that pass."""
        counts = Counter(case.status for case in self.cases)
        failing = tuple(name for name, status in self.tests.items() if status != 'passed')
        passing = tuple(name for name, status in self.tests.items() if status == 'passed')
        return Trial(
            status=self.status,
            passed=counts['passed'],
            failed=counts['failed'],
            skipped=counts['skipped'],
            failing=() if name_passing else failing,
            passing=passing if name_passing else (),
        )


def native_job(
    example: Tested,
    adapter: Language,
    replaced: Mapping[str, bytes],
    environment: Mapping[str, str] = language.NO_ENVIRONMENT,
    packages: language.Packages = NO_PACKAGES,
) -> sandbox.Job:
    """The example's own tests on its solution, some of its files replaced, with packages within reach."""
    tests = example.of_role('test')
    content = {**example.of_role('solution'), **tests, **replaced}
    return sandbox.Job(
        adapter.test_cmd(_runnable(tests)),
        {f'example/{path}': data for path, data in content.items()},
        cwd=f'{BOX}/example',
        environment={
            **toolchain.environment(adapter.TOOLCHAIN),
            **adapter.ENVIRONMENT,
            **packages.environment,
            **environment,
        },
        mounts=toolchain.mounts(adapter.TOOLCHAIN, *filter(None, (packages.toolchain,))),
        results=(adapter.REPORT,) if adapter.REPORT else (),
    )


def native_suite(
    example: Tested,
    adapter: Language,
    replaced: Mapping[str, bytes],
    limits: Limits,
    environment: Mapping[str, str] = language.NO_ENVIRONMENT,
    packages: language.Packages = NO_PACKAGES,
) -> Suite:
    """Runs `native_job`."""
    outcome = sandbox.run(native_job(example, adapter, replaced, environment, packages), limits)
    report = outcome.stdout if adapter.REPORT is None else outcome.results.get(adapter.REPORT)
    return _judge(outcome, report, adapter.read_report)


def coverage(example: Example, adapter: Language, limits: Limits) -> tuple[int, int] | None:
    """Lines (in Go: statements) of the solution that its native tests reach, and how many it has; None if unknown."""
    tool = adapter.COVERAGE
    if tool is None:
        return None
    job = native_job(example, adapter, {})
    job = job._replace(command=tool.command(_runnable(example.of_role('test'))), results=(tool.report,))
    report = sandbox.run(job, limits).results.get(tool.report)
    solution = {path for path in example.of_role('solution') if path.endswith(adapter.SUFFIXES)}
    try:
        reached, there_are = tool.read(report or b'', lambda path: path in solution)
    except (ValueError, IndexError):
        return None
    return (reached, there_are) if there_are else None


def shared_job(
    example: Tested,
    adapter: Language,
    replaced: Mapping[str, bytes],
    environment: Mapping[str, str] = language.NO_ENVIRONMENT,
    serve: Command | None = None,
    database: Database = 'sqlite',
) -> sandbox.Job:
    """The task's black-box tests over HTTP against the backend, or against what ``serve`` starts in its place."""
    content = {f'example/{path}': data for path, data in {**example.of_role('solution'), **replaced}.items()}
    content |= {f'tests/{path}': data for path, data in example.shared.items()}
    tests = tuple(f'{BOX}/tests/{path}' for path in _runnable(example.shared))
    servers = () if database == 'sqlite' else (database,)
    return sandbox.Job(
        (PYTHON, *language.pytest_cmd(tests)[1:]),
        content,
        cwd=f'{BOX}/example',
        environment={
            **toolchain.environment(adapter.TOOLCHAIN),
            **language.PYTEST_ENVIRONMENT,
            **adapter.ENVIRONMENT,
            **examples.environment(example.shared),
            **DATABASES[database],
            'BASE_URL': f'http://127.0.0.1:{language.PORT}',
            'PORT': str(language.PORT),
            **environment,
        },
        mounts=toolchain.mounts('python', adapter.TOOLCHAIN, *servers),
        serve=(
            *(f'{language.TOOLCHAINS}/{name}/bin/with-{name}' for name in servers),
            *(serve or adapter.SERVE_CMD or ()),
        ),
        results=(language.JUNIT_REPORT,),
    )


def shared_suite(
    example: Tested,
    adapter: Language,
    replaced: Mapping[str, bytes],
    limits: Limits,
    environment: Mapping[str, str] = language.NO_ENVIRONMENT,
    serve: Command | None = None,
    database: Database = 'sqlite',
) -> Suite:
    """Runs `shared_job`."""
    outcome = sandbox.run(shared_job(example, adapter, replaced, environment, serve, database), limits)
    return _judge(outcome, outcome.results.get(language.JUNIT_REPORT), language.read_junit)


def try_variant(
    example: Example,
    adapter: Language,
    replaced: Mapping[str, bytes],
    limits: Limits,
    seed: int | None = None,
    packages: language.Packages = NO_PACKAGES,
) -> Suite:
    """All tests of an example on one variant: ``replaced`` files in place of the solution's; in the order of a seed."""
    native, shared = ({}, {}) if seed is None else (adapter.shuffled(seed), language.shuffled_pytest(seed))
    suites = [native_suite(example, adapter, replaced, limits, native, packages)]
    if adapter.SERVE_CMD is not None:
        suites += [
            shared_suite(example, adapter, replaced, limits, shared, database=name) for name in example.meta.databases
        ]
    return merge(suites)


def try_stub(example: Example, adapter: Language, limits: Limits) -> list[Suite]:
    """The negative control, one run a suite: right names with empty bodies, and for a backend an empty server."""
    stubs = {
        path: adapter.stub(content.decode()).encode()
        for path, content in example.of_role('solution').items()
        if path.endswith(adapter.SUFFIXES)
    }
    suites = [native_suite(example, adapter, stubs, limits, language.STUB_ENVIRONMENT)]
    if adapter.SERVE_CMD is not None:
        suites.append(
            shared_suite(example, adapter, {}, limits, language.STUB_ENVIRONMENT, (PYTHON, '-c', EMPTY_SERVER))
        )
    return suites


def _runnable(tests: Iterable[str]) -> tuple[str, ...]:
    """Test files without fixtures and pytest's own."""
    return tuple(sorted(path for path in tests if not is_fixture(path) and not path.endswith('conftest.py')))


def merge(suites: list[Suite]) -> Suite:
    """Several runs as one: the worst status, all cases."""
    return Suite(
        min((suite.status for suite in suites), key=SEVERITY.index),
        tuple(case for suite in suites for case in suite.cases),
        '\n'.join(suite.output for suite in suites if suite.output),
        sum(suite.wall_seconds for suite in suites),
        sum(suite.cpu_seconds for suite in suites),
    )


def _judge(outcome: sandbox.Outcome, report: bytes | None, read: language.ReadReport) -> Suite:
    cases = _cases(report, read)
    status = _status(outcome, cases, report is not None)
    output = (outcome.stdout + b'\n' + outcome.stderr)[-8192:].decode(errors='replace').strip()
    told = ''.join(letter for letter in output if letter.isprintable() or letter in '\n\t')
    return Suite(status, cases, '' if status == 'passed' else told, outcome.wall_seconds, outcome.cpu_seconds)


def _cases(report: bytes | None, read: language.ReadReport) -> tuple[Case, ...]:
    """The cases of a report that foreign code may have written: none if it is cut off or makes no sense."""
    try:
        cases = read(report or b'')
    except (ValueError, TypeError, KeyError, RecursionError):
        return ()
    return tuple(Case(_plain(case.name), case.status) for case in cases)


def _plain(name: str) -> str:
    return ''.join(letter if letter.isprintable() else '?' for letter in name[:MAX_NAME])


def _status(outcome: sandbox.Outcome, cases: tuple[Case, ...], reported: bool) -> TrialStatus:
    if outcome.status == 'server_failed':
        return 'not_built'
    if outcome.status != 'exited':
        return outcome.status
    if (outcome.exit_code < 0 and not cases) or (outcome.exit_code == 0 and not reported):
        return 'crashed'
    if not cases:
        return 'no_tests' if outcome.exit_code in (0, language.PYTEST_NO_TESTS) else 'not_built'
    if any(case.status == 'failed' for case in cases):
        return 'failed'
    if outcome.exit_code:
        return 'crashed' if outcome.exit_code < 0 else 'not_built'
    return 'passed' if any(case.status == 'passed' for case in cases) else 'no_tests'
