"""A Hugging Face Hub for tests: the real client talks to it over loopback, nothing is written anywhere.

It keeps commits, tags and blobs in memory and has the endpoints that `huggingface_hub` and `datasets` call to upload,
list and load a dataset: LFS, or the upload half of Xet into a folder. It has no pull requests, no quotas and no
multipart uploads, and it checks no card.

    with Hub() as hub:
        hub.create('org/demo')
        hub.fail('POST', '/commit/', 'drop_reply')   # the commit is made, its reply is lost
        HfApi(endpoint=hub.url, token=WRITER).create_commit(...)
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler
from http.server import ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qs
from urllib.parse import unquote
from urllib.parse import urlsplit

WRITER, READER, TRUSTED = 'hf_writer-secret', 'hf_reader-secret', 'hf_trusted-secret'
ID_TOKEN = 'id-token-secret'
WRITES = {WRITER, TRUSTED}
LARGE = 10_000_000  # bytes, from which on the Hub keeps a file apart from git


class File(NamedTuple):
    """``sha256`` if it is kept by LFS; ``oid`` is then that of its pointer."""

    oid: str
    size: int
    sha256: str | None = None

    def told(self, path):
        lfs = {'lfs': {'oid': self.sha256, 'size': self.size, 'pointerSize': 130}} if self.sha256 else {}
        return {'type': 'file', 'path': path, 'oid': self.oid, 'size': self.size, **lfs}


class Commit(NamedTuple):
    parent: str | None
    title: str
    description: str
    files: dict[str, File]


class Repo:
    def __init__(self):
        self.commits: dict[str, Commit] = {}
        self.branches: dict[str, str] = {}
        self.tags: dict[str, str] = {}

    @property
    def head(self):
        return self.branches['main']

    def add(self, title, files, description=''):
        parent = self.branches.get('main')
        oid = hashlib.sha1(repr((parent, title, description, sorted(files.items()))).encode()).hexdigest()
        self.commits[oid] = Commit(parent, title, description, files)
        self.branches['main'] = oid
        return oid

    def resolve(self, revision):
        return (
            self.branches.get(revision) or self.tags.get(revision) or (revision if revision in self.commits else None)
        )

    def history(self, revision='main'):
        """Commits, newest first."""
        oid, found = self.resolve(revision), []
        while oid:
            found.append((oid, self.commits[oid]))
            oid = self.commits[oid].parent
        return found


class Fault(NamedTuple):
    method: str
    pattern: str
    outcome: object  # status | 'drop' before it is done | 'drop_reply' after | a function to call before
    left: list  # how many times yet; how many to let through first


class Sent(NamedTuple):
    method: str
    path: str
    status: int
    bytes: int


class Drop(Exception):
    """Hang up without an answer."""


class Error(Exception):
    def __init__(self, status, message='', code=''):
        super().__init__(message)
        self.status, self.code = status, code


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        # A client that was killed is what some tests are about.
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Hub:
    """``xet``: a folder into which Xet uploads go; without one only LFS is there."""

    def __init__(self, xet=None):
        self.xet = xet
        self.repos: dict[str, Repo] = {}
        self.blobs: dict[str, bytes] = {}  # by git's SHA-1 or by SHA-256
        self.log: list[Sent] = []
        self.faults: list[Fault] = []
        self.bad_card = ''  # what is wrong with any card
        self.ignored = ''  # a path that a `.gitignore` leaves out
        self.retry_after = '0'  # seconds, with every error
        self.page = 2  # entries of a tree; whoever reads the first page only is found out
        self._lock = threading.RLock()
        handler = type('BoundHandler', (Handler,), {'hub': self})
        self._server = Server(('127.0.0.1', 0), handler)
        self.url = f'http://127.0.0.1:{self._server.server_port}'
        # Another origin for the client, as the real one's content delivery network is.
        self.cdn = f'http://localhost:{self._server.server_port}'

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, kwargs={'poll_interval': 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def create(self, name):
        repo = self.repos[name] = Repo()
        repo.add('initial commit', {'.gitattributes': self.keep(b'*.parquet filter=lfs\n')})
        return repo

    def keep(self, content, lfs=False):
        """A blob, as the file that has it."""
        if lfs:
            sha256 = hashlib.sha256(content).hexdigest()
            self.blobs[sha256] = content
            return File(hashlib.sha1(sha256.encode()).hexdigest(), len(content), sha256)
        oid = hashlib.sha1(b'blob %d\0' % len(content) + content).hexdigest()
        self.blobs[oid] = content
        return File(oid, len(content))

    def fail(self, method, pattern, outcome, times=1, after=0):
        self.faults.append(Fault(method, pattern, outcome, [times, after]))

    def before(self, method, pattern, function, after=0):
        """Call a function once, before such a request is answered; it may raise `Drop` or `Error` instead."""
        self.fail(method, pattern, function, after=after)

    def sent(self, method='PUT', pattern='/lfs/'):
        """Bytes in the bodies of such requests, dropped ones too."""
        return sum(one.bytes for one in self.log if one.method == method and re.search(pattern, one.path))

    def writes(self):
        """Requests that changed something or would have, if they were not refused."""
        reads = '/preupload/|/validate-yaml|/paths-info/|/lfs/objects/batch'
        return [one for one in self.log if one.method not in ('GET', 'HEAD') and not re.search(reads, one.path)]

    def outcome(self, method, path):
        with self._lock:
            for fault in self.faults:
                if fault.method == method and re.search(fault.pattern, path) and fault.left[0]:
                    if fault.left[1]:
                        fault.left[1] -= 1
                        continue
                    fault.left[0] -= 1
                    return fault.outcome
        return None


class Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = 'HTTP/1.1'
    wbufsize = -1  # headers and body in one packet: two would wait for each other
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def do_GET(self):
        self._answer()

    do_HEAD = do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815

    def _answer(self):
        url = urlsplit(self.path)
        self.query = parse_qs(url.query)
        self.body = self._read()
        status, headers, content = 200, {}, b''
        try:
            outcome = self.hub.outcome(self.command, url.path)
            if callable(outcome):
                outcome()
            elif outcome == 'drop':
                raise Drop
            elif isinstance(outcome, int):
                raise Error(outcome, 'injected')
            status, headers, content = self._route(url.path)
            if outcome == 'drop_reply':
                raise Drop
        except Error as error:
            status, content = error.status, json.dumps({'error': str(error)}).encode()
            headers = {'X-Error-Code': error.code, 'X-Error-Message': str(error), 'Retry-After': self.hub.retry_after}
        except Drop:
            status = 0
        self.hub.log.append(Sent(self.command, url.path, status, len(self.body)))
        if not status:
            self.close_connection = True
            self.connection.shutdown(2)
            return
        self.send_response(status)
        for name, value in ({'Content-Length': str(len(content))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != 'HEAD':
            self.wfile.write(content)

    def _read(self):
        if self.headers.get('Transfer-Encoding', '') != 'chunked':
            return self.rfile.read(int(self.headers.get('Content-Length', 0)))
        content = b''
        while size := int(self.rfile.readline(), 16):
            content += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return content

    def _route(self, path):
        # Revisions and paths come percent-encoded, so that each is one segment.
        for method, pattern, function in ROUTES:
            if method == self.command.replace('HEAD', 'GET') and (found := re.fullmatch(pattern, path)):
                arguments = found.groupdict()
                token = self.headers.get('Authorization', '').removeprefix('Bearer ')
                if token and token not in WRITES | {READER}:
                    raise Error(401, 'Invalid credentials in Authorization header')
                if function in GUARDED and token not in WRITES:
                    raise Error(403 if token else 401, 'You need write access to this repository')
                if 'id' in arguments:
                    self.name = arguments.pop('id')
                    if self.name not in self.hub.repos:
                        raise Error(404, 'Repository not found', 'RepoNotFound')
                    self.repo = self.hub.repos[self.name]
                if 'rev' in arguments:
                    self.oid = self.repo.resolve(unquote(arguments.pop('rev') or 'main'))
                    if self.oid is None:
                        raise Error(404, 'Invalid rev id', 'RevisionNotFound')
                    self.files = self.repo.commits[self.oid].files
                with self.hub._lock:
                    return function(self, **{key: unquote(value or '') for key, value in arguments.items()})
        raise Error(404, f'no such endpoint: {self.command} {path}')

    def _json(self, value, **headers):
        return 200, {'Content-Type': 'application/json'} | headers, json.dumps(value).encode()

    def exchange(self):
        if json.loads(self.body)['subject_token'] != ID_TOKEN:
            raise Error(403, 'no trusted publisher')
        return self._json({'access_token': TRUSTED, 'token_type': 'bearer', 'expires_in': 3600})

    def validate(self):
        if self.hub.bad_card:
            return 400, {}, json.dumps({'errors': [{'message': self.hub.bad_card}], 'warnings': []}).encode()
        return self._json({'errors': [], 'warnings': []})

    def preupload(self):
        files = [
            {
                'path': file['path'],
                'uploadMode': 'lfs' if file['path'].endswith('.parquet') or file['size'] > LARGE else 'regular',
                'shouldIgnore': file['path'] == self.hub.ignored,
                'oid': (there := self.files.get(file['path'])) and (there.sha256 or there.oid),
            }
            for file in json.loads(self.body)['files']
        ]
        return self._json({'files': files})

    def batch(self):
        objects = []
        for wanted in json.loads(self.body)['objects']:
            upload = {'href': f'{self.hub.cdn}/lfs/{wanted["oid"]}', 'header': {}}
            missing = wanted['oid'] not in self.hub.blobs
            objects.append(wanted | ({'actions': {'upload': upload}} if missing else {}))
        return self._json({'transfer': 'basic', 'objects': objects})

    def put(self, oid):
        if hashlib.sha256(self.body).hexdigest() != oid:
            raise Error(400, 'other content than was announced')
        self.hub.blobs[oid] = self.body
        return 200, {}, b''

    def commit(self):
        lines = [json.loads(line) for line in self.body.splitlines()]
        header = lines.pop(0)['value']
        if header.get('parentCommit', self.repo.head) != self.repo.head:
            raise Error(412, 'A commit has happened since. Please refresh and try again.')
        files = dict(self.files)
        for line in lines:
            value = line['value']
            match line['key']:
                case 'file':
                    files[value['path']] = self.hub.keep(base64.b64decode(value['content']))
                case 'lfsFile':
                    if value['oid'] not in self.hub.blobs and not self.hub.xet:
                        raise Error(422, 'a file that was not uploaded')
                    pointer = hashlib.sha1(value['oid'].encode()).hexdigest()
                    files[value['path']] = File(pointer, value['size'], value['oid'])
                case 'deletedFile':
                    if files.pop(value['path'], None) is None:
                        raise Error(404, 'no such file', 'EntryNotFound')
                case key:
                    raise Error(400, f'unknown key {key}')
        oid = self.repo.add(header['summary'], files, header['description'])
        url = f'{self.hub.url}/datasets/{self.name}/commit/{oid}'
        return self._json({'commitOid': oid, 'commitUrl': url, 'success': True})

    def tag(self):
        name = json.loads(self.body)['tag']
        if name in self.repo.tags:
            raise Error(409, f'Tag {name} already exists')
        self.repo.tags[name] = self.oid
        return 200, {}, b''

    def xet_token(self):
        told = {'casUrl': f'local://{self.hub.xet}', 'accessToken': 'cas', 'exp': int(time.time()) + 3600}
        names = {'casUrl': 'X-Xet-Cas-Url', 'accessToken': 'X-Xet-Access-Token', 'exp': 'X-Xet-Token-Expiration'}
        return self._json(told, **{names[key]: str(value) for key, value in told.items()})

    def info(self):
        siblings = [{'rfilename': path} for path in self.files]
        kept = {'private': False, 'gated': False, 'disabled': False, 'downloads': 0, 'likes': 0, 'tags': []}
        return self._json({'_id': '1', 'id': self.name, 'sha': self.oid, 'siblings': siblings} | kept)

    def refs(self):
        def told(kind, refs):
            return [{'name': n, 'ref': f'refs/{kind}/{n}', 'targetCommit': oid} for n, oid in refs.items()]

        found = {'branches': told('heads', self.repo.branches), 'tags': told('tags', self.repo.tags), 'converts': []}
        return self._json(found)

    def commits(self):
        told = [
            {
                'id': oid,
                'title': one.title,
                'message': one.description,
                'authors': [],
                'date': '2026-01-01T00:00:00.000Z',
            }
            for oid, one in self.repo.history(self.oid)
        ]
        return self._json(told)

    def tree(self, path=''):
        below = f'{path}/' if path else ''
        names = [name for name in self.files if name.startswith(below)]
        folders = {name[: match.start()] for name in names for match in re.finditer('/', name)}
        told = [self.files[name].told(name) for name in names]
        told += [{'type': 'directory', 'path': f, 'oid': '0' * 40, 'size': 0} for f in folders if f.startswith(below)]
        if self.query.get('recursive') not in (['True'], ['true'], ['1']):
            told = [one for one in told if '/' not in one['path'][len(below) :]]
        if path and not told:
            raise Error(404, 'Entry not found', 'EntryNotFound')
        told.sort(key=lambda one: one['path'])
        start = int(self.query.get('cursor', ['0'])[0])
        if start + self.hub.page >= len(told):
            return self._json(told[start:])
        recursive = self.query.get('recursive', ['false'])[0]
        rest = f'{self.hub.url}{urlsplit(self.path).path}?recursive={recursive}&cursor={start + self.hub.page}'
        return self._json(told[start : start + self.hub.page], Link=f'<{rest}>; rel="next"')

    def paths_info(self):
        paths = parse_qs(self.body.decode()).get('paths') or json.loads(self.body)['paths']
        folders = {str(name)[: match.start()] for name in self.files for match in re.finditer('/', name)}
        told = [self.files[path].told(path) for path in paths if path in self.files]
        told += [{'type': 'directory', 'path': path, 'oid': '0' * 40} for path in paths if path in folders]
        return self._json(told)

    def resolve(self, path):
        file = self.files.get(path)
        if file is None:
            raise Error(404, 'Entry not found', 'EntryNotFound')
        headers = {'X-Repo-Commit': self.oid, 'ETag': f'"{file.oid}"', 'Accept-Ranges': 'bytes'}
        if file.sha256 is None:
            return self._content(self.hub.blobs[file.oid], headers)
        large = {'X-Linked-Etag': f'"{file.sha256}"', 'X-Linked-Size': str(file.size)}
        return 302, headers | large | {'Location': f'{self.hub.cdn}/lfs/{file.sha256}'}, b''

    def blob(self, oid):
        return self._content(self.hub.blobs[oid], {'ETag': f'"{oid}"', 'Accept-Ranges': 'bytes'})

    def _content(self, content, headers):
        found = re.fullmatch(r'bytes=(\d+)-(\d*)', self.headers.get('Range', ''))
        if not found:
            length = {'Content-Length': str(len(content))} if self.command == 'HEAD' else {}
            return 200, headers | length, b'' if self.command == 'HEAD' else content
        first, last = int(found[1]), min(int(found[2] or len(content)), len(content) - 1)
        return 206, headers | {'Content-Range': f'bytes {first}-{last}/{len(content)}'}, content[first : last + 1]


REPO, REV, PATH = r'(?P<id>[\w.-]+/[\w.-]+)', r'(?P<rev>[^/]+)', r'(?P<path>.+)'
ROUTES = (
    ('POST', '/oauth/token', Handler.exchange),
    ('POST', '/api/validate-yaml', Handler.validate),
    ('POST', f'/api/datasets/{REPO}/preupload/{REV}', Handler.preupload),
    ('POST', rf'/datasets/{REPO}\.git/info/lfs/objects/batch', Handler.batch),
    ('PUT', '/lfs/(?P<oid>[0-9a-f]{64})', Handler.put),
    ('GET', '/lfs/(?P<oid>[0-9a-f]{64})', Handler.blob),
    ('GET', f'/api/datasets/{REPO}/xet-write-token/{REV}', Handler.xet_token),
    ('POST', f'/api/datasets/{REPO}/commit/{REV}', Handler.commit),
    ('POST', f'/api/datasets/{REPO}/tag/{REV}', Handler.tag),
    ('GET', f'/api/datasets/{REPO}/refs', Handler.refs),
    ('GET', f'/api/datasets/{REPO}/commits/{REV}', Handler.commits),
    ('GET', f'/api/datasets/{REPO}/tree/{REV}(/{PATH})?', Handler.tree),
    ('POST', f'/api/datasets/{REPO}/paths-info/{REV}', Handler.paths_info),
    ('GET', f'/api/datasets/{REPO}(/revision/{REV})?', Handler.info),
    ('GET', f'/datasets/{REPO}/resolve/{REV}/{PATH}', Handler.resolve),
)
GUARDED = {Handler.preupload, Handler.batch, Handler.xet_token, Handler.commit, Handler.tag}
