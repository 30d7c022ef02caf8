"""Entity tags and the request headers that hold them."""

import re
from typing import NamedTuple

TAG = r'(?:W/)?"[\x21\x23-\x7e]*"'
TAG_LIST = re.compile(rf"{TAG}(?: *, *{TAG})*")


class Condition(NamedTuple):
    """The value of an ``If-Match`` or ``If-None-Match`` header; one of wrong form has no tags."""

    is_star: bool
    tags: frozenset[str]

    @classmethod
    def parse(cls, value: str) -> "Condition":
        """Read the value of a header.

        Werkzeug's own parser skips what it does not understand, so that it would find a match in a faulty value.
        """
        tags = re.findall(TAG, value) if TAG_LIST.fullmatch(value) else []
        return cls(value == "*", frozenset(tags))

    def matches(self, version: int) -> bool:
        """Whether the version is meant, by a strong tag."""
        return self.is_star or entity_tag(version) in self.tags

    def matches_weakly(self, version: int) -> bool:
        """Whether the version is meant, by a tag of either kind."""
        return self.matches(version) or f"W/{entity_tag(version)}" in self.tags


def entity_tag(version: int) -> str:
    """The strong entity tag of a version."""
    return f'"{version}"'
