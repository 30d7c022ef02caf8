"""Public benchmarks as hashes, and which of them code and prose contain. No text of a benchmark is kept anywhere.

Rules and thresholds are those measured in `lab/dedup.md`, section 5: at least half of the 8-grams of words of a task's
text or solution, or a function whose shingles of normalised tokens (`tokens`) have a Jaccard similarity of 0.7 to those
of an entry function of the same language. What is shorter than ``LEAST`` is too common to tell: no fingerprint.

A file is `<Name>.parquet`, or with more than ``MAX_BYTES`` one `<Name>.<language>.parquet` each. Its rows: task, kind,
language (empty for a text), part (from 0, of what the task has of this kind), hash; its metadata: `About`.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import io
import json
import os
import re
import tempfile
from collections import Counter
from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated
from typing import Any
from typing import Literal
from typing import NamedTuple

import huggingface_hub
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from pydantic import Field
from pydantic import StringConstraints
from pydantic import ValidationError
from tree_sitter import Node

from stages.core import tokens
from stages.core.errors import Problem
from stages.core.errors import ProblemsFound
from stages.core.models import Model
from stages.core.params import Params
from stages.core.syntax import PYTHON
from stages.core.syntax import Grammar
from stages.core.syntax import parse
from stages.core.syntax import text_of
from stages.core.syntax import walk
from stages.core.tokens import Hashes

Kind = Literal['text', 'solution', 'function']
LEAST = {'text': 3, 'solution': 8, 'function': 15}
LEAST_HELPER = 25
MAX_BYTES = 1000 * 1024
NAME = re.compile(r'[A-Za-z0-9][A-Za-z0-9_+-]*')
IDS = ('task_id', 'name', 'question_id', 'problem_id', 'id')
TEXTS = ('description', 'prompt', 'text', 'question', 'question_content', 'problem_statement', 'instruct_prompt')
SOLUTIONS = ('canonical_solution', 'code', 'solution', 'reference_code')
HEADS = ('declaration', 'code_prompt', 'prompt')  # what a canonical_solution goes on from
CODE_PROMPT = ('entry_point', 'declaration', 'stop_tokens')  # a row with one of these has code as its prompt
LANGUAGES = {
    'c++': 'cpp',
    'c#': 'csharp',
    'cs': 'csharp',
    'go_test.go': 'go',
    'js': 'javascript',
    'py': 'python',
    'rb': 'ruby',
    'rs': 'rust',
    'ts': 'typescript',
}
SAMPLE = """
def labels(rows, limit=8):
    # Say of each row what it is called, as far as there is room for it on the shelf.
    return [f"{row.name}: {row.size + 1}" for row in rows if row.size < limit and row.name != "none"]
"""
SCHEMA = pa.schema(
    [
        pa.field('task', pa.string(), nullable=False),
        pa.field('kind', pa.string(), nullable=False),
        pa.field('language', pa.string(), nullable=False),
        pa.field('part', pa.uint16(), nullable=False),
        pa.field('hash', pa.uint64(), nullable=False),
    ]
)


class Wanted(Params):
    """A benchmark of section ``decontaminate``: a dataset on the Hugging Face Hub, at a commit, and its files there."""

    repo: Annotated[str, StringConstraints(pattern=r'^[\w.-]+/[\w.-]+$')]
    revision: Annotated[str, StringConstraints(pattern=r'^[0-9a-f]{40}$')]
    files: Annotated[tuple[str, ...], Field(min_length=1)]


class Source(Model):
    """A file that fingerprints were made from; ``name`` is that of the file, or repo@revision/path on the Hub."""

    name: str
    sha256: str
    rows: int


class About(Model):
    """What a benchmark's fingerprints cover; ``too_short`` counts the tasks without any, ``scheme`` is `scheme()`."""

    name: str
    scheme: str
    tasks: int
    too_short: int
    sources: Annotated[tuple[Source, ...], Field(strict=False)]
    files: Annotated[tuple[str, ...], Field(strict=False)]


