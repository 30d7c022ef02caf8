from __future__ import annotations

import os

import pytest

from stages import index
from stages.all_languages import LANGUAGES
from stages.core import files
from stages.core.errors import ProblemsFound
from stages.core.errors import run_main

PY = 'numeric/clamp/python'
GO = 'numeric/clamp/go'
JS = 'text/other-task/javascript'
TASK = 'numeric/clamp/task.yaml'


def run(tree):
    return run_main(index.main, [str(tree), 'proofs/index.jsonl'])


def replace(path, old, new):
    text = path.read_text(encoding='utf-8')
    assert old in text, f'{old!r} is not in {path}'
    path.write_text(text.replace(old, new), encoding='utf-8', newline='')


def edit(name, old, new):
    return lambda tree: replace(tree / name, old, new)


def write(name, content):
    def change(tree):
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    return change


def append(name, content):
    return lambda tree: write(name, (tree / name).read_bytes() + content.encode())(tree)


def remove(name):
    return lambda tree: (tree / name).unlink()


def duplicate_id(tree):
    identifier = files.load_yaml((tree / TASK).read_text())['id']
    path = tree / 'text/other-task/task.yaml'
    path.write_text(path.read_text().replace(path.read_text().split('\n')[0], f'id: {identifier}'))


def symlink(name, target):
    return lambda tree: (tree / name).symlink_to(target)


def fifo(tree):
    os.mkfifo(tree / PY / 'pipe.py')


def rename(old, new):
    return lambda tree: (tree / old).rename(tree / new)


