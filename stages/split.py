"""gate.jsonl → splits.jsonl: released examples into train, validation and test by family; a ledger that only grows.

A greedy assignment: families, the largest first, go where the squared error of the quotas is least, counted over all
examples, each language and each implementation. What has a split keeps it for ever, and so does its family.
Families with near-copies of each other are one.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path

from pydantic import NonNegativeFloat

from stages.core import files
from stages.core import params
from stages.core.errors import Problem
from stages.core.errors import ProblemsFound
from stages.core.errors import run_main
from stages.core.families import least_of_joined
from stages.core.models import DuplicatesRow
from stages.core.models import IndexRow
from stages.core.models import Split
from stages.core.models import SplitRow

WEIGHTS = {'all': 4.0, 'language': 2.0, 'implementation': 1.0}


class Params(params.Params):
    """Shares of the splits, and a word that decides between families of one size."""

    shares: dict[Split, NonNegativeFloat] = {'train': 0.8, 'validation': 0.1, 'test': 0.1}
    salt: str = ''


def split(rows: Sequence[IndexRow], ledger: Sequence[SplitRow], settings: Params) -> list[SplitRow]:
    """The ledger with a line added for each row that has none.

    Raises:
        ProblemsFound: a family would be in two splits.
    """
    kept = {line.id: line for line in ledger}
    members: dict[str, list[IndexRow]] = defaultdict(list)
    for row in rows:
        members[row.family].append(row)
    chosen = _released(members, kept)
    counts: Counter[tuple[str, str, str]] = Counter()
    for family, where in chosen.items():
        counts.update(_cells(members[family], where))
    new = [family for family in members if family not in chosen]
    totals = Counter(key for row in rows for key in _keys(row))
    for family in sorted(new, key=lambda name: (-len(members[name]), files.digest({'': settings.salt + name}))):
        chosen[family] = min(
            settings.shares, key=lambda where: _error(counts, totals, members[family], where, settings)
        )
        counts.update(_cells(members[family], chosen[family]))
    current = {row.id: SplitRow(id=row.id, family=row.family, split=chosen[row.family]) for row in rows}
    return sorted({**kept, **current}.values(), key=lambda line: line.id)


def _released(members: dict[str, list[IndexRow]], kept: dict[str, SplitRow]) -> dict[str, Split]:
    """Families that have a split already: by one of their examples, or by a task of theirs that once was released."""
    by_task = {line.id.partition('-')[0]: line.split for line in kept.values()}
    by_task |= {line.family: line.split for line in kept.values() if line.family not in by_task}
    chosen: dict[str, Split] = {}
    problems = []
    for family, rows in members.items():
        found = {
            by_task[task]: task
            for task in sorted({family, *(row.id.partition('-')[0] for row in rows)})
            if task in by_task
        }
        if len(found) > 1:
            told = ' and '.join(f'{task} ({where})' for where, task in sorted(found.items()))
            problems.append(
                Problem(
                    rows[0].example, 'related', f'joins tasks released in different splits, {told}; remove the link'
                )
            )
        elif found:
            (chosen[family],) = found
    if problems:
        raise ProblemsFound(problems)
    return chosen


def _keys(row: IndexRow) -> tuple[tuple[str, str], ...]:
    return (('all', ''), ('language', row.language), ('implementation', row.implementation))


def _cells(rows: Iterable[IndexRow], where: Split) -> list[tuple[str, str, str]]:
    return [(*key, where) for row in rows for key in _keys(row)]


def _error(
    counts: Counter[tuple[str, str, str]],
    totals: Counter[tuple[str, str]],
    rows: Sequence[IndexRow],
    where: Split,
    settings: Params,
) -> float:
    """How far the strata that the family touches are from their quotas if it goes there, as shares of the quotas."""
    added = Counter(key for row in rows for key in _keys(row))
    error = 0.0
    for key, count in added.items():
        for name, share in settings.shares.items():
            quota = share * totals[key]
            size = counts[(*key, name)] + (count if name == where else 0)
            error += WEIGHTS[key[0]] * (size - quota) ** 2 / max(quota, 1e-9) / totals[key]
    return error


def joined(rows: Sequence[IndexRow], duplicates: Mapping[str, DuplicatesRow]) -> list[IndexRow]:
    """The rows, with the least family of all that near-copies join as the family of each."""
    by_path = {row.example: row for row in rows}
    pairs = ((by_path[low].family, by_path[high].family) for low, high in _near_copies(by_path, duplicates))
    least = least_of_joined((row.family for row in rows), pairs)
    return [row.model_copy(update={'family': least[row.family]}) for row in rows]


def _near_copies(by_path: Mapping[str, IndexRow], duplicates: Mapping[str, DuplicatesRow]) -> Iterator[tuple[str, str]]:
    for path in by_path:
        for twin in duplicates[path].twins:
            if twin.path in by_path:
                yield path, twin.path


def proof(
    rows: Sequence[IndexRow], lines: Sequence[SplitRow], duplicates: Mapping[str, DuplicatesRow]
) -> tuple[int, int]:
    """How many families and how many pairs of near-copies are in more than one split, counted from the ledger alone."""
    where = {line.id: line.split for line in lines}
    by_path = {row.example: row for row in rows}
    families: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        families[row.family].add(where[row.id])
    apart = [pair for pair in _near_copies(by_path, duplicates) if len({where[by_path[path].id] for path in pair}) > 1]
    return sum(len(splits) > 1 for splits in families.values()), len(apart) // 2


def report(rows: Sequence[IndexRow], lines: Sequence[SplitRow], shares: Mapping[Split, float]) -> str:
    """Counts a split, over all and for each language, and how far the worst share is from what is wanted."""
    where = {line.id: line.split for line in lines}
    counts = Counter(key for row in rows for key in _cells([row], where[row.id]) if key[0] != 'implementation')
    strata = sorted({key[:2] for key in counts})
    told = []
    for kind, name in strata:
        total = sum(counts[(kind, name, part)] for part in shares)
        off = max(abs(counts[(kind, name, part)] / total - share) for part, share in shares.items())
        sizes = ', '.join(f'{counts[(kind, name, part)]} {part}' for part in shares)
        told.append(f'split: {name or "all"}: {sizes}; off by {100 * off:.1f} points')
    return '\n'.join(told)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('index', type=Path)
    parser.add_argument('gate', type=Path)
    parser.add_argument('duplicates', type=Path)
    parser.add_argument('output', type=Path)
    parser.add_argument('--params', type=Path, default=Path('params.yaml'))
    arguments = parser.parse_args(argv)
    released = {row['example'] for row in files.read_rows(arguments.gate) if not row.get('reasons')}
    rows = [IndexRow.model_validate(row, strict=False) for row in files.read_rows(arguments.index)]
    rows = [row for row in rows if row.example in released]
    twins = [DuplicatesRow.model_validate(row, strict=False) for row in files.read_rows(arguments.duplicates)]
    duplicates = {row.example: row for row in twins}
    ledger = [SplitRow.model_validate(row) for row in files.read_rows(arguments.output)]
    settings = params.load(arguments.params, 'split', Params)
    lines = split(joined(rows, duplicates), ledger, settings)
    files.write_rows(arguments.output, (line.model_dump() for line in lines), key='id')
    families, copies = proof(rows, lines, duplicates)
    print(report(rows, lines, settings.shares))
    print(f'split: {families} families and {copies} pairs of near-copies are in more than one split')
    return 0


if __name__ == '__main__':
    raise SystemExit(run_main(main))
