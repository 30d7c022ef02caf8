"""Java 17 in Maven's layout, tested with JUnit; code and tests are compiled and run in one process."""

from __future__ import annotations

import re
from collections.abc import Iterator

import tree_sitter_java
from tree_sitter import Node

from stages.core import language
from stages.core import syntax

LANGUAGE = 'java'
FRAMEWORK = None
TOOLCHAIN = 'java'
PACKAGES = language.JAVA_PACKAGES
DRIVER = 'java'
VERSION_CMD = ('java', 'proven.Runner', '--version')
BENCHMARKS = ('*Bench.java', '*Benchmark.java')
TESTS = ('*Test.java', '*Tests.java', 'Test*.java', '*TestCase.java')
SOLUTION = ('*.java', '*.properties', '*.sql', 'pom.xml')
MANIFEST = 'pom.xml'
SUFFIXES = ('.java',)
GRAMMAR = syntax.Grammar(
    'java',
    tree_sitter_java.language,
    frozenset({'compact_constructor_declaration', 'constructor_declaration', 'method_declaration'}),
)
TEST_NAME = re.compile(
    r'@DisplayName\(\s*"((?:[^"\\\n]|\\.)+)"'
    r'|\bdynamic(?:Test|Container)\(\s*"((?:[^"\\\n]|\\.)+)"'
    r'|^[ \t]*(?:@\w+[ \t]+)*(?:(?:public|protected|final|synchronized)[ \t]+)*'
    r'(?:void|DynamicNode|DynamicTest|(?:Collection|Iterable|List|Stream)<[^>\n]*>)[ \t]+(\w+)[ \t]*\('
    r'|^[ \t]*(?:(?:public|abstract|final|static)[ \t]+)*class[ \t]+(Test\w*|\w+(?:Tests?|TestCase))\b',
    re.MULTILINE,
)
ENVIRONMENT = language.NO_ENVIRONMENT
REPORT = language.LINES_REPORT
COVERAGE = None
SERVE_CMD = None

read_report = language.read_lines


def test_cmd(tests: tuple[str, ...]) -> language.Command:
    return ('run-tests', *tests)


def shuffled(seed: int) -> dict[str, str]:
    random = 'org.junit.jupiter.api.{}Orderer$Random'
    settings = {
        'junit.jupiter.testclass.order.default': random.format('Class'),
        'junit.jupiter.testmethod.order.default': random.format('Method'),
        'junit.jupiter.execution.order.random.seed': seed,
    }
    return {'JDK_JAVA_OPTIONS': ' '.join(f'-D{name}={value}' for name, value in settings.items())}


def stub(source: str) -> str:
    """Every outermost method returns a zero value; constructors only call others, and set final fields to zero."""
    kinds = frozenset({'constructor_declaration', 'compact_constructor_declaration', 'method_declaration'})
    edits = []
    for function, body in syntax.functions(tree_sitter_java.language, source, kinds):
        if function.type == 'method_declaration':
            zero = _zero(function)
            empty = f'{{ return {zero}; }}' if zero else '{}'
        elif function.type == 'constructor_declaration':
            empty = _constructor(function, body)
        else:
            empty = '{}'
        edits.append(syntax.Edit(body.start_byte, body.end_byte, empty))
    return syntax.apply(source, edits)


def _zero(declaration: Node, declarator: Node | None = None) -> str:
    """The zero of the type of a declaration; none for void."""
    type_ = declaration.child_by_field_name('type')
    if type_ is None or type_.type == 'void_type':
        return ''
    if (declarator or declaration).child_by_field_name('dimensions'):
        return 'null'
    return {'boolean_type': 'false', 'floating_point_type': '0', 'integral_type': '0'}.get(type_.type, 'null')


def _constructor(function: Node, body: Node) -> str:
    calls = [syntax.text_of(child) for child in body.named_children if child.type == 'explicit_constructor_invocation']
    if any(re.match(r'(?:<[^>]*>\s*)?this\b', call) for call in calls) or function.parent is None:
        settings = []
    else:
        settings = [f'this.{name} = {zero};' for name, zero in _blank_fields(function.parent)]
    return ' '.join(('{', *calls, *settings, '}'))


def _blank_fields(owner: Node) -> Iterator[tuple[str, str]]:
    """Final fields of the body of a class that its constructors have to set, with zeros."""
    members = list(owner.named_children)
    if owner.type == 'enum_body_declarations' or owner.parent is None or owner.parent.type != 'record_declaration':
        blocks = ' '.join(syntax.text_of(member) for member in members if member.type == 'block')
        for field in (member for member in members if member.type == 'field_declaration'):
            modifiers = {word.type for child in field.children if child.type == 'modifiers' for word in child.children}
            for one in field.children_by_field_name('declarator'):
                name = one.child_by_field_name('name')
                is_blank = 'final' in modifiers and 'static' not in modifiers and not one.child_by_field_name('value')
                if name is not None and is_blank and not re.search(rf'\b{syntax.text_of(name)}\s*=[^=]', blocks):
                    yield syntax.text_of(name), _zero(field, one)
        return
    parameters = owner.parent.child_by_field_name('parameters')
    for one in parameters.named_children if parameters else ():
        name = one.child_by_field_name('name')
        if name is not None:
            yield syntax.text_of(name), _zero(one)
