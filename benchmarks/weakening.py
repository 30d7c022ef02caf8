"""How many weakened tests `proven diff` finds without running anything, on the tests of the examples here.

    python benchmarks/weakening.py [EXAMPLES FOLDER]

In each test file, one at a time and drawn by chance: a test is taken out, its requirement is no longer named, or the
line of an assertion is taken out. Controls are the file with more and with fewer blank lines. Prints by language how
many are found, and how many controls are told of.
"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from stages.all_languages import LANGUAGES
from stages.core import weakening
from stages.core.examples import Reader
from stages.core.examples import is_fixture
from stages.core.language import Language
from stages.core.language import requirement_ids
from stages.core.syntax import parse

EACH = 3  # of a kind, in a file


def faults(source: str, adapter: Language, draw: random.Random) -> Iterator[tuple[str, str]]:
    """Kind of a fault and the source with it."""
    tests = [
        (match.start(group), match.end(group), match[group])
        for match in adapter.TEST_NAME.finditer(source)
        for group in range(1, adapter.TEST_NAME.groups + 1)
        if match[group] and requirement_ids(match[group])
    ]
    root = parse(adapter.GRAMMAR.load, source)
    raw = source.encode()
    for start, end, name in draw.sample(tests, min(EACH, len(tests))):
        at = len(source[:start].encode())
        first, last = weakening._span(root, at, at + len(name.encode()), adapter.GRAMMAR)
        yield 'test removed', (raw[:first] + raw[last:]).decode()
        yield 'requirement unnamed', source[:start] + re.sub(r'R(?=\d)', 'Q', name) + source[end:]
    lines = source.split('\n')
    asserting = [number for number, line in enumerate(lines) if _asserts(line.strip())]
    for number in draw.sample(asserting, min(EACH, len(asserting))):
        changed = '\n'.join([*lines[:number], *lines[number + 1 :]])
        if parse(adapter.GRAMMAR.load, changed).has_error == root.has_error:
            yield 'assertion removed', changed


def _asserts(line: str) -> bool:
    """Whether a line is an assertion from its beginning to its end."""
    is_whole = line.endswith((')', ');')) and line.count('(') == line.count(')')
    return line.startswith('assert ') or (is_whole and bool(weakening.ASSERTION.search(line.partition('(')[0])))


def controls(source: str) -> Iterator[str]:
    """The same tests with more and with fewer blank lines."""
    yield source.replace('\n\n', '\n\n\n')
    yield re.sub(r'\n\n+', '\n\n', source)


def main() -> int:
    root = Path(sys.argv[1] if len(sys.argv) > 1 else 'examples')
    draw = random.Random(0)
    reader = Reader(root, LANGUAGES)
    found: Counter[tuple[str, str]] = Counter()
    there: Counter[tuple[str, str]] = Counter()
    told = asked = 0
    for path in reader.paths():
        example = reader.open(path)
        if example is None:
            continue
        adapter = LANGUAGES[example.implementation]
        tests = {file: source for file, source in example.of_role('test').items() if not is_fixture(file)}
        for file, content in tests.items():
            for kind, changed in faults(content.decode(), adapter, draw):
                new = {**tests, file: changed.encode()}
                there[adapter.LANGUAGE, kind] += 1
                found[adapter.LANGUAGE, kind] += any(weakening.weaker(tests, new, adapter.GRAMMAR, adapter.TEST_NAME))
            for changed in controls(content.decode()):
                new = {**tests, file: changed.encode()}
                asked += 1
                told += any(weakening.weaker(tests, new, adapter.GRAMMAR, adapter.TEST_NAME))
    kinds = ('test removed', 'requirement unnamed', 'assertion removed')
    print(f'| language | {" | ".join(kinds)} |\n|---|---:|---:|---:|')
    for name in sorted({name for name, _ in there}):
        cells = (f'{found[name, kind]} of {there[name, kind]}' for kind in kinds)
        print(f'| {name} | {" | ".join(cells)} |')
    totals = (
        f'{sum(found[key] for key in there if key[1] == kind)} of {sum(there[key] for key in there if key[1] == kind)}'
        for kind in kinds
    )
    print(f'| all | {" | ".join(totals)} |\n\ntold of {told} of {asked} files with other blank lines')
    return 0


if __name__ == '__main__':
    raise SystemExit(main())