BOMB = 'a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n'
# What is done to a good tree, and the problem that must be listed: path, field, part of the message.
BROKEN = [
    ('missing field', edit(TASK, 'level: beginner\n', ''), TASK, 'level', 'is missing'),
    (
        'missing nested field',
        edit(TASK, '    features: [input_validation]\n', '    features: [input_validation]\n  - id: R3\n'),
        TASK,
        'requirements[2].text',
        'is missing',
    ),
    ('unknown key', append(f'{PY}/example.yaml', 'autors: [me]\n'), f'{PY}/example.yaml', 'autors', 'not a known key'),
    (
        'wrong licence',
        append(f'{PY}/example.yaml', 'license: GPL-3.0-only\n'),
        f'{PY}/example.yaml',
        'license',
        "'GPL-3.0-only' is not known",
    ),
    (
        'misspelt licence',
        append(f'{PY}/example.yaml', 'license: Apache2.0\n'),
        f'{PY}/example.yaml',
        'license',
        'did you mean Apache-2.0?',
    ),
    (
        'unknown feature',
        edit(TASK, '[input_validation]', '[input_validatoin]'),
        TASK,
        'requirements[1].features[0]',
        'did you mean input_validation?',
    ),
    (
        'unknown requirement in a test',
        edit(f'{PY}/test_clamp.py', '__R1', '__R1_R7'),
        f'{PY}/test_clamp.py',
        'test_nearest_of_interval__R1_R7',
        'names R7',
    ),
    ('requirement without a test', edit(f'{GO}/clamp_test.go', '_R2', '_X'), GO, 'requirements.R2', 'has no test'),
    ('empty tests', write(f'{PY}/test_clamp.py', '# nothing yet\n'), f'{PY}/test_clamp.py', '', 'has no test'),
    ('no tests', remove(f'{GO}/clamp_test.go'), GO, '', 'has no tests'),
    ('no solution', remove(f'{GO}/clamp.go'), GO, '', 'has no solution'),
    ('no example.yaml', remove(f'{JS}/example.yaml'), f'{JS}/example.yaml', '', 'is missing'),
    ('no task.yaml', remove(TASK), TASK, '', 'is missing'),
    ('byte order mark', write(f'{PY}/clamp.py', b'\xef\xbb\xbfx = 1\n'), f'{PY}/clamp.py', '', 'byte order mark'),
    (
        'carriage returns',
        write(f'{PY}/clamp.py', b'x = 1\ny = 2\r\n'),
        f'{PY}/clamp.py',
        '',
        'carriage return in line 2',
    ),
    ('carriage returns in YAML', write(TASK, b'id: abcdef\r\n'), TASK, '', 'carriage return in line 1'),
    ('binary file', write(f'{PY}/testdata/logo.png', b'\x89PNG\0\0'), f'{PY}/testdata/logo.png', '', 'binary'),
    ('not UTF-8', write(f'{PY}/clamp.py', 'é'.encode('latin-1')), f'{PY}/clamp.py', '', 'not UTF-8 at byte 0'),
    ('link out of the folder', symlink(f'{PY}/testdata', '/etc'), f'{PY}/testdata', '', 'symbolic link to /etc'),
    ('link in the folder', symlink(f'{PY}/other.py', 'clamp.py'), f'{PY}/other.py', '', 'symbolic link'),
    (
        'linked example',
        symlink('text/other-task/python', '../../numeric/clamp/python'),
        'text/other-task/python',
        '',
        'symbolic link',
    ),
    ('pipe', fifo, f'{PY}/pipe.py', '', 'not a regular file'),
    ('huge file', write(f'{PY}/testdata/big.txt', b'x' * 300_000), f'{PY}/testdata/big.txt', '', 'more than 262144'),
    (
        'huge example',
        lambda tree: [write(f'{PY}/testdata/{i}.txt', b'x' * 250_000)(tree) for i in range(5)],
        PY,
        '',
        'in all',
    ),
    ('duplicate id', duplicate_id, 'text/other-task/task.yaml', 'id', 'is also the id of examples/numeric/clamp'),
    (
        'same task name',
        lambda tree: (tree / 'text/other-task').rename(tree / 'text/clamp'),
        'text/clamp',
        '',
        'has the same name',
    ),
    ('path with a space', write(f'{PY}/my file.py', 'x = 1\n'), f'{PY}/my file.py', '', 'ASCII letters'),
    ('path in Chinese', write(f'{PY}/排序.py', 'x = 1\n'), f'{PY}/排序.py', '', 'ASCII letters'),
    ('task not in kebab-case', rename('text/other-task', 'text/Other_Task'), 'text/Other_Task', '', 'kebab-case'),
    ('YAML bomb', write(TASK, BOMB), TASK, '', 'line 1: anchors and aliases'),
    ('deep YAML', write(TASK, '[' * 100_000), TASK, '', 'nested deeper'),
    ('duplicate YAML key', append(TASK, 'level: advanced\n'), TASK, '', "key 'level' is given twice"),
    (
        'mutant marked twice',
        append(f'{PY}/example.yaml', 'equivalent_mutants:\n' + '- {mutant: "00000000", reason: None can tell.}\n' * 2),
        f'{PY}/example.yaml',
        'equivalent_mutants',
        '00000000 given twice',
    ),
    ('broken YAML', write(TASK, 'id: [\n'), TASK, '', 'mend the YAML syntax'),
    (
        'YAML tag',
        write(TASK, 'id: !!python/object/apply:os.system [ls]\n'),
        TASK,
        '',
        'could not determine a constructor',
    ),
    ('empty YAML', write(TASK, ''), TASK, '', 'is not a mapping'),
    ('number for text', edit(TASK, 'zh: 将数值限制在区间内', 'zh: 5'), TASK, 'title.zh', 'is not text'),
    ('numbers out of order', edit(TASK, 'id: R2', 'id: R3'), TASK, 'requirements[1].id', 'number them R1, R2'),
    ('related to nothing', append(TASK, 'related: [zzzzzz]\n'), TASK, 'related[0]', 'is no task here'),
    ('unknown category', rename('text', 'texts'), 'texts', '', 'is not a category'),
    ('unknown implementation', rename(PY, 'numeric/clamp/cobol'), 'numeric/clamp/cobol', '', "no adapter for 'cobol'"),
    ('file without a role', write(f'{PY}/notes.docx', 'x\n'), f'{PY}/notes.docx', '', 'has no role'),
    ('stray file', write('numeric/README.md', 'x\n'), 'numeric/README.md', '', 'no file belongs here'),
    (
        'task without implementation',
        lambda tree: write('text/lonely/task.yaml', (tree / TASK).read_text())(tree),
        'text/lonely',
        '',
        'has no implementation',
    ),
    (
        'annotation of nothing',
        append(f'{PY}/example.yaml', 'annotations: [{file: clamp.py, symbol: nope, text: {en: x}}]\n'),
        f'{PY}/example.yaml',
        'annotations[0].symbol',
        'does not occur',
    ),
    ('draft without provenance', write(f'{PY}/draft/clamp.py', 'x = 1\n'), f'{PY}/example.yaml', 'draft', 'is missing'),
    (
        'provenance without draft',
        append(f'{PY}/example.yaml', 'draft: {model: m, date: 2026-01-01}\n'),
        f'{PY}/example.yaml',
        'draft',
        'has no code',
    ),
    (
        'edited draft',
        append(f'{PY}/example.yaml', 'draft: {model: m, date: 2026-01-01, human_edits: some}\n'),
        f'{PY}/example.yaml',
        'draft.human_edits',
        "use 'none'",
    ),
    (
        'changes without draft',
        append(f'{PY}/example.yaml', 'changes: [{kind: edge_case, requirement: R1, text: {en: x}}]\n'),
        f'{PY}/example.yaml',
        'changes',
        'no draft',
    ),
    (
        'change of nothing',
        append(f'{PY}/example.yaml', 'changes: [{kind: edge_case, requirement: R9, text: {en: x}}]\n'),
        f'{PY}/example.yaml',
        'changes[0].requirement',
        'R9 is not in task.yaml',
    ),
    (
        'shared tests of no backend',
        write('numeric/clamp/tests/test_x.py', 'def test_x__R1(): pass\n'),
        'numeric/clamp/tests',
        '',
        'is no backend',
    ),
]


