"""C++ (C++20), tested with doctest, whose main function is prebuilt. The address and undefined behaviour sanitizers
abort a program that errs.
"""

from __future__ import annotations

import re

import tree_sitter_cpp
from tree_sitter import Node

from stages.core import gcov
from stages.core import language
from stages.core import syntax

LANGUAGE = 'cpp'
FRAMEWORK = None
TOOLCHAIN = 'cpp'
PACKAGES = None
DRIVER = 'cpp'
VERSION_CMD = (
    'sh',
    '-c',
    'echo g++ $(g++ -dumpfullversion), doctest $(sed -n'
    ' "s/^#define DOCTEST_VERSION_[MP][A-Z]* \\([0-9]*\\)$/\\1/p" /usr/include/doctest/doctest.h | paste -s -d .)',
)
BENCHMARKS = ('bench_*.cpp',)
TESTS = ('test_*.cpp', 'test_*.hpp')
SOLUTION = ('*.cpp', '*.hpp', 'Makefile')
MANIFEST = None
SUFFIXES = ('.cpp', '.hpp')
GRAMMAR = syntax.Grammar('cpp', tree_sitter_cpp.language, frozenset({'function_definition', 'lambda_expression'}))
TEST_NAME = re.compile(
    r'\b(?:(?:TEST_CASE|SCENARIO)(?:_TEMPLATE)?|SUBCASE)\(\s*"((?:[^"\\\n]|\\.)+)"'
    r'|\bTEST_CASE_FIXTURE\(\s*[^,"]+,\s*"((?:[^"\\\n]|\\.)+)"'
)
ENVIRONMENT = language.NO_ENVIRONMENT
REPORT = language.JUNIT_REPORT
COVERAGE = language.Coverage(lambda tests: ('env', f'COVERAGE={gcov.REPORT}', *test_cmd(tests)), gcov.REPORT, gcov.read)
SERVE_CMD = None

shuffled = language.shuffled_own


def test_cmd(tests: tuple[str, ...]) -> language.Command:
    return ('run-tests', *tests)


def read_report(report: bytes) -> tuple[language.Case, ...]:
    """Test cases of doctest's JUnit report, without the program's name.

    Raises:
        ValueError: not a JUnit report.
    """
    return tuple(case._replace(name=case.name.partition(' > ')[2]) for case in language.read_junit(report))


def stub(source: str) -> str:
    """Every function returns a default value, or throws an int if its type has none."""
    edits = []
    for function, body in syntax.functions(tree_sitter_cpp.language, source, frozenset({'function_definition'})):
        empty = _empty(function)
        if empty is not None and body.type == 'compound_statement':
            edits.append(syntax.Edit(body.start_byte, body.end_byte, empty))
    return syntax.apply(source, edits)


def _empty(function: Node) -> str | None:
    """A body that compiles whatever the type is; None for a type that only the real body tells."""
    kind, declarator = function.child_by_field_name('type'), function.child_by_field_name('declarator')
    if declarator is not None and declarator.type == 'operator_cast':
        kind, declarator = declarator.child_by_field_name('type'), declarator.child_by_field_name('declarator')
    if kind is None or declarator is None:
        return '{}'  # a constructor or destructor
    marks = ''
    while declarator is not None and declarator.type in ('pointer_declarator', 'reference_declarator'):
        marks += syntax.text_of(declarator.children[0])
        declarator = next((child for child in declarator.named_children if child.type.endswith('declarator')), None)
    result = syntax.text_of(kind)
    if kind.type == 'placeholder_type_specifier':
        trailing = (
            [child for child in declarator.named_children if child.type == 'trailing_return_type'] if declarator else []
        )
        if not trailing:
            return None
        result = syntax.text_of(trailing[0]).removeprefix('->').strip()
    if result == 'void' and not marks:
        return '{}'
    if marks == '&' and declarator is not None and re.match(r'operator\s*\W{0,2}=', syntax.text_of(declarator)):
        return '{ return *this; }'
    return (
        '{ return []<class R>() -> R { if constexpr (requires { R(); }) return R(); else throw 0; }'
        f'.template operator()<{result}{marks}>(); }}'
    )
