"""Python, tested with pytest."""

from __future__ import annotations

from stages.core import language
from stages.core import syntax

LANGUAGE = 'python'
FRAMEWORK = None
TOOLCHAIN = 'python'
PACKAGES = language.PYTHON_PACKAGES
DRIVER = 'python'
VERSION_CMD = language.PYTHON_VERSION_CMD
BENCHMARKS = ('bench_*.py',)
TESTS = ('test_*.py', 'conftest.py')
SOLUTION = ('*.py', 'requirements.txt')
MANIFEST = None
SUFFIXES = ('.py',)
GRAMMAR = syntax.PYTHON
TEST_NAME = language.PYTEST_NAME
ENVIRONMENT = {**language.PYTEST_ENVIRONMENT, 'COVERAGE_FILE': '/tmp/coverage'}  # noqa: S108 - a path in the box
REPORT = language.JUNIT_REPORT
COVERAGE = language.PYTEST_COVERAGE
SERVE_CMD = None

test_cmd = language.pytest_cmd
shuffled = language.shuffled_pytest
read_report = language.read_junit
stub = syntax.stub_python
