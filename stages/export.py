"""examples/ and proofs/ → release/: Parquet for each config and split, chat files, cards, a manifest of digests."""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from stages.all_languages import LANGUAGES
from stages.core import card
from stages.core import chat
from stages.core import configs
from stages.core import files
from stages.core import params
from stages.core import proofs
from stages.core import release
from stages.core.configs import Table
from stages.core.errors import Problem
from stages.core.errors import ProblemsFound
from stages.core.errors import run_main
from stages.core.params import VerifyLimits
from stages.core.proofs import Proofs

LICENSE = Path(__file__).parents[1] / 'LICENSE'
CHAT_SPLITS = ('train', 'validation')
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

    leave_out_not_run: bool = False


def export(found: Proofs, root: Path, settings: Params, limits: VerifyLimits) -> list[Table]:
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
    return configs.tables(found, root, LANGUAGES, limits.limits)


def write(
    tables: Sequence[Table], found: Proofs, inputs: Mapping[str, bytes], before: Mapping[str, Any], output: Path
) -> str:
    """Write the release folder, given the manifest of the last one; its version.

    An earlier folder is replaced only when the new one is whole.

    Raises:
        ProblemsFound: a chat file is not as fine-tuning services take it.
    """
    output.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=output.parent, prefix=f'.{output.name}-'))
    try:
        new = scratch / 'new'
        rows = [_write_table(table, new / table.path) for table in tables]
        _write_chat(tables, new)
        shutil.copyfile(LICENSE, new / 'LICENSE')
        texts = card.render(tables, found, 'VERSION', ())
        described = {
            'schema_version': configs.SCHEMA_VERSION,
            **release.describe(rows, configs.types(), inputs, texts),
            'toolchains': sorted({one.toolchain for one in found.verdicts.values() if one.toolchain}),
        }
        version = release.version(before, described)
        changelog = release.changelog(before, described, version)
        for name, text in card.render(tables, found, version, changelog).items():
            files.write_text(new / name, text)
        whole = release.with_files({**described, 'version': version, 'changelog': changelog}, new)
        files.write_text(new / release.NAME, release.dump(whole))
        if output.exists():
            output.rename(scratch / 'old')
        new.rename(output)
    finally:
        shutil.rmtree(scratch)
    return version


def _write_table(table: Table, path: Path) -> release.Rows:
    path.parent.mkdir(parents=True, exist_ok=True)
    content = configs.arrow(table)
    pq.write_table(content, path, **PARQUET)
    rows = {row['id']: files.dump_row(row) for row in content.to_pylist()}
    return release.Rows(table.config, table.split, rows)


def _write_chat(tables: Sequence[Table], folder: Path) -> None:
    problems: list[Problem] = []
    for table in tables:
        if table.config == 'sft' and table.split in CHAT_SPLITS:
            path, text = f'chat/{table.split}.jsonl', chat.dump(table.rows)
            if text.count('\n') >= chat.LEAST_LINES:
                files.write_text(folder / path, text)
                problems += chat.problems(path, text)
    if problems:
        raise ProblemsFound(problems)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('examples', type=Path)
    parser.add_argument('proofs', type=Path)
    parser.add_argument('build', type=Path)
    parser.add_argument('output', type=Path)
    parser.add_argument('--params', type=Path, default=Path('params.yaml'))
    arguments = parser.parse_args(argv)
    settings = params.load(arguments.params, 'export', Params)
    limits = params.load(arguments.params, 'verify', VerifyLimits)
    found = proofs.read(arguments.proofs, arguments.build)
    published = arguments.proofs / 'published.json'
    before = json.loads(published.read_text(encoding='utf-8')) if published.exists() else {}
    tables = export(found, arguments.examples, settings, limits)
    version = write(tables, found, proofs.contents(arguments.proofs, arguments.build), before, arguments.output)
    print('\n'.join(f'export: {table.config} {table.split}: {len(table.rows)} rows' for table in tables))
    print(f'export: version {version}')
    return 0


if __name__ == '__main__':
    raise SystemExit(run_main(main))
