"""Mutants of a source file: small faults made in its syntax tree, by the same operators in every language.

Operators, after Offutt et al. (1996), "An experimental determination of sufficient mutant operators", and those that
PIT and Stryker agree on:

    comparison   == ↔ !=, < ↔ >=, in ↔ not in, …       boundary    < ↔ <=, > ↔ >=
    arithmetic   + ↔ -, * ↔ /, & ↔ |, += ↔ -=, …       logical     and ↔ or, a negation or a condition turned round
    constant     a number one more, true ↔ false       statement   a call, an assignment, a jump left out
    return       a returned value becomes zero         error       a raise left out, a handler emptied, an error dropped

What a mutant is called (``id``) depends on the function it is in and on its line, not on where the line is, so that an
edit elsewhere in the file leaves it as it was.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections import Counter
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from typing import NamedTuple

from tree_sitter import Node

from stages.core.syntax import Edit
from stages.core.syntax import Grammar
from stages.core.syntax import apply
from stages.core.syntax import is_still_parsed
from stages.core.syntax import parse
from stages.core.syntax import text_of

# Operator, the node that it is about, what it does to the text.
Fault = tuple[str, Node, Edit]
OPERATORS = ('comparison', 'boundary', 'arithmetic', 'logical', 'constant', 'statement', 'return', 'error')


class Mutant(NamedTuple):
    """One fault: which edit of which file. ``line`` counts from 1, ``symbol`` is the function around it."""

    id: str
    operator: str
    file: str
    line: int
    symbol: str
    edit: Edit

    def diff(self, source: str) -> str:
        """The fault as a unified diff of the file."""
        changed = apply(source, [self.edit])
        lines = difflib.unified_diff(
            source.splitlines(), changed.splitlines(), self.file, f'{self.file} (mutant {self.id})', n=2, lineterm=''
        )
        return '\n'.join(lines)


def _both(pairs: dict[str, str]) -> dict[str, str]:
    return pairs | {value: key for key, value in pairs.items()}


# Operators of an expression with two sides, by their token.
COMPARISON = _both({'==': '!=', '===': '!==', '<': '>=', '>': '<=', 'is': 'is not', 'in': 'not in'})
BOUNDARY = _both({'<': '<=', '>': '>='})
ARITHMETIC = {
    **_both({'+': '-', '*': '/', '&': '|', '<<': '>>', '++': '--'}),
    **_both({'+=': '-=', '*=': '/=', '&=': '|=', '<<=': '>>='}),
    '//': '*',
    '%': '*',
    '**': '*',
    '^': '&',
    '%=': '*=',
    '^=': '&=',
    '//=': '*=',
}
LOGICAL = _both({'&&': '||', 'and': 'or'})
TWO_SIDED = frozenset(
    {
        'assignment_expression',
        'assignment_statement',
        'augmented_assignment',
        'augmented_assignment_expression',
        'binary',
        'binary_expression',
        'binary_operator',
        'boolean_operator',
        'comparison_operator',
        'compound_assignment_expr',
        'dec_statement',
        'inc_statement',
        'operator_assignment',
        'postfix_unary_expression',
        'prefix_unary_expression',
        'update_expression',
    }
)
NEGATIONS = frozenset({'not_operator', 'prefix_unary_expression', 'unary', 'unary_expression', 'unary_op_expression'})
NUMBERS = frozenset(
    {
        'decimal_floating_point_literal',
        'decimal_integer_literal',
        'float',
        'float_literal',
        'int_literal',
        'integer',
        'integer_literal',
        'number',
        'number_literal',
        'real_literal',
    }
)
BOOLEANS = {'true': 'false', 'false': 'true', 'True': 'False', 'False': 'True'}
CONDITIONALS = frozenset(
    {
        'conditional',
        'conditional_expression',
        'if',
        'if_expression',
        'if_modifier',
        'if_statement',
        'ternary_expression',
        'unless',
        'unless_modifier',
    }
)
STATEMENTS = frozenset(
    {
        'assignment_statement',
        'break_statement',
        'continue_statement',
        'dec_statement',
        'defer_statement',
        'expression_statement',
        'inc_statement',
        'send_statement',
    }
)
RUBY_STATEMENTS = frozenset({'assignment', 'break', 'call', 'next', 'operator_assignment'})
RUBY_BODIES = frozenset({'body_statement', 'block_body', 'do_block', 'else', 'ensure', 'then'})
# Conditions that declare something.
BINDINGS = frozenset({'assignment', 'declaration', 'init_statement', 'let_chain', 'let_condition'})
RAISES = frozenset({'raise_statement', 'throw_statement'})
HANDLERS = frozenset({'catch_clause', 'except_clause'})
# What is no behaviour of the code, or no tree of it.
OPAQUE = frozenset(
    {
        'comment',
        'import_declaration',
        'import_from_statement',
        'import_statement',
        'interface_declaration',
        'namespace_use_declaration',
        'package_clause',
        'preproc_call',
        'preproc_def',
        'preproc_function_def',
        'preproc_include',
        'token_tree',
        'type',
        'type_alias_declaration',
        'type_annotation',
        'use_declaration',
        'using_directive',
    }
)
NAMED = ('impl_item', 'variable_declarator')
LAMBDAS = frozenset(
    {
        'anonymous_function',
        'anonymous_method_expression',
        'arrow_function',
        'async_block',
        'closure_expression',
        'func_literal',
        'function_expression',
        'lambda',
        'lambda_expression',
    }
)
# Ruby calls that declare something.
DECLARING = frozenset(
    {
        'attr_accessor',
        'attr_reader',
        'extend',
        'freeze',
        'include',
        'module_function',
        'private',
        'private_class_method',
        'private_constant',
        'require',
        'require_relative',
    }
)
# In Rust and Ruby the last expression of a body is its value, unless it is one of these.
NO_VALUES = frozenset(
    {
        'begin',
        'case',
        'empty_statement',
        'ensure',
        'expression_statement',
        'for_expression',
        'if',
        'if_expression',
        'let_declaration',
        'line_comment',
        'loop_expression',
        'macro_invocation',
        'match_expression',
        'rescue',
        'return',
        'return_expression',
        'unless',
        'while',
        'while_expression',
    }
)


def of_files(sources: Mapping[str, bytes], grammar: Grammar, suffixes: tuple[str, ...]) -> list[Mutant]:
    """The mutants of all source files of a solution, by file and place, but of what Django writes (`migrations/`)."""
    return [
        one
        for file, source in sorted(sources.items())
        if file.endswith(suffixes) and 'migrations' not in file.split('/')
        for one in mutants(file, source.decode(), grammar)
    ]


def mutants(file: str, source: str, grammar: Grammar) -> list[Mutant]:
    """All mutants of a file that are still a tree of its language, in the order of the text."""
    root = parse(grammar.load, source)
    raw = source.encode()
    lines = raw.split(b'\n')
    found: list[Mutant] = []
    seen: Counter[str] = Counter()
    for operator, node, edit in _walk(root, _Finder(grammar)):
        if edit.text == raw[edit.start : edit.end].decode():
            continue
        line = raw[: edit.start].count(b'\n')
        symbol = _symbol(node, grammar)
        was = lines[line].strip().decode()
        told = '\0'.join((file, symbol, operator, was, text_of(node) if node.child_count else '', edit.text))
        seen[told] += 1
        name = hashlib.sha256(f'{told}\0{seen[told]}'.encode()).hexdigest()[:8]
        found.append(Mutant(name, operator, file, line + 1, symbol, edit))
    found.sort(key=lambda one: (one.edit, one.operator))
    return [one for one in found if root.has_error or is_still_parsed(grammar.load, source, one.edit)]


def _walk(root: Node, finder: _Finder) -> Iterator[Fault]:
    stack = [root]
    while stack:
        node = stack.pop()
        if node.type in OPAQUE and node.is_named:
            continue
        yield from finder.at(node)
        stack += node.children


def _symbol(node: Node, grammar: Grammar) -> str:
    names = []
    above: Node | None = node
    while above is not None:
        if above.type in grammar.functions or 'class' in above.type or above.type in NAMED:
            name = above.child_by_field_name('name') or above.child_by_field_name('type')
            declarator = above.child_by_field_name('declarator')
            found = name or (declarator and (declarator.child_by_field_name('declarator') or declarator))
            if found:
                names.append(text_of(found))
        above = above.parent
    return '.'.join(reversed(names))


def _replaced(node: Node, text: str) -> Edit:
    return Edit(node.start_byte, node.end_byte, text)


def _operands(expression: Node) -> Iterator[Node]:
    """The parts of a chain like `a + b + c`."""
    for child in expression.named_children:
        if child.type == expression.type:
            yield from _operands(child)
        else:
            yield child


class _Finder:
    """The faults that can be made at one node of a language's tree."""

    def __init__(self, grammar: Grammar) -> None:
        self.language = grammar.name
        self.functions = grammar.functions
        self.negation = 'not ' if grammar.name == 'python' else '!'
        self.nothing = {'python': 'pass', 'ruby': 'nil', 'go': '', 'rust': ''}.get(grammar.name, ';')

    def at(self, node: Node) -> Iterator[Fault]:
        if not node.is_named:
            yield from self._operator(node)
        elif node.type in NUMBERS or text_of(node) in BOOLEANS:
            yield from self._constant(node)
        else:
            yield from self._logical(node)
            yield from self._statement(node)
            yield from self._return(node)
            yield from self._handler(node)

    def _operator(self, token: Node) -> Iterator[Fault]:
        parent, text = token.parent, token.type
        if parent is None or parent.type not in TWO_SIDED:
            return
        if text in COMPARISON:
            yield 'comparison', parent, _replaced(token, COMPARISON[text])
        if text in BOUNDARY:
            yield 'boundary', parent, _replaced(token, BOUNDARY[text])
        if text in LOGICAL:
            yield 'logical', parent, _replaced(token, LOGICAL[text])
        if text in ARITHMETIC and not self._is_text_or_step(parent, text):
            yield 'arithmetic', parent, _replaced(token, ARITHMETIC[text])

    def _is_text_or_step(self, expression: Node, token: str) -> bool:
        """Texts can't be subtracted, and a loop that steps the other way tells nothing but that it never ends."""
        if token in ('++', '--'):
            above = expression.parent
            return above is not None and above.type.startswith('for')
        if token not in ('+', '+='):
            return False
        top = expression
        while top.parent is not None and top.parent.type == expression.type:
            top = top.parent
        return any('string' in node.type or 'template' in node.type for node in _operands(top))

    def _constant(self, node: Node) -> Iterator[Fault]:
        text = text_of(node)
        values = node.parent
        if (
            self.language == 'go'
            and values is not None
            and values.parent is not None
            and values.parent.type == 'return_statement'
            and text_of(values.named_children[-1]) not in (text, 'nil')
        ):
            return  # what comes beside an error means nothing
        number = re.fullmatch(r'(\d[\d_]*)((?:\.\d+)?)([A-Za-z]\w*)?', text)
        if text in BOOLEANS:
            yield 'constant', node, _replaced(node, BOOLEANS[text])
        elif number and not re.match(r'0[xXbBoO]', text):
            more = int(number[1].replace('_', '')) + 1
            yield 'constant', node, _replaced(node, f'{more}{number[2]}{number[3] or ""}')

    def _logical(self, node: Node) -> Iterator[Fault]:
        if node.type in NEGATIONS and node.children[0].type in ('!', 'not'):
            space = ' ' if node.children[0].type == 'not' else ''
            yield 'logical', node, _replaced(node, space + text_of(node.named_children[-1]))
        condition = node.child_by_field_name('condition') if node.type in CONDITIONALS else None
        if node.type == 'conditional_expression' and self.language == 'python' and len(node.named_children) == 3:
            condition = node.named_children[1]
        while condition is not None and condition.type in ('condition_clause', 'parenthesized_expression'):
            condition = condition.child_by_field_name('value') or next(iter(condition.named_children), None)
        if condition is not None and condition.type not in TWO_SIDED | NEGATIONS | BINDINGS:
            yield 'logical', condition, _replaced(condition, f'{self.negation}({text_of(condition)})')

    def _statement(self, node: Node) -> Iterator[Fault]:
        inner = node.named_children[0] if node.named_children else node
        if node.type in RAISES or (node.type == 'expression_statement' and inner.type == 'throw_expression'):
            yield 'error', node, _replaced(node, self.nothing)
        elif self.language == 'ruby':
            yield from self._ruby_statement(node)
        elif (
            node.type in STATEMENTS
            and node.parent is not None
            and not node.parent.type.startswith('for')
            and 'string' not in inner.type
            and (self.language != 'rust' or (text_of(node).endswith(';') and inner.type not in NO_VALUES))
        ):
            yield 'statement', node, _replaced(node, self.nothing)

    def _ruby_statement(self, node: Node) -> Iterator[Fault]:
        if node.type not in RUBY_STATEMENTS or node.parent is None or node.parent.type not in RUBY_BODIES:
            return
        method = node.child_by_field_name('method')
        name = text_of(method) if method is not None else ''
        is_value = node.next_named_sibling is None and node.parent.type == 'body_statement'
        if name == 'raise':
            yield 'error', node, _replaced(node, self.nothing)
        elif not is_value and name not in DECLARING:
            yield 'statement', node, _replaced(node, self.nothing)

    def _return(self, node: Node) -> Iterator[Fault]:
        value = self._returned(node)
        zero = ZEROS[self.language](self._function(value), value) if value is not None else None
        if value is None or zero is None or zero.strip() == text_of(value).strip():
            return
        told = text_of(value)
        is_error = (self.language == 'rust' and told.startswith('Err(')) or (
            self.language == 'go' and zero.endswith('nil') and not told.endswith('nil')
        )
        yield 'error' if is_error else 'return', node, _replaced(value, zero)

    def _returned(self, node: Node) -> Node | None:
        """The value that a function gives back at this node, if that is what the node does."""
        if node.type in ('return_statement', 'return_expression', 'return'):
            return next((child for child in node.named_children if child.type != 'comment'), None)
        body = node.child_by_field_name('body')
        if node.type == 'arrow_function' and self.language != 'php':
            return body if body is not None and body.type != 'statement_block' else None
        if node.type in self.functions and self.language in ('rust', 'ruby'):
            last = body.named_children[-1] if body is not None and body.named_children else None
            return last if last is not None and last.type not in NO_VALUES else None
        return None

    def _function(self, node: Node) -> Node | None:
        """The innermost function around a node, with or without a name."""
        above = node.parent
        while above is not None and above.type not in self.functions and above.type not in LAMBDAS:
            above = above.parent
        return above

    def _handler(self, node: Node) -> Iterator[Fault]:
        if node.type in HANDLERS:
            blocks = [
                child
                for child in node.named_children
                if child.type in ('block', 'compound_statement', 'statement_block')
            ]
            body = blocks[-1] if blocks else None
            if body is not None:
                yield 'error', node, _replaced(body, 'pass' if self.language == 'python' else '{}')