class Screen(Model):
    """`build/contamination-screen.json`: what examples were compared with, and what they were not."""

    coverage: float
    similarity: float
    screened: tuple[About, ...]
    not_screened: tuple[str, ...]


class Hit(Model):
    """What an example has of a benchmark's task: the share by the rule, and where the shared part is."""

    benchmark: str
    task: str
    rule: Kind
    share: float
    file: str
    line: int


class ContaminationRow(Model):
    """A row of `build/contamination.jsonl`: what one example has of the benchmarks of `Screen`."""

    example: str
    hits: tuple[Hit, ...] = ()


class Print(NamedTuple):
    """The distinct shingles of one text, solution or function."""

    task: str
    kind: Kind
    language: str
    part: int
    hashes: Hashes


def scheme() -> str:
    """A digest that changes with the way in which texts and functions become hashes."""
    function = next(functions_in(SAMPLE, PYTHON))
    return hashlib.sha256(of_words(SAMPLE).tobytes() + of_function(function).tobytes()).hexdigest()[:16]


@functools.lru_cache(256)  # examples share tests and task
def of_words(text: str) -> Hashes:
    """The distinct 8-grams of words in a text."""
    return np.unique(tokens.of_words(text).shingles())


def union(sets: Iterable[Hashes]) -> Hashes:
    return np.unique(np.concatenate([np.empty(0, np.uint64), *sets]))


def of_function(node: Node) -> Hashes:
    """The distinct shingles of a function."""
    return np.unique(tokens.of_tree(node).shingles())


def functions_in(source: str, grammar: Grammar) -> Iterator[Node]:
    """All functions of a source file, those inside others too."""
    return (node for node in walk(parse(grammar.load, source)) if node.type in grammar.functions)


def prints_of(row: Mapping[str, Any], task: str, grammars: Mapping[str, Grammar]) -> Iterator[Print]:
    """The fingerprints of a benchmark's row of whatever form, short ones too; none without text and solution."""
    language = _language(row, task, grammars)
    grammar = grammars.get(language)
    field, text = _first(row, TEXTS)
    given, solution = _first(row, SOLUTIONS)
    if text:
        is_code = field == 'prompt' and grammar and any(row.get(name) for name in CODE_PROMPT)
        yield Print(task, 'text', '', 0, of_words(_prose(text, grammar) if is_code and grammar else text))
    if solution:
        yield Print(task, 'solution', language, 0, of_words(solution))
        head = _first(row, HEADS)[1] if given == 'canonical_solution' else ''
        if grammar:
            for part, node in enumerate(_entries(head + solution, str(row.get('entry_point') or ''), grammar)):
                yield Print(task, 'function', language, part, of_function(node))


def _first(row: Mapping[str, Any], names: Iterable[str]) -> tuple[str, str]:
    found = ((name, row[name]) for name in names if isinstance(row.get(name), str) and row[name].strip())
    return next(found, ('', ''))


def _language(row: Mapping[str, Any], task: str, grammars: Mapping[str, Grammar]) -> str:
    """As the row says, or as HumanEval-X has it in its ids; else Python."""
    said = str(row.get('language') or '').lower()
    if not said:
        said = task.partition('/')[0].lower()
        return said if said in grammars else 'python'
    return LANGUAGES.get(said, said)


def _prose(prompt: str, grammar: Grammar) -> str:
    """The comments and docstrings of a prompt, or all of it if there is no telling."""
    found = [
        text_of(node)
        for node in sorted(walk(parse(grammar.load, prompt)), key=lambda node: node.start_byte)
        if 'comment' in node.type or (node.type == 'string' and node.parent and node.parent.type in _STATEMENTS)
    ]
    text = '\n'.join(found)
    return text if len(of_words(text)) >= LEAST['text'] else prompt


_STATEMENTS = ('expression_statement', 'ERROR')  # a docstring without a body is an error


