from __future__ import annotations

import gzip
import hashlib
import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler
from http.server import ThreadingHTTPServer
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stages import cli
from stages import decontaminate as stage
from stages import index
from stages.all_languages import LANGUAGES
from stages.core import fingerprints
from stages.core.errors import ProblemsFound
from stages.core.errors import run_main
from stages.core.examples import read_all
from stages.core.files import read_rows

REPOSITORY = Path(__file__).parents[1]
PY = 'numeric/clamp/python'
GRAMMARS = {adapter.LANGUAGE: adapter.GRAMMAR for adapter in LANGUAGES.values()}
TEXT = 'Given the tides of a harbour in the order of the day, return the longest time for which a ship of that draught stays afloat.'
HEAD = 'import math\n\n\ndef longest_float(tides, draught):\n'
PROMPT = f'''import math


def longest_float(tides, draught):
    """{TEXT}
    >>> longest_float([1, 2], 1)
    2
    """
'''
BODY = """    best = run = 0
    for depth, minutes in tides:
        if depth >= draught + math.pi - 3.0:
            run += minutes
            best = max(best, run)
        elif run and best > 10 * minutes:
            return best + run
        else:
            run = 0
    return best
"""
RENAMED = """import math


class Yard:
    def empty(self):
        return None

    def f(self):
        # another comment
        def g(a, b):
            c = d = 9
            for e, x in a:
                if e >= b + math.tau - 2.5:
                    d += x
                    c = max(c, d)
                elif d and c > 77 * x:
                    return c + d
                else:
                    d = 1
            return c

        return g
"""
ROW = {'task_id': 'Made/0', 'prompt': PROMPT, 'canonical_solution': BODY, 'entry_point': 'longest_float'}


def jsonl(path, *rows):
    path.write_text(''.join(json.dumps(row) + '\n' for row in rows))
    return path


def hits(tree, *rows, name='Made', settings=None, path=PY):
    source = jsonl(tree.parent / 'made.jsonl', *rows)
    folder = tree.parent / 'prints'
    fingerprints.write(folder, *fingerprints.build(name, {source.name: source}, GRAMMARS))
    done = stage.decontaminate(read_all(tree, LANGUAGES), fingerprints.load(folder), settings or stage.Params())
    found = {row.example: row.hits for row in done}
    assert not [example for example in found if example != path and found[example]]
    return [(hit.task, hit.rule, hit.share, hit.file, hit.line) for hit in found[path]]


def append(path, text):
    path.write_text(path.read_text() + text)
    return path.read_text()


def line_of(content, words):
    return next(number for number, line in enumerate(content.splitlines(), 1) if words in line)


def test_nothing_of_a_benchmark_is_no_hit(tree):
    assert hits(tree, ROW) == []


def test_text_of_a_task_is_found_whatever_its_line_breaks_and_case(tree):
    content = append(tree / PY / 'clamp.py', '\n\n# ' + '\n# '.join(TEXT.upper().split(', ')) + '\n')
    ((task, rule, share, file, line),) = hits(tree, {'task_id': 7, 'text': TEXT})
    assert (task, rule, share, file) == ('7', 'text', 1.0, f'{PY}/clamp.py')
    assert line == line_of(content, 'GIVEN THE TIDES')


def test_text_of_a_prompt_is_its_docstring(tree):
    append(tree / PY / 'clamp.py', f'\n\n# {TEXT}\n')
    ((_, rule, share, *_),) = hits(tree, ROW)
    assert rule == 'text'
    assert 0.6 < share < 1


def test_text_in_the_statement_is_found_in_all_examples_of_the_task(tree):
    path = tree / 'numeric/clamp/task.yaml'
    path.write_text(path.read_text().replace('statement:\n  en: |\n', f'statement:\n  en: |\n    {TEXT}\n', 1))
    assert TEXT in path.read_text()
    source = jsonl(tree.parent / 'made.jsonl', ROW)
    fingerprints.write(tree.parent / 'prints', *fingerprints.build('Made', {'made.jsonl': source}, GRAMMARS))
    rows = stage.decontaminate(read_all(tree, LANGUAGES), fingerprints.load(tree.parent / 'prints'), stage.Params())
    found = {row.example: [(hit.rule, hit.file) for hit in row.hits] for row in rows}
    there = [('text', 'numeric/clamp/task.yaml')]
    assert found == {'numeric/clamp/go': there, PY: there, 'text/other-task/javascript': []}