@pytest.mark.parametrize(
    ('break_it', 'path', 'field', 'message'), [pytest.param(*rest, id=name) for name, *rest in BROKEN]
)
def test_broken_example_is_told_and_nothing_written(tree, break_it, path, field, message):
    assert run(tree) == 0
    before = (tree.parent / 'proofs/index.jsonl').read_bytes()
    break_it(tree)
    with pytest.raises(ProblemsFound) as caught:
        index.index(tree, LANGUAGES)
    found = [(problem.path, problem.field, problem.message) for problem in caught.value.problems]
    assert any(p == f'examples/{path}' and f == field and message in m for p, f, m in found), found
    assert run(tree) == 1
    assert (tree.parent / 'proofs/index.jsonl').read_bytes() == before
    assert os.listdir('proofs') == ['index.jsonl']


def test_all_problems_in_one_run(tree, capsys):
    remove(f'{JS}/example.yaml')(tree)
    append(f'{PY}/example.yaml', 'autors: [me]\nlicense: GPL\n')(tree)
    write(f'{GO}/x y.go', 'x')(tree)
    assert run(tree) == 1
    told = capsys.readouterr().err.splitlines()
    assert [line.split(': ')[0] for line in told[:-1]] == [
        f'examples/{GO}/x y.go',
        f'examples/{PY}/example.yaml',
        f'examples/{PY}/example.yaml',
        f'examples/{JS}/example.yaml',
    ]
    assert told[-1] == '4 problems; nothing was written'


def test_one_row_an_example_sorted(tree):
    assert run(tree) == 0
    rows = files.read_rows(tree.parent / 'proofs/index.jsonl')
    assert [row['example'] for row in rows] == [GO, PY, JS]
    assert rows[0]['family'] == rows[1]['family'] != rows[2]['family']
    assert rows[0]['id'] == f'{rows[0]["family"]}-go'


@pytest.mark.parametrize(
    ('change', 'changed'),
    [
        pytest.param(append(f'{PY}/clamp.py', '# x\n'), {(PY, 'code')}, id='solution'),
        pytest.param(append(f'{GO}/clamp_test.go', '// x\n'), {(GO, 'code')}, id='test'),
        pytest.param(append(f'{PY}/example.yaml', '# x\n'), {(PY, 'metadata')}, id='metadata'),
        pytest.param(append(TASK, '# x\n'), {(PY, 'metadata'), (GO, 'metadata')}, id='task'),
        pytest.param(write(f'{PY}/__pycache__/clamp.pyc', b'\0'), set(), id='byte code'),
    ],
)
def test_digests_change_with_what_they_cover(tree, change, changed):
    before = index.index(tree, LANGUAGES)
    change(tree)
    after = index.index(tree, LANGUAGES)
    found = {
        (a.example, name)
        for a, b in zip(before, after, strict=True)
        for name in ('code', 'metadata')
        if getattr(a, name) != getattr(b, name)
    }
    assert found == changed


def test_related_tasks_are_one_family(tree):
    rows = index.index(tree, LANGUAGES)
    other = next(row.family for row in rows if row.example == JS)
    append(TASK, f'related: [{other}]\n')(tree)
    assert len({row.family for row in index.index(tree, LANGUAGES)}) == 1


def test_missing_chinese_is_no_problem(tree):
    edit(TASK, ', zh: 将数值限制在区间内', '')(tree)
    assert len(index.index(tree, LANGUAGES)) == 3


@pytest.mark.parametrize('symbol', ['Clamp#empty?', 'Clamp.merge!', '<<', 'operator+='])
def test_symbols_need_not_be_words(tree, symbol):
    solution = tree / PY / 'clamp.py'
    solution.write_text(f'{solution.read_text()}\n# {symbol} of Clamp\n')
    append(f'{PY}/example.yaml', f'annotations: [{{file: clamp.py, symbol: "{symbol}", text: {{en: x}}}}]\n')(tree)
    index.index(tree, LANGUAGES)
