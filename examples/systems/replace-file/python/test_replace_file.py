import os
import pathlib
import signal
import stat
import threading

import pytest

from replace_file import replace_file


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "settings.bin"
    path.write_bytes(b"old")
    return path


def permissions(path):
    return stat.S_IMODE(os.stat(path).st_mode)


@pytest.mark.parametrize("data", [b"", b"new", b"\0\r\n\xff" * 100_000, bytearray(b"array"), memoryview(b"xviewx")[1:5], memoryview(b"n-e-w")[::2]])
def test_content_is_replaced__R1(path, data):
    assert replace_file(path, data) is None
    assert path.read_bytes() == bytes(data)


@pytest.mark.parametrize("convert", [str, pathlib.Path])
def test_new_file__R1(tmp_path, convert):
    replace_file(convert(tmp_path / "fresh"), b"x")
    assert (tmp_path / "fresh").read_bytes() == b"x"
    assert os.listdir(tmp_path) == ["fresh"]


@pytest.mark.parametrize("name", ["settings.bin", "./settings.bin", "sub/../settings.bin"])
def test_relative_path__R1(path, monkeypatch, name):
    (path.parent / "sub").mkdir()
    monkeypatch.chdir(path.parent)
    replace_file(name, b"new")
    assert path.read_bytes() == b"new"


def test_open_readers_keep_the_old_content__R2(path):
    with path.open("rb") as reader:
        replace_file(path, b"longer than before")
        assert reader.read() == b"old"
    assert path.read_bytes() == b"longer than before"


def test_written_beside_and_renamed__R2(path, monkeypatch):
    moves = []
    for name in ("replace", "rename"):
        original = getattr(os, name)

        def move(source, target, *rest, _original=original, **options):
            moves.append((pathlib.Path(source), pathlib.Path(target), pathlib.Path(source).read_bytes()))
            return _original(source, target, *rest, **options)

        monkeypatch.setattr(os, name, move)
    replace_file(path, b"new")
    ((source, target, content),) = moves
    assert source.parent == target.parent == path.parent
    assert target == path
    assert source != target
    assert content == b"new"


def test_flushed_in_the_right_order__R3(path, monkeypatch):
    events = []
    fsync, replace, rename = os.fsync, os.replace, os.rename

    def watched_fsync(descriptor):
        mode = os.fstat(descriptor).st_mode
        events.append("folder" if stat.S_ISDIR(mode) else ("file", os.fstat(descriptor).st_size))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", watched_fsync)
    monkeypatch.setattr(os, "replace", lambda *a, **k: (events.append("rename"), replace(*a, **k)))
    monkeypatch.setattr(os, "rename", lambda *a, **k: (events.append("rename"), rename(*a, **k)))
    replace_file(path, b"12345")
    assert events == [("file", 5), "rename", "folder"]


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o640, 0o755, 0o400])
def test_permissions_are_kept__R4(path, mode):
    path.chmod(mode)
    replace_file(path, b"new")
    assert permissions(path) == mode
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o027, 0o640), (0o077, 0o600), (0o000, 0o666)])
def test_permissions_of_a_new_file__R4(tmp_path, umask, mode):
    before = os.umask(umask)
    try:
        replace_file(tmp_path / "fresh", b"x")
        assert os.umask(umask) == umask
    finally:
        os.umask(before)
    assert permissions(tmp_path / "fresh") == mode


def test_link_stays_and_its_file_is_replaced__R5(path, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "first").symlink_to(path)
    (other / "second").symlink_to("first")
    replace_file(other / "second", b"new")
    assert (other / "second").is_symlink()
    assert (other / "first").is_symlink()
    assert path.read_bytes() == b"new"
    assert sorted(os.listdir(other)) == ["first", "second"]


def test_link_to_nothing_makes_the_file__R5(tmp_path):
    (tmp_path / "link").symlink_to("target")
    replace_file(tmp_path / "link", b"x")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_bytes() == b"x"


