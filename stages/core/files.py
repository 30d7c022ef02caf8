"""Reading and writing: strict YAML, JSON lines, digests. Files are written whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

MAX_YAML_DEPTH = 32


class StrictLoader(yaml.CSafeLoader):
    """YAML without aliases (no bombs) and without duplicate keys (no silent loss)."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise yaml.YAMLError(f'line {key_node.start_mark.line + 1}: key {key!r} is not text; quote it')
            if key in seen:
                raise yaml.YAMLError(f'line {key_node.start_mark.line + 1}: key {key!r} is given twice; keep one')
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


def load_yaml(text: str) -> Any:
    """Parse one YAML document of plain values.

    Raises:
        ValueError: what is wrong and in which line: syntax, a duplicate key, an alias, nesting deeper than
            ``MAX_YAML_DEPTH``.
    """
    try:
        depth = 0
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            line = event.start_mark.line + 1 if event.start_mark else 1
            if isinstance(event, yaml.AliasEvent) or getattr(event, 'anchor', None):
                raise ValueError(f'line {line}: anchors and aliases are not allowed; write the value out')
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > MAX_YAML_DEPTH:
                    raise ValueError(f'line {line}: nested deeper than {MAX_YAML_DEPTH}; flatten it')
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
        return yaml.load(text, Loader=StrictLoader)  # noqa: S506 - StrictLoader is a safe loader
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ValueError(f'line {line}: {error.problem}; mend the YAML syntax') from error
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error


def digest(parts: Mapping[str, bytes | str]) -> str:
    """A 128-bit hex digest of named contents; independent of their order, sensitive to every byte and name."""
    hasher = hashlib.sha256()
    for name in sorted(parts):
        content = parts[name]
        raw = content.encode() if isinstance(content, str) else content
        hasher.update(f'{len(name.encode())}:{name}:{len(raw)}:'.encode())
        hasher.update(raw)
    return hasher.hexdigest()[:32]


def tree(root: Path) -> dict[str, bytes]:
    """All files below ``root`` by POSIX path, byte code left out."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob('*'))
        if path.is_file() and '__pycache__' not in path.parts
    }


def dump_row(row: Mapping[str, Any]) -> str:
    """One JSON line, keys in the order given, text as it is."""
    return json.dumps(row, ensure_ascii=False, separators=(', ', ': '))


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a JSON-lines file; none if it does not exist."""
    if not path.exists():
        return []
    with path.open(encoding='utf-8', newline='\n') as lines:
        return [json.loads(line) for line in lines if line.strip()]


def read_journal(path: Path) -> Iterator[dict[str, Any]]:
    """The whole rows of a file that may have been cut off while a row was written."""
    if path.exists():
        for line in path.read_bytes().split(b'\n')[:-1]:
            try:
                row = json.loads(line)
            except ValueError:
                continue
            if isinstance(row, dict):
                yield row


def write_text(path: Path, text: str) -> None:
    """Replace a file in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f'.{path.name}.')
    try:
        with os.fdopen(descriptor, 'w', encoding='utf-8', newline='\n') as file:
            file.write(text)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def write_rows(path: Path, rows: Iterable[Mapping[str, Any]], key: str = 'example') -> None:
    """Write rows sorted by ``key``, replacing the file in one step; an equal file is left alone."""
    text = ''.join(dump_row(row) + '\n' for row in sorted(rows, key=lambda row: str(row[key])))
    if not path.exists() or path.read_text(encoding='utf-8') != text:
        write_text(path, text)
