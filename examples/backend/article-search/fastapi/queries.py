"""The language of queries."""

import re
from dataclasses import dataclass, field

MAX_LENGTH = 200
MAX_ITEMS = 10

_CONTROL = re.compile(r"[\x00-\x1F\x7F]")
_ITEM = re.compile(r' *(?P<minus>-?)(?:"(?P<quoted>[^"]*)"|(?P<plain>[^ "]+)) *')
_TAG = re.compile("[a-z0-9-]{1,32}")
_WORD = re.compile(r"[^\W_]+")


@dataclass
class Query:
    """What an article must have, and what it must not have; phrases are strings of FTS5's query syntax."""

    phrases: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    excluded_phrases: list[str] = field(default_factory=list)
    excluded_tags: list[str] = field(default_factory=list)


def parse(text: str) -> Query:
    """Read a query.

    Raises:
        ValueError: the query is faulty; its text says how.
    """
    if not 1 <= len(text) <= MAX_LENGTH or _CONTROL.search(text):
        raise ValueError(f"must have 1 to {MAX_LENGTH} characters, none of them a control character")
    query = Query()
    position = count = 0
    while position < len(text):
        item = _ITEM.match(text, position)
        if item is None:
            raise ValueError("has a quotation mark without its partner, or nothing but spaces")
        _add(query, item)
        position = item.end()
        count += 1
    if count > MAX_ITEMS:
        raise ValueError(f"must not have more than {MAX_ITEMS} items")
    if not query.phrases and not query.tags:
        raise ValueError("must have an item that is not excluded")
    return query


def _add(query: Query, item: re.Match[str]) -> None:
    plain = item["plain"]
    if plain is not None and plain.startswith("tag:"):
        tag = plain.removeprefix("tag:")
        if not _TAG.fullmatch(tag):
            raise ValueError("has a tag of wrong form")
        (query.excluded_tags if item["minus"] else query.tags).append(tag)
        return
    # Only letters and numbers get through, and FTS5 knows no operators within quotation marks.
    words = _WORD.findall(item["quoted"] if plain is None else plain)
    if not words:
        raise ValueError("has an item without a word")
    (query.excluded_phrases if item["minus"] else query.phrases).append(f'"{" ".join(words)}"')
