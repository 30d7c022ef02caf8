"""Python, tested with pytest."""

from __future__ import annotations

from stages.core import language
from stages.core import syntax

LANGUAGE = 'python'
FRAMEWORK = None
TOOLCHAIN = 'python'
VERSION_CMD = language.PYTHON_VERSION_CMD
BENCHMARKS = ('bench_*.py',)
TESTS = ('test_*.py', 'conftest.py')
SOLUTION = ('*.py', 'requirements.txt')
MANIFEST = None
SUFFIXES = ('.py',)
TEST_NAME = language.PYTEST_NAME
ENVIRONMENT = language.PYTEST_ENVIRONMENT
REPORT = language.JUNIT_REPORT
SERVE_CMD = None

test_cmd = language.pytest_cmd
read_report = language.read_junit
stub = syntax.stub_python
