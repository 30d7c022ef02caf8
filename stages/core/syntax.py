"""Changes of source text that need its syntax tree."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from collections.abc import Iterator
from typing import NamedTuple

import tree_sitter_go
import tree_sitter_javascript
import tree_sitter_python
import tree_sitter_typescript
from tree_sitter import Language
from tree_sitter import Node
from tree_sitter import Parser
from tree_sitter import Tree


class Grammar(NamedTuple):
    """A language's tree-sitter grammar, and the types of its nodes that are functions."""

    name: str
    load: Callable[[], object]
    functions: frozenset[str]


class Edit(NamedTuple):
    """Bytes ``start`` to ``end`` of the source become ``text``."""

    start: int
    end: int
    text: str


@functools.cache
def parser(grammar: Callable[[], object]) -> Parser:
    return Parser(Language(grammar()))


def parse(grammar: Callable[[], object], source: str) -> Node:
    """The root of the syntax tree of a file."""
    return parser(grammar).parse(source.encode()).root_node


@functools.lru_cache(1)
def _tree(grammar: Callable[[], object], raw: bytes) -> Tree:
    return parser(grammar).parse(raw)


def is_still_parsed(grammar: Callable[[], object], source: str, edit: Edit) -> bool:
    """Whether the source with an edit made has no syntax error; quick for many edits of the same source."""
    raw = source.encode()
    new = raw[: edit.start] + edit.text.encode() + raw[edit.end :]
    new_end = edit.start + len(edit.text.encode())
    tree = _tree(grammar, raw).copy()
    tree.edit(edit.start, edit.end, new_end, _point(raw, edit.start), _point(raw, edit.end), _point(new, new_end))
    return not parser(grammar).parse(new, tree).root_node.has_error


def _point(raw: bytes, place: int) -> tuple[int, int]:
    return raw.count(b'\n', 0, place), place - raw.rfind(b'\n', 0, place) - 1


def walk(node: Node, into: Callable[[Node], bool] = lambda _: True) -> Iterator[Node]:
    """All named nodes below a node, in no promised order; below a node only if ``into`` says so."""
    stack = list(node.named_children)
    while stack:
        child = stack.pop()
        yield child
        if into(child):
            stack += child.named_children


def text_of(node: Node) -> str:
    """The source text of a node."""
    return (node.text or b'').decode()


def apply(source: str, edits: list[Edit]) -> str:
    """The source with non-overlapping edits made."""
    raw = source.encode()
    for edit in sorted(edits, reverse=True):
        raw = raw[: edit.start] + edit.text.encode() + raw[edit.end :]
    return raw.decode()


PYTHON = Grammar('python', tree_sitter_python.language, frozenset({'function_definition'}))


def stub_python(source: str) -> str:
    """Every outermost function and method returns None."""
    edits = [
        Edit(body.start_byte, body.end_byte, 'return None')
        for _, body in functions(PYTHON.load, source, PYTHON.functions)
    ]
    return apply(source, edits)


JAVASCRIPT_FUNCTIONS = frozenset(
    {
        'arrow_function',
        'function_declaration',
        'function_expression',
        'generator_function',
        'generator_function_declaration',
        'method_definition',
    }
)


JAVASCRIPT = Grammar('javascript', tree_sitter_javascript.language, JAVASCRIPT_FUNCTIONS)
TYPESCRIPT = Grammar('typescript', tree_sitter_typescript.language_typescript, JAVASCRIPT_FUNCTIONS)


def stub_javascript(source: str) -> str:
    """Every outermost function and method returns undefined; the constructor of a subclass only calls its base's."""
    return _stub_ecmascript(tree_sitter_javascript.language, source)


def stub_typescript(source: str) -> str:
    """As for JavaScript; what is left is not checked for its types."""
    return '// @ts-nocheck\n' + _stub_ecmascript(tree_sitter_typescript.language_typescript, source)


def _stub_ecmascript(grammar: Callable[[], object], source: str) -> str:
    edits = []
    for function, body in functions(grammar, source, JAVASCRIPT_FUNCTIONS):
        empty = '{}' if body.type == 'statement_block' else 'undefined'
        if _is_subclass_constructor(function):
            empty = '{ super(...arguments); }'
        edits.append(Edit(body.start_byte, body.end_byte, empty))
    return apply(source, edits)


def _is_subclass_constructor(function: Node) -> bool:
    name = function.child_by_field_name('name')
    owner = function.parent.parent if function.parent else None
    return (
        function.type == 'method_definition'
        and name is not None
        and text_of(name) == 'constructor'
        and owner is not None
        and any(child.type == 'class_heritage' for child in owner.children)
    )


GO = Grammar('go', tree_sitter_go.language, frozenset({'function_declaration', 'method_declaration'}))


def stub_go(source: str) -> str:
    """Every function and method returns zero values; imports that nothing uses any more are dropped."""
    edits = []
    for function, body in functions(GO.load, source, GO.functions):
        result = function.child_by_field_name('result')
        edits.append(Edit(body.start_byte, body.end_byte, _go_zero(result)))
    return _without_unused_go_imports(apply(source, edits))


def _go_zero(result: Node | None) -> str:
    if result is None:
        return '{}'
    if result.type != 'parameter_list':
        return f'{{ return *new({text_of(result)}) }}'
    declared = [child for child in result.named_children if child.type == 'parameter_declaration']
    if any(child.child_by_field_name('name') for child in declared):
        return '{ return }'
    types = [child.child_by_field_name('type') for child in declared]
    return '{ return ' + ', '.join(f'*new({text_of(kind)})' for kind in types if kind) + ' }'


def _without_unused_go_imports(source: str) -> str:
    root = parse(tree_sitter_go.language, source)
    qualifiers = (node.children[0] for node in walk(root) if node.type in ('selector_expression', 'qualified_type'))
    used = {text_of(node) for node in qualifiers}
    edits = []
    for spec in (node for node in walk(root) if node.type == 'import_spec'):
        alias, path = spec.child_by_field_name('name'), spec.child_by_field_name('path')
        parts = text_of(path).strip('"`').split('/') if path else ['']
        last = parts[-2] if len(parts) > 1 and re.fullmatch(r'v\d+', parts[-1]) else parts[-1]
        name = text_of(alias) if alias else last
        if name not in used and name not in ('_', '.'):
            edits.append(Edit(spec.start_byte, spec.end_byte, f'_ {text_of(path)}' if path else ''))
    return apply(source, edits)


def functions(grammar: Callable[[], object], source: str, kinds: frozenset[str]) -> Iterator[tuple[Node, Node]]:
    """Functions that lie in no other one, with their bodies."""
    for function in walk(parse(grammar, source), lambda node: node.type not in kinds):
        body = function.child_by_field_name('body') if function.type in kinds else None
        if body is not None:
            yield function, body
