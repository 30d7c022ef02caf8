"""Drafts: a model's first answer to a prompt that has the statement, the names to define and the files to write.

One request to `POST $OPENAI_BASE_URL/chat/completions`, whoever serves it. The answer is taken as it is or not at all:
files are fenced code blocks that name their paths. It is never repaired and the model is never asked twice.
"""

from __future__ import annotations

import datetime
import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx

from stages.core import files
from stages.core.errors import Problem
from stages.core.errors import ProblemsFound
from stages.core.examples import PROMPT
from stages.core.examples import Example
from stages.core.examples import fault_of_text
from stages.core.language import Language

# What a language is called in a prompt, with the version that runs it.
LABELS = {
    'c': 'C17',
    'cpp': 'C++20',
    'csharp': 'C# 7 (Mono)',
    'go': 'Go',
    'java': 'Java 17',
    'javascript': 'JavaScript (ES modules, Node)',
    'php': 'PHP 8.2',
    'python': 'Python 3.11',
    'ruby': 'Ruby 3.1',
    'rust': 'Rust',
    'typescript': 'TypeScript (Node, types that can be stripped)',
}
FENCE = re.compile(r'^(`{3,})[ \t]*([^`\n]*?)[ \t]*$')
LOOPBACK = ('127.0.0.1', '::1', 'localhost')
DRAFT_FIELD = re.compile(r'^draft:.*\n(?:(?:[ \t#].*)?\n)*?(?=^[^ \t#\n]|\Z)', re.MULTILINE)


class Answer(NamedTuple):
    """What the endpoint said: the text, and which model it says it is."""

    text: str
    model: str


def prompt(example: Example, adapter: Language, wanted: Sequence[str]) -> str:
    """What the model is asked, word for word: nothing of requirements, tests, notes or the solution."""
    label = LABELS[adapter.LANGUAGE]
    only = f'with {adapter.FRAMEWORK}' if adapter.FRAMEWORK else 'with the standard library only'
    parts = [example.task.statement.en.strip(), f'Write it in {label}, {only}.']
    if example.meta.interface:
        parts.append(f'Names to define:\n\n```\n{example.meta.interface.strip()}\n```')
    listed = '\n'.join(f'- `{path}`' for path in wanted)
    parts += [
        f'Write these files, once and in full:\n\n{listed}',
        'Give each file in a fenced code block of its own, whose opening line is three backquotes and the path of the'
        f' file, for example ```` ```{wanted[0]} ````.',
    ]
    return '\n\n'.join(parts) + '\n'


def wanted_files(example: Example, adapter: Language, chosen: Sequence[str]) -> tuple[str, ...]:
    """The files that a draft replaces: those chosen, or all source code of the solution.

    Raises:
        ProblemsFound: a chosen one is no file of the solution.
    """
    solution = example.of_role('solution')
    unknown = [path for path in chosen if path not in solution]
    if unknown:
        told = f'is no solution file; use one of {", ".join(solution)}'
        raise ProblemsFound(Problem(f'{example.path}/{path}', '', told) for path in unknown)
    return tuple(chosen) or tuple(path for path in solution if path.endswith(adapter.SUFFIXES))


def draft(
    folder: Path,
    example: Example,
    adapter: Language,
    model: str,
    parameters: Mapping[str, int | float],
    chosen: Sequence[str] = (),
    replace: bool = False,
    seconds: float = 600,
) -> list[Path]:
    """Ask for a draft of an example; write it into `draft/` of its ``folder`` and where it is from into `example.yaml`.

    Raises:
        ProblemsFound: there is a draft already, the endpoint can't be asked or refuses, or the answer is not the files.
    """
    if not replace and (example.meta.draft or (folder / 'draft').exists()):
        raise ProblemsFound([Problem(str(folder), 'draft', 'is there already; --replace gives it up for a new one')])
    wanted = wanted_files(example, adapter, chosen)
    asked = prompt(example, adapter, wanted)
    answer = ask(asked, model, parameters, seconds)
    content = taken(answer.text, wanted)
    content[PROMPT.partition('/')[2]] = asked
    record = _record(answer.model or model, parameters)
    return _place(folder, content, with_record((folder / 'example.yaml').read_text(encoding='utf-8'), record))


def ask(asked: str, model: str, parameters: Mapping[str, int | float], seconds: float) -> Answer:
    """One question, one answer.

    Raises:
        ProblemsFound: what is wrong with the settings or the endpoint and what to do, or that the answer is not whole.
    """
    base, key = os.environ.get('OPENAI_BASE_URL', ''), os.environ.get('OPENAI_API_KEY', '')
    if not base:
        raise _problem('OPENAI_BASE_URL', 'is not set; for a server on this machine: http://127.0.0.1:8080/v1')
    if not key and urlsplit(base).hostname not in LOOPBACK:
        raise _problem('OPENAI_API_KEY', f'is not set, and {base} is not on this machine; set it')
    url = f'{base.rstrip("/")}/chat/completions'
    body = {'model': model, 'messages': [{'role': 'user', 'content': asked}], **parameters}
    headers = {'Authorization': f'Bearer {key}'} if key else {}
    try:
        response = httpx.post(url, json=body, headers=headers, timeout=seconds)
    except httpx.TimeoutException as error:
        raise _problem(
            url, f'did not answer within {seconds:g} s; try again, or give it more with --timeout'
        ) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        told = 'can not be reached; start the server or mend OPENAI_BASE_URL'
        raise _problem(url, f'{told} ({error})') from error
    if response.status_code != 200:
        raise _problem(url, _refusal(response, model))
    return _answer(url, response)