def _typed(function: Node | None, *fields: str) -> str | None:
    """The text of the return type of a function."""
    if function is None:
        return None
    found = next((kind for field in fields if (kind := function.child_by_field_name(field))), None)
    return text_of(found).removeprefix(':').removeprefix('->').strip() if found else None


def _zero_go(function: Node | None, value: Node) -> str | None:
    kind = _typed(function, 'result')
    if kind is None:
        return None
    values = [text_of(child) for child in value.named_children] if value.type == 'expression_list' else [text_of(value)]
    inner = kind.removeprefix('(').removesuffix(')') if kind.startswith('(') else kind
    parts = [part.strip() for part in inner.split(',')]
    types = [part if part.startswith(('func', 'map', 'chan')) else part.rpartition(' ')[2] for part in parts]
    if len(types) != len(values):
        return None
    if types[-1] == 'error' and values[-1] != 'nil':
        return ', '.join([*values[:-1], 'nil'])  # the error is swallowed
    return ', '.join('nil' if name == 'error' else f'*new({name})' for name in types)


def _zero_java(function: Node | None, value: Node) -> str | None:
    kind = _typed(function, 'type')
    if kind is None or function is None or function.type == 'lambda_expression':
        return None
    numbers = ('byte', 'char', 'double', 'float', 'int', 'long', 'short')
    return {'boolean': 'false', **dict.fromkeys(numbers, '0')}.get(kind, 'null')


