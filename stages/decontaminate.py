"""index.jsonl, fingerprints/ → contamination.jsonl: which examples hold tasks or solutions of public benchmarks."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from stages.all_languages import LANGUAGES
from stages.core import files
from stages.core import fingerprints
from stages.core import params
from stages.core import tokens
from stages.core import verification
from stages.core.errors import Problem
from stages.core.errors import ProblemsFound
from stages.core.errors import run_main
from stages.core.examples import Example
from stages.core.fingerprints import LEAST
from stages.core.fingerprints import ContaminationRow
from stages.core.fingerprints import Hit
from stages.core.fingerprints import Kind
from stages.core.fingerprints import Prints
from stages.core.fingerprints import Screen
from stages.core.fingerprints import Shelf
from stages.core.fingerprints import Wanted
from stages.core.language import Language
from stages.core.models import IndexRow
from stages.core.tokens import Hashes

# Without types the one is the other.
SCRIPT = ('javascript', 'typescript')


class Params(params.Params):
    """The share of a task's text or solution, and the similarity of two functions, from which on it is a hit.
    ``benchmarks`` are all that examples should be screened against, whether there are fingerprints of them or not.
    """

    coverage: params.Share = 0.5
    similarity: params.Share = 0.7
    benchmarks: dict[str, Wanted] = {}


def decontaminate(examples: Sequence[Example], prints: Prints, settings: Params) -> list[ContaminationRow]:
    """A row for each example: its solution, draft and tests, and what its task says."""
    return [
        ContaminationRow(example=one.path, hits=_hits(one, LANGUAGES[one.implementation], prints, settings))
        for one in examples
    ]


def _hits(example: Example, adapter: Language, prints: Prints, settings: Params) -> tuple[Hit, ...]:
    texts = _texts(example)
    source = {path: text for path, text in texts.items() if path.endswith(adapter.SUFFIXES)}
    tests = {f'{example.path}/{file}' for file in example.of_role('test', 'benchmark')}
    code = {path: text for path, text in source.items() if path not in tests}
    found = [
        *_word_hits('text', texts, prints.texts, settings.coverage),
        *_word_hits('solution', source, prints.solutions, settings.coverage),
        *_function_hits(code, adapter, prints, settings.similarity),
    ]
    best: dict[tuple[str, str, str], Hit] = {}
    for hit in sorted(found, key=lambda hit: -hit.share):
        best.setdefault((hit.benchmark, hit.task, hit.rule), hit)
    return tuple(best[key] for key in sorted(best))


def _texts(example: Example) -> dict[str, str]:
    """All files of an example and of its task, by path below the root of the examples."""
    task = example.path.rpartition('/')[0]
    content = {
        f'{task}/task.yaml': example.task_source,
        **{f'{task}/tests/{file}': source for file, source in example.shared.items()},
        f'{example.path}/example.yaml': example.meta_source,
        **{f'{example.path}/{file}': source for file, source in example.files.items()},
    }
    return {path: source.decode() for path, source in content.items()}


def _word_hits(rule: Kind, texts: Mapping[str, str], shelf: Shelf, least: float) -> Iterator[Hit]:
    words = fingerprints.union(map(fingerprints.of_words, texts.values()))
    for group, share in shelf.covered(words, least):
        file, line = _place(texts, group.hashes)
        yield Hit(benchmark=group.benchmark, task=group.task, rule=rule, share=share, file=file, line=line)


def _place(texts: Mapping[str, str], hashes: Hashes) -> tuple[str, int]:
    """The file with the most of these shingles, and the line of the first."""
    best = (0, '', 0)
    for file, text in texts.items():
        words = tokens.of_words(text)
        shared = np.flatnonzero(np.isin(words.shingles(), hashes))
        if len(shared) > best[0]:
            best = (len(shared), file, int(words.lines[shared[0]]))
    return best[1:]


def _function_hits(code: Mapping[str, str], adapter: Language, prints: Prints, least: float) -> Iterator[Hit]:
    names = SCRIPT if adapter.LANGUAGE in SCRIPT else (adapter.LANGUAGE,)
    shelves = [prints.functions[name] for name in names if name in prints.functions]
    for file, source in code.items():
        for node in fingerprints.functions_in(source, adapter.GRAMMAR):
            hashes, line = fingerprints.of_function(node), node.start_point.row + 1
            for shelf in shelves if len(hashes) >= LEAST['function'] else ():
                for group, share in shelf.similar(hashes, least):
                    yield Hit(
                        benchmark=group.benchmark, task=group.task, rule='function', share=share, file=file, line=line
                    )


def screen(prints: Prints, settings: Params) -> Screen:
    """What is compared with, and which of the benchmarks that should be have no fingerprints."""
    screened = {about.name for about in prints.abouts}
    return Screen(
        coverage=settings.coverage,
        similarity=settings.similarity,
        screened=prints.abouts,
        not_screened=tuple(name for name in settings.benchmarks if name not in screened),
    )


def fingerprint(name: str, given: Sequence[Path], folder: Path, settings: Params) -> list[Path]:
    """Write the fingerprints of a benchmark from these files, or from those in the parameters, on the Hub.

    Raises:
        ProblemsFound: it isn't known, a file can't be had or read, or holds no tasks.
    """
    if not fingerprints.NAME.fullmatch(name):
        raise ProblemsFound([Problem(name, '', 'is no name; use letters, digits, -, + and _')])
    if not given and name not in settings.benchmarks:
        known = ', '.join(settings.benchmarks)
        raise ProblemsFound([Problem(name, '', f'is no benchmark of params.yaml ({known}); name its files')])
    sources = {path.name: path for path in given} or fingerprints.fetch(settings.benchmarks[name])
    grammars = {adapter.LANGUAGE: adapter.GRAMMAR for adapter in LANGUAGES.values()}
    return fingerprints.write(folder, *fingerprints.build(name, sources, grammars))


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('examples', type=Path)
    parser.add_argument('index', type=Path)
    parser.add_argument('fingerprints', type=Path)
    parser.add_argument('screen', type=Path, help='is written: what examples are compared with')
    parser.add_argument('output', type=Path)
    parser.add_argument('--params', type=Path, default=Path('params.yaml'))
    arguments = parser.parse_args(argv)
    rows = [IndexRow.model_validate(row) for row in files.read_rows(arguments.index)]
    settings = params.load(arguments.params, 'decontaminate', Params)
    prints = fingerprints.load(arguments.fingerprints)
    told = screen(prints, settings)
    done = decontaminate([verification.reread(arguments.examples, row, LANGUAGES) for row in rows], prints, settings)
    files.write_text(arguments.screen, told.model_dump_json(indent=2) + '\n')
    files.write_rows(arguments.output, (row.model_dump(mode='json') for row in done))
    for name in told.not_screened:
        print(f'decontaminate: {name} is not screened, it has no fingerprints; `proven fingerprint {name}` makes them')
    for row in done:
        for hit in row.hits:
            print(f'decontaminate: {hit.file}:{hit.line}: {hit.share:.0%} of {hit.benchmark} {hit.task} by {hit.rule}')
    count = sum(bool(row.hits) for row in done)
    tasks = ', '.join(f'{about.name} ({about.tasks} tasks, {about.too_short} too short)' for about in told.screened)
    print(
        f'decontaminate: {count} of {len(done)} examples hold tasks of {tasks or "nothing, there are no fingerprints"}'
    )
    return 0


if __name__ == '__main__':
    raise SystemExit(run_main(main))