def _problem(path: str, message: str) -> ProblemsFound:
    return ProblemsFound([Problem(path, '', message)])


def _refusal(response: httpx.Response, model: str) -> str:
    """What the status means, what to do, and what the server itself says."""
    status = response.status_code
    wait = response.headers.get('retry-after')
    match status:
        case 401 | 403:
            told = f'answers {status}: the key is refused; mend OPENAI_API_KEY'
        case 404:
            told = f'answers 404: no model {model!r} or no such address; mend --model or OPENAI_BASE_URL'
        case 429:
            told = f'answers 429: too many requests; try again {f"after {wait} s" if wait else "later"}'
        case _:
            told = f'answers {status}; see what it says'
    said = _said(response)
    return f'{told} ({said})' if said else told


def _said(response: httpx.Response) -> str:
    try:
        error = response.json().get('error')
        said = error.get('message') if isinstance(error, dict) else error
    except (ValueError, AttributeError):
        said = response.text
    return ' '.join(str(said or '').split())[:300]


def _answer(url: str, response: httpx.Response) -> Answer:
    try:
        data: Any = response.json()
        choice = data['choices'][0]
        text, reason = choice['message']['content'], choice.get('finish_reason')
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        told = 'answers something else than a chat completion; mend OPENAI_BASE_URL'
        raise _problem(url, told) from error
    if reason == 'length':
        raise _kept(str(text), 'the answer was cut off at the limit of tokens; raise --max-tokens')
    if reason not in ('stop', None) or not isinstance(text, str):
        raise _kept(str(text), f'the model gave no answer (finish_reason {reason}); try another model')
    return Answer(text, str(data.get('model') or ''))


def _kept(text: str, message: str) -> ProblemsFound:
    """An error that tells where the raw answer is: never in the tree."""
    descriptor, name = tempfile.mkstemp(prefix='proven-answer-', suffix='.md')
    with os.fdopen(descriptor, 'w', encoding='utf-8', errors='replace') as file:
        file.write(text)
    return _problem(name, f'{message}; the raw answer is in this file')


def taken(text: str, wanted: Sequence[str]) -> dict[str, str]:
    """The files of an answer, each in a fenced block whose opening line ends with its path; other text is left aside.

    Raises:
        ProblemsFound: a file is missing, given twice or was not asked for, or a block has no end.
    """
    found: dict[str, str] = {}
    faults = []
    fence = path = ''
    block: list[str] = []
    for line in text.split('\n'):
        match = FENCE.match(line)
        if fence and match and len(match[1]) >= len(fence) and not match[2]:
            if path in found:
                faults.append(f'{path} is given twice')
            if path:
                found[path] = ''.join(f'{one}\n' for one in block)
            fence = ''
        elif fence:
            block.append(line)
        elif match:
            fence, block = match[1], []
            name = match[2].rpartition(' ')[2]
            path = name if name in wanted or '.' in name or '/' in name else ''
            if path and path not in wanted:
                faults.append(f'{path} was not asked for')
    if fence:
        faults.append('a block has no end')
    faults += [f'{path} is missing' for path in wanted if path not in found]
    faults += [f'{path} {fault}' for path, source in found.items() if (fault := fault_of_text(source.encode()))]
    if faults:
        raise _kept(text, f'can not be taken as it is: {", ".join(faults)}')
    return found


def _record(model: str, parameters: Mapping[str, int | float]) -> str:
    """The field `draft`, as YAML."""
    given = ', '.join(f'{name}: {value}' for name, value in parameters.items())
    today = datetime.datetime.now(datetime.UTC).date()
    lines = ['draft:', f'  model: {json.dumps(model, ensure_ascii=False)}', f'  date: {today}']
    lines += [f'  parameters: {{{given}}}'] if given else []
    return '\n'.join([*lines, '  human_edits: none']) + '\n'


def with_record(source: str, record: str) -> str:
    """`example.yaml` with the field `draft` set, all else as it was, byte for byte."""
    if DRAFT_FIELD.search(source):
        return DRAFT_FIELD.sub(lambda _: record, source, count=1)
    return f'{source}{"" if source.endswith(chr(10)) else chr(10)}{record}'


def _place(folder: Path, content: Mapping[str, str], metadata: str) -> list[Path]:
    """Put the files in the place of what was there, and the metadata; all of them or none."""
    target = folder / 'draft'
    scratch = Path(tempfile.mkdtemp(dir=folder, prefix='.draft-'))
    try:
        for path, source in content.items():
            files.write_text(scratch / 'new' / path, source)
        if target.exists():
            target.rename(scratch / 'old')
        (scratch / 'new').rename(target)
        try:
            files.write_text(folder / 'example.yaml', metadata)
        except BaseException:
            target.rename(scratch / 'failed')
            if (scratch / 'old').exists():
                (scratch / 'old').rename(target)
            raise
    finally:
        shutil.rmtree(scratch)
    return [*(target / path for path in sorted(content)), folder / 'example.yaml']
