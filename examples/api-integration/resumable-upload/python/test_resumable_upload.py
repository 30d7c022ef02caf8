import hashlib
import os
import socket
import threading
from http.server import BaseHTTPRequestHandler
from http.server import ThreadingHTTPServer

import pytest
from resumable_upload import Uploader
from resumable_upload import UploadError

PATH = '/uploads/7'


class Server:
    """Keeps one upload. A step of the plan is what is done with one request, instead of the right thing.

    A number: keep so many bytes of the body, then drop the connection. A pair: answer with this status and headers.
    """

    def __init__(self):
        self.data = bytearray()
        self.length = None
        self.location = PATH
        self.plan = []
        self.log = []
        self.heads = []
        handler = type('Handler', (Handler,), {'state': self})
        self.http = ThreadingHTTPServer(('127.0.0.1', 0), handler)
        self.http.daemon_threads = True
        self.thread = threading.Thread(target=self.http.serve_forever, kwargs={'poll_interval': 0.01})
        self.thread.start()
        self.origin = f'http://127.0.0.1:{self.http.server_address[1]}'
        self.url = self.origin + PATH

    def close(self):
        self.http.shutdown()
        self.thread.join()
        self.http.server_close()


class Handler(BaseHTTPRequestHandler):
    state: Server

    def handle_any(self):
        state = self.state
        body = self.rfile.read(int(self.headers.get('Content-Length', 0)))
        offset = self.headers.get('Upload-Offset')
        state.log.append(self.command if offset is None else f'{self.command} {offset}+{len(body)}')
        state.heads.append((self.path, self.headers))
        step = state.plan.pop(0) if state.plan else None
        if isinstance(step, int):
            state.data += body[:step]
            self.close_connection = True
            return
        self.answer(*(step or self.right(state, body)))

    def right(self, state, body):
        if self.command == 'POST':
            state.length = self.headers['Upload-Length']
            return 201, {'Location': state.location}
        if self.command == 'PATCH':
            if self.headers['Upload-Offset'] != str(len(state.data)):
                return 409, {}
            if self.headers['Upload-Checksum'] != f'sha-256 {hashlib.sha256(body).hexdigest()}':
                return 422, {}
            state.data += body
            return 204, {'Upload-Offset': str(len(state.data))}
        return 200, {'Upload-Offset': str(len(state.data)), 'Upload-Length': str(state.length)}

    def answer(self, status, headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    do_POST = do_HEAD = do_PATCH = do_GET = handle_any  # noqa: N815

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    server = Server()
    yield server
    server.close()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / 'file'
    path.write_bytes(b'0123456789')
    return path


class Client:
    """An uploader of chunks of four bytes, with what it slept and told."""

    def __init__(self, server, **settings):
        self.sleeps = []
        self.progress = []
        self.on_progress = lambda offset: None
        settings = {'chunk_size': 4, 'sleep': self.sleeps.append, 'on_progress': self.told, **settings}
        self.upload = Uploader(f'{server.origin}/uploads?kind=file', **settings).upload

    def told(self, offset, size):
        self.progress.append((offset, size))
        self.on_progress(offset)


def fails(kind, url, offset, status, call):
    with pytest.raises(UploadError) as caught:
        call()
    error = caught.value
    assert (error.kind, error.url, error.offset, error.status) == (kind, url, offset, status)
    expected = f'{kind} at offset {offset} of {url}' + (f' (status {status})' if status else '')
    assert str(error) == expected


def test_new_upload__R1_R8(server, file):
    client = Client(server)
    assert client.upload(file) == server.url
    assert server.log == ['POST', 'PATCH 0+4', 'PATCH 4+4', 'PATCH 8+2']
    assert (bytes(server.data), server.length) == (b'0123456789', '10')
    assert [path for path, _ in server.heads] == ['/uploads?kind=file', PATH, PATH, PATH]
    assert {headers['Content-Type'] for _, headers in server.heads[1:]} == {'application/offset+octet-stream'}
    assert client.progress == [(0, 10), (4, 10), (8, 10), (10, 10)]
    assert client.sleeps == []


def test_default_chunk_size__R1(server, tmp_path):
    path = tmp_path / 'large'
    path.write_bytes(b'x' * (2**20 + 1))
    assert Uploader(server.origin).upload(path) == server.url
    assert server.log == ['POST', f'PATCH 0+{2**20}', f'PATCH {2**20}+1']


@pytest.mark.parametrize(
    ('kept', 'log', 'progress'),
    [
        (0, ['PATCH 4+4', 'HEAD', 'PATCH 4+4', 'PATCH 8+2'], [4, 8, 10]),
        (3, ['PATCH 4+4', 'HEAD', 'PATCH 7+3'], [4, 7, 10]),
        (4, ['PATCH 4+4', 'HEAD', 'PATCH 8+2'], [4, 8, 10]),
    ],
)
def test_dropped_connection__R2_R8(server, file, kept, log, progress):
    server.plan = [None, None, kept]
    client = Client(server)
    assert client.upload(file) == server.url
    assert server.log == ['POST', 'PATCH 0+4', *log]
    assert bytes(server.data) == b'0123456789'
    assert [offset for offset, _ in client.progress] == [0, *progress]
    assert client.sleeps == [1]


def test_dropped_after_the_last_chunk__R2(server, file):
    server.plan = [None, 10]
    client = Client(server, chunk_size=10)
    assert client.upload(file) == server.url
    assert server.log == ['POST', 'PATCH 0+10', 'HEAD']


@pytest.mark.parametrize(('have', 'log'), [(0, ['PATCH 0+4', 'PATCH 4+4', 'PATCH 8+2']), (7, ['PATCH 7+3']), (10, [])])
def test_earlier_upload__R3_R8(server, file, have, log):
    server.data += b'0123456789'[:have]
    server.length = 10
    client = Client(server)
    assert client.upload(file, server.url) == server.url
    assert server.log == ['HEAD', *log]
    assert bytes(server.data) == b'0123456789'
    assert client.progress[0] == (have, 10)
    assert client.progress[-1] == (10, 10)
    assert len(client.progress) == len(log) + 1


@pytest.mark.parametrize(
    ('content', 'log'),
    [(b'', []), (b'a', ['PATCH 0+1']), (b'abcd', ['PATCH 0+4']), (b'abcdefgh', ['PATCH 0+4', 'PATCH 4+4'])],
)
def test_sizes__R4(server, file, content, log):
    file.write_bytes(content)
    client = Client(server)
    assert client.upload(file) == server.url
    assert server.log == ['POST', *log]
    assert (bytes(server.data), server.length) == (content, str(len(content)))
    assert client.progress[0] == (0, len(content))


def test_part_of_a_chunk_is_kept__R4(server, file):
    server.plan = [None, (204, {'Upload-Offset': '3'})]
    server.data += b'012'
    client = Client(server)
    client.upload(file)
    assert server.log == ['POST', 'PATCH 0+4', 'PATCH 3+4', 'PATCH 7+3']
    assert bytes(server.data) == b'0123456789'
    assert client.sleeps == []


def append(file):
    status = os.stat(file)
    with open(file, 'ab') as stream:
        stream.write(b'x')
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))


