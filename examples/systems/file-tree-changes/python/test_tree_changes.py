import contextlib
import dataclasses
import hashlib
import json
import os
import random
import resource
import shutil
import signal
import socket
import unicodedata

import pytest

from tree_changes import (
    Changes,
    Entry,
    InvalidPatternError,
    Problem,
    Snapshot,
    SnapshotFormatError,
    compare,
    from_json,
    scan,
    to_json,
)

DIGEST = "0123456789abcdef" * 4
COMPOSED = unicodedata.normalize("NFC", "é")
DECOMPOSED = unicodedata.normalize("NFD", "é")
FULLWIDTH_TILDE = "\uff5e"
EMOJI = "\U0001f600"


@pytest.fixture
def root(tmp_path):
    path = tmp_path / "root"
    path.mkdir()
    return path


def fill(root, *paths, **contents):
    """Create files below the root; those in `paths` contain their own path."""
    for path in paths:
        write(root / path, path.encode())
    for path, content in contents.items():
        write(root / path, content)


def write(path, content=b"content"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def make_bad_name(folder, name, create):
    create(os.path.join(os.fsencode(folder), name))


def file_entry(path, content=b"content"):
    return Entry(path, "file", len(content), hashlib.sha256(content).hexdigest())


def link_entry(path, target):
    text = os.fsencode(target)
    return Entry(path, "symlink", len(text), hashlib.sha256(text).hexdigest())


def paths(snapshot):
    return [entry.path for entry in snapshot.entries]


def at(path, action):
    """Return a hook that acts when it is called with the path."""

    def hook(called):
        if called == path:
            action()

    return hook


@contextlib.contextmanager
def time_limit(seconds):
    """Fail the test instead of waiting for ever."""

    def fail(_number, _frame):
        pytest.fail(f"not done within {seconds} s")

    previous = signal.signal(signal.SIGALRM, fail)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


@contextlib.contextmanager
def full_pipe(path, content):
    """Make a named pipe that holds the content, and give a function that takes out what is left of it."""
    os.mkfifo(path)
    descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    try:
        os.write(descriptor, content)
        yield lambda: os.read(descriptor, 1000)
    finally:
        os.close(descriptor)


# R1: entries of a scan


def test_records_files_at_any_depth__R1(root):
    fill(root, **{"top.txt": b"one", "a/b/c/deep.bin": bytes(range(256)), "a/empty": b""})
    assert scan(root) == Snapshot(
        entries=(
            file_entry("a/b/c/deep.bin", bytes(range(256))),
            file_entry("a/empty", b""),
            file_entry("top.txt", b"one"),
        )
    )


def test_digest_is_sha256_in_lower_case__R1(root):
    fill(root, abc=b"abc")
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert scan(root).entries == (Entry("abc", "file", 3, digest),)


def test_reads_files_to_their_end__R1(root):
    content = random.Random(1).randbytes(1_500_001)
    fill(root, big=content)
    assert scan(root).entries == (file_entry("big", content),)


def test_records_links_by_their_target_text__R1(root):
    fill(root, file=b"content of the file")
    (root / "link").symlink_to("file")
    (root / "accent").symlink_to(f"gone/{COMPOSED}")
    os.symlink(b"\xff", os.path.join(os.fsencode(root), b"raw"))
    assert scan(root).entries == (
        link_entry("accent", f"gone/{COMPOSED}"),
        file_entry("file", b"content of the file"),
        link_entry("link", "file"),
        link_entry("raw", b"\xff"),
    )


def test_counts_the_bytes_of_a_target_text__R1(root):
    (root / "link").symlink_to(COMPOSED)
    assert scan(root).entries[0].size == 2


def test_sorts_whole_paths_over_the_tree__R1(root):
    fill(root, "ab", "a/c", "a-b", "B", "a/b/z", "a/b.c", "a0", "_")
    assert paths(scan(root)) == ["B", "_", "a-b", "a/b.c", "a/b/z", "a/c", "a0", "ab"]


def test_directories_leave_no_entry__R1(root):
    (root / "empty/nested").mkdir(parents=True)
    fill(root, "full/file")
    assert scan(root) == Snapshot(entries=(file_entry("full/file", b"full/file"),))


def test_empty_root__R1(root):
    assert scan(root) == Snapshot((), ())


def test_hard_links_are_separate_entries__R1(root):
    fill(root, a=b"same")
    os.link(root / "a", root / "b")
    assert scan(root).entries == (file_entry("a", b"same"), file_entry("b", b"same"))


@pytest.mark.parametrize("written", ["root", "./root", "root/", "link", "link/", "root/sub/..", "{}/root", "{}/link/"])
def test_result_does_not_depend_on_how_the_root_is_written__R1(root, tmp_path, monkeypatch, written):
    fill(root, "sub/file", "top")
    (tmp_path / "link").symlink_to("root")
    monkeypatch.chdir(tmp_path)
    expected = (file_entry("sub/file", b"sub/file"), file_entry("top", b"top"))
    assert scan(written.format(tmp_path)) == Snapshot(entries=expected)


def test_current_directory_as_root__R1(root, monkeypatch):
    fill(root, "sub/file")
    monkeypatch.chdir(root)
    assert paths(scan(".")) == ["sub/file"]


def test_very_deep_tree__R1(root):
    depth = 1100
    folder = str(root)
    for _ in range(depth):
        folder += "/d"
        os.mkdir(folder)
    with open(f"{folder}/f", "wb"):
        pass
    try:
        assert scan(root) == Snapshot(entries=(file_entry("d/" * depth + "f", b""),))
    finally:
        os.remove(f"{folder}/f")
        for _ in range(depth):
            os.rmdir(folder)
            folder = folder.removesuffix("/d")


# R2: created, modified, deleted


def test_created_modified_deleted__R2(root):
    fill(root, stays=b"1", **{"d/gone": b"2", "d/changes": b"3"})
    old = scan(root)
    (root / "d/gone").unlink()
    fill(root, **{"d/changes": b"33", "new/b": b"4", "new-a": b"5"})
    assert compare(old, scan(root)) == Changes(
        created=("new-a", "new/b"), modified=("d/changes",), deleted=("d/gone",)
    )


def test_finds_content_changed_with_size_and_time_kept__R2(root):
    fill(root, file=b"before")
    old = scan(root)
    times = (root / "file").stat()
    fill(root, file=b"after!")
    os.utime(root / "file", ns=(times.st_atime_ns, times.st_mtime_ns))
    assert compare(old, scan(root)) == Changes(modified=("file",))


def test_times_and_permissions_are_no_change__R2(root):
    fill(root, file=b"same")
    old = scan(root)
    os.utime(root / "file", (1, 1))
    os.utime(root, (2, 2))
    (root / "file").chmod(0o700)
    assert scan(root) == old
    assert compare(old, scan(root)) == Changes()


def test_file_replaced_with_link_of_the_same_bytes_is_modified__R2(root):
    fill(root, item=b"target")
    old = scan(root)
    (root / "item").unlink()
    (root / "item").symlink_to("target")
    assert compare(old, scan(root)) == Changes(modified=("item",))


def test_link_with_another_target_is_modified__R2(root):
    (root / "link").symlink_to("one")
    old = scan(root)
    (root / "link").unlink()
    (root / "link").symlink_to("two")
    assert compare(old, scan(root)) == Changes(modified=("link",))


def test_directory_replaced_with_file__R2(root):
    fill(root, **{"a/b": b"1"})
    old = scan(root)
    shutil.rmtree(root / "a")
    fill(root, a=b"2")
    assert compare(old, scan(root)) == Changes(created=("a",), deleted=("a/b",))


@pytest.mark.parametrize(
    "changed",
    [
        Entry("a", "symlink", 3, DIGEST),
        Entry("a", "file", 4, DIGEST),
        Entry("a", "file", 3, DIGEST[::-1]),
    ],
    ids=["kind", "size", "digest"],
)
def test_each_difference_alone_is_a_modification__R2(changed):
    original = Snapshot(entries=(Entry("a", "file", 3, DIGEST),))
    assert compare(original, Snapshot(entries=(changed,))) == Changes(modified=("a",))


@pytest.mark.parametrize("result", [file_entry("a"), Problem("a", "special"), Snapshot(), Changes()])
def test_results_cannot_be_changed__R1_R2(result):
    for field in dataclasses.fields(result):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(result, field.name, getattr(result, field.name))


def test_snapshot_compared_with_itself__R2():
    snapshot = Snapshot(
        entries=(file_entry("a"), file_entry("b"), link_entry("d/l", "a")),
        problems=(Problem("a", "unreadable"), Problem("d", "unreadable"), Problem("p", "special")),
    )
    assert compare(snapshot, snapshot) == Changes((), (), (), (), ())


def test_lists_are_sorted_whatever_the_order_in_the_snapshots__R2():
    old = [file_entry(path, path.encode()) for path in ("d/x", "d-x", EMOJI, FULLWIDTH_TILDE)]
    old += [file_entry(path, b"old") for path in ("m", "M", "m/1")]
    new = [file_entry(path, path.encode()) for path in ("n", "N", "n/1", "n-1")]
    new += [file_entry(path, b"new") for path in ("m", "M", "m/1")]
    expected = Changes(
        created=("N", "n", "n-1", "n/1"),
        modified=("M", "m", "m/1"),
        deleted=("d-x", "d/x", FULLWIDTH_TILDE, EMOJI),
    )
    assert compare(Snapshot(tuple(old)), Snapshot(tuple(new))) == expected
    assert compare(Snapshot(tuple(old[::-1])), Snapshot(tuple(new[::-1]))) == expected


# R3: moves


def compare_contents(old, new):
    """Compare two trees of files, given as contents by path."""
    snapshots = [Snapshot(tuple(file_entry(*item) for item in tree.items())) for tree in (old, new)]
    return compare(*snapshots)


def test_renamed_file_is_moved__R3(root):
    fill(root, **{"old/name": b"content"})
    old = scan(root)
    (root / "old").rename(root / "new")
    assert compare(old, scan(root)) == Changes(moved=(("old/name", "new/name"),))


def test_moves_are_sorted_by_old_path__R3():
    changes = compare_contents(
        {"c": b"1", "a": b"2", "b": b"3"},
        {"x": b"1", "z": b"2", "y": b"3"},
    )
    assert changes == Changes(moved=(("a", "z"), ("b", "y"), ("c", "x")))


def test_equal_files_are_paired_in_sorted_order__R3():
    changes = compare_contents(
        {"a/b": b"1", "a-b": b"1", "B": b"1"},
        {"z": b"1", EMOJI: b"1", FULLWIDTH_TILDE: b"1"},
    )
    assert changes == Changes(moved=(("B", "z"), ("a-b", FULLWIDTH_TILDE), ("a/b", EMOJI)))


def test_deleted_files_left_over_stay_deleted__R3():
    changes = compare_contents({"c": b"1", "a": b"1", "b": b"1"}, {"x": b"1"})
    assert changes == Changes(moved=(("a", "x"),), deleted=("b", "c"))


def test_created_files_left_over_stay_created__R3():
    changes = compare_contents({"k": b"1"}, {"z": b"1", "x": b"1", "y": b"1"})
    assert changes == Changes(moved=(("k", "x"),), created=("y", "z"))


def test_empty_files_are_never_moved__R3():
    assert compare_contents({"a": b""}, {"b": b""}) == Changes(created=("b",), deleted=("a",))


def test_file_of_one_byte_is_moved__R3():
    assert compare_contents({"a": b"\0"}, {"b": b"\0"}) == Changes(moved=(("a", "b"),))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (link_entry("a", "target"), link_entry("b", "target")),
        (file_entry("a", b"target"), link_entry("b", "target")),
        (link_entry("a", "target"), file_entry("b", b"target")),
        (Entry("a", "file", 3, DIGEST), Entry("b", "file", 4, DIGEST)),
        (Entry("a", "file", 3, DIGEST), Entry("b", "file", 3, DIGEST[::-1])),
    ],
    ids=["links", "file to link", "link to file", "other size", "other digest"],
)
def test_no_move_between__R3(old, new):
    assert compare(Snapshot((old,)), Snapshot((new,))) == Changes(created=("b",), deleted=("a",))


