"""examples/ → index.jsonl: read and check everything, list every problem; only if there is none, write digests."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path

from stages.all_languages import LANGUAGES
from stages.core import files
from stages.core.errors import run_main
from stages.core.examples import Example
from stages.core.examples import read_all
from stages.core.families import least_of_joined
from stages.core.language import Language
from stages.core.models import IndexRow
from stages.core.models import Task


def index(root: Path, languages: Mapping[str, Language]) -> list[IndexRow]:
    """One row for each example below ``root``.

    Raises:
        ProblemsFound: with the problems of all examples.
    """
    examples = read_all(root, languages)
    family = families([example.task for example in examples])
    return [row(example, languages[example.implementation], family[example.task.id]) for example in examples]


def families(tasks: Sequence[Task]) -> dict[str, str]:
    """Task id → the least id among all tasks joined with it, directly or not, by ``related``."""
    pairs = ((task.id, related) for task in tasks for related in task.related)
    return least_of_joined((task.id for task in tasks), pairs)


def row(example: Example, adapter: Language, family: str) -> IndexRow:
    return IndexRow(
        example=example.path,
        id=example.id,
        family=family,
        language=adapter.LANGUAGE,
        framework=adapter.FRAMEWORK,
        databases=example.meta.databases,
        code=example.code_digest,
        benchmark=example.benchmark_digest,
        has_human=example.meta.human is not None,
        performance=tuple(change.benchmark for change in example.meta.changes if change.benchmark),
        metadata=example.metadata_digest,
    )


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('examples', type=Path)
    parser.add_argument('output', type=Path)
    arguments = parser.parse_args(argv)
    rows = index(arguments.examples, LANGUAGES)
    files.write_rows(arguments.output, (row.model_dump() for row in rows))
    print(f'index: {len(rows)} examples, no problems')
    return 0


if __name__ == '__main__':
    raise SystemExit(run_main(main))
