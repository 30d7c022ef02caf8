"""Instruction tasks derived from verified examples, in English and Chinese, and conversations made of them.

The words around the example's own texts are in `templates/instructions.yaml`; a row is in Chinese only if all of its
texts are. Nothing is written by a model: an answer is code, tests or texts of an example, as they are.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from string import Template
from typing import Any
from typing import Literal

import pyarrow as pa

from stages.core import files
from stages.core.columns import STRINGS
from stages.core.language import requirement_ids

TEMPLATES = Path(__file__).parents[1] / 'templates' / 'instructions.yaml'
TextLanguage = Literal['en', 'zh']
Row = dict[str, Any]
# Implementation → its name, and that of the tool that runs its tests.
NAMES = {
    'c': ('C', 'Check'),
    'cpp': ('C++', 'doctest'),
    'csharp': ('C#', 'NUnit'),
    'django': ('Django (Python)', 'pytest-django'),
    'express': ('Express (JavaScript)', 'node:test'),
    'fastapi': ('FastAPI (Python)', 'pytest'),
    'flask': ('Flask (Python)', 'pytest'),
    'gin': ('Gin (Go)', 'go test'),
    'go': ('Go', 'go test'),
    'java': ('Java', 'JUnit 5'),
    'javascript': ('JavaScript', 'node:test'),
    'nestjs': ('NestJS (TypeScript)', 'node:test'),
    'php': ('PHP', 'PHPUnit'),
    'python': ('Python', 'pytest'),
    'react': ('React (JavaScript)', 'Vitest, Testing Library'),
    'ruby': ('Ruby', 'minitest'),
    'rust': ('Rust', 'cargo test'),
    'typescript': ('TypeScript', 'node:test'),
}
FENCES = {
    '.c': 'c',
    '.cpp': 'cpp',
    '.cs': 'csharp',
    '.go': 'go',
    '.h': 'c',
    '.hpp': 'cpp',
    '.java': 'java',
    '.js': 'javascript',
    '.json': 'json',
    '.jsx': 'jsx',
    '.mjs': 'javascript',
    '.mod': 'go-mod',
    '.php': 'php',
    '.py': 'python',
    '.rb': 'ruby',
    '.rs': 'rust',
    '.sql': 'sql',
    '.toml': 'toml',
    '.ts': 'typescript',
    '.xml': 'xml',
}
BLOCK = re.compile(
    r'^`(?P<path>[^`\n]+)`:?\n+(?P<fence>`{3,})[^\n`]*\n(?P<content>.*?)^(?P=fence) *$', re.MULTILINE | re.DOTALL
)
# Of how many other implementations of its task an example is the translation.
SOURCES = 2
CANDIDATES = 4
# Characters of code that one question of code search may hold in all.
SEARCH_LIMIT = 24_000
INSTRUCTIONS = pa.schema(
    [
        ('id', pa.string()),
        ('example', pa.string()),
        ('family', pa.string()),
        ('category', pa.string()),
        ('task_type', pa.string()),
        ('instruction', pa.string()),
        ('input', pa.string()),
        ('output', pa.string()),
        ('level', pa.string()),
        ('paradigms', STRINGS),
        ('language', pa.string()),
        ('framework', pa.string()),
        ('license', pa.string()),
    ]
)
MESSAGES = pa.list_(pa.struct([('role', pa.string()), ('content', pa.string())]))
SFT = pa.schema(
    [
        ('id', pa.string()),
        ('messages', MESSAGES),
        ('text_language', pa.string()),
        *(
            (name, pa.string())
            for name in ('example', 'family', 'task_type', 'level', 'language', 'framework', 'license')
        ),
    ]
)


@functools.cache
def _templates() -> Any:
    return files.load_yaml(TEMPLATES.read_text(encoding='utf-8'))


def _fill(task_type: str, row_id: str, text_language: TextLanguage, **facts: object) -> str:
    choices = _templates()[task_type][text_language]
    drawn = int.from_bytes(hashlib.sha256(row_id.encode()).digest()[:4]) % len(choices)
    return Template(choices[drawn]).substitute(facts).strip()


def fenced(code: Sequence[Mapping[str, str]]) -> str:
    """Files as text: each a path in backquotes and a code block, whose fence no line of it can end."""
    blocks = []
    for file in code:
        longest = max(map(len, re.findall(r'^ *(`{3,})', file['content'], re.MULTILINE)), default=2)
        fence = '`' * (longest + 1)
        end = '' if file['content'].endswith('\n') else '\n'
        name = FENCES.get(Path(file['path']).suffix, '')
        blocks.append(f'`{file["path"]}`\n\n{fence}{name}\n{file["content"]}{end}{fence}')
    return '\n\n'.join(blocks)


def answered(text: str) -> dict[str, str]:
    """The files in an answer, by path: code blocks that follow a path in backquotes. The inverse of `fenced`."""
    return {match['path']: match['content'] for match in BLOCK.finditer(text)}


def implementation(values: Mapping[str, Any]) -> str:
    """The implementation that a row of config `examples` is of: its framework, or else its language."""
    return str(values['framework'] or values['language'])


def label(values: Mapping[str, Any]) -> str:
    return NAMES[implementation(values)][0]


def _requirements(values: Mapping[str, Any], text_language: TextLanguage, only: Sequence[str] = ()) -> str:
    return '\n'.join(
        f'- {one["id"]}: {one["text"][text_language].strip()}'
        for one in values['requirements']
        if not only or one['id'] in only
    )


def _answer(text_language: TextLanguage, code: Sequence[Mapping[str, str]]) -> str:
    paths = (', ' if text_language == 'en' else '、').join(f'`{file["path"]}`' for file in code)
    return Template(_templates()['answer'][text_language]).substitute(paths=paths)


def _interface(values: Mapping[str, Any]) -> str:
    content = str(values['interface']).rstrip('\n') + '\n'
    name = FENCES.get(next((Path(file['path']).suffix for file in sources(values)), ''), '')
    return f'```{name}\n{content}```'


def sources(values: Mapping[str, Any]) -> list[dict[str, str]]:
    """The files of the solution that are code, manifests and other data left out."""
    data = ('.json', '.toml', '.mod', '.sum', '.txt', '.xml', '.sql')
    return [file for file in values['code_files'] if not file['path'].endswith(data)]


def is_told(values: Mapping[str, Any], text_language: TextLanguage) -> bool:
    """Whether statement, title and requirements are there in this language."""
    texts = [values['title'], values['statement'], *(one['text'] for one in values['requirements'])]
    return all(text[text_language] for text in texts)


def generation_prompt(values: Mapping[str, Any], text_language: TextLanguage) -> str:
    """The task as it is given to a person or a model: statement, requirements, interface, files to write."""
    return _fill('generation', f'{values["id"]}-generation', text_language, **_task(values, text_language))


def _task(values: Mapping[str, Any], text_language: TextLanguage) -> dict[str, str]:
    return {
        'title': values['title'][text_language],
        'statement': values['statement'][text_language].strip(),
        'requirements': _requirements(values, text_language),
        'target': label(values),
        'interface': _interface(values),
        'answer': _answer(text_language, values['code_files']),
    }


def failing_requirements(values: Mapping[str, Any]) -> list[str]:
    """The requirements that tests say the draft does not meet; all if it does not even run."""
    tests = values['draft_tests']
    found = {one for name in tests['failing'] for one in requirement_ids(name)}
    known = [one['id'] for one in values['requirements']]
    if tests['status'] not in ('passed', 'failed'):
        return known
    return [one for one in known if one in found]


def is_worse(values: Mapping[str, Any]) -> bool:
    """Whether the draft passes all tests and the solution is proven to be better in some benchmark."""
    passes = values['draft_tests'] is not None and values['draft_tests']['status'] == 'passed'
    return passes and any(change['benchmark'] for change in values['changes'])


def instructions(rows: Sequence[Row], text_language: TextLanguage) -> Iterator[Row]:
    """Rows of config `instructions_en` or `instructions_zh` from those of config `examples`, all of one split."""
    for values in rows:
        if is_told(values, text_language):
            yield from _of_task(values, text_language)
            yield from _translations(values, rows, text_language)
        yield from _of_texts(values, rows, text_language)


def _row(
    values: Row, suffix: str, task_type: str, text_language: TextLanguage, output: str, given: str = '', **facts: object
) -> Row:
    name = f'{values["id"]}-{suffix}'
    return {
        **{field: values[field] for field in INSTRUCTIONS.names if field in values},
        'id': name,
        'example': values['id'],
        'task_type': task_type,
        'instruction': _fill(task_type, name, text_language, **{'target': label(values), **facts}),
        'input': given,
        'output': output,
    }


def _of_task(values: Row, text_language: TextLanguage) -> Iterator[Row]:
    code = fenced(values['code_files'])
    statement = values['statement'][text_language].strip()
    yield _row(values, 'generation', 'generation', text_language, code, **_task(values, text_language))
    if values['test_files']:
        yield _row(
            values,
            'test-writing',
            'test_writing',
            text_language,
            fenced(values['test_files']),
            code,
            tool=NAMES[implementation(values)][1],
            requirements=_requirements(values, text_language),
            answer=_answer(text_language, values['test_files']),
        )
    if values['draft_tests'] and (failing := failing_requirements(values)):
        yield _row(
            values,
            'repair',
            'repair',
            text_language,
            code,
            fenced(values['draft_files']),
            failing=_requirements(values, text_language, failing),
            statement=statement,
            answer=_answer(text_language, values['code_files']),
        )
    aims = [change['text'][text_language] for change in values['changes'] if change['benchmark']]
    if is_worse(values) and all(aims):
        yield _row(
            values,
            'optimization',
            'optimization',
            text_language,
            code,
            fenced(values['draft_files']),
            aims='\n'.join(f'- {aim.strip()}' for aim in aims),
            answer=_answer(text_language, values['code_files']),
        )


def _translations(values: Row, rows: Sequence[Row], text_language: TextLanguage) -> Iterator[Row]:
    """From other implementations of the same task that are of its kind: backends from backends."""

    def chance(other: Row) -> bytes:
        return hashlib.sha256(f'{other["id"]}:{values["id"]}'.encode()).digest()

    others = [
        other
        for other in rows
        if other['task_id'] == values['task_id']
        and other['id'] != values['id']
        and (other['framework'] is None) == (values['framework'] is None)
    ]
    for other in sorted(others, key=chance)[:SOURCES]:
        yield _row(
            values,
            f'from-{implementation(other)}',
            'translation',
            text_language,
            fenced(values['code_files']),
            fenced(other['code_files']),
            source=label(other),
            interface=_interface(values),
            answer=_answer(text_language, values['code_files']),
        )


def _of_texts(values: Row, rows: Sequence[Row], text_language: TextLanguage) -> Iterator[Row]:
    """What needs only the example's summary or its annotations."""
    summary = values['summary'][text_language]
    code = fenced(values['code_files'])
    if summary:
        yield _row(values, 'summarization', 'summarization', text_language, summary.strip(), code)
        yield from _search(values, rows, text_language, summary.strip())
    contents = {file['path']: file for file in values['code_files']}
    for number, note in enumerate(values['annotations'], 1):
        if note['text'][text_language]:
            yield _row(
                values,
                f'explanation-{number}',
                'explanation',
                text_language,
                note['text'][text_language].strip(),
                fenced([contents[note['file']]]),
                symbol=note['symbol'],
            )


