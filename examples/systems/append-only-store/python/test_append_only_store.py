"""Tests of append_only_store; the log files they expect are built by the helpers here, not by the store."""

from __future__ import annotations

import os
import struct
import threading
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from append_only_store import (
    AppendOnlyStore,
    StoreClosedError,
    StoreCorruptError,
    StoreError,
    StoreFormatError,
    StoreFullError,
    StoreLockedError,
)

MAGIC = b"AOSTORE1"
MAX_KEY = 1024
MAX_VALUE = 1_048_576
MAX_PAYLOAD = 1_049_603
PUT = 1
DELETE = 2


def header(length: int, payload_checksum: int) -> bytes:
    encoded = struct.pack(">I", length)
    return encoded + struct.pack(">II", zlib.crc32(encoded), payload_checksum)


def framed(payload: bytes) -> bytes:
    return header(len(payload), zlib.crc32(payload)) + payload


def put_record(key: str, value: bytes) -> bytes:
    encoded = key.encode()
    return framed(struct.pack(">BH", PUT, len(encoded)) + encoded + value)


def delete_record(key: str) -> bytes:
    encoded = key.encode()
    return framed(struct.pack(">BH", DELETE, len(encoded)) + encoded)


def flip_bit(data: bytes, index: int) -> bytes:
    changed = bytearray(data)
    changed[index] ^= 1
    return bytes(changed)


def no_sync(descriptor: int) -> None:
    """Flushes nothing, so that tests do not wait for the disk."""


def open_store(path: Path, **options: object) -> AppendOnlyStore:
    return AppendOnlyStore.open(path, **{"sync": no_sync, **options})


def contents(store: AppendOnlyStore) -> dict[str, bytes | None]:
    return {key: store.get(key) for key in store.keys()}


def stored_contents(path: Path) -> dict[str, bytes | None]:
    with open_store(path) as store:
        return contents(store)


def beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def files_in(directory: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in directory.iterdir()}


class Switch:
    """A flush or rename operation that works until it is told to fail."""

    def __init__(self, operation: Callable[..., object]) -> None:
        self.operation = operation
        self.error: Exception | None = None

    def __call__(self, *args: object) -> None:
        if self.error is not None:
            raise self.error
        self.operation(*args)


