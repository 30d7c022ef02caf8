"""Near-copies: whatever the names are, in any language, and not what only looks alike."""

from __future__ import annotations

import itertools
import random
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from stages import dedupe
from stages import index
from stages.all_languages import LANGUAGES
from stages.core import files
from stages.core import tokens
from stages.core.errors import run_main
from stages.core.similarity import similar_pairs

REPOSITORY = Path(__file__).parents[1]
OUTPUT = Path('build/duplicates.jsonl')


@pytest.fixture
def copies(tmp_path, monkeypatch, capsys):
    """A tree of some of the repository's examples; runs index and dedupe: the rows by example and what was said."""
    monkeypatch.chdir(tmp_path)

    def run(*paths, change=None, params=''):
        for path in paths:
            shutil.copytree(REPOSITORY / 'examples' / path, Path('examples') / path)
            task = REPOSITORY / 'examples' / path.rpartition('/')[0] / 'task.yaml'
            shutil.copy(task, Path('examples') / path.rpartition('/')[0] / 'task.yaml')
        if change:
            change(Path('examples'))
        Path('params.yaml').write_text(params)
        assert run_main(index.main, ['examples', 'index.jsonl']) == 0
        capsys.readouterr()
        assert run_main(dedupe.main, ['examples', 'index.jsonl', str(OUTPUT)]) == 0
        return {row['example']: row['twins'] for row in files.read_rows(OUTPUT)}, capsys.readouterr().out

    return run


def moved(path, to, rename=(), text=None):
    """A change: the example at ``path`` copied into a new task with other names; what the task says stays or is ``text``."""

    def change(root):
        source, target = root / path, root / to
        shutil.copytree(source, target)
        task = (source.parent / 'task.yaml').read_text()
        task = re.sub(r'^id: \w+', 'id: zzzzzz', task)
        if text:
            task = text(task)
        (target.parent / 'task.yaml').write_text(task)
        for file in target.rglob('*'):
            if file.is_file() and file.name != 'example.yaml':
                content = file.read_text()
                for old, new in rename:
                    content = re.sub(rf'\b{old}\b', new, content)
                file.write_text(content)
        example = target / 'example.yaml'
        example.write_text(re.sub(r'^annotations:\n(?:[ -].*\n)+', '', example.read_text(), flags=re.MULTILINE))

    return change


def other_words(task):
    """The task with all its texts turned round: another text."""
    chance = random.Random(1)
    lines = []
    for line in task.splitlines():
        head, mark, rest = line.partition(': ') if re.match(r'\s+(en|zh): \S', line) else (line, '', '')
        words = rest.split()
        chance.shuffle(words)
        lines.append(head + mark + (f'"{" ".join(words)}"'.replace('"', "'", 0) if words else ''))
    return '\n'.join(lines) + '\n'


CACHE = 'data-structures/ttl-lru-cache/python'


def test_same_code_under_other_names_is_found_with_its_line(copies):
    names = sorted(
        set(re.findall(r'\b[a-z_]{4,}\b', (REPOSITORY / 'examples' / CACHE / 'ttl_lru_cache.py').read_text()))
    )
    keep = {
        'class',
        'else',
        'import',
        'from',
        'return',
        'self',
        'raise',
        'while',
        'yield',
        'with',
        'None',
        'pass',
        'break',
    }
    rename = [(name, f'{name}_x') for name in names if name not in keep]
    rows, told = copies(CACHE, change=moved(CACHE, 'algorithms/other-queue/python', rename))
    code = [twin for twin in rows['algorithms/other-queue/python'] if twin['of'] == 'code']
    assert [(twin['path'], twin['same_family'], twin['line']) for twin in code] == [(CACHE, False, 1)]
    assert code[0]['similarity'] > 0.95
    assert f'examples/{CACHE}' not in told
    assert f'{CACHE}/ttl_lru_cache.py:1: ' in told
    assert 'near-copies of another family' in told


def test_task_that_differs_in_nouns_alone_is_found(copies):
    nouns = [('cache', 'shelf'), ('key', 'label'), ('entry', 'book'), ('entries', 'books'), ('clock', 'calendar')]

    def text(task):
        for old, new in nouns:
            task = re.sub(rf'\b{old}\b', new, task)
        return task

    rows, _ = copies(CACHE, 'text/natural-sort/python', change=moved(CACHE, 'algorithms/guests/python', text=text))
    twins = [twin for twin in rows['algorithms/guests/python'] if twin['of'] == 'task']
    assert [twin['path'] for twin in twins] == ['data-structures/ttl-lru-cache']
    assert twins[0]['file'] == 'algorithms/guests/task.yaml'
    assert not rows['text/natural-sort/python']


