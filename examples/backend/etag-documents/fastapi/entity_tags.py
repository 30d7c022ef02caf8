"""Entity tags and the headers that hold them."""

import re

TAG = r'(?:W/)?"[\x21\x23-\x7e]*"'
TAG_LIST = re.compile(rf"{TAG}(?: *, *{TAG})*")


def entity_tag(version: int) -> str:
    """The strong entity tag of a version."""
    return f'"{version}"'


def matches_strongly(header: str, version: int) -> bool:
    """Whether a header, as ``If-Match`` is read, is ``*`` or has the tag of the version; a weak tag does not count."""
    return header == "*" or entity_tag(version) in _tags(header)


def matches_weakly(header: str, version: int) -> bool:
    """Whether a header, as ``If-None-Match`` is read, is ``*`` or has the tag of the version, weak or not."""
    return header == "*" or entity_tag(version) in [tag.removeprefix("W/") for tag in _tags(header)]


def _tags(header: str) -> list[str]:
    # One faulty part spoils the whole list, so its form is checked before any tag is taken from it.
    return re.findall(TAG, header) if TAG_LIST.fullmatch(header) else []