def test_copy_is_created__R3():
    assert compare_contents({"a": b"1"}, {"a": b"1", "b": b"1"}) == Changes(created=("b",))


def test_exchanged_contents_are_modified__R3():
    changes = compare_contents({"a": b"1", "b": b"2"}, {"a": b"2", "b": b"1"})
    assert changes == Changes(modified=("a", "b"))


def test_modified_file_is_no_end_of_a_move__R3():
    onto_existing = compare_contents({"a": b"1", "b": b"2"}, {"a": b"2"})
    assert onto_existing == Changes(modified=("a",), deleted=("b",))
    content_moved_on = compare_contents({"a": b"1"}, {"a": b"2", "b": b"1"})
    assert content_moved_on == Changes(modified=("a",), created=("b",))
    chain = compare_contents({"a": b"1", "b": b"2"}, {"b": b"1", "c": b"2"})
    assert chain == Changes(created=("c",), modified=("b",), deleted=("a",))


def test_moves_do_not_depend_on_the_order_of_entries__R3():
    old = tuple(file_entry(path, b"1") for path in ("a", "b", "c"))
    new = tuple(file_entry(path, b"1") for path in ("x", "y"))
    expected = Changes(moved=(("a", "x"), ("b", "y")), deleted=("c",))
    assert compare(Snapshot(old[::-1]), Snapshot(new[::-1])) == expected


