"""A durable key-value store kept in one append-only log file, for POSIX systems."""

from __future__ import annotations

import os
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import BinaryIO
from zlib import crc32

_MAGIC = b"AOSTORE1"
_HEADER = struct.Struct(">III")  # payload length, CRC-32 of those four bytes, CRC-32 of the payload
_LENGTH_SIZE = 4
_PAYLOAD_START = struct.Struct(">BH")  # record type, key length
_PUT = 1
_DELETE = 2

_MAX_KEY_SIZE = 1024
_MAX_VALUE_SIZE = 1024 * 1024
_MIN_PAYLOAD_SIZE = _PAYLOAD_START.size + 1
_MAX_PAYLOAD_SIZE = _PAYLOAD_START.size + _MAX_KEY_SIZE + _MAX_VALUE_SIZE

_CHUNK_SIZE = 64 * 1024


class StoreError(Exception):
    """Base class of the errors that are specific to the store."""


class StoreFormatError(StoreError):
    """The file is not a log of this store."""


class StoreCorruptError(StoreError):
    """A record of the log is damaged in a way that a crash in the middle of a write cannot explain.

    `offset` is the position of the first byte of that record in the file.
    """

    def __init__(self, offset: int) -> None:
        super().__init__(f"bad record at offset {offset}")
        self.offset = offset


class StoreLockedError(StoreError):
    """The lock file exists: another store is open on the same path, or a crash left it behind."""


class StoreFullError(StoreError):
    """The put would make the log longer than its limit."""


class StoreClosedError(StoreError):
    """The store has been closed."""


