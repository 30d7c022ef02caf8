"""HTML of texts in which occurrences are marked."""

import re
from itertools import cycle

from markupsafe import Markup, escape

# They stand around occurrences; texts of articles have no such characters.
OPEN, CLOSE = "\x0e", "\x0f"

CONTEXT = 40
LENGTH = 160

MARK = Markup("<mark>{}</mark>")


def title_html(text: str) -> str:
    """The whole text."""
    return _join(_runs(text))


def snippet_html(text: str) -> str:
    """What surrounds the first occurrence; LENGTH characters before they are escaped."""
    runs = _runs(text)
    start = max(0, len(runs[0][0]) - CONTEXT) if runs[1:] else 0
    shown = []
    left, room = start, LENGTH
    for run, is_marked in runs:
        part = run[left : left + room]
        left = max(0, left - len(run))
        room -= len(part)
        shown.append((part, is_marked))
    is_cut = start + LENGTH < sum(len(run) for run, _ in runs)
    return ("…" if start else "") + _join(shown) + ("…" if is_cut else "")


def _runs(text: str) -> list[tuple[str, bool]]:
    """Pieces of the text, each with whether it is an occurrence."""
    return list(zip(re.split(f"[{OPEN}{CLOSE}]", text), cycle((False, True)), strict=False))


def _join(runs: list[tuple[str, bool]]) -> str:
    return str(Markup("").join(MARK.format(run) if is_marked else escape(run) for run, is_marked in runs if run))