# R4: links are not followed


def test_links_are_not_followed__R4(root, tmp_path):
    write(tmp_path / "outside/secret")
    targets = {
        "d/parent": "..",
        "outside": str(tmp_path / "outside"),
        "secret": str(tmp_path / "outside/secret"),
        "gone": "nowhere",
        "loop": "loop",
        "relative": "../outside",
    }
    (root / "d").mkdir()
    for path, target in targets.items():
        (root / path).symlink_to(target)
    with time_limit(5):
        snapshot = scan(root)
    assert snapshot == Snapshot(entries=tuple(link_entry(path, targets[path]) for path in sorted(targets)))


def test_link_to_its_own_directory_is_not_followed__R4(root):
    (root / "self").symlink_to(".")
    assert scan(root) == Snapshot(entries=(link_entry("self", "."),))


def test_hook_is_not_called_for_links__R4(root):
    (root / "link").symlink_to(".")
    calls = []
    scan(root, before_read=calls.append)
    assert calls == []


def replace_with_link(item):
    write(item.parent.parent / "outside", b"outside")
    item.symlink_to("../outside")


def replace_with_broken_link(item):
    item.symlink_to("nowhere")


@pytest.mark.parametrize(
    "replace",
    [replace_with_link, replace_with_broken_link, os.mkdir, os.mkfifo],
    ids=["link", "broken link", "directory", "pipe"],
)
def test_file_replaced_before_it_is_opened_is_unreadable__R4(root, replace):
    fill(root, a=b"1", item=b"2", z=b"3")

    def act():
        (root / "item").unlink()
        replace(root / "item")

    with time_limit(5):
        snapshot = scan(root, before_read=at("item", act))
    assert snapshot == Snapshot(
        entries=(file_entry("a", b"1"), file_entry("z", b"3")),
        problems=(Problem("item", "unreadable"),),
    )


def test_file_replaced_with_a_pipe_that_holds_data_is_unreadable__R4(root, tmp_path):
    fill(root, "item")
    with full_pipe(tmp_path / "pipe", b"data"), time_limit(5):
        snapshot = scan(root, before_read=at("item", lambda: (tmp_path / "pipe").replace(root / "item")))
    assert snapshot == Snapshot(problems=(Problem("item", "unreadable"),))


def test_nothing_is_read_through_a_link_put_in_place_of_a_file__R4(root, tmp_path):
    fill(root, "item")

    def act():
        (root / "item").unlink()
        (root / "item").symlink_to(tmp_path / "pipe")

    with full_pipe(tmp_path / "pipe", b"secret") as rest, time_limit(5):
        snapshot = scan(root, before_read=at("item", act))
        assert rest() == b"secret"
    assert snapshot == Snapshot(problems=(Problem("item", "unreadable"),))


# R5: ignore patterns

