"""index.jsonl, verdicts.jsonl → README.md: the table of what is proven, between its two marks."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path

from stages.all_languages import LANGUAGES
from stages.core import files
from stages.core.errors import Problem
from stages.core.errors import ProblemsFound
from stages.core.errors import run_main
from stages.core.models import IndexRow
from stages.core.models import Verdict

BEGIN = '<!-- written by stages/readme.py -->\n'
END = '<!-- end -->\n'
HEAD = """\
| implementation | language | toolchain | examples | tasks | requirements proven | tests passed |
|---|---|---|---:|---:|---:|---:|
"""


def readme(text: str, rows: Sequence[IndexRow], verdicts: Mapping[str, Verdict]) -> str:
    """The text with a line for each implementation between the marks; examples that did not pass don't count.

    Raises:
        ProblemsFound: the marks are not there.
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ProblemsFound([Problem('README.md', '', f'has no {BEGIN.strip()} … {END.strip()}; put them in')])
    passed = [row for row in rows if row.example in verdicts and verdicts[row.example].verdict == 'passed']
    lines = [
        _line(f'`{name}`', adapter.LANGUAGE, [row for row in passed if row.implementation == name], verdicts)
        for name, adapter in LANGUAGES.items()
    ]
    return before + begin + HEAD + ''.join(lines) + _line('all', '', passed, verdicts) + end + after


def _line(name: str, language: str, rows: Sequence[IndexRow], verdicts: Mapping[str, Verdict]) -> str:
    mine = [verdicts[row.example] for row in rows]
    toolchains = sorted({verdict.toolchain for verdict in mine})
    cells = (
        name,
        language,
        ' / '.join(toolchains) if language else '',
        len(rows),
        len({row.family for row in rows}),
        sum(len(verdict.requirements) for verdict in mine),
        sum(verdict.solution.passed for verdict in mine if verdict.solution),
    )
    return f'| {" | ".join(map(str, cells))} |\n'


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('index', type=Path)
    parser.add_argument('verdicts', type=Path)
    parser.add_argument('output', type=Path)
    arguments = parser.parse_args(argv)
    rows = [IndexRow.model_validate(row, strict=False) for row in files.read_rows(arguments.index)]
    verdicts = [Verdict.model_validate(row, strict=False) for row in files.read_rows(arguments.verdicts)]
    text = readme(arguments.output.read_text(encoding='utf-8'), rows, {one.example: one for one in verdicts})
    arguments.output.write_text(text, encoding='utf-8', newline='\n')
    return 0


if __name__ == '__main__':
    raise SystemExit(run_main(main))
