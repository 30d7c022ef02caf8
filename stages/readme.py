"""All proofs, release → README.md: the figures and the table of what is proven, between its marks; COLLECTION.md."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from stages.all_languages import LANGUAGES
from stages.core import collection
from stages.core import proofs
from stages.core import timings
from stages.core.errors import Problem
from stages.core.errors import ProblemsFound
from stages.core.errors import run_main
from stages.core.models import IndexRow
from stages.core.proofs import Proofs
from stages.core.proofs import figures
from stages.core.proofs import screens

BEGIN = '<!-- written by stages/readme.py -->\n'
END = '<!-- end -->\n'
FIGURES = """\
| over the whole repository | figure |
|---|---|
"""
HEAD = """\
| implementation | language | toolchain | examples | tasks | requirements proven | tests passed | mutants killed |
|---|---|---|---:|---:|---:|---:|---:|
"""


def readme(text: str, found: Proofs) -> str:
    """The text with figures and a line for each implementation between the marks; only released examples count there.

    Raises:
        ProblemsFound: the marks are not there.
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ProblemsFound([Problem('README.md', '', f'has no {BEGIN.strip()} … {END.strip()}; put them in')])
    told = ''.join(f'| {claim} | {figure} |\n' for claim, figure in figures(found).items())
    lines = [
        _line(f'`{name}`', adapter.LANGUAGE, [row for row in found.released if row.implementation == name], found)
        for name, adapter in LANGUAGES.items()
    ]
    table = HEAD + ''.join(lines) + _line('all', '', found.released, found)
    compared = timings.headlines(list(found.timings.values()), found.verdicts)
    return f'{before}{begin}{FIGURES}{told}\n{screens(found)}\n\n{table}{compared and chr(10)}{compared}{end}{after}'


def _line(name: str, language: str, rows: Sequence[IndexRow], found: Proofs) -> str:
    mine = [found.verdicts[row.example] for row in rows]
    mutants = [found.mutants[row.example] for row in rows]
    toolchains = sorted({verdict.toolchain for verdict in mine})
    killed = sum(len(row.killed) for row in mutants)
    cells = (
        name,
        language,
        ' / '.join(toolchains) if language else '',
        len(rows),
        len({row.family for row in rows}),
        sum(len(verdict.requirements) for verdict in mine),
        sum(verdict.solution.passed for verdict in mine if verdict.solution),
        f'{killed} of {sum(row.told for row in mutants)}',
    )
    return f'| {" | ".join(map(str, cells))} |\n'


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('proofs', type=Path)
    parser.add_argument('build', type=Path)
    parser.add_argument('release', type=Path)
    parser.add_argument('tables', type=Path)
    parser.add_argument('output', type=Path)
    arguments = parser.parse_args(argv)
    found = proofs.read(arguments.proofs, arguments.build)
    text = readme(arguments.output.read_text(encoding='utf-8'), found)
    rows = collection.read(arguments.release / 'data' / 'examples')
    tables = collection.collection(rows, tuple(LANGUAGES), found.verdicts, list(found.timings.values()))
    arguments.output.write_text(text, encoding='utf-8', newline='\n')
    arguments.tables.write_text(tables, encoding='utf-8', newline='\n')
    return 0


if __name__ == '__main__':
    raise SystemExit(run_main(main))
