"""Gin, in Go: package main listens on `PORT`; native tests with `go test` and `net/http/httptest`."""

from __future__ import annotations

from stages.core import language
from stages.core import syntax

LANGUAGE = 'go'
FRAMEWORK = 'gin'
TOOLCHAIN = 'go'
PACKAGES = None
DRIVER = None
VERSION_CMD = (
    'sh',
    '-c',
    f'gin=$(echo {language.TOOLCHAINS}/go/gomodcache/github.com/gin-gonic/gin@v*); '
    'echo gin ${gin##*@v}, $(go env GOVERSION)',
)
BENCHMARKS = ('*_bench_test.go',)
TESTS = ('*_test.go',)
SOLUTION = ('*.go', '*.sql', 'go.mod', 'go.sum')
MANIFEST = 'go.mod'
SUFFIXES = ('.go',)
GRAMMAR = syntax.GO
TEST_NAME = language.GO_TEST_NAME
ENVIRONMENT = {**language.GO_ENVIRONMENT, 'GIN_MODE': 'release'}
REPORT = None
COVERAGE = None
SERVE_CMD = ('sh', '-c', 'go build -o /tmp/server . && exec /tmp/server')

test_cmd = language.go_test_cmd
shuffled = language.shuffled_go
read_report = language.read_go_events
stub = syntax.stub_go
