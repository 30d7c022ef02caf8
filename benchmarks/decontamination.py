"""What the screen for benchmarks finds of HumanEval and MBPP, and what it flags that is none of them.

Each task is put into a made-up Python example: its text word for word; its solution word for word; the same with all
names changed; that between functions of the standard library, in a file of 3 to 9 KB.
Each module of the standard library is an example too: what is flagged there is false, or an idiom that both have.

    python benchmarks/decontamination.py FOLDER        with HumanEval.jsonl.gz and mbpp.jsonl.gz
"""

from __future__ import annotations

import builtins
import gzip
import json
import random
import sys
import sysconfig
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from stages.core import fingerprints
from stages.core.syntax import PYTHON
from stages.core.syntax import Edit
from stages.core.syntax import apply
from stages.core.syntax import parse
from stages.core.syntax import text_of
from stages.core.syntax import walk
from stages.decontaminate import Params
from stages.decontaminate import decontaminate

REPOSITORY = Path(__file__).parents[1]
KEPT = {
    *dir(builtins),
    'self',
    'append',
    'split',
    'join',
    'sort',
    'lower',
    'upper',
    'items',
    'keys',
    'values',
    'replace',
}


def tasks(folder: Path) -> Iterator[tuple[str, str, str, str]]:
    """Benchmark, task, text and complete solution."""
    for name, file in (('HumanEval', 'HumanEval.jsonl.gz'), ('MBPP', 'mbpp.jsonl.gz')):
        with gzip.open(folder / file, 'rt', encoding='utf-8') as lines:
            for row in map(json.loads, lines):
                if name == 'HumanEval':
                    yield name, row['task_id'], row['prompt'], row['prompt'] + row['canonical_solution']
                else:
                    yield name, str(row['task_id']), row['text'], row['code'].replace('\r\n', '\n')


def renamed(source: str) -> str:
    names: dict[str, str] = {}
    edits = []
    for node in sorted(walk(parse(PYTHON.load, source)), key=lambda node: node.start_byte):
        if node.type == 'identifier' and text_of(node) not in KEPT:
            new = names.setdefault(text_of(node), f'name_{len(names)}')
            edits.append(Edit(node.start_byte, node.end_byte, new))
    return apply(source, edits)


def buried(source: str, library: list[str], chance: random.Random) -> str:
    size = chance.randint(3000, 9000)
    parts: list[str] = []
    while sum(map(len, parts)) < size:
        parts.append(chance.choice(library))
    parts.insert(chance.randint(0, len(parts)), source)
    return '\n\n\n'.join(parts)


def example(path: str, text: str, code: str) -> Any:
    """As much of an example as the screen reads."""
    files, task = {'main.py': code.encode()}, json.dumps({'statement': text}, ensure_ascii=False).replace('\\n', '\n')
    return SimpleNamespace(
        path=f'{path}/python',
        implementation='python',
        files=files,
        shared={},
        task_source=task.encode(),
        meta_source=b'',
        of_role=lambda *roles: files if 'solution' in roles else {},
    )


def main() -> None:
    prints = fingerprints.load(REPOSITORY / 'fingerprints')
    modules = sorted(Path(sysconfig.get_path('stdlib')).rglob('*.py'))
    modules = [path for path in modules if not {'site-packages', 'test', 'tests', 'lib2to3'} & set(path.parts)]
    sources = [path.read_text(encoding='utf-8', errors='replace') for path in modules]
    library = [
        text_of(node)
        for source in sources[::20]
        for node in fingerprints.functions_in(source, PYTHON)
        if 200 < len(node.text or b'') < 2000
    ]
    chance = random.Random(0)
    known = list(tasks(Path(sys.argv[1])))
    kinds = {
        'text word for word': [(text, 'x = 1\n') for _, _, text, _ in known],
        'solution word for word': [('', code) for *_, code in known],
        'solution with all names changed': [('', renamed(code)) for *_, code in known],
        'the same in a file of 3 to 9 KB': [('', buried(renamed(code), library, chance)) for *_, code in known],
    }
    for kind, contents in kinds.items():
        made = [example(f'c/t{number}', *content) for number, content in enumerate(contents)]
        rows = decontaminate(made, prints, Params())
        right = [
            {(hit.benchmark, hit.task) for hit in row.hits} & {key[:2]} for row, key in zip(rows, known, strict=True)
        ]
        flagged, named = sum(bool(row.hits) for row in rows), sum(map(bool, right))
        print(f'{kind}: {flagged / len(rows):.1%} of {len(rows)} flagged, {named / len(rows):.1%} as the right task')
    began = time.process_time()
    rows = decontaminate(
        [example(f'c/{path.stem}', '', source) for path, source in zip(modules, sources, strict=True)], prints, Params()
    )
    seconds = time.process_time() - began
    false = [(path, row) for path, row in zip(modules, rows, strict=True) if row.hits]
    print(f'standard library: {len(false)} of {len(rows)} modules flagged, {len(false) / len(rows):.2%}')
    print(f'speed: {sum(map(len, sources)) / seconds / 1e6:.2f} MB of Python in a second of CPU time')
    for path, row in false:
        for hit in row.hits:
            print(f'  {path.name}:{hit.line}: {hit.benchmark} {hit.task} by {hit.rule}, {hit.share:.0%}')


if __name__ == '__main__':
    main()