def _entries(source: str, entry_point: str, grammar: Grammar) -> list[Node]:
    """The functions that tell a solution: the entry function (the last if none is named so) and long helpers."""
    if grammar.name == 'php' and '<?' not in source:
        source = f'<?php\n{source}'
    root = parse(grammar.load, source)
    outermost = walk(root, lambda node: node.type not in grammar.functions)
    found = sorted((node for node in outermost if node.type in grammar.functions), key=lambda node: node.start_byte)
    heads = [_head(node, source.encode()) for node in found]
    named = [node for node, head in zip(found, heads, strict=True) if entry_point and _names(head, entry_point)]
    entry = (named or found)[-1:]
    helpers = [
        node
        for node, head in zip(found, heads, strict=True)
        if node not in entry and not _names(head, '__init__') and len(of_function(node)) >= LEAST_HELPER
    ]
    return entry + helpers


def _head(node: Node, source: bytes) -> str:
    """A function up to its body, with what stands before it in its line."""
    body = node.child_by_field_name('body')
    begin = source.rfind(b'\n', 0, node.start_byte) + 1
    return source[begin : body.start_byte if body else node.end_byte].decode(errors='replace')


def _names(head: str, name: str) -> bool:
    return re.search(rf'(?<!\w){re.escape(name)}(?!\w)', head) is not None


def build(name: str, sources: Mapping[str, Path], grammars: Mapping[str, Grammar]) -> tuple[About, list[Print]]:
    """The fingerprints of a benchmark from its files, by what they are called; a text given twice is kept once.

    Raises:
        ProblemsFound: a file can't be read, or no row of it has a text or solution.
    """
    found: list[Source] = []
    problems = []
    prints: list[Print] = []
    texts: set[bytes] = set()
    parts: Counter[tuple[str, str, str]] = Counter()
    too_short = 0
    for source, path in sources.items():
        rows = known = 0
        try:
            for rows, row in enumerate(_read(path), 1):
                of_row = list(prints_of(row, _task(row, rows), grammars))
                useful = [one for one in of_row if len(one.hashes) >= LEAST[one.kind]]
                known += bool(of_row)
                too_short += not useful
                for one in useful:
                    if one.kind == 'text' and one.hashes.tobytes() in texts:
                        continue
                    if one.kind == 'text':
                        texts.add(one.hashes.tobytes())
                    prints.append(one._replace(part=parts[one[:3]]))
                    parts[one[:3]] += 1
            if not known:
                raise ValueError(f'no row has any of {", ".join(TEXTS + SOLUTIONS)}')
            with path.open('rb') as file:
                found.append(Source(name=source, sha256=hashlib.file_digest(file, 'sha256').hexdigest(), rows=rows))
        except (OSError, EOFError, ValueError) as error:
            problems.append(Problem(str(path), '', f'{error}; give a benchmark as JSON lines or Parquet'))
    if problems:
        raise ProblemsFound(problems)
    tasks = sum(source.rows for source in found)
    about = About(name=name, scheme=scheme(), tasks=tasks, too_short=too_short, sources=tuple(found), files=())
    return about, prints


def _task(row: Mapping[str, Any], number: int) -> str:
    return str(next((row[name] for name in IDS if isinstance(row.get(name), str | int)), number))


def _read(path: Path) -> Iterator[Mapping[str, Any]]:
    """The rows of a Parquet or JSON-lines file.

    Raises:
        OSError, EOFError, ValueError: it can't be read, or a line is no JSON object.
    """
    if path.suffix == '.parquet':
        with pq.ParquetFile(path) as table:
            for batch in table.iter_batches():
                yield from batch.to_pylist()
        return
    opened: io.TextIOBase
    with gzip.open(path, 'rt', encoding='utf-8') if path.suffix == '.gz' else path.open(encoding='utf-8') as opened:
        for number, line in enumerate(opened, 1):
            if line.strip():
                row = json.loads(line)
                if not isinstance(row, dict):
                    raise ValueError(f'line {number} is no JSON object')
                yield row


