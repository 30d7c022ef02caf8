"""Content on its way in and out: sizes, types, digests, names and ranges."""

import base64
import codecs
import hashlib
import re
from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import quote

from problems import ProblemError

CHUNK_BYTES = 65_536

_SIGNATURES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"%PDF-": "application/pdf",
}
_LONGEST_SIGNATURE = max(map(len, _SIGNATURES))
_NAME = re.compile(r"(?!\.{1,2}\Z)[^\x00-\x1f\x7f-\x9f/\\]{1,100}")
_RANGE = re.compile(r"bytes=([0-9]{0,15})-([0-9]{0,15})")


class Incoming:
    """An upload that is counted, digested and looked at while it is written to a file.

    Attributes:
        path: Where the file is.
        size: The number of bytes so far.
    """

    def __init__(self, file: BinaryIO, max_size: int) -> None:
        """``max_size`` is in bytes."""
        self.path = file.name
        self.size = 0
        self._file = file
        self._max_size = max_size
        self._sha256 = hashlib.sha256()
        self._head = b""
        self._is_text = True
        self._decoder = codecs.getincrementaldecoder("utf-8")()

    @property
    def wanted(self) -> int:
        """How many bytes to read next: never more than it takes to see that there are too many."""
        return min(CHUNK_BYTES, self._max_size - self.size + 1)

    def write(self, chunk: bytes) -> None:
        """Add what comes next.

        Raises:
            ProblemError: this is more than a file may have.
        """
        self.size += len(chunk)
        if self.size > self._max_size:
            raise ProblemError("too_large")
        self._file.write(chunk)
        self._sha256.update(chunk)
        self._head = (self._head + chunk)[:_LONGEST_SIGNATURE]
        self._look_for_text(chunk)

    def finish(self, content_digest: str | None) -> tuple[str, str]:
        """Write out the file, and give its type and its SHA-256 in hexadecimal digits.

        Args:
            content_digest: What the client says of the content, if it says so.

        Raises:
            ProblemError: the content has no type that is stored, or another digest.
        """
        self._look_for_text(b"", final=True)
        media_type = self._media_type()
        told = base64.b64encode(self._sha256.digest()).decode()
        if content_digest is not None and content_digest != f"sha-256=:{told}:":
            raise ProblemError("digest_mismatch")
        self._file.flush()
        return media_type, self._sha256.hexdigest()

    def _look_for_text(self, chunk: bytes, *, final: bool = False) -> None:
        try:
            self._is_text = self._is_text and "\0" not in self._decoder.decode(chunk, final)
        except UnicodeDecodeError:
            self._is_text = False

    def _media_type(self) -> str:
        for signature, media_type in _SIGNATURES.items():
            if self._head.startswith(signature):
                return media_type
        if not self._is_text:
            raise ProblemError("unsupported_type")
        return "text/plain; charset=utf-8"


def check_name(name: str) -> None:
    """Check the name that a client gives a file.

    Raises:
        ProblemError: it can't be one.
    """
    if not _NAME.fullmatch(name):
        raise ProblemError("invalid_name")


def disposition(name: str) -> str:
    """``Content-Disposition`` of a file, for old clients and for those that know RFC 8187."""
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def select_part(value: str | None, size: int) -> tuple[int, range]:
    """The status of a download with this ``Range`` header, and the positions that it gives.

    Raises:
        ProblemError: the file has none of the positions asked for.
    """
    match = _RANGE.fullmatch(value or "")
    first, last = match.groups() if match else ("", "")
    if not first + last or (first and last and int(last) < int(first)):
        return 200, range(size)
    if first:
        part = range(int(first), min(int(last) + 1, size) if last else size)
    else:
        part = range(max(size - int(last), 0), size)
    if not part:
        raise ProblemError("range_not_satisfiable", Content_Range=f"bytes */{size}")
    return 206, part


def read_part(file: BinaryIO, part: range) -> Iterator[bytes]:
    """The bytes at these positions, piece by piece; then the file is closed."""
    with file:
        file.seek(part.start)
        left = len(part)
        while chunk := file.read(min(CHUNK_BYTES, left)):
            left -= len(chunk)
            yield chunk