def _search(values: Row, rows: Sequence[Row], text_language: TextLanguage, summary: str) -> Iterator[Row]:
    others = [other for other in near(values, rows) if implementation(other) == implementation(values)]
    chosen = [values, *others[: CANDIDATES - 1]]
    pieces = {one['id']: fenced(sources(one)) for one in chosen}
    if len(chosen) < CANDIDATES or sum(map(len, pieces.values())) > SEARCH_LIMIT:
        return
    order = sorted(pieces, key=lambda one: hashlib.sha256(f'{values["id"]}:{one}'.encode()).digest())
    letters = dict(zip(order, 'ABCDEFGH', strict=False))
    yield _row(
        values,
        'code-search',
        'code_search',
        text_language,
        letters[values['id']],
        '\n\n'.join(f'### {letters[one]}\n\n{pieces[one]}' for one in order),
        count=CANDIDATES,
        query=f'\n{summary}',
    )


def _words(values: Mapping[str, Any]) -> frozenset[str]:
    return _words_in(' '.join((values['task'], *values['topics'], *values['features'], values['summary']['en'])))


@functools.lru_cache(10_000)
def _words_in(text: str) -> frozenset[str]:
    return frozenset(re.findall(r'[a-z]{3,}', text.lower()))


def near(values: Row, rows: Sequence[Row]) -> list[Row]:
    """The rows of other families: those of the same implementation first, then those most alike in words."""
    mine = _words(values)

    def distance(other: Row) -> tuple[bool, bool, float, str]:
        theirs = _words(other)
        alike = len(mine & theirs) / len(mine | theirs)
        is_foreign = other['language'] != values['language']
        return implementation(other) != implementation(values), is_foreign, -alike, other['id']

    return sorted((other for other in rows if other['family'] != values['family']), key=distance)


def conversation(row: Mapping[str, Any], text_language: TextLanguage) -> Row:
    """A row of config `sft` from one of config `instructions_en` or `instructions_zh`."""
    question = '\n\n'.join(filter(None, (row['instruction'], row['input'])))
    return {
        **{name: row[name] for name in SFT.names if name in row},
        'id': f'{row["id"]}-{text_language}',
        'messages': [{'role': 'user', 'content': question}, {'role': 'assistant', 'content': row['output']}],
        'text_language': text_language,
    }
