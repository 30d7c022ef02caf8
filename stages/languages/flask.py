"""Flask: `main.py` has `app`; native tests with pytest and Flask's test client."""

from __future__ import annotations

from stages.core import language
from stages.core import syntax

LANGUAGE = 'python'
FRAMEWORK = 'flask'
TOOLCHAIN = 'python'
PACKAGES = None
DRIVER = None
VERSION_CMD = (*language.PYTHON_VERSION_CMD, 'flask')
BENCHMARKS = ('bench_*.py',)
TESTS = ('test_*.py', 'conftest.py')
SOLUTION = ('*.py', '*.sql', 'requirements.txt')
MANIFEST = 'requirements.txt'
SUFFIXES = ('.py',)
GRAMMAR = syntax.PYTHON
TEST_NAME = language.PYTEST_NAME
ENVIRONMENT = language.PYTEST_ENVIRONMENT
REPORT = language.JUNIT_REPORT
COVERAGE = None
SERVE_CMD = ('python', '-m', 'flask', '--app', 'main', 'run', '--host', '127.0.0.1', '--port', str(language.PORT))

test_cmd = language.pytest_cmd
shuffled = language.shuffled_pytest
read_report = language.read_junit
stub = syntax.stub_python
