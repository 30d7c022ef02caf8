"""Texts as HTML with marked occurrences."""

import re

from django.utils.html import escape, format_html

# They stand around each occurrence. Articles have no control characters, so no author can write them.
OPEN, CLOSE = "\x1e", "\x1f"

LEAD = 40
WIDTH = 160

_OCCURRENCE = re.compile(f"{OPEN}([^{CLOSE}]*){CLOSE}")


def with_marks(text: str, start: int = 0, end: int | None = None) -> str:
    """The characters from start to end, not counting what stands around occurrences."""
    html = []
    position = 0
    # Text outside and inside of occurrences takes turns.
    for number, piece in enumerate(_OCCURRENCE.split(text)):
        first, last = max(0, start - position), None if end is None else max(0, end - position)
        position += len(piece)
        if shown := piece[first:last]:
            html.append(format_html("<mark>{}</mark>", shown) if number % 2 else escape(shown))
    return "".join(html)


def excerpt(text: str) -> str:
    """WIDTH characters of the text around its first occurrence."""
    start = max(0, text.find(OPEN) - LEAD)
    end = start + WIDTH
    length = len(_OCCURRENCE.sub(r"\1", text))
    return ("…" if start > 0 else "") + with_marks(text, start, end) + ("…" if length > end else "")
