"""The collection in tables, for `COLLECTION.md`: what there is of each kind, and what drafts failed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from typing import get_args

import pyarrow.parquet

from stages.core import timings
from stages.core.language import requirement_ids
from stages.core.models import CATEGORIES
from stages.core.models import PARADIGMS
from stages.core.models import Task
from stages.core.models import TimingsRow
from stages.core.models import Verdict

LEVELS: tuple[str, ...] = get_args(Task.model_fields['level'].annotation)
# Of a row of the release, what the tables count.
COLUMNS = ('id', 'task', 'category', 'title', 'level', 'language', 'framework', 'paradigms', 'annotations')


def read(folder: Path) -> list[dict[str, Any]]:
    """The rows of all splits of a config, by id; only what the tables count.

    Raises:
        OSError: the folder can't be read.
    """
    rows = [
        row
        for path in sorted(folder.glob('*.parquet'))
        for row in pyarrow.parquet.read_table(path, columns=list(COLUMNS)).to_pylist()
    ]
    return sorted(rows, key=lambda row: str(row['id']))


def collection(
    rows: Sequence[Mapping[str, Any]],
    implementations: Sequence[str],
    verdicts: Mapping[str, Verdict],
    measured: Sequence[TimingsRow],
) -> str:
    """The whole document as Markdown."""
    levels_and_paradigms = (*LEVELS, *PARADIGMS)
    return '\n'.join(
        [
            '# The collection\n\n'
            'What is released. An example is a task in one implementation; it may have several paradigms.\n',
            _counts(rows, implementations, CATEGORIES, lambda row: [row['category']]),
            _counts(rows, implementations, levels_and_paradigms, lambda row: [row['level'], *row['paradigms']]),
            f'## Tasks\n\n{_spread(rows)}\n',
            _tasks(rows),
            f'## Drafts\n\n{_drafts(rows, verdicts)}',
            f'## Comparisons\n\n{timings.tables(measured, verdicts)}',
        ]
    )


def path(row: Mapping[str, Any]) -> str:
    """The example's folder below `examples/`."""
    return f'{row["category"]}/{row["task"]}/{implementation(row)}'


def implementation(row: Mapping[str, Any]) -> str:
    """The framework, or the language if there is none."""
    return str(row['framework'] or row['language'])


def _table(head: Sequence[str], lines: Iterable[Sequence[object]], numbers: int) -> str:
    """A table of Markdown, the last ``numbers`` columns to the right."""
    marks = ['---'] * (len(head) - numbers) + ['---:'] * numbers
    return ''.join(f'| {" | ".join(map(str, cells))} |\n' for cells in (head, marks, *lines))


def _counts(
    rows: Sequence[Mapping[str, Any]],
    implementations: Sequence[str],
    kinds: Sequence[str],
    kinds_of: Callable[[Mapping[str, Any]], Iterable[str]],
) -> str:
    """Examples of each implementation by kind; at the end all of them, and the tasks."""
    found = Counter((implementation(row), kind) for row in rows for kind in (*kinds_of(row), ''))
    tasks = Counter(kind for _, kind in {(row['task'], kind) for row in rows for kind in (*kinds_of(row), '')})
    heads = (*kinds, '')
    lines = [(f'`{name}`', *(found[name, kind] or '' for kind in heads)) for name in implementations]
    lines.append(('all', *(sum(found[name, kind] for name in implementations) for kind in heads)))
    lines.append(('tasks', *(tasks[kind] for kind in heads)))
    return _table(('examples', *kinds, 'all'), lines, len(heads))


def _spread(rows: Sequence[Mapping[str, Any]]) -> str:
    """How many tasks there are, and in how many implementations; how many rows are annotated, and in Chinese too."""
    each = Counter(row['task'] for row in rows)
    backends = {row['task'] for row in rows if row['framework'] and row['category'] == 'backend'}
    several = sum(count >= 3 for count in each.values())
    annotated = sum(bool(row['annotations']) for row in rows)
    chinese = sum(bool(row['title']['zh']) for row in rows)
    return (
        f'{len(each)} tasks, {len(backends)} of them backends; {several} in three or more implementations.'
        f' Of {len(rows)} examples {annotated} have annotations, {chinese} have their task in Chinese too.'
    )


def _tasks(rows: Sequence[Mapping[str, Any]]) -> str:
    """A line for each task: what it is called, its level, its examples."""
    tasks: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in sorted(rows, key=path):
        tasks.setdefault((row['category'], row['task']), []).append(row)
    lines = (
        (
            f'[{category}/{task}](examples/{category}/{task}/task.yaml)',
            ' / '.join(filter(None, (mine[0]['title']['en'], mine[0]['title']['zh']))),
            mine[0]['level'],
            ', '.join(f'`{implementation(row)}`' for row in mine),
        )
        for (category, task), mine in tasks.items()
    )
    return _table(('task', 'title', 'level', 'examples'), lines, 0)


def _drafts(rows: Sequence[Mapping[str, Any]], verdicts: Mapping[str, Verdict]) -> str:
    """What each draft failed, and the shares of those that failed something."""
    tried = {name: verdicts[name] for name in sorted(map(path, rows)) if verdicts[name].draft}
    whole = sum(one.draft.status == 'passed' for one in tried.values() if one.draft)
    lines = []
    for name, verdict in tried.items():
        draft, solution = verdict.draft, verdict.solution
        if draft is None or solution is None:
            continue
        failed = sorted({one for test in draft.failing for one in requirement_ids(test)}, key=lambda one: int(one[1:]))
        if draft.status not in ('passed', 'failed'):
            failed = [draft.status.replace('_', ' ')]
        lines.append((name, ', '.join(failed), len(verdict.changes), draft.passed, solution.passed))
    return (
        f'{len(tried)} solutions were made from drafts, unedited first answers of an AI model. {whole} of the drafts'
        ' pass every test, and the solution is faster or needs less memory; the others fail tests.\n\n'
        + _table(('example', 'draft fails', 'proven changes', 'draft passes', 'solution passes'), lines, 3)
    )
