"""examples/ and proofs/ → release/: Parquet for each config and split, a dataset card, a manifest of digests."""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from stages.all_languages import LANGUAGES
from stages.core import card
from stages.core import columns
from stages.core import files
from stages.core import params
from stages.core import proofs
from stages.core import verification
from stages.core.errors import Problem
from stages.core.errors import ProblemsFound
from stages.core.errors import run_main
from stages.core.proofs import Proofs

SPLITS = ('train', 'validation', 'test')
# Byte-identical wherever it is written: every choice is made here, none is left to the library's defaults.
PARQUET = {
    'compression': 'zstd',
    'compression_level': 3,
    'row_group_size': 10_000,
    'use_content_defined_chunking': True,
    'write_page_index': True,
    'version': '2.6',
    'data_page_version': '1.0',
}


class Params(params.Params):
    """``leave_out_not_run``: release without the examples that this machine could not run."""

    version: str
    leave_out_not_run: bool = False


class Table(NamedTuple):
    """The rows of one config in one split."""

    config: str
    split: str
    rows: list[dict[str, Any]]

    @property
    def path(self) -> str:
        return f'data/{self.config}/{self.split}-00000-of-00001.parquet'


def export(found: Proofs, root: Path, settings: Params) -> list[Table]:
    """The tables of the release: every released example, in every config that it belongs to, sorted by id.

    Raises:
        ProblemsFound: examples that could not be run here, and the release was not told to leave them out.
    """
    missing = [verdict for verdict in found.verdicts.values() if verdict.verdict == 'not_run']
    if missing and not settings.leave_out_not_run:
        raise ProblemsFound(
            Problem(
                f'{root.name}/{verdict.example}',
                reason,
                'was not run here; install the toolchain or set export.leave_out_not_run',
            )
            for verdict in missing
            for reason in verdict.reasons
        )
    tables: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in found.released:
        values = columns.example_row(verification.reread(root, row, LANGUAGES), row, found)
        tables['examples', found.splits[row.id]].append(values)
        if row.framework is not None:
            tables['backend', found.splits[row.id]].append(columns.backend_row(values))
    return [
        Table(config, split, tables[config, split])
        for config in columns.SCHEMAS
        for split in SPLITS
        if tables[config, split]
    ]


def write(tables: Sequence[Table], found: Proofs, settings: Params, output: Path) -> None:
    """Write the release folder; an earlier one is replaced only when the new one is whole."""
    output.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=output.parent, prefix=f'.{output.name}-'))
    try:
        new = scratch / 'new'
        manifest: dict[str, Any] = {'version': settings.version, 'files': {}}
        for table in tables:
            path = new / table.path
            path.parent.mkdir(parents=True, exist_ok=True)
            content = pa.Table.from_pylist(table.rows, schema=columns.SCHEMAS[table.config]).combine_chunks()
            pq.write_table(content, path, **PARQUET)
            manifest['files'][table.path] = {
                'rows': len(table.rows),
                'sha256': hashlib.sha256(path.read_bytes()).hexdigest(),
                'content_sha256': hashlib.sha256('\n'.join(map(files.dump_row, table.rows)).encode()).hexdigest(),
            }
        manifest['left_out'] = {name: list(row.reasons) for name, row in found.gate.items() if row.reasons}
        manifest['toolchains'] = sorted({one.toolchain for one in found.verdicts.values() if one.toolchain})
        text = card.render([table._asdict() | {'path': table.path} for table in tables], found, settings.version)
        manifest['files']['README.md'] = {'sha256': hashlib.sha256(text.encode()).hexdigest()}
        files.write_text(new / 'README.md', text)
        files.write_text(new / 'manifest.json', json.dumps(manifest, indent=2, ensure_ascii=False) + '\n')
        if output.exists():
            output.rename(scratch / 'old')
        new.rename(output)
    finally:
        shutil.rmtree(scratch)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('examples', type=Path)
    parser.add_argument('proofs', type=Path)
    parser.add_argument('build', type=Path)
    parser.add_argument('output', type=Path)
    parser.add_argument('--params', type=Path, default=Path('params.yaml'))
    arguments = parser.parse_args(argv)
    settings = params.load(arguments.params, 'export', Params)
    found = proofs.read(arguments.proofs, arguments.build)
    tables = export(found, arguments.examples, settings)
    write(tables, found, settings, arguments.output)
    print('\n'.join(f'export: {table.config} {table.split}: {len(table.rows)} rows' for table in tables))
    return 0


if __name__ == '__main__':
    raise SystemExit(run_main(main))
