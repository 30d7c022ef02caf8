"""FastAPI: `main.py` has `app`; native tests with pytest and FastAPI's TestClient."""

from __future__ import annotations

from stages.core import language
from stages.core import syntax

LANGUAGE = 'python'
FRAMEWORK = 'fastapi'
TOOLCHAIN = 'python'
PACKAGES = None
DRIVER = None
VERSION_CMD = (*language.PYTHON_VERSION_CMD, 'fastapi')
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
SERVE_CMD = (
    'python',
    '-m',
    'uvicorn',
    'main:app',
    '--host',
    '127.0.0.1',
    '--port',
    str(language.PORT),
    '--log-level',
    'warning',
)

test_cmd = language.pytest_cmd
shuffled = language.shuffled_pytest
read_report = language.read_junit
stub = syntax.stub_python
