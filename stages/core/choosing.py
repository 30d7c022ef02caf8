"""Which examples a command is about: those at the given paths, or what changed since a commit."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path

from stages.core import git
from stages.core.errors import Problem
from stages.core.errors import ProblemsFound
from stages.core.errors import ProvenError
from stages.core.examples import IGNORED
from stages.core.examples import Example
from stages.core.examples import Reader
from stages.core.language import Language


def folder(root: Path) -> Path:
    """The folder of the examples.

    Raises:
        ProvenError: it is not there.
    """
    if not root.is_dir():
        raise ProvenError(f'no folder {root} here; go to the top of the repository or name it with --examples')
    return root


def selected(root: Path, names: Sequence[str], since: str) -> list[str]:
    """The examples that files and folders belong to, without any those that changed; a task's own files belong to all
    its examples.

    Raises:
        ProblemsFound: a path is not there or not below ``root``.
        ProvenError: no such folder or commit.
    """
    folder(root)
    if not names:
        return sorted({path for name in git.changed(root, since) for path in _examples_of(root, Path(name).parts)})
    found: set[str] = set()
    problems = []
    for name in names:
        parts = _below(Path(name), root)
        if parts is None:
            problems.append(Problem(str(name), '', f'is not below {root}; name an example'))
            continue
        if not (root / Path(*parts)).exists():
            problems.append(Problem(str(name), '', 'does not exist; mend the path'))
        found |= _examples_of(root, parts)
    if problems:
        raise ProblemsFound(problems)
    return sorted(found)


def one(root: Path, name: str, languages: Mapping[str, Language]) -> Example:
    """The example that TASK/IMPLEMENTATION, CATEGORY/TASK/IMPLEMENTATION or a path names, if its files can be read.

    Raises:
        ProblemsFound: there is none, or what is wrong with its files.
        ProvenError: no such folder.
    """
    short = name.strip('/')
    found = sorted(folder(root).glob(f'*/{short}')) if short.count('/') == 1 else []
    place = next((path for path in (*found, root / short, Path(name)) if path.is_dir()), None)
    parts = (_below(place, root) if place else None) or ()
    if len(parts) != 3:
        raise ProblemsFound([Problem(name, '', f'is no example below {root}; name one as TASK/IMPLEMENTATION')])
    reader = Reader(root, languages)
    example = reader.open('/'.join(parts))
    if example is None:
        raise ProblemsFound(reader.problems)
    return example


def _below(path: Path, root: Path) -> tuple[str, ...] | None:
    """The parts of a path below the folder of the examples; None if it is elsewhere."""
    full, top = path.absolute(), root.absolute()
    return full.relative_to(top).parts if full.is_relative_to(top) else None


def _examples_of(root: Path, parts: tuple[str, ...]) -> set[str]:
    if len(parts) >= 3 and parts[2] not in ('task.yaml', 'tests'):
        place = root.joinpath(*parts[:3])
        return {'/'.join(parts[:3])} if place.is_dir() or place.is_file() else set()
    pattern = '/'.join((*parts[:2], *('*' for _ in range(3 - min(len(parts), 2)))))
    return {
        path.relative_to(root).as_posix()
        for path in root.glob(pattern)
        if path.is_dir() and path.name not in {'tests', *IGNORED}
    }
