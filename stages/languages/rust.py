"""Rust, tested with `tests/*_test.rs` as Cargo has them, built by rustc. A crash fails the tests then running."""

from __future__ import annotations

import json
import re

import tree_sitter_rust
from tree_sitter import Node

from stages.core import language
from stages.core import syntax

LANGUAGE = 'rust'
FRAMEWORK = None
TOOLCHAIN = 'rust'
PACKAGES = language.RUST_PACKAGES
DRIVER = 'rust'
VERSION_CMD = ('rustc', '--version')
BENCHMARKS = ('bench_*.rs',)
TESTS = ('*_test.rs',)
SOLUTION = ('*.rs', 'Cargo.toml', 'Cargo.lock')
MANIFEST = 'Cargo.toml'
SUFFIXES = ('.rs',)
GRAMMAR = syntax.Grammar('rust', tree_sitter_rust.language, frozenset({'function_item'}))
TEST_NAME = re.compile(r'#\[test\](?:\s|#\[[^\]]*\]|//[^\n]*\n)*fn\s+(\w+)')
ENVIRONMENT = language.NO_ENVIRONMENT
REPORT = None
COVERAGE = None
SERVE_CMD = None
_STATUS: dict[str, language.Status] = {'ok': 'passed', 'failed': 'failed', 'ignored': 'skipped'}


def test_cmd(tests: tuple[str, ...]) -> language.Command:
    return ('run-tests', *tests)


def shuffled(seed: int) -> dict[str, str]:
    return {'RUST_TEST_SHUFFLE_SEED': str(seed)}


def read_report(report: bytes) -> tuple[language.Case, ...]:
    """Tests in the events of libtest, of one program after the other.

    Raises:
        ValueError: not such events, or a program ended before its tests did.
    """
    cases: list[language.Case] = []
    running: list[str] = []
    left = 0
    for line in report.splitlines():
        start = line.find(b'{ "type": "')  # a child process may have written something before it
        event = json.loads(line[start:]) if start >= 0 else {}
        if event.get('type') == 'suite':
            left += event['test_count'] if event['event'] == 'started' else 0
        elif event.get('type') == 'test' and event['event'] == 'started':
            running.append(event['name'])
        elif event.get('type') == 'test' and event['event'] in _STATUS:
            cases.append(language.Case(event['name'], _STATUS[event['event']]))
            left -= 1
            if event['name'] in running:
                running.remove(event['name'])
    if left > 0 and not running:
        raise ValueError('tests that did not run')
    return (*cases, *(language.Case(name, 'failed') for name in running))


def stub(source: str) -> str:
    """Every function returns a zero or empty value, or panics if its type is not known to have one."""
    edits = []
    for function, body in syntax.functions(tree_sitter_rust.language, source, frozenset({'function_item'})):
        result = function.child_by_field_name('return_type')
        empty = '' if result is None else _zero(result)
        if empty is not None:
            edits.append(syntax.Edit(body.start_byte, body.end_byte, f'{{ {empty} }}' if empty else '{}'))
    return syntax.apply(source, edits)


_PANIC = 'unimplemented!()'
_ZEROS = {
    **dict.fromkeys(('i8', 'i16', 'i32', 'i64', 'i128', 'isize', 'u8', 'u16', 'u32', 'u64', 'u128', 'usize'), '0'),
    **dict.fromkeys(('f32', 'f64'), '0.0'),
    'bool': 'false',
    'char': r"'\0'",
    'String': 'String::new()',
    'Vec': 'Vec::new()',
    'Option': 'None',
}
_IMPLEMENTED = {
    'Iterator': 'std::iter::empty()',
    'DoubleEndedIterator': 'std::iter::empty()',
    'ExactSizeIterator': 'std::iter::empty()',
    'Display': '""',
    'Debug': '""',
}


def _zero(kind: Node) -> str | None:
    """An expression of the type, which may stand in a const function; None if only the real body tells the type."""
    text = syntax.text_of(kind)
    name = re.split(r'[<(]', text)[0].rpartition('::')[2].strip()
    arguments = kind.child_by_field_name('type_arguments')
    if kind.type == 'unit_type':
        return ''
    if kind.type == 'tuple_type':
        parts = [_zero(part) for part in kind.named_children]
        return _PANIC if _PANIC in parts else f'({", ".join(part or "()" for part in parts)},)'
    if kind.type == 'reference_type':
        inner = kind.child_by_field_name('type')
        if inner is not None and syntax.text_of(inner) == 'str' and 'mut ' not in text:
            return '""'
        if inner is not None and inner.type == 'array_type' and inner.child_by_field_name('length') is None:
            return '&mut []' if re.match(r"&\s*('\w+\s+)?mut\b", text) else '&[]'
        return _PANIC
    if text.startswith('impl '):
        traits = {
            re.split(r'[<(]', part)[0].rpartition('::')[2].strip() for part in text.removeprefix('impl').split('+')
        }
        return next((_IMPLEMENTED[trait] for trait in sorted(traits) if trait in _IMPLEMENTED), None)
    if name == 'Result':
        inside = arguments.named_children[0] if arguments and arguments.named_children else None
        value = '()' if inside is None else _zero(inside)
        return _PANIC if value in (None, _PANIC) else f'Ok({value or "()"})'
    return _ZEROS.get(name, _PANIC)