def test_half_of_a_solution_is_found_and_less_is_not(tree):
    half = '\n'.join(BODY.splitlines()[:7])
    content = append(tree / PY / 'clamp.py', f"\n\nnote = '''\n{half}\n'''\n")
    ((task, rule, share, file, line),) = hits(tree, ROW)
    assert (task, rule, file, line) == ('Made/0', 'solution', f'{PY}/clamp.py', line_of(content, 'best = run'))
    assert 0.5 <= share < 0.9
    assert hits(tree, ROW, settings=stage.Params(coverage=0.9)) == []


def test_solution_in_a_test_is_found_as_words_only(tree):
    append(tree / PY / 'test_clamp.py', f'\n\ndef longest_float(tides, draught):\n{BODY}')
    assert [hit[1:4:2] for hit in hits(tree, ROW)] == [('solution', f'{PY}/test_clamp.py')]


def test_renamed_solution_inside_another_function_is_found(tree):
    content = append(tree / PY / 'clamp.py', '\n\n' + RENAMED)
    ((task, rule, share, file, line),) = hits(tree, ROW)
    assert (task, rule, file, line) == ('Made/0', 'function', f'{PY}/clamp.py', line_of(content, 'def g'))
    assert 0.7 <= share < 1
    assert hits(tree, ROW, settings=stage.Params(similarity=0.99)) == []


def test_solution_in_a_draft_is_found(tree, add_draft):
    add_draft(tree, code=f'import math\n\n\ndef clamp(tides, draught):\n{BODY}')
    assert {(hit[1], hit[3]) for hit in hits(tree, ROW)} == {
        ('function', f'{PY}/draft/clamp.py'),
        ('solution', f'{PY}/draft/clamp.py'),
    }


def test_function_of_another_language_is_no_hit(tree):
    append(tree / PY / 'clamp.py', '\n\n' + RENAMED)
    assert hits(tree, {**ROW, 'language': 'ruby'}) == []


JAVASCRIPT = """function longestFloat(tides, draught) {
  let best = 0;
  let run = 0;
  for (const [depth, minutes] of tides) {
    run = depth >= draught ? run + minutes : 0;
    if (run > best) best = run;
  }
  return best;
}
"""


def test_function_in_javascript(tree):
    path = 'text/other-task/javascript'
    (source,) = (file for file in (tree / path).glob('*.js') if '.test.' not in file.name)
    code = JAVASCRIPT
    for number, name in enumerate(('longestFloat', 'tides', 'draught', 'best', 'run', 'depth', 'minutes')):
        code = code.replace(name, f'n{number}')
    content = append(source, '\n' + code)
    row = {
        'task_id': 'JavaScript/0',
        'prompt': '// too short\n',
        'declaration': JAVASCRIPT[:42],
        'canonical_solution': JAVASCRIPT[42:],
    }
    found = hits(tree, row, path=path)
    assert [(hit[0], hit[1], hit[2], hit[4]) for hit in found] == [
        ('JavaScript/0', 'function', 1.0, line_of(content, 'function n0'))
    ]


def test_what_is_short_has_no_fingerprint(tmp_path):
    short = {'task_id': 1, 'text': 'Write a function to add two numbers.', 'code': 'def add(a, b):\n    return a + b\n'}
    about, prints = fingerprints.build('Made', {'made': jsonl(tmp_path / 'made.jsonl', ROW, short)}, GRAMMARS)
    assert (about.tasks, about.too_short) == (2, 1)
    assert {one.task for one in prints} == {'Made/0'}


def test_text_given_twice_is_kept_once_and_parts_are_numbered(tmp_path):
    rows = (
        {'name': 'a', 'prompt': TEXT},
        {'name': 'b', 'prompt': TEXT},
        {'name': 'a', 'prompt': TEXT + ' Or not at all.'},
    )
    about, prints = fingerprints.build('Made', {'made': jsonl(tmp_path / 'made.jsonl', *rows)}, GRAMMARS)
    assert [(one.task, one.kind, one.part) for one in prints] == [('a', 'text', 0), ('a', 'text', 1)]
    assert (about.tasks, about.too_short) == (3, 0)


