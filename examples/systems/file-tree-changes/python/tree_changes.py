"""Snapshots of directory trees: taking, comparing and storing them (POSIX)."""

import errno
import hashlib
import json
import os
import re
import stat
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import accumulate
from operator import attrgetter
from typing import Any, Literal, TypeVar, get_args

EntryKind = Literal["file", "symlink"]
ProblemKind = Literal["vanished", "unreadable", "special", "bad-name"]
T = TypeVar("T")

_VERSION = 1
_MAX_SIZE = 2**53 - 1
_DIGEST = re.compile("[0-9a-f]{64}")


class InvalidPatternError(ValueError):
    """An ignore pattern is empty or has an empty segment."""


class SnapshotFormatError(ValueError):
    """A text is not a snapshot in JSON."""


@dataclass(frozen=True)
class Entry:
    """A regular file or a symbolic link; size and digest are those of its bytes or of its target text."""

    path: str
    kind: EntryKind
    size: int
    digest: str


@dataclass(frozen=True)
class Problem:
    """An item that could not be recorded."""

    path: str
    kind: ProblemKind


@dataclass(frozen=True)
class Snapshot:
    """What a scan found below a root directory."""

    entries: tuple[Entry, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Changes:
    """The differences between two snapshots; `moved` has pairs of old and new path."""

    created: tuple[str, ...] = ()
    modified: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    moved: tuple[tuple[str, str], ...] = ()
    unknown: tuple[str, ...] = ()


def scan(
    root: str | os.PathLike[str],
    *,
    ignore: Iterable[str] = (),
    before_read: Callable[[str], None] | None = None,
) -> Snapshot:
    """Take a snapshot of the tree below `root`, without the paths that match a pattern in `ignore`.

    `before_read` is called with the path of each regular file and each directory
    immediately before it is opened or listed.

    Raises:
        InvalidPatternError: A pattern is invalid.
        FileNotFoundError: `root` does not exist.
        NotADirectoryError: `root` is not a directory.
    """
    patterns = [_Pattern.parse(pattern) for pattern in ignore]
    return _Scan(os.fsencode(root), patterns, before_read).run()


def compare(old: Snapshot, new: Snapshot) -> Changes:
    """Return what has changed from `old` to `new`."""
    before = {entry.path: entry for entry in old.entries}
    after = {entry.path: entry for entry in new.entries}
    gone, maybe_gone = _only_in(before, after, new.problems)
    added, maybe_added = _only_in(after, before, old.problems)
    moves = _pair_moves(gone, added)
    sources = {source for source, _ in moves}
    targets = {target for _, target in moves}
    return Changes(
        created=tuple(entry.path for entry in added if entry.path not in targets),
        modified=tuple(sorted(path for path in before.keys() & after.keys() if before[path] != after[path])),
        deleted=tuple(entry.path for entry in gone if entry.path not in sources),
        moved=tuple(moves),
        unknown=tuple(sorted(maybe_gone + maybe_added)),
    )


def to_json(snapshot: Snapshot) -> str:
    """Return the snapshot as JSON; the order of its lists does not matter."""
    ordered = _ordered(snapshot.entries, snapshot.problems)
    return json.dumps({"version": _VERSION, **asdict(ordered)})


def from_json(text: str) -> Snapshot:
    """Read a snapshot from JSON as `to_json` writes it.

    Raises:
        SnapshotFormatError: `text` is not such JSON.
    """
    try:
        document = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise SnapshotFormatError(f"not JSON: {error}") from error
    if _integer(document, "version") != _VERSION:
        raise SnapshotFormatError("the version is not 1")
    entries = [_read_entry(record) for record in _field(document, "entries", list)]
    problems = [_read_problem(record) for record in _field(document, "problems", list)]
    if len({entry.path for entry in entries}) < len(entries):
        raise SnapshotFormatError("two entries have the same path")
    return _ordered(entries, problems)


def _ordered(entries: Iterable[Entry], problems: Iterable[Problem]) -> Snapshot:
    return Snapshot(
        entries=tuple(sorted(entries, key=attrgetter("path"))),
        problems=tuple(sorted(problems, key=attrgetter("path", "kind"))),
    )


# Scanning


class _Scan:
    """One walk over a tree; paths are relative to the root and made of valid names only."""

    def __init__(
        self,
        root: bytes,
        patterns: Sequence["_Pattern"],
        before_read: Callable[[str], None] | None,
    ) -> None:
        self._root = root
        self._ignore = [pattern for pattern in patterns if not pattern.directories_only]
        self._ignore_directories = [pattern for pattern in patterns if pattern.directories_only]
        self._before_read = before_read
        self._entries: list[Entry] = []
        self._problems: list[Problem] = []
        self._pending: list[str] = []  # directories to list; recursion would limit the depth

    def run(self) -> Snapshot:
        self._visit_children("", os.listdir(self._root))
        while self._pending:
            self._visit_directory(self._pending.pop())
        return _ordered(self._entries, self._problems)

    def _visit_directory(self, path: str) -> None:
        self._call_hook(path)
        try:
            names = os.listdir(self._absolute(path))
        except OSError as error:
            self._report_failure(path, error)
        else:
            self._visit_children(f"{path}/", names)

    def _visit_children(self, prefix: str, names: Iterable[bytes]) -> None:
        for name in names:
            try:
                path = prefix + name.decode()
            except UnicodeDecodeError:
                self._report(prefix + name.decode(errors="backslashreplace"), "bad-name")
            else:
                self._visit(path)

    def _visit(self, path: str) -> None:
        if _matches_any(self._ignore, path):
            return
        try:
            mode = os.lstat(self._absolute(path)).st_mode
        except OSError as error:
            self._report_failure(path, error)
            return
        if stat.S_ISDIR(mode):
            if not _matches_any(self._ignore_directories, path):
                self._pending.append(path)
        elif stat.S_ISREG(mode):
            self._call_hook(path)
            self._record(path, "file", _measure_file)
        elif stat.S_ISLNK(mode):
            self._record(path, "symlink", _measure_link)
        else:
            self._report(path, "special")

    def _record(self, path: str, kind: EntryKind, measure: Callable[[bytes], tuple[int, str]]) -> None:
        try:
            size, digest = measure(self._absolute(path))
        except OSError as error:
            self._report_failure(path, error)
        else:
            self._entries.append(Entry(path, kind, size, digest))

    def _report_failure(self, path: str, error: OSError) -> None:
        self._report(path, "vanished" if isinstance(error, FileNotFoundError) else "unreadable")

    def _report(self, path: str, kind: ProblemKind) -> None:
        self._problems.append(Problem(path, kind))

    def _call_hook(self, path: str) -> None:
        if self._before_read is not None:
            self._before_read(path)

    def _absolute(self, path: str) -> bytes:
        return os.path.join(self._root, path.encode())


def _measure_file(path: bytes) -> tuple[int, str]:
    with open(path, "rb", buffering=0, opener=_open_guarded) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "not a regular file any more", path)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return file.tell(), digest