class AppendOnlyStore:
    """A map from strings to bytes in which every change is a flushed record at the end of a log file.

    Obtain one from `open`. It may be used by several threads at the same time.
    """

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        *,
        max_log_bytes: int | None = None,
        break_lock: bool = False,
        sync: Callable[[int], object] = os.fsync,
        rename: Callable[[str, str], object] = os.replace,
    ) -> AppendOnlyStore:
        """Lock the log at `path`, creating it if there is none, and replay its records.

        Puts may not make the log longer than `max_log_bytes`. `break_lock` takes over the lock that a crash left
        behind. `sync(descriptor)` flushes a file, `rename(source, target)` replaces the log when it is compacted.

        Raises ValueError, StoreLockedError, StoreFormatError, StoreCorruptError or OSError.
        """
        if max_log_bytes is not None and (not isinstance(max_log_bytes, int) or max_log_bytes < 1):
            raise ValueError(f"max_log_bytes must be a positive integer, not {max_log_bytes!r}")
        path = os.fspath(path)
        lock_path = _lock_path(path)
        lock_file = _create_lock_file(lock_path, break_lock)
        try:
            with lock_file:
                lock_file.write(b"%d\n" % os.getpid())
            return cls(path, max_log_bytes, sync, rename)
        except BaseException:
            os.unlink(lock_path)
            raise

    def __init__(
        self,
        path: str,
        max_log_bytes: int | None,
        sync: Callable[[int], object],
        rename: Callable[[str, str], object],
    ) -> None:
        """Recover the log at `path`, whose lock `open` has acquired."""
        self._path = path
        self._max_log_bytes = max_log_bytes
        self._sync = sync
        self._rename = rename
        self._mutex = threading.Lock()
        self._closed = False
        self._contents: dict[str, bytes] = {}
        self._tail_is_dirty = False
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            self._length, self._discarded_bytes = self._recover()
        except BaseException:
            os.close(self._descriptor)
            raise

    @property
    def discarded_bytes(self) -> int:
        """The number of bytes that `open` cut off the log because a crash had left them incomplete."""
        return self._discarded_bytes

    def get(self, key: str) -> bytes | None:
        """Return the value of `key`, or None if there is none."""
        with self._mutex:
            self._require_open()
            _encode_key(key)
            return self._contents.get(key)

    def put(self, key: str, value: bytes | bytearray) -> None:
        """Store `value` under `key`; it is on the disk when this returns.

        Raises ValueError for a key or value outside the limits and StoreFullError if the log has no room for it.
        """
        with self._mutex:
            self._require_open()
            value = _own_value(value)
            record = _encode_record(_PUT, _encode_key(key), value)
            self._require_room(len(record))
            self._append(record)
            self._contents[key] = value

    def delete(self, key: str) -> bool:
        """Remove `key` and return True, or return False if there is no such key."""
        with self._mutex:
            self._require_open()
            record = _encode_record(_DELETE, _encode_key(key))
            if key not in self._contents:
                return False
            self._append(record)
            del self._contents[key]
            return True

    def keys(self) -> list[str]:
        """Return all keys in ascending order of their UTF-8 bytes."""
        with self._mutex:
            self._require_open()
            return self._sorted_keys()

    def compact(self) -> None:
        """Replace the log by one that has exactly one put record for each key."""
        with self._mutex:
            self._require_open()
            descriptor, length = self._replace_log()
            previous, self._descriptor = self._descriptor, descriptor
            self._length = length
            self._tail_is_dirty = False
            os.close(previous)
            _sync_directory_of(self._path)

    def close(self) -> None:
        """Close the log and remove the lock file; closing again does nothing."""
        with self._mutex:
            if self._closed:
                return
            self._closed = True
            try:
                os.close(self._descriptor)
            finally:
                _remove_if_present(_lock_path(self._path))

    def __enter__(self) -> AppendOnlyStore:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def _require_open(self) -> None:
        if self._closed:
            raise StoreClosedError("the store is closed")

    def _require_room(self, size: int) -> None:
        if self._max_log_bytes is not None and self._length + size > self._max_log_bytes:
            raise StoreFullError(f"the log may not be longer than {self._max_log_bytes} bytes")

    def _sorted_keys(self) -> list[str]:
        # Python compares strings by code points, which is the order of their UTF-8 bytes.
        return sorted(self._contents)

    def _recover(self) -> tuple[int, int]:
        """Load the contents, then repair the end of the log; return its length and the number of bytes cut off."""
        size = os.fstat(self._descriptor).st_size
        with open(self._descriptor, "rb", closefd=False) as log:
            beginning = log.read(len(_MAGIC))
            if not _MAGIC.startswith(beginning):
                raise StoreFormatError(f"{self._path} is not a log of this store")
            is_new = len(beginning) < len(_MAGIC)
            length = 0 if is_new else _replay(log, size, self._contents)
        os.ftruncate(self._descriptor, length)
        discarded = size - length
        if is_new:
            _write_at(self._descriptor, _MAGIC, 0)
            length = len(_MAGIC)
        # What was replayed may come from a writer that died before its own flush.
        self._sync(self._descriptor)
        _sync_directory_of(self._path)
        _remove_if_present(_compact_path(self._path))
        return length, discarded

    def _append(self, record: bytes) -> None:
        """Write and flush `record`, or leave the log as it was."""
        if self._tail_is_dirty:
            self._cut_tail()
        self._tail_is_dirty = True
        try:
            _write_at(self._descriptor, record, self._length)
            self._sync(self._descriptor)
        except BaseException:
            with suppress(OSError):  # the caller gets the first error; the next append tries to cut again
                self._cut_tail()
            raise
        self._tail_is_dirty = False
        self._length += len(record)

    def _cut_tail(self) -> None:
        os.ftruncate(self._descriptor, self._length)
        self._tail_is_dirty = False

    def _replace_log(self) -> tuple[int, int]:
        """Put a compacted log in the place of the present one; return its descriptor and length."""
        source = _compact_path(self._path)
        descriptor = os.open(source, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666)
        try:
            length = self._write_snapshot(descriptor)
            self._sync(descriptor)
            self._rename(source, self._path)
        except BaseException:
            os.close(descriptor)
            with suppress(OSError):  # the caller gets the first error; the next open removes the file
                os.unlink(source)
            raise
        return descriptor, length

    def _write_snapshot(self, descriptor: int) -> int:
        """Write a log of the present contents and return its length."""
        with open(descriptor, "wb", closefd=False) as log:
            log.write(_MAGIC)
            for key in self._sorted_keys():
                log.write(_encode_record(_PUT, key.encode(), self._contents[key]))
            return log.tell()


def _lock_path(path: str) -> str:
    return path + ".lock"


def _compact_path(path: str) -> str:
    return path + ".compact"