def fetch(wanted: Wanted) -> dict[str, Path]:
    """A benchmark's files, downloaded from the Hub that ``HF_ENDPOINT`` names, by repo@revision/path.

    Raises:
        ProblemsFound: one can't be had.
    """
    found = {}
    for file in wanted.files:
        name = f'{wanted.repo}@{wanted.revision}/{file}'
        try:
            path = huggingface_hub.hf_hub_download(wanted.repo, file, repo_type='dataset', revision=wanted.revision)
        except Exception as error:  # the client's own, its HTTP library's and the system's have no root in common
            reason = str(error).strip().partition('\n')[0]
            message = f'could not be fetched ({reason}); go online, or download it yourself and name the files'
            raise ProblemsFound([Problem(name, '', message)]) from error
        found[name] = Path(path)
    return found


def write(folder: Path, about: About, prints: Sequence[Print]) -> list[Path]:
    """Replace a benchmark's fingerprints; the files are written beside their places first.

    Raises:
        ProblemsFound: those of one language are larger than ``MAX_BYTES``.
    """
    whole = {f'{about.name}.parquet': sorted(prints, key=lambda one: one[:4])}
    contents = _encode(about, whole)
    if any(len(content) > MAX_BYTES for content in contents.values()):
        languages = sorted({one.language for one in prints})
        contents = _encode(
            about,
            {
                f'{about.name}.{name or "text"}.parquet': [
                    one for one in next(iter(whole.values())) if one.language == name
                ]
                for name in languages
            },
        )
    large = [name for name, content in contents.items() if len(content) > MAX_BYTES]
    if large:
        message = f'has more than {MAX_BYTES} bytes of hashes; give its files as benchmarks of their own'
        raise ProblemsFound(Problem((folder / name).as_posix(), '', message) for name in large)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix='.') as temporary:
        for name, content in contents.items():
            Path(temporary, name).write_bytes(content)
        for old in {*folder.glob(f'{about.name}.parquet'), *folder.glob(f'{about.name}.*.parquet')}:
            if old.name not in contents:
                old.unlink()
        for name in contents:
            os.replace(Path(temporary, name), folder / name)
    return [folder / name for name in contents]


def _encode(about: About, parts: Mapping[str, Sequence[Print]]) -> dict[str, bytes]:
    about = about.model_copy(update={'files': tuple(parts)})
    return {name: _parquet(about, prints) for name, prints in parts.items()}


def _parquet(about: About, prints: Sequence[Print]) -> bytes:
    """Rows in the order given, the hashes of each sorted. The same rows give the same bytes."""
    sizes = [len(one.hashes) for one in prints]
    columns = {
        name: np.repeat(np.array([getattr(one, name) for one in prints], dtype), sizes)
        for name, dtype in (('task', object), ('kind', object), ('language', object), ('part', np.uint16))
    }
    hashes = np.concatenate([np.empty(0, np.uint64), *(one.hashes for one in prints)])
    table = pa.table({**columns, 'hash': hashes}, schema=SCHEMA.with_metadata({'proven': about.model_dump_json()}))
    buffer = io.BytesIO()
    pq.write_table(
        table,
        buffer,
        compression='zstd',
        compression_level=9,
        use_dictionary=['task', 'kind', 'language', 'part'],
        write_statistics=False,
        version='2.6',
    )
    return buffer.getvalue()


class Group(NamedTuple):
    """What one `Print` is of."""

    benchmark: str
    task: str
    hashes: Hashes