PATTERN_CASES = {
    "star": ("*.log", "a.log a.log.txt d/b.log d/.log log", "a.log.txt log"),
    "star within": ("a*c", "ac abc abbc abcd xac", "abcd xac"),
    "star takes more on a retry": ("*ab*b", "aab abab abaab bab", "aab bab"),
    "two stars between letters": ("a**b", "ab axxb axxc", "axxc"),
    "question mark": ("?", f"a ab dd/x {EMOJI} {COMPOSED} {DECOMPOSED}", f"ab {DECOMPOSED}"),
    "question mark is not none": ("a?", "a ab abc", "a abc"),
    "star and question marks": ("*??", "a ab abc", "a"),
    "whole name": ("ab", "ab abc xab d/ab", "abc xab"),
    "letter case": ("a.TXT", "a.txt A.TXT a.TXT", "A.TXT a.txt"),
    "composed": (COMPOSED, f"{COMPOSED} {DECOMPOSED}", DECOMPOSED),
    "no slash matches a directory": ("d", "d/x/y e/d/x e/dd", "e/dd"),
    "slash at the beginning": ("/a", "a d/a", "d/a"),
    "slash at the beginning, directory": ("/d", "d/x e/d/x", "e/d/x"),
    "whole path": ("a/b", "a/b a/bb x/a/b", "a/bb x/a/b"),
    "slash at the beginning of a path": ("/a/b", "a/b x/a/b", "x/a/b"),
    "star as last segment": ("a/*", "a/b a/c/d b/a/x", "b/a/x"),
    "star as first segment": ("*/x", "x a/x a/b/x", "a/b/x x"),
    "star does not stand for a slash": ("/a*c", "ac abc a/c a/b/c", "a/b/c a/c"),
    "question mark does not stand for a slash": ("/a?c", "abc a/c", "a/c"),
    "two stars first": ("**/x", "x a/x a/b/x a/xx", "a/xx"),
    "two stars last": ("a/**", "a/b a/c/d b/a/x", "b/a/x"),
    "two stars last need a segment": ("a/**", "a b", "a b"),
    "two stars in the middle": ("a/**/b", "a/b a/x/b a/x/y/b a/x/c b x/a/b", "a/x/c b x/a/b"),
    "two stars twice": ("**/a/**", "a/x x/a/y/z b/c", "b/c"),
    "two stars twice need a segment": ("**/a/**", "a b/a", "a b/a"),
    "two stars, segments retried": ("**/a/b/c", "a/b/a/b/c x/a/b/d", "x/a/b/d"),
    "two stars twice, retried": ("a/**/b/**/c", "a/b/c a/x/b/x/c a/c/b a/b/d", "a/b/d a/c/b"),
    "only two stars": ("**", "a b/c", ""),
    "slash and two stars": ("/**", "a b/c", ""),
    "two stars and two stars": ("**/**", "a b/c", ""),
    "three stars are one": ("***/b", "b x/b x/y/b", "b x/y/b"),
    "two stars in a segment are one": ("/a**/x", "a/x ab/x ab/c/x", "ab/c/x"),
    "directories only": ("d/", "d/x e/d e/f/d/x f/dd", "e/d f/dd"),
    "directories only, at the root": ("/d/", "d/x e/d/x", "e/d/x"),
    "directories only, whole path": ("a/b/", "a/b/x b/x c/a/b/x", "b/x c/a/b/x"),
    "all directories": ("**/", "a b/c", "a"),
    "leading dot": ("?a", ".a ba a", "a"),
    "dot is no wildcard": ("a.c", "a.c abc", "abc"),
    "brackets": ("[ab]", "[ab] a b", "a b"),
    "braces": ("{a,b}", "{a,b} a b", "a b"),
    "parentheses and bar": ("(a|b)", "(a|b) a b", "a b"),
    "plus": ("a+", "a+ a aa", "a aa"),
    "caret and dollar": ("^a$", "^a$ a", "a"),
    "exclamation mark": ("!a", "!a a b", "a b"),
    "backslash": ("\\*", "\\x * x", "* x"),
    "backslash and letter": ("\\d", "\\d 1 d", "1 d"),
    "number sign": ("#a", "#a a", "a"),
    "dot segments": ("./a", "a", "a"),
}


@pytest.mark.parametrize("case", PATTERN_CASES)
def test_pattern__R5(root, case):
    pattern, files, kept = PATTERN_CASES[case]
    fill(root, *files.split(" "))
    assert scan(root, ignore=[pattern]) == Snapshot(
        entries=tuple(file_entry(path, path.encode()) for path in kept.split(" ") if path)
    )


@pytest.mark.parametrize(
    ("pattern", "kept"),
    [
        ("a*b", ["a", "a\n"]),
        ("a?b", ["a", "a\n"]),
        ("a", ["a\n", "a\nb"]),
        ("a\n", ["a", "a\nb"]),
        ("a?", ["a", "a\nb"]),
        ("*", []),
        ("/**", []),
    ],
)
def test_pattern_and_line_breaks__R5(root, pattern, kept):
    fill(root, "a", "a\n", "a\nb")
    assert paths(scan(root, ignore=[pattern])) == kept


def test_spaces_of_a_pattern_count__R5(root):
    fill(root, " a", "a", "a ")
    assert paths(scan(root, ignore=[" a"])) == ["a", "a "]


def test_any_of_several_patterns__R5(root):
    fill(root, "a", "b", "d/x", "e/x")
    assert paths(scan(root, ignore=(pattern for pattern in ["a", "d/", "nothing"]))) == ["b", "e/x"]


def test_no_pattern_ignores_nothing__R5(root):
    fill(root, ".hidden", "#x")
    assert paths(scan(root, ignore=[])) == ["#x", ".hidden"]


def test_link_is_not_a_directory_for_a_pattern__R5(root):
    fill(root, "real/x")
    (root / "link").symlink_to("real")
    assert paths(scan(root, ignore=["link/", "real/"])) == ["link"]
    assert paths(scan(root, ignore=["link"])) == ["real/x"]


