import pytest
from event_stream import ClosedError, EventStreamParser, TooLargeError


class Recorder:
    """A parser that notes what it tells: events as (type, data, id), reconnection times as numbers."""

    def __init__(self, limit=1000):
        self.told = []
        self._parser = EventStreamParser(limit, lambda *event: self.told.append(event), self.told.append)

    def feed(self, chunk):
        """What these bytes have told."""
        self.told.clear()
        self._parser.feed(chunk)
        return list(self.told)


def message(data, last_id=""):
    return ("message", data, last_id)


def all_told(stream, size):
    recorder = Recorder()
    return [told for start in range(0, len(stream), size) for told in recorder.feed(stream[start : start + size])]


def expect(stream, *expected):
    for size in {1, 2, 3, 5, len(stream) + 1}:
        assert all_told(stream, size) == list(expected), (stream, size)


def test_events__R1():
    expect(b"event: a\ndata: 1\ndata: 2\n\n", ("a", "1\n2", ""))
    expect(b"data: 1\n\ndata: 2\n\n", message("1"), message("2"))
    expect(b"data: 1\nid: 7\nevent: b\n\n", ("b", "1", "7"))
    expect(b"event: a\nevent: b\ndata: 1\n\n", ("b", "1", ""))
    expect("event: é\nid: 好\ndata: 你好\n\n".encode(), ("é", "你好", "好"))
    expect(b"data: a\0b\n\n", message("a\0b"))


def test_told_with_the_byte_that_completes_it__R2():
    recorder = Recorder(100)
    assert recorder.feed(b"da") == []
    assert recorder.feed(b"ta: 1\xe4") == []
    assert recorder.feed(b"\xbd\xa0\r") == []
    assert recorder.feed(b"\n") == []
    assert recorder.feed(b"") == []
    assert recorder.feed(b"\r") == [message("1你")]
    assert recorder.feed(b"\nretry: 5") == []
    assert recorder.feed(b"\n") == [5]
    assert recorder.feed(b"data\n\ndata: 2\n\nda") == [message(""), message("2")]


def test_other_kinds_of_bytes__R2():
    assert Recorder().feed(bytearray(b"data: 1\n\n")) == [message("1")]
    assert Recorder().feed(memoryview(b"data: 1\n\n")) == [message("1")]


def test_line_ends__R3():
    expect(b"data:1\r\rdata:2\n\ndata:3\r\n\r\n", message("1"), message("2"), message("3"))
    expect(b"data:1\r\ndata:2\r\n\r\n", message("1\n2"))
    expect(b"data:1\rdata:2\ndata:3\r\n\n", message("1\n2\n3"))
    expect(b"data:1\n\rdata:2\n\n", message("1"), message("2"))
    expect(b"data:1\r\r\ndata:2\n\n", message("1"), message("2"))
    expect(b"data:1\r\n\ndata:2\n\n", message("1"), message("2"))
    expect("data:1\v2\f3\x85\u2028\u2029 4\n\n".encode(), message("1\v2\f3\x85\u2028\u2029 4"))


def test_names_and_values__R4():
    expect(b"data:1\ndata: 2\ndata:  3\ndata:\t4\ndata:5 \n\n", message("1\n2\n 3\n\t4\n5 "))
    expect(b"data: a:b: c\n\n", message("a:b: c"))
    expect(b": data: 1\n:\n:data\ndata: 2\n\n", message("2"))
    expect(b"Data: 1\n data: 2\ndata : 3\ndatas: 4\ndat: 5\nfoo\nEvent: x\ndata: 6\n\n", message("6"))


def test_byte_order_mark__R4():
    mark = b"\xef\xbb\xbf"
    expect(mark + b"data: 1\n\n", message("1"))
    expect(mark + b": c\ndata: 1\n\n", message("1"))
    expect(mark * 2 + b"data: 1\n\ndata: 2\n\n", message("2"))
    expect(b"data: 1\n\n" + mark + b"data: 2\n\n", message("1"))
    expect(b"\n" + mark + b"data: 2\n\ndata: 3\n\n", message("3"))