def test_joined_families_are_grouped_and_not_refused(copies):
    def change(root):
        moved(CACHE, 'algorithms/other-queue/python')(root)
        task = root / 'algorithms/other-queue/task.yaml'
        task.write_text(
            re.sub(r'^related: .*\n', '', task.read_text(), flags=re.MULTILINE) + f'related: [{own_id(CACHE)}]\n'
        )

    rows, told = copies(CACHE, change=change)
    assert [(twin['of'], twin['same_family']) for twin in rows[CACHE]] == [('code', True)]
    assert told.endswith(' 0 near-copies of another family\n')


def own_id(path):
    task = (REPOSITORY / 'examples' / path.rpartition('/')[0] / 'task.yaml').read_text()
    return re.search(r'^id: (\w+)', task, re.MULTILINE)[1]


def test_repository_has_no_near_copies_of_other_families(copies):
    rows = [
        path.parent.relative_to(REPOSITORY / 'examples').as_posix()
        for path in sorted((REPOSITORY / 'examples').glob('*/*/*/example.yaml'))
    ]
    python = [path for path in rows if path.endswith(('/python', '/javascript', '/flask', '/fastapi'))]
    found, _ = copies(*[path for path in python if not path.startswith('backend')])
    assert not any(found.values())


@pytest.mark.parametrize(
    ('implementation', 'one', 'two', 'same'),
    [
        ('python', 'def f(a):\n    # why\n    return a + 1\n', 'def g(total):\n    return total + 99\n', True),
        ('python', 'def f(a):\n    return a + 1\n', 'def f(a):\n    return a - 1\n', False),
        ('javascript', 'const a = "x";\n', "const other = 'yy';\n", True),
        ('javascript', 'const a = `x${b}`;\n', 'const a = `x`;\n', False),
        ('go', 'package a\n\nfunc F() int { return 1 }\n', 'package b\n\n// F.\nfunc G() int { return 2 }\n', True),
        ('ruby', 'def f(a) = a.map { |x| x }\n', 'def g(b) = b.map { |y| y }\n', True),
        ('php', '<?php\nfunction f($a) { return $a; }\n', '<?php\nfunction g($b) { return $b; }\n', True),
        ('rust', 'fn f(a: u8) -> u8 { a }\n', 'fn g(b: u16) -> u16 { b }\n', False),
    ],
)
def test_what_renaming_does_not_change(implementation, one, two, same):
    grammar = LANGUAGES[implementation].GRAMMAR
    hashes = [tokens.of_code(source, grammar).hashes.tolist() for source in (one, two)]
    assert (hashes[0] == hashes[1]) == same


def test_pairs_are_those_that_comparing_all_finds():
    chance = random.Random(3)
    sets = []
    for _ in range(150):
        base = {chance.randrange(400) for _ in range(chance.choice((0, 1, 5, 40)))}
        sets += [base, {value for value in base if chance.random() < 0.85}]
    arrays = [np.unique(np.array(sorted(one), np.uint64)) for one in sets]
    for least in (0.3, 0.7, 1.0):
        found = {(low, high): similarity for low, high, similarity in similar_pairs(arrays, least)}
        wanted = {
            (low, high): len(sets[low] & sets[high]) / len(sets[low] | sets[high])
            for low, high in itertools.combinations(range(len(sets)), 2)
            if sets[low] and len(sets[low] & sets[high]) / len(sets[low] | sets[high]) >= least
        }
        assert found == pytest.approx(wanted)


def test_short_code_is_a_copy_only_if_it_is_the_same():
    grammar = LANGUAGES['python'].GRAMMAR
    bodies = [
        dedupe.body({'a.py': tokens.of_code(source, grammar)}, 40).shingles
        for source in (
            'def f(a, b):\n    return a + b\n',
            'def g(x, y):\n    return x + y\n',
            'def f(a, b):\n    return a * b\n',
        )
    ]
    assert [(low, high) for low, high, _ in similar_pairs(bodies, 0.7)] == [(0, 1)]
