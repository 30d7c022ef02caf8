"""`MANIFEST.json` of a release: what is in it, from what it was made, and what that makes of its version.

A version is computed from the data (https://semver.org), against the release before: major if a config, a column or an
example is gone, or a column has another type; minor if something new is there; patch if rows or texts changed.
"""

from __future__ import annotations

import hashlib
import importlib
import json
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any
from typing import NamedTuple

from stages.core import files
from stages.core.errors import Problem
from stages.core.errors import ProblemsFound

NAME = 'MANIFEST.json'
FIRST = '1.0.0'
# Whose version the bytes of a release depend on.
TOOLS = ('pyarrow', 'pyyaml', 'tree-sitter')


class Rows(NamedTuple):
    """A table as the manifest tells of it: its rows as JSON lines by id."""

    config: str
    split: str
    rows: dict[str, str]


def describe(
    tables: Sequence[Rows], schemas: Mapping[str, Any], inputs: Mapping[str, bytes], texts: Mapping[str, str]
) -> dict[str, Any]:
    """What a release is, whatever its version: made from which proofs, with which tools; texts, columns and rows.

    ``schemas`` has the column types of each config, rows or not, and ``inputs`` the files that rows come from.
    """
    return {
        'name': 'proven-code',
        'inputs': {name: _sha256(content) for name, content in sorted(inputs.items())},
        'tools': {name: metadata.version(name) for name in TOOLS},
        'texts': {name: _sha256(text.encode()) for name, text in sorted(texts.items())},
        'schemas': schemas,
        'content': {f'{table.config}/{table.split}': _content(table) for table in tables},
        'examples': {
            name: _sha256(row.encode())[:16]
            for table in tables
            if table.config == 'examples'
            for name, row in sorted(table.rows.items())
        },
    }


def _content(table: Rows) -> dict[str, Any]:
    return {'rows': len(table.rows), 'sha256': _sha256('\n'.join(table.rows.values()).encode())}


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def version(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """The version of what ``now`` describes, given the manifest of the last release, or an empty one."""
    if not before:
        return FIRST
    major, minor, patch = map(int, before['version'].split('.'))
    if _is_gone(before['schemas'], now['schemas']) or set(before['examples']) - set(now['examples']):
        return f'{major + 1}.0.0'
    if _is_gone(now['schemas'], before['schemas']) or set(now['examples']) - set(before['examples']):
        return f'{major}.{minor + 1}.0'
    if any(before.get(name) != now[name] for name in now):
        return f'{major}.{minor}.{patch + 1}'
    return f'{major}.{minor}.{patch}'


def _is_gone(before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether a config or column is not there any more, or of another type."""
    columns = ((config, name, kind) for config, types in before.items() for name, kind in types.items())
    return any(now.get(config, {}).get(name) != kind for config, name, kind in columns)


def changelog(before: Mapping[str, Any], now: Mapping[str, Any], called: str) -> list[dict[str, Any]]:
    """What each release changed, the newest first: versions with counts of examples."""
    past: list[dict[str, Any]] = list(before.get('changelog', ()))
    if before and called == before['version']:
        return past
    old, new = before.get('examples', {}), now['examples']
    entry = {
        'version': called,
        'examples': len(new),
        'added': len(set(new) - set(old)),
        'changed': sum(new[name] != old[name] for name in set(new) & set(old)),
        'removed': len(set(old) - set(new)),
        'configs': sorted(set(now['schemas']) - set(before.get('schemas', {}))),
    }
    return [entry, *past]


def with_files(described: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The manifest of a folder: what was described, and size and digest of each file in it."""
    found = sorted(path for path in folder.rglob('*') if path.is_file() and path != folder / NAME)
    listed = {
        path.relative_to(folder).as_posix(): {'bytes': path.stat().st_size, 'sha256': _sha256(path.read_bytes())}
        for path in found
    }
    return {**described, 'files': listed}


def dump(manifest: Mapping[str, Any]) -> str:
    return json.dumps(manifest, indent=1, ensure_ascii=False, sort_keys=True) + '\n'


def read(folder: Path) -> dict[str, Any]:
    """The manifest of a release.

    Raises:
        ProblemsFound: there is none, or it makes no sense.
    """
    path = folder / NAME
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding='utf-8'))
        if not {'version', 'files', 'content', 'schemas', 'examples'} <= set(found):
            raise ValueError('a part of it is missing')
    except (OSError, ValueError) as error:
        message = f'is no manifest of a release ({error}); name the folder of one, or make it with dvc repro'
        raise ProblemsFound([Problem(str(path), '', message)]) from error
    return found


def verify(folder: Path) -> dict[str, Any]:
    """Check every file against the manifest, and the rows of every table against their digests; the manifest.

    Raises:
        ProblemsFound: what is missing, changed or too much.
    """
    manifest = read(folder)
    there = {path.relative_to(folder).as_posix() for path in folder.rglob('*') if path.is_file()} - {NAME}
    problems = [Problem(str(folder / name), '', 'is missing') for name in sorted(set(manifest['files']) - there)]
    problems += [
        Problem(str(folder / name), '', 'is not in the manifest; remove it')
        for name in sorted(there - set(manifest['files']))
        if not name.startswith('.cache/')  # what the Hub's client leaves beside a download
    ]
    for name in sorted(there & set(manifest['files'])):
        if _sha256((folder / name).read_bytes()) != manifest['files'][name]['sha256']:
            problems.append(Problem(str(folder / name), 'sha256', 'is not what the manifest says; get the file again'))
    if not problems:
        problems += _row_problems(folder, manifest)
    if problems:
        raise ProblemsFound(problems)
    return manifest


def _row_problems(folder: Path, manifest: Mapping[str, Any]) -> Iterator[Problem]:
    for name, content in manifest['content'].items():
        rows = rows_of(folder, name)
        digest = _sha256('\n'.join(rows.values()).encode())
        if (len(rows), digest) != (content['rows'], content['sha256']):
            yield Problem(str(folder), f'content.{name}', 'rows are not what the manifest says')


def path_of(table: str) -> str:
    """Where in a release a table is, such as `examples/train`."""
    return f'data/{table}-00000-of-00001.parquet'


def rows_of(folder: Path, table: str) -> dict[str, str]:
    """The rows of a table, such as `examples/train`, as JSON lines by id."""
    parquet = importlib.import_module('pyarrow.parquet')  # not for the hooks
    read_rows = parquet.read_table(folder / path_of(table)).to_pylist()
    return {row['id']: files.dump_row(row) for row in read_rows}


class Difference(NamedTuple):
    """Ids of rows of a config that one release has and the other has not, or has otherwise."""

    config: str
    added: list[str]
    removed: list[str]
    changed: list[str]


def diff(old: Path, new: Path) -> list[Difference]:
    """What differs between two releases, for each config that does."""
    sides = [(folder, read(folder)) for folder in (old, new)]
    found = []
    for config in sorted({name.partition('/')[0] for _, manifest in sides for name in manifest['content']}):
        before, now = (_all_rows(folder, manifest, config) for folder, manifest in sides)
        if before != now:
            changed = sorted(name for name in set(before) & set(now) if before[name] != now[name])
            found.append(Difference(config, sorted(set(now) - set(before)), sorted(set(before) - set(now)), changed))
    return found


def _all_rows(folder: Path, manifest: Mapping[str, Any], config: str) -> dict[str, str]:
    tables = [name for name in manifest['content'] if name.startswith(f'{config}/')]
    return {name: row for table in tables for name, row in rows_of(folder, table).items()}
