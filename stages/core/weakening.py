"""What of the tests became weaker, as far as their syntax trees tell.

Each test is a part of the tree; what is in no test (helpers, tables) is one part more. Of each part are counted its
assertions (calls by names that test libraries give them, or of helpers that assert), the entries of its tables, its
marks that keep tests from running, and its tolerances. Less of the first two, more of the third or wider tolerances are
findings. What is not found so is an assertion that says less in as many words: mutants find that
(`diffs.lost_mutants`).
"""

from __future__ import annotations

import bisect
import difflib
import re
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from typing import NamedTuple

from tree_sitter import Node

from stages.core.examples import is_fixture
from stages.core.language import requirement_ids
from stages.core.syntax import Grammar
from stages.core.syntax import parse
from stages.core.syntax import text_of
from stages.core.syntax import walk

CALLS = frozenset(
    {
        'call',
        'call_expression',
        'function_call_expression',
        'invocation_expression',
        'macro_invocation',
        'member_call_expression',
        'method_invocation',
        'scoped_call_expression',
    }
)
CALLEES = ('function', 'macro', 'method', 'name')
ASSERTION = re.compile(
    r'(?:^|[.:>])(?:[Aa]ssert|expect|raises\b|throws\b|rejects\b|warns\b|ck_|check|CHECK|REQUIRE|FAIL|fail|must|wont_|'
    r'verify|panic\b|Errorf?\b|Fatalf?\b|tcase_add)'
)
SKIP = re.compile(
    r'(?:pytest\.)?mark\.(?:skip|skipif|xfail)|skip|skipif|skipIf|skipUnless|Skip|Skipf|SkipNow|xfail|todo|only|pending|'
    r'xit|xtest|xdescribe|Disabled\w*|[Ii]gnore|Explicit|markTestSkipped|markTestIncomplete|may_fail|should_fail|'
    r'assumeTrue|assumeFalse|assumeThat'
)
# Entries of tables: of these kinds of nodes each child counts.
TABLES = frozenset(
    {
        'array',
        'array_creation_expression',
        'array_expression',
        'array_initializer',
        'element_value_array_initializer',
        'hash',
        'initializer_expression',
        'initializer_list',
        'list',
        'literal_value',
        'set',
    }
)
# Attributes that hold one case each.
CASES = re.compile(r'TestCase|case|DataRow|CsvSource|ValueSource|TestWith')
ATTRIBUTES = frozenset({'annotation', 'attribute', 'attribute_item'})
TOLERANCE = re.compile(r'(?i)(?:rel|abs|[ra]tol|(?:rel|abs)_tol|delta|eps\w*|tol\w*|within|max_?error)')
CLOSE = re.compile(r'(?i)(?:approx|almost|close_?to|in_?delta|in_?epsilon|within|double_eq_tol|_tol$|isclose|epsilon)')
# Here more is stricter: decimal places.
PLACES = re.compile(r'(?i)almost_?equal|close_?to$')
LAST_WORD = re.compile(r'^.*?(\w+)\W*$', re.DOTALL)
NUMBER = re.compile(r'-?\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?')
LEAST_ALIKE = 0.6


class Weaker(NamedTuple):
    """One thing less that is tested; ``what`` is a code of `diffs.RISKS`."""

    what: str
    file: str
    test: str
    detail: str


class Part(NamedTuple):
    """What one test checks; ``text`` is its source without what is in other tests."""

    name: str
    text: str
    assertions: int
    entries: int
    skips: int
    tolerances: tuple[float, ...]


def helpers(sources: Iterable[str], grammar: Grammar) -> frozenset[str]:
    """Names of functions in test files that assert something, themselves or through another one."""
    calls: dict[str, set[str]] = {}
    found: set[str] = set()
    for source in sources:
        for function in walk(parse(grammar.load, source)):
            name = _name(function) if function.type in grammar.functions else ''
            for node in walk(function) if name else ():
                calls.setdefault(name, set()).add(LAST_WORD.sub(r'\1', _callee(node)))
                if _is_assertion(node, frozenset()):
                    found.add(name)
    while more := {name for name, called in calls.items() if called & found} - found:
        found |= more
    return frozenset(found)