def test_as_many_links_as_the_system_follows__R5(path, tmp_path):
    target = path
    for number in range(40):
        link = tmp_path / str(number)
        link.symlink_to(target.name)
        target = link
    assert target.read_bytes() == b"old"
    replace_file(target, b"new")
    assert target.is_symlink()
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_failure_leaves_the_old_file_alone__R6(path, monkeypatch, call):
    def fail(*_, **__):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, call, fail)
    if call == "replace":
        monkeypatch.setattr(os, "rename", fail)
    with pytest.raises(OSError, match="Input/output error"):
        replace_file(path, b"new")
    monkeypatch.undo()
    assert path.read_bytes() == b"old"
    assert os.listdir(path.parent) == [path.name]


def test_unreadable_folder__R6(path, monkeypatch):
    system_open = os.open

    def guarded_open(name, flags, *rest, **options):
        if os.path.isdir(name):
            raise PermissionError(13, "Permission denied", name)
        return system_open(name, flags, *rest, **options)

    monkeypatch.setattr(os, "open", guarded_open)
    with pytest.raises(PermissionError):
        replace_file(path, b"new")
    monkeypatch.undo()
    assert path.read_bytes() == b"old"
    assert os.listdir(path.parent) == [path.name]


def test_failure_of_the_last_flush__R6(path, monkeypatch):
    fsync = os.fsync

    def fail_for_folders(descriptor):
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(5, "Input/output error")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", fail_for_folders)
    with pytest.raises(OSError, match="Input/output error"):
        replace_file(path, b"new")
    assert path.read_bytes() == b"new"
    assert os.listdir(path.parent) == [path.name]


def test_folder_in_the_way__R6(tmp_path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(IsADirectoryError):
        replace_file(tmp_path / "folder", b"x")
    assert os.listdir(tmp_path) == ["folder"]


def test_missing_folder__R6(tmp_path):
    with pytest.raises(FileNotFoundError):
        replace_file(tmp_path / "missing" / "file", b"x")
    assert os.listdir(tmp_path) == []


def test_path_through_a_file__R6(path):
    with pytest.raises(NotADirectoryError):
        replace_file(path / "file", b"x")
    assert path.read_bytes() == b"old"


def test_path_through_a_fifo__R6(tmp_path):
    def give_up(*_):
        raise TimeoutError("the FIFO was opened, which waits for a writer")

    os.mkfifo(tmp_path / "fifo")
    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(5)
    try:
        with pytest.raises(NotADirectoryError):
            replace_file(tmp_path / "fifo" / "file", b"x")
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
    assert os.listdir(tmp_path) == ["fifo"]


def test_nothing_stays_open__R6(path):
    before = os.listdir("/proc/self/fd")
    replace_file(path, b"new")
    with pytest.raises(FileNotFoundError):
        replace_file(path.parent / "missing" / "file", b"x")
    with pytest.raises(IsADirectoryError):
        replace_file(path.parent, b"x")
    assert os.listdir("/proc/self/fd") == before


@pytest.mark.parametrize("data", ["text", None, 5, ["a"]])
def test_other_data_is_refused__R7(path, data):
    with pytest.raises(TypeError):
        replace_file(path, data)
    with pytest.raises(TypeError):
        replace_file(path.parent / "fresh", data)
    assert path.read_bytes() == b"old"
    assert os.listdir(path.parent) == [path.name]


def test_many_writers_at_once__R8(path):
    contents = [bytes([number]) * 20_000 for number in range(8)]
    errors, seen = [], []
    barrier = threading.Barrier(len(contents))

    def write(data):
        barrier.wait()
        try:
            for _ in range(10):
                replace_file(path, data)
                seen.append(path.read_bytes())
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=write, args=(data,)) for data in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert all(content in contents for content in seen)
    assert path.read_bytes() in contents
    assert os.listdir(path.parent) == [path.name]