def _open_guarded(path: bytes, flags: int) -> int:
    # Since it was examined, the file may have been replaced with a link, or with a pipe that nobody writes to.
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)


def _measure_link(path: bytes) -> tuple[int, str]:
    target = os.readlink(path)
    return len(target), hashlib.sha256(target).hexdigest()


# Ignore patterns


@dataclass(frozen=True)
class _Pattern:
    """A pattern that has to match a whole path, segment by segment; "**" is any number of segments, also none."""

    segments: tuple[str, ...]
    directories_only: bool

    @classmethod
    def parse(cls, text: str) -> "_Pattern":
        body = text.removesuffix("/")
        segments = body.removeprefix("/").split("/")
        if "" in segments:
            raise InvalidPatternError(f"pattern {text!r} is empty or has an empty segment")
        if "/" not in body:
            segments.insert(0, "**")
        if segments[-1] == "**":
            segments.append("*")  # at the end, "**" stands for at least one segment
        return cls(tuple(segments), directories_only=text.endswith("/"))

    def matches(self, path: str) -> bool:
        return _fits(self.segments, path.split("/"), "**", _segment_fits)


def _matches_any(patterns: Iterable[_Pattern], path: str) -> bool:
    return any(pattern.matches(path) for pattern in patterns)


def _segment_fits(segment: str, name: str) -> bool:
    return _fits(segment, name, "*", _character_fits)


