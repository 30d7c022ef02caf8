"""`proven draft` against a server on loopback that answers as it is told."""

from __future__ import annotations

import datetime
import http.server
import json
import shutil
import threading
import time
from pathlib import Path

import pytest
import yaml

from stages import cli
from stages.all_languages import LANGUAGES
from stages.core.examples import Reader

drafting = pytest.importorskip('stages.core.drafting')

PY = Path('examples/numeric/clamp/python')
CODE = 'def clamp(value, low, high):\n    return max(low, min(value, high))\n'
GOOD = f'Here it is.\n\n```clamp.py\n{CODE}```\n'


class Server:
    """Answers every POST with what it is given, and keeps what it was asked."""

    def __init__(self):
        self.status, self.headers, self.body, self.delay = 200, {}, b'', 0.0
        self.asked = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                content = self.rfile.read(int(self.headers['content-length']))
                outer.asked.append((self.path, dict(self.headers), json.loads(content)))
                time.sleep(outer.delay)
                self.send_response(outer.status)
                for name, value in outer.headers.items():
                    self.send_header(name, value)
                self.send_header('content-length', str(len(outer.body)))
                self.end_headers()
                self.wfile.write(outer.body)

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.server.handle_error = lambda *_: None  # who asked has gone: nothing for stderr, which tests read
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f'http://127.0.0.1:{self.server.server_port}/v1'

    def says(self, text, reason='stop', model='some-model-2026'):
        choice = {'index': 0, 'message': {'role': 'assistant', 'content': text}, 'finish_reason': reason}
        self.body = json.dumps({'id': 'x', 'model': model, 'choices': [choice]}).encode()


@pytest.fixture
def server(monkeypatch):
    one = Server()
    one.says(GOOD)
    monkeypatch.setenv('OPENAI_BASE_URL', one.url)
    monkeypatch.delenv('OPENAI_API_KEY', raising=False)
    for name in ('HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy'):
        monkeypatch.delenv(name, raising=False)
    yield one
    one.server.shutdown()
    one.server.server_close()


def ask(*options, path='clamp/python'):
    return cli.main(['draft', path, '--model', 'some-model', *options])


@pytest.fixture
def refused(tree, capsys):
    """Asks, and gives what is told; nothing in the tree may have changed."""
    before = {path: path.read_bytes() for path in tree.rglob('*') if path.is_file()}

    def told(*options, path='clamp/python'):
        assert ask(*options, path=path) == 1
        assert {path: path.read_bytes() for path in tree.rglob('*') if path.is_file()} == before
        return capsys.readouterr().err

    return told


def test_draft_is_written_unedited_with_its_prompt_and_record(tree, server, capsys):
    before = (PY / 'example.yaml').read_text()
    assert ask('--temperature', '0.5', '--max-tokens', '900', '--seed', '7') == 0
    assert 'next: proven verify examples/numeric/clamp/python' in capsys.readouterr().out
    assert (PY / 'draft/clamp.py').read_text() == CODE
    ((path, headers, body),) = server.asked
    assert path == '/v1/chat/completions'
    assert 'Authorization' not in headers
    assert (body['model'], body['temperature'], body['max_tokens'], body['seed']) == ('some-model', 0.5, 900, 7)
    assert body['messages'] == [{'role': 'user', 'content': (PY / 'draft/prompt.md').read_text()}]
    after = (PY / 'example.yaml').read_text()
    assert after.startswith(before)
    assert yaml.safe_load(after[len(before) :]) == {
        'draft': {
            'model': 'some-model-2026',
            'date': datetime.datetime.now(datetime.UTC).date(),
            'parameters': {'temperature': 0.5, 'max_tokens': 900, 'seed': 7},
            'human_edits': 'none',
        }
    }
    assert Reader(tree, LANGUAGES).read('numeric/clamp/python').variant('draft') == {'clamp.py': CODE.encode()}


def test_key_is_sent_and_kept_nowhere(tree, server, monkeypatch, capsys):
    monkeypatch.setenv('OPENAI_API_KEY', 'not-a-real-key')
    assert ask() == 0
    assert server.asked[0][1]['Authorization'] == 'Bearer not-a-real-key'
    captured = capsys.readouterr()
    assert 'not-a-real-key' not in captured.out + captured.err
    assert all(b'not-a-real-key' not in path.read_bytes() for path in tree.rglob('*') if path.is_file())


def test_prompt_has_statement_names_and_files_and_nothing_else(tree, server):
    assert ask() == 0
    prompt = (PY / 'draft/prompt.md').read_text()
    task = yaml.safe_load(Path('examples/numeric/clamp/task.yaml').read_text())
    assert prompt.startswith(task['statement']['en'].strip())
    assert 'def clamp(value: float, low: float, high: float) -> float' in prompt
    assert '- `clamp.py`' in prompt
    for hint in ('test', 'R1', 'R2', task['requirements'][0]['text']['en'], 'raise ValueError'):
        assert hint not in prompt


@pytest.mark.parametrize('name', sorted({adapter.LANGUAGE for adapter in LANGUAGES.values()}))
def test_every_language_has_a_name(name):
    assert name in drafting.LABELS


def test_draft_that_is_there_stays(tree, server, add_draft, refused):
    add_draft(tree)
    before = (PY / 'example.yaml').read_bytes()
    assert ask() == 1
    assert (PY / 'example.yaml').read_bytes() == before
    assert server.asked == []


