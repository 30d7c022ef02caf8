"""Breaking text into lines by the columns that it takes up in a terminal, not by its characters."""

import unicodedata
from collections.abc import Iterator

MIN_WIDTH = 2
_NO_COLUMN = {"Mn", "Me", "Cf"}


def wrap(text: str, width: int) -> list[str]:
    """Return the text in lines of at most width columns.

    Raises:
        ValueError: width is less than MIN_WIDTH.
    """
    if width < MIN_WIDTH:
        raise ValueError(f"width is {width}, less than {MIN_WIDTH}")
    return [line for paragraph in text.split("\n") for line in _wrap_paragraph(paragraph, width)]


def _wrap_paragraph(text: str, width: int) -> list[str]:
    lines = [""]
    used = 0
    for space, unit in _units(text):
        columns = sum(map(_columns, unit))
        # Whether the line is empty cannot be told from used: some characters take no column.
        gap = len(space) if lines[-1] else 0
        if lines[-1] and used + gap + columns > width:
            lines.append("")
            used = gap = 0
        lines[-1] += space[:gap]
        used += gap
        for cluster in _clusters(unit):
            columns = sum(map(_columns, cluster))
            if used + columns > width:
                lines.append("")
                used = 0
            lines[-1] += cluster
            used += columns
    return lines


def _units(text: str) -> Iterator[tuple[str, str]]:
    """What is not broken if it fits, with the space before it: words, but each wide character by itself."""
    for word in text.split(" "):
        space = " "
        unit = ""
        for cluster in _clusters(word):
            is_wide = _columns(cluster[0]) == 2
            if is_wide and unit:
                yield space, unit
                space, unit = "", ""
            if is_wide:
                yield space, cluster
                space = ""
            else:
                unit += cluster
        if unit:
            yield space, unit


def _clusters(word: str) -> list[str]:
    """The characters of a word, each with those after it that take no column."""
    clusters: list[str] = []
    for character in word:
        if clusters and _columns(character) == 0:
            clusters[-1] += character
        else:
            clusters.append(character)
    return clusters


def _columns(character: str) -> int:
    if unicodedata.category(character) in _NO_COLUMN:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