def _create_lock_file(lock_path: str, break_lock: bool) -> BinaryIO:
    if break_lock:
        _remove_if_present(lock_path)
    try:
        return open(lock_path, "xb")
    except FileExistsError:
        raise StoreLockedError(f"{lock_path} exists") from None


def _remove_if_present(path: str) -> None:
    with suppress(FileNotFoundError):
        os.unlink(path)


def _sync_directory_of(path: str) -> None:
    """Make the directory entry of a new or renamed file durable; flushing the file alone does not."""
    descriptor = os.open(os.path.dirname(path) or os.curdir, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_at(descriptor: int, content: bytes, offset: int) -> None:
    remaining = memoryview(content)
    while remaining:
        written = os.pwrite(descriptor, remaining, offset)
        remaining = remaining[written:]
        offset += written


def _encode_key(key: str) -> bytes:
    encoded = key.encode()  # a lone surrogate gives a UnicodeEncodeError, which is a ValueError
    if not 1 <= len(encoded) <= _MAX_KEY_SIZE:
        raise ValueError(f"a key must have 1 to {_MAX_KEY_SIZE} bytes in UTF-8, not {len(encoded)}")
    return encoded


def _own_value(value: bytes | bytearray) -> bytes:
    """Return a copy of `value` that the caller cannot change."""
    with memoryview(value) as view:  # rejects what `bytes` would convert, such as integers
        if view.nbytes > _MAX_VALUE_SIZE:
            raise ValueError(f"a value must have at most {_MAX_VALUE_SIZE} bytes, not {view.nbytes}")
        return view.tobytes()


def _encode_record(record_type: int, key: bytes, value: bytes = b"") -> bytes:
    payload = _PAYLOAD_START.pack(record_type, len(key)) + key + value
    length = len(payload).to_bytes(_LENGTH_SIZE, "big")
    return _HEADER.pack(len(payload), crc32(length), crc32(payload)) + payload


def _replay(log: BinaryIO, size: int, contents: dict[str, bytes]) -> int:
    """Apply the records that follow the magic to `contents`; return the offset at which the valid ones end."""
    offset = len(_MAGIC)
    while offset < size:
        payload = _read_payload(log, offset, size - offset)
        if payload is None:
            break
        _apply(payload, offset, contents)
        offset += _HEADER.size + len(payload)
    return offset


def _read_payload(log: BinaryIO, offset: int, available: int) -> bytes | None:
    """Read the record at `offset`, with `available` bytes up to the end of the file; return None for a torn tail."""
    if available < _HEADER.size:
        return None
    header = log.read(_HEADER.size)
    if not any(header) and _rest_is_zero(log):
        return None
    length, length_checksum, payload_checksum = _HEADER.unpack(header)
    if crc32(header[:_LENGTH_SIZE]) != length_checksum:
        raise StoreCorruptError(offset)
    if not _MIN_PAYLOAD_SIZE <= length <= _MAX_PAYLOAD_SIZE:
        raise StoreCorruptError(offset)
    record_size = _HEADER.size + length
    if available < record_size:
        return None
    payload = log.read(length)
    if crc32(payload) == payload_checksum:
        return payload
    if available == record_size:
        return None
    raise StoreCorruptError(offset)


def _rest_is_zero(log: BinaryIO) -> bool:
    while chunk := log.read(_CHUNK_SIZE):
        if any(chunk):
            return False
    return True


def _apply(payload: bytes, offset: int, contents: dict[str, bytes]) -> None:
    """Apply the record at `offset` to `contents`, unless its payload is malformed."""
    record_type, key_size = _PAYLOAD_START.unpack_from(payload)
    key_end = _PAYLOAD_START.size + key_size
    if not 1 <= key_size <= _MAX_KEY_SIZE or key_end > len(payload):
        raise StoreCorruptError(offset)
    try:
        key = payload[_PAYLOAD_START.size : key_end].decode()
    except UnicodeDecodeError:
        raise StoreCorruptError(offset) from None
    value = payload[key_end:]
    if record_type == _PUT and len(value) <= _MAX_VALUE_SIZE:
        contents[key] = value
    elif record_type == _DELETE and not value:
        contents.pop(key, None)
    else:
        raise StoreCorruptError(offset)
