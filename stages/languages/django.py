"""Django: `manage.py`, `config/settings.py` and `config/asgi.py`, apps beside them with their migrations; native tests
with pytest and pytest-django.
"""

from __future__ import annotations

from stages.core import language
from stages.core import syntax

LANGUAGE = 'python'
FRAMEWORK = 'django'
TOOLCHAIN = 'python'
PACKAGES = None
DRIVER = None
VERSION_CMD = (*language.PYTHON_VERSION_CMD, 'django')
BENCHMARKS = ('bench_*.py',)
TESTS = ('test_*.py', 'conftest.py')
SOLUTION = ('*.py', '*.sql', '*.html', 'requirements.txt')
MANIFEST = 'requirements.txt'
SUFFIXES = ('.py',)
GRAMMAR = syntax.PYTHON
TEST_NAME = language.PYTEST_NAME
ENVIRONMENT = {**language.PYTEST_ENVIRONMENT, 'DJANGO_SETTINGS_MODULE': 'config.settings'}
REPORT = language.JUNIT_REPORT
COVERAGE = None
# Not `runserver`: it takes a chunked body for an empty one.
SERVE_CMD = (
    'sh',
    '-c',
    'python manage.py migrate --verbosity 0 && exec python -m uvicorn config.asgi:application '
    f'--host 127.0.0.1 --port {language.PORT} --log-level warning --lifespan off',
)

shuffled = language.shuffled_pytest
read_report = language.read_junit


def test_cmd(tests: tuple[str, ...]) -> language.Command:
    return (*language.pytest_cmd(tests), '-p', 'pytest_django.plugin', '--no-migrations')


def stub(source: str) -> str:
    """As for Python, but `main()` of `manage.py` is left: it is how the commands run, no work of the example."""
    return source if 'execute_from_command_line' in source else syntax.stub_python(source)
