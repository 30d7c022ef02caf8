"""HTML of texts with marked occurrences."""

import html
import re

# Around an occurrence. No text of an article has control characters, so nobody can forge these.
MARK_START = "\x02"
MARK_END = "\x03"

BEFORE = 40
LENGTH = 160


def marked(text: str) -> str:
    """The whole text as HTML; MARK_START and MARK_END stand around occurrences."""
    return "".join(_html(piece, index) for index, piece in enumerate(_pieces(text)))


def snippet(text: str) -> str:
    """The part of a text around its first occurrence as HTML, at most LENGTH characters before escaping."""
    pieces = _pieces(text)
    start = max(len(pieces[0]) - BEFORE, 0) if len(pieces) > 1 else 0
    end = start + LENGTH
    position = 0
    parts = []
    for index, piece in enumerate(pieces):
        # Cut before escaping, so that neither a character reference nor a mark is cut in two.
        visible = piece[max(start - position, 0) : max(end - position, 0)]
        position += len(piece)
        if visible:
            parts.append(_html(visible, index))
    return "…" * (start > 0) + "".join(parts) + "…" * (position > end)


def _pieces(text: str) -> list[str]:
    """Text outside and inside of occurrences, in turns."""
    return re.split(f"[{MARK_START}{MARK_END}]", text)


def _html(piece: str, index: int) -> str:
    escaped = html.escape(piece)
    return f"<mark>{escaped}</mark>" if index % 2 else escaped
