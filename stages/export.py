"""examples/ and proofs/ → release/: Parquet for each config and split, a dataset card, a manifest of digests."""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import PositiveInt

from stages.all_languages import LANGUAGES
from stages.core import card
from stages.core import columns
from stages.core import files
from stages.core import params
from stages.core import verification
from stages.core.errors import Problem
from stages.core.errors import ProblemsFound
from stages.core.errors import run_main
from stages.core.models import IndexRow
from stages.core.models import SplitRow
from stages.core.models import Verdict

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
    complexity: dict[columns.Complexity, PositiveInt]


class Table(NamedTuple):
    """The rows of one config in one split."""

    config: str
    split: str
    rows: list[dict[str, Any]]

    @property
    def path(self) -> str:
        return f'data/{self.config}/{self.split}-00000-of-00001.parquet'


def export(
    rows: Sequence[IndexRow], verdicts: Mapping[str, Verdict], splits: Mapping[str, str], root: Path, settings: Params
) -> list[Table]:
    """The tables of the release: every passed example, in every config that it belongs to, sorted by id.

    Raises:
        ProblemsFound: examples that could not be run here, and the release was not told to leave them out.
    """
    missing = [verdict for verdict in verdicts.values() if verdict.verdict == 'not_run']
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
    for row in sorted(rows, key=lambda row: row.id):
        verdict = verdicts[row.example]
        if verdict.verdict != 'passed':
            continue
        example = verification.reread(root, row, LANGUAGES)
        values = columns.example_row(example, LANGUAGES[row.implementation], row, verdict, settings.complexity)
        tables['examples', splits[row.id]].append(values)
        if row.framework is not None:
            tables['backend', splits[row.id]].append(columns.backend_row(values))
    return [
        Table(config, split, tables[config, split])
        for config in columns.SCHEMAS
        for split in SPLITS
        if tables[config, split]
    ]


def write(tables: Sequence[Table], verdicts: Sequence[Verdict], settings: Params, output: Path) -> None:
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
        manifest['left_out'] = {v.example: list(v.reasons) for v in verdicts if v.verdict != 'passed'}
        manifest['toolchains'] = sorted({verdict.toolchain for verdict in verdicts if verdict.toolchain})
        text = card.render([table._asdict() | {'path': table.path} for table in tables], verdicts, settings.version)
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
    parser.add_argument('index', type=Path)
    parser.add_argument('verdicts', type=Path)
    parser.add_argument('splits', type=Path)
    parser.add_argument('output', type=Path)
    parser.add_argument('--params', type=Path, default=Path('params.yaml'))
    arguments = parser.parse_args(argv)
    settings = params.load(arguments.params, 'export', Params)
    rows = [IndexRow.model_validate(row) for row in files.read_rows(arguments.index)]
    verdicts = [Verdict.model_validate(row, strict=False) for row in files.read_rows(arguments.verdicts)]
    splits = {line.id: line.split for line in map(SplitRow.model_validate, files.read_rows(arguments.splits))}
    tables = export(rows, {verdict.example: verdict for verdict in verdicts}, splits, arguments.examples, settings)
    write(tables, verdicts, settings, arguments.output)
    print('\n'.join(f'export: {table.config} {table.split}: {len(table.rows)} rows' for table in tables))
    return 0


if __name__ == '__main__':
    raise SystemExit(run_main(main))