class FlushedLogs:
    """A flush operation that notes what the log contains whenever it is the file to flush."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.last: bytes | None = None

    def __call__(self, descriptor: int) -> None:
        if self.path.exists() and os.path.samestat(os.fstat(descriptor), self.path.stat()):
            self.last = self.path.read_bytes()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.log"


# R1: operations and what they append


def test_new_file_is_the_magic__R1(path: Path) -> None:
    with open_store(path) as store:
        assert path.read_bytes() == b"AOSTORE1"
        assert store.keys() == []
        assert store.discarded_bytes == 0


def test_default_flush_and_rename_work__R1_R7(path: Path) -> None:
    with AppendOnlyStore.open(str(path)) as store:
        store.put("a", b"1")
        store.put("a", b"2")
        store.compact()
        store.put("b", b"3")
    assert path.read_bytes() == MAGIC + put_record("a", b"2") + put_record("b", b"3")


def test_put_and_delete_append_the_bytes_of_the_example__R1(path: Path) -> None:
    put = bytes.fromhex("00 00 00 07 BF 20 4A BF 6A C0 98 FE 01 00 02 C3 A9 68 69")
    delete = bytes.fromhex("00 00 00 05 51 2E 2B 93 F0 BB EF D2 02 00 02 C3 A9")
    with open_store(path) as store:
        store.put("\u00e9", b"hi")
        assert path.read_bytes() == MAGIC + put
        assert store.delete("\u00e9") is True
        assert path.read_bytes() == MAGIC + put + delete


def test_every_put_appends_one_record__R1(path: Path) -> None:
    with open_store(path) as store:
        store.put("a", b"same")
        store.put("a", b"same")
        store.put("a", bytearray(b"other"))
        assert store.get("a") == b"other"
    assert path.read_bytes() == MAGIC + put_record("a", b"same") * 2 + put_record("a", b"other")


def test_delete_of_an_absent_key_writes_nothing__R1(path: Path) -> None:
    with open_store(path) as store:
        store.put("a", b"1")
        assert store.delete("b") is False
        assert path.read_bytes() == MAGIC + put_record("a", b"1")
        assert store.delete("a") is True
        assert store.delete("a") is False
        assert path.read_bytes() == MAGIC + put_record("a", b"1") + delete_record("a")


def test_get_tells_an_absent_key_from_an_empty_value__R1(path: Path) -> None:
    with open_store(path) as store:
        store.put("empty", b"")
        store.put("gone", b"1")
        store.delete("gone")
        assert store.get("empty") == b""
        assert store.get("gone") is None
        assert store.get("never") is None


def test_keys_are_those_present_in_ascending_order__R1(path: Path) -> None:
    with open_store(path) as store:
        for key in ["b", "ab", "c", "a", "B"]:
            store.put(key, b"1")
        store.delete("c")
        store.put("b", b"2")
        assert store.keys() == ["B", "a", "ab", "b"]


def test_key_list_belongs_to_the_caller__R1(path: Path) -> None:
    with open_store(path) as store:
        store.put("a", b"1")
        store.keys().clear()
        assert store.keys() == ["a"]


def test_record_is_complete_when_flushed_and_flushed_before_return__R1(path: Path) -> None:
    flushed = FlushedLogs(path)
    with open_store(path, sync=flushed) as store:
        store.put("a", b"1")
        after_put = MAGIC + put_record("a", b"1")
        assert flushed.last == after_put
        store.delete("a")
        assert flushed.last == after_put + delete_record("a")


# R2: replay, order, ownership


def test_contents_survive_reopening__R2(path: Path) -> None:
    every_byte = bytes(range(256)) * 3
    with open_store(path) as store:
        store.put("changed", b"old")
        store.put("deleted", b"1")
        store.put("back", b"1")
        store.put("empty", b"")
        store.put("bytes", every_byte)
        store.put("changed", b"new")
        store.delete("deleted")
        store.delete("back")
        store.put("back", b"2")
    before = path.read_bytes()
    with open_store(path) as store:
        assert contents(store) == {"back": b"2", "bytes": every_byte, "changed": b"new", "empty": b""}
        assert store.get("deleted") is None
        assert store.discarded_bytes == 0
    assert path.read_bytes() == before


def test_records_are_replayed_in_order__R2(path: Path) -> None:
    path.write_bytes(
        MAGIC
        + delete_record("never")
        + put_record("a", b"1")
        + put_record("b", MAGIC + b"\0" * 20)
        + delete_record("a")
        + put_record("c", b"1")
        + put_record("a", b"2")
        + put_record("c", b"")
        + delete_record("b")
    )
    assert stored_contents(path) == {"a": b"2", "c": b""}


def test_records_put_after_reopening_follow_the_old_ones__R2(path: Path) -> None:
    with open_store(path) as store:
        store.put("a", b"1")
    with open_store(path) as store:
        store.put("b", b"2")
        assert store.delete("a") is True
    assert path.read_bytes() == MAGIC + put_record("a", b"1") + put_record("b", b"2") + delete_record("a")
    assert stored_contents(path) == {"b": b"2"}


def test_keys_are_ordered_by_utf8_bytes__R2(path: Path) -> None:
    ordered = ["\0", "Z", "a", "a\0", "aa", "z", "\u00e9", "\ue000", "\uff5e", "\U0001f600"]
    with open_store(path) as store:
        for key in reversed(ordered):
            store.put(key, key.encode())
        assert store.keys() == ordered
    assert list(stored_contents(path).items()) == [(key, key.encode()) for key in ordered]


@pytest.mark.parametrize(
    ("one", "other"),
    [("\u00e9", "e\u0301"), ("\u212b", "\u00c5"), ("\ufeffkey", "key"), ("key ", "key"), ("Key", "key")],
)
def test_keys_with_different_bytes_are_different__R2(path: Path, one: str, other: str) -> None:
    with open_store(path) as store:
        store.put(one, b"1")
        assert store.get(other) is None
        store.put(other, b"2")
    assert stored_contents(path) == {one: b"1", other: b"2"}


def test_caller_may_change_the_bytes_it_put__R2(path: Path) -> None:
    value = bytearray(b"abc")
    with open_store(path) as store:
        store.put("a", value)
        value[0] = 0
        value.extend(b"more")
        assert store.get("a") == b"abc"
        store.compact()
    assert path.read_bytes() == MAGIC + put_record("a", b"abc")


# R3: torn tails


KEPT = MAGIC + put_record("kept", b"1")


def assert_tail_is_cut(path: Path, tail: bytes, kept: bytes = KEPT) -> None:
    path.write_bytes(kept + tail)
    expected = {"kept": b"1"} if kept == KEPT else {}
    with open_store(path) as store:
        assert store.discarded_bytes == len(tail)
        assert path.read_bytes() == kept
        assert contents(store) == expected
        store.put("n", b"")
    assert store.discarded_bytes == len(tail)
    assert path.read_bytes() == kept + put_record("n", b"")
    with open_store(path) as store:
        assert store.discarded_bytes == 0
        assert contents(store) == {**expected, "n": b""}


@pytest.mark.parametrize("whole", [put_record("last", b"value"), delete_record("kept")], ids=["put", "delete"])
def test_incomplete_record_is_cut_wherever_it_ends__R3(path: Path, whole: bytes) -> None:
    for size in range(1, len(whole)):
        assert_tail_is_cut(path, whole[:size])


def test_incomplete_first_record_is_cut__R3(path: Path) -> None:
    assert_tail_is_cut(path, put_record("a", b"1")[:-1], kept=MAGIC)


def test_fewer_than_twelve_bytes_are_cut_whatever_they_are__R3(path: Path) -> None:
    assert_tail_is_cut(path, b"\xff" * 11)
    assert_tail_is_cut(path, b"\n")


@pytest.mark.parametrize("size", [1, 11, 12, 13, 4096, 200_001])
def test_zero_bytes_are_cut__R3(path: Path, size: int) -> None:
    assert_tail_is_cut(path, bytes(size))


@pytest.mark.parametrize("index", [8, 11, 12, 13, -1])
def test_last_record_with_wrong_payload_checksum_is_cut__R3(path: Path, index: int) -> None:
    assert_tail_is_cut(path, flip_bit(put_record("last", b"value"), index))


def test_last_record_with_wrong_payload_checksum_is_cut_though_malformed__R3(path: Path) -> None:
    assert_tail_is_cut(path, flip_bit(framed(b"\x09\x00\x01ab"), 8))


def test_incomplete_payload_of_the_greatest_length_is_cut__R3(path: Path) -> None:
    assert_tail_is_cut(path, header(MAX_PAYLOAD, 0))
    assert_tail_is_cut(path, header(MAX_PAYLOAD, 0) + b"x" * 100)


@pytest.mark.parametrize("size", range(8))
def test_proper_prefix_of_the_magic_becomes_an_empty_store__R3(path: Path, size: int) -> None:
    path.write_bytes(MAGIC[:size])
    with open_store(path) as store:
        assert path.read_bytes() == MAGIC
        assert store.discarded_bytes == size
        assert store.keys() == []
        store.put("a", b"1")
    assert path.read_bytes() == MAGIC + put_record("a", b"1")


# R4: damage that no torn write explains


def assert_corrupt(path: Path, before: bytes, rest: bytes) -> None:
    path.write_bytes(before + rest)
    with pytest.raises(StoreCorruptError) as caught:
        open_store(path)
    assert caught.value.offset == len(before)
    assert files_in(path.parent) == {path.name: before + rest}


@pytest.mark.parametrize("following", [b"\0", b"x", put_record("b", b"2")], ids=["zero", "byte", "record"])
@pytest.mark.parametrize("index", [8, 12, -1])
def test_wrong_payload_checksum_before_the_end_is_corruption__R4(path: Path, index: int, following: bytes) -> None:
    assert_corrupt(path, KEPT, flip_bit(put_record("bad", b"1"), index) + following)


def test_wrong_payload_checksum_of_the_first_record_is_corruption__R4(path: Path) -> None:
    assert_corrupt(path, MAGIC, flip_bit(put_record("bad", b"1"), -1) + delete_record("bad"))


@pytest.mark.parametrize("index", [0, 3, 4, 7])
@pytest.mark.parametrize("following", [b"", put_record("b", b"2")], ids=["last", "followed"])
def test_wrong_length_checksum_is_corruption__R4(path: Path, index: int, following: bytes) -> None:
    assert_corrupt(path, KEPT, flip_bit(put_record("bad", b"1"), index) + following)


def test_wrong_length_checksum_needs_only_the_twelve_bytes__R4(path: Path) -> None:
    assert_corrupt(path, KEPT, flip_bit(put_record("bad", b"1"), 7)[:12])


@pytest.mark.parametrize("zeros", [11, 12, 70_000, 131_072])
def test_zeros_before_another_byte_are_corruption__R4(path: Path, zeros: int) -> None:
    assert_corrupt(path, KEPT, bytes(zeros) + b"\x01")


def test_zeros_before_a_record_are_corruption__R4(path: Path) -> None:
    assert_corrupt(path, KEPT, bytes(12) + put_record("a", b"1"))


def test_first_bad_record_is_reported__R4(path: Path) -> None:
    bad = flip_bit(put_record("bad", b"1"), -1)
    assert_corrupt(path, KEPT, bad + put_record("good", b"1") + bad + b"torn")


@pytest.mark.parametrize(
    "content",
    [
        b"X",
        b"AOSTORE2",
        b"aostore1",
        b"AOSTOR\0",
        b"\0AOSTORE1",
        bytes(8),
        b"AOSTORE2" + put_record("a", b"1"),
        put_record("a", b"1"),
    ],
)
def test_other_file_gives_a_format_error__R4(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(StoreFormatError):
        open_store(path)
    assert files_in(path.parent) == {path.name: content}


def test_errors_are_store_errors_and_not_value_errors__R4_R6_R8() -> None:
    for kind in [StoreFormatError, StoreCorruptError, StoreLockedError, StoreFullError, StoreClosedError]:
        assert issubclass(kind, StoreError)
        assert not issubclass(kind, ValueError)


# R5: right checksums, impossible content


def payload(record_type: int, key_size: int, rest: bytes) -> bytes:
    return struct.pack(">BH", record_type, key_size) + rest


MALFORMED = {
    "type 0": payload(0, 1, b"k"),
    "type 3": payload(3, 1, b"kv"),
    "type 255": payload(255, 1, b"k"),
    "no key in put": payload(PUT, 0, b"v"),
    "no key in delete": payload(DELETE, 0, b"v"),
    "key of 1025 bytes": payload(PUT, 1025, b"k" * 1025),
    "key of 65535 bytes": payload(DELETE, 65535, b"k" * 65535),
    "key one byte beyond the payload": payload(PUT, 3, b"ke"),
    "key far beyond the payload": payload(DELETE, 1024, b"k"),
    "bytes after a deleted key": payload(DELETE, 1, b"kv"),
    "value one byte too long": payload(PUT, 1, b"k" + bytes(MAX_VALUE + 1)),
    "lone byte in key": payload(PUT, 2, b"a\xff"),
    "overlong form in key": payload(PUT, 2, b"\xc0\x80"),
    "surrogate in key": payload(DELETE, 3, b"\xed\xa0\x80"),
    "cut character in key": payload(PUT, 2, b"\xe2\x82\xac"),
    "code point beyond Unicode in key": payload(PUT, 4, b"\xf4\x90\x80\x80"),
}


@pytest.mark.parametrize("following", [b"", put_record("b", b"2")], ids=["last", "followed"])
@pytest.mark.parametrize("content", MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed_payload_is_corruption__R5(path: Path, content: bytes, following: bytes) -> None:
    assert_corrupt(path, KEPT, framed(content) + following)


@pytest.mark.parametrize("length", [0, 1, 3, MAX_PAYLOAD + 1, 0x7FFFFFFF, 0xFFFFFFFF])
def test_length_out_of_range_is_corruption_even_if_the_file_ends_before__R5(path: Path, length: int) -> None:
    assert_corrupt(path, KEPT, header(length, 0))
    assert_corrupt(path, KEPT, header(length, 0) + b"xyz")


def test_lengths_just_out_of_range_are_corruption_in_whole_records__R5(path: Path) -> None:
    assert_corrupt(path, KEPT, framed(payload(PUT, 0, b"")))
    assert_corrupt(path, KEPT, framed(payload(PUT, 1024, b"k" * 1024 + bytes(MAX_VALUE + 1))))


def test_smallest_and_greatest_records_are_valid__R5(path: Path) -> None:
    longest_key = "k" * MAX_KEY
    greatest = put_record(longest_key, b"v" * MAX_VALUE)
    assert len(greatest) == 12 + MAX_PAYLOAD
    path.write_bytes(MAGIC + put_record("k", b"") + put_record("gone", b"") + delete_record("gone") + greatest)
    assert stored_contents(path) == {"k": b"", longest_key: b"v" * MAX_VALUE}


# R6: limits


@pytest.mark.parametrize(
    "key",
    ["", "k" * 1025, "\u00e9" * 512 + "k", "\U0001f600" * 257, "\ud800", "a\udfffb"],
    ids=["empty", "1025 bytes", "1025 bytes in 513", "1028 bytes in 257", "surrogate", "inner surrogate"],
)
def test_key_outside_the_limits_is_invalid__R6(path: Path, key: str) -> None:
    with open_store(path) as store:
        store.put("a", b"1")
        with pytest.raises(ValueError):
            store.put(key, b"2")
        with pytest.raises(ValueError):
            store.get(key)
        with pytest.raises(ValueError):
            store.delete(key)
        assert contents(store) == {"a": b"1"}
        assert path.read_bytes() == MAGIC + put_record("a", b"1")


@pytest.mark.parametrize("key", ["k", "k" * 1024, "\u00e9" * 512, "\U0001f600" * 256])
def test_key_within_the_limits_is_accepted__R6(path: Path, key: str) -> None:
    with open_store(path) as store:
        store.put(key, b"1")
        assert store.get(key) == b"1"
    assert stored_contents(path) == {key: b"1"}


def test_value_may_have_a_mebibyte_but_no_more__R6(path: Path) -> None:
    greatest = b"v" * MAX_VALUE
    with open_store(path) as store:
        store.put("a", greatest)
        with pytest.raises(ValueError):
            store.put("a", greatest + b"v")
        with pytest.raises(ValueError):
            store.put("b", bytearray(MAX_VALUE + 1))
        assert contents(store) == {"a": greatest}
    assert path.read_bytes() == MAGIC + put_record("a", greatest)


def test_put_may_reach_the_log_limit_but_not_exceed_it__R6(path: Path) -> None:
    first = MAGIC + put_record("a", b"12")
    whole = first + put_record("b", b"123")
    with open_store(path, max_log_bytes=len(whole)) as store:
        store.put("a", b"12")
        with pytest.raises(StoreFullError):
            store.put("b", b"1234")
        with pytest.raises(StoreFullError):
            store.put("a", b"1234")
        assert contents(store) == {"a": b"12"}
        assert path.read_bytes() == first
        store.put("b", b"123")
        with pytest.raises(StoreFullError):
            store.put("a", b"")
        assert path.read_bytes() == whole
    assert stored_contents(path) == {"a": b"12", "b": b"123"}


def test_invalid_put_is_invalid_even_if_the_store_is_full__R6(path: Path) -> None:
    with open_store(path, max_log_bytes=8) as store:
        with pytest.raises(ValueError):
            store.put("", b"1")
        with pytest.raises(ValueError):
            store.put("a", bytes(MAX_VALUE + 1))
        with pytest.raises(StoreFullError):
            store.put("a", b"")
    assert path.read_bytes() == MAGIC


def test_limit_does_not_bind_open_delete_and_compaction__R6(path: Path) -> None:
    before = MAGIC + put_record("a", b"1") + put_record("b", b"2") + put_record("c", b"3")
    path.write_bytes(before)
    with open_store(path, max_log_bytes=20) as store:
        assert contents(store) == {"a": b"1", "b": b"2", "c": b"3"}
        assert store.delete("b") is True
        assert path.read_bytes() == before + delete_record("b")
        with pytest.raises(StoreFullError):
            store.put("a", b"")
        store.compact()
        assert path.read_bytes() == MAGIC + put_record("a", b"1") + put_record("c", b"3")
        with pytest.raises(StoreFullError):
            store.put("a", b"")


def test_compaction_makes_room_below_the_limit__R6_R7(path: Path) -> None:
    both = MAGIC + put_record("a", b"1") * 2
    with open_store(path, max_log_bytes=len(both)) as store:
        store.put("a", b"1")
        store.put("a", b"2")
        with pytest.raises(StoreFullError):
            store.put("b", b"3")
        store.compact()
        store.put("b", b"3")
        with pytest.raises(StoreFullError):
            store.put("b", b"4")
    assert path.read_bytes() == MAGIC + put_record("a", b"2") + put_record("b", b"3")


@pytest.mark.parametrize("limit", [0, -1])
def test_limit_that_is_not_positive_is_invalid__R6(path: Path, limit: int) -> None:
    with pytest.raises(ValueError):
        open_store(path, max_log_bytes=limit)
    assert files_in(path.parent) == {}


# R7: compaction


def test_compaction_leaves_one_put_record_per_key_in_order__R7(path: Path) -> None:
    with open_store(path) as store:
        for key, value in [("\U0001f600", b"1"), ("b", b"old"), ("gone", b"3"), ("\uff5e", b"4"), ("a", b"")]:
            store.put(key, value)
        store.put("b", b"new")
        store.delete("gone")
        before = contents(store)
        store.compact()
        compacted = (
            MAGIC
            + put_record("a", b"")
            + put_record("b", b"new")
            + put_record("\uff5e", b"4")
            + put_record("\U0001f600", b"1")
        )
        assert path.read_bytes() == compacted
        assert contents(store) == before
        store.put("c", b"5")
        store.delete("b")
        assert path.read_bytes() == compacted + put_record("c", b"5") + delete_record("b")
        assert sorted(files_in(path.parent)) == ["store.log", "store.log.lock"]
    assert stored_contents(path) == {"a": b"", "c": b"5", "\uff5e": b"4", "\U0001f600": b"1"}


def test_compaction_of_an_empty_store_leaves_the_magic__R7(path: Path) -> None:
    with open_store(path) as store:
        store.compact()
        assert path.read_bytes() == MAGIC
        store.put("a", b"1")
        store.delete("a")
        store.compact()
        assert path.read_bytes() == MAGIC


def test_log_is_replaced_by_one_rename_after_the_new_log_was_flushed__R7(path: Path) -> None:
    compact_path = beside(path, ".compact")
    events: list[tuple[object, ...]] = []

    def sync(descriptor: int) -> None:
        if compact_path.exists() and os.path.samestat(os.fstat(descriptor), compact_path.stat()):
            events.append(("flush", compact_path.read_bytes(), path.read_bytes()))

    def rename(source: str, target: str) -> None:
        events.append((source, target, compact_path.read_bytes(), path.read_bytes()))
        os.replace(source, target)

    with open_store(path, sync=sync, rename=rename) as store:
        store.put("a", b"1")
        store.put("a", b"2")
        store.put("b", b"3")
        old = path.read_bytes()
        new = MAGIC + put_record("a", b"2") + put_record("b", b"3")
        store.compact()
        assert events[-2:] == [("flush", new, old), (str(compact_path), str(path), new, old)]
        assert path.read_bytes() == new


def test_records_after_compaction_are_flushed_to_the_new_log__R7(path: Path) -> None:
    flushed = FlushedLogs(path)
    with open_store(path, sync=flushed) as store:
        store.put("a", b"1")
        store.put("a", b"2")
        store.compact()
        store.put("b", b"3")
        assert flushed.last == MAGIC + put_record("a", b"2") + put_record("b", b"3")


@pytest.mark.parametrize("failing", ["sync", "rename"])
def test_failed_compaction_changes_nothing__R7(path: Path, failing: str) -> None:
    switches = {"sync": Switch(no_sync), "rename": Switch(os.replace)}
    error = OSError("no space")
    with open_store(path, **switches) as store:
        store.put("a", b"1")
        store.put("a", b"2")
        store.put("b", b"3")
        store.delete("b")
        before = files_in(path.parent)

        switches[failing].error = error
        with pytest.raises(OSError) as caught:
            store.compact()
        assert caught.value is error
        assert files_in(path.parent) == before
        assert contents(store) == {"a": b"2"}

        switches[failing].error = None
        store.put("c", b"4")
        assert path.read_bytes() == before[path.name] + put_record("c", b"4")
        store.compact()
        assert path.read_bytes() == MAGIC + put_record("a", b"2") + put_record("c", b"4")
    assert stored_contents(path) == {"a": b"2", "c": b"4"}


@pytest.mark.parametrize("left_over", [b"", b"garbage", MAGIC + put_record("wrong", b"1")])
def test_left_over_compact_file_is_ignored_and_removed__R7(path: Path, left_over: bytes) -> None:
    path.write_bytes(KEPT)
    beside(path, ".compact").write_bytes(left_over)
    with open_store(path) as store:
        assert contents(store) == {"kept": b"1"}
        assert store.discarded_bytes == 0
        assert sorted(files_in(path.parent)) == ["store.log", "store.log.lock"]
    assert path.read_bytes() == KEPT


def test_open_fails_if_a_left_over_compact_file_cannot_be_removed__R7(path: Path) -> None:
    (beside(path, ".compact") / "inner").mkdir(parents=True)
    with pytest.raises(OSError):
        open_store(path)
    assert not beside(path, ".lock").exists()


def test_left_over_compact_file_does_not_become_the_log__R7(path: Path) -> None:
    beside(path, ".compact").write_bytes(MAGIC + put_record("wrong", b"1"))
    assert stored_contents(path) == {}
    assert files_in(path.parent) == {path.name: MAGIC}


# R8: the lock and closing


def test_lock_file_has_the_process_id_until_close__R8(path: Path) -> None:
    lock = beside(path, ".lock")
    with open_store(path):
        assert lock.read_bytes() == b"%d\n" % os.getpid()
    assert files_in(path.parent) == {path.name: MAGIC}


@pytest.mark.parametrize("lock_content", [b"", b"1\n", b"not a process id"])
def test_lock_file_of_any_content_locks_and_nothing_is_touched__R8(path: Path, lock_content: bytes) -> None:
    path.write_bytes(KEPT + b"torn")
    beside(path, ".compact").write_bytes(b"left over")
    beside(path, ".lock").write_bytes(lock_content)
    before = files_in(path.parent)
    with pytest.raises(StoreLockedError):
        open_store(path)
    assert files_in(path.parent) == before


def test_locked_open_creates_no_log__R8(path: Path) -> None:
    beside(path, ".lock").write_bytes(b"1\n")
    with pytest.raises(StoreLockedError):
        open_store(path)
    assert files_in(path.parent) == {"store.log.lock": b"1\n"}


def test_open_store_is_locked_and_stays_usable__R8(path: Path) -> None:
    with open_store(path) as store:
        store.put("a", b"1")
        with pytest.raises(StoreLockedError):
            open_store(path)
        store.put("b", b"2")
        assert beside(path, ".lock").exists()
    assert stored_contents(path) == {"a": b"1", "b": b"2"}


def test_break_lock_replaces_the_lock__R8(path: Path) -> None:
    path.write_bytes(KEPT)
    lock = beside(path, ".lock")
    lock.write_bytes(b"1234567890 a longer lock\n")
    with open_store(path, break_lock=True) as store:
        assert lock.read_bytes() == b"%d\n" % os.getpid()
        assert contents(store) == {"kept": b"1"}
        with pytest.raises(StoreLockedError):
            open_store(path)
    assert not lock.exists()


def test_break_lock_needs_no_lock__R8(path: Path) -> None:
    with open_store(path, break_lock=True):
        assert beside(path, ".lock").read_bytes() == b"%d\n" % os.getpid()


@pytest.mark.parametrize("break_lock", [False, True])
@pytest.mark.parametrize(
    ("content", "error"),
    [(b"something else", StoreFormatError), (KEPT + framed(b"\x03\x00\x01k"), StoreCorruptError)],
)
def test_failed_open_leaves_no_lock__R8(path: Path, content: bytes, error: type[Exception], break_lock: bool) -> None:
    path.write_bytes(content)
    if break_lock:
        beside(path, ".lock").write_bytes(b"1\n")
    with pytest.raises(error):
        open_store(path, break_lock=break_lock)
    assert files_in(path.parent) == {path.name: content}
    with pytest.raises(error):
        open_store(path)


def test_other_errors_of_open_are_passed_on__R8(path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_store(path.parent / "missing" / "store.log")
    path.mkdir()
    with pytest.raises(OSError):
        open_store(path)
    assert list(path.parent.iterdir()) == [path]


def test_one_of_several_opens_at_the_same_time_succeeds__R8(tmp_path: Path) -> None:
    openers = 8
    barrier = threading.Barrier(openers)

    def attempt(path: Path) -> AppendOnlyStore | None:
        barrier.wait()
        try:
            return open_store(path)
        except StoreLockedError:
            return None

    with ThreadPoolExecutor(openers) as pool:
        for turn in range(10):
            stores = [store for store in pool.map(attempt, [tmp_path / f"{turn}.log"] * openers) if store]
            assert len(stores) == 1
            stores[0].close()


def test_closed_store_refuses_every_operation_whatever_its_arguments__R8(path: Path) -> None:
    store = open_store(path, max_log_bytes=100)
    store.put("a", b"1")
    store.close()
    after_close = files_in(path.parent)
    operations: list[Callable[[], object]] = [
        lambda: store.get("a"),
        lambda: store.get(""),
        lambda: store.put("b", b"2"),
        lambda: store.put("", b""),
        lambda: store.put("b", bytes(MAX_VALUE + 1)),
        lambda: store.put("b", bytes(1000)),
        lambda: store.delete("a"),
        lambda: store.delete("absent"),
        lambda: store.delete("\ud800"),
        store.keys,
        store.compact,
    ]
    for operation in operations:
        with pytest.raises(StoreClosedError):
            operation()
    assert files_in(path.parent) == after_close == {path.name: MAGIC + put_record("a", b"1")}


def test_second_close_leaves_the_lock_of_another_store__R8(path: Path) -> None:
    first = open_store(path)
    first.close()
    first.close()
    with open_store(path) as second:
        first.close()
        assert beside(path, ".lock").exists()
        second.put("a", b"1")


def test_leaving_the_context_closes_after_an_error_too__R8(path: Path) -> None:
    with pytest.raises(KeyError), open_store(path) as store:
        raise KeyError
    assert not beside(path, ".lock").exists()
    with pytest.raises(StoreClosedError):
        store.keys()


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="the system does not list open descriptors")
def test_closed_store_keeps_no_descriptor_open__R8(path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    with open_store(path) as store:
        store.put("a", b"1")
        store.compact()
    path.write_bytes(b"another file")
    with pytest.raises(StoreFormatError):
        open_store(path)
    assert len(os.listdir("/proc/self/fd")) == before


# R9: failed writes


@pytest.mark.parametrize(
    "operation",
    [
        lambda store: store.put("new", b"a long value " * 10),
        lambda store: store.put("a", b"other"),
        lambda store: store.delete("a"),
    ],
    ids=["put", "overwrite", "delete"],
)
def test_failed_flush_changes_nothing__R9(path: Path, operation: Callable[[AppendOnlyStore], object]) -> None:
    sync = Switch(no_sync)
    error = OSError("disk error")
    with open_store(path, sync=sync) as store:
        store.put("a", b"1")
        before = path.read_bytes()
        sync.error = error
        for _ in range(2):
            with pytest.raises(OSError) as caught:
                operation(store)
            assert caught.value is error
            assert path.read_bytes() == before
            assert contents(store) == {"a": b"1"}
            assert store.get("new") is None
        sync.error = None
        store.put("b", b"2")
        assert path.read_bytes() == before + put_record("b", b"2")
    with open_store(path) as store:
        assert store.discarded_bytes == 0
        assert contents(store) == {"a": b"1", "b": b"2"}


def test_failed_put_does_not_count_towards_the_limit__R9_R6(path: Path) -> None:
    sync = Switch(no_sync)
    whole = MAGIC + put_record("a", b"12345")
    with open_store(path, sync=sync, max_log_bytes=len(whole)) as store:
        sync.error = OSError("disk error")
        with pytest.raises(OSError):
            store.put("a", b"12345")
        sync.error = None
        store.put("a", b"12345")
    assert path.read_bytes() == whole


def test_failed_put_is_not_compacted__R9_R7(path: Path) -> None:
    sync = Switch(no_sync)
    with open_store(path, sync=sync) as store:
        store.put("a", b"1")
        store.compact()
        sync.error = OSError("disk error")
        with pytest.raises(OSError):
            store.put("b", b"2")
        assert path.read_bytes() == MAGIC + put_record("a", b"1")
        sync.error = None
        store.compact()
    assert path.read_bytes() == MAGIC + put_record("a", b"1")


def test_next_put_cuts_what_could_not_be_cut_before__R9(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def cannot_cut(*args: object) -> None:
        raise OSError("cannot cut")

    sync = Switch(no_sync)
    with open_store(path, sync=sync) as store:
        store.put("a", b"1")
        sync.error = OSError("disk error")
        with monkeypatch.context() as patch:
            patch.setattr(os, "ftruncate", cannot_cut)
            with pytest.raises(OSError, match="disk error"):
                store.put("b", b"a long value " * 10)
        sync.error = None
        store.put("c", b"3")
    assert path.read_bytes() == MAGIC + put_record("a", b"1") + put_record("c", b"3")


def test_record_that_does_not_fit_on_the_disk_is_cut_off__R9(path: Path) -> None:
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with open_store(path) as store:
        store.put("a", b"1")
        before = path.read_bytes()
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 20, hard))
        try:
            with pytest.raises(OSError):
                store.put("b", bytes(100))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert path.read_bytes() == before
        assert contents(store) == {"a": b"1"}
        store.put("c", b"3")
    assert path.read_bytes() == before + put_record("c", b"3")


# R10: several threads


def test_operations_of_several_threads_take_effect_one_after_another__R10(path: Path) -> None:
    writers = 4
    rounds = 25
    barrier = threading.Barrier(writers + 1)

    def write(store: AppendOnlyStore, writer: int) -> list[bool]:
        barrier.wait()
        existed = []
        for number in range(rounds):
            store.put(f"{writer}-{number}", b"%d" % number)
            store.put(f"temporary-{writer}", bytes(number))
            existed.append(store.delete(f"temporary-{writer}"))
        return existed

    def compact(store: AppendOnlyStore) -> None:
        barrier.wait()
        for _ in range(10):
            store.compact()

    with open_store(path, sync=lambda descriptor: os.sched_yield()) as store:
        with ThreadPoolExecutor(writers + 1) as pool:
            compacting = pool.submit(compact, store)
            writing = [pool.submit(write, store, writer) for writer in range(writers)]
            compacting.result()
            assert [future.result() for future in writing] == [[True] * rounds] * writers
        expected = {f"{writer}-{number}": b"%d" % number for writer in range(writers) for number in range(rounds)}
        assert contents(store) == expected
    with open_store(path) as store:
        assert store.discarded_bytes == 0
        assert contents(store) == expected


def test_one_of_several_deletes_at_the_same_time_finds_the_key__R10(path: Path) -> None:
    threads = 4
    barrier = threading.Barrier(threads)

    def delete(store: AppendOnlyStore) -> bool:
        barrier.wait()
        return store.delete("a")

    with open_store(path, sync=lambda descriptor: os.sched_yield()) as store, ThreadPoolExecutor(threads) as pool:
        expected = MAGIC
        for _ in range(20):
            store.put("a", b"1")
            assert sorted(pool.map(delete, [store] * threads)) == [False] * (threads - 1) + [True]
            expected += put_record("a", b"1") + delete_record("a")
        assert path.read_bytes() == expected


def test_puts_at_the_same_time_do_not_exceed_the_limit__R10_R6(path: Path) -> None:
    threads = 6
    record_size = len(put_record("0", b"1"))
    barrier = threading.Barrier(threads)

    def put(key: int) -> bool:
        barrier.wait()
        try:
            store.put(str(key), b"1")
        except StoreFullError:
            return False
        return True

    limit = len(MAGIC) + 3 * record_size
    with open_store(path, max_log_bytes=limit, sync=lambda descriptor: os.sched_yield()) as store:
        with ThreadPoolExecutor(threads) as pool:
            stored = list(pool.map(put, range(threads)))
        assert sorted(stored) == [False] * 3 + [True] * 3
        assert store.keys() == [str(key) for key in range(threads) if stored[key]]
        assert path.stat().st_size == limit
