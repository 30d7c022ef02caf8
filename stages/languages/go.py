"""Go, tested with `go test`. The toolchain's compile cache holds the standard library and is shared read-only."""

from __future__ import annotations

from stages.core import language
from stages.core import syntax

LANGUAGE = 'go'
FRAMEWORK = None
TOOLCHAIN = 'go'
PACKAGES = language.GO_PACKAGES
DRIVER = 'go'
VERSION_CMD = language.GO_VERSION_CMD
BENCHMARKS = ('*_bench_test.go',)
TESTS = ('*_test.go',)
SOLUTION = ('*.go', 'go.mod', 'go.sum')
MANIFEST = 'go.mod'
SUFFIXES = ('.go',)
GRAMMAR = syntax.GO
TEST_NAME = language.GO_TEST_NAME
ENVIRONMENT = language.GO_ENVIRONMENT
REPORT = None
COVERAGE = language.GO_COVERAGE
SERVE_CMD = None

test_cmd = language.go_test_cmd
shuffled = language.shuffled_go
read_report = language.read_go_events
stub = syntax.stub_go