def test_replaced_draft_leaves_the_rest_byte_for_byte(tree, server, add_draft):
    add_draft(tree)
    before = (PY / 'example.yaml').read_text()
    (PY / 'draft/other.py').write_text('x = 1\n')
    assert ask('--replace') == 0
    after = (PY / 'example.yaml').read_text()
    old = 'draft: {model: some model, date: 2026-11-01}\n'
    start = before.index(old)
    assert after.startswith(before[:start])
    assert after.endswith(before[start + len(old) :])
    assert sorted(path.name for path in (PY / 'draft').iterdir()) == ['clamp.py', 'prompt.md']
    assert sorted(path.name for path in PY.iterdir() if path.name.startswith('.')) == []


@pytest.mark.parametrize(
    'source',
    [
        'a: 1\ndraft:\n  model: x\n\n  # why\n  date: 2026-01-01\nb: 2\n',
        'a: 1\ndraft: {model: x,\n  date: 2026-01-01}\nb: 2\n',
        'draft:\n  model: x\n',
    ],
)
def test_record_takes_the_place_of_the_whole_field(source):
    found = drafting.with_record(source, 'draft:\n  model: "y"\n')
    assert yaml.safe_load(found) == {**yaml.safe_load(source), 'draft': {'model': 'y'}}
    assert found.count('draft:') == 1


def test_record_goes_to_the_end_of_a_file_without_a_last_line_feed():
    assert drafting.with_record('a: 1', 'draft: {}\n') == 'a: 1\ndraft: {}\n'


@pytest.mark.parametrize(
    ('status', 'headers', 'body', 'told'),
    [
        (401, {}, {'error': {'message': 'bad key'}}, 'the key is refused; mend OPENAI_API_KEY (bad key)'),
        (404, {}, {'error': {'message': 'no such model'}}, "no model 'some-model'"),
        (429, {'Retry-After': '17'}, {'error': 'slow down'}, 'try again after 17 s (slow down)'),
        (429, {}, {}, 'try again later'),
        (500, {}, 'broken', 'answers 500; see what it says (broken)'),
        (302, {'Location': 'http://127.0.0.1:1/'}, {}, 'answers 302'),
        (200, {}, 'no json', 'something else than a chat completion'),
        (200, {}, {'choices': []}, 'something else than a chat completion'),
        (200, {}, [1], 'something else than a chat completion'),
    ],
)
def test_refusal_of_the_endpoint_is_told(refused, server, status, headers, body, told):
    server.status, server.headers = status, headers
    server.body = (body if isinstance(body, str) else json.dumps(body)).encode()
    assert told in refused()
    assert len(server.asked) == 1, 'never asked twice'


def test_missing_settings_are_told(refused, server, monkeypatch):
    monkeypatch.setenv('OPENAI_BASE_URL', 'https://api.example.com/v1')
    assert 'OPENAI_API_KEY: is not set, and https://api.example.com/v1 is not on this machine' in refused()
    monkeypatch.delenv('OPENAI_BASE_URL')
    assert 'OPENAI_BASE_URL: is not set; for a server on this machine: http://127.0.0.1' in refused()


def test_no_server_is_told(refused, server):
    server.server.shutdown()
    server.server.server_close()
    assert 'can not be reached; start the server or mend OPENAI_BASE_URL' in refused()


def test_timeout_is_told(refused, server):
    server.delay = 2.0
    assert 'did not answer within 0.3 s' in refused('--timeout', '0.3')


@pytest.mark.parametrize(
    ('text', 'reason', 'told'),
    [
        (f'```clamp.py\n{CODE}', 'length', 'cut off at the limit of tokens; raise --max-tokens'),
        (GOOD, 'content_filter', 'gave no answer (finish_reason content_filter)'),
        (None, 'stop', 'gave no answer'),
        ('I can not.', 'stop', 'clamp.py is missing'),
        (f'```python\n{CODE}```\n', 'stop', 'clamp.py is missing'),
        (GOOD + GOOD, 'stop', 'clamp.py is given twice'),
        (GOOD + '```other.py\nx\n```\n', 'stop', 'other.py was not asked for'),
        (GOOD + '```../../x.py\nx\n```\n', 'stop', '../../x.py was not asked for'),
        (f'```clamp.py\n{CODE}', 'stop', 'a block has no end, clamp.py is missing'),
        ('```clamp.py\na\r\n```\n', 'stop', 'clamp.py has a carriage return in line 1'),
    ],
)
def test_answer_that_can_not_be_taken_is_kept_outside_of_the_tree(refused, server, text, reason, told):
    server.says(text, reason)
    said = refused()
    assert told in said
    raw = Path(said.split(':')[0])
    assert not raw.is_relative_to(Path.cwd())
    assert raw.read_bytes() == str(text).encode()
    raw.unlink()


def test_blocks_may_hold_shorter_fences_and_other_blocks_are_left_aside():
    text = 'For example:\n```\nx\n```\n```text\ny\n```\n````python a.py\n"""\n```\nx\n```\n"""\n````\nDone.'
    assert drafting.taken(text, ['a.py']) == {'a.py': '"""\n```\nx\n```\n"""\n'}


def test_files_can_be_chosen(tree, server, refused):
    assert 'is no solution file; use one of clamp.py' in refused('--file', 'other.py')
    assert ask('--file', 'clamp.py') == 0


@pytest.mark.parametrize('path', ['nothing/python', 'numeric/clamp', '/', 'clamp'])
def test_other_paths_are_refused(refused, server, path):
    assert f'{path}: is no example below examples' in refused(path=path)


@pytest.mark.parametrize('path', ['clamp/python', 'numeric/clamp/python', 'examples/numeric/clamp/python/'])
def test_example_is_named_in_three_ways(tree, server, path):
    assert ask(path=path) == 0
    shutil.rmtree(PY / 'draft')