def test_entry_function_and_long_helpers_alone(tmp_path):
    code = f'class A:\n    def __init__(self, tides, draught):\n{BODY.replace("    ", "        ")}\n\ndef short(a):\n    return [a + 1, a + 2, a + 3]\n\n'
    code += (
        f'def helper(tides, draught):\n{BODY}\n\ndef entry(a):\n    return [helper(x, 1) for x in a if x and x > 0]\n'
    )
    _, prints = fingerprints.build('Made', {'made': jsonl(tmp_path / 'made.jsonl', {'code': code})}, GRAMMARS)
    sizes = [len(one.hashes) for one in prints if one.kind == 'function']
    assert len(sizes) == 2
    assert sizes[0] < 25 < sizes[1]


FORMS = {
    'HumanEval': ROW,
    'MBPP': {'task_id': 3, 'text': TEXT, 'code': f'def f(tides, draught):\n{BODY}'},
    'MBPP of EvalPlus': {'task_id': 'Mbpp/3', 'prompt': TEXT, 'code': f'def f(tides, draught):\n{BODY}'},
    'MBXP': {**ROW, 'task_id': 'MBPP/3', 'language': 'python', 'description': TEXT},
    'MBXP without solution': {**ROW, 'language': 'python', 'description': TEXT, 'canonical_solution': None},
    'HumanEval-X': {'task_id': 'Python/0', 'prompt': PROMPT, 'declaration': HEAD, 'canonical_solution': BODY},
    'MultiPL-E': {'name': 'HumanEval_0', 'language': 'py', 'prompt': PROMPT, 'stop_tokens': ['\ndef']},
    'BigCodeBench': {
        'task_id': 'BigCodeBench/0',
        'instruct_prompt': TEXT,
        'code_prompt': HEAD,
        'canonical_solution': BODY,
    },
    'LiveCodeBench': {'question_id': 'x_a', 'question_content': TEXT},
    'APPS': {'problem_id': 0, 'question': TEXT, 'solutions': '[]'},
    'DS-1000': {'prompt': TEXT, 'reference_code': BODY, 'metadata': {'problem_id': 0}},
    'others': {'problem_statement': TEXT, 'solution': BODY},
}


@pytest.mark.parametrize('name', FORMS)
def test_forms_of_benchmarks(tmp_path, name):
    row = FORMS[name]
    about, prints = fingerprints.build('Made', {'made': jsonl(tmp_path / 'made.jsonl', row)}, GRAMMARS)
    kinds = {one.kind for one in prints}
    assert 'text' in kinds
    assert about.too_short == 0
    assert ('solution' in kinds) == any(row.get(field) for field in fingerprints.SOLUTIONS)
    assert ('function' in kinds) == any(
        'def f' in (row.get('code') or '') or row.get('canonical_solution') for _ in '1'
    )
    assert {one.language for one in prints} <= {'', 'python'}


def test_parquet_and_gzip_hold_the_same(tmp_path):
    pq.write_table(pa.Table.from_pylist([ROW]), tmp_path / 'made.parquet')
    with gzip.open(tmp_path / 'made.jsonl.gz', 'wt') as file:
        file.write(json.dumps(ROW) + '\n')
    paths = (jsonl(tmp_path / 'made.jsonl', ROW), tmp_path / 'made.parquet', tmp_path / 'made.jsonl.gz')
    found = [fingerprints.build('Made', {'made': path}, GRAMMARS)[1] for path in paths]
    assert len({tuple((*one[:4], one.hashes.tobytes()) for one in prints) for prints in found}) == 1


@pytest.mark.parametrize(
    ('content', 'told'),
    [
        (b'', 'no row has any of'),
        (b'{"title": "x"}\n', 'no row has any of'),
        (b'{"text": ""}\n', 'no row has any of'),
        (b'[1]\n', 'line 1 is no JSON object'),
        (b'{"text": \n', 'Expecting value'),
        (b'\xff\n', 'utf-8'),
    ],
)
def test_bad_file_is_refused_and_nothing_written(tmp_path, monkeypatch, capsys, content, told):
    monkeypatch.chdir(tmp_path)
    Path('made.jsonl').write_bytes(content)
    assert cli.main(['fingerprint', 'Made', 'made.jsonl', 'missing.jsonl']) == 1
    error = capsys.readouterr().err
    assert told in error
    assert 'made.jsonl: ' in error
    assert "missing.jsonl'; give a benchmark" in error
    assert not Path('fingerprints').exists()


