"""React (JSX), tested with Vitest and Testing Library in jsdom."""

from __future__ import annotations

import re

from stages.core import language
from stages.core import syntax

LANGUAGE = 'javascript'
FRAMEWORK = 'react'
TOOLCHAIN = 'node'
PACKAGES = None
DRIVER = None
VERSION_CMD = (*language.NODE_VERSION_CMD, 'react', 'vitest', 'jsdom')
BENCHMARKS = ('bench_*.jsx', 'bench_*.js')
TESTS = ('*.test.jsx', '*.test.js')
SOLUTION = ('*.jsx', '*.js', '*.css', 'package.json')
MANIFEST = 'package.json'
SUFFIXES = ('.jsx', '.js')
GRAMMAR = syntax.JAVASCRIPT
TEST_NAME = language.NODE_TEST_NAME
ENVIRONMENT = language.NO_ENVIRONMENT
REPORT = language.JUNIT_REPORT
COVERAGE = None
SERVE_CMD = None
_FILES = ('.test.jsx', '.test.js')
_FILE = re.compile(r'^\S+\.test\.jsx? > ')

shuffled = language.shuffled_own
stub = syntax.stub_javascript


def test_cmd(tests: tuple[str, ...]) -> language.Command:
    config = f'{language.TOOLCHAINS}/node/vitest.config.mjs'
    return (
        'node',
        f'{language.BOX}/node_modules/vitest/vitest.mjs',
        'run',
        '--config',
        config,
        '--configLoader=native',
    )


def read_report(report: bytes) -> tuple[language.Case, ...]:
    """As `read_junit`, without the suites that stand for test files.

    Raises:
        ValueError: not a JUnit report.
    """
    cases = (language.Case(_FILE.sub('', case.name), case.status) for case in language.read_junit(report))
    return tuple(case for case in cases if not case.name.endswith(_FILES))
