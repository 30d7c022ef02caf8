"""C# 7 as Mono has it (no local functions), tested with NUnit 2.6; all files become one assembly."""

from __future__ import annotations

import re

import tree_sitter_c_sharp
from tree_sitter import Node

from stages.core import language
from stages.core import syntax

LANGUAGE = 'csharp'
FRAMEWORK = None
TOOLCHAIN = 'csharp'
PACKAGES = None
DRIVER = 'csharp'
VERSION_CMD = ('run-tests', '--version')
BENCHMARKS = ('*Bench.cs', '*Benchmark.cs', '*Benchmarks.cs')
TESTS = ('*Tests.cs', '*Test.cs')
SOLUTION = ('*.cs', 'Makefile')
MANIFEST = None
SUFFIXES = ('.cs',)
GRAMMAR = syntax.Grammar(
    'csharp',
    tree_sitter_c_sharp.language,
    frozenset({'constructor_declaration', 'local_function_statement', 'method_declaration', 'operator_declaration'}),
)
TEST_NAME = re.compile(
    r'^[ \t]*(?:\[[^\n]*\][ \t]*)?public[ \t]+(?:(?:async|override|static|virtual)[ \t]+)*'
    r'(?:void|Task)[ \t]+(\w+)[ \t]*\('
    r'|\b(?:TestName[ \t]*=|SetName\()[ \t]*"((?:[^"\\\n]|\\.)+)"'
    r'|^[ \t]*(?:(?:public|internal|abstract|sealed|static|partial)[ \t]+)*class[ \t]+(\w+Tests?)\b',
    re.MULTILINE,
)
# Mono's own settings are in /etc, of which the box has little.
ENVIRONMENT = {'MONO_CFG_DIR': f'{language.TOOLCHAINS}/csharp/etc'}
REPORT = language.LINES_REPORT
COVERAGE = None
SERVE_CMD = None
_DECLARATIONS = frozenset(
    {
        'accessor_declaration',
        'constructor_declaration',
        'conversion_operator_declaration',
        'destructor_declaration',
        'indexer_declaration',
        'method_declaration',
        'operator_declaration',
        'property_declaration',
    }
)
_WITH_ACCESSORS = frozenset({'indexer_declaration', 'property_declaration'})

shuffled = language.shuffled_own
read_report = language.read_lines


def test_cmd(tests: tuple[str, ...]) -> language.Command:
    return ('run-tests',)


def stub(source: str) -> str:
    """Every outermost method and accessor returns the default value of its type, or nothing if it is an iterator."""
    edits = []
    root = syntax.parse(tree_sitter_c_sharp.language, source)
    for node in syntax.walk(root, lambda node: node.type not in _DECLARATIONS or node.type in _WITH_ACCESSORS):
        body = _body(node) if node.type in _DECLARATIONS else None
        if body is not None:
            # What comes as an arrow ends with a semicolon, a block does not.
            end = body.end_byte if body.type == 'block' else node.end_byte
            empty = _empty(node, body)
            text = f'{{ get {empty} }}' if node.type in _WITH_ACCESSORS else empty
            edits.append(syntax.Edit(body.start_byte, end, text))
    return syntax.apply(source, edits)


def _body(node: Node) -> Node | None:
    return next((child for child in node.named_children if child.type in ('arrow_expression_clause', 'block')), None)


def _empty(node: Node, body: Node) -> str:
    modifiers = {syntax.text_of(child) for child in node.named_children if child.type == 'modifier'}
    if node.type == 'constructor_declaration':
        return '{ ' + _outs(node) + _unset_struct(node, modifiers) + '}'
    if any(inner.type == 'yield_statement' for inner in syntax.walk(body, _is_outer)):
        return '{ yield break; }'
    type_ = _type(node)
    if type_ is None:
        return '{ ' + _outs(node) + '}'
    if type_.type == 'ref_type':
        return '{ throw new System.NotImplementedException(); }'
    name = syntax.text_of(type_)
    if 'async' in modifiers:
        _, is_generic, inner = name.rstrip().removesuffix('>').partition('<')
        name = inner if is_generic else 'void'
    return '{ ' + _outs(node) + ('' if name == 'void' else f'return default({name}); ') + '}'


def _is_outer(node: Node) -> bool:
    return node.type not in ('anonymous_method_expression', 'lambda_expression', 'local_function_statement')


def _type(node: Node) -> Node | None:
    """The type of what a declaration returns; None if it returns nothing."""
    if node.type == 'accessor_declaration':
        is_getter = any(child.type == 'get' for child in node.children)
        owner = node.parent.parent if is_getter and node.parent else None
        return owner.child_by_field_name('type') if owner else None
    return node.child_by_field_name('returns') or node.child_by_field_name('type')


def _outs(node: Node) -> str:
    """What sets the output parameters of a declaration."""
    found = ''
    parameters = node.child_by_field_name('parameters')
    for one in parameters.named_children if parameters else ():
        name, type_ = one.child_by_field_name('name'), one.child_by_field_name('type')
        if (
            name
            and type_
            and any(child.type == 'modifier' and syntax.text_of(child) == 'out' for child in one.children)
        ):
            found += f'{syntax.text_of(name)} = default({syntax.text_of(type_)}); '
    return found


def _unset_struct(node: Node, modifiers: set[str]) -> str:
    """What sets all fields of a struct, as its constructors have to do."""
    owner = node.parent.parent if node.parent else None
    chain = next((child for child in node.named_children if child.type == 'constructor_initializer'), None)
    if owner is None or owner.type != 'struct_declaration' or 'static' in modifiers or chain is not None:
        return ''
    name = next((child for child in owner.children if child.type == 'identifier'), None)
    parameters = next((child for child in owner.children if child.type == 'type_parameter_list'), None)
    kind = ''.join(syntax.text_of(part) for part in (name, parameters) if part is not None)
    return f'this = default({kind}); '
