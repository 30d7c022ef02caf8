"""Conversations as JSON lines, in the form that OpenAI-style fine-tuning services take, and its rules.

Source of the rules: OpenAI's guide to supervised fine-tuning (platform.openai.com/docs/guides/supervised-fine-tuning).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from stages.core import files
from stages.core.errors import Problem

ROLES = ('system', 'user', 'assistant')
LEAST_LINES = 10
MOST_BYTES = 512 * 1024 * 1024
# A line may have 65,536 tokens; code has at least two characters in each.
MOST_CHARACTERS = 2 * 65_536


def dump(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows of config `sft`, one line each; those that are too long for any service are left out."""
    lines = (files.dump_row({'messages': row['messages']}) for row in rows)
    return ''.join(f'{line}\n' for line in lines if len(line) <= MOST_CHARACTERS)


def problems(path: str, text: str) -> Iterator[Problem]:
    """What a service would refuse of such a file."""
    lines = text.split('\n')
    if lines.pop() != '':
        yield Problem(path, '', 'the last line is cut off')
    if len(lines) < LEAST_LINES:
        yield Problem(path, '', f'has {len(lines)} lines; at least {LEAST_LINES} are needed')
    if len(text.encode()) > MOST_BYTES:
        yield Problem(path, '', f'has more than {MOST_BYTES} bytes')
    for number, line in enumerate(lines, 1):
        yield from (Problem(path, f'line {number}', message) for message in _faults(line))


def _faults(line: str) -> Iterator[str]:
    try:
        row = json.loads(line)
    except ValueError as error:
        yield f'is no JSON ({error})'
        return
    if not isinstance(row, dict) or list(row) != ['messages'] or not isinstance(row['messages'], list):
        yield 'is not an object of messages alone'
        return
    if len(line) > MOST_CHARACTERS:
        yield f'has more than {MOST_CHARACTERS} characters'
    messages = row['messages']
    for index, message in enumerate(messages):
        if not isinstance(message, dict) or set(message) != {'role', 'content'}:
            yield f'message {index + 1} is not an object of role and content'
        elif message['role'] not in ROLES:
            yield f'message {index + 1} has the role {message["role"]!r}; use one of {", ".join(ROLES)}'
        elif not isinstance(message['content'], str) or not message['content'].strip():
            yield f'message {index + 1} has no text'
    roles = [message.get('role') for message in messages if isinstance(message, dict)]
    if not roles or roles[-1] != 'assistant' or 'user' not in roles:
        yield 'needs a message of the user and an answer of the assistant as the last'
