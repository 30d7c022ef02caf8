"""C (C17), tested with Check. Each `test_*.c` is a program; the address and undefined behaviour
sanitizers abort a test that errs.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

import tree_sitter_c
from tree_sitter import Node

from stages.core import gcov
from stages.core import language
from stages.core import syntax

LANGUAGE = 'c'
FRAMEWORK = None
TOOLCHAIN = 'c'
PACKAGES = None
DRIVER = 'c'
VERSION_CMD = (
    'sh',
    '-c',
    'echo gcc $(gcc -dumpfullversion), check'
    ' $(sed -n "s/^#define CHECK_M[A-Z]*_VERSION (\\(.*\\))/\\1/p" /usr/include/check.h | paste -s -d .)',
)
BENCHMARKS = ('bench_*.c',)
TESTS = ('test_*.c', 'test_*.h')
SOLUTION = ('*.c', '*.h', 'Makefile')
MANIFEST = None
SUFFIXES = ('.c', '.h')
GRAMMAR = syntax.Grammar('c', tree_sitter_c.language, frozenset({'function_definition'}))
TEST_NAME = re.compile(r'\bSTART_TEST\(\s*(\w+)\s*\)')
ENVIRONMENT = language.NO_ENVIRONMENT
REPORT = language.JUNIT_REPORT
COVERAGE = language.Coverage(lambda tests: ('env', f'COVERAGE={gcov.REPORT}', *test_cmd(tests)), gcov.REPORT, gcov.read)
SERVE_CMD = None
_NAMESPACE = '{http://check.sourceforge.net/ns}'


def test_cmd(tests: tuple[str, ...]) -> language.Command:
    return ('run-tests', *tests)


def shuffled(seed: int) -> dict[str, str]:
    """Nothing to shuffle: Check runs each test in a process of its own."""
    return {}


def read_report(report: bytes) -> tuple[language.Case, ...]:
    """Tests in the XML reports of Check, one after the other; those of a loop are named with their turn.

    A test that has no duration ended its process itself: Check takes `exit(0)` for a pass. So one that Check expects to
    exit or to die by a signal can't pass either: let it fork and look at its child.

    Raises:
        ValueError: not such reports.
    """
    tests = [
        (
            _text(test, 'id'),
            _text(test, 'iteration'),
            test.get('result') == 'success' and _text(test, 'duration')[0] != '-',
        )
        for part in report.decode(errors='replace').split('<?xml ')[1:]
        for test in language.parse_xml(f'<?xml {part}').iter(f'{_NAMESPACE}test')
    ]
    loops = {name for name, turn, _ in tests if turn != '0'}
    return tuple(
        language.Case(f'{name}[{turn}]' if name in loops else name, 'passed' if passed else 'failed')
        for name, turn, passed in tests
    )


def _text(test: Element, name: str) -> str:
    found = test.findtext(f'{_NAMESPACE}{name}')
    if not found:
        raise ValueError(f'a test without {name}')
    return found


def stub(source: str) -> str:
    """Every function returns zero."""
    return syntax.apply(
        source,
        [
            syntax.Edit(body.start_byte, body.end_byte, _zero(function))
            for function, body in syntax.functions(tree_sitter_c.language, source, frozenset({'function_definition'}))
        ],
    )


def _zero(function: Node) -> str:
    kind, declarator = function.child_by_field_name('type'), function.child_by_field_name('declarator')
    if kind is None or declarator is None or declarator.type != 'function_declarator':
        return '{ return 0; }'  # a pointer
    return '{}' if syntax.text_of(kind) == 'void' else f'{{ return ({syntax.text_of(kind)}){{0}}; }}'