def touch(file):
    status = os.stat(file)
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns - 5_000_000_000))


@pytest.mark.parametrize('change', [append, touch])
@pytest.mark.parametrize(('when', 'requests'), [(0, 1), (4, 2), (10, 4)])
def test_file_changes__R5(server, file, change, when, requests):
    client = Client(server)
    client.on_progress = lambda offset: change(file) if offset == when else None
    fails('changed', server.url, when, None, lambda: client.upload(file))
    assert len(server.log) == requests


def test_file_changes_while_waiting__R5(server, file):
    server.plan = [None, 2]
    client = Client(server, sleep=lambda _: append(file))
    fails('changed', server.url, 2, None, lambda: client.upload(file))
    assert server.log == ['POST', 'PATCH 0+4', 'HEAD']


@pytest.mark.parametrize('data', [b'', b'0123456789a'])
def test_other_length_on_the_server__R5(server, file, data):
    server.data += data
    server.length = 11
    fails('changed', server.url, 0, 200, lambda: Client(server).upload(file, server.url))
    assert server.log == ['HEAD']


def test_offset_goes_backwards__R5(server, file):
    server.plan = [None, None, 0, (200, {'Upload-Offset': '3', 'Upload-Length': '10'})]
    fails('backwards', server.url, 4, 200, lambda: Client(server).upload(file))
    server.data.clear()
    server.plan = [None, None, (204, {'Upload-Offset': '3'})]
    fails('backwards', server.url, 4, 204, lambda: Client(server).upload(file))


def test_failures_of_all_requests__R6(server, file):
    server.plan = [(500, {}), 0, (599, {}), None, 0, (503, {}), 0, None, (409, {}), None, (422, {}), None]
    client = Client(server, max_failures=8)
    assert client.upload(file) == server.url
    assert client.sleeps == [1, 2, 4, 8, 16, 30, 30, 30]
    assert server.log[:4] == ['POST'] * 4
    patches = ['PATCH 0+4', 'PATCH 4+4', 'PATCH 8+2']
    assert server.log[4:] == ['PATCH 0+4', *['HEAD'] * 3, 'PATCH 0+4', 'HEAD', 'PATCH 0+4', 'HEAD', *patches]