def test_ignored_items_have_no_problem_and_no_hook__R5(root):
    os.mkfifo(root / "pipe.tmp")
    fill(root, "a", "b.tmp", "d/x", "e/x")
    os.mkfifo(root / "d/pipe")
    make_bad_name(root / "d", b"\xff", os.mkdir)
    calls = []
    snapshot = scan(root, ignore=["*.tmp", "d/"], before_read=calls.append)
    assert snapshot == Snapshot(entries=(file_entry("a", b"a"), file_entry("e/x", b"e/x")))
    assert sorted(calls) == ["a", "e", "e/x"]


def test_directory_is_listed_if_only_what_is_below_is_ignored__R5(root):
    fill(root, "a/b", "a/c/d")
    calls = []
    assert scan(root, ignore=["a/**"], before_read=calls.append) == Snapshot()
    assert calls == ["a"]


@pytest.mark.parametrize("prefix", ["", "/", "**/"])
def test_many_stars_are_decided_quickly__R5(root, prefix):
    fill(root, "a" * 200)
    with time_limit(1):
        assert paths(scan(root, ignore=[prefix + "*a" * 30 + "b"])) == ["a" * 200]
    assert paths(scan(root, ignore=[prefix + "*a" * 30])) == []


# R6: items that can't be recorded, and the hook


def test_hook_is_called_once_for_each_file_and_directory__R6(root):
    fill(root, "a", "d/e/f")
    (root / "empty").mkdir()
    os.mkfifo(root / "pipe")
    (root / "link").symlink_to("a")
    calls = []
    scan(root, before_read=calls.append)
    assert sorted(calls) == ["a", "d", "d/e", "d/e/f", "empty"]


def test_hook_is_called_before_a_file_is_opened__R6(root):
    fill(root, a=b"before")
    snapshot = scan(root, before_read=at("a", lambda: fill(root, a=b"after the hook")))
    assert snapshot == Snapshot(entries=(file_entry("a", b"after the hook"),))


def test_hook_is_called_before_a_directory_is_listed__R6(root):
    (root / "d").mkdir()
    snapshot = scan(root, before_read=at("d", lambda: fill(root, "d/new")))
    assert snapshot == Snapshot(entries=(file_entry("d/new", b"d/new"),))


def test_vanished_file__R6(root):
    fill(root, "a", "d/item", "z")
    snapshot = scan(root, before_read=at("d/item", (root / "d/item").unlink))
    assert snapshot == Snapshot(
        entries=(file_entry("a", b"a"), file_entry("z", b"z")), problems=(Problem("d/item", "vanished"),)
    )


def test_vanished_directory__R6(root):
    fill(root, "a", "d/x", "d/y", "z")
    snapshot = scan(root, before_read=at("d", lambda: shutil.rmtree(root / "d")))
    assert snapshot == Snapshot(
        entries=(file_entry("a", b"a"), file_entry("z", b"z")), problems=(Problem("d", "vanished"),)
    )


def test_unreadable_file_and_directory__R6(root):
    # Running out of descriptors is the failure that hits every user, root too.
    fill(root, "a", "d/x", "item", "z")
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)

    def hook(path):
        soft = 0 if path in ("d", "item") else limits[0]
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, limits[1]))

    try:
        snapshot = scan(root, before_read=hook)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert snapshot == Snapshot(
        entries=(file_entry("a", b"a"), file_entry("z", b"z")),
        problems=(Problem("d", "unreadable"), Problem("item", "unreadable")),
    )


def test_special_items__R6(root, monkeypatch):
    fill(root, "a", "z")
    (root / "d").mkdir()
    os.mkfifo(root / "d/pipe")
    monkeypatch.chdir(root)  # the name of a socket has to be short
    with socket.socket(socket.AF_UNIX) as server, time_limit(5):
        server.bind("socket")
        snapshot = scan(root)
    assert snapshot == Snapshot(
        entries=(file_entry("a", b"a"), file_entry("z", b"z")),
        problems=(Problem("d/pipe", "special"), Problem("socket", "special")),
    )


def test_pipe_is_not_read__R6(root):
    with full_pipe(root / "pipe", b"data") as rest, time_limit(5):
        assert scan(root).problems == (Problem("pipe", "special"),)
        assert rest() == b"data"


def test_problems_are_sorted_by_whole_path__R6(root):
    (root / "a").mkdir()
    for path in ("ab", "a/c", "a-b", EMOJI, FULLWIDTH_TILDE):
        os.mkfifo(root / path)
    assert [problem.path for problem in scan(root).problems] == ["a-b", "a/c", "ab", FULLWIDTH_TILDE, EMOJI]


# R7: unknown


def with_problem(path, kind, *entries):
    return Snapshot(entries, (Problem(path, kind),))


def test_missing_path_is_unknown_if_unreadable_on_the_other_side__R7():
    full = Snapshot((file_entry("a"),))
    unreadable = with_problem("a", "unreadable")
    assert compare(full, unreadable) == Changes(unknown=("a",))
    assert compare(unreadable, full) == Changes(unknown=("a",))


@pytest.mark.parametrize("above", ["a", "a/b", "a/b/c"])
def test_path_below_an_unreadable_directory_is_unknown__R7(above):
    full = Snapshot((link_entry("a/b/c", "x"),))
    unreadable = with_problem(above, "unreadable")
    assert compare(full, unreadable) == Changes(unknown=("a/b/c",))
    assert compare(unreadable, full) == Changes(unknown=("a/b/c",))


