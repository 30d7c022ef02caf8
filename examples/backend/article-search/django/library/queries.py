"""The grammar of queries."""

import re
from dataclasses import dataclass, field

MAX_CHARACTERS = 200
MAX_ITEMS = 10
TAG_FORM = r"[a-z0-9-]{1,32}"
CONTROL = r"\x00-\x1F\x7F"

_ITEM = re.compile(r'(?P<sign>-?)(?:"(?P<quoted>[^"]*)"|tag:(?P<tag>[^ "]*)|(?P<plain>[^ "]+)) *')
_WORD = re.compile(r"[^\W_]+")


@dataclass
class Terms:
    """Phrases, as strings of FTS5, and tags."""

    phrases: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)


@dataclass
class Query:
    """What a found article has, and what it does not have."""

    text: str
    wanted: Terms = field(default_factory=Terms)
    unwanted: Terms = field(default_factory=Terms)


def parse(text: str) -> Query:
    """Read a query; a ValueError says what is wrong with it."""
    if not 1 <= len(text) <= MAX_CHARACTERS:
        raise ValueError(f"This must have 1 to {MAX_CHARACTERS} characters.")
    if re.search(f"[{CONTROL}]", text):
        raise ValueError("This must not have control characters.")
    query = Query(text)
    rest = text.lstrip(" ")
    count = 0
    while rest:
        item = _ITEM.match(rest)
        if item is None:
            raise ValueError("A quotation mark has no partner.")
        _read(item, query.unwanted if item["sign"] else query.wanted)
        rest = rest[item.end() :]
        count += 1
    if count > MAX_ITEMS:
        raise ValueError(f"This must not have more than {MAX_ITEMS} items.")
    if not (query.wanted.phrases or query.wanted.tags):
        raise ValueError("Something has to be wanted.")
    return query


def _read(item: re.Match[str], terms: Terms) -> None:
    tag, quoted, plain = item["tag"], item["quoted"], item["plain"]
    if tag is not None:
        if not re.fullmatch(TAG_FORM, tag):
            raise ValueError("The name of a tag has 1 to 32 characters from a-z, 0-9 and -.")
        terms.tags.append(tag)
        return
    # What is not a word stays behind, and in quotation marks FTS5 takes every word for a word.
    words = _WORD.findall(plain if quoted is None else quoted)
    if not words:
        raise ValueError("An item has no word.")
    terms.phrases.append('"' + " ".join(words) + '"')