def _name(function: Node) -> str:
    """What a function is called; a JavaScript one by the constant that holds it."""
    holder: Node | None = function
    if function.parent is not None and function.parent.type == 'variable_declarator':
        holder = function.parent
    while holder is not None and holder.named_children:
        holder = holder.child_by_field_name('name') or holder.child_by_field_name('declarator')
    return text_of(holder) if holder is not None else ''


def parts(
    source: str, grammar: Grammar, pattern: re.Pattern[str], asserting: frozenset[str] = frozenset()
) -> dict[str, Part]:
    """The tests of a file by name, and under the empty name what is in none of them.

    A call of one of the ``asserting`` functions is an assertion.
    """
    root = parse(grammar.load, source)
    spans: dict[tuple[int, int], list[str]] = {}
    for match in pattern.finditer(source):
        name = next(filter(None, match.groups()), '')
        group = next((number for number, value in enumerate(match.groups(), 1) if value), 0)
        start = len(source[: match.start(group)].encode())
        span = _span(root, start, start + len(name.encode()), grammar)
        if name not in spans.setdefault(span, []):
            spans[span].append(name)
    return _counted(root, spans, asserting)


def _span(root: Node, start: int, end: int, grammar: Grammar) -> tuple[int, int]:
    """The bytes of the test whose name lies here: the least function, call, class or entry of a table around it."""
    node = root.descendant_for_byte_range(start, end)
    while node is not None and node.parent is not None:
        if node.type in grammar.functions | CALLS or 'class' in node.type or node.type == 'literal_element':
            if node.type == 'literal_element' and node.parent.type == 'keyed_element':
                node = node.parent.parent or node
            break
        node = node.parent
    if node is None or node.parent is None:
        return (start, end)
    first = last = node
    if node.parent.type == 'decorated_definition':
        first = last = node.parent
    while first.prev_named_sibling is not None and first.prev_named_sibling.type == 'attribute_item':
        first = first.prev_named_sibling
    statement = node.parent if node.parent.type == 'expression_statement' else node
    if statement.next_named_sibling is not None and statement.next_named_sibling.type == 'compound_statement':
        last = statement.next_named_sibling  # a macro and the block that follows it
    return (first.start_byte, last.end_byte)


def _counted(root: Node, spans: Mapping[tuple[int, int], list[str]], asserting: frozenset[str]) -> dict[str, Part]:
    order = sorted(spans, key=lambda span: (span[0], -span[1]))
    starts = [span[0] for span in order]
    nodes: dict[tuple[int, int] | None, list[Node]] = {None: []}
    stack = [root]
    while stack:
        node = stack.pop()
        stack += node.children
        nodes.setdefault(_owner(node, order, starts), []).append(node)
    found: dict[str, Part] = {}
    for span, owned in nodes.items():
        name = ' '.join(spans[span]) if span else ''
        part = Part(
            name,
            b' '.join(node.text or b'' for node in reversed(owned) if not node.child_count).decode(),
            sum(_is_assertion(node, asserting) for node in owned),
            sum(map(_entries, owned)),
            sum(_is_skip(node) for node in owned),
            tuple(value for node in owned for value in _tolerances(node)),
        )
        found[name] = _joined(found[name], part) if name in found else part
    return found


def _owner(node: Node, order: list[tuple[int, int]], starts: list[int]) -> tuple[int, int] | None:
    """The innermost test that a node lies in."""
    for index in range(bisect.bisect_right(starts, node.start_byte) - 1, -1, -1):
        if node.end_byte <= order[index][1]:
            return order[index]
    return None


def _joined(one: Part, other: Part) -> Part:
    return Part(one.name, *(a + b for a, b in zip(one[1:], other[1:], strict=True)))  # type: ignore[operator]


def _callee(node: Node) -> str:
    if node.type not in CALLS:
        return ''
    found = next(filter(None, map(node.child_by_field_name, CALLEES)), None)
    return text_of(found) if found is not None else ''


def _is_assertion(node: Node, asserting: frozenset[str]) -> bool:
    callee = _callee(node)
    if not callee or '(' in callee:
        return node.type == 'assert_statement'
    return bool(ASSERTION.search(callee)) or LAST_WORD.sub(r'\1', callee) in asserting


def _entries(node: Node) -> int:
    if node.type in TABLES:
        return len(node.named_children)
    if node.type in ATTRIBUTES:
        return int(bool(CASES.search(text_of(node).partition('(')[0])))
    return 0