@pytest.mark.parametrize(
    ("other", "path"), [("a", "ab"), ("a", "ab/c"), ("a/b", "a/bc"), ("b", "a/b"), ("a/b/c", "a/b"), ("A", "a/b")]
)
def test_path_not_below_the_unreadable_one_is_known__R7(other, path):
    full = Snapshot((file_entry(path),))
    unreadable = with_problem(other, "unreadable")
    assert compare(full, unreadable) == Changes(deleted=(path,))
    assert compare(unreadable, full) == Changes(created=(path,))


@pytest.mark.parametrize("kind", ["vanished", "special", "bad-name"])
def test_other_problems_have_no_influence__R7(kind):
    full = Snapshot((file_entry("a/b"),))
    for path in ("a", "a/b"):
        assert compare(full, with_problem(path, kind)) == Changes(deleted=("a/b",))
        assert compare(with_problem(path, kind), full) == Changes(created=("a/b",))


def test_problem_on_the_same_side_has_no_influence__R7():
    full = with_problem("a", "unreadable", file_entry("a/b"))
    assert compare(full, Snapshot()) == Changes(deleted=("a/b",))
    assert compare(Snapshot(), full) == Changes(created=("a/b",))


def test_path_on_both_sides_is_compared_in_spite_of_problems__R7():
    old = with_problem("d", "unreadable", file_entry("d/a", b"1"), file_entry("d/b", b"2"))
    new = with_problem("d", "unreadable", file_entry("d/a", b"9"), file_entry("d/b", b"2"))
    assert compare(old, new) == Changes(modified=("d/a",))


def test_unknown_paths_take_no_part_in_moves__R7():
    old = Snapshot((file_entry("d/a"), file_entry("e")))
    new = with_problem("d", "unreadable", file_entry("x"), file_entry("y"))
    assert compare(old, new) == Changes(created=("y",), moved=(("e", "x"),), unknown=("d/a",))
    assert compare(new, old) == Changes(deleted=("y",), moved=(("x", "e"),), unknown=("d/a",))


def test_unknown_paths_of_both_sides_are_sorted__R7():
    old = with_problem("n", "unreadable", file_entry("o/2"), file_entry("o-1"))
    new = Snapshot((file_entry("n/1"), file_entry("n")), (Problem("o", "unreadable"), Problem("o-1", "unreadable")))
    assert compare(old, new) == Changes(unknown=("n", "n/1", "o-1", "o/2"))


def test_file_that_could_not_be_read_is_not_deleted__R7(root):
    fill(root, "item", "keep")
    old = scan(root)

    def act():
        (root / "item").unlink()
        (root / "item").mkdir()

    assert compare(old, scan(root, before_read=at("item", act))) == Changes(unknown=("item",))


# R8: names

NAMES = [
    "\x01",
    " lead",
    '"quoted"',
    "*",
    "-dash",
    "...",
    "<&>",
    "\\xff",
    "a\nb",
    "back\\slash",
    DECOMPOSED,
    "tab\t",
    "trail ",
    "~",
    COMPOSED,
    "line\u2028separator",
    "中文",
    "\ufeffmark",
    FULLWIDTH_TILDE,
    "\ufffd",
    "\uffff",
    EMOJI,
    "\U0010ffff",
]


def test_names_are_recorded_unchanged__R8(root):
    fill(root, *NAMES)
    assert scan(root) == Snapshot(entries=tuple(file_entry(name, name.encode()) for name in sorted(NAMES)))


@pytest.mark.parametrize("name", NAMES)
def test_directory_with_any_name_is_listed__R8(root, name):
    fill(root, f"{name}/file")
    calls = []
    assert paths(scan(root, before_read=calls.append)) == [f"{name}/file"]
    assert sorted(calls) == [name, f"{name}/file"]


def test_astral_characters_sort_last__R8(root):
    expected = [f"a{FULLWIDTH_TILDE}", f"a{EMOJI}", f"b/{FULLWIDTH_TILDE}", f"b/{EMOJI}"]
    fill(root, *reversed(expected))
    assert paths(scan(root)) == expected


BAD_NAMES = {
    b"\xff": "\\xff",
    b"a\xfeb": "a\\xfeb",
    b"\x80": "\\x80",
    b"\xc3": "\\xc3",
    b"\xc3(": "\\xc3(",
    b"\xe2\x82": "\\xe2\\x82",
    b"\xe2\x82\xac\xff": "€\\xff",
    b"\xf0\x9f\x98": "\\xf0\\x9f\\x98",
    b"\xf0\x9f\x98\x80\xf0\x9f": f"{EMOJI}\\xf0\\x9f",
    b"\xed\xa0\x80": "\\xed\\xa0\\x80",
    b"\xc0\xaf": "\\xc0\\xaf",
    b"\xe0\x80\xaf": "\\xe0\\x80\\xaf",
    b"\xf4\x90\x80\x80": "\\xf4\\x90\\x80\\x80",
    b"\xe9t\xc3\xa9": f"\\xe9t{COMPOSED}",
    b"\xef\xbf\xbd\xff": "\ufffd\\xff",
    b"\xff\n\xff": "\\xff\n\\xff",
}


@pytest.mark.parametrize("name", BAD_NAMES)
def test_bad_name_is_shown_with_escapes__R8(root, name):
    (root / "d").mkdir()
    for folder in (root, root / "d"):
        make_bad_name(folder, name, lambda path: open(path, "wb").close())
    shown = sorted([BAD_NAMES[name], f"d/{BAD_NAMES[name]}"])
    assert scan(root) == Snapshot(problems=tuple(Problem(path, "bad-name") for path in shown))


