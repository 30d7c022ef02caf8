"""The contract of an adapter, and the defaults it may take: each module of `stages/languages/` is a `Language`.

An adapter is pure: facts in capitals, functions that return commands or read a report. It starts nothing and judges
nothing. A default is an assignment.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from collections.abc import Iterator
from typing import Literal
from typing import NamedTuple
from typing import Protocol
from xml.etree import ElementTree

from stages.core.syntax import Grammar

Command = tuple[str, ...]
ReadReport = Callable[[bytes], tuple['Case', ...]]
REQUIREMENT = re.compile(r'(?<![A-Za-z0-9])R[1-9][0-9]?(?![A-Za-z0-9])')


Status = Literal['passed', 'failed', 'skipped']


class Case(NamedTuple):
    """One test as its runner reported it."""

    name: str
    status: Status


class Coverage(NamedTuple):
    """How a language's own tool measures which lines the native tests reach.

    ``command`` runs the tests as `test_cmd` does and writes the file ``report``; ``read`` gives lines reached and lines
    there are, of files that ``is_solution`` takes, and raises ValueError if it is no such report.
    """

    command: Callable[[tuple[str, ...]], Command]
    report: str
    read: Callable[[bytes, Callable[[str], bool]], tuple[int, int]]


class Packages(NamedTuple):
    """The toolchain that holds packages written by people, and what makes a language find them there."""

    toolchain: str
    environment: dict[str, str]


class Language(Protocol):
    """What every adapter offers, in this order."""

    # the programming language, as in the dataset
    @property
    def LANGUAGE(self) -> str: ...  # noqa: N802

    # None for a plain language
    @property
    def FRAMEWORK(self) -> str | None: ...  # noqa: N802

    # the folder of stages/toolchains/ that runs it
    @property
    def TOOLCHAIN(self) -> str: ...  # noqa: N802

    # where the package of a human variant is; None if the language can have none
    @property
    def PACKAGES(self) -> Packages | None: ...  # noqa: N802

    # the one of stages/core/driver.py that runs its workloads; None if nothing does
    @property
    def DRIVER(self) -> str | None: ...  # noqa: N802

    # prints the versions of the toolchain
    @property
    def VERSION_CMD(self) -> Command: ...  # noqa: N802

    # file name patterns (fnmatch, on the last part of the path); a file has the first role that fits
    @property
    def BENCHMARKS(self) -> tuple[str, ...]: ...  # noqa: N802

    # likewise
    @property
    def TESTS(self) -> tuple[str, ...]: ...  # noqa: N802

    # likewise; manifests are part of the solution
    @property
    def SOLUTION(self) -> tuple[str, ...]: ...  # noqa: N802

    # file that says what the example needs, as its language has it; None if none is asked for
    @property
    def MANIFEST(self) -> str | None: ...  # noqa: N802

    # file name endings of its source code, which `stub` can read
    @property
    def SUFFIXES(self) -> tuple[str, ...]: ...  # noqa: N802

    # how its source code is parsed
    @property
    def GRAMMAR(self) -> Grammar: ...  # noqa: N802

    # the group that matches is the name of a test in its source
    @property
    def TEST_NAME(self) -> re.Pattern[str]: ...  # noqa: N802

    # added to the environment of the box
    @property
    def ENVIRONMENT(self) -> dict[str, str]: ...  # noqa: N802

    # file in the box that the runner writes, or None if its report is standard output
    @property
    def REPORT(self) -> str | None: ...  # noqa: N802

    # None where the language's tool doesn't measure it here
    @property
    def COVERAGE(self) -> Coverage | None: ...  # noqa: N802

    # starts the backend on 127.0.0.1, port $PORT; None for what is no server
    @property
    def SERVE_CMD(self) -> Command | None: ...  # noqa: N802

    # runs the native tests of the working directory
    def test_cmd(self, tests: tuple[str, ...]) -> Command: ...

    # added to the environment: the native tests run in an order that the seed tells
    def shuffled(self, seed: int) -> dict[str, str]: ...

    # the runner's report; raises ValueError if it is none
    def read_report(self, report: bytes) -> tuple[Case, ...]: ...

    # the source with every outermost function left with an empty body: right names, no work
    def stub(self, source: str) -> str: ...


BOX = '/box'
PORT = 8000
TOOLCHAINS = f'{BOX}/toolchains'
NO_ENVIRONMENT: dict[str, str] = {}

PYTHON_PACKAGES = Packages('python-packages', {'PYTHONPATH': f'.:{TOOLCHAINS}/python-packages/site'})
# Its node_modules takes the place of the toolchain's.
NODE_PACKAGES = Packages('node-packages', {})
GO_PACKAGES = Packages('go-packages', {'GOMODCACHE': f'{TOOLCHAINS}/go-packages/gomodcache'})
JAVA_PACKAGES = Packages('java-packages', {'CLASSPATH': f'{TOOLCHAINS}/java-packages/lib/*'})
RUST_PACKAGES = Packages('rust-packages', {'PACKAGES': f'{TOOLCHAINS}/rust-packages'})

PYTEST_NO_TESTS = 5
NOT_XML = re.compile('[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]')
JUNIT_REPORT = '/tmp/report.xml'  # noqa: S108 - a path in the box
LINES_REPORT = '/tmp/report.tsv'  # noqa: S108 - likewise
LINES_STATUS: dict[str, Status] = {'passed': 'passed', 'skipped': 'skipped'}
# Given a framework's name, its version too.
PYTHON_VERSION_CMD = (
    'python',
    '-c',
    'import platform, sys; from importlib.metadata import version; '
    'print(*(f"{name} {version(name)}," for name in sys.argv[1:]), "python", platform.python_version() + ", pytest", '
    'version("pytest"))',
)
PYTEST_NAME = re.compile(r'^[ \t]*(?:(?:async[ \t]+)?def[ \t]+(test\w*)|class[ \t]+(Test\w*))', re.MULTILINE)
PYTEST_ENVIRONMENT = {
    'PYTEST_ADDOPTS': '--tb=short',
    'PYTEST_DISABLE_PLUGIN_AUTOLOAD': '1',
    'PYTHONDONTWRITEBYTECODE': '1',
    'PYTHONHASHSEED': '0',
    'PYTHONPATH': '.',
}
# On a stub nobody reads why tests fail, and pytest takes 80 ms to tell it for each.
STUB_ENVIRONMENT = {'PYTEST_ADDOPTS': '--tb=line'}
# Given packages, their versions too.
NODE_VERSION_CMD = (
    'node',
    '-p',
    'process.argv.slice(1).map((name) => name.replace(/^@|\\/core$/g, "") + " " + '
    'require(`/box/node_modules/${name}/package.json`).version + ", ").join("") + "node " + process.versions.node',
)
NODE_TEST_NAME = re.compile(
    r'(?:\b(?:describe|it|suite|test)(?:\.\w+)?\(|\]\)\()'  # test("…, and test.each([…])("…
    r'\s*(?:"((?:[^"\\\n]|\\.)+)"|\'((?:[^\'\\\n]|\\.)+)\'|`([^`]+)`)'
)

NODE_TEST_FILES = ('.test.js', '.test.mjs', '.test.ts')
GO_VERSION_CMD = ('go', 'env', 'GOVERSION')
GO_TEST_NAME = re.compile(
    r'^func[ \t]+(Test\w+)[ \t]*\('  # a test
    r'|\.Run\([ \t]*(?:"((?:[^"\\\n]|\\.)*)"|`([^`]*)`)'  # a subtest
    r'|"(R[1-9][0-9]?[ :_,](?:[^"\\\n]|\\.)*)"',  # a subtest's name in a table
    re.MULTILINE,
)
GO_ENVIRONMENT = {
    'CGO_ENABLED': '0',
    'GOCACHE': f'{TOOLCHAINS}/go/gocache',
    # Go's package index holds absolute paths and file times: a read-only cache made elsewhere would fail it.
    'GODEBUG': 'goindex=0',
    'GOFLAGS': '-mod=readonly -trimpath',
    'GOMODCACHE': f'{TOOLCHAINS}/go/gomodcache',
    'GOPROXY': 'off',
    'GOTELEMETRY': 'off',
    'GOTOOLCHAIN': 'local',
}
GO_STATUS: dict[str, Status] = {'pass': 'passed', 'fail': 'failed', 'skip': 'skipped'}
# The native TypeScript compiler on the files given, whatever a tsconfig.json says.
TSC = (
    'tsc',
    '--ignoreConfig',
    '--singleThreaded',
    '--strict',
    '--skipLibCheck',
    '--target es2023',
    '--module nodenext',
    '--allowImportingTsExtensions',
    '--types node',
    f'--typeRoots {BOX}/node_modules/@types',
)


def pytest_cmd(tests: tuple[str, ...]) -> Command:
    options = ('-q', '-p', 'no:cacheprovider', '--rootdir=.', f'--junitxml={JUNIT_REPORT}')
    return ('python', '-m', 'pytest', *options, *tests)


def shuffled_pytest(seed: int) -> dict[str, str]:
    return {'PYTEST_ADDOPTS': f'--tb=short -p pytest_randomly --randomly-seed={seed}'}


def shuffled_node(seed: int) -> dict[str, str]:
    return {'NODE_OPTIONS': f'--test-randomize --test-random-seed={seed}'}


def shuffled_go(seed: int) -> dict[str, str]:
    return {'GOFLAGS': f'{GO_ENVIRONMENT["GOFLAGS"]} -shuffle={seed}'}


def shuffled_own(seed: int) -> dict[str, str]:
    """For runners of ours in `toolchains/`, which read ``SEED``."""
    return {'SEED': str(seed)}


def read_node_junit(report: bytes) -> tuple[Case, ...]:
    """As `read_junit`, without the entries that stand for a test file that could not be loaded.

    The names in such a report are escaped twice. A file that itself passes has no tests or its process ended before it
    told of any: beside others it is a failure.
    """
    cases = tuple(Case(html.unescape(case.name), case.status) for case in read_junit(report))
    tests = tuple(case for case in cases if not case.name.endswith(NODE_TEST_FILES))
    if not tests:
        return ()
    files = (case for case in cases if case.name.endswith(NODE_TEST_FILES) and case.status == 'passed')
    return (*tests, *(Case(f'{case.name.rpartition("/")[2]} ends before its tests', 'failed') for case in files))


def node_test_cmd(tests: tuple[str, ...]) -> Command:
    options = (
        '--test-reporter=junit',
        f'--test-reporter-destination={JUNIT_REPORT}',
        '--test-reporter=spec',
        '--test-reporter-destination=stdout',
        '--disable-warning=ExperimentalWarning',
    )
    return ('node', '--test', *options, *tests)


def go_test_cmd(tests: tuple[str, ...]) -> Command:
    return ('go', 'test', '-json', '-vet=off', '-count=1', './...')


def read_go_events(report: bytes) -> tuple[Case, ...]:
    """Tests without subtests in the events of `go test -json`, and tests with subtests that failed by themselves.

    Raises:
        ValueError: not such events.
    """
    statuses: dict[str, Status] = {}
    for line in report.splitlines():
        event = json.loads(line) if line.startswith(b'{') else {}
        if 'Test' in event and event['Action'] in ('run', *GO_STATUS):
            # A test that began and never ended was running when the process died.
            statuses[event['Test']] = GO_STATUS.get(event['Action'], 'failed')
    results = []
    for name, status in sorted(statuses.items()):
        below = [statuses[other] for other in statuses if other.startswith(f'{name}/')]
        if not below or (status == 'failed' and 'failed' not in below):
            results.append(Case(name, status))
    return tuple(results)


def read_lines(report: bytes) -> tuple[Case, ...]:
    """The report of our own runners: lines of status, number and name, with tabs; the last word on each test counts.

    Every test is first `planned`, so that one that never ends has failed. What holds tests is `holding` until it is
    `dropped`: left so, it has failed outside of its tests, unless a test that failed tells enough.

    Raises:
        ValueError: not such lines.
    """
    cases: dict[str, Case] = {}
    holding: dict[str, Case] = {}
    for line in report.decode(errors='replace').removesuffix('\n').split('\n') if report else ():
        status, number, name = line.split('\t')
        case = Case(name, LINES_STATUS.get(status, 'failed'))
        if status == 'holding':
            holding[number] = case
        elif status == 'dropped':
            holding.pop(number, None)
            cases.pop(number, None)
        elif number not in holding:
            cases[number] = case
    found = tuple(cases.values())
    return found if any(case.status == 'failed' for case in found) else (*found, *holding.values())


def parse_xml(text: str) -> ElementTree.Element:
    """The root of XML that foreign code may have written: no document type, so no entities.

    Raises:
        ValueError: not such XML.
    """
    if '<!DOCTYPE' in text:
        raise ValueError('XML with a document type')
    try:
        # node writes characters of a message as they are, also those that XML doesn't allow
        return ElementTree.fromstring(NOT_XML.sub('\ufffd', text))  # noqa: S314 - no entities, see above
    except ElementTree.ParseError as error:
        raise ValueError(str(error)) from error


def read_junit(report: bytes) -> tuple[Case, ...]:
    """Test cases of a JUnit report, named with the suites or the class they are in.

    Raises:
        ValueError: not a JUnit report.
    """
    return tuple(_cases(parse_xml(report.decode()), ()))


def _cases(node: ElementTree.Element, suites: tuple[str, ...]) -> Iterator[Case]:
    for child in node:
        if child.tag == 'testcase':
            if any(error.get('message') == 'collection failure' for error in child):
                continue  # pytest could not import the file: not a test
            owner = child.get('classname', '').rpartition('.')[2]
            outer = (owner,) if owner.startswith('Test') else suites
            yield Case(' > '.join((*outer, child.get('name', ''))), _junit_status(child))
        elif child.tag == 'testsuite':
            name = child.get('name', 'pytest')
            yield from _cases(child, suites if name == 'pytest' else (*suites, name))


def _junit_status(case: ElementTree.Element) -> Status:
    tags = {child.tag for child in case}
    if tags & {'failure', 'error'}:
        return 'failed'
    return 'skipped' if 'skipped' in tags else 'passed'


def read_lcov(report: bytes, is_solution: Callable[[str], bool]) -> tuple[int, int]:
    """Lines reached and lines there are in an lcov trace file.

    Raises:
        ValueError: not such a file.
    """
    lines: dict[tuple[str, str], bool] = {}
    path = ''
    for entry in report.decode().splitlines():
        kind, _, value = entry.partition(':')
        if kind == 'SF':
            path = value.removeprefix(f'{BOX}/example/')
        elif kind == 'DA' and is_solution(path):
            line, count = value.split(',')[:2]
            lines[path, line] = lines.get((path, line), False) or int(count) > 0
    return sum(lines.values()), len(lines)


def read_go_profile(report: bytes, is_solution: Callable[[str], bool]) -> tuple[int, int]:
    """Statements reached and statements there are in a profile of `go test -coverprofile`.

    Raises:
        ValueError: not such a profile.
    """
    blocks: dict[str, tuple[int, bool]] = {}
    for entry in report.decode().splitlines()[1:]:
        place, statements, count = entry.split()
        if is_solution(place.rpartition(':')[0].rpartition('/')[2]):
            blocks[place] = (int(statements), int(count) > 0 or blocks.get(place, (0, False))[1])
    return sum(size for size, reached in blocks.values() if reached), sum(size for size, _ in blocks.values())


LCOV_REPORT = '/tmp/coverage.lcov'  # noqa: S108 - a path in the box


def _pytest_coverage_cmd(tests: tuple[str, ...]) -> Command:
    return (*pytest_cmd(tests), '-p', 'pytest_cov', '--cov=.', f'--cov-report=lcov:{LCOV_REPORT}')


def _node_coverage_cmd(tests: tuple[str, ...]) -> Command:
    options = (
        '--experimental-test-coverage',
        '--test-reporter=lcov',
        f'--test-reporter-destination={LCOV_REPORT}',
    )
    return ('node', '--test', *options, *tests)


def _go_coverage_cmd(tests: tuple[str, ...]) -> Command:
    return ('go', 'test', '-vet=off', '-count=1', '-coverpkg=./...', '-coverprofile=/tmp/coverage.out', './...')


PYTEST_COVERAGE = Coverage(_pytest_coverage_cmd, LCOV_REPORT, read_lcov)
NODE_COVERAGE = Coverage(_node_coverage_cmd, LCOV_REPORT, read_lcov)
GO_COVERAGE = Coverage(_go_coverage_cmd, '/tmp/coverage.out', read_go_profile)  # noqa: S108 - a path in the box


def requirement_ids(name: str) -> frozenset[str]:
    """The requirements that a test's name says it proves: whole words like R3, underscores being no part of a word."""
    return frozenset(REQUIREMENT.findall(name))


def test_names(pattern: re.Pattern[str], source: str) -> tuple[str, ...]:
    """Names of the tests in a test file, as far as they stand in its text."""
    return tuple(next(filter(None, match.groups()), '') for match in pattern.finditer(source))
