"""TypeScript on Node.js: the compiler checks the types, node strips them and runs the tests with its own runner."""

from __future__ import annotations

from stages.core import language
from stages.core import syntax

LANGUAGE = 'typescript'
FRAMEWORK = None
TOOLCHAIN = 'node'
PACKAGES = None
DRIVER = 'node'
VERSION_CMD = (*language.NODE_VERSION_CMD, 'typescript')
BENCHMARKS = ('bench_*.ts',)
TESTS = ('*.test.ts',)
SOLUTION = ('*.ts', 'package.json', 'tsconfig.json')
MANIFEST = 'package.json'
SUFFIXES = ('.ts',)
GRAMMAR = syntax.TYPESCRIPT
TEST_NAME = language.NODE_TEST_NAME
ENVIRONMENT = language.NO_ENVIRONMENT
REPORT = language.JUNIT_REPORT
COVERAGE = language.NODE_COVERAGE
SERVE_CMD = None

shuffled = language.shuffled_node
read_report = language.read_node_junit
stub = syntax.stub_typescript


def test_cmd(tests: tuple[str, ...]) -> language.Command:
    check = (*language.TSC, '--noEmit', '--erasableSyntaxOnly')
    run = language.node_test_cmd(())
    return ('sh', '-c', f'{" ".join(check)} $(find . -name "*.ts") && exec {" ".join(run)} "$@"', 'sh', *tests)