def test_other_bad_files(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for name in ('made.parquet', 'made.jsonl.gz'):
        Path(name).write_text('x')
        assert cli.main(['fingerprint', 'Made', name]) == 1
    jsonl(Path('made.jsonl'), ROW)
    for name in ('../Made', 'a.b', ''):
        assert cli.main(['fingerprint', name, 'made.jsonl']) == 1
    assert cli.main(['fingerprint', 'Unknown']) == 1
    assert 'is no benchmark of params.yaml' in capsys.readouterr().err
    assert not Path('fingerprints').exists()


def test_command_writes_hashes_only_and_the_same_bytes_in_any_process(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    jsonl(Path('made.jsonl'), ROW, {'task_id': 'x', 'text': TEXT + ' And not at all.'})
    contents = set()
    for seed in ('1', '2'):
        command = [sys.executable, '-m', 'stages.cli', 'fingerprint', 'Made', 'made.jsonl']
        environment = {**os.environ, 'PYTHONPATH': str(REPOSITORY), 'PYTHONHASHSEED': seed}
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        assert (done.returncode, done.stdout) == (0, 'fingerprints/Made.parquet\n'), done.stderr
        contents.add(Path('fingerprints/Made.parquet').read_bytes())
    assert len(contents) == 1
    table = pq.read_table('fingerprints/Made.parquet')
    assert table.schema.names == ['task', 'kind', 'language', 'part', 'hash']
    assert set(table['task'].to_pylist()) == {'Made/0', 'x'}
    (about,) = fingerprints.load(Path('fingerprints')).abouts
    digest = hashlib.sha256(Path('made.jsonl').read_bytes()).hexdigest()
    assert [source.model_dump() for source in about.sources] == [{'name': 'made.jsonl', 'sha256': digest, 'rows': 2}]
    for word in (b'harbour', b'draught', b'best'):
        assert word not in next(iter(contents))


def test_too_large_for_one_file_is_one_for_each_language(tmp_path, monkeypatch):
    rows = (
        ROW,
        {
            **ROW,
            'task_id': 'Ruby/0',
            'language': 'ruby',
            'prompt': 'def longest_float(a)\n',
            'canonical_solution': ''.join(f'  a.b({n}) + c[:d]\n' * n for n in range(5)) + 'end\n',
        },
    )
    about, prints = fingerprints.build('Made', {'made': jsonl(tmp_path / 'made.jsonl', *rows)}, GRAMMARS)
    folder = tmp_path / 'prints'
    assert fingerprints.write(folder, about, prints) == [folder / 'Made.parquet']
    whole = fingerprints.load(folder)
    monkeypatch.setattr(fingerprints, 'MAX_BYTES', (folder / 'Made.parquet').stat().st_size - 1)
    names = [path.name for path in fingerprints.write(folder, about, prints)]
    assert names == ['Made.text.parquet', 'Made.python.parquet', 'Made.ruby.parquet']
    assert sorted(path.name for path in folder.iterdir()) == sorted(names)
    again = fingerprints.load(folder)
    assert again.functions.keys() == whole.functions.keys() == {'python', 'ruby'}
    assert sorted(again.solutions.sizes) == sorted(whole.solutions.sizes)
    (folder / 'Made.ruby.parquet').unlink()
    with pytest.raises(ProblemsFound, match=r'Made.ruby.parquet: is missing; take it from git'):
        fingerprints.load(folder)
    monkeypatch.setattr(fingerprints, 'MAX_BYTES', 100)
    with pytest.raises(ProblemsFound, match='has more than 100 bytes of hashes'):
        fingerprints.write(folder, about, prints)


def test_old_fingerprints_stay_if_writing_fails(tmp_path, monkeypatch):
    built = fingerprints.build('Made', {'made': jsonl(tmp_path / 'made.jsonl', ROW)}, GRAMMARS)
    (path,) = fingerprints.write(tmp_path / 'prints', *built)
    before = path.read_bytes()

    def fail(*_):
        raise OSError('disk full')

    monkeypatch.setattr(os, 'replace', fail)
    with pytest.raises(OSError, match='disk full'):
        fingerprints.write(tmp_path / 'prints', *built)
    assert [(path, path.read_bytes()) for path in (tmp_path / 'prints').iterdir()] == [(path, before)]


def test_other_parquet_and_fingerprints_of_another_scheme_are_refused(tmp_path, monkeypatch):
    built = fingerprints.build('Made', {'made': jsonl(tmp_path / 'made.jsonl', ROW)}, GRAMMARS)
    fingerprints.write(tmp_path / 'prints', *built)
    pq.write_table(pa.table({'a': [1]}), tmp_path / 'prints/Other.parquet')
    monkeypatch.setattr(fingerprints, 'SAMPLE', fingerprints.SAMPLE.replace('row.size + 1', 'row.size'))
    with pytest.raises(ProblemsFound) as caught:
        fingerprints.load(tmp_path / 'prints')
    assert [(Path(p.path).name, p.message) for p in caught.value.problems] == [
        ('Made.parquet', 'was made in another way; run proven fingerprint Made again'),
        ('Other.parquet', 'holds no fingerprints; proven fingerprint writes them'),
    ]


REVISION = '0123456789abcdef' * 2 + '01234567'
PARAMS = f"""decontaminate:
  benchmarks:
    Made: {{repo: some/made, revision: {REVISION}, files: [data/made.jsonl]}}
    Other: {{repo: some/other, revision: {REVISION}, files: [a.parquet, b.parquet]}}
"""


def run(tree):
    assert run_main(index.main, ['examples', 'proofs/index.jsonl']) == 0
    arguments = ['examples', 'proofs/index.jsonl', 'fingerprints', 'build/screen.json', 'build/contamination.jsonl']
    return run_main(stage.main, arguments)


def test_stage_tells_what_is_not_screened_and_goes_on(tree, capsys):
    Path('params.yaml').write_text(PARAMS)
    jsonl(Path('made.jsonl'), ROW)
    assert cli.main(['fingerprint', 'Made', 'made.jsonl']) == 0
    content = append(tree / PY / 'clamp.py', '\n\n' + RENAMED)
    line = line_of(content, 'def g')
    capsys.readouterr()
    assert run(tree) == 0
    told = capsys.readouterr().out.splitlines()[-3:]
    assert (
        told[0] == 'decontaminate: Other is not screened, it has no fingerprints; `proven fingerprint Other` makes them'
    )
    assert told[1].startswith(f'decontaminate: {PY}/clamp.py:{line}: ')
    assert told[1].endswith(' of Made Made/0 by function')
    assert told[2] == 'decontaminate: 1 of 3 examples hold tasks of Made (1 tasks, 0 too short)'
    rows = read_rows(Path('build/contamination.jsonl'))
    assert [row['example'] for row in rows] == ['numeric/clamp/go', PY, 'text/other-task/javascript']
    assert [len(row['hits']) for row in rows] == [0, 1, 0]
    assert fingerprints.ContaminationRow.model_validate(rows[1], strict=False).hits[0].line == line
    screen = fingerprints.Screen.model_validate_json(Path('build/screen.json').read_text())
    assert (screen.coverage, screen.similarity, screen.not_screened) == (0.5, 0.7, ('Other',))
    assert [about.name for about in screen.screened] == ['Made']
    before = {path: path.read_bytes() for path in Path('build').iterdir()}
    assert run(tree) == 0
    assert {path: path.read_bytes() for path in Path('build').iterdir()} == before


def test_stage_without_any_fingerprints_claims_nothing(tree, capsys):
    Path('params.yaml').write_text(PARAMS)
    assert run(tree) == 0
    out = capsys.readouterr().out
    assert 'Made is not screened' in out
    assert 'tasks of nothing, there are no fingerprints' in out
    assert 'clean' not in out
    assert json.loads(Path('build/screen.json').read_text())['not_screened'] == ['Made', 'Other']


def test_stage_refuses_bad_input(tree, capsys):
    Path('params.yaml').write_text('decontaminate: {benchmarks: {Made: {repo: made, revision: main, files: []}}}\n')
    assert run(tree) == 1
    error = capsys.readouterr().err
    for field in ('repo', 'revision', 'files'):
        assert f'decontaminate.benchmarks.Made.{field}' in error
    Path('params.yaml').write_text('decontaminate: {coverage: 0}\n')
    assert run(tree) == 1
    Path('params.yaml').write_text(PARAMS)
    Path('fingerprints').mkdir()
    Path('fingerprints/Made.parquet').write_text('x')
    assert run(tree) == 1
    assert 'holds no fingerprints' in capsys.readouterr().err
    assert not Path('build').exists()


@pytest.fixture
def hub():
    """A Hub that has one file of one dataset at one commit; its address, and the requests it has seen."""
    body = (json.dumps(ROW) + '\n').encode()
    seen = []

    class Hub(BaseHTTPRequestHandler):
        def reply(self):
            seen.append((self.command, self.path))
            found = self.path == f'/datasets/some/made/resolve/{REVISION}/data/made.jsonl'
            self.send_response(200 if found else 404)
            if found:
                self.send_header('X-Repo-Commit', REVISION)
                self.send_header('ETag', f'"{hashlib.sha1(body).hexdigest()}"')
            else:
                self.send_header('X-Error-Code', 'RepoNotFound')
            self.send_header('Content-Length', str(len(body) if found else 0))
            self.end_headers()
            if found and self.command == 'GET':
                self.wfile.write(body)

        do_GET = do_HEAD = reply  # noqa: N815

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(('127.0.0.1', 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f'http://127.0.0.1:{server.server_address[1]}', seen
    server.shutdown()
    server.server_close()


def fetch(folder, name, endpoint, offline='0'):
    (folder / 'params.yaml').write_text(PARAMS)
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith(('HF_', 'HUGGING'))},
        'PYTHONPATH': str(REPOSITORY),
        'HF_ENDPOINT': endpoint,
        'HF_HOME': str(folder / 'home'),
        'HF_HUB_OFFLINE': offline,
        'NO_PROXY': '127.0.0.1',
        'no_proxy': '127.0.0.1',
    }
    command = [sys.executable, '-m', 'stages.cli', 'fingerprint', name]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)


def test_fetches_from_the_hub(tmp_path, hub):
    endpoint, seen = hub
    done = fetch(tmp_path, 'Made', endpoint)
    assert (done.returncode, done.stdout) == (0, 'fingerprints/Made.parquet\n'), done.stderr
    assert {path for _, path in seen if path.startswith('/datasets/')} == {
        f'/datasets/some/made/resolve/{REVISION}/data/made.jsonl'
    }
    (about,) = fingerprints.load(tmp_path / 'fingerprints').abouts
    assert [(source.name, source.rows) for source in about.sources] == [(f'some/made@{REVISION}/data/made.jsonl', 1)]


@pytest.mark.parametrize(('name', 'offline'), [('Other', '0'), ('Made', '1')])
def test_what_the_hub_does_not_give_is_an_error(tmp_path, hub, name, offline):
    done = fetch(tmp_path, name, hub[0], offline)
    assert done.returncode == 1
    assert 'could not be fetched (' in done.stderr
    assert 'nothing was written' in done.stderr
    assert 'Traceback' not in done.stderr
    assert not (tmp_path / 'fingerprints').exists()


@pytest.fixture(scope='module')
def ours():
    return stage.decontaminate(
        read_all(REPOSITORY / 'examples', LANGUAGES), fingerprints.load(REPOSITORY / 'fingerprints'), stage.Params()
    )


def test_our_own_examples_hold_nothing(ours):
    assert [row for row in ours if row.hits] == []


def test_our_own_fingerprints_are_small():
    paths = list((REPOSITORY / 'fingerprints').iterdir())
    assert {path.name.partition('.')[0] for path in paths} >= {'HumanEval', 'HumanEval-X-cpp-rust', 'MBPP', 'MBXP'}
    assert max(path.stat().st_size for path in paths) < 1024 * 1024
