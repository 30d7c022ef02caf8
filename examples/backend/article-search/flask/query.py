"""What people write to search for something."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

TAG = re.compile("[a-z0-9-]{1,32}")

_CHARACTERS = re.compile(r"[^\x00-\x1F\x7F]{1,200}")
_TOKEN = re.compile(r'(-?)(?:"([^"]*)"|tag:([^ "]*)|([^ "]+))')
_WORD = re.compile(r"[^\W_]+")
_MOST_ITEMS = 10


class FaultyQuery(ValueError):
    """The query does not follow its grammar; the text says why."""


class Item(NamedTuple):
    """A part of a query: a tag, or a phrase in quotation marks, which FTS5 takes literally."""

    is_excluded: bool
    tag: str | None = None
    phrase: str | None = None


@dataclass(frozen=True)
class Query:
    """A query that follows its grammar."""

    text: str
    items: tuple[Item, ...]

    @classmethod
    def parse(cls, text: str) -> "Query":
        """Read a query.

        Raises:
            FaultyQuery
        """
        if not _CHARACTERS.fullmatch(text):
            raise FaultyQuery("must have 1 to 200 characters, no control characters")
        items = tuple(_items(text))
        if not 1 <= len(items) <= _MOST_ITEMS:
            raise FaultyQuery(f"must have 1 to {_MOST_ITEMS} items")
        if all(item.is_excluded for item in items):
            raise FaultyQuery("must have an item that is not excluded")
        return cls(text, items)

    @property
    def phrases(self) -> list[str]:
        """Phrases that have to occur."""
        return [item.phrase for item in self.items if item.phrase and not item.is_excluded]

    @property
    def excluded_phrases(self) -> list[str]:
        """Phrases that must not occur."""
        return [item.phrase for item in self.items if item.phrase and item.is_excluded]

    @property
    def tags(self) -> list[str]:
        """Tags that an article has to have."""
        return [item.tag for item in self.items if item.tag and not item.is_excluded]

    @property
    def excluded_tags(self) -> list[str]:
        """Tags that an article must not have."""
        return [item.tag for item in self.items if item.tag and item.is_excluded]


def _items(text: str) -> Iterator[Item]:
    rest = text.strip(" ")
    while rest:
        token = _TOKEN.match(rest)
        if token is None:
            raise FaultyQuery("has a quotation mark without its partner")
        yield _item(*token.groups())
        rest = rest[token.end() :].lstrip(" ")


def _item(minus: str, quoted: str | None, tag: str | None, plain: str | None) -> Item:
    is_excluded = minus == "-"
    if tag is not None:
        if not TAG.fullmatch(tag):
            raise FaultyQuery("has a tag of wrong form")
        return Item(is_excluded, tag=tag)
    words = _WORD.findall(plain if quoted is None else quoted)
    if not words:
        raise FaultyQuery("has a phrase without words")
    return Item(is_excluded, phrase=f'"{" ".join(words)}"')