def test_growth_begins_the_count_anew__R6(server, file):
    server.plan = [None, 0, None, None, 1, None, 0, None, None]
    client = Client(server, max_failures=1)
    client.upload(file)
    assert client.sleeps == [1, 1, 1]


def test_standing_still_does_not__R6(server, file):
    server.plan = [None, 0, None, 0, None]
    client = Client(server, max_failures=1)
    fails('retries', server.url, 0, None, lambda: client.upload(file))
    assert client.sleeps == [1]


def test_one_failure_too_many__R6(server, file):
    server.plan = [0] * 5 + [(502, {})]
    client = Client(server)
    fails('retries', None, 0, 502, lambda: client.upload(file))
    assert (client.sleeps, len(server.log)) == ([1, 2, 4, 8, 16], 6)
    server.plan = [None, None, (409, {}), (500, {})]
    client = Client(server, max_failures=1)
    fails('retries', server.url, 4, 500, lambda: client.upload(file))


def test_nobody_answers__R6(file):
    with socket.create_server(('127.0.0.1', 0)) as silent:
        endpoint = f'http://127.0.0.1:{silent.getsockname()[1]}/'
        uploader = Uploader(endpoint, max_failures=0, timeout=0.05)
        fails('retries', None, 0, None, lambda: uploader.upload(file))
    fails('retries', None, 0, None, lambda: uploader.upload(file))


@pytest.mark.parametrize(('name', 'error'), [('none', FileNotFoundError), ('.', IsADirectoryError)])
def test_no_file__R7(server, tmp_path, name, error):
    with pytest.raises(error):
        Client(server).upload(tmp_path / name)
    assert server.log == []


@pytest.mark.parametrize('status', [200, 204, 301, 307, 400, 404, 409, 422, 413, 499])
def test_creation_is_rejected__R7(server, file, status):
    server.plan = [(status, {'Location': PATH})]
    fails('rejected', None, 0, status, lambda: Client(server).upload(file))
    assert server.log == ['POST']


@pytest.mark.parametrize('status', [200, 201, 302, 308, 400, 403, 413, 499])
def test_chunk_is_rejected__R7(server, file, status):
    server.plan = [None, None, (status, {'Location': '/other', 'Upload-Offset': '8'})]
    fails('rejected', server.url, 4, status, lambda: Client(server).upload(file))
    assert server.log == ['POST', 'PATCH 0+4', 'PATCH 4+4']


@pytest.mark.parametrize(
    ('status', 'kind'),
    [(204, 'rejected'), (302, 'rejected'), (409, 'rejected'), (422, 'rejected'), (404, 'gone'), (410, 'gone')],
)
def test_question_is_rejected__R7(server, file, status, kind):
    server.plan = [(status, {'Location': '/other'})]
    fails(kind, server.url, 0, status, lambda: Client(server).upload(file, server.url))
    assert server.log == ['HEAD']


@pytest.mark.parametrize('status', [404, 410])
def test_upload_is_gone__R7(server, file, status):
    server.plan = [None, None, (status, {})]
    fails('gone', server.url, 4, status, lambda: Client(server).upload(file))


@pytest.mark.parametrize(
    'location', [None, '', 'uploads/7', '?x', '//192.0.2.7/', '/\\192.0.2.7/', 'http://192.0.2.7/uploads/7', '/a b']
)
def test_location_of_another_form__R7(server, file, location):
    server.plan = [(201, {} if location is None else {'Location': location})]
    fails('protocol', None, 0, 201, lambda: Client(server).upload(file))
    assert server.log == ['POST']


@pytest.mark.parametrize('offset', [None, '', '4', '9', '-1', '+5', '5.0', '0x5', 'x', '9' * 30])
def test_offset_after_a_chunk__R7(server, file, offset):
    server.plan = [None, None, (204, {} if offset is None else {'Upload-Offset': offset})]
    fails('protocol', server.url, 4, 204, lambda: Client(server).upload(file))


@pytest.mark.parametrize(
    'headers',
    [{}, {'Upload-Offset': '1'}, {'Upload-Length': '10'}, {'Upload-Offset': '11', 'Upload-Length': '10'}]
    + [{'Upload-Offset': 'x', 'Upload-Length': '10'}, {'Upload-Offset': '1', 'Upload-Length': '1e1'}],
)
def test_offset_that_was_asked_for__R7(server, file, headers):
    server.plan = [(200, headers)]
    fails('protocol', server.url, 0, 200, lambda: Client(server).upload(file, server.url))