@pytest.mark.parametrize(
    "create",
    [os.mkdir, os.mkfifo, lambda path: os.symlink(b".", path), lambda path: open(path, "wb").close()],
    ids=["directory", "pipe", "link", "file"],
)
def test_bad_name_whatever_the_item_is__R8(root, create):
    fill(root, "good")
    make_bad_name(root, b"b\xff", create)
    calls = []
    snapshot = scan(root, before_read=calls.append)
    assert snapshot == Snapshot(entries=(file_entry("good", b"good"),), problems=(Problem("b\\xff", "bad-name"),))
    assert calls == ["good"]


def test_directory_with_bad_name_is_not_listed__R8(root):
    make_bad_name(root, b"\xff", os.mkdir)
    make_bad_name(root, b"\xff/file", lambda path: open(path, "wb").close())
    calls = []
    assert scan(root, before_read=calls.append) == Snapshot(problems=(Problem("\\xff", "bad-name"),))
    assert calls == []


@pytest.mark.parametrize("pattern", ["*", "**", "/**", "?", "\\xff", "????", "*/", "\ufffd"])
def test_no_pattern_matches_a_bad_name__R8_R5(root, pattern):
    make_bad_name(root, b"\xff", os.mkdir)
    assert scan(root, ignore=[pattern]) == Snapshot(problems=(Problem("\\xff", "bad-name"),))


# R9: JSON


def test_scanned_snapshot_comes_back_equal__R9(root):
    fill(root, *NAMES, "d/e/f")
    (root / "link").symlink_to("nowhere")
    os.mkfifo(root / "pipe\n")
    for name in BAD_NAMES:
        make_bad_name(root, name, os.mkdir)
    snapshot = scan(root, before_read=at("d/e/f", (root / "d/e/f").unlink))
    assert len(snapshot.entries) == len(NAMES) + 1
    assert len(snapshot.problems) == len(BAD_NAMES) + 2
    assert from_json(to_json(snapshot)) == snapshot


def test_empty_snapshot__R9():
    assert json.loads(to_json(Snapshot())) == {"version": 1, "entries": [], "problems": []}
    assert from_json('{"version": 1, "entries": [], "problems": []}') == Snapshot()


def test_structure_of_the_text__R9():
    snapshot = Snapshot((Entry("a/b.txt", "file", 3, DIGEST),), (Problem("c", "unreadable"),))
    assert json.loads(to_json(snapshot)) == {
        "version": 1,
        "entries": [{"path": "a/b.txt", "kind": "file", "size": 3, "digest": DIGEST}],
        "problems": [{"path": "c", "kind": "unreadable"}],
    }


UNSORTED = Snapshot(
    entries=tuple(file_entry(path) for path in (EMOJI, "ab", "a/c", FULLWIDTH_TILDE, "B", "a-b")),
    problems=(
        Problem(EMOJI, "special"),
        Problem("p", "vanished"),
        Problem("p", "bad-name"),
        Problem(FULLWIDTH_TILDE, "special"),
        Problem("p", "unreadable"),
        Problem("P", "vanished"),
    ),
)
SORTED = Snapshot(
    entries=tuple(file_entry(path) for path in ("B", "a-b", "a/c", "ab", FULLWIDTH_TILDE, EMOJI)),
    problems=(
        Problem("P", "vanished"),
        Problem("p", "bad-name"),
        Problem("p", "unreadable"),
        Problem("p", "vanished"),
        Problem(FULLWIDTH_TILDE, "special"),
        Problem(EMOJI, "special"),
    ),
)


def test_text_does_not_depend_on_the_order_of_the_lists__R9():
    reverse = Snapshot(UNSORTED.entries[::-1], UNSORTED.problems[::-1])
    text = to_json(UNSORTED)
    assert text == to_json(reverse) == to_json(SORTED)
    document = json.loads(text)
    assert [entry["path"] for entry in document["entries"]] == paths(SORTED)
    assert [(problem["path"], problem["kind"]) for problem in document["problems"]] == [
        (problem.path, problem.kind) for problem in SORTED.problems
    ]


def valid_document():
    return {
        "version": 1,
        "entries": [
            {"path": "a/b", "kind": "file", "size": 3, "digest": DIGEST},
            {"path": "c", "kind": "symlink", "size": 0, "digest": DIGEST},
        ],
        "problems": [{"path": "p", "kind": "special"}, {"path": "q", "kind": "bad-name"}],
    }


VALID = Snapshot(
    entries=(Entry("a/b", "file", 3, DIGEST), Entry("c", "symlink", 0, DIGEST)),
    problems=(Problem("p", "special"), Problem("q", "bad-name")),
)


def test_reading_sorts_the_lists__R9():
    document = {
        "version": 1,
        "entries": [vars(entry) for entry in UNSORTED.entries],
        "problems": [vars(problem) for problem in UNSORTED.problems],
    }
    assert from_json(json.dumps(document)) == SORTED


def test_unknown_keys_are_ignored__R9():
    document = valid_document()
    for record in (document, document["entries"][0], document["problems"][0]):
        record.update(extra={"path": 5}, Path="x", VERSION=2)
    assert from_json(json.dumps(document, indent=1)) == VALID


def test_several_problems_with_the_same_path__R9(root):
    make_bad_name(root, b"\\xff\xfe", os.mkdir)
    make_bad_name(root, b"\xff\xfe", os.mkdir)
    snapshot = scan(root)
    assert snapshot == Snapshot(problems=(Problem("\\xff\\xfe", "bad-name"),) * 2)
    assert from_json(to_json(snapshot)) == snapshot


def test_problem_may_have_the_path_of_an_entry__R9(root):
    fill(root, "\\xff")
    make_bad_name(root, b"\xff", os.mkdir)
    snapshot = scan(root)
    assert snapshot == Snapshot((file_entry("\\xff", b"\\xff"),), (Problem("\\xff", "bad-name"),))
    assert from_json(to_json(snapshot)) == snapshot


