"""index.jsonl → duplicates.jsonl: near-copies of code over all languages and of what tasks say, whatever the names."""

from __future__ import annotations

import argparse
import re
from collections import defaultdict
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from stages.all_languages import LANGUAGES
from stages.core import files
from stages.core import params
from stages.core import tokens
from stages.core import verification
from stages.core.errors import run_main
from stages.core.examples import Example
from stages.core.language import Language
from stages.core.models import DuplicatesRow
from stages.core.models import IndexRow
from stages.core.models import Twin
from stages.core.similarity import similar_pairs
from stages.core.tokens import Hashes
from stages.core.tokens import Tokens

MEND = 'write another, or join the families with `related` in task.yaml'


class Params(params.Params):
    """Jaccard similarities from which on code, or what two tasks say, is a copy. Code of fewer than ``least_tokens`` is
    a copy only if it is the same throughout.
    """

    code: params.Share = 0.7
    task: params.Share = 0.5
    least_tokens: int = 40


class Body(NamedTuple):
    """What is compared: the tokens of each file, and the set of all shingles."""

    parts: Mapping[str, Tokens]
    shingles: Hashes

    def starts(self, other: Body) -> tuple[str, int]:
        """File and line where the longest part begins that is in the other one too."""
        longest = (0, next(iter(self.parts)), 1)
        for file, part in self.parts.items():
            shared = np.concatenate(([False], np.isin(part.shingles(), other.shingles), [False]))
            edges = np.flatnonzero(shared[1:] != shared[:-1])
            for begin, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
                longest = max(longest, (end - begin, file, int(part.lines[begin])), key=lambda one: one[0])
        return longest[1:]


def body(parts: Mapping[str, Tokens], least_tokens: int) -> Body:
    """Small ones are a single shingle: all that they are."""
    if sum(len(part.hashes) for part in parts.values()) < least_tokens:
        whole = files.digest({file: part.hashes.tobytes() for file, part in parts.items()})
        return Body(parts, np.array([int(whole[:16], 16)], np.uint64))
    return Body(parts, np.unique(np.concatenate([part.shingles() for part in parts.values()])))


def code_of(example: Example, adapter: Language, settings: Params) -> Body:
    """The solution. Tests are left out: table-driven ones look alike whatever they test (`lab/dedup.md`)."""
    solution = example.of_role('solution')
    sources = {file: solution[file].decode() for file in sorted(solution) if file.endswith(adapter.SUFFIXES)}
    return body({file: tokens.of_code(text, adapter.GRAMMAR) for file, text in sources.items()}, settings.least_tokens)


def text_of(example: Example, settings: Params) -> Body:
    """What the task says, however its file is laid out."""
    return body({'task.yaml': tokens.of_prose(_said(example))}, settings.least_tokens)


def _said(example: Example) -> str:
    texts = (example.task.title, example.task.statement, *(one.text for one in example.task.requirements))
    return '\n'.join(text.en.strip() for text in texts)


def _place(example: Example, line: int) -> int:
    """The line of `task.yaml` in which a line of what the task says begins; 1 if its words are not together there."""
    words = _said(example).splitlines()[line - 1].split()
    for count in (6, 3):
        match = re.search(r'\s+'.join(map(re.escape, words[:count])), example.task_source.decode()) if words else None
        if match:
            return example.task_source.decode().count('\n', 0, match.start()) + 1
    return 1


def dedupe(rows: Sequence[IndexRow], examples: Sequence[Example], settings: Params) -> list[DuplicatesRow]:
    """A row for each example with its near-copies; what two tasks of one family say is not compared."""
    twins: dict[str, list[Twin]] = defaultdict(list)
    codes = [code_of(one, LANGUAGES[row.implementation], settings) for row, one in zip(rows, examples, strict=True)]
    for low, high, similarity in similar_pairs([one.shingles for one in codes], settings.code):
        for one, two in ((low, high), (high, low)):
            file, line = codes[one].starts(codes[two])
            twins[rows[one].example].append(
                Twin(
                    of='code',
                    path=rows[two].example,
                    same_family=rows[one].family == rows[two].family,
                    similarity=round(similarity, 3),
                    file=f'{rows[one].example}/{file}',
                    line=line,
                )
            )
    for example, twin in _task_twins(rows, examples, settings):
        twins[example].append(twin)
    return [
        DuplicatesRow(
            example=row.example,
            twins=tuple(sorted(twins[row.example], key=lambda twin: (-twin.similarity, twin.path))),
        )
        for row in rows
    ]


def _task_twins(rows: Sequence[IndexRow], examples: Sequence[Example], settings: Params) -> Iterator[tuple[str, Twin]]:
    members: dict[str, list[int]] = defaultdict(list)
    for index, row in enumerate(rows):
        members[row.example.rpartition('/')[0]].append(index)
    tasks = list(members)
    texts = [text_of(examples[members[task][0]], settings) for task in tasks]
    for low, high, similarity in similar_pairs([one.shingles for one in texts], settings.task):
        if rows[members[tasks[low]][0]].family == rows[members[tasks[high]][0]].family:
            continue
        for one, two in ((low, high), (high, low)):
            file, line = texts[one].starts(texts[two])
            path, line = f'{tasks[one]}/{file}', _place(examples[members[tasks[one]][0]], line)
            twin = Twin(of='task', path=tasks[two], similarity=round(similarity, 3), file=path, line=line)
            yield from ((rows[index].example, twin) for index in members[tasks[one]])


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('examples', type=Path)
    parser.add_argument('index', type=Path)
    parser.add_argument('output', type=Path)
    parser.add_argument('--params', type=Path, default=Path('params.yaml'))
    arguments = parser.parse_args(argv)
    rows = [IndexRow.model_validate(row, strict=False) for row in files.read_rows(arguments.index)]
    examples = [verification.reread(arguments.examples, row, LANGUAGES) for row in rows]
    done = dedupe(rows, examples, params.load(arguments.params, 'dedupe', Params))
    files.write_rows(arguments.output, (row.model_dump(mode='json') for row in done))
    copies = [(row.example, twin) for row in done for twin in row.twins if not twin.same_family]
    for twin in dict.fromkeys(twin for _, twin in copies):
        print(f'dedupe: {twin.file}:{twin.line}: {twin.similarity:.0%} the same as {twin.path}; {MEND}')
    print(f'dedupe: {len(rows)} examples, {len({name for name, _ in copies})} near-copies of another family')
    return 0


if __name__ == '__main__':
    raise SystemExit(run_main(main))