class Shelf:
    """Fingerprints of one kind: all their hashes in one sorted array, each with the number of its group."""

    def __init__(self, groups: Sequence[Group]) -> None:
        self.groups = groups
        self.sizes = np.array([len(group.hashes) for group in groups], np.int64)
        hashes = np.concatenate([np.empty(0, np.uint64), *(group.hashes for group in groups)])
        order = np.argsort(hashes, kind='stable')
        self._hashes = hashes[order]
        self._owners = np.repeat(np.arange(len(groups)), self.sizes)[order]

    def covered(self, found: Hashes, least: float) -> Iterator[tuple[Group, float]]:
        """The groups of whose hashes at least this share is among ``found``, with that share."""
        numbers, counts = self._shared(found)
        return self._from(numbers, counts / self.sizes[numbers], least)

    def similar(self, found: Hashes, least: float) -> Iterator[tuple[Group, float]]:
        """The groups whose Jaccard similarity to ``found`` is at least this, with the similarity."""
        numbers, counts = self._shared(found)
        return self._from(numbers, counts / (len(found) + self.sizes[numbers] - counts), least)

    def _from(
        self, numbers: NDArray[np.int64], shares: NDArray[np.float64], least: float
    ) -> Iterator[tuple[Group, float]]:
        enough = shares >= least
        for number, share in zip(numbers[enough].tolist(), shares[enough].tolist(), strict=True):
            yield self.groups[number], round(share, 3)

    def _shared(self, found: Hashes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The groups that have some of these distinct hashes, and how many of them each has."""
        low = np.searchsorted(self._hashes, found, 'left')
        lengths = np.searchsorted(self._hashes, found, 'right') - low
        places = np.repeat(low - np.cumsum(lengths) + lengths, lengths) + np.arange(lengths.sum())
        numbers, counts = np.unique(self._owners[places], return_counts=True)
        return numbers, counts


class Prints(NamedTuple):
    """All fingerprints. Those of functions are by language; texts and solutions are words in any."""

    abouts: tuple[About, ...]
    texts: Shelf
    solutions: Shelf
    functions: Mapping[str, Shelf]


def load(folder: Path) -> Prints:
    """All fingerprints of a folder.

    Raises:
        ProblemsFound: a file is not what `write` writes now, or one of a benchmark's is missing.
    """
    abouts: dict[str, About] = {}
    groups: dict[tuple[str, str], list[Group]] = defaultdict(list)
    problems, wanted = [], scheme()
    for path in sorted(folder.glob('*.parquet')):
        try:
            with pq.ParquetFile(path, read_dictionary=['task', 'kind', 'language']) as file:
                table = file.read()
            about = About.model_validate_json((table.schema.metadata or {})[b'proven'])
            if path.name not in about.files or table.schema.names != SCHEMA.names:
                raise ValueError('is of another form')
        except (OSError, KeyError, ValueError, ValidationError):
            problems.append(Problem(path.as_posix(), '', 'holds no fingerprints; proven fingerprint writes them'))
            continue
        if about.scheme != wanted:
            problems.append(
                Problem(path.as_posix(), '', f'was made in another way; run proven fingerprint {about.name} again')
            )
        if about.name not in abouts:
            missing = [name for name in about.files if not (folder / name).exists()]
            problems += [Problem((folder / name).as_posix(), '', 'is missing; take it from git') for name in missing]
            abouts[about.name] = about
        hashes = table['hash'].to_numpy()
        for (task, kind, language), begin, end in _runs(table):
            shelf = (kind, language if kind == 'function' else '')
            groups[shelf].append(Group(about.name, task, hashes[begin:end]))
    if problems:
        raise ProblemsFound(problems)
    functions = {language: Shelf(found) for (kind, language), found in groups.items() if kind == 'function'}
    ordered = tuple(abouts[name] for name in sorted(abouts))
    return Prints(ordered, Shelf(groups['text', '']), Shelf(groups['solution', '']), functions)


def _runs(table: Any) -> Iterator[tuple[tuple[str, str, str], int, int]]:
    """Task, kind and language of each run of rows that are of the same, from where to where."""
    columns = [table[name].combine_chunks() for name in ('task', 'kind', 'language')]
    codes = np.stack([*(column.indices.to_numpy() for column in columns), table['part'].to_numpy()])
    edges = np.flatnonzero((codes[:, 1:] != codes[:, :-1]).any(axis=0)) + 1
    begins = np.concatenate([np.zeros(min(1, codes.shape[1]), np.int64), edges])
    ends = [*begins[1:].tolist(), codes.shape[1]]
    words = (np.array(column.dictionary.to_pylist(), object)[codes[row, begins]] for row, column in enumerate(columns))
    for *key, begin, end in zip(*words, begins.tolist(), ends[: len(begins)], strict=True):
        yield (key[0], key[1], key[2]), begin, end
