"""What git says of the examples: which files changed, and what they were at a commit. Nothing here writes to it."""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Iterable
from pathlib import Path

from stages.core.errors import ProvenError


def _git(folder: Path, *arguments: str) -> bytes:
    done = subprocess.run(('git', *arguments), cwd=folder, capture_output=True, check=False)
    if done.returncode:
        told = done.stderr.decode(errors='replace').strip()
        raise ProvenError(f'git {arguments[0]} failed: {told}; name the examples, or a commit that is here')
    return done.stdout


def _names(folder: Path, *arguments: str) -> list[str]:
    return [name.decode(errors='replace') for name in _git(folder, *arguments).split(b'\0') if name]


def changed(root: Path, since: str) -> list[str]:
    """Files below ``root`` that differ from a commit, removed and new ones among them, relative to it.

    Raises:
        ProvenError: no such commit, or no repository.
    """
    return [
        *_names(root, 'diff', '--name-only', '-z', '--no-renames', '--relative', since, '--', '.'),
        *_names(root, 'ls-files', '-z', '--others', '--exclude-standard', '--', '.'),
    ]


def fork_point(folder: Path, base: str) -> str:
    """The commit at which what is checked out left ``base``.

    Raises:
        ProvenError: there is none here.
    """
    return _git(folder, 'merge-base', base, 'HEAD').decode().strip()


def top(folder: Path) -> Path:
    """The working tree that a folder is in."""
    return Path(_git(folder, 'rev-parse', '--show-toplevel').decode().removesuffix('\n'))


def prefix(folder: Path) -> str:
    """The path of a folder in its working tree; empty for its top, else it ends with a slash."""
    return _git(folder, 'rev-parse', '--show-prefix').decode().removesuffix('\n')


def content(folder: Path, commit: str, path: str) -> bytes:
    """A file at a commit; nothing if it was not there. ``path`` is relative to the top."""
    done = subprocess.run(('git', 'show', f'{commit}:{path}'), cwd=folder, capture_output=True, check=False)
    return b'' if done.returncode else done.stdout


def extract(root: Path, commit: str, paths: Iterable[str], target: Path) -> None:
    """Write what ``paths`` below ``root`` were at a commit into ``target``, as far as they were there.

    Raises:
        ProvenError: git can't tell, or there is a link among them that leads elsewhere.
    """
    target.mkdir(parents=True, exist_ok=True)
    tree = f'{commit}:{prefix(root).rstrip("/")}'
    folder = top(root)
    if not subprocess.run(('git', 'cat-file', '-e', tree), cwd=folder, capture_output=True, check=False).returncode:
        there = set(_names(folder, 'ls-tree', '-z', '--name-only', tree, *paths))
        if there:
            archive = io.BytesIO(_git(folder, 'archive', '--format=tar', tree, *sorted(there)))
            try:
                with tarfile.open(fileobj=archive) as found:
                    found.extractall(target, filter='data')
            except tarfile.TarError as error:
                raise ProvenError(f'{commit}: {error}; it can not be compared with') from error