def _zero_csharp(function: Node | None, value: Node) -> str | None:
    kind = _typed(function, 'returns', 'type')
    if kind is None or function is None or not function.type.endswith(('method_declaration', 'operator_declaration')):
        return None
    inner = re.fullmatch(r'Task<(.*)>', kind)
    return f'default({inner[1] if inner and "async" in text_of(function)[:200] else kind})'


C_NUMBER = re.compile(r'(?:(?:unsigned|signed|long|short|int|char|bool|s?size_t|double|float|u?int\d+_t) ?)+')


def _zero_c(function: Node | None, value: Node) -> str | None:
    kind = _typed(function, 'type')
    declarator = function.child_by_field_name('declarator') if function is not None else None
    if kind is None or declarator is None or declarator.type != 'function_declarator':
        return '0'
    return '0' if C_NUMBER.fullmatch(kind) else f'({kind}){{0}}'


def _zero_rust(function: Node | None, value: Node) -> str | None:
    kind = _typed(function, 'return_type')
    if kind is None or function is None or function.type != 'function_item':
        return None
    name = re.split(r'[<(]', kind)[0].rpartition('::')[2].strip()
    if name in ('Result', 'Option'):
        return 'None' if name == 'Option' else 'Ok(Default::default())'
    return 'Default::default()' if kind != '()' else None


def _zero_php(function: Node | None, value: Node) -> str | None:
    kind = (_typed(function, 'return_type') or 'mixed').lower()
    if kind.startswith('?') or 'null' in kind or kind == 'mixed':
        return 'null'
    return {'array': '[]', 'bool': 'false', 'float': '0.0', 'int': '0', 'iterable': '[]', 'string': "''"}.get(kind)


def _same(zero: str) -> Callable[[Node | None, Node], str | None]:
    return lambda function, value: zero


ZEROS: dict[str, Callable[[Node | None, Node], str | None]] = {
    'c': _zero_c,
    'cpp': _same('{}'),
    'csharp': _zero_csharp,
    'go': _zero_go,
    'java': _zero_java,
    'javascript': _same('undefined'),
    'php': _zero_php,
    'python': _same('None'),
    'ruby': _same('nil'),
    'rust': _zero_rust,
    'typescript': _same('(undefined as never)'),
}