# R10: errors


def test_missing_root__R10(tmp_path):
    with pytest.raises(FileNotFoundError):
        scan(tmp_path / "nowhere")


def test_root_is_a_link_to_nothing__R10(tmp_path):
    (tmp_path / "link").symlink_to("nowhere")
    with pytest.raises(FileNotFoundError):
        scan(tmp_path / "link")


def test_root_is_a_file__R10(tmp_path):
    write(tmp_path / "file")
    (tmp_path / "link").symlink_to("file")
    for name in ("file", "link"):
        with pytest.raises(NotADirectoryError):
            scan(tmp_path / name)


def test_root_is_a_pipe__R10(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with time_limit(5), pytest.raises(NotADirectoryError):
        scan(tmp_path / "pipe")


@pytest.mark.parametrize("pattern", ["", "/", "//", "///", "a//", "//a", "a//b", "//a/", "a///b", "**//"])
def test_invalid_pattern__R10(root, tmp_path, pattern):
    with pytest.raises(InvalidPatternError):
        scan(root, ignore=["fine", pattern])
    with pytest.raises(InvalidPatternError):
        scan(tmp_path / "nowhere", ignore=["fine", pattern, "fine"])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        '{"version": 1, "entries": [], "problems": []',
        '{"version": 1, "entries": [], "problems": []} x',
        '{"version": 1, "entries": [], "problems": [],}',
        "{'version': 1, 'entries': [], 'problems': []}",
        '{"version": 1, "entries": [], "problems": [], "x": NaN}',
        '{"version": 1, "entries": [], "problems": [], "x": -Infinity}',
        '{"version": 1, "entries": [], "problems": [], "x": "\n"}',
        "[" * 100_000,
        "null",
        "1",
        '"version"',
        "[]",
        '[{"version": 1, "entries": [], "problems": []}]',
    ],
    ids=lambda text: text[:50],
)
def test_text_is_not_a_json_object__R10(text):
    with pytest.raises(SnapshotFormatError):
        from_json(text)


def test_a_valid_text_is_the_base_of_the_invalid_ones__R10():
    assert from_json(json.dumps(valid_document())) == VALID


def changed_text(where, key, value):
    document = valid_document()
    record = document if where is None else document[where][1]
    record[key] = value
    return json.dumps(document)


WRONG_VALUES = {
    (None, "version"): [None, True, False, "1", 0, 2, -1, 1.5, [1]],
    (None, "entries"): [None, {}, "", 0, [None], [[]], ["a"], [{}]],
    (None, "problems"): [None, {}, "", 0, [None], [[]], ["a"], [{}]],
    ("entries", "path"): [None, 1, ["a"]],
    ("entries", "kind"): [None, 1, "", "File", "directory", "special", "toString", ["file"]],
    ("entries", "size"): [None, True, "3", -1, 1.5, -0.5, 2**53, 10**30, [3]],
    ("entries", "digest"): [
        None,
        1,
        "",
        DIGEST.upper(),
        DIGEST[1:],
        DIGEST + "0",
        DIGEST + "\n",
        "g" + DIGEST[1:],
        " " + DIGEST[1:],
    ],
    ("problems", "path"): [None, 1, ["a"]],
    ("problems", "kind"): [None, 1, "", "Special", "file", "bad_name", ["special"]],
}


@pytest.mark.parametrize(
    ("where", "key", "value"),
    [(*place, value) for place, values in WRONG_VALUES.items() for value in values],
)
def test_wrong_value__R10(where, key, value):
    with pytest.raises(SnapshotFormatError):
        from_json(changed_text(where, key, value))


@pytest.mark.parametrize(("where", "key"), WRONG_VALUES)
def test_missing_key__R10(where, key):
    document = valid_document()
    record = document if where is None else document[where][1]
    value = record.pop(key)
    record[key.upper()] = record[key.capitalize()] = value
    with pytest.raises(SnapshotFormatError):
        from_json(json.dumps(document))


@pytest.mark.parametrize("where", ["entries", "problems"])
@pytest.mark.parametrize(
    "path", ["", "/", "/a", "a/", "a//b", ".", "..", "./a", "../a", "a/.", "a/..", "a/./b", "a/../b", "a\0b", "\0"]
)
def test_path_that_is_not_valid__R10(where, path):
    with pytest.raises(SnapshotFormatError):
        from_json(changed_text(where, "path", path))


@pytest.mark.parametrize("path", ["...", ".a", "a.", "..a/b..", " ", "\\", "a\nb", "\x01", EMOJI, "~/-"])
def test_unusual_but_valid_path__R10(path):
    document = valid_document()
    document["entries"] = [{"path": path, "kind": "file", "size": 3, "digest": DIGEST}]
    document["problems"] = [{"path": path, "kind": "vanished"}]
    expected = Snapshot((Entry(path, "file", 3, DIGEST),), (Problem(path, "vanished"),))
    assert from_json(json.dumps(document)) == expected


def test_largest_size__R10():
    snapshot = from_json(changed_text("entries", "size", 2**53 - 1))
    assert snapshot.entries[1].size == 2**53 - 1


@pytest.mark.parametrize("second", [{}, {"kind": "symlink"}, {"size": 4}, {"digest": DIGEST[::-1]}])
def test_two_entries_with_the_same_path__R10(second):
    document = valid_document()
    document["entries"].append({**document["entries"][0], **second})
    with pytest.raises(SnapshotFormatError):
        from_json(json.dumps(document))