def _is_skip(node: Node) -> bool:
    is_word = not node.child_count and ('identifier' in node.type or node.type == 'name')
    return is_word and bool(SKIP.fullmatch(text_of(node)))


def _tolerances(node: Node) -> Iterator[float]:
    """Numbers that say how far from right is right enough, greater being looser."""
    name = next(filter(None, map(node.child_by_field_name, ('name', 'left', 'key', 'declarator'))), None)
    value = next(filter(None, map(node.child_by_field_name, ('value', 'right'))), None)
    if name is not None and value is not None and TOLERANCE.fullmatch(text_of(name).split('.')[-1].strip('$@:')):
        if NUMBER.fullmatch(text_of(value)):
            yield float(text_of(value).replace('_', ''))
        return
    callee = _callee(node)
    arguments = node.child_by_field_name('arguments')
    if callee and arguments is not None and CLOSE.search(callee.rpartition(')')[2]):
        last = arguments.named_children[-1:]
        if last and NUMBER.fullmatch(text_of(last[0])) and (len(arguments.named_children) > 1 or '(' in callee):
            number = float(text_of(last[0]).replace('_', ''))
            yield 10.0**-number if PLACES.search(callee) and number == int(number) else number


def weaker(
    old: Mapping[str, bytes], new: Mapping[str, bytes], grammar: Grammar, pattern: re.Pattern[str]
) -> Iterator[Weaker]:
    """What the test files ``new`` check less than ``old``. Data in `testdata/` is not looked into."""
    before = {(file, name): part for file, name, part in _all(old, grammar, pattern)}
    after = {(file, name): part for file, name, part in _all(new, grammar, pattern)}
    pairs = {key: key for key in before if key in after}
    pairs |= _renamed(before, after)
    for key, part in before.items():
        file, name = key
        if key not in pairs:
            if name or part.assertions or part.entries:
                yield Weaker('test_removed' if name else 'assertions_fewer', file, name, '')
            continue
        yield from _compared(part, after[pairs[key]], *pairs[key])


def _all(sources: Mapping[str, bytes], grammar: Grammar, pattern: re.Pattern[str]) -> Iterator[tuple[str, str, Part]]:
    texts = {file: source.decode() for file, source in sources.items() if not is_fixture(file)}
    asserting = helpers(texts.values(), grammar)
    for file, text in texts.items():
        for name, part in parts(text, grammar, pattern, asserting).items():
            yield file, name, part


Key = tuple[str, str]


def _renamed(before: Mapping[Key, Part], after: Mapping[Key, Part]) -> dict[Key, Key]:
    """Tests that are gone, with the new ones that are most like them; what is in no test stays with what is in none."""
    gone = [key for key in before if key not in after]
    fresh = [key for key in after if key not in before]
    ranked = sorted(
        (
            (difflib.SequenceMatcher(None, before[one].text, after[other].text, autojunk=False).ratio(), one, other)
            for one in gone
            for other in fresh
            if bool(one[1]) == bool(other[1])
        ),
        reverse=True,
    )
    found: dict[Key, Key] = {}
    for ratio, one, other in ranked:
        if ratio >= LEAST_ALIKE and one not in found and other not in found.values():
            found[one] = other
    return found


def _compared(old: Part, new: Part, file: str, name: str) -> Iterator[Weaker]:
    lost = sorted(requirement_ids(old.name) - requirement_ids(new.name))
    if lost:
        yield Weaker('requirement_unnamed', file, name, f'{", ".join(lost)} in {old.name!r} before')
    if new.skips > old.skips:
        yield Weaker('test_skipped', file, name, '')
    if new.assertions < old.assertions:
        yield Weaker('assertions_fewer', file, name, f'{new.assertions}, {old.assertions} before')
    if new.entries < old.entries:
        yield Weaker('cases_fewer', file, name, f'{new.entries} entries of tables, {old.entries} before')
    before, after = sorted(old.tolerances), sorted(new.tolerances)
    if any(a > b for a, b in zip(after, before, strict=False)) or (
        len(after) > len(before) and new.assertions <= old.assertions
    ):
        told = f'{_numbers(after)}, {_numbers(before)} before'
        yield Weaker('tolerance_wider', file, name, told)


def _numbers(values: list[float]) -> str:
    return ' '.join(f'{value:g}' for value in values) or 'none'
