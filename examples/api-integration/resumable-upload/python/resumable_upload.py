"""Uploads files in chunks over HTTP and goes on after dropped connections where the server has got to."""

from __future__ import annotations

import hashlib
import http.client
import os
import re
import time
from collections.abc import Callable
from typing import BinaryIO
from typing import Literal
from urllib.parse import urljoin
from urllib.parse import urlsplit

Kind = Literal['changed', 'backwards', 'gone', 'retries', 'rejected', 'protocol']

_LONGEST_WAIT = 30
_NO_RESPONSE = (OSError, http.client.HTTPException)
_GONE = (404, 410)


class UploadError(Exception):
    """An upload did not come to its end; with its URL it may be continued later.

    ``offset`` is how many bytes the server has confirmed, ``status`` that of the response at fault, if there was one.
    """

    def __init__(self, kind: Kind, url: str | None, offset: int, status: int | None = None) -> None:
        super().__init__(f'{kind} at offset {offset} of {url}' + ('' if status is None else f' (status {status})'))
        self.kind = kind
        self.url = url
        self.offset = offset
        self.status = status


class Uploader:
    """Uploads to one endpoint. Times are seconds; ``on_progress`` gets the confirmed offset and the size."""

    def __init__(
        self,
        endpoint: str,
        *,
        chunk_size: int = 1 << 20,
        max_failures: int = 5,
        timeout: float = 10.0,
        sleep: Callable[[float], None] = time.sleep,
        on_progress: Callable[[int, int], None] = lambda offset, size: None,
    ) -> None:
        self.endpoint = endpoint
        self.chunk_size = chunk_size
        self.max_failures = max_failures
        self.timeout = timeout
        self.sleep = sleep
        self.on_progress = on_progress

    def upload(self, path: str | os.PathLike[str], url: str | None = None) -> str:
        """Upload a file, or the rest of it to an earlier upload, and return the URL of the upload.

        Raises UploadError, and OSError if the file cannot be read.
        """
        with open(path, 'rb') as file:
            return _Upload(self, file, url).run()


class _Upload:
    def __init__(self, settings: Uploader, file: BinaryIO, url: str | None) -> None:
        self.settings = settings
        self.file = file
        self.url = url
        self.identity = self._identity()
        self.size = self.identity[0]
        self.offset = 0
        self.failures = 0

    def run(self) -> str:
        if self.url is None:
            self.url = self._create()
        else:
            self.offset = self._ask()
        self.settings.on_progress(self.offset, self.size)
        while self.offset < self.size:
            self._advance(self._send())
        self._check_file()
        return self.url

    def _advance(self, offset: int) -> None:
        if offset > self.offset:
            self.offset = offset
            self.failures = 0
            self.settings.on_progress(offset, self.size)

    def _create(self) -> str:
        while True:
            status, headers = self._request('POST', self.settings.endpoint, {'Upload-Length': str(self.size)})
            if status == 201:
                location = headers.get('Location', '')
                if not re.fullmatch(r'/(?!/)[!-~]*', location) or '\\' in location:
                    raise self._error('protocol', status)
                return urljoin(self.settings.endpoint, location)
            self._failed(status)

    def _ask(self) -> int:
        while True:
            status, headers = self._request('HEAD', self.url, {})
            if status == 200:
                offset = self._number(headers, 'Upload-Offset', status)
                if self._number(headers, 'Upload-Length', status) != self.size:
                    raise self._error('changed', status)
                return self._checked(offset, self.size, status)
            self._failed(status, gone=_GONE)

    def _send(self) -> int:
        """Send a chunk and return the offset that the server has afterwards."""
        self._check_file()
        self.file.seek(self.offset)
        chunk = self.file.read(min(self.settings.chunk_size, self.size - self.offset))
        headers = {
            'Upload-Offset': str(self.offset),
            'Content-Type': 'application/offset+octet-stream',
            'Upload-Checksum': f'sha-256 {hashlib.sha256(chunk).hexdigest()}',
        }
        status, answer = self._request('PATCH', self.url, headers, chunk)
        if status == 204:
            offset = self._checked(self._number(answer, 'Upload-Offset', status), self.offset + len(chunk), status)
            if offset == self.offset:
                raise self._error('protocol', status)
            return offset
        self._failed(status, again=(409, 422), gone=_GONE)
        return self._ask()

    def _failed(self, status: int | None, again: tuple[int, ...] = (), gone: tuple[int, ...] = ()) -> None:
        """Wait before the next attempt, if there may be one."""
        if status in gone:
            raise self._error('gone', status)
        if status is not None and status not in again and not 500 <= status <= 599:
            raise self._error('rejected', status)
        self.failures += 1
        if self.failures > self.settings.max_failures:
            raise self._error('retries', status)
        self.settings.sleep(min(2 ** (self.failures - 1), _LONGEST_WAIT))

    def _request(
        self, method: str, url: str, headers: dict[str, str], body: bytes = b''
    ) -> tuple[int | None, http.client.HTTPMessage]:
        """Return status and headers of the response; the status is None if there is none."""
        parts = urlsplit(url)
        connect = http.client.HTTPSConnection if parts.scheme == 'https' else http.client.HTTPConnection
        connection = connect(parts.hostname, parts.port, timeout=self.settings.timeout)
        target = parts._replace(scheme='', netloc='', fragment='').geturl() or '/'
        try:
            connection.request(method, target, body or None, headers)
            response = connection.getresponse()
            return response.status, response.headers
        except _NO_RESPONSE:
            return None, http.client.HTTPMessage()
        finally:
            connection.close()

    def _number(self, headers: http.client.HTTPMessage, name: str, status: int) -> int:
        text = headers.get(name, '')
        if not re.fullmatch('[0-9]{1,18}', text):
            raise self._error('protocol', status)
        return int(text)

    def _checked(self, offset: int, most: int, status: int) -> int:
        if offset < self.offset:
            raise self._error('backwards', status)
        if offset > most:
            raise self._error('protocol', status)
        return offset

    def _check_file(self) -> None:
        if self._identity() != self.identity:
            raise self._error('changed')

    def _identity(self) -> tuple[int, int]:
        state = os.fstat(self.file.fileno())
        return state.st_size, state.st_mtime_ns

    def _error(self, kind: Kind, status: int | None = None) -> UploadError:
        return UploadError(kind, self.url, self.offset, status)
