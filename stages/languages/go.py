"""Go, tested with `go test`. The toolchain's compile cache holds the standard library and is shared read-only."""

from __future__ import annotations

import json
import re

from stages.core import language
from stages.core import syntax

LANGUAGE = 'go'
FRAMEWORK = None
TOOLCHAIN = 'go'
VERSION_CMD = ('go', 'env', 'GOVERSION')
BENCHMARKS = ('*_bench_test.go',)
TESTS = ('*_test.go',)
SOLUTION = ('*.go', 'go.mod', 'go.sum')
SUFFIXES = ('.go',)
TEST_NAME = re.compile(
    r'^func[ \t]+(Test\w+)[ \t]*\('  # a test
    r'|\.Run\([ \t]*(?:"((?:[^"\\\n]|\\.)*)"|`([^`]*)`)'  # a subtest
    r'|"(R[1-9][0-9]?[ :_,](?:[^"\\\n]|\\.)*)"',  # a subtest's name in a table
    re.MULTILINE,
)
ENVIRONMENT = {
    'CGO_ENABLED': '0',
    'GOCACHE': f'{language.TOOLCHAINS}/go/gocache',
    # Go's package index holds absolute paths and file times: a read-only cache made elsewhere would fail it.
    'GODEBUG': 'goindex=0',
    'GOFLAGS': '-mod=readonly -trimpath',
    'GOMODCACHE': f'{language.TOOLCHAINS}/go/gomodcache',
    'GOPROXY': 'off',
    'GOTELEMETRY': 'off',
    'GOTOOLCHAIN': 'local',
}
REPORT = None
SERVE_CMD = None
STATUS: dict[str, language.Status] = {'pass': 'passed', 'fail': 'failed', 'skip': 'skipped'}

stub = syntax.stub_go


def test_cmd(tests: tuple[str, ...]) -> language.Command:
    return ('go', 'test', '-json', '-vet=off', '-count=1', './...')


def read_report(report: bytes) -> tuple[language.Case, ...]:
    """Tests without subtests in the events of `go test -json`, and tests with subtests that failed by themselves.

    Raises:
        ValueError: not such events.
    """
    statuses: dict[str, language.Status] = {}
    for line in report.splitlines():
        event = json.loads(line) if line.startswith(b'{') else {}
        if 'Test' in event and event['Action'] in ('run', *STATUS):
            # A test that began and never ended was running when the process died.
            statuses[event['Test']] = STATUS.get(event['Action'], 'failed')
    results = []
    for name, status in sorted(statuses.items()):
        below = [statuses[other] for other in statuses if other.startswith(f'{name}/')]
        if not below or (status == 'failed' and 'failed' not in below):
            results.append(language.Case(name, status))
    return tuple(results)
