"""Messages in English and Chinese: one table, its keys the English texts with `{}` for what is put in.

`say` is for texts of commands. Problems are made in English wherever they are found; `translated` looks them up by what
they say, so that nothing else has to know of languages. What is not in the table stays English.
"""

from __future__ import annotations

import functools
import re
from contextvars import ContextVar

_chosen: ContextVar[str] = ContextVar('language', default='en')


def choose(language: str) -> None:
    """`en` or `zh`, for all that this process says from now on."""
    _chosen.set(language)


def language() -> str:
    return _chosen.get()


def say(text: str, *values: object) -> str:
    """A text of the table in the chosen language, with its values."""
    return (CHINESE[text] if language() == 'zh' else text).format(*values)


def translated(message: str) -> str:
    """A message that was made in English, in the chosen language; what is put into it is looked up too."""
    if language() != 'zh':
        return message
    for pattern, text in _patterns():
        match = pattern.fullmatch(message)
        if match:
            return text.format(*(translated(part) for part in match.groups()))
    return message


@functools.cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """What each text of the table looks like when it is filled in, those that say most first."""
    ranked = sorted(CHINESE, key=lambda text: -len(text.replace('{}', '')))
    return tuple(
        (re.compile('(.*?)'.join(map(re.escape, text.split('{}'))), re.DOTALL), CHINESE[text]) for text in ranked
    )


CHINESE: dict[str, str] = {}
