"""Source text as HTML: highlighted lines, unified diffs, and where symbols and tests stand in it."""

from __future__ import annotations

import difflib
import functools
import html
import re
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from typing import Any
from typing import NamedTuple

from markupsafe import Markup
from pygments.lexer import Lexer
from pygments.lexers import TextLexer
from pygments.lexers import find_lexer_class_for_filename
from pygments.token import Comment
from pygments.token import Keyword
from pygments.token import Name
from pygments.token import Number
from pygments.token import Operator
from pygments.token import String
from tree_sitter import Node

from stages.core import syntax
from stages.core.syntax import Grammar

# The few kinds of token that are told apart, each with its CSS class; a kind that isn't here is as its parent.
CLASSES = {
    Comment: 'c',
    Comment.Preproc: 'k',
    Comment.PreprocFile: 's',
    Keyword: 'k',
    Keyword.Constant: 'm',
    Name.Attribute: 'f',
    Name.Class: 'f',
    Name.Decorator: 'd',
    Name.Function: 'f',
    Name.Tag: 'k',
    Number: 'm',
    Operator.Word: 'k',
    String: 's',
    String.Interpol: 'm',
}
# Controls that change the order of what is shown, with which code can be made to look like other code (CVE-2021-42574).
BIDI = re.compile('[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]')
CONTEXT = 3
# In the name of a test, what its values are put in for.
HOLES = re.compile(r'\$\{[^}]*\}|#\{[^}]*\}|\{[^}]*\}|%[a-z]|\$[\w.]+')
# Nodes whose field `name` is not what they declare.
USES = ('call', 'invocation', 'access', 'argument', 'import', 'use_', 'reference')


class DiffLine(NamedTuple):
    """A line of a unified diff: ``sign`` is ' ', '-', '+', or '@' where lines are left out; numbers start at 1."""

    sign: str
    old: int | None
    new: int | None
    html: Markup


class Place(NamedTuple):
    """Where a test, or a group of tests, stands."""

    name: str
    file: str
    line: int


def visible(text: str) -> str:
    """Text in which controls of direction are shown, not obeyed."""
    return BIDI.sub(lambda match: f'⟨U+{ord(match[0]):04X}⟩', text)


def without_bidi(markup: str) -> Markup:
    """HTML without attributes from foreign text, in which controls of direction are shown and end where they begin."""
    return Markup(  # noqa: S704 - the text around is escaped already
        BIDI.sub(lambda match: f'<bdi class="control" data-c="U+{ord(match[0]):04X}">{match[0]}</bdi>', markup)
    )


@functools.cache
def _lexer_class(name: str) -> type[Lexer]:
    found: type[Lexer] = find_lexer_class_for_filename(name) or TextLexer
    return found


def highlighted(path: str, source: str) -> list[Markup]:
    """The lines of a file, each with its line end, as HTML."""
    lines: list[list[str]] = [[]]
    lexer = _lexer_class(path.rpartition('/')[2])(stripnl=False, ensurenl=False)
    for kind, text in lexer.get_tokens(source):
        name = _class_of(kind)
        for part in text.splitlines(keepends=True) if '\n' in text else (text,):
            # `splitlines` knows other line ends too, which are no line ends in a file of ours.
            told = html.escape(part, quote=False)
            lines[-1].append(f'<span class={name}>{told}</span>' if name and part.strip() else told)
            if part.endswith('\n'):
                lines.append([])
    if not lines[-1]:
        lines.pop()
    return [without_bidi(''.join(parts)) for parts in lines]


def _class_of(kind: Any) -> str:
    while kind is not None:
        if kind in CLASSES:
            return CLASSES[kind]
        kind = kind.parent
    return ''