def test_last_event_id__R5():
    expect(b"id: 1\ndata: a\n\ndata: b\n\nid: 2\ndata: c\n\n", message("a", "1"), message("b", "1"), message("c", "2"))
    expect(b"id: 1\n\ndata: a\n\n", message("a", "1"))
    expect(b"id: 1\ndata: a\n\nid\ndata: b\n\n", message("a", "1"), message("b"))
    expect(b"id: 1\nid:\ndata: a\n\n", message("a"))
    expect(b"id: 1\nid: 2\0\nid: \0\ndata: a\n\n", message("a", "1"))


def test_what_is_not_told__R6():
    expect(b"event: a\n\ndata: 1\n\n", message("1"))
    expect(b"event: a\nid: 3\n\n\n\ndata: 1\n\n", message("1", "3"))
    expect(b"data\n\n", message(""))
    expect(b"data:\n\n", message(""))
    expect(b"data\ndata\n\n", message("\n"))
    expect(b"data\ndata: 1\ndata\n\n", message("\n1\n"))
    expect(b"event: a\nevent:\ndata: 1\n\n", message("1"))
    expect(b"data: 1\n\ndata: 2\n", message("1"))
    expect(b"data: 1\n\ndata: 2", message("1"))
    expect(b"\n\n\r\r\ndata: 1\n\n\n", message("1"))


def test_reconnection_times__R7():
    expect(b"data: 1\nretry: 500\n\nretry:0\nretry:000000012\n", 500, message("1"), 0, 12)
    expect(b"retry: 999999999\n", 999_999_999)


@pytest.mark.parametrize("value", ["1000000000", "", "-1", "1.5", "1 ", " 1", "0x1", "1:2", "\uff11", "1_0", "12a", "+1"])
def test_other_values_of_retry__R7(value):
    expect(f"retry: {value}\nretry\nRetry: 1\nretry: 3\n".encode(), 3)


def test_lines_of_the_limit__R8():
    recorder = Recorder(8)
    assert recorder.feed(b"data: 12\r\nid: 4567\n:234567\n\n") == [message("12", "4567")]
    with pytest.raises(TooLargeError):
        recorder.feed(b"data: 1\n\ndata: 123")
    assert recorder.told == [message("1", "4567")]
    for chunk in (b"\n\n", b""):
        with pytest.raises(ClosedError):
            recorder.feed(chunk)
    assert recorder.told == []


def test_line_that_has_not_ended__R8():
    recorder = Recorder(8)
    assert recorder.feed(b":1234567") == []
    assert recorder.feed(b"") == []
    with pytest.raises(TooLargeError):
        recorder.feed(b"8")


def test_byte_order_mark_counts__R8():
    assert Recorder(8).feed(b"\xef\xbb\xbfdata:\n\n") == [message("")]
    with pytest.raises(TooLargeError):
        Recorder(8).feed(b"\xef\xbb\xbfdata:1\n")


def test_data_of_the_limit__R8():
    recorder = Recorder(7)
    assert recorder.feed(b"data:12\ndata:45\ndata\n\n") == [message("12\n45\n")]
    assert recorder.feed(b"data:12\ndata:45\ndata:7\n\n") == [message("12\n45\n7")]
    assert recorder.feed(b"data:12\ndata:45\ndata:78") == []
    with pytest.raises(TooLargeError):
        recorder.feed(b"\n")
    with pytest.raises(ClosedError):
        recorder.feed(b"\n")


def test_line_feeds_count_as_data__R8():
    recorder = Recorder(5)
    assert recorder.feed(b"data\n" * 6) == []
    with pytest.raises(TooLargeError):
        recorder.feed(b"data\n")


def test_limit_is_in_bytes__R8():
    recorder = Recorder(8)
    assert recorder.feed("data:你\ndata:好\n\n".encode()) == [message("你\n好")]
    with pytest.raises(TooLargeError):
        recorder.feed("data:你\ndata:好\ndata:1\n".encode())


def test_least_limit__R8():
    for limit in (0, -1):
        with pytest.raises(ValueError, match=str(limit)):
            Recorder(limit)
    recorder = Recorder(1)
    assert recorder.feed(b":\n") == []
    with pytest.raises(TooLargeError):
        recorder.feed(b"::")
