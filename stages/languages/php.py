"""PHP, tested with PHPUnit."""

from __future__ import annotations

import re

import tree_sitter_php

from stages.core import language
from stages.core import syntax

LANGUAGE = 'php'
FRAMEWORK = None
TOOLCHAIN = 'php'
PACKAGES = None
DRIVER = 'php'
VERSION_CMD = (
    'php',
    '-n',
    '-r',
    'require "PHPUnit/Autoload.php"; echo "php ", PHP_VERSION, ", phpunit ", PHPUnit\\Runner\\Version::id();',
)
BENCHMARKS = ('bench_*.php', '*Bench.php')
TESTS = ('*Test.php', '*TestCase.php')
SOLUTION = ('*.php', '*.sql', 'composer.json')
MANIFEST = None
SUFFIXES = ('.php',)
GRAMMAR = syntax.Grammar(
    'php',
    tree_sitter_php.language_php,
    frozenset({'anonymous_function', 'arrow_function', 'function_definition', 'method_declaration'}),
)
TEST_NAME = re.compile(
    r'\bfunction[ \t]+(test\w*)[ \t]*\('
    r'|@test\b(?:[^*]|\*(?!/))*\*/\s*(?:final\s+)?(?:public\s+)?function[ \t]+((?!test)\w+)'
    r'|^(?:final[ \t]+)?class[ \t]+(\w*Test)\b',
    re.MULTILINE,
)
ENVIRONMENT = {'PHPRC': f'{language.TOOLCHAINS}/php', 'PHP_INI_SCAN_DIR': ''}
REPORT = language.LINES_REPORT
COVERAGE = None
SERVE_CMD = None

shuffled = language.shuffled_own
read_report = language.read_lines


def test_cmd(tests: tuple[str, ...]) -> language.Command:
    script = f'{language.TOOLCHAINS}/php/run.php'
    return ('php', script, REPORT, '--no-configuration', '--do-not-cache-result', '.')


def stub(source: str) -> str:
    """Every outermost function and method returns a zero value, or nothing if its type has none."""
    kinds = frozenset({'function_definition', 'method_declaration', 'anonymous_function', 'arrow_function'})
    zeros = {
        '[]': {'array', 'iterable'},
        '0': {'int'},
        '0.0': {'float'},
        "''": {'string'},
        'false': {'bool', 'false'},
    }
    edits = []
    for function, body in syntax.functions(tree_sitter_php.language_php, source, kinds):
        type_ = function.child_by_field_name('return_type')
        told = {part.strip().lower() for part in syntax.text_of(type_).split('|')} if type_ else set()
        if any(part.startswith('?') for part in told) or told & {'null', 'mixed'}:
            zero = 'null'
        else:
            zero = next((value for value, types in zeros.items() if told & types), '')
        if body.type != 'compound_statement':
            empty = zero or 'null'
        elif {part.rpartition('\\')[2] for part in told} & {'generator', 'iterator', 'traversable'}:
            empty = '{ yield from []; }'
        else:
            empty = f'{{ return {zero}; }}' if zero else '{}'
        edits.append(syntax.Edit(body.start_byte, body.end_byte, empty))
    return syntax.apply(source, edits)