def diff(path: str, old: str, new: str) -> list[DiffLine]:
    """A unified diff of two versions of a file; none if they are equal."""
    before, after = highlighted(path, old), highlighted(path, new)
    matcher = difflib.SequenceMatcher(None, _lines(old), _lines(new), autojunk=False)
    lines: list[DiffLine] = []
    for group in matcher.get_grouped_opcodes(CONTEXT):
        lines.append(DiffLine('@', group[0][1] + 1, group[0][3] + 1, Markup()))
        for tag, low, high, start, end in group:
            if tag == 'equal':
                lines += [DiffLine(' ', at + 1, start + at - low + 1, before[at]) for at in range(low, high)]
            else:
                lines += [DiffLine('-', at + 1, None, before[at]) for at in range(low, high)]
                lines += [DiffLine('+', None, at + 1, after[at]) for at in range(start, end)]
    return lines


def _lines(source: str) -> list[str]:
    return source.removesuffix('\n').split('\n') if source else []


def line_of_symbol(grammar: Grammar, source: str, symbol: str) -> int | None:
    """The line in which a symbol such as `Store.follow` is declared, or in which its name comes first."""
    *owners, name = re.split(r'[.#:]+', symbol)
    best: tuple[int, int] | None = None
    for node in syntax.walk(syntax.parse(grammar.load, source)):
        if _declared(node) == name:
            above = set(_names_above(node))
            found = (-sum(owner in above for owner in owners), node.start_point.row + 1)
            best = min(best, found) if best else found
    if best:
        return best[1]
    match = re.search(rf'(?<!\w){re.escape(name)}(?!\w)', source)
    return source[: match.start()].count('\n') + 1 if match else None


def _declared(node: Node) -> str | None:
    """The name that a node declares."""
    if any(word in node.type for word in USES):
        return None
    named = node.child_by_field_name('name') or node.child_by_field_name('left')
    if named is None and 'declarator' not in node.type:
        named = node.child_by_field_name('declarator')
        while named is not None and (inner := named.child_by_field_name('declarator')) is not None:
            named = inner
    return syntax.text_of(named).removeprefix('#').rpartition('::')[2] if named is not None else None


def _names_above(node: Node) -> Iterator[str]:
    receiver = node.child_by_field_name('receiver')
    if receiver is not None:
        yield from re.findall(r'\w+', syntax.text_of(receiver))
    above = node.parent
    while above is not None:
        named = above.child_by_field_name('name') or above.child_by_field_name('type')
        if named is not None:
            yield syntax.text_of(named)
        above = above.parent


def places_of_tests(pattern: re.Pattern[str], sources: Mapping[str, bytes]) -> list[Place]:
    """All tests that stand in the text of test files, by the pattern of the adapter."""
    places = []
    for file, content in sources.items():
        source = content.decode()
        for match in pattern.finditer(source):
            start, name = next(((match.start(at), text) for at, text in enumerate(match.groups(), 1) if text), (0, ''))
            places.append(Place(name, file, source[:start].count('\n') + 1))
    return places


class Finder:
    """Finds the place of a test by the name that its framework reports."""

    def __init__(self, places: Iterable[Place]) -> None:
        self._exact: dict[str, Place] = {}
        self._open: list[tuple[re.Pattern[str], Place]] = []
        for place in places:
            name = _plain(place.name)
            self._exact.setdefault(name, place)
            parts = HOLES.split(name)
            if any(parts[1:]) or (len(parts) > 1 and parts[0]):
                self._open.append((re.compile('.*'.join(map(re.escape, parts)), re.DOTALL), place))

    def find(self, reported: str) -> Place | None:
        """The place of the innermost group of a name such as `Suite > test[case]` or `TestGroup/case` that has one."""
        for group in reversed(reported.split(' > ')):
            head, _, rest = group.partition('/')
            for name in map(_plain, (group, rest, group.partition('[')[0], head)):
                if name in self._exact:
                    return self._exact[name]
                for pattern, place in self._open:
                    if name and pattern.fullmatch(name):
                        return place
        return None


def _plain(name: str) -> str:
    """A name as all frameworks would tell it: Go has underscores for spaces, node's reports are escaped twice."""
    return re.sub(r'\s', '_', html.unescape(name).replace('\\"', '"').strip())