def _character_fits(wanted: str, character: str) -> bool:
    return wanted in ("?", character)


def _fits(
    pattern: Sequence[str],
    items: Sequence[str],
    wildcard: str,
    fits_one: Callable[[str, str], bool],
) -> bool:
    """Return whether the items fit the pattern, in which `wildcard` stands for any number of items.

    If the shortest run for a wildcard does not lead to a match, only the last
    wildcard passed has to take more: the ones before it have left it the most to
    choose from. This bounds the time by the product of the two lengths.
    """
    position = index = 0
    retry: tuple[int, int] | None = None  # behind the last wildcard: position, and index of the first item not its own
    while index < len(items):
        if position < len(pattern) and pattern[position] == wildcard:
            position += 1
            retry = position, index
        elif position < len(pattern) and fits_one(pattern[position], items[index]):
            position += 1
            index += 1
        elif retry is not None:
            position, index = retry[0], retry[1] + 1
            retry = position, index
        else:
            return False
    return all(rest == wildcard for rest in pattern[position:])


# Comparing


def _only_in(
    entries: dict[str, Entry],
    others: dict[str, Entry],
    other_problems: Iterable[Problem],
) -> tuple[list[Entry], list[str]]:
    """Return the entries that are certainly not on the other side, sorted, and the paths where that is unknown."""
    unreadable = {problem.path for problem in other_problems if problem.kind == "unreadable"}
    certain, unknown = [], []
    for path in sorted(entries.keys() - others.keys()):
        if unreadable.isdisjoint(_path_and_parents(path)):
            certain.append(entries[path])
        else:
            unknown.append(path)
    return certain, unknown


def _path_and_parents(path: str) -> Iterable[str]:
    return accumulate(path.split("/"), lambda parent, name: f"{parent}/{name}")


def _pair_moves(deleted: Iterable[Entry], created: Iterable[Entry]) -> list[tuple[str, str]]:
    """Pair files of equal content, each time the first ones left; both arguments are sorted by path."""
    targets: defaultdict[tuple[int, str], deque[str]] = defaultdict(deque)
    for entry in filter(_can_move, created):
        targets[entry.size, entry.digest].append(entry.path)
    moves = []
    for entry in filter(_can_move, deleted):
        waiting = targets[entry.size, entry.digest]
        if waiting:
            moves.append((entry.path, waiting.popleft()))
    return moves


def _can_move(entry: Entry) -> bool:
    return entry.kind == "file" and entry.size > 0


# Reading JSON


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _read_entry(record: Any) -> Entry:
    size, digest = _integer(record, "size"), _field(record, "digest", str)
    if not 0 <= size <= _MAX_SIZE:
        raise SnapshotFormatError(f"size {size} is out of range")
    if not _DIGEST.fullmatch(digest):
        raise SnapshotFormatError(f"digest {digest!r} is not 64 lower-case hexadecimal digits")
    return Entry(_read_path(record), _read_kind(record, EntryKind), size, digest)


def _read_problem(record: Any) -> Problem:
    return Problem(_read_path(record), _read_kind(record, ProblemKind))


def _read_path(record: Any) -> str:
    path = _field(record, "path", str)
    if "\0" in path or not {"", ".", ".."}.isdisjoint(path.split("/")):
        raise SnapshotFormatError(f"path {path!r} is not valid")
    return path


def _read_kind(record: Any, kinds: Any) -> Any:
    kind = _field(record, "kind", str)
    if kind not in get_args(kinds):
        raise SnapshotFormatError(f"kind {kind!r} is unknown")
    return kind


def _integer(record: Any, key: str) -> int:
    value = _field(record, key, int, float)
    if isinstance(value, float) and not value.is_integer():
        raise SnapshotFormatError(f"{key!r} is not an integer")
    return int(value)


def _field(record: Any, key: str, *types: type[T]) -> T:
    # isinstance would take true for a number.
    if type(record) is not dict or type(record.get(key)) not in types:
        raise SnapshotFormatError(f"{key!r} is missing or its value has the wrong type")
    return record[key]
